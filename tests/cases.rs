//! Small estates with the answers an expert gives, most of them situations that somebody met in public.
//!
//! `cases/NAME.json` holds an estate as ARM lists it, `cases/expect.json` what an audit of it must say, as of
//! 2026-11-21 and without configuration; `cases/README.md` has the sources. `cases/open.json` lists the answers this program
//! does not give yet: one that comes right has to leave the list, and one that was right may not join it unseen.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use aks_census_simulator::{
    Options,
    estate::{Documents, Estate},
};
use serde_json::Value;

use crate::support::{Azure, Run};

const DATE: [&str; 2] = ["--as-of", "2026-11-21"];

/// The lists of an estate that this program reads.
const LISTS: [&str; 4] = ["subscriptions", "managedClusters", "virtualNetworks", "routeTables"];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases")
}

fn json(name: &str) -> Value {
    serde_json::from_slice(&fs::read(folder().join(name)).unwrap()).unwrap()
}

/// An estate that was read and audited.
struct Case {
    azure: Azure,
    audit: Run,
}

impl Case {
    fn of(name: &str) -> Self {
        let estate = json(&format!("{name}.json"));
        let mut documents = Documents::default();
        for list in LISTS {
            documents.add(&serde_json::json!({ "value": estate[list] }));
        }
        let azure = Azure::start(Options::new(Estate::from_documents(documents)));
        let audit = azure.census(&["audit", "--keep-inventory", "estate.json.gz", DATE[0], DATE[1]]).run();
        assert!(matches!(audit.status, 0 | 3), "{name}: {}", audit.transcript());
        Self { azure, audit }
    }

    /// Whether an answer is given; the error says what is given instead.
    fn gives(&self, answer: &Value) -> Result<(), String> {
        if let Some(ways) = answer["either"].as_array() {
            return is(ways.iter().any(|way| self.gives(way).is_ok()), || {
                format!("none of {} ways", ways.len())
            });
        }
        if let Some(status) = answer["audit_rc"].as_i64() {
            return is(i64::from(self.audit.status) == status, || format!("ends with {}", self.audit.status));
        }
        if !answer["plan"].is_null() {
            return self.plan_gives(answer);
        }
        if let Some(cluster) = answer["runbook"].as_str() {
            return told(answer, &self.runbook(cluster).ok_or("there is no runbook")?);
        }
        if let Some(rule) = answer["finding"].as_str() {
            let about = answer["resource_contains"].as_str().unwrap_or_default();
            let rows = self.audit.rows("findings.csv");
            let found = rows.iter().any(|row| row["rule_id"] == rule && row["resource_id"].contains(about));
            return is(Some(found) == answer["present"].as_bool(), || format!("present: {found}"));
        }
        let file = answer["file"].as_str().unwrap();
        if Path::new(file).extension().is_none_or(|kind| kind != "csv") {
            return told(answer, &self.audit.file(file));
        }
        rows_give(answer, &self.audit.rows(file))
    }

    fn plan_gives(&self, answer: &Value) -> Result<(), String> {
        let words = answer["plan"].as_array().unwrap().iter().map(|word| word.as_str().unwrap());
        let arguments: Vec<&str> = ["plan"]
            .into_iter()
            .chain(words)
            .chain(["--snapshot", "estate.json.gz", "--format", "json"])
            .collect();
        let run = self.azure.census(&arguments).run();
        if let Some(status) = answer["rc"].as_i64() {
            return is(i64::from(run.status) == status, || run.transcript());
        }
        let Some(key) = answer["key"].as_str() else { return told(answer, &run.transcript()) };
        let document: Value = serde_json::from_str(&run.stdout).map_err(|_| run.transcript())?;
        if let Some(range) = answer["clear_of"].as_str() {
            let met = ranges(&document[key]).into_iter().find(|one| meets(one, range));
            return met.map_or(Ok(()), |met| Err(format!("`{key}` has {met}")));
        }
        told(answer, &document[key].to_string())
    }

    fn runbook(&self, cluster: &str) -> Option<String> {
        let mut pages =
            fs::read_dir(self.audit.reports().join("runbooks")).ok()?.map(|entry| entry.unwrap().path());
        let page = pages
            .find(|page| page.file_name().is_some_and(|name| name.to_string_lossy().contains(cluster)))?;
        fs::read_to_string(page).ok()
    }
}

fn is(holds: bool, instead: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(instead()) }
}

/// Whether the rows that an answer speaks of pass its checks.
fn rows_give(answer: &Value, rows: &[BTreeMap<String, String>]) -> Result<(), String> {
    let rows: Vec<_> = rows.iter().filter(|row| is_meant(answer, row)).collect();
    if let Some(count) = answer["rows"].as_u64() {
        return is(rows.len() as u64 == count, || format!("{} rows", rows.len()));
    }
    if let Some(present) = answer["present"].as_bool() {
        return is(rows.is_empty() != present, || format!("{} rows", rows.len()));
    }
    let column = answer["column"].as_str().unwrap();
    let cells: Vec<&str> = rows.iter().map(|row| row[column].as_str()).collect();
    if answer["distinct"] == true {
        let distinct: BTreeSet<_> = cells.iter().collect();
        return is(distinct.len() == cells.len(), || format!("{cells:?}"));
    }
    let negative = ["is_not", "not_contains", "empty"].iter().any(|check| !answer[*check].is_null());
    if cells.is_empty() {
        return is(negative, || "no row".to_owned());
    }
    cells.into_iter().try_for_each(|cell| told(answer, cell))
}

/// Whether a row is one that an answer speaks of.
fn is_meant(answer: &Value, row: &BTreeMap<String, String>) -> bool {
    let pairs = |key: &str| answer[key].as_object().cloned().unwrap_or_default();
    let equal =
        pairs("where").iter().all(|(column, cell)| row.get(column).map(String::as_str) == cell.as_str());
    equal
        && pairs("where_contains").iter().all(|(column, part)| {
            let part = part.as_str().unwrap();
            if column == "*" {
                row.values().any(|cell| cell.contains(part))
            } else {
                row[column].contains(part)
            }
        })
}

/// Whether a text passes every check of an answer.
fn told(answer: &Value, text: &str) -> Result<(), String> {
    let list = |key: &str| match &answer[key] {
        Value::Null => None,
        Value::Array(all) => Some(all.iter().map(|one| one.as_str().unwrap().to_owned()).collect::<Vec<_>>()),
        one => Some(vec![one.as_str().unwrap().to_owned()]),
    };
    let number = || text.parse::<f64>().ok();
    let exact = !answer["column"].is_null();
    let checks = [
        list("is").is_none_or(|one| one[0] == text),
        list("is_not").is_none_or(|one| one[0] != text),
        list("contains").is_none_or(|all| all.iter().all(|part| text.contains(part))),
        list("not_contains").is_none_or(|all| !all.iter().any(|part| text.contains(part))),
        list("any_of")
            .is_none_or(|all| all.iter().any(|one| if exact { one == text } else { text.contains(one) })),
        answer["empty"].as_bool().is_none_or(|empty| text.is_empty() == empty),
        answer["at_least"].as_f64().is_none_or(|least| number().is_some_and(|number| number >= least)),
        answer["at_most"].as_f64().is_none_or(|most| number().is_some_and(|number| number <= most)),
    ];
    is(checks.iter().all(|holds| *holds), || text.chars().take(400).collect())
}

/// Every IPv4 range that a JSON value spells.
fn ranges(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => bounds(text).map(|_| text.clone()).into_iter().collect(),
        Value::Array(all) => all.iter().flat_map(ranges).collect(),
        Value::Object(all) => all.values().flat_map(ranges).collect(),
        _ => Vec::new(),
    }
}

/// First and last address of `a.b.c.d/n`; this arithmetic is not the program's own.
fn bounds(range: &str) -> Option<(u64, u64)> {
    let (address, length) = range.split_once('/')?;
    let first = u64::from(u32::from(address.parse::<std::net::Ipv4Addr>().ok()?));
    let length = length.parse::<u32>().ok().filter(|length| *length <= 32)?;
    Some((first, first + (1 << (32 - length)) - 1))
}

fn meets(one: &str, other: &str) -> bool {
    let (one, other) = (bounds(one).unwrap(), bounds(other).unwrap());
    one.0 <= other.1 && other.0 <= one.1
}

#[test]
fn the_answers_are_those_of_an_expert() {
    let expected = json("expect.json");
    let names: Vec<&String> = expected.as_object().unwrap().keys().collect();
    let (mut wrong, mut why) = (BTreeSet::new(), BTreeMap::new());
    let outcomes = std::thread::scope(|scope| {
        let halves: Vec<_> = names
            .chunks(names.len().div_ceil(2))
            .map(|names| {
                scope.spawn(move || names.iter().map(|name| (*name, Case::of(name))).collect::<Vec<_>>())
            })
            .collect();
        halves.into_iter().flat_map(|half| half.join().unwrap()).collect::<Vec<_>>()
    });
    for (name, case) in outcomes {
        for (place, answer) in expected[name].as_array().unwrap().iter().enumerate() {
            if let Err(instead) = case.gives(answer) {
                let answer = format!("{name} #{place}");
                why.insert(answer.clone(), format!("{}: {instead}", expected[name][place]));
                wrong.insert(answer);
            }
        }
    }
    let open: BTreeSet<String> = serde_json::from_value(json("open.json")).unwrap();
    if std::env::var_os("AKS_CENSUS_UPDATE").is_some() {
        let text = serde_json::to_string_pretty(&wrong).unwrap() + "\n";
        fs::write(folder().join("open.json"), text).unwrap();
    }
    let joined: Vec<_> = wrong.difference(&open).map(|answer| (answer, &why[answer])).collect();
    let left: Vec<_> = open.difference(&wrong).collect();
    assert!(
        joined.is_empty() && left.is_empty(),
        "not given: {joined:#?}\ngiven now, no longer open: {left:#?}"
    );
}

#[test]
fn every_case_has_an_estate_an_answer_and_a_source() {
    let expected = json("expect.json");
    let expected: BTreeSet<&str> = expected.as_object().unwrap().keys().map(String::as_str).collect();
    let files: Vec<String> = fs::read_dir(folder())
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    let estates: BTreeSet<&str> = files
        .iter()
        .filter_map(|file| file.strip_suffix(".json"))
        .filter(|name| name.starts_with(|c: char| c.is_ascii_digit()))
        .collect();
    assert_eq!(expected, estates);
    let sources = fs::read_to_string(folder().join("README.md")).unwrap();
    let unnamed: Vec<_> = estates.iter().filter(|name| !sources.contains(&format!("| {name} |"))).collect();
    assert!(unnamed.is_empty(), "{unnamed:?}");
}

/// What lies behind the hub of a virtual WAN shows nowhere, so that an answer about free space ends with 3, unless the user knows
/// of it.
#[test]
fn an_answer_that_depends_on_an_unread_hub_ends_with_3_unless_it_is_accepted() {
    const HUB: &str = "/subscriptions/99999999-0000-4000-8000-000000000099";
    let case = Case::of("26-vwan-only-hub-known");
    let plan = ["plan", "free", "--vnet", "vnet-sp", "--snapshot", "estate.json.gz"];
    let told = case.azure.census(&plan).run();
    assert_eq!(told.status, 3, "{}", told.transcript());
    assert!(told.stdout.contains("could not be read"), "{}", told.transcript());
    case.azure.configure(&format!("[scope]\naccept_unread = [\"{HUB}\"]\n"));
    let accepted = case.azure.census(&plan).run();
    assert_eq!(accepted.status, 0, "{}", accepted.transcript());
    assert!(!accepted.stdout.contains("could not be read"), "{}", accepted.transcript());
}
