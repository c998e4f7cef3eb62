//! What may happen to the pools of a subnet.

/// What may happen to the pools of a subnet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scenario {
    /// Nothing.
    Now,
    /// One pool at a time surges; the neediest counts (K-01).
    /// <https://learn.microsoft.com/azure/aks/upgrade-aks-control-plane>
    Upgrade,
    /// Every pool surges at once, as a migration of the CNI makes a cluster's pools do.
    /// <https://learn.microsoft.com/azure/aks/upgrade-aks-node-pools-rolling>
    UpgradeAll,
    /// Every autoscaler is at its maximum, and what is stopped has started.
    ScaleMax,
    /// The same, and then every pool surges at once.
    ScaleMaxUpgrade,
}

impl Scenario {
    /// The scenarios that project, the smallest step first.
    pub const AHEAD: [Self; 4] = [Self::Upgrade, Self::UpgradeAll, Self::ScaleMax, Self::ScaleMaxUpgrade];

    /// The word the reports use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Now => "now",
            Self::Upgrade => "upgrade",
            Self::UpgradeAll => "upgrade_all",
            Self::ScaleMax => "scale_max",
            Self::ScaleMaxUpgrade => "scale_max_upgrade",
        }
    }
}

/// A figure for each scenario but `Now`; one that can't be told is absent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ByScenario<T> {
    /// [`Scenario::Upgrade`]
    pub upgrade: Option<T>,
    /// [`Scenario::UpgradeAll`]
    pub upgrade_all: Option<T>,
    /// [`Scenario::ScaleMax`]
    pub scale_max: Option<T>,
    /// [`Scenario::ScaleMaxUpgrade`]
    pub scale_max_upgrade: Option<T>,
}

impl<T: Copy> ByScenario<T> {
    /// The figure of a scenario; that of `Now` is no projection and not here.
    #[must_use]
    pub fn of(&self, scenario: Scenario) -> Option<T> {
        match scenario {
            Scenario::Now => None,
            Scenario::Upgrade => self.upgrade,
            Scenario::UpgradeAll => self.upgrade_all,
            Scenario::ScaleMax => self.scale_max,
            Scenario::ScaleMaxUpgrade => self.scale_max_upgrade,
        }
    }
}

impl<T> ByScenario<T> {
    /// What a function says of each.
    pub fn from_fn(figure: impl Fn(Scenario) -> Option<T>) -> Self {
        Self {
            upgrade: figure(Scenario::Upgrade),
            upgrade_all: figure(Scenario::UpgradeAll),
            scale_max: figure(Scenario::ScaleMax),
            scale_max_upgrade: figure(Scenario::ScaleMaxUpgrade),
        }
    }
}
