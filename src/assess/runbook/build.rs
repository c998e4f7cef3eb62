//! Gathers a runbook from what other rooms have decided.

use std::collections::{BTreeSet, HashMap};

use jiff::civil::Date;

use super::{Item, Runbook, SubnetArithmetic};
use crate::{
    assess::{
        audit::{Audit, ClusterRow, Departure, Leaving, SubnetRow},
        migration::{
            CheckResult, ClusterPlan, Duration, Operation, POD_SUBNET_RULE, Readiness, SubnetFootprint,
            Target, Verdict,
        },
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
    /// How long one re-image may take; unknown where nodes are.
    pub duration: Option<&'a Duration>,
    /// Its steps in the plan, in order; none without a plan.
    pub steps: Vec<&'a PlannedStep>,
    /// Why the plan has no place for it, where it has none.
    pub unplaced: Option<&'a UnplacedReason>,
    /// What ends a shortfall by changing this cluster.
    pub fixes: Vec<&'a Fix>,
    /// What the catalogue says about a check.
    pub text: fn(CheckId) -> &'static CheckRule,
}

/// What the runbooks of an audit are gathered from, by the id of the cluster. [`build`] turns each into its page, one at
/// a time, so that a large estate needs no room for all of them.
#[must_use]
pub fn sources<'a>(audit: &'a Audit) -> Vec<Sources<'a>> {
    let Leaving { clusters, plan, .. } = &audit.leaving;
    let rows: HashMap<_, _> = audit.clusters.iter().map(|row| (&row.id, row)).collect();
    let subnets: HashMap<_, _> = audit.subnets.iter().map(|row| (&row.id, row)).collect();
    let mut steps: HashMap<_, Vec<_>> = HashMap::new();
    for step in &plan.steps {
        steps.entry(&step.cluster_id).or_default().push(step);
    }
    let unplaced: HashMap<_, _> = plan.unplaced.iter().map(|one| (&one.cluster_id, &one.reason)).collect();
    let mut fixes: HashMap<_, Vec<_>> = HashMap::new();
    for fix in &audit.fixes {
        let changed: BTreeSet<_> = fix.changes.iter().map(Change::cluster_id).collect();
        for id in changed {
            fixes.entry(id).or_default().push(fix);
        }
    }
    let one = |departure: &'a Departure| {
        let Departure { decided, duration, .. } = departure;
        let ClusterPlan { readiness, candidate, .. } = decided;
        let row: &ClusterRow = rows.get(&readiness.cluster_id)?;
        let touched = candidate.iter().flat_map(|candidate| &candidate.footprint.subnets);
        Some(Sources {
            as_of: audit.header.as_of,
            deadline: row.ipam_modes.contains(&IpamMode::Kubenet).then_some(plan.deadline),
            row,
            subnets: touched.filter_map(|one| subnets.get(&one.subnet_id).copied()).collect(),
            decided,
            duration: duration.as_ref(),
            steps: steps.remove(&readiness.cluster_id).unwrap_or_default(),
            unplaced: unplaced.get(&readiness.cluster_id).copied(),
            fixes: fixes.remove(&readiness.cluster_id).unwrap_or_default(),
            text: |id| Checks::built_in().get(id),
        })
    };
    clusters.iter().filter(|one| one.has_runbook).filter_map(one).collect()
}

/// Gathers the runbook of one cluster.
#[must_use]
pub fn build(sources: &Sources<'_>) -> Runbook {
    let ClusterPlan { readiness, recommendation, candidate, .. } = sources.decided;
    let footprint = candidate.as_ref().map(|one| &one.footprint);
    let items =
        |ids: &[CheckId]| -> Vec<Item> { ids.iter().map(|id| item(readiness, sources.text, *id)).collect() };
    let second = sources.decided.second.as_ref();
    let from = candidate.as_ref().map_or_else(|| mode(sources.row), |one| one.from);
    let operations = operations(recommendation.target, readiness.verdict);
    let current_pod_cidr = candidate.as_ref().and_then(|one| one.current_pod_cidr);
    let suggested = candidate.as_ref().and_then(|one| one.suggested_pod_cidr);
    Runbook {
        cluster_id: sources.row.id.clone(),
        location: sources.row.location.clone(),
        as_of: sources.as_of,
        deadline: sources.deadline,
        from,
        target: recommendation.target,
        target_rule: recommendation.rule,
        target_reason: recommendation.reason.clone(),
        runner_up: recommendation.runner_up,
        questions: recommendation.questions.clone(),
        verdict: readiness.verdict,
        reasons: readiness.reasons().into_iter().cloned().collect(),
        facts: facts(sources.row),
        cilium_wanted: sources.decided.cilium_wanted().map(|one| one.verdict),
        operations,
        current_pod_cidr,
        new_pod_cidr: match recommendation.target {
            Target::NewCluster => suggested,
            _ => given_pod_cidr(from, current_pod_cidr, suggested),
        },
        has_windows: footprint.is_some_and(|footprint| footprint.has_windows),
        needs_pod_subnet: recommendation.rule == POD_SUBNET_RULE,
        fixes: sources.fixes.iter().copied().cloned().collect(),
        unplaced: sources.unplaced.cloned(),
        first: recommendation.first.clone(),
        blockers: items(&readiness.blockers),
        unknown: items(&readiness.unknown_checks),
        manual: items(&readiness.manual_checks),
        warnings: items(&readiness.warnings),
        second_blockers: second.map_or(Vec::new(), |one| only_second(sources, one, &[&one.blockers])),
        second_checks: second.map_or(Vec::new(), |one| {
            only_second(sources, one, &[&one.unknown_checks, &one.manual_checks, &one.warnings])
        }),
        also: recommendation.also.clone(),
        subnets: footprint
            .map_or(&[][..], |f| &f.subnets)
            .iter()
            .map(|s| arithmetic(s, sources.subnets.iter().find(|row| row.id == s.subnet_id).copied()))
            .collect(),
        route_tables: footprint.map_or(Vec::new(), |footprint| footprint.route_tables.clone()),
        reimages: candidate.as_ref().map_or(0, |one| one.reimages),
        duration: sources.duration.cloned(),
        steps: sources.steps.iter().copied().cloned().collect(),
    }
}

fn mode(row: &ClusterRow) -> IpamMode {
    row.ipam_modes.first().copied().unwrap_or(IpamMode::Unknown)
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
fn only_second(sources: &Sources<'_>, second: &Readiness, lists: &[&Vec<CheckId>]) -> Vec<Item> {
    let asked = |id: &&CheckId| sources.decided.readiness.checks.iter().any(|result| result.check == **id);
    let ids = lists.iter().copied().flatten().filter(|id| !asked(id));
    ids.map(|id| item(second, sources.text, *id)).collect()
}

fn item(readiness: &Readiness, text: fn(CheckId) -> &'static CheckRule, id: CheckId) -> Item {
    let result: Option<&CheckResult> = readiness.checks.iter().find(|result| result.check == id);
    Item {
        id,
        rule: text(id),
        detail: result.and_then(|result| result.detail.clone()),
        wording: result.and_then(|result| result.wording.as_deref().cloned()),
    }
}

fn facts(row: &ClusterRow) -> Vec<(&'static str, String)> {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let number = |value: Option<u64>| value.map(|n| n.to_string()).unwrap_or_default();
    let modes: Vec<_> = row.ipam_modes.iter().map(ToString::to_string).collect();
    let mut facts = vec![
        ("Subscription", row.subscription_name.clone().unwrap_or_else(|| row.subscription_id.to_string())),
        ("Resource group", row.id.resource_group().unwrap_or_default().to_owned()),
        ("Region", row.location.clone()),
        ("Kubernetes", text(&row.kubernetes_version)),
        ("Tier", text(&row.sku_tier)),
        ("Power state", text(&row.power_state)),
        ("Provisioning state", text(&row.provisioning_state)),
        ("IPAM mode", modes.join(" + ")),
        ("Data plane", text(&row.network_dataplane)),
        ("Policy engine", text(&row.network_policy)),
        ("IP families", row.ip_families.join(", ")),
        ("Pod CIDRs", row.pod_cidrs.join(", ")),
        ("Service CIDRs", row.service_cidrs.join(", ")),
        ("Outbound type", text(&row.outbound_type)),
        ("Identity", text(&row.identity_type)),
        ("Node pools", row.pools.len().to_string()),
        ("Nodes now", number(row.nodes)),
        ("Nodes at autoscaler maximum", number(row.nodes_scale_max)),
        ("Nodes the pod CIDR has room for", number(row.pod_cidr_node_capacity)),
        ("Owner", text(&row.owner)),
        ("Environment", text(&row.environment)),
    ];
    facts.retain(|(_, value)| !value.is_empty());
    facts
}

fn arithmetic(footprint: &SubnetFootprint, row: Option<&SubnetRow>) -> SubnetArithmetic {
    let signed = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let before = footprint.free;
    SubnetArithmetic {
        subnet_id: footprint.subnet_id.clone(),
        usable: row.and_then(|row| row.usable),
        free_before: before,
        surge: footprint.surge,
        free_during: before.zip(footprint.surge).map(|(free, surge)| free.saturating_sub(signed(surge))),
        freed: footprint.freed,
        free_after: before.zip(footprint.freed).map(|(free, freed)| free.saturating_add(signed(freed))),
    }
}
