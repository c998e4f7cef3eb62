//! Gathers a runbook from what other rooms have decided.

use std::collections::{BTreeSet, HashMap};

use jiff::civil::Date;

use super::{Item, Runbook, SubnetArithmetic, procedure};
use crate::{
    assess::{
        audit::{Audit, ClusterRecord, ClusterRow, SubnetRow},
        migration::{ClusterPlan, Operation, POD_SUBNET_RULE, Readiness, SubnetFootprint, Target, Verdict},
        outlook::{Change, Fix},
        schedule::{PlannedStep, UnplacedReason},
    },
    ipam::{Cidr, IpamMode},
    rules::{CheckId, CheckRule, Checks},
};

/// What a runbook is gathered from: references into an audit, small beside the page that comes of them.
#[derive(Debug, Clone)]
pub struct Sources<'a> {
    /// The audit's date.
    pub as_of: Date,
    /// When support of the cluster's present mode ends, where it does.
    pub deadline: Option<Date>,
    /// The cluster's row.
    pub row: &'a ClusterRow,
    /// The rows of the subnets it touches, as far as there are any.
    pub subnets: Vec<&'a SubnetRow>,
    /// What was decided about it.
    pub decided: &'a ClusterPlan,
    /// Its steps in the plan, in order; none without a plan.
    pub steps: Vec<&'a PlannedStep>,
    /// Why the plan has no place for it, where it has none.
    pub unplaced: Option<&'a UnplacedReason>,
    /// What ends a shortfall by changing this cluster.
    pub fixes: Vec<&'a Fix>,
    /// What the catalogue says about a check.
    pub text: fn(CheckId) -> &'static CheckRule,
}

impl Sources<'_> {
    /// Whether an operation changes the cluster in place, so that the checks before it are asked.
    #[must_use]
    pub fn is_changed_in_place(&self) -> bool {
        !operations(self.decided.recommendation.target, self.decided.readiness.verdict).is_empty()
    }
}

/// What the runbooks of an audit are gathered from, by the id of the cluster. [`build`] turns each into its page, one at
/// a time, so that a large estate needs no room for all of them.
#[must_use]
pub fn sources<'a>(audit: &'a Audit) -> Vec<Sources<'a>> {
    let plan = &audit.plan;
    let mut steps: HashMap<_, Vec<_>> = HashMap::new();
    for step in &plan.steps {
        steps.entry(&step.cluster_id).or_default().push(step);
    }
    let mut fixes: HashMap<_, Vec<_>> = HashMap::new();
    for fix in audit.fixes() {
        let changed: BTreeSet<_> = fix.changes.iter().map(Change::cluster_id).collect();
        for id in changed {
            fixes.entry(id).or_default().push(fix);
        }
    }
    let one = |record: &'a ClusterRecord| {
        let ClusterRecord { row, decided, .. } = record;
        let touched = decided.candidate.iter().flat_map(|candidate| &candidate.footprint.subnets);
        let unplaced = plan.unplaced.iter().find(|one| one.cluster_id == row.id);
        Sources {
            as_of: audit.header.as_of,
            deadline: decided.exposure.as_ref().map(|_| plan.deadline),
            row,
            subnets: touched.filter_map(|one| audit.subnet(&one.subnet_id)).collect(),
            decided,
            steps: steps.remove(&row.id).unwrap_or_default(),
            unplaced: unplaced.map(|one| &one.reason),
            fixes: fixes.remove(&row.id).unwrap_or_default(),
            text: |id| Checks::built_in().get(id),
        }
    };
    audit.clusters.iter().filter(|one| one.decided.has_runbook()).map(one).collect()
}

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
        deadline: sources.deadline,
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
        operations,
    }
}

/// A verdict of `rebuild` leaves nothing to do in place, whatever the target.
fn operations(target: Target, verdict: Verdict) -> Vec<Operation> {
    match target {
        _ if verdict == Verdict::Rebuild => Vec::new(),
        Target::Overlay => vec![Operation::Overlay],
        Target::OverlayThenCilium => vec![Operation::Overlay, Operation::Cilium],
        Target::Cilium => vec![Operation::Cilium],
        Target::Stay
        | Target::PodSubnet
        | Target::NewPools
        | Target::LargerSubnet
        | Target::ExpandPodCidr
        | Target::NewCluster
        | Target::Undecided => Vec::new(),
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

pub(super) fn item(readiness: &Readiness, text: fn(CheckId) -> &'static CheckRule, id: CheckId) -> Item<'_> {
    let result = readiness.checks.iter().find(|result| result.check == id);
    Item {
        id,
        rule: text(id),
        facts: result.map_or(&[], |result| &result.facts),
        wording: result.and_then(|result| result.wording.as_deref()),
    }
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
