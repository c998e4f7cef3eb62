//! The tables of an audit, each declared once: a file a table, a line a column. Files, the document and its schema, and
//! the reference of columns are made from these declarations.

mod accepted_findings;
mod cidr_conflicts;
mod clusters;
mod column;
mod consumers;
mod coverage;
mod document;
mod findings;
mod fixes;
mod header;
mod inputs;
mod kubenet_exposure;
mod limits;
mod migration_candidates;
mod migration_plan;
mod migrations;
mod node_pools;
mod plan;
mod preflight;
mod retirements;
mod steps;
mod subnets;
mod vnets;
mod word;

use std::borrow::Cow;

use self::column::records;
pub use self::document::SCHEMA_VERSION;
pub(in crate::report) use self::{
    column::{Described, Grid, Heading, Kind, Nested, Place, Value, described},
    document::{Document, of as document},
};
use crate::{assess::audit::Audit, rules::CheckId};

/// A table that is a file of its own.
pub(in crate::report) struct Sheet {
    /// The file's name without its ending.
    pub(in crate::report) name: &'static str,
    /// Its columns.
    pub(in crate::report) described: fn() -> Described,
    /// Its rows, by resource id.
    pub(in crate::report) rows: for<'a> fn(&'a Audit) -> Nested<'a>,
}

/// Every table that is a file of its own.
pub(in crate::report) const SHEETS: &[Sheet] = &[
    Sheet {
        name: "clusters",
        described: described::<clusters::Clusters>,
        rows: |audit| records::<clusters::Clusters, _>(&audit.clusters),
    },
    Sheet {
        name: "node_pools",
        described: described::<node_pools::NodePools>,
        rows: |audit| records::<node_pools::NodePools, _>(&audit.node_pools),
    },
    Sheet {
        name: "subnets",
        described: described::<subnets::Subnets>,
        rows: |audit| records::<subnets::Subnets, _>(&audit.subnets),
    },
    Sheet {
        name: "vnets",
        described: described::<vnets::Vnets>,
        rows: |audit| records::<vnets::Vnets, _>(&audit.vnets),
    },
    Sheet {
        name: "consumers",
        described: described::<consumers::Consumers>,
        rows: |audit| consumers::of_all(&audit.subnets),
    },
    Sheet {
        name: "kubenet_exposure",
        described: described::<kubenet_exposure::KubenetExposure>,
        rows: kubenet_exposure::rows,
    },
    Sheet {
        name: "migration_candidates",
        described: described::<migration_candidates::MigrationCandidates>,
        rows: migration_candidates::rows,
    },
    Sheet {
        name: "migration_plan",
        described: described::<migration_plan::MigrationPlan>,
        rows: migration_plan::by_cluster,
    },
    Sheet {
        name: "retirements",
        described: described::<retirements::Retirements>,
        rows: retirements::by_resource,
    },
    Sheet {
        name: "cidr_conflicts",
        described: described::<cidr_conflicts::CidrConflicts>,
        rows: |audit| records::<cidr_conflicts::CidrConflicts, _>(&audit.conflicts),
    },
    Sheet { name: "limits", described: described::<limits::Limits>, rows: limits::rows },
    Sheet {
        name: "preflight",
        described: described::<preflight::Preflight>,
        rows: |audit| records::<preflight::Preflight, _>(&audit.preflights),
    },
    Sheet {
        name: "fixes",
        described: described::<fixes::Fixes>,
        rows: |audit| records::<fixes::Fixes, _>(&audit.fixes),
    },
    Sheet { name: "findings", described: described::<findings::Findings>, rows: findings::by_resource },
    Sheet {
        name: "accepted_findings",
        described: described::<accepted_findings::AcceptedFindings>,
        rows: accepted_findings::by_resource,
    },
    Sheet {
        name: "coverage",
        described: described::<coverage::Coverage>,
        rows: |audit| records::<coverage::Coverage, _>(&audit.coverage),
    },
];

/// Texts as they are.
fn texts(texts: &[String]) -> Vec<Cow<'_, str>> {
    texts.iter().map(|text| text.as_str().into()).collect()
}

/// The ids of checks.
fn checks(ids: &[CheckId]) -> Vec<Cow<'static, str>> {
    ids.iter().map(|id| id.as_str().into()).collect()
}
