//! Pod routes against the nodes that are there, by name.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::{
    assess::testing::{id, vnet_id},
    inventory::{OwnerCount, PoolType, Route, RouteTable},
    report::say,
};

const SET: &str = "aks-np-12345678-vmss";

/// A node of a scale set, named as its computer is.
fn node(set: &str, mut number: u32) -> String {
    let mut digits = Vec::new();
    for _ in 0..6 {
        digits.push(char::from_digit(number % 36, 36).unwrap());
        number /= 36;
    }
    format!("{set}{}", digits.into_iter().rev().collect::<String>())
}

/// Holders of one address each, told by these numbers.
fn numbered(mut held: OwnerCount, numbers: &[u32]) -> OwnerCount {
    held.instances = numbers.iter().copied().collect();
    held
}

/// The scale set of a pool, with instances of these numbers.
fn set(pool: &str, numbers: &[u32]) -> OwnerCount {
    numbered(scale_set("one", pool, u32::try_from(numbers.len()).unwrap(), 1), numbers)
}

/// What is told of the routes of these nodes, in a table on the subnet of a cluster whose machines these are.
fn told(pools: Vec<NodePool>, machines: Vec<OwnerCount>, nodes: &[String]) -> (Option<u64>, Option<String>) {
    told_of(pools, machines, nodes, |_| {})
}

fn told_of(
    pools: Vec<NodePool>,
    machines: Vec<OwnerCount>,
    nodes: &[String],
    change: impl FnOnce(&mut Inventory),
) -> (Option<u64>, Option<String>) {
    let one = with_pools("one", Network::Kubenet, pools);
    let routes = nodes.iter().enumerate().map(|(at, name)| Route {
        name: name.clone(),
        prefix: Some(format!("10.244.{at}.0/24")),
        next_hop_type: Some("VirtualAppliance".to_owned()),
        next_hop_address: None,
    });
    let table = RouteTable {
        id: vnet_id("table"),
        location: String::new(),
        routes: routes.collect(),
        subnets: vec![],
    };
    let subnet = Subnet { route_table: Some(table.id.clone()), ..subnet("nodes", "10.0.0.0/20", machines) };
    let mut inventory = estate(vec![one], vec![vnet("v", &["10.0.0.0/16"], vec![subnet])]);
    inventory.route_tables.push(table);
    change(&mut inventory);
    let outlook = outlook(&inventory, &options());
    let row = outlook.clusters[0].limits.iter().find(|row| row.limit == Limit::RouteTable).unwrap();
    let said = row.parts.iter().find_map(|part| match part {
        LimitPart::StaleRoutes { routes, told, names, .. } => {
            Some(say::stale_routes(*routes, *told, names).text())
        }
        _ => None,
    });
    (row.capacity, said)
}

fn np(count: u32) -> NodePool {
    pool_in("np", count, "nodes")
}

#[test]
fn a_route_is_told_by_the_number_of_its_node() {
    let nodes = [node(SET, 0), node(SET, 1), node(SET, 10), format!("{}____10244300024", node(SET, 11))];
    assert!(nodes[2].ends_with("vmss00000a"));
    let expected = (Some(399), Some("1: aks-np-12345678-vmss00000b____10244300024".to_owned()));
    assert_eq!(told(vec![np(3)], vec![set("np", &[0, 1, 10])], &nodes), expected);
    // Azure spells what it likes.
    let upper = nodes.clone().map(|name| name.to_uppercase());
    let (_, said) = told(vec![np(3)], vec![set("np", &[0, 1, 10])], &upper);
    assert_eq!(said.unwrap(), "1: AKS-NP-12345678-VMSS00000B____10244300024");
    // One is stale although there are no more routes than nodes: that of the newest node is yet to come.
    let (_, said) = told(vec![np(4)], vec![set("np", &[0, 1, 10, 12])], &nodes);
    assert_eq!(said.unwrap(), "1: aks-np-12345678-vmss00000b____10244300024");
    assert_eq!(told(vec![np(4)], vec![set("np", &[0, 1, 10, 11])], &nodes), (Some(400), None));
}

#[test]
fn what_is_not_known_is_not_named() {
    let nodes: Vec<String> = (0..5).map(|number| node(SET, number)).collect();
    let unnumbered = scale_set("one", "np", 3, 1);
    let (capacity, said) = told(vec![np(3)], vec![unnumbered.clone()], &nodes);
    assert_eq!(capacity, Some(398));
    assert_eq!(said.unwrap(), "2: 2 of which it is not known which they are");
    // So it is where one instance of them has no number.
    let (_, said) = told(vec![np(3)], vec![numbered(unnumbered, &[0, 1])], &nodes);
    assert_eq!(said.unwrap(), "2: 2 of which it is not known which they are");
    // Names that somebody chose, and nodes of single machines, whose interfaces bear other names.
    for name in ["to-pods", "", "____", "aks-np-12345678-vms4", "+00001", "aks-np-12345678-vmss"] {
        let mut nodes = nodes[..3].to_vec();
        nodes.push(name.to_owned());
        let (_, said) = told(vec![np(3)], vec![set("np", &[0, 1, 2])], &nodes);
        assert_eq!(said.unwrap(), "1: 1 of which it is not known which they are", "{name}");
    }
}

#[test]
fn the_nodes_of_a_set_without_addresses_are_gone_where_all_was_read() {
    let gone = node("aks-old-12345678-vmss", 7);
    let nodes = [node(SET, 0), gone.clone(), "akswin000003".to_owned(), "akszip000003".to_owned()];
    let windows = NodePool { count: Some(0), ..pool_in("win", 0, "nodes") };
    let pools = || vec![np(1), windows.clone()];
    let machines = || vec![set("np", &[0])];
    let (_, said) = told(pools(), machines(), &nodes);
    let expected = format!("3: {gone}, akswin000003, 1 of which it is not known which they are");
    assert_eq!(said.unwrap(), expected, "`akszip` is no pool of the cluster");
    // A pool elsewhere may be the one whose node it is.
    let elsewhere = NodePool { node_subnet_id: Some(subnet_id("w", "nodes")), ..pool_in("old", 1, "nodes") };
    let (_, said) = told([pools(), vec![elsewhere]].concat(), machines(), &nodes);
    assert_eq!(said.unwrap(), "2: 2 of which it is not known which they are");
    // Nodes of Windows that are there.
    let mut held = set("win", &[3]);
    held.owner.id = id(&held.owner.id.as_str().replace("AKS-WIN-12345678-VMSS", "AKSWIN"));
    let (_, said) = told(pools(), vec![set("np", &[0]), held], &nodes[..3]);
    assert_eq!(said.unwrap(), format!("1: {gone}"));
}

/// <https://github.com/Azure/AKS/issues/987>
#[test]
fn machines_of_an_availability_set_are_told_by_their_interfaces() {
    let nodes: Vec<String> = (0..6).map(|number| format!("aks-np-11111111-{number}")).collect();
    let pool = NodePool { pool_type: Some(PoolType::AvailabilitySet), ..np(3) };
    let machines = numbered(interfaces("nodes-one", Some("np"), 3, 1), &[0, 1, 2]);
    let (capacity, said) = told(vec![pool], vec![machines], &nodes);
    assert_eq!(capacity, Some(397));
    assert_eq!(said.unwrap(), "3: aks-np-11111111-3, aks-np-11111111-4, aks-np-11111111-5");
}

#[test]
fn the_nodes_of_another_cluster_behind_the_table_are_there() {
    let nodes = [node(SET, 0), node("aks-np-87654321-vmss", 0)];
    let mut other = set("np", &[0]);
    other.owner.id =
        id(&other.owner.id.as_str().replace("12345678", "87654321").replace("NODES-ONE", "NODES-TWO"));
    let (_, said) = told_of(vec![np(1)], vec![set("np", &[0])], &nodes, |inventory| {
        let table = inventory.route_tables[0].id.clone();
        let beside = Subnet { route_table: Some(table), ..subnet("beside", "10.0.16.0/24", vec![other]) };
        inventory.virtual_networks[0].subnets.push(beside);
    });
    assert_eq!(
        said.unwrap(),
        "1: 1 of which it is not known which they are",
        "one too many, and none is gone"
    );
}

#[test]
fn of_many_the_first_are_named() {
    let nodes: Vec<String> = (0..30).map(|number| node(SET, number)).collect();
    let (_, said) = told(vec![np(1)], vec![set("np", &[29])], &nodes);
    let said = said.unwrap();
    assert!(said.starts_with("29: aks-np-12345678-vmss000000, "), "{said}");
    assert!(said.ends_with("aks-np-12345678-vmss000009, 19 more"), "{said}");
}

proptest! {
    /// Whatever comes and goes, what is named is what leads nowhere.
    #[test]
    fn what_is_named_leads_nowhere_and_all_that_leads_nowhere_is_named(
        there in prop::collection::btree_set(0u32..3_000, 1..40),
        routed in prop::collection::btree_set(0u32..3_000, 0..40),
        kept in prop::collection::vec(any::<prop::sample::Index>(), 0..20),
    ) {
        let all: Vec<u32> = there.iter().copied().collect();
        let kept = kept.into_iter().map(|at| all[at.index(all.len())]);
        let routed: BTreeSet<u32> = routed.into_iter().chain(kept).collect();
        let nodes: Vec<String> = routed.iter().map(|number| node(SET, *number)).collect();
        let count = u32::try_from(all.len()).unwrap();
        let (capacity, said) = told(vec![np(count)], vec![set("np", &all)], &nodes);
        let gone: Vec<&String> =
            routed.iter().zip(&nodes).filter(|(number, _)| !there.contains(number)).map(|(_, name)| name).collect();
        prop_assert_eq!(capacity, Some(400 - gone.len() as u64));
        let said = said.unwrap_or_default();
        prop_assert_eq!(said.is_empty(), gone.is_empty());
        for name in nodes.iter().filter(|name| said.contains(*name)) {
            prop_assert!(gone.contains(&name));
        }
        prop_assert_eq!(nodes.iter().filter(|name| said.contains(*name)).count(), gone.len().min(10));
    }
}
