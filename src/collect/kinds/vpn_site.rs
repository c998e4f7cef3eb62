//! VPN sites: the ranges that a virtual WAN leads to.

use std::collections::BTreeSet;

use super::{Beyond, Kind};
use crate::{
    azure::{Provider, Resource, wire},
    collect::{
        convert::{
            Converted,
            parts::{self, Notes},
        },
        source::Place,
        subscription::networks_with_clusters,
    },
    inventory::{Inventory, Peering, ReadStatus, VpnSite, What},
};

/// <https://learn.microsoft.com/rest/api/virtualwan/vpn-sites/list>
impl Resource for wire::VpnSite {
    const PROVIDER: Provider = Provider::Network;
    const COLLECTION: &'static str = "vpnSites";
}

impl Kind for VpnSite {
    type Wire = wire::VpnSite;

    const OPTIONAL: bool = true;

    fn convert(wire: Self::Wire) -> Converted<Self> {
        let id = parts::own_id("VPN site", wire.id.as_ref(), None)?;
        let mut notes = Notes::new(&id);
        let properties = notes.read_properties("VPN site", wire.properties);
        // One whose ranges are all announced by BGP has no address space.
        let space = notes.read("address space", properties.address_space).unwrap_or_default();
        let site = VpnSite {
            address_space: notes.read_prefixes("address space", space.address_prefixes).into_iter().collect(),
            virtual_wan: notes.read_reference("virtual WAN", properties.virtual_wan),
            id,
        };
        Ok((site, notes.into_oddities()))
    }
}

/// In every subscription whose networks were read, where a virtual WAN connects one with clusters: its hub is a network of
/// Azure's own, which does not tell the subscription of the WAN.
impl Beyond for VpnSite {
    fn places(inventory: &Inventory) -> BTreeSet<Place> {
        let mut networks = networks_with_clusters(&inventory.clusters, &inventory.virtual_networks);
        if !networks.any(|network| network.peerings.iter().any(Peering::is_of_virtual_wan)) {
            return BTreeSet::new();
        }
        let is_read = |status, items| status == ReadStatus::Ok || items > 0;
        let rows = inventory.coverage.entries().iter();
        let rows = rows.filter(|row| row.what == What::VirtualNetworks && is_read(row.status, row.items));
        let read: BTreeSet<&str> = rows.map(|row| row.scope_id.as_str()).collect();
        let ids = inventory.subscriptions.iter().map(|subscription| &subscription.id);
        ids.filter(|id| read.contains(id.path().as_str())).cloned().map(Place::Subscription).collect()
    }
}
