//! What to change where something falls short. The engine checks every fix before it is offered, and none is one
//! that Azure refuses: no subnet in use grows, no pool changes its maxPods, no pool leaves a managed network.

mod blocks;
mod pod_cidr;
mod replace;
mod settings;

pub(crate) use self::blocks::allot;
use self::settings::Target;
use super::{
    limits::{Limit, LimitRow},
    projection::{Demand, Forecast},
    scenario::Scenario,
};
use crate::{
    assess::{
        estate::{ClusterFacts, Estate, PoolFacts, PoolKey},
        topology::Topology,
        usage::Usage,
    },
    inventory::ResourceId,
    ipam::Bounds,
};

/// What falls short.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shortfall {
    /// A subnet in a scenario.
    Subnet(ResourceId, Scenario),
    /// A limit of a cluster, and of one of its pools where the limit is a pool's.
    Limit(ResourceId, Limit, Option<String>),
    /// Blocks of a pool that its maxPods leaves partly unused.
    Waste(ResourceId, String),
}

impl Shortfall {
    /// What falls short: the subnet or the cluster.
    #[must_use]
    pub fn resource(&self) -> &ResourceId {
        match self {
            Self::Subnet(id, _) | Self::Limit(id, ..) | Self::Waste(id, _) => id,
        }
    }

    /// The pool, where it is one of the cluster's.
    #[must_use]
    pub fn node_pool(&self) -> Option<&str> {
        match self {
            Self::Subnet(..) => None,
            Self::Limit(_, _, pool) => pool.as_deref(),
            Self::Waste(_, pool) => Some(pool),
        }
    }

    /// The scenario of a subnet or the limit of a cluster.
    #[must_use]
    pub fn what(&self) -> &'static str {
        match self {
            Self::Subnet(_, scenario) => scenario.as_str(),
            Self::Limit(_, limit, _) => limit.as_str(),
            Self::Waste(..) => "max-pods",
        }
    }

    /// The order of reports: by resource, then by what of it falls short.
    pub(crate) fn order(&self) -> impl Ord + use<'_> {
        (self.resource(), self)
    }
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// `maxSurge` of a pool.
    MaxSurge {
        /// The cluster.
        cluster_id: ResourceId,
        /// The pool.
        node_pool: String,
        /// Nodes.
        to: u64,
    },
    /// `maxSurge` 0 and `maxUnavailable` 1 of a user pool: no extra node, but one less while it upgrades.
    /// <https://learn.microsoft.com/azure/aks/upgrade-aks-node-pools-rolling>
    MaxUnavailable {
        /// The cluster.
        cluster_id: ResourceId,
        /// The pool.
        node_pool: String,
    },
    /// `maxCount` of a pool's autoscaler.
    MaxCount {
        /// The cluster.
        cluster_id: ResourceId,
        /// The pool.
        node_pool: String,
        /// Nodes.
        to: u64,
    },
    /// A new pool with this `maxPods` in place of the old one: no pool changes its own.
    /// <https://learn.microsoft.com/azure/aks/concepts-network-ip-address-planning>
    ReplaceWithMaxPods {
        /// The cluster.
        cluster_id: ResourceId,
        /// The pool to replace.
        node_pool: String,
        /// Pods a node.
        to: u32,
    },
    /// A new subnet, and a new pool in it in place of the old one.
    /// <https://learn.microsoft.com/azure/aks/node-pool-unique-subnet>
    MoveToNewSubnet {
        /// The cluster.
        cluster_id: ResourceId,
        /// The pool to replace.
        node_pool: String,
        /// The network the subnet goes into.
        vnet_id: ResourceId,
        /// Whether it is the pool's pods that move, and not its nodes.
        for_pods: bool,
        /// The length of the smallest prefix that is enough.
        length: u8,
        /// A free block of that length; none where the network's space must grow first.
        block: Option<crate::ipam::Cidr>,
        /// Whether another fix names addresses of the block too, because there is no room for both.
        shared: bool,
    },
    /// A larger pod CIDR that contains the old one.
    /// <https://learn.microsoft.com/azure/aks/azure-cni-overlay-pod-expand>
    ExpandPodCidr {
        /// The cluster.
        cluster_id: ResourceId,
        /// The new range.
        to: crate::ipam::Cidr,
    },
}

impl Change {
    /// The cluster it changes.
    #[must_use]
    pub fn cluster_id(&self) -> &ResourceId {
        match self {
            Self::MaxSurge { cluster_id, .. }
            | Self::MaxUnavailable { cluster_id, .. }
            | Self::MaxCount { cluster_id, .. }
            | Self::ReplaceWithMaxPods { cluster_id, .. }
            | Self::MoveToNewSubnet { cluster_id, .. }
            | Self::ExpandPodCidr { cluster_id, .. } => cluster_id,
        }
    }
}

/// Changes that together end a shortfall.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What falls short.
    pub shortfall: Shortfall,
    /// What to change.
    pub changes: Vec<Change>,
    /// Addresses or nodes left afterwards, by the engine; absent where nothing was short.
    pub headroom: Option<i64>,
    /// Where it names a range as free: hubs on the way that nobody could read, so that some of it may be in use behind them.
    pub unseen: Vec<ResourceId>,
}

/// Fixes of a subnet, scenario by scenario.
pub(crate) fn of_subnet(estate: &Estate<'_>, place: usize, usage: &Usage, forecast: &Forecast) -> Vec<Fix> {
    let Some(subnet) = estate.subnets.get(place) else { return Vec::new() };
    let mut fixes = Vec::new();
    for scenario in [Scenario::Upgrade, Scenario::UpgradeAll, Scenario::ScaleMax, Scenario::ScaleMaxUpgrade] {
        if forecast.fits(scenario) != Some(false) {
            continue;
        }
        let target = Target { estate, forecast, scenario };
        let found = target.less_surge().into_iter().chain(target.lower_maximum());
        let found = found.chain(replace::with_fewer_pods(&target, place, usage));
        let found = found.chain(replace::in_new_subnet(&target, place, usage));
        let shortfall = Shortfall::Subnet(subnet.id.clone(), scenario);
        fixes.extend(found.map(|solution| solution.into_fix(shortfall.clone())));
    }
    fixes
}

/// Fixes of a cluster's limits, and maxPods that waste nothing for its pools with static blocks.
pub(crate) fn of_cluster<'a>(
    estate: &Estate<'a>,
    place: usize,
    cluster: &ClusterFacts<'a>,
    limits: &[LimitRow],
    topology: &Topology<'a>,
) -> Vec<Fix> {
    let mut fixes = replace::without_waste(cluster);
    let is_short = |row: &&LimitRow| row.headroom.is_some_and(|headroom| headroom < 0);
    for row in limits.iter().filter(|row| !row.limit.is_per_node()).filter(is_short) {
        let forecast = forecast_of_limit(place, cluster, row);
        let target = Target { estate, forecast: &forecast, scenario: Scenario::ScaleMaxUpgrade };
        let found = target.less_surge().into_iter().chain(target.lower_maximum());
        let shortfall = Shortfall::Limit(row.cluster_id.clone(), row.limit, row.node_pool.clone());
        fixes.extend(found.map(|solution| solution.into_fix(shortfall.clone())));
        if row.limit == Limit::PodCidr {
            fixes.extend(pod_cidr::expand(estate, cluster, row, topology, shortfall));
        }
    }
    fixes
}

/// A limit in nodes as a forecast: each node takes one of what it offers.
fn forecast_of_limit(place: usize, cluster: &ClusterFacts<'_>, row: &LimitRow) -> Forecast {
    let is_meant = |pool: &PoolFacts<'_>| row.node_pool.as_ref().is_none_or(|name| *name == pool.pool.name);
    let pools = cluster.pools.iter().enumerate().filter(|(_, pool)| is_meant(pool));
    let demands: Vec<Demand> = pools
        .map(|(pool, facts)| {
            let demand = Demand::of(PoolKey { cluster: place, pool }, facts, true, false);
            Demand { per_node: Some(Bounds::exactly(1)), ..demand }
        })
        .collect();
    Forecast { usable: row.capacity, used: row.nodes, used_low: row.nodes, demands, other_growth: 0 }
}

/// Changes, and what they leave.
pub(super) struct Solution {
    changes: Vec<Change>,
    headroom: Option<i64>,
}

impl Solution {
    fn into_fix(self, shortfall: Shortfall) -> Fix {
        Fix { shortfall, changes: self.changes, headroom: self.headroom, unseen: Vec::new() }
    }
}
