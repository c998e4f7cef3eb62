//! Nothing stands in the catalogue that nobody has ever seen fail.
//!
//! Checks that ARM shows are demanded of the demo estate in `leaving` and of the table beside their predicates, checks
//! of a person and retirements of the tests beside them. This asks for findings.

use std::{collections::BTreeSet, fs, path::Path};

use assert_cmd::Command;
use serde_json::Value;

/// Findings that the demo estate does not show, and the file whose tests do.
const ELSEWHERE: [(&str, &str); 7] = [
    ("attestation-without-effect", "tests/stories_attestations.rs"),
    ("exception-expired", "src/assess/tests.rs"),
    ("exception-unused", "src/assess/tests.rs"),
    ("node-limit", "src/assess/findings/tests.rs"),
    ("odd-object", "src/assess/tests.rs"),
    ("rules-outdated", "src/assess/tests.rs"),
    ("unreadable-prefix", "src/assess/tests.rs"),
];

#[test]
fn every_finding_is_shown_by_the_demo_or_by_a_test_of_its_own() {
    let directory = tempfile::tempdir().unwrap();
    let census = || Command::cargo_bin("aks-census").unwrap();
    let arguments = ["demo", "--as-of", "2026-11-21", "--no-progress", "--format", "json", "--output"];
    census().args(arguments).arg(directory.path()).assert().success();
    let audit = fs::read_to_string(directory.path().join("latest/audit.json")).unwrap();
    let audit: Value = serde_json::from_str(&audit).unwrap();
    let shown =
        audit["findings"].as_array().unwrap().iter().map(|finding| finding["rule_id"].as_str().unwrap());
    let mut shown: BTreeSet<&str> = shown.collect();
    for (id, file) in ELSEWHERE {
        let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
        assert!(text.contains(&format!("\"{id}\"")), "{file} does not name {id}");
        assert!(shown.insert(id), "the demo shows {id}");
    }
    let listed = census().args(["rules", "--format", "json"]).output().unwrap();
    let listed: Vec<Value> = serde_json::from_slice(&listed.stdout).unwrap();
    let listed = listed.iter().filter(|rule| rule["kind"] == "finding");
    let listed: BTreeSet<&str> = listed.map(|rule| rule["id"].as_str().unwrap()).collect();
    assert_eq!(shown, listed);
}
