//! The demo estate shows what leaving kubenet takes: checks that fail, a plan, runbooks, retirements.

use std::{collections::BTreeSet, fs};

use assert_cmd::Command;
use serde_json::Value;

#[test]
fn every_check_that_arm_shows_fails_somewhere_and_the_run_has_plan_runbooks_and_retirements() {
    let directory = tempfile::tempdir().unwrap();
    let arguments = ["demo", "--as-of", "2026-11-21", "--no-progress", "--output"];
    Command::cargo_bin("aks-census").unwrap().args(arguments).arg(directory.path()).assert().success();
    let run = directory.path().join("latest");
    let read = |name: &str| fs::read_to_string(run.join(name)).unwrap();
    let audit: Value = serde_json::from_str(&read("audit.json")).unwrap();

    let mut failed = BTreeSet::new();
    for cluster in audit["migrations"].as_array().unwrap() {
        for readiness in ["readiness", "second_readiness"] {
            for check in cluster[readiness]["checks"].as_array().into_iter().flatten() {
                if check["visibility"] == "arm" && check["status"] == "fail" {
                    failed.insert(check["check"].as_str().unwrap());
                }
            }
        }
    }
    let listed =
        Command::cargo_bin("aks-census").unwrap().args(["rules", "--format", "json"]).output().unwrap();
    let listed: Vec<Value> = serde_json::from_slice(&listed.stdout).unwrap();
    let of_arm = listed.iter().filter(|rule| rule["kind"] == "check" && rule["visibility"] == "arm");
    let of_arm: BTreeSet<_> = of_arm.map(|rule| rule["id"].as_str().unwrap()).collect();
    assert!(of_arm.len() > 60, "{}", of_arm.len());
    let never: Vec<_> = of_arm.difference(&failed).collect();
    assert!(never.is_empty(), "{never:?} never fail");

    let links: Vec<_> = read("report.md").match_indices("](runbooks/").map(|(at, _)| at).collect();
    assert!(links.len() > 30, "{}", links.len());
    assert!(fs::read_dir(run.join("runbooks")).unwrap().count() > 30);
    for name in ["migration_plan.csv", "migration_candidates.csv", "retirements.csv"] {
        assert!(read(name).lines().count() > 10, "{name}");
    }
    assert!(read("migration.ics").contains("BEGIN:VEVENT"));
}
