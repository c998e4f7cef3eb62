//! The demo estate shows what leaving kubenet takes: checks that fail, a plan, runbooks, retirements.

use std::{collections::BTreeSet, fs};

use assert_cmd::Command;
use serde_json::Value;

/// Checks that ARM shows and that no cluster of the demo estate fails yet, or that are only asked of clusters that
/// cannot fail them.
const NOT_SHOWN: [&str; 8] =
    ["CIL-001", "CIL-002", "CIL-003", "CIL-005", "MIG-008", "MIG-024", "MIG-069", "MIG-076"];

#[test]
fn nearly_every_check_fails_somewhere_and_the_run_has_plan_runbooks_and_retirements() {
    let directory = tempfile::tempdir().unwrap();
    let arguments = ["demo", "--as-of", "2026-11-21", "--no-progress", "--output"];
    Command::cargo_bin("aks-census").unwrap().args(arguments).arg(directory.path()).assert().success();
    let run = directory.path().join("latest");
    let read = |name: &str| fs::read_to_string(run.join(name)).unwrap();
    let audit: Value = serde_json::from_str(&read("audit.json")).unwrap();

    let (mut asked, mut failed) = (BTreeSet::new(), BTreeSet::new());
    for cluster in audit["migrations"].as_array().unwrap() {
        for readiness in ["readiness", "second_readiness"] {
            for check in cluster[readiness]["checks"].as_array().into_iter().flatten() {
                if check["visibility"] == "arm" {
                    let id = check["check"].as_str().unwrap();
                    asked.insert(id);
                    if check["status"] == "fail" {
                        failed.insert(id);
                    }
                }
            }
        }
    }
    let never: Vec<_> = asked.difference(&failed).copied().filter(|id| !NOT_SHOWN.contains(id)).collect();
    assert!(never.is_empty(), "{never:?}");
    assert!(failed.len() > 50, "{}", failed.len());

    let links: Vec<_> = read("report.md").match_indices("](runbooks/").map(|(at, _)| at).collect();
    assert!(links.len() > 30, "{}", links.len());
    assert!(fs::read_dir(run.join("runbooks")).unwrap().count() > 30);
    for name in ["migration_plan.csv", "migration_candidates.csv", "retirements.csv"] {
        assert!(read(name).lines().count() > 10, "{name}");
    }
    assert!(read("migration.ics").contains("BEGIN:VEVENT"));
}
