//! Every runbook is run, from its first step to its last, against a twin of the estate it was written for, before a person
//! sees it: by a stand-in for `az` that knows what Azure documents and nothing of the program.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![allow(dead_code)]

mod azure;
mod page;
mod shell;
mod world;
mod audited;
mod rehearse;
mod steps;
mod watch;

use aks_census_simulator::estate::demo::{Size, demo};

#[test]
fn every_runbook_of_the_demo() {
    let auditor = audited::Auditor::new();
    let world = world::World::of(&demo(1, Size::Small));
    let audit = auditor.audit(&world);
    let start = audited::standings(&audit);
    let pages = audited::pages(&audit);
    let mut table = String::new();
    for (cluster, page) in &pages {
        let Some(book) = steps::book(&audit, cluster, page) else { continue };
        let outcome = rehearse::rehearse(&auditor, &world, &start, std::slice::from_ref(&book)).remove(0);
        table.push_str(&format!("{} ({:?}, {} steps, {} commands)\n", crate::world::name_of(cluster), book.end, outcome.steps, outcome.commands));
        for (step, word) in &outcome.capitals {
            table.push_str(&format!("    capital {step}: {word}\n"));
        }
        for (step, title) in &outcome.manual {
            table.push_str(&format!("    manual {step}: {title}\n"));
        }
        for breach in &outcome.breaches {
            table.push_str(&format!("    {breach}\n"));
        }
    }
    std::fs::write("/tmp/rehearsal.txt", table).unwrap();
}
