//! Limits beyond the subnet, what AKS itself would refuse, and pools that waste what they hold.

use super::{Context, Draft, show};
use crate::{
    assess::{
        audit::{
            ClusterRow, Fact,
            LimitFact::{self, Addresses, Breach, Nodes, Refusals, WastefulMaxPods},
        },
        outlook::{Fix, Limit, LimitRow, NetworkLimit, NetworkLimitKind, Shortfall, Stage},
    },
    inventory::ResourceId,
    rules::FindingId,
    shell::Command,
};

/// What decides how many nodes the pools of a cluster may have.
const POOLS: &str =
    "agentPoolProfiles[].{pool: name, count: count, maxCount: maxCount, maxSurge: upgradeSettings.maxSurge}";

pub(super) fn drafts(context: &Context<'_>) -> Vec<Draft> {
    let audit = context.audit;
    let mut drafts: Vec<Draft> = audit.limits().filter_map(|row| limit(context, row)).collect();
    drafts.extend(audit.network_limits().filter_map(|row| network(context, row)));
    drafts.extend(audit.clusters.iter().filter_map(|one| refusals(context, &one.row)));
    drafts.extend(audit.node_pools().filter_map(|row| {
        let breach = row.ahead.breach?;
        Some(of_pool(FindingId::NodeLimit, &row.cluster_id, &row.name, Breach(breach)))
    }));
    drafts.extend(audit.clusters.iter().flat_map(|one| &one.row.fixes).filter_map(waste));
    drafts
}

fn limit(context: &Context<'_>, row: &LimitRow) -> Option<Draft> {
    let rule = match row.limit {
        Limit::PodCidr => FindingId::PodCidrShort,
        Limit::RouteTable => FindingId::RouteTableFull,
        Limit::ClusterNodes => FindingId::ClusterNodeLimit,
        Limit::ScaleSet => FindingId::ScaleSetLimit,
        // The findings of subnets and networks say the first three, one of the pool the others; no pool surges beyond its
        // prefix, and Azure refuses more nodes.
        Limit::NodeSubnet
        | Limit::PodSubnet
        | Limit::Vnet
        | Limit::PodsPerNode
        | Limit::PublicIpPrefix
        | Limit::NodeConfigurations => {
            return None;
        }
    };
    let (capacity, nodes, most) = (row.capacity?, row.nodes?, row.scale_max_upgrade?);
    let is_reached = nodes >= capacity && nodes > 0;
    let headroom = row.headroom?;
    if !is_reached && headroom >= 0 {
        return None;
    }
    let fact = Nodes { now: nodes, most, capacity, headroom };
    let shortfall = Shortfall::Limit(row.cluster_id.clone(), row.limit, row.node_pool.clone());
    let draft = match &row.node_pool {
        Some(pool) => of_pool(rule, &row.cluster_id, pool, fact),
        None => {
            Draft::new(rule, row.cluster_id.as_str(), [Fact::Limit(fact)]).command(pools(&row.cluster_id))
        }
    };
    let draft = draft.fixes(context.audit.fixes_of(&shortfall));
    Some(if is_reached { draft } else { draft.only_possibly(context) })
}

fn network(context: &Context<'_>, row: &NetworkLimit) -> Option<Draft> {
    let rule = match row.kind {
        NetworkLimitKind::PrivateAddresses => FindingId::VnetAddressLimit,
        NetworkLimitKind::NetAppVolumes => FindingId::NetAppBasicLimit,
    };
    let fact = Addresses {
        by: row.headroom.filter(|headroom| *headroom < 0)?.unsigned_abs(),
        now: row.used,
        most: row.scale_max_upgrade,
        capacity: row.capacity,
        at_least: row.at_least,
    };
    let query =
        "{space: addressSpace.addressPrefixes, peers: virtualNetworkPeerings[].remoteVirtualNetwork.id}";
    let command = show("az network vnet show", &row.vnet_id).option("--query", query);
    let draft = Draft::new(rule, row.vnet_id.as_str(), [Fact::Limit(fact)]).command(command);
    Some(if row.used > row.capacity { draft } else { draft.only_possibly(context) })
}

/// One finding a cluster: what AKS would say today, and to a move to Overlay.
fn refusals(context: &Context<'_>, cluster: &ClusterRow) -> Option<Draft> {
    let refused = cluster.preflights.iter().filter_map(|row| Some((row.stage, row.refusal()?)));
    let refused: Vec<_> = refused.collect();
    if refused.is_empty() {
        return None;
    }
    let is_today = refused.iter().any(|(stage, _)| *stage == Stage::Today);
    let facts = [Fact::Limit(Refusals(refused))];
    let draft =
        Draft::new(FindingId::PreflightWouldRefuse, cluster.id.as_str(), facts).command(pools(&cluster.id));
    Some(if is_today { draft } else { draft.only_possibly(context) })
}

fn waste(fix: &Fix) -> Option<Draft> {
    let Shortfall::Waste(cluster, pool) = &fix.shortfall else { return None };
    let draft = of_pool(FindingId::WastefulMaxPods, cluster, pool, WastefulMaxPods);
    Some(draft.fixes(std::slice::from_ref(fix)))
}

fn of_pool(rule: FindingId, cluster: &ResourceId, pool: &str, fact: LimitFact) -> Draft {
    let command = Command::new("az aks nodepool show")
        .option("--subscription", cluster.subscription().as_str())
        .option("--resource-group", cluster.resource_group().unwrap_or_default())
        .option("--cluster-name", cluster.name())
        .option("--name", pool);
    Draft::new(rule, format!("{cluster}/agentPools/{pool}"), [Fact::Limit(fact)]).command(command)
}

fn pools(cluster: &ResourceId) -> Command {
    show("az aks show", cluster).option("--query", POOLS)
}
