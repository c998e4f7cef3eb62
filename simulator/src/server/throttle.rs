//! Request limits as token buckets, one for each subscription, and what they say in headers.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use crate::arm::{ArmError, Route};
use crate::estate::ResourceType;
use crate::options::{Bucket, RetryAfterForm, Throttle};

/// ARM's limit over all principals of a subscription is 15 times that of one
/// (<https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling>).
const GLOBAL_FACTOR: u32 = 15;

/// The limits of a running simulator.
pub(crate) struct Throttler {
    limits: Throttle,
    levels: Mutex<HashMap<(Class, String), Level>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Class {
    Reads,
    ClusterLists,
}

struct Level {
    tokens: f64,
    filled: Instant,
}

/// What a request that passed leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Remaining {
    reads: u32,
    global: u32,
    in_subscription: bool,
}

impl Remaining {
    /// ARM's headers.
    pub(crate) fn headers(self) -> Vec<(&'static str, String)> {
        if self.in_subscription {
            vec![
                ("x-ms-ratelimit-remaining-subscription-reads", self.reads.to_string()),
                ("x-ms-ratelimit-remaining-subscription-global-reads", self.global.to_string()),
            ]
        } else {
            vec![("x-ms-ratelimit-remaining-tenant-reads", self.reads.to_string())]
        }
    }
}

/// A request that did not pass.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) error: ArmError,
    pub(crate) seconds: u64,
    pub(crate) form: RetryAfterForm,
}

impl Throttler {
    pub(crate) fn new(limits: Throttle) -> Self {
        Self { limits, levels: Mutex::new(HashMap::new()) }
    }

    /// Takes what a request costs.
    pub(crate) fn admit(&self, route: &Route, now: Instant) -> Result<Remaining, Refusal> {
        let mut levels = self.levels.lock().unwrap_or_else(PoisonError::into_inner);
        let subscription = route.subscription();
        let reads =
            if subscription.is_some() { self.limits.subscription_reads } else { self.limits.tenant_reads };
        let scope = subscription.unwrap_or_default();
        let refusal = |error: fn(u64) -> ArmError, seconds| Refusal {
            error: error(seconds),
            seconds,
            form: self.limits.retry_after,
        };
        let left = take(&mut levels, (Class::Reads, scope.to_owned()), reads, now)
            .map_err(|seconds| refusal(ArmError::too_many_requests, seconds))?;
        if matches!(route, Route::List { of: ResourceType::Clusters, .. }) {
            take(&mut levels, (Class::ClusterLists, scope.to_owned()), self.limits.cluster_lists, now)
                .map_err(|seconds| refusal(ArmError::cluster_lists_throttled, seconds))?;
        }
        let used = reads.burst.saturating_sub(left);
        let global = reads.burst.saturating_mul(GLOBAL_FACTOR).saturating_sub(used);
        Ok(Remaining { reads: left, global, in_subscription: subscription.is_some() })
    }
}

/// Takes one token and tells how many whole ones are left, or in how many seconds there will be one.
fn take(
    levels: &mut HashMap<(Class, String), Level>,
    key: (Class, String),
    bucket: Bucket,
    now: Instant,
) -> Result<u32, u64> {
    let full = f64::from(bucket.burst);
    let level = levels.entry(key).or_insert(Level { tokens: full, filled: now });
    let elapsed = now.saturating_duration_since(level.filled).as_secs_f64();
    level.tokens = (level.tokens + elapsed * bucket.per_second).min(full);
    level.filled = now;
    if level.tokens >= 1.0 {
        level.tokens -= 1.0;
        return Ok(whole(level.tokens));
    }
    let wait = (1.0 - level.tokens) / bucket.per_second.max(f64::MIN_POSITIVE);
    Err(u64::from(whole(wait.ceil())).max(1))
}

fn whole(number: f64) -> u32 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a float cast saturates, and the part behind the point is meant to go"
    )]
    let whole = number as u32;
    whole
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn throttler() -> Throttler {
        Throttler::new(Throttle {
            subscription_reads: Bucket { burst: 3, per_second: 0.5 },
            cluster_lists: Bucket { burst: 1, per_second: 0.1 },
            ..Throttle::default()
        })
    }

    #[test]
    fn a_bucket_empties_and_fills_again() {
        let (throttler, start) = (throttler(), Instant::now());
        let route = Route::Subscription { subscription: "s".into() };
        let left: Vec<u32> = (0..3).map(|_| throttler.admit(&route, start).unwrap().reads).collect();
        assert_eq!(left, [2, 1, 0]);
        let refusal = throttler.admit(&route, start).unwrap_err();
        assert_eq!(
            (refusal.error.status, refusal.error.code.as_str(), refusal.seconds),
            (429, "TooManyRequests", 2)
        );
        assert!(throttler.admit(&route, start + Duration::from_secs(2)).is_ok());
        let other = Route::Subscription { subscription: "t".into() };
        assert_eq!(throttler.admit(&other, start).unwrap().global, 44);
    }

    #[test]
    fn cluster_lists_have_a_bucket_of_their_own() {
        let (throttler, start) = (throttler(), Instant::now());
        let list = Route::List { subscription: "s".into(), group: None, of: ResourceType::Clusters };
        assert!(throttler.admit(&list, start).is_ok());
        let refusal = throttler.admit(&list, start).unwrap_err();
        assert_eq!((refusal.error.code.as_str(), refusal.seconds), ("Throttled", 10));
    }

    #[test]
    fn headers_name_the_scope() {
        let throttler = throttler();
        let names = |route: &Route| -> Vec<&str> {
            let remaining = throttler.admit(route, Instant::now()).unwrap();
            remaining.headers().into_iter().map(|(name, _)| name).collect()
        };
        assert_eq!(names(&Route::Subscriptions), ["x-ms-ratelimit-remaining-tenant-reads"]);
        assert!(
            names(&Route::Subscription { subscription: "s".into() })
                .iter()
                .all(|name| name.contains("subscription"))
        );
    }
}
