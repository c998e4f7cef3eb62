//! What AKS itself compares before it changes anything: pre-allocated addresses with all a prefix offers, free or not.
//!
//! That pools count with their autoscaler's maximum is stated for Overlay, against the pod CIDR and each node subnet
//! (<https://github.com/Azure/AKS/releases/tag/2023-05-07>); other modes count the nodes asked for. The figure is
//! our reading of the rule, and differs from the real headroom, which knows who else is in the subnet.

use super::limits::total;
use crate::{
    assess::{
        audit::Input,
        rows::estate::{ClusterFacts, Estate, PoolFacts},
    },
    inventory::ResourceId,
    ipam::{self, Cidr, IpamMode},
};

/// Which configuration a preflight figure is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// As the cluster is.
    Today,
    /// After a move to Azure CNI Overlay.
    AfterOverlay,
}

/// What the service compares against.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// A node subnet.
    Subnet(ResourceId),
    /// The pod CIDR.
    PodCidr(Cidr),
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
    /// What `preallocated` was made of.
    pub inputs: Vec<Input>,
}

impl Preflight {
    /// Whether the comparison passes; absent where it can't be told.
    #[must_use]
    pub fn passes(&self) -> Option<bool> {
        Some(self.preallocated? <= self.available?)
    }

    /// The words the service uses when it does not pass.
    #[must_use]
    pub fn refusal(&self) -> Option<String> {
        let (wanted, available) = self.preallocated.zip(self.available)?;
        let place = match &self.target {
            Target::Subnet(id) => format!("IPs available {available} in Subnet {}", id.name()),
            Target::PodCidr(cidr) => format!("IPs available {available} in Pod Cidr {cidr}"),
        };
        (wanted > available).then(|| format!("Pre-allocated IPs {wanted} exceeds {place}"))
    }
}

/// Addresses in the block a node gets of a pod CIDR.
const ADDRESSES_PER_BLOCK: u64 = 256;

/// Every comparison the service makes for a cluster.
pub(in crate::assess) fn of_cluster(estate: &Estate<'_>, cluster: &ClusterFacts<'_>) -> Vec<Preflight> {
    let mut modes: Vec<IpamMode> = cluster.pools.iter().map(|pool| pool.mode).collect();
    modes.sort_unstable();
    modes.dedup();
    let [mode] = modes.as_slice() else { return of_stage(estate, cluster, Stage::Today, false) };
    let mut rows = of_stage(estate, cluster, Stage::Today, *mode == IpamMode::Overlay);
    if matches!(mode, IpamMode::Kubenet | IpamMode::NodeSubnet) {
        rows.extend(of_stage(estate, cluster, Stage::AfterOverlay, true));
    }
    rows
}

fn of_stage(
    estate: &Estate<'_>,
    cluster: &ClusterFacts<'_>,
    stage: Stage,
    is_overlay: bool,
) -> Vec<Preflight> {
    let nodes =
        |pool: &PoolFacts<'_>| if is_overlay { pool.counts.scale_max } else { pool.counts.configured };
    let per_node = |pool: &PoolFacts<'_>| if is_overlay { Some(1) } else { Some(pool.per_node?.node_subnet) };
    let mut places: Vec<usize> = cluster.pools.iter().filter_map(|pool| pool.node_subnet).collect();
    places.sort_unstable();
    places.dedup();
    let row = |target, preallocated, available, inputs| Preflight {
        cluster_id: cluster.cluster.id.clone(),
        stage,
        target,
        preallocated,
        available,
        inputs,
    };
    let mut rows = Vec::new();
    for place in places {
        let Some(subnet) = estate.subnets.get(place) else { continue };
        let here = |pool: &PoolFacts<'_>| pool.node_subnet == Some(place);
        let wanted = |pool: &PoolFacts<'_>| {
            if here(pool) { nodes(pool)?.checked_mul(per_node(pool)?) } else { Some(0) }
        };
        let available = subnet.read.and_then(|(_, read)| ipam::usable(read.prefixes.v4()));
        let pools = cluster.pools.iter().filter(|pool| here(pool));
        let inputs = pools.map(|pool| input(pool, nodes(pool), per_node(pool))).collect();
        rows.push(row(Target::Subnet(subnet.id.clone()), total(cluster, wanted), available, inputs));
    }
    rows.sort_by(|a, b| a.target.cmp(&b.target));
    let has_pod_cidr = is_overlay || cluster.pools.iter().any(|pool| pool.mode == IpamMode::Kubenet);
    if let Some(cidr) = cluster.cluster.network.pod_cidrs.v4().next().filter(|_| has_pod_cidr) {
        let wanted = total(cluster, |pool| nodes(pool)?.checked_mul(ADDRESSES_PER_BLOCK));
        let inputs =
            cluster.pools.iter().map(|pool| input(pool, nodes(pool), Some(ADDRESSES_PER_BLOCK))).collect();
        rows.push(row(Target::PodCidr(cidr), wanted, u64::try_from(cidr.size()).ok(), inputs));
    }
    rows
}

fn input(pool: &PoolFacts<'_>, nodes: Option<u64>, each: Option<u64>) -> Input {
    let value = nodes
        .zip(each)
        .map_or_else(|| "unknown".to_owned(), |(nodes, each)| format!("{nodes} nodes × {each}"));
    Input { what: format!("pool {}", pool.pool.name), value, rule: Some("A2.5") }
}
