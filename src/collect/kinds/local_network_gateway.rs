//! Local network gateways: the ranges at the other end of VPN connections.

use std::collections::BTreeSet;

use super::{Beyond, Kind};
use crate::{
    azure::{Provider, Resource, wire},
    collect::{
        beyond::{gateways, groups},
        convert::{
            Converted,
            parts::{self, Notes},
        },
        source::Place,
    },
    inventory::{Inventory, LocalNetworkGateway},
};

/// <https://learn.microsoft.com/rest/api/network-gateway/local-network-gateways/list>
impl Resource for wire::LocalNetworkGateway {
    const PROVIDER: Provider = Provider::Network;
    const COLLECTION: &'static str = "localNetworkGateways";
}

impl Kind for LocalNetworkGateway {
    type Wire = wire::LocalNetworkGateway;

    const OPTIONAL: bool = true;

    fn convert(wire: Self::Wire) -> Converted<Self> {
        let id = parts::own_id("local network gateway", wire.id.as_ref(), None)?;
        let mut notes = Notes::new(&id);
        let properties = notes.read_properties("local network gateway", wire.properties);
        // One whose ranges are all announced by BGP has no address space.
        let space = notes.read("address space", properties.local_network_address_space).unwrap_or_default();
        let gateway = LocalNetworkGateway {
            address_space: notes.read_prefixes("address space", space.address_prefixes).into_iter().collect(),
            id,
        };
        Ok((gateway, notes.into_oddities()))
    }
}

/// Beside the gateways, and in the groups that their connections name.
impl Beyond for LocalNetworkGateway {
    fn places(inventory: &Inventory) -> BTreeSet<Place> {
        let named = inventory.connections.iter().filter_map(|it| it.local_network_gateway.as_ref());
        groups(&gateways(inventory).into_iter().chain(named).collect::<Vec<_>>())
    }
}
