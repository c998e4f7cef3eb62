//! Days as numbers from the audit's date, freezes, and the windows in which clusters may be changed.

use jiff::{
    Span,
    civil::{Date, Weekday},
};

use super::Request;
use crate::assess::days::days_between;

/// How far a plan looks at least: a plan that needs longer than this is no plan.
const YEARS_AHEAD: i64 = 20;
const DAYS_AHEAD: i64 = YEARS_AHEAD * 366;
/// How far a target may lie; dates end in the year 9999.
const MAX_DAYS: i64 = 200 * 366;

/// The days of a plan.
#[derive(Debug, Clone)]
pub(super) struct Calendar {
    as_of: Date,
    /// Frozen days, both ends included, apart from each other and in order.
    frozen: Vec<(i64, i64)>,
    /// The days of the windows that are open, in order.
    pub(super) windows: Vec<i64>,
    /// How many of them come early enough for the target.
    pub(super) in_time: usize,
    /// For each window, the first one by which a wave in it has soaked.
    pub(super) after: Vec<usize>,
    /// For each window, the most waves that fit from it on up to the target.
    pub(super) room: Vec<usize>,
    /// The last day that was looked at.
    pub(super) last_day: i64,
}

impl Calendar {
    /// Lays out the windows of a request.
    pub(super) fn new(request: &Request<'_>) -> Self {
        let options = request.options;
        let as_of = request.as_of;
        let frozen = merge(
            options
                .freezes
                .iter()
                .map(|f| (days_between(as_of, f.from), days_between(as_of, f.until)))
                .collect(),
        );
        let target = days_between(as_of, options.target(request.deadline));
        let start = options.start.map_or(1, |date| days_between(as_of, date).max(1));
        let last_day = target.max(start.saturating_add(DAYS_AHEAD)).min(MAX_DAYS);
        let mut calendar = Self {
            as_of,
            frozen,
            windows: Vec::new(),
            in_time: 0,
            after: Vec::new(),
            room: Vec::new(),
            last_day,
        };
        calendar.windows = calendar.open_windows(start, options.window_day.into());
        let soak = i64::from(options.soak_days);
        calendar.in_time = calendar.windows.partition_point(|day| day + soak <= target);
        calendar.after = calendar.soaked(soak);
        calendar.room = calendar.room_until(calendar.in_time);
        calendar
    }

    fn open_windows(&self, start: i64, weekday: Weekday) -> Vec<i64> {
        let today = i64::from(self.as_of.weekday().to_monday_zero_offset());
        let wanted = i64::from(weekday.to_monday_zero_offset());
        let first = start + (wanted - today - start).rem_euclid(7);
        (first..=self.last_day).step_by(7).filter(|day| self.first_open(*day) == *day).collect()
    }

    fn soaked(&self, soak: i64) -> Vec<usize> {
        let next =
            |(at, day): (usize, &i64)| self.windows.partition_point(|later| *later < day + soak).max(at + 1);
        self.windows.iter().enumerate().map(next).collect()
    }

    /// The most waves that fit from each window on when only the first `limit` windows count.
    pub(super) fn room_until(&self, limit: usize) -> Vec<usize> {
        let mut room = vec![0; self.windows.len() + 1];
        for at in (0..limit.min(self.windows.len())).rev() {
            let used = 1 + self.after.get(at).and_then(|next| room.get(*next)).copied().unwrap_or(0);
            let skipped = room.get(at + 1).copied().unwrap_or(0);
            if let Some(slot) = room.get_mut(at) {
                *slot = used.max(skipped);
            }
        }
        room
    }

    /// The first day from `day` on that is not frozen.
    pub(super) fn first_open(&self, day: i64) -> i64 {
        let next = self.frozen.partition_point(|(_, until)| *until < day);
        match self.frozen.get(next) {
            Some((from, until)) if *from <= day => until + 1,
            _ => day,
        }
    }

    /// The last day up to `day` that is not frozen; it may lie before the audit's date.
    pub(super) fn last_open(&self, day: i64) -> i64 {
        let next = self.frozen.partition_point(|(_, until)| *until < day);
        match self.frozen.get(next) {
            Some((from, _)) if *from <= day => from - 1,
            _ => day,
        }
    }

    /// The first window on or after a day.
    pub(super) fn window_from(&self, day: i64) -> usize {
        self.windows.partition_point(|window| *window < day)
    }

    /// The day of a window.
    pub(super) fn day(&self, window: usize) -> i64 {
        self.windows.get(window).copied().unwrap_or(self.last_day)
    }

    /// The date of a day; the ends of the calendar where it lies outside.
    pub(super) fn date(&self, day: i64) -> Date {
        self.as_of.saturating_add(Span::new().days(day.clamp(-MAX_DAYS, 2 * MAX_DAYS)))
    }
}

/// Joins freezes that overlap or touch, so that one step leads out of any of them.
fn merge(mut ranges: Vec<(i64, i64)>) -> Vec<(i64, i64)> {
    ranges.sort_unstable();
    let mut merged: Vec<(i64, i64)> = Vec::with_capacity(ranges.len());
    for (from, until) in ranges {
        match merged.last_mut() {
            Some(last) if from <= last.1 + 1 => last.1 = last.1.max(until),
            _ => merged.push((from, until)),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::assess::migration::waves::PlanOptions;

    fn calendar(options: &str, as_of: &str) -> Calendar {
        let options: PlanOptions = toml::from_str(options).unwrap();
        Calendar::new(&Request {
            as_of: as_of.parse().unwrap(),
            deadline: "2028-03-31".parse().unwrap(),
            moves: &[],
            headroom: &BTreeMap::new(),
            options: &options,
        })
    }

    #[test]
    fn windows_lie_on_their_weekday_and_outside_freezes() {
        let calendar = calendar(
            "window_day = \"saturday\"\nfreezes = [{ from = \"2026-12-05\", until = \"2026-12-18\" }]",
            "2026-11-21",
        );
        let dates: Vec<_> = calendar.windows.iter().take(3).map(|d| calendar.date(*d).to_string()).collect();
        // 21 November 2026 is a Saturday, and the day of the audit is no window.
        assert_eq!(dates, ["2026-11-28", "2026-12-19", "2026-12-26"]);
        assert!(calendar.windows.iter().all(|d| calendar.date(*d).weekday() == Weekday::Saturday));
    }

    #[test]
    fn the_last_window_in_time_leaves_room_for_the_soak() {
        let calendar = calendar("finish = \"2026-12-19\"\nsoak_days = 7", "2026-11-21");
        assert_eq!(calendar.in_time, 3);
        assert_eq!(calendar.room.first(), Some(&3));
    }

    #[test]
    fn a_longer_soak_leaves_windows_out() {
        let calendar = calendar("finish = \"2027-01-02\"\nsoak_days = 14", "2026-11-21");
        assert_eq!(calendar.after.first(), Some(&2));
        assert_eq!((calendar.in_time, calendar.room.first()), (4, Some(&2)));
    }

    #[test]
    fn freezes_that_touch_are_one() {
        let calendar = calendar(
            "freezes = [{ from = \"2026-12-01\", until = \"2026-12-05\" }, { from = \"2026-12-06\", until = \"2026-12-09\" }]",
            "2026-11-21",
        );
        assert_eq!(calendar.first_open(10), 19);
        assert_eq!(calendar.last_open(18), 9);
        assert_eq!((calendar.first_open(9), calendar.last_open(19)), (9, 19));
    }

    #[test]
    fn a_freeze_without_end_leaves_no_window() {
        let calendar =
            calendar("freezes = [{ from = \"2000-01-01\", until = \"9999-12-31\" }]", "2026-11-21");
        assert_eq!((calendar.windows.len(), calendar.in_time), (0, 0));
    }
}
