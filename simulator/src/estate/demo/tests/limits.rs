//! Each limit is met by somebody, and each fix would work for somebody: the sums, by hand.

use serde_json::Value;

use super::*;

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or_else(|| panic!("{value} is no number"))
}

/// Nodes of a cluster now, and with every autoscaler at its maximum.
fn nodes(cluster: &Value) -> (u64, u64) {
    let pools = array(cluster, "/properties/agentPoolProfiles");
    let now = pools.iter().map(|p| number(&p["count"])).sum();
    let most = pools
        .iter()
        .map(|p| if p["enableAutoScaling"] == true { number(&p["maxCount"]) } else { number(&p["count"]) });
    (now, most.sum())
}

fn pod_cidr_nodes(cluster: &Value) -> u64 {
    let (first, last) = range(text(&cluster["properties"]["networkProfile"]["podCidr"]));
    (last - first + 1) / 256
}

fn usable(subnet: &Value) -> u64 {
    subnet_ranges(subnet).iter().map(|(first, last)| last - first + 1 - 5).sum()
}

#[test]
fn pod_ranges_run_out_at_the_autoscalers_maximum() {
    let made = made(42, Size::Small);
    for (name, capacity, now, most) in [
        ("aks-returns-prod-neu", 4, 3, 5),
        ("aks-warehouse-prod-weu", 16, 13, 24),
        ("aks-yard-prod-weu", 8, 6, 10),
    ] {
        let cluster = made.cluster(name);
        assert_eq!((pod_cidr_nodes(cluster), nodes(cluster)), (capacity, (now, most)), "{name}");
    }
}

#[test]
fn node_limits_are_exceeded_at_the_maximum_and_not_today() {
    let made = made(42, Size::Small);
    for (name, limit) in [("aks-fleet-prod-eus2", 1_000), ("aks-render-prod-eus2", 5_000)] {
        let (now, most) = nodes(made.cluster(name));
        assert!(now < limit && most > limit, "{name}: {now} to {most}");
    }
    let (now, most) = nodes(made.cluster("aks-stock-prod-weu"));
    assert!(322 + now <= 400 && 322 + most > 400, "routes of rt-aks-stock");
    let (now, most) = nodes(made.cluster("aks-fuel-prod-weu"));
    assert!(now <= 200 && most > 200, "dual stack takes two routes a node");
    let render = array(made.cluster("aks-render-prod-eus2"), "/properties/agentPoolProfiles");
    let last = render.iter().find(|p| p["name"] == "final").expect("the pool");
    assert!(number(&last["count"]) < 1_000 && (number(&last["count"]) * 133).div_ceil(100) > 1_000);
}

#[test]
fn the_lake_fits_each_pod_subnet_and_not_its_network() {
    let made = made(42, Size::Small);
    let cluster = made.cluster("aks-lake-prod-weu");
    let per_node = |p: &Value| 16 * number(&p["maxPods"]).div_ceil(16) + 1;
    let pools = array(cluster, "/properties/agentPoolProfiles");
    let mut all = 0;
    for subnet in ["snet-pods-lake-a", "snet-pods-lake-b", "snet-pods-lake-c"] {
        let here = pools.iter().filter(|p| text(&p["podSubnetID"]).ends_with(subnet));
        let most = |p: &Value| {
            if p["enableAutoScaling"] == true { number(&p["maxCount"]) } else { number(&p["count"]) }
        };
        let need: u64 = here.map(|p| (most(p) + most(p).div_ceil(10)) * per_node(p)).sum();
        assert!(need <= usable(made.subnet("vnet-data-weu", subnet)), "{subnet}: {need}");
        all += need;
    }
    assert!(all > 65_536);
    assert!(pools.iter().map(|p| number(&p["count"]) * per_node(p)).sum::<u64>() < 65_536);
}

#[test]
fn file_volumes_have_more_than_a_thousand_neighbours() {
    let made = made(42, Size::Small);
    assert!(listed(made.subnet("vnet-data-neu", "snet-aks-reporting")) > 1_000);
}

/// Subnet, addresses one node takes, nodes of its surge today, nodes of a smaller surge that fits.
#[test]
fn surges_that_do_not_fit_have_a_smaller_one_that_does() {
    let made = made(42, Size::Small);
    for (vnet, subnet, per_node, surge, smaller) in [
        ("vnet-commerce-weu", "snet-aks-media", 31, 3, 2),
        ("vnet-commerce-weu", "snet-aks-webshop", 31, 1 + 5 + 4, 3),
        ("vnet-commerce-weu", "snet-aks-checkout", 31, 1, 0),
        ("vnet-commerce-eus2", "snet-aks-partners", 111, 2, 1),
        ("vnet-logistics-weu", "snet-aks-drivers", 1, 7, 3),
    ] {
        let subnet = made.subnet(vnet, subnet);
        let (used, usable) = (listed(subnet) as u64, usable(subnet));
        assert!(used + surge * per_node > usable, "{}", subnet["id"]);
        assert!(used + smaller * per_node <= usable, "{}", subnet["id"]);
    }
}

#[test]
fn one_subnet_is_full_one_nearly_and_one_nearly_empty() {
    let made = made(42, Size::Small);
    let percent = |vnet, subnet| {
        let subnet = made.subnet(vnet, subnet);
        listed(subnet) as u64 * 100 / usable(subnet)
    };
    assert_eq!(percent("vnet-commerce-neu", "snet-aks-cart"), 100);
    assert_eq!(percent("vnet-commerce-weu", "snet-aks-checkout"), 92);
    assert_eq!(percent("vnet-commerce-weu", "snet-aks-search"), 80);
    assert_eq!(percent("vnet-logistics-weu", "snet-aks-crossdock"), 0);
}

#[test]
fn pod_and_service_ranges_conflict_as_planned() {
    let made = made(42, Size::Small);
    let pods = |name: &str| range(text(&made.cluster(name)["properties"]["networkProfile"]["podCidr"]));
    let services =
        |name: &str| range(text(&made.cluster(name)["properties"]["networkProfile"]["serviceCidr"]));
    let space = |name: &str| {
        let vnet = made.vnets().find(|v| v["name"] == name).unwrap_or_else(|| panic!("no {name}"));
        ranges(array(vnet, "/properties/addressSpace/addressPrefixes"))
    };
    let returns = subnet_ranges(made.subnet("vnet-stores-weu", "snet-returns-db"));
    assert!(overlap(&[pods("aks-vouchers-prod-weu")], &returns));
    assert!(overlap(&[pods("aks-fraud-prod-weu")], &space("vnet-hub-weu")));
    assert!(overlap(&[pods("aks-giftcards-prod-neu")], &space("vnet-data-neu")));
    assert!(overlap(&[pods("aks-receipts-prod-weu")], &[range("192.168.0.0/16")]));
    assert!(overlap(&[pods("aks-kiosk-prod-weu")], &[range("172.30.0.0/16")]));
    assert!(overlap(&[pods("aks-training-dev-weu")], &[services("aks-training-dev-weu")]));
    let private = ["10.0.0.0/8", "100.64.0.0/10", "192.168.0.0/16", "172.16.0.0/12"].map(range);
    let reserved = 2 * 65_536;
    let held: u64 = space("vnet-harbourfoods-datacentre").iter().map(|(first, last)| last - first + 1).sum();
    assert_eq!(held + reserved, private.iter().map(|(first, last)| last - first + 1).sum::<u64>());
    assert!(overlap(&[services("aks-archive-prod-weu")], &space("vnet-legacy-weu")));
    for clean in ["aks-pos-prod-weu", "aks-signage-prod-weu", "aks-routing-prod-weu"] {
        let own = made.vnets().filter(|v| !is_apart(v));
        assert!(own.flat_map(|v| space(text(&v["name"]))).all(|s| !overlap(&[s], &[pods(clean)])), "{clean}");
    }
}
