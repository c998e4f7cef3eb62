//! Growth of a region, and the sizes of pools.

use super::{
    applied::{Applied, Growth},
    file::{Changes, Grow},
};
use crate::{
    assess::questions::PlanError,
    inventory::{Inventory, NodePool, PoolType, PowerState, VirtualMachineProfile},
};

fn profile(count: u32) -> Vec<VirtualMachineProfile> {
    vec![VirtualMachineProfile { size: None, count: Some(count), min_count: None }]
}

/// Gives a pool so many nodes.
pub(super) fn set_nodes(pool: &mut NodePool, nodes: u32) {
    if pool.pool_type == Some(PoolType::VirtualMachines) {
        pool.vm_status = Some(profile(nodes));
        if pool.vm_autoscale.is_empty() {
            pool.vm_manual = profile(nodes);
        }
    } else {
        pool.count = Some(nodes);
    }
}

/// Switches a pool's autoscaler on, with this maximum.
pub(super) fn set_maximum(pool: &mut NodePool, most: u32) {
    if pool.pool_type == Some(PoolType::VirtualMachines) {
        pool.vm_manual.clear();
        pool.vm_autoscale = profile(most);
    } else {
        pool.autoscaling = Some(true);
        pool.max_count = Some(most);
    }
}

/// Growth of a region: its running pools, and their autoscalers' maxima.
pub(super) fn grow(inventory: &mut Inventory, changes: &Changes, grow: &Grow) -> Result<Applied, PlanError> {
    let fold = |text: &str| text.replace(' ', "").to_ascii_lowercase();
    let location = fold(grow.location.get_ref());
    if !inventory.clusters.iter().any(|cluster| fold(&cluster.location) == location) {
        let mut known: Vec<String> =
            inventory.clusters.iter().map(|cluster| fold(&cluster.location)).collect();
        known.sort();
        known.dedup();
        let message =
            format!("no cluster is in `{}`; allowed: {}", grow.location.get_ref(), known.join(", "));
        return Err(changes.complain(&grow.location, message));
    }
    let clusters = inventory.clusters.iter_mut().filter(|c| fold(&c.location) == location && !c.is_stopped());
    let pools = clusters.flat_map(|cluster| &mut cluster.pools);
    let mut pools: Vec<&mut NodePool> =
        pools.filter(|pool| pool.power_state != Some(PowerState::Stopped) && nodes_of(pool) > 0).collect();
    let total: u64 = pools.iter().map(|pool| u64::from(nodes_of(pool))).sum();
    let by = match (grow.percent, grow.nodes) {
        (Some(percent), None) => Growth::Percent(percent),
        (None, Some(nodes)) => Growth::Nodes(nodes),
        _ => {
            return Err(
                changes.complain(&grow.location, "either `percent` or `nodes` is needed, and not both")
            );
        }
    };
    let added: Vec<u32> = match by {
        Growth::Percent(percent) => pools.iter().map(|pool| share(nodes_of(pool), percent, 100)).collect(),
        Growth::Nodes(nodes) => shares(&pools, nodes, total),
    };
    for (pool, more) in pools.iter_mut().zip(added) {
        let now = nodes_of(pool);
        set_nodes(pool, now.saturating_add(more));
        if pool.pool_type != Some(PoolType::VirtualMachines) {
            pool.max_count = pool.max_count.map(|most| most.saturating_add(more));
        } else if let Some(first) = pool.vm_autoscale.first_mut() {
            first.count = first.count.map(|most| most.saturating_add(more));
        }
    }
    Ok(Applied::Grown { location, by })
}

fn nodes_of(pool: &NodePool) -> u32 {
    match &pool.vm_status {
        Some(status) if pool.pool_type == Some(PoolType::VirtualMachines) => {
            let sum = |sum: u32, machines: &VirtualMachineProfile| Some(sum.saturating_add(machines.count?));
            status.iter().try_fold(0, sum).unwrap_or(0)
        }
        _ => pool.count.unwrap_or(0),
    }
}

/// A part of a number, rounded up.
fn share(of: u32, part: u32, whole: u64) -> u32 {
    let product = u64::from(of).saturating_mul(u64::from(part));
    u32::try_from(product.div_ceil(whole.max(1))).unwrap_or(u32::MAX)
}

/// Nodes shared out by the size of the pools: each running total is rounded, so that together they are all nodes.
fn shares(pools: &[&mut NodePool], nodes: u32, total: u64) -> Vec<u32> {
    let (mut seen, mut given) = (0u64, 0u64);
    let mut shares = Vec::with_capacity(pools.len());
    for pool in pools {
        seen += u64::from(nodes_of(pool));
        let due = seen.saturating_mul(u64::from(nodes)) / total.max(1);
        shares.push(u32::try_from(due - given).unwrap_or(u32::MAX));
        given = due;
    }
    shares
}
