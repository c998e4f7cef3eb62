//! What is found on clusters and their pools.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::{Context, Draft, show};
use crate::{
    assess::{
        audit::{
            ClusterFact::{Kubenet, Mode, NamedBy, SubnetUnreadable, Unplaced},
            ClusterRecord, ClusterRow, Fact, PrefixKind, WhyUnreadable,
        },
        migration::Exposure,
    },
    inventory::{Cluster, ReadStatus, ResourceId, VirtualNetwork, What},
    ipam::IpamMode,
    rules::FindingId,
};

pub(super) fn drafts(context: &Context<'_>) -> Vec<Draft> {
    let mut drafts: Vec<_> = context.audit.leaving().map(kubenet).collect();
    drafts.extend(context.audit.clusters.iter().filter_map(|one| unknown_mode(&one.row)));
    drafts.extend(unreadable_subnets(context));
    drafts.extend(unplaced_pools(context));
    drafts.extend(selected(context).filter_map(unreadable_prefixes));
    drafts
}

fn selected<'a>(context: &'a Context<'_>) -> impl Iterator<Item = &'a Cluster> {
    context.inventory.clusters.iter().filter(|cluster| context.audit.cluster(&cluster.id).is_some())
}

fn kubenet((one, exposure): (&ClusterRecord, &Exposure)) -> Draft {
    let row = &one.row;
    let fact = Kubenet {
        nodes: row.nodes,
        nodes_scale_max: row.nodes_scale_max,
        ends: exposure.retirement_date,
        days_left: exposure.days_left,
    };
    Draft::new(FindingId::KubenetRetirement, row.id.as_str(), [Fact::Cluster(fact)])
        .severity(exposure.severity)
        .command(show("az aks show", &row.id).option("--query", "networkProfile.networkPlugin"))
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
    if known && told {
        return None;
    }
    let fact = Mode {
        plugin: row.network_plugin.clone(),
        mode: row.network_plugin_mode.clone(),
        lacks_pools: known && row.pools.is_empty(),
    };
    let command = show("az aks show", &row.id).option("--query", "networkProfile");
    let facts = [Fact::Cluster(fact)];
    Some(Draft::new(FindingId::UnknownNetworkMode, row.id.as_str(), facts).command(command))
}

/// Subnets that pools name and no readable network holds, each with the pools that name it.
fn unreadable_subnets(context: &Context<'_>) -> Vec<Draft> {
    let networks = &context.inventory.virtual_networks;
    let readable: HashSet<_> = networks.iter().flat_map(|vnet| &vnet.subnets).map(|s| &s.id).collect();
    let mut named: BTreeMap<&ResourceId, BTreeSet<(ResourceId, String)>> = BTreeMap::new();
    for cluster in &context.inventory.clusters {
        for pool in &cluster.pools {
            for subnet in [&pool.node_subnet_id, &pool.pod_subnet_id].into_iter().flatten() {
                if !readable.contains(subnet) {
                    named.entry(subnet).or_default().insert((cluster.id.clone(), pool.name.clone()));
                }
            }
        }
    }
    // Filters choose which findings there are, and not what one says.
    named.retain(|_, pools| pools.iter().any(|(cluster, _)| context.audit.cluster(cluster).is_some()));
    let draft = |(subnet, pools): (&ResourceId, BTreeSet<_>)| {
        let facts = [NamedBy(pools.into_iter().collect()), SubnetUnreadable(why_unreadable(context, subnet))];
        let command = show("az network vnet subnet show", subnet);
        let facts = facts.map(Fact::Cluster);
        Draft::new(FindingId::PoolSubnetUnreadable, subnet.as_str(), facts).command(command)
    };
    named.into_iter().map(draft).collect()
}

/// Pools that name no subnet, where AKS made a network for them and it does not tell which of its subnets is theirs.
fn unplaced_pools(context: &Context<'_>) -> Vec<Draft> {
    let unplaced = context.inventory.clusters.iter().filter_map(|cluster| {
        let pools = &context.audit.cluster(&cluster.id)?.row.pools;
        let names = pools.iter().filter(|row| row.node_subnet_id.is_none()).map(|row| row.name.clone());
        Some((cluster, names.collect())).filter(|(_, names): &(_, Vec<_>)| !names.is_empty())
    });
    let unplaced: Vec<_> = unplaced.collect();
    if unplaced.is_empty() {
        return Vec::new();
    }
    let networks = context.inventory.virtual_networks.iter();
    let made: HashMap<ResourceId, &VirtualNetwork> =
        networks.filter_map(|vnet| Some((vnet.id.resource_group_id()?, vnet))).collect();
    let draft = |(cluster, pools): (&Cluster, Vec<String>)| {
        let network = made.get(&cluster.node_resource_group_id()?)?;
        let fact = Unplaced {
            cluster_id: cluster.id.clone(),
            pools,
            vnet_id: network.id.clone(),
            subnets: network.subnets.len(),
        };
        let command = show("az network vnet show", &network.id).option("--query", "subnets[].name");
        let facts = [Fact::Cluster(fact)];
        Some(Draft::new(FindingId::PoolSubnetUnreadable, cluster.id.as_str(), facts).command(command))
    };
    unplaced.into_iter().filter_map(draft).collect()
}

fn why_unreadable(context: &Context<'_>, subnet: &ResourceId) -> WhyUnreadable {
    let Some(network) = subnet.parent() else { return WhyUnreadable::NoNetwork };
    if context.inventory.virtual_networks.iter().any(|vnet| vnet.id == network) {
        return WhyUnreadable::NotInNetwork(network);
    }
    let about = context.reading.gaps().find(|entry| {
        entry.what == What::VirtualNetwork && entry.scope_id.eq_ignore_ascii_case(network.as_str())
    });
    match about.map(|entry| entry.status) {
        Some(ReadStatus::Denied) => WhyUnreadable::Denied(network),
        Some(ReadStatus::NotFound) => WhyUnreadable::NoSuchNetwork(network),
        _ => WhyUnreadable::NotRead(network),
    }
}

fn unreadable_prefixes(cluster: &Cluster) -> Option<Draft> {
    let ranges = [
        (PrefixKind::PodCidr, &cluster.network.pod_cidrs.unreadable),
        (PrefixKind::ServiceCidr, &cluster.network.service_cidrs.unreadable),
    ];
    let unreadable = ranges.into_iter().filter(|(_, texts)| !texts.is_empty());
    let facts: Vec<Fact> =
        unreadable.map(|(kind, texts)| Fact::UnreadablePrefixes(kind, texts.clone())).collect();
    let query = "networkProfile.[podCidr, podCidrs, serviceCidr, serviceCidrs]";
    let command = show("az aks show", &cluster.id).option("--query", query);
    (!facts.is_empty())
        .then(|| Draft::new(FindingId::UnreadablePrefix, cluster.id.as_str(), facts).command(command))
}
