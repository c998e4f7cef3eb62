//! What clusters and subnets name but no list showed: asked for by id, so that 403 and 404 are told apart.

use std::collections::BTreeSet;

use futures_util::{StreamExt, stream};

use super::{
    convert::{self, Oddity},
    ledger::{self, Outcome},
    progress::{Event, Progress},
    subscription::named_subnets,
};
use crate::{
    azure::{ArmClient, Fetched},
    inventory::{Cluster, Inventory, NetworkPlugin, ReadStatus, ResourceId, Subnet, VirtualNetwork, What},
};

/// Reads the networks that are named but were not listed, then what their subnets name.
pub(super) async fn read(
    client: &ArmClient,
    inventory: &mut Inventory,
    parallel: usize,
    progress: &dyn Progress,
) {
    let networks = unlisted_networks(inventory);
    if !networks.is_empty() {
        progress.event(Event::Missing { resources: networks.len() });
    }
    let mut answers = stream::iter(networks)
        .map(|id| async move { (client.virtual_network(id.as_str()).await, id) })
        .buffer_unordered(parallel.max(1));
    while let Some((fetched, id)) = answers.next().await {
        let found = keep(fetched, &id, What::VirtualNetwork, inventory, convert::virtual_network);
        inventory.virtual_networks.extend(found);
    }
    drop(answers);
    record_unlisted_managed_networks(inventory);
    read_attachments(client, inventory, parallel).await;
}

/// Route tables of kubenet subnets, and security groups and application gateways of AKS subnets, that no list showed.
async fn read_attachments(client: &ArmClient, inventory: &mut Inventory, parallel: usize) {
    let Attachments { tables, groups, gateways } = Attachments::unlisted(inventory);
    let mut answers = stream::iter(tables)
        .map(|id| async move { (client.route_table(id.as_str()).await, id) })
        .buffer_unordered(parallel.max(1));
    while let Some((fetched, id)) = answers.next().await {
        let found = keep(fetched, &id, What::RouteTable, inventory, convert::route_table);
        inventory.route_tables.extend(found);
    }
    drop(answers);
    let mut answers = stream::iter(groups)
        .map(|id| async move { (client.network_security_group(id.as_str()).await, id) })
        .buffer_unordered(parallel.max(1));
    while let Some((fetched, id)) = answers.next().await {
        let found =
            keep(fetched, &id, What::NetworkSecurityGroup, inventory, convert::network_security_group);
        inventory.network_security_groups.extend(found);
    }
    drop(answers);
    let mut answers = stream::iter(gateways)
        .map(|id| async move { (client.application_gateway(id.as_str()).await, id) })
        .buffer_unordered(parallel.max(1));
    while let Some((fetched, id)) = answers.next().await {
        let found = keep(fetched, &id, What::ApplicationGateway, inventory, convert::application_gateway);
        inventory.application_gateways.extend(found);
    }
}

/// Converts what was fetched and writes its rows into the ledger.
fn keep<W, M>(
    fetched: Fetched<W>,
    id: &ResourceId,
    what: What,
    inventory: &mut Inventory,
    convert: impl Fn(W) -> Result<(M, Vec<Oddity>), Oddity>,
) -> Option<M> {
    let mut noted = Vec::new();
    let found = match fetched.item.map(convert) {
        Some(Ok((model, oddities))) => {
            noted = oddities;
            Some(model)
        }
        Some(Err(oddity)) => {
            noted.push(oddity);
            None
        }
        None => None,
    };
    let outcome = Outcome {
        items: usize::from(found.is_some()),
        attempts: fetched.attempts,
        notes: &fetched.notes,
        failure: fetched.failure.as_ref(),
    };
    ledger::record(&mut inventory.coverage, id.as_str(), what, &outcome);
    if let Some(object) = &fetched.odd {
        ledger::record_odd(&mut inventory.coverage, id.as_str(), object);
    }
    ledger::record_oddities(&mut inventory.coverage, id.as_str(), noted);
    found
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

/// What AKS subnets name.
#[derive(Debug, Default, PartialEq, Eq)]
struct Attachments {
    tables: BTreeSet<ResourceId>,
    groups: BTreeSet<ResourceId>,
    gateways: BTreeSet<ResourceId>,
}

impl Attachments {
    /// Those that no list showed, save where the ledger says already that the list has gaps.
    fn unlisted(inventory: &Inventory) -> Self {
        let tables = inventory.route_tables.iter().map(|table| &table.id);
        let groups = inventory.network_security_groups.iter().map(|group| &group.id);
        let gateways = inventory.application_gateways.iter().map(|gateway| &gateway.id);
        let listed: BTreeSet<&ResourceId> = tables.chain(groups).chain(gateways).collect();
        let gaps = gaps(inventory);
        let unread = |id: &&ResourceId, what: What| {
            !listed.contains(id) && !gaps.contains(&(id.subscription().path(), what))
        };
        let mut found = Self::default();
        for (subnet, kubenet) in aks_subnets(inventory) {
            let table = subnet.route_table.iter().filter(|id| kubenet && unread(id, What::RouteTables));
            found.tables.extend(table.cloned());
            let group = subnet.network_security_group.iter();
            found.groups.extend(group.filter(|id| unread(id, What::NetworkSecurityGroups)).cloned());
            let gateways = subnet.application_gateways.iter();
            found.gateways.extend(gateways.filter(|id| unread(id, What::ApplicationGateways)).cloned());
        }
        found
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
