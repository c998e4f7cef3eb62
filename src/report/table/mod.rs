//! The tables of an audit, each declared once: a file a table, a line a column. Files, the document and its schema, and
//! the reference of columns are made from these declarations.

mod accepted_findings;
mod at_a_glance;
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

pub use self::document::SCHEMA_VERSION;
use self::{
    accepted_findings::AcceptedFindings,
    cidr_conflicts::CidrConflicts,
    clusters::Clusters,
    column::{Table, joined, records},
    consumers::Consumers,
    coverage::Coverage,
    findings::Findings,
    fixes::Fixes,
    kubenet_exposure::KubenetExposure,
    limits::Limits,
    migration_candidates::MigrationCandidates,
    migration_plan::MigrationPlan,
    node_pools::NodePools,
    preflight::Preflight,
    retirements::Retirements,
    subnets::Subnets,
    vnets::Vnets,
};
pub(crate) use self::{
    column::{Described, Grid, Heading, Kind, Nested, Place, Value, described},
    document::{Document, of as document},
};
use crate::{assess::audit::Audit, report::phrase::Phrase, rules::CheckId};

/// A table that is a file of its own.
pub(crate) struct Sheet {
    /// The file's name without its ending.
    pub(crate) name: &'static str,
    /// Its columns.
    pub(crate) described: fn() -> Described,
    /// Its rows, by resource id.
    pub(crate) rows: for<'a> fn(&'a Audit) -> Nested<'a>,
}

/// A table by its file's name.
const fn sheet<T: Table>(name: &'static str, rows: for<'a> fn(&'a Audit) -> Nested<'a>) -> Sheet {
    Sheet { name, described: described::<T>, rows }
}

/// Every table that is a file of its own.
pub(crate) const SHEETS: &[Sheet] = &[
    sheet::<Clusters>("clusters", clusters::rows),
    sheet::<NodePools>("node_pools", |audit| joined::<NodePools>(audit.node_pools())),
    sheet::<Subnets>("subnets", |audit| records::<Subnets, _>(&audit.subnets)),
    sheet::<Vnets>("vnets", |audit| joined::<Vnets>(audit.networks.iter().map(|one| &one.row))),
    sheet::<Consumers>("consumers", |audit| consumers::of_all(&audit.subnets)),
    sheet::<KubenetExposure>("kubenet_exposure", kubenet_exposure::rows),
    sheet::<MigrationCandidates>("migration_candidates", migration_candidates::rows),
    sheet::<MigrationPlan>("migration_plan", migration_plan::by_cluster),
    sheet::<Retirements>("retirements", retirements::by_resource),
    sheet::<CidrConflicts>("cidr_conflicts", |audit| joined::<CidrConflicts>(audit.conflicts())),
    sheet::<Limits>("limits", limits::rows),
    sheet::<Preflight>("preflight", |audit| joined::<Preflight>(audit.preflights())),
    sheet::<Fixes>("fixes", |audit| joined::<Fixes>(audit.fixes())),
    sheet::<Findings>("findings", findings::by_resource),
    sheet::<AcceptedFindings>("accepted_findings", accepted_findings::by_resource),
    sheet::<Coverage>("coverage", |audit| records::<Coverage, _>(&audit.coverage.entries)),
];

/// Texts as they are.
fn texts(texts: &[String]) -> Vec<Cow<'_, str>> {
    texts.iter().map(|text| text.as_str().into()).collect()
}

/// Sentences, in the digits and marks of a cell.
fn said(phrases: impl IntoIterator<Item = Phrase>) -> Vec<Cow<'static, str>> {
    phrases.into_iter().map(|phrase| phrase.text().into()).collect()
}

/// The ids of checks.
fn checks(ids: &[CheckId]) -> Vec<Cow<'static, str>> {
    ids.iter().map(|id| id.as_str().into()).collect()
}
