//! Application gateways, as far as addresses go.

use super::{Attached, Kind};
use crate::{
    azure::{
        Provider, Resource,
        wire::{self, Count},
    },
    collect::convert::{
        Converted,
        parts::{self, Notes},
        twins::{Entry, Parts},
    },
    inventory::{ApplicationGateway, Cluster, ResourceId, Subnet},
};

/// <https://learn.microsoft.com/rest/api/application-gateway/application-gateways/list-all>
impl Resource for wire::ApplicationGateway {
    const PROVIDER: Provider = Provider::Network;
    const COLLECTION: &'static str = "applicationGateways";
}

impl Kind for ApplicationGateway {
    type Wire = wire::ApplicationGateway;

    fn convert(wire: Self::Wire) -> Converted<Self> {
        let id = parts::own_id("application gateway", wire.id.as_ref(), None)?;
        let mut notes = Notes::new(&id);
        let wire = notes.read_properties("application gateway", wire.properties);
        let sku = notes.read("sku", wire.sku).unwrap_or_default();
        let autoscale = notes.read("autoscale configuration", wire.autoscale_configuration);
        let instances = notes.read_list("gateway configuration", wire.gateway_ip_configurations);
        let frontends = notes.read_list("front end", wire.frontend_ip_configurations);
        let instances = children("gateway configuration", instances, &mut notes);
        let frontends = children("front end", frontends, &mut notes);
        let gateway = ApplicationGateway {
            tier: parts::text(sku.tier).or_else(|| parts::text(sku.name)),
            // Azure keeps a capacity in the sku of a gateway that scales by itself; it says nothing there.
            capacity: sku.capacity.filter(|_| autoscale.is_none()).map(Count::get),
            max_capacity: autoscale.and_then(|a| a.max_capacity).map(Count::get),
            subnets: parts::distinct_ids(instances.into_iter()),
            private_frontends: frontends,
            id,
        };
        Ok((gateway, notes.into_oddities()))
    }
}

impl Attached for ApplicationGateway {
    fn named_by(subnet: &Subnet, _: bool) -> &[ResourceId] {
        &subnet.application_gateways
    }

    fn is_needed(clusters: &[Cluster], subnets: &[&Subnet]) -> bool {
        subnets.iter().any(|subnet| !subnet.application_gateways.is_empty())
            || clusters.iter().any(|cluster| cluster.addon_enabled("ingressApplicationGateway"))
    }
}

/// The subnets in which a gateway's configurations are.
fn children(kind: &'static str, children: Vec<wire::GatewayChild>, notes: &mut Notes) -> Vec<ResourceId> {
    let mut parts = Parts::new(kind);
    for child in children {
        let mut own = notes.of_part();
        let subnet = child.properties.and_then(|properties| properties.subnet?.id);
        let value = own.read_id("subnet", subnet);
        parts.add(Entry { name: parts::text(child.id.or(child.name)), value }, own.into_oddities());
    }
    parts.settle(notes).0.into_iter().filter_map(|child| child.value).collect()
}
