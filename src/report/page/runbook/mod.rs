//! `runbooks/*.md`: one page per cluster, to work from: what stands in the way, the exact commands, how to watch, verify,
//! and go on when something fails. It prints commands; nothing here runs one.

mod commands;
mod elsewhere;
mod failure;
mod fragments;
mod name;
mod preparation;
mod procedure;
mod summary;
#[cfg(test)]
mod tests;

use name::file_names;

use self::commands::Commands;
use super::block::Page;
use crate::{
    assess::{
        audit::{Audit, ClusterRecord},
        migration::Operation,
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

/// The file of each runbook, and what builds its page.
pub(crate) fn pages(audit: &Audit) -> impl Iterator<Item = (String, impl Fn() -> Page + Sync)> {
    let names = named(audit).map(|(_, name)| name);
    runbook::sources(audit)
        .into_iter()
        .zip(names)
        .map(|(sources, name)| (name, move || of(&runbook::build(&sources))))
}

/// The page of one cluster.
fn of(runbook: &Runbook<'_>) -> Page {
    let commands = Commands::new(runbook);
    let mut page = Page::default();
    summary::write(&mut page, runbook);
    preparation::write(&mut page, runbook);
    summary::addresses(&mut page, runbook);
    summary::schedule(&mut page, runbook);
    if runbook.operations.is_empty() {
        elsewhere::write(&mut page, runbook, &commands);
    } else {
        procedure::before(&mut page, runbook, &commands);
        for (number, operation) in runbook.operations.iter().enumerate() {
            match operation {
                Operation::Overlay => procedure::overlay(&mut page, runbook, &commands),
                Operation::Cilium => procedure::cilium(&mut page, runbook, &commands, number > 0),
            }
        }
        procedure::after(&mut page, runbook);
        failure::write(&mut page, runbook, &commands);
        fragments::write(&mut page, runbook);
    }
    preparation::cilium_wanted(&mut page, runbook);
    page
}
