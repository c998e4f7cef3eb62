mod beyond;
mod fixes;
mod nodes;
mod properties;
mod stale_routes;

use crate::{
    assess::{
        audit::{SubnetRow, SubnetStatus},
        estate::space::free_blocks,
        options::Options,
        outlook::{
            ByScenario, Change, Fix, Limit, LimitPart, LimitRow, ProjectionBasis, Scenario, Shortfall,
        },
        records::{Outlook, outlook},
        testing::{
            Network, autoscaled, cluster, cluster_id, estate, in_use, interfaces, options, pool_in, profile,
            resource, said, scale_set, subnet, subnet_id, usage, virtual_machines, vnet,
        },
    },
    inventory::{
        AllocationMode, ApiServer, ApplicationGateway, Cluster, Inventory, NodePool, OwnerKind, PowerState,
        Priority, ResourceId, ScaleDownMode, Subnet,
    },
    ipam,
};

fn with_pools(name: &str, network: Network, pools: Vec<NodePool>) -> Cluster {
    Cluster { pools, ..cluster(name, network) }
}

fn ahead(clusters: Vec<Cluster>, subnets: Vec<Subnet>) -> Outlook {
    outlook(&estate(clusters, vec![vnet("v", &["10.0.0.0/16"], subnets)]), &options())
}

fn of<'o>(outlook: &'o Outlook, name: &str) -> &'o SubnetRow {
    outlook.subnets.iter().find(|subnet| subnet.id == subnet_id("v", name)).unwrap()
}

fn projected(subnet: &SubnetRow) -> [Option<u64>; 4] {
    let ByScenario { upgrade, upgrade_all, scale_max, scale_max_upgrade } = subnet.ahead.projected;
    [upgrade, upgrade_all, scale_max, scale_max_upgrade]
}

/// A subnet of one flat cluster with these pools, `used` addresses in it, one of them each node's.
fn alone(pools: Vec<NodePool>, used: u32) -> SubnetRow {
    let owners = in_use("one", &pools, used);
    let one = with_pools("one", Network::Flat, pools);
    of(&ahead(vec![one], vec![subnet("nodes", "10.0.0.0/24", owners)]), "nodes").clone()
}

fn flat(pool: NodePool) -> NodePool {
    NodePool { node_subnet_id: Some(subnet_id("v", "nodes")), ..pool }
}

#[test]
fn each_scenario_adds_what_its_nodes_take() {
    let subnet = alone(vec![flat(autoscaled("a", 2, 1, 5)), pool_in("b", 3, "nodes")], 100);
    assert_eq!(projected(&subnet), [Some(131), Some(162), Some(193), Some(255)]);
    assert_eq!(subnet.headroom(Scenario::ScaleMaxUpgrade), Some(-4));
    assert_eq!(subnet.ahead.basis, Some(ProjectionBasis::Exact));
    assert_eq!(subnet.status, SubnetStatus::Warning);
    assert_eq!(said(&subnet), ["4 addresses short to upgrade all pools at their maximum"]);
}

#[test]
fn the_neediest_pool_decides_an_upgrade() {
    let wide = NodePool { max_surge: Some("3".to_owned()), max_pods: Some(10), ..pool_in("a", 4, "nodes") };
    let subnet = alone(vec![wide, pool_in("b", 1, "nodes")], 5);
    assert_eq!(projected(&subnet)[..2], [Some(38), Some(69)]);
}

#[test]
fn an_upgrade_that_surely_fails_is_critical_whatever_else_is_unknown() {
    let unknown = NodePool { count: None, ..pool_in("b", 0, "nodes") };
    let fails = "even by the lower bounds the neediest pool cannot be upgraded";
    for (used, status) in [(220, SubnetStatus::Warning), (221, SubnetStatus::Critical)] {
        let of_pool = alone(vec![pool_in("a", 3, "nodes"), unknown.clone()], used);
        let owners = in_use("one", &[pool_in("a", 3, "nodes")], used);
        let hidden = Subnet { container_profiles: 1, ..subnet("nodes", "10.0.0.0/24", owners) };
        let one = with_pools("one", Network::Flat, vec![pool_in("a", 3, "nodes")]);
        let of_subnet = of(&ahead(vec![one], vec![hidden]), "nodes").clone();
        assert_eq!((of_pool.ahead.projected.upgrade, of_subnet.used), (None, None));
        let of_hidden = if used == 221 { status } else { SubnetStatus::Unknown };
        assert_eq!((of_pool.status, of_subnet.status), (status, of_hidden), "{used}");
        for row in [of_pool, of_subnet] {
            assert_eq!(said(&row).iter().any(|why| why == fails), used == 221, "{:?}", row.reasons);
        }
    }
    // What is full already needs no second reason, nor does a subnet in which nothing surges.
    let spot = NodePool { priority: Some(Priority::Spot), ..pool_in("a", 3, "nodes") };
    let full = alone(vec![spot, unknown], 252);
    assert_eq!(full.status, SubnetStatus::Full);
    assert!(!said(&full).iter().any(|why| why == fails), "{:?}", full.reasons);
}

#[test]
fn an_empty_projection_says_what_it_would_need() {
    let surge = NodePool { max_surge: Some("some".to_owned()), ..pool_in("a", 2, "nodes") };
    let size = NodePool { count: None, ..pool_in("b", 0, "nodes") };
    let both = NodePool { count: None, max_surge: Some("some".to_owned()), ..pool_in("c", 0, "nodes") };
    let cases =
        [(pool_in("a", 2, "nodes"), None), (surge, Some("surge of one/a")), (size, Some("size of one/b"))];
    for (pool, missing) in cases.into_iter().chain([(both, Some("size and the surge of one/c"))]) {
        let expected: Vec<String> =
            missing.iter().map(|what| format!("projections that need the {what} are empty")).collect();
        let row = alone(vec![pool], 10);
        assert_eq!(said(&row), expected);
        assert_eq!(projected(&row).contains(&None), missing.is_some());
    }
}

#[test]
fn pools_of_every_kind_are_counted() {
    let blue = NodePool { upgrade_strategy: Some("bluegreen".to_owned()), ..pool_in("a", 2, "nodes") };
    assert_eq!(projected(&alone(vec![blue], 2)), [Some(64), Some(64), Some(2), Some(64)]);
    let spot = NodePool { priority: Some(Priority::Spot), ..flat(autoscaled("a", 0, 0, 3)) };
    assert_eq!(projected(&alone(vec![spot], 0)), [Some(0), Some(0), Some(93), Some(93)]);
    let machines = flat(virtual_machines("a", None, vec![], vec![profile(3, Some(1))]));
    assert_eq!(projected(&alone(vec![machines], 0)), [None; 4]);
    let manual = flat(virtual_machines("a", None, vec![profile(2, None), profile(1, None)], vec![]));
    // None of the three is there.
    assert_eq!(projected(&alone(vec![manual], 0)), [Some(124), Some(124), Some(93), Some(124)]);
    let odd = NodePool { max_surge: Some("some".to_owned()), ..pool_in("a", 2, "nodes") };
    assert_eq!(projected(&alone(vec![odd], 7)), [None, None, Some(7), None]);
}

#[test]
fn a_stopped_pool_comes_back() {
    let stopped = NodePool { power_state: Some(PowerState::Stopped), ..flat(autoscaled("a", 3, 1, 4)) };
    let empty = |pool: &NodePool| {
        let one = with_pools("one", Network::Flat, vec![pool.clone()]);
        of(&ahead(vec![one], vec![subnet("nodes", "10.0.0.0/24", vec![])]), "nodes").clone()
    };
    let subnet = empty(&stopped);
    assert_eq!(projected(&subnet), [Some(0), Some(0), Some(124), Some(155)]);
    assert_eq!(subnet.ahead.basis, Some(ProjectionBasis::Exact));
    let silent = NodePool { count: Some(0), autoscaling: None, ..stopped };
    assert_eq!(empty(&silent).ahead.basis, Some(ProjectionBasis::LowerBound));
}

#[test]
fn deallocated_nodes_start_before_new_ones_are_made() {
    let pool = NodePool {
        scale_down_mode: Some(ScaleDownMode::Deallocate),
        max_pods: Some(10),
        ..flat(autoscaled("np", 2, 1, 8))
    };
    let one = with_pools("one", Network::Flat, vec![pool]);
    let outlook = ahead(vec![one], vec![subnet("nodes", "10.0.0.0/24", vec![scale_set("one", "np", 5, 11)])]);
    assert_eq!(projected(of(&outlook, "nodes")), [Some(66), Some(66), Some(88), Some(99)]);
}

#[test]
fn an_upgrade_that_fails_even_by_the_lower_bounds_is_critical() {
    let pods =
        |nodes| NodePool { pod_subnet_id: Some(subnet_id("v", "pods")), ..pool_in("np", nodes, "nodes") };
    let status = |nodes: u32, mode: Option<AllocationMode>| {
        let pool = NodePool { allocation_mode: mode, max_surge: Some("2".to_owned()), ..pods(nodes) };
        let one = with_pools("one", Network::Flat, vec![pool]);
        let held = vec![scale_set("one", "np", nodes, 1)];
        let subnets = vec![subnet("nodes", "10.0.0.0/24", held), subnet("pods", "10.0.1.0/24", vec![])];
        let outlook = ahead(vec![one], subnets);
        let subnet = of(&outlook, "pods");
        (subnet.status, subnet.ahead.projected.upgrade, subnet.ahead.basis, subnet.ahead.stranded)
    };
    let upper = Some(ProjectionBasis::UpperBound);
    assert_eq!(status(14, None), (SubnetStatus::Critical, Some(14 * 33 + 66), upper, Some(11)));
    assert_eq!(status(13, None), (SubnetStatus::Warning, Some(13 * 33 + 66), upper, Some(11)));
    let exact = Some(ProjectionBasis::Exact);
    let blocks = Some(AllocationMode::StaticBlock);
    assert_eq!(status(6, blocks.clone()), (SubnetStatus::Critical, Some(256), exact, Some(27 + 6)));
    assert_eq!(status(5, blocks), (SubnetStatus::Ok, Some(224), exact, Some(27 + 5)));
}

#[test]
fn what_comes_beside_pools_counts_apart() {
    let mut one = with_pools("one", Network::Flat, vec![pool_in("np", 1, "nodes")]);
    one.power_state = Some(PowerState::Stopped);
    one.api_server = ApiServer { private_cluster: Some(true), ..ApiServer::default() };
    let gateway_id = cluster_id("gateway");
    let path = gateway_id.as_str().split("/resourceGroups/apps").nth(1).unwrap().to_owned();
    let listed = resource(OwnerKind::ApplicationGateway, "apps", &path, 1);
    let mut inventory = estate(
        vec![one],
        vec![vnet(
            "v",
            &["10.0.0.0/16"],
            vec![
                subnet("nodes", "10.0.0.0/24", vec![]),
                subnet("gateway", "10.0.1.0/24", vec![listed]),
                subnet("other", "10.0.2.0/24", vec![]),
            ],
        )],
    );
    inventory.application_gateways.push(ApplicationGateway {
        id: gateway_id,
        tier: None,
        capacity: Some(2),
        max_capacity: Some(10),
        subnets: vec![subnet_id("v", "gateway")],
        private_frontends: vec![subnet_id("v", "gateway")],
    });
    let outlook = outlook(&inventory, &options());
    let growth = |name| of(&outlook, name).ahead.other_growth;
    assert_eq!((growth("nodes"), growth("gateway"), growth("other")), (Some(1), Some(10), Some(0)));
    assert_eq!(projected(of(&outlook, "gateway")), [None; 4]);
}

#[test]
fn a_cluster_that_provisions_nodes_gives_a_lower_bound() {
    let mut one = with_pools("one", Network::Overlay, vec![pool_in("np", 1, "nodes")]);
    one.node_provisioning_mode = Some("Auto".to_owned());
    let held = vec![scale_set("one", "np", 1, 1)];
    let outlook = ahead(vec![one], vec![subnet("nodes", "10.0.0.0/24", held)]);
    let subnet = of(&outlook, "nodes");
    assert_eq!(subnet.ahead.basis, Some(ProjectionBasis::LowerBound));
    assert_eq!(said(subnet), ["at least: one provisions nodes that no pool counts"]);
}

#[test]
fn a_cluster_of_which_some_pools_are_not_known_gives_a_lower_bound() {
    // The pool that could not be read is the one whose nodes are listed in the second subnet.
    let one =
        Cluster { pools_known: false, ..with_pools("one", Network::Flat, vec![pool_in("np", 1, "nodes")]) };
    let listed = subnet("others", "10.0.1.0/24", vec![scale_set("one", "lost", 2, 31)]);
    let held = vec![scale_set("one", "np", 1, 31)];
    let outlook = ahead(vec![one], vec![subnet("nodes", "10.0.0.0/24", held), listed]);
    let of_cluster = outlook.clusters[0].limits.iter().filter(|row| row.node_pool.is_none());
    assert!(of_cluster.clone().count() > 0 && of_cluster.clone().all(|row| row.nodes.is_none()));
    assert!(
        !outlook.clusters[0].preflights.is_empty()
            && outlook.clusters[0].preflights.iter().all(|row| row.preallocated.is_none())
    );
    for name in ["nodes", "others"] {
        let subnet = of(&outlook, name);
        assert_eq!(subnet.ahead.basis, Some(ProjectionBasis::LowerBound), "{name}");
        assert_eq!(said(subnet), ["at least: not every pool of one could be read"]);
    }
}
