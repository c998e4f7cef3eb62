//! Leaving kubenet and full subnets: what holds clusters back, who can go, where to.

use super::{Report, block::Page, figure};
use crate::{
    assess::{
        audit::ClusterRecord,
        migration::{Candidate, ClusterPlan, Exposure, Readiness, Target, Verdict},
        schedule::Fit,
    },
    inventory::ResourceId,
    report::{
        phrase::{Phrase, maybe, name, names, phrase, prose},
        say,
        text::{count, grouped},
    },
    rules::{CheckId, Checks},
};

const CLUSTERS_SHOWN: usize = 50;

/// For the manager's page: how many can go, and when the last one does.
pub(super) fn lines(report: &Report<'_>) -> Vec<Phrase> {
    let glance = &report.glance;
    let mut lines: Vec<Phrase> = Vec::new();
    if glance.kubenet.clusters > 0 {
        let of = |verdict| grouped(glance.with(verdict) as u64);
        let words = format!(
            "**Ready to leave kubenet:** {} ready, {} ready after checks by people, {} need preparation, {} must be \
             rebuilt, {} cannot be told.",
            of(Verdict::Ready),
            of(Verdict::ReadyAfterChecks),
            of(Verdict::NeedsPreparation),
            of(Verdict::Rebuild),
            of(Verdict::Unknown)
        );
        lines.push(words.into());
    }
    lines.extend(plan(report).map(Phrase::from));
    let target = report.audit.plan.target;
    let kinds = [
        ("kubenet clusters in the plan", &glance.kubenet, glance.kubenet_spare),
        ("Other clusters worth migrating", &glance.others, None),
    ];
    let there = kinds.into_iter().filter(|(_, outcome, _)| outcome.clusters > 0);
    lines.extend(there.map(|(whose, outcome, spare)| {
        Phrase::from(format!("**{whose}:** {}", say::outcome(outcome, spare, target)))
    }));
    lines.extend(held_back(report));
    lines.extend(decision(report));
    lines
}

/// The plan as a whole: whatever filters hide, it is one plan, and it fits or not.
fn plan(report: &Report<'_>) -> Option<String> {
    let (audit, glance) = (report.audit, &report.glance);
    let plan = &audit.plan;
    if glance.kubenet.clusters + glance.others.clusters == 0 {
        return None;
    }
    let begin = match glance.soaked() {
        None => "no wave can be planned".to_owned(),
        Some(until) => {
            let clusters = count(glance.dated(), "cluster", "clusters");
            format!("{clusters} in {}, soaked on {until}", count(glance.waves, "wave", "waves"))
        }
    };
    let verdict = match plan.fit {
        Fit::Fits => format!("Every cluster that has to moves in time for {}", plan.target),
        Fit::Impossible | Fit::NotFound => {
            format!("**Not every cluster moves in time** for {}: {}", plan.target, say::misses(plan))
        }
    };
    let whole = if audit.header.filtered {
        " The plan is made for every cluster that was read, and this report shows a part of it."
    } else {
        ""
    };
    Some(format!("**Plan:** {begin}. {verdict}.{whole}"))
}

fn held_back(report: &Report<'_>) -> Option<Phrase> {
    let one = |(check, number): &(CheckId, usize)| {
        let title = prose(&Checks::built_in().get(*check).title);
        phrase!("“{}” ({}, {})", title, check.as_str(), count(*number, "cluster", "clusters"))
    };
    let shown: Vec<_> = report.glance.held_back.iter().map(one).collect();
    (!shown.is_empty()).then(|| {
        let shown = Phrase::joined(shown, "; ");
        phrase!("**What holds back most kubenet clusters**, by the requirement that is not met: {}.", shown)
    })
}

/// The one decision that leaves most clusters without a blocker.
fn decision(report: &Report<'_>) -> Option<Phrase> {
    let one = report.glance.decision.as_ref()?;
    let cleared: Vec<_> = one.frees.iter().map(ResourceId::name).collect();
    let also = match one.helps.len() {
        0 => String::new(),
        n => format!(", and part of what holds back {} more", grouped(n as u64)),
    };
    Some(phrase!(
        "**The decision that would free most:** {}. It clears every blocker of {} ({}){}. Checks by people remain.",
        prose(&say::wanted(one).text()),
        count(cleared.len(), "cluster", "clusters"),
        names(&cleared),
        also
    ))
}

/// The candidates without a place in the waves, by the way that is theirs, in words.
pub(super) fn elsewhere<'a>(report: &Report<'a>) -> Vec<(&'static str, Vec<&'a ResourceId>)> {
    let audit = report.audit;
    let way = |one: &ClusterRecord| match one.decided.recommendation.target {
        Target::NewPools | Target::PodSubnet => 1,
        Target::ExpandPodCidr => 2,
        Target::LargerSubnet => 3,
        _ => 0,
    };
    let ways = [
        "a new cluster is built beside it",
        "new pools in it take over",
        "its pod CIDR grows, which re-images nothing",
        "the node class of its nodes names a larger subnet",
    ];
    let of = |(at, words): (usize, &'static str)| {
        let going = audit.elsewhere().filter(|one| way(one) == at);
        (words, going.map(ClusterRecord::id).collect::<Vec<_>>())
    };
    ways.into_iter().enumerate().map(of).filter(|(_, ids)| !ids.is_empty()).collect()
}

pub(super) fn write(page: &mut Page, report: &Report<'_>) {
    let audit = report.audit;
    if report.runbooks.is_empty() {
        return;
    }
    page.heading(2, "Readiness to leave kubenet");
    if audit.leaving().next().is_none() {
        page.paragraph("No cluster has kubenet to leave.");
    } else {
        page.paragraph(
            "Each check passes, fails, or is unknown; unknown never passes. `rebuild`: no way in place. `unknown`: \
             something needed could not be read. `needs-preparation`: blockers that can be removed in place. \
             `ready-after-checks`: a person has checks to make (`aks-census attest` writes the file for their answers). The order is the rank, for which the reasons stand \
             beside it. The runbook behind each name has the blockers, the checks and the commands.",
        );
        readiness(page, report);
    }
    candidates(page, report);
    cilium_wanted(page, report);
}

fn readiness(page: &mut Page, report: &Report<'_>) {
    let mut rows: Vec<_> = report.audit.leaving().collect();
    rows.sort_by_key(|(one, _)| one.rank());
    let ids = |checks: &[CheckId]| {
        let ids: Vec<_> = checks.iter().map(|id| id.as_str()).collect();
        Phrase::ours(if ids.is_empty() { "–".to_owned() } else { ids.join(", ") })
    };
    let number = |checks: &[CheckId]| figure(Some(checks.len() as u64));
    let of = |(one, exposure): &(&ClusterRecord, &Exposure)| {
        let readiness = &one.decided.readiness;
        vec![
            figure(one.rank().map(Into::into)),
            report.linked(one.id()),
            Phrase::ours(readiness.verdict.as_str()),
            ids(&readiness.blockers),
            number(&readiness.manual_checks),
            number(&readiness.unknown_checks),
            figure(Some(one.decided.reimages().into())),
            Phrase::ours(one.decided.recommendation.target.as_str()),
            Phrase::ours(exposure.route_table.as_str()),
            maybe(one.row.environment.as_deref()),
            urgency(one),
        ]
    };
    let shown: Vec<_> = rows.iter().take(CLUSTERS_SHOWN).map(of).collect();
    let columns = "> Rank | Cluster | Verdict | Blockers | > Checks by people | > Unknown | > Re-images | Target | Route table | Environment | Why it is urgent";
    report.table(page, columns, shown, (rows.len(), "kubenet_exposure.csv"));
}

/// What makes a cluster urgent.
fn urgency(one: &ClusterRecord) -> Phrase {
    let reasons = one.decided.rank.as_ref().map_or_else(Vec::new, say::urgency);
    prose(&Phrase::joined(reasons, "; ").text())
}

fn candidates(page: &mut Page, report: &Report<'_>) {
    let audit = report.audit;
    let mut rows: Vec<_> = audit.candidates().collect();
    if rows.is_empty() {
        return;
    }
    rows.sort_by_key(|(record, _)| record.rank());
    page.heading(2, "Clusters worth migrating");
    page.paragraph(
        "The rank is that of the table above, and of every other: a date that has passed, limits that are near, subnets that are \
         nearly full, then what makes the way long, then size. The waves follow it as far as they can; where a cluster moves later \
         than one of a worse rank, what holds it stands beside its wave. A cluster that is not here stays as it is, and has no \
         runbook: there is nothing to run. Each that is here has one, behind its name.",
    );
    let cidr = |cidr: Option<crate::ipam::Cidr>| {
        Phrase::ours(cidr.map_or_else(|| "–".to_owned(), |cidr| cidr.to_string()))
    };
    let of = |(record, one): &(&ClusterRecord, &Candidate)| {
        let decided = &record.decided;
        vec![
            figure(record.rank().map(Into::into)),
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
            Phrase::ours(record.held_by.map_or("–", say::constraint)),
            prose(&say::target_reason(&decided.recommendation.reason).text_for_people()),
        ]
    };
    let shown: Vec<_> = rows.iter().take(CLUSTERS_SHOWN).map(of).collect();
    let columns = "> Rank | Cluster | From | To | Verdict | > Addresses freed | Pod CIDR now | Pod CIDR to give | > Wave | Held by | Why";
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
