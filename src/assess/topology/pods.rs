//! Where the nodes of clusters live, and which of their pod CIDRs mean something: those of kubenet and overlay.

use crate::{
    assess::estate::{ClusterFacts, Estate},
    inventory::{Cluster, NetworkPlugin, ResourceId, VirtualNetwork},
    ipam::{Cidr, IpamMode},
};

/// Pod CIDRs that mean something, by what the cluster says of itself.
pub(crate) fn pod_cidrs(cluster: &Cluster) -> impl Iterator<Item = Cidr> {
    let network = &cluster.network;
    let has_own = network.plugin == Some(NetworkPlugin::Kubenet) || network.plugin_mode.is_some();
    network.pod_cidrs.known.iter().copied().filter(move |_| has_own)
}

/// Pod CIDRs that mean something, by the modes of the cluster's pools.
pub(super) fn pod_cidrs_of_modes<'c>(cluster: &'c ClusterFacts<'_>) -> impl Iterator<Item = Cidr> + use<'c> {
    let has_own = cluster.pools.iter().any(|pool| matches!(pool.mode, IpamMode::Kubenet | IpamMode::Overlay));
    cluster.cluster.network.pod_cidrs.v4().filter(move |_| has_own)
}

/// The networks a cluster's nodes live in, as far as they were read.
pub(crate) fn networks<'a>(estate: &Estate<'a>, cluster: &ClusterFacts<'a>) -> Vec<&'a VirtualNetwork> {
    let places = cluster.pools.iter().filter_map(|pool| pool.node_subnet);
    let mut vnets: Vec<&VirtualNetwork> =
        places.filter_map(|place| Some(estate.subnets.get(place)?.read?.0)).collect();
    vnets.sort_by(|a, b| a.id.cmp(&b.id));
    vnets.dedup_by(|a, b| a.id == b.id);
    vnets
}

/// Whether nodes or pods of a cluster live in a network, by the subnets its pools name.
pub(super) fn lives_in(cluster: &Cluster, vnet: &ResourceId) -> bool {
    let subnets = cluster.pools.iter().flat_map(|pool| [&pool.node_subnet_id, &pool.pod_subnet_id]);
    subnets.flatten().any(|subnet| subnet.parent().as_ref() == Some(vnet))
}
