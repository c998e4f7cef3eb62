//! The way of a cluster: preparation in the documented order, the operations, and what each re-images.

use super::{
    action::Action,
    beside::STATE,
    checks::{CheckFact, IdentityFault},
    pod_cidr::Proposal,
    types::{CheckResult, CheckStatus, Operation, Readiness, Step, Target, Work},
};
use crate::rules::{CheckId, CheckRule, CheckSeverity, Checks};

/// Blockers that another pod CIDR removes, given with the operation itself, unless they have a second cause.
const BY_POD_CIDR: [CheckId; 6] = [
    CheckId::PodCidrSupplied,
    CheckId::PodCidrSubnets,
    CheckId::PodCidrPeers,
    CheckId::ServiceCidr,
    CheckId::ReservedRanges,
    CheckId::PodCidrSize,
];

/// Whether another pod CIDR removes a blocker, and with it all its causes.
pub(super) fn cured_by_pod_cidr(result: &CheckResult) -> bool {
    BY_POD_CIDR.contains(&result.check) && !result.rebuild
}

/// The steps to a target. Checks that one change mends share a step (the first of them names it).
pub(super) fn steps(
    readiness: &Readiness,
    target: Target,
    proposal: Option<&Proposal>,
    mends: &[(CheckId, Vec<Action>)],
) -> Vec<Step> {
    if matches!(target, Target::Stay | Target::Undecided) {
        return Vec::new();
    }
    // The readiness speaks of Overlay or Cilium; what else changes the cluster needs no more than its state.
    let mut steps = match target {
        Target::Overlay | Target::OverlayThenCilium | Target::Cilium => {
            preparation(readiness, proposal, mends, |_| true)
        }
        Target::ExpandPodCidr | Target::NewPools | Target::LargerSubnet | Target::PodSubnet => {
            preparation(readiness, None, mends, |id| STATE.contains(&id))
        }
        Target::NewCluster | Target::Stay | Target::Undecided => Vec::new(),
    };
    for work in operations(target, proposal) {
        let follows = steps.last().is_some_and(|step: &Step| step.reimages && step.wait_days == 0);
        steps.push(Step {
            work,
            also: Vec::new(),
            reimages: matches!(work, Work::Overlay | Work::Cilium),
            batches_with_previous: follows && work == Work::Overlay,
            wait_days: 0,
            in_window: false,
        });
    }
    steps
}

fn operations(target: Target, proposal: Option<&Proposal>) -> Vec<Work> {
    match target {
        Target::Overlay => vec![Work::Overlay],
        Target::OverlayThenCilium => vec![Work::Overlay, Work::Cilium],
        Target::Cilium => vec![Work::Cilium],
        Target::NewCluster => vec![Work::NewCluster],
        Target::PodSubnet => vec![Work::PodSubnetPools],
        Target::NewPools => vec![Work::NewPools],
        Target::LargerSubnet => vec![Work::LargerSubnet],
        Target::ExpandPodCidr => vec![Work::ExpandPodCidr(proposal.map(|proposal| proposal.cidr))],
        Target::Stay | Target::Undecided => Vec::new(),
    }
}

/// One step for each blocker, and for each warning whose remedy re-images.
fn preparation(
    readiness: &Readiness,
    proposal: Option<&Proposal>,
    mends: &[(CheckId, Vec<Action>)],
    counts: impl Fn(CheckId) -> bool,
) -> Vec<Step> {
    let rules = Checks::built_in();
    let is_due = |result: &&CheckResult| {
        result.status == CheckStatus::Fail
            && (result.severity == CheckSeverity::Blocker
                || (result.severity == CheckSeverity::Warning
                    && rules.get(result.check).reimages
                    && !stays(result)))
    };
    let due = readiness.checks.iter().filter(is_due);
    let mut due: Vec<_> = due.filter(|result| counts(result.check)).collect();
    // The load balancer comes with the move out of availability sets, where there are any.
    // A stopped cluster can be started and nothing else. <https://learn.microsoft.com/azure/aks/start-stop-cluster>
    // The load balancer and availability sets need 1.27, as the move itself does.
    // <https://learn.microsoft.com/azure/aks/upgrade-basic-load-balancer-on-aks>
    // An image that nobody can say how to replace is in the way of an upgrade too.
    let with_sets = due
        .iter()
        .any(|result| result.check == CheckId::AvailabilitySets)
        .then(|| rules.get(CheckId::AvailabilitySets).order);
    let by_hand = |check: CheckId| !mends.iter().any(|(id, _)| *id == check);
    let place = |check: CheckId| match check {
        CheckId::ClusterRunning => (1, 0),
        CheckId::NodeImageExists if by_hand(check) => (1, 1),
        CheckId::KubernetesVersion => (1, 2),
        CheckId::BasicLoadBalancer => (with_sets.unwrap_or(rules.get(check).order), 2),
        _ => (rules.get(check).order, 1),
    };
    due.sort_by_key(|result| (place(result.check), result.check));
    let mut steps: Vec<Step> = Vec::new();
    for result in due {
        let id = result.check;
        let rule = rules.get(id);
        let by_pod_cidr = cured_by_pod_cidr(result) && readiness.operation == Operation::Overlay;
        let work = match proposal.filter(|_| by_pod_cidr) {
            Some(proposal) => Work::AgreeOnPodCidr(id, proposal.cidr),
            None => Work::Mend(id),
        };
        if let Some(step) = steps.iter_mut().find(|step| are_one(step.work, work, mends)) {
            step.also.push(id);
            step.wait_days = step.wait_days.max(days(rule, by_hand(id)));
            step.reimages |= rule.reimages;
            continue;
        }
        steps.push(Step {
            work,
            also: Vec::new(),
            reimages: rule.reimages,
            batches_with_previous: false,
            wait_days: days(rule, by_hand(id)),
            in_window: matches!(id, CheckId::RouteTableForeignSubnets | CheckId::CiliumNodeAutoProvisioning),
        });
    }
    // What is done in the window of the move comes right before it.
    steps.sort_by_key(|step| step.in_window);
    for place in 1..steps.len() {
        let follows = steps.get(place - 1).is_some_and(|step| step.reimages && step.wait_days == 0);
        if let Some(step) = steps.get_mut(place) {
            step.batches_with_previous = follows && step.reimages;
        }
    }
    steps
}

/// Whether what a warning is about stays as it is: the engine of Cilium belongs to its data plane.
fn stays(result: &CheckResult) -> bool {
    let fault = CheckFact::Fails(IdentityFault::CiliumEngine.into());
    result.facts.contains(&fault)
}

/// Days from the beginning of a step to that of the next: what it takes where people do it, and what is waited for.
fn days(rule: &CheckRule, by_hand: bool) -> u32 {
    rule.wait_days.saturating_add(if by_hand { rule.takes_days } else { 0 })
}

/// Whether one change does both: the pod CIDR, the move out of availability sets, which brings a Standard load balancer
/// (<https://learn.microsoft.com/azure/aks/availability-sets-on-aks>), or the same commands.
fn are_one(one: Work, other: Work, mends: &[(CheckId, Vec<Action>)]) -> bool {
    match (one, other) {
        (Work::AgreeOnPodCidr(..), Work::AgreeOnPodCidr(..))
        | (Work::Mend(CheckId::AvailabilitySets), Work::Mend(CheckId::BasicLoadBalancer)) => true,
        (Work::Mend(one), Work::Mend(other)) => {
            let known = |check| mends.iter().find(|(id, _)| *id == check).map(|(_, actions)| actions);
            let fix = |check: CheckId| &Checks::built_in().get(check).fix;
            match (known(one), known(other)) {
                (Some(one), Some(other)) => one == other,
                (None, None) => !fix(one).is_empty() && fix(one) == fix(other),
                _ => false,
            }
        }
        _ => false,
    }
}
