//! How sign-in reaches Entra: the shared HTTP client, plus an ear for what Entra says when it refuses.
//!
//! `azure_identity` reads Entra's errors without allocating, which fails on any text that is escaped in JSON; the code and
//! the words that say what is wrong are then lost. So they are taken down here, as the answer passes by.

use std::sync::{Mutex, PoisonError};

use azure_core::error::ErrorKind;
use azure_core::http::headers::HeaderName;
use azure_core::http::{AsyncRawResponse, Body, HttpClient, Request};
use futures_util::StreamExt;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;
use url::form_urlencoded;

use super::clock::ClockWatch;
use super::failure::clean;
use super::sign_in::SignInError;
use crate::secrets;

/// The fields that sign-in sends and gets, and nobody else may see.
const SECRET_FIELDS: [&str; 8] = [
    "client_secret",
    "client_assertion",
    "access_token",
    "refresh_token",
    "id_token",
    // The Azure CLI's, GitHub's and Azure Pipelines' names for a token.
    "accessToken",
    "value",
    "oidcToken",
];

/// No token lives longer; `azure_identity` cannot even add up what does.
const LONGEST_LIFE: u64 = 10 * 365 * 24 * 3600;

/// What Entra said when it refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) status: u16,
    /// The number of the error, as in `AADSTS7000215`.
    pub(super) code: Option<String>,
    /// Entra's words, without line breaks.
    pub(super) message: String,
}

/// The transport of every credential that talks to Entra.
#[derive(Debug)]
pub(super) struct SignInTransport {
    http: reqwest::Client,
    last_refusal: Mutex<Option<Refusal>>,
    clock: ClockWatch,
}

impl SignInTransport {
    pub(super) fn new(http: reqwest::Client) -> Self {
        Self { http, last_refusal: Mutex::default(), clock: ClockWatch::default() }
    }

    /// Whoever hears of the time tells it here.
    pub(super) fn clock(&self) -> &ClockWatch {
        &self.clock
    }

    /// The last refusal, once.
    pub(super) fn take_refusal(&self) -> Option<Refusal> {
        self.last_refusal.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

#[async_trait::async_trait]
impl HttpClient for SignInTransport {
    async fn execute_request(&self, request: &Request) -> azure_core::Result<AsyncRawResponse> {
        if !request.url().path().ends_with("/oauth2/v2.0/token") {
            return bounded(self.http.execute_request(request).await?).await;
        }
        if let Body::Bytes(form) = request.body() {
            know_sent(form);
        }
        let answer = bounded(self.http.execute_request(request).await?).await?;
        let (status, headers, body) = answer.deconstruct();
        self.look_at_clock(headers.get_optional_str(&HeaderName::from_static("date")));
        let body = body.collect().await?;
        know_answered(&body);
        if status.is_success() && holds_token(&body) {
            sane_life(&body)?;
            return Ok(AsyncRawResponse::from_bytes(status, headers, body));
        }
        let refusal = refusal(u16::from(status), &body);
        *self.last_refusal.lock().unwrap_or_else(PoisonError::into_inner) = Some(refusal);
        Ok(AsyncRawResponse::from_bytes(status, headers, body))
    }
}

/// Reads an answer to its end, which a token and all that is said around it have long before the limit.
pub(super) async fn bounded(answer: AsyncRawResponse) -> azure_core::Result<AsyncRawResponse> {
    const LONGEST: usize = 1 << 20;
    let (status, headers, mut body) = answer.deconstruct();
    let mut bytes = Vec::new();
    while let Some(chunk) = body.next().await {
        let chunk = chunk?;
        if bytes.len() + chunk.len() > LONGEST {
            let message = format!("the answer is longer than the {LONGEST} bytes that are read of one");
            return Err(azure_core::Error::with_message(ErrorKind::DataConversion, message));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(AsyncRawResponse::from_bytes(status, headers, bytes))
}

impl SignInTransport {
    #[expect(clippy::disallowed_methods, reason = "it is the clock that is looked at")]
    fn look_at_clock(&self, date: Option<&str>) {
        self.clock.answered(date, Timestamp::now());
    }
}

/// Registers the secret or the assertion that a form sends, wherever it came from.
fn know_sent(form: &[u8]) {
    for (name, value) in form_urlencoded::parse(form) {
        if SECRET_FIELDS.contains(&name.as_ref()) {
            secrets::know(&value);
        }
    }
}

/// Registers the tokens that an answer holds, before anything else reads it.
pub(super) fn know_answered(body: &[u8]) {
    let answer: Value = serde_json::from_slice(body).unwrap_or_default();
    SECRET_FIELDS.iter().filter_map(|name| answer.get(name)?.as_str()).for_each(secrets::know);
}

/// Refuses a life that no clock can add up, or that is no number of seconds.
fn sane_life(body: &[u8]) -> azure_core::Result<()> {
    #[derive(Deserialize)]
    struct Answer {
        expires_in: Value,
    }
    let Ok(Answer { expires_in }) = serde_json::from_slice(body) else { return Ok(()) };
    let life = expires_in.as_i64().or_else(|| expires_in.as_str()?.parse().ok());
    if life.is_some_and(|seconds| seconds.unsigned_abs() <= LONGEST_LIFE) {
        return Ok(());
    }
    let message = match life {
        Some(seconds) => format!("the answer gives its token a life of {seconds} s, which makes no sense"),
        None => "the answer gives its token a life that is no number of seconds".to_owned(),
    };
    Err(azure_core::Error::with_error(ErrorKind::Credential, SignInError::Invalid(message), "no token"))
}

/// Whether a success is one of Entra's. A proxy may answer with a page of its own.
fn holds_token(body: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Body {
        access_token: String,
    }
    serde_json::from_slice::<Body>(body).is_ok_and(|body| !body.access_token.is_empty())
}

/// Reads Entra's error: <https://learn.microsoft.com/entra/identity-platform/reference-error-codes>
fn refusal(status: u16, body: &[u8]) -> Refusal {
    #[derive(Deserialize)]
    struct Body {
        error: Option<String>,
        error_description: Option<String>,
        #[serde(default)]
        error_codes: Vec<u64>,
    }
    let Ok(body) = serde_json::from_slice::<Body>(body) else {
        let missing = if (200..300).contains(&status) { "token" } else { "error message" };
        let message = format!("the sign-in page answered with {status} and no {missing}");
        return Refusal { status, code: None, message };
    };
    let message = body.error_description.or(body.error).unwrap_or_else(|| format!("status {status}"));
    let message = clean(&message);
    let code = body.error_codes.first().map(u64::to_string).or_else(|| aadsts(&message));
    Refusal { status, code, message }
}

/// The number after `AADSTS` in a text.
pub(super) fn aadsts(text: &str) -> Option<String> {
    let (_, rest) = text.split_once("AADSTS")?;
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    (!digits.is_empty()).then_some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entras_words_are_read_with_everything_that_is_escaped_in_them() {
        let body = br#"{"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret provided.\r\nTrace ID: 1\u002d2 \"x\"","error_codes":[7000215]}"#;
        let refusal = refusal(401, body);
        assert_eq!(refusal.code.as_deref(), Some("7000215"));
        assert_eq!(refusal.message, "AADSTS7000215: Invalid client secret provided. Trace ID: 1-2 \"x\"");
    }

    #[test]
    fn the_code_is_found_in_the_words_where_it_is_nowhere_else() {
        let body = br#"{"error":"invalid_request","error_description":"AADSTS90002: Tenant 'x' not found."}"#;
        assert_eq!(refusal(400, body).code.as_deref(), Some("90002"));
        assert_eq!(refusal(400, br#"{"error":"slow_down"}"#).message, "slow_down");
        assert_eq!(refusal(502, b"<html>").code, None);
        assert_eq!(refusal(200, b"<html>").message, "the sign-in page answered with 200 and no token");
        assert_eq!(aadsts("AADSTS: none"), None);
    }
}
