//! Days between dates.

use jiff::civil::Date;

/// Days from one date to another; negative when the other has passed.
#[must_use]
pub fn days_between(from: Date, to: Date) -> i64 {
    from.duration_until(to).as_hours() / 24
}
