//! The demo estate has an example of each limit and each fix, and the page shows them with sums that can be redone.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fs,
    path::PathBuf,
    sync::LazyLock,
};

use aks_census::assess::outlook::{Limit, NetworkLimitKind};
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

/// The least headroom under a limit that stands in rows of its own, and what of the demo is an example of it: a deficit,
/// or for the limits of one node, which AKS lets nobody exceed, a pool that has reached them or comes close.
fn example(limit: Limit) -> Option<std::ops::RangeInclusive<i64>> {
    match limit {
        Limit::PodCidr | Limit::RouteTable | Limit::ClusterNodes | Limit::ScaleSet => Some(i64::MIN..=-1),
        // A gateway pool takes what its prefix has, and no more.
        Limit::PodsPerNode => Some(0..=0),
        Limit::PublicIpPrefix => Some(0..=4),
        // 250 pods and the node itself, of 256.
        Limit::NodeConfigurations => Some(0..=5),
        Limit::NodeSubnet | Limit::PodSubnet | Limit::Vnet => None,
    }
}

#[test]
fn every_limit_has_an_example_and_is_shown() {
    let (limits, page) = (table("limits.csv"), read("report.md"));
    let worst = |kind: &str| {
        let of = limits.iter().filter(|row| row["limit"] == kind);
        of.filter_map(|row| number(row, "headroom")).min()
    };
    let in_rows: Vec<Limit> = Limit::ALL.iter().copied().filter(|limit| example(*limit).is_some()).collect();
    assert_eq!(in_rows, Limit::IN_ROWS);
    for limit in in_rows {
        let (kind, expected) = (limit.as_str(), example(limit).unwrap());
        assert!(worst(kind).is_some_and(|left| expected.contains(&left)), "{kind}: {:?}", worst(kind));
        assert!(page.contains(&format!("| {kind} | ")), "{kind}");
    }
    for kind in NetworkLimitKind::ALL.iter().map(|kind| kind.as_str()) {
        assert!(worst(kind).is_some_and(|left| left < 0), "{kind}: {:?}", worst(kind));
        assert!(page.contains(&format!("| {kind} | ")), "{kind}");
    }
    let capacities = |kind: &str| {
        let of = limits.iter().filter(|row| row["limit"] == kind);
        let short = of.filter(|row| number(row, "headroom").is_some_and(|left| left < 0));
        short.filter_map(|row| number(row, "capacity")).collect::<BTreeSet<_>>()
    };
    assert_eq!(capacities("cluster-nodes"), BTreeSet::from([1_000, 5_000]), "of both tiers");
    let document: Value = serde_json::from_str(&read("audit.json")).unwrap();
    let short =
        |row: &&Value| row["limit"] == "route-table" && row["headroom"].as_i64().is_some_and(|left| left < 0);
    let short: Vec<&Value> = document["limits"].as_array().unwrap().iter().filter(short).collect();
    let says = |what: &str, value: &dyn Fn(&str) -> bool| {
        let mut inputs = short.iter().flat_map(|row| row["inputs"].as_array().unwrap());
        inputs.any(|i| i["what"].as_str().unwrap().starts_with(what) && value(i["value"].as_str().unwrap()))
    };
    assert!(says("routes of a table, and routes a node", &|value| value == "400, 2"), "dual stack");
    assert!(
        says("routes that others put into", &|value| value.parse::<u32>().unwrap() > 100),
        "routes of others"
    );
}

/// Each limit that can bind a pool binds one; those of one node bind none, since AKS refuses what breaks them.
#[test]
fn every_limit_binds_a_pool() {
    let pools = table("node_pools.csv");
    for &limit in Limit::ALL {
        let is_there = pools.iter().any(|pool| pool["limited_by"] == limit.as_str());
        assert_eq!(is_there, !limit.is_per_node(), "{}", limit.as_str());
    }
}

/// What tells an example of a kind of change from others, as the reports print it. The schema names the kinds, so that a
/// new one is asked for here.
fn words_of(kind: &str) -> &'static [&'static str] {
    match kind {
        "max-surge" => &["set maxSurge of"],
        "max-unavailable" => &["to 0 and maxUnavailable to 1"],
        "max-count" => &["set maxCount of"],
        "replace-with-max-pods" => &["by a new pool with maxPods"],
        "move-to-new-subnet" => &[
            "by a new pool in a new subnet of size /",
            "by a new pool in a new pod subnet of size /",
            "is free",
            "whose space must grow first",
        ],
        "expand-pod-cidr" => &["expand the pod CIDR of"],
        other => panic!("the demo needs an example of `{other}`"),
    }
}

#[test]
fn every_kind_of_fix_is_offered_and_shown() {
    let (fixes, page) = (table("fixes.csv"), read("report.md"));
    let document: Value = serde_json::from_str(&read("audit.json")).unwrap();
    let schema: Value = serde_json::from_str(&read("audit.schema.json")).unwrap();
    let kinds = schema["$defs"]["Change"]["properties"]["change"]["enum"].as_array().unwrap();
    let kinds: Vec<&str> = kinds.iter().map(|kind| kind.as_str().unwrap()).collect();
    assert!(kinds.len() >= 6, "{kinds:?}");
    for kind in kinds {
        let of =
            |fix: &Value| fix["changes"].as_array().unwrap().iter().any(|change| change["change"] == kind);
        assert!(document["fixes"].as_array().unwrap().iter().any(of), "{kind}");
        for words in words_of(kind) {
            assert!(fixes.iter().any(|fix| fix["fix"].contains(words)), "{kind}: {words}");
            assert!(page.contains(words), "{kind}: {words}");
        }
    }
    assert!(fixes.iter().all(|fix| number(fix, "headroom").is_none_or(|left| left >= 0)));
}

/// No two new subnets are promised the same addresses, unless they say so.
#[test]
fn new_subnets_of_the_demo_stand_apart() {
    let document: Value = serde_json::from_str(&read("audit.json")).unwrap();
    let fixes = document["fixes"].as_array().unwrap().iter();
    let changes = fixes.flat_map(|fix| fix["changes"].as_array().unwrap());
    let mut blocks: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for change in changes.filter(|change| change["block"].is_string() && change["shared"] == false) {
        let who = format!("{}/{}/{}", change["cluster_id"], change["node_pool"], change["for_pods"]);
        blocks.entry(format!("{} {}", change["vnet_id"], change["block"])).or_default().insert(who);
    }
    assert!(blocks.len() > 5 && blocks.values().all(|users| users.len() == 1), "{blocks:#?}");
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
        let due = own.iter().map(|pool| {
            let nodes = number(pool, "nodes")? - number(pool, "nodes_holding")?;
            Some(nodes.max(0) * number(pool, "ips_per_node")?)
        });
        let used = used + due.sum::<Option<i64>>().unwrap();
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

/// What an input's value ends in: the result of its sum.
fn result(value: &str) -> u64 {
    let digits = value.rsplit(['=', ' ']).next().unwrap();
    digits.parse().unwrap_or_else(|_| panic!("{value}"))
}

/// The results of the inputs whose name begins so.
fn results(row: &Value, what: &str) -> Vec<u64> {
    let inputs = row["inputs"].as_array().unwrap().iter();
    let of = inputs.filter(|input| input["what"].as_str().unwrap().starts_with(what));
    of.map(|input| result(input["value"].as_str().unwrap())).collect()
}

/// Every projection and every limit in nodes from the inputs in the document alone, in every mode.
#[test]
fn the_document_alone_is_enough_to_redo_its_sums() {
    let document: Value = serde_json::from_str(&read("audit.json")).unwrap();
    let rows = |list: &str| document[list].as_array().unwrap().iter();
    let mut modes: BTreeMap<&str, u32> = BTreeMap::new();
    for subnet in rows("subnets").filter(|row| row["projected_scale_max_upgrade"].is_u64()) {
        let used = subnet["used"].as_u64().unwrap();
        let usable: u64 = results(subnet, "usable of ").iter().sum();
        let (upgrade, most) = (results(subnet, "upgrade: "), results(subnet, "scale_max: "));
        let all: u64 = results(subnet, "scale_max_upgrade: ").iter().sum();
        let due: u64 = results(subnet, "wanted and not there yet of ").iter().sum();
        let name = &subnet["subnet_id"];
        assert_eq!(subnet["usable"], usable, "{name}");
        assert_eq!(subnet["projected_upgrade"], used + due + upgrade.iter().max().unwrap_or(&0), "{name}");
        assert_eq!(subnet["projected_upgrade_all"], used + due + upgrade.iter().sum::<u64>(), "{name}");
        assert_eq!(subnet["projected_scale_max"], used + most.iter().sum::<u64>(), "{name}");
        assert_eq!(subnet["projected_scale_max_upgrade"], used + all, "{name}");
        let modelled: u64 =
            results(subnet, "pods of ").iter().chain(&results(subnet, "API server of ")).sum();
        let listed: u64 = results(subnet, "addresses ARM lists").iter().sum();
        assert_eq!(used, modelled.max(listed), "{name}");
        for mode in subnet["ipam_modes"].as_array().unwrap() {
            *modes.entry(mode.as_str().unwrap()).or_default() += 1;
        }
    }
    assert!(modes.len() >= 6, "{modes:?}");
    let mut peaks: BTreeMap<&str, u64> = BTreeMap::new();
    for pool in rows("node_pools") {
        let peak = results(pool, "nodes_scale_max while the pool surges");
        *peaks.entry(pool["cluster_id"].as_str().unwrap()).or_default() += peak.iter().sum::<u64>();
    }
    let is_whole = |row: &&Value| row["node_pool"].is_null() && row["unit"] == "nodes";
    let whole = rows("limits").filter(is_whole).filter(|row| row["scale_max_upgrade"].is_u64());
    let whole: Vec<&Value> = whole.collect();
    assert!(whole.len() > 50);
    for row in whole {
        let peak = peaks.get(row["resource_id"].as_str().unwrap()).copied().unwrap_or(0);
        let uncounted: u64 = results(row, "nodes that no pool counts").iter().sum();
        assert_eq!(row["scale_max_upgrade"], peak + uncounted, "{row}");
    }
    let lists = ["clusters", "node_pools", "subnets", "vnets", "limits", "preflight"];
    let inputs = lists.iter().flat_map(|list| rows(list)).flat_map(|row| row["inputs"].as_array().unwrap());
    assert!(inputs.clone().all(|input| input["rule"].is_string()), "each with its rule");
}

#[test]
fn the_document_of_the_demo_is_what_its_schema_says() {
    let schema: Value = serde_json::from_str(&read("audit.schema.json")).unwrap();
    let document: Value = serde_json::from_str(&read("audit.json")).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<_> = validator.iter_errors(&document).map(|error| error.to_string()).collect();
    assert_eq!(errors, Vec::<String>::new());
    for list in ["clusters", "node_pools", "subnets", "vnets", "limits", "preflight"] {
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
