//! Gathers a runbook from what other rooms have decided.

use super::{
    Item, Runbook, SubnetArithmetic, procedure,
    sources::{Sources, item, operations},
};
use crate::{
    assess::{
        audit::SubnetRow,
        migration::{ClusterPlan, POD_SUBNET_RULE, Readiness, SubnetFootprint, Target},
    },
    ipam::{Cidr, IpamMode},
    rules::CheckId,
};

/// Gathers the runbook of one cluster.
#[must_use]
pub fn build<'a>(sources: &Sources<'a>) -> Runbook<'a> {
    let ClusterPlan { readiness, recommendation, candidate, .. } = sources.decided;
    let footprint = candidate.as_ref().map(|one| &one.footprint);
    let items = |ids: &[CheckId]| -> Vec<Item<'a>> {
        ids.iter().map(|id| item(readiness, sources.text, *id)).collect()
    };
    let second = sources.decided.second.as_ref();
    let from = sources.decided.from;
    let operations = operations(recommendation.target, readiness.verdict);
    let current_pod_cidr = candidate.as_ref().and_then(|one| one.current_pod_cidr);
    let suggested = candidate.as_ref().and_then(|one| one.suggested_pod_cidr);
    Runbook {
        row: sources.row,
        as_of: sources.as_of,
        from,
        target: recommendation.target,
        target_rule: recommendation.rule,
        target_reason: &recommendation.reason,
        runner_up: recommendation.runner_up,
        questions: &recommendation.questions,
        verdict: readiness.verdict,
        reasons: readiness.reasons(),
        cilium_wanted: sources.decided.cilium_wanted().map(|one| one.verdict),
        current_pod_cidr,
        new_pod_cidr: match recommendation.target {
            Target::NewCluster => suggested,
            _ => given_pod_cidr(from, current_pod_cidr, suggested),
        },
        has_windows: footprint.is_some_and(|footprint| footprint.has_windows),
        needs_pod_subnet: recommendation.rule == POD_SUBNET_RULE,
        fixes: sources.fixes.clone(),
        unplaced: sources.unplaced,
        first: &recommendation.first,
        blockers: items(&readiness.blockers),
        unknown: items(&readiness.unknown_checks),
        manual: items(&readiness.manual_checks),
        warnings: items(&readiness.warnings),
        second_blockers: second.map_or(Vec::new(), |one| only_second(sources, one, &[&one.blockers])),
        second_checks: second.map_or(Vec::new(), |one| {
            only_second(sources, one, &[&one.unknown_checks, &one.manual_checks, &one.warnings])
        }),
        also: &recommendation.also,
        subnets: footprint
            .map_or(&[][..], |f| &f.subnets)
            .iter()
            .map(|s| arithmetic(s, sources.subnets.iter().find(|row| row.id == s.subnet_id).copied()))
            .collect(),
        route_tables: footprint.map_or(&[][..], |footprint| &footprint.route_tables),
        reimages: sources.decided.reimages(),
        duration: sources.decided.duration.as_ref(),
        planned: sources.steps.clone(),
        steps: procedure::steps(sources, &operations),
        site: &sources.decided.site,
        neighbours: &sources.decided.neighbours,
        operations,
    }
}

/// kubenet keeps its pod CIDR unless another is given (MIG-023); a node-subnet cluster has none and needs one (MIG-024).
fn given_pod_cidr(from: IpamMode, current: Option<Cidr>, suggested: Option<Cidr>) -> Option<Cidr> {
    let kept = from == IpamMode::Kubenet && suggested == current;
    suggested.filter(|_| !kept)
}

/// Checks of the second operation that nobody has met on the way to the first.
fn only_second<'a>(sources: &Sources<'a>, second: &'a Readiness, lists: &[&Vec<CheckId>]) -> Vec<Item<'a>> {
    let asked = |id: &&CheckId| sources.decided.readiness.checks.iter().any(|result| result.check == **id);
    let ids = lists.iter().copied().flatten().filter(|id| !asked(id));
    ids.map(|id| item(second, sources.text, *id)).collect()
}

fn arithmetic<'a>(footprint: &'a SubnetFootprint, row: Option<&SubnetRow>) -> SubnetArithmetic<'a> {
    let signed = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let before = footprint.free;
    SubnetArithmetic {
        subnet_id: &footprint.subnet_id,
        usable: row.and_then(|row| row.usable),
        free_before: before,
        surge: footprint.surge,
        free_during: before.zip(footprint.surge).map(|(free, surge)| free.saturating_sub(signed(surge))),
        freed: footprint.freed,
        free_after: before.zip(footprint.freed).map(|(free, freed)| free.saturating_add(signed(freed))),
    }
}
