use proptest::prelude::*;

use super::*;
use crate::{
    assess::{
        audit::SubnetStatus,
        generated::{build, cluster_specs, turned},
        options::Filters,
        testing::{
            Network, autoscaled, cluster, cluster_id, estate, interfaces, inventory, load_balancer, options,
            pool, pool_in, resource, rows, said, scale_set, subnet, subnet_id, usage, vnet,
        },
        usage::UsedBasis,
    },
    inventory::{
        Addon, AllocationMode, ApiServer, ApplicationGateway, Cluster, HostedSystem, NodePool, OwnerKind,
        PowerState, Subnet, VirtualNetwork,
    },
    ipam::IpamMode,
};

fn with_pools(name: &str, network: Network, pools: Vec<NodePool>) -> Cluster {
    Cluster { pools, ..cluster(name, network) }
}

fn network(subnets: Vec<Subnet>) -> VirtualNetwork {
    vnet("v", &["10.0.0.0/16"], subnets)
}

fn all(clusters: Vec<Cluster>, subnets: Vec<Subnet>) -> Rows {
    rows(&estate(clusters, vec![network(subnets)]), &options())
}

fn of<'r>(rows: &'r Rows, name: &str) -> &'r SubnetRow {
    rows.subnets.iter().find(|row| row.id == subnet_id("v", name)).unwrap()
}

fn figures(row: &SubnetRow) -> (Option<u64>, Option<u64>, Option<u64>, UsedBasis, SubnetStatus) {
    (row.usable, row.used, row.used_low, row.basis, row.status)
}

fn consumers(row: &SubnetRow) -> Vec<(String, Option<String>, Option<u64>, u64)> {
    row.consumers
        .iter()
        .map(|c| (c.kind.as_str().to_owned(), c.node_pool.clone(), c.ips, c.ips_low))
        .collect()
}

fn pods_in(name: &str, nodes: u32, mode: Option<AllocationMode>) -> NodePool {
    NodePool {
        pod_subnet_id: Some(subnet_id("v", "pods")),
        allocation_mode: mode,
        ..pool_in(name, nodes, "nodes")
    }
}

fn delegated(name: &str, prefix: &str, service: &str) -> Subnet {
    Subnet { delegations: vec![service.to_owned()], ..subnet(name, prefix, vec![]) }
}

const AKS: &str = "Microsoft.ContainerService/managedClusters";

#[test]
fn what_arm_lists_is_counted_by_cluster_and_pool() {
    let clusters = vec![with_pools("one", Network::Flat, vec![pool_in("np", 3, "nodes")])];
    let owners = vec![
        scale_set("one", "np", 3, 29),
        scale_set("one", "karpenter", 1, 31),
        load_balancer("nodes-one", 2),
        scale_set("two", "np", 1, 31),
        interfaces("shop", None, 4, 1),
    ];
    let rows = all(clusters, vec![subnet("nodes", "10.0.0.0/24", owners)]);
    let row = of(&rows, "nodes");
    assert_eq!(figures(row), (Some(251), Some(155), Some(155), UsedBasis::Measured, SubnetStatus::Ok));
    assert_eq!((row.used_aks, row.used_other, row.free), (Some(120), Some(35), Some(96)));
    let np = Some("np".to_owned());
    assert_eq!(
        consumers(row),
        [
            ("aks-nodes".to_owned(), None, Some(31), 31),
            ("aks-nodes".to_owned(), np, Some(87), 87),
            ("internal-load-balancer".to_owned(), None, Some(2), 2),
            ("network-interface".to_owned(), None, Some(4), 4),
            ("unread-aks-nodes".to_owned(), None, Some(31), 31),
        ]
    );
    assert!(
        said(row).contains(&"31 addresses look like AKS, but belong to no cluster that was read".to_owned())
    );
    let pool = &rows.clusters[0].pools[0];
    assert_eq!(
        (pool.ips_per_node, pool.ips_per_node_observed, pool.nodes_holding),
        (Some(31), Some((29, 29)), Some(3))
    );
    assert_eq!(rows.networks[0].row.used, Some(155));
}

#[test]
fn pods_in_a_pod_subnet_are_modelled_over_all_clusters() {
    let clusters = vec![
        with_pools("one", Network::Flat, vec![pods_in("a", 2, None)]),
        with_pools("two", Network::Flat, vec![pods_in("b", 3, Some(AllocationMode::StaticBlock))]),
    ];
    let held = vec![scale_set("one", "a", 2, 1), scale_set("two", "b", 3, 1)];
    let subnets = vec![subnet("nodes", "10.0.0.0/24", held), delegated("pods", "10.0.1.0/24", AKS)];
    let rows = all(clusters, subnets);
    let row = of(&rows, "pods");
    let expected = (Some(251), Some(66 + 96), Some(32 + 96), UsedBasis::Modelled, SubnetStatus::Ok);
    assert_eq!(figures(row), expected);
    assert_eq!(row.used_aks, Some(162));
    assert_eq!(row.ipam_modes, [IpamMode::PodSubnetDynamic, IpamMode::PodSubnetStatic]);
    assert_eq!(row.clusters, [cluster_id("one"), cluster_id("two")]);
    assert_eq!(of(&rows, "nodes").basis, UsedBasis::Measured);
}

#[test]
fn where_both_exist_the_larger_counts() {
    let table = [(2, 32, 33, UsedBasis::Mixed), (2, 20, 33, UsedBasis::Mixed), (2, 40, 40, UsedBasis::Mixed)];
    for (nodes, per_node, high, basis) in table {
        let listed = scale_set("one", "a", 1, per_node);
        let pods = Subnet { usage: usage(vec![listed]), ..delegated("pods", "10.0.1.0/24", AKS) };
        let one = with_pools("one", Network::Flat, vec![pods_in("a", nodes - 1, None)]);
        let rows = all(vec![one], vec![pods]);
        let row = of(&rows, "pods");
        assert_eq!(row.basis, basis);
        assert_eq!((row.used, row.used_low), (Some(high), Some(u64::from(per_node).max(16))));
        assert_eq!(row.consumers.iter().map(|c| c.ips.unwrap()).sum::<u64>(), high);
        let note = format!(
            "ARM lists {per_node} addresses, and the documented rules give 16 to 33; the larger counts"
        );
        assert!(said(row).contains(&note), "{:?}", row.reasons);
    }
}

#[test]
fn an_api_server_subnet_holds_nine_a_cluster_and_knows_no_percentage() {
    let api = |name: &str| {
        let api_server = ApiServer { subnet_id: Some(subnet_id("V", "API")), ..ApiServer::default() };
        Cluster { api_server, power_state: Some(PowerState::Stopped), ..cluster(name, Network::Overlay) }
    };
    let rows = all(vec![api("one")], vec![delegated("api", "10.0.0.0/28", AKS)]);
    let row = of(&rows, "api");
    assert_eq!(figures(row), (Some(11), Some(9), Some(9), UsedBasis::Modelled, SubnetStatus::Ok));
    assert_eq!(row.utilization_tenths(), None);
    let rows = all(vec![api("one"), api("two")], vec![delegated("api", "10.0.0.0/28", AKS)]);
    let row = of(&rows, "api");
    assert_eq!((row.status, row.free), (SubnetStatus::Full, Some(-7)));
    assert_eq!(said(row)[0], "full: 11 of 11 usable addresses are in use, 18 wanted");
    // Nor where ARM lists as much as the floor, so that nothing of the floor is left to show.
    let listed =
        Subnet { usage: usage(vec![load_balancer("net", 12)]), ..delegated("api", "10.0.0.0/27", AKS) };
    let rows = all(vec![api("one")], vec![listed]);
    let row = of(&rows, "api");
    assert_eq!(figures(row), (Some(27), Some(12), Some(12), UsedBasis::Mixed, SubnetStatus::Ok));
    assert_eq!(row.utilization_tenths(), None);
    assert_eq!(said(row)[0], "ARM lists 12 addresses, and the documented rules give 9; the larger counts");
}

#[test]
fn what_arm_lists_only_in_part_stays_unknown() {
    let gateway = ApplicationGateway {
        id: cluster_id("gateway"),
        tier: None,
        capacity: Some(2),
        max_capacity: None,
        subnets: vec![subnet_id("v", "named")],
        private_frontends: vec![],
    };
    let entries = || vec![resource(OwnerKind::Firewall, "net", "/providers/x/y/z", 2)];
    let subnets = vec![
        delegated("sql", "10.0.0.0/24", "Microsoft.Sql/managedInstances"),
        subnet("gatewaysubnet", "10.0.1.0/24", vec![]),
        subnet("AzureFirewallSubnet", "10.0.2.0/24", entries()),
        subnet("named", "10.0.3.0/24", vec![]),
        Subnet { application_gateways: vec![cluster_id("g")], ..subnet("agw", "10.0.4.0/24", vec![]) },
        Subnet { container_profiles: 1, ..subnet("aci", "10.0.5.0/24", vec![]) },
        Subnet {
            service_links: vec!["Microsoft.Web/sites".to_owned()],
            ..subnet("web", "10.0.6.0/24", vec![])
        },
        delegated("unused", "10.0.7.0/24", AKS),
        subnet("virtual", "10.0.8.0/24", vec![]),
        subnet("nodes", "10.0.9.0/24", vec![]),
    ];
    let addon =
        Addon { enabled: Some(true), settings: [("subnetname".to_owned(), "Virtual".to_owned())].into() };
    let one = Cluster {
        addons: [("aciconnectorlinux".to_owned(), addon)].into(),
        ..with_pools("one", Network::Overlay, vec![pool_in("np", 1, "nodes")])
    };
    let mut inventory = estate(vec![one], vec![network(subnets)]);
    inventory.application_gateways.push(gateway);
    let rows = rows(&inventory, &options());
    for row in &rows.subnets {
        let is_plain = row.id.name() == "nodes";
        assert_eq!(row.used.is_some(), is_plain, "{}", row.id);
        assert_eq!(row.status, if is_plain { SubnetStatus::Ok } else { SubnetStatus::Unknown }, "{}", row.id);
    }
    let firewall = of(&rows, "AzureFirewallSubnet");
    assert_eq!((firewall.used_low, firewall.basis), (Some(2), UsedBasis::Unknown));
    assert_eq!(consumers(firewall), [("firewall".to_owned(), None, None, 2)]);
    assert_eq!(rows.networks[0].row.used, None);
}

#[test]
fn a_subnet_that_is_only_named_has_a_row_without_numbers() {
    let one = with_pools("one", Network::Overlay, vec![pool_in("np", 3, "lost")]);
    let rows = rows(&Inventory { clusters: vec![one], ..inventory() }, &options());
    let row = of(&rows, "lost");
    assert_eq!(figures(row), (None, None, None, UsedBasis::Unknown, SubnetStatus::Unknown));
    assert_eq!((row.clusters.len(), row.node_pools.len(), row.location.as_ref()), (1, 1, None));
    assert_eq!(said(row), ["a cluster names it, but it could not be read"]);
    assert!(rows.networks.is_empty());
}

#[test]
fn pools_without_a_subnet_are_found_in_the_node_resource_group() {
    let managed = |names: &[&str]| {
        let text = vnet("managed", &[], vec![]).id.to_string().replace("/net/", "/NODES-ONE/");
        let subnets = names.iter().map(|name| Subnet {
            id: ResourceId::parse(&format!("{text}/subnets/{name}")).unwrap(),
            ..subnet("x", "10.224.0.0/16", vec![])
        });
        let vnet_id = ResourceId::parse(&text).unwrap();
        VirtualNetwork { id: vnet_id, ..vnet("managed", &["10.224.0.0/12"], subnets.collect()) }
    };
    for (names, expected) in [
        (vec!["other", "AKS-subnet"], Some("AKS-subnet")),
        (vec!["only"], Some("only")),
        (vec!["a", "b"], None),
        (vec![], None),
    ] {
        let one = with_pools("one", Network::Kubenet, vec![pool("np", 3)]);
        let rows = rows(&estate(vec![one], vec![managed(&names)]), &options());
        let pool = &rows.clusters[0].pools[0];
        assert_eq!(pool.node_subnet_id.as_ref().map(ResourceId::name), expected, "{names:?}");
        assert_eq!(pool.node_subnet_inferred, expected.is_some());
    }
}

#[test]
fn nodes_that_still_hold_addresses_count_for_a_stopped_pool() {
    let stopped = NodePool { power_state: Some(PowerState::Stopped), ..pool_in("np", 3, "nodes") };
    let one = with_pools("one", Network::Overlay, vec![stopped, pool_in("other", 2, "nodes")]);
    let rows = all(vec![one], vec![subnet("nodes", "10.0.0.0/24", vec![scale_set("one", "np", 2, 1)])]);
    assert_eq!(
        (rows.clusters[0].pools[0].nodes, rows.clusters[0].pools[0].nodes_holding),
        (Some(2), Some(2))
    );
    let cluster = &rows.clusters[0];
    assert_eq!(
        (cluster.nodes, cluster.nodes_configured, cluster.nodes_scale_max),
        (Some(4), Some(5), Some(5))
    );
}

#[test]
fn unknown_counts_stay_unknown_in_every_sum() {
    let blind = NodePool { count: None, ..pods_in("a", 0, None) };
    let one = with_pools("one", Network::Flat, vec![blind, pods_in("b", 1, None)]);
    let rows = all(vec![one], vec![delegated("pods", "10.0.1.0/24", AKS)]);
    assert_eq!(rows.clusters[0].nodes, None);
    let row = of(&rows, "pods");
    assert_eq!((row.used, row.used_low, row.status), (None, Some(16), SubnetStatus::Unknown));
    assert!(row.consumers.iter().all(|c| c.ips.is_none()));
    assert_eq!(row.consumers.iter().map(|c| c.ips_low).sum::<u64>(), 16);
}

#[test]
fn nodes_of_pools_that_nobody_could_read_are_unknown() {
    let one = with_pools("one", Network::Overlay, vec![pool_in("np", 3, "nodes")]);
    let subnets = || vec![network(vec![subnet("nodes", "10.0.9.0/24", vec![])])];
    let nodes = |pools_known| {
        let rows = rows(&estate(vec![Cluster { pools_known, ..one.clone() }], subnets()), &options());
        let row = &rows.clusters[0];
        [row.nodes, row.nodes_configured, row.nodes_scale_max]
    };
    assert_eq!(nodes(true), [Some(3); 3]);
    assert_eq!(nodes(false), [None; 3]);
}

#[test]
fn nodes_that_no_pool_counts_are_unknown_and_not_none() {
    let nodes = |mode: Option<&str>| {
        let bare = with_pools("one", Network::Overlay, vec![]);
        let one = Cluster { node_provisioning_mode: mode.map(str::to_owned), ..bare };
        rows(&estate(vec![one], vec![]), &options()).clusters[0].nodes
    };
    assert_eq!(nodes(Some("Auto")), None);
    assert_eq!(nodes(Some("Manual")), Some(0));
    assert_eq!(nodes(None), Some(0));
}

#[test]
fn prefixes_decide_what_is_usable() {
    let dual = Subnet {
        prefixes: ["10.0.0.0/24", "10.0.1.0/28", "fd00::/64", "rubbish"].iter().collect(),
        ..subnet("dual", "10.0.0.0/24", vec![])
    };
    let rows = all(vec![], vec![dual, subnet("v6", "fd00:1::/64", vec![])]);
    let row = of(&rows, "dual");
    assert_eq!(row.usable, Some(262));
    assert_eq!(row.prefixes, ["10.0.0.0/24", "10.0.1.0/28", "fd00::/64", "rubbish"]);
    assert_eq!(row.reasons.len(), 2);
    let row = of(&rows, "v6");
    assert_eq!((row.usable, row.free, row.used, row.status), (None, None, Some(0), SubnetStatus::Unknown));
    let network = &rows.networks[0].row;
    assert_eq!((network.addresses, network.allocated_to_subnets, network.unallocated), (65_536, 272, 65_264));
}

#[test]
fn a_pod_cidr_bounds_the_nodes_of_kubenet_and_overlay_only() {
    let capacity = |network, pod_cidrs: &[&str]| {
        let mut one = with_pools("one", network, vec![pool("np", 1)]);
        one.network.pod_cidrs = pod_cidrs.iter().collect();
        rows(&estate(vec![one], vec![]), &options()).clusters[0].pod_cidr_node_capacity
    };
    assert_eq!(capacity(Network::Kubenet, &["10.244.0.0/16", "fd00::/64"]), Some(256));
    assert_eq!(capacity(Network::Overlay, &["10.244.0.0/25"]), Some(0));
    assert_eq!(capacity(Network::Overlay, &[]), None);
    assert_eq!(capacity(Network::Flat, &["10.244.0.0/16"]), None);
}

#[test]
fn tags_name_owner_and_environment() {
    let mut one = cluster("one", Network::Overlay);
    one.tags = [("OWNER", "payments"), ("Env", "prod")].map(|(k, v)| (k.to_owned(), v.to_owned())).into();
    let row = &rows(&estate(vec![one], vec![]), &options()).clusters[0];
    assert_eq!((row.owner.as_deref(), row.environment.as_deref()), (Some("payments"), Some("prod")));
}

#[test]
fn filters_choose_rows_but_everybody_counts() {
    let hosted =
        HostedSystem { system_node_subnet_id: Some(subnet_id("v", "hosted")), ..HostedSystem::default() };
    let mut one = with_pools("one", Network::Overlay, vec![pool_in("np", 1, "shared")]);
    one.hosted_system = Some(hosted);
    one.tags = [("team".to_owned(), "a".to_owned())].into();
    let two = with_pools("two", Network::Overlay, vec![pool_in("np", 2, "shared"), pool_in("mp", 2, "two")]);
    let owners = vec![scale_set("one", "np", 1, 1), scale_set("two", "np", 2, 1)];
    let subnets = vec![
        subnet("shared", "10.0.0.0/24", owners),
        subnet("two", "10.0.1.0/24", vec![]),
        subnet("hosted", "10.0.2.0/24", vec![]),
        subnet("balancer", "10.0.3.0/24", vec![load_balancer("nodes-one", 1)]),
    ];
    let other = vnet("w", &["10.1.0.0/16"], vec![]);
    let inventory = estate(vec![one, two], vec![network(subnets), other]);
    let tags = [("TEAM".to_owned(), "a".to_owned())].into();
    let options = Options { filters: Filters { tags, ..Filters::default() }, ..options() };
    let rows = rows(&inventory, &options);
    let names: Vec<&str> = rows.subnets.iter().map(|row| row.id.name()).collect();
    assert_eq!(names, ["balancer", "hosted", "shared"]);
    assert_eq!((rows.clusters.len(), rows.clusters[0].pools.len(), rows.networks.len()), (1, 1, 1));
    assert_eq!((of(&rows, "shared").used, of(&rows, "shared").clusters.len()), (Some(3), 2));
}

#[test]
fn a_pool_row_shows_what_was_planned_for() {
    let mut one = with_pools("one", Network::Flat, vec![autoscaled("np", 4, 2, 10)]);
    one.pools[0].max_pods = None;
    one.pools[0].max_surge = None;
    let row = &rows(&estate(vec![one], vec![]), &options()).clusters[0].pools[0];
    assert_eq!((row.max_pods, row.max_pods_assumed, row.ips_per_node), (Some(30), true, Some(31)));
    assert_eq!((row.surge_nodes, row.max_surge.as_ref(), row.nodes_scale_max), (Some(1), None, Some(10)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn consumers_sum_to_what_is_used(specs in cluster_specs()) {
        for row in rows(&build(&specs), &options()).subnets {
            let low: u64 = row.consumers.iter().map(|c| c.ips_low).sum();
            prop_assert_eq!(Some(low), row.used_low);
            prop_assert!(row.consumers.iter().all(|c| c.ips.is_none_or(|ips| ips >= c.ips_low)));
            if let Some(used) = row.used {
                prop_assert_eq!(row.consumers.iter().filter_map(|c| c.ips).sum::<u64>(), used);
                prop_assert_eq!(row.used_aks.unwrap() + row.used_other.unwrap(), used);
                prop_assert!(row.used_low.unwrap() <= used);
            } else {
                prop_assert!(row.consumers.iter().all(|c| c.ips.is_none()));
            }
        }
    }

    #[test]
    fn the_order_of_input_changes_nothing(specs in cluster_specs(), by in 0usize..7) {
        let inventory = build(&specs);
        let expected = rows(&inventory, &options());
        prop_assert_eq!(rows(&turned(inventory, by), &options()), expected);
    }
}
