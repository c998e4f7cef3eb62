//! Who may import whom: data walks one way, and nothing imports upwards.

use std::{collections::BTreeSet, fs, path::Path};

/// Each room, and the rooms it may name.
const ROOMS: &[(&str, &[&str])] = &[
    ("words", &[]),
    ("shell", &[]),
    ("grade", &[]),
    ("ipam", &["grade"]),
    ("rules", &["grade", "ipam"]),
    ("inventory", &["ipam"]),
    ("files", &[]),
    ("secrets", &[]),
    ("env", &["secrets"]),
    ("azure", &["env", "files", "inventory", "secrets"]),
    ("collect", &["azure", "inventory"]),
    ("assess", &["inventory", "ipam", "rules", "shell", "words"]),
    ("report", &["assess", "inventory", "ipam", "rules", "shell", "words"]),
    ("config", &["assess", "azure", "env", "files", "ipam", "report", "rules", "words"]),
    ("cli", &["assess", "config", "ipam", "report"]),
];

/// The rooms that may name every other.
const TOP: &[&str] = &["commands", "lib", "main"];

/// Crates that only one room may name.
const GUARDED: &[(&str, &[&str])] = &[
    ("reqwest", &["azure"]),
    ("http", &["azure"]),
    ("azure_core", &["azure"]),
    ("azure_identity", &["azure"]),
    ("aho_corasick", &["secrets"]),
    ("ipnetwork", &["ipam"]),
    ("indicatif", &["commands"]),
    ("aks_census_simulator", &["commands"]),
    ("std::env", &["env"]),
];

/// What pure rooms must not touch.
const PURE: &[&str] = &["grade", "ipam", "assess", "inventory", "rules", "shell", "words"];
const EFFECTS: &[&str] = &[
    "std::fs",
    "std::net::Tcp",
    "tokio",
    "Timestamp::now",
    "Zoned::now",
    "SystemTime",
    "Instant::now",
    "std::process",
];

fn sources(directory: &Path, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            let name = path.to_string_lossy().replace('\\', "/");
            found.push((name, fs::read_to_string(&path).unwrap()));
        }
    }
}

/// Every source file as (room, path, code without comments).
fn files() -> Vec<(String, String, String)> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    sources(&directory, &mut found);
    assert!(found.len() > 20, "the sources were not found");
    found
        .into_iter()
        .map(|(path, text)| {
            let inside = path.rsplit_once("/src/").unwrap().1.to_owned();
            let room = inside.split(['/', '.']).next().unwrap().to_owned();
            let code: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
            (room, inside, code.join("\n"))
        })
        .collect()
}

fn is_test(path: &str) -> bool {
    path.ends_with("tests.rs") || path.contains("/tests/") || path.contains("testing")
}

/// The rooms that code names: `crate::room::…`, and each room in `crate::{…}`.
fn named(code: &str) -> BTreeSet<&str> {
    let word = |text: &str| text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    let mut rooms = BTreeSet::new();
    for rest in code.split("crate::").skip(1) {
        let Some(group) = rest.strip_prefix('{') else {
            rooms.insert(&rest[..word(rest)]);
            continue;
        };
        let (mut depth, mut at_start) = (0, true);
        for (at, c) in group.char_indices() {
            match c {
                '}' if depth == 0 => break,
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 0 => at_start = true,
                c if at_start && c.is_alphabetic() => {
                    rooms.insert(&group[at..at + word(&group[at..])]);
                    at_start = false;
                }
                _ => {}
            }
        }
    }
    rooms
}

#[test]
fn names_are_found_in_every_spelling() {
    let code =
        "use crate::{\n    assess::{self, Audit}, env,\n    shell::quote,\n};\nfn f(x: crate::ipam::Cidr) {}";
    assert_eq!(named(code), BTreeSet::from(["assess", "env", "ipam", "shell"]));
}

#[test]
fn rooms_import_downwards_only() {
    let mut wrong = Vec::new();
    for (room, path, code) in files() {
        if TOP.contains(&room.as_str()) {
            continue;
        }
        let Some((_, allowed)) = ROOMS.iter().find(|(name, _)| *name == room) else {
            wrong.push(format!("{path} is in no room that the rules know"));
            continue;
        };
        if is_test(&path) {
            continue;
        }
        let production = code.split("#[cfg(test)]").next().unwrap();
        for other in named(production) {
            let is_room = TOP.contains(&other) || ROOMS.iter().any(|(name, _)| *name == other);
            if is_room && other != room && !allowed.contains(&other) {
                wrong.push(format!("{path} names `{other}`"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn guarded_crates_stay_in_their_rooms() {
    let mut wrong = Vec::new();
    for (room, path, code) in files() {
        for (name, rooms) in GUARDED {
            if code.contains(&format!("{name}::")) && !rooms.contains(&room.as_str()) && !is_test(&path) {
                wrong.push(format!("{path} names `{name}`"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn pure_rooms_have_no_effects() {
    let mut wrong = Vec::new();
    for (room, path, code) in files() {
        if !PURE.contains(&room.as_str()) || is_test(&path) {
            continue;
        }
        let production = code.split("#[cfg(test)]").next().unwrap();
        for effect in EFFECTS.iter().filter(|effect| production.contains(**effect)) {
            wrong.push(format!("{path} uses `{effect}`"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
