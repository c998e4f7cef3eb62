//! The document: every table of an audit, and what stands in none.

use super::{
    accepted_findings::AcceptedFindings,
    at_a_glance::{self, AtAGlance},
    cidr_conflicts::CidrConflicts,
    clusters::{self, Clusters},
    column::{Column, Nested, Table, described, document_only, joined, records},
    coverage::Coverage,
    findings::Findings,
    fixes::Fixes,
    header::{self, Header},
    kubenet_exposure::{self, KubenetExposure},
    limits::{self, Limits},
    migrations::{self, Migrations},
    node_pools::NodePools,
    plan::{self, Plan},
    preflight::Preflight,
    retirements::Retirements,
    subnets::Subnets,
    vnets::Vnets,
};
use crate::assess::audit::Audit;

/// The version of the document: it rises when a field changes its name or meaning or goes away, not when one is added.
pub const SCHEMA_VERSION: u32 = 2;

/// Everything an audit found, and what it could not read.
pub(crate) struct Document;

/// The one row of it.
pub(crate) fn of(audit: &Audit) -> Nested<'_> {
    joined::<Document>([audit])
}

impl Table for Document {
    const ROW: &'static str = "Audit";
    const DOC: &'static str = "Everything an audit found, and what it could not read.";
    type Of<'r> = &'r Audit;

    const COLUMNS: &'static [Column<Self>] = &[
        document_only(
            "schema_version",
            "The version of this format; it rises when a field changes its name or meaning, or goes away.",
        )
        .count("", |_| SCHEMA_VERSION.into()),
        document_only("header", "What the audit was made of.")
            .row(described::<Header>, |audit| header::of(&audit.header)),
        document_only("at_a_glance", "Every figure of page one.")
            .row(described::<AtAGlance>, |audit| at_a_glance::of(*audit)),
        document_only(
            "incomplete",
            "Whether something needed could not be read and was not accepted as unreadable.",
        )
        .flag(|audit| audit.coverage.incomplete),
        document_only("accepted_scopes", "The scopes of gaps the user accepts as unreadable.")
            .list(|audit| audit.coverage.accepted_scopes.iter().map(|scope| scope.as_str().into()).collect()),
        document_only("clusters", "The clusters that pass the filters, by id.")
            .rows(described::<Clusters>, |audit| clusters::rows(*audit)),
        document_only("node_pools", "Their node pools, by cluster and name.")
            .rows(described::<NodePools>, |audit| joined::<NodePools>(audit.node_pools())),
        document_only("subnets", "The subnets, by id.")
            .rows(described::<Subnets>, |audit| records::<Subnets, _>(&audit.subnets)),
        document_only("vnets", "The virtual networks, by id.")
            .rows(described::<Vnets>, |audit| joined::<Vnets>(audit.networks.iter().map(|one| &one.row))),
        document_only("kubenet_exposure", "The kubenet clusters, by id.")
            .rows(described::<KubenetExposure>, |audit| kubenet_exposure::rows(*audit)),
        document_only("limits", "Limits beyond the subnet, by resource.")
            .rows(described::<Limits>, |audit| limits::rows(*audit)),
        document_only("preflight", "What AKS itself would compare, by our reading of its rule.")
            .rows(described::<Preflight>, |audit| joined::<Preflight>(audit.preflights())),
        document_only("cidr_conflicts", "Ranges that collide, by the owner of the first.")
            .rows(described::<CidrConflicts>, |audit| joined::<CidrConflicts>(audit.conflicts())),
        document_only(
            "fixes",
            "What to change where something falls short; the smallest change of each shortfall first.",
        )
        .rows(described::<Fixes>, |audit| joined::<Fixes>(audit.fixes())),
        document_only(
            "migrations",
            "Every cluster: readiness check by check, where it should go, its steps.",
        )
        .rows(described::<Migrations>, |audit| migrations::rows(*audit)),
        document_only("plan", "When the clusters move that can move in place.")
            .row(described::<Plan>, |audit| plan::of(&audit.plan)),
        document_only("not_in_place", "The resource ids of candidates without a way in place.")
            .list(|audit| audit.elsewhere().map(|one| one.id().as_str().into()).collect()),
        document_only("retirements", "What Microsoft retires, by date.")
            .rows(described::<Retirements>, |audit| joined::<Retirements>(audit.retirements())),
        document_only("findings", "What is wrong, or what somebody should know; the worst first.")
            .rows(described::<Findings>, |audit| joined::<Findings>(audit.open())),
        document_only("accepted_findings", "Findings the user accepted; the worst first.")
            .rows(described::<AcceptedFindings>, |audit| joined::<AcceptedFindings>(audit.accepted())),
        document_only("coverage", "What was read, and what could not be.")
            .rows(described::<Coverage>, |audit| records::<Coverage, _>(&audit.coverage.entries)),
    ];
}
