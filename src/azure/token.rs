//! One token for everybody: cached, fetched by one at a time, renewed before it expires.
//!
//! The credentials of `azure_identity` have a cache of their own, but it cannot be told that a token was refused, and it
//! drops a token that is still good when the next one cannot be had. So a source owns the recipe of its credential, and
//! makes a new one after a 401.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use azure_core::credentials::TokenCredential;
use azure_core::time::OffsetDateTime;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::header::HeaderValue;
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::sign_in::SignInError;

/// A token is renewed this long before it expires, or after four fifths of its life where that is shorter.
const RENEW_BEFORE: Duration = Duration::from_secs(300);

/// A renewal that failed, or that brought nothing newer, is tried again after this long.
const RENEW_AGAIN_AFTER: Duration = Duration::from_secs(30);

/// An access token. It shows itself to nobody but the request it is for.
#[derive(Clone)]
pub(super) struct Token {
    header: HeaderValue,
    expires: Instant,
    renew_at: Instant,
    tenant_id: Option<String>,
}

impl Token {
    /// Makes a token out of what a credential returned.
    pub(super) fn new(secret: &str, valid_for: Duration) -> Result<Self, SignInError> {
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
            tenant_id: tenant_of(secret),
        })
    }

    /// The value of the `Authorization` header, marked as sensitive.
    pub(super) fn header(&self) -> HeaderValue {
        self.header.clone()
    }

    fn is_same(&self, other: &Self) -> bool {
        self.header == other.header
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token").field("tenant_id", &self.tenant_id).finish_non_exhaustive()
    }
}

/// The `tid` claim. Nothing is decided by it; it names the tenant in reports.
fn tenant_of(secret: &str) -> Option<String> {
    #[derive(serde::Deserialize)]
    struct Claims {
        tid: Option<String>,
    }
    let payload = secret.split('.').nth(1)?;
    let payload = URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?;
    let claims: Claims = serde_json::from_slice(&payload).ok()?;
    claims.tid.filter(|tid| !tid.is_empty() && tid.len() <= 100 && !tid.chars().any(char::is_control))
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
    credential: Mutex<Arc<dyn TokenCredential>>,
}

impl<I: TokenIssuer> TokenSource<I> {
    /// Signs in, so that nobody starts to read before it is known that signing in works.
    pub(super) async fn sign_in(issuer: I) -> Result<Self, SignInError> {
        let credential = issuer.credential()?;
        let token = issuer.ask(&*credential).await?;
        Ok(Self { issuer, current: RwLock::new(token), credential: Mutex::new(credential) })
    }

    /// A token that is valid now. One caller renews a token that is about to expire; the others go on with it.
    pub(super) async fn token(&self) -> Result<Token, SignInError> {
        let token = self.current();
        let now = Instant::now();
        if now < token.renew_at {
            return Ok(token);
        }
        let credential = if now < token.expires {
            let Ok(credential) = self.credential.try_lock() else { return Ok(token) };
            credential
        } else {
            self.credential.lock().await
        };
        let token = self.current();
        if Instant::now() < token.renew_at {
            return Ok(token);
        }
        match self.issuer.ask(&**credential).await {
            Ok(renewed) => Ok(self.keep(Self::not_at_once(renewed))),
            Err(_) if Instant::now() < token.expires => Ok(self.keep(Self::not_at_once(token))),
            Err(error) => Err(error),
        }
    }

    /// A token other than the one that was refused, from a credential that never saw that one.
    pub(super) async fn renew_after_401(&self, refused: &Token) -> Result<Token, SignInError> {
        let mut credential = self.credential.lock().await;
        let current = self.current();
        if !current.is_same(refused) {
            return Ok(current);
        }
        let fresh = self.issuer.credential()?;
        let token = self.issuer.ask(&*fresh).await?;
        *credential = fresh;
        Ok(self.keep(Self::not_at_once(token)))
    }

    /// The tenant the present token says it is of.
    pub(super) fn tenant_id(&self) -> Option<String> {
        self.current().tenant_id
    }

    fn current(&self) -> Token {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn keep(&self, token: Token) -> Token {
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = token.clone();
        token
    }

    /// A token that is already due (the CLI may hand out the one it has) is not asked for again at once.
    fn not_at_once(mut token: Token) -> Token {
        let now = Instant::now();
        if token.renew_at <= now {
            token.renew_at = (now + RENEW_AGAIN_AFTER).min(token.expires);
        }
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
