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

pub use name::file_names;

use std::collections::HashMap;

use self::commands::Commands;
use super::{ReportFile, markdown::page::Page};
use crate::{
    assess::{
        audit::Audit,
        migration::Operation,
        runbook::{self, Runbook},
    },
    inventory::ResourceId,
};

/// The runbooks of an audit, each with its cluster and the file it goes to.
pub(super) fn named(audit: &Audit) -> impl Iterator<Item = (&ResourceId, String)> {
    let ids: Vec<_> = audit.leaving.runbooks.keys().collect();
    let names = file_names(&ids);
    ids.into_iter().zip(names)
}

/// A file a runbook. Its page is built when the file is written, and gone when it is.
pub(super) fn files(audit: &Audit) -> impl Iterator<Item = ReportFile<'_>> {
    let names: HashMap<_, _> = named(audit).collect();
    runbook::sources(audit).into_iter().filter_map(move |sources| {
        let name = names.get(&sources.row.id)?;
        Some(ReportFile::new(name, move |out| out.write_all(render(&runbook::build(&sources)).as_bytes())))
    })
}

/// The page of one cluster.
#[must_use]
pub fn render(runbook: &Runbook) -> String {
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
    page.into_string()
}
