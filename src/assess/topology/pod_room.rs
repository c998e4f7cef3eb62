//! Where the pods of a cluster may have their addresses.

use super::{Reach, Topology, ranges::reserved};
use crate::{
    inventory::{Cluster, VirtualNetwork},
    ipam::{Cidr, RangeSet},
};

/// What a pod CIDR of a cluster must be apart from: the cluster's network and its subnets, its services, what AKS reserves,
/// and everything the network reaches (MIG-026 to MIG-031).
/// <https://learn.microsoft.com/azure/aks/concepts-network-azure-cni-overlay>
pub(crate) struct PodRoom<'t, 'a> {
    own: RangeSet,
    pub(crate) reach: Reach<'t, 'a>,
}

impl<'t, 'a> PodRoom<'t, 'a> {
    pub(crate) fn of(topology: &'t Topology<'a>, vnet: &VirtualNetwork, cluster: &Cluster) -> Self {
        let subnets = vnet.subnets.iter().flat_map(|subnet| subnet.prefixes.v4());
        let own = vnet.address_space.v4().chain(subnets).chain(cluster.network.service_cidrs.v4());
        let own = own.chain(reserved()).filter(|cidr| cidr.is_v4()).collect();
        Self { own, reach: topology.reach(&vnet.id) }
    }

    /// Whether a range is apart from all of it.
    pub(crate) fn is_clear(&self, cidr: Cidr) -> bool {
        !self.own.overlaps(cidr) && self.reach.meets(cidr).is_empty()
    }

    /// What of some ranges is apart from all of it.
    pub(crate) fn clear_of(&self, ranges: &RangeSet) -> RangeSet {
        ranges.subtract(&self.own).subtract(&self.reach.v4())
    }
}
