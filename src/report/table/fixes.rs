//! A row a set of changes that ends a shortfall.

use super::column::{Column, Table, column, described, document_only, records};
use crate::{
    assess::outlook::{Change, Fix},
    inventory::ResourceId,
    ipam::Cidr,
    report::say,
};

/// What to change where something falls short; the smallest change of each shortfall first.
pub(crate) struct Fixes;

impl Table for Fixes {
    const ROW: &'static str = "Fix";
    const DOC: &'static str = "Changes that together end a shortfall, checked by the engine.";
    type Of<'r> = &'r Fix;

    const COLUMNS: &'static [Column<Self>] = &[
        column("resource_id", "The resource id of the subnet or cluster that falls short.")
            .text(|row| row.shortfall.resource().as_str()),
        column("node_pool", "The node pool, where it is one of the cluster's.")
            .maybe_text(|row| row.shortfall.node_pool()),
        column(
            "falls_short",
            "The scenario of a subnet, the limit of a cluster, or `max-pods` where blocks are wasted.",
        )
        .text(|row| row.shortfall.what()),
        column("fix", "What to change, in words.").made(|row| say::fix(&row).text()),
        document_only("changes", "The same changes, each with its figures.")
            .rows(described::<Changes>, |row| records::<Changes, _>(&row.changes)),
        column("headroom", "Addresses or nodes left afterwards; empty where nothing is counted.")
            .maybe_signed("addresses or nodes", |row| row.headroom),
    ];
}

/// The changes of a fix. What a kind of change has no use for is unknown.
struct Changes;

/// The kinds of change.
fn kinds() -> Vec<&'static str> {
    vec![
        "max-surge",
        "max-unavailable",
        "max-count",
        "replace-with-max-pods",
        "move-to-new-subnet",
        "expand-pod-cidr",
    ]
}

fn kind(change: &Change) -> &'static str {
    match change {
        Change::MaxSurge { .. } => "max-surge",
        Change::MaxUnavailable { .. } => "max-unavailable",
        Change::MaxCount { .. } => "max-count",
        Change::ReplaceWithMaxPods { .. } => "replace-with-max-pods",
        Change::MoveToNewSubnet { .. } => "move-to-new-subnet",
        Change::ExpandPodCidr { .. } => "expand-pod-cidr",
    }
}

fn node_pool(change: &Change) -> Option<&str> {
    match change {
        Change::MaxSurge { node_pool, .. }
        | Change::MaxUnavailable { node_pool, .. }
        | Change::MaxCount { node_pool, .. }
        | Change::ReplaceWithMaxPods { node_pool, .. }
        | Change::MoveToNewSubnet { node_pool, .. } => Some(node_pool),
        Change::ExpandPodCidr { .. } => None,
    }
}

fn to(change: &Change) -> Option<u64> {
    match change {
        Change::MaxSurge { to, .. } | Change::MaxCount { to, .. } => Some(*to),
        Change::ReplaceWithMaxPods { to, .. } => Some((*to).into()),
        _ => None,
    }
}

/// What is told of a new subnet.
struct NewSubnet<'r> {
    vnet_id: &'r ResourceId,
    for_pods: bool,
    length: u8,
    block: Option<Cidr>,
    shared: bool,
}

fn new_subnet(change: &Change) -> Option<NewSubnet<'_>> {
    match change {
        Change::MoveToNewSubnet { vnet_id, for_pods, length, block, shared, .. } => {
            Some(NewSubnet { vnet_id, for_pods: *for_pods, length: *length, block: *block, shared: *shared })
        }
        _ => None,
    }
}

fn pod_cidr(change: &Change) -> Option<String> {
    match change {
        Change::ExpandPodCidr { to, .. } => Some(to.to_string()),
        _ => None,
    }
}

impl Table for Changes {
    const ROW: &'static str = "Change";
    const DOC: &'static str = "One change. What a kind of change has no use for is null.";
    type Of<'r> = &'r Change;

    const COLUMNS: &'static [Column<Self>] = &[
        document_only("change", "What changes: a setting, a pool for a new one, or the pod range.")
            .word(kinds, |row| kind(*row)),
        document_only("cluster_id", "The resource id of the cluster.").text(|row| row.cluster_id().as_str()),
        document_only("node_pool", "The node pool that changes or is replaced.")
            .maybe_text(|row| node_pool(*row)),
        document_only(
            "to",
            "The new number: nodes of `max-surge` and `max-count`, pods a node of `replace-with-max-pods`.",
        )
        .maybe_count("nodes or pods", |row| to(*row)),
        document_only("vnet_id", "The network the new subnet goes into.")
            .maybe_text(|row| new_subnet(*row).map(|new| new.vnet_id.as_str())),
        document_only("for_pods", "Whether it is the pool's pods that move, and not its nodes.")
            .maybe_flag(|row| new_subnet(*row).map(|new| new.for_pods)),
        document_only(
            "prefix_length",
            "The length of the smallest prefix that is enough for the new subnet.",
        )
        .maybe_length(|row| new_subnet(*row).map(|new| new.length)),
        document_only(
            "block",
            "A free block of that length; null where the network's space must grow first.",
        )
        .maybe_cidr(|row| new_subnet(*row)?.block.map(|block| block.to_string())),
        document_only(
            "shared",
            "Whether another fix names addresses of the block too, because there is no room for both.",
        )
        .maybe_flag(|row| new_subnet(*row).map(|new| new.shared)),
        document_only("pod_cidr", "The larger pod range, which contains the old one.")
            .maybe_cidr(|row| pod_cidr(*row)),
    ];
}
