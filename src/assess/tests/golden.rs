//! Worked examples of Microsoft's documentation and issues, each with its source.
//! Where two official figures disagree, the one that counts and the one shown beside it are both asserted.

use crate::{
    assess::{
        audit::{SubnetRow, SubnetStatus},
        outlook::{Limit, Preflight, Refusal, Scenario, Stage, Target},
        records::{Outlook, outlook},
        testing::{
            Network, autoscaled, cluster, estate, interfaces, options, pool_in, rows, scale_set, subnet,
            subnet_id, vnet,
        },
    },
    inventory::{ApiServer, Cluster, NodePool, OsType, RouteTable, Subnet},
    ipam::{
        IpamMode, MaxSurge, addresses_per_node, application_gateway_addresses, dynamic_batches,
        dynamic_expected,
        limits::{CONFIGURATIONS_PER_NODE, MAX_PODS_PER_NODE, RESERVED_PER_PREFIX},
        pod_cidr_nodes, smallest_pod_cidr_for, smallest_subnet_for, static_blocks, static_waste,
        usable_of_length,
    },
    report::say,
};

/// What the service would say.
fn said(refusal: &Refusal) -> String {
    say::refusal(refusal).text()
}

fn per_node(mode: IpamMode, max_pods: u32) -> u64 {
    addresses_per_node(mode, Some(max_pods)).unwrap().node_subnet
}

/// An estate of one cluster with these pools in subnet `nodes` of network `v`.
fn one(network: Network, pools: Vec<NodePool>, nodes: Subnet) -> Outlook {
    with(Cluster { pools, ..cluster("one", network) }, nodes)
}

fn with(cluster: Cluster, nodes: Subnet) -> Outlook {
    let table = RouteTable {
        id: subnet_id("v", "table"),
        location: "westeurope".to_owned(),
        routes: vec![],
        subnets: vec![],
    };
    let nodes = Subnet { route_table: Some(table.id.clone()), ..nodes };
    let mut inventory = estate(vec![cluster], vec![vnet("v", &["10.0.0.0/16"], vec![nodes])]);
    inventory.route_tables.push(table);
    outlook(&inventory, &options())
}

fn nodes(prefix: &str) -> Subnet {
    subnet("nodes", prefix, vec![])
}

fn with_max_pods(nodes: u32, max_pods: u32) -> NodePool {
    NodePool { max_pods: Some(max_pods), ..pool_in("np", nodes, "nodes") }
}

/// Nodes of an empty pool that an empty subnet has room for.
fn fit(network: Network, prefix: &str, max_pods: u32) -> u64 {
    let outlook = one(network, vec![with_max_pods(0, max_pods)], nodes(prefix));
    let limits = &outlook.clusters[0].pools[0].limits;
    limits.iter().find(|(limit, _)| *limit == Limit::NodeSubnet).unwrap().1
}

fn first(outlook: &Outlook) -> &SubnetRow {
    &outlook.subnets[0]
}

fn preflight(outlook: &Outlook, stage: Stage, is_subnet: bool) -> &Preflight {
    let is_meant = |p: &&Preflight| p.stage == stage && matches!(p.target, Target::Subnet(_)) == is_subnet;
    outlook.clusters[0].preflights.iter().find(is_meant).unwrap()
}

/// <https://learn.microsoft.com/azure/aks/concepts-network-azure-cni-overlay> and the usages example of the
/// `Microsoft.Network` API (limit 3 for a /29).
#[test]
fn g01_to_g03_usable_addresses() {
    let table =
        [(24, 251), (29, 3), (28, 11), (27, 27), (26, 59), (25, 123), (23, 507), (22, 1019), (21, 2043)];
    for (length, usable) in table.into_iter().chain([(20, 4091), (16, 65_531)]) {
        assert_eq!(usable_of_length(length), usable, "/{length}");
    }
}

/// <https://learn.microsoft.com/azure/aks/concepts-network-ip-address-planning>
#[test]
fn g04_g05_fifty_nodes_and_a_surge() {
    for (pool_nodes, addresses) in [(50, 1581), (60, 1891)] {
        let need = (pool_nodes + 1) * per_node(IpamMode::NodeSubnet, 30);
        assert_eq!((need, smallest_subnet_for(need)), (addresses, Some(21)));
    }
    let listed = vec![scale_set("one", "np", 50, 31)];
    let outlook = one(Network::Flat, vec![with_max_pods(50, 30)], subnet("nodes", "10.0.0.0/21", listed));
    assert_eq!(first(&outlook).ahead.projected.upgrade, Some(1581));
}

/// <https://learn.microsoft.com/azure/aks/configure-kubenet>,
/// <https://learn.microsoft.com/azure/aks/concepts-network-legacy-cni>
#[test]
fn g06_eight_nodes_in_a_24() {
    assert_eq!(fit(Network::Flat, "10.0.0.0/24", 30), 8);
    assert_eq!(8 * 30, 240);
}

/// <https://github.com/Azure/AKS/issues/456>
#[test]
fn g07_ten_nodes_do_not_fit_a_24() {
    let outlook = one(Network::Flat, vec![with_max_pods(10, 30)], nodes("10.0.0.0/24"));
    let told = preflight(&outlook, Stage::Today, true);
    assert_eq!((told.preallocated, told.passes()), (Some(310), Some(false)));
}

/// <https://github.com/Azure/AKS/issues/2119>
#[test]
fn g08_a_node_of_a_hundred_pods() {
    assert_eq!(per_node(IpamMode::NodeSubnet, 100), 101);
}

/// <https://github.com/Azure/AKS/issues/3221>
#[test]
fn g09_it_runs_and_can_not_be_upgraded() {
    let listed = vec![scale_set("one", "np", 8, 31)];
    let outlook = one(Network::Flat, vec![with_max_pods(8, 30)], subnet("nodes", "10.0.0.0/24", listed));
    let subnet = first(&outlook);
    assert_eq!((subnet.used, subnet.ahead.projected.upgrade), (Some(248), Some(279)));
    assert_eq!((subnet.headroom(Scenario::Upgrade), subnet.status), (Some(-28), SubnetStatus::Critical));
}

/// <https://github.com/Azure/AKS/issues/3653>, <https://github.com/Azure/AKS/issues/1795>
#[test]
fn g10_what_the_service_says() {
    for (count, max_pods, text) in [(5, 50, "255"), (12, 22, "276")] {
        let outlook = one(Network::Flat, vec![with_max_pods(count, max_pods)], nodes("10.0.0.0/24"));
        let refusal = preflight(&outlook, Stage::Today, true).refusal().as_ref().map(said);
        let expected = format!("Pre-allocated IPs {text} exceeds IPs available 251 in Subnet nodes");
        assert_eq!(refusal, Some(expected));
    }
}

/// <https://learn.microsoft.com/azure/aks/configure-kubenet>; the page recommends 20 to 25 nodes in a /27.
#[test]
fn g11_g12_kubenet_takes_an_address_a_node() {
    assert_eq!(fit(Network::Kubenet, "10.0.0.0/24", 110), 251);
    assert_eq!(251 * 110, 27_610);
    let in_27 = fit(Network::Kubenet, "10.0.0.0/27", 110);
    assert_eq!(in_27, 27);
    assert!((20..=25).all(|recommended| recommended <= in_27));
}

/// <https://learn.microsoft.com/azure/aks/node-access> (addresses .4, .33, .62),
/// <https://learn.microsoft.com/azure/aks/upgrade-windows-os> (.115, .146, .177); planning counts 31 for both.
#[test]
fn g13_g14_observed_addresses_stand_beside_planned_ones() {
    for (os, first_addresses, observed) in
        [(OsType::Linux, [4, 33, 62], 29), (OsType::Windows, [115, 146, 177], 31)]
    {
        assert!(first_addresses.windows(2).all(|pair| pair[1] - pair[0] == observed));
        let pool = NodePool { os_type: Some(os), ..with_max_pods(3, 30) };
        let cluster = Cluster { pools: vec![pool], ..cluster("one", Network::Flat) };
        let listed = subnet("nodes", "10.0.0.0/24", vec![scale_set("one", "np", 3, observed)]);
        let rows = rows(&estate(vec![cluster], vec![vnet("v", &["10.0.0.0/16"], vec![listed])]), &options());
        let row = &rows.clusters[0].pools[0];
        assert_eq!(row.ips_per_node, Some(31));
        assert_eq!(row.ips_per_node_observed, Some((u64::from(observed), u64::from(observed))));
    }
}

/// <https://github.com/Azure/AKS-Construction/issues/357>, <https://github.com/Azure/AKS/issues/848>,
/// <https://github.com/MicrosoftDocs/azure-docs/issues/38600>
#[test]
fn g15_to_g17_kubenet_needs_a_24_a_node() {
    let mut small = cluster("one", Network::Kubenet);
    small.pools = vec![with_max_pods(3, 110)];
    small.network.pod_cidrs = ["10.240.100.0/24"].iter().collect();
    let outlook = with(small, nodes("10.0.0.0/24"));
    let expected = "Pre-allocated IPs 768 exceeds IPs available 256 in Pod Cidr 10.240.100.0/24";
    assert_eq!(
        preflight(&outlook, Stage::Today, false).refusal().as_ref().map(said).as_deref(),
        Some(expected)
    );
    assert_eq!(pod_cidr_nodes("10.240.0.0/23".parse().unwrap()), Some(2));
    assert_eq!(smallest_pod_cidr_for(20), Some(19));
}

/// <https://github.com/Azure/AKS-Construction/issues/701>
#[test]
fn g18_overlay_counts_the_autoscaler_maximum() {
    let mut overlay = cluster("one", Network::Overlay);
    let node_subnet_id = Some(subnet_id("v", "nodes"));
    overlay.pools = vec![NodePool { node_subnet_id, ..autoscaled("np", 1, 1, 5) }];
    overlay.network.pod_cidrs = ["10.240.100.0/22"].iter().collect();
    let outlook = with(overlay, nodes("10.0.0.0/24"));
    let expected = "Pre-allocated IPs 1280 exceeds IPs available 1024 in Pod Cidr 10.240.100.0/22";
    assert_eq!(
        preflight(&outlook, Stage::Today, false).refusal().as_ref().map(said).as_deref(),
        Some(expected)
    );
    let limit = outlook.clusters[0].limits.iter().find(|row| row.limit == Limit::PodCidr).unwrap();
    assert_eq!((limit.capacity, limit.scale_max_upgrade, limit.headroom), (Some(4), Some(6), Some(-2)));
}

/// <https://github.com/Azure/AKS/issues/4467>, <https://learn.microsoft.com/azure/aks/azure-cni-overlay-pod-expand>
#[test]
fn g19_g20_nodes_of_a_pod_cidr() {
    for (cidr, expected) in [("10.0.0.0/16", 256), ("10.0.0.0/17", 128), ("10.0.0.0/18", 64)] {
        assert_eq!(pod_cidr_nodes(cidr.parse().unwrap()), Some(expected));
    }
    for (count, length) in [(5000, 11), (1000, 14), (400, 15), (257, 15)] {
        assert_eq!(smallest_pod_cidr_for(count), Some(length));
    }
    assert_eq!(pod_cidr_nodes("10.0.0.0/11".parse().unwrap()), Some(8192));
}

/// <https://learn.microsoft.com/azure/aks/configure-azure-cni-dynamic-ip-allocation> and the published code of
/// azure-container-networking. What counts is 16 × ⌈maxPods / 16⌉ + 1; the documented worst case stands beside it.
#[test]
fn g21_g22_batches_of_a_dynamic_pod_subnet() {
    let pods = [0, 8, 9, 24, 25, 40, 41, 56, 57, 110, 250];
    assert_eq!(pods.map(dynamic_batches), [16, 16, 32, 32, 48, 48, 64, 64, 80, 128, 272]);
    for (pods, expected, documented, counts) in [(30, 30, 48, 33), (110, 110, 128, 113), (250, 250, 272, 257)]
    {
        assert_eq!(dynamic_expected(pods, pods), expected);
        assert_eq!(dynamic_batches(pods), documented);
        let bounds = addresses_per_node(IpamMode::PodSubnetDynamic, Some(pods)).unwrap().pod_subnet.unwrap();
        assert_eq!((bounds.low, bounds.high), (16, counts));
    }
    assert_eq!(dynamic_expected(10, 10), 16);
}

/// <https://github.com/MicrosoftDocs/azure-docs/issues/97370>, <https://github.com/Azure/AKS/issues/4035>
#[test]
fn g23_g24_batches_strand_the_rest() {
    let pods = NodePool { pod_subnet_id: Some(subnet_id("v", "pods")), ..with_max_pods(8, 32) };
    let cluster = Cluster { pools: vec![pods], ..cluster("one", Network::Flat) };
    let held = vec![scale_set("one", "np", 8, 1)];
    let subnets = vec![subnet("nodes", "10.0.0.0/24", held), subnet("pods", "10.0.1.0/24", vec![])];
    let outlook = outlook(&estate(vec![cluster], vec![vnet("v", &["10.0.0.0/16"], subnets)]), &options());
    let pods = &outlook.subnets[1];
    assert_eq!((251 / 16, pods.ahead.stranded), (15, Some(11)));
    assert_eq!(7 * 32 + 16, 240);
    assert_eq!(251 - 240, 11);
    let (low, high) = (pods.used_low.unwrap(), pods.used.unwrap());
    assert!((low..=high).contains(&240), "{low} to {high}");
}

/// <https://learn.microsoft.com/azure/aks/concepts-network-azure-cni-pod-subnet>
#[test]
fn g25_g26_static_blocks() {
    let table =
        [(30, 2, 31, 1), (31, 2, 31, 0), (32, 3, 47, 15), (10, 1, 15, 5), (15, 1, 15, 0), (47, 3, 47, 0)];
    for (max_pods, blocks, pods, waste) in
        table.into_iter().chain([(110, 7, 111, 1), (111, 7, 111, 0), (250, 16, 255, 5)])
    {
        assert_eq!((static_blocks(max_pods), static_waste(max_pods)), (blocks, waste), "{max_pods}");
        assert_eq!(16 * blocks - 1, pods);
        let bounds =
            addresses_per_node(IpamMode::PodSubnetStatic, Some(max_pods)).unwrap().pod_subnet.unwrap();
        assert_eq!((bounds.low, bounds.high), (16 * blocks, 16 * blocks));
    }
}

/// <https://learn.microsoft.com/azure/aks/upgrade-aks-node-pools-rolling>,
/// <https://learn.microsoft.com/azure/aks/use-capacity-reservation-groups>
#[test]
fn g27_to_g29_g40_surge() {
    assert_eq!((0..5).map(|_| MaxSurge::Percent(50).of(4)).sum::<u64>(), 10);
    let table = [(3, 10, 1), (10, 10, 1), (11, 10, 2), (20, 10, 2), (5, 33, 2), (1, 33, 1), (100, 33, 33)];
    for (count, percent, surge) in table {
        assert_eq!(MaxSurge::Percent(percent).of(count), surge, "{percent} % of {count}");
    }
    assert_eq!(10 + MaxSurge::Nodes(2).of(10), 12);
    assert_eq!(MaxSurge::Nodes(10).of(4), 4);
}

/// <https://learn.microsoft.com/azure/application-gateway/configuration-infrastructure>; its sums include the five
/// reserved addresses.
#[test]
fn g30_to_g32_application_gateways() {
    let table = [(15, false, 20, 27), (27, true, 33, 26), (125, true, 131, 24), (32, true, 38, 26)];
    for (instances, private_frontend, with_reserved, length) in table {
        let need = application_gateway_addresses(instances, private_frontend);
        assert_eq!(need + RESERVED_PER_PREFIX, with_reserved);
        assert_eq!(smallest_subnet_for(need), Some(length), "{instances}");
    }
}

/// <https://learn.microsoft.com/azure/aks/api-server-vnet-integration>
#[test]
fn g33_api_servers_of_a_subnet() {
    for (prefix, most) in [("10.0.0.0/28", 1), ("10.0.0.0/27", 3)] {
        for clusters in 1..=4 {
            let api_server = ApiServer { subnet_id: Some(subnet_id("v", "api")), ..ApiServer::default() };
            let named = |name: usize| Cluster {
                api_server: api_server.clone(),
                ..cluster(&format!("c{name}"), Network::Overlay)
            };
            let vnets = vec![vnet("v", &["10.0.0.0/16"], vec![subnet("api", prefix, vec![])])];
            let rows = rows(&estate((0..clusters).map(named).collect(), vnets), &options());
            // Three clusters leave no address of a /27, but fit.
            assert_eq!(rows.subnets[0].free.unwrap() >= 0, clusters <= most, "{clusters} in {prefix}");
        }
    }
}

/// <https://learn.microsoft.com/azure/aks/concepts-network-cni-overview>
#[test]
fn g34_reserved_ranges() {
    let table = [
        ("172.16.0.0/12", true),
        ("172.29.0.0/16", false),
        ("172.30.0.0/24", true),
        ("169.254.1.0/24", true),
    ];
    for (cidr, is_reserved) in table.into_iter().chain([("192.0.2.0/24", true), ("100.64.0.0/10", false)]) {
        let mut overlay = cluster("one", Network::Overlay);
        overlay.network.pod_cidrs = [cidr].iter().collect();
        let conflicts = with(overlay, nodes("10.1.0.0/24")).conflicts;
        assert_eq!(conflicts.iter().any(|c| c.kind() == "pod-reserved"), is_reserved, "{cidr}");
    }
}

/// <https://github.com/Azure/AKS/issues/2531>: a scale set does not split the request.
#[test]
fn g35_a_step_fits_whole_or_not_at_all() {
    let others = vec![interfaces("shop", None, 35, 1)];
    let outlook = one(Network::Kubenet, vec![with_max_pods(0, 110)], subnet("nodes", "10.0.0.0/26", others));
    let pool = &outlook.clusters[0].pools[0];
    assert_eq!((pool.largest_scale_up, pool.limited_by), (Some(24), Some(Limit::NodeSubnet)));
    assert!(pool.largest_scale_up < Some(30));
}

/// <https://github.com/Azure/aks-engine/issues/1741>
#[test]
fn g36_configurations_of_a_machine() {
    assert!(per_node(IpamMode::NodeSubnet, MAX_PODS_PER_NODE) <= CONFIGURATIONS_PER_NODE);
    let outlook = one(Network::Flat, vec![with_max_pods(1, 299)], nodes("10.0.0.0/16"));
    let expected = "maxPods 299 is more than the 250 pods a node can run, and 300 IP configurations more than the 256 of a machine";
    assert_eq!(
        outlook.clusters[0].pools[0].breach.map(|breach| say::breach(breach).text()).as_deref(),
        Some(expected)
    );
}

/// The usable addresses of a prefix turned round.
#[test]
fn g37_g38_smallest_prefixes_and_most_nodes() {
    for (need, length) in [(9, 28), (20, 27), (27, 27), (61, 25), (310, 23), (1581, 21)] {
        assert_eq!(smallest_subnet_for(need), Some(length));
    }
    let table =
        [(23, 30, 16), (22, 30, 32), (21, 30, 65), (20, 30, 131), (24, 110, 2), (23, 110, 4), (22, 110, 9)];
    for (length, max_pods, most) in table {
        assert_eq!(
            fit(Network::Flat, &format!("10.0.0.0/{length}"), max_pods),
            most,
            "/{length}, {max_pods}"
        );
    }
}

/// <https://learn.microsoft.com/azure/aks/upgrade-aks-node-pools-rolling>
#[test]
fn g39_a_scale_set_has_a_thousand_instances() {
    let pool = NodePool { max_surge: Some("33%".to_owned()), ..with_max_pods(980, 30) };
    let outlook = one(Network::Overlay, vec![pool], nodes("10.0.0.0/20"));
    let limit = outlook.clusters[0].limits.iter().find(|row| row.limit == Limit::ScaleSet).unwrap();
    assert_eq!((limit.scale_max_upgrade, limit.headroom), (Some(980 + 324), Some(-304)));
}

/// <https://github.com/Azure/AKS/releases/tag/2023-05-07>
#[test]
fn g41_what_runs_on_kubenet_may_be_refused_by_overlay() {
    let node_subnet_id = Some(subnet_id("v", "nodes"));
    let pool = NodePool { node_subnet_id, ..autoscaled("np", 10, 1, 40) };
    let outlook = one(Network::Kubenet, vec![pool], nodes("10.0.0.0/27"));
    assert_eq!(preflight(&outlook, Stage::Today, true).passes(), Some(true));
    let after = preflight(&outlook, Stage::AfterOverlay, true);
    assert_eq!((after.preallocated, after.available, after.passes()), (Some(40), Some(27), Some(false)));
}

/// <https://learn.microsoft.com/azure/aks/upgrade-aks-node-pools-rolling>,
/// <https://learn.microsoft.com/azure/aks/concepts-network-ip-address-planning>
#[test]
fn g42_g43_five_pools_now_and_after_overlay() {
    let names = ["a", "b", "c", "d", "e"];
    let peak = |network: Network, addresses: u32, prefix: &str| {
        let surging = |name| NodePool { max_surge: Some("50%".to_owned()), ..pool_in(name, 4, "nodes") };
        let listed = names.iter().map(|name| scale_set("one", name, 4, addresses)).collect();
        let outlook = one(network, names.map(surging).to_vec(), subnet("nodes", prefix, listed));
        let subnet = first(&outlook);
        (subnet.used, subnet.ahead.projected.upgrade_all, outlook)
    };
    let (now, most, _) = peak(Network::Flat, 31, "10.0.0.0/22");
    assert_eq!((now, most, smallest_subnet_for(930)), (Some(620), Some(930), Some(22)));
    let (now, most, outlook) = peak(Network::Overlay, 1, "10.0.0.0/22");
    assert_eq!((now, most), (Some(20), Some(30)));
    let limit = outlook.clusters[0].limits.iter().find(|row| row.limit == Limit::PodCidr).unwrap();
    assert_eq!((limit.scale_max_upgrade, smallest_pod_cidr_for(30)), (Some(30), Some(19)));
    assert_eq!(pod_cidr_nodes("10.0.0.0/19".parse().unwrap()), Some(32));
}
