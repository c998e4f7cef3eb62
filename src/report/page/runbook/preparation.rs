//! What has to be done and looked at before: blockers in order, what could not be read, manual checks, warnings.

use crate::{
    assess::{
        migration::Wording,
        runbook::{Item, Runbook},
    },
    report::{
        page::block::Page,
        phrase::{Phrase, phrase, prose},
        say,
    },
};

/// All sections of preparation.
pub(super) fn write(page: &mut Page, runbook: &Runbook<'_>) {
    if !runbook.first.is_empty() {
        page.heading(2, "Before anything else");
        page.list(runbook.first.iter().map(|first| prose(&say::first(first).text())));
    }
    page.heading(2, "Blockers, in the order in which to remove them");
    if runbook.blockers.is_empty() {
        page.paragraph("None fails.");
    } else if runbook.operations.is_empty() {
        page.paragraph(
            "They stand against a move in place, which is not the target here. What they say of the state of the cluster and its \
             pools holds for any change.",
        );
    }
    for (number, item) in (1..).zip(&runbook.blockers) {
        page.heading(3, phrase!("{}. {}: {}", number.to_string(), item.id.as_str(), prose(&item.rule.title)));
        detailed(page, item);
    }
    if !runbook.unknown.is_empty() {
        page.heading(2, "What could not be read");
        page.paragraph("Unknown is not a pass: find these out before you begin.");
        for item in &runbook.unknown {
            page.heading(3, phrase!("{}: {}", item.id.as_str(), prose(&item.rule.title)));
            detailed(page, item);
        }
    }
    page.heading(2, "Checks only you can make");
    if runbook.manual.is_empty() {
        page.paragraph("None is open.");
    }
    for item in &runbook.manual {
        tick_box(page, item);
    }
    if !runbook.warnings.is_empty() {
        page.heading(2, "Warnings");
        for item in &runbook.warnings {
            tick_box(page, item);
        }
    }
    if !runbook.also.is_empty() {
        page.heading(2, "Also");
        page.list(
            runbook.also.iter().map(|one| phrase!("{} ({})", prose(&say::advice(one).text()), one.rule())),
        );
    }
}

/// What has to be settled between the first operation and the second.
pub(super) fn before_second(page: &mut Page, runbook: &Runbook<'_>) {
    if runbook.second_blockers.is_empty() && runbook.second_checks.is_empty() {
        return;
    }
    page.heading(3, "Before it");
    items_of_second(page, runbook);
}

fn items_of_second(page: &mut Page, runbook: &Runbook<'_>) {
    for item in &runbook.second_blockers {
        page.paragraph(phrase!("**{} stands in the way: {}**", item.id.as_str(), prose(&item.rule.title)));
        detailed(page, item);
    }
    for item in &runbook.second_checks {
        tick_box(page, item);
    }
}

/// What stands between the cluster and Cilium, where that is asked for and not on its way.
pub(super) fn cilium_wanted(page: &mut Page, runbook: &Runbook<'_>) {
    let Some(verdict) = runbook.cilium_wanted else { return };
    page.heading(2, "Cilium, which is asked for");
    page.paragraph(format!(
        "A tag or the configuration asks for the Cilium data plane. What is said above does not bring it; for the change to it, an \
         operation of its own, the verdict is **{verdict}**. Beside the checks above it needs these:"
    ));
    if runbook.second_blockers.is_empty() && runbook.second_checks.is_empty() {
        page.paragraph("None besides.");
    }
    items_of_second(page, runbook);
}

fn detailed(page: &mut Page, item: &Item<'_>) {
    if let Some(facts) = say::check_facts(item.facts) {
        page.paragraph(phrase!("**Here:** {}", prose(&facts.text())));
    }
    page.paragraph(phrase!("**Why:** {}", prose(&item.rule.why)));
    page.paragraph(phrase!("**What to do:** {}", prose(&item.rule.remediation)));
    commands(page, item);
    if let Some(good) = good_answer(item) {
        page.paragraph(phrase!("**Good:** {}", prose(&good)));
    }
    page.paragraph(source(item));
}

fn tick_box(page: &mut Page, item: &Item<'_>) {
    page.checklist([phrase!("**{}** {}", item.id.as_str(), prose(&item.rule.title))]);
    if let Some(facts) = say::check_facts(item.facts) {
        page.paragraph(prose(&facts.text()));
    }
    page.paragraph(prose(&item.rule.why));
    commands(page, item);
    match good_answer(item) {
        Some(good) => page.paragraph(phrase!("Good: {}", prose(&good))),
        None => page.paragraph(phrase!("What to do: {}", prose(&item.rule.remediation))),
    }
    page.paragraph(source(item));
}

fn good_answer(item: &Item<'_>) -> Option<String> {
    item.wording.and_then(Wording::good_answer)
}

fn commands(page: &mut Page, item: &Item<'_>) {
    let worded = item.wording.map(Wording::commands).unwrap_or_default();
    if !worded.is_empty() {
        page.commands(worded);
    }
}

/// The page a check comes from. Its address is ours, from the catalogue.
fn source(item: &Item<'_>) -> Phrase {
    phrase!("Source ({}): <{}>", prose(item.rule.confidence.as_str()), item.rule.source.as_str())
}
