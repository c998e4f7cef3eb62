//! What rows say about what is to come.

use super::SubnetRow;
use crate::assess::{
    figure::difference,
    outlook::{ByScenario, ProjectionBasis, Scenario},
};

/// What a subnet will need; all of it unknown until somebody looked ahead.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SubnetAhead {
    /// Addresses held in each scenario.
    pub projected: ByScenario<u64>,
    /// What may come beside pools.
    pub other_growth: Option<u64>,
    /// How the projection relates to the truth; absent where there is none.
    pub basis: Option<ProjectionBasis>,
    /// Addresses that nobody can use, by estimate.
    pub stranded: Option<u64>,
    /// Whether an upgrade does not fit even by the lower bounds.
    pub upgrade_surely_fails: bool,
    /// What could be given back, where even the largest scenario leaves most of the subnet unused.
    pub spare: Option<Spare>,
}

/// A subnet that is larger than its pools will ever need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spare {
    /// The length of the smallest prefix that holds the largest scenario.
    pub enough: u8,
    /// Addresses of its prefixes beyond that one.
    pub addresses: u64,
}

/// What a scenario comes to, in addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sum {
    /// In use now.
    pub used: u64,
    /// What the pools add.
    pub added: u64,
    /// What may come beside them; 0 where nothing does.
    pub others: u64,
    /// All of them.
    pub total: u64,
    /// What the subnet offers.
    pub usable: u64,
}

impl SubnetRow {
    /// Addresses left in a scenario; negative is a deficit.
    #[must_use]
    pub fn headroom(&self, scenario: Scenario) -> Option<i64> {
        let (usable, projected) = (self.usable?, self.ahead.projected.of(scenario)?);
        difference(usable, projected)
    }

    /// Addresses left in a scenario, once everything else that may come is there too; negative is a deficit.
    #[must_use]
    pub fn left(&self, scenario: Scenario) -> Option<i64> {
        let headroom = self.headroom(scenario)?;
        let others = i64::try_from(self.ahead.other_growth.unwrap_or(0)).unwrap_or(i64::MAX);
        Some(headroom.saturating_sub(others))
    }

    /// Whether it is known that a scenario does not fit; where no pool lives, nothing is upgraded or scaled.
    #[must_use]
    pub fn fails(&self, scenario: Scenario) -> bool {
        !self.node_pools.is_empty() && self.left(scenario).is_some_and(|left| left < 0)
    }
}

impl SubnetRow {
    /// The sum behind [`Self::left`], for a reader to redo.
    #[must_use]
    pub fn sum(&self, scenario: Scenario) -> Option<Sum> {
        let (used, usable, projected) = (self.used?, self.usable?, self.ahead.projected.of(scenario)?);
        let others = self.ahead.other_growth.unwrap_or(0);
        let added = projected.saturating_sub(used);
        Some(Sum { used, added, others, total: projected.saturating_add(others), usable })
    }
}
