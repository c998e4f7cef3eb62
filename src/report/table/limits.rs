//! A row a limit of a cluster, of a node pool or of a network.

use super::{
    column::{Column, Nested, Table, column, document_only, joined},
    inputs,
    word::{Word, words},
};
use crate::assess::{
    audit::{Audit, Input},
    outlook::{Limit, LimitRow, NetworkLimit, NetworkLimitKind, ProjectionBasis},
};

/// Limits beyond the subnet.
pub(in crate::report) struct Limits;

/// A limit of a cluster, of a pool or of a network.
#[derive(Clone, Copy)]
pub(in crate::report) enum AnyLimit<'r> {
    Nodes(&'r LimitRow),
    Addresses(&'r NetworkLimit),
}

/// The rows of an audit, by resource.
pub(super) fn rows(audit: &Audit) -> Nested<'_> {
    let nodes = audit.limits.iter().map(AnyLimit::Nodes);
    let mut rows: Vec<_> = nodes.chain(audit.networks.iter().map(AnyLimit::Addresses)).collect();
    // Both lists are in order already; this puts the one into the other.
    rows.sort_by_cached_key(|row| row.resource().to_ascii_lowercase());
    joined::<Limits>(rows)
}

const ADDRESSES: &str = "addresses";

impl<'r> AnyLimit<'r> {
    fn resource(self) -> &'r str {
        match self {
            Self::Nodes(row) => row.cluster_id.as_str(),
            Self::Addresses(row) => row.vnet_id.as_str(),
        }
    }

    fn node_pool(self) -> Option<&'r str> {
        match self {
            Self::Nodes(row) => row.node_pool.as_deref(),
            Self::Addresses(_) => None,
        }
    }

    fn limit(self) -> &'static str {
        match self {
            Self::Nodes(row) => row.limit.as_str(),
            Self::Addresses(row) => row.kind.as_str(),
        }
    }

    fn unit(self) -> &'static str {
        match self {
            Self::Nodes(row) => row.limit.unit(),
            Self::Addresses(_) => ADDRESSES,
        }
    }

    fn capacity(self) -> Option<u64> {
        match self {
            Self::Nodes(row) => row.capacity,
            Self::Addresses(row) => Some(row.capacity),
        }
    }

    fn now(self) -> Option<u64> {
        match self {
            Self::Nodes(row) => row.nodes,
            Self::Addresses(row) => Some(row.used),
        }
    }

    fn most(self) -> Option<u64> {
        match self {
            Self::Nodes(row) => row.scale_max_upgrade,
            Self::Addresses(row) => Some(row.scale_max_upgrade),
        }
    }

    fn headroom(self) -> Option<i64> {
        match self {
            Self::Nodes(row) => row.headroom,
            Self::Addresses(row) => row.headroom,
        }
    }

    fn basis(self) -> ProjectionBasis {
        let (Self::Nodes(LimitRow { at_least, .. }) | Self::Addresses(NetworkLimit { at_least, .. })) = self;
        if *at_least { ProjectionBasis::LowerBound } else { ProjectionBasis::Exact }
    }

    fn inputs(self) -> &'r [Input] {
        match self {
            Self::Nodes(row) => &row.inputs,
            Self::Addresses(row) => &row.inputs,
        }
    }
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

fn bases() -> Vec<&'static str> {
    [ProjectionBasis::Exact, ProjectionBasis::LowerBound].map(Word::word).to_vec()
}

impl Table for Limits {
    const ROW: &'static str = "Limit";
    const DOC: &'static str = "A limit beyond the subnet: of a cluster, of a node pool, or of a network.";
    type Of<'r> = AnyLimit<'r>;

    const COLUMNS: &'static [Column<Self>] = &[
        column("resource_id", "The resource id of the cluster or virtual network that is limited.")
            .text(|row| row.resource()),
        column("node_pool", "The node pool, for limits of one.").maybe_text(|row| row.node_pool()),
        column("limit", "What limits it.").word(limits, |row| row.limit()),
        column("unit", "What the figures of the row count.").word(units, |row| row.unit()),
        column("capacity", "What the limit allows; empty where what it depends on was not read.")
            .maybe_count("`unit`", |row| row.capacity()),
        column("now", "What is there now.").maybe_count("`unit`", |row| row.now()),
        column("scale_max_upgrade", "What there is with every autoscaler at its maximum while everything surges.")
            .maybe_count("`unit`", |row| row.most()),
        column("headroom", "`capacity` less `scale_max_upgrade`; negative is a deficit.")
            .maybe_signed("`unit`", |row| row.headroom()),
        column("basis", "Whether the figures are `exact`, or a `lower-bound` because nodes, subnets or peers could not be counted.")
            .word(bases, |row| row.basis().as_str()),
        document_only(inputs::NAME, inputs::DOC).rows(inputs::described, |row| inputs::of(row.inputs())),
    ];
}
