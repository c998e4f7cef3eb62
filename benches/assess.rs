//! How long an assessment takes, over three sizes of one estate: five subnets, three pools and one cluster a network.
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

fn assess(criterion: &mut Criterion) {
    let options = Options {
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
    };
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
    group.finish();
}

criterion_group!(benches, assess);
criterion_main!(benches);
