//! Readiness, candidates, the plan and retirements as JSON.

use schemars::JsonSchema;
use serde::Serialize;

use super::{finding::SeverityShape, lazy::Rows};
use crate::{
    assess::{
        migration::{
            Candidate, CheckResult, CheckStatus, ClusterPlan, Exposure, Readiness, RetirementItem, Step,
            Verdict,
        },
        schedule::{Fit, Plan, PlannedStep, Unplaced, Wave},
    },
    inventory::ResourceId,
    rules::{CheckId, CheckSeverity, Checks, Visibility},
};

fn ids(checks: &[CheckId]) -> Vec<&'static str> {
    checks.iter().map(|id| id.as_str()).collect()
}

#[derive(Serialize, JsonSchema)]
#[serde(transparent)]
#[schemars(rename = "Verdict")]
struct VerdictShape(
    #[schemars(extend("enum" = ["rebuild", "unknown", "needs-preparation", "ready-after-checks", "ready"]))]
    &'static str,
);

impl From<Verdict> for VerdictShape {
    fn from(verdict: Verdict) -> Self {
        Self(verdict.as_str())
    }
}

/// What a kubenet cluster is exposed to, beside its days left.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Exposure")]
pub(super) struct ExposureShape<'a> {
    cluster_id: &'a str,
    verdict: VerdictShape,
    blockers: Vec<&'static str>,
    warnings: Vec<&'static str>,
    manual_checks: Vec<&'static str>,
    unknown_checks: Vec<&'static str>,
    /// Full re-images on its way, preparation included.
    reimages: u32,
    recommended_target: &'static str,
    /// Routes in its route table, and how many a table holds.
    routes: Option<[u64; 2]>,
    /// Nodes now, and nodes its pod CIDR has room for.
    pod_cidr_nodes: Option<[u64; 2]>,
    route_table: &'static str,
    identity: Option<&'a str>,
    network_policy: Option<&'a str>,
    kubernetes_version: Option<&'a str>,
    version_support_ends: Option<String>,
    production: bool,
    created_recently: Option<bool>,
    /// A sort order and no more.
    score: u32,
    reasons: &'a [String],
}

impl<'a> From<&'a Exposure> for ExposureShape<'a> {
    fn from(row: &'a Exposure) -> Self {
        Self {
            cluster_id: row.cluster_id.as_str(),
            verdict: row.verdict.into(),
            blockers: ids(&row.blockers),
            warnings: ids(&row.warnings),
            manual_checks: ids(&row.manual_checks),
            unknown_checks: ids(&row.unknown_checks),
            reimages: row.reimages,
            recommended_target: row.target.as_str(),
            routes: row.routes.map(<[u64; 2]>::from),
            pod_cidr_nodes: row.pod_cidr.map(<[u64; 2]>::from),
            route_table: row.route_table.as_str(),
            identity: row.identity.as_deref(),
            network_policy: row.policy.as_deref(),
            kubernetes_version: row.kubernetes_version.as_deref(),
            version_support_ends: row.version_support_ends.map(|day| day.to_string()),
            production: row.production,
            created_recently: row.is_new,
            score: row.score,
            reasons: &row.reasons,
        }
    }
}

/// Whether a cluster can make its operations, and where it should go.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ClusterMigration")]
pub(super) struct ClusterShape<'a> {
    cluster_id: &'a str,
    target: &'static str,
    /// The rule that chose it.
    target_rule: &'static str,
    target_reason: &'a str,
    runner_up: Option<&'static str>,
    runner_up_lost: Option<&'a str>,
    readiness: ReadinessShape<'a>,
    /// Of the second operation, where there is one; of Cilium, where somebody asks for it and the cluster does not go there.
    second_readiness: Option<ReadinessShape<'a>>,
    suggested_pod_cidr: Option<String>,
    /// Why no pod CIDR is proposed.
    no_pod_cidr: Option<String>,
    candidate: Option<CandidateShape<'a>>,
}

impl<'a> From<&'a ClusterPlan> for ClusterShape<'a> {
    fn from(row: &'a ClusterPlan) -> Self {
        let recommendation = &row.recommendation;
        Self {
            cluster_id: row.readiness.cluster_id.as_str(),
            target: recommendation.target.as_str(),
            target_rule: recommendation.rule,
            target_reason: &recommendation.reason,
            runner_up: recommendation.runner_up.as_ref().map(|other| other.target.as_str()),
            runner_up_lost: recommendation.runner_up.as_ref().map(|other| other.lost.as_str()),
            readiness: (&row.readiness).into(),
            second_readiness: row.second.as_ref().map(ReadinessShape::from),
            suggested_pod_cidr: row.pod_cidr.as_ref().ok().map(|proposal| proposal.cidr.to_string()),
            no_pod_cidr: row.pod_cidr.as_ref().err().map(ToString::to_string),
            candidate: row.candidate.as_ref().map(CandidateShape::from),
        }
    }
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Readiness")]
struct ReadinessShape<'a> {
    verdict: VerdictShape,
    reasons: &'a [String],
    checks: Rows<'a, CheckResult, CheckShape<'a>>,
}

impl<'a> From<&'a Readiness> for ReadinessShape<'a> {
    fn from(row: &'a Readiness) -> Self {
        Self { verdict: row.verdict.into(), reasons: &row.reasons, checks: row.checks.as_slice().into() }
    }
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Check")]
struct CheckShape<'a> {
    check: &'static str,
    rule: &'static str,
    #[schemars(extend("enum" = ["info", "warning", "blocker"]))]
    severity: &'static str,
    /// `open` is for a person to answer.
    #[schemars(extend("enum" = ["pass", "fail", "unknown", "open"]))]
    status: &'static str,
    #[schemars(extend("enum" = ["arm", "manual", "unread"]))]
    visibility: &'static str,
    detail: Option<&'a str>,
    attested_until: Option<String>,
}

impl<'a> From<&'a CheckResult> for CheckShape<'a> {
    fn from(row: &'a CheckResult) -> Self {
        Self {
            check: row.check.as_str(),
            rule: &Checks::built_in().get(row.check).rule,
            severity: match row.severity {
                CheckSeverity::Info => "info",
                CheckSeverity::Warning => "warning",
                CheckSeverity::Blocker => "blocker",
            },
            status: match row.status {
                CheckStatus::Pass => "pass",
                CheckStatus::Fail => "fail",
                CheckStatus::Unknown => "unknown",
                CheckStatus::Open => "open",
            },
            visibility: match row.visibility {
                Visibility::Arm => "arm",
                Visibility::Manual => "manual",
                Visibility::Unread => "unread",
            },
            detail: row.detail.as_deref(),
            attested_until: row.attested_until.map(|day| day.to_string()),
        }
    }
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Candidate")]
struct CandidateShape<'a> {
    from: &'static str,
    to: &'static str,
    /// 1 is the most urgent.
    priority: u32,
    verdict: VerdictShape,
    blockers: Vec<&'static str>,
    reimages: u32,
    /// Addresses a move would free in virtual networks.
    ips_freed: Option<u64>,
    current_pod_cidr: Option<String>,
    suggested_pod_cidr: Option<String>,
    steps: Rows<'a, Step, StepShape<'a>>,
}

impl<'a> From<&'a Candidate> for CandidateShape<'a> {
    fn from(row: &'a Candidate) -> Self {
        Self {
            from: row.from.as_str(),
            to: row.to.as_str(),
            priority: row.priority,
            verdict: row.verdict.into(),
            blockers: ids(&row.blockers),
            reimages: row.reimages,
            ips_freed: row.ips_freed,
            current_pod_cidr: row.current_pod_cidr.map(|cidr| cidr.to_string()),
            suggested_pod_cidr: row.suggested_pod_cidr.map(|cidr| cidr.to_string()),
            steps: row.steps.as_slice().into(),
        }
    }
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Step")]
struct StepShape<'a> {
    title: &'a str,
    check: Option<&'static str>,
    reimages: bool,
    /// Whether it can share a window with the re-image before it.
    batches_with_previous: bool,
    wait_days: u32,
}

impl<'a> From<&'a Step> for StepShape<'a> {
    fn from(row: &'a Step) -> Self {
        Self {
            title: &row.title,
            check: row.check.map(CheckId::as_str),
            reimages: row.reimages,
            batches_with_previous: row.batches_with_previous,
            wait_days: row.wait_days,
        }
    }
}

/// When the clusters move that can move in place.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Plan")]
pub(super) struct PlanShape<'a> {
    #[schemars(extend("enum" = ["fits", "impossible", "not-found"]))]
    fit: &'static str,
    #[schemars(extend("format" = "date"))]
    target: String,
    #[schemars(extend("format" = "date"))]
    deadline: String,
    /// When the last wave has soaked.
    finish: Option<String>,
    /// Days from `finish` to `target`; negative when late.
    margin_days: Option<i64>,
    waves: Rows<'a, Wave, WaveShape<'a>>,
    steps: Rows<'a, PlannedStep, PlannedShape<'a>>,
    /// What holds a late plan, and the days over the target without it.
    bindings: Vec<(&'static str, i64)>,
    unplaced: Rows<'a, Unplaced, UnplacedShape<'a>>,
    notes: &'a [String],
}

impl<'a> From<&'a Plan> for PlanShape<'a> {
    fn from(plan: &'a Plan) -> Self {
        Self {
            fit: match plan.fit {
                Fit::Fits => "fits",
                Fit::Impossible => "impossible",
                Fit::NotFound => "not-found",
            },
            target: plan.target.to_string(),
            deadline: plan.deadline.to_string(),
            finish: plan.finish.map(|day| day.to_string()),
            margin_days: plan.margin_days,
            waves: plan.waves.as_slice().into(),
            steps: plan.steps.as_slice().into(),
            bindings: plan.bindings.iter().map(|b| (b.constraint.as_str(), b.days_over_without)).collect(),
            unplaced: plan.unplaced.as_slice().into(),
            notes: &plan.notes,
        }
    }
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Wave")]
struct WaveShape<'a> {
    wave: u32,
    start: String,
    end: String,
    clusters: Vec<&'a str>,
    rehearsal: bool,
    late: bool,
}

impl<'a> From<&'a Wave> for WaveShape<'a> {
    fn from(row: &'a Wave) -> Self {
        Self {
            wave: row.number,
            start: row.start.to_string(),
            end: row.end.to_string(),
            clusters: row.clusters.iter().map(ResourceId::as_str).collect(),
            rehearsal: row.rehearsal,
            late: row.late,
        }
    }
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "PlannedStep")]
struct PlannedShape<'a> {
    wave: Option<u32>,
    start: String,
    end: String,
    cluster_id: &'a str,
    name: &'a str,
    step: &'a str,
    reimages: bool,
    depends_on: &'a [String],
    note: &'a str,
}

impl<'a> From<&'a PlannedStep> for PlannedShape<'a> {
    fn from(row: &'a PlannedStep) -> Self {
        Self {
            wave: row.wave,
            start: row.start.to_string(),
            end: row.end.to_string(),
            cluster_id: row.cluster_id.as_str(),
            name: &row.name,
            step: &row.step,
            reimages: row.reimages,
            depends_on: &row.depends_on,
            note: &row.note,
        }
    }
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Unplaced")]
struct UnplacedShape<'a> {
    cluster_id: &'a str,
    reason: String,
}

impl<'a> From<&'a Unplaced> for UnplacedShape<'a> {
    fn from(row: &'a Unplaced) -> Self {
        Self { cluster_id: row.cluster_id.as_str(), reason: row.reason.to_string() }
    }
}

/// A retirement that hits a resource.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Retirement")]
pub(super) struct RetirementShape<'a> {
    retirement_id: &'static str,
    date: Option<String>,
    /// Negative when the date has passed.
    days_left: Option<i64>,
    severity: SeverityShape,
    resource_id: &'a str,
    node_pool: Option<&'a str>,
    detail: &'a str,
    remediation: &'a str,
    source: &'a str,
}

impl<'a> From<&'a RetirementItem> for RetirementShape<'a> {
    fn from(row: &'a RetirementItem) -> Self {
        Self {
            retirement_id: row.id.as_str(),
            date: row.date.map(|day| day.to_string()),
            days_left: row.days_left,
            severity: row.severity.into(),
            resource_id: row.resource_id.as_str(),
            node_pool: row.node_pool.as_deref(),
            detail: &row.detail,
            remediation: &row.remediation,
            source: &row.source,
        }
    }
}
