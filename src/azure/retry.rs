//! When to try again, and after how long.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::Duration;

use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use reqwest::StatusCode;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use tokio::time::Instant;

/// The longest silence of a server, where nobody says otherwise.
pub(super) const READ_TIMEOUT: Duration = Duration::from_secs(60);

/// How often and how long a request is repeated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetryPolicy {
    /// The most requests sent for one page or resource, the first included.
    pub max_attempts: u32,
    /// The longest wait before the second request; it doubles from one to the next.
    pub base_delay: Duration,
    /// No wait of our own choosing is longer.
    pub max_delay: Duration,
    /// No wait a server asks for is followed longer than this; a server can ask for an hour.
    pub max_retry_after: Duration,
    /// The time one page or resource may take, from its first request, waits included.
    pub budget: Duration,
}

/// How long one page or resource may take in all, in multiples of the longest wait or silence.
const BUDGET: u32 = 5;

impl Default for RetryPolicy {
    fn default() -> Self {
        Self::new(6, Duration::from_millis(500), Duration::from_secs(60), READ_TIMEOUT)
    }
}

impl RetryPolicy {
    /// A policy that waits at most so long, whoever asks for it, and gives up on a server that is silent for `timeout`.
    #[must_use]
    pub fn new(max_attempts: u32, base_delay: Duration, longest_wait: Duration, timeout: Duration) -> Self {
        Self {
            max_attempts,
            base_delay,
            max_delay: longest_wait,
            max_retry_after: longest_wait,
            budget: longest_wait.max(timeout).saturating_mul(BUDGET),
        }
    }

    /// The wait before the request after `attempts` sent ones: full jitter under an exponential cap, and at least
    /// what the server asked for.
    pub(super) fn delay(&self, attempts: u32, asked: Option<Duration>) -> Duration {
        self.delay_with(attempts, asked, random_fraction())
    }

    fn delay_with(&self, attempts: u32, asked: Option<Duration>, fraction: f64) -> Duration {
        let doublings = attempts.saturating_sub(1).min(20);
        let cap = self.base_delay.saturating_mul(1 << doublings).min(self.max_delay);
        let own = cap.mul_f64(fraction.clamp(0.0, 1.0));
        asked.map_or(own, |asked| asked.min(self.max_retry_after).max(own))
    }
}

/// A number from 0 up to 1. The standard library's hasher is seeded at random, which is all that jitter needs.
fn random_fraction() -> f64 {
    let bits = RandomState::new().build_hasher().finish() >> 32;
    f64::from(u32::try_from(bits).unwrap_or(u32::MAX)) / 4_294_967_296.0
}

/// Whether an answer with this status may become another one later.
pub(super) fn is_retryable(status: StatusCode) -> bool {
    status == StatusCode::REQUEST_TIMEOUT
        || status == StatusCode::TOO_MANY_REQUESTS
        || (status.is_server_error() && status != StatusCode::NOT_IMPLEMENTED)
}

/// The moment after a while; an hour from now where no clock could show it.
pub(super) fn after(now: Instant, wait: Duration) -> Instant {
    now.checked_add(wait).unwrap_or(now + Duration::from_secs(3600))
}

/// How long the server asks to wait: `retry-after-ms` and `x-ms-retry-after-ms` in milliseconds, `Retry-After` in seconds
/// or as a date.
pub(super) fn asked_delay(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    let milliseconds = |name| duration(text(name)?, 1e-3);
    milliseconds("retry-after-ms")
        .or_else(|| milliseconds("x-ms-retry-after-ms"))
        .or_else(|| text(RETRY_AFTER.as_str()).and_then(|value| seconds_or_date(value, now)))
}

fn seconds_or_date(value: &str, now: Timestamp) -> Option<Duration> {
    if let Some(seconds) = duration(value, 1.0) {
        return Some(seconds);
    }
    // A date that has passed means now.
    Some(Duration::try_from(date(value)?.duration_since(now)).unwrap_or(Duration::ZERO))
}

/// A number of so many seconds each. Only whole ones are in the standard, but a fraction says what it means as well, and
/// so does a number that is too large for a clock.
fn duration(value: &str, unit: f64) -> Option<Duration> {
    let is_number = value.starts_with(|c: char| c.is_ascii_digit())
        && value.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let seconds = value.parse::<f64>().ok().filter(|_| is_number)? * unit;
    Some(Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX))
}

/// A date in any of the three forms that a recipient must accept (RFC 9110, section 5.6.7).
fn date(value: &str) -> Option<Timestamp> {
    const OBSOLETE: [&str; 2] = ["%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"];
    if let Ok(date) = jiff::fmt::rfc2822::parse(value) {
        return Some(date.timestamp());
    }
    let date = OBSOLETE.iter().find_map(|form| DateTime::strptime(form, value).ok())?;
    date.to_zoned(TimeZone::UTC).ok().map(|date| date.timestamp())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    type Headers<'a> = &'a [(&'static str, &'a str)];

    fn asked(pairs: Headers<'_>) -> Option<Duration> {
        let headers =
            pairs.iter().map(|(name, value)| ((*name).parse().unwrap(), value.parse().unwrap())).collect();
        asked_delay(&headers, "2026-11-21T10:00:00Z".parse().unwrap())
    }

    #[test]
    fn what_the_server_asks_for_is_read_in_every_form() {
        let cases: &[(Headers<'_>, Option<u64>)] = &[
            (&[], None),
            (&[("retry-after", "7")], Some(7_000)),
            (&[("retry-after", " 7 ")], Some(7_000)),
            (&[("retry-after", "0")], Some(0)),
            (&[("retry-after", "-1")], None),
            (&[("retry-after", "soon")], None),
            (&[("retry-after", "1.5")], Some(1_500)),
            (&[("retry-after", "1.5.2")], None),
            (&[("retry-after", "1e3")], None),
            (&[("retry-after", "NaN")], None),
            (&[("retry-after", "")], None),
            (&[("retry-after", "Saturday, 21-Nov-26 10:01:00 GMT")], Some(60_000)),
            (&[("retry-after", "Sat Nov 21 10:01:00 2026")], Some(60_000)),
            (&[("retry-after", "Sat, 32 Nov 2026 10:01:00 GMT")], None),
            (&[("retry-after", "Sat, 21 Nov 2026 10:01:00 GMT")], Some(60_000)),
            (&[("retry-after", "Sat, 21 Nov 2026 09:00:00 GMT")], Some(0)),
            (&[("retry-after-ms", "250"), ("retry-after", "7")], Some(250)),
            (&[("x-ms-retry-after-ms", "300"), ("retry-after", "7")], Some(300)),
            (&[("x-ms-retry-after-ms", "?"), ("retry-after", "7")], Some(7_000)),
        ];
        for (headers, expected) in cases {
            assert_eq!(asked(headers), expected.map(Duration::from_millis), "{headers:?}");
        }
    }

    #[test]
    fn what_may_change_is_tried_again() {
        let retried: Vec<u16> =
            (100..600).filter(|code| is_retryable(StatusCode::from_u16(*code).unwrap())).collect();
        assert!(retried.contains(&408) && retried.contains(&429) && retried.contains(&500));
        assert!(retried.contains(&502) && retried.contains(&503) && retried.contains(&504));
        assert!(retried.iter().all(|code| matches!(code, 408 | 429 | 500..=599)));
        assert!(!retried.contains(&501));
    }

    #[test]
    fn the_wait_doubles_up_to_its_cap() {
        let policy = RetryPolicy::default();
        let longest: Vec<_> =
            [1, 2, 3, 7, 8, 1_000].map(|n| policy.delay_with(n, None, 1.0).as_millis()).into();
        assert_eq!(longest, [500, 1_000, 2_000, 32_000, 60_000, 60_000]);
    }

    proptest! {
        #[test]
        fn waits_stay_within_their_caps(attempts: u32, seconds in 0u64..100_000, fraction in 0.0f64..1.0) {
            let policy = RetryPolicy::default();
            prop_assert!(policy.delay_with(attempts, None, fraction) <= policy.max_delay);
            let asked = Duration::from_secs(seconds);
            let wait = policy.delay_with(attempts, Some(asked), fraction);
            prop_assert!(wait >= asked.min(policy.max_retry_after));
            prop_assert!(wait <= policy.max_retry_after);
        }
    }

    #[test]
    fn jitter_spreads() {
        let fractions: Vec<f64> = (0..64).map(|_| random_fraction()).collect();
        assert!(fractions.iter().all(|f| (0.0..1.0).contains(f)));
        assert!(fractions.iter().any(|f| *f < 0.5) && fractions.iter().any(|f| *f >= 0.5));
    }
}
