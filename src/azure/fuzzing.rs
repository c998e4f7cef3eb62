//! What fuzzing reaches of this room.

use jiff::Timestamp;
use reqwest::{
    StatusCode,
    header::{HeaderMap, HeaderName, HeaderValue, RETRY_AFTER},
};
use serde::de::DeserializeOwned;
use url::Url;

use super::{
    OddObject, Read, arm,
    body::{self, BodyFault},
    codes,
    failure::ReadFailure,
    link, paging, retry,
};
use crate::meter;

/// What a text may become.
const MOST: u64 = meter::MULTIPLE << 20;

/// A list of one page, as far as its bytes can be read.
pub(crate) fn listing<T: DeserializeOwned>(body: &[u8]) -> Read<T> {
    match meter::within(MOST, || body::page::<T>(body)).result {
        Err(BodyFault::TooMuch) => {
            Read::failed(ReadFailure::new(codes::BODY_TOO_LARGE, "it becomes too much"))
        }
        Ok(page) => Read { items: page.items, odd: page.odd, attempts: 1, notes: Vec::new(), failure: None },
        Err(BodyFault::Broken(failure) | BodyFault::WrongShape(failure)) => Read::failed(failure),
    }
}

/// One resource, as far as its bytes can be read.
pub(crate) fn resource<T: DeserializeOwned>(body: &[u8]) -> Option<Result<T, OddObject>> {
    meter::within(MOST, || body::single(body)).result.ok()
}

/// The address a link leads to, or why it is not followed.
pub(crate) fn followed(link: &str, resource_manager: &Url) -> Result<Url, String> {
    link::accept(link, resource_manager).map_err(|refused| refused.to_string())
}

/// What an error's body says is one short line.
pub(crate) fn failure_of(body: &[u8]) {
    for status in [StatusCode::UNAUTHORIZED, StatusCode::BAD_GATEWAY] {
        let failure = ReadFailure::from_answer(status, &HeaderMap::new(), body);
        let texts = [Some(failure.message), failure.code];
        for text in texts.into_iter().flatten() {
            assert!(!text.contains(char::is_control), "{text:?}");
            assert!(text.chars().count() <= 2_000, "{} characters", text.chars().count());
        }
    }
}

/// Any header may ask for any wait.
pub(crate) fn waits(value: &[u8]) {
    let Ok(value) = HeaderValue::from_bytes(value) else { return };
    for name in [RETRY_AFTER, HeaderName::from_static("retry-after-ms")] {
        let headers = HeaderMap::from_iter([(name, value.clone())]);
        let asked = retry::asked_delay(&headers, Timestamp::UNIX_EPOCH);
        let policy = retry::RetryPolicy::default();
        assert!(policy.delay(u32::MAX, asked) <= policy.max_retry_after.max(policy.max_delay));
    }
}

/// The address at which a resource is asked for, where its id is one that can be.
pub(crate) fn asked_for(id: &str, resource_manager: &Url) -> Option<Url> {
    arm::subscription_of(id).ok().map(|_| paging::address(resource_manager, id, "2025-05-01"))
}
