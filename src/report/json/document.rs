//! The shape of `audit.json`. Field names are those of the CSV columns; `null` is unknown.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;

use super::{
    SCHEMA_VERSION,
    cluster::{ClusterShape, NodePoolShape},
    finding::{AcceptedShape, CoverageShape, FindingShape, KubenetShape},
    lazy::Rows,
    leaving::{ClusterShape as ClusterMigrationShape, ExposureShape, PlanShape, RetirementShape},
    network::{SubnetShape, VnetShape},
    outlook::{ConflictShape, FixShape, LimitShape, NetworkLimitShape, PreflightShape},
};
use crate::{
    assess::{
        audit::{Audit, ClusterRow, Finding, Header, KubenetRow, NodePoolRow, SubnetRow, VnetRow},
        migration::{ClusterPlan, RetirementItem},
        options::Exception,
        outlook::{Conflict, Fix, LimitRow, NetworkLimit, Preflight},
    },
    inventory::{CoverageEntry, ResourceId, Subscription},
};

/// Everything an audit found, and what it could not read.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "aks-census audit", rename = "Audit")]
pub(super) struct Document<'a> {
    /// The version of this format.
    schema_version: u32,
    header: HeaderShape<'a>,
    /// Whether something needed could not be read and was not accepted as unreadable.
    incomplete: bool,
    /// The scopes of gaps the user accepts as unreadable.
    accepted_scopes: &'a BTreeSet<String>,
    clusters: Rows<'a, ClusterRow, ClusterShape<'a>>,
    node_pools: Rows<'a, NodePoolRow, NodePoolShape<'a>>,
    subnets: Rows<'a, SubnetRow, SubnetShape<'a>>,
    vnets: Rows<'a, VnetRow, VnetShape<'a>>,
    kubenet_exposure: Rows<'a, KubenetRow, KubenetShape<'a>>,
    /// Limits beyond the subnet, in nodes.
    limits: Rows<'a, LimitRow, LimitShape<'a>>,
    /// Limits of networks, in addresses.
    network_limits: Rows<'a, NetworkLimit, NetworkLimitShape<'a>>,
    /// What AKS itself would compare, by our reading of its rule.
    preflight: Rows<'a, Preflight, PreflightShape<'a>>,
    cidr_conflicts: Rows<'a, Conflict, ConflictShape<'a>>,
    /// What to change where something falls short; the smallest change of each shortfall first.
    fixes: Rows<'a, Fix, FixShape<'a>>,
    /// Every cluster: readiness check by check, where it should go, its steps.
    migrations: Rows<'a, ClusterPlan, ClusterMigrationShape<'a>>,
    /// What is known of the way out of each kubenet cluster.
    readiness: Vec<ExposureShape<'a>>,
    plan: PlanShape<'a>,
    /// Candidates without a way in place.
    not_in_place: Vec<&'a str>,
    /// What Microsoft retires, by date.
    retirements: Rows<'a, RetirementItem, RetirementShape<'a>>,
    findings: Rows<'a, Finding, FindingShape<'a>>,
    /// Findings the user accepted.
    accepted_findings: Rows<'a, (Finding, Exception), AcceptedShape<'a>>,
    /// What was read, and what could not be.
    coverage: Rows<'a, CoverageEntry, CoverageShape<'a>>,
}

impl<'a> From<&'a Audit> for Document<'a> {
    fn from(audit: &'a Audit) -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            header: HeaderShape::from(&audit.header),
            incomplete: audit.incomplete,
            accepted_scopes: &audit.accepted_scopes,
            clusters: audit.clusters.as_slice().into(),
            node_pools: audit.node_pools.as_slice().into(),
            subnets: audit.subnets.as_slice().into(),
            vnets: audit.vnets.as_slice().into(),
            kubenet_exposure: audit.kubenet.as_slice().into(),
            limits: audit.limits.as_slice().into(),
            network_limits: audit.networks.as_slice().into(),
            preflight: audit.preflights.as_slice().into(),
            cidr_conflicts: audit.conflicts.as_slice().into(),
            fixes: audit.fixes.as_slice().into(),
            migrations: audit.leaving.clusters.as_slice().into(),
            readiness: audit.leaving.exposure.values().map(ExposureShape::from).collect(),
            plan: (&audit.leaving.plan).into(),
            not_in_place: audit.leaving.elsewhere.iter().map(ResourceId::as_str).collect(),
            retirements: audit.leaving.retirements.as_slice().into(),
            findings: audit.findings.as_slice().into(),
            accepted_findings: audit.accepted.as_slice().into(),
            coverage: audit.coverage.as_slice().into(),
        }
    }
}

/// What the audit was made of.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Header")]
struct HeaderShape<'a> {
    program_version: &'a str,
    /// When the inventory was collected, in UTC.
    #[schemars(extend("format" = "date-time"))]
    collected_at: String,
    /// The date day counts are made from.
    #[schemars(extend("format" = "date"))]
    as_of: String,
    tenant_id: Option<&'a str>,
    cloud: &'a str,
    /// What was asked for; all lists empty means every subscription the identity can see.
    requested: RequestedShape<'a>,
    /// Whether filters hide some of the clusters that were read.
    filtered: bool,
    subscriptions: Rows<'a, Subscription, SubscriptionShape<'a>>,
    /// Subscriptions of which every needed list was read to its end.
    subscriptions_read: usize,
    /// Clusters that were read, hidden ones included.
    clusters_read: usize,
    /// The date since which every rule has been checked against its source.
    #[schemars(extend("format" = "date"))]
    rules_checked: String,
    /// The API version each resource provider was read with.
    api_versions: &'a BTreeMap<String, String>,
}

impl<'a> From<&'a Header> for HeaderShape<'a> {
    fn from(header: &'a Header) -> Self {
        Self {
            program_version: &header.program_version,
            collected_at: header.collected_at.to_string(),
            as_of: header.as_of.to_string(),
            tenant_id: header.tenant_id.as_deref(),
            cloud: &header.cloud,
            requested: RequestedShape {
                subscriptions: &header.requested.subscriptions,
                management_groups: &header.requested.management_groups,
                excluded: &header.requested.excluded,
            },
            filtered: header.filtered,
            subscriptions: header.subscriptions.as_slice().into(),
            subscriptions_read: header.subscriptions_read,
            clusters_read: header.clusters_read,
            rules_checked: header.rules_checked.to_string(),
            api_versions: &header.api_versions,
        }
    }
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "RequestedScope")]
struct RequestedShape<'a> {
    subscriptions: &'a [String],
    management_groups: &'a [String],
    excluded: &'a [String],
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Subscription")]
struct SubscriptionShape<'a> {
    subscription_id: &'a str,
    name: Option<&'a str>,
    state: Option<&'a str>,
    tenant_id: Option<&'a str>,
}

impl<'a> From<&'a Subscription> for SubscriptionShape<'a> {
    fn from(row: &'a Subscription) -> Self {
        Self {
            subscription_id: row.id.as_str(),
            name: row.name.as_deref(),
            state: row.state.as_deref(),
            tenant_id: row.tenant_id.as_deref(),
        }
    }
}
