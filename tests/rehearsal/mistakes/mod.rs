//! The rehearsal itself rehearsed: right runbooks hold, and each mistake put into one is found: those that readers have found in
//! printed runbooks, by hand, and any other by machine.

mod by_hand;
mod by_machine;
mod right;

use std::collections::BTreeMap;

use crate::{
    audited::{Auditor, Standing, standings},
    rehearse::{Outcome, rehearse},
    steps::Book,
    world::World,
};

/// A runbook that holds, and the world it is for.
struct Case {
    name: String,
    world: World,
    book: Book,
    start: BTreeMap<String, Standing>,
}

impl Case {
    fn new(auditor: &Auditor, name: &str, world: World, book: Book) -> Self {
        let start = standings(&auditor.audit(&world));
        Self { name: name.to_owned(), world, book, start }
    }

    /// Rehearses a variant of its book; without an auditor the world alone is watched.
    fn play(&self, auditor: Option<&Auditor>, book: &Book) -> (Outcome, World) {
        let (mut outcomes, world) = rehearse(auditor, &self.world, &self.start, std::slice::from_ref(book));
        (outcomes.remove(0), world)
    }
}
