//! Where the nodes of clusters live, and which of their pod CIDRs mean something: those of kubenet and overlay.

use super::{Held, Topology};
use crate::{
    assess::estate::{ClusterFacts, Estate},
    inventory::{Cluster, NetworkPlugin, ResourceId, VirtualNetwork},
    ipam::Cidr,
};

/// Pod CIDRs that mean something, by what the cluster says of itself.
pub(crate) fn pod_cidrs(cluster: &Cluster) -> impl Iterator<Item = Cidr> {
    let network = &cluster.network;
    let has_own = network.plugin == Some(NetworkPlugin::Kubenet) || network.plugin_mode.is_some();
    network.pod_cidrs.known.iter().copied().filter(move |_| has_own)
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

/// The clusters of every network, by what they use outside of subnets.
pub(crate) struct Residents<'a> {
    pods: Held<&'a ResourceId>,
    services: Held<&'a ResourceId>,
}

impl<'a> Residents<'a> {
    /// Finds the networks that nodes or pods of every cluster live in.
    pub(crate) fn of(estate: &Estate<'a>, topology: &Topology<'a>) -> Self {
        let homes: Vec<(ResourceId, &'a Cluster)> =
            estate.clusters.iter().flat_map(|facts| homes(estate, facts)).collect();
        let pods = homes.iter().flat_map(|(network, cluster)| {
            pod_cidrs(cluster).filter(|cidr| cidr.is_v4()).map(|cidr| (network.clone(), cidr, &cluster.id))
        });
        let services = homes.iter().flat_map(|(network, cluster)| {
            cluster.network.service_cidrs.v4().map(|cidr| (network.clone(), cidr, &cluster.id))
        });
        Self { pods: Held::of(topology, pods), services: Held::of(topology, services) }
    }

    /// Pod CIDRs of clusters in a network and in all that it reaches, where they share an address with a range.
    pub(super) fn pods_around(
        &self,
        topology: &Topology<'_>,
        vnet: &ResourceId,
        range: Cidr,
    ) -> Vec<(Cidr, &'a ResourceId)> {
        self.pods.around(topology, vnet, range)
    }

    /// Service CIDRs of the clusters in a network.
    pub(super) fn services_in(
        &self,
        topology: &Topology<'_>,
        vnet: &ResourceId,
        range: Cidr,
    ) -> Vec<(Cidr, &'a ResourceId)> {
        self.services.inside(topology, vnet, range)
    }
}

/// The networks that nodes or pods of a cluster live in, read or not.
pub(super) fn homes<'a>(estate: &Estate<'a>, facts: &ClusterFacts<'a>) -> Vec<(ResourceId, &'a Cluster)> {
    let places = facts.pools.iter().flat_map(|pool| [pool.node_subnet, pool.pod_subnet]).flatten();
    let subnets = places.filter_map(|place| estate.subnets.get(place));
    let mut networks: Vec<ResourceId> = subnets.filter_map(|subnet| subnet.id.parent()).collect();
    networks.sort_unstable();
    networks.dedup();
    networks.into_iter().map(|network| (network, facts.cluster)).collect()
}
