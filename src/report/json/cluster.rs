//! Clusters and node pools as JSON.

use schemars::JsonSchema;
use serde::Serialize;

use super::input::{InputShape, told};
use crate::{
    assess::{
        audit::{ClusterRow, NodePoolRow},
        outlook::Limit,
    },
    inventory::ResourceId,
    ipam::IpamMode,
};

const MODES: [IpamMode; 7] = [
    IpamMode::Kubenet,
    IpamMode::NodeSubnet,
    IpamMode::PodSubnetDynamic,
    IpamMode::PodSubnetStatic,
    IpamMode::Overlay,
    IpamMode::ByoCni,
    IpamMode::Unknown,
];

/// An IPAM mode.
#[derive(Serialize, JsonSchema)]
#[serde(transparent)]
#[schemars(rename = "IpamMode")]
pub(super) struct ModeShape(#[schemars(extend("enum" = MODES.map(IpamMode::as_str)))] &'static str);

pub(super) fn modes(modes: &[IpamMode]) -> Vec<ModeShape> {
    modes.iter().map(|mode| ModeShape(mode.as_str())).collect()
}

/// A cluster.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Cluster")]
pub(super) struct ClusterShape<'a> {
    cluster_id: &'a str,
    subscription_id: &'a str,
    subscription_name: Option<&'a str>,
    resource_group: Option<&'a str>,
    cluster: &'a str,
    location: &'a str,
    kubernetes_version: Option<&'a str>,
    sku_tier: Option<&'a str>,
    power_state: Option<&'a str>,
    provisioning_state: Option<&'a str>,
    network_plugin: Option<&'a str>,
    network_plugin_mode: Option<&'a str>,
    ipam_modes: Vec<ModeShape>,
    network_dataplane: Option<&'a str>,
    network_policy: Option<&'a str>,
    ip_families: &'a [String],
    pod_cidrs: &'a [String],
    service_cidrs: &'a [String],
    outbound_type: Option<&'a str>,
    identity_type: Option<&'a str>,
    /// How many node pools it has.
    node_pools: usize,
    nodes: Option<u64>,
    nodes_scale_max: Option<u64>,
    pod_cidr_node_capacity: Option<u64>,
    nodes_configured: Option<u64>,
    owner: Option<&'a str>,
    environment: Option<&'a str>,
    /// What the numbers were made of.
    inputs: Vec<InputShape<'a>>,
}

impl<'a> From<&'a ClusterRow> for ClusterShape<'a> {
    fn from(row: &'a ClusterRow) -> Self {
        Self {
            cluster_id: row.id.as_str(),
            subscription_id: row.subscription_id.as_str(),
            subscription_name: row.subscription_name.as_deref(),
            resource_group: row.id.resource_group(),
            cluster: row.id.name(),
            location: &row.location,
            kubernetes_version: row.kubernetes_version.as_deref(),
            sku_tier: row.sku_tier.as_deref(),
            power_state: row.power_state.as_deref(),
            provisioning_state: row.provisioning_state.as_deref(),
            network_plugin: row.network_plugin.as_deref(),
            network_plugin_mode: row.network_plugin_mode.as_deref(),
            ipam_modes: modes(&row.ipam_modes),
            network_dataplane: row.network_dataplane.as_deref(),
            network_policy: row.network_policy.as_deref(),
            ip_families: &row.ip_families,
            pod_cidrs: &row.pod_cidrs,
            service_cidrs: &row.service_cidrs,
            outbound_type: row.outbound_type.as_deref(),
            identity_type: row.identity_type.as_deref(),
            node_pools: row.node_pools,
            nodes: row.nodes,
            nodes_scale_max: row.nodes_scale_max,
            pod_cidr_node_capacity: row.pod_cidr_node_capacity,
            nodes_configured: row.nodes_configured,
            owner: row.owner.as_deref(),
            environment: row.environment.as_deref(),
            inputs: told(row.inputs()),
        }
    }
}

/// A node pool.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "NodePool")]
pub(super) struct NodePoolShape<'a> {
    cluster_id: &'a str,
    node_pool: &'a str,
    mode: Option<&'a str>,
    #[serde(rename = "type")]
    pool_type: Option<&'a str>,
    os_type: Option<&'a str>,
    os_sku: Option<&'a str>,
    vm_size: Option<&'a str>,
    power_state: Option<&'a str>,
    ipam_mode: ModeShape,
    nodes: Option<u64>,
    min_count: Option<u64>,
    max_count: Option<u64>,
    /// As Azure gave it: an integer or a percentage.
    max_surge: Option<&'a str>,
    surge_nodes: Option<u64>,
    max_pods: Option<u64>,
    /// Whether `max_pods` is the mode's default because Azure gave none.
    max_pods_assumed: bool,
    /// Planned addresses a node takes in the node subnet.
    ips_per_node: Option<u64>,
    /// The fewest and the most addresses any of its nodes holds.
    ips_per_node_observed: Option<BoundsShape>,
    node_subnet_id: Option<&'a str>,
    /// Whether the node subnet was found in the node resource group, because the pool names none.
    node_subnet_inferred: bool,
    pod_subnet_id: Option<&'a str>,
    nodes_scale_max: Option<u64>,
    nodes_configured: Option<u64>,
    pod_ips_per_node_low: Option<u64>,
    pod_ips_per_node_high: Option<u64>,
    nodes_holding: Option<u64>,
    /// Most nodes this pool alone can add, without surge, under every limit.
    largest_scale_up: Option<u64>,
    /// The limit that binds it.
    limited_by: Option<&'static str>,
    /// Nodes left under each limit that could be told.
    limits: Vec<LeftShape>,
    /// Why its nodes break a limit of their own, where they do.
    breach: Option<&'a str>,
    /// What the numbers were made of.
    inputs: Vec<InputShape<'a>>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "NodesLeft")]
struct LeftShape {
    limit: &'static str,
    nodes: u64,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Bounds")]
struct BoundsShape {
    low: u64,
    high: u64,
}

impl<'a> From<&'a NodePoolRow> for NodePoolShape<'a> {
    fn from(row: &'a NodePoolRow) -> Self {
        Self {
            cluster_id: row.cluster_id.as_str(),
            node_pool: &row.name,
            mode: row.mode.as_deref(),
            pool_type: row.pool_type.as_deref(),
            os_type: row.os_type.as_deref(),
            os_sku: row.os_sku.as_deref(),
            vm_size: row.vm_size.as_deref(),
            power_state: row.power_state.as_deref(),
            ipam_mode: ModeShape(row.ipam_mode.as_str()),
            nodes: row.nodes,
            min_count: row.min_count,
            max_count: row.max_count,
            max_surge: row.max_surge.as_deref(),
            surge_nodes: row.surge_nodes,
            max_pods: row.max_pods,
            max_pods_assumed: row.max_pods_assumed,
            ips_per_node: row.ips_per_node,
            ips_per_node_observed: row.ips_per_node_observed.map(|(low, high)| BoundsShape { low, high }),
            node_subnet_id: row.node_subnet_id.as_ref().map(ResourceId::as_str),
            node_subnet_inferred: row.node_subnet_inferred,
            pod_subnet_id: row.pod_subnet_id.as_ref().map(ResourceId::as_str),
            nodes_scale_max: row.nodes_scale_max,
            nodes_configured: row.nodes_configured,
            pod_ips_per_node_low: row.pod_ips_per_node_low,
            pod_ips_per_node_high: row.pod_ips_per_node_high,
            nodes_holding: row.nodes_holding,
            largest_scale_up: row.ahead.largest_scale_up,
            limited_by: row.ahead.limited_by.map(Limit::as_str),
            limits: (row.ahead.limits.iter())
                .map(|(limit, nodes)| LeftShape { limit: limit.as_str(), nodes: *nodes })
                .collect(),
            breach: row.ahead.breach.as_deref(),
            inputs: told(row.inputs()),
        }
    }
}
