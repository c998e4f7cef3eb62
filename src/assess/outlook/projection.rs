//! What a subnet will hold in each scenario: used, plus what the nodes that come will take.

use crate::{
    assess::{
        estate::{Estate, PoolFacts, PoolKey, SubnetFacts},
        figure::difference,
        outlook::{
            part::SubnetPart,
            reason::{Gap, Missing, Reason},
            scenario::{ByScenario, Scenario},
        },
    },
    inventory::ScaleDownMode,
    ipam::{Bounds, SurgePolicy},
};

/// What one pool takes in one subnet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Demand {
    /// The pool.
    pub(crate) key: PoolKey,
    /// Addresses of a node in this subnet.
    pub(crate) per_node: Option<Bounds>,
    /// Nodes now.
    pub(crate) now: Option<u64>,
    /// Deallocated nodes that keep their addresses and start before new ones are made.
    pub(crate) deallocated: u64,
    /// Nodes with the autoscaler at its maximum.
    pub(crate) scale_max: Option<u64>,
    /// How it surges.
    pub(crate) surge: Option<SurgePolicy>,
}

impl Demand {
    /// What a pool takes in the subnet of its nodes, of its pods, or of both.
    pub(crate) fn of(key: PoolKey, facts: &PoolFacts<'_>, nodes: bool, pods: bool) -> Self {
        let per_node = facts.per_node.and_then(|per_node| {
            let node = Bounds::exactly(if nodes { per_node.node_subnet } else { 0 });
            if pods { per_node.pod_subnet.map(|pods| node.plus(pods)) } else { Some(node) }
        });
        Self {
            key,
            per_node,
            now: facts.counts.now,
            deallocated: deallocated(facts),
            scale_max: facts.counts.scale_max,
            surge: facts.surge,
        }
    }

    /// Nodes that come in a scenario beyond those that hold addresses now.
    pub(crate) fn added(&self, scenario: Scenario) -> Option<u64> {
        let now = self.now?;
        match scenario {
            Scenario::Now => Some(0),
            Scenario::Upgrade | Scenario::UpgradeAll => Some(self.surge?.surge(now)),
            Scenario::ScaleMax => Some(self.scale_max?.saturating_sub(now + self.deallocated)),
            Scenario::ScaleMaxUpgrade => {
                let nodes = self.scale_max?;
                Some(nodes.saturating_sub(now + self.deallocated) + self.surge?.surge(nodes))
            }
        }
    }

    fn addresses(&self, scenario: Scenario) -> Option<Bounds> {
        Some(self.per_node?.times(self.added(scenario)?))
    }

    /// What is not known of it, so that some scenarios can't be told.
    fn missing(&self) -> Vec<Missing> {
        let parts = [
            (Missing::Size, self.now.is_none()),
            (Missing::Maximum, self.now.is_some() && self.scale_max.is_none()),
            (Missing::Surge, self.surge.is_none()),
            (Missing::PerNode, self.per_node.is_none()),
        ];
        parts.into_iter().filter_map(|(what, is_unknown)| is_unknown.then_some(what)).collect()
    }
}

/// Nodes that scaling down deallocated: their interfaces keep their addresses (rule A6).
/// <https://learn.microsoft.com/azure/aks/scale-down-mode>
pub(crate) fn deallocated(facts: &PoolFacts<'_>) -> u64 {
    let evicts = |policy: &String| policy.eq_ignore_ascii_case("Deallocate");
    let keeps = facts.pool.scale_down_mode == Some(ScaleDownMode::Deallocate)
        || facts.pool.eviction_policy.as_ref().is_some_and(evicts);
    let held = facts.holding.map_or(0, |holding| holding.nodes);
    if keeps { held.saturating_sub(facts.counts.now.unwrap_or(held)) } else { 0 }
}

/// A subnet's addresses and what may come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Forecast {
    /// Addresses that can be used.
    pub(crate) usable: Option<u64>,
    /// Addresses in use.
    pub(crate) used: Option<u64>,
    /// Addresses in use at least.
    pub(crate) used_low: Option<u64>,
    /// The pools here.
    pub(crate) demands: Vec<Demand>,
    /// What may come beside pools.
    pub(crate) other_growth: u64,
}

impl Forecast {
    /// Addresses held in a scenario.
    pub(crate) fn projected(&self, scenario: Scenario) -> Option<u64> {
        self.used?.checked_add(self.added(scenario)?.high)
    }

    /// Addresses left in a scenario; negative is a deficit.
    pub(crate) fn headroom(&self, scenario: Scenario) -> Option<i64> {
        difference(self.usable?, self.projected(scenario)?)
    }

    /// Whether a scenario fits, with everything else that may come.
    pub(crate) fn fits(&self, scenario: Scenario) -> Option<bool> {
        let need = self.projected(scenario)?.checked_add(self.other_growth)?;
        Some(need <= self.usable?)
    }

    /// Whether even by the lower bounds an upgrade does not fit. A pool of which nothing is known may need nothing.
    pub(crate) fn upgrade_surely_fails(&self) -> bool {
        let known = self.demands.iter().filter_map(|demand| demand.addresses(Scenario::Upgrade));
        let most = known.map(|added| added.low).max().unwrap_or(0);
        self.used_low.zip(self.usable).is_some_and(|(used, usable)| used.saturating_add(most) > usable)
    }

    /// Addresses held in every scenario.
    pub(crate) fn all_projected(&self) -> ByScenario<u64> {
        ByScenario::from_fn(|scenario| self.projected(scenario))
    }

    /// Addresses left in every scenario.
    pub(crate) fn all_headrooms(&self) -> ByScenario<i64> {
        ByScenario::from_fn(|scenario| self.headroom(scenario))
    }

    /// What each pool adds in each scenario, so that a reader can redo the sums.
    pub(crate) fn parts(&self, estate: &Estate<'_>) -> impl Iterator<Item = SubnetPart> {
        self.demands.iter().filter_map(|demand| {
            let (cluster, pool) = estate.pool(demand.key)?;
            Some(SubnetPart::Added {
                cluster_id: cluster.cluster.id.clone(),
                node_pool: pool.pool.name.clone(),
                each: demand.per_node.map(|per_node| per_node.high),
                nodes: ByScenario::from_fn(|scenario| demand.added(scenario)),
            })
        })
    }

    /// Why scenarios can't be told, where that is for want of something about a pool.
    pub(crate) fn gaps(&self, estate: &Estate<'_>) -> impl Iterator<Item = Reason> {
        self.demands.iter().filter_map(|demand| {
            let missing = demand.missing();
            let (cluster, pool) = estate.pool(demand.key).filter(|_| !missing.is_empty())?;
            let (cluster_id, node_pool) = (cluster.cluster.id.clone(), pool.pool.name.clone());
            Some(Reason::Gap(Box::new(Gap { cluster_id, node_pool, missing })))
        })
    }

    /// Addresses that come: of the neediest pool in an upgrade, else of all.
    fn added(&self, scenario: Scenario) -> Option<Bounds> {
        let mut each = self.demands.iter().map(|demand| demand.addresses(scenario));
        each.try_fold(Bounds::default(), |sum, next| {
            let next = next?;
            Some(match scenario {
                Scenario::Upgrade => Bounds { low: sum.low.max(next.low), high: sum.high.max(next.high) },
                _ => sum.plus(next),
            })
        })
    }
}

/// What the pools of a subnet take there.
pub(crate) fn demands(estate: &Estate<'_>, subnet: &SubnetFacts<'_>) -> Vec<Demand> {
    let mut keys: Vec<(PoolKey, bool, bool)> =
        subnet.node_pools().iter().map(|key| (*key, true, false)).collect();
    keys.extend(subnet.pod_pools().iter().map(|key| (*key, false, true)));
    keys.sort_unstable();
    keys.dedup_by(|later, first| {
        let is_same = later.0 == first.0;
        if is_same {
            (first.1, first.2) = (true, true);
        }
        is_same
    });
    keys.into_iter()
        .filter_map(|(key, nodes, pods)| Some(Demand::of(key, estate.pool(key)?.1, nodes, pods)))
        .collect()
}
