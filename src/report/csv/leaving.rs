//! The tables of leaving: exposure, candidates, the plan, retirements.

use super::{
    Column,
    cell::{Cell, list, maybe, maybe_text, number, text},
    column,
};
use crate::{
    assess::{
        audit::{Audit, KubenetRow},
        migration::{Candidate, Exposure, RetirementItem},
        schedule::PlannedStep,
    },
    rules::CheckId,
};

/// A kubenet cluster, and what is known of its way out.
pub(super) type Exposed<'a> = (&'a KubenetRow, Option<&'a Exposure>);

pub(super) fn exposed(audit: &Audit) -> impl Iterator<Item = Exposed<'_>> {
    audit.kubenet.iter().map(|row| (row, audit.leaving.exposure.get(&row.cluster_id)))
}

pub(super) fn kubenet_exposure<'a>() -> Vec<Column<Exposed<'a>>> {
    vec![
        column("cluster_id", |(row, _)| text(row.cluster_id.as_str())),
        column("subscription_id", |(row, _)| text(String::from(row.cluster_id.subscription()))),
        column("cluster", |(row, _)| text(row.cluster_id.name())),
        column("location", |(row, _)| text(&row.location)),
        column("nodes", |(row, _)| maybe(row.nodes)),
        column("nodes_scale_max", |(row, _)| maybe(row.nodes_scale_max)),
        column("retirement_date", |(row, _)| number(row.retirement_date)),
        column("days_left", |(row, _)| number(row.days_left)),
        column("verdict", |(_, one)| maybe_text(one.map(|one| one.verdict.as_str()))),
        column("blockers", |(_, one)| checks(one.map(|one| &one.blockers))),
        column("warnings", |(_, one)| checks(one.map(|one| &one.warnings))),
        column("manual_checks", |(_, one)| checks(one.map(|one| &one.manual_checks))),
        column("unknown_checks", |(_, one)| checks(one.map(|one| &one.unknown_checks))),
        column("reimages", |(_, one)| maybe(one.map(|one| one.reimages))),
        column("recommended_target", |(_, one)| maybe_text(one.map(|one| one.target.as_str()))),
        column("severity", |(row, _)| text(row.severity.as_str())),
        column("owner", |(row, _)| maybe_text(row.owner.as_ref())),
        column("environment", |(row, _)| maybe_text(row.environment.as_ref())),
        column("production", |(_, one)| maybe_text(one.map(|one| yes_or_no(one.production)))),
        column("score", |(_, one)| maybe(one.map(|one| one.score))),
        column("reasons", |(_, one)| one.map_or(Cell::Empty, |one| list(&one.reasons))),
        column("route_table", |(_, one)| maybe_text(one.map(|one| one.route_table.as_str()))),
        column("routes_used", |(_, one)| maybe(one.and_then(|one| one.routes).map(|routes| routes.0))),
        column("routes_allowed", |(_, one)| maybe(one.and_then(|one| one.routes).map(|routes| routes.1))),
        column("pod_cidr_nodes", |(_, one)| maybe(one.and_then(|one| one.pod_cidr).map(|pods| pods.1))),
        column("identity", |(_, one)| maybe_text(one.and_then(|one| one.identity.as_ref()))),
        column("network_policy", |(_, one)| maybe_text(one.and_then(|one| one.policy.as_ref()))),
        column("kubernetes_version", |(_, one)| {
            maybe_text(one.and_then(|one| one.kubernetes_version.as_ref()))
        }),
        column("version_support_ends", |(_, one)| maybe(one.and_then(|one| one.version_support_ends))),
        column("created_recently", |(_, one)| maybe_text(one.and_then(|one| one.is_new).map(yes_or_no))),
    ]
}

fn yes_or_no(holds: bool) -> &'static str {
    if holds { "true" } else { "false" }
}

fn checks(ids: Option<&Vec<CheckId>>) -> Cell<'_> {
    ids.map_or(Cell::Empty, |ids| list(ids.iter().map(|id| id.as_str())))
}

/// A candidate, and the wave in which it moves.
pub(super) type InWave<'a> = (&'a Candidate, Option<u32>);

pub(super) fn candidates(audit: &Audit) -> impl Iterator<Item = InWave<'_>> {
    let leaving = &audit.leaving;
    leaving.candidates().map(|row| (row, leaving.waves.get(&row.cluster_id).copied()))
}

pub(super) fn migration_candidates<'a>() -> Vec<Column<InWave<'a>>> {
    vec![
        column("cluster_id", |(row, _)| text(row.cluster_id.as_str())),
        column("from", |(row, _)| text(row.from.as_str())),
        column("to", |(row, _)| text(row.to.as_str())),
        column("reason", |(row, _)| text(&row.reason)),
        column("priority", |(row, _)| number(row.priority)),
        column("verdict", |(row, _)| text(row.verdict.as_str())),
        column("blockers", |(row, _)| checks(Some(&row.blockers))),
        column("reimages", |(row, _)| number(row.reimages)),
        column("ips_freed", |(row, _)| maybe(row.ips_freed)),
        column("current_pod_cidr", |(row, _)| maybe_text(cidr(row.current_pod_cidr))),
        column("suggested_pod_cidr", |(row, _)| maybe_text(cidr(row.suggested_pod_cidr))),
        column("wave", |(_, wave)| maybe(*wave)),
    ]
}

fn cidr(cidr: Option<crate::ipam::Cidr>) -> Option<String> {
    cidr.map(|cidr| cidr.to_string())
}

/// The steps of all clusters, by cluster and in order.
pub(super) fn steps(audit: &Audit) -> impl Iterator<Item = &PlannedStep> {
    let mut steps: Vec<_> = audit.leaving.plan.steps.iter().collect();
    steps.sort_by(|a, b| a.cluster_id.cmp(&b.cluster_id));
    steps.into_iter()
}

pub(super) fn migration_plan<'a>() -> Vec<Column<&'a PlannedStep>> {
    vec![
        column("wave", |row| maybe(row.wave)),
        column("start", |row| number(row.start)),
        column("end", |row| number(row.end)),
        column("cluster_id", |row| text(row.cluster_id.as_str())),
        column("step", |row| text(&row.step)),
        column("depends_on", |row| list(&row.depends_on)),
        column("note", |row| text(&row.note)),
        column("name", |row| text(&row.name)),
        column("reimages", |row| text(yes_or_no(row.reimages))),
    ]
}

/// What is retired, by resource.
pub(super) fn hits(audit: &Audit) -> impl Iterator<Item = &RetirementItem> {
    let mut items: Vec<_> = audit.leaving.retirements.iter().collect();
    items.sort_by(|a, b| (&a.resource_id, &a.node_pool).cmp(&(&b.resource_id, &b.node_pool)));
    items.into_iter()
}

pub(super) fn retirements<'a>() -> Vec<Column<&'a RetirementItem>> {
    vec![
        column("retirement_id", |row| text(row.id.as_str())),
        column("date", |row| maybe(row.date)),
        column("days_left", |row| maybe(row.days_left)),
        column("resource_id", |row| text(row.resource_id.as_str())),
        column("node_pool", |row| maybe_text(row.node_pool.as_ref())),
        column("detail", |row| text(&row.detail)),
        column("remediation", |row| text(&row.remediation)),
        column("source", |row| text(&row.source)),
        column("severity", |row| text(row.severity.as_str())),
    ]
}
