//! The source of tokens against a credential that counts.

use std::sync::Mutex as StdMutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use azure_core::credentials::{AccessToken, TokenRequestOptions};

use super::*;

/// Hands out `token-1`, `token-2`, …, each good for a while, and fails when told to.
#[derive(Default)]
struct Counting {
    made: AtomicUsize,
    asked: AtomicUsize,
    failing: StdMutex<bool>,
    lifetime: Duration,
}

#[derive(Debug)]
struct Nobody;

#[async_trait::async_trait]
impl TokenCredential for Nobody {
    async fn get_token(
        &self,
        _: &[&str],
        _: Option<TokenRequestOptions<'_>>,
    ) -> azure_core::Result<AccessToken> {
        unreachable!("the issuer answers for itself")
    }
}

#[async_trait::async_trait]
impl TokenIssuer for Arc<Counting> {
    fn credential(&self) -> Result<Arc<dyn TokenCredential>, SignInError> {
        self.made.fetch_add(1, Ordering::SeqCst);
        Ok(Arc::new(Nobody))
    }

    async fn ask(&self, _: &dyn TokenCredential) -> Result<Token, SignInError> {
        let number = self.asked.fetch_add(1, Ordering::SeqCst) + 1;
        tokio::time::sleep(Duration::from_millis(100)).await;
        if *self.failing.lock().unwrap() {
            return Err(SignInError::Invalid("not now".to_owned()));
        }
        Token::new(&format!("token-{number}"), self.lifetime)
    }
}

async fn source(lifetime: u64) -> (Arc<Counting>, Arc<TokenSource<Arc<Counting>>>) {
    let issuer = Arc::new(Counting { lifetime: Duration::from_secs(lifetime), ..Counting::default() });
    (issuer.clone(), Arc::new(TokenSource::sign_in(issuer).await.unwrap()))
}

fn text(token: &Token) -> String {
    token.header().to_str().unwrap().to_owned()
}

async fn everybody(source: &Arc<TokenSource<Arc<Counting>>>) -> Vec<Result<String, String>> {
    let callers = (0..50).map(|_| {
        let source = source.clone();
        tokio::spawn(async move { source.token().await.map(|t| text(&t)).map_err(|e| e.to_string()) })
    });
    futures_util::future::join_all(callers).await.into_iter().map(|result| result.unwrap()).collect()
}

#[tokio::test(start_paused = true)]
async fn a_token_is_fetched_once_and_kept() {
    let (issuer, source) = source(3600).await;
    assert!(everybody(&source).await.iter().all(|token| token.as_deref() == Ok("Bearer token-1")));
    tokio::time::advance(Duration::from_secs(3299)).await;
    everybody(&source).await;
    assert_eq!(issuer.asked.load(Ordering::SeqCst), 1);
}

#[tokio::test(start_paused = true)]
async fn one_renews_before_expiry_and_the_others_go_on() {
    let (issuer, source) = source(3600).await;
    tokio::time::advance(Duration::from_secs(3301)).await;
    let tokens = everybody(&source).await;
    assert_eq!(tokens.iter().filter(|token| token.as_deref() == Ok("Bearer token-2")).count(), 1);
    assert_eq!(tokens.iter().filter(|token| token.as_deref() == Ok("Bearer token-1")).count(), 49);
    assert_eq!((issuer.asked.load(Ordering::SeqCst), issuer.made.load(Ordering::SeqCst)), (2, 1));
}

#[tokio::test(start_paused = true)]
async fn an_expired_token_is_waited_for_by_all_and_fetched_by_one() {
    let (issuer, source) = source(3600).await;
    tokio::time::advance(Duration::from_secs(4000)).await;
    assert!(everybody(&source).await.iter().all(|token| token.as_deref() == Ok("Bearer token-2")));
    assert_eq!(issuer.asked.load(Ordering::SeqCst), 2);
}

#[tokio::test(start_paused = true)]
async fn a_token_that_is_still_good_outlives_a_renewal_that_fails() {
    let (issuer, source) = source(3600).await;
    *issuer.failing.lock().unwrap() = true;
    tokio::time::advance(Duration::from_secs(3400)).await;
    for _ in 0..3 {
        assert!(everybody(&source).await.iter().all(|token| token.as_deref() == Ok("Bearer token-1")));
    }
    assert_eq!(issuer.asked.load(Ordering::SeqCst), 2, "not asked again at once");
    tokio::time::advance(Duration::from_secs(200)).await;
    assert!(everybody(&source).await.iter().all(|token| token.as_ref().unwrap_err().contains("not now")));
    *issuer.failing.lock().unwrap() = false;
    assert!(everybody(&source).await.iter().all(Result::is_ok));
}

#[tokio::test(start_paused = true)]
async fn a_refused_token_is_replaced_once_by_a_new_credential() {
    let (issuer, source) = source(3600).await;
    let refused = source.token().await.unwrap();
    let callers = (0..20).map(|_| {
        let (source, refused) = (source.clone(), refused.clone());
        tokio::spawn(async move { text(&source.renew_after_401(&refused).await.unwrap()) })
    });
    for token in futures_util::future::join_all(callers).await {
        assert_eq!(token.unwrap(), "Bearer token-2");
    }
    assert_eq!((issuer.asked.load(Ordering::SeqCst), issuer.made.load(Ordering::SeqCst)), (2, 2));
    assert_eq!(text(&source.token().await.unwrap()), "Bearer token-2");
}

#[tokio::test(start_paused = true)]
async fn a_short_life_is_lived_to_four_fifths() {
    let (issuer, source) = source(10).await;
    tokio::time::advance(Duration::from_millis(7900)).await;
    source.token().await.unwrap();
    assert_eq!(issuer.asked.load(Ordering::SeqCst), 1);
    tokio::time::advance(Duration::from_millis(200)).await;
    source.token().await.unwrap();
    assert_eq!(issuer.asked.load(Ordering::SeqCst), 2);
}

#[test]
fn a_token_shows_itself_to_nobody() {
    let claims = URL_SAFE_NO_PAD.encode(r#"{"tid":"72f9","aud":"x"}"#);
    let secret = format!("head.{claims}.signature");
    let token = Token::new(&secret, Duration::from_secs(60)).unwrap();
    assert!(token.header().is_sensitive());
    let shown = format!("{token:?} {:?}", token.header());
    assert!(!shown.contains("signature") && !shown.contains(&claims), "{shown}");
    assert_eq!(token.tenant_id.as_deref(), Some("72f9"));
    for opaque in ["", "abc", "a.b.c", "a.e30.c", "..", "head.bnVsbA.x"] {
        assert_eq!(tenant_of(opaque), None, "{opaque}");
    }
    for none in ["", "bro\nken"] {
        assert!(Token::new(none, Duration::ZERO).is_err(), "{none:?}");
    }
}
