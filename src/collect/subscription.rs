//! One subscription: its clusters and networks, then the lists that they make worth reading.

use std::collections::{BTreeSet, HashSet};

use futures_util::future::{BoxFuture, join_all};

use super::{
    kinds::{Attached, Kind, each_attached},
    ledger,
    source::{Place, Source},
};
use crate::inventory::{Cluster, Coverage, Inventory, ResourceId, Subnet, SubscriptionId, VirtualNetwork};

/// What one subscription brought.
pub(super) struct Part {
    pub(super) clusters: Vec<Cluster>,
    pub(super) coverage: Coverage,
    /// Whether at least one of the two main lists was read, in whole or in part.
    pub(super) any_list_read: bool,
    virtual_networks: Vec<VirtualNetwork>,
    attached: Vec<Put>,
}

/// Puts what was read of a kind where it belongs.
type Put = Box<dyn FnOnce(&mut Inventory) + Send>;

impl Part {
    /// Addresses ARM lists in this subscription's subnets.
    pub(super) fn addresses(&self) -> u64 {
        self.virtual_networks.iter().flat_map(|vnet| &vnet.subnets).map(|subnet| subnet.usage.listed).sum()
    }

    pub(super) fn merge_into(self, inventory: &mut Inventory) {
        inventory.clusters.extend(self.clusters);
        inventory.virtual_networks.extend(self.virtual_networks);
        for put in self.attached {
            put(inventory);
        }
        inventory.coverage.extend(self.coverage.entries().iter().cloned());
    }
}

/// Reads one subscription.
pub(super) async fn read<S: Source>(source: &S, id: &SubscriptionId) -> Part {
    let (clusters, mut networks) =
        tokio::join!(list::<Cluster, S>(source, id), list::<VirtualNetwork, S>(source, id));
    share_owners(&mut networks.items);
    let with_clusters = networks_with_clusters(&clusters.items, &networks.items);
    let subnets: Vec<&Subnet> = with_clusters.flat_map(|vnet| &vnet.subnets).collect();
    let mut reads: Vec<BoxFuture<'_, (Put, Coverage)>> = Vec::new();
    each_attached!(K => if K::is_needed(&clusters.items, &subnets) {
        reads.push(Box::pin(list_attached::<K, S>(source, id)));
    });
    let mut coverage = clusters.rows;
    coverage.extend(networks.rows.entries().iter().cloned());
    let mut attached = Vec::with_capacity(reads.len());
    for (put, rows) in join_all(reads).await {
        attached.push(put);
        coverage.extend(rows.entries().iter().cloned());
    }
    Part {
        any_list_read: clusters.any_read || networks.any_read,
        clusters: clusters.items,
        virtual_networks: networks.items,
        attached,
        coverage,
    }
}

/// A list as the model has it, with its rows of the ledger.
struct Listed<K> {
    items: Vec<K>,
    rows: Coverage,
    /// Whether it was read, in whole or in part.
    any_read: bool,
}

/// Reads a list and converts it at once, because what Azure sends takes far more room than what stays of it.
async fn list<K: Kind, S: Source>(source: &S, id: &SubscriptionId) -> Listed<K> {
    let place = Place::Subscription(id.clone());
    let read = source.list::<K::Wire>(&place).await;
    let any_read = read.failure.is_none() || !read.items.is_empty();
    let mut rows = Coverage::default();
    Listed { items: ledger::keep_kind(read, &place.path(), K::list(), &mut rows), rows, any_read }
}

async fn list_attached<K: Attached, S: Source>(source: &S, id: &SubscriptionId) -> (Put, Coverage) {
    let Listed { items, rows, .. } = list::<K, S>(source, id).await;
    (Box::new(|inventory| K::shelf(inventory).extend(items)), rows)
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

/// The networks in which clusters are.
pub(super) fn networks_with_clusters<'a>(
    clusters: &[Cluster],
    networks: &'a [VirtualNetwork],
) -> impl Iterator<Item = &'a VirtualNetwork> {
    let used: BTreeSet<ResourceId> = clusters.iter().flat_map(named_subnets).collect();
    let node_groups: BTreeSet<ResourceId> =
        clusters.iter().filter_map(Cluster::node_resource_group_id).collect();
    let has_clusters = move |vnet: &&VirtualNetwork| {
        vnet.id.resource_group_id().is_some_and(|group| node_groups.contains(&group))
            || vnet.subnets.iter().any(|subnet| used.contains(&subnet.id))
    };
    networks.iter().filter(has_clusters)
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
