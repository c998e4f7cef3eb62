//! How fast a page of virtual networks becomes counts by owner, beside what JSON of that size costs anyone.
//!
//! `cargo bench --bench parse`; the page is one of 15 MB, as a subscription with some 60,000 addresses sends it.

use std::{hint::black_box, time::Duration};

use aks_census::azure::wire::VirtualNetwork;
use aks_census_simulator::estate::{ScaleOptions, scale};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Value, json};

/// The program's own.
#[cfg(not(target_env = "msvc"))]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

#[derive(Deserialize)]
struct Page<T> {
    value: Vec<T>,
}

fn page() -> String {
    let options = ScaleOptions { subscriptions: 1, clusters: 50, subnets: 400, addresses: 60_000, seed: 1 };
    let networks: Vec<Value> = scale(options)
        .subscriptions
        .iter()
        .flat_map(|subscription| (subscription.resources)().virtual_networks)
        .collect();
    json!({ "value": networks }).to_string()
}

fn bench(criterion: &mut Criterion) {
    let page = page();
    let mut group = criterion.benchmark_group("page");
    group.throughput(Throughput::Bytes(page.len() as u64));
    group.bench_function("counted", |b| {
        b.iter(|| black_box(read::<VirtualNetwork>(black_box(&page))));
    });
    group.bench_function("as any value", |b| b.iter(|| black_box(read::<Value>(black_box(&page)))));
    group.bench_function("skimmed", |b| b.iter(|| black_box(read::<IgnoredAny>(black_box(&page)))));
    group.finish();
}

fn read<'a, T: Deserialize<'a>>(page: &'a str) -> usize {
    serde_json::from_str::<Page<T>>(page).map_or(0, |page| page.value.len())
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20).warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(4));
    targets = bench
}
criterion_main!(benches);
