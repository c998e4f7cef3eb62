//! `runbooks/`: a page a cluster to work from, tonight first, with a page of details behind it; one page for what a subscription's
//! clusters share, and one for all. It prints commands; nothing here runs one.

mod checks;
mod commands;
mod failure;
mod figures;
mod head;
mod name;
mod shared;
mod steps;
#[cfg(test)]
mod tests;
mod words;

use std::sync::Arc;

use self::{commands::Commands, name::file_names};
use super::block::Page;
use crate::{
    assess::{
        audit::{Audit, ClusterRecord},
        runbook::{self, Runbook, Step},
    },
    inventory::ResourceId,
    report::phrase::{Phrase, phrase},
    rules::Rehearsed,
};

/// The runbooks of an audit, each with its cluster and the file it goes to.
pub(crate) fn named(audit: &Audit) -> impl Iterator<Item = (&ResourceId, String)> {
    let with_runbook = audit.clusters.iter().filter(|one| one.decided.has_runbook());
    let ids: Vec<_> = with_runbook.map(ClusterRecord::id).collect();
    let names = file_names(&ids);
    ids.into_iter().zip(names)
}

/// A page, built when its file is written.
type Build<'a> = Box<dyn Fn() -> Page + Sync + 'a>;

/// The files of all runbooks and what builds each: one for the estate, one a subscription, and for a cluster its page and the one
/// behind it.
pub(crate) fn pages(audit: &Audit) -> Vec<(String, Build<'_>)> {
    let names: Vec<_> = named(audit).map(|(_, name)| name).collect();
    let sources = Arc::new(runbook::sources(audit));
    if names.is_empty() {
        return Vec::new();
    }
    let records = audit.clusters.iter().filter(|one| one.decided.has_runbook());
    let listed: Arc<Vec<_>> = Arc::new(records.zip(names.iter().cloned()).collect());
    let subscriptions = shared::subscriptions(&listed);
    let mut pages: Vec<(String, Build<'_>)> = Vec::new();
    {
        let (listed, sources) = (Arc::clone(&listed), Arc::clone(&sources));
        let estate = move || shared::estate(audit, &listed, &sources);
        pages.push(("runbooks/README.md".to_owned(), Box::new(estate)));
    }
    for (id, name) in &subscriptions {
        let is_own = |cluster: &ResourceId| cluster.subscription() == *id;
        let own: Vec<_> = listed.iter().filter(|(record, _)| is_own(record.id())).cloned().collect();
        let sources: Vec<_> = sources.iter().filter(|one| is_own(&one.row.id)).cloned().collect();
        let id = id.clone();
        let page = move || shared::subscription(audit, &id, &own, &sources);
        pages.push((name.clone(), Box::new(page)));
    }
    for (at, name) in names.into_iter().enumerate() {
        let Some(own) = sources.get(at).map(|one| one.row.id.subscription()) else { continue };
        let of_subscription = subscriptions.iter().find(|(id, _)| *id == own).map(|(_, name)| name.as_str());
        let place = |path: &str| path.trim_start_matches("runbooks/").to_owned();
        let behind = behind(&name);
        let links =
            Links { details: place(&behind), subscription: place(of_subscription.unwrap_or_default()) };
        let (of_page, of_details) = (Arc::clone(&sources), Arc::clone(&sources));
        let build =
            move || of_page.get(at).map_or_else(Page::default, |one| of(&runbook::build(one), &links));
        pages.push((name, Box::new(build)));
        let build =
            move || of_details.get(at).map_or_else(Page::default, |one| details(&runbook::build(one)));
        pages.push((behind, Box::new(build)));
    }
    pages
}

/// Where a cluster's page leads.
struct Links {
    /// The page behind it.
    details: String,
    /// What its subscription's clusters share.
    subscription: String,
}

/// The file of what stands behind a runbook.
fn behind(name: &str) -> String {
    name.replacen("runbooks/", "runbooks/details/", 1)
}

/// The page of one cluster: what is done tonight, and what has to be settled before.
fn of(runbook: &Runbook<'_>, links: &Links) -> Page {
    let commands = Commands::new(runbook);
    let mut page = Page::default();
    head::write(&mut page, runbook);
    steps::write(&mut page, runbook, &commands);
    let mut last = Page::default();
    failure::write(&mut last, runbook, &commands);
    let behind: Phrase = format!(
        "Questions, commands and good answers of the checks, and the figures: [details]({}). Asked once: for the estate \
         [README.md](README.md), for the subscription [{subscription}]({subscription}).",
        links.details,
        subscription = links.subscription,
    )
    .into();
    page.paragraph(Phrase::joined(rehearsed(runbook).into_iter().chain([behind]), " "));
    let room = LINES.saturating_sub(last.lines() + 2);
    if !checks::fit(&page, runbook, room) {
        page.tighten();
    }
    checks::boxes(&mut page, runbook, room);
    page.append(last);
    page
}

/// Which steps a machine has run before, and on what.
fn rehearsed(runbook: &Runbook<'_>) -> Option<Phrase> {
    let rehearsed = Rehearsed::built_in();
    let is_new = |step: &&Step<'_>| !step.actions.is_empty() && !rehearsed.has(&step.kind());
    let new = (1usize..).zip(&runbook.steps).filter(|(_, step)| is_new(step)).map(|(number, _)| number);
    let new: Vec<String> = new.map(|number| number.to_string()).collect();
    let any = runbook.steps.iter().any(|step| !step.actions.is_empty());
    let day = rehearsed.day().to_string();
    any.then(|| match new.as_slice() {
        [] => phrase!(
            "**Rehearsed:** commands like these were run in this order on {} against simulated clusters, which Azure's documented rules \
             bind, and audited after each step; this cluster's own state of {} was not.",
            day,
            runbook.as_of.to_string()
        ),
        [one] => phrase!("**Not rehearsed:** no machine has run commands like those of step {}.", one.as_str()),
        several => {
            phrase!("**Not rehearsed:** no machine has run commands like those of steps {}.", several.join(", "))
        }
    })
}

/// Most lines of a runbook: what does not fit stands on the page behind it.
const LINES: usize = 150;

/// What stands behind it: the questions of the checks, why it goes there, figures.
fn details(runbook: &Runbook<'_>) -> Page {
    let mut page = Page::default();
    head::title(&mut page, runbook);
    checks::details(&mut page, runbook, &Commands::new(runbook));
    head::why(&mut page, runbook);
    figures::addresses(&mut page, runbook);
    let mut last = Page::default();
    figures::how_long(&mut last, runbook);
    // An empty line stands between the two.
    let fits = |page: &Page| page.lines() + 1 + last.lines() <= LINES;
    if !fits(&page) {
        page.tighten();
    }
    // What is left out stands in one line of the runbook.
    if fits(&page) {
        page.append(last);
    }
    page
}
