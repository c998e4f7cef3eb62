//! How long re-imaging all pools of a cluster may take: rounds of nodes, each drained and replaced.

use super::scene::Subject;
use crate::{assess::options::DurationAssumptions, inventory::PowerState};

/// What re-imaging one pool is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PoolWork {
    /// The pool.
    pub pool: String,
    /// Its nodes now.
    pub nodes: u64,
    /// How many are replaced at once: its surge, at least one.
    pub at_once: u64,
    /// How long a drain may take, in minutes.
    pub drain_timeout_minutes: u64,
    /// How long a new node is watched before the next, in minutes.
    pub soak_minutes: u64,
}

impl PoolWork {
    /// Rounds of nodes.
    #[must_use]
    pub fn rounds(&self) -> u64 {
        self.nodes.div_ceil(self.at_once.max(1))
    }
}

/// How long one re-image of all pools may take. Pools are re-imaged at the same time, so the slowest decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duration {
    /// Minutes at least.
    pub low_minutes: u64,
    /// Minutes at most, as long as no drain fails.
    pub high_minutes: u64,
    /// What it was made of.
    pub pools: Vec<PoolWork>,
    /// What was assumed.
    pub assumptions: DurationAssumptions,
}

/// Estimates one re-image of a cluster; none where a pool's nodes or surge are unknown, or where the cluster is stopped: how many
/// nodes it has once it runs shows then.
pub(super) fn estimate(subject: &Subject<'_>) -> Option<Duration> {
    if subject.cluster.power_state == Some(PowerState::Stopped) {
        return None;
    }
    let assumptions = subject.scene.options.migration.durations;
    let pools = subject.pools().iter().map(|facts| {
        let nodes = facts.counts.wanted?;
        let drain =
            facts.pool.drain_timeout_minutes.map_or(assumptions.drain_timeout_minutes.into(), u64::from);
        Some(PoolWork {
            pool: facts.pool.name.clone(),
            nodes,
            at_once: facts.surge?.surge(nodes).max(1),
            drain_timeout_minutes: drain,
            soak_minutes: facts.pool.node_soak_minutes.unwrap_or(0).into(),
        })
    });
    pools.collect::<Option<Vec<_>>>().map(|pools| duration(pools, assumptions))
}

/// Estimates one re-image of these pools.
pub(crate) fn duration(pools: Vec<PoolWork>, assumptions: DurationAssumptions) -> Duration {
    let low = |pool: &PoolWork| {
        pool.rounds()
            .saturating_mul(u64::from(assumptions.node_minutes_low).saturating_add(pool.soak_minutes))
    };
    let high = |pool: &PoolWork| {
        let node = u64::from(assumptions.node_minutes_high)
            .saturating_add(pool.drain_timeout_minutes)
            .saturating_add(pool.soak_minutes);
        pool.rounds().saturating_mul(node)
    };
    Duration {
        low_minutes: pools.iter().map(low).max().unwrap_or(0),
        high_minutes: pools.iter().map(high).max().unwrap_or(0),
        pools,
        assumptions,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pool(nodes: u64, at_once: u64) -> PoolWork {
        PoolWork { pool: "p".to_owned(), nodes, at_once, drain_timeout_minutes: 30, soak_minutes: 0 }
    }

    #[test]
    fn the_slowest_pool_decides() {
        let all = duration(vec![pool(10, 1), pool(50, 10), pool(0, 1)], DurationAssumptions::default());
        assert_eq!((all.low_minutes, all.high_minutes), (50, 450));
    }

    #[test]
    fn a_last_round_that_is_not_full_counts_and_a_pool_without_surge_goes_one_by_one() {
        let cases = [((7, 3), 3), ((6, 3), 2), ((5, 0), 5), ((0, 3), 0), ((1, 9), 1)];
        for ((nodes, at_once), rounds) in cases {
            assert_eq!(pool(nodes, at_once).rounds(), rounds, "{nodes} by {at_once}");
        }
    }

    #[test]
    fn more_surge_never_takes_longer_and_the_range_is_a_range() {
        for nodes in 0..60 {
            let mut before = u64::MAX;
            for at_once in 0..60 {
                let one = duration(vec![pool(nodes, at_once)], DurationAssumptions::default());
                assert!(one.low_minutes <= one.high_minutes);
                assert!(one.high_minutes <= before || at_once == 0);
                before = one.high_minutes;
            }
        }
    }

    #[test]
    fn absurd_figures_do_not_overflow() {
        let huge = PoolWork { soak_minutes: u64::MAX, ..pool(u64::MAX, 1) };
        assert_eq!(duration(vec![huge], DurationAssumptions::default()).high_minutes, u64::MAX);
    }
}
