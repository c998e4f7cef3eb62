//! Access tokens: opaque or signed in form, counted, and good for a while.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// How every access token begins, so that a test can look for one where none should be.
pub const ACCESS_TOKEN_PREFIX: &str = "SIMULATED-ACCESS-TOKEN-";

/// What a bearer token is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bearer {
    Valid,
    Expired,
    Unknown,
}

/// All tokens that were issued.
pub(crate) struct Tokens {
    lifetime: Duration,
    signed: bool,
    issued: Mutex<HashMap<String, Issued>>,
}

struct Issued {
    expires: Instant,
    revoked: bool,
}

impl Tokens {
    pub(crate) fn new(lifetime: Duration, signed: bool) -> Self {
        Self { lifetime, signed, issued: Mutex::new(HashMap::new()) }
    }

    pub(crate) fn lifetime(&self) -> Duration {
        self.lifetime
    }

    pub(crate) fn issue(&self) -> String {
        let mut issued = self.issued.lock().unwrap_or_else(PoisonError::into_inner);
        let opaque = format!("{ACCESS_TOKEN_PREFIX}{:06}", issued.len() + 1);
        let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
        // In the form of RFC 7515; the simulator looks at none of its parts.
        let signed = || {
            let claims = format!(r#"{{"tid":"simulated","jti":"{}"}}"#, issued.len() + 1);
            format!("{}.{}.{}", part(r#"{"typ":"JWT","alg":"RS256"}"#), part(&claims), part(&opaque))
        };
        let token = if self.signed { signed() } else { opaque };
        issued.insert(token.clone(), Issued { expires: Instant::now() + self.lifetime, revoked: false });
        token
    }

    pub(crate) fn check(&self, token: &str) -> Bearer {
        match self.issued.lock().unwrap_or_else(PoisonError::into_inner).get(token) {
            None => Bearer::Unknown,
            Some(issued) if issued.revoked || Instant::now() >= issued.expires => Bearer::Expired,
            Some(_) => Bearer::Valid,
        }
    }

    pub(crate) fn issued(&self) -> Vec<String> {
        self.issued.lock().unwrap_or_else(PoisonError::into_inner).keys().cloned().collect()
    }

    pub(crate) fn revoke_all(&self) {
        for issued in self.issued.lock().unwrap_or_else(PoisonError::into_inner).values_mut() {
            issued.revoked = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_end_by_time_and_by_revocation() {
        let tokens = Tokens::new(Duration::from_secs(60), false);
        let first = tokens.issue();
        assert_eq!(tokens.check(&first), Bearer::Valid);
        tokens.revoke_all();
        assert_eq!(tokens.check(&first), Bearer::Expired);
        assert_eq!(tokens.check(&tokens.issue()), Bearer::Valid);
        assert_eq!(tokens.check("SIMULATED-ACCESS-TOKEN-000009"), Bearer::Unknown);
        let brief = Tokens::new(Duration::ZERO, true);
        assert_eq!(brief.check(&brief.issue()), Bearer::Expired);
    }
}
