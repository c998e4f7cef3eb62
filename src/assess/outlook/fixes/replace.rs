//! Fixes that replace a pool: with fewer pods a node, or in a new subnet.

use super::{Change, Fix, Shortfall, Solution, settings::Target};
use crate::{
    assess::{
        estate::{ClusterFacts, PoolFacts, attribution::Holder},
        outlook::{
            projection::{Demand, Forecast},
            scenario::Scenario,
        },
        usage::Usage,
    },
    ipam::{
        Bounds, IpamMode, addresses_per_node,
        limits::{MAX_PODS_PER_NODE, MIN_PODS_PER_NODE, MIN_PODS_PER_POOL, POD_BATCH},
        smallest_subnet_for, static_blocks, static_waste,
    },
};

/// The most pods a node of one replaced pool may have for the scenario to fit; the pool that takes most goes first.
pub(super) fn with_fewer_pods(target: &Target<'_, '_>, place: usize, usage: &Usage) -> Option<Solution> {
    let order = target.by(peak);
    order.into_iter().find_map(|at| {
        let demand = target.forecast.demands.get(at)?;
        let (cluster, pool) = target.replaceable(demand)?;
        let (without, nodes) = (without(target, at, place, usage)?, demand.wanted?);
        candidates(pool).into_iter().find_map(|max_pods| {
            let is_enough = u64::from(max_pods).saturating_mul(nodes.max(1)) >= MIN_PODS_PER_POOL;
            let per_node = per_node(pool, place, max_pods).filter(|_| is_enough)?;
            let held = per_node.times(nodes);
            let mut changed = without.clone();
            changed.used = changed.used?.checked_add(held.high);
            changed.used_low = changed.used_low?.checked_add(held.low);
            changed.demands.push(Demand { per_node: Some(per_node), there: Some(nodes), ..*demand });
            let (cluster_id, node_pool) = (cluster.cluster.id.clone(), pool.pool.name.clone());
            target
                .solution(&changed, vec![Change::ReplaceWithMaxPods { cluster_id, node_pool, to: max_pods }])
        })
    })
}

/// Numbers of pods below the pool's own that waste no address of a batch or block, the most first.
fn candidates(pool: &PoolFacts<'_>) -> Vec<u32> {
    let Some(most) = pool.max_pods else { return Vec::new() };
    let lower = (MIN_PODS_PER_NODE..most.min(MAX_PODS_PER_NODE + 1)).rev();
    lower
        .filter(|pods| match pool.mode {
            IpamMode::NodeSubnet => true,
            IpamMode::PodSubnetStatic => static_waste(*pods) == 0,
            IpamMode::PodSubnetDynamic => u64::from(*pods) % POD_BATCH == 0,
            _ => false,
        })
        .collect()
}

/// What a node of the pool takes in this subnet with another maxPods.
fn per_node(pool: &PoolFacts<'_>, place: usize, max_pods: u32) -> Option<Bounds> {
    let per_node = addresses_per_node(pool.mode, Some(max_pods))?;
    let nodes = Bounds::exactly(if pool.node_subnet == Some(place) { per_node.node_subnet } else { 0 });
    if pool.pod_subnet == Some(place) {
        per_node.pod_subnet.map(|pods| nodes.plus(pods))
    } else {
        Some(nodes)
    }
}

/// A new subnet in the same network for the pool whose move needs the smallest one.
///
/// Not where a pool of the cluster lives in the managed network, which Azure refuses
/// (<https://github.com/MicrosoftDocs/azure-docs/issues/116169>, K-14).
pub(super) fn in_new_subnet(target: &Target<'_, '_>, place: usize, usage: &Usage) -> Option<Solution> {
    let subnet = target.estate.subnets.get(place)?;
    let (vnet, _) = subnet.read?;
    let mut moves: Vec<(u64, usize)> =
        target.forecast.demands.iter().enumerate().map(|(at, demand)| (peak(demand), at)).collect();
    moves.sort_unstable();
    moves.into_iter().find_map(|(need, at)| {
        let demand = target.forecast.demands.get(at)?;
        let (cluster, pool) = target.replaceable(demand)?;
        let is_own = cluster.pools.iter().all(|pool| pool.pool.node_subnet_id.is_some());
        let is_apart = pool.node_subnet != pool.pod_subnet;
        let changed = without(target, at, place, usage).filter(|_| is_own && is_apart)?;
        let length = smallest_subnet_for(need.checked_add(spoiled(pool, place))?)?;
        let change = Change::MoveToNewSubnet {
            cluster_id: cluster.cluster.id.clone(),
            node_pool: pool.pool.name.clone(),
            vnet_id: vnet.id.clone(),
            for_pods: pool.pod_subnet == Some(place),
            length,
            block: None,
            shared: false,
        };
        target.solution(&changed, vec![change])
    })
}

/// Addresses of a new pod subnet that are in no whole /28 block: the first and the last block hold reserved ones.
fn spoiled(pool: &PoolFacts<'_>, place: usize) -> u64 {
    let has_blocks = pool.mode == IpamMode::PodSubnetStatic && pool.pod_subnet == Some(place);
    if has_blocks { 2 * POD_BATCH - crate::ipam::limits::RESERVED_PER_PREFIX } else { 0 }
}

/// What the pool takes at its maximum while it surges.
fn peak(demand: &Demand) -> u64 {
    let nodes = demand.nodes(Scenario::ScaleMaxUpgrade).unwrap_or(0);
    let surge = demand.surging(Scenario::ScaleMaxUpgrade).unwrap_or(0);
    demand.per_node.map_or(0, |per_node| per_node.times(nodes.saturating_add(surge)).high)
}

/// The forecast without a pool and what it holds here, both of what ARM lists and of what is modelled.
fn without(target: &Target<'_, '_>, at: usize, place: usize, usage: &Usage) -> Option<Forecast> {
    let mut demands = target.forecast.demands.clone();
    let key = demands.get(at)?.key;
    demands.remove(at);
    let holder = Holder::Cluster { cluster: key.cluster, pool: Some(key.pool) };
    let entries = &target.estate.subnets.get(place)?.entries;
    let own: u64 = entries.iter().filter(|e| e.holder == holder).map(|e| e.count.addresses).sum();
    let listed = usage.listed.saturating_sub(own);
    let others =
        usage.modelled.iter().filter(|part| (part.cluster, part.pool) != (key.cluster, Some(key.pool)));
    let modelled =
        others.map(|part| part.addresses).try_fold(Bounds::default(), |sum, next| Some(sum.plus(next?)))?;
    Some(Forecast {
        used: Some(modelled.high.max(listed)),
        used_low: Some(modelled.low.max(listed)),
        demands,
        ..target.forecast.clone()
    })
}

/// For pools with static blocks that maxPods leaves partly unused: the maxPods, for the pool that replaces it, that
/// uses the same blocks whole (G-25). <https://learn.microsoft.com/azure/aks/concepts-network-azure-cni-pod-subnet>
pub(super) fn without_waste(cluster: &ClusterFacts<'_>) -> Vec<Fix> {
    let wasteful = cluster.pools.iter().filter_map(|pool| {
        let max_pods =
            pool.max_pods.filter(|pods| pool.mode == IpamMode::PodSubnetStatic && static_waste(*pods) > 0)?;
        let whole = u32::try_from(POD_BATCH * static_blocks(max_pods) - 1).ok()?;
        // A /28 more than 250 pods can fill is best left out.
        let to = if whole <= MAX_PODS_PER_NODE { whole } else { whole - u32::try_from(POD_BATCH).ok()? };
        let (cluster_id, node_pool) = (cluster.cluster.id.clone(), pool.pool.name.clone());
        Some(Fix {
            shortfall: Shortfall::Waste(cluster_id.clone(), node_pool.clone()),
            changes: vec![Change::ReplaceWithMaxPods { cluster_id, node_pool, to }],
            headroom: None,
            unseen: Vec::new(),
        })
    });
    wasteful.collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn two_blocks_of_a_pod_subnet_are_spoiled_whatever_its_size() {
        for length in 20..=27u8 {
            let usable = crate::ipam::usable_of_length(length);
            assert_eq!(usable - 27, ((1 << (28 - length)) - 2) * 16, "/{length}");
        }
    }
}
