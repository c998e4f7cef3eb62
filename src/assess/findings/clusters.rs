//! What is found on clusters and their pools.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::{Context, Draft, show, some_of};
use crate::{
    assess::audit::{ClusterRow, KubenetRow},
    inventory::{Cluster, ReadStatus, ResourceId, VirtualNetwork, What},
    ipam::IpamMode,
    rules::FindingId,
    words,
};

pub(super) fn drafts(context: &Context<'_>) -> Vec<Draft> {
    let mut drafts: Vec<_> = context.kubenet.iter().map(kubenet).collect();
    drafts.extend(context.rows.clusters.iter().filter_map(unknown_mode));
    drafts.extend(unreadable_subnets(context));
    drafts.extend(unplaced_pools(context));
    drafts.extend(selected(context).filter_map(unreadable_prefixes));
    drafts
}

fn selected<'a>(context: &'a Context<'_>) -> impl Iterator<Item = &'a Cluster> {
    context.inventory.clusters.iter().filter(|cluster| context.selected.contains(&cluster.id))
}

fn kubenet(row: &KubenetRow) -> Draft {
    let nodes = match (row.nodes, row.nodes_scale_max) {
        (Some(now), Some(most)) if now == most => words::nodes(now),
        (Some(now), Some(most)) => format!("{} now, {most} at autoscaler maximum", words::nodes(now)),
        (Some(now), None) => format!("{} now", words::nodes(now)),
        (None, _) => "an unknown number of nodes".to_owned(),
    };
    let date = row.retirement_date;
    let left = match row.days_left {
        0 => format!("support ends today, on {date}"),
        1 => format!("support ends on {date}, in 1 day"),
        -1 => format!("support ended on {date}, 1 day ago"),
        days if days < 0 => format!("support ended on {date}, {} ago", words::days(days.unsigned_abs())),
        days => format!("support ends on {date}, in {}", words::days(days)),
    };
    Draft::new(FindingId::KubenetRetirement, row.cluster_id.as_str(), format!("{nodes}; {left}"))
        .severity(row.severity)
        .command(show("az aks show", &row.cluster_id).option("--query", "networkProfile.networkPlugin"))
}

/// A plugin and mode that the documentation does not pair, or a mode that cannot be told (rule A0).
fn unknown_mode(row: &ClusterRow) -> Option<Draft> {
    let plugin = row.network_plugin.as_deref().map(str::to_ascii_lowercase);
    let mode = row.network_plugin_mode.as_deref().map(str::to_ascii_lowercase);
    let known = matches!(
        (plugin.as_deref(), mode.as_deref()),
        (Some("kubenet" | "none" | "azure"), None | Some("")) | (Some("azure"), Some("overlay"))
    );
    let told = !row.ipam_modes.is_empty() && !row.ipam_modes.contains(&IpamMode::Unknown);
    let plugin = row.network_plugin.as_deref().unwrap_or("(absent)");
    let detail = match (known, told, row.network_plugin_mode.as_deref()) {
        (true, true, _) => return None,
        (true, false, _) if row.pools.is_empty() => {
            format!("plugin {plugin} without a mode, and no node pool that would tell how pods get addresses")
        }
        (_, _, Some(mode)) => format!("plugin {plugin} with mode {mode}"),
        (_, _, None) => format!("plugin {plugin} without a mode"),
    };
    let command = show("az aks show", &row.id).option("--query", "networkProfile");
    Some(Draft::new(FindingId::UnknownNetworkMode, row.id.as_str(), detail).command(command))
}

/// Subnets that pools name and no readable network holds, each with the pools that name it.
fn unreadable_subnets(context: &Context<'_>) -> Vec<Draft> {
    let networks = &context.inventory.virtual_networks;
    let readable: HashSet<_> = networks.iter().flat_map(|vnet| &vnet.subnets).map(|s| &s.id).collect();
    let mut named: BTreeMap<&ResourceId, BTreeSet<String>> = BTreeMap::new();
    for cluster in selected(context) {
        for pool in &cluster.pools {
            for subnet in [&pool.node_subnet_id, &pool.pod_subnet_id].into_iter().flatten() {
                if !readable.contains(subnet) {
                    let pool = format!("{} of {}", pool.name, cluster.name());
                    named.entry(subnet).or_default().insert(pool);
                }
            }
        }
    }
    let draft = |(subnet, pools): (&ResourceId, BTreeSet<String>)| {
        let pools = some_of(pools.iter().map(String::as_str));
        let detail = format!("named by pools {pools}; {}", why_unreadable(context, subnet));
        let command = show("az network vnet subnet show", subnet);
        Draft::new(FindingId::PoolSubnetUnreadable, subnet.as_str(), detail).command(command)
    };
    named.into_iter().map(draft).collect()
}

/// Pools that name no subnet, where AKS made a network for them and it does not tell which of its subnets is theirs.
fn unplaced_pools(context: &Context<'_>) -> Vec<Draft> {
    let mut unplaced: BTreeMap<&ResourceId, Vec<&str>> = BTreeMap::new();
    for cluster in &context.rows.clusters {
        let pools = cluster.pools.iter().filter(|row| row.node_subnet_id.is_none());
        let names: Vec<&str> = pools.map(|row| row.name.as_str()).collect();
        if !names.is_empty() {
            unplaced.insert(&cluster.id, names);
        }
    }
    if unplaced.is_empty() {
        return Vec::new();
    }
    let networks = context.inventory.virtual_networks.iter();
    let made: HashMap<ResourceId, &VirtualNetwork> =
        networks.filter_map(|vnet| Some((vnet.id.resource_group_id()?, vnet))).collect();
    let draft = |cluster: &Cluster| {
        let pools = unplaced.get(&cluster.id)?;
        let network = made.get(&cluster.node_resource_group_id()?)?;
        let detail = format!(
            "pools {} of {} name no subnet, and of the {} of network {} in their node resource group none is called \
             `aks-subnet`",
            some_of(pools.iter().copied()),
            cluster.name(),
            words::counted(network.subnets.len(), "subnet", "subnets"),
            network.id.name()
        );
        let command = show("az network vnet show", &network.id).option("--query", "subnets[].name");
        Some(Draft::new(FindingId::PoolSubnetUnreadable, cluster.id.as_str(), detail).command(command))
    };
    selected(context).filter_map(draft).collect()
}

fn why_unreadable(context: &Context<'_>, subnet: &ResourceId) -> String {
    let Some(network) = subnet.parent() else {
        return "its id names no virtual network".to_owned();
    };
    if context.inventory.virtual_networks.iter().any(|vnet| vnet.id == network) {
        return format!("network {} was read and has no such subnet", network.name());
    }
    let about = context.reading.gaps().find(|entry| {
        entry.what == What::VirtualNetwork && entry.scope_id.eq_ignore_ascii_case(network.as_str())
    });
    match about.map(|entry| entry.status) {
        Some(ReadStatus::Denied) => format!("the identity may not read network {}", network.name()),
        Some(ReadStatus::NotFound) => format!("Azure knows no network {}", network.name()),
        _ => format!("network {} is not among those that were read", network.name()),
    }
}

fn unreadable_prefixes(cluster: &Cluster) -> Option<Draft> {
    let of = |kind: &str, texts: &[String]| {
        (!texts.is_empty()).then(|| format!("{kind} {}", some_of(texts.iter().map(String::as_str))))
    };
    let parts = [
        of("pod CIDR", &cluster.network.pod_cidrs.unreadable),
        of("service CIDR", &cluster.network.service_cidrs.unreadable),
    ];
    let detail = parts.into_iter().flatten().collect::<Vec<_>>().join("; ");
    let query = "networkProfile.[podCidr, podCidrs, serviceCidr, serviceCidrs]";
    let command = show("az aks show", &cluster.id).option("--query", query);
    (!detail.is_empty())
        .then(|| Draft::new(FindingId::UnreadablePrefix, cluster.id.as_str(), detail).command(command))
}
