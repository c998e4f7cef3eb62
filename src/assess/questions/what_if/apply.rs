//! Applying changes to an inventory: removals, changes, what is added, growth; in this order.

use toml::Spanned;

use super::{
    add,
    applied::{Applied, Setting},
    checked::{check, cluster_at, cluster_mut, ordered, pods_allowed, pool_at},
    file::{Change, Changes, Remove},
    grow::{self, set_maximum, set_nodes},
    shape,
};
use crate::{
    assess::questions::PlanError,
    inventory::{Cluster, Inventory, NetworkPlugin, NetworkPluginMode, NodePool},
    ipam::{Cidr, IpamMode},
};

/// Applies every change, and tells what was done.
pub(super) fn apply(inventory: &mut Inventory, changes: &Changes) -> Result<Vec<Applied>, PlanError> {
    let mut done = Vec::new();
    for remove in &changes.remove {
        done.push(removal(inventory, changes, remove)?);
    }
    for change in &changes.change {
        done.push(alteration(inventory, changes, change)?);
    }
    for add in &changes.add_subnet {
        done.push(add::subnet(inventory, changes, add)?);
    }
    for add in &changes.add_cluster {
        done.push(add::cluster(inventory, changes, add)?);
    }
    for add in &changes.add_pool {
        done.push(add::pool(inventory, changes, add)?);
    }
    for grow in &changes.grow {
        done.push(grow::grow(inventory, changes, grow)?);
    }
    Ok(done)
}

fn removal(inventory: &mut Inventory, changes: &Changes, remove: &Remove) -> Result<Applied, PlanError> {
    let place = cluster_at(inventory, changes, &remove.cluster)?;
    if let Some(name) = &remove.pool {
        let cluster = cluster_mut(inventory, changes, &remove.cluster)?;
        let at = pool_at(cluster, changes, name)?;
        let pool = cluster.pools.remove(at);
        return Ok(Applied::RemovedPool(cluster.id.clone(), pool.name));
    }
    let cluster = inventory.clusters.remove(place);
    let own = &cluster.network.pod_cidrs;
    for table in &mut inventory.route_tables {
        let is_used = cluster.pools.iter().filter_map(|pool| pool.node_subnet_id.as_ref());
        if is_used.into_iter().any(|subnet| table.subnets.contains(subnet)) {
            let prefix = |text: &Option<String>| text.as_deref().and_then(|text| text.parse::<Cidr>().ok());
            table.routes.retain(|route| {
                !prefix(&route.prefix).is_some_and(|prefix| own.known.iter().any(|own| own.contains(prefix)))
            });
        }
    }
    Ok(Applied::RemovedCluster(cluster.id))
}

fn alteration(inventory: &mut Inventory, changes: &Changes, change: &Change) -> Result<Applied, PlanError> {
    let cluster = cluster_mut(inventory, changes, &change.cluster)?;
    let pools = match &change.pool {
        Some(name) => {
            let at = pool_at(cluster, changes, name)?;
            at..at + 1
        }
        None => 0..cluster.pools.len(),
    };
    let mut settings = Vec::new();
    if let Some(mode) = &change.mode {
        if let Some(pool) = &change.pool {
            return Err(changes.complain(pool, "`mode` is the cluster's: leave `pool` out"));
        }
        to_overlay(cluster, changes, change, mode)?;
        settings.push(Setting::Overlay);
    } else if let Some(cidr) = &change.pod_cidr {
        expand(cluster, changes, cidr)?;
        settings.push(Setting::PodCidr(*cidr.get_ref()));
    }
    let figures = [
        change.max_pods.as_ref().map(|pods| Setting::MaxPods(*pods.get_ref())),
        change.nodes.map(Setting::Nodes),
        change.max_count.map(Setting::MaxCount),
        change.min_count.map(Setting::MinCount),
        change.max_surge.as_ref().map(|surge| Setting::MaxSurge(surge.get_ref().clone())),
    ];
    settings.extend(figures.into_iter().flatten());
    if settings.is_empty() {
        let allowed = "nodes, min_count, max_count, max_pods, max_surge, mode, pod_cidr";
        return Err(changes.complain(&change.cluster, format!("nothing is changed; allowed: {allowed}")));
    }
    check(changes, change.max_pods.as_ref(), change.max_surge.as_ref())?;
    for pool in cluster.pools.get_mut(pools).into_iter().flatten() {
        alter(pool, change);
        ordered(pool).map_err(|message| changes.complain(&change.cluster, message))?;
    }
    let node_pool = change.pool.as_ref().map(|pool| pool.get_ref().clone());
    Ok(Applied::Changed { cluster_id: cluster.id.clone(), node_pool, settings })
}

fn alter(pool: &mut NodePool, change: &Change) {
    if let Some(nodes) = change.nodes {
        set_nodes(pool, nodes);
    }
    if let Some(most) = change.max_count {
        set_maximum(pool, most);
    }
    pool.min_count = change.min_count.or(pool.min_count);
    pool.max_pods = change.max_pods.as_ref().map(|pods| *pods.get_ref()).or(pool.max_pods);
    if let Some(surge) = &change.max_surge {
        pool.max_surge = Some(surge.get_ref().clone());
    }
}

/// A move to Overlay, from where Azure allows it: kubenet, or node subnet in every pool (MIG-011).
/// <https://learn.microsoft.com/azure/aks/update-azure-cni>
fn to_overlay(
    cluster: &mut Cluster,
    changes: &Changes,
    change: &Change,
    mode: &Spanned<String>,
) -> Result<(), PlanError> {
    if mode.get_ref() != IpamMode::Overlay.as_str() {
        return Err(changes.complain(mode, "a cluster moves to `overlay` only"));
    }
    let network = &mut cluster.network;
    let is_kubenet = network.plugin == Some(NetworkPlugin::Kubenet);
    let is_flat = network.plugin == Some(NetworkPlugin::Azure)
        && network.plugin_mode.is_none()
        && cluster.pools.iter().all(|pool| pool.pod_subnet_id.is_none());
    if !is_kubenet && !is_flat {
        return Err(changes.complain(mode, "only a kubenet or node-subnet cluster moves to overlay in place"));
    }
    match &change.pod_cidr {
        Some(cidr) => {
            pods_allowed(changes, cidr)?;
            network.pod_cidrs = shape::prefixes(Some(*cidr.get_ref()));
        }
        None if is_flat => {
            return Err(changes.complain(mode, "`pod_cidr` is needed: a node-subnet cluster has none"));
        }
        None => {}
    }
    network.plugin = Some(NetworkPlugin::Azure);
    network.plugin_mode = Some(NetworkPluginMode::Overlay);
    Ok(())
}

/// A pod CIDR grows to a superset, which is what Azure allows.
/// <https://learn.microsoft.com/azure/aks/azure-cni-overlay-pod-expand>
fn expand(cluster: &mut Cluster, changes: &Changes, cidr: &Spanned<Cidr>) -> Result<(), PlanError> {
    pods_allowed(changes, cidr)?;
    let current = cluster.network.pod_cidrs.v4().next();
    let is_overlay = cluster.network.plugin_mode == Some(NetworkPluginMode::Overlay);
    if !current.is_some_and(|current| is_overlay && cidr.get_ref().contains(current)) {
        let has = current.map_or_else(|| "none".to_owned(), |current| current.to_string());
        let message = "a pod CIDR can only grow to a block that contains it, on overlay clusters; it is";
        return Err(changes.complain(cidr, format!("{message} {has}")));
    }
    cluster.network.pod_cidrs = shape::prefixes(Some(*cidr.get_ref()));
    Ok(())
}
