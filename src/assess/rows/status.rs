//! What to make of a subnet: the first criterion that holds, on exact integers.

use crate::assess::{audit::SubnetStatus, options::Thresholds};

/// The figures a status is told from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::assess) struct Figures {
    /// Addresses that can be used.
    pub(in crate::assess) usable: Option<u64>,
    /// Addresses in use.
    pub(in crate::assess) used: Option<u64>,
    /// Addresses in use at least.
    pub(in crate::assess) used_low: Option<u64>,
    /// Whether percentages mean anything here; they do not in an API-server subnet.
    pub(in crate::assess) percentages: bool,
}

/// The status of a subnet, and why in words.
pub(in crate::assess) fn status(figures: Figures, thresholds: Thresholds) -> (SubnetStatus, Option<String>) {
    let Some(usable) = figures.usable else { return (SubnetStatus::Unknown, None) };
    let reached = |count: Option<u64>, pct: u8| {
        count.filter(|count| figures.percentages && reaches(*count, pct, usable))
    };
    if let Some(low) = figures.used_low.filter(|low| *low >= usable) {
        return (SubnetStatus::Full, Some(format!("full: {}", share("at least ", low, usable))));
    }
    if let Some(low) = reached(figures.used_low, thresholds.critical_pct) {
        let why =
            format!("{}, from {} % on critical", share("at least ", low, usable), thresholds.critical_pct);
        return (SubnetStatus::Critical, Some(why));
    }
    if let Some(used) = reached(figures.used, thresholds.warning_pct) {
        let at_most = if figures.used == figures.used_low { "" } else { "up to " };
        let why = format!("{}, from {} % on a warning", share(at_most, used, usable), thresholds.warning_pct);
        return (SubnetStatus::Warning, Some(why));
    }
    (if figures.used.is_some() { SubnetStatus::Ok } else { SubnetStatus::Unknown }, None)
}

/// Whether a count is at least so many percent, without rounding.
fn reaches(count: u64, pct: u8, usable: u64) -> bool {
    u128::from(count) * 100 >= u128::from(pct) * u128::from(usable)
}

fn share(bound: &str, count: u64, usable: u64) -> String {
    match tenths_of_percent(count, usable) {
        Some(tenths) => {
            format!(
                "{bound}{count} of {usable} usable addresses are in use ({}.{} %)",
                tenths / 10,
                tenths % 10
            )
        }
        None => "it has no usable address".to_owned(),
    }
}

/// A share in tenths of a percent, rounded down; none of nothing.
pub(in crate::assess) fn tenths_of_percent(count: u64, usable: u64) -> Option<u128> {
    (u128::from(count) * 1000).checked_div(u128::from(usable))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(usable: u64, used_low: u64, used: Option<u64>, percentages: bool) -> (SubnetStatus, String) {
        let figures = Figures { usable: Some(usable), used, used_low: Some(used_low), percentages };
        let (status, why) = status(figures, Thresholds::default());
        (status, why.unwrap_or_default())
    }

    #[test]
    fn the_first_criterion_that_holds_decides() {
        let table = [
            (251, 251, Some(251), SubnetStatus::Full),
            (251, 239, Some(239), SubnetStatus::Critical),
            (251, 238, Some(238), SubnetStatus::Warning),
            (251, 201, Some(201), SubnetStatus::Warning),
            (251, 200, Some(200), SubnetStatus::Ok),
            (251, 16, Some(257), SubnetStatus::Warning),
            (251, 240, None, SubnetStatus::Critical),
            (251, 251, None, SubnetStatus::Full),
            (251, 210, None, SubnetStatus::Unknown),
            (0, 0, Some(0), SubnetStatus::Full),
        ];
        for (usable, low, used, expected) in table {
            assert_eq!(told(usable, low, used, true).0, expected, "{low} to {used:?} of {usable}");
        }
    }

    #[test]
    fn percentages_are_exact_and_print_rounded_down() {
        assert_eq!(told(20, 19, Some(19), true).0, SubnetStatus::Critical);
        let (status, why) = told(251, 238, Some(238), true);
        assert_eq!(status, SubnetStatus::Warning);
        assert_eq!(why, "238 of 251 usable addresses are in use (94.8 %), from 80 % on a warning");
        let why = told(251, 16, Some(257), true).1;
        assert_eq!(why, "up to 257 of 251 usable addresses are in use (102.3 %), from 80 % on a warning");
        assert_eq!(told(0, 0, Some(0), true).1, "full: it has no usable address");
    }

    #[test]
    fn an_api_server_subnet_can_be_full_but_not_nearly() {
        assert_eq!(told(11, 9, Some(9), false).0, SubnetStatus::Ok);
        assert_eq!(told(11, 18, Some(18), false).0, SubnetStatus::Full);
    }

    #[test]
    fn without_a_readable_prefix_nothing_can_be_told() {
        let figures = Figures { used: Some(3), used_low: Some(3), percentages: true, usable: None };
        assert_eq!(status(figures, Thresholds::default()), (SubnetStatus::Unknown, None));
    }
}
