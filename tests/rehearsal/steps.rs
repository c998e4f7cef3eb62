//! The steps of a runbook: what is typed of them from the runbook itself, their commands from its page. This is the only file
//! that knows how either looks.

use std::collections::BTreeSet;

use aks_census::{
    assess::{
        audit::Audit,
        migration::{Operation, Target},
        runbook::{self, Runbook},
    },
    rules::Checks,
};

use crate::{
    page::{Section, sections},
    world::lower,
};

/// Whether what stands beside the steps may only look; as long as fixes of warnings are printed there, it may change something.
pub(crate) const LOOKS_ONLY: bool = false;

/// Which pools a step says it re-images.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reimages {
    None,
    Pools(BTreeSet<String>),
    All,
}

/// A step.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    pub(crate) number: usize,
    pub(crate) title: String,
    /// Its commands, a script.
    pub(crate) script: String,
    /// Ids of the checks that pass after it.
    pub(crate) clears: Vec<String>,
    /// Ids of the checks that it says fail from then on until a later step.
    pub(crate) breaks: Vec<String>,
    pub(crate) reimages: Reimages,
    /// Whether it is the move itself, or comes after it.
    pub(crate) is_move: bool,
}

/// Where a runbook says that its cluster is at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    Overlay,
    OverlayWithCilium,
    Cilium,
    /// Another cluster takes its place.
    NewCluster,
    /// Other pools, a larger pod CIDR: the cluster itself stays what it is.
    Stays,
}

/// A runbook as it is rehearsed.
#[derive(Debug, Clone)]
pub(crate) struct Book {
    pub(crate) cluster: String,
    pub(crate) end: End,
    pub(crate) steps: Vec<Step>,
    /// Scripts beside the steps, which only look.
    pub(crate) looks: Vec<String>,
}

/// The book of one cluster: its page, and what is typed of it.
pub(crate) fn book(audit: &Audit, cluster: &str, page: &str) -> Option<Book> {
    let sources = runbook::sources(audit).into_iter().find(|one| lower(one.row.id.as_str()) == lower(cluster))?;
    let runbook = runbook::build(&sources);
    let mut steps: Vec<Step> = Vec::new();
    let mut looks = Vec::new();
    let found = sections(page);
    let mut of_move = None;
    for section in &found {
        let is_blocker = section.level == 3 && section.numbered().is_some();
        of_move = match section.level {
            1 | 2 => moves(section),
            _ => of_move,
        };
        if is_blocker {
            steps.extend(blocker(section, &runbook));
        } else if let Some(step) = of_move.and_then(|operation| operate(section, operation, steps.len() + 1)) {
            steps.push(step);
        } else {
            looks.extend(section.scripts.iter().cloned());
        }
    }
    for (number, step) in (1..).zip(&mut steps) {
        step.number = number;
    }
    Some(Book { cluster: cluster.to_owned(), end: end(&runbook), steps, looks })
}

fn end(runbook: &Runbook<'_>) -> End {
    match (runbook.operations.as_slice(), runbook.target) {
        ([Operation::Overlay], _) => End::Overlay,
        ([Operation::Overlay, ..], _) => End::OverlayWithCilium,
        ([Operation::Cilium, ..], _) => End::Cilium,
        ([], Target::NewCluster | Target::PodSubnet) => End::NewCluster,
        ([], _) if runbook.verdict == aks_census::assess::migration::Verdict::Rebuild => End::NewCluster,
        ([], _) => End::Stays,
    }
}

fn moves(section: &Section) -> Option<Operation> {
    if section.heading.starts_with("Move to Azure CNI Overlay") {
        Some(Operation::Overlay)
    } else if section.heading.starts_with("Change the data plane to Cilium") {
        Some(Operation::Cilium)
    } else {
        None
    }
}

fn blocker(section: &Section, runbook: &Runbook<'_>) -> Option<Step> {
    let (number, title) = section.numbered()?;
    let id = title.split(':').next().unwrap_or_default();
    let item = runbook.blockers.iter().chain(&runbook.second_blockers).find(|one| one.id.as_str() == id);
    let reimages = item.is_some_and(|one| Checks::built_in().get(one.id).reimages);
    Some(Step {
        number,
        title: title.to_owned(),
        script: section.script(),
        clears: item.iter().map(|one| one.id.to_string()).collect(),
        breaks: Vec::new(),
        reimages: if reimages { Reimages::All } else { Reimages::None },
        is_move: false,
    })
}

fn operate(section: &Section, operation: Operation, number: usize) -> Option<Step> {
    let command = match operation {
        Operation::Overlay => "--network-plugin-mode overlay",
        Operation::Cilium => "--network-dataplane cilium",
    };
    Some(Step {
        number,
        title: format!("{operation:?}: {}", section.heading),
        script: section.scripts.iter().find(|script| script.contains(command))?.clone(),
        clears: Vec::new(),
        breaks: Vec::new(),
        reimages: Reimages::All,
        is_move: true,
    })
}
