//! Why a read failed, in the words of the coverage ledger.

use std::error::Error;

use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use serde::Deserialize;

use super::codes::{self, Obstacle};
use super::sign_in::SignInError;
use crate::secrets;

/// The longest message kept of an answer.
const LONGEST_MESSAGE: usize = 600;

/// How a read ended that did not succeed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FailureKind {
    /// The identity may not read it (403).
    Denied,
    /// Azure takes neither the token nor the one that was fetched in its place (401).
    TokenRefused,
    /// Azure knows no such thing (404).
    NotFound,
    /// The subscription belongs to another tenant than the one that was signed in to.
    OtherTenant,
    /// Everything else; what was read before is kept.
    Failed,
    /// The run was stopped before it could be read.
    Cancelled,
}

/// A read that failed, or that ended early.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ReadFailure {
    /// What kind of failure it is.
    pub kind: FailureKind,
    /// The status of the last answer, where there was one.
    pub http_status: Option<u16>,
    /// Azure's error code, or one of [`codes`] where Azure gave none.
    pub code: Option<String>,
    /// What happened: Azure's words where it had any, bounded in length and free of control characters.
    pub message: String,
    /// Azure's id of the request, for a support case.
    pub request_id: Option<String>,
}

impl ReadFailure {
    /// A failure of our own finding.
    pub(super) fn new(code: &str, message: impl Into<String>) -> Self {
        let message = clean(&message.into());
        Self {
            kind: FailureKind::Failed,
            http_status: None,
            code: Some(code.to_owned()),
            message,
            request_id: None,
        }
    }

    /// No token could be had.
    pub(super) fn sign_in(error: &SignInError) -> Self {
        let code =
            error.code().map_or_else(|| codes::SIGN_IN_FAILED.to_owned(), |code| format!("AADSTS{code}"));
        Self::new(&code, error.to_string())
    }

    /// The run was stopped.
    pub(super) fn cancelled(code: &str, message: &str) -> Self {
        Self { kind: FailureKind::Cancelled, ..Self::new(code, message) }
    }

    /// An answer that is no success.
    pub(super) fn from_answer(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Self {
        let (code, words) = arm_error(body);
        let kind = match (status, code.as_deref()) {
            (_, Some(codes::OTHER_TENANT)) => FailureKind::OtherTenant,
            (StatusCode::UNAUTHORIZED, _) => FailureKind::TokenRefused,
            (StatusCode::FORBIDDEN, _) => FailureKind::Denied,
            (StatusCode::NOT_FOUND, _) => FailureKind::NotFound,
            _ => FailureKind::Failed,
        };
        let own_code = match status.as_u16() {
            // The rest of the 3xx lead nowhere (304), or are no longer used.
            300..=303 | 307 | 308 => Some(codes::REDIRECTED),
            401 => Some(codes::TOKEN_REFUSED),
            407 => Some(codes::PROXY_CREDENTIALS),
            _ => None,
        };
        let message = match (words, own_code == Some(codes::REDIRECTED)) {
            (Some(words), _) => words,
            (None, true) => format!("the answer is a redirect ({status}), which is not followed"),
            (None, false) => format!("the answer is {status}, without an error message"),
        };
        Self {
            kind,
            http_status: Some(status.as_u16()),
            code: code.or_else(|| own_code.map(str::to_owned)),
            message: clean(&message),
            request_id: request_id(headers),
        }
    }

    /// A request that got no answer, or not all of it.
    pub(super) fn from_transport(error: &reqwest::Error) -> Self {
        let cause = root_cause(error);
        if let Some(obstacle) = Obstacle::of(&cause) {
            return Self::new(obstacle.code(), format!("{}: {cause}", obstacle.words()));
        }
        if error.is_timeout() {
            return Self::new(codes::TIMED_OUT, "no answer came in time");
        }
        Self::new(codes::CONNECTION_FAILED, format!("the connection failed: {cause}"))
    }

    /// Adds the status and request id of the answer it is about.
    pub(super) fn about(mut self, status: StatusCode, headers: &HeaderMap) -> Self {
        self.http_status = Some(status.as_u16());
        self.request_id = request_id(headers);
        self
    }

    /// Whether Azure said that it does not offer this API version, or not here.
    ///
    /// <https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-not-found> and
    /// <https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors>
    pub(super) fn is_version_rejected(&self) -> bool {
        matches!(self.http_status, Some(400 | 404))
            && matches!(
                self.code.as_deref(),
                Some(
                    "InvalidApiVersionParameter"
                        | "NoRegisteredProviderFound"
                        | "UnsupportedApiVersion"
                        | "InvalidResourceType"
                )
            )
    }

    /// Whether the resource provider is not registered in the subscription, which therefore has none of its resources.
    ///
    /// <https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-register-resource-provider>
    pub(super) fn is_provider_unregistered(&self) -> bool {
        self.code.as_deref() == Some("MissingSubscriptionRegistration")
    }

    /// What to do about it, where there is something to do.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match (self.kind, self.code.as_deref()) {
            (FailureKind::Denied, _) => {
                Some("give the identity the role `Reader` on this scope, or list it in `scope.accept_unread`")
            }
            (FailureKind::TokenRefused, _) => Some(codes::TOKEN_HINT),
            (_, code) => code.and_then(codes::hint),
        }
    }
}

fn request_id(headers: &HeaderMap) -> Option<String> {
    ["x-ms-request-id", "x-ms-correlation-request-id"]
        .iter()
        .find_map(|name| headers.get(*name)?.to_str().ok())
        .map(|id| clean(id).chars().take(100).collect())
}

/// The code and message of ARM's error envelope; gateways in between may answer with anything.
fn arm_error(body: &[u8]) -> (Option<String>, Option<String>) {
    #[derive(Deserialize)]
    struct Envelope {
        error: Option<Detail>,
        #[serde(flatten)]
        bare: Detail,
    }
    #[derive(Deserialize)]
    struct Detail {
        code: Option<String>,
        message: Option<String>,
    }
    let Ok(envelope) = serde_json::from_slice::<Envelope>(body) else { return (None, None) };
    let detail = envelope.error.unwrap_or(envelope.bare);
    let code = detail.code.map(|code| clean(&code).chars().take(100).collect::<String>());
    (code.filter(|code| !code.is_empty()), detail.message.filter(|message| !message.trim().is_empty()))
}

/// Words of others made fit for a line of ours: no control or direction characters, no credentials, and not too long.
pub(super) fn clean(text: &str) -> String {
    let text = &secrets::hide(text);
    let direction =
        |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let plain: String = text.chars().map(|c| if c.is_control() || direction(c) { ' ' } else { c }).collect();
    let mut is_announced = false;
    let hide = |word| {
        let named = named_credential(word);
        let hidden = named == Some(true) || is_credential(word, is_announced);
        is_announced = named == Some(false) || word.to_ascii_lowercase().ends_with("bearer");
        if hidden { "…" } else { word }
    };
    let words = plain.split_whitespace().map(hide).collect::<Vec<_>>().join(" ");
    // Where a line was broken inside a secret that has spaces, it is whole only now.
    let mut words = secrets::hide(&words).into_owned();
    if let Some((end, _)) = words.char_indices().nth(LONGEST_MESSAGE) {
        words.truncate(end);
        words.push('…');
    }
    words
}

/// Whether a word holds what only the server may see. Proxies exist that answer with the request they were sent.
fn is_credential(word: &str, is_announced: bool) -> bool {
    let (is_long, is_quoted) = (word.len() >= 20, word.starts_with(['"', '\'']));
    // Every signed token begins so: it is `{"` in Base64.
    is_announced && (is_long || is_quoted) || is_long && word.contains("eyJ")
}

/// Whether a word names a credential, in a form or in JSON, and then whether it holds it as well: it may be the next one.
fn named_credential(word: &str) -> Option<bool> {
    /// The fields of a sign-in, as their names are without `_`.
    const NAMES: [&str; 6] =
        ["clientsecret", "clientassertion", "accesstoken", "refreshtoken", "idtoken", "oidctoken"];
    if !word.contains(['=', ':']) {
        return None;
    }
    let word = word.replace('_', "").to_ascii_lowercase();
    let mut said = None;
    for (at, name) in NAMES.iter().flat_map(|name| word.match_indices(name)) {
        let quotes: &[char] = &['"', '\'', '\\'];
        let rest = word[at + name.len()..].trim_start_matches(quotes);
        let Some(value) = rest.strip_prefix(['=', ':']) else { continue };
        said = said.max(Some(!value.trim_matches(quotes).is_empty()));
    }
    said
}

/// The innermost cause, which is the one that says something.
pub(super) fn root_cause(error: &(dyn Error + 'static)) -> String {
    let mut cause = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    let words = clean(&cause.to_string());
    // rustls adds a link to its manual, which is for programmers.
    words.split_once(": https://docs.rs/").map_or(words.as_str(), |(words, _)| words).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> ReadFailure {
        let headers = [("x-ms-request-id".parse().unwrap(), "11-22".parse().unwrap())].into_iter().collect();
        ReadFailure::from_answer(StatusCode::from_u16(status).unwrap(), &headers, body.as_bytes())
    }

    #[test]
    fn an_answer_becomes_a_failure_of_its_kind() {
        let envelope =
            |code: &str| format!(r#"{{"error":{{"code":"{code}","message":"because","details":[]}}}}"#);
        let cases = [
            (401, envelope("ExpiredAuthenticationToken"), FailureKind::TokenRefused),
            (401, envelope("InvalidAuthenticationTokenTenant"), FailureKind::OtherTenant),
            (403, envelope("AuthorizationFailed"), FailureKind::Denied),
            (404, envelope("SubscriptionNotFound"), FailureKind::NotFound),
            (409, envelope("MissingSubscriptionRegistration"), FailureKind::Failed),
            (500, envelope("InternalServerError"), FailureKind::Failed),
        ];
        for (status, body, kind) in cases {
            let failure = answer(status, &body);
            assert_eq!((failure.kind, failure.http_status), (kind, Some(status)));
            assert_eq!((failure.message.as_str(), failure.request_id.as_deref()), ("because", Some("11-22")));
        }
        let bare = answer(400, r#"{"code":"BadRequest","message":"x"}"#);
        assert_eq!(bare.code.as_deref(), Some("BadRequest"));
    }

    #[test]
    fn answers_without_arms_envelope_are_told_by_their_status() {
        for body in ["", "<html>gateway</html>", "{\"error\":null}", "[]", "null", "{\"error\":\"text\"}"] {
            let failure = answer(502, body);
            assert_eq!(failure.code, None, "{body}");
            assert_eq!(failure.message, "the answer is 502 Bad Gateway, without an error message", "{body}");
        }
        for status in 300..400 {
            let failure = answer(status, "");
            let leads_elsewhere = matches!(status, 300..=303 | 307 | 308);
            assert_eq!(failure.code.as_deref() == Some(codes::REDIRECTED), leads_elsewhere, "{status}");
            assert_eq!(failure.message.contains("redirect"), leads_elsewhere, "{status}");
        }
        assert_eq!(answer(304, "").message, "the answer is 304 Not Modified, without an error message");
        assert!(answer(407, "").hint().unwrap().contains("USER:PASSWORD"));
        assert_eq!(answer(401, "").code.as_deref(), Some(codes::TOKEN_REFUSED));
    }

    #[test]
    fn words_of_others_are_made_harmless() {
        let body = r#"{"error":{"code":"A\u0007B","message":"one\r\ntwo\u001b[31m \u202e three"}}"#;
        let failure = answer(500, body);
        assert_eq!(failure.code.as_deref(), Some("A B"));
        assert_eq!(failure.message, "one two [31m three");
        let long = clean(&"ä".repeat(5_000));
        assert_eq!(long.chars().count(), LONGEST_MESSAGE + 1);
    }

    #[test]
    fn what_was_sent_does_not_come_back_in_words() {
        let token = "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.e30.c2lnbmF0dXJl";
        for (echoed, shown) in [
            (format!("Authorization: Bearer {token}, Accept: x"), "Authorization: Bearer … Accept: x"),
            (format!("token=\"{token}\" is odd"), "… is odd"),
            ("a bearer 0123456789abcdef0123 here".to_owned(), "a bearer … here"),
            ("scope=x&client_secret=hunter2 was sent".to_owned(), "… was sent"),
            ("Bearer token expected".to_owned(), "Bearer token expected"),
            (r#"ERROR: {"accessToken":"hunter22","expiresOn":1}"#.to_owned(), "ERROR: …"),
            (
                r#"{ "accessToken": "hunter22", "expires": 1 }"#.to_owned(),
                r#"{ "accessToken": … "expires": 1 }"#,
            ),
            ("access_token=hunter22 Refresh_Token:hunter22 id_token='hunter22'".to_owned(), "… … …"),
            ("no access_token: sign in".to_owned(), "no access_token: sign in"),
            ("the id_token is old; see access_token".to_owned(), "the id_token is old; see access_token"),
        ] {
            assert_eq!(clean(&echoed), shown);
        }
    }

    #[test]
    fn what_is_known_does_not_come_back_whatever_it_looks_like() {
        let secret = "opaque-and-known-to-these-tests";
        secrets::know(secret);
        let body = format!(r#"{{"error":{{"code":"{secret}","message":"Bearer:{secret} \"{secret}\""}}}}"#);
        let headers = [("x-ms-request-id".parse().unwrap(), secret.parse().unwrap())].into_iter().collect();
        for body in [body.clone(), body.replace("-and", r"\u002dand")] {
            let failure = ReadFailure::from_answer(StatusCode::FORBIDDEN, &headers, body.as_bytes());
            assert!(!format!("{failure:?}").contains("opaque"), "{failure:?}");
            assert_eq!((failure.code.as_deref(), failure.message.as_str()), (Some("…"), "Bearer:… \"…\""));
        }
        assert_eq!(ReadFailure::new("X", format!("it said {secret}")).message, "it said …");
    }

    #[test]
    fn a_token_that_is_refused_is_no_lack_of_a_role() {
        for body in [
            "",
            r#"{"error":{"code":"ExpiredAuthenticationToken","message":"x"}}"#,
            r#"{"error":{"code":"Odd"}}"#,
        ] {
            let failure = answer(401, body);
            let hint = failure.hint().unwrap();
            assert!(
                hint.contains("sign in again") && hint.contains("clock") && !hint.contains("Reader"),
                "{hint}"
            );
        }
        assert!(answer(403, "").hint().unwrap().contains("Reader"));
        assert!(codes::hint("ExpiredAuthenticationToken").unwrap().contains("clock"));
    }

    #[test]
    fn a_rejected_version_is_told_from_other_answers() {
        for (status, code, rejected) in [
            (400, "InvalidApiVersionParameter", true),
            (400, "NoRegisteredProviderFound", true),
            (400, "UnsupportedApiVersion", true),
            (404, "InvalidResourceType", true),
            (400, "BadRequest", false),
            (404, "ResourceNotFound", false),
            (500, "InvalidApiVersionParameter", false),
        ] {
            let failure = answer(status, &format!(r#"{{"error":{{"code":"{code}"}}}}"#));
            assert_eq!(failure.is_version_rejected(), rejected, "{status} {code}");
        }
    }
}
