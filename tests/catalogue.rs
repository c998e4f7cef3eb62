//! Nothing stands in the catalogue that nobody has ever seen fail.
//!
//! Checks that ARM shows are demanded of the demo estate in `leaving` and of the table beside their predicates, checks
//! of a person and retirements of the tests beside them. This asks for findings.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use assert_cmd::Command;
use serde_json::Value;

/// Findings that the demo estate does not show, and the file whose tests do.
const ELSEWHERE: [(&str, &str); 6] = [
    ("attestation-without-effect", "tests/stories_attestations.rs"),
    ("exception-expired", "src/assess/tests/mod.rs"),
    ("exception-unused", "src/assess/tests/mod.rs"),
    ("node-limit", "src/assess/findings/tests.rs"),
    ("odd-object", "src/assess/tests/mod.rs"),
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

/// Whoever reads an id asks `explain` for it, wherever it stands: in a report, in an answer, in a text of the catalogue,
/// in the documentation or in the code. There is no other book to look it up in.
#[test]
fn every_id_that_is_written_can_be_explained() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut ids = BTreeMap::new();
    for place in ["src", "rules", "reports", "docs", "tests", "benches", "simulator", "."] {
        written_ids(&root.join(place), place != ".", &mut ids);
    }
    // A number that no entry will ever have.
    ids.retain(|id, _| !id.ends_with("-99") && !id.ends_with("-999"));
    for (id, place) in [
        ("G-36", "reports"),
        ("K-22", "free.rs"),
        ("A8", "findings.toml"),
        ("REC-22", "rank.rs"),
        ("MIG-024", "checks"),
    ] {
        assert!(
            ids.get(id).is_some_and(|places| places.contains(place)),
            "{id} is not seen in {place}: {ids:?}"
        );
    }
    let listed =
        Command::cargo_bin("aks-census").unwrap().args(["rules", "--format", "json"]).output().unwrap();
    let listed: Vec<Value> = serde_json::from_slice(&listed.stdout).unwrap();
    let known: BTreeSet<&str> = listed.iter().map(|rule| rule["id"].as_str().unwrap()).collect();
    let unknown: Vec<_> = ids.iter().filter(|(id, _)| !known.contains(id.as_str())).collect();
    assert!(unknown.is_empty(), "no catalogue entry explains {unknown:?}");
    let related =
        listed.iter().filter(|rule| rule["kind"] != "check").filter_map(|rule| rule["rule"].as_str());
    let lost: Vec<_> = related.filter(|id| !known.contains(id)).collect();
    assert!(lost.is_empty(), "entries rest on {lost:?}, which nobody explains");
}

/// What is written in a directory's files and looks like an id, with the names of the files.
fn written_ids(directory: &Path, is_deep: bool, ids: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            if is_deep {
                written_ids(&path, is_deep, ids);
            }
        } else if let Ok(text) = fs::read_to_string(&path) {
            let words = text.split(|c: char| !c.is_alphanumeric() && !"-_.".contains(c));
            for id in words.map(|word| word.trim_end_matches('.')).filter(|word| is_id(word)) {
                let places = ids.entry(id.to_owned()).or_default();
                let place = path.to_string_lossy();
                if !places.contains(&*place) {
                    places.push_str(&place);
                    places.push(' ');
                }
            }
        }
    }
}

/// `A4`, `A4.9`, `K-22`, `REC-06`, `RET-01`, `MIG-024`: a family, and a number as long as its numbers are.
fn is_id(word: &str) -> bool {
    let digits = |text: &str, length: usize| text.len() == length && text.bytes().all(|b| b.is_ascii_digit());
    let families = [("G-", 2), ("K-", 2), ("REC-", 2), ("RET-", 2), ("MIG-", 3), ("CIL-", 3)];
    let numbered = |(family, length)| word.strip_prefix(family).is_some_and(|number| digits(number, length));
    let lettered = |number: &str| match number.split_once(['.', '-']) {
        Some((major, minor)) => digits(major, 1) && digits(minor, 1),
        None => digits(number, 1),
    };
    families.into_iter().any(numbered)
        || ["A", "B"].iter().any(|f| word.strip_prefix(f).is_some_and(lettered))
}

#[test]
fn ids_are_told_from_other_words() {
    for id in ["A4", "A4.9", "K-22", "REC-06", "RET-01", "MIG-024", "CIL-008"] {
        assert!(is_id(id), "{id}");
    }
    for word in ["A", "A10", "B2s", "K21", "K-2", "G-365", "REC-", "aks-22", "MIG-24", "A4x", "A4.10"] {
        assert!(!is_id(word), "{word}");
    }
}

/// A rule is no newer than what it was read from, so that day stands beside the one on which it was read.
#[test]
fn every_entry_says_how_old_its_source_is_and_the_list_says_once_that_some_are_old() {
    let census = |arguments: &[&str]| {
        let output = Command::cargo_bin("aks-census").unwrap().arg("rules").args(arguments).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let listed: Vec<Value> = serde_json::from_str(&census(&["--format", "json"])).unwrap();
    for entry in &listed {
        let (of, read) = (entry["source_date"].as_str().unwrap(), entry["checked"].as_str().unwrap());
        assert!(of <= read, "{}", entry["id"]);
    }
    let table = census(&[]);
    assert!(table.lines().next().unwrap().contains("source_date"), "{table}");
    assert_eq!(table.matches("days old").count(), 1, "{table}");
    assert!(census(&["explain", "RET-01"]).contains("\nsource_date  2"));
}

/// What Microsoft has announced, moved or put right since the copies of 21 August 2026, each with the entry that says it and
/// words of that entry: a rule that loses them is one that was forgotten.
const CHANGED_SINCE: &[(&str, &str, &str)] = &[
    ("AKS upgrades clusters out of support by itself", "RET-29", "1 June 2027"),
    ("a cluster out of support is upgraded in no window", "MIG-003", "RET-29"),
    ("availability sets are moved by Azure", "RET-38", "auto-upgrader"),
    ("availability sets are moved by Azure", "MIG-052", "RET-38"),
    ("Flatcar has no way in place", "RET-13", "Azure Container Linux"),
    ("AzureLinux3 stops the upgrade to 1.37", "RET-06", "1.37"),
    ("editions that cannot be changed in place", "MIG-057", "no way in place"),
    ("pools of virtual machines need a user-assigned identity", "MIG-012", "InvalidParameter"),
    ("key-vault encryption is off before", "MIG-083", "private vault"),
    ("outbound addresses change", "MIG-050", "public addresses"),
    ("webhooks are off before", "MIG-073", "every webhook"),
    ("Unmanaged is left alone", "MIG-075", "Unmanaged"),
    ("Cilium of versions newer than the list", "CIL-006", "newer than the list"),
    ("WASI pools", "RET-25", "2025-05-05"),
    ("Ubuntu 18.04", "RET-09", "2025-11-09"),
    ("FIPS", "RET-07", "enableFIPS"),
    ("FIPS", "RET-08", "no FIPS"),
    ("the disruption policy is shown by az aks show", "MIG-081", "nodeDisruptionPolicy"),
    ("NGINX is visible", "RET-17", "nginx"),
    ("the provider replaces a cluster whose pod_cidr changes", "MIG-074", "pod_cidr"),
    ("code may replace a cluster that changes to Cilium", "CIL-020", "4.50"),
    ("only the creation of kubenet clusters ends", "kubenet-retirement", "nothing announces"),
    ("DCsv2", "RET-34", "2026-06-30"),
    ("DCsv2", "MIG-053", "30 June 2026"),
    ("custom roles need one action more", "MIG-014", "roleAssignments/write"),
    ("Azure NPM on Windows is over", "CIL-017", "no longer supported on Windows"),
    ("OS Guard", "RET-28", "2027-03-10"),
    ("Application Gateway version 1", "RET-30", "2026-04-28"),
    ("Application Gateway version 1", "MIG-068", "version 2"),
    ("machine sizes", "RET-31", "2028-05-01"),
    ("machine sizes", "RET-32", "2028-11-15"),
    ("machine sizes", "RET-33", "2026-09-30"),
    ("editions stop an upgrade", "MIG-084", "1.36"),
    ("Azure NPM has a limit", "policy-manager-nodes", "250"),
    ("Azure NPM has a limit", "policy-manager-pods", "20000"),
    ("Azure NPM has a limit", "policy-manager-limit", "250 nodes"),
    ("flow logs of security groups", "RET-35", "2027-09-30"),
    ("flow logs of security groups", "MIG-045", "virtual network"),
    ("Basic public addresses", "RET-36", "2025-09-30"),
    ("VPN gateways without zones", "RET-37", "2026-09-30"),
    ("a change of the outbound type re-images", "MIG-051", "1.37"),
    ("dual stack stays", "MIG-025", "rejects"),
    ("rollback of node pools", "MIG-009", "rollback"),
    ("interfaces of previews take addresses", "MIG-077", "secondary network interfaces"),
    ("a missing delegation is refused", "MIG-068", "validated at the request"),
    ("LocalDNS", "CIL-010", "LocalDNS"),
    ("a policy against kubenet that is ready", "kubenet-created-recently", "Audit-AKS-kubenet"),
];

#[test]
fn what_has_changed_since_august_stands_in_an_entry() {
    let listed =
        Command::cargo_bin("aks-census").unwrap().args(["rules", "--format", "json"]).output().unwrap();
    let listed: Vec<Value> = serde_json::from_slice(&listed.stdout).unwrap();
    for (what, id, words) in CHANGED_SINCE {
        let entry =
            listed.iter().find(|entry| entry["id"] == *id).unwrap_or_else(|| panic!("{what}: no {id}"));
        assert!(entry.to_string().contains(words), "{what}: {id} says nothing of {words}");
        assert!(entry["checked"].as_str().unwrap() >= "2026-11-28", "{what}: {id} was not read anew");
    }
}
