//! Address pressure: subnets that are nearly full, or too small for what their pools may become.

use super::scene::{Subject, surge};
use crate::{
    assess::{
        estate::{PoolFacts, SubnetFacts},
        usage::Usage,
    },
    inventory::ResourceId,
    ipam::{pod_cidr_nodes, usable},
};

/// A subnet under pressure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pressure {
    /// The subnet.
    pub subnet_id: ResourceId,
    /// Addresses that can be used.
    pub usable: u64,
    /// Addresses in use.
    pub used: u64,
    /// Addresses with every autoscaler at its maximum and every pool surging.
    pub worst: u64,
    /// Whether it is the surge alone that does not fit.
    pub only_surge: bool,
    /// Whether pods live there, not nodes.
    pub of_pods: bool,
    /// Whether nodes that no pool makes are what presses: without those of this cluster it would not be under pressure.
    pub by_unpooled: bool,
}

/// The subnets of a cluster's nodes and pods that are under pressure, by place. A subnet whose use is not known is
/// not among them.
pub(super) fn of_cluster(subject: &Subject<'_>) -> Vec<Pressure> {
    let pools = subject.pools().iter();
    let mut places: Vec<(usize, bool)> = pools
        .flat_map(|pool| {
            [pool.node_subnet.map(|place| (place, false)), pool.pod_subnet.map(|place| (place, true))]
        })
        .flatten()
        .collect();
    places.sort_unstable();
    places.dedup();
    places
        .into_iter()
        .filter_map(|(place, of_pods)| of_subnet(subject, subject.scene.estate.subnets.get(place)?, of_pods))
        .collect()
}

fn of_subnet(subject: &Subject<'_>, subnet: &SubnetFacts<'_>, of_pods: bool) -> Option<Pressure> {
    let scene = subject.scene;
    let (_, read) = subnet.read?;
    let usable = usable(read.prefixes.v4())?;
    let used = Usage::of(scene.estate, subnet).used?;
    let keys = if of_pods { subnet.pod_pools() } else { subnet.node_pools() };
    let per_node = |pool: &PoolFacts<'_>| {
        let per_node = pool.per_node?;
        if of_pods {
            per_node.pod_subnet.map(|bounds| bounds.high)
        } else {
            Some(pool.in_node_subnet(per_node))
        }
    };
    let (mut growth, mut surging) = (0u64, 0u64);
    for key in keys {
        let (_, pool) = scene.estate.pool(*key)?;
        let (there, most) = (pool.counts.there?, pool.counts.scale_max?);
        growth = growth.saturating_add(most.saturating_sub(there).saturating_mul(per_node(pool)?));
        surging = surging.saturating_add(surge(pool, most)?.saturating_mul(per_node(pool)?));
    }
    let grown = used.saturating_add(growth);
    let worst = grown.saturating_add(surging);
    let threshold = u64::from(scene.options.thresholds.warning_pct);
    let is_full = |used: u64| used.saturating_mul(100) >= usable.saturating_mul(threshold);
    let presses = |less: u64| is_full(used.saturating_sub(less)) || worst.saturating_sub(less) > usable;
    let is_full_now = is_full(used);
    let provisioned = scene.place(&subject.cluster.id).map_or(0, |own| subnet.held_by_provisioned(own));
    presses(0).then(|| Pressure {
        subnet_id: subnet.id.clone(),
        usable,
        used,
        worst,
        only_surge: !is_full_now && grown <= usable,
        of_pods,
        by_unpooled: !presses(provisioned),
    })
}

/// Nodes an Overlay or kubenet cluster has, of those its pod CIDR allows, where that is at the warning threshold.
pub(super) fn of_pod_cidr(subject: &Subject<'_>) -> Option<(u64, u64)> {
    let room = pod_cidr_nodes(subject.present_pod_cidr()?)?;
    let nodes = subject.nodes_scale_max()?;
    let threshold = u64::from(subject.scene.options.thresholds.warning_pct);
    (nodes.saturating_mul(100) >= room.saturating_mul(threshold)).then_some((nodes, room))
}
