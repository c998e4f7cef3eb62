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

use std::{collections::BTreeSet, io::Write};

use aks_census::rules::Rehearsed;
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
fn every_runbook_of_the_demo_and_of_generated_estates() {
    let which = if many().is_some() { Which::All } else { Which::OneOfAKind };
    let auditor = Auditor::new();
    let (demo, generated) = std::thread::scope(|scope| {
        let demo = scope.spawn(|| {
            let mut theatre = Theatre::default();
            theatre.play(&auditor, "demo", &World::of(&demo(1, Size::Small)), which);
            theatre
        });
        let mut theatre = Theatre::default();
        for seed in 0..many().unwrap_or(5) {
            theatre.play(&auditor, &format!("estate-{seed}"), &estates::generated(seed), Which::All);
        }
        (demo.join().unwrap(), theatre)
    });
    judge(&demo);
    judge(&generated);
    let kinds: BTreeSet<String> = demo.kinds().union(&generated.kinds()).cloned().collect();
    keep(&kinds);
}

/// The list of what was rehearsed says no more and no less than what was, where all of it was; else no less.
fn keep(kinds: &BTreeSet<String>) {
    let listed = Rehearsed::built_in().kinds();
    if many().is_some() && std::env::var_os("AKS_CENSUS_UPDATE").is_some() {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/rehearsed.toml");
        let text = std::fs::read_to_string(&path).unwrap();
        let (head, _) = text.split_once("kinds = [").unwrap();
        let lines: Vec<String> = kinds.iter().map(|kind| format!("  \"{kind}\",\n")).collect();
        std::fs::write(path, format!("{head}kinds = [\n{}]\n", lines.concat())).unwrap();
        return;
    }
    let missing: Vec<_> = kinds.difference(listed).collect();
    assert!(missing.is_empty(), "`AKS_CENSUS_UPDATE=1 .ci/rehearse` lists these: {missing:?}");
    let stale: Vec<_> = listed.difference(kinds).collect();
    assert!(many().is_none() || stale.is_empty(), "nobody rehearses these any more: {stale:?}");
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
