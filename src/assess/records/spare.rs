//! Subnets that are larger than their pools will ever need.

use crate::{
    assess::{
        audit::{Spare, SubnetRow},
        estate::{Estate, PoolFacts, SubnetFacts},
        outlook::ProjectionBasis,
    },
    ipam::{
        IpamMode,
        limits::{POD_BATCH, RESERVED_PER_PREFIX},
        smallest_subnet_for,
    },
    rules::OVER_PROVISIONED_SHARE,
};

/// What could be given back of a subnet that pools of read clusters use, where even at its maximum, while everything
/// surges, it stays under the share of the catalogue. Not where the projection is a lower bound, and not of an
/// API-server subnet, whose nine addresses a cluster are a floor.
pub(super) fn spare(estate: &Estate<'_>, facts: &SubnetFacts<'_>, row: &SubnetRow) -> Option<Spare> {
    let (_, read) = facts.read?;
    let mut pools = facts.node_pools().iter().chain(facts.pod_pools()).filter_map(|key| estate.pool(*key));
    // The space of a managed network is nobody's plan: AKS chose it, and no other network lacks it.
    let is_managed = pools.clone().any(|(_, pool)| pool.node_subnet_inferred);
    let is_bounded = matches!(row.ahead.basis, Some(ProjectionBasis::Exact | ProjectionBasis::UpperBound));
    if !is_bounded || is_managed || pools.next().is_none() || !facts.api_servers().is_empty() {
        return None;
    }
    // ARM may list less than is planned for a node; a smaller subnet must hold the plan.
    let planned = planned(estate, facts)?.checked_add(row.used_other?)?;
    let most = row.ahead.projected.scale_max_upgrade?.max(planned);
    let need = most.checked_add(row.ahead.other_growth?)?;
    if need.checked_mul(100)? >= row.usable?.checked_mul(OVER_PROVISIONED_SHARE)? {
        return None;
    }
    let enough = smallest_subnet_for(need.checked_add(spoiled(estate, facts))?)?;
    let held: u64 = read.prefixes.v4().filter_map(|prefix| u64::try_from(prefix.size()).ok()).sum();
    let addresses = held.saturating_sub(1 << (32 - u32::from(enough.min(32))));
    (addresses > 0).then_some(Spare { enough, addresses })
}

/// What the pools take at their maximum while all of them surge, by the planning figures.
fn planned(estate: &Estate<'_>, facts: &SubnetFacts<'_>) -> Option<u64> {
    let nodes = facts.node_pools().iter().map(|key| (key, false));
    nodes.chain(facts.pod_pools().iter().map(|key| (key, true))).try_fold(0u64, |sum, (key, is_pods)| {
        let (_, pool) = estate.pool(*key)?;
        let (most, per_node) = (pool.counts.scale_max?, pool.per_node?);
        let each = if is_pods { per_node.pod_subnet?.high } else { pool.in_node_subnet(per_node) };
        sum.checked_add(each.checked_mul(most.checked_add(pool.surge_of(most)?)?)?)
    })
}

/// Addresses of the smaller subnet that no static block can use: the first and the last block hold reserved ones.
fn spoiled(estate: &Estate<'_>, facts: &SubnetFacts<'_>) -> u64 {
    let is_static = |(_, pool): (_, &PoolFacts<'_>)| pool.mode == IpamMode::PodSubnetStatic;
    let has_blocks = facts.pod_pools().iter().filter_map(|key| estate.pool(*key)).any(is_static);
    if has_blocks { 2 * POD_BATCH - RESERVED_PER_PREFIX } else { 0 }
}
