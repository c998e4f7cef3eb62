//! The tables of what is to come: limits, preflight figures, conflicts and fixes.

use super::{
    Column,
    cell::{maybe, maybe_text, number, text},
    column,
};
use crate::assess::{
    audit::Audit,
    outlook::{Conflict, Fix, LimitRow, NetworkLimit, Preflight},
};

pub(super) fn conflicts<'a>() -> Vec<Column<&'a Conflict>> {
    vec![
        column("kind", |row| text(&row.kind)),
        column("cidr_a", |row| text(row.cidr_a.to_string())),
        column("owner_a", |row| text(&row.owner_a)),
        column("cidr_b", |row| text(row.cidr_b.to_string())),
        column("owner_b", |row| text(&row.owner_b)),
        column("severity", |row| text(row.severity.as_str())),
        column("detail", |row| text(&row.detail)),
    ]
}

/// A limit of a cluster, of a pool or of a network.
pub(super) enum AnyLimit<'a> {
    Nodes(&'a LimitRow),
    Addresses(&'a NetworkLimit),
}

pub(super) fn limits_of(audit: &Audit) -> impl Iterator<Item = AnyLimit<'_>> {
    let nodes = audit.limits.iter().map(AnyLimit::Nodes);
    let mut rows: Vec<_> = nodes.chain(audit.networks.iter().map(AnyLimit::Addresses)).collect();
    // Both lists are in order already; this puts the one into the other.
    rows.sort_by_cached_key(|row| row.resource().to_ascii_lowercase());
    rows.into_iter()
}

impl AnyLimit<'_> {
    fn resource(&self) -> &str {
        match self {
            Self::Nodes(row) => row.cluster_id.as_str(),
            Self::Addresses(row) => row.vnet_id.as_str(),
        }
    }

    fn now(&self) -> Option<u64> {
        match self {
            Self::Nodes(row) => row.nodes,
            Self::Addresses(row) => Some(row.used),
        }
    }

    fn most(&self) -> Option<u64> {
        match self {
            Self::Nodes(row) => row.scale_max_upgrade,
            Self::Addresses(row) => Some(row.scale_max_upgrade),
        }
    }

    fn is_lower_bound(&self) -> bool {
        match self {
            Self::Nodes(row) => row.at_least,
            Self::Addresses(row) => row.at_least,
        }
    }
}

pub(super) fn limits<'a>() -> Vec<Column<AnyLimit<'a>>> {
    vec![
        column("resource_id", |row| text(row.resource())),
        column("node_pool", |row| match row {
            AnyLimit::Nodes(row) => maybe_text(row.node_pool.as_ref()),
            AnyLimit::Addresses(_) => super::cell::Cell::Empty,
        }),
        column("limit", |row| match row {
            AnyLimit::Nodes(row) => text(row.limit.as_str()),
            AnyLimit::Addresses(row) => text(row.kind.as_str()),
        }),
        column("unit", |row| match row {
            AnyLimit::Nodes(row) => text(row.limit.unit()),
            AnyLimit::Addresses(_) => text("addresses"),
        }),
        column("capacity", |row| match row {
            AnyLimit::Nodes(row) => maybe(row.capacity),
            AnyLimit::Addresses(row) => number(row.capacity),
        }),
        column("now", |row| maybe(row.now())),
        column("scale_max_upgrade", |row| maybe(row.most())),
        column("headroom", |row| match row {
            AnyLimit::Nodes(row) => maybe(row.headroom),
            AnyLimit::Addresses(row) => maybe(row.headroom),
        }),
        column("basis", |row| text(if row.is_lower_bound() { "lower-bound" } else { "exact" })),
    ]
}

pub(super) fn preflight<'a>() -> Vec<Column<&'a Preflight>> {
    vec![
        column("cluster_id", |row| text(row.cluster_id.as_str())),
        column("stage", |row| text(row.stage.as_str())),
        column("target", |row| text(row.target.name())),
        column("preallocated", |row| maybe(row.preallocated)),
        column("available", |row| maybe(row.available)),
        column("verdict", |row| {
            maybe_text(row.passes().map(|passes| if passes { "passes" } else { "refused" }))
        }),
        column("headroom", |row| maybe(row.headroom)),
        column("headroom_unit", |row| text(row.target.unit())),
        column("message", |row| maybe_text(row.refusal())),
        column("basis", |_| text("our reading of the rule")),
    ]
}

pub(super) fn fixes<'a>() -> Vec<Column<&'a Fix>> {
    vec![
        column("resource_id", |row| text(row.shortfall.resource().as_str())),
        column("node_pool", |row| maybe_text(row.shortfall.node_pool())),
        column("falls_short", |row| text(row.shortfall.what())),
        column("fix", |row| text(row.to_string())),
        column("headroom", |row| maybe(row.headroom)),
    ]
}
