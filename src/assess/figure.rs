//! The small sums that every floor does.

use jiff::civil::Date;

/// Signed; absent only where the figures are beyond any subnet.
pub(crate) fn difference(from: u64, take: u64) -> Option<i64> {
    i64::try_from(i128::from(from) - i128::from(take)).ok()
}

/// Days from one date to another; negative when the other has passed.
#[must_use]
pub fn days_between(from: Date, to: Date) -> i64 {
    from.duration_until(to).as_hours() / 24
}
