//! Limits beyond the subnet, what AKS itself would refuse, and pools that waste what they hold.

use super::{Context, Draft, show};
use crate::{
    assess::{
        audit::{
            ClusterRow, Fact,
            LimitFact::{self, Addresses, Breach, Nodes, PolicyManager, Refusals, WastefulMaxPods},
        },
        outlook::{Fix, Limit, LimitRow, NetworkLimit, NetworkLimitKind, Shortfall, Stage},
    },
    inventory::ResourceId,
    ipam::limits::POLICY_MANAGER_NODES,
    rules::FindingId,
    shell::Command,
};

/// What decides how many nodes the pools of a cluster may have.
const POOLS: &str =
    "agentPoolProfiles[].{pool: name, count: count, maxCount: maxCount, maxSurge: upgradeSettings.maxSurge}";

pub(super) fn drafts(context: &Context<'_>) -> Vec<Draft> {
    let audit = context.audit;
    let mut drafts: Vec<Draft> = audit.limits().filter_map(|row| limit(context, row)).collect();
    drafts.extend(audit.clusters.iter().filter_map(|one| policy_manager(context, &one.row)));
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

/// Linux nodes of a cluster with Azure NPM, now or at their maxima.
/// <https://learn.microsoft.com/azure/aks/use-network-policies>
fn policy_manager(context: &Context<'_>, row: &ClusterRow) -> Option<Draft> {
    let is =
        |value: &Option<String>, word: &str| value.as_deref().is_some_and(|v| v.eq_ignore_ascii_case(word));
    if !is(&row.network_policy, "azure") {
        return None;
    }
    let linux = || row.pools.iter().filter(|pool| !is(&pool.os_type, "Windows"));
    let now: u64 = linux().map(|pool| pool.nodes).sum::<Option<u64>>()?;
    let most: u64 = linux().map(|pool| pool.nodes_scale_max).sum::<Option<u64>>()?;
    let capacity = POLICY_MANAGER_NODES;
    if now.max(most) <= capacity {
        return None;
    }
    let facts = [Fact::Limit(PolicyManager { now, most, capacity })];
    let draft = Draft::new(FindingId::PolicyManagerLimit, row.id.as_str(), facts).command(pools(&row.id));
    Some(if now > capacity { draft } else { draft.only_possibly(context) })
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

#[cfg(test)]
mod tests {
    use crate::{
        assess::{
            assess,
            options::Severity,
            testing::{Network, autoscaled, cluster, estate, options, subnet, subnet_id, vnet},
        },
        inventory::{
            NetworkPolicy::{self, Azure, Calico},
            NodePool, OsType,
        },
    };

    #[test]
    fn azure_npm_is_supported_for_so_many_linux_nodes() {
        let with_engine = |nodes: u32, most: u32, engine: NetworkPolicy, os: OsType| {
            let pool = NodePool { os_type: Some(os), ..autoscaled("a", nodes, 1, most) };
            let mut one = cluster("one", Network::Overlay);
            one.network.policy = Some(engine);
            one.pools = vec![NodePool { node_subnet_id: Some(subnet_id("v", "nodes")), ..pool }];
            let nodes = vec![subnet("nodes", "10.0.0.0/16", vec![])];
            assess(&estate(vec![one], vec![vnet("v", &["10.0.0.0/16"], nodes)]), &options())
        };
        let severity = |nodes, most, engine, os| {
            let audit = with_engine(nodes, most, engine, os);
            let mut open = audit.open().filter(|finding| finding.rule_id.as_str() == "policy-manager-limit");
            open.next().map(|finding| finding.severity)
        };
        assert_eq!(severity(250, 250, Azure, OsType::Linux), None);
        assert_eq!(severity(251, 251, Azure, OsType::Linux), Some(Severity::Medium));
        assert_eq!(severity(10, 300, Azure, OsType::Linux), Some(Severity::Low));
        assert_eq!(severity(300, 300, Calico, OsType::Linux), None);
        assert_eq!(severity(300, 300, Azure, OsType::Windows), None);
    }
}
