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
    /// Whether it hands out the same token again and again.
    always: bool,
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
        let asked = self.asked.fetch_add(1, Ordering::SeqCst) + 1;
        let number = if self.always { 1 } else { asked };
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

async fn everybody(source: &Arc<TokenSource<Arc<Counting>>>) -> Vec<String> {
    let callers = (0..50).map(|_| {
        let source = source.clone();
        tokio::spawn(async move { text(&source.token().await) })
    });
    futures_util::future::join_all(callers).await.into_iter().map(|result| result.unwrap()).collect()
}

#[tokio::test(start_paused = true)]
async fn a_token_is_fetched_once_and_kept() {
    let (issuer, source) = source(3600).await;
    assert!(everybody(&source).await.iter().all(|token| token == "Bearer token-1"));
    tokio::time::advance(Duration::from_secs(3299)).await;
    everybody(&source).await;
    assert_eq!(issuer.asked.load(Ordering::SeqCst), 1);
}

#[tokio::test(start_paused = true)]
async fn one_renews_before_expiry_and_the_others_go_on() {
    let (issuer, source) = source(3600).await;
    tokio::time::advance(Duration::from_secs(3301)).await;
    let tokens = everybody(&source).await;
    assert_eq!(tokens.iter().filter(|token| *token == "Bearer token-2").count(), 1);
    assert_eq!(tokens.iter().filter(|token| *token == "Bearer token-1").count(), 49);
    assert_eq!((issuer.asked.load(Ordering::SeqCst), issuer.made.load(Ordering::SeqCst)), (2, 1));
}

#[tokio::test(start_paused = true)]
async fn an_expired_token_is_waited_for_by_all_and_fetched_by_one() {
    let (issuer, source) = source(3600).await;
    tokio::time::advance(Duration::from_secs(4000)).await;
    assert!(everybody(&source).await.iter().all(|token| token == "Bearer token-2"));
    assert_eq!(issuer.asked.load(Ordering::SeqCst), 2);
}

#[tokio::test(start_paused = true)]
async fn a_token_outlives_renewals_that_fail_until_azure_refuses_it() {
    let (issuer, source) = source(3600).await;
    *issuer.failing.lock().unwrap() = true;
    tokio::time::advance(Duration::from_secs(3400)).await;
    for _ in 0..3 {
        assert!(everybody(&source).await.iter().all(|token| token == "Bearer token-1"));
    }
    assert_eq!(issuer.asked.load(Ordering::SeqCst), 2, "not asked again at once");
    tokio::time::advance(Duration::from_secs(200)).await;
    for _ in 0..3 {
        assert!(
            everybody(&source).await.iter().all(|token| token == "Bearer token-1"),
            "the clock may be wrong"
        );
    }
    assert_eq!(issuer.asked.load(Ordering::SeqCst), 3);
    let refused = source.token().await;
    for _ in 0..3 {
        let error = source.renew_after_401(&refused).await.unwrap_err();
        assert!(error.to_string().contains("not now"), "{error}");
    }
    assert_eq!(issuer.asked.load(Ordering::SeqCst), 4, "nor after it was refused");
    *issuer.failing.lock().unwrap() = false;
    tokio::time::advance(Duration::from_secs(31)).await;
    assert_eq!(text(&source.renew_after_401(&refused).await.unwrap()), "Bearer token-5");
}

/// Whatever life it is given, a token is asked for once in half a minute, not once a request.
#[tokio::test(start_paused = true)]
async fn a_token_that_is_due_on_arrival_is_used_all_the_same() {
    let (issuer, source) = source(0).await;
    for second in 0..121 {
        everybody(&source).await;
        tokio::time::advance(Duration::from_secs(1)).await;
        assert!(issuer.asked.load(Ordering::SeqCst) <= 1 + second / 30, "second {second}");
    }
}

/// A clock that is fast by nearly a token's life: the same one is handed out again and again.
#[tokio::test(start_paused = true)]
async fn a_renewal_that_brings_the_same_token_is_not_repeated_at_once() {
    let issuer = Arc::new(Counting { lifetime: Duration::from_secs(3), always: true, ..Counting::default() });
    let source = Arc::new(TokenSource::sign_in(issuer.clone()).await.unwrap());
    for _ in 0..121 {
        everybody(&source).await;
        tokio::time::advance(Duration::from_millis(500)).await;
    }
    assert!(issuer.asked.load(Ordering::SeqCst) <= 5, "{}", issuer.asked.load(Ordering::SeqCst));
}

#[tokio::test(start_paused = true)]
async fn a_server_that_refuses_every_token_is_not_answered_with_a_sign_in_each() {
    let (issuer, source) = source(3600).await;
    for _ in 0..121 {
        let refused = source.token().await;
        source.renew_after_401(&refused).await.unwrap();
    }
    assert_eq!(issuer.asked.load(Ordering::SeqCst), 2);
    tokio::time::advance(Duration::from_secs(31)).await;
    source.renew_after_401(&source.token().await).await.unwrap();
    assert_eq!(issuer.asked.load(Ordering::SeqCst), 3);
    // One that was taken and is refused later was revoked: that is worth another.
    for revoked in 4..9 {
        let token = source.token().await;
        token.was_taken();
        source.renew_after_401(&token).await.unwrap();
        assert_eq!(issuer.asked.load(Ordering::SeqCst), revoked);
    }
}

#[tokio::test(start_paused = true)]
async fn a_refused_token_is_replaced_once_by_a_new_credential() {
    let (issuer, source) = source(3600).await;
    let refused = source.token().await;
    let callers = (0..20).map(|_| {
        let (source, refused) = (source.clone(), refused.clone());
        tokio::spawn(async move { text(&source.renew_after_401(&refused).await.unwrap()) })
    });
    for token in futures_util::future::join_all(callers).await {
        assert_eq!(token.unwrap(), "Bearer token-2");
    }
    assert_eq!((issuer.asked.load(Ordering::SeqCst), issuer.made.load(Ordering::SeqCst)), (2, 2));
    assert_eq!(text(&source.token().await), "Bearer token-2");
}

#[tokio::test(start_paused = true)]
async fn a_short_life_is_lived_to_four_fifths() {
    let (issuer, source) = source(10).await;
    tokio::time::advance(Duration::from_millis(7900)).await;
    source.token().await;
    assert_eq!(issuer.asked.load(Ordering::SeqCst), 1);
    tokio::time::advance(Duration::from_millis(200)).await;
    source.token().await;
    assert_eq!(issuer.asked.load(Ordering::SeqCst), 2);
}

#[test]
fn a_token_shows_itself_to_nobody() {
    let encoded = URL_SAFE_NO_PAD.encode(r#"{"tid":"72f9","aud":"x","iat":1700000000}"#);
    let secret = format!("head.{encoded}.signature");
    let token = Token::new(&secret, Duration::from_secs(60)).unwrap();
    assert!(token.header().is_sensitive());
    let shown = format!("{token:?} {:?}", token.header());
    assert!(!shown.contains("signature") && !shown.contains(&encoded), "{shown}");
    assert_eq!((token.claims.tid.as_deref(), token.issued_at()), (Some("72f9"), Some(1_700_000_000)));
    for opaque in ["", "abc", "a.b.c", "a.e30.c", "..", "head.bnVsbA.x"] {
        assert_eq!(claims(opaque).tid, None, "{opaque}");
    }
    for none in ["", "bro\nken"] {
        assert!(Token::new(none, Duration::ZERO).is_err(), "{none:?}");
    }
    assert_eq!(secrets::hide(&format!("it says {secret}")), "it says …");
}
