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
    ("exception-expired", "src/assess/tests/mod.rs"),
    ("exception-unused", "src/assess/tests/mod.rs"),
    ("node-limit", "src/assess/findings/tests.rs"),
    ("odd-object", "src/assess/tests/mod.rs"),
    ("rules-outdated", "src/assess/tests/mod.rs"),
    ("unreadable-prefix", "src/assess/tests/mod.rs"),
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

/// Ids that stand beside sums and advices: whoever reads one asks `explain` for it.
#[test]
fn every_id_that_is_printed_can_be_explained() {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut ids = BTreeSet::new();
    quoted_ids(&sources, &mut ids);
    assert!(ids.contains("A4.9") && ids.contains("K-02") && ids.contains("REC-06"), "{ids:?}");
    let listed =
        Command::cargo_bin("aks-census").unwrap().args(["rules", "--format", "json"]).output().unwrap();
    let listed: Vec<Value> = serde_json::from_slice(&listed.stdout).unwrap();
    let known: BTreeSet<&str> =
        listed.iter().flat_map(|rule| [rule["id"].as_str(), rule["rule"].as_str()]).flatten().collect();
    let unknown: Vec<_> = ids.iter().filter(|id| !known.contains(id.as_str())).collect();
    assert!(unknown.is_empty(), "no catalogue entry explains {unknown:?}");
}

/// What stands in quotes in the code and looks like such an id.
fn quoted_ids(directory: &Path, ids: &mut BTreeSet<String>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            quoted_ids(&path, ids);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            ids.extend(text.split('"').filter(|word| is_id(word)).map(str::to_owned));
        }
    }
}

fn is_id(word: &str) -> bool {
    let number = ["A", "G-", "K-", "REC-"].into_iter().find_map(|start| word.strip_prefix(start));
    number.is_some_and(|number| number.parse::<f32>().is_ok() && number.len() <= 4)
}
