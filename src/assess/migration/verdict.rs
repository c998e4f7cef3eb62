//! From checks to a verdict.

use std::sync::Arc;

use super::{
    attestation::{answer, idle_answer},
    checks::{CheckFact, Failure, Outcome, Weight, decide},
    commands::{Values, Wording, values},
    scene::Subject,
    types::{CheckResult, CheckStatus, Operation, Readiness, Verdict},
};
use crate::{
    assess::options::{Answer, Attestation},
    inventory::NetworkPolicy,
    ipam::IpamMode,
    rules::{AppliesTo, CheckId, CheckRule, CheckSeverity, Checks},
};

/// Makes every check of an operation, and says whether the cluster can make it.
pub(super) fn readiness(subject: &Subject<'_>, operation: Operation) -> Readiness {
    let rules = Checks::built_in();
    let is_done = operation == Operation::Cilium
        && matches!(decide(CheckId::CiliumAlready, subject), Some(Outcome::Fail(_)));
    let values = Arc::new(values(subject));
    let mut checks: Vec<CheckResult> = rules
        .iter()
        .filter(|(_, rule)| applies(rule, subject.from, operation))
        // Nothing stands before what is done already.
        .filter(|(id, _)| !is_done || *id == CheckId::CiliumAlready)
        .filter_map(|(id, rule)| result(subject, &values, id, rule))
        .collect();
    checks.shrink_to_fit();
    judge(operation, checks)
}

fn applies(rule: &CheckRule, from: IpamMode, operation: Operation) -> bool {
    match operation {
        Operation::Cilium => rule.applies_to == AppliesTo::Cilium || rule.any_reimage,
        Operation::Overlay => match rule.applies_to {
            AppliesTo::Any => true,
            AppliesTo::Kubenet => from == IpamMode::Kubenet,
            AppliesTo::NodeSubnet => from == IpamMode::NodeSubnet,
            AppliesTo::Both => matches!(from, IpamMode::Kubenet | IpamMode::NodeSubnet),
            AppliesTo::Flat => from == IpamMode::NodeSubnet || from.has_pod_subnet(),
            AppliesTo::Cilium => false,
        },
    }
}

/// One check: what ARM shows decides; where it shows nothing, an answer that holds does.
fn result(
    subject: &Subject<'_>,
    values: &Arc<Values>,
    id: CheckId,
    rule: &'static CheckRule,
) -> Option<CheckResult> {
    let as_of = subject.scene.options.as_of;
    let given = answer(&subject.scene.settings.attestations, &subject.cluster.id, id, as_of);
    let given = given.filter(|_| rule.good_answer.is_some());
    let mut result = CheckResult {
        check: id,
        severity: severity(subject, id, rule),
        visibility: rule.visibility,
        status: CheckStatus::Open,
        facts: Vec::new(),
        rebuild: false,
        wording: None,
        attested_until: None,
    };
    let mut about = Vec::new();
    match decide(id, subject) {
        Some(Outcome::NotApplicable) => return None,
        Some(Outcome::Pass) => result.status = CheckStatus::Pass,
        Some(Outcome::Fail(mut failure)) => {
            about = std::mem::take(&mut failure.about);
            fail(&mut result, rule, failure);
        }
        Some(Outcome::Unknown(missing)) => {
            result.status = CheckStatus::Unknown;
            result.facts.push(CheckFact::Missing(missing));
            attest(&mut result, given);
        }
        Some(Outcome::Doubt(missing)) => {
            result.status = CheckStatus::Unknown;
            result.severity = rule.severity.min(CheckSeverity::Warning);
            result.facts.push(CheckFact::Missing(missing));
            attest(&mut result, given);
        }
        None => attest(&mut result, given),
    }
    // Nobody is told how to show or mend what passed.
    if result.status != CheckStatus::Pass {
        result.wording =
            Some(Box::new(Wording::new(values, rule, result.status == CheckStatus::Fail, about)));
    }
    let attestations = &subject.scene.settings.attestations;
    let idle = idle_answer(attestations, &subject.cluster.id, Some(&result), id, as_of);
    result.facts.extend(idle.map(CheckFact::Idle));
    result.facts.shrink_to_fit();
    Some(result)
}

/// What a check weighs before it is made: policies that nothing enforces today cannot be enforced otherwise (CIL-008).
fn severity(subject: &Subject<'_>, id: CheckId, rule: &CheckRule) -> CheckSeverity {
    let policy = subject.cluster.network.policy.as_ref();
    let polices = policy.is_some_and(|engine| *engine != NetworkPolicy::None);
    if id == CheckId::CiliumIpBlocks && !polices {
        rule.severity.min(CheckSeverity::Warning)
    } else {
        rule.severity
    }
}

fn fail(result: &mut CheckResult, rule: &CheckRule, failure: Failure) {
    result.status = CheckStatus::Fail;
    result.facts.push(CheckFact::Fails(failure.fault));
    if failure.weight == Weight::Warning {
        result.severity = rule.severity.min(CheckSeverity::Warning);
    }
    result.rebuild =
        result.severity == CheckSeverity::Blocker && (rule.rebuild || failure.weight == Weight::Rebuild);
}

fn attest(result: &mut CheckResult, given: Option<&Attestation>) {
    let Some(given) = given else { return };
    result.status = match given.answer {
        Answer::Good => CheckStatus::Pass,
        Answer::Bad => CheckStatus::Fail,
    };
    result.facts = vec![CheckFact::Answered { who: given.who.clone(), when: given.when }];
    result.attested_until = Some(given.expires);
}

/// The verdict over results of checks.
pub(super) fn judge(operation: Operation, checks: Vec<CheckResult>) -> Readiness {
    let rules = Checks::built_in();
    let is = |result: &&CheckResult, status: CheckStatus| result.status == status;
    let blocks = |result: &&CheckResult| result.severity == CheckSeverity::Blocker;
    let of = |keep: &dyn Fn(&&CheckResult) -> bool| -> Vec<CheckId> {
        let kept = checks.iter().filter(|result| keep(result)).map(|result| result.check);
        let mut kept: Vec<CheckId> = kept.collect();
        kept.sort_by_key(|id| (rules.get(*id).order, *id));
        kept
    };
    let blockers = of(&|result| is(result, CheckStatus::Fail) && blocks(result));
    let warnings = of(&|result| is(result, CheckStatus::Fail) && result.severity == CheckSeverity::Warning);
    let manual_checks = of(&|result| is(result, CheckStatus::Open));
    let unknown_checks = of(&|result| is(result, CheckStatus::Unknown));

    let with = |status: CheckStatus| checks.iter().filter(move |r| r.status == status && blocks(r));
    let rebuild = checks.iter().any(|result| result.status == CheckStatus::Fail && result.rebuild);
    let verdict = if rebuild {
        Verdict::Rebuild
    } else if with(CheckStatus::Unknown).next().is_some() {
        Verdict::Unknown
    } else if !blockers.is_empty() {
        Verdict::NeedsPreparation
    } else if with(CheckStatus::Open).next().is_some() {
        Verdict::ReadyAfterChecks
    } else {
        Verdict::Ready
    };
    Readiness { operation, verdict, checks, blockers, warnings, manual_checks, unknown_checks }
}
