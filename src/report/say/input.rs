//! What numbers were made of, so that a reader can redo them.

use super::{limit::stale_routes, pieces::nodes};
use crate::{
    assess::{
        audit::{ClusterRow, NodePoolRow, VnetRow},
        outlook::{Limit, LimitPart, LimitRow, NetworkLimit, NetworkLimitKind, Preflight},
    },
    ipam::{
        IpamMode,
        limits::{POD_BATCH, POD_BATCH_RESERVE, ROUTES_PER_TABLE},
    },
    report::phrase::{Phrase, phrase},
};

/// A number with what it was made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Input {
    /// What the number is.
    pub(crate) what: Phrase,
    /// The number, or the sum that makes it.
    pub(crate) value: Phrase,
    /// The id of the rule it follows, where it follows one.
    pub(crate) rule: Option<&'static str>,
}

pub(super) fn input(what: impl Into<Phrase>, value: impl Into<Phrase>, rule: &'static str) -> Input {
    Input { what: what.into(), value: value.into(), rule: Some(rule) }
}

pub(super) fn known(value: Option<impl Into<Phrase>>) -> Phrase {
    value.map_or_else(|| "unknown".into(), Into::into)
}

fn outside(texts: &[String]) -> Phrase {
    Phrase::joined(texts.iter().map(Phrase::outside), ", ")
}

/// What the figures of a cluster were made of.
pub(crate) fn cluster_inputs(row: &ClusterRow) -> Vec<Input> {
    let mut inputs = vec![
        input("nodes: sum over its node pools", known(row.nodes), "A6"),
        input("nodes_configured: sum over its node pools", known(row.nodes_configured), "A6"),
        input("nodes_scale_max: sum over its node pools", known(row.nodes_scale_max), "A4.9"),
    ];
    if let Some(capacity) = row.pod_cidr_node_capacity {
        let value = phrase!("/24 blocks of {} = {}", outside(&row.pod_cidrs), capacity);
        inputs.push(input("pod_cidr_node_capacity", value, "A2.5"));
    }
    inputs
}

/// What the figures of a node pool were made of.
pub(crate) fn pool_inputs(row: &NodePoolRow) -> Vec<Input> {
    let assumed = if row.max_pods_assumed { " (assumed: the mode's default)" } else { "" };
    let mut inputs = vec![input("ipam_mode", row.ipam_mode.as_str(), "A0")];
    if let Some(max_pods) = row.max_pods {
        inputs.push(input("max_pods", phrase!("{}{}", max_pods, assumed), "A1"));
    }
    inputs.extend(per_node(row));
    if let Some(surge) = row.surge_nodes {
        let max_surge = row.max_surge.as_deref();
        let max_surge =
            max_surge.map_or_else(|| "assumed, because the pool gives none".into(), Phrase::outside);
        let of = row.nodes.map_or_else(|| "unknown nodes".into(), nodes);
        let has_prefix = row.ahead.limits.iter().any(|(limit, _)| *limit == Limit::PublicIpPrefix);
        let until = if has_prefix { ", as far as its public IP prefix has addresses" } else { "" };
        let value = phrase!("maxSurge {} of {}{} = {}", max_surge, of, until, surge);
        inputs.push(input("surge_nodes", value, "A4"));
    }
    let configured = known(row.nodes_configured);
    let most = match row.max_count {
        Some(most) => phrase!("max({}, autoscaler maximum {})", configured, most),
        None => phrase!("no autoscaler: {}", configured),
    };
    inputs.push(input("nodes_scale_max", phrase!("{} = {}", most, known(row.nodes_scale_max)), "A4.9"));
    if let Some((most, peak)) = row.nodes_scale_max.zip(row.ahead.nodes_at_peak) {
        let left = row.nodes_holding.filter(|there| *there > most);
        let without = left.map_or_else(|| most.into(), |there| phrase!("max({}, {} there)", most, there));
        let value = phrase!("{} + {} = {}", without, peak.saturating_sub(most.max(left.unwrap_or(0))), peak);
        inputs.push(input("nodes_scale_max while the pool surges", value, "A4.9"));
    }
    inputs.extend(row.ahead.limits.iter().map(|(limit, nodes)| {
        input("largest_scale_up: nodes left", phrase!("{} under {}", *nodes, limit.as_str()), "A7")
    }));
    inputs
}

/// The arithmetic of one node, with the documented worst case of dynamic pod subnets beside the one that counts.
fn per_node(row: &NodePoolRow) -> Vec<Input> {
    let Some(nodes) = row.ips_per_node else { return Vec::new() };
    let (pods, high) = (known(row.max_pods), known(row.pod_ips_per_node_high));
    let one = input("ips_per_node", "1", "A2");
    match row.ipam_mode {
        IpamMode::NodeSubnet => {
            vec![input("ips_per_node", phrase!("{} + 1 = {}", pods, nodes), "A2.2")]
        }
        IpamMode::PodSubnetStatic => {
            vec![one, input("pod_ips_per_node", phrase!("16 × ⌈({} + 1) / 16⌉ = {}", pods, high), "A2.4")]
        }
        IpamMode::PodSubnetDynamic => {
            let worst = row.max_pods.map(|pods| POD_BATCH * (pods + POD_BATCH_RESERVE).div_ceil(POD_BATCH));
            let low = known(row.pod_ips_per_node_low);
            let most = phrase!("16 × ⌈{} / 16⌉ + 1 = {}", pods.clone(), high);
            let documented = phrase!("16 × ⌈({} + 8) / 16⌉ = {}", pods, known(worst));
            vec![
                one,
                input("pod_ips_per_node_low", low, "K-02"),
                input("pod_ips_per_node_high", most, "K-02"),
                input("documented worst case of a node, shown beside", documented, "A2.3"),
            ]
        }
        _ => vec![one],
    }
}

/// What the figures of a network were made of.
pub(crate) fn vnet_inputs(row: &VnetRow) -> Vec<Input> {
    let VnetRow { addresses, allocated_to_subnets, unallocated, .. } = row;
    let space = phrase!("IPv4 prefixes {} = {}", outside(&row.address_space), *addresses);
    vec![
        input("addresses", space, "A1"),
        input("unallocated", phrase!("{} − {} = {}", *addresses, *allocated_to_subnets, *unallocated), "A1"),
        input("used: sum over its subnets", known(row.used), "A1"),
    ]
}

/// What the capacity of a limit was made of.
pub(crate) fn limit_inputs(row: &LimitRow) -> Vec<Input> {
    let of = |part: &LimitPart| match part {
        LimitPart::Tier(tier) => {
            let what = phrase!("nodes of a cluster in tier {}", known(tier.as_ref().map(Phrase::outside)));
            input(what, known(row.capacity), "A1")
        }
        LimitPart::Blocks { cidr, nodes } => {
            input(phrase!("/24 blocks of pod CIDR {}", cidr.to_string()), *nodes, "A2.5")
        }
        LimitPart::RoutesPerNode(routes) => {
            let value = phrase!("{}, {}", ROUTES_PER_TABLE, *routes);
            input("routes of a table, and routes a node", value, "A2.1")
        }
        LimitPart::OtherRoutes { table, routes } => {
            let what = phrase!("routes that others put into {}", Phrase::outside(table.name()));
            input(what, *routes, "A2.1")
        }
        LimitPart::StaleRoutes { table, routes, told, names } => {
            let what = phrase!("pod routes in {} to nodes that are not there", Phrase::outside(table.name()));
            input(what, stale_routes(*routes, *told, names), "A2.1")
        }
        LimitPart::Uncounted(nodes) => input("nodes that no pool counts", *nodes, "A5"),
        LimitPart::PublicIpPrefix(length) => {
            let what = phrase!("addresses of the public IP prefix /{}, one a node", *length);
            input(what, known(row.capacity), "A5")
        }
        LimitPart::Instances => input("instances of a scale set", known(row.capacity), "A1"),
        LimitPart::MaxPods(pods) => input("maxPods", *pods, "G-36"),
        LimitPart::Configurations { max_pods, in_blocks, count } => {
            let value = if *in_blocks {
                phrase!("⌈({} pods + 1) / 16⌉ blocks + 1 = {}", *max_pods, *count)
            } else {
                phrase!("{} pods + 1 = {}", *max_pods, *count)
            };
            input("IP configurations of a node", value, "G-36")
        }
    };
    row.parts.iter().map(of).collect()
}

/// What the figures of a network's limit were made of; those of its subnets stand in their rows.
pub(crate) fn network_inputs(row: &NetworkLimit) -> Vec<Input> {
    let (allowed, rule) = match row.kind {
        NetworkLimitKind::PrivateAddresses => ("private addresses of a network", "A1"),
        NetworkLimitKind::NetAppVolumes => ("addresses around volumes with basic network features", "K-25"),
    };
    let own = row.own;
    let mut inputs = vec![
        input(allowed, row.capacity, rule),
        input("used, over its subnets, a /28 block as one", own.used, rule),
        input("added in scale_max_upgrade", own.scale_max_upgrade.saturating_sub(own.used), rule),
    ];
    if row.kind == NetworkLimitKind::NetAppVolumes {
        let used = row.used.saturating_sub(own.used);
        let most = row.scale_max_upgrade.saturating_sub(own.scale_max_upgrade);
        inputs.push(input("used in directly peered networks", used, rule));
        inputs.push(input("the same in scale_max_upgrade", most, rule));
    }
    inputs
}

/// What a comparison counts of each pool.
pub(crate) fn preflight_inputs(row: &Preflight) -> Vec<Input> {
    let of = row.pools.iter().map(|pool| {
        let value = pool.nodes.zip(pool.each);
        let value = value.map(|(count, each)| phrase!("{} × {}", nodes(count), each));
        input(phrase!("pool {}", Phrase::outside(&pool.node_pool)), known(value), "A2.5")
    });
    of.collect()
}
