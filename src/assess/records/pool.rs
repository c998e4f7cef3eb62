//! The row of a node pool.

use crate::{
    assess::{
        audit::{NodePoolRow, PoolAhead},
        estate::{ClusterFacts, Estate, PoolFacts},
    },
    inventory::VirtualMachineProfile,
};

/// The row of a pool.
pub(crate) fn row(
    estate: &Estate<'_>,
    cluster: &ClusterFacts<'_>,
    facts: &PoolFacts<'_>,
    ahead: PoolAhead,
) -> NodePoolRow {
    let pool = facts.pool;
    let subnet_id =
        |place: Option<usize>| place.and_then(|p| estate.subnets.get(p)).map(|subnet| subnet.id.clone());
    let pods = facts.per_node.and_then(|per_node| per_node.pod_subnet);
    NodePoolRow {
        cluster_id: cluster.cluster.id.clone(),
        name: pool.name.clone(),
        mode: pool.mode.as_ref().map(ToString::to_string),
        pool_type: pool.pool_type.as_ref().map(ToString::to_string),
        os_type: pool.os_type.as_ref().map(ToString::to_string),
        os_sku: pool.os_sku.clone(),
        vm_size: pool.vm_size.clone().or_else(|| sizes(facts)),
        power_state: pool.power_state.as_ref().map(ToString::to_string),
        ipam_mode: facts.mode,
        nodes: facts.counts.wanted,
        nodes_configured: facts.counts.configured,
        min_count: facts.counts.autoscaler_min,
        max_count: facts.counts.autoscaler_max,
        max_surge: pool.max_surge.clone(),
        surge_nodes: facts.counts.wanted.and_then(|nodes| facts.surge_of(nodes)),
        max_pods: facts.max_pods.map(u64::from),
        max_pods_assumed: facts.max_pods_assumed,
        ips_per_node: facts.per_node.map(|per_node| per_node.node_subnet),
        ips_per_node_observed: facts.holding.and_then(|holding| holding.per_node),
        pod_ips_per_node_low: pods.map(|bounds| bounds.low),
        pod_ips_per_node_high: pods.map(|bounds| bounds.high),
        node_subnet_id: subnet_id(facts.node_subnet),
        node_subnet_inferred: facts.node_subnet_inferred,
        pod_subnet_id: subnet_id(facts.pod_subnet),
        nodes_scale_max: facts.counts.scale_max,
        nodes_holding: facts.counts.there,
        provisioning_state: pool.provisioning_state.clone(),
        ahead,
    }
}

/// The machine sizes of a pool of single machines, each once.
fn sizes(facts: &PoolFacts<'_>) -> Option<String> {
    let pool = facts.pool;
    let profiles = pool.vm_status.iter().flatten().chain(&pool.vm_manual).chain(&pool.vm_autoscale);
    let mut sizes: Vec<&str> =
        profiles.filter_map(|profile: &VirtualMachineProfile| profile.size.as_deref()).collect();
    sizes.sort_unstable();
    sizes.dedup();
    (!sizes.is_empty()).then(|| sizes.join(";"))
}
