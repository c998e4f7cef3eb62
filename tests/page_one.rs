//! Page one, `audit.json` and the findings say the same: each line of page one is made again from the document alone, every
//! figure of it looked up by its key.

use serde_json::Value;

use crate::support::Census;

/// The demo, as page and as document.
struct Told {
    page: String,
    document: Value,
    findings: String,
}

fn demo(configuration: &str) -> Told {
    let directory = tempfile::tempdir().unwrap();
    let mut arguments = vec!["demo", "--as-of", "2026-11-21"];
    if !configuration.is_empty() {
        std::fs::write(directory.path().join("other.toml"), configuration).unwrap();
        arguments.extend(["--config", "other.toml"]);
    }
    let run = Census::new(directory.path(), &arguments).run();
    assert_eq!(run.status, 0, "{}", run.stderr);
    Told {
        page: run.file("report.md"),
        document: serde_json::from_str(&run.file("audit.json")).unwrap(),
        findings: run.file("findings.csv"),
    }
}

/// A figure by its key, as a page writes it.
fn figure(value: &Value, key: &str) -> String {
    let found = value.pointer(key).unwrap_or_else(|| panic!("there is no {key}"));
    match found {
        Value::Number(number) => grouped(number.as_u64().unwrap()),
        Value::String(text) => text.clone(),
        Value::Array(all) => grouped(all.len() as u64),
        other => panic!("{key} is {other}"),
    }
}

fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Asserts that page one has a line with figures by key in it.
fn has(told: &Told, words: &str, keys: &[&str]) {
    let mut figures = keys.iter().map(|key| figure(&told.document, key));
    let mut parts = words.split("{}");
    let mut line = parts.next().unwrap().to_owned();
    for part in parts {
        line += &figures.next().expect("a key for each figure");
        line += part;
    }
    assert!(figures.next().is_none(), "a figure for each key");
    assert!(told.page.contains(&line), "page one does not say: {line}");
}

/// The lines of the first list.
fn lines(told: &Told) -> Vec<&str> {
    let section = told.page.split("## At a glance\n\n").nth(1).unwrap();
    section.split("\n\n").next().unwrap().lines().collect()
}

const PLAN: [(&str, &[&str]); 4] = [
    (
        "**Plan:** {} clusters in {} waves, soaked on {}. **Not every cluster moves in time** for {}: {} kubenet clusters \
         have no date; {} cluster finds no place in any wave.",
        &[
            "/at_a_glance/dated",
            "/at_a_glance/waves",
            "/at_a_glance/soaked",
            "/plan/target",
            "/plan/undated",
            "/plan/unplaced",
        ],
    ),
    (
        "**kubenet clusters in the plan:** {} of {} move in waves, {} of them once what could not be read is settled; the last \
         one on {}, soaked on {}, **{} days before** support ends. {} need a new cluster and have no date. {} more is being deleted, and not \
         planned.",
        &[
            "/at_a_glance/kubenet/dated",
            "/at_a_glance/kubenet/clusters",
            "/at_a_glance/kubenet/unsettled",
            "/at_a_glance/kubenet/last_move",
            "/at_a_glance/kubenet/soaked",
            "/at_a_glance/kubenet_days_to_spare",
            "/at_a_glance/kubenet/new_cluster",
            "/at_a_glance/kubenet/deleting",
        ],
    ),
    (
        "**Other clusters worth migrating:** {} of {} move in waves, {} of them once what could not be read is settled; the last \
         one on {}, soaked on {}. {} need a new cluster and have no date; {} need new pools; {} needs only a larger pod CIDR; {} \
         finds no place in any wave, because its surge nodes do not fit or no window is open.",
        &[
            "/at_a_glance/others/dated",
            "/at_a_glance/others/clusters",
            "/at_a_glance/others/unsettled",
            "/at_a_glance/others/last_move",
            "/at_a_glance/others/soaked",
            "/at_a_glance/others/new_cluster",
            "/at_a_glance/others/new_pools",
            "/at_a_glance/others/larger_pod_cidr",
            "/at_a_glance/others/unplaced",
        ],
    ),
    (
        "**Ready to leave kubenet:** {} ready, {} ready after checks by people, {} need preparation, {} must be rebuilt, {} \
         cannot be told.",
        &[
            "/at_a_glance/ready",
            "/at_a_glance/ready_after_checks",
            "/at_a_glance/needs_preparation",
            "/at_a_glance/rebuild",
            "/at_a_glance/unknown",
        ],
    ),
];

const REST: [(&str, &[&str]); 4] = [
    (
        "**kubenet:** {} of {} clusters still run on it. Support ends on 31 March 2028, in **{} days**.",
        &["/at_a_glance/on_kubenet", "/at_a_glance/clusters", "/at_a_glance/kubenet_days_left"],
    ),
    (
        "**Addresses:** of {} subnets that clusters use, {} is full and {} nearly; {} more have room, and a step ahead does \
         not fit. The use of {} cannot be told. Outside AKS, {} more subnet is full or nearly.",
        &[
            "/at_a_glance/subnets",
            "/at_a_glance/subnets_full",
            "/at_a_glance/subnets_nearly_full",
            "/at_a_glance/subnets_too_small_ahead",
            "/at_a_glance/subnets_unknown",
            "/at_a_glance/subnets_tight_elsewhere",
        ],
    ),
    (
        "**Upgrades:** of {} subnets that could be projected, {} are too small for an upgrade of one pool, {} more for all \
         pools at once, and {} for the autoscaler maxima.",
        &[
            "/at_a_glance/projected",
            "/at_a_glance/upgrade_fails",
            "/at_a_glance/upgrade_all_fails",
            "/at_a_glance/scale_max_fails",
        ],
    ),
    (
        "**Not seen:** {} of {} subscriptions not read completely, {} gaps in all.",
        &["/at_a_glance/subscriptions_unread", "/at_a_glance/subscriptions", "/at_a_glance/gaps"],
    ),
];

#[test]
fn every_figure_of_page_one_is_in_the_document_by_its_key() {
    let told = demo("");
    for (words, keys) in PLAN.iter().chain(&REST) {
        has(&told, words, keys);
    }
    let glance = &told.document["at_a_glance"];
    let held: Vec<_> = glance["held_back"].as_array().unwrap().iter().collect();
    let one = |one: &&Value| {
        let (title, check) = (one["title"].as_str().unwrap(), one["check"].as_str().unwrap());
        format!("“{title}” ({check}, {} clusters)", figure(one, "/clusters"))
    };
    let held: Vec<_> = held.iter().map(one).collect();
    assert!(told.page.contains(&format!("requirement that is not met: {}.", held.join("; "))), "{held:?}");
    let clears = format!("clears every blocker of {} clusters", figure(glance, "/decision/frees"));
    assert!(told.page.contains(&clears), "{clears}");
    let found = glance["findings"].as_array().unwrap().iter();
    let found: Vec<_> = found
        .map(|one| format!("{} {}", figure(one, "/findings"), one["severity"].as_str().unwrap()))
        .collect();
    assert!(told.page.contains(&format!("**Findings:** {}.", found.join(", "))), "{found:?}");
    // Nothing on page one is left over.
    assert_eq!(lines(&told).len(), PLAN.len() + REST.len() + 3);
    for group in glance["kubenet_by_people"].as_array().unwrap() {
        let cells = ["/clusters", "/nodes", "/nodes_scale_max"].map(|key| figure(group, key)).join(" | ");
        assert!(told.page.contains(&format!("| {cells} |")), "{cells}");
    }
}

#[test]
fn page_one_the_plan_and_the_findings_say_the_same() {
    let told = demo("");
    let (plan, glance) = (&told.document["plan"], &told.document["at_a_glance"]);
    assert_eq!(plan["fit"], "impossible");
    assert!(told.page.contains("**Not every cluster moves in time**"));
    assert_eq!((&glance["kubenet"]["in_time"], &glance["others"]["in_time"]), (&false.into(), &false.into()));
    let finding = told.findings.lines().find(|line| line.contains(",migration-plan-late,")).unwrap();
    let said = |words: &str, key: &str| finding.contains(&words.replace("{}", &figure(plan, key)));
    let unplaced = if figure(plan, "/unplaced") == "1" { "cluster" } else { "clusters" };
    assert!(said(&format!("no place in any wave for {{}} {unplaced}"), "/unplaced"), "{finding}");
    assert!(said("no date for {} kubenet clusters", "/undated"), "{finding}");
    // Each kubenet cluster has a wave, or no date; one that is being deleted has neither.
    let clusters = told.document["clusters"].as_array().unwrap();
    let is_going = |id: &Value| {
        clusters.iter().any(|one| one["cluster_id"] == *id && one["provisioning_state"] == "Deleting")
    };
    let steps = plan["steps"].as_array().unwrap();
    let undated = plan["undated"].as_array().unwrap();
    for cluster in told.document["kubenet_exposure"].as_array().unwrap() {
        let id = &cluster["cluster_id"];
        let moves = steps.iter().any(|step| step["cluster_id"] == *id && !step["wave"].is_null());
        assert_eq!(u8::from(moves) + u8::from(undated.contains(id)), u8::from(!is_going(id)), "{id}");
    }
}

#[test]
fn a_filter_shows_a_part_of_the_one_plan() {
    let told = demo("[scope]\ntags = { owner = \"team-loyalty\" }\n");
    let whole = demo("");
    for key in ["fit", "finish", "margin_days", "target", "undated", "unplaced"] {
        assert_eq!(told.document["plan"][key], whole.document["plan"][key], "{key}");
    }
    assert!(
        told.page.contains(
            "The plan is made for every cluster that was read, and this report shows a part of it."
        )
    );
    let rows = |told: &Told| told.document["plan"]["steps"].as_array().unwrap().clone();
    assert!(!rows(&told).is_empty() && rows(&told).iter().all(|step| rows(&whole).contains(step)));
}
