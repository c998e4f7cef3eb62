//! What text becomes once it is read: counted while it is read, and never more than was allowed.
//!
//! The three bytes `{},` can become a kilobyte, so a limit on text alone bounds nothing. A deserializer goes through
//! [`counted`], which sees every list, map and text on its way into memory and knows the size of their entries, whatever
//! the types are: a new one can't be forgotten. What is counted is the room that lists and maps take as they grow, and
//! the texts.
//!
//! The count is that of the thread: a text is read in one go, and shapes that read a part of it again (one whose oddness is
//! to spoil itself only) have no way to pass it on.

mod counted;

use std::{cell::Cell, fmt, marker::PhantomData};

use serde::{Deserialize, de::Error};

pub use self::counted::Counted;

/// How many times as large as the limit of its text what was read of it may be. Networks take twice their text, clusters some
/// four times theirs, and the shortest examples of documentation up to six times; filled with next to nothing, lists take
/// hundreds of times their text.
pub const MULTIPLE: u64 = 8;

/// What a list takes once it has one entry, which is room for four. A page may be as short as that.
pub const FIRST: u64 = 4 << 10;

/// What a text takes beside its bytes: its allocation, or the pointers and the hash of an id.
const TEXT: u64 = 32;

/// How many entries a node of a `BTreeMap` has room for, and how many it holds at least once there are several.
const NODE: (u64, u64) = (11, 5);

thread_local! {
    static COUNT: Count = const { Count { spent: Cell::new(0), limit: Cell::new(u64::MAX) } };
}

struct Count {
    spent: Cell<u64>,
    limit: Cell<u64>,
}

/// What is read takes more than was allowed. Once it does, nothing more is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exceeded;

impl fmt::Display for Exceeded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("what is read takes more memory than is allowed")
    }
}

impl std::error::Error for Exceeded {}

/// What came of reading, and what it takes.
#[derive(Debug)]
pub struct Measured<R> {
    /// What came of it.
    pub result: R,
    /// The bytes it takes.
    pub bytes: u64,
    /// Whether it ended because these are too many.
    pub is_exceeded: bool,
}

/// Reads something that may take so many bytes.
pub fn within<R>(limit: u64, read: impl FnOnce() -> R) -> Measured<R> {
    /// The count from before, whatever happens.
    struct Before(u64, u64);
    impl Drop for Before {
        fn drop(&mut self) {
            COUNT.with(|count| (count.spent.set(self.0), count.limit.set(self.1)));
        }
    }
    let before = COUNT.with(|count| Before(count.spent.replace(0), count.limit.replace(limit)));
    let result = read();
    let (bytes, is_exceeded) = (spent(), is_exceeded());
    drop(before);
    Measured { result, bytes, is_exceeded }
}

/// Whether what is being read takes too much already.
#[must_use]
pub fn is_exceeded() -> bool {
    COUNT.with(|count| count.spent.get() > count.limit.get())
}

/// What is being read takes so far.
#[must_use]
pub fn spent() -> u64 {
    COUNT.with(|count| count.spent.get())
}

/// Goes back to what was [`spent`] before something that is dropped again. What was too much stays so.
pub fn give_back(before: u64) {
    if !is_exceeded() {
        COUNT.with(|count| count.spent.set(before));
    }
}

/// Counts bytes that are about to be kept.
///
/// # Errors
/// When these are too many.
#[inline]
pub fn charge(bytes: u64) -> Result<(), Exceeded> {
    COUNT.with(|count| {
        let spent = count.spent.get().saturating_add(bytes);
        count.spent.set(spent);
        if spent > count.limit.get() { Err(Exceeded) } else { Ok(()) }
    })
}

/// Counts a text that is about to be kept.
///
/// # Errors
/// When it is too long.
#[inline]
pub fn charge_text(text: &[u8]) -> Result<(), Exceeded> {
    charge(TEXT + text.len() as u64)
}

/// The room of a `Vec` as it grows.
#[derive(Debug)]
pub struct Room<T> {
    length: u64,
    capacity: u64,
    entries: PhantomData<fn() -> T>,
}

impl<T> Default for Room<T> {
    fn default() -> Self {
        Self { length: 0, capacity: 0, entries: PhantomData }
    }
}

impl<T> Room<T> {
    /// Counts one entry more: nothing where there is room for it, else the larger place, and both while it moves.
    ///
    /// # Errors
    /// When they take too much.
    pub fn add(&mut self) -> Result<(), Exceeded> {
        grow(&mut self.length, &mut self.capacity, size_of::<T>())
    }
}

/// As the standard library does: four entries, or one where it is large, and twice as many each time.
#[inline]
fn grow(length: &mut u64, capacity: &mut u64, size: usize) -> Result<(), Exceeded> {
    *length += 1;
    if *length <= *capacity || size == 0 {
        return Ok(());
    }
    let before = *capacity;
    *capacity = if before == 0 { if size > 1024 { 1 } else { 4 } } else { before * 2 };
    charge(capacity.saturating_mul(size as u64))?;
    give_back(spent() - before * size as u64);
    Ok(())
}

/// A deserializer whose lists, maps and texts are counted.
pub fn counted<D>(deserializer: D) -> Counted<D> {
    Counted(deserializer)
}

/// Reads JSON, counting what it becomes.
///
/// # Errors
/// When it is no `T`, or takes too much.
pub fn from_str<'de, T: Deserialize<'de>>(json: &'de str) -> serde_json::Result<T> {
    let mut deserializer = serde_json::Deserializer::from_str(json);
    let value = T::deserialize(counted(&mut deserializer))?;
    deserializer.end().map(|()| value)
}

/// Reads JSON that may be no UTF-8, counting what it becomes.
///
/// # Errors
/// When it is no `T`, or takes too much.
pub fn from_slice<'de, T: Deserialize<'de>>(json: &'de [u8]) -> serde_json::Result<T> {
    let mut deserializer = serde_json::Deserializer::from_slice(json);
    let value = T::deserialize(counted(&mut deserializer))?;
    deserializer.end().map(|()| value)
}

/// The error of a deserializer.
fn too_much<E: Error>(exceeded: Exceeded) -> E {
    E::custom(exceeded)
}

#[cfg(test)]
mod tests;
