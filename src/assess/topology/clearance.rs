//! The room of networks for new subnets: free, and apart from what clusters there and in peers use outside of subnets.

use std::collections::HashMap;

use super::{
    peerings::live,
    pods::{networks, pod_cidrs_of_modes},
    ranges::reserved,
};
use crate::{
    assess::estate::{ClusterFacts, Estate, space::free_space},
    inventory::{ResourceId, VirtualNetwork},
    ipam::{Cidr, RangeSet},
};

/// Clusters by the networks their nodes live in.
pub(crate) struct Residents<'e> {
    by_network: HashMap<&'e ResourceId, Vec<&'e ClusterFacts<'e>>>,
}

impl<'e> Residents<'e> {
    /// Finds the clusters of every network.
    pub(crate) fn of(estate: &'e Estate<'e>) -> Self {
        let mut by_network: HashMap<&'e ResourceId, Vec<&'e ClusterFacts<'e>>> = HashMap::new();
        for cluster in &estate.clusters {
            for network in networks(estate, cluster) {
                by_network.entry(&network.id).or_default().push(cluster);
            }
        }
        Self { by_network }
    }

    /// The free space of a network apart from what its clusters, and those of its peers, use outside of it.
    pub(crate) fn clear_space(&self, vnet: &VirtualNetwork, on_premises: &[Cidr]) -> RangeSet {
        let own = self.by_network.get(&vnet.id).into_iter().flatten();
        let own = own.flat_map(|cluster| {
            pod_cidrs_of_modes(cluster).chain(cluster.cluster.network.service_cidrs.v4())
        });
        let peers = live(vnet).filter_map(|peering| self.by_network.get(peering.remote.as_ref()?)).flatten();
        let pods = peers.flat_map(|cluster| pod_cidrs_of_modes(cluster));
        let taken = own.chain(pods).chain(on_premises.iter().copied()).chain(reserved());
        free_space(vnet).subtract(&taken.filter(|cidr| cidr.is_v4()).collect())
    }
}
