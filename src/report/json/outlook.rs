//! Limits, preflight figures, conflicts and fixes as JSON.

use schemars::JsonSchema;
use serde::Serialize;

use super::{
    finding::SeverityShape,
    input::{InputShape, inputs},
};
use crate::{
    assess::outlook::{
        Change, Conflict, Fix, Limit, LimitRow, NetworkLimit, NetworkLimitKind, Preflight, Target,
    },
    inventory::ResourceId,
};

/// A limit of a cluster or of one of its pools.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Limit")]
pub(super) struct LimitShape<'a> {
    cluster_id: &'a str,
    /// The pool, for limits of one.
    node_pool: Option<&'a str>,
    #[schemars(extend("enum" = Limit::IN_ROWS.map(Limit::as_str)))]
    limit: &'static str,
    /// What it allows, in the unit.
    capacity: Option<u64>,
    /// Now, in the unit.
    nodes: Option<u64>,
    /// At autoscaler maximum while everything surges, in the unit.
    scale_max_upgrade: Option<u64>,
    /// What is left then; negative is a deficit.
    headroom: Option<i64>,
    /// Nodes, or what the limit of one node counts.
    #[schemars(extend("enum" = ["nodes", "pods", "ip-configurations"]))]
    unit: &'static str,
    /// Whether there may be nodes that no pool counts, so that the figures are lower bounds.
    at_least: bool,
    inputs: Vec<InputShape<'a>>,
}

impl<'a> From<&'a LimitRow> for LimitShape<'a> {
    fn from(row: &'a LimitRow) -> Self {
        Self {
            cluster_id: row.cluster_id.as_str(),
            node_pool: row.node_pool.as_deref(),
            limit: row.limit.as_str(),
            capacity: row.capacity,
            nodes: row.nodes,
            scale_max_upgrade: row.scale_max_upgrade,
            headroom: row.headroom,
            unit: row.limit.unit(),
            at_least: row.at_least,
            inputs: inputs(&row.inputs),
        }
    }
}

/// A limit of a network, in addresses.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "NetworkLimit")]
pub(super) struct NetworkLimitShape<'a> {
    vnet_id: &'a str,
    #[schemars(extend("enum" = NetworkLimitKind::ALL.map(NetworkLimitKind::as_str)))]
    limit: &'static str,
    /// Addresses allowed.
    capacity: u64,
    used: u64,
    /// Addresses at autoscaler maximum while everything surges.
    scale_max_upgrade: u64,
    /// Addresses left then; negative is a deficit.
    headroom: Option<i64>,
    /// Whether the figures are lower bounds, because some subnet or peer could not be counted.
    at_least: bool,
    inputs: Vec<InputShape<'a>>,
}

impl<'a> From<&'a NetworkLimit> for NetworkLimitShape<'a> {
    fn from(row: &'a NetworkLimit) -> Self {
        Self {
            vnet_id: row.vnet_id.as_str(),
            limit: row.kind.as_str(),
            capacity: row.capacity,
            used: row.used,
            scale_max_upgrade: row.scale_max_upgrade,
            headroom: row.headroom,
            at_least: row.at_least,
            inputs: inputs(&row.inputs),
        }
    }
}

/// What AKS itself would compare, by our reading of the rule.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Preflight")]
pub(super) struct PreflightShape<'a> {
    cluster_id: &'a str,
    /// As the cluster is, or after a move to Azure CNI Overlay.
    #[schemars(extend("enum" = ["today", "after-overlay"]))]
    stage: &'static str,
    /// The node subnet, where that is compared against.
    subnet_id: Option<&'a str>,
    /// The pod CIDR, where that is.
    pod_cidr: Option<String>,
    /// Addresses the service pre-allocates.
    preallocated: Option<u64>,
    /// Addresses it takes to be available, free or not.
    available: Option<u64>,
    passes: Option<bool>,
    /// The words of the service, where it would refuse.
    message: Option<String>,
    /// What is really left at autoscaler maximum while everything surges: addresses of the subnet, or nodes of the pod
    /// CIDR.
    headroom: Option<i64>,
    /// Always true: the figure is our reading of the rule.
    our_reading: bool,
    inputs: Vec<InputShape<'a>>,
}

impl<'a> From<&'a Preflight> for PreflightShape<'a> {
    fn from(row: &'a Preflight) -> Self {
        let (subnet_id, pod_cidr) = match &row.target {
            Target::Subnet(id) => (Some(id.as_str()), None),
            Target::PodCidr(cidr) => (None, Some(cidr.to_string())),
        };
        Self {
            cluster_id: row.cluster_id.as_str(),
            stage: row.stage.as_str(),
            subnet_id,
            pod_cidr,
            preallocated: row.preallocated,
            available: row.available,
            passes: row.passes(),
            message: row.refusal(),
            headroom: row.headroom,
            our_reading: true,
            inputs: inputs(&row.inputs),
        }
    }
}

/// Two ranges that collide.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "CidrConflict")]
pub(super) struct ConflictShape<'a> {
    kind: &'a str,
    cidr_a: String,
    owner_a: &'a str,
    cidr_b: String,
    owner_b: &'a str,
    severity: SeverityShape,
    detail: &'a str,
    /// The rule that reports it.
    rule_id: &'static str,
}

impl<'a> From<&'a Conflict> for ConflictShape<'a> {
    fn from(row: &'a Conflict) -> Self {
        Self {
            kind: &row.kind,
            cidr_a: row.cidr_a.to_string(),
            owner_a: &row.owner_a,
            cidr_b: row.cidr_b.to_string(),
            owner_b: &row.owner_b,
            severity: row.severity.into(),
            detail: &row.detail,
            rule_id: row.with.rule().as_str(),
        }
    }
}

/// Changes that together end a shortfall, checked by the engine.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Fix")]
pub(super) struct FixShape<'a> {
    /// The subnet or cluster that falls short.
    resource_id: &'a str,
    node_pool: Option<&'a str>,
    /// The scenario of a subnet, the limit of a cluster, or `max-pods` where blocks are wasted.
    falls_short: &'static str,
    /// All of it in words.
    text: String,
    changes: Vec<ChangeShape<'a>>,
    /// Addresses or nodes left afterwards.
    headroom: Option<i64>,
}

impl<'a> From<&'a Fix> for FixShape<'a> {
    fn from(row: &'a Fix) -> Self {
        Self {
            resource_id: row.shortfall.resource().as_str(),
            node_pool: row.shortfall.node_pool(),
            falls_short: row.shortfall.what(),
            text: row.to_string(),
            changes: row.changes.iter().map(ChangeShape::from).collect(),
            headroom: row.headroom,
        }
    }
}

/// One change.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Change")]
#[serde(tag = "change", rename_all = "kebab-case")]
enum ChangeShape<'a> {
    /// `maxSurge` of a pool, in nodes.
    MaxSurge { cluster_id: &'a str, node_pool: &'a str, to: u64 },
    /// `maxSurge` 0 and `maxUnavailable` 1 of a user pool.
    MaxUnavailable { cluster_id: &'a str, node_pool: &'a str },
    /// `maxCount` of a pool's autoscaler.
    MaxCount { cluster_id: &'a str, node_pool: &'a str, to: u64 },
    /// A new pool with this `maxPods` in place of the old one.
    ReplaceWithMaxPods { cluster_id: &'a str, node_pool: &'a str, to: u32 },
    /// A new subnet, and a new pool in it in place of the old one.
    MoveToNewSubnet {
        cluster_id: &'a str,
        node_pool: &'a str,
        vnet_id: &'a str,
        /// Whether it is the pool's pods that move, and not its nodes.
        for_pods: bool,
        prefix_length: u8,
        /// A free block of that length; none where the network's space must grow first.
        block: Option<String>,
        /// Whether another fix names addresses of the block too, because there is no room for both.
        shared: bool,
    },
    /// A larger pod CIDR that contains the old one.
    ExpandPodCidr { cluster_id: &'a str, to: String },
}

impl<'a> From<&'a Change> for ChangeShape<'a> {
    fn from(change: &'a Change) -> Self {
        let id = ResourceId::as_str;
        match change {
            Change::MaxSurge { cluster_id, node_pool, to } => {
                Self::MaxSurge { cluster_id: id(cluster_id), node_pool, to: *to }
            }
            Change::MaxUnavailable { cluster_id, node_pool } => {
                Self::MaxUnavailable { cluster_id: id(cluster_id), node_pool }
            }
            Change::MaxCount { cluster_id, node_pool, to } => {
                Self::MaxCount { cluster_id: id(cluster_id), node_pool, to: *to }
            }
            Change::ReplaceWithMaxPods { cluster_id, node_pool, to } => {
                Self::ReplaceWithMaxPods { cluster_id: id(cluster_id), node_pool, to: *to }
            }
            Change::MoveToNewSubnet { cluster_id, node_pool, vnet_id, for_pods, length, block, shared } => {
                Self::MoveToNewSubnet {
                    cluster_id: id(cluster_id),
                    node_pool,
                    vnet_id: id(vnet_id),
                    for_pods: *for_pods,
                    prefix_length: *length,
                    block: block.map(|block| block.to_string()),
                    shared: *shared,
                }
            }
            Change::ExpandPodCidr { cluster_id, to } => {
                Self::ExpandPodCidr { cluster_id: id(cluster_id), to: to.to_string() }
            }
        }
    }
}
