//! What a projection can't count exactly: addresses that may come beside pools, bounds, and addresses nobody can use.

use std::collections::{BTreeSet, HashSet};

use crate::{
    assess::{
        estate::{ClusterFacts, Entry, Estate, PoolFacts, SubnetFacts, attribution::Holder},
        outlook::{
            part::SubnetPart,
            projection::Forecast,
            reason::{Between, Reason},
            scenario::Scenario,
        },
        usage::Usage,
    },
    inventory::{Cluster, OwnerKind, ResourceId},
    ipam::{
        IpamMode, application_gateway_addresses,
        limits::{POD_BATCH, POD_BLOCK_STATIC_PREFIX},
        static_waste, usable_of_length,
    },
    rules::{Minor, SMALLER_SURGE_FROM},
};

/// How a projection relates to the truth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProjectionBasis {
    /// It follows from figures that are known.
    Exact,
    /// It will be at least this.
    LowerBound,
    /// It will be at most this.
    UpperBound,
    /// Some of it is a lower bound, some an upper one.
    Mixed,
}

impl ProjectionBasis {
    /// The word the reports use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::LowerBound => "lower-bound",
            Self::UpperBound => "upper-bound",
            Self::Mixed => "mixed",
        }
    }
}

/// Addresses that may come beside pools, and what they are (rule A5).
pub(crate) fn other_growth(estate: &Estate<'_>, subnet: &SubnetFacts<'_>) -> (u64, Vec<SubnetPart>) {
    let mut parts = Vec::new();
    let mut sum = 0u64;
    for gateway in subnet.gateways() {
        let Some(instances) = gateway.max_capacity.or(gateway.capacity) else { continue };
        let instances = if gateway.subnets.contains(subnet.id) { instances } else { 0 };
        let most = application_gateway_addresses(instances, gateway.private_frontends.contains(subnet.id));
        let listed =
            |kind: &OwnerKind, id: &ResourceId| *kind == OwnerKind::ApplicationGateway && *id == gateway.id;
        let entries = subnet.entries.iter().filter(|e| listed(&e.count.owner.kind, &e.count.owner.id));
        let held: u64 = entries.map(|entry| entry.count.addresses).sum();
        sum = sum.saturating_add(most.saturating_sub(held));
        parts.push(SubnetPart::Gateway { id: gateway.id.clone(), most, listed: held });
    }
    let mut clusters: Vec<usize> = subnet.node_pools().iter().map(|key| key.cluster).collect();
    clusters.sort_unstable();
    clusters.dedup();
    for place in clusters {
        let Some(cluster) = estate.clusters.get(place).map(|facts| facts.cluster) else { continue };
        if endpoint_returns(cluster, subnet, place) {
            sum = sum.saturating_add(1);
            parts.push(SubnetPart::Endpoint { cluster_id: cluster.id.clone() });
        }
    }
    (sum, parts)
}

/// Whether the private endpoint of a stopped cluster may come back here: it does so with the start, possibly in
/// another subnet of the cluster. <https://learn.microsoft.com/azure/aks/start-stop-cluster>
fn endpoint_returns(cluster: &Cluster, subnet: &SubnetFacts<'_>, place: usize) -> bool {
    let is_private =
        cluster.api_server.private_cluster == Some(true) && cluster.api_server.vnet_integration != Some(true);
    if !(cluster.is_stopped() && is_private) {
        return false;
    }
    let is_listed = subnet.entries.iter().any(|entry| {
        entry.count.owner.kind == OwnerKind::PrivateEndpoint
            && matches!(entry.holder, Holder::Cluster { cluster, .. } if cluster == place)
    });
    !is_listed
}

/// Whether the projection is exact, and why not.
pub(crate) fn basis(
    estate: &Estate<'_>,
    subnet: &SubnetFacts<'_>,
    usage: &Usage,
) -> (ProjectionBasis, Vec<Reason>) {
    let mut lower = Vec::new();
    let mut upper = Vec::new();
    let mut seen = HashSet::new();
    for key in subnet.node_pools().iter().chain(subnet.pod_pools()) {
        let Some((cluster, pool)) = estate.pool(*key) else { continue };
        let id = &cluster.cluster.id;
        if seen.insert((key.cluster, None)) && cluster.cluster.has_node_auto_provisioning() {
            lower.push(Reason::AutoProvisioned(id.clone()));
        }
        if !seen.insert((key.cluster, Some(key.pool))) {
            continue;
        }
        if pool.counts.stopped && pool.counts.configured == Some(0) {
            lower.push(Reason::StoppedWithoutSize(Box::new((id.clone(), pool.pool.name.clone()))));
        }
        upper.extend(between(cluster, pool));
    }
    lower.extend(uncounted(estate, subnet));
    lower.extend(unread_pools(estate, subnet));
    if !subnet.api_servers().is_empty() {
        lower.push(Reason::ApiServerFloor);
    }
    if !subnet.hosted().is_empty() {
        lower.push(Reason::HostedNodes);
    }
    if usage.unread > 0 {
        lower.push(Reason::PoolsOfUnread);
    }
    if usage.used > usage.used_low {
        upper.push(Reason::PodsAtMost);
    }
    let basis = match (lower.is_empty(), upper.is_empty()) {
        (true, true) => ProjectionBasis::Exact,
        (false, true) => ProjectionBasis::LowerBound,
        (true, false) => ProjectionBasis::UpperBound,
        (false, false) => ProjectionBasis::Mixed,
    };
    lower.extend(upper);
    (basis, lower)
}

/// Whether a pool has other nodes than are wanted of it.
fn between(cluster: &ClusterFacts<'_>, pool: &PoolFacts<'_>) -> Option<Reason> {
    let (wanted, there) = pool.counts.wanted.zip(pool.counts.there).filter(|(a, b)| a != b)?;
    let (cluster_id, node_pool) = (cluster.cluster.id.clone(), pool.pool.name.clone());
    Some(Reason::Between(Box::new(Between { cluster_id, node_pool, wanted, there })))
}

/// Nodes here that no pool of their cluster counts.
fn uncounted(estate: &Estate<'_>, subnet: &SubnetFacts<'_>) -> Vec<Reason> {
    let places: BTreeSet<usize> = subnet.entries.iter().filter_map(Entry::uncounted_of).collect();
    let of = |place: usize| {
        let cluster = estate.clusters.get(place)?;
        Some(Reason::Uncounted(Box::new((cluster.cluster.id.clone(), subnet.uncounted(place)))))
    };
    places.into_iter().filter_map(of).collect()
}

/// Gateway pools here whose public IP prefix has no address for all of their surge nodes.
pub(crate) fn prefix_ends(estate: &Estate<'_>, subnet: &SubnetFacts<'_>) -> impl Iterator<Item = Reason> {
    subnet.node_pools().iter().filter_map(|key| {
        let (cluster, pool) = estate.pool(*key)?;
        let (most, nodes) = (pool.counts.ceiling?, pool.counts.wanted?);
        let is_cut = pool.surge_of(nodes)? < pool.surge?.surge(nodes);
        let of = || Box::new((cluster.cluster.id.clone(), pool.pool.name.clone(), most));
        is_cut.then(|| Reason::PrefixEnds(of()))
    })
}

/// Clusters here whose surge AKS makes smaller by itself, where some upgrade does not fit.
pub(crate) fn smaller_surge(
    estate: &Estate<'_>,
    subnet: &SubnetFacts<'_>,
    forecast: &Forecast,
) -> impl Iterator<Item = Reason> {
    let upgrades = [Scenario::Upgrade, Scenario::UpgradeAll, Scenario::ScaleMaxUpgrade];
    let is_short = upgrades.into_iter().any(|scenario| forecast.fits(scenario) == Some(false));
    let surging = subnet.node_pools().iter().filter(move |key| {
        let surge = |(_, pool): (_, &PoolFacts<'_>)| pool.surge_of(pool.counts.scale_max?);
        is_short && estate.pool(**key).and_then(surge) > Some(1)
    });
    let places: BTreeSet<usize> = surging.map(|key| key.cluster).collect();
    let clusters =
        places.into_iter().filter_map(|place| estate.clusters.get(place)).map(|facts| facts.cluster);
    let falls_back = |cluster: &&Cluster| {
        let version = cluster.kubernetes_version.as_deref().and_then(|version| version.parse::<Minor>().ok());
        version.is_some_and(|version| version >= SMALLER_SURGE_FROM)
    };
    clusters.filter(falls_back).map(|cluster| Reason::SmallerSurge(cluster.id.clone()))
}

/// Clusters here of which some pools could not be read, so that what those will need is not in the sums.
fn unread_pools(estate: &Estate<'_>, subnet: &SubnetFacts<'_>) -> Vec<Reason> {
    let of_pools = subnet.node_pools().iter().chain(subnet.pod_pools()).map(|key| key.cluster);
    let holders = subnet.entries.iter().filter_map(|entry| match entry.holder {
        Holder::Cluster { cluster, .. } => Some(cluster),
        Holder::UnreadCluster | Holder::Other => None,
    });
    let places: BTreeSet<usize> = of_pools.chain(holders).collect();
    let clusters =
        places.into_iter().filter_map(|place| estate.clusters.get(place)).map(|facts| facts.cluster);
    let unread = clusters.filter(|cluster| !cluster.pools_known);
    unread.map(|cluster| Reason::UnreadPools(cluster.id.clone())).collect()
}

/// Addresses of a pod subnet that no pod can get, by estimate: incomplete batches of 16, /28 blocks spoiled by the
/// five reserved addresses, and blocks that maxPods leaves partly unused.
/// <https://github.com/Azure/AKS/issues/4035>,
/// <https://learn.microsoft.com/azure/aks/concepts-network-azure-cni-pod-subnet>
pub(crate) fn stranded(estate: &Estate<'_>, subnet: &SubnetFacts<'_>, usable: u64) -> (u64, Vec<SubnetPart>) {
    let pools: Vec<_> = subnet.pod_pools().iter().filter_map(|key| estate.pool(*key)).collect();
    let has = |mode: IpamMode| pools.iter().any(|(_, pool)| pool.mode == mode);
    let (mut sum, mut parts) = (0u64, Vec::new());
    let mut add = |addresses: u64, part: SubnetPart| {
        if addresses > 0 {
            sum = sum.saturating_add(addresses);
            parts.push(part);
        }
    };
    if has(IpamMode::PodSubnetStatic) {
        let prefixes = subnet.read.iter().flat_map(|(_, read)| read.prefixes.v4());
        let spoiled = prefixes
            .map(|prefix| usable_of_length(prefix.length()) - clean_block_addresses(prefix.length()))
            .sum();
        add(spoiled, SubnetPart::OutsideBlocks(spoiled));
        for (cluster, pool) in pools.iter().filter(|(_, pool)| pool.mode == IpamMode::PodSubnetStatic) {
            let addresses =
                pool.max_pods.map_or(0, static_waste).saturating_mul(pool.counts.there.unwrap_or(0));
            let (cluster_id, node_pool) = (cluster.cluster.id.clone(), pool.pool.name.clone());
            add(addresses, SubnetPart::UnusedInBlocks { cluster_id, node_pool, addresses });
        }
    } else if has(IpamMode::PodSubnetDynamic) {
        let beyond = usable % POD_BATCH;
        add(beyond, SubnetPart::BeyondBatches(beyond));
    }
    (sum, parts)
}

/// Addresses in whole aligned /28 blocks that hold no reserved address: all but the first and the last block.
fn clean_block_addresses(length: u8) -> u64 {
    POD_BLOCK_STATIC_PREFIX.checked_sub(length).map_or(0, |bits| (1u64 << bits).saturating_sub(2) * POD_BATCH)
}
