//! A row a cluster.

use super::{
    column::{Column, Nested, Table, column, document_only, joined},
    inputs,
    word::words,
};
use crate::{
    assess::audit::{Audit, ClusterRecord},
    ipam::IpamMode,
    report::say,
};

/// The clusters that pass the filters.
pub(crate) struct Clusters;

/// The rows of an audit.
pub(super) fn rows(audit: &Audit) -> Nested<'_> {
    joined::<Clusters>(audit.clusters.iter())
}

impl Table for Clusters {
    const ROW: &'static str = "Cluster";
    const DOC: &'static str = "A cluster that passes the filters.";
    type Of<'r> = &'r ClusterRecord;

    const COLUMNS: &'static [Column<Self>] = &[
        column("cluster_id", "The cluster's resource id.").text(|one| one.row.id.as_str()),
        column("subscription_id", "The subscription it is in.").text(|one| one.row.subscription_id.as_str()),
        column(
            "subscription_name",
            "That subscription's name; empty where the list of subscriptions could not be read.",
        )
        .maybe_text(|one| one.row.subscription_name.as_deref()),
        column("resource_group", "The resource group it is in, not the one of its nodes.")
            .maybe_text(|one| one.row.id.resource_group()),
        column("cluster", "Its name.").text(|one| one.row.id.name()),
        column("location", "Its Azure region.").text(|one| &one.row.location),
        column("kubernetes_version", "The version of its control plane.")
            .maybe_text(|one| one.row.kubernetes_version.as_deref()),
        column(
            "sku_tier",
            "Its tier, `Free`, `Standard` or `Premium`, which sets how many nodes it may have.",
        )
        .maybe_text(|one| one.row.sku_tier.as_deref()),
        column("power_state", "`Running` or `Stopped`, as Azure says.")
            .maybe_text(|one| one.row.power_state.as_deref()),
        column("provisioning_state", "How the last operation on it ended, or that one runs, as Azure says.")
            .maybe_text(|one| one.row.provisioning_state.as_deref()),
        column(
            "network_plugin",
            "Its network plugin: `kubenet`, `azure`, or `none` where it brings its own CNI.",
        )
        .maybe_text(|one| one.row.network_plugin.as_deref()),
        column("network_plugin_mode", "`overlay` for Azure CNI Overlay; empty for every other mode.")
            .maybe_text(|one| one.row.network_plugin_mode.as_deref()),
        column(
            "ipam_mode",
            "How its pods get addresses; several modes where its pools differ, joined by `+` in a cell.",
        )
        .words(words::<IpamMode>, '+', |one| {
            one.row.ipam_modes.iter().map(|mode| mode.as_str().into()).collect()
        }),
        column("network_dataplane", "What forwards packets on its nodes: `azure`, or `cilium`.")
            .maybe_text(|one| one.row.network_dataplane.as_deref()),
        column(
            "network_policy",
            "Its network policy engine: `azure`, `calico`, `cilium`; empty where it has none.",
        )
        .maybe_text(|one| one.row.network_policy.as_deref()),
        column("ip_families", "The address families it runs, `IPv4` and `IPv6`.")
            .list(|one| super::texts(&one.row.ip_families)),
        column("pod_cidrs", "The ranges its pods take addresses from, where they are not those of a subnet.")
            .list(|one| super::texts(&one.row.pod_cidrs)),
        column("service_cidrs", "The ranges of its services.").list(|one| super::texts(&one.row.service_cidrs)),
        column("outbound_type", "How traffic leaves it, such as `loadBalancer` or `userDefinedRouting`.")
            .maybe_text(|one| one.row.outbound_type.as_deref()),
        column(
            "identity_type",
            "The kind of its identity: `SystemAssigned`, `UserAssigned`, or a service principal.",
        )
        .maybe_text(|one| one.row.identity_type.as_deref()),
        column("node_pools", "How many node pools it has.").count("node pools", |one| one.row.pools.len() as u64),
        column(
            "nodes",
            "Nodes wanted now (none while it is stopped, unless Azure still lists their addresses), and those seen that no pool counts.",
        )
        .maybe_count("nodes", |one| one.row.nodes),
        column("nodes_scale_max", "Nodes with every autoscaler at its maximum and everything started.")
            .maybe_count("nodes", |one| one.row.nodes_scale_max),
        column(
            "pod_cidr_node_capacity",
            "Nodes its IPv4 pod ranges have room for, a /24 each; kubenet and Overlay only.",
        )
        .maybe_count("nodes", |one| one.row.pod_cidr_node_capacity),
        column("nodes_configured", "Nodes its pools are configured for, running or not.")
            .maybe_count("nodes", |one| one.row.nodes_configured),
        column("owner", "Whose it is: the first of the tags in `people.owner_tags` that it has.")
            .maybe_text(|one| one.row.owner.as_deref()),
        column(
            "environment",
            "What it is for: the first of the tags in `people.environment_tags` that it has.",
        )
        .maybe_text(|one| one.row.environment.as_deref()),
        column(
            "subscription_state",
            "The state of its subscription, such as `Enabled`; Azure may refuse changes in any other.",
        )
        .maybe_text(|one| one.row.subscription_state.as_deref()),
        column(
            "neighbour_dates",
            "The days on which something of it ends (network, machine sizes, node images, version, upgrades by AKS), with the \
             pools each is about, so that pools are replaced once.",
        )
        .list(|one| one.decided.neighbours.iter().map(|date| say::neighbour(date).text().into()).collect()),
        document_only(inputs::NAME, inputs::DOC)
            .rows(inputs::described, |one| inputs::of(say::cluster_inputs(&one.row))),
    ];
}
