//! A row a node pool.

use super::{
    column::{Column, Table, column, described, document_only, joined},
    inputs,
    word::{Word, words},
};
use crate::{
    assess::{audit::NodePoolRow, outlook::Limit},
    inventory::ResourceId,
    ipam::IpamMode,
    report::say,
};

/// The node pools of the clusters that pass the filters.
pub(crate) struct NodePools;

impl Table for NodePools {
    const ROW: &'static str = "NodePool";
    const DOC: &'static str = "A node pool of a cluster that passes the filters.";
    type Of<'r> = &'r NodePoolRow;

    const COLUMNS: &'static [Column<Self>] = &[
        column("cluster_id", "The resource id of its cluster.").text(|row| row.cluster_id.as_str()),
        column("node_pool", "Its name.").text(|row| &row.name),
        column("mode", "What it is for: `System`, `User` or `Gateway`.").maybe_text(|row| row.mode.as_deref()),
        column("type", "What its nodes are made of: `VirtualMachineScaleSets`, `AvailabilitySet` or `VirtualMachines`.")
            .maybe_text(|row| row.pool_type.as_deref()),
        column("os_type", "The operating system of its nodes: `Linux` or `Windows`.")
            .maybe_text(|row| row.os_type.as_deref()),
        column("os_sku", "The edition of that operating system, such as `Ubuntu` or `AzureLinux`.")
            .maybe_text(|row| row.os_sku.as_deref()),
        column("vm_size", "The size of its machines; several joined by `;`.").maybe_text(|row| row.vm_size.as_deref()),
        column("power_state", "`Running` or `Stopped`, as Azure says.").maybe_text(|row| row.power_state.as_deref()),
        column("ipam_mode", "How its pods get addresses.").word(words::<IpamMode>, |row| row.ipam_mode.as_str()),
        column("nodes", "Nodes wanted of it now: while it or its cluster is stopped, those that are still there.")
            .maybe_count("nodes", |row| row.nodes),
        column("min_count", "The least its autoscaler may leave; empty where the autoscaler is off.")
            .maybe_count("nodes", |row| row.min_count),
        column("max_count", "The most its autoscaler may ask for; empty where the autoscaler is off.")
            .maybe_count("nodes", |row| row.max_count),
        column("max_surge", "Its `maxSurge` as Azure gave it, a number or a percentage; empty where it has none.")
            .maybe_text(|row| row.max_surge.as_deref()),
        column("surge_nodes", "Nodes an upgrade adds for a time, of the nodes wanted now.")
            .maybe_count("nodes", |row| row.surge_nodes),
        column("max_pods", "Most pods a node runs; the mode's default where Azure gave none.")
            .maybe_count("pods", |row| row.max_pods),
        document_only("max_pods_assumed", "Whether `max_pods` is the mode's default because Azure gave none.")
            .flag(|row| row.max_pods_assumed),
        column("ips_per_node", "Addresses a node is planned to take in the node subnet, by its mode and `max_pods`; empty where the mode is unknown.")
            .maybe_count("addresses", |row| row.ips_per_node),
        column("ips_per_node_observed", "Addresses Azure lists a node: one number, or the lowest and the highest as `low..high`.")
            .maybe_bounds("addresses", |row| row.ips_per_node_observed),
        column("node_subnet_id", "The subnet of its nodes, named by the pool or found in the node resource group.")
            .maybe_text(|row| row.node_subnet_id.as_ref().map(ResourceId::as_str)),
        document_only("node_subnet_inferred", "Whether the node subnet was found in the node resource group, as the pool names none.")
            .flag(|row| row.node_subnet_inferred),
        column("pod_subnet_id", "The subnet of its pods, where they have one of their own.")
            .maybe_text(|row| row.pod_subnet_id.as_ref().map(ResourceId::as_str)),
        column("nodes_scale_max", "Nodes with its autoscaler at its maximum and everything started.")
            .maybe_count("nodes", |row| row.nodes_scale_max),
        column("largest_scale_up", "Most nodes this pool alone can add to those that are wanted, without surge, under every limit.")
            .maybe_count("nodes", |row| row.ahead.largest_scale_up),
        column("nodes_configured", "Nodes it is configured for, running or not.")
            .maybe_count("nodes", |row| row.nodes_configured),
        column("pod_ips_per_node_low", "Addresses a node takes in the pod subnet at least; empty without a pod subnet.")
            .maybe_count("addresses", |row| row.pod_ips_per_node_low),
        column("pod_ips_per_node_high", "Addresses a node takes in the pod subnet at most; plans count with these.")
            .maybe_count("addresses", |row| row.pod_ips_per_node_high),
        column("nodes_holding", "Nodes that are there: those Azure lists addresses of in the node subnet; where that was not read, those wanted.")
            .maybe_count("nodes", |row| row.nodes_holding),
        column("limited_by", "The limit that `largest_scale_up` ends at.")
            .maybe_word(words::<Limit>, |row| row.ahead.limited_by.map(Limit::as_str)),
        column("provisioning_state", "`Succeeded`, or what goes on or failed; while it is `Creating` or `Updating`, figures may still change.")
            .maybe_text(|row| row.provisioning_state.as_deref()),
        document_only("limits", "Nodes left under each limit that could be told.")
            .rows(described::<NodesLeft>, |row| joined::<NodesLeft>(row.ahead.limits.iter().copied())),
        document_only("breach", "Why its nodes break a limit of their own, where they do.")
            .maybe_made(|row| Some(say::breach(row.ahead.breach?).text())),
        document_only(inputs::NAME, inputs::DOC).rows(inputs::described, |row| inputs::of(say::pool_inputs(&row))),
    ];
}

/// Nodes left under one limit.
struct NodesLeft;

impl Table for NodesLeft {
    const ROW: &'static str = "NodesLeft";
    const DOC: &'static str = "Nodes a pool can add under one limit.";
    type Of<'r> = (Limit, u64);

    const COLUMNS: &'static [Column<Self>] = &[
        document_only("limit", "The limit.").word(words::<Limit>, |row| row.0.word()),
        document_only("nodes", "Nodes left under it.").count("nodes", |row| row.1),
    ];
}
