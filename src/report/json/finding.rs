//! Exposure, findings and the ledger as JSON.

use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    assess::{
        audit::{Finding, KubenetRow},
        options::{Exception, Severity},
    },
    inventory::{CoverageEntry, ReadStatus},
};

/// How bad it is.
#[derive(Serialize, JsonSchema)]
#[serde(transparent)]
#[schemars(rename = "Severity")]
pub(super) struct SeverityShape(
    #[schemars(extend("enum" = Severity::WORST_FIRST.map(Severity::as_str)))] &'static str,
);

impl From<Severity> for SeverityShape {
    fn from(severity: Severity) -> Self {
        Self(severity.as_str())
    }
}

/// A kubenet cluster, counted against the retirement.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "KubenetExposure")]
pub(super) struct KubenetShape<'a> {
    cluster_id: &'a str,
    subscription_id: String,
    cluster: &'a str,
    location: &'a str,
    nodes: Option<u64>,
    nodes_scale_max: Option<u64>,
    #[schemars(extend("format" = "date"))]
    retirement_date: String,
    /// Negative when the date has passed.
    days_left: i64,
    severity: SeverityShape,
    owner: Option<&'a str>,
    environment: Option<&'a str>,
}

impl<'a> From<&'a KubenetRow> for KubenetShape<'a> {
    fn from(row: &'a KubenetRow) -> Self {
        Self {
            cluster_id: row.cluster_id.as_str(),
            subscription_id: row.cluster_id.subscription().into(),
            cluster: row.cluster_id.name(),
            location: &row.location,
            nodes: row.nodes,
            nodes_scale_max: row.nodes_scale_max,
            retirement_date: row.retirement_date.to_string(),
            days_left: row.days_left,
            severity: SeverityShape(row.severity.as_str()),
            owner: row.owner.as_deref(),
            environment: row.environment.as_deref(),
        }
    }
}

/// Something that is wrong, or that somebody should know.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Finding")]
pub(super) struct FindingShape<'a> {
    /// The same problem has the same id in every run.
    finding_id: &'a str,
    rule_id: &'a str,
    severity: SeverityShape,
    /// What it concerns.
    resource_id: &'a str,
    title: &'a str,
    detail: &'a str,
    /// What to do, with the changes of `fixes`.
    remediation: String,
    source: &'a str,
    /// Changes of this estate's settings that end it, each checked by the engine; the smallest first.
    fixes: &'a [String],
    /// The command that shows the fact, quoted for a POSIX shell.
    command: Option<&'a str>,
}

impl<'a> From<&'a Finding> for FindingShape<'a> {
    fn from(row: &'a Finding) -> Self {
        Self {
            finding_id: &row.id,
            rule_id: &row.rule_id,
            severity: SeverityShape(row.severity.as_str()),
            resource_id: &row.resource_id,
            title: &row.title,
            detail: &row.detail,
            remediation: row.remedy(),
            source: &row.source,
            fixes: &row.fixes,
            command: row.command.as_deref(),
        }
    }
}

/// A finding the user accepted.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "AcceptedFinding")]
pub(super) struct AcceptedShape<'a> {
    #[serde(flatten)]
    finding: FindingShape<'a>,
    /// Why it is accepted.
    reason: &'a str,
    /// The last day on which it is.
    until: Option<String>,
}

impl<'a> From<&'a (Finding, Exception)> for AcceptedShape<'a> {
    fn from((finding, exception): &'a (Finding, Exception)) -> Self {
        Self {
            finding: finding.into(),
            reason: &exception.reason,
            until: exception.until.map(|date| date.to_string()),
        }
    }
}

/// A thing that was read, or could not be.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Coverage")]
pub(super) struct CoverageShape<'a> {
    scope_id: &'a str,
    /// What was asked of it.
    what: &'a str,
    #[schemars(extend("enum" = STATUSES.map(ReadStatus::as_str)))]
    status: &'static str,
    /// How many objects were read.
    items: u64,
    http_status: Option<u16>,
    error_code: Option<&'a str>,
    message: Option<&'a str>,
    /// Requests sent for it, pages and retries counted.
    attempts: u32,
    /// Azure's id of the last request that failed.
    request_id: Option<&'a str>,
}

const STATUSES: [ReadStatus; 5] =
    [ReadStatus::Ok, ReadStatus::Denied, ReadStatus::NotFound, ReadStatus::Failed, ReadStatus::Skipped];

impl<'a> From<&'a CoverageEntry> for CoverageShape<'a> {
    fn from(row: &'a CoverageEntry) -> Self {
        Self {
            scope_id: &row.scope_id,
            what: row.what.as_str(),
            status: row.status.as_str(),
            items: row.items,
            http_status: row.http_status,
            error_code: row.error_code.as_deref(),
            message: row.message.as_deref(),
            attempts: row.attempts,
            request_id: row.request_id.as_deref(),
        }
    }
}
