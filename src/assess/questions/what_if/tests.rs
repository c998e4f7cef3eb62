use proptest::prelude::*;

use super::*;
use crate::{
    assess::{
        generated,
        testing::{
            Network, autoscaled, cluster, estate, load_balancer, options, pool_in, provisioned, scale_set,
            subnet, subnet_id, virtual_machines, vnet,
        },
    },
    inventory::{AllocationMode, Cluster, NodePool},
};

/// A node-subnet cluster of two pools, a kubenet one and a stranger's balancer in one /24; a pod subnet beside it.
fn inventory() -> Inventory {
    let apps = NodePool { node_subnet_id: Some(subnet_id("v", "a")), ..autoscaled("apps", 2, 1, 3) };
    let shop = Cluster { pools: vec![pool_in("system", 2, "a"), apps], ..cluster("shop", Network::Flat) };
    let wiki = Cluster { pools: vec![pool_in("np", 3, "b")], ..cluster("wiki", Network::Kubenet) };
    let owners = vec![
        scale_set("shop", "system", 2, 29),
        scale_set("shop", "apps", 2, 31),
        load_balancer("nodes-shop", 1),
    ];
    let subnets = vec![
        subnet("a", "10.0.0.0/24", owners),
        subnet("b", "10.0.1.0/26", vec![scale_set("wiki", "np", 3, 1)]),
        subnet("pods", "10.0.2.0/24", vec![]),
    ];
    let clusters = [shop, wiki].map(|mut cluster| {
        cluster.network.service_cidrs = ["10.9.0.0/16"].into_iter().collect();
        cluster
    });
    estate(clusters.into(), vec![vnet("v", &["10.0.0.0/16"], subnets)])
}

fn ask(inventory: &Inventory, text: &str) -> Result<WhatIf, PlanError> {
    what_if(inventory, &text.parse()?, &options())
}

/// `used` of the named subnet after a change.
fn used(text: &str, name: &str) -> u64 {
    let answer = ask(&inventory(), text).unwrap();
    let change = answer.subnets.iter().find(|change| change.id.name() == name);
    change.unwrap_or_else(|| panic!("{name} is not touched")).after.as_ref().unwrap().used.unwrap()
}

#[test]
fn addresses_follow_the_nodes() {
    let table = [
        // 2 × 29 + 2 × 31 + 1 = 121 before; a node that comes takes what is planned, one that goes what it held.
        ("[[change]]\ncluster = \"shop\"\npool = \"system\"\nnodes = 4", 121 + 62),
        ("[[change]]\ncluster = \"shop\"\npool = \"system\"\nnodes = 1", 121 - 29),
        ("[[change]]\ncluster = \"shop\"\npool = \"system\"\nmax_pods = 50", 121 - 58 + 102),
        ("[[change]]\ncluster = \"shop\"\nmode = \"overlay\"\npod_cidr = \"10.244.0.0/16\"", 4 + 1),
        ("[[remove]]\ncluster = \"shop\"\npool = \"apps\"", 121 - 62),
        ("[[remove]]\ncluster = \"shop\"", 0),
        ("[[add_pool]]\ncluster = \"shop\"\nname = \"new\"\nnodes = 2\nmax_pods = 10", 121 + 22),
        ("[[grow]]\nlocation = \"West Europe\"\npercent = 50", 121 + 62),
        ("[[grow]]\nlocation = \"westeurope\"\nnodes = 7", 121 + 4 * 31),
    ];
    for (text, expected) in table {
        assert_eq!(used(text, "a"), expected, "{text}");
    }
}

#[test]
fn what_may_come_follows_too() {
    let answer = ask(
        &inventory(),
        "[[change]]\ncluster = \"shop\"\npool = \"apps\"\nmax_count = 8\nmax_surge = \"2\"",
    )
    .unwrap();
    let [change] = answer.subnets.as_slice() else { panic!("{:?}", answer.subnets) };
    let (before, after) = (change.before.as_ref().unwrap(), change.after.as_ref().unwrap());
    assert_eq!((before.used, after.used), (Some(121), Some(121)));
    // Six more nodes, two surge nodes of apps and one of system, each 31.
    assert_eq!(after.ahead.projected.scale_max_upgrade, Some(121 + 9 * 31));
    assert!(!answer.fits());
    let limits: Vec<&str> = answer.limits.iter().map(LimitChange::limit).collect();
    assert_eq!(limits, ["cluster-nodes", "scale-set"]);
}

#[test]
fn a_new_cluster_is_counted_where_it_lives() {
    let text = "[[add_subnet]]\nnetwork = \"v\"\nname = \"new\"\nprefix = \"10.0.3.0/28\"\n\
        [[add_cluster]]\nname = \"bank\"\nmode = \"pod-subnet-static\"\nnode_subnet = \"v/new\"\npod_subnet = \"v/pods\"\n\
        [[add_pool]]\ncluster = \"bank\"\nname = \"np\"\nnodes = 3\nmax_pods = 31\nmax_surge = \"1\"\n";
    assert_eq!((used(text, "new"), used(text, "pods")), (3, 96));
    let answer = ask(&inventory(), text).unwrap();
    assert!(answer.fits());
    assert_eq!(answer.subnets.len(), 2);
}

#[test]
fn pools_of_single_machines_and_static_blocks_change_as_well() {
    let mut inventory = inventory();
    let machines = NodePool {
        node_subnet_id: Some(subnet_id("v", "a")),
        pod_subnet_id: Some(subnet_id("v", "pods")),
        allocation_mode: Some(AllocationMode::StaticBlock),
        ..virtual_machines("vms", None, vec![crate::assess::testing::profile(2, None)], vec![])
    };
    inventory.clusters[0].pools.push(machines);
    let held = &mut inventory.virtual_networks[0].subnets[0].usage;
    let owners = held.owners.iter().cloned().chain([scale_set("shop", "vms", 2, 1)]);
    *held = crate::assess::testing::usage(owners.collect());
    let text = "[[change]]\ncluster = \"shop\"\npool = \"vms\"\nnodes = 4\nmax_count = 6";
    let answer = ask(&inventory, text).unwrap();
    let pods = answer.subnets.iter().find(|change| change.id.name() == "pods").unwrap();
    let after = pods.after.as_ref().unwrap();
    assert_eq!((after.used, after.ahead.projected.scale_max), (Some(4 * 32), Some(6 * 32)));
}

#[test]
fn nodes_that_no_pool_counts_move_with_their_cluster() {
    let mut inventory = inventory();
    let held = &mut inventory.virtual_networks[0].subnets[0].usage;
    let owners = held.owners.iter().cloned().chain([provisioned("shop", 2, 20)]);
    *held = crate::assess::testing::usage(owners.collect());
    let used = |text: &str| {
        let answer = ask(&inventory, text).unwrap();
        answer.subnets.iter().find(|one| one.id.name() == "a").unwrap().after.as_ref().unwrap().used
    };
    let overlay = "[[change]]\ncluster = \"shop\"\nmode = \"overlay\"\npod_cidr = \"10.244.0.0/16\"";
    assert_eq!(used(overlay), Some(4 + 2 + 1), "four of pools, two others, a front end");
    assert_eq!(used("[[remove]]\ncluster = \"shop\""), Some(0));
}

#[test]
fn nodes_that_never_came_give_nothing_back() {
    let mut inventory = inventory();
    // Of three nodes one is there.
    let pool = inventory.clusters[1].pools[0].name.clone();
    inventory.clusters[1].pools[0].count = Some(3);
    let held = &mut inventory.virtual_networks[0].subnets[1].usage;
    *held = crate::assess::testing::usage(vec![scale_set("wiki", &pool, 1, 1)]);
    let used = |nodes: u32| {
        let answer = ask(&inventory, &format!("[[change]]\ncluster = \"wiki\"\nnodes = {nodes}")).unwrap();
        let after =
            answer.subnets.iter().find(|subnet| subnet.id.name() == "b").and_then(|s| s.after.clone());
        after.map(|after| (after.used, after.ahead.projected.scale_max))
    };
    assert_eq!(used(2), Some((Some(1), Some(2))));
    assert_eq!(used(5), Some((Some(3), Some(5))));
}

#[test]
fn a_stopped_cluster_takes_nothing_until_it_starts() {
    let mut inventory = inventory();
    inventory.clusters[1].power_state = Some(crate::inventory::PowerState::Stopped);
    inventory.virtual_networks[0].subnets[1].usage = crate::assess::testing::usage(vec![]);
    let answer = ask(&inventory, "[[change]]\ncluster = \"wiki\"\nnodes = 40").unwrap();
    let after = answer.subnets[0].after.as_ref().unwrap();
    assert_eq!((after.used, after.ahead.projected.scale_max), (Some(0), Some(40)));
}

#[test]
fn what_comes_beside_pools_must_fit_too() {
    let mut inventory = inventory();
    let wiki = &mut inventory.clusters[1];
    wiki.power_state = Some(crate::inventory::PowerState::Stopped);
    wiki.api_server.private_cluster = Some(true);
    inventory.virtual_networks[0].subnets[1].usage = crate::assess::testing::usage(vec![]);
    let fits = |nodes: u32| {
        let text = format!("[[change]]\ncluster = \"wiki\"\nnodes = {nodes}");
        ask(&inventory, &text).unwrap().subnets[0].fits()
    };
    // Of 59 addresses: one surge node, and the private endpoint that comes back when the cluster starts.
    assert_eq!((fits(57), fits(58)), (Some(true), Some(false)));
}

fn refusal(text: &str) -> String {
    ask(&inventory(), text).unwrap_err().to_string()
}

#[test]
fn errors_name_the_line_and_what_is_allowed() {
    insta::assert_snapshot!(refusal("[[remove]]\n\ncluster = \"shpo\""), @"line 3: there is no cluster `shpo`; near it: shop");
    insta::assert_snapshot!(refusal("[[remove]]\ncluster = \"shop\"\npool = \"app\""), @"line 3: there is no node pool `shop/app`; near it: system, apps");
    insta::assert_snapshot!(refusal("[[change]]\ncluster = \"shop\""), @"line 2: nothing is changed; allowed: nodes, min_count, max_count, max_pods, max_surge, mode, pod_cidr");
    insta::assert_snapshot!(refusal("[[change]]\ncluster = \"shop\"\nmax_pods = 300"), @"line 3: the pool has 300 pods a node; allowed: 10 to 250 pods a node");
    insta::assert_snapshot!(refusal("[[change]]\ncluster = \"shop\"\nmax_surge = \"ten\""), @"line 3: `ten` is neither a number of nodes such as `2` nor a percentage such as `33%`");
    insta::assert_snapshot!(refusal("[[change]]\ncluster = \"shop\"\nmin_count = 9\npool = \"apps\""), @"line 2: pool apps: min_count 9 is more than max_count 3");
    insta::assert_snapshot!(refusal("[[change]]\ncluster = \"shop\"\nmode = \"kubenet\""), @"line 3: a cluster moves to `overlay` only");
    insta::assert_snapshot!(refusal("[[change]]\ncluster = \"shop\"\nmode = \"overlay\""), @"line 3: `pod_cidr` is needed: a node-subnet cluster has none");
    insta::assert_snapshot!(refusal("[[add_subnet]]\nnetwork = \"v\"\nname = \"x\"\nprefix = \"10.0.0.0/25\""), @"line 4: 10.0.0.0/25 overlaps subnet a; allowed: a free block, such as 10.0.1.128/25");
    insta::assert_snapshot!(refusal("[[add_subnet]]\nnetwork = \"v\"\nname = \"x\"\nprefix = \"10.9.0.0/24\""), @"line 4: 10.9.0.0/24 lies outside the network; allowed: a block in 10.0.0.0/16");
    insta::assert_snapshot!(refusal("[[grow]]\nlocation = \"mars\"\npercent = 5"), @"line 2: no cluster is in `mars`; allowed: westeurope");
    insta::assert_snapshot!(refusal("[[grow]]\nlocation = \"westeurope\""), @"line 2: either `percent` or `nodes` is needed, and not both");
    insta::assert_snapshot!(refusal("[[remove]]\nclutser = \"shop\""), @r#"
    TOML parse error at line 2, column 1
      |
    2 | clutser = "shop"
      | ^^^^^^^
    unknown field `clutser`, expected `cluster` or `pool`
    "#);
    insta::assert_snapshot!(refusal("[[add_pool]]\ncluster = \"shop\"\nname = \"x\"\nnodes = -1"), @r"
    TOML parse error at line 4, column 9
      |
    4 | nodes = -1
      |         ^^
    invalid value: integer `-1`, expected u32
    ");
}

#[test]
fn a_pod_range_on_a_subnet_does_not_fit() {
    let text = "[[change]]\ncluster = \"shop\"\nmode = \"overlay\"\npod_cidr = \"10.0.0.0/20\"";
    let answer = ask(&inventory(), text).unwrap();
    assert!(!answer.fits());
    assert!(answer.conflicts.iter().any(|conflict| conflict.kind() == "pod-subnet"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Neither no change at all, nor one that gives every pool what it has, touches anything.
    #[test]
    fn no_change_changes_nothing(specs in generated::cluster_specs()) {
        let inventory = generated::build(&specs);
        let mut changed = inventory.clone();
        Ledger::of(&inventory, &options()).settle(&mut changed, &options());
        prop_assert_eq!(&changed, &inventory);
        let answer = ask(&inventory, "").unwrap();
        prop_assert!(answer.subnets.is_empty() && answer.limits.is_empty() && answer.conflicts.is_empty());
        prop_assert!(answer.fits());
        let mut same = String::new();
        for cluster in &inventory.clusters {
            let scale_sets = cluster.pools.iter().filter(|pool| pool.vm_status.is_none() && pool.vm_manual.is_empty());
            for pool in scale_sets {
                let Some(count) = pool.count else { continue };
                let (cluster, pool) = (cluster.name(), &pool.name);
                let lines = ["[[change]]".to_owned(), format!("cluster = \"{cluster}\""), format!("pool = \"{pool}\"")];
                same += &lines.join("\n");
                same += "\nnodes = ";
                same += &count.to_string();
                same.push('\n');
            }
        }
        prop_assert!(ask(&inventory, &same).unwrap().subnets.is_empty());
    }

    /// Growth never frees an address, and removing every cluster frees all that clusters hold.
    #[test]
    fn growth_only_adds(specs in generated::cluster_specs(), percent in 1u32..200) {
        let inventory = generated::build(&specs);
        prop_assume!(!inventory.clusters.is_empty());
        let answer = ask(&inventory, &format!("[[grow]]\nlocation = \"westeurope\"\npercent = {percent}")).unwrap();
        for change in &answer.subnets {
            let (before, after) = (change.before.as_ref().unwrap(), change.after.as_ref().unwrap());
            prop_assert!(after.used >= before.used);
        }
        let names = inventory.clusters.iter().map(|c| format!("[[remove]]\ncluster = \"{}\"\n", c.name()));
        let gone = ask(&inventory, &names.collect::<String>()).unwrap();
        for after in gone.subnets.iter().filter_map(|change| change.after.as_ref()) {
            prop_assert_eq!(after.used_aks.unwrap_or(0), 0);
        }
    }
}
