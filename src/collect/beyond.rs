//! What lies beyond the gateways of networks with clusters: read last, when it is known where they lead.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::{StreamExt, stream};

use super::{
    kinds::{Beyond, each_beyond},
    ledger,
    source::{Place, Source},
    subscription::networks_with_clusters,
};
use crate::inventory::{Inventory, ResourceId, VirtualNetwork};

/// Reads kind by kind, each where those before it lead.
pub(super) async fn read(source: &impl Source, inventory: &mut Inventory, parallel: usize) {
    each_beyond!(K => list::<K>(source, inventory, parallel).await);
}

async fn list<K: Beyond>(source: &impl Source, inventory: &mut Inventory, parallel: usize) {
    let mut lists = stream::iter(K::places(inventory))
        .map(|place| async move { (source.list::<K::Wire>(&place).await, place) })
        .buffer_unordered(parallel.max(1));
    while let Some((read, place)) = lists.next().await {
        let found = ledger::keep_kind::<K>(read, &place.path(), K::list(), &mut inventory.coverage);
        K::shelf(inventory).extend(found);
    }
}

/// The resource groups of these resources. Of several spellings of one, the same one stays in whatever order answers came.
pub(super) fn groups(ids: &[&ResourceId]) -> BTreeSet<Place> {
    let mut groups: Vec<ResourceId> = ids.iter().filter_map(|id| id.resource_group_id()).collect();
    groups.sort_by(|a, b| b.as_str().cmp(a.as_str()));
    let mut places = BTreeSet::new();
    for group in groups {
        places.insert(Place::Group(group));
    }
    places
}

/// The virtual network gateways that networks with clusters use: their own, and those of networks that lend theirs.
pub(super) fn gateways(inventory: &Inventory) -> Vec<&ResourceId> {
    let networks: BTreeMap<&ResourceId, &VirtualNetwork> =
        inventory.virtual_networks.iter().map(|network| (&network.id, network)).collect();
    let lenders = |network: &VirtualNetwork| {
        let lends = network.peerings.iter().filter(|peering| peering.use_remote_gateways == Some(true));
        lends.filter_map(|peering| networks.get(peering.remote.as_ref()?).copied()).collect::<Vec<_>>()
    };
    networks_with_clusters(&inventory.clusters, &inventory.virtual_networks)
        .flat_map(|network| lenders(network).into_iter().chain([network]))
        .flat_map(VirtualNetwork::gateways)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_is_asked_once_in_the_same_spelling_whatever_the_order() {
        let id = |group: &str| {
            let rest = "providers/Microsoft.Network/virtualNetworkGateways/g";
            ResourceId::parse(&format!("/subscriptions/s/resourceGroups/{group}/{rest}")).unwrap()
        };
        let (one, same, other) = (id("RG-ONE"), id("rg-one"), id("rg-two"));
        let orders = [[&one, &same, &other], [&other, &same, &one]];
        for paths in orders.map(|ids| groups(&ids).iter().map(Place::path).collect::<Vec<_>>()) {
            assert_eq!(
                paths,
                ["/subscriptions/s/resourceGroups/rg-one", "/subscriptions/s/resourceGroups/rg-two"]
            );
        }
    }
}
