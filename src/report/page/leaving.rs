//! Leaving kubenet and full subnets: what holds clusters back, who can go, where to.

use std::cmp::Reverse;

use super::{Report, block::Page, figure};
use crate::{
    assess::{
        audit::ClusterRecord,
        migration::{Candidate, Cause, ClusterPlan, Decision, Exposure, Readiness, Target, Verdict},
        schedule::Fit,
    },
    inventory::ResourceId,
    report::{
        phrase::{Phrase, maybe, name, names, phrase, prose},
        say,
        text::{count, days, grouped},
    },
    rules::{CheckId, Checks},
};

const CLUSTERS_SHOWN: usize = 50;
const BLOCKERS_SHOWN: usize = 3;

/// For the manager's page: how many can go, and when the last one does.
pub(super) fn lines(report: &Report<'_>) -> Vec<Phrase> {
    let audit = report.audit;
    let mut lines: Vec<Phrase> = Vec::new();
    if audit.exposures().next().is_some() {
        let of = |wanted: Verdict| {
            let found = audit.verdicts().into_iter().find(|(verdict, _)| *verdict == wanted);
            grouped(found.map_or(0, |(_, number)| number) as u64)
        };
        lines.push(format!(
            "**Ready to leave kubenet:** {} ready, {} ready after checks by people, {} need preparation, {} must be \
             rebuilt, {} cannot be told.",
            of(Verdict::Ready),
            of(Verdict::ReadyAfterChecks),
            of(Verdict::NeedsPreparation),
            of(Verdict::Rebuild),
            of(Verdict::Unknown)
        ).into());
    }
    lines.extend(last_move(report).map(Phrase::from));
    lines.extend(held_back(report));
    lines.extend(decision(report));
    lines
}

fn last_move(report: &Report<'_>) -> Option<String> {
    let audit = report.audit;
    let plan = &audit.plan;
    let last = plan.waves.last()?;
    let finish = plan.finish?;
    let margin = match crate::assess::migration::days_between(finish, plan.deadline) {
        left if left < 0 => format!("**{} after** support has ended", days(left)),
        left => format!("**{} before** support ends", days(left)),
    };
    let fit = match (plan.days_over(), plan.fit) {
        (0, _) => format!("in time for {}", plan.target),
        (over, Fit::Impossible) => format!("{} too late for {}; no plan is faster", days(over), plan.target),
        (over, _) => format!("{} too late for {}; no faster plan was found", days(over), plan.target),
    };
    let without = |number: usize, why: &str| match number {
        0 => String::new(),
        n => format!(" {} more {why}.", grouped(n as u64)),
    };
    let elsewhere = match elsewhere(report).as_slice() {
        [] => String::new(),
        ways => format!(
            " {} more need no wave: {}.",
            grouped(audit.elsewhere().count() as u64),
            ways.iter()
                .map(|(way, ids)| format!("{} {}", grouped(ids.len() as u64), way.for_many))
                .collect::<Vec<_>>()
                .join(", ")
        ),
    };
    let elsewhere = elsewhere
        + &without(
            plan.unplaced.len(),
            "find no place in any wave, because their surge nodes do not fit or no window is open",
        );
    let moving: Vec<_> = audit.clusters.iter().filter(|one| one.wave().is_some()).collect();
    let kubenet = moving.iter().filter(|one| one.decided.exposure.is_some()).count();
    let is_open = |one: &&&ClusterRecord| one.decided.readiness.verdict == Verdict::Unknown;
    let open = match moving.iter().filter(is_open).count() {
        0 => String::new(),
        n => format!(", {} of them once what could not be read is settled", grouped(n as u64)),
    };
    Some(format!(
        "**Plan:** {} ({} on kubenet) in {}{open}; the last one moves on {} and has soaked on {finish}, {margin}, {fit}.{elsewhere}",
        count(moving.len(), "cluster", "clusters"),
        grouped(kubenet as u64),
        count(plan.waves.len(), "wave", "waves"),
        last.start
    ))
}

fn held_back(report: &Report<'_>) -> Option<Phrase> {
    let blockers = report.audit.blockers();
    let shown = blockers.iter().take(BLOCKERS_SHOWN);
    let one = |(check, number): &(CheckId, usize)| {
        let title = prose(&Checks::built_in().get(*check).title);
        phrase!("“{}” ({}, {})", title, check.as_str(), count(*number, "cluster", "clusters"))
    };
    let shown: Vec<_> = shown.map(one).collect();
    (!shown.is_empty()).then(|| {
        let shown = Phrase::joined(shown, "; ");
        phrase!("**What holds back most kubenet clusters**, by the requirement that is not met: {}.", shown)
    })
}

/// The one decision that leaves most clusters without a blocker.
fn decision(report: &Report<'_>) -> Option<Phrase> {
    let all = report.audit.decisions();
    let one = all.first().filter(|one| !one.frees.is_empty())?;
    let cleared: Vec<_> = one.frees.iter().map(ResourceId::name).collect();
    let also = match one.helps.len() {
        0 => String::new(),
        n => format!(", and part of what holds back {} more", grouped(n as u64)),
    };
    Some(phrase!(
        "**The decision that would free most:** {}. It clears every blocker of {} ({}){}. Checks by people remain.",
        wanted(one),
        count(cleared.len(), "cluster", "clusters"),
        names(&cleared),
        also
    ))
}

/// A way that is no operation in place, in words.
pub(super) struct Way {
    /// After a number: `1 by new pools`.
    pub(super) for_many: &'static str,
    /// Of one cluster.
    pub(super) for_one: &'static str,
}

/// The candidates without a place in the waves, by the way that is theirs.
pub(super) fn elsewhere<'a>(report: &Report<'a>) -> Vec<(Way, Vec<&'a ResourceId>)> {
    let audit = report.audit;
    let way = |one: &ClusterRecord| match one.decided.recommendation.target {
        Target::NewPools | Target::PodSubnet => 1,
        Target::ExpandPodCidr => 2,
        _ => 0,
    };
    let ways = [
        Way { for_many: "by a new cluster", for_one: "a new cluster is built beside it" },
        Way { for_many: "by new pools", for_one: "new pools in it take over" },
        Way { for_many: "by a larger pod CIDR", for_one: "its pod CIDR grows, which re-images nothing" },
    ];
    let of = |(at, words): (usize, Way)| {
        let going = audit.elsewhere().filter(|one| way(one) == at);
        (words, going.map(ClusterRecord::id).collect::<Vec<_>>())
    };
    ways.into_iter().enumerate().map(of).filter(|(_, ids)| !ids.is_empty()).collect()
}

/// What has to be decided, as a demand.
fn wanted(decision: &Decision) -> Phrase {
    let clusters = count(decision.frees.len() + decision.helps.len(), "cluster", "clusters");
    match &decision.cause {
        Cause::PodCidrs => {
            phrase!("accept the pod CIDRs proposed below for {}, which the move itself sets", clusters)
        }
        Cause::RouteTable(table) => phrase!(
            "split the shared route table {}, so that {} on it have one each and no other subnet uses it",
            name(table.name()),
            clusters
        ),
        Cause::Identity => phrase!("move {} to a user-assigned identity", clusters),
        Cause::PolicyEngine => {
            phrase!("remove the policy engine from {}, on Kubernetes 1.30 or newer", clusters)
        }
        Cause::AvailabilitySets => {
            phrase!("move {} from availability sets to virtual-machine pools", clusters)
        }
        Cause::Check(check) => {
            let rule = Checks::built_in().get(*check);
            let remedy = rule.remediation.trim_end_matches('.');
            phrase!("{} ({}, {})", prose(remedy), check.as_str(), clusters)
        }
    }
}

pub(super) fn write(page: &mut Page, report: &Report<'_>) {
    let audit = report.audit;
    if report.runbooks.is_empty() {
        return;
    }
    page.heading(2, "Readiness to leave kubenet");
    if audit.exposures().next().is_none() {
        page.paragraph("No cluster runs on kubenet.");
    } else {
        page.paragraph(
            "Each check passes, fails, or is unknown; unknown never passes. `rebuild`: no way in place. `unknown`: \
             something needed could not be read. `needs-preparation`: blockers that can be removed in place. \
             `ready-after-checks`: a person has checks to make. The order is by urgency, for which the reasons stand \
             beside it. The runbook behind each name has the blockers, the checks and the commands.",
        );
        readiness(page, report);
    }
    candidates(page, report);
    cilium_wanted(page, report);
}

fn readiness(page: &mut Page, report: &Report<'_>) {
    let mut rows: Vec<_> = report.audit.exposures().collect();
    rows.sort_by_key(|(_, exposure)| Reverse(exposure.score()));
    let ids = |checks: &[CheckId]| {
        let ids: Vec<_> = checks.iter().map(|id| id.as_str()).collect();
        Phrase::ours(if ids.is_empty() { "–".to_owned() } else { ids.join(", ") })
    };
    let number = |checks: &[CheckId]| figure(Some(checks.len() as u64));
    let of = |(one, exposure): &(&ClusterRecord, &Exposure)| {
        let readiness = &one.decided.readiness;
        vec![
            report.linked(one.id()),
            Phrase::ours(readiness.verdict.as_str()),
            ids(&readiness.blockers),
            number(&readiness.manual_checks),
            number(&readiness.unknown_checks),
            figure(Some(one.decided.reimages().into())),
            Phrase::ours(one.decided.recommendation.target.as_str()),
            Phrase::ours(exposure.route_table.as_str()),
            maybe(one.row.environment.as_deref()),
            prose(&Phrase::joined(say::urgency(exposure), "; ").text()),
        ]
    };
    let shown: Vec<_> = rows.iter().take(CLUSTERS_SHOWN).map(of).collect();
    let columns = "Cluster | Verdict | Blockers | > Checks by people | > Unknown | > Re-images | Target | Route table | Environment | Why it is urgent";
    report.table(page, columns, shown, (rows.len(), "kubenet_exposure.csv"));
}

fn candidates(page: &mut Page, report: &Report<'_>) {
    let audit = report.audit;
    let mut rows: Vec<_> = audit.candidates().collect();
    if rows.is_empty() {
        return;
    }
    rows.sort_by_key(|(_, one)| one.priority);
    page.heading(2, "Clusters worth migrating");
    page.paragraph(
        "Priority is urgency: a date that has passed, limits that are near, subnets that are nearly full, then size. The waves go by \
         environment and risk instead. A cluster that is not here stays as it is, and has no runbook: there is nothing to run. Each \
         that is here has one, behind its name.",
    );
    let cidr = |cidr: Option<crate::ipam::Cidr>| {
        Phrase::ours(cidr.map_or_else(|| "–".to_owned(), |cidr| cidr.to_string()))
    };
    let of = |(record, one): &(&ClusterRecord, &Candidate)| {
        let decided = &record.decided;
        vec![
            figure(Some(one.priority.into())),
            report.linked(record.id()),
            Phrase::ours(decided.from.as_str()),
            Phrase::ours(decided.recommendation.target.as_str()),
            Phrase::ours(decided.readiness.verdict.as_str()),
            figure(one.ips_freed),
            cidr(one.current_pod_cidr),
            match one.suggested_pod_cidr {
                Some(kept) if one.current_pod_cidr == Some(kept) => Phrase::ours("keep"),
                other => cidr(other),
            },
            figure(record.wave().map(Into::into)),
            prose(&say::target_reason(&decided.recommendation.reason).text_for_people()),
        ]
    };
    let shown: Vec<_> = rows.iter().take(CLUSTERS_SHOWN).map(of).collect();
    let columns = "> Priority | Cluster | From | To | Verdict | > Addresses freed | Pod CIDR now | Pod CIDR to give | > Wave | Why";
    report.table(page, columns, shown, (rows.len(), "migration_candidates.csv"));
    let given = rows.iter().filter(|(_, one)| one.suggested_pod_cidr.is_some());
    let doubts: Vec<Phrase> = given.filter_map(|(record, _)| doubt(record)).take(CLUSTERS_SHOWN).collect();
    if !doubts.is_empty() {
        page.paragraph("What is not sure of these pod CIDRs:");
        page.list(doubts);
    }
}

/// What a reader should know of a proposed pod CIDR.
fn doubt(record: &ClusterRecord) -> Option<Phrase> {
    let proposal = record.decided.pod_cidr.as_ref().ok()?;
    let names = |ids: &[ResourceId]| Phrase::joined(ids.iter().map(|id| name(id.name())), ", ");
    let linked = (!proposal.linked.is_empty()).then(|| {
        phrase!(
            "it meets {}, peered with a hub that passes nothing on; none without that is free",
            names(&proposal.linked)
        )
    });
    let unseen = (!proposal.unseen.is_empty())
        .then(|| phrase!("what else lies behind {} could not be read", names(&proposal.unseen)));
    let all: Vec<Phrase> = linked.into_iter().chain(unseen).collect();
    (!all.is_empty()).then(|| {
        phrase!(
            "{} of {}: {}",
            proposal.cidr.to_string(),
            name(record.id().name()),
            Phrase::joined(all, "; ")
        )
    })
}

/// Clusters for which Cilium is asked for and whose target does not bring it.
fn cilium_wanted(page: &mut Page, report: &Report<'_>) {
    let plans = report.audit.clusters.iter().map(|one| &one.decided);
    let wished: Vec<_> = plans.filter_map(|plan| Some((plan, plan.cilium_wanted()?))).collect();
    if wished.is_empty() {
        return;
    }
    page.heading(3, "Cilium asked for, and not on the way");
    page.paragraph(
        "A tag or the configuration asks for the Cilium data plane, and the target above does not bring it. What the change to it, \
         an operation of its own, would meet:",
    );
    let of = |(plan, second): &(&ClusterPlan, &Readiness)| {
        let why = match second.verdict {
            Verdict::ReadyAfterChecks | Verdict::Ready => {
                Phrase::ours(count(second.manual_checks.len(), "check by people", "checks by people"))
            }
            _ => prose(&Phrase::joined(second.reasons().into_iter().map(say::against), "; ").text()),
        };
        vec![
            report.linked(&plan.cluster_id),
            Phrase::ours(plan.recommendation.target.as_str()),
            Phrase::ours(second.verdict.as_str()),
            why,
        ]
    };
    let shown: Vec<_> = wished.iter().take(CLUSTERS_SHOWN).map(of).collect();
    let columns = "Cluster | Target | Verdict for Cilium | Why";
    report.table(page, columns, shown, (wished.len(), "audit.json"));
}
