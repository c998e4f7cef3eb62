//! `runbooks/*.md`: one page per cluster, to work from: what stands in the way, the exact commands, how to watch, verify,
//! and go on when something fails. It prints commands; nothing here runs one.

mod checks;
mod commands;
mod failure;
mod figures;
mod head;
mod name;
mod steps;
#[cfg(test)]
mod tests;
mod words;

use name::file_names;

use self::commands::Commands;
use super::block::Page;
use crate::{
    assess::{
        audit::{Audit, ClusterRecord},
        runbook::{self, Runbook},
    },
    inventory::ResourceId,
};

/// The runbooks of an audit, each with its cluster and the file it goes to.
pub(crate) fn named(audit: &Audit) -> impl Iterator<Item = (&ResourceId, String)> {
    let with_runbook = audit.clusters.iter().filter(|one| one.decided.has_runbook());
    let ids: Vec<_> = with_runbook.map(ClusterRecord::id).collect();
    let names = file_names(&ids);
    ids.into_iter().zip(names)
}

/// The file of each runbook and of the page behind it, and what builds it.
pub(crate) fn pages(audit: &Audit) -> impl Iterator<Item = (String, impl Fn() -> Page + Sync)> {
    let names = named(audit).map(|(_, name)| name);
    runbook::sources(audit).into_iter().zip(names).flat_map(|(sources, name)| {
        let behind = behind(&name);
        let link = behind.trim_start_matches("runbooks/").to_owned();
        [(false, name), (true, behind)].map(|(is_behind, name)| {
            let (sources, link) = (sources.clone(), link.clone());
            (name, move || {
                let runbook = runbook::build(&sources);
                if is_behind { details(&runbook) } else { of(&runbook, &link) }
            })
        })
    })
}

/// The file of what stands behind a runbook.
fn behind(name: &str) -> String {
    name.replacen("runbooks/", "runbooks/details/", 1)
}

/// The page of one cluster: what is done tonight, and what has to be settled before. `details` is where the page behind it is.
fn of(runbook: &Runbook<'_>, details: &str) -> Page {
    let commands = Commands::new(runbook);
    let mut page = Page::default();
    head::write(&mut page, runbook);
    steps::write(&mut page, runbook, &commands);
    let mut last = Page::default();
    failure::write(&mut last, runbook, &commands);
    page.paragraph(format!(
        "Questions, commands and good answers of the checks, and the figures: [details]({details})."
    ));
    checks::boxes(&mut page, runbook, LINES.saturating_sub(last.lines()));
    page.append(last);
    page
}

/// Most lines of a runbook: what does not fit stands on the page behind it.
const LINES: usize = 150;

/// What stands behind it: the questions of the checks, why it goes there, figures.
fn details(runbook: &Runbook<'_>) -> Page {
    let mut page = Page::default();
    head::title(&mut page, runbook);
    checks::details(&mut page, runbook);
    head::why(&mut page, runbook);
    figures::write(&mut page, runbook);
    page
}
