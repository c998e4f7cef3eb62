//! What clusters and subnets name but no list showed: asked for by id, so that 403 and 404 are told apart.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::{StreamExt, stream};

use super::{
    kinds::{Attached, Kind, each_attached},
    ledger,
    progress::{Event, Progress},
    source::Source,
    subscription::named_subnets,
};
use crate::inventory::{
    Cluster, Inventory, Listed, NetworkPlugin, ReadStatus, ResourceId, Subnet, VirtualNetwork, What,
};

/// Reads the networks that are named but were not listed, then what their subnets name.
pub(super) async fn read(
    source: &impl Source,
    inventory: &mut Inventory,
    parallel: usize,
    progress: &dyn Progress,
) {
    let networks = unlisted_networks(inventory);
    if !networks.is_empty() {
        progress.event(Event::Missing { resources: networks.len() });
    }
    ask::<VirtualNetwork>(source, inventory, networks, parallel).await;
    record_unlisted_managed_networks(inventory);
    // Each kind by what was known before any was asked for.
    let mut unlisted = Unlisted::of(inventory).0;
    each_attached!(K => {
        let ids = unlisted.remove(&K::one()).unwrap_or_default();
        ask::<K>(source, inventory, ids, parallel).await;
    });
}

/// Asks for resources of a kind by their ids.
async fn ask<K: Kind>(
    source: &impl Source,
    inventory: &mut Inventory,
    ids: BTreeSet<ResourceId>,
    parallel: usize,
) {
    let mut answers = stream::iter(ids)
        .map(|id| async move { (source.get::<K::Wire>(id.as_str()).await, id) })
        .buffer_unordered(parallel.max(1));
    while let Some((read, id)) = answers.next().await {
        let found = ledger::keep_kind::<K>(read, id.as_str(), K::one(), &mut inventory.coverage);
        K::shelf(inventory).extend(found);
    }
}

fn unlisted_networks(inventory: &Inventory) -> BTreeSet<ResourceId> {
    let listed: BTreeSet<&ResourceId> = inventory.virtual_networks.iter().map(|vnet| &vnet.id).collect();
    inventory
        .clusters
        .iter()
        .flat_map(named_subnets)
        .filter_map(|subnet| subnet.parent())
        .filter(|network| network.is_type("Microsoft.Network/virtualNetworks") && !listed.contains(network))
        .collect()
}

/// Names the node resource groups in which clusters without subnets of their own have their nodes, but no list shows the
/// network that AKS made there: a list leaves out, without an error, what the identity may not read.
fn record_unlisted_managed_networks(inventory: &mut Inventory) {
    let networks = inventory.virtual_networks.iter();
    let seen: BTreeSet<ResourceId> = networks.filter_map(|vnet| vnet.id.resource_group_id()).collect();
    let gaps = gaps(inventory);
    let names_none = |cluster: &&Cluster| {
        let hosted = cluster.hosted_system.as_ref().is_some_and(|system| system.node_subnet_id.is_some());
        !hosted && cluster.pools.iter().any(|pool| pool.node_subnet_id.is_none())
    };
    let clusters = inventory.clusters.iter().filter(names_none);
    let is_unseen = |group: &ResourceId| {
        !seen.contains(group) && !gaps.contains(&(group.subscription().path(), What::VirtualNetworks))
    };
    let unseen: BTreeSet<ResourceId> =
        clusters.filter_map(Cluster::node_resource_group_id).filter(is_unseen).collect();
    let message = "a cluster has nodes in the network that AKS made in this group, but no list shows one: the identity \
                   may not read the group, or the network is gone";
    for group in unseen {
        let row = ledger::decided(group.as_str(), What::VirtualNetworks, ReadStatus::NotFound, message);
        inventory.coverage.push(row);
    }
}

/// What the ledger already says could not be read, by its scope in lower case.
fn gaps(inventory: &Inventory) -> BTreeSet<(String, What)> {
    let gaps = inventory.coverage.gaps();
    gaps.map(|entry| (entry.scope_id.to_ascii_lowercase(), entry.what.clone())).collect()
}

/// What AKS subnets name and no list showed, by the ledger's word for one of its kind.
struct Unlisted(BTreeMap<What, BTreeSet<ResourceId>>);

impl Unlisted {
    /// All of it, save where the ledger says already that the list has gaps.
    fn of(inventory: &mut Inventory) -> Self {
        let mut listed: BTreeSet<ResourceId> = BTreeSet::new();
        each_attached!(K => listed.extend(K::shelf(inventory).iter().map(|resource| resource.id().clone())));
        let gaps = gaps(inventory);
        let mut unlisted: BTreeMap<What, BTreeSet<ResourceId>> = BTreeMap::new();
        for (subnet, is_kubenet) in aks_subnets(inventory) {
            each_attached!(K => {
                let is_unread = |id: &&ResourceId| {
                    !listed.contains(id) && !gaps.contains(&(id.subscription().path(), K::list()))
                };
                let named = K::named_by(subnet, is_kubenet).iter().filter(is_unread);
                unlisted.entry(K::one()).or_default().extend(named.cloned());
            });
        }
        Self(unlisted)
    }
}

/// The subnets of clusters that were read, and whether a kubenet cluster uses them.
fn aks_subnets(inventory: &Inventory) -> impl Iterator<Item = (&Subnet, bool)> {
    let (mut kubenet, mut any) = (BTreeSet::new(), BTreeSet::new());
    let (mut kubenet_groups, mut groups) = (BTreeSet::new(), BTreeSet::new());
    for cluster in &inventory.clusters {
        let is_kubenet = cluster.network.plugin == Some(NetworkPlugin::Kubenet);
        for subnet in named_subnets(cluster) {
            if is_kubenet {
                kubenet.insert(subnet.clone());
            }
            any.insert(subnet);
        }
        if let Some(group) = cluster.node_resource_group_id() {
            if is_kubenet {
                kubenet_groups.insert(group.clone());
            }
            groups.insert(group);
        }
    }
    let in_group = |vnet: &VirtualNetwork, groups: &BTreeSet<ResourceId>| {
        vnet.id.resource_group_id().is_some_and(|group| groups.contains(&group))
    };
    inventory
        .virtual_networks
        .iter()
        .flat_map(move |vnet| {
            let managed = in_group(vnet, &groups);
            let managed_kubenet = in_group(vnet, &kubenet_groups);
            vnet.subnets.iter().map(move |subnet| (subnet, managed, managed_kubenet))
        })
        .filter_map(move |(subnet, managed, managed_kubenet)| {
            let is_kubenet = managed_kubenet || kubenet.contains(&subnet.id);
            (managed || any.contains(&subnet.id)).then_some((subnet, is_kubenet))
        })
}
