use serde_json::{Value, json};

use super::{files, write};
use crate::{
    assess::audit::Audit,
    report::{
        fixture::{empty_audit, friendly_audit, hostile_audit},
        table::Value as Cell,
    },
};

fn read(audit: &Audit, name: &str) -> Value {
    let files = files(audit, crate::report::Wanted::default());
    let mut bytes = Vec::new();
    files.iter().find(|file| file.name == name).unwrap().write_to(&mut bytes).unwrap();
    serde_json::from_slice(&bytes).unwrap()
}

#[test]
fn the_document_is_what_its_schema_says() {
    let schema = read(&empty_audit(), "audit.schema.json");
    let validator = jsonschema::validator_for(&schema).unwrap();
    for audit in [friendly_audit(), hostile_audit(), empty_audit()] {
        let document = read(&audit, "audit.json");
        let errors: Vec<_> = validator.iter_errors(&document).map(|error| error.to_string()).collect();
        assert_eq!(errors, Vec::<String>::new());
    }
}

#[test]
fn no_number_costs_the_document() {
    let shown = |tenths| serde_json::to_string(&Cell::Tenths(tenths)).unwrap();
    assert_eq!([0, 996, 1_000, 42_949_672_963].map(shown), ["0.0", "99.6", "100.0", "4294967296.3"]);
    assert!(shown(u64::MAX).parse::<f64>().unwrap() > 1e18);
}

#[test]
fn the_schema_refuses_what_an_audit_never_says() {
    let schema = read(&empty_audit(), "audit.schema.json");
    let validator = jsonschema::validator_for(&schema).unwrap();
    let document = read(&friendly_audit(), "audit.json");
    let broken: [fn(&mut Value); 5] = [
        |d| d["schema_version"] = "one".into(),
        |d| d["subnets"][0]["status"] = "fine".into(),
        |d| d["subnets"][0]["usable"] = (-1).into(),
        |d| d["clusters"][0]["ipam_mode"][0] = "magic".into(),
        |d| drop(d.as_object_mut().unwrap().remove("coverage")),
    ];
    for breaking in broken {
        let mut document = document.clone();
        breaking(&mut document);
        assert!(!validator.is_valid(&document));
    }
}

#[test]
fn texts_are_whole_and_unknown_is_null() {
    let audit = hostile_audit();
    let document = read(&audit, "audit.json");
    let owners: Vec<_> =
        document["clusters"].as_array().unwrap().iter().map(|c| c["owner"].as_str()).collect();
    assert_eq!(owners, audit.clusters.iter().map(|one| one.row.owner.as_deref()).collect::<Vec<_>>());

    let document = read(&friendly_audit(), "audit.json");
    let subnet = &document["subnets"][1];
    assert_eq!(subnet["subnet"], "gateways");
    assert_eq!(subnet["used"], Value::Null);
    assert_eq!(subnet["used_low"], 4);
    assert_eq!(document["subnets"][2]["utilization_pct"].to_string(), "23.9");
    assert_eq!(document["subnets"][0]["inputs"][0]["rule"], "A1");
}

#[test]
fn accepted_findings_carry_their_exception() {
    let document = read(&hostile_audit(), "audit.json");
    let accepted = document["accepted_findings"].as_array().unwrap();
    assert_eq!(accepted.len(), 2);
    assert_eq!(accepted[0]["rule_id"], "kubenet-retirement");
    assert!(accepted.iter().any(|finding| finding["until"] == "2027-01-31"));
}

#[test]
fn a_row_is_a_line() {
    let document = json!({
        "a": 1,
        "header": { "of": ["x", "y"], "none": {} },
        "rows": [{ "id": "one", "more": [1, 2] }, { "id": "two", "more": [] }],
        "without": [],
    });
    let mut text = Vec::new();
    write(&mut text, &document).unwrap();
    let text = String::from_utf8(text).unwrap();
    insta::assert_snapshot!(text, @r#"
    {
    "a":1,
    "header":{
    "none":{},
    "of":["x","y"]
    },
    "rows":[
    {"id":"one","more":[1,2]},
    {"id":"two","more":[]}
    ],
    "without":[]
    }
    "#);
    assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), document);
}
