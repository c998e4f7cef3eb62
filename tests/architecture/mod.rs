//! Who may import whom: data walks one way, and nothing imports upwards; inside `assess`, floor by floor; and no files
//! name each other in a circle. What is checked is all production code, whatever stands around it.

mod graph;
mod made_up;
mod source;
mod tokens;

use std::{collections::BTreeSet, fs, path::Path, sync::LazyLock};

use self::{
    graph::Graph,
    source::{Module, Sources},
};

/// Each room, and the rooms it may name.
const ROOMS: &[(&str, &[&str])] = &[
    ("digest", &[]),
    ("words", &[]),
    ("shell", &[]),
    ("grade", &[]),
    ("files", &[]),
    ("panics", &[]),
    ("secrets", &[]),
    ("meter", &[]),
    ("env", &["secrets"]),
    ("ipam", &["grade"]),
    ("rules", &["grade", "ipam"]),
    ("inventory", &["ipam", "meter"]),
    ("azure", &["env", "files", "inventory", "meter", "panics", "secrets"]),
    ("collect", &["azure", "inventory"]),
    ("assess", &["digest", "inventory", "ipam", "rules", "shell", "words"]),
    ("report", &["assess", "digest", "inventory", "ipam", "rules", "shell", "words"]),
    ("config", &["assess", "azure", "env", "files", "ipam", "report", "rules", "words"]),
    ("cli", &["assess", "config", "ipam", "report"]),
];

/// The rooms that may name every other.
const TOP: &[&str] = &["commands", "fuzzing", "lib", "main"];

/// The floors of `assess`, from the ground up: each names only those before it, and rooms of one floor do not name each
/// other. `assess/mod.rs` is the door and names all.
const FLOORS: &[&[&str]] = &[
    &["figure", "coverage", "options"],
    &["estate"],
    &["topology"],
    &["usage"],
    &["outlook"],
    &["migration"],
    &["schedule"],
    &["audit"],
    &["records"],
    &["findings", "questions", "runbook"],
];

/// Circles of files that stand outside `assess`; none may come to them.
const CIRCLES: &[&[&str]] = &[
    &["azure::client", "azure::exchange"],
    &["azure::credential", "azure::failure", "azure::sign_in", "azure::transport"],
    &["azure::wire::lenient", "azure::wire::scalar"],
];

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
const PURE: &[&str] = &["digest", "grade", "ipam", "assess", "inventory", "meter", "rules", "shell", "words"];
const EFFECTS: &[&str] = &[
    "std::fs",
    "std::net::TcpListener",
    "std::net::TcpStream",
    "std::net::ToSocketAddrs",
    "std::net::UdpSocket",
    "tokio",
    "Timestamp::now",
    "Zoned::now",
    "SystemTime",
    "Instant::now",
    "std::process",
];

static PRODUCTION: LazyLock<Sources> = LazyLock::new(|| Sources::read(&src().join("lib.rs")));
static GRAPH: LazyLock<Graph> = LazyLock::new(|| Graph::of(&PRODUCTION));

fn src() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn shown(module: &Module) -> String {
    module.join("::")
}

/// Whether a path leads through these names, such as `std::fs`.
fn leads_through(path: &[String], names: &str) -> bool {
    let names: Vec<&str> = names.split("::").collect();
    path.windows(names.len()).any(|part| part == names)
}

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

/// Every source file as (room, path, code without comments), tests and all.
fn files() -> Vec<(String, String, String)> {
    let mut found = Vec::new();
    sources(&src(), &mut found);
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

/// What an answer or a snapshot becomes is counted by the deserializer it is read with, so none is read with another.
#[test]
fn what_is_read_of_outside_is_counted() {
    let mut seen = 0;
    for (_, path, code) in files() {
        let is_counted = path.starts_with("azure/wire")
            || ["azure/body.rs", "inventory/snapshot.rs"].contains(&path.as_str());
        if !is_counted || is_test(&path) {
            continue;
        }
        seen += 1;
        let code = code.split("#[cfg(test)]").next().unwrap_or_default();
        assert!(!code.contains("serde_json::from_"), "{path} reads JSON that nobody counts");
        let made = code.matches("serde_json::Deserializer::from_").count();
        assert_eq!(
            code.matches("meter::counted(").count(),
            made + usize::from(path.ends_with("lenient.rs")),
            "{path}"
        );
    }
    assert!(seen > 10, "{seen} files");
}

/// What the other tests rest on: the tree of modules is the tree of files.
#[test]
fn every_file_is_production_or_for_tests() {
    let reached: BTreeSet<&str> = PRODUCTION.files.values().map(String::as_str).collect();
    assert!(reached.len() > 200, "{} files", reached.len());
    let left: Vec<String> = files()
        .into_iter()
        .map(|(_, path, _)| path)
        .filter(|path| !reached.contains(path.as_str()) && path != "main.rs")
        .filter(|path| !is_test(path) && !path.contains("fixture"))
        .collect();
    assert!(left.is_empty(), "these are neither reached from `lib.rs` nor named as tests are: {left:#?}");
}

/// A room may hand on what it has from below; who names it names that room.
#[test]
fn rooms_import_downwards_only() {
    let is_room = |name: &str| TOP.contains(&name) || ROOMS.iter().any(|(room, _)| *room == name);
    let mut wrong = BTreeSet::new();
    for module in PRODUCTION.modules() {
        let Some(room) = module.first().filter(|room| !TOP.contains(&room.as_str())) else { continue };
        let Some((_, allowed)) = ROOMS.iter().find(|(name, _)| name == room) else {
            wrong.insert(format!("{} is in no room that the rules know", shown(module)));
            continue;
        };
        for path in PRODUCTION.named(module) {
            let [start, other, ..] = path.as_slice() else { continue };
            let is_wrong = start == "crate" && other != room && !allowed.contains(&other.as_str());
            if is_wrong && is_room(other) {
                wrong.insert(format!("{} names `{}`", shown(module), path.join("::")));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn floors_of_assess_name_those_below() {
    let floor = |module: &Module| {
        let room = module.get(1).filter(|_| module[0] == "assess")?;
        Some((room.clone(), FLOORS.iter().position(|rooms| rooms.contains(&room.as_str()))))
    };
    let mut wrong = Vec::new();
    for (from, all) in &GRAPH.arrows {
        let Some((room, here)) = floor(from) else { continue };
        let Some(here) = here else {
            wrong.push(format!("{} is on no floor that the rules know", shown(from)));
            continue;
        };
        for to in all.iter().filter(|to| to.first().is_some_and(|room| room == "assess")) {
            let is_below = floor(to).is_some_and(|(other, there)| other == room || there < Some(here));
            if !is_below {
                wrong.push(format!("{} names {}", shown(from), shown(to)));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn no_files_name_each_other_in_a_circle() {
    let known: BTreeSet<Vec<String>> =
        CIRCLES.iter().map(|circle| circle.iter().map(|&module| module.to_owned()).collect()).collect();
    let found: BTreeSet<Vec<String>> =
        GRAPH.circles().iter().map(|circle| circle.iter().map(shown).collect()).collect();
    let new: Vec<_> = found.difference(&known).collect();
    assert!(new.is_empty(), "these are new: {new:#?}");
    let gone: Vec<_> = known.difference(&found).collect();
    assert!(gone.is_empty(), "these are circles no more, so that the list can lose them: {gone:#?}");
}

/// A circle of folders holds no circle of files where different files of each take part in it; inside `assess` there is none
/// of these either.
#[test]
fn no_folders_of_assess_name_each_other_in_a_circle() {
    let parents: BTreeSet<Module> = PRODUCTION
        .modules()
        .filter(|module| module.first().is_some_and(|room| room == "assess"))
        .flat_map(|module| (1..module.len()).map(|length| module[..length].to_vec()))
        .collect();
    assert!(parents.len() > 10, "{parents:?}");
    let circles: Vec<Vec<String>> = parents
        .iter()
        .flat_map(|parent| GRAPH.of_children(parent).circles())
        .map(|circle| circle.iter().map(shown).collect())
        .collect();
    assert!(circles.is_empty(), "{circles:#?}");
}

#[test]
fn guarded_crates_stay_in_their_rooms() {
    let mut wrong = BTreeSet::new();
    for (name, rooms) in GUARDED {
        for (room, path, code) in files() {
            if code.contains(&format!("{name}::")) && !rooms.contains(&room.as_str()) && !is_test(&path) {
                wrong.insert(format!("{path} names `{name}`"));
            }
        }
        for module in PRODUCTION.modules().filter(|module| !module.is_empty()) {
            let is_own = rooms.contains(&module[0].as_str());
            if !is_own && PRODUCTION.named(module).iter().any(|path| leads_through(path, name)) {
                wrong.insert(format!("{} names `{name}`", shown(module)));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn pure_rooms_have_no_effects() {
    let mut wrong = Vec::new();
    let pure = |module: &&Module| module.first().is_some_and(|room| PURE.contains(&room.as_str()));
    for module in PRODUCTION.modules().filter(pure) {
        for path in PRODUCTION.named(module) {
            if EFFECTS.iter().any(|effect| leads_through(&path, effect)) {
                wrong.push(format!("{} uses `{}`", shown(module), path.join("::")));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
