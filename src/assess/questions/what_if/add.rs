//! What is added: subnets, clusters, pools.

use toml::Spanned;

use super::{
    applied::Applied,
    checked::{check, cluster_mut, ordered, pods_allowed},
    file::{AddCluster, AddPool, AddSubnet, Changes},
    shape::{self, Pods},
};
use crate::{
    assess::{
        estate::space::free_space,
        questions::{PlanError, names, subnet_block},
    },
    inventory::{AllocationMode, Inventory, ResourceId},
    ipam::IpamMode,
};

/// A subnet in the space of a network, apart from its others.
pub(super) fn subnet(
    inventory: &mut Inventory,
    changes: &Changes,
    add: &AddSubnet,
) -> Result<Applied, PlanError> {
    let (prefix, name) = (*add.prefix.get_ref(), add.name.get_ref());
    let complain = |message: String| changes.complain(&add.prefix, message);
    subnet_block(&prefix.to_string()).map_err(|error| complain(error.to_string()))?;
    let network = names::vnet(inventory, add.network.get_ref());
    let network = network.map_err(|error| changes.complain(&add.network, error))?.id.clone();
    let network = inventory.virtual_networks.iter_mut().find(|vnet| vnet.id == network);
    let network = network.ok_or_else(|| changes.complain(&add.network, "the network is gone"))?;
    if !network.address_space.v4().any(|space| space.contains(prefix)) {
        let space: Vec<String> = network.address_space.v4().map(|cidr| cidr.to_string()).collect();
        return Err(complain(format!(
            "{prefix} lies outside the network; allowed: a block in {}",
            space.join(", ")
        )));
    }
    let taken =
        network.subnets.iter().find(|subnet| subnet.prefixes.v4().any(|other| other.overlaps(prefix)));
    if let Some(taken) = taken {
        let free = free_space(network).first_block(prefix.length());
        let such_as = free.map_or_else(|| "none is left".to_owned(), |block| format!("such as {block}"));
        return Err(complain(format!(
            "{prefix} overlaps subnet {}; allowed: a free block, {such_as}",
            taken.id.name()
        )));
    }
    let id = ResourceId::parse(&format!("{}/subnets/{name}", network.id));
    let id = id.map_err(|error| changes.complain(&add.name, error))?;
    if network.subnets.iter().any(|subnet| subnet.id == id) {
        return Err(changes.complain(&add.name, format!("the network has a subnet `{name}` already")));
    }
    network.subnets.push(shape::subnet(id, prefix));
    Ok(Applied::AddedSubnet { vnet_id: network.id.clone(), name: name.clone(), prefix })
}

fn subnet_id(
    inventory: &Inventory,
    changes: &Changes,
    name: &Spanned<String>,
) -> Result<ResourceId, PlanError> {
    names::subnet(inventory, name.get_ref()).cloned().map_err(|error| changes.complain(name, error))
}

/// A cluster, whose pools follow.
pub(super) fn cluster(
    inventory: &mut Inventory,
    changes: &Changes,
    add: &AddCluster,
) -> Result<Applied, PlanError> {
    let mode = IpamMode::KNOWN.into_iter().find(|mode| mode.as_str() == add.mode.get_ref());
    let mode = mode.ok_or_else(|| {
        let words = IpamMode::KNOWN.map(IpamMode::as_str).join(", ");
        changes.complain(&add.mode, format!("`{}` is no mode; allowed: {words}", add.mode.get_ref()))
    })?;
    let needs_cidr = matches!(mode, IpamMode::Kubenet | IpamMode::Overlay);
    let needs_pods = mode.has_pod_subnet();
    if needs_cidr != add.pod_cidr.is_some() || needs_pods != add.pod_subnet.is_some() {
        let allowed = "`pod_cidr` with kubenet and overlay, `pod_subnet` with the pod-subnet modes, neither with others";
        return Err(changes
            .complain(&add.mode, format!("mode {mode} is not given what it needs; allowed: {allowed}")));
    }
    add.pod_cidr.iter().try_for_each(|cidr| pods_allowed(changes, cidr))?;
    let node_subnet = subnet_id(inventory, changes, &add.node_subnet)?;
    add.pod_subnet.iter().try_for_each(|name| subnet_id(inventory, changes, name).map(|_| ()))?;
    let vnet = inventory.virtual_networks.iter().find(|vnet| Some(&vnet.id) == node_subnet.parent().as_ref());
    let location = vnet.map(|vnet| vnet.location.clone()).unwrap_or_default();
    let cluster = shape::cluster(changes, add, mode, &node_subnet, &location)?;
    if inventory.clusters.iter().any(|other| other.name().eq_ignore_ascii_case(cluster.name())) {
        return Err(changes.complain(&add.name, format!("there is a cluster `{}` already", cluster.name())));
    }
    let has_pools =
        changes.add_pool.iter().any(|pool| pool.cluster.get_ref().eq_ignore_ascii_case(cluster.name()));
    if !has_pools {
        return Err(changes.complain(&add.name, "a new cluster needs an `[[add_pool]]` with its name"));
    }
    let added = Applied::AddedCluster(cluster.id.clone(), mode);
    inventory.clusters.push(cluster);
    Ok(added)
}

/// A pool, of a cluster that exists or is new.
pub(super) fn pool(
    inventory: &mut Inventory,
    changes: &Changes,
    add: &AddPool,
) -> Result<Applied, PlanError> {
    check(changes, add.max_pods.as_ref(), add.max_surge.as_ref())?;
    let named = |name: &Option<Spanned<String>>| {
        name.as_ref().map(|name| subnet_id(inventory, changes, name)).transpose()
    };
    let (own_nodes, own_pods) = (named(&add.node_subnet)?, named(&add.pod_subnet)?);
    let is_new = |new: &&AddCluster| new.name.get_ref().eq_ignore_ascii_case(add.cluster.get_ref());
    let new = changes.add_cluster.iter().find(is_new);
    let new_nodes = new.map(|new| subnet_id(inventory, changes, &new.node_subnet)).transpose()?;
    let new_pods = new.and_then(|new| new.pod_subnet.as_ref());
    let new_pods = new_pods.map(|name| subnet_id(inventory, changes, name)).transpose()?;
    let new_is_static = new.is_some_and(|new| new.mode.get_ref() == IpamMode::PodSubnetStatic.as_str());
    let cluster = cluster_mut(inventory, changes, &add.cluster)?;
    let name = add.name.get_ref();
    if cluster.pools.iter().any(|pool| pool.name.eq_ignore_ascii_case(name)) {
        return Err(changes.complain(&add.name, format!("the cluster has a pool `{name}` already")));
    }
    if own_nodes.is_some() && cluster.pools.iter().any(|pool| pool.node_subnet_id.is_none()) {
        let message =
            "the cluster lives in the network that AKS made; Azure takes no custom subnet beside it (K-14)";
        return Err(changes.complain(add.node_subnet.as_ref().unwrap_or(&add.name), message));
    }
    let first = cluster.pools.first();
    let nodes = own_nodes.or(new_nodes).or_else(|| first.and_then(|pool| pool.node_subnet_id.clone()));
    let pods = own_pods.or(new_pods).or_else(|| first.and_then(|pool| pool.pod_subnet_id.clone()));
    let is_static =
        new_is_static || first.is_some_and(|pool| pool.allocation_mode == Some(AllocationMode::StaticBlock));
    let pool = shape::pool(add, nodes, Pods { subnet: pods, is_static });
    ordered(&pool).map_err(|message| changes.complain(&add.name, message))?;
    cluster.pools.push(pool);
    Ok(Applied::AddedPool { cluster_id: cluster.id.clone(), name: name.clone(), nodes: add.nodes })
}
