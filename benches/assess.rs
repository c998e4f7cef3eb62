//! How long an assessment takes, over three sizes of one estate: five subnets, three pools and one cluster a network; and over
//! four of one whose kubenet clusters all reach one another.
//!
//! `cargo bench --bench assess`; the time per subnet should stay the same, for the assessment is linear.

use std::{collections::BTreeMap, hint::black_box, time::Duration};

use aks_census::{
    assess::{
        self,
        options::{Filters, Options, People, Projection, Thresholds},
        records::outlook,
    },
    inventory::Inventory,
};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use jiff::civil::date;
use serde_json::{Value, json};

/// The program's own.
#[cfg(not(target_env = "msvc"))]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

const SIZES: [usize; 3] = [5_000, 10_000, 20_000];
/// Clusters that all reach one another; each doubling should cost little more than twice.
const PEERED: [usize; 4] = [500, 1_000, 2_000, 4_000];
const SUBNETS: usize = 5;
const SUBSCRIPTION: &str = "/subscriptions/00000000-0000-0000-0000-000000000001";

fn network(number: usize) -> String {
    format!("{SUBSCRIPTION}/resourceGroups/net/providers/Microsoft.Network/virtualNetworks/v{number}")
}

fn cluster(number: usize) -> Value {
    let plugin_mode = (!number.is_multiple_of(3)).then_some("overlay");
    let pool = |pool: usize| {
        json!({
            "name": format!("np{pool}"), "pool_type": "VirtualMachineScaleSets", "os_type": "Linux", "mode": "User",
            "count": 5, "autoscaling": true, "min_count": 1, "max_count": 20, "max_pods": 30, "max_surge": "10%",
            "node_subnet_id": format!("{}/subnets/s0", network(number)),
            "vm_manual": [], "vm_autoscale": [], "tags": {}, "zones": [],
        })
    };
    json!({
        "id": format!("{SUBSCRIPTION}/resourceGroups/apps/providers/Microsoft.ContainerService/managedClusters/c{number}"),
        "location": "westeurope", "tags": {}, "node_resource_group": format!("nodes-c{number}"),
        "network": {
            "plugin": "azure", "plugin_mode": plugin_mode, "ip_families": [],
            "pod_cidrs": { "known": ["10.244.0.0/16"], "unreadable": [] },
            "service_cidrs": { "known": ["10.0.0.0/16"], "unreadable": [] },
        },
        "pools": (0..3).map(pool).collect::<Vec<_>>(),
        "api_server": {}, "addons": {}, "windows_profile": false,
    })
}

fn virtual_network(number: usize) -> Value {
    let group = format!("{SUBSCRIPTION}/resourceGroups/NODES-C{number}");
    let nodes = |pool: usize| {
        let id =
            format!("{group}/providers/Microsoft.Compute/virtualMachineScaleSets/AKS-NP{pool}-12345678-VMSS");
        json!({ "owner": { "kind": "scale-set", "id": id }, "addresses": 155, "per_node": { "31": 5 } })
    };
    let subnet = |subnet: usize| {
        let owners: Vec<Value> = if subnet == 0 { (0..3).map(nodes).collect() } else { Vec::new() };
        json!({
            "id": format!("{}/subnets/s{subnet}", network(number)),
            "prefixes": { "known": [format!("10.1.{}.0/22", 4 * subnet)], "unreadable": [] },
            "usage": { "listed": 155 * owners.len(), "owners": owners },
            "delegations": [], "application_gateways": [], "container_profiles": 0, "private_endpoints": 0,
            "service_links": [],
        })
    };
    json!({
        "id": network(number), "location": "westeurope", "tags": {},
        "address_space": { "known": ["10.1.0.0/16"], "unreadable": [] },
        "subnets": (0..SUBNETS).map(subnet).collect::<Vec<_>>(), "peerings": [], "dns_servers": [],
    })
}

fn estate(clusters: usize) -> Inventory {
    serde_json::from_value(json!({
        "collected_at": "2026-11-21T00:00:00Z", "cloud": "public", "api_versions": {},
        "requested": { "subscriptions": [], "management_groups": [], "excluded": [] },
        "subscriptions": [], "route_tables": [], "network_security_groups": [], "application_gateways": [],
        "clusters": (0..clusters).map(cluster).collect::<Vec<_>>(),
        "virtual_networks": (0..clusters).map(virtual_network).collect::<Vec<_>>(),
        "coverage": [],
    }))
    .expect("the estate is written in the inventory's own shape")
}

/// kubenet clusters in networks of their own, all peered with one hub that passes traffic on; a route table each.
fn peered(clusters: usize) -> Inventory {
    let mut estate = serde_json::to_value(estate(clusters)).expect("an inventory is written as JSON");
    let hub = network(clusters);
    let peering = |from: &str, to: &str, prefix: &str| {
        json!({
            "id": format!("{from}/virtualNetworkPeerings/to-{}", to.rsplit('/').next().unwrap_or_default()),
            "remote": to, "state": "Connected", "allow_forwarded_traffic": true, "allow_gateway_transit": null,
            "use_remote_gateways": null, "remote_prefixes": { "known": [prefix], "unreadable": [] },
        })
    };
    let at = |number: usize, rest: &str| format!("10.{}.{}.{rest}", number / 64, number % 64 * 4);
    let mut of_hub = Vec::new();
    let mut tables = Vec::new();
    for number in 0..clusters {
        let (own, space) = (network(number), at(number, "0/22"));
        let table =
            format!("{SUBSCRIPTION}/resourceGroups/net/providers/Microsoft.Network/routeTables/rt{number}");
        let vnet = &mut estate["virtual_networks"][number];
        vnet["address_space"] = json!({ "known": [space], "unreadable": [] });
        vnet["peerings"] = json!([peering(&own, &hub, "10.255.0.0/24")]);
        for (subnet, quarter) in vnet["subnets"].as_array_mut().into_iter().flatten().zip(0..) {
            let prefix = format!("10.{}.{}.0/26", number / 64, number % 64 * 4 + quarter.min(3));
            subnet["prefixes"] =
                json!({ "known": if quarter < 4 { vec![prefix] } else { vec![] }, "unreadable": [] });
        }
        vnet["subnets"][0]["route_table"] = json!(table);
        let route = |node: usize| {
            json!({
                "name": format!("aks-np0-12345678-vmss{node:06x}"), "prefix": format!("10.244.{node}.0/24"),
                "next_hop_type": "VirtualAppliance", "next_hop_address": at(number, &(4 + node).to_string()),
            })
        };
        tables.push(json!({
            "id": table, "location": "westeurope", "routes": (0..5).map(route).collect::<Vec<_>>(),
            "subnets": [format!("{own}/subnets/s0")],
        }));
        of_hub.push(peering(&hub, &own, &space));
        let network = &mut estate["clusters"][number]["network"];
        (network["plugin"], network["plugin_mode"]) = (json!("kubenet"), Value::Null);
        network["service_cidrs"] = json!({ "known": ["172.20.0.0/16"], "unreadable": [] });
    }
    let networks = estate["virtual_networks"].as_array_mut();
    networks.expect("a list").push(json!({
        "id": hub, "location": "westeurope", "tags": {}, "dns_servers": [], "subnets": [], "peerings": of_hub,
        "address_space": { "known": ["10.255.0.0/24"], "unreadable": [] },
    }));
    estate["route_tables"] = json!(tables);
    serde_json::from_value(estate).expect("the estate is written in the inventory's own shape")
}

fn options() -> Options {
    Options {
        as_of: date(2026, 11, 21),
        filters: Filters::default(),
        accept_unread: Vec::new(),
        on_premises: Vec::new(),
        people: People::default(),
        thresholds: Thresholds::default(),
        projection: Projection::default(),
        migration: aks_census::assess::options::MigrationOptions::default(),
        findings: BTreeMap::new(),
        exceptions: Vec::new(),
    }
}

fn assess(criterion: &mut Criterion) {
    let options = options();
    let mut group = criterion.benchmark_group("assess");
    group.sample_size(10).measurement_time(Duration::from_secs(20));
    for clusters in SIZES {
        let inventory = estate(clusters);
        group.throughput(Throughput::Elements((clusters * SUBNETS) as u64));
        group.bench_with_input(BenchmarkId::new("assess", clusters), &inventory, |bencher, inventory| {
            bencher.iter_with_large_drop(|| black_box(assess::assess(inventory, &options)));
        });
        group.bench_with_input(BenchmarkId::new("outlook", clusters), &inventory, |bencher, inventory| {
            bencher.iter_with_large_drop(|| black_box(outlook(inventory, &options)));
        });
    }
    for clusters in PEERED {
        let inventory = peered(clusters);
        group.throughput(Throughput::Elements(clusters as u64));
        group.bench_with_input(BenchmarkId::new("peered", clusters), &inventory, |bencher, inventory| {
            bencher.iter_with_large_drop(|| black_box(assess::assess(inventory, &options)));
        });
    }
    group.finish();
}

criterion_group!(benches, assess);
criterion_main!(benches);
