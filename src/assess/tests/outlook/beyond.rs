use super::*;
use crate::{
    assess::{
        options::Severity,
        testing::{forwarding, peering, provisioned, vnet_id},
    },
    inventory::{OsType, OwnerCount, PoolMode, Route, RouteTable, VirtualNetwork},
    report::say,
};

fn route(name: &str, prefix: &str) -> Route {
    Route {
        name: name.to_owned(),
        prefix: Some(prefix.to_owned()),
        next_hop_type: None,
        next_hop_address: None,
    }
}

/// A kubenet cluster of one autoscaled pool, with these routes in the table of its subnet.
fn kubenet(count: u32, most: u32, routes: Vec<Route>, families: &[&str]) -> Outlook {
    let mut one = with_pools("one", Network::Kubenet, vec![flat(autoscaled("np", count, 1, most))]);
    one.network.ip_families = families.iter().map(|f| (*f).to_owned()).collect();
    let table = RouteTable { id: vnet_id("table"), location: String::new(), routes, subnets: vec![] };
    let nodes = Subnet {
        route_table: Some(table.id.clone()),
        ..subnet("nodes", "10.0.0.0/20", vec![scale_set("one", "np", count, 1)])
    };
    let mut inventory = estate(vec![one], vec![vnet("v", &["10.0.0.0/16"], vec![nodes])]);
    inventory.route_tables.push(table);
    outlook(&inventory, &options())
}

fn limit(outlook: &Outlook, limit: Limit) -> (Option<u64>, Option<u64>, Option<i64>) {
    let row = outlook.clusters.iter().flat_map(|c| &c.limits).find(|row| row.limit == limit).unwrap();
    (row.capacity, row.scale_max_upgrade, row.headroom)
}

#[test]
fn routes_of_others_leave_fewer_nodes() {
    let own = route("aks-np-1", "10.244.3.0/24");
    let routes = vec![own, route("default", "0.0.0.0/0"), route("tagged", "AzureCloud")];
    let outlook = kubenet(3, 397, routes.clone(), &["IPv4"]);
    assert_eq!(limit(&outlook, Limit::RouteTable), (Some(398), Some(398), Some(0)));
    assert_eq!(limit(&outlook, Limit::PodCidr), (Some(256), Some(398), Some(-142)));
    let dual = kubenet(3, 397, routes, &["IPv4", "IPv6"]);
    assert_eq!(limit(&dual, Limit::RouteTable).0, Some(199));
}

/// <https://github.com/Azure/AKS/issues/987>
#[test]
fn routes_to_nodes_that_are_gone_take_routes() {
    let own =
        |count: u32| (0..count).map(|at| route(&format!("np-{at}"), &format!("10.244.{at}.0/24"))).collect();
    let told = |outlook: &Outlook| {
        let row = outlook.clusters[0].limits.iter().find(|row| row.limit == Limit::RouteTable).unwrap();
        let stale = row.parts.iter().find_map(|part| match part {
            LimitPart::StaleRoutes { routes, .. } => Some(*routes),
            _ => None,
        });
        (row.capacity, stale)
    };
    assert_eq!(told(&kubenet(3, 3, own(6), &["IPv4"])), (Some(397), Some(3)));
    assert_eq!(told(&kubenet(3, 3, own(3), &["IPv4"])), (Some(400), None));
    assert_eq!(told(&kubenet(3, 3, own(1), &["IPv4"])), (Some(400), None), "a route that is yet to come");
    assert_eq!(
        told(&kubenet(3, 3, own(9), &["IPv4", "IPv6"])),
        (Some(198), Some(3)),
        "two a node in dual stack"
    );
}

#[test]
fn nodes_that_no_pool_counts_make_bounds_of_a_clusters_limits() {
    let bounds = |mode: Option<&str>| {
        let mut one = with_pools("one", Network::Overlay, vec![pool_in("np", 2, "nodes")]);
        one.node_provisioning_mode = mode.map(str::to_owned);
        let rows = ahead(vec![one], vec![subnet("nodes", "10.0.0.0/24", vec![])]).clusters.remove(0).limits;
        rows.into_iter().filter(|row| row.at_least).map(|row| row.limit).collect::<Vec<_>>()
    };
    assert_eq!(bounds(Some("Auto")), [Limit::ClusterNodes, Limit::PodCidr]);
    assert_eq!(bounds(Some("Manual")), []);
    assert_eq!(bounds(None), []);
}

#[test]
fn the_tightest_limit_is_named() {
    let outlook = kubenet(250, 250, vec![], &["IPv4"]);
    assert_eq!(
        (outlook.clusters[0].pools[0].largest_scale_up, outlook.clusters[0].pools[0].limited_by),
        (Some(6), Some(Limit::PodCidr))
    );
    let mut one = with_pools("one", Network::Overlay, vec![flat(autoscaled("np", 990, 1, 990))]);
    one.network.pod_cidrs = ["10.128.0.0/11"].iter().collect();
    let scale_set = ahead(vec![one.clone()], vec![subnet("nodes", "10.0.0.0/20", vec![])]);
    assert_eq!(
        (scale_set.clusters[0].pools[0].largest_scale_up, scale_set.clusters[0].pools[0].limited_by),
        (Some(10), Some(Limit::ScaleSet))
    );
    one.sku_tier = Some("free".to_owned());
    one.pools.push(pool_in("other", 5, "nodes"));
    let free = ahead(vec![one], vec![subnet("nodes", "10.0.0.0/20", vec![])]);
    assert_eq!(
        (free.clusters[0].pools[0].largest_scale_up, free.clusters[0].pools[0].limited_by),
        (Some(5), Some(Limit::ClusterNodes))
    );
    assert_eq!(limit(&free, Limit::ClusterNodes), (Some(1000), Some(990 + 5 + 2), Some(3)));
}

#[test]
fn a_limit_that_can_not_be_told_leaves_the_step_open() {
    let kubenet = |used| {
        let one = with_pools("one", Network::Kubenet, vec![pool_in("np", 1, "nodes")]);
        let listed = vec![interfaces("shop", None, used, 1)];
        let outlook = ahead(vec![one], vec![subnet("nodes", "10.0.0.0/24", listed)]);
        (outlook.clusters[0].pools[0].largest_scale_up, outlook.clusters[0].pools[0].limited_by)
    };
    assert_eq!(kubenet(100), (None, None));
    assert_eq!(kubenet(251), (Some(0), Some(Limit::NodeSubnet)));
}

#[test]
fn a_pod_cidr_grows_to_a_superset_that_overlaps_nothing() {
    let fixes = |space: &str, os: OsType| {
        let mut one = with_pools("one", Network::Overlay, vec![flat(autoscaled("np", 3, 1, 10))]);
        one.pools[0].os_type = Some(os);
        one.network.pod_cidrs = ["10.9.0.0/22"].iter().collect();
        one.network.service_cidrs = ["172.20.0.0/16"].iter().collect();
        let vnets = vec![vnet("v", &[space], vec![subnet("nodes", "10.0.0.0/24", vec![])])];
        let fixes = outlook(&estate(vec![one], vnets), &options()).fixes;
        fixes.into_iter().find_map(|fix| match fix.changes.as_slice() {
            [Change::ExpandPodCidr { to, .. }] => Some((to.to_string(), fix.headroom)),
            _ => None,
        })
    };
    assert_eq!(fixes("10.0.0.0/24", OsType::Linux), Some(("10.9.0.0/20".to_owned(), Some(5))));
    assert_eq!(fixes("10.0.0.0/24", OsType::Windows), None);
    assert_eq!(fixes("10.0.0.0/8", OsType::Linux), None);
}

#[test]
fn the_smallest_changes_are_suggested() {
    let surging = |mode: PoolMode| NodePool {
        mode: Some(mode),
        max_surge: Some("5".to_owned()),
        ..pool_in("np", 7, "nodes")
    };
    let changes = |pool: NodePool, used: u32| {
        let owners = in_use("one", std::slice::from_ref(&pool), used);
        let one = with_pools("one", Network::Flat, vec![pool]);
        let fixes = ahead(vec![one], vec![subnet("nodes", "10.0.0.0/24", owners)]).fixes;
        let of_upgrade = |fix: &Fix| matches!(fix.shortfall, Shortfall::Subnet(_, Scenario::Upgrade));
        fixes.into_iter().find(of_upgrade).map(|fix| (fix.changes, fix.headroom))
    };
    let cluster_id = cluster_id("one");
    let node_pool = "np".to_owned();
    let lower = Change::MaxSurge { cluster_id: cluster_id.clone(), node_pool: node_pool.clone(), to: 1 };
    assert_eq!(changes(surging(PoolMode::System), 217), Some((vec![lower.clone()], Some(3))));
    let one_less = Change::MaxSurge { cluster_id: cluster_id.clone(), node_pool: node_pool.clone(), to: 4 };
    assert_eq!(changes(surging(PoolMode::System), 100), Some((vec![one_less], Some(27))));
    let none = Change::MaxUnavailable { cluster_id, node_pool };
    assert_eq!(changes(surging(PoolMode::User), 240), Some((vec![none], Some(11))));
    let system = changes(surging(PoolMode::System), 240).unwrap().0;
    assert!(!system.contains(&lower), "a system pool can't do without its surge node: {system:?}");
}

#[test]
fn changes_are_said_in_words() {
    let (cluster_id, node_pool, vnet_id) = (cluster_id("one"), "np".to_owned(), vnet_id("v"));
    let block = Some("10.0.4.0/22".parse().unwrap());
    let change = Change::MoveToNewSubnet {
        cluster_id,
        node_pool,
        vnet_id,
        for_pods: false,
        length: 22,
        block,
        shared: false,
    };
    let expected = "replace one/np by a new pool in a new subnet of size /22 in v, where 10.0.4.0/22 is free";
    let shortfall = Shortfall::Waste(change.cluster_id().clone(), String::new());
    let fix = Fix { shortfall, changes: vec![change], headroom: None, unseen: Vec::new() };
    assert_eq!(say::fix(&fix).text(), expected);
}

#[test]
fn the_real_headroom_stands_beside_the_preflight_figure() {
    let one = with_pools("one", Network::Flat, vec![flat(autoscaled("np", 4, 1, 6))]);
    let listed = vec![scale_set("one", "np", 4, 29), interfaces("shop", None, 100, 1)];
    let outlook = ahead(vec![one], vec![subnet("nodes", "10.0.0.0/24", listed)]);
    let figures: Vec<_> =
        outlook.clusters[0].preflights.iter().map(|p| (p.preallocated, p.passes(), p.headroom)).collect();
    let today = (Some(4 * 31), Some(true), Some(251 - 216 - 3 * 31));
    assert_eq!(figures, [today, (Some(6), Some(true), Some(251 - 100 - 7))]);
}

#[test]
fn no_pool_moves_out_of_a_managed_network() {
    let moves = |other: NodePool| {
        let one = with_pools("one", Network::Flat, vec![pool_in("np", 9, "nodes"), other]);
        let listed = vec![scale_set("one", "np", 8, 31)];
        let fixes = ahead(vec![one], vec![subnet("nodes", "10.0.0.0/24", listed)]).fixes;
        fixes.iter().any(|fix| matches!(fix.changes[0], Change::MoveToNewSubnet { .. }))
    };
    assert!(moves(pool_in("other", 1, "elsewhere")));
    assert!(!moves(crate::assess::testing::pool("other", 1)));
}

/// Nor where no pool makes the nodes. What is left of a pool that is gone is no reason.
#[test]
fn no_pool_moves_where_nodes_come_without_one() {
    let moves = |other: OwnerCount| {
        let one = with_pools("one", Network::Flat, vec![pool_in("np", 9, "nodes")]);
        let fixes = ahead(
            vec![one],
            vec![subnet("nodes", "10.0.0.0/24", vec![scale_set("one", "np", 8, 31), other])],
        );
        fixes.fixes.iter().any(|fix| matches!(fix.changes[0], Change::MoveToNewSubnet { .. }))
    };
    assert!(moves(interfaces("nodes-one", Some("gone"), 1, 1)));
    assert!(!moves(provisioned("one", 1, 1)));
}

#[test]
fn max_pods_that_waste_nothing_are_named_for_static_pools() {
    let pods = |max_pods| NodePool {
        pod_subnet_id: Some(subnet_id("v", "pods")),
        allocation_mode: Some(AllocationMode::StaticBlock),
        max_pods: Some(max_pods),
        ..pool_in("np", 1, "nodes")
    };
    for (max_pods, expected) in [(30, Some(31)), (31, None), (32, Some(47)), (250, Some(239))] {
        let one = with_pools("one", Network::Flat, vec![pods(max_pods)]);
        let subnets = vec![subnet("nodes", "10.0.0.0/24", vec![]), subnet("pods", "10.0.8.0/21", vec![])];
        let fixes = ahead(vec![one], subnets).fixes;
        let named = fixes.iter().find_map(|fix| match (&fix.shortfall, &fix.changes[0]) {
            (Shortfall::Waste(..), Change::ReplaceWithMaxPods { to, .. }) => Some(*to),
            _ => None,
        });
        assert_eq!(named, expected, "{max_pods}");
    }
}

/// Kinds, severities and second ranges of the conflicts of one overlay cluster in network `v`.
fn conflicts(pods: &str, services: &str, change: impl Fn(&mut Inventory)) -> Vec<(String, Severity, String)> {
    let mut one = with_pools("one", Network::Overlay, vec![pool_in("np", 1, "nodes")]);
    one.network.pod_cidrs = [pods].iter().collect();
    one.network.service_cidrs = [services].iter().collect();
    let spoke = VirtualNetwork {
        peerings: vec![forwarding("v", "hub", &["10.50.0.0/16"])],
        ..vnet("v", &["10.1.0.0/16"], vec![subnet("nodes", "10.1.0.0/24", vec![])])
    };
    let hub = VirtualNetwork {
        peerings: vec![forwarding("hub", "v", &["10.1.0.0/16"]), forwarding("hub", "w", &["10.60.0.0/16"])],
        ..vnet("hub", &["10.50.0.0/16"], vec![])
    };
    let mut inventory = estate(vec![one], vec![spoke, hub]);
    change(&mut inventory);
    let options = Options { on_premises: vec!["10.70.0.0/16".parse().unwrap()], ..options() };
    let found = outlook(&inventory, &options).conflicts;
    found.into_iter().map(|c| (c.kind(), c.severity, c.cidr_b.to_string())).collect()
}

/// Pod CIDR, service CIDR, and the conflicts they make.
type Case = (&'static str, &'static str, &'static [(&'static str, Severity, &'static str)]);

#[test]
fn ranges_that_collide_are_reported_once_each() {
    let table: [Case; 9] = [
        ("10.244.0.0/16", "10.0.0.0/16", &[]),
        ("10.0.0.0/24", "10.0.0.0/16", &[("pod-service", Severity::High, "10.0.0.0/16")]),
        ("10.1.0.0/25", "10.0.0.0/16", &[("pod-subnet", Severity::High, "10.1.0.0/24")]),
        ("10.1.8.0/24", "10.0.0.0/16", &[("pod-vnet", Severity::Low, "10.1.0.0/16")]),
        ("10.50.1.0/24", "10.0.0.0/16", &[("pod-peer", Severity::Medium, "10.50.0.0/16")]),
        ("10.60.1.0/24", "10.0.0.0/16", &[("pod-transitive-peer", Severity::Low, "10.60.0.0/16")]),
        ("10.244.0.0/16", "10.70.1.0/24", &[("service-on-premises", Severity::Medium, "10.70.0.0/16")]),
        ("172.31.0.0/24", "10.0.0.0/16", &[("pod-reserved", Severity::High, "172.31.0.0/16")]),
        ("10.244.0.0/16", "10.1.0.0/16", &[("service-subnet", Severity::High, "10.1.0.0/24")]),
    ];
    for (pods, services, expected) in table {
        let expected: Vec<_> = expected
            .iter()
            .map(|(kind, severity, cidr)| ((*kind).to_owned(), *severity, (*cidr).to_owned()))
            .collect();
        assert_eq!(conflicts(pods, services, |_| ()), expected, "{pods} {services}");
    }
}

#[test]
fn what_is_allowed_or_gone_is_not_reported() {
    let twin = |inventory: &mut Inventory| {
        let twin = Cluster { id: cluster_id("twin"), ..inventory.clusters[0].clone() };
        inventory.clusters.push(twin);
    };
    assert_eq!(conflicts("10.244.0.0/16", "10.0.0.0/16", twin), []);
    let gone = |inventory: &mut Inventory| {
        inventory.virtual_networks[0].peerings[0].state = Some("Disconnected".to_owned());
    };
    assert_eq!(conflicts("10.50.1.0/24", "10.0.0.0/16", gone), []);
    let closed = |inventory: &mut Inventory| {
        inventory.virtual_networks[0].peerings[0].allow_forwarded_traffic = Some(false);
    };
    assert_eq!(conflicts("10.60.1.0/24", "10.0.0.0/16", closed), []);
}

#[test]
fn routes_of_others_that_meet_the_pods_are_reported() {
    let route = |prefix: &'static str| {
        conflicts("10.244.0.0/16", "10.0.0.0/16", move |inventory| {
            let routes = vec![route("r", prefix)];
            let table = RouteTable { id: vnet_id("table"), location: String::new(), routes, subnets: vec![] };
            inventory.virtual_networks[0].subnets[0].route_table = Some(table.id.clone());
            inventory.route_tables.push(table);
        })
    };
    assert_eq!(route("10.240.0.0/12"), [("pod-route".to_owned(), Severity::Low, "10.240.0.0/12".to_owned())]);
    for prefix in ["0.0.0.0/0", "10.244.7.0/24", "AzureCloud", "10.0.0.0/16"] {
        assert_eq!(route(prefix), [], "{prefix}");
    }
}

#[test]
fn volumes_count_the_network_and_its_peers() {
    let one = with_pools("one", Network::Overlay, vec![pool_in("np", 1, "nodes")]);
    let volumes = Subnet {
        delegations: vec!["Microsoft.Netapp/volumes".to_owned()],
        ..subnet("volumes", "10.0.8.0/28", vec![interfaces("files", None, 4, 1)])
    };
    let nodes = subnet("nodes", "10.0.0.0/21", in_use("one", &one.pools, 900));
    let near = VirtualNetwork {
        peerings: vec![peering("v", "w", &["10.50.0.0/16"])],
        ..vnet("v", &["10.0.0.0/16"], vec![nodes, volumes])
    };
    let peer_subnet = Subnet {
        id: crate::assess::testing::subnet_id("w", "x"),
        ..subnet("x", "10.50.0.0/24", vec![interfaces("shop", None, 100, 1)])
    };
    let peer = vnet("w", &["10.50.0.0/16"], vec![peer_subnet]);
    let outlook = outlook(&estate(vec![one], vec![near, peer]), &options());
    let figures: Vec<_> =
        outlook.networks.iter().map(|n| (n.kind.as_str(), n.used, n.headroom, n.at_least)).collect();
    let expected =
        [("private-addresses", 904, Some(65_536 - 905), true), ("netapp-volumes", 1004, Some(-5), true)];
    assert_eq!(figures, expected);
}
