//! Whose the addresses are that ARM lists: clusters and pools by node resource group and scale set, never by the
//! `MC_` prefix, which any group may have or lack.

use std::{cmp::Ordering, collections::HashMap};

use crate::inventory::{Cluster, NodePool, OwnerCount, OwnerKind, ResourceId};

/// Who holds a group of addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holder {
    /// A cluster that was read, and the pool where it can be told. Nodes without one come from node
    /// auto-provisioning, or from a pool that is gone.
    Cluster {
        /// The cluster's place among those of the estate.
        cluster: usize,
        /// The pool's place among those of the cluster.
        pool: Option<usize>,
    },
    /// Something that looks like AKS, of a cluster that was not read.
    UnreadCluster,
    /// Anything else.
    Other,
}

/// The clusters of an estate by the resource group of their nodes, each with the names of its pools.
pub(crate) struct NodeGroups<'a> {
    clusters: HashMap<ResourceId, usize>,
    pools: Vec<Vec<&'a str>>,
}

impl<'a> NodeGroups<'a> {
    /// Indexes clusters and pools by place; the first of two clusters that claim one group has it.
    pub(crate) fn of(clusters: &[(&'a Cluster, Vec<&'a NodePool>)]) -> Self {
        let mut groups = HashMap::with_capacity(clusters.len());
        for (place, (cluster, _)) in clusters.iter().enumerate() {
            if let Some(group) = cluster.node_resource_group_id() {
                groups.entry(group).or_insert(place);
            }
        }
        let names = |pools: &[&'a NodePool]| pools.iter().map(|pool| pool.name.as_str()).collect();
        Self { clusters: groups, pools: clusters.iter().map(|(_, pools)| names(pools)).collect() }
    }

    /// The cluster whose nodes live in this resource group.
    pub(crate) fn cluster(&self, group: &ResourceId) -> Option<usize> {
        self.clusters.get(group).copied()
    }

    /// Whose these addresses are.
    pub(crate) fn holder(&self, count: &OwnerCount) -> Holder {
        let owner = &count.owner;
        let place = owner.id.resource_group_id().and_then(|group| self.cluster(&group));
        let Some((place, pools)) = place.and_then(|place| Some((place, self.pools.get(place)?))) else {
            return if looks_like_aks(count) { Holder::UnreadCluster } else { Holder::Other };
        };
        let pool = match owner.kind {
            OwnerKind::ScaleSet => pool_of_scale_set(pools, owner.id.name()),
            OwnerKind::NetworkInterface => owner.pool_hint.as_deref().and_then(|name| by_name(pools, name)),
            _ => None,
        };
        Holder::Cluster { cluster: place, pool }
    }
}

/// What holds addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConsumerKind {
    /// Nodes of a cluster.
    Nodes,
    /// What looks like nodes, of a cluster that was not read.
    UnreadNodes,
    /// Front ends of an internal load balancer.
    LoadBalancer,
    /// Pods in a pod subnet.
    Pods,
    /// An API server in the subnet it is integrated into.
    ApiServer,
    /// Anything else that ARM lists.
    Other(OwnerKind),
}

impl ConsumerKind {
    /// What the reports call it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Nodes => "aks-nodes",
            Self::UnreadNodes => "unread-aks-nodes",
            Self::LoadBalancer => "internal-load-balancer",
            Self::Pods => "aks-pods",
            Self::ApiServer => "api-server",
            Self::Other(kind) => kind.as_str(),
        }
    }

    /// What a holding is that ARM lists.
    pub(crate) fn of(holder: Holder, kind: &OwnerKind) -> Self {
        let is_node = matches!(kind, OwnerKind::ScaleSet | OwnerKind::NetworkInterface);
        match (holder, kind) {
            (Holder::Cluster { .. }, _) if is_node => Self::Nodes,
            (Holder::UnreadCluster, _) if is_node => Self::UnreadNodes,
            (_, OwnerKind::LoadBalancer) => Self::LoadBalancer,
            _ => Self::Other(kind.clone()),
        }
    }
}

/// By name, as in the reports.
impl Ord for ConsumerKind {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_str().cmp(other.as_str())
    }
}

impl PartialOrd for ConsumerKind {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

fn by_name(pools: &[&str], name: &str) -> Option<usize> {
    pools.iter().position(|pool| pool.eq_ignore_ascii_case(name))
}

/// The pool a scale set belongs to: `aks-{pool}-{8 digits}-vmss`, or for Windows `aks{pool}`.
fn pool_of_scale_set(pools: &[&str], scale_set: &str) -> Option<usize> {
    pool_in_name(scale_set).or_else(|| strip_prefix(scale_set, "aks")).and_then(|name| by_name(pools, name))
}

/// The pool's name in `aks-{pool}-{8 digits}-vmss`.
pub(crate) fn pool_in_name(scale_set: &str) -> Option<&str> {
    let middle = strip_prefix(scale_set, "aks-")?;
    let end = middle.len().checked_sub("-vmss".len()).filter(|end| middle.is_char_boundary(*end))?;
    let (middle, suffix) = middle.split_at(end);
    let (pool, digits) = middle.rsplit_once('-')?;
    let is_number = digits.len() == 8 && digits.bytes().all(|b| b.is_ascii_digit());
    (suffix.eq_ignore_ascii_case("-vmss") && is_number && !pool.is_empty()).then_some(pool)
}

fn strip_prefix<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let head = text.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then(|| &text[prefix.len()..])
}

fn looks_like_aks(count: &OwnerCount) -> bool {
    let owner = &count.owner;
    match owner.kind {
        OwnerKind::ScaleSet => pool_in_name(owner.id.name()).is_some(),
        OwnerKind::NetworkInterface => owner.pool_hint.is_some(),
        OwnerKind::LoadBalancer => owner.id.name().eq_ignore_ascii_case("kubernetes-internal"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assess::testing::{
        Network, cluster, cluster_id, id, interfaces, load_balancer, pool, resource, scale_set,
    };

    fn holder(count: &OwnerCount) -> Holder {
        let mut one = cluster("one", Network::Overlay);
        one.pools = vec![pool("system", 1), pool("win1", 1)];
        NodeGroups::of(&[(&one, one.pools.iter().collect())]).holder(count)
    }

    fn named(scale_set: &str) -> OwnerCount {
        let path = format!("/providers/Microsoft.Compute/virtualMachineScaleSets/{scale_set}");
        resource(OwnerKind::ScaleSet, "NODES-ONE", &path, 1)
    }

    #[test]
    fn nodes_belong_to_the_pool_their_scale_set_names() {
        assert_eq!(holder(&scale_set("one", "system", 3, 31)), Holder::Cluster { cluster: 0, pool: Some(0) });
        assert_eq!(holder(&named("akswin1")), Holder::Cluster { cluster: 0, pool: Some(1) });
        assert_eq!(
            holder(&interfaces("nodes-one", Some("system"), 1, 1)),
            Holder::Cluster { cluster: 0, pool: Some(0) }
        );
        for other in
            ["aks-gone-12345678-vmss", "aks-system-1234567-vmss", "aks--12345678-vmss", "other", "aksé"]
        {
            assert_eq!(holder(&named(other)), Holder::Cluster { cluster: 0, pool: None }, "{other}");
        }
    }

    #[test]
    fn a_cluster_nobody_read_is_not_guessed() {
        assert_eq!(holder(&scale_set("two", "system", 3, 31)), Holder::UnreadCluster);
        assert_eq!(holder(&interfaces("mc_rg", Some("system"), 1, 1)), Holder::UnreadCluster);
        assert_eq!(holder(&load_balancer("mc_rg", 1)), Holder::UnreadCluster);
        assert_eq!(holder(&interfaces("MC_rg_name_region", None, 1, 1)), Holder::Other);
    }

    #[test]
    fn a_group_of_another_subscription_is_another_group() {
        let mut foreign = scale_set("one", "system", 1, 1);
        foreign.owner.id = id(&foreign.owner.id.as_str().replace("0001", "0002"));
        assert_eq!(holder(&foreign), Holder::UnreadCluster);
        let mut unnamed = cluster("one", Network::Overlay);
        for nameless in [None, Some(String::new())] {
            unnamed.node_resource_group = nameless;
            assert_eq!(unnamed.node_resource_group_id(), None);
        }
        assert_eq!(unnamed.id, cluster_id("ONE"));
    }

    #[test]
    fn everything_else_in_a_node_group_is_the_clusters() {
        let balancer = load_balancer("nodes-one", 2);
        assert_eq!(holder(&balancer), Holder::Cluster { cluster: 0, pool: None });
        assert_eq!(
            ConsumerKind::of(holder(&balancer), &balancer.owner.kind).as_str(),
            "internal-load-balancer"
        );
        let endpoint = resource(OwnerKind::PrivateEndpoint, "nodes-one", "", 1);
        assert_eq!(ConsumerKind::of(holder(&endpoint), &endpoint.owner.kind).as_str(), "private-endpoint");
        let machine = interfaces("shop", None, 1, 1);
        assert_eq!(ConsumerKind::of(holder(&machine), &machine.owner.kind).as_str(), "network-interface");
    }
}
