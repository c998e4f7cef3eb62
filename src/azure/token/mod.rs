//! One token for everybody: cached, fetched by one at a time, renewed before it expires.
//!
//! When a token ends is this machine's clock to tell, and clocks are wrong; whether it is good is Azure's. So a token that
//! seems to be over is used until Azure refuses it, and nobody asks for one after the other.
//!
//! The credentials of `azure_identity` have a cache of their own, but it cannot be told that a token was refused, and it
//! drops a token that is still good when the next one cannot be had. So a source owns the recipe of its credential, and
//! makes a new one after a 401.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use azure_core::credentials::TokenCredential;
use azure_core::time::OffsetDateTime;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::header::HeaderValue;
use tokio::sync::Mutex;
use tokio::time::Instant;
use tracing::debug;

use super::sign_in::SignInError;
use crate::secrets;

/// A token is renewed this long before it expires, or after four fifths of its life where that is shorter.
const RENEW_BEFORE: Duration = Duration::from_secs(300);

/// A renewal that failed, or that brought nothing better, is tried again after this long.
const RENEW_AGAIN_AFTER: Duration = Duration::from_secs(30);

/// An access token. It shows itself to nobody but the request it is for.
#[derive(Clone)]
pub(super) struct Token {
    header: HeaderValue,
    expires: Instant,
    renew_at: Instant,
    /// When it took the place of one that was refused.
    replaced_at: Option<Instant>,
    /// Whether Azure has answered a request with it.
    taken: Arc<AtomicBool>,
    claims: Claims,
}

/// What a token says about itself, where it can be read. Nothing is decided by it.
#[derive(Debug, Clone, Default, serde::Deserialize)]
struct Claims {
    /// The tenant.
    tid: Option<String>,
    /// When it was made, in seconds.
    iat: Option<i64>,
}

impl Token {
    /// Makes a token out of what a credential returned.
    pub(super) fn new(secret: &str, valid_for: Duration) -> Result<Self, SignInError> {
        secrets::know(secret);
        if secret.is_empty() {
            return Err(SignInError::Invalid("the answer holds no token".to_owned()));
        }
        let mut header = HeaderValue::from_str(&format!("Bearer {secret}"))
            .map_err(|_| SignInError::Invalid("the token has characters no header may have".to_owned()))?;
        header.set_sensitive(true);
        let now = Instant::now();
        let renew_before = RENEW_BEFORE.min(valid_for / 5);
        Ok(Self {
            header,
            expires: now + valid_for,
            renew_at: now + valid_for.saturating_sub(renew_before),
            replaced_at: None,
            taken: Arc::default(),
            claims: claims(secret),
        })
    }

    /// The value of the `Authorization` header, marked as sensitive.
    pub(super) fn header(&self) -> HeaderValue {
        self.header.clone()
    }

    /// When it says that it was made, in seconds.
    pub(super) fn issued_at(&self) -> Option<i64> {
        self.claims.iat
    }

    /// Azure has answered a request with it.
    pub(super) fn was_taken(&self) {
        self.taken.store(true, Ordering::Relaxed);
    }

    fn is_same(&self, other: &Self) -> bool {
        self.header == other.header
    }

    /// Whether it came in the place of a refused one just now and was never taken: then yet another fares no better.
    fn is_refused_as_well(&self) -> bool {
        let just_now = self.replaced_at.is_some_and(|at| at.elapsed() < RENEW_AGAIN_AFTER);
        just_now && !self.taken.load(Ordering::Relaxed)
    }

    /// The token, not to be renewed at once where it is due on arrival or no other than the one before.
    fn not_at_once(mut self, before: Option<&Self>) -> Self {
        let now = Instant::now();
        if self.renew_at <= now || before.is_some_and(|before| self.is_same(before)) {
            self.renew_at = self.renew_at.max(now + RENEW_AGAIN_AFTER);
        }
        self
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token").field("claims", &self.claims).finish_non_exhaustive()
    }
}

/// The claims of a signed token; nothing of one that is none.
fn claims(secret: &str) -> Claims {
    let read = || {
        let payload = URL_SAFE_NO_PAD.decode(secret.split('.').nth(1)?.trim_end_matches('=')).ok()?;
        serde_json::from_slice::<Claims>(&payload).ok()
    };
    let mut claims = read().unwrap_or_default();
    claims.tid =
        claims.tid.filter(|tid| !tid.is_empty() && tid.len() <= 100 && !tid.chars().any(char::is_control));
    claims
}

/// What a source gets its tokens from.
#[async_trait::async_trait]
pub(super) trait TokenIssuer: Send + Sync {
    /// Makes a new credential, which remembers no token of an older one.
    fn credential(&self) -> Result<Arc<dyn TokenCredential>, SignInError>;

    /// Asks a credential for a token.
    async fn ask(&self, credential: &dyn TokenCredential) -> Result<Token, SignInError>;
}

/// Where every request gets its token.
pub(super) struct TokenSource<I> {
    issuer: I,
    current: RwLock<Token>,
    /// Whoever holds it is the one that fetches.
    desk: Mutex<Desk>,
}

/// What it takes to fetch a token.
struct Desk {
    credential: Arc<dyn TokenCredential>,
    /// The last attempt to replace a refused token, where it failed.
    failed: Option<(Instant, SignInError)>,
}

impl<I: TokenIssuer> TokenSource<I> {
    /// Signs in, so that nobody starts to read before it is known that signing in works.
    pub(super) async fn sign_in(issuer: I) -> Result<Self, SignInError> {
        let credential = issuer.credential()?;
        let token = issuer.ask(&*credential).await?.not_at_once(None);
        Ok(Self { issuer, current: RwLock::new(token), desk: Mutex::new(Desk { credential, failed: None }) })
    }

    /// The best token there is. One caller renews a token that is about to expire, and the others go on with it; they wait
    /// where the clock says that it is over. Where it cannot be renewed, Azure may say whether it is still good.
    pub(super) async fn token(&self) -> Token {
        let token = self.current();
        let now = Instant::now();
        if now < token.renew_at {
            return token;
        }
        let desk = if now < token.expires {
            let Ok(desk) = self.desk.try_lock() else { return token };
            desk
        } else {
            self.desk.lock().await
        };
        let token = self.current();
        if Instant::now() < token.renew_at {
            return token;
        }
        let renewed = match self.issuer.ask(&*desk.credential).await {
            Ok(renewed) => renewed.not_at_once(Some(&token)),
            Err(error) => {
                debug!(%error, "the token cannot be renewed, and is used on");
                token.not_at_once(None)
            }
        };
        self.keep(renewed)
    }

    /// A token other than the one that was refused, from a credential that never saw that one.
    ///
    /// Where the one before that was refused too, or none could be had, it stays so for a while: nobody asks on and on.
    pub(super) async fn renew_after_401(&self, refused: &Token) -> Result<Token, SignInError> {
        let mut desk = self.desk.lock().await;
        let current = self.current();
        if !current.is_same(refused) || current.is_refused_as_well() {
            return Ok(current);
        }
        if let Some((_, error)) = desk.failed.as_ref().filter(|(at, _)| at.elapsed() < RENEW_AGAIN_AFTER) {
            return Err(error.clone());
        }
        let fetched = match self.issuer.credential() {
            Ok(fresh) => self.issuer.ask(&*fresh).await.map(|token| (fresh, token)),
            Err(error) => Err(error),
        };
        match fetched {
            Ok((fresh, token)) => {
                *desk = Desk { credential: fresh, failed: None };
                let token = Token { replaced_at: Some(Instant::now()), ..token.not_at_once(Some(&current)) };
                Ok(self.keep(token))
            }
            Err(error) => {
                desk.failed = Some((Instant::now(), error.clone()));
                Err(error)
            }
        }
    }

    /// The tenant the present token says it is of.
    pub(super) fn tenant_id(&self) -> Option<String> {
        self.current().claims.tid
    }

    fn current(&self) -> Token {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn keep(&self, token: Token) -> Token {
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = token.clone();
        token
    }
}

/// How long a token that expires then is valid from now; no token is trusted for more than a day.
pub(super) fn valid_for(expires_on: OffsetDateTime) -> Duration {
    let left = Duration::try_from(expires_on - OffsetDateTime::now_utc()).unwrap_or(Duration::ZERO);
    left.min(Duration::from_secs(24 * 3600))
}

#[cfg(test)]
mod tests;
