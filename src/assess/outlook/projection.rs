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
    ipam::{Bounds, SurgePolicy},
};

/// What one pool takes in one subnet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Demand {
    /// The pool.
    pub(crate) key: PoolKey,
    /// Addresses of a node in this subnet.
    pub(crate) per_node: Option<Bounds>,
    /// Nodes wanted now.
    pub(crate) wanted: Option<u64>,
    /// Nodes there: their addresses are held.
    pub(crate) there: Option<u64>,
    /// Nodes with the autoscaler at its maximum.
    pub(crate) scale_max: Option<u64>,
    /// How it surges.
    pub(crate) surge: Option<SurgePolicy>,
    /// Most nodes it can have, surge included.
    pub(crate) ceiling: Option<u64>,
}

impl Demand {
    /// What a pool takes in the subnet of its nodes, of its pods, or of both.
    pub(crate) fn of(key: PoolKey, facts: &PoolFacts<'_>, nodes: bool, pods: bool) -> Self {
        let per_node = facts.per_node.and_then(|per_node| {
            let node = Bounds::exactly(if nodes { facts.in_node_subnet(per_node) } else { 0 });
            if pods { per_node.pod_subnet.map(|pods| node.plus(pods)) } else { Some(node) }
        });
        Self {
            key,
            per_node,
            wanted: facts.counts.wanted,
            there: facts.counts.there,
            scale_max: facts.counts.scale_max,
            surge: facts.surge,
            ceiling: facts.counts.ceiling,
        }
    }

    /// Nodes of the pool in a scenario without surge; what is wanted comes in each.
    pub(crate) fn nodes(&self, scenario: Scenario) -> Option<u64> {
        match scenario {
            Scenario::Now => self.there,
            Scenario::Upgrade | Scenario::UpgradeAll => self.wanted,
            Scenario::ScaleMax | Scenario::ScaleMaxUpgrade => Some(self.scale_max?.max(self.wanted?)),
        }
    }

    /// Nodes that come in a scenario beyond those that are there, before any surge. Those that are there and not wanted
    /// (deallocated, or left over) are taken first.
    pub(crate) fn coming(&self, scenario: Scenario) -> Option<u64> {
        Some(self.nodes(scenario)?.saturating_sub(self.there?))
    }

    /// Surge nodes in a scenario.
    pub(crate) fn surging(&self, scenario: Scenario) -> Option<u64> {
        match scenario {
            Scenario::Now | Scenario::ScaleMax => Some(0),
            Scenario::Upgrade | Scenario::UpgradeAll | Scenario::ScaleMaxUpgrade => {
                let nodes = self.nodes(scenario)?;
                let surge = self.surge?.surge(nodes);
                Some(self.ceiling.map_or(surge, |ceiling| surge.min(ceiling.saturating_sub(nodes))))
            }
        }
    }

    /// All nodes that come in a scenario.
    pub(crate) fn added(&self, scenario: Scenario) -> Option<u64> {
        self.coming(scenario)?.checked_add(self.surging(scenario)?)
    }

    fn addresses(&self, nodes: Option<u64>) -> Option<Bounds> {
        Some(self.per_node?.times(nodes?))
    }

    /// What is not known of it, so that some scenarios can't be told.
    fn missing(&self) -> Vec<Missing> {
        let parts = [
            (Missing::Size, self.wanted.is_none()),
            (Missing::Maximum, self.wanted.is_some() && self.scale_max.is_none()),
            (Missing::Surge, self.surge.is_none()),
            (Missing::PerNode, self.per_node.is_none()),
        ];
        parts.into_iter().filter_map(|(what, is_unknown)| is_unknown.then_some(what)).collect()
    }
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

    /// Whether even by the lower bounds an upgrade does not fit. A pool of which nothing is known may need nothing, and
    /// nodes that are wanted may never come.
    pub(crate) fn upgrade_surely_fails(&self) -> bool {
        let surge = |demand: &Demand| demand.addresses(demand.surging(Scenario::Upgrade));
        let known = self.demands.iter().filter_map(surge);
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
                due: demand.coming(Scenario::Upgrade),
                nodes: ByScenario::from_fn(|scenario| match scenario {
                    Scenario::Upgrade | Scenario::UpgradeAll => demand.surging(scenario),
                    _ => demand.added(scenario),
                }),
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

    /// Addresses of nodes that are wanted and not there.
    pub(crate) fn due(&self) -> Option<u64> {
        Some(self.coming(Scenario::Upgrade)?.high)
    }

    /// Addresses that come: those of all nodes, and of surge nodes those of the neediest pool in an upgrade, else all.
    fn added(&self, scenario: Scenario) -> Option<Bounds> {
        let mut surges = self.demands.iter().map(|demand| demand.addresses(demand.surging(scenario)));
        let surge = surges.try_fold(Bounds::default(), |sum, next| {
            let next = next?;
            Some(match scenario {
                Scenario::Upgrade => Bounds { low: sum.low.max(next.low), high: sum.high.max(next.high) },
                _ => sum.plus(next),
            })
        });
        Some(self.coming(scenario)?.plus(surge?))
    }

    fn coming(&self, scenario: Scenario) -> Option<Bounds> {
        let mut each = self.demands.iter().map(|demand| demand.addresses(demand.coming(scenario)));
        each.try_fold(Bounds::default(), |sum, next| Some(sum.plus(next?)))
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
