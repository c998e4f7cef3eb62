//! Every runbook is run, from its first step to its last, against a twin of the estate it was written for, before a person
//! sees it: by a stand-in for `az` that knows what Azure documents and nothing of the program.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod audited;
mod azure;
mod estates;
mod left;
mod mistakes;
mod page;
mod rehearse;
mod shell;
mod stage;
mod steps;
mod watch;
mod world;

use std::io::Write;

use aks_census_simulator::estate::demo::{Size, demo};

use self::{
    audited::Auditor,
    stage::{Theatre, Which},
    world::World,
};

/// How many generated estates are rehearsed, and with it every runbook of the demo; without it a few, and one runbook of a kind.
const MANY: &str = "AKS_CENSUS_REHEARSE";

/// Says something to whoever asked for the whole rehearsal.
fn say(text: &str) {
    std::io::stdout().write_all(text.as_bytes()).unwrap();
}

fn many() -> Option<u64> {
    std::env::var(MANY).ok().and_then(|value| value.parse().ok())
}

#[test]
fn the_runbooks_of_the_demo() {
    let which = if many().is_some() { Which::All } else { Which::OneOfAKind };
    let mut theatre = Theatre::default();
    theatre.play(&Auditor::new(), "demo", &World::of(&demo(1, Size::Small)), which);
    judge(&theatre);
}

#[test]
fn the_runbooks_of_generated_estates() {
    let auditor = Auditor::new();
    let mut theatre = Theatre::default();
    for seed in 0..many().unwrap_or(5) {
        theatre.play(&auditor, &format!("estate-{seed}"), &estates::generated(seed), Which::All);
    }
    judge(&theatre);
}

/// Fails on what does not hold; the whole rehearsal says all there is to say.
fn judge(theatre: &Theatre) {
    assert!(theatre.played.len() > 5, "hardly anything was rehearsed");
    if many().is_some() {
        say(&theatre.table());
    }
    let breaches: Vec<String> = theatre.breaches().collect();
    assert!(breaches.is_empty(), "{breaches:#?}");
}
