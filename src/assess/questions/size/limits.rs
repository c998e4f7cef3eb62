//! Limits beside addresses, as far as they can be told without a cluster (rule A1).

use super::{Group, SizeRequest};
use crate::{
    assess::outlook::Limit,
    ipam::{
        IpamMode,
        limits::{
            ADDRESSES_PER_VNET, INSTANCES_PER_SCALE_SET, NODES_PER_CLUSTER, NODES_PER_FREE_CLUSTER,
            POD_BATCH, ROUTES_PER_TABLE,
        },
    },
};

/// Routes a node takes in dual stack: one of each family. <https://learn.microsoft.com/azure/aks/configure-kubenet>
const ROUTES_OF_DUAL_STACK: u64 = 2;

/// A limit beside addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LimitCheck {
    /// The limit.
    pub limit: Limit,
    /// The pool, for limits of one.
    pub pool: Option<String>,
    /// What it allows, in its unit.
    pub capacity: u64,
    /// What is wanted, surge included.
    pub nodes: u64,
}

impl LimitCheck {
    /// What the figures count: nodes, but addresses for a network.
    #[must_use]
    pub fn unit(&self) -> &'static str {
        if self.limit == Limit::Vnet { "addresses" } else { "nodes" }
    }
}

/// Every limit of a cluster to be, with what it wants of it.
pub(super) fn limits(request: &SizeRequest, groups: &[Group]) -> Vec<LimitCheck> {
    let together = groups.iter().fold(0u64, |sum, group| sum.saturating_add(group.peak()));
    let check = |limit, pool, capacity, nodes| LimitCheck { limit, pool, capacity, nodes };
    let nodes = if request.is_free_tier { NODES_PER_FREE_CLUSTER } else { NODES_PER_CLUSTER };
    let mut checks = vec![check(Limit::ClusterNodes, None, nodes, together)];
    if request.mode == IpamMode::Kubenet {
        let each = if request.is_dual_stack { ROUTES_OF_DUAL_STACK } else { 1 };
        checks.push(check(Limit::RouteTable, None, ROUTES_PER_TABLE / each, together));
    }
    checks.extend(groups.iter().map(|group| {
        check(Limit::ScaleSet, Some(group.name.clone()), INSTANCES_PER_SCALE_SET, group.peak())
    }));
    checks.push(check(Limit::Vnet, None, ADDRESSES_PER_VNET, addresses_of_network(groups)));
    checks
}

/// Addresses of the network that pools take while they surge.
pub(crate) fn addresses_of_network(groups: &[Group]) -> u64 {
    let taken = groups.iter().map(|group| group.peak().saturating_mul(addresses_of_vnet(group)));
    taken.fold(0, u64::saturating_add)
}

/// Most nodes of a single pool under all of them.
pub(super) fn ceiling(request: &SizeRequest, group: &Group) -> Option<(u64, Limit)> {
    let each = addresses_of_vnet(group);
    let checks = limits(request, std::slice::from_ref(group)).into_iter();
    let in_nodes = checks.filter_map(|check| match check.limit {
        Limit::Vnet => Some((check.capacity.checked_div(each)?, check.limit)),
        limit => Some((check.capacity, limit)),
    });
    in_nodes.min()
}

/// Addresses of the network that a node takes; a /28 block is one.
/// <https://learn.microsoft.com/azure/aks/concepts-network-azure-cni-pod-subnet>
fn addresses_of_vnet(group: &Group) -> u64 {
    let pods = group.per_node.pod_subnet.map_or(0, |pods| pods.high);
    let pods = if group.mode == IpamMode::PodSubnetStatic { pods / POD_BATCH } else { pods };
    group.per_node.node_subnet.saturating_add(pods)
}
