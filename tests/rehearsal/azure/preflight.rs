//! What Azure checks before an operation begins that makes nodes anew or adds some.

use super::{Refusal, refuse, versions};
use crate::world::{Pool, Prefix, Shelf, World, list, lower, text};

const STATE: &str = "https://github.com/Azure/AKS/issues/3439";
const STOPPED: &str = "https://learn.microsoft.com/azure/aks/start-stop-cluster";
const FULL: &str = "https://learn.microsoft.com/azure/aks/use-network-policies";
const SIZE: &str = "https://learn.microsoft.com/troubleshoot/azure/azure-kubernetes/error-codes/insufficientsubnetsize-error";
const IMAGE: &str = "https://github.com/Azure/AKS/releases";

/// The cluster takes an operation: it runs, and nothing failed or is under way.
pub(super) fn is_ready(world: &World, cluster: &str) -> Result<(), Refusal> {
    is_running(world, cluster)?;
    let Some(document) = world.get(Shelf::Cluster, cluster) else { return super::not_found(cluster) };
    let state = text(document, "/properties/provisioningState").unwrap_or("Succeeded");
    if state != "Succeeded" {
        return refuse("OperationNotAllowed", STATE, format!("the cluster is in state {state}"));
    }
    match Pool::all(document).iter().find(|pool| !matches!(pool.state.as_str(), "" | "Succeeded")) {
        Some(pool) => {
            refuse("OperationNotAllowed", STATE, format!("pool {} is in state {}", pool.name, pool.state))
        }
        None => Ok(()),
    }
}

/// The cluster is not stopped.
pub(super) fn is_running(world: &World, cluster: &str) -> Result<(), Refusal> {
    let document = world.get(Shelf::Cluster, cluster);
    match document.and_then(|one| text(one, "/properties/powerState/code")) {
        Some(code) if !code.eq_ignore_ascii_case("Running") => {
            refuse("OperationNotAllowed", STOPPED, "a stopped cluster can only be started or deleted")
        }
        _ => Ok(()),
    }
}

/// The subnets have room for the nodes that re-imaging these pools adds, at what a node costs now, all at once; and each
/// pool's image is still there.
pub(super) fn can_reimage(world: &World, cluster: &str, pools: &[Pool]) -> Result<(), Refusal> {
    let mut needs: Vec<(String, u64)> = Vec::new();
    for pool in pools.iter().filter(|pool| pool.is_running) {
        if !versions::image_exists(pool) {
            return refuse(
                "ImageNotFound",
                IMAGE,
                format!("the image of pool {} ({}) was removed", pool.name, pool.image),
            );
        }
        let Some(subnet) = world.subnet_of(cluster, pool).map(|id| lower(&id)) else { continue };
        let nodes = pool.count.max(world.machines(cluster, pool).len() as u64);
        let need = pool.surge(nodes) * world.cost(cluster, pool);
        match needs.iter_mut().find(|(id, _)| *id == subnet) {
            Some((_, sum)) => *sum += need,
            None => needs.push((subnet, need)),
        }
    }
    for (subnet, need) in needs {
        has_room(world, &subnet, need)?;
    }
    Ok(())
}

/// A subnet has so many free addresses.
pub(super) fn has_room(world: &World, subnet: &str, need: u64) -> Result<(), Refusal> {
    let Some((usable, held)) = world.room(subnet) else { return Ok(()) };
    let free = usable.saturating_sub(held);
    if need > free {
        return refuse(
            "SubnetIsFull",
            FULL,
            format!("{need} addresses are wanted, {free} are free in {subnet}"),
        );
    }
    Ok(())
}

/// With Overlay every node has a /24 of the pod CIDR and an address of its subnet, up to the autoscaler's maximum.
pub(super) fn fits_overlay(world: &World, cluster: &str, pods: Prefix) -> Result<(), Refusal> {
    let Some(document) = world.get(Shelf::Cluster, cluster) else { return super::not_found(cluster) };
    let pools = Pool::all(document);
    let nodes: u64 = pools.iter().map(Pool::most).sum();
    if nodes * 256 > pods.size() {
        return refuse(
            "InsufficientSubnetSize",
            SIZE,
            format!("{nodes} nodes need {} addresses, the pod CIDR has {}", nodes * 256, pods.size()),
        );
    }
    let mut subnets: Vec<String> =
        pools.iter().filter_map(|pool| world.subnet_of(cluster, pool)).map(|id| lower(&id)).collect();
    subnets.sort();
    subnets.dedup();
    for subnet in subnets {
        let here =
            pools.iter().filter(|pool| world.subnet_of(cluster, pool).is_some_and(|id| lower(&id) == subnet));
        let nodes: u64 = here.map(Pool::most).sum();
        if let Some((usable, _)) = world.room(&subnet).filter(|(usable, _)| nodes > *usable) {
            return refuse(
                "InsufficientSubnetSize",
                SIZE,
                format!("{nodes} nodes may be asked for, {usable} addresses are in {subnet}"),
            );
        }
    }
    Ok(())
}

/// Whether an Overlay cluster has room for every node that its autoscalers may ask for.
pub(crate) fn fits_at_maximum(world: &World, cluster: &str) -> bool {
    let document = world.get(Shelf::Cluster, cluster);
    let pods =
        document.and_then(|one| text(one, "/properties/networkProfile/podCidr")).and_then(Prefix::parse);
    pods.is_none_or(|pods| fits_overlay(world, cluster, pods).is_ok())
}

/// The subnets a cluster's nodes are in, in lower case.
pub(super) fn subnets_of(world: &World, cluster: &str) -> Vec<String> {
    let pools = world.get(Shelf::Cluster, cluster).map(Pool::all).unwrap_or_default();
    let mut all: Vec<String> =
        pools.iter().filter_map(|pool| world.subnet_of(cluster, pool)).map(|id| lower(&id)).collect();
    all.sort();
    all.dedup();
    all
}

/// Whether the network is the user's.
pub(super) fn is_custom_network(world: &World, cluster: &str) -> bool {
    let document = world.get(Shelf::Cluster, cluster);
    document.is_some_and(|one| {
        list(one, "/properties/agentPoolProfiles").any(|pool| pool["vnetSubnetID"].is_string())
    })
}

/// Every node has its /24 of the pod CIDR; counted as many as there are.
/// <https://github.com/Azure/AKS-Construction/issues/357>
pub(super) fn fits_pods(world: &World, cluster: &str, pods: Prefix) -> Result<(), Refusal> {
    let Some(document) = world.get(Shelf::Cluster, cluster) else { return super::not_found(cluster) };
    let is_overlay = text(document, "/properties/networkProfile/networkPluginMode") == Some("overlay");
    let count = |pool: &Pool| if is_overlay { pool.most() } else { pool.count };
    let nodes: u64 = Pool::all(document).iter().map(count).sum();
    if nodes * 256 > pods.size() {
        return refuse(
            "InsufficientPodCidr",
            SIZE,
            format!("{nodes} nodes need {} addresses, the pod CIDR has {}", nodes * 256, pods.size()),
        );
    }
    Ok(())
}
