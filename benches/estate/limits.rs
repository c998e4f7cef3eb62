//! What no audit of the estate can be faster than.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::audit::Run;
use crate::megabytes;
use crate::plain::Moved;

/// Reads of one subscription that ARM lets through at once, and how many more come back a second:
/// <https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling>
const BURST: u32 = 250;
const PER_SECOND: f64 = 25.0;

/// A limit, and what it is made of.
pub(crate) struct Limit {
    pub(crate) time: Duration,
    pub(crate) made_of: String,
}

/// The three.
pub(crate) struct Limits {
    pub(crate) chain: Limit,
    pub(crate) throttle: Limit,
    pub(crate) machine: Limit,
}

impl Limits {
    pub(crate) fn of(run: &Run, latency: Duration, before: Moved, after: Moved) -> Self {
        let subscriptions = Subscription::of(run);
        Self {
            chain: chain(run, &subscriptions, latency),
            throttle: throttle(&subscriptions),
            machine: machine(run, before, after),
        }
    }

    pub(crate) fn largest(&self) -> Duration {
        self.chain.time.max(self.throttle.time).max(self.machine.time)
    }
}

/// What was asked of one subscription.
#[derive(Default)]
struct Subscription {
    /// Pages of the longer of the two lists that are read first.
    first: u32,
    /// Pages of the longest of the lists that those call for.
    then: u32,
    requests: u32,
}

impl Subscription {
    fn of(run: &Run) -> BTreeMap<&str, Self> {
        let mut subscriptions: BTreeMap<&str, Self> = BTreeMap::new();
        for (scope, what, requests) in run.lists.iter().filter(|(scope, ..)| scope != "/") {
            let requests = u32::try_from(*requests).unwrap_or(u32::MAX);
            let seen = subscriptions.entry(scope).or_default();
            seen.requests += requests;
            match what.as_str() {
                "clusters" | "virtual-networks" => seen.first = seen.first.max(requests),
                _ => seen.then = seen.then.max(requests),
            }
        }
        subscriptions
    }
}

/// The token, the pages of the list of subscriptions, and the longest of what follows in one of them.
fn chain(run: &Run, subscriptions: &BTreeMap<&str, Subscription>, latency: Duration) -> Limit {
    let scope: u64 =
        run.lists.iter().filter(|(scope, ..)| scope == "/").map(|(_, _, requests)| requests).sum();
    let scope = u32::try_from(scope).unwrap_or(u32::MAX);
    let longest = subscriptions.values().max_by_key(|seen| seen.first + seen.then);
    let (first, then) = longest.map_or((0, 0), |seen| (seen.first, seen.then));
    Limit {
        time: latency * (1 + scope + first + then),
        made_of: format!(
            "(1 token + {scope} pages of subscriptions + {first} of clusters or networks + {then} that depend on them) × {latency:?}"
        ),
    }
}

/// The time it takes until a subscription has let all its requests through.
fn throttle(subscriptions: &BTreeMap<&str, Subscription>) -> Limit {
    let most = subscriptions.values().map(|seen| seen.requests).max().unwrap_or(0);
    let beyond = most.saturating_sub(BURST);
    Limit {
        time: Duration::from_secs_f64(f64::from(beyond) / PER_SECOND),
        made_of: format!(
            "at most {most} reads of one subscription; the first {BURST} pass at once, then {PER_SECOND} a second"
        ),
    }
}

/// The bytes, divided by what a plain loop moved a second.
fn machine(run: &Run, before: Moved, after: Moved) -> Limit {
    let rate = megabytes(before.bytes + after.bytes) / (before.elapsed + after.elapsed).as_secs_f64();
    Limit {
        time: Duration::from_secs_f64(megabytes(run.bytes) / rate),
        made_of: format!(
            "{:.0} MB / {rate:.0} MB/s over loopback TLS, gunzipped and parsed by a plain loop ({:.0} before, {:.0} after)",
            megabytes(run.bytes),
            before.rate(),
            after.rate()
        ),
    }
}
