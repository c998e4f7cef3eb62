//! What the client is doing, for a progress bar and the closing line of a run.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Counts since the client was made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Statistics {
    /// Requests sent to Resource Manager, repeated ones included.
    pub requests: u64,
    /// Requests that were repeated.
    pub retries: u64,
    /// Answers of 429.
    pub throttled: u64,
    /// How often a request had to wait because a subscription's budget was low or closed.
    pub waits: u64,
    /// The time all those waits took together; waits in parallel count each.
    pub waited: Duration,
    /// Requests that wait for a budget right now.
    pub waiting: u64,
    /// Requests on their way right now.
    pub in_flight: u64,
    /// Bytes of bodies read, after decompression.
    pub bytes: u64,
    /// The most bytes that bodies held at a time.
    pub most_body_bytes: u64,
    /// Tokens fetched anew after a 401.
    pub token_renewals: u64,
}

/// The counters behind [`Statistics`].
#[derive(Debug, Default)]
pub(super) struct Counters {
    pub(super) requests: AtomicU64,
    pub(super) retries: AtomicU64,
    pub(super) throttled: AtomicU64,
    pub(super) waits: AtomicU64,
    pub(super) waited_ms: AtomicU64,
    pub(super) waiting: AtomicU64,
    pub(super) in_flight: AtomicU64,
    pub(super) bytes: AtomicU64,
    pub(super) token_renewals: AtomicU64,
}

impl Counters {
    pub(super) fn snapshot(&self) -> Statistics {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Statistics {
            requests: read(&self.requests),
            retries: read(&self.retries),
            throttled: read(&self.throttled),
            waits: read(&self.waits),
            waited: Duration::from_millis(read(&self.waited_ms)),
            waiting: read(&self.waiting),
            in_flight: read(&self.in_flight),
            bytes: read(&self.bytes),
            most_body_bytes: 0,
            token_renewals: read(&self.token_renewals),
        }
    }
}

/// Adds one.
pub(super) fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

/// Adds one until it is dropped, however that comes about.
pub(super) struct Gauge<'a>(&'a AtomicU64);

impl<'a> Gauge<'a> {
    pub(super) fn raise(counter: &'a AtomicU64) -> Self {
        count(counter);
        Self(counter)
    }
}

impl Drop for Gauge<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
