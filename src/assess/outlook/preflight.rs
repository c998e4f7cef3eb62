//! What AKS itself compares before it changes anything: pre-allocated addresses with all a prefix offers, free or not.
//!
//! That pools count with their autoscaler's maximum is stated for Overlay, against the pod CIDR and each node subnet
//! (<https://github.com/Azure/AKS/releases/tag/2023-05-07>); other modes count the nodes asked for. The figure is
//! our reading of the rule, and differs from the real headroom, which knows who else is in the subnet.

use std::collections::HashMap;

use super::{
    limits::at_maximum,
    projection::{Demand, Forecast},
    scenario::Scenario,
};
use crate::{
    assess::{
        estate::{
            ClusterFacts, Estate, PoolFacts,
            attribution::{ConsumerKind, Holder},
        },
        figure::difference,
    },
    inventory::ResourceId,
    ipam::{self, Bounds, Cidr, IpamMode, pod_cidr_nodes},
};

/// Which configuration a preflight figure is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// As the cluster is.
    Today,
    /// After a move to Azure CNI Overlay.
    AfterOverlay,
}

impl Stage {
    /// The word the reports use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Today => "today",
            Self::AfterOverlay => "after-overlay",
        }
    }
}

/// What the service compares against.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// A node subnet.
    Subnet(ResourceId),
    /// The pod CIDR.
    PodCidr(Cidr),
}

impl Target {
    /// The subnet's id, or the pod CIDR.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Subnet(id) => id.to_string(),
            Self::PodCidr(cidr) => cidr.to_string(),
        }
    }

    /// What the real headroom beside the comparison counts.
    #[must_use]
    pub fn unit(&self) -> &'static str {
        match self {
            Self::Subnet(_) => "addresses",
            Self::PodCidr(_) => "nodes",
        }
    }
}

/// One comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preflight {
    /// The cluster.
    pub cluster_id: ResourceId,
    /// Today, or after a move.
    pub stage: Stage,
    /// What is compared against.
    pub target: Target,
    /// Addresses the service pre-allocates, by our reading.
    pub preallocated: Option<u64>,
    /// Addresses it takes to be available.
    pub available: Option<u64>,
    /// What is really left in `scale_max_upgrade`: addresses of the subnet, which others share, or nodes of the pod
    /// CIDR; negative is a deficit.
    pub headroom: Option<i64>,
    /// What `preallocated` was made of.
    pub pools: Vec<Preallocated>,
    /// The state of the cluster or of a pool in which something goes on, so that the figures may still change.
    pub in_motion: Option<String>,
}

/// What the service pre-allocates for a pool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preallocated {
    /// The pool.
    pub node_pool: String,
    /// Nodes it counts.
    pub nodes: Option<u64>,
    /// Addresses of each.
    pub each: Option<u64>,
}

impl Preflight {
    /// Whether the comparison passes; absent where it can't be told.
    #[must_use]
    pub fn passes(&self) -> Option<bool> {
        Some(self.preallocated? <= self.available?)
    }

    /// What the service refuses, where it does not pass.
    #[must_use]
    pub fn refusal(&self) -> Option<Refusal> {
        let (preallocated, available) = self.preallocated.zip(self.available)?;
        (preallocated > available).then(|| Refusal { preallocated, available, target: self.target.clone() })
    }
}

/// More addresses than the service takes to be available.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Addresses it pre-allocates.
    pub preallocated: u64,
    /// Addresses it takes to be available.
    pub available: u64,
    /// Where.
    pub target: Target,
}

/// Addresses in the block a node gets of a pod CIDR.
const ADDRESSES_PER_BLOCK: u64 = 1 << (32 - ipam::limits::POD_BLOCK_PREFIX);

/// Every comparison the service makes for a cluster.
pub(crate) fn of_cluster(
    estate: &Estate<'_>,
    forecasts: &HashMap<usize, Forecast>,
    place: usize,
    cluster: &ClusterFacts<'_>,
) -> Vec<Preflight> {
    let comparison = Comparison { estate, forecasts, place, cluster };
    let mut modes: Vec<IpamMode> = cluster.pools.iter().map(|pool| pool.mode).collect();
    modes.sort_unstable();
    modes.dedup();
    let [mode] = modes.as_slice() else { return comparison.of_stage(Stage::Today, false) };
    let mut rows = comparison.of_stage(Stage::Today, *mode == IpamMode::Overlay);
    if matches!(mode, IpamMode::Kubenet | IpamMode::NodeSubnet) {
        rows.extend(comparison.of_stage(Stage::AfterOverlay, true));
    }
    rows
}

/// A cluster among everything its comparisons are made from.
struct Comparison<'c, 'a> {
    estate: &'c Estate<'a>,
    forecasts: &'c HashMap<usize, Forecast>,
    place: usize,
    cluster: &'c ClusterFacts<'a>,
}

impl Comparison<'_, '_> {
    fn of_stage(&self, stage: Stage, is_overlay: bool) -> Vec<Preflight> {
        let cluster = self.cluster;
        let mut places: Vec<usize> = cluster.pools.iter().filter_map(|pool| pool.node_subnet).collect();
        places.sort_unstable();
        places.dedup();
        let subnets = places.into_iter();
        let mut rows: Vec<Preflight> =
            subnets.filter_map(|subnet| self.of_subnet(stage, is_overlay, subnet)).collect();
        rows.sort_by(|a, b| a.target.cmp(&b.target));
        let has_pod_cidr = is_overlay || cluster.pools.iter().any(|pool| pool.mode == IpamMode::Kubenet);
        rows.extend(has_pod_cidr.then(|| self.of_pod_cidr(stage, is_overlay)).flatten());
        rows
    }

    fn of_subnet(&self, stage: Stage, is_overlay: bool, place: usize) -> Option<Preflight> {
        let subnet = self.estate.subnets.get(place)?;
        let per_node =
            |pool: &PoolFacts<'_>| if is_overlay { Some(1) } else { Some(pool.per_node?.node_subnet) };
        let here = |pool: &PoolFacts<'_>| pool.node_subnet == Some(place);
        let wanted = |pool: &PoolFacts<'_>| {
            if here(pool) { nodes(pool, is_overlay)?.checked_mul(per_node(pool)?) } else { Some(0) }
        };
        let pools = self.cluster.pools.iter().filter(|pool| here(pool));
        Some(Preflight {
            cluster_id: self.cluster.cluster.id.clone(),
            stage,
            target: Target::Subnet(subnet.id.clone()),
            preallocated: self.cluster.total(wanted),
            available: subnet.read.and_then(|(_, read)| ipam::usable(read.prefixes.v4())),
            headroom: self.headroom(stage, place),
            pools: pools.map(|pool| preallocated(pool, is_overlay, per_node(pool))).collect(),
            in_motion: self.cluster.in_motion().map(str::to_owned),
        })
    }

    fn of_pod_cidr(&self, stage: Stage, is_overlay: bool) -> Option<Preflight> {
        let cluster = self.cluster;
        let cidr = cluster.cluster.network.pod_cidrs.v4().next()?;
        let most = cluster.nodes(at_maximum);
        let pools = cluster.pools.iter();
        Some(Preflight {
            cluster_id: cluster.cluster.id.clone(),
            stage,
            target: Target::PodCidr(cidr),
            preallocated: cluster.total(|pool| nodes(pool, is_overlay)?.checked_mul(ADDRESSES_PER_BLOCK)),
            available: u64::try_from(cidr.size()).ok(),
            headroom: pod_cidr_nodes(cidr).zip(most).and_then(|(capacity, most)| difference(capacity, most)),
            pools: pools.map(|pool| preallocated(pool, is_overlay, Some(ADDRESSES_PER_BLOCK))).collect(),
            in_motion: cluster.in_motion().map(str::to_owned),
        })
    }

    /// Addresses left in `scale_max_upgrade`; after a move, each node of this cluster takes one.
    fn headroom(&self, stage: Stage, place: usize) -> Option<i64> {
        let forecast = self.forecasts.get(&place)?;
        if stage == Stage::Today {
            return forecast.headroom(Scenario::ScaleMaxUpgrade);
        }
        let entries = &self.estate.subnets.get(place)?.entries;
        let is_own = |holder| matches!(holder, Holder::Cluster { cluster, .. } if cluster == self.place);
        let nodes =
            entries.iter().filter(|entry| is_own(entry.holder) && entry.kind() == ConsumerKind::Nodes);
        let freed: u64 = nodes.map(|entry| entry.count.addresses.saturating_sub(entry.count.nodes())).sum();
        let moved = |demand: &Demand| {
            let one = Demand { per_node: Some(Bounds::exactly(1)), ..*demand };
            if demand.key.cluster == self.place { one } else { *demand }
        };
        let after = Forecast {
            used: Some(forecast.used?.saturating_sub(freed)),
            demands: forecast.demands.iter().map(moved).collect(),
            ..forecast.clone()
        };
        after.headroom(Scenario::ScaleMaxUpgrade)
    }
}

/// Nodes the service counts.
fn nodes(pool: &PoolFacts<'_>, is_overlay: bool) -> Option<u64> {
    if is_overlay { pool.counts.scale_max } else { pool.counts.configured }
}

fn preallocated(pool: &PoolFacts<'_>, is_overlay: bool, each: Option<u64>) -> Preallocated {
    Preallocated { node_pool: pool.pool.name.clone(), nodes: nodes(pool, is_overlay), each }
}
