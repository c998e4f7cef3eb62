//! The way of a cluster: preparation in the documented order, the operations, and what each re-images.

use super::{
    advice::STATE,
    pod_cidr::Proposal,
    types::{CheckStatus, Operation, Readiness, Step, StepKind, Target},
};
use crate::rules::{CheckId, CheckSeverity, Checks};

/// Blockers that another pod CIDR removes, given with the operation itself.
pub(super) const BY_POD_CIDR: [CheckId; 6] = [
    CheckId::PodCidrSupplied,
    CheckId::PodCidrSubnets,
    CheckId::PodCidrPeers,
    CheckId::ServiceCidr,
    CheckId::ReservedRanges,
    CheckId::PodCidrSize,
];

/// The steps to a target. Checks that one change mends share a step (the first of them names it).
pub(super) fn steps(readiness: &Readiness, target: Target, proposal: Option<&Proposal>) -> Vec<Step> {
    let larger = proposal.map(|proposal| format!("expand the pod CIDR to {}", proposal.cidr));
    if matches!(target, Target::Stay | Target::Undecided) {
        return Vec::new();
    }
    // The readiness speaks of Overlay or Cilium; what else changes the cluster needs no more than its state.
    let mut steps = match target {
        Target::Overlay | Target::OverlayThenCilium | Target::Cilium => {
            preparation(readiness, proposal, |_| true)
        }
        Target::ExpandPodCidr | Target::NewPools | Target::PodSubnet => {
            preparation(readiness, None, |id| STATE.contains(&id))
        }
        Target::NewCluster | Target::Stay | Target::Undecided => Vec::new(),
    };
    for (kind, title, reimages) in operations(target) {
        let follows = steps.last().is_some_and(|step: &Step| step.reimages && step.wait_days == 0);
        steps.push(Step {
            kind,
            check: None,
            title: larger.clone().filter(|_| kind == StepKind::ExpandPodCidr).unwrap_or(title.to_owned()),
            reimages,
            batches_with_previous: reimages && follows && kind == StepKind::Overlay,
            wait_days: 0,
        });
    }
    steps
}

/// Full re-images of all steps. <https://learn.microsoft.com/azure/aks/node-disruption-policy>
pub(super) fn reimages(steps: &[Step]) -> u32 {
    let count = steps.iter().filter(|step| step.reimages).count();
    u32::try_from(count).unwrap_or(u32::MAX)
}

fn operations(target: Target) -> Vec<(StepKind, &'static str, bool)> {
    let overlay = (StepKind::Overlay, "change the IPAM mode to Azure CNI Overlay", true);
    let cilium = (StepKind::Cilium, "change the data plane to Cilium", true);
    match target {
        Target::Overlay => vec![overlay],
        Target::OverlayThenCilium => vec![overlay, cilium],
        Target::Cilium => vec![cilium],
        Target::NewCluster => {
            vec![(StepKind::NewCluster, "build a new cluster and move the workloads", false)]
        }
        Target::PodSubnet => {
            vec![(StepKind::NewPools, "add pools with a pod subnet and move the workloads", false)]
        }
        Target::NewPools => vec![(StepKind::NewPools, "add pools and move the workloads", false)],
        Target::ExpandPodCidr => {
            vec![(StepKind::ExpandPodCidr, "expand the pod CIDR to a range that holds it", false)]
        }
        Target::Stay | Target::Undecided => Vec::new(),
    }
}

/// One step for each blocker, and for each warning whose remedy re-images.
fn preparation(
    readiness: &Readiness,
    proposal: Option<&Proposal>,
    counts: impl Fn(CheckId) -> bool,
) -> Vec<Step> {
    let rules = Checks::built_in();
    let is_due = |result: &&super::types::CheckResult| {
        result.status == CheckStatus::Fail
            && (result.severity == CheckSeverity::Blocker
                || (result.severity == CheckSeverity::Warning && rules.get(result.check).reimages))
    };
    let due = readiness.checks.iter().filter(is_due).map(|result| result.check);
    let mut due: Vec<CheckId> = due.filter(|id| counts(*id)).collect();
    due.sort_by_key(|id| (rules.get(*id).order, *id));
    let mut steps: Vec<(Vec<String>, Step)> = Vec::new();
    for id in due {
        let rule = rules.get(id);
        let by_pod_cidr = BY_POD_CIDR.contains(&id) && readiness.operation == Operation::Overlay;
        let (way, title) = match proposal.filter(|_| by_pod_cidr) {
            Some(proposal) => (
                vec!["pod CIDR".to_owned()],
                format!("agree on the pod CIDR {}, which the move sets", proposal.cidr),
            ),
            None => (rule.fix.clone(), rule.remediation.clone()),
        };
        let same = steps.iter_mut().find(|(other, _)| !way.is_empty() && *other == way);
        if let Some((_, step)) = same {
            step.wait_days = step.wait_days.max(rule.wait_days);
            step.reimages |= rule.reimages;
            continue;
        }
        let step = Step {
            kind: StepKind::Prepare,
            check: Some(id),
            title,
            reimages: rule.reimages,
            batches_with_previous: false,
            wait_days: rule.wait_days,
        };
        steps.push((way, step));
    }
    let mut steps: Vec<Step> = steps.into_iter().map(|(_, step)| step).collect();
    for place in 1..steps.len() {
        let follows = steps.get(place - 1).is_some_and(|step| step.reimages && step.wait_days == 0);
        if let Some(step) = steps.get_mut(place) {
            step.batches_with_previous = follows && step.reimages;
        }
    }
    steps
}
