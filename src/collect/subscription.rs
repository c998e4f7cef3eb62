//! One subscription: its clusters and networks, then the lists that they make worth reading.

use std::collections::{BTreeSet, HashSet};

use super::{
    convert::{self, Oddity},
    ledger::{self, Outcome},
};
use crate::{
    azure::{ArmClient, Listing},
    inventory::{
        ApplicationGateway, Cluster, Coverage, Inventory, NetworkPlugin, NetworkSecurityGroup, ResourceId,
        RouteTable, SubscriptionId, VirtualNetwork, What,
    },
};

/// What one subscription brought.
pub(super) struct Part {
    pub(super) clusters: Vec<Cluster>,
    pub(super) coverage: Coverage,
    /// Whether at least one of the two main lists was read, in whole or in part.
    pub(super) any_list_read: bool,
    virtual_networks: Vec<VirtualNetwork>,
    route_tables: Vec<RouteTable>,
    network_security_groups: Vec<NetworkSecurityGroup>,
    application_gateways: Vec<ApplicationGateway>,
}

impl Part {
    /// Addresses ARM lists in this subscription's subnets.
    pub(super) fn addresses(&self) -> u64 {
        self.virtual_networks.iter().flat_map(|vnet| &vnet.subnets).map(|subnet| subnet.usage.listed).sum()
    }

    pub(super) fn merge_into(self, inventory: &mut Inventory) {
        inventory.clusters.extend(self.clusters);
        inventory.virtual_networks.extend(self.virtual_networks);
        inventory.route_tables.extend(self.route_tables);
        inventory.network_security_groups.extend(self.network_security_groups);
        inventory.application_gateways.extend(self.application_gateways);
        inventory.coverage.extend(self.coverage.entries().iter().cloned());
    }
}

/// Reads one subscription.
pub(super) async fn read(client: &ArmClient, id: &SubscriptionId) -> Part {
    let (scope, id) = (id.path(), id.as_str());
    let (clusters, mut networks) = tokio::join!(
        converted(client.clusters(id), &scope, What::Clusters, convert::cluster),
        converted(client.virtual_networks(id), &scope, What::VirtualNetworks, convert::virtual_network),
    );
    share_owners(&mut networks.items);
    let needs = Needs::of(&clusters.items, &networks.items);
    let (route_tables, security_groups, gateways) = tokio::join!(
        when(
            needs.route_tables,
            converted(client.route_tables(id), &scope, What::RouteTables, convert::route_table),
        ),
        when(
            needs.network_security_groups,
            converted(
                client.network_security_groups(id),
                &scope,
                What::NetworkSecurityGroups,
                convert::network_security_group,
            ),
        ),
        when(
            needs.application_gateways,
            converted(
                client.application_gateways(id),
                &scope,
                What::ApplicationGateways,
                convert::application_gateway,
            ),
        ),
    );
    let mut coverage = Coverage::default();
    Part {
        any_list_read: clusters.any_read || networks.any_read,
        clusters: clusters.into_items(&mut coverage),
        virtual_networks: networks.into_items(&mut coverage),
        route_tables: route_tables.into_items(&mut coverage),
        network_security_groups: security_groups.into_items(&mut coverage),
        application_gateways: gateways.into_items(&mut coverage),
        coverage,
    }
}

/// A list as the model has it, with its rows of the ledger.
struct Converted<M> {
    items: Vec<M>,
    rows: Coverage,
    /// Whether it was read, in whole or in part.
    any_read: bool,
}

impl<M> Default for Converted<M> {
    fn default() -> Self {
        Self { items: Vec::new(), rows: Coverage::default(), any_read: false }
    }
}

impl<M> Converted<M> {
    fn into_items(self, coverage: &mut Coverage) -> Vec<M> {
        coverage.extend(self.rows.entries().iter().cloned());
        self.items
    }
}

/// Reads a list and converts it at once, because what Azure sends takes far more room than what stays of it.
async fn converted<W, M>(
    read: impl Future<Output = Listing<W>>,
    scope: &str,
    what: What,
    convert: impl Fn(W) -> Result<(M, Vec<Oddity>), Oddity>,
) -> Converted<M> {
    let listing = read.await;
    let any_read = listing.failure.is_none() || !listing.items.is_empty();
    let mut rows = Coverage::default();
    Converted { items: keep(listing, scope, what, &mut rows, convert), rows, any_read }
}

/// Lets owners that stand in many subnets, as resource groups do, share the text of their id.
fn share_owners(networks: &mut [VirtualNetwork]) {
    let mut known: HashSet<ResourceId> = HashSet::new();
    let subnets = networks.iter_mut().flat_map(|network| &mut network.subnets);
    for count in subnets.flat_map(|subnet| &mut subnet.usage.owners) {
        let id = &mut count.owner.id;
        match known.get(id).filter(|same| same.as_str() == id.as_str()) {
            Some(same) => *id = same.clone(),
            None => drop(known.insert(id.clone())),
        }
    }
}

async fn when<T: Default>(needed: bool, read: impl Future<Output = T>) -> T {
    if needed { read.await } else { T::default() }
}

/// Converts a listing's objects, and writes its row and those of odd objects into the ledger.
pub(super) fn keep<W, M>(
    listing: Listing<W>,
    scope: &str,
    what: What,
    coverage: &mut Coverage,
    convert: impl Fn(W) -> Result<(M, Vec<Oddity>), Oddity>,
) -> Vec<M> {
    let mut kept = Vec::with_capacity(listing.items.len());
    let mut noted = Vec::new();
    for item in listing.items {
        match convert(item) {
            Ok((model, oddities)) => {
                kept.push(model);
                noted.extend(oddities);
            }
            Err(oddity) => noted.push(oddity),
        }
    }
    let outcome = Outcome {
        items: kept.len(),
        attempts: listing.attempts,
        notes: &listing.notes,
        failure: listing.failure.as_ref(),
    };
    ledger::record(coverage, scope, what, &outcome);
    for object in &listing.odd {
        ledger::record_odd(coverage, scope, object);
    }
    ledger::record_oddities(coverage, scope, noted);
    kept
}

/// Which further lists of a subscription say something about its clusters.
#[derive(Debug, Default, PartialEq, Eq)]
struct Needs {
    route_tables: bool,
    network_security_groups: bool,
    application_gateways: bool,
}

impl Needs {
    fn of(clusters: &[Cluster], networks: &[VirtualNetwork]) -> Self {
        let used: BTreeSet<ResourceId> = clusters.iter().flat_map(named_subnets).collect();
        let node_groups: BTreeSet<ResourceId> =
            clusters.iter().filter_map(Cluster::node_resource_group_id).collect();
        let is_aks_network = |vnet: &&VirtualNetwork| {
            vnet.id.resource_group_id().is_some_and(|group| node_groups.contains(&group))
                || vnet.subnets.iter().any(|subnet| used.contains(&subnet.id))
        };
        let aks_networks: Vec<&VirtualNetwork> = networks.iter().filter(is_aks_network).collect();
        let mut subnets = aks_networks.iter().flat_map(|vnet| &vnet.subnets);
        let names_gateway = subnets.clone().any(|subnet| !subnet.application_gateways.is_empty());
        Self {
            route_tables: clusters.iter().any(|c| c.network.plugin == Some(NetworkPlugin::Kubenet)),
            network_security_groups: subnets.any(|subnet| subnet.network_security_group.is_some()),
            application_gateways: names_gateway
                || clusters.iter().any(|c| c.addon_enabled("ingressApplicationGateway")),
        }
    }
}

/// Every subnet a cluster names.
pub(super) fn named_subnets(cluster: &Cluster) -> impl Iterator<Item = ResourceId> {
    let hosted = cluster.hosted_system.iter();
    cluster
        .pools
        .iter()
        .flat_map(|pool| pool.node_subnet_id.iter().chain(&pool.pod_subnet_id))
        .chain(&cluster.api_server.subnet_id)
        .chain(hosted.flat_map(|system| system.system_node_subnet_id.iter().chain(&system.node_subnet_id)))
        .cloned()
}
