//! Inventory → Audit: pure functions; no clock, no I/O, no environment.
//!
//! Rooms stand on floors, and each names only those below it. From the ground: `figure`, `coverage` and [`options`];
//! `estate`, the index; `topology`, what networks reach; `usage`, who holds addresses; [`outlook`], what comes;
//! [`migration`], what is decided about each cluster; [`schedule`], when it moves; [`audit`], the nouns of the result;
//! [`records`], which makes them; on top `findings`, [`questions`] and [`runbook`].

pub mod audit;
mod coverage;
mod estate;
mod figure;
mod findings;
pub mod migration;
pub mod options;
pub mod outlook;
pub mod questions;
pub mod records;
pub mod runbook;
pub mod schedule;
mod topology;
mod usage;

use std::{panic, thread};

use self::{
    audit::{Audit, Coverage},
    coverage::Reading,
    estate::Estate,
    findings::Context,
    migration::Migration,
    options::Options,
    records::Rows,
    topology::Topology,
};
use crate::{
    inventory::{CoverageEntry, Inventory},
    rules::Catalogue,
};

/// Assesses an inventory. The same inventory and options give the same audit, whatever the order of the inventory's
/// lists.
#[must_use]
pub fn assess(inventory: &Inventory, options: &Options) -> Audit {
    let estate = Estate::of(inventory, options);
    let topology = Topology::of(&estate, inventory, options);
    let (rows, decided) = side_by_side(
        || records::of_estate(&estate, &topology, inventory, options),
        || migration::of_estate(&estate, &topology, inventory, options),
    );
    drop(topology);
    drop(estate);
    compose(inventory, options, rows, decided, Catalogue::built_in())
}

/// Does two things that need nothing of each other, each on a thread of its own.
fn side_by_side<A, B: Send>(one: impl FnOnce() -> A, other: impl FnOnce() -> B + Send) -> (A, B) {
    thread::scope(|scope| {
        let other = scope.spawn(other);
        let one = one();
        (one, other.join().unwrap_or_else(|cause| panic::resume_unwind(cause)))
    })
}

/// Whether something needed could not be read and is not among the scopes the user accepts as unreadable.
#[must_use]
pub fn is_incomplete(inventory: &Inventory, accept_unread: &[String]) -> bool {
    Reading::new(inventory, accept_unread).is_incomplete()
}

/// What could not be read, and whether it is among the scopes the user accepts as unreadable.
#[must_use]
pub fn gaps<'a>(inventory: &'a Inventory, accept_unread: &[String]) -> Vec<(&'a CoverageEntry, bool)> {
    let reading = Reading::new(inventory, accept_unread);
    reading.gaps().map(|gap| (gap, reading.is_accepted(gap))).collect()
}

fn compose(
    inventory: &Inventory,
    options: &Options,
    rows: Rows,
    mut decided: Migration,
    catalogue: &Catalogue,
) -> Audit {
    let reading = Reading::new(inventory, &options.accept_unread);
    let header = records::header::header(inventory, options, catalogue, &reading, rows.clusters.len());
    let retirements = std::mem::take(&mut decided.retirements);
    let (clusters, plan) = records::leaving::records(options, rows.clusters, decided);
    let mut audit = Audit {
        header,
        clusters,
        subnets: rows.subnets,
        networks: rows.networks,
        findings: Vec::new(),
        coverage: Coverage {
            entries: inventory.coverage.entries().to_vec(),
            accepted_scopes: reading.accepted_scopes(),
            incomplete: reading.is_incomplete(),
        },
        plan,
    };
    audit.sort();
    records::leaving::hand_out(retirements, &mut audit);
    audit.findings =
        findings::of(&Context { catalogue, inventory, options, reading: &reading, audit: &audit });
    audit
}

#[cfg(test)]
pub(crate) use tests::{fixture, generated, oracle, testing};

#[cfg(test)]
mod tests;
