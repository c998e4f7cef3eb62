//! What somebody has to look at before: checks by people, what could not be read, warnings.

use std::collections::BTreeSet;

use super::commands::Commands;
use crate::{
    assess::{
        migration::{Target, Wording},
        runbook::{Item, Runbook},
    },
    report::{
        page::block::Page,
        phrase::{Phrase, phrase, prose},
        say,
    },
    rules::{CheckId, CheckScope},
};

/// Checks that concern any change of a cluster, not only a move.
const OF_ANY_CHANGE: [CheckId; 3] = [CheckId::Locks, CheckId::IdentityRights, CheckId::ComputeQuota];

/// A group of checks.
struct Group<'r, 'a> {
    title: &'static str,
    items: Vec<&'r Item<'a>>,
}

/// The checks that somebody has to settle, by kind.
fn groups<'r, 'a>(runbook: &'r Runbook<'a>) -> Vec<Group<'r, 'a>> {
    let moves = !runbook.operations.is_empty();
    let is_own = |item: &&Item<'_>| item.rule.scope == CheckScope::Cluster;
    let counts = |item: &&Item<'_>| moves || (is_kept(runbook) && OF_ANY_CHANGE.contains(&item.id));
    let of_move = |items: &'r [Item<'a>]| if moves { items.iter().collect() } else { Vec::new() };
    let second = if runbook.operations.len() > 1 { runbook.second_checks.as_slice() } else { &[] };
    // What is built anew is not changed in place: only why it cannot be is of use.
    let of_change = if runbook.target == Target::NewCluster { &[] } else { runbook.second_checks.as_slice() };
    let wanted = runbook.second_blockers.iter().chain(of_change);
    let wanted = wanted.filter(|_| runbook.cilium_wanted.is_some());
    let groups = [
        ("Checks only you can make", runbook.manual.iter().filter(counts).filter(is_own).collect()),
        ("What could not be read", of_move(&runbook.unknown)),
        ("Warnings", of_move(&runbook.warnings)),
        ("Checks before Cilium", second.iter().filter(is_own).collect()),
        (CILIUM_WANTED, wanted.filter(is_own).collect()),
    ];
    let groups = groups.into_iter().filter(|(_, items): &(_, Vec<_>)| !items.is_empty());
    groups.map(|(title, items)| Group { title, items }).collect()
}

/// A box a check; what it asks, and how one sees the answer, is on the page of details. Where the boxes would make the page
/// longer than this, a kind of checks shares one.
pub(super) fn boxes(page: &mut Page, runbook: &Runbook<'_>, most: usize) {
    let fits = fit(page, runbook, most);
    let groups = groups(runbook);
    if groups.is_empty() {
        return;
    }
    if !fits {
        page.heading(2, "Checks");
        page.checklist(groups.iter().map(|group| {
            let ids = group.items.iter().map(|item| item.id.as_str().into());
            phrase!("{}, each as the details ask it: {}", group.title, Phrase::joined(ids, ", "))
        }));
        return;
    }
    for group in groups {
        page.heading(2, group.title);
        if let Some(verdict) = runbook.cilium_wanted.filter(|_| group.title == CILIUM_WANTED) {
            page.paragraph(format!("An operation of its own; the verdict for it is **{verdict}**."));
        }
        page.checklist(group.items.iter().map(|item| titled(item)));
    }
}

/// Where somebody asks for Cilium and the target does not bring it.
const CILIUM_WANTED: &str = "Cilium, which is asked for and not on this way";

/// Whether a box a check leaves a page at most so long.
pub(super) fn fit(page: &Page, runbook: &Runbook<'_>, most: usize) -> bool {
    let whole: usize = groups(runbook).iter().map(|group| group.items.len() + 3).sum();
    page.lines() + whole <= most
}

fn titled(item: &Item<'_>) -> Phrase {
    let line = phrase!("**{}** {}", item.id.as_str(), prose(&item.rule.title));
    match say::check_facts(item.facts) {
        Some(facts) => phrase!("{}: {}", line, prose(&facts.text())),
        None => line,
    }
}

/// What each check asks, then the commands that show the answers, each under the id of its check.
pub(super) fn details(page: &mut Page, runbook: &Runbook<'_>, with: &Commands<'_>) {
    let steps: BTreeSet<String> = runbook.steps.iter().flat_map(|step| with.of_step(step)).collect();
    for group in groups(runbook) {
        page.heading(2, group.title);
        page.list(group.items.iter().map(|item| one(item)));
        let commands = shared_commands(&group, with, &steps);
        if !commands.is_empty() {
            page.commands(commands);
        }
    }
}

/// Whether the cluster stays and is changed.
fn is_kept(runbook: &Runbook<'_>) -> bool {
    runbook.site.new_cluster.is_none() && !runbook.steps.is_empty()
}

fn one(item: &Item<'_>) -> Phrase {
    let mut line = phrase!("**{}** {}", item.id.as_str(), prose(&item.rule.title).ended());
    if let Some(facts) = say::check_facts(item.facts) {
        line = phrase!("{} Here: {}", line, prose(&facts.text()).ended());
    }
    match item.wording.and_then(Wording::good_answer) {
        Some(good) => phrase!("{} Good: {}", line, prose(&good)),
        None => phrase!("{} Do: {}", line, prose(&item.rule.remediation)),
    }
}

/// The commands of a group's checks; what several ask for stands once, under the ids of all of them.
fn shared_commands(group: &Group<'_, '_>, with: &Commands<'_>, steps: &BTreeSet<String>) -> Vec<String> {
    let mut asked: Vec<(Vec<String>, Vec<&str>)> = Vec::new();
    for item in &group.items {
        let own = commands(item, with, steps);
        match asked.iter_mut().find(|(commands, _)| *commands == own) {
            Some((_, ids)) => ids.push(item.id.as_str()),
            None => asked.push((own, vec![item.id.as_str()])),
        }
    }
    asked.retain(|(commands, _)| !commands.is_empty());
    asked
        .into_iter()
        .flat_map(|(commands, ids)| std::iter::once(format!("# {}", ids.join(", "))).chain(commands))
        .collect()
}

/// What shows and mends it; what a step has already done is not asked for again.
fn commands(item: &Item<'_>, with: &Commands<'_>, steps: &BTreeSet<String>) -> Vec<String> {
    let shows = item.wording.map(Wording::shows).unwrap_or_default();
    let mends = with.of_check(item).into_iter().filter(|command| !steps.contains(command));
    shows.into_iter().chain(mends).collect()
}
