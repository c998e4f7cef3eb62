//! Limits beyond the subnet: pod CIDRs, routes, nodes of a cluster, instances of a scale set, addresses of a network.

use strum::{IntoStaticStr, VariantArray};

use super::stale_routes::stale_routes;
use crate::{
    assess::{
        estate::{ClusterFacts, Estate, PoolFacts},
        figure::difference,
    },
    inventory::{PoolType, ResourceId, Route},
    ipam::{
        Cidr, IpamMode,
        limits::{
            CONFIGURATIONS_PER_NODE, INSTANCES_PER_SCALE_SET, MAX_PODS_PER_NODE, NODES_PER_CLUSTER,
            NODES_PER_FREE_CLUSTER, ROUTES_PER_TABLE,
        },
        pod_cidr_nodes, static_blocks,
    },
};

/// What bounds the nodes of a cluster or pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum Limit {
    /// Free addresses of the node subnet.
    NodeSubnet,
    /// Free addresses of the pod subnet.
    PodSubnet,
    /// A /24 of the pod CIDR for each node.
    PodCidr,
    /// Routes of the route table, which kubenet needs for each node.
    RouteTable,
    /// Nodes of a cluster in its tier.
    ClusterNodes,
    /// Instances of a scale set.
    ScaleSet,
    /// Addresses of the public IP prefix of a gateway pool, of which each node has one.
    PublicIpPrefix,
    /// Private addresses of the virtual network.
    Vnet,
    /// Pods of one node.
    PodsPerNode,
    /// IP configurations of one node.
    NodeConfigurations,
}

impl Limit {
    /// The limits that stand in rows of their own, in the order of reports; those of subnets and networks stand with these.
    pub const IN_ROWS: [Self; 7] = [
        Self::PodCidr,
        Self::RouteTable,
        Self::ClusterNodes,
        Self::ScaleSet,
        Self::PublicIpPrefix,
        Self::PodsPerNode,
        Self::NodeConfigurations,
    ];

    /// Every limit that can bind a pool.
    pub const ALL: &[Self] = <Self as VariantArray>::VARIANTS;

    /// The word the reports use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// What the figures of a row count.
    #[must_use]
    pub fn unit(self) -> &'static str {
        match self {
            Self::PodsPerNode => "pods",
            Self::NodeConfigurations => "ip-configurations",
            _ => "nodes",
        }
    }

    /// Whether it holds for each node alone, so that more nodes change nothing.
    #[must_use]
    pub fn is_per_node(self) -> bool {
        matches!(self, Self::PodsPerNode | Self::NodeConfigurations)
    }
}

/// A limit of a cluster or pool against what it needs at its maximum while everything surges: in nodes, but for limits of
/// one node in what the limit counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LimitRow {
    /// The cluster.
    pub cluster_id: ResourceId,
    /// The pool, for limits of one.
    pub node_pool: Option<String>,
    /// The limit.
    pub limit: Limit,
    /// What it allows; unknown where what it depends on was not read.
    pub capacity: Option<u64>,
    /// Now: nodes, or what the limit of one node counts.
    pub nodes: Option<u64>,
    /// The same in `scale_max_upgrade`.
    pub scale_max_upgrade: Option<u64>,
    /// What is left then; negative is a deficit.
    pub headroom: Option<i64>,
    /// Whether there may be nodes that no pool counts.
    pub at_least: bool,
    /// What `capacity` was made of, or what a node has of it.
    pub parts: Vec<LimitPart>,
    /// The state of the cluster or of its pool in which something goes on, so that the figures may still change.
    pub in_motion: Option<String>,
}

/// A part of a limit's figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LimitPart {
    /// The tier of the cluster, as Azure gave it.
    Tier(Option<String>),
    /// Nodes that a pod CIDR has /24 blocks for.
    Blocks {
        /// The pod CIDR.
        cidr: Cidr,
        /// How many.
        nodes: u64,
    },
    /// Routes that a node takes.
    RoutesPerNode(u64),
    /// Routes of a table that are not the cluster's own.
    OtherRoutes {
        /// The table.
        table: ResourceId,
        /// How many.
        routes: u64,
    },
    /// Pod routes of the cluster that lead to nodes that are gone.
    StaleRoutes {
        /// The table.
        table: ResourceId,
        /// How many: those that are told by their names, or, where that is more, those beyond what the nodes there need.
        routes: u64,
        /// Those that are told by their names.
        told: u64,
        /// The names of the first of these.
        names: Vec<String>,
    },
    /// Instances of a scale set.
    Instances,
    /// Nodes of the cluster that no pool counts, now and at its maximum.
    Uncounted(u64),
    /// The length of a gateway pool's public IP prefix.
    PublicIpPrefix(u32),
    /// The pool's maxPods.
    MaxPods(u32),
    /// IP configurations of a node: one of its own, and one for each pod or each /28 block of pods.
    Configurations {
        /// The pool's maxPods.
        max_pods: u32,
        /// Whether one serves a block.
        in_blocks: bool,
        /// How many.
        count: u64,
    },
}

impl LimitRow {
    fn of_cluster(
        cluster: &ClusterFacts<'_>,
        limit: Limit,
        capacity: Option<u64>,
        mut parts: Vec<LimitPart>,
    ) -> Self {
        parts.extend((cluster.uncounted > 0).then_some(LimitPart::Uncounted(cluster.uncounted)));
        Self::new(cluster, limit, capacity, parts)
    }

    fn new(cluster: &ClusterFacts<'_>, limit: Limit, capacity: Option<u64>, parts: Vec<LimitPart>) -> Self {
        let nodes = cluster.nodes(|pool| pool.counts.there);
        let scale_max_upgrade = cluster.nodes(at_maximum);
        Self {
            cluster_id: cluster.cluster.id.clone(),
            node_pool: None,
            limit,
            capacity,
            nodes,
            scale_max_upgrade,
            headroom: None,
            at_least: cluster.has_uncounted(),
            parts,
            in_motion: cluster.in_motion().map(str::to_owned),
        }
        .with_headroom()
    }

    fn with_headroom(mut self) -> Self {
        self.headroom = self.capacity.zip(self.scale_max_upgrade).and_then(|(c, n)| difference(c, n));
        self
    }
}

/// Nodes of a pool at its maximum while it surges, with those that are there beyond that.
pub(crate) fn at_maximum(pool: &PoolFacts<'_>) -> Option<u64> {
    let nodes = pool.counts.scale_max?;
    nodes.max(pool.counts.there?).checked_add(pool.surge_of(nodes)?)
}

/// The limits of a cluster and of its pools.
pub(crate) fn of_cluster<'a>(estate: &Estate<'a>, cluster: &ClusterFacts<'a>) -> Vec<LimitRow> {
    let mut rows = Vec::new();
    let tier = LimitPart::Tier(cluster.cluster.sku_tier.clone());
    rows.push(LimitRow::of_cluster(cluster, Limit::ClusterNodes, Some(cluster_nodes(cluster)), vec![tier]));
    if has_mode(cluster, &[IpamMode::Kubenet, IpamMode::Overlay]) {
        let known: Vec<Cidr> = cluster.cluster.network.pod_cidrs.v4().collect();
        let capacity = known.iter().copied().filter_map(pod_cidr_nodes).reduce(u64::saturating_add);
        let blocks = |cidr| LimitPart::Blocks { cidr, nodes: pod_cidr_nodes(cidr).unwrap_or_default() };
        let parts = known.into_iter().map(blocks).collect();
        rows.push(LimitRow::of_cluster(cluster, Limit::PodCidr, capacity, parts));
    }
    if has_mode(cluster, &[IpamMode::Kubenet]) {
        let (capacity, parts) = routes(estate, cluster);
        rows.push(LimitRow::of_cluster(cluster, Limit::RouteTable, capacity, parts));
    }
    for pool in &cluster.pools {
        if is_scale_set(pool) {
            let parts = vec![LimitPart::Instances];
            rows.push(of_pool(cluster, pool, Limit::ScaleSet, INSTANCES_PER_SCALE_SET, parts));
        }
        if let Some((most, length)) = pool.counts.ceiling.zip(pool.pool.public_ip_prefix) {
            let parts = vec![LimitPart::PublicIpPrefix(length)];
            rows.push(of_pool(cluster, pool, Limit::PublicIpPrefix, most, parts));
        }
    }
    rows.extend(cluster.pools.iter().flat_map(|pool| of_one_node(cluster, pool)));
    rows
}

/// A limit of the nodes of one pool.
fn of_pool(
    cluster: &ClusterFacts<'_>,
    pool: &PoolFacts<'_>,
    limit: Limit,
    capacity: u64,
    parts: Vec<LimitPart>,
) -> LimitRow {
    let row = LimitRow {
        node_pool: Some(pool.pool.name.clone()),
        nodes: pool.counts.there,
        scale_max_upgrade: at_maximum(pool),
        at_least: false,
        in_motion: cluster.in_motion_with(pool).map(str::to_owned),
        ..LimitRow::new(cluster, limit, Some(capacity), parts)
    };
    row.with_headroom()
}

/// The limits of each node of a pool (G-36): pods, and the IP configurations of its machine, where pods take some. AKS
/// refuses a maxPods beyond them, so that they are reached and not passed: what a pool has left, no node can have more.
/// <https://learn.microsoft.com/azure/aks/concepts-network-ip-address-planning>
fn of_one_node(cluster: &ClusterFacts<'_>, pool: &PoolFacts<'_>) -> Vec<LimitRow> {
    let Some(max_pods) = pool.max_pods else { return Vec::new() };
    let row = |limit, capacity, count: u64, part| {
        let (cluster_id, node_pool) = (cluster.cluster.id.clone(), Some(pool.pool.name.clone()));
        let (capacity, nodes, scale_max_upgrade) = (Some(capacity), Some(count), Some(count));
        let (headroom, at_least) = (None, false);
        LimitRow {
            cluster_id,
            node_pool,
            limit,
            capacity,
            nodes,
            scale_max_upgrade,
            headroom,
            at_least,
            parts: vec![part],
            in_motion: cluster.in_motion_with(pool).map(str::to_owned),
        }
        .with_headroom()
    };
    let (most, pods) = (u64::from(MAX_PODS_PER_NODE), u64::from(max_pods));
    let mut rows = vec![row(Limit::PodsPerNode, most, pods, LimitPart::MaxPods(max_pods))];
    if let Some(count) = configurations(pool, max_pods) {
        let in_blocks = pool.mode == IpamMode::PodSubnetStatic;
        let part = LimitPart::Configurations { max_pods, in_blocks, count };
        rows.push(row(Limit::NodeConfigurations, CONFIGURATIONS_PER_NODE, count, part));
    }
    rows
}

/// IP configurations of a node; none where pods take no part in them. A /28 block is one.
/// <https://learn.microsoft.com/azure/aks/concepts-network-azure-cni-pod-subnet>
pub(super) fn configurations(pool: &PoolFacts<'_>, max_pods: u32) -> Option<u64> {
    match pool.mode {
        IpamMode::NodeSubnet => Some(u64::from(max_pods) + 1),
        IpamMode::PodSubnetStatic => Some(static_blocks(max_pods) + 1),
        _ => None,
    }
}

fn has_mode(cluster: &ClusterFacts<'_>, modes: &[IpamMode]) -> bool {
    cluster.pools.iter().any(|pool| modes.contains(&pool.mode))
}

/// Whether the pool is a scale set; what Azure did not say is one, as it is by default.
fn is_scale_set(pool: &PoolFacts<'_>) -> bool {
    matches!(pool.pool.pool_type, None | Some(PoolType::VirtualMachineScaleSets))
}

/// Most nodes of a cluster in its tier. <https://learn.microsoft.com/azure/aks/quotas-skus-regions>
fn cluster_nodes(cluster: &ClusterFacts<'_>) -> u64 {
    let tier = cluster.cluster.sku_tier.as_deref();
    let is_free = tier.is_some_and(|tier| tier.eq_ignore_ascii_case("Free"));
    if is_free { NODES_PER_FREE_CLUSTER } else { NODES_PER_CLUSTER }
}

/// Whether a route is the cluster's own: its destination lies in the pod CIDR.
pub(crate) fn is_own_route(route: &Route, pod_cidrs: &[Cidr]) -> bool {
    let prefix = route.prefix.as_deref().and_then(|text| text.parse::<Cidr>().ok());
    prefix.is_some_and(|prefix| pod_cidrs.iter().any(|cidr| cidr.contains(prefix)))
}

/// Nodes the fullest of a kubenet cluster's route tables has routes for: one a node, two in dual stack. Every route takes
/// one, also a pod route to a node that is gone: more of them than the nodes there need are such.
/// <https://learn.microsoft.com/azure/aks/configure-kubenet>
fn routes<'a>(estate: &Estate<'a>, cluster: &ClusterFacts<'a>) -> (Option<u64>, Vec<LimitPart>) {
    let network = &cluster.cluster.network;
    let is_dual = network.ip_families.iter().any(|family| family.eq_ignore_ascii_case("IPv6"));
    let per_node = if is_dual { 2 } else { 1 };
    let mut parts = vec![LimitPart::RoutesPerNode(per_node)];
    let there = cluster.nodes(|pool| pool.counts.there);
    let mut capacity = None;
    for (id, table) in estate.tables_of(cluster) {
        let Some(table) = table else { return (None, parts) };
        let is_own = |route: &&Route| is_own_route(route, &network.pod_cidrs.known);
        let own = table.routes.iter().filter(is_own).count() as u64;
        let others = table.routes.len() as u64 - own;
        parts.push(LimitPart::OtherRoutes { table: id.clone(), routes: others });
        let beyond = own.saturating_sub(there.unwrap_or(own).saturating_mul(per_node));
        let known = stale_routes(estate, cluster, table, table.routes.iter().filter(is_own));
        let told = known.len() as u64;
        let stale = beyond.max(told);
        if stale > 0 {
            let names = known.into_iter().take(STALE_NAMED).map(str::to_owned).collect();
            parts.push(LimitPart::StaleRoutes { table: id.clone(), routes: stale, told, names });
        }
        let nodes = ROUTES_PER_TABLE.saturating_sub(others.saturating_add(stale)) / per_node;
        capacity = Some(capacity.map_or(nodes, |least: u64| least.min(nodes)));
    }
    (capacity, parts)
}

/// Stale routes that are named; of the others it is said how many there are.
const STALE_NAMED: usize = 10;
