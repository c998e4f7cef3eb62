//! Every runbook is run, from its first step to its last, against a twin of the estate it was written for, before a person
//! sees it: by a stand-in for `az` that knows what Azure documents and nothing of the program.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod audited;
mod azure;
mod estates;
mod page;
mod rehearse;
mod shell;
mod stage;
mod steps;
mod watch;
mod world;

use aks_census_simulator::estate::demo::{Size, demo};

use self::{audited::Auditor, stage::Theatre, world::World};

/// Widens the rehearsal: `all` runs 200 generated estates.
const HOW_MUCH: &str = "AKS_CENSUS_REHEARSE";

#[test]
fn every_runbook_of_the_demo() {
    let auditor = Auditor::new();
    let mut theatre = Theatre::default();
    theatre.play(&auditor, "demo", &World::of(&demo(1, Size::Small)));
    std::fs::write("/tmp/rehearsal.txt", theatre.table()).unwrap();
}

#[test]
fn every_runbook_of_generated_estates() {
    let auditor = Auditor::new();
    let mut theatre = Theatre::default();
    let many = if std::env::var(HOW_MUCH).is_ok_and(|value| value == "all") { 200 } else { 5 };
    for seed in 0..many {
        theatre.play(&auditor, &format!("estate {seed}"), &estates::generated(seed));
    }
    std::fs::write("/tmp/rehearsal-generated.txt", theatre.table()).unwrap();
}
