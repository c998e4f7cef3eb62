//! A row a limit of a cluster, of a node pool or of a network.

use super::{
    column::{Column, Nested, Table, column, document_only, joined},
    inputs, said,
    word::words,
};
use crate::{
    assess::{
        audit::Audit,
        outlook::{Limit, LimitRow, NetworkLimit, NetworkLimitKind, ProjectionBasis},
    },
    report::say,
};

/// Limits beyond the subnet.
pub(crate) struct Limits;

/// Whose limit it is.
#[derive(Clone, Copy)]
enum Of<'r> {
    Nodes(&'r LimitRow),
    Addresses(&'r NetworkLimit),
}

/// A limit of a cluster, of a pool or of a network.
#[derive(Clone, Copy)]
pub(crate) struct AnyLimit<'r> {
    resource: &'r str,
    node_pool: Option<&'r str>,
    limit: &'static str,
    unit: &'static str,
    capacity: Option<u64>,
    now: Option<u64>,
    scale_max_upgrade: Option<u64>,
    headroom: Option<i64>,
    at_least: bool,
    of: Of<'r>,
}

const ADDRESSES: &str = "addresses";

fn of_nodes(row: &LimitRow) -> AnyLimit<'_> {
    let LimitRow {
        cluster_id, node_pool, limit, capacity, nodes, scale_max_upgrade, headroom, at_least, ..
    } = row;
    AnyLimit {
        resource: cluster_id.as_str(),
        node_pool: node_pool.as_deref(),
        limit: limit.as_str(),
        unit: limit.unit(),
        capacity: *capacity,
        now: *nodes,
        scale_max_upgrade: *scale_max_upgrade,
        headroom: *headroom,
        at_least: *at_least,
        of: Of::Nodes(row),
    }
}

fn of_addresses(row: &NetworkLimit) -> AnyLimit<'_> {
    let NetworkLimit { vnet_id, kind, capacity, used, scale_max_upgrade, headroom, at_least, .. } = row;
    AnyLimit {
        resource: vnet_id.as_str(),
        node_pool: None,
        limit: kind.as_str(),
        unit: ADDRESSES,
        capacity: Some(*capacity),
        now: Some(*used),
        scale_max_upgrade: Some(*scale_max_upgrade),
        headroom: *headroom,
        at_least: *at_least,
        of: Of::Addresses(row),
    }
}

/// The rows of an audit, by resource.
pub(super) fn rows(audit: &Audit) -> Nested<'_> {
    let nodes = audit.limits().map(of_nodes);
    let mut rows: Vec<_> = nodes.chain(audit.network_limits().map(of_addresses)).collect();
    // Both lists are in order already; this puts the one into the other.
    rows.sort_by_cached_key(|row| row.resource.to_ascii_lowercase());
    joined::<Limits>(rows)
}

fn limits() -> Vec<&'static str> {
    [Limit::IN_ROWS.map(Limit::as_str).to_vec(), words::<NetworkLimitKind>()].concat()
}

fn units() -> Vec<&'static str> {
    let mut units: Vec<_> = Limit::IN_ROWS.map(Limit::unit).into_iter().chain([ADDRESSES]).collect();
    units.sort_unstable();
    units.dedup();
    units
}

fn basis(at_least: bool) -> ProjectionBasis {
    if at_least { ProjectionBasis::LowerBound } else { ProjectionBasis::Exact }
}

fn bases() -> Vec<&'static str> {
    [false, true].map(|at_least| basis(at_least).as_str()).to_vec()
}

impl Table for Limits {
    const ROW: &'static str = "Limit";
    const DOC: &'static str = "A limit beyond the subnet: of a cluster, of a node pool, or of a network.";
    type Of<'r> = AnyLimit<'r>;

    const COLUMNS: &'static [Column<Self>] = &[
        column("resource_id", "The resource id of the cluster or virtual network that is limited.")
            .text(|row| row.resource),
        column("node_pool", "The node pool, for limits of one.").maybe_text(|row| row.node_pool),
        column("limit", "What limits it.").word(limits, |row| row.limit),
        column("unit", "What the figures of the row count.").word(units, |row| row.unit),
        column("capacity", "What the limit allows; empty where what it depends on was not read.")
            .maybe_count("`unit`", |row| row.capacity),
        column("now", "What is there now.").maybe_count("`unit`", |row| row.now),
        column("scale_max_upgrade", "What there is with every autoscaler at its maximum while everything surges.")
            .maybe_count("`unit`", |row| row.scale_max_upgrade),
        column("headroom", "`capacity` less `scale_max_upgrade`; negative is a deficit.")
            .maybe_signed("`unit`", |row| row.headroom),
        column("basis", "Whether the figures are `exact`, or a `lower-bound` because nodes, subnets or peers could not be counted.")
            .word(bases, |row| basis(row.at_least).as_str()),
        column("reasons", "What to know of the figures: the state of a cluster in which something goes on, and pod routes that lead to nodes that are gone, the first of them by name.")
            .list(|row| match row.of {
                Of::Nodes(row) => said(say::limit_reasons(row)),
                Of::Addresses(_) => Vec::new(),
            }),
        document_only(inputs::NAME, inputs::DOC).rows(inputs::described, |row| {
            inputs::of(match row.of {
                Of::Nodes(row) => say::limit_inputs(row),
                Of::Addresses(row) => say::network_inputs(row),
            })
        }),
    ];
}
