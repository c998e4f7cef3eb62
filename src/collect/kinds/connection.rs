//! Connections of virtual network gateways.

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
    inventory::{Connection, Inventory},
};

/// <https://learn.microsoft.com/rest/api/network-gateway/virtual-network-gateway-connections/list>
impl Resource for wire::Connection {
    const PROVIDER: Provider = Provider::Network;
    const COLLECTION: &'static str = "connections";
}

impl Kind for Connection {
    type Wire = wire::Connection;

    const OPTIONAL: bool = true;

    fn convert(wire: Self::Wire) -> Converted<Self> {
        let id = parts::own_id("connection", wire.id.as_ref(), None)?;
        let mut notes = Notes::new(&id);
        let properties = notes.read_properties("connection", wire.properties);
        let ends = [properties.virtual_network_gateway1, properties.virtual_network_gateway2];
        let ends = ends.into_iter().filter_map(|end| notes.read_reference("virtual network gateway", end));
        let connection = Connection {
            gateways: parts::distinct_ids(ends.collect::<Vec<_>>().into_iter()),
            local_network_gateway: notes
                .read_reference("local network gateway", properties.local_network_gateway2),
            kind: parts::text(properties.connection_type),
            id,
        };
        Ok((connection, notes.into_oddities()))
    }
}

/// Beside the gateways: no list shows in which other groups there may be some.
impl Beyond for Connection {
    fn places(inventory: &Inventory) -> BTreeSet<Place> {
        groups(&gateways(inventory))
    }
}
