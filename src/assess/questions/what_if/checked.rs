//! What changes name, found, and what they ask for, checked.

use toml::Spanned;

use super::file::Changes;
use crate::{
    assess::questions::{PlanError, names, pod_cidr_block, size::pods_of_a_node},
    inventory::{Cluster, Inventory, NodePool},
    ipam::{Cidr, MaxSurge},
};

/// The cluster a change names, by place.
pub(super) fn cluster_at(
    inventory: &Inventory,
    changes: &Changes,
    name: &Spanned<String>,
) -> Result<usize, PlanError> {
    let id =
        names::cluster(inventory, name.get_ref()).map_err(|error| changes.complain(name, error))?.id.clone();
    let place = inventory.clusters.iter().position(|cluster| cluster.id == id);
    place.ok_or_else(|| changes.complain(name, "the cluster is gone"))
}

/// The pool a change names, by place.
pub(super) fn pool_at(
    cluster: &Cluster,
    changes: &Changes,
    name: &Spanned<String>,
) -> Result<usize, PlanError> {
    let found = names::pool(cluster, name.get_ref()).map_err(|error| changes.complain(name, error))?;
    let place = cluster.pools.iter().position(|pool| pool.name == found.name);
    place.ok_or_else(|| changes.complain(name, "the pool is gone"))
}

/// The same, to be changed.
pub(super) fn cluster_mut<'a>(
    inventory: &'a mut Inventory,
    changes: &Changes,
    name: &Spanned<String>,
) -> Result<&'a mut Cluster, PlanError> {
    let place = cluster_at(inventory, changes, name)?;
    inventory.clusters.get_mut(place).ok_or_else(|| changes.complain(name, "the cluster is gone"))
}

/// Refuses pods and surges that Azure does.
pub(super) fn check(
    changes: &Changes,
    max_pods: Option<&Spanned<u32>>,
    max_surge: Option<&Spanned<String>>,
) -> Result<(), PlanError> {
    if let Some(pods) = max_pods {
        pods_of_a_node("the pool", *pods.get_ref()).map_err(|error| changes.complain(pods, error))?;
    }
    if let Some(surge) = max_surge {
        surge.get_ref().parse::<MaxSurge>().map_err(|error| changes.complain(surge, error))?;
    }
    Ok(())
}

/// The autoscaler's limits must be in order.
pub(super) fn ordered(pool: &NodePool) -> Result<(), String> {
    match (pool.min_count, pool.max_count) {
        (Some(least), Some(most)) if least > most => {
            Err(format!("pool {}: min_count {least} is more than max_count {most}", pool.name))
        }
        _ => Ok(()),
    }
}

/// Refuses a pod CIDR that Azure does.
pub(super) fn pods_allowed(changes: &Changes, cidr: &Spanned<Cidr>) -> Result<(), PlanError> {
    let outcome = pod_cidr_block(&cidr.get_ref().to_string());
    outcome.map(|_| ()).map_err(|error| changes.complain(cidr, error))
}
