//! Extra nodes during an upgrade.

use std::str::FromStr;

/// `maxSurge`: extra nodes as a number or as a percentage of the pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MaxSurge {
    /// So many nodes.
    Nodes(u32),
    /// So many percent of the pool's nodes, rounded up.
    Percent(u32),
}

/// The text is neither a number of nodes nor a percentage.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is neither a number of nodes such as `2` nor a percentage such as `33%`")]
pub struct InvalidMaxSurge(String);

impl FromStr for MaxSurge {
    type Err = InvalidMaxSurge;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let invalid = || InvalidMaxSurge(text.to_owned());
        let trimmed = text.trim();
        let (digits, percent) = match trimmed.strip_suffix('%') {
            Some(digits) => (digits.trim_end(), true),
            None => (trimmed, false),
        };
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(invalid());
        }
        let number = digits.parse().map_err(|_| invalid())?;
        Ok(if percent { Self::Percent(number) } else { Self::Nodes(number) })
    }
}

impl MaxSurge {
    /// Extra nodes of a pool of `nodes`: a percentage rounds up, and no more than the pool has (A4).
    /// <https://learn.microsoft.com/azure/aks/upgrade-aks-node-pools-rolling>
    #[must_use]
    pub fn of(self, nodes: u64) -> u64 {
        let wanted = match self {
            Self::Nodes(count) => u64::from(count),
            Self::Percent(percent) => nodes.saturating_mul(u64::from(percent)).div_ceil(100),
        };
        wanted.min(nodes)
    }
}

/// How a pool is upgraded, as far as extra nodes go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SurgePolicy {
    /// Node by node, with so many extra nodes; nought takes none.
    Rolling(MaxSurge),
    /// Node by node, with an assumed surge because the pool gives none; never less than one node.
    Assumed(MaxSurge),
    /// The whole pool is doubled.
    /// <https://learn.microsoft.com/azure/aks/blue-green-node-pool-upgrade>
    BlueGreen,
    /// Spot machines take no extra nodes. <https://learn.microsoft.com/azure/aks/spot-node-pool>
    Spot,
}

impl SurgePolicy {
    /// Extra nodes of a pool of `nodes` (rule A4).
    #[must_use]
    pub fn surge(self, nodes: u64) -> u64 {
        match self {
            Self::Rolling(max_surge) => max_surge.of(nodes),
            Self::Assumed(max_surge) => max_surge.of(nodes).max(1).min(nodes),
            Self::BlueGreen => nodes,
            Self::Spot => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn surge_is_a_number_or_a_percentage() {
        assert_eq!("5".parse(), Ok(MaxSurge::Nodes(5)));
        assert_eq!(" 33 % ".parse(), Ok(MaxSurge::Percent(33)));
        for text in ["", "%", "-1", "+1", "3.5", "1e2", "ten", "99999999999"] {
            assert!(text.parse::<MaxSurge>().is_err(), "{text}");
        }
    }

    #[test]
    fn percentages_round_up_and_no_more_nodes_surge_than_there_are() {
        let table =
            [(3, 10, 1), (10, 10, 1), (11, 10, 2), (20, 10, 2), (5, 33, 2), (1, 33, 1), (100, 33, 33)];
        for (nodes, percent, expected) in table {
            assert_eq!(MaxSurge::Percent(percent).of(nodes), expected, "{percent} % of {nodes}");
        }
        assert_eq!(MaxSurge::Percent(50).of(4), 2);
        assert_eq!(MaxSurge::Percent(250).of(4), 4);
        assert_eq!(MaxSurge::Nodes(10).of(4), 4);
        assert_eq!(MaxSurge::Nodes(10).of(0), 0);
        assert_eq!(MaxSurge::Percent(33).of(980), 324);
    }

    #[test]
    fn the_policy_decides_who_surges() {
        let ten_percent = MaxSurge::Percent(10);
        assert_eq!(SurgePolicy::Assumed(MaxSurge::Nodes(0)).surge(5), 1);
        assert_eq!(SurgePolicy::Assumed(ten_percent).surge(25), 3);
        assert_eq!(SurgePolicy::Assumed(ten_percent).surge(0), 0);
        assert_eq!(SurgePolicy::Rolling(MaxSurge::Nodes(0)).surge(5), 0);
        assert_eq!(SurgePolicy::Rolling(MaxSurge::Percent(0)).surge(5), 0);
        assert_eq!(SurgePolicy::BlueGreen.surge(7), 7);
        assert_eq!(SurgePolicy::Spot.surge(7), 0);
    }
}
