//! What to make of a subnet: the first criterion that holds, on exact integers.

use crate::assess::{
    audit::SubnetStatus,
    options::Thresholds,
    outlook::{Bound, Mark, Reason, Scenario},
};

/// The figures a status is told from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Figures {
    /// Addresses that can be used.
    pub(crate) usable: Option<u64>,
    /// Addresses in use.
    pub(crate) used: Option<u64>,
    /// Addresses in use at least.
    pub(crate) used_low: Option<u64>,
    /// Whether percentages mean anything here; they do not in an API-server subnet.
    pub(crate) percentages: bool,
    /// What is to come, where it was projected.
    pub(crate) ahead: Ahead,
}

/// What the projections of a subnet say; nothing where there are none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Ahead {
    /// Even by the lower bounds an upgrade does not fit.
    pub(crate) upgrade_surely_fails: bool,
    /// Addresses left while the neediest pool is upgraded.
    pub(crate) upgrade: Option<i64>,
    /// Addresses left while all pools surge.
    pub(crate) upgrade_all: Option<i64>,
    /// Addresses left while all pools surge at their maximum.
    pub(crate) scale_max_upgrade: Option<i64>,
    /// Addresses that may come beside pools.
    pub(crate) other_growth: u64,
}

/// The status of a subnet, and why: the first criterion that holds decides, and all that hold are told.
pub(crate) fn status(figures: Figures, thresholds: Thresholds) -> (SubnetStatus, Vec<Reason>) {
    let Some(usable) = figures.usable else { return (SubnetStatus::Unknown, Vec::new()) };
    let mut held: Vec<(SubnetStatus, Reason)> = Vec::new();
    let reached = |count: Option<u64>, pct: u8| {
        count.filter(|count| figures.percentages && reaches(*count, pct, usable))
    };
    let is_exact = figures.used == figures.used_low;
    let in_use = |count, bound, mark| Reason::InUse { count, bound, usable, mark };
    if let Some(low) = figures.used_low.filter(|low| *low >= usable) {
        let mark = Mark::Full { has_share: figures.percentages };
        let why = if usable == 0 { Reason::NoUsableAddress } else { in_use(low, Bound::Low, mark) };
        held.push((SubnetStatus::Full, why));
    } else if let Some(low) = reached(figures.used_low, thresholds.critical_pct) {
        let bound = if is_exact { Bound::Exact } else { Bound::Low };
        held.push((SubnetStatus::Critical, in_use(low, bound, Mark::Critical(thresholds.critical_pct))));
    } else if let Some(used) = reached(figures.used, thresholds.warning_pct) {
        let bound = if is_exact { Bound::Exact } else { Bound::High };
        held.push((SubnetStatus::Warning, in_use(used, bound, Mark::Warning(thresholds.warning_pct))));
    }
    // Where the projection can't be told, the lower bounds may still tell enough.
    let is_untold = figures.ahead.upgrade.is_none() && figures.used_low.is_some_and(|low| low < usable);
    if is_untold && figures.ahead.upgrade_surely_fails {
        held.push((SubnetStatus::Critical, Reason::UpgradeSurelyFails));
    }
    held.extend(deficits(figures.ahead));
    let status = held.iter().map(|(status, _)| *status).min();
    let otherwise = if figures.used.is_some() { SubnetStatus::Ok } else { SubnetStatus::Unknown };
    (status.unwrap_or(otherwise), held.into_iter().map(|(_, why)| why).collect())
}

/// What does not fit in the scenarios ahead.
fn deficits(ahead: Ahead) -> impl Iterator<Item = (SubnetStatus, Reason)> {
    let of_upgrade = if ahead.upgrade_surely_fails { SubnetStatus::Critical } else { SubnetStatus::Warning };
    let scenarios = [
        (of_upgrade, ahead.upgrade, Scenario::Upgrade),
        (SubnetStatus::Warning, ahead.upgrade_all, Scenario::UpgradeAll),
        (SubnetStatus::Warning, ahead.scale_max_upgrade, Scenario::ScaleMaxUpgrade),
    ];
    scenarios.into_iter().filter_map(move |(status, headroom, scenario)| {
        let missing = i128::from(ahead.other_growth) - i128::from(headroom?);
        let by = u64::try_from(missing).ok().filter(|by| *by > 0)?;
        Some((status, Reason::Short { by, scenario }))
    })
}

/// Whether a count is at least so many percent, without rounding.
pub(crate) fn reaches(count: u64, pct: u8, usable: u64) -> bool {
    u128::from(count) * 100 >= u128::from(pct) * u128::from(usable)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::say;

    fn told(usable: u64, used_low: u64, used: Option<u64>, percentages: bool) -> (SubnetStatus, String) {
        let figures = Figures {
            usable: Some(usable),
            used,
            used_low: Some(used_low),
            percentages,
            ..Figures::default()
        };
        let (status, why) = status(figures, Thresholds::default());
        (status, said(&why))
    }

    fn said(reasons: &[Reason]) -> String {
        let texts: Vec<_> = reasons.iter().map(|reason| say::reason(reason).text()).collect();
        texts.join("; ")
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
        assert_eq!(
            why,
            "up to 251 of 251 usable addresses are in use (100.0 %), from 80 % on a warning, 257 wanted"
        );
        assert_eq!(told(0, 0, Some(0), true).1, "full: it has no usable address");
    }

    #[test]
    fn an_api_server_subnet_can_be_full_but_not_nearly() {
        assert_eq!(told(11, 9, Some(9), false).0, SubnetStatus::Ok);
        assert_eq!(told(11, 18, Some(18), false).0, SubnetStatus::Full);
    }

    #[test]
    fn without_a_readable_prefix_nothing_can_be_told() {
        let figures = Figures { used: Some(3), used_low: Some(3), percentages: true, ..Figures::default() };
        assert_eq!(status(figures, Thresholds::default()), (SubnetStatus::Unknown, vec![]));
    }

    #[test]
    fn what_does_not_fit_ahead_is_said_and_counted() {
        let table = [
            (Ahead { upgrade: Some(0), ..Ahead::default() }, SubnetStatus::Ok, ""),
            (
                Ahead { upgrade: Some(0), other_growth: 1, ..Ahead::default() },
                SubnetStatus::Warning,
                "1 address short to upgrade the neediest pool",
            ),
            (
                Ahead { upgrade: Some(-3), upgrade_surely_fails: true, ..Ahead::default() },
                SubnetStatus::Critical,
                "3 addresses short to upgrade the neediest pool",
            ),
            (
                Ahead { scale_max_upgrade: Some(-9), upgrade: Some(5), ..Ahead::default() },
                SubnetStatus::Warning,
                "9 addresses short to upgrade all pools at their maximum",
            ),
        ];
        for (ahead, expected, why) in table {
            let figures =
                Figures { usable: Some(251), used: Some(100), used_low: Some(100), percentages: true, ahead };
            let (status, reasons) = status(figures, Thresholds::default());
            assert_eq!((status, said(&reasons).as_str()), (expected, why));
        }
    }
}
