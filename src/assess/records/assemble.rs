//! Rows and what an estate will need, in one pass: each subnet counts, then looks ahead.

use std::collections::HashMap;

use super::{spare, status::Ahead, subnet};
use crate::{
    assess::{
        audit::{SubnetAhead, SubnetRow},
        estate::{Estate, PoolKey, SubnetFacts},
        options::Options,
        outlook::{
            ByScenario, Conflict, Fix, LimitRow, NetworkLimit, PoolAhead, Preflight, SubnetPart,
            conflicts::conflicts,
            fixes,
            growth::{basis, other_growth, prefix_ends, smaller_surge, stranded},
            limits, network, preflight,
            projection::{Forecast, demands},
            step::Steps,
        },
        topology::Topology,
        usage::Usage,
    },
    inventory::Inventory,
    ipam,
};

/// What an estate will need. Like rows, of the clusters that pass the filters; everybody counts.
#[derive(Debug, Clone, PartialEq)]
pub struct Outlook {
    /// Subnets by id, filters aside; status and reasons know the projections.
    pub subnets: Vec<SubnetRow>,
    /// Clusters that pass the filters, by id.
    pub clusters: Vec<ClusterAhead>,
    /// Limits of networks that AKS pools live in.
    pub networks: Vec<NetworkLimit>,
    /// Ranges that collide, by kind and range.
    pub conflicts: Vec<Conflict>,
    /// What to change where something falls short.
    pub fixes: Vec<Fix>,
}

/// What a cluster will need.
#[derive(Debug, Clone, PartialEq)]
pub struct ClusterAhead {
    /// How far its pools can grow, by name.
    pub pools: Vec<PoolAhead>,
    /// Its limits beyond the subnet.
    pub limits: Vec<LimitRow>,
    /// What AKS itself would compare.
    pub preflights: Vec<Preflight>,
}

/// Looks ahead.
#[must_use]
pub fn outlook(inventory: &Inventory, options: &Options) -> Outlook {
    let estate = Estate::of(inventory, options);
    let topology = Topology::of(&estate, inventory, options);
    let mut outlook = of_estate(&estate, &topology, options);
    outlook.subnets.sort_unstable_by(|one, other| one.id.cmp(&other.id));
    outlook
}

/// The same for an estate that is indexed already; its subnets stand in the estate's order. They are taken one by one and
/// little but the row is kept of each, because a large estate has room for one copy of its subnets and not for two.
pub(crate) fn of_estate<'a>(estate: &Estate<'a>, topology: &Topology<'a>, options: &Options) -> Outlook {
    let mut subnets = Vec::with_capacity(estate.subnets.len());
    let (mut vnets, mut fixes) = (HashMap::new(), Vec::new());
    // By place, and only where pools are that will ask.
    let mut forecasts = HashMap::new();
    for (place, subnet) in estate.subnets.iter().enumerate() {
        let usage = Usage::of(estate, subnet);
        let (growth, parts) = other_growth(estate, subnet);
        let forecast = forecast(estate, subnet, &usage, growth);
        network::count(&mut vnets, estate, subnet, &usage, &forecast);
        fixes.extend(fixes::of_subnet(estate, place, &usage, &forecast));
        subnets.push(subnet_row(estate, subnet, usage, &forecast, parts, options));
        if !forecast.demands.is_empty() {
            forecasts.insert(place, forecast);
        }
    }
    let steps = Steps { estate, forecasts: &forecasts, vnets: &vnets };
    let mut clusters = Vec::new();
    for (place, cluster) in estate.clusters.iter().enumerate().filter(|(_, cluster)| cluster.chosen) {
        let mut limits = limits::of_cluster(estate, cluster);
        limits.shrink_to_fit();
        let of_pool =
            |(pool_place, pool)| steps.of_pool(PoolKey { cluster: place, pool: pool_place }, pool, &limits);
        let pools = cluster.pools.iter().enumerate().map(of_pool).collect();
        fixes.extend(fixes::of_cluster(estate, place, cluster, &limits, topology));
        let mut preflights = preflight::of_cluster(estate, &forecasts, place, cluster);
        preflights.shrink_to_fit();
        clusters.push(ClusterAhead { pools, limits, preflights });
    }
    let conflicts = conflicts(estate, topology);
    fixes.sort_by(|a, b| a.shortfall.cmp(&b.shortfall));
    fixes::allot(estate, topology, &mut fixes);
    let networks = network::limits(&estate.vnets, topology, &vnets);
    Outlook { subnets, clusters, networks, conflicts, fixes }
}

fn forecast(estate: &Estate<'_>, subnet: &SubnetFacts<'_>, usage: &Usage, other_growth: u64) -> Forecast {
    Forecast {
        usable: subnet.read.and_then(|(_, read)| ipam::usable(read.prefixes.v4())),
        used: usage.used,
        used_low: usage.used_low,
        demands: demands(estate, subnet),
        other_growth,
    }
}

fn subnet_row(
    estate: &Estate<'_>,
    facts: &SubnetFacts<'_>,
    usage: Usage,
    forecast: &Forecast,
    parts: Vec<SubnetPart>,
    options: &Options,
) -> SubnetRow {
    let (projected, headroom) = (forecast.all_projected(), forecast.all_headrooms());
    // Where no pool lives, nothing is upgraded.
    let of_pools = if forecast.demands.is_empty() { ByScenario::default() } else { headroom };
    let ahead = Ahead {
        upgrade_surely_fails: forecast.upgrade_surely_fails(),
        upgrade: of_pools.upgrade,
        upgrade_all: of_pools.upgrade_all,
        scale_max_upgrade: of_pools.scale_max_upgrade,
        other_growth: forecast.other_growth,
    };
    let has_projection = projected.upgrade.is_some() || projected.scale_max.is_some();
    let basis = has_projection.then(|| basis(estate, facts, &usage));
    let stranded = forecast.usable.map(|usable| stranded(estate, facts, usable));
    let mut row = subnet::row(estate, facts, usage, ahead, options.thresholds);
    let basis = basis.map(|(basis, reasons)| {
        row.reasons.extend(reasons);
        basis
    });
    row.reasons.extend(prefix_ends(estate, facts));
    row.reasons.extend(smaller_surge(estate, facts, forecast));
    if forecast.used.is_some() {
        row.reasons.extend(forecast.gaps(estate));
    }
    row.parts.extend(parts);
    let stranded = stranded.map(|(count, parts)| {
        row.parts.extend(parts);
        count
    });
    row.parts.extend(forecast.parts(estate));
    row.parts.shrink_to_fit();
    row.reasons.shrink_to_fit();
    row.ahead = SubnetAhead {
        projected,
        other_growth: facts.read.map(|_| forecast.other_growth),
        basis,
        stranded,
        upgrade_surely_fails: ahead.upgrade_surely_fails,
        spare: None,
    };
    row.ahead.spare = spare::spare(estate, facts, &row);
    row
}
