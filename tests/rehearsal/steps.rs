//! The steps of a runbook: what is typed of them from the runbook itself, their commands from its page. This is the only file
//! that knows how either looks.

use std::collections::BTreeSet;

use aks_census::assess::{
    audit::Audit,
    migration::{Action, Operation, Target},
    runbook::{self, Purpose, Runbook},
};

use crate::{
    page::{Section, sections},
    world::lower,
};

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
    /// The minor version of Kubernetes that the cluster has after it, such as `1.35`, where it is upgraded.
    pub(crate) version: Option<String>,
    /// Whether only the move itself ends what stands above it: a pod CIDR was agreed on.
    pub(crate) is_agreement: bool,
    /// Whether only people can do it: nothing is decided that a command could do.
    pub(crate) is_for_people: bool,
    /// What kind of step it is; none where only people can do it.
    pub(crate) kind: Option<String>,
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
    /// The pod CIDR that the cluster has at the end, where one was chosen for it.
    pub(crate) pod_cidr: Option<String>,
    pub(crate) steps: Vec<Step>,
    /// Scripts beside the steps: they have to be in order, but are not part of the way.
    pub(crate) looks: Vec<String>,
}

/// The book of one cluster: its page and the page of its details, and what is typed of it. None where page and runbook do not
/// have the same steps.
pub(crate) fn book(audit: &Audit, cluster: &str, page: &str, details: &str) -> Result<Book, String> {
    let sources =
        runbook::sources(audit).into_iter().find(|one| lower(one.row.id.as_str()) == lower(cluster));
    let runbook = runbook::build(&sources.ok_or("there is no runbook")?);
    let found = sections(page);
    let (numbered, others): (Vec<&Section>, Vec<&Section>) =
        found.iter().partition(|one| one.level == 3 && one.numbered().is_some());
    if numbered.len() != runbook.steps.len() {
        return Err(format!("{} steps are printed, {} are decided", numbered.len(), runbook.steps.len()));
    }
    let steps = (1..)
        .zip(numbered)
        .zip(&runbook.steps)
        .map(|((number, section), typed)| step(number, section, typed));
    let steps = steps.collect::<Result<Vec<_>, _>>()?;
    let beside = sections(details);
    let looks = others.into_iter().chain(&beside).flat_map(|one| one.scripts.clone()).collect();
    let builds = runbook.steps.iter().any(|step| step.purpose == Purpose::Build);
    let moves = runbook.operations.contains(&Operation::Overlay);
    let pod_cidr = runbook.new_pod_cidr.filter(|_| builds || moves);
    Ok(Book {
        cluster: cluster.to_owned(),
        end: end(&runbook),
        pod_cidr: pod_cidr.map(|one| one.to_string()),
        steps,
        looks,
    })
}

fn step(number: usize, section: &Section, typed: &runbook::Step<'_>) -> Result<Step, String> {
    let Some((printed, title)) = section.numbered().filter(|(printed, _)| *printed == number) else {
        return Err(format!("step {number} is printed as `{}`", section.heading));
    };
    Ok(Step {
        number: printed,
        title: title.to_owned(),
        script: section.script(),
        clears: typed.clears().map(|id| id.to_string()).collect(),
        breaks: typed.breaks.iter().map(ToString::to_string).collect(),
        reimages: match &typed.reimages {
            runbook::Reimages::None => Reimages::None,
            runbook::Reimages::Pools(pools) => Reimages::Pools(pools.iter().cloned().collect()),
            runbook::Reimages::All => Reimages::All,
        },
        version: typed.actions.iter().rev().find_map(|action| match action {
            Action::Upgrade(to) => Some(to.to_string()),
            _ => None,
        }),
        is_agreement: matches!(typed.purpose, Purpose::Agree(_)),
        kind: (!typed.actions.is_empty()).then(|| typed.kind()),
        is_for_people: typed.actions.is_empty() && !matches!(typed.purpose, Purpose::Agree(_)),
    })
}

fn end(runbook: &Runbook<'_>) -> End {
    let deletes = runbook.steps.iter().any(|step| step.purpose == Purpose::Delete);
    match (runbook.operations.as_slice(), runbook.target) {
        _ if deletes => End::NewCluster,
        ([Operation::Overlay], _) => End::Overlay,
        ([Operation::Overlay, ..], _) => End::OverlayWithCilium,
        ([Operation::Cilium, ..], _) => End::Cilium,
        ([], Target::NewCluster) => End::NewCluster,
        ([], _) => End::Stays,
    }
}
