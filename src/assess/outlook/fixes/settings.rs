//! Fixes that change a pool's settings and nothing else: less surge, a lower autoscaler maximum.

use super::{Change, Solution};
use crate::{
    assess::{
        estate::{ClusterFacts, Estate, PoolFacts},
        outlook::{
            projection::{Demand, Forecast},
            scenario::Scenario,
        },
    },
    inventory::{PoolMode, PoolType},
    ipam::{MaxSurge, SurgePolicy},
};

/// A forecast that does not fit, and the scenario it fails in.
pub(crate) struct Target<'t, 'a> {
    pub(super) estate: &'t Estate<'a>,
    pub(super) forecast: &'t Forecast,
    pub(super) scenario: Scenario,
}

impl<'t, 'a> Target<'t, 'a> {
    pub(super) fn pool(&self, demand: &Demand) -> Option<(&'t ClusterFacts<'a>, &'t PoolFacts<'a>)> {
        self.estate.pool(demand.key)
    }

    /// The same where another pool in its place can help: not where nodes come without one, which no pool leads elsewhere.
    /// <https://learn.microsoft.com/azure/aks/node-auto-provisioning>
    pub(super) fn replaceable(&self, demand: &Demand) -> Option<(&'t ClusterFacts<'a>, &'t PoolFacts<'a>)> {
        self.pool(demand).filter(|(cluster, _)| !cluster.has_provisioned())
    }

    /// The solution a changed forecast is, when it fits.
    pub(super) fn solution(&self, after: &Forecast, changes: Vec<Change>) -> Option<Solution> {
        let fits = after.fits(self.scenario) == Some(true) && !changes.is_empty();
        fits.then(|| Solution { changes, headroom: after.headroom(self.scenario) })
    }

    /// The pools in the order of what `figure` gives, the greatest first; ties in the order of ids.
    pub(super) fn by(&self, figure: impl Fn(&Demand) -> u64) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.forecast.demands.len()).collect();
        order.sort_by_key(|at| std::cmp::Reverse(self.forecast.demands.get(*at).map_or(0, &figure)));
        order
    }

    /// The fewest pools with less surge: first down to one node, then none for user pools, which can have
    /// `maxUnavailable` instead.
    pub(super) fn less_surge(&self) -> Option<Solution> {
        if self.scenario == Scenario::ScaleMax {
            return None;
        }
        let mut after = self.forecast.clone();
        let mut surges: Vec<Option<u64>> = vec![None; after.demands.len()];
        let order = self.by(|demand| self.surge_addresses(demand));
        for least in [1, 0] {
            for &at in &order {
                if after.fits(self.scenario) == Some(true) {
                    break;
                }
                self.lower_surge(&mut after, &mut surges, at, least);
            }
        }
        let changes = surges.iter().zip(&after.demands).filter_map(|(to, demand)| {
            let (cluster, pool) = self.pool(demand)?;
            let (cluster_id, node_pool) = (cluster.cluster.id.clone(), pool.pool.name.clone());
            Some(match (*to)? {
                0 => Change::MaxUnavailable { cluster_id, node_pool },
                to => Change::MaxSurge { cluster_id, node_pool, to },
            })
        });
        self.solution(&after, changes.collect())
    }

    /// Lowers one pool's surge no further than it must, and not below `least`.
    fn lower_surge(&self, after: &mut Forecast, surges: &mut [Option<u64>], at: usize, least: u64) {
        let Some(demand) = self.forecast.demands.get(at) else { return };
        let can_be_none = self.pool(demand).is_some_and(|(_, pool)| pool.pool.mode == Some(PoolMode::User));
        let is_rolling = matches!(demand.surge, Some(SurgePolicy::Rolling(_) | SurgePolicy::Assumed(_)));
        let current = demand.surging(self.scenario).unwrap_or(0);
        if !is_rolling || current <= least || (least == 0 && !can_be_none) {
            return;
        }
        let mut with = |surge: u64| {
            if let Some(demand) = after.demands.get_mut(at) {
                let nodes = u32::try_from(surge).unwrap_or(u32::MAX);
                demand.surge = Some(SurgePolicy::Rolling(MaxSurge::Nodes(nodes)));
            }
            self.fits_alone(after, at)
        };
        let to = highest(least, current - 1, &mut with).unwrap_or(least);
        with(to);
        if let Some(surge) = surges.get_mut(at) {
            *surge = Some(to);
        }
    }

    /// Whether a changed forecast fits; in an upgrade, where pools go one by one, whether it does while this pool surges.
    fn fits_alone(&self, after: &Forecast, at: usize) -> bool {
        if self.scenario != Scenario::Upgrade {
            return after.fits(self.scenario) == Some(true);
        }
        let mut alone = after.clone();
        for (_, other) in alone.demands.iter_mut().enumerate().filter(|(place, _)| *place != at) {
            other.surge = Some(SurgePolicy::Rolling(MaxSurge::Nodes(0)));
        }
        alone.fits(self.scenario) == Some(true)
    }

    fn surge_addresses(&self, demand: &Demand) -> u64 {
        let surge = demand.surging(self.scenario).unwrap_or(0);
        surge.saturating_mul(demand.per_node.map_or(0, |per_node| per_node.high))
    }

    /// The fewest autoscalers with a lower maximum, which stays at or above what their pools have.
    pub(super) fn lower_maximum(&self) -> Option<Solution> {
        if !matches!(self.scenario, Scenario::ScaleMax | Scenario::ScaleMaxUpgrade) {
            return None;
        }
        let mut after = self.forecast.clone();
        let mut changes = Vec::new();
        let growth = |demand: &Demand| {
            let nodes = demand.added(Scenario::ScaleMax).unwrap_or(0);
            nodes.saturating_mul(demand.per_node.map_or(0, |per_node| per_node.high))
        };
        for at in self.by(growth) {
            if after.fits(self.scenario) == Some(true) {
                break;
            }
            let Some(demand) = self.forecast.demands.get(at) else { continue };
            let Some((cluster, pool)) = self.pool(demand) else { continue };
            let Some((current, restart)) = demand.scale_max.zip(pool.counts.restart) else { continue };
            let least = restart.max(1).max(demand.wanted.unwrap_or(0));
            let is_set = pool.counts.autoscaler_max.is_some()
                && pool.pool.pool_type != Some(PoolType::VirtualMachines);
            if !is_set || current <= least {
                continue;
            }
            let mut with = |maximum: u64| {
                if let Some(demand) = after.demands.get_mut(at) {
                    demand.scale_max = Some(maximum);
                }
                after.fits(self.scenario) == Some(true)
            };
            let to = highest(least, current - 1, &mut with).unwrap_or(least);
            with(to);
            let (cluster_id, node_pool) = (cluster.cluster.id.clone(), pool.pool.name.clone());
            changes.push(Change::MaxCount { cluster_id, node_pool, to });
        }
        self.solution(&after, changes)
    }
}

/// The highest number in a range that holds, where every lower one holds too.
fn highest(least: u64, most: u64, holds: &mut impl FnMut(u64) -> bool) -> Option<u64> {
    if most < least || !holds(least) {
        return None;
    }
    let (mut good, mut bad) = (least, most + 1);
    while bad - good > 1 {
        let middle = good + (bad - good) / 2;
        if holds(middle) {
            good = middle;
        } else {
            bad = middle;
        }
    }
    Some(good)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_that_holds_is_found() {
        for limit in 0..12 {
            let expected = (limit >= 3).then(|| limit.min(9));
            assert_eq!(highest(3, 9, &mut |n| n <= limit), expected, "{limit}");
        }
        assert_eq!(highest(3, 2, &mut |_| true), None);
    }
}
