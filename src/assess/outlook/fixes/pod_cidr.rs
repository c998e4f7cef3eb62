//! A larger pod CIDR that contains the old one, for overlay clusters.

use super::{Change, Fix, Shortfall};
use crate::{
    assess::{
        estate::{ClusterFacts, Estate},
        figure::difference,
        outlook::limits::LimitRow,
        topology::{PodRoom, Topology, networks},
    },
    inventory::OsType,
    ipam::{Cidr, IpamMode, pod_cidr_nodes},
};

/// The smallest superset of the pod CIDR with room for every node, where it overlaps nothing.
///
/// Only for Linux-only clusters with one IPv4 CIDR, as the documentation says.
/// <https://learn.microsoft.com/azure/aks/azure-cni-overlay-pod-expand>
pub(super) fn expand<'a>(
    estate: &Estate<'a>,
    cluster: &ClusterFacts<'a>,
    row: &LimitRow,
    topology: &Topology<'a>,
    shortfall: Shortfall,
) -> Option<Fix> {
    let is_linux = |os: &Option<OsType>| *os == Some(OsType::Linux);
    let is_fit =
        cluster.pools.iter().all(|pool| pool.mode == IpamMode::Overlay && is_linux(&pool.pool.os_type));
    let prefixes = &cluster.cluster.network.pod_cidrs;
    let [current] = prefixes.known.as_slice() else { return None };
    if !is_fit || !current.is_v4() || !prefixes.unreadable.is_empty() {
        return None;
    }
    let need = row.scale_max_upgrade?;
    let larger = (1..current.length()).rev().filter_map(|length| Cidr::containing(current.network(), length));
    let enough = |cidr: &Cidr| pod_cidr_nodes(*cidr).is_some_and(|nodes| nodes >= need);
    let networks = networks(estate, cluster);
    let is_clear = |cidr: &Cidr| {
        networks.iter().all(|vnet| PodRoom::of(topology, vnet, cluster.cluster).is_clear(*cidr))
    };
    let to = larger.into_iter().find(enough).filter(is_clear)?;
    let headroom = pod_cidr_nodes(to).and_then(|nodes| difference(nodes, need));
    let change = Change::ExpandPodCidr { cluster_id: cluster.cluster.id.clone(), to };
    let unseen = networks.iter().flat_map(|vnet| topology.reach(&vnet.id).unseen()).cloned().collect();
    Some(Fix { shortfall, changes: vec![change], headroom, unseen })
}
