//! Limits beyond the subnet, what AKS itself would refuse, and pools that waste what they hold.

use super::{Context, Draft, show, some_of};
use crate::{
    assess::{
        audit::{ClusterRow, fixes_of},
        outlook::{Fix, Limit, LimitRow, NetworkLimit, NetworkLimitKind, Shortfall, Stage},
    },
    inventory::ResourceId,
    rules::FindingId,
    shell::Command,
    words,
};

/// What decides how many nodes the pools of a cluster may have.
const POOLS: &str =
    "agentPoolProfiles[].{pool: name, count: count, maxCount: maxCount, maxSurge: upgradeSettings.maxSurge}";

pub(super) fn drafts(context: &Context<'_>) -> Vec<Draft> {
    let rows = context.rows;
    let limits = rows.clusters.iter().flat_map(|cluster| &cluster.limits);
    let mut drafts: Vec<Draft> = limits.filter_map(|row| limit(context, row)).collect();
    drafts.extend(rows.networks.iter().filter_map(|row| network(context, row)));
    drafts.extend(rows.clusters.iter().filter_map(|cluster| refusals(context, cluster)));
    drafts.extend(rows.clusters.iter().flat_map(|cluster| &cluster.pools).filter_map(|row| {
        let breach = row.ahead.breach.as_ref()?;
        Some(of_pool(FindingId::NodeLimit, &row.cluster_id, &row.name, breach))
    }));
    drafts.extend(rows.fixes.iter().filter_map(waste));
    drafts
}

fn limit(context: &Context<'_>, row: &LimitRow) -> Option<Draft> {
    let rule = match row.limit {
        Limit::PodCidr => FindingId::PodCidrShort,
        Limit::RouteTable => FindingId::RouteTableFull,
        Limit::ClusterNodes => FindingId::ClusterNodeLimit,
        Limit::ScaleSet => FindingId::ScaleSetLimit,
        // The findings of subnets and networks say the first three, one of the pool the others.
        Limit::NodeSubnet
        | Limit::PodSubnet
        | Limit::Vnet
        | Limit::PodsPerNode
        | Limit::NodeConfigurations => {
            return None;
        }
    };
    let (capacity, nodes, most) = (row.capacity?, row.nodes?, row.scale_max_upgrade?);
    let is_reached = nodes >= capacity && nodes > 0;
    if !is_reached && row.headroom? >= 0 {
        return None;
    }
    let detail = match row.headroom? {
        headroom if headroom < 0 => format!(
            "{} short: {nodes} now, {most} at autoscaler maximum while everything surges, room for {capacity}",
            words::nodes(headroom.unsigned_abs())
        ),
        _ => format!("no node more fits: {nodes} now, room for {capacity}"),
    };
    let shortfall = Shortfall::Limit(row.cluster_id.clone(), row.limit, row.node_pool.clone());
    let draft = match &row.node_pool {
        Some(pool) => of_pool(rule, &row.cluster_id, pool, &detail),
        None => Draft::new(rule, row.cluster_id.as_str(), detail).command(pools(&row.cluster_id)),
    };
    let draft = draft.fixes(fixes_of(&context.rows.fixes, &shortfall));
    Some(if is_reached { draft } else { draft.only_possibly(context) })
}

fn network(context: &Context<'_>, row: &NetworkLimit) -> Option<Draft> {
    let rule = match row.kind {
        NetworkLimitKind::PrivateAddresses => FindingId::VnetAddressLimit,
        NetworkLimitKind::NetAppVolumes => FindingId::NetAppBasicLimit,
    };
    let missing = row.headroom.filter(|headroom| *headroom < 0)?.unsigned_abs();
    let at_least = if row.at_least { "at least " } else { "" };
    let detail = format!(
        "{at_least}{} too many: {at_least}{} now, {at_least}{} at autoscaler maximum while everything surges, {} allowed",
        words::addresses(missing),
        row.used,
        row.scale_max_upgrade,
        row.capacity
    );
    let query =
        "{space: addressSpace.addressPrefixes, peers: virtualNetworkPeerings[].remoteVirtualNetwork.id}";
    let command = show("az network vnet show", &row.vnet_id).option("--query", query);
    let draft = Draft::new(rule, row.vnet_id.as_str(), detail).command(command);
    Some(if row.used > row.capacity { draft } else { draft.only_possibly(context) })
}

/// One finding a cluster: what AKS would say today, and to a move to Overlay.
fn refusals(context: &Context<'_>, cluster: &ClusterRow) -> Option<Draft> {
    let refused = || cluster.preflights.iter().filter_map(|row| Some((row.stage, row.refusal()?)));
    let words: Vec<String> = refused()
        .map(|(stage, refusal)| match stage {
            Stage::Today => format!("today: {refusal}"),
            Stage::AfterOverlay => format!("on a move to Overlay: {refusal}"),
        })
        .collect();
    if words.is_empty() {
        return None;
    }
    let detail = format!("by our reading, {}", some_of(words.iter().map(String::as_str)));
    let draft =
        Draft::new(FindingId::PreflightWouldRefuse, cluster.id.as_str(), detail).command(pools(&cluster.id));
    let is_today = refused().any(|(stage, _)| stage == Stage::Today);
    Some(if is_today { draft } else { draft.only_possibly(context) })
}

fn waste(fix: &Fix) -> Option<Draft> {
    let Shortfall::Waste(cluster, pool) = &fix.shortfall else { return None };
    let detail = "its maxPods is not a multiple of 16 less one";
    Some(of_pool(FindingId::WastefulMaxPods, cluster, pool, detail).fixes(std::slice::from_ref(fix)))
}

fn of_pool(rule: FindingId, cluster: &ResourceId, pool: &str, detail: &str) -> Draft {
    let command = Command::new("az aks nodepool show")
        .option("--subscription", cluster.subscription().as_str())
        .option("--resource-group", cluster.resource_group().unwrap_or_default())
        .option("--cluster-name", cluster.name())
        .option("--name", pool);
    Draft::new(rule, format!("{cluster}/agentPools/{pool}"), detail).command(command)
}

fn pools(cluster: &ResourceId) -> Command {
    show("az aks show", cluster).option("--query", POOLS)
}
