//! Which runbooks are rehearsed together, and what is said of them all.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
};

use crate::{
    audited::{self, Auditor},
    rehearse::{Breach, Outcome, rehearse},
    steps::{self, Book, End},
    world::{Pool, Shelf, World, lower, name_of, split_subnet},
};

/// How the rehearsal of one runbook went.
pub(crate) struct Played {
    pub(crate) estate: String,
    pub(crate) cluster: String,
    pub(crate) end: End,
    pub(crate) outcome: Outcome,
    /// The kinds of its steps.
    pub(crate) kinds: Vec<String>,
}

/// All rehearsals.
#[derive(Default)]
pub(crate) struct Theatre {
    pub(crate) played: Vec<Played>,
}

impl Theatre {
    /// Rehearses the runbooks of a world, all or one of a kind: side by side where clusters are no neighbours, because an audit of
    /// the whole after each step costs most.
    pub(crate) fn play(&mut self, auditor: &Auditor, estate: &str, world: &World, which: Which) {
        let start = audited::standings(&auditor.audit(world));
        let mut books = books(auditor, world);
        if which == Which::OneOfAKind {
            let mut kinds = BTreeSet::new();
            books.retain(|book| kinds.insert(kind(book)));
        }
        for group in strangers(world, books) {
            let (outcomes, _) = rehearse(Some(auditor), world, &start, &group);
            self.played.extend(group.iter().zip(outcomes).map(|(book, outcome)| Played {
                estate: estate.to_owned(),
                cluster: name_of(&book.cluster).to_owned(),
                end: book.end,
                outcome,
                kinds: book.steps.iter().filter_map(|step| step.kind.clone()).collect(),
            }));
        }
    }

    /// Everything that does not hold.
    pub(crate) fn breaches(&self) -> impl Iterator<Item = String> {
        let said = |one: &Played, breach: &Breach| format!("{} {}: {breach}", one.estate, one.cluster);
        self.played
            .iter()
            .flat_map(move |one| one.outcome.breaches.iter().map(move |breach| said(one, breach)))
    }

    /// The kinds of steps of runbooks that hold from the first step to the last, with nothing left to people.
    pub(crate) fn kinds(&self) -> BTreeSet<String> {
        let whole = |played: &&Played| {
            let outcome = &played.outcome;
            outcome.breaches.is_empty() && outcome.unknown.is_empty() && outcome.manual.is_empty()
        };
        self.played.iter().filter(whole).flat_map(|played| played.kinds.iter().cloned()).collect()
    }

    /// A line a runbook, and one for whatever it lacks.
    pub(crate) fn table(&self) -> String {
        let mut table = String::new();
        for Played { estate, cluster, end, outcome, .. } in &self.played {
            let verdict = if outcome.breaches.is_empty() { "holds" } else { "FAILS" };
            let _ = writeln!(
                table,
                "{verdict} {estate} {cluster}: to {end:?}, {} steps, {} commands",
                outcome.steps, outcome.commands
            );
            for (step, word) in &outcome.capitals {
                let _ = writeln!(table, "    step {step} leaves {word}");
            }
            for (step, title) in &outcome.manual {
                let _ = writeln!(table, "    step {step} is a person's: {title}");
            }
            for breach in &outcome.unknown {
                let _ = writeln!(table, "    not known, because of the above: {breach}");
            }
            for breach in &outcome.breaches {
                let _ = writeln!(table, "    {breach}");
            }
        }
        table
    }
}

/// The runbooks of a world.
pub(crate) fn books(auditor: &Auditor, world: &World) -> Vec<Book> {
    let audit = auditor.audit(world);
    let one = |(cluster, (page, details)): (String, (String, String))| {
        steps::book(&audit, &cluster, &page, &details).unwrap_or_else(|error| panic!("{cluster}: {error}"))
    };
    audited::pages(&audit).into_iter().map(one).collect()
}

/// Which runbooks of a world are rehearsed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Which {
    All,
    /// One of those whose steps have the same commands on other things.
    OneOfAKind,
}

/// What a runbook consists of: where it leads, and the verbs and options of its commands.
fn kind(book: &Book) -> String {
    let verb = |line: &str| {
        let words: Vec<&str> = line.split(' ').collect();
        let verb = words.iter().take_while(|word| !word.starts_with('-'));
        let flags = words.iter().filter(|word| word.starts_with("--"));
        verb.chain(flags).copied().collect::<Vec<_>>().join(" ")
    };
    let lines = book.steps.iter().flat_map(|step| step.script.lines()).filter(|line| line.starts_with("az "));
    let verbs: BTreeSet<String> =
        lines.map(verb).filter(|verb| !verb.contains(" show ") && !verb.contains(" list ")).collect();
    let clears: BTreeSet<&String> = book.steps.iter().flat_map(|step| &step.clears).collect();
    format!("{:?} {clears:?} {verbs:?}", book.end)
}

/// Groups in which no two clusters share a network; and none is alone in one longer than it must.
fn strangers(world: &World, books: Vec<Book>) -> Vec<Vec<Book>> {
    let mut groups: Vec<(Vec<String>, Vec<Book>)> = Vec::new();
    let mut networks: BTreeMap<String, String> = BTreeMap::new();
    for cluster in world.all(Shelf::Cluster) {
        let id = cluster["id"].as_str().unwrap_or_default();
        let subnet = Pool::all(cluster).iter().find_map(|pool| world.subnet_of(id, pool));
        let network =
            subnet.as_deref().and_then(split_subnet).map_or_else(|| lower(id), |(network, _)| lower(network));
        networks.insert(lower(id), network);
    }
    for book in books {
        let network = networks.get(&lower(&book.cluster)).cloned().unwrap_or_default();
        match groups.iter_mut().find(|(taken, _)| !taken.contains(&network)) {
            Some((taken, group)) => {
                taken.push(network);
                group.push(book);
            }
            None => groups.push((vec![network], vec![book])),
        }
    }
    groups.into_iter().map(|(_, books)| books).collect()
}
