use super::*;
use crate::assess::outlook::Limit;

fn request(mode: IpamMode, pool: &str) -> SizeRequest {
    let pools = if pool.is_empty() { PoolSpec::default() } else { pool.parse().unwrap() };
    SizeRequest {
        mode,
        pools: vec![pools],
        subnet: None,
        pod_subnet: None,
        pod_cidr: None,
        service_cidr: None,
        avoid: Vec::new(),
        is_free_tier: false,
        is_dual_stack: false,
    }
}

fn needs(request: &SizeRequest) -> Vec<(Space, u64, Option<u8>)> {
    size(request).unwrap().needs.iter().map(|need| (need.space, need.need, need.smallest)).collect()
}

/// <https://learn.microsoft.com/azure/aks/concepts-network-ip-address-planning>
#[test]
fn the_official_examples_come_out() {
    use Space::{NodeSubnet, PodCidr, PodSubnet};
    let table = [
        (IpamMode::NodeSubnet, "nodes=50,max-pods=30,max-surge=1", vec![(NodeSubnet, 1581, Some(21))]),
        (IpamMode::NodeSubnet, "nodes=60,max-pods=30,max-surge=1", vec![(NodeSubnet, 1891, Some(21))]),
        (
            IpamMode::Kubenet,
            "nodes=20,max-surge=0",
            vec![(NodeSubnet, 20, Some(27)), (PodCidr, 20, Some(19))],
        ),
        (
            IpamMode::Overlay,
            "nodes=400,max-surge=0",
            vec![(NodeSubnet, 400, Some(23)), (PodCidr, 400, Some(15))],
        ),
        (
            IpamMode::PodSubnetDynamic,
            "nodes=9,max-pods=30,max-surge=1",
            vec![(NodeSubnet, 10, Some(28)), (PodSubnet, 330, Some(23))],
        ),
        (
            IpamMode::PodSubnetStatic,
            "nodes=6,max-pods=30,max-surge=1",
            vec![(NodeSubnet, 7, Some(28)), (PodSubnet, 7 * 32 + 27, Some(24))],
        ),
    ];
    for (mode, pool, expected) in table {
        assert_eq!(needs(&request(mode, pool)), expected, "{mode} {pool}");
    }
}

fn most(mode: IpamMode, pool: &str, subnet: &str) -> (u64, u64, Option<u64>) {
    let mut request = request(mode, "");
    request.pools = vec![PoolSpec { nodes: None, ..format!("nodes=1,{pool}").parse().unwrap() }];
    request.subnet = Some(subnet.parse().unwrap());
    let answer = size(&request).unwrap();
    assert!(answer.needs.is_empty());
    let most = &answer.most[0];
    (most.nodes, most.nodes_with_surge, most.pods)
}

/// <https://learn.microsoft.com/azure/aks/configure-kubenet>
#[test]
fn a_block_holds_so_many_nodes() {
    assert_eq!(most(IpamMode::NodeSubnet, "max-pods=30,max-surge=1", "/24"), (8, 7, Some(240)));
    assert_eq!(most(IpamMode::Kubenet, "max-pods=110,max-surge=0", "/24"), (251, 251, Some(27_610)));
    for (length, nodes) in [("/23", 16), ("/22", 32), ("/21", 65), ("/20", 131)] {
        assert_eq!(most(IpamMode::NodeSubnet, "max-pods=30,max-surge=0", length).0, nodes);
    }
    assert_eq!(most(IpamMode::Overlay, "max-surge=33%", "/24").1, 188);
}

#[test]
fn several_pools_add_up_and_surge_together() {
    let mut several = request(IpamMode::NodeSubnet, "nodes=4,max-pods=30,max-surge=50%");
    several.pools = vec![several.pools[0].clone(); 5];
    assert_eq!(needs(&several), [(Space::NodeSubnet, 930, Some(22))]);
    several.subnet = Some("/23".parse().unwrap());
    assert!(!size(&several).unwrap().fits());
    several.subnet = Some("/22".parse().unwrap());
    assert!(size(&several).unwrap().fits());
}

#[test]
fn limits_beside_addresses_count() {
    let answer = size(&request(IpamMode::Kubenet, "nodes=399,max-surge=2")).unwrap();
    let broken: Vec<Limit> = answer.limits.iter().filter(|l| l.nodes > l.capacity).map(|l| l.limit).collect();
    assert_eq!(broken, [Limit::RouteTable]);
    assert!(!answer.fits());
    assert!(!size(&request(IpamMode::Overlay, "nodes=980,max-surge=33%")).unwrap().fits());
}

fn capacity(request: &SizeRequest, limit: Limit) -> u64 {
    size(request).unwrap().limits.iter().find(|check| check.limit == limit).unwrap().capacity
}

#[test]
fn tier_and_families_change_the_limits() {
    let mut request = request(IpamMode::Kubenet, "nodes=250,max-surge=1");
    assert_eq!(capacity(&request, Limit::ClusterNodes), 5_000);
    assert_eq!(capacity(&request, Limit::RouteTable), 400);
    assert!(size(&request).unwrap().fits());
    (request.is_free_tier, request.is_dual_stack) = (true, true);
    assert_eq!(capacity(&request, Limit::ClusterNodes), 1_000);
    assert_eq!(capacity(&request, Limit::RouteTable), 200);
    assert!(!size(&request).unwrap().fits());
    request.mode = IpamMode::NodeSubnet;
    assert!(size(&request).is_err());
}

/// A network holds 65,536 addresses, whatever its space; a /28 block is one of them.
#[test]
fn a_network_holds_so_many_addresses() {
    assert!(size(&request(IpamMode::NodeSubnet, "nodes=260,max-pods=250,max-surge=1")).unwrap().fits());
    let beyond = size(&request(IpamMode::NodeSubnet, "nodes=270,max-pods=250,max-surge=1")).unwrap();
    assert!(!beyond.fits());
    let blocks = size(&request(IpamMode::PodSubnetStatic, "nodes=900,max-pods=250,max-surge=1")).unwrap();
    assert!(blocks.fits());
}

#[test]
fn a_large_block_is_not_worth_more_than_the_limits_allow() {
    assert_eq!(most(IpamMode::Kubenet, "max-surge=0", "/20"), (400, 400, Some(44_000)));
    assert_eq!(most(IpamMode::Overlay, "max-surge=10%", "/20"), (1_000, 909, Some(250_000)));
    assert_eq!(most(IpamMode::NodeSubnet, "max-pods=250,max-surge=0", "/12").0, 261);
}

fn refusal(change: impl FnOnce(&mut SizeRequest)) -> String {
    let mut request = request(IpamMode::Overlay, "nodes=3");
    change(&mut request);
    size(&request).unwrap_err().to_string()
}

#[test]
fn nonsense_is_refused_with_what_is_allowed() {
    insta::assert_snapshot!(refusal(|r| r.pools[0].max_pods = Some(300)), @"pool has 300 pods a node; allowed: 10 to 250 pods a node");
    insta::assert_snapshot!(refusal(|r| r.pools[0].max_pods = Some(9)), @"pool has 9 pods a node; allowed: 10 to 250 pods a node");
    insta::assert_snapshot!(refusal(|r| { r.pools[0].max_pods = Some(10); r.pools[0].nodes = Some(2); }), @"pool has room for 20 pods in all; allowed: a pool with room for 30 pods or more, so more nodes or more pods a node");
    insta::assert_snapshot!(refusal(|r| r.pools[0].nodes = Some(0)), @"pool has 0 nodes; allowed: 1 node or more");
    insta::assert_snapshot!(refusal(|r| r.pools[0].nodes = None), @"neither nodes nor a block is given; allowed: `--nodes` to learn what they need, or `--subnet`, `--pod-subnet` or `--pod-cidr` to learn how many nodes fit");
    insta::assert_snapshot!(refusal(|r| r.pod_subnet = "/24".parse().ok()), @"mode overlay has no pod subnet; allowed: `--pod-subnet` with pod-subnet-dynamic or pod-subnet-static");
    insta::assert_snapshot!(refusal(|r| {
        r.subnet = "10.244.1.0/24".parse().ok();
        r.pod_cidr = "10.244.0.0/16".parse().ok();
    }), @"the pod CIDR 10.244.0.0/16 overlaps the node subnet 10.244.1.0/24; allowed: a block apart from it, such as 10.0.0.0/16");
    insta::assert_snapshot!(refusal(|r| r.pod_cidr = "172.16.0.0/12".parse().ok()), @"the pod CIDR 172.16.0.0/12 overlaps what AKS reserves, 172.30.0.0/16; allowed: a block apart from it, such as 10.0.0.0/12");
    assert!("nodes=3,pods=4".parse::<PoolSpec>().unwrap_err().contains("allowed: name, nodes"));
    assert!("max-pods=30".parse::<PoolSpec>().is_err());
}
