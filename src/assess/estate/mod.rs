//! The inventory as the rules need it: pools with what was derived for each, subnets with everybody in them.
//!
//! Built once, in linear time: every look-up goes through an index by id.

pub(crate) mod attribution;
mod by_id;
pub(crate) mod filters;
pub(crate) mod mode;
pub(crate) mod nodes;
pub(crate) mod space;
mod subnets;

use std::collections::{BTreeSet, HashMap};

use self::{
    attribution::{ConsumerKind, Holder, NodeGroups},
    by_id::ById,
    nodes::NodeCounts,
    subnets::{Subnets, managed_subnets},
};
use super::options::Options;
use crate::{
    inventory::{
        ApplicationGateway, Cluster, Inventory, NetworkSecurityGroup, NodePool, OwnerCount, OwnerKind,
        PoolMode, Priority, ResourceId, RouteTable, Subnet, VirtualNetwork, is_in_motion,
    },
    ipam::{AddressesPerNode, IpamMode, SurgePolicy, addresses_per_node, default_max_pods},
};

/// An estate, every list in the order of ids.
pub(crate) struct Estate<'a> {
    /// Every cluster read.
    pub(crate) clusters: Vec<ClusterFacts<'a>>,
    /// Every subnet read, and after them those that are only named.
    pub(crate) subnets: Vec<SubnetFacts<'a>>,
    /// The place of each subnet.
    places: HashMap<&'a ResourceId, usize>,
    /// Every network read.
    pub(crate) vnets: ById<'a, VirtualNetwork>,
    /// Every route table read.
    pub(crate) route_tables: ById<'a, RouteTable>,
    gateways: ById<'a, ApplicationGateway>,
    security_groups: ById<'a, NetworkSecurityGroup>,
    /// Route tables with the subnets they are set on, as networks show it.
    routed: Vec<(&'a ResourceId, &'a ResourceId)>,
}

/// A cluster.
pub(crate) struct ClusterFacts<'a> {
    /// As it was read.
    pub(crate) cluster: &'a Cluster,
    /// Its pools.
    pub(crate) pools: Vec<PoolFacts<'a>>,
    /// Nodes in its node resource group that no pool counts; some may be leaked.
    pub(crate) uncounted: u64,
    /// Those of them whose interfaces are named as node auto-provisioning and Karpenter name theirs. The others bear the name
    /// of a pool that is gone.
    pub(crate) provisioned: u64,
    /// Whether it passes the filters.
    pub(crate) chosen: bool,
}

impl<'a> ClusterFacts<'a> {
    /// A sum over its pools; unknown where one figure is, where not every pool could be read, or where all nodes are such
    /// that no pool counts them (AKS Automatic: <https://learn.microsoft.com/azure/aks/automatic/aks-automatic-managed-system-node-pools-about>).
    pub(crate) fn total(&self, figure: impl Fn(&PoolFacts<'a>) -> Option<u64>) -> Option<u64> {
        let is_uncounted = self.pools.is_empty() && self.cluster.has_node_auto_provisioning();
        let nothing = (self.cluster.pools_known && !is_uncounted).then_some(0u64)?;
        self.pools.iter().try_fold(nothing, |sum, pool| sum.checked_add(figure(pool)?))
    }

    /// Nodes of its pools by some figure, with those that no pool counts: at least so many where there may be such.
    pub(crate) fn nodes(&self, figure: impl Fn(&PoolFacts<'a>) -> Option<u64>) -> Option<u64> {
        if self.pools.is_empty() && self.cluster.pools_known && self.uncounted > 0 {
            return Some(self.uncounted);
        }
        self.total(figure)?.checked_add(self.uncounted)
    }

    /// The state in which something goes on in the cluster, by its own word or that of a pool.
    pub(crate) fn in_motion(&self) -> Option<&'a str> {
        let states = self.pools.iter().map(|pool| &pool.pool.provisioning_state);
        in_motion(std::iter::once(&self.cluster.provisioning_state).chain(states))
    }

    /// The same by the word of the cluster or of one of its pools.
    pub(crate) fn in_motion_with(&self, pool: &PoolFacts<'a>) -> Option<&'a str> {
        in_motion([&self.cluster.provisioning_state, &pool.pool.provisioning_state])
    }

    /// Whether there are nodes, or may be, that no pool counts.
    pub(crate) fn has_uncounted(&self) -> bool {
        self.uncounted > 0 || self.cluster.has_node_auto_provisioning()
    }

    /// Whether there are nodes, or may be, that no pool makes, so that no pool leads them elsewhere. What is left of a pool
    /// that is gone is none.
    pub(crate) fn has_provisioned(&self) -> bool {
        self.provisioned > 0 || self.cluster.has_node_auto_provisioning()
    }
}

/// The first state in which something goes on.
fn in_motion<'a>(states: impl IntoIterator<Item = &'a Option<String>>) -> Option<&'a str> {
    states.into_iter().filter_map(Option::as_deref).find(|state| is_in_motion(state))
}

/// A pool, and what follows from it.
pub(crate) struct PoolFacts<'a> {
    /// As it was read.
    pub(crate) pool: &'a NodePool,
    /// Its IPAM mode.
    pub(crate) mode: IpamMode,
    /// Its node counts.
    pub(crate) counts: NodeCounts,
    /// How it surges, where that can be told.
    pub(crate) surge: Option<SurgePolicy>,
    /// Most pods a node runs.
    pub(crate) max_pods: Option<u32>,
    /// Whether that is the mode's default.
    pub(crate) max_pods_assumed: bool,
    /// Planned addresses of a node.
    pub(crate) per_node: Option<AddressesPerNode>,
    /// The subnet of its nodes, as a place among the subnets.
    pub(crate) node_subnet: Option<usize>,
    /// Whether the pool names no subnet, and it was found in the node resource group.
    pub(crate) node_subnet_inferred: bool,
    /// The subnet of its pods.
    pub(crate) pod_subnet: Option<usize>,
    /// What its nodes hold in their subnet, where that was read.
    pub(crate) holding: Option<Holding>,
}

impl PoolFacts<'_> {
    /// Surge nodes of the pool when it has so many nodes; a gateway pool has none beyond its ceiling.
    pub(crate) fn surge_of(&self, nodes: u64) -> Option<u64> {
        let surge = self.surge?.surge(nodes);
        Some(self.counts.ceiling.map_or(surge, |ceiling| surge.min(ceiling.saturating_sub(nodes))))
    }

    /// Most addresses of a node in the subnet of the pool's nodes: as planned, but of a gateway pool what one is seen to
    /// hold, where that is more.
    pub(crate) fn in_node_subnet(&self, planned: AddressesPerNode) -> u64 {
        let seen = self.holding.and_then(|holding| holding.per_node).map_or(0, |(_, most)| most);
        let is_gateway = self.pool.mode == Some(PoolMode::Gateway);
        planned.node_subnet.max(if is_gateway { seen } else { 0 })
    }
}

/// Nodes ARM lists addresses of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Holding {
    /// How many.
    pub(crate) nodes: u64,
    /// Fewest and most addresses of one node.
    pub(crate) per_node: Option<(u64, u64)>,
}

/// A pool's place: cluster and pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct PoolKey {
    /// The cluster's place.
    pub(crate) cluster: usize,
    /// The pool's place in it.
    pub(crate) pool: usize,
}

/// A subnet and who is in it.
pub(crate) struct SubnetFacts<'a> {
    /// Its id.
    pub(crate) id: &'a ResourceId,
    /// As it was read, with its network; absent for one that is only named.
    pub(crate) read: Option<(&'a VirtualNetwork, &'a Subnet)>,
    /// The clusters and application gateways here; absent in most subnets, which have none.
    tenants: Option<Box<Tenants<'a>>>,
    /// Whether a cluster's virtual nodes live here.
    pub(crate) virtual_nodes: bool,
    /// Whether application gateways live here.
    pub(crate) application_gateways: bool,
    /// What ARM lists.
    pub(crate) entries: Vec<Entry<'a>>,
}

/// The clusters and application gateways of a subnet.
#[derive(Default)]
struct Tenants<'a> {
    node_pools: Vec<PoolKey>,
    pod_pools: Vec<PoolKey>,
    api_servers: Vec<usize>,
    hosted: Vec<usize>,
    gateways: Vec<&'a ApplicationGateway>,
}

impl<'a> SubnetFacts<'a> {
    /// Pools whose nodes live here.
    pub(crate) fn node_pools(&self) -> &[PoolKey] {
        self.tenants.as_ref().map_or(&[], |tenants| &tenants.node_pools)
    }

    /// Pools whose pods live here.
    pub(crate) fn pod_pools(&self) -> &[PoolKey] {
        self.tenants.as_ref().map_or(&[], |tenants| &tenants.pod_pools)
    }

    /// Clusters whose API server lives here.
    pub(crate) fn api_servers(&self) -> &[usize] {
        self.tenants.as_ref().map_or(&[], |tenants| &tenants.api_servers)
    }

    /// Clusters with system nodes here that AKS hosts.
    pub(crate) fn hosted(&self) -> &[usize] {
        self.tenants.as_ref().map_or(&[], |tenants| &tenants.hosted)
    }

    /// Application gateways that live here or take a front end from here.
    pub(crate) fn gateways(&self) -> &[&'a ApplicationGateway] {
        self.tenants.as_ref().map_or(&[], |tenants| &tenants.gateways)
    }

    /// Whether a cluster that was read lives here with nodes, pods or its API server.
    pub(crate) fn is_used_by_clusters(&self) -> bool {
        let named = [self.node_pools().is_empty(), self.pod_pools().is_empty()];
        let of_clusters = [self.api_servers().is_empty(), self.hosted().is_empty()];
        named.into_iter().chain(of_clusters).any(|is_empty| !is_empty)
            || self.entries.iter().any(|entry| matches!(entry.holder, Holder::Cluster { .. }))
    }

    /// Nodes here of a cluster that no pool of it counts.
    pub(crate) fn uncounted(&self, cluster: usize) -> u64 {
        let entries = self.entries.iter().filter(|entry| entry.uncounted_of() == Some(cluster));
        entries.map(|entry| entry.count.nodes()).sum()
    }

    /// Addresses of nodes of a cluster that no pool makes.
    pub(crate) fn held_by_provisioned(&self, cluster: usize) -> u64 {
        let entries = self.entries.iter().filter(|entry| entry.uncounted_of() == Some(cluster));
        let provisioned = entries.filter(|entry| entry.count.owner.is_provisioned);
        provisioned.map(|entry| entry.count.addresses).sum()
    }

    fn tenants(&mut self) -> &mut Tenants<'a> {
        self.tenants.get_or_insert_default()
    }
}

/// Addresses ARM lists, with whose they are.
pub(crate) struct Entry<'a> {
    /// As they were read.
    pub(crate) count: &'a OwnerCount,
    /// Whose they are.
    pub(crate) holder: Holder,
}

impl Entry<'_> {
    /// What it is.
    pub(crate) fn kind(&self) -> ConsumerKind {
        ConsumerKind::of(self.holder, &self.count.owner.kind)
    }

    /// The cluster of nodes that none of its pools counts: interfaces in its node resource group that bear a node's name.
    /// <https://learn.microsoft.com/azure/aks/node-auto-provisioning>
    pub(crate) fn uncounted_of(&self) -> Option<usize> {
        let owner = &self.count.owner;
        let is_node =
            owner.kind == OwnerKind::NetworkInterface && (owner.is_provisioned || owner.pool_hint.is_some());
        match self.holder {
            Holder::Cluster { cluster, pool: None } if is_node => Some(cluster),
            _ => None,
        }
    }
}

impl<'a> Estate<'a> {
    /// Indexes an inventory.
    pub(crate) fn of(inventory: &'a Inventory, options: &Options) -> Self {
        let clusters = sorted_clusters(inventory);
        let vnets = ById::of(&inventory.virtual_networks);
        let gateways = ById::of(&inventory.application_gateways);
        let groups = NodeGroups::of(&clusters);
        let mut subnets = Subnets::of(&vnets);
        let managed = managed_subnets(&vnets, &groups, &subnets);
        let mut facts: Vec<ClusterFacts<'a>> = clusters
            .into_iter()
            .enumerate()
            .map(|(place, (cluster, pools))| {
                let pools =
                    place_pools(cluster, &pools, place, managed.get(&place).copied(), &mut subnets, options);
                place_cluster(cluster, &pools, place, &mut subnets);
                ClusterFacts {
                    cluster,
                    pools,
                    uncounted: 0,
                    provisioned: 0,
                    chosen: filters::choose(&options.filters, cluster),
                }
            })
            .collect();
        for gateway in gateways.iter() {
            let named: BTreeSet<_> = gateway.subnets.iter().chain(&gateway.private_frontends).collect();
            subnets.note(named, |s| {
                s.application_gateways = true;
                s.tenants().gateways.push(gateway);
            });
        }
        subnets.attribute(&groups, &mut facts);
        for cluster in &mut facts {
            for pool in &mut cluster.pools {
                pool.counts = NodeCounts::of(cluster.cluster, pool.pool, pool.holding.map(|h| h.nodes));
            }
        }
        Self {
            clusters: facts,
            subnets: subnets.list,
            places: subnets.places,
            routed: routed(&vnets),
            vnets,
            route_tables: ById::of(&inventory.route_tables),
            gateways,
            security_groups: ById::of(&inventory.network_security_groups),
        }
    }

    /// The network with an id, where it was read.
    pub(crate) fn vnet(&self, id: &ResourceId) -> Option<&'a VirtualNetwork> {
        self.vnets.get(id)
    }

    /// The subnet with an id, where one was read or named.
    pub(crate) fn subnet(&self, id: &ResourceId) -> Option<&SubnetFacts<'a>> {
        self.subnets.get(*self.places.get(id)?)
    }

    /// The route table with an id, where it was read.
    pub(crate) fn route_table(&self, id: &ResourceId) -> Option<&'a RouteTable> {
        self.route_tables.get(id)
    }

    /// The application gateway with an id, where it was read.
    pub(crate) fn gateway(&self, id: &ResourceId) -> Option<&'a ApplicationGateway> {
        self.gateways.get(id)
    }

    /// The network security group with an id, where it was read.
    pub(crate) fn security_group(&self, id: &ResourceId) -> Option<&'a NetworkSecurityGroup> {
        self.security_groups.get(id)
    }

    /// Subnets a route table is set on: what the table says, and what networks say.
    pub(crate) fn subnets_of_table(&self, id: &ResourceId) -> BTreeSet<&'a ResourceId> {
        let told = self.route_table(id).into_iter().flat_map(|table| &table.subnets);
        let first = self.routed.partition_point(|(table, _)| *table < id);
        let seen = self.routed.iter().skip(first).take_while(|(table, _)| *table == id);
        told.chain(seen.map(|(_, subnet)| *subnet)).collect()
    }

    /// The route tables of a cluster's node subnets, by id and each once; none for one that was not read.
    pub(crate) fn tables_of(
        &self,
        cluster: &ClusterFacts<'a>,
    ) -> Vec<(&'a ResourceId, Option<&'a RouteTable>)> {
        let places = cluster.pools.iter().filter_map(|pool| pool.node_subnet);
        let read = places.filter_map(|place| self.subnets.get(place)?.read);
        let ids: BTreeSet<_> = read.filter_map(|(_, read)| read.route_table.as_ref()).collect();
        ids.into_iter().map(|id| (id, self.route_table(id))).collect()
    }

    /// A pool and its cluster by place.
    pub(crate) fn pool(&self, key: PoolKey) -> Option<(&ClusterFacts<'a>, &PoolFacts<'a>)> {
        let cluster = self.clusters.get(key.cluster)?;
        Some((cluster, cluster.pools.get(key.pool)?))
    }
}

/// Route tables with the subnets that networks show them on, in order.
fn routed<'a>(vnets: &[&'a VirtualNetwork]) -> Vec<(&'a ResourceId, &'a ResourceId)> {
    let subnets = vnets.iter().flat_map(|vnet| &vnet.subnets);
    let mut routed: Vec<_> = subnets.filter_map(|s| Some((s.route_table.as_ref()?, &s.id))).collect();
    routed.sort_unstable();
    routed
}

/// The clusters by id, each with its pools by name.
fn sorted_clusters(inventory: &Inventory) -> Vec<(&Cluster, Vec<&NodePool>)> {
    let mut clusters: Vec<&Cluster> = inventory.clusters.iter().collect();
    clusters.sort_by_key(|cluster| &cluster.id);
    clusters
        .into_iter()
        .map(|cluster| {
            let mut pools: Vec<&NodePool> = cluster.pools.iter().collect();
            pools.sort_by_cached_key(|pool| pool.name.to_ascii_lowercase());
            (cluster, pools)
        })
        .collect()
}

/// Registers a cluster's pools with the subnets of their nodes and pods.
fn place_pools<'a>(
    cluster: &'a Cluster,
    pools: &[&'a NodePool],
    place: usize,
    managed: Option<usize>,
    subnets: &mut Subnets<'a>,
    options: &Options,
) -> Vec<PoolFacts<'a>> {
    let mut placed = Vec::with_capacity(pools.len());
    for (pool_place, pool) in pools.iter().enumerate() {
        let key = PoolKey { cluster: place, pool: pool_place };
        let mut facts = derive(cluster, pool, options);
        facts.node_subnet = pool.node_subnet_id.as_ref().map(|id| subnets.place(id)).or(managed);
        facts.node_subnet_inferred = pool.node_subnet_id.is_none() && managed.is_some();
        facts.pod_subnet = pool.pod_subnet_id.as_ref().map(|id| subnets.place(id));
        subnets.at(facts.node_subnet, |s| s.tenants().node_pools.push(key));
        subnets.at(facts.pod_subnet, |s| s.tenants().pod_pools.push(key));
        placed.push(facts);
    }
    placed
}

/// Registers a cluster with the other subnets it names.
fn place_cluster<'a>(cluster: &'a Cluster, pools: &[PoolFacts<'a>], place: usize, subnets: &mut Subnets<'a>) {
    let api_server = cluster.api_server.subnet_id.as_ref().map(|id| subnets.place(id));
    subnets.at(api_server, |s| s.tenants().api_servers.push(place));
    if let Some(hosted) = cluster.hosted_system.as_ref().filter(|h| h.enabled != Some(false)) {
        for id in [&hosted.system_node_subnet_id, &hosted.node_subnet_id].into_iter().flatten() {
            let subnet = Some(subnets.place(id));
            subnets.at(subnet, |s| s.tenants().hosted.push(place));
        }
    }
    let network = pools.iter().find_map(|pool| pool.node_subnet).and_then(|s| subnets.list.get(s));
    if let Some(id) = virtual_node_subnet(cluster, network.map(|subnet| subnet.id)) {
        subnets.note([&id], |s| s.virtual_nodes = true);
    }
}

/// What a pool says about itself; its subnets and holdings come later.
fn derive<'a>(cluster: &Cluster, pool: &'a NodePool, options: &Options) -> PoolFacts<'a> {
    let mode = mode::of_pool(cluster, pool);
    let max_pods = pool.max_pods.or_else(|| default_max_pods(mode));
    PoolFacts {
        pool,
        mode,
        counts: NodeCounts::of(cluster, pool, None),
        surge: surge_policy(pool, &options.projection.null_max_surge),
        max_pods,
        max_pods_assumed: pool.max_pods.is_none() && max_pods.is_some(),
        per_node: addresses_per_node(mode, max_pods),
        node_subnet: None,
        node_subnet_inferred: false,
        pod_subnet: None,
        holding: None,
    }
}

/// How a pool surges; none when its `maxSurge`, or the one assumed, can't be read.
fn surge_policy(pool: &NodePool, null_max_surge: &str) -> Option<SurgePolicy> {
    if pool.priority == Some(Priority::Spot) {
        return Some(SurgePolicy::Spot);
    }
    if pool.upgrade_strategy.as_deref().is_some_and(|strategy| strategy.eq_ignore_ascii_case("BlueGreen")) {
        return Some(SurgePolicy::BlueGreen);
    }
    match &pool.max_surge {
        Some(text) => text.parse().ok().map(SurgePolicy::Rolling),
        None => null_max_surge.parse().ok().map(SurgePolicy::Assumed),
    }
}

/// The subnet of a cluster's virtual nodes, which the add-on names without its network.
/// <https://learn.microsoft.com/azure/aks/virtual-nodes>
fn virtual_node_subnet(cluster: &Cluster, node_subnet: Option<&ResourceId>) -> Option<ResourceId> {
    const ADDON: &str = "aciConnectorLinux";
    let name = cluster.addon(ADDON).filter(|_| cluster.addon_enabled(ADDON))?.settings.get("subnetname")?;
    ResourceId::parse(&format!("{}/subnets/{name}", node_subnet?.parent()?)).ok()
}
