//! The scenarios of the simulator, seen through the shipped binary: it finds what a patient reader finds.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use aks_census_simulator::{
    faults::RequestKind,
    scenario::{EstateSource, Scenario, Why},
};

use crate::support::{Azure, Run};

fn scenarios() -> Vec<PathBuf> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("simulator/estates");
    let mut files: Vec<_> =
        std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

/// What a run found, in the terms of a scenario.
#[derive(Debug, PartialEq, Eq)]
struct Found {
    counts: [Option<u64>; 5],
    unread: BTreeSet<(String, String, String)>,
    odd_items: u64,
    status: i32,
}

fn found(azure: &Azure, run: &Run) -> Found {
    let mut unread = BTreeSet::new();
    let (mut odd_items, mut subscriptions) = (0, 0);
    for row in run.rows("coverage.csv") {
        match (row["what"].as_str(), row["status"].as_str()) {
            ("object", _) => odd_items += 1,
            ("subscriptions", _) => subscriptions = row["items"].parse().unwrap(),
            (_, "ok" | "skipped") => {}
            (what, status) => {
                let name = azure.subscriptions.iter().find(|(_, id)| row["scope_id"].ends_with(id.as_str()));
                let name = name.map_or_else(|| row["scope_id"].clone(), |(name, _)| name.clone());
                unread.insert((name, what.to_owned(), status.to_owned()));
            }
        }
    }
    let rows = |file| run.rows(file);
    let named_only = |row: &std::collections::BTreeMap<String, String>| row["usable"].is_empty();
    let subnets = rows("subnets.csv").iter().filter(|row| !named_only(row)).count() as u64;
    let used = rows("subnets.csv").iter().filter_map(|row| row["used"].parse::<u64>().ok()).sum();
    let count = |file| rows(file).len() as u64;
    Found {
        counts: [subscriptions, count("clusters.csv"), count("vnets.csv"), subnets, used].map(Some),
        unread,
        odd_items,
        status: run.status,
    }
}

fn expected(scenario: &Scenario) -> Found {
    let expected = &scenario.expected;
    let what = |kind| match kind {
        RequestKind::Clusters => "clusters",
        RequestKind::VirtualNetworks => "virtual-networks",
        other => panic!("a scenario expects {other:?} to be unread"),
    };
    let status = |why| match why {
        Why::Denied => "denied",
        Why::NotFound => "not_found",
        Why::Failed => "failed",
    };
    let unread = expected
        .unread
        .iter()
        .map(|list| (list.subscription.clone(), what(list.kind).to_owned(), status(list.why).to_owned()))
        .collect();
    Found {
        counts: [
            expected.subscriptions,
            expected.clusters,
            expected.virtual_networks,
            expected.subnets,
            expected.addresses,
        ],
        status: if expected.unread.is_empty() && expected.odd_items == 0 { 0 } else { 3 },
        unread,
        odd_items: expected.odd_items,
    }
}

#[test]
fn the_binary_finds_what_there_is_to_find() {
    let mut told = 0;
    for file in scenarios() {
        let scenario = Scenario::load(&file).unwrap();
        let is_large = matches!(scenario.estate, EstateSource::Scale { subscriptions: 50.., .. });
        if is_large || scenario.expected.clusters.is_none() {
            continue;
        }
        let azure = Azure::start(scenario.options().unwrap());
        azure.configure("attempts = 12");
        let run = azure.census(&["audit"]).run();
        let (mut found, expected) = (found(&azure, &run), expected(&scenario));
        // Networks that no list showed were asked for by id on top, so there may be more of them.
        if !expected.unread.is_empty() {
            for (found, expected) in found.counts.iter_mut().zip(expected.counts).skip(2) {
                *found = (*found).min(expected);
            }
        }
        assert_eq!(found, expected, "{}: {}", file.display(), run.stderr);
        told += 1;
    }
    assert!(told > 8, "{told} scenarios");
}
