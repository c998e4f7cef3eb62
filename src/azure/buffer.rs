//! A body as it grows: never larger than its limit, and never larger than the room that was made for it.
//!
//! A `Vec` left to itself doubles, and while it moves, what it held and what it will hold are both there. So the buffer
//! grows by steps of its own, and tells the budget of both.

use std::io::{self, Read};

use super::memory::Reservation;

/// The first step.
const LEAST: u64 = 64 << 10;

/// Bytes, and the room they take.
#[derive(Debug)]
pub(super) struct Buffer {
    bytes: Vec<u8>,
    limit: u64,
    reservation: Reservation,
    /// Room that is taken beside this buffer.
    beside: u64,
}

impl Buffer {
    /// A buffer of at most `limit` bytes; of as many as can be addressed, where that is less.
    pub(super) fn new(limit: u64, reservation: Reservation) -> Self {
        let limit = limit.min(isize::MAX as u64 - 1);
        Self { bytes: Vec::new(), limit, reservation, beside: 0 }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    fn len(&self) -> u64 {
        self.bytes.len() as u64
    }

    fn capacity(&self) -> u64 {
        self.bytes.capacity() as u64
    }

    /// Whether so many bytes more are within the limit.
    pub(super) fn takes(&self, more: usize) -> bool {
        self.len().saturating_add(more as u64) <= self.limit
    }

    /// Adds bytes that are within the limit. `announced` is how long the whole is said to be: nothing hangs on it but
    /// that the last step is no longer than needed.
    pub(super) async fn extend(&mut self, more: &[u8], announced: Option<u64>) {
        let wanted = self.len() + more.len() as u64;
        if wanted > self.capacity() {
            let step = self.capacity().saturating_mul(2).max(LEAST);
            let ceiling = announced.filter(|length| *length >= wanted).unwrap_or(self.limit);
            self.grow(step.min(ceiling).max(wanted)).await;
        }
        self.bytes.extend_from_slice(more);
    }

    /// Makes the buffer this large, room first.
    async fn grow(&mut self, capacity: u64) {
        let more = usize::try_from(capacity - self.len()).unwrap_or(usize::MAX);
        self.reservation.grow_to(self.beside + self.capacity() + capacity).await;
        self.bytes.reserve_exact(more);
        self.reservation.shrink_to(self.beside + self.capacity());
    }

    /// Reads a source to its end, `announced` bytes by its own word. Whether it ended within the limit.
    pub(super) async fn fill(&mut self, source: &mut impl Read, announced: u64) -> io::Result<bool> {
        // One byte more than expected lets the end be seen without growing.
        let most = self.limit.saturating_add(1);
        let mut capacity = announced.saturating_add(1).max(LEAST).min(most);
        loop {
            self.grow(capacity).await;
            let wanted = capacity - self.len();
            let read = Read::take(&mut *source, wanted).read_to_end(&mut self.bytes)?;
            if (read as u64) < wanted {
                return Ok(true);
            }
            if capacity > self.limit {
                return Ok(false);
            }
            capacity = capacity.saturating_mul(2).min(most);
        }
    }

    /// Holds these bytes instead, of which there are no more than before.
    pub(super) fn replace(&mut self, bytes: Vec<u8>) {
        self.bytes = bytes;
        self.reservation.shrink_to(self.beside + self.capacity());
    }

    /// An empty buffer that takes its room beside this one, and the bytes of this one.
    pub(super) fn beside(self) -> (Vec<u8>, Self) {
        let beside = self.capacity();
        (self.bytes, Self { bytes: Vec::new(), limit: self.limit, reservation: self.reservation, beside })
    }

    /// Gives back the room of what was beside it, which is gone.
    pub(super) fn alone(&mut self) {
        self.beside = 0;
        self.reservation.shrink_to(self.capacity());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::azure::memory::MemoryBudget;

    fn budget() -> MemoryBudget {
        MemoryBudget::new(1 << 30)
    }

    #[tokio::test]
    async fn what_is_reserved_is_what_is_held() {
        let budget = budget();
        let mut buffer = Buffer::new(10 << 20, budget.reservation());
        while buffer.takes(10_000) {
            buffer.extend(&[b'x'; 10_000], None).await;
            assert!(buffer.reservation.bytes() == buffer.capacity() && buffer.capacity() <= buffer.limit);
        }
        assert!(buffer.len() > buffer.limit - 10_000);
        // The last move is from 8 MiB to the limit.
        assert_eq!(budget.most_held(), 18 << 20);
    }

    #[tokio::test]
    async fn a_length_that_was_announced_is_kept_to() {
        for (announced, capacity) in [(150_000, 150_000), (20, 262_144), (u64::MAX, 262_144)] {
            let mut buffer = Buffer::new(1 << 20, budget().reservation());
            for _ in 0..15 {
                buffer.extend(&[0; 10_000], Some(announced)).await;
            }
            assert_eq!((buffer.len(), buffer.capacity()), (150_000, capacity), "{announced}");
        }
    }

    #[tokio::test]
    async fn what_is_unpacked_is_counted_beside_what_it_came_from() {
        let budget = budget();
        let mut packed = Buffer::new(1 << 20, budget.reservation());
        packed.extend(&vec![0; 100_000], None).await;
        let (packed, mut plain) = packed.beside();
        assert!(plain.fill(&mut vec![1; 300_000].as_slice(), 300_000).await.unwrap());
        assert_eq!(plain.reservation.bytes(), packed.capacity() as u64 + 300_001);
        drop(packed);
        plain.alone();
        assert_eq!(plain.reservation.bytes(), 300_001);
    }
}
