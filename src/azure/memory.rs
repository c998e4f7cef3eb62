//! Pages in flight are bounded by their bytes, not by their number.
//!
//! A page of virtual networks can be a few kilobytes or twenty megabytes, and nobody says which before it has been read.
//! So each body takes from one budget as its chunks arrive. When the budget is used up, one body at a time goes on
//! without it: the sum stays within the budget and one body, and somebody always finishes. What is counted is what a body
//! holds while it moves to a larger place or is unpacked, not only its length.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The budget is taken in pieces of this many bytes.
const PIECE: u64 = 64 * 1024;

/// Bytes that all bodies together may hold.
#[derive(Debug, Clone)]
pub(super) struct MemoryBudget {
    pieces: Arc<Semaphore>,
    overflow: Arc<Semaphore>,
    held: Arc<Held>,
}

/// How much is held, with or without the budget.
#[derive(Debug, Default)]
struct Held {
    now: AtomicU64,
    most: AtomicU64,
}

/// What one body holds of the budget, until it is dropped.
#[derive(Debug)]
pub(super) struct Reservation {
    budget: MemoryBudget,
    pieces: Option<OwnedSemaphorePermit>,
    overflow: Option<OwnedSemaphorePermit>,
    bytes: u64,
}

impl MemoryBudget {
    pub(super) fn new(bytes: u64) -> Self {
        let pieces = usize::try_from(bytes / PIECE).unwrap_or(usize::MAX).min(Semaphore::MAX_PERMITS);
        Self {
            pieces: Arc::new(Semaphore::new(pieces)),
            overflow: Arc::new(Semaphore::new(1)),
            held: Arc::default(),
        }
    }

    pub(super) fn reservation(&self) -> Reservation {
        Reservation { budget: self.clone(), pieces: None, overflow: None, bytes: 0 }
    }

    /// The most bytes that were held at a time.
    pub(super) fn most_held(&self) -> u64 {
        self.held.most.load(Relaxed)
    }
}

impl Reservation {
    #[cfg(test)]
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Makes room for this many bytes in all, waiting where there is none.
    pub(super) async fn grow_to(&mut self, bytes: u64) {
        if bytes <= self.bytes {
            return;
        }
        if self.overflow.is_none() {
            self.take(bytes).await;
        }
        let more = bytes - self.bytes;
        self.bytes = bytes;
        let now = self.budget.held.now.fetch_add(more, Relaxed) + more;
        self.budget.held.most.fetch_max(now, Relaxed);
    }

    async fn take(&mut self, bytes: u64) {
        let taken = self.pieces.as_ref().map_or(0, OwnedSemaphorePermit::num_permits);
        let wanted = pieces(bytes).saturating_sub(taken);
        let Some(wanted) = u32::try_from(wanted).ok().filter(|wanted| *wanted > 0) else { return };
        tokio::select! {
            biased;
            more = self.budget.pieces.clone().acquire_many_owned(wanted) => {
                if let Ok(more) = more {
                    match &mut self.pieces {
                        Some(pieces) => pieces.merge(more),
                        None => self.pieces = Some(more),
                    }
                }
            }
            lane = self.budget.overflow.clone().acquire_owned() => self.overflow = lane.ok(),
        }
    }

    /// Gives back what is beyond this many bytes. Whoever goes on without the budget keeps doing so.
    pub(super) fn shrink_to(&mut self, bytes: u64) {
        let Some(less) = self.bytes.checked_sub(bytes) else { return };
        self.bytes = bytes;
        self.budget.held.now.fetch_sub(less, Relaxed);
        if let Some(taken) = &mut self.pieces {
            drop(taken.split(taken.num_permits().saturating_sub(pieces(bytes))));
        }
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        self.shrink_to(0);
    }
}

/// How many pieces so many bytes take.
fn pieces(bytes: u64) -> usize {
    usize::try_from(bytes.div_ceil(PIECE)).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn what_fits_does_not_wait_and_what_is_dropped_comes_back() {
        let budget = MemoryBudget::new(4 * PIECE);
        let mut body = budget.reservation();
        for bytes in [1, PIECE, PIECE + 1, 4 * PIECE] {
            body.grow_to(bytes).await;
        }
        assert_eq!(budget.pieces.available_permits(), 0);
        assert_eq!(budget.overflow.available_permits(), 1);
        drop(body);
        assert_eq!(budget.pieces.available_permits(), 4);
    }

    #[tokio::test]
    async fn what_is_given_back_serves_others() {
        let budget = MemoryBudget::new(4 * PIECE);
        let mut body = budget.reservation();
        body.grow_to(4 * PIECE).await;
        body.shrink_to(PIECE + 1);
        assert_eq!((budget.pieces.available_permits(), budget.held.now.load(Relaxed)), (2, PIECE + 1));
        body.shrink_to(3 * PIECE);
        assert_eq!(budget.pieces.available_permits(), 2, "it does not grow");
        body.grow_to(9 * PIECE).await;
        body.shrink_to(2 * PIECE);
        assert_eq!(budget.overflow.available_permits(), 0, "it is ahead of the budget to its end");
        drop(body);
        assert_eq!((budget.pieces.available_permits(), budget.overflow.available_permits()), (4, 1));
        assert_eq!((budget.held.now.load(Relaxed), budget.most_held()), (0, 9 * PIECE));
    }

    #[tokio::test]
    async fn one_body_goes_on_and_the_next_waits_for_it() {
        let budget = MemoryBudget::new(2 * PIECE);
        let (mut first, mut second) = (budget.reservation(), budget.reservation());
        first.grow_to(100 * PIECE).await;
        second.grow_to(2 * PIECE).await;
        let mut wait = Box::pin(second.grow_to(3 * PIECE));
        assert!(tokio::time::timeout(Duration::from_millis(5), &mut wait).await.is_err());
        drop(first);
        wait.await;
        assert_eq!(budget.overflow.available_permits(), 0);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn many_large_bodies_all_finish_within_budget_and_one_body() {
        const BODY: u64 = 20;
        let budget = MemoryBudget::new(10 * PIECE);
        let (held, most) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
        let bodies = (0..50).map(|_| {
            let (budget, held, most) = (budget.clone(), held.clone(), most.clone());
            tokio::spawn(async move {
                let mut body = budget.reservation();
                for pieces in 1..=BODY {
                    body.grow_to(pieces * PIECE).await;
                    most.fetch_max(held.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    tokio::task::yield_now().await;
                }
                held.fetch_sub(BODY, Ordering::SeqCst);
            })
        });
        let all = futures_util::future::join_all(bodies);
        let done =
            tokio::time::timeout(Duration::from_secs(20), all).await.expect("somebody always finishes");
        assert!(done.into_iter().all(|body| body.is_ok()));
        assert!(most.load(Ordering::SeqCst) <= 10 + BODY, "{most:?}");
    }
}
