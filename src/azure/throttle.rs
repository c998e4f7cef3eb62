//! Staying below ARM's limits: a gate for each subscription, and one for calls that belong to none.
//!
//! ARM keeps a token bucket for each subscription (250 reads, 25 more a second:
//! <https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling>) and says in each
//! answer what is left of it. A gate mirrors that number, spaces its requests out as it gets low, and stays closed for as
//! long as a 429 asks. Whoever waits at a gate holds no permit, so that a throttled subscription slows no other down.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use reqwest::header::HeaderMap;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

use super::retry::after;
use super::statistics::{Counters, Gauge, count};

/// How much the client does at a time.
#[derive(Debug, Clone, PartialEq)]
pub struct Limits {
    /// Requests in flight over all subscriptions.
    pub concurrent_requests: usize,
    /// Requests in flight for one subscription.
    pub concurrent_requests_per_subscription: usize,
    /// Bytes of bodies in memory at a time; one body more may be on top.
    pub body_bytes_in_flight: u64,
    /// A longer body is a failure, as it arrives and unpacked; so is one that becomes more than
    /// [`MULTIPLE`](crate::meter::MULTIPLE) times as much.
    pub max_body_bytes: u64,
    /// A longer list is a failure, all its pages summed; so is one whose pages become more than
    /// [`MULTIPLE`](crate::meter::MULTIPLE) times as much.
    pub max_list_bytes: u64,
    /// How requests are spaced out as a subscription's budget gets low.
    pub pacing: Pacing,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            concurrent_requests: 64,
            concurrent_requests_per_subscription: 8,
            body_bytes_in_flight: 32 << 20,
            max_body_bytes: 64 << 20,
            max_list_bytes: 1 << 30,
            pacing: Pacing::default(),
        }
    }
}

/// How requests are spaced out as the reads ARM has left for a subscription approach zero.
#[derive(Debug, Clone, PartialEq)]
pub struct Pacing {
    /// From how many reads left requests are spaced out at all.
    pub low_water: f64,
    /// The space between two requests just below that mark: twice what ARM takes to refill a read, so that it recovers.
    pub shortest_interval: Duration,
    /// The space between two requests when nothing is left.
    pub longest_interval: Duration,
    /// Reads ARM refills in a second.
    pub refill_per_second: f64,
}

impl Default for Pacing {
    fn default() -> Self {
        Self {
            low_water: 25.0,
            shortest_interval: Duration::from_millis(80),
            longest_interval: Duration::from_millis(400),
            refill_per_second: 25.0,
        }
    }
}

impl Pacing {
    fn interval(&self, left: f64) -> Duration {
        let scarcity = 1.0 - (left / self.low_water).clamp(0.0, 1.0);
        let stretch = self.longest_interval.saturating_sub(self.shortest_interval);
        self.shortest_interval + stretch.mul_f64(scarcity)
    }
}

/// What is known of one subscription's budget.
#[derive(Debug)]
struct Bucket {
    /// Reads left and when that was known; nothing until ARM has said so.
    left: Option<(f64, Instant)>,
    next: Option<Instant>,
    closed_until: Option<Instant>,
}

impl Bucket {
    /// Takes one read, or says how long to wait before asking again.
    fn take(&mut self, now: Instant, pacing: &Pacing) -> Result<(), Duration> {
        if let Some(until) = self.closed_until.filter(|until| *until > now) {
            return Err(until - now);
        }
        let Some(left) = self.refill(now, pacing) else { return Ok(()) };
        if left < pacing.low_water {
            if let Some(next) = self.next.filter(|next| *next > now) {
                return Err(next - now);
            }
            self.next = Some(now + pacing.interval(left));
        }
        self.left = Some(((left - 1.0).max(0.0), now));
        Ok(())
    }

    /// ARM said how many reads are left. Answers overtake each other, so only a lower number is news.
    fn observe(&mut self, left: f64, now: Instant, pacing: &Pacing) {
        let known = self.refill(now, pacing).unwrap_or(f64::INFINITY);
        self.left = Some((known.min(left), now));
    }

    fn refill(&mut self, now: Instant, pacing: &Pacing) -> Option<f64> {
        let (left, then) = self.left?;
        Some(left + (now - then).as_secs_f64() * pacing.refill_per_second)
    }
}

/// The gate of one subscription, or of the calls that belong to none.
#[derive(Debug)]
pub(super) struct Gate {
    bucket: Mutex<Bucket>,
    slots: Arc<Semaphore>,
    pacing: Pacing,
}

impl Gate {
    fn new(limits: &Limits) -> Self {
        Self {
            bucket: Mutex::new(Bucket { left: None, next: None, closed_until: None }),
            slots: permits(limits.concurrent_requests_per_subscription),
            pacing: limits.pacing.clone(),
        }
    }

    /// Lets nobody pass for a while.
    pub(super) fn close_for(&self, wait: Duration) {
        let until = after(Instant::now(), wait);
        let mut bucket = self.lock();
        bucket.closed_until = Some(bucket.closed_until.map_or(until, |known| known.max(until)));
    }

    /// Takes note of what ARM says is left.
    pub(super) fn observe(&self, headers: &HeaderMap) {
        if let Some(left) = remaining_reads(headers) {
            self.lock().observe(left, Instant::now(), &self.pacing);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Bucket> {
        self.bucket.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn permits(number: usize) -> Arc<Semaphore> {
    Arc::new(Semaphore::new(number.clamp(1, Semaphore::MAX_PERMITS)))
}

/// The lowest of the reads left in the budgets that a read draws on.
fn remaining_reads(headers: &HeaderMap) -> Option<f64> {
    const NAMES: [&str; 3] = [
        "x-ms-ratelimit-remaining-subscription-reads",
        "x-ms-ratelimit-remaining-subscription-global-reads",
        "x-ms-ratelimit-remaining-tenant-reads",
    ];
    let left = NAMES.iter().filter_map(|name| headers.get(*name)?.to_str().ok()?.trim().parse::<u32>().ok());
    left.min().map(f64::from)
}

/// The right to send one request; dropped when its answer has been read.
#[derive(Debug)]
pub(super) struct Pass {
    _slot: Option<OwnedSemaphorePermit>,
    _request: Option<OwnedSemaphorePermit>,
}

/// All gates, and the bound over them.
#[derive(Debug)]
pub(super) struct Throttle {
    limits: Limits,
    requests: Arc<Semaphore>,
    tenant: Arc<Gate>,
    subscriptions: Mutex<HashMap<String, Arc<Gate>>>,
}

impl Throttle {
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            requests: permits(limits.concurrent_requests),
            tenant: Arc::new(Gate::new(limits)),
            subscriptions: Mutex::default(),
            limits: limits.clone(),
        }
    }

    /// The gate of a subscription; of the tenant where there is none.
    pub(super) fn gate(&self, subscription: Option<&str>) -> Arc<Gate> {
        let Some(subscription) = subscription else { return self.tenant.clone() };
        let mut gates = self.subscriptions.lock().unwrap_or_else(PoisonError::into_inner);
        let gate = gates.entry(subscription.to_ascii_lowercase());
        gate.or_insert_with(|| Arc::new(Gate::new(&self.limits))).clone()
    }

    /// Waits for a turn. Permits are given back before any wait, and asked for again after it.
    pub(super) async fn pass(&self, gate: &Gate, counters: &Counters) -> Pass {
        loop {
            let slot = gate.slots.clone().acquire_owned().await.ok();
            let request = self.requests.clone().acquire_owned().await.ok();
            let taken = gate.lock().take(Instant::now(), &gate.pacing);
            let Err(wait) = taken else { return Pass { _slot: slot, _request: request } };
            drop((slot, request));
            count(&counters.waits);
            let _waiting = Gauge::raise(&counters.waiting);
            let since = Instant::now();
            tokio::time::sleep(wait).await;
            let waited = u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX);
            counters.waited_ms.fetch_add(waited, std::sync::atomic::Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gate() -> (Throttle, Arc<Gate>, Counters) {
        let throttle = Throttle::new(&Limits::default());
        let gate = throttle.gate(Some("AB"));
        (throttle, gate, Counters::default())
    }

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| ((*name).parse().unwrap(), value.parse().unwrap())).collect()
    }

    #[test]
    fn the_lowest_budget_counts() {
        let left = |pairs: &[_]| remaining_reads(&headers(pairs));
        assert_eq!(left(&[]), None);
        assert_eq!(left(&[("x-ms-ratelimit-remaining-subscription-reads", "249")]), Some(249.0));
        assert_eq!(
            left(&[
                ("x-ms-ratelimit-remaining-subscription-reads", "249"),
                ("x-ms-ratelimit-remaining-subscription-global-reads", "12"),
            ]),
            Some(12.0)
        );
        assert_eq!(left(&[("x-ms-ratelimit-remaining-tenant-reads", "plenty")]), None);
    }

    #[test]
    fn requests_are_spaced_out_as_the_budget_gets_low() {
        let pacing = Pacing::default();
        let now = Instant::now();
        let mut bucket = Bucket { left: None, next: None, closed_until: None };
        assert_eq!(bucket.take(now, &pacing), Ok(()), "nothing is known yet");
        bucket.observe(26.0, now, &pacing);
        assert_eq!(bucket.take(now, &pacing), Ok(()));
        assert_eq!(bucket.take(now, &pacing), Ok(()));
        bucket.observe(5.0, now, &pacing);
        assert_eq!(bucket.take(now, &pacing), Ok(()));
        let wait = bucket.take(now, &pacing).unwrap_err();
        assert_eq!(wait, Duration::from_millis(336), "80 ms and four fifths of the 320 up to 400 ms");
        assert_eq!(bucket.take(now + wait, &pacing), Ok(()));
        let later = now + Duration::from_secs(2);
        assert_eq!(bucket.take(later, &pacing), Ok(()));
        assert_eq!(bucket.take(later, &pacing), Ok(()), "the budget has been refilled");
    }

    #[test]
    fn an_answer_that_was_overtaken_does_not_raise_the_budget() {
        let pacing = Pacing::default();
        let now = Instant::now();
        let mut bucket = Bucket { left: None, next: None, closed_until: None };
        bucket.observe(3.0, now, &pacing);
        bucket.observe(200.0, now, &pacing);
        assert_eq!(bucket.left, Some((3.0, now)));
    }

    #[tokio::test(start_paused = true)]
    async fn a_closed_gate_holds_its_own_subscription_only() {
        let (throttle, closed, counters) = gate();
        assert!(Arc::ptr_eq(&closed, &throttle.gate(Some("ab"))), "ids differ in case only");
        closed.close_for(Duration::from_secs(10));
        closed.close_for(Duration::from_secs(5));
        let before = Instant::now();
        throttle.pass(&throttle.gate(Some("cd")), &counters).await;
        throttle.pass(&throttle.gate(None), &counters).await;
        assert_eq!(before.elapsed(), Duration::ZERO);
        throttle.pass(&closed, &counters).await;
        assert!(before.elapsed() >= Duration::from_secs(10));
        let seen = counters.snapshot();
        assert_eq!((seen.waits, seen.waiting), (1, 0));
        assert!(seen.waited >= Duration::from_secs(10));
    }

    #[tokio::test(start_paused = true)]
    async fn who_waits_at_a_gate_holds_no_permit() {
        let limits = Limits { concurrent_requests: 1, ..Limits::default() };
        let throttle = Arc::new(Throttle::new(&limits));
        let counters = Arc::new(Counters::default());
        let closed = throttle.gate(Some("ab"));
        closed.close_for(Duration::from_secs(60));
        let waiter = {
            let (throttle, counters) = (throttle.clone(), counters.clone());
            tokio::spawn(async move { throttle.pass(&closed, &counters).await })
        };
        while counters.snapshot().waiting == 0 {
            tokio::task::yield_now().await;
        }
        let before = Instant::now();
        drop(throttle.pass(&throttle.gate(None), &counters).await);
        assert_eq!(before.elapsed(), Duration::ZERO);
        waiter.await.unwrap();
    }

    #[tokio::test]
    async fn requests_of_a_subscription_are_bounded() {
        let (throttle, gate, counters) = gate();
        let mut passes = Vec::new();
        for _ in 0..Limits::default().concurrent_requests_per_subscription {
            passes.push(throttle.pass(&gate, &counters).await);
        }
        let next = tokio::time::timeout(Duration::from_millis(5), throttle.pass(&gate, &counters));
        assert!(next.await.is_err());
        passes.pop();
        throttle.pass(&gate, &counters).await;
    }
}
