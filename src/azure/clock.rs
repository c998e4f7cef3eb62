//! Whether this machine's clock fits what others say about the time.
//!
//! When a token ends is told by the clock; whether it is good is told by the server. Where the two differ, the server is
//! believed, and the clock is spoken of once.

use std::sync::atomic::{AtomicBool, Ordering};

use jiff::{SignedDuration, Timestamp};
use tracing::warn;

/// Clocks differ by as much, and validators of tokens allow for it:
/// <https://learn.microsoft.com/dotnet/api/microsoft.identitymodel.tokens.tokenvalidationparameters.clockskew>
const TOLERANCE: SignedDuration = SignedDuration::from_mins(5);

/// Says once that the clock looks wrong.
#[derive(Debug, Default)]
pub(super) struct ClockWatch {
    said: AtomicBool,
}

impl ClockWatch {
    /// Looks at the `Date` of an answer (RFC 9110, section 6.6.1).
    pub(super) fn answered(&self, date: Option<&str>, now: Timestamp) {
        let date = date.and_then(|date| jiff::fmt::rfc2822::parse(date).ok());
        self.say(date.and_then(|date| of_answer(date.timestamp(), now)));
    }

    /// Looks at a token that was handed out just now.
    pub(super) fn handed_out(&self, issued_at: Option<i64>, ends_at: i64, now: Timestamp) {
        self.say(of_token(issued_at, ends_at, now));
    }

    fn say(&self, complaint: Option<String>) {
        if let Some(complaint) = complaint
            && !self.said.swap(true, Ordering::Relaxed)
        {
            warn!("{complaint}; tokens are used until Azure refuses them");
        }
    }
}

fn of_answer(theirs: Timestamp, now: Timestamp) -> Option<String> {
    let differ = theirs.duration_since(now).abs() > TOLERANCE;
    differ.then(|| {
        format!("this machine's clock looks wrong: it says {now:.0}, the answer of the sign-in {theirs:.0}")
    })
}

fn of_token(issued_at: Option<i64>, ends_at: i64, now: Timestamp) -> Option<String> {
    let time = |seconds| Timestamp::from_second(seconds).ok();
    if let Some(issued) = issued_at.and_then(time).filter(|issued| issued.duration_since(now) > TOLERANCE) {
        return Some(format!(
            "this machine's clock looks wrong: it says {now:.0}, and a token that was handed out just now was made at {issued:.0}"
        ));
    }
    let ended = ends_at <= now.as_second();
    ended.then(|| {
        let end = time(ends_at).map_or_else(|| format!("second {ends_at}"), |end| format!("{end:.0}"));
        format!(
            "this machine's clock looks wrong, or the token is old: the clock says {now:.0}, and a token that was handed \
             out just now ended at {end}"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_the_clock_is_said_with_both_times() {
        let now: Timestamp = "2026-11-28T12:00:00.5Z".parse().unwrap();
        let second = now.as_second();
        let at = |seconds: i64| Timestamp::from_second(second + seconds).unwrap();
        assert_eq!(of_answer(at(290), now), None);
        assert_eq!(of_answer(at(-290), now), None);
        for seconds in [-100_000, -302, 302, 100_000] {
            assert!(
                of_answer(at(seconds), now).unwrap().contains("it says 2026-11-28T12:00:00Z"),
                "{seconds}"
            );
        }
        assert_eq!(of_token(None, second + 1, now), None);
        assert_eq!(of_token(Some(second + 200), second + 3600, now), None);
        let lines = [
            of_answer(at(3600), now),
            of_token(Some(second + 3600), second + 7200, now),
            of_token(Some(second - 7200), second - 3600, now),
            of_token(None, second, now),
        ];
        insta::assert_snapshot!(lines.map(Option::unwrap).join("\n"), @r"
        this machine's clock looks wrong: it says 2026-11-28T12:00:00Z, the answer of the sign-in 2026-11-28T13:00:00Z
        this machine's clock looks wrong: it says 2026-11-28T12:00:00Z, and a token that was handed out just now was made at 2026-11-28T13:00:00Z
        this machine's clock looks wrong, or the token is old: the clock says 2026-11-28T12:00:00Z, and a token that was handed out just now ended at 2026-11-28T11:00:00Z
        this machine's clock looks wrong, or the token is old: the clock says 2026-11-28T12:00:00Z, and a token that was handed out just now ended at 2026-11-28T12:00:00Z
        ");
        for extreme in [i64::MIN, i64::MAX] {
            assert!(of_token(Some(extreme), i64::MIN, now).is_some());
            assert_eq!(of_token(Some(extreme), i64::MAX, now), None);
        }
    }

    #[test]
    fn it_is_said_once() {
        let watch = ClockWatch::default();
        let now: Timestamp = "2026-11-28T12:00:00Z".parse().unwrap();
        watch.answered(None, now);
        watch.answered(Some("yesterday"), now);
        watch.answered(Some("Sat, 28 Nov 2026 12:01:00 GMT"), now);
        assert!(!watch.said.load(Ordering::Relaxed));
        watch.answered(Some("Sat, 28 Nov 2026 13:01:00 GMT"), now);
        assert!(watch.said.load(Ordering::Relaxed));
    }
}
