//! The head of a runbook: what it is about, what is known, addresses, dates.

use crate::{
    assess::migration::{
        Verdict,
        runbook::{Duration, Runbook},
    },
    inventory::ResourceId,
    report::{
        markdown::{
            escape::{Inline, name, prose},
            page::{Align, Page},
        },
        text::count,
    },
};

/// Title, verdict and facts.
pub(super) fn write(page: &mut Page, runbook: &Runbook) {
    page.heading(
        1,
        &format!("{}: from {} to {}", name(runbook.cluster_id.name()), runbook.from, runbook.target),
    );
    page.paragraph(&format!("`{}`, as of {}.", inert_id(&runbook.cluster_id), runbook.as_of));
    let mut reasons: Vec<_> = runbook.reasons.iter().map(|reason| prose(reason).to_string()).collect();
    if runbook.verdict == Verdict::ReadyAfterChecks {
        // They stand below, each with its command.
        reasons.clear();
    }
    page.paragraph(&format!(
        "**Verdict: {}**, {}",
        runbook.verdict,
        verdict_words(runbook.verdict, &reasons)
    ));
    if !reasons.is_empty() {
        page.list(&reasons);
    }
    page.paragraph(&format!(
        "**Target: {}** ({}). {}",
        runbook.target,
        runbook.target_rule,
        prose(&runbook.target_reason)
    ));
    if let Some(other) = &runbook.runner_up {
        page.paragraph(&format!("Next best: {}. It lost because {}", other.target, prose(&other.lost)));
    }
    if let Some(deadline) = runbook.deadline {
        page.paragraph(&format!("Support of {} ends on {deadline}.", runbook.from));
    }
    if !runbook.operations.is_empty() {
        page.alert(
            "WARNING",
            &format!(
                "There is no way back, and every node pool is re-imaged at the same time; {} on the whole way. \
                 Rehearse on a cluster that matters less, and keep a plan for a new cluster.",
                count(runbook.reimages.try_into().unwrap_or(usize::MAX), "full re-image", "full re-images"),
            ),
        );
    }
    page.heading(2, "Facts");
    let row = |(what, value): &(&'static str, String)| vec![Inline::ours(*what), name(value)];
    let rows: Vec<_> = runbook.facts.iter().map(row).collect();
    page.table(&[("What", Align::Left), ("Value", Align::Left)], &rows);
    page.heading(2, "How long it may take");
    match &runbook.duration {
        Some(duration) => estimate(page, duration),
        None => page.paragraph("Unknown: the nodes of some pool could not be told."),
    }
}

/// What a verdict means, leading to its reasons.
fn verdict_words(verdict: Verdict, reasons: &[String]) -> String {
    let words = match verdict {
        Verdict::Rebuild => "there is no way in place",
        Verdict::Unknown => "something needed could not be read, or blockers are in the way besides",
        Verdict::NeedsPreparation => "blockers have to be removed first",
        Verdict::ReadyAfterChecks => "only checks by people remain",
        Verdict::Ready => "nothing stands in the way",
    };
    format!("{words}{}", if reasons.is_empty() { "." } else { ":" })
}

/// An id inside backticks: anything but the plainest characters becomes `_`.
fn inert_id(id: &ResourceId) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || "-._/()".contains(c) { c } else { '_' };
    id.as_str().chars().map(plain).collect()
}

fn estimate(page: &mut Page, duration: &Duration) {
    let (low, high) = (hours(duration.low_minutes), hours(duration.high_minutes));
    page.paragraph(&format!(
        "One full re-image: **{low} to {high}**, as long as no drain fails. All pools go at the same time, so the slowest \
         decides: rounds = nodes ÷ surge, rounded up; a round takes from {} minutes (all pods leave at once) to {} minutes \
         beside its drain, plus the drain's own limit and the pool's soak time.",
        duration.assumptions.node_minutes_low, duration.assumptions.node_minutes_high,
    ));
    let number = |n: u64| Inline::ours(n.to_string());
    let rows: Vec<_> = duration
        .pools
        .iter()
        .map(|pool| {
            vec![
                name(&pool.pool),
                number(pool.nodes),
                number(pool.at_once),
                number(pool.rounds()),
                number(pool.drain_timeout_minutes),
                number(pool.soak_minutes),
            ]
        })
        .collect();
    let columns = [
        ("Pool", Align::Left),
        ("Nodes", Align::Right),
        ("At once", Align::Right),
        ("Rounds", Align::Right),
        ("Drain limit, min", Align::Right),
        ("Soak, min", Align::Right),
    ];
    page.table(&columns, &rows);
    page.paragraph(
        "Azure states no time a node takes; the minutes per node are this project's assumption. The rehearsal gives \
         better ones.",
    );
}

fn hours(minutes: u64) -> String {
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

/// Addresses before, during and after.
pub(super) fn addresses(page: &mut Page, runbook: &Runbook) {
    page.heading(2, "Addresses before, during and after");
    if runbook.subnets.is_empty() {
        page.paragraph("No node subnet of this cluster could be read.");
    }
    let signed =
        |number: Option<i64>| Inline::ours(number.map_or_else(|| "unknown".to_owned(), |n| n.to_string()));
    let count = |number: Option<u64>| signed(number.map(|n| i64::try_from(n).unwrap_or(i64::MAX)));
    let rows: Vec<_> = runbook
        .subnets
        .iter()
        .map(|subnet| {
            vec![
                name(subnet.subnet_id.name()),
                count(subnet.usable),
                signed(subnet.free_before),
                count(subnet.surge),
                signed(subnet.free_during),
                count(subnet.freed),
                signed(subnet.free_after),
            ]
        })
        .collect();
    let columns = [
        ("Subnet", Align::Left),
        ("Usable", Align::Right),
        ("Free before", Align::Right),
        ("Surge nodes take", Align::Right),
        ("Free during", Align::Right),
        ("Freed", Align::Right),
        ("Free after", Align::Right),
    ];
    page.table(&columns, &rows);
    if runbook.subnets.iter().any(|subnet| subnet.free_during.is_some_and(|free| free < 0)) {
        page.alert(
            "CAUTION",
            "The surge nodes do not fit. Lower `maxSurge`, or free addresses, before anything else.",
        );
    }
    if runbook.subnets.iter().any(|subnet| subnet.free_during.is_none()) {
        page.paragraph(
            "Where a figure is unknown, see for yourself that the surge nodes fit before you begin.",
        );
    }
    page.paragraph(&pod_cidr(runbook));
}

fn pod_cidr(runbook: &Runbook) -> String {
    match (runbook.current_pod_cidr, runbook.new_pod_cidr) {
        (Some(current), Some(new)) => {
            format!("Pods move from `{current}` to `{new}`; each node takes a /24 of it.")
        }
        (Some(current), None) => format!("Pods keep `{current}`; each node takes a /24 of it."),
        (None, Some(new)) => {
            format!("Pods move from the node subnets to `{new}`; each node takes a /24 of it.")
        }
        (None, None) => {
            "No pod CIDR is proposed: choose one that overlaps nothing the cluster reaches.".to_owned()
        }
    }
}

/// The cluster's dates in the plan.
pub(super) fn schedule(page: &mut Page, runbook: &Runbook) {
    page.heading(2, "Dates");
    if runbook.steps.is_empty() {
        page.paragraph("The plan of waves has no date for this cluster.");
        return;
    }
    let rows: Vec<_> = runbook
        .steps
        .iter()
        .map(|step| {
            vec![
                Inline::ours(step.wave.map_or_else(|| "–".to_owned(), |wave| wave.to_string())),
                Inline::ours(step.start.to_string()),
                Inline::ours(step.end.to_string()),
                prose(&step.step),
                prose(&step.note),
            ]
        })
        .collect();
    let columns = [
        ("Wave", Align::Right),
        ("Start", Align::Left),
        ("Next not before", Align::Left),
        ("Step", Align::Left),
        ("Note", Align::Left),
    ];
    page.table(&columns, &rows);
}
