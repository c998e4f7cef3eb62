//! Route tables: what kubenet clusters route their pods with.

use super::{Attached, Kind};
use crate::{
    azure::{Provider, Resource, wire},
    collect::convert::{
        Converted,
        parts::{self, Notes},
        twins::Parts,
    },
    inventory::{Cluster, NetworkPlugin, ResourceId, Route, RouteTable, Subnet},
};

/// <https://learn.microsoft.com/rest/api/virtualnetwork/route-tables/list-all>
impl Resource for wire::RouteTable {
    const PROVIDER: Provider = Provider::Network;
    const COLLECTION: &'static str = "routeTables";
}

impl Kind for RouteTable {
    type Wire = wire::RouteTable;

    fn convert(wire: Self::Wire) -> Converted<Self> {
        let id = parts::own_id("route table", wire.id.as_ref(), None)?;
        let mut notes = Notes::new(&id);
        let properties = notes.read_properties("route table", wire.properties);
        let routes = notes.read_list("route", properties.routes);
        let subnets = notes.read_list("subnet", properties.subnets);
        let mut kept = Parts::new("route");
        for route in routes {
            kept.add(self::route(route, &mut notes), Vec::new());
        }
        let table = RouteTable {
            location: parts::location(wire.location),
            routes: kept.settle(&mut notes).0,
            subnets: parts::distinct_ids(subnets.into_iter().filter_map(|s| notes.read_id("subnet", s.id))),
            id,
        };
        Ok((table, notes.into_oddities()))
    }
}

impl Attached for RouteTable {
    fn named_by(subnet: &Subnet, is_kubenet: bool) -> &[ResourceId] {
        if is_kubenet { subnet.route_table.as_slice() } else { &[] }
    }

    fn is_needed(clusters: &[Cluster], _: &[&Subnet]) -> bool {
        clusters.iter().any(|cluster| cluster.network.plugin == Some(NetworkPlugin::Kubenet))
    }
}

fn route(wire: wire::Route, notes: &mut Notes) -> Route {
    let (name, route) = (parts::text(wire.name), wire.properties);
    Route {
        name: name.unwrap_or_else(|| {
            notes.note("route", "it has no name");
            String::new()
        }),
        prefix: parts::text(route.address_prefix),
        next_hop_type: parts::text(route.next_hop_type),
        next_hop_address: parts::text(route.next_hop_ip_address),
    }
}
