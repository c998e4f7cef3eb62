//! The demo estate has an example of each limit and each fix, and the page shows them with sums that can be redone.

use std::{
    collections::{BTreeMap, HashMap},
    fs,
    path::PathBuf,
    sync::LazyLock,
};

use assert_cmd::Command;
use serde_json::Value;

type Row = HashMap<String, String>;

/// The reports of one run of the demo.
struct Demo {
    run: PathBuf,
    _directory: tempfile::TempDir,
}

static DEMO: LazyLock<Demo> = LazyLock::new(|| {
    let directory = tempfile::tempdir().unwrap();
    let arguments = ["demo", "--as-of", "2026-11-21", "--no-progress", "--output"];
    let binary = Command::cargo_bin("aks-census").unwrap().args(arguments).arg(directory.path()).assert();
    binary.success();
    Demo { run: directory.path().join("latest"), _directory: directory }
});

fn read(name: &str) -> String {
    fs::read_to_string(DEMO.run.join(name)).unwrap()
}

fn table(name: &str) -> Vec<Row> {
    let text = read(name);
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader.deserialize().map(Result::unwrap).collect()
}

fn number(row: &Row, column: &str) -> Option<i64> {
    row[column].parse().ok()
}

#[test]
fn every_limit_is_exceeded_somewhere_and_shown() {
    let (limits, page) = (table("limits.csv"), read("report.md"));
    let kinds =
        ["pod-cidr", "route-table", "cluster-nodes", "scale-set", "private-addresses", "netapp-volumes"];
    for kind in kinds {
        let short = limits.iter().filter(|row| row["limit"] == kind);
        let worst = short.filter_map(|row| number(row, "headroom")).min();
        assert!(worst.is_some_and(|headroom| headroom < 0), "{kind}: {worst:?}");
        assert!(page.contains(&format!("| {kind} | ")), "{kind}");
    }
    let tiers = limits.iter().filter(|row| row["limit"] == "cluster-nodes");
    let mut tiers: Vec<_> = tiers
        .filter(|r| number(r, "headroom").is_some_and(|left| left < 0))
        .map(|r| &r["capacity"])
        .collect();
    tiers.sort();
    tiers.dedup();
    assert_eq!(tiers, ["1000", "5000"], "of both tiers");
    let pools = table("node_pools.csv");
    for limit in
        ["node-subnet", "pod-subnet", "pod-cidr", "route-table", "cluster-nodes", "scale-set", "vnet"]
    {
        assert!(pools.iter().any(|pool| pool["limited_by"] == limit), "{limit}");
    }
}

#[test]
fn every_kind_of_fix_is_offered_and_shown() {
    let (fixes, page) = (table("fixes.csv"), read("report.md"));
    let kinds = [
        "set maxSurge of",
        "to 0 and maxUnavailable to 1",
        "set maxCount of",
        "by a new pool with maxPods",
        "by a new pool in a new subnet of size /",
        "by a new pool in a new pod subnet of size /",
        "is free",
        "whose space must grow first",
        "expand the pod CIDR of",
    ];
    for kind in kinds {
        assert!(fixes.iter().any(|fix| fix["fix"].contains(kind)), "{kind}");
        assert!(page.contains(kind), "{kind}");
    }
    assert!(fixes.iter().all(|fix| number(fix, "headroom").is_none_or(|left| left >= 0)));
}

#[test]
fn every_kind_of_finding_about_room_is_there() {
    let findings = table("findings.csv");
    let rules = [
        "upgrade-does-not-fit",
        "upgrade-all-does-not-fit",
        "scale-max-does-not-fit",
        "pod-cidr-short",
        "route-table-full",
        "cluster-node-limit",
        "scale-set-limit",
        "vnet-address-limit",
        "netapp-basic-limit",
        "preflight-would-refuse",
        "over-provisioned",
        "wasteful-max-pods",
        "stranded-addresses",
        "cidr-conflict-service",
        "cidr-conflict-reserved",
        "cidr-conflict-subnet",
        "cidr-conflict-peer",
        "cidr-conflict-on-premises",
        "cidr-conflict-route",
    ];
    for rule in rules {
        assert!(findings.iter().any(|finding| finding["rule_id"] == rule), "{rule}");
    }
    let checked = |row: &&Row| row["remediation"].contains("Checked by the engine: ");
    let upgrades = findings.iter().filter(|row| row["rule_id"] == "upgrade-does-not-fit");
    assert!(upgrades.filter(checked).count() >= 3);
}

/// What a reader does with pencil and paper: usable from the prefix, and what comes from the rows of the pools.
#[test]
fn sums_that_are_redone_by_hand_agree() {
    let (page, pools) = (read("report.md"), table("node_pools.csv"));
    let mut by_subnet: BTreeMap<String, Vec<&Row>> = BTreeMap::new();
    for pool in &pools {
        by_subnet.entry(pool["node_subnet_id"].to_ascii_lowercase()).or_default().push(pool);
    }
    let (mut redone, mut shown) = (0, 0);
    for subnet in table("subnets.csv") {
        let own = by_subnet.get(&subnet["subnet_id"].to_ascii_lowercase()).cloned().unwrap_or_default();
        let is_only_nodes =
            subnet["used_basis"] == "measured" && !own.is_empty() && subnet["other_growth"] == "0";
        let Some((_, length)) = subnet["address_prefixes"].split_once('/') else { continue };
        let (Ok(length), true, Some(used)) = (length.parse::<u32>(), is_only_nodes, number(&subnet, "used"))
        else {
            continue;
        };
        let usable = (1i64 << (32 - length)) - 5;
        let surge = own.iter().map(|pool| Some(number(pool, "surge_nodes")? * number(pool, "ips_per_node")?));
        let Some(surge) = surge.collect::<Option<Vec<i64>>>() else { continue };
        let (neediest, all) = (surge.iter().copied().max().unwrap_or(0), surge.iter().sum::<i64>());
        assert_eq!(number(&subnet, "usable"), Some(usable));
        assert_eq!(number(&subnet, "projected_upgrade"), Some(used + neediest), "{}", subnet["subnet_id"]);
        assert_eq!(number(&subnet, "projected_upgrade_all"), Some(used + all), "{}", subnet["subnet_id"]);
        assert_eq!(number(&subnet, "headroom_upgrade"), Some(usable - used - neediest));
        assert_eq!(number(&subnet, "headroom_upgrade_all"), Some(usable - used - all));
        redone += 1;
        if used + neediest > usable {
            let sum = format!("{used} + {neediest} = {} of {usable} usable", used + neediest);
            assert!(page.contains(&sum), "{sum}");
            shown += 1;
        }
    }
    assert!(redone >= 30 && shown >= 3, "{redone} redone, {shown} of them short");
}

#[test]
fn the_document_of_the_demo_is_what_its_schema_says() {
    let schema: Value = serde_json::from_str(&read("audit.schema.json")).unwrap();
    let document: Value = serde_json::from_str(&read("audit.json")).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<_> = validator.iter_errors(&document).map(|error| error.to_string()).collect();
    assert_eq!(errors, Vec::<String>::new());
    for list in ["clusters", "node_pools", "subnets", "vnets", "limits", "network_limits", "preflight"] {
        for row in document[list].as_array().unwrap() {
            let inputs = row["inputs"].as_array().unwrap();
            let is_named_only = list == "subnets" && row["usable"].is_null();
            let is_empty_preflight = list == "preflight" && row["preallocated"] == 0;
            assert!(!inputs.is_empty() || is_named_only || is_empty_preflight, "{list}: {row}");
        }
    }
}

#[test]
fn a_subscription_of_another_tenant_is_not_helped_by_rights() {
    let page = read("report.md");
    let row = page.lines().find(|line| line.contains("InvalidAuthenticationTokenTenant")).unwrap();
    assert!(row.contains("another tenant") && !row.contains("grant Reader"), "{row}");
}
