//! Virtual networks, each with its subnets and peerings.

use super::Kind;
use crate::{
    azure::{
        Provider, Resource,
        wire::{self, Flag, IpConfigurations, Lenient, List, Tally, Text},
    },
    collect::convert::{
        Converted,
        parts::{self, Notes},
        twins::{Entry, Parts},
    },
    inventory::{
        AddressUsage, Histogram, Instances, Owner, OwnerCount, OwnerKind, Peering, Prefixes, ResourceId,
        Subnet, VirtualNetwork,
    },
};

/// The owner of entries, and the service behind delegations, that don't say whose they are.
const UNRECOGNISED: &str = "unrecognised";

/// <https://learn.microsoft.com/rest/api/virtualnetwork/virtual-networks/list-all>
impl Resource for wire::VirtualNetwork {
    const PROVIDER: Provider = Provider::Network;
    const COLLECTION: &'static str = "virtualNetworks";
}

impl Kind for VirtualNetwork {
    type Wire = wire::VirtualNetwork;

    fn convert(wire: Self::Wire) -> Converted<Self> {
        let id = parts::own_id("virtual network", wire.id.as_ref(), None)?;
        let Some(properties) = wire.properties else {
            return Err(parts::without_properties("virtual network", &id));
        };
        let mut notes = Notes::new(&id);
        let space = notes.read("address space", properties.address_space).unwrap_or_default();
        let options = notes.read("DHCP options", properties.dhcp_options).unwrap_or_default();
        let subnets = notes.read_list("subnet", properties.subnets);
        let peerings = notes.read_list("peering", properties.virtual_network_peerings);
        let network = VirtualNetwork {
            location: parts::location(wire.location),
            tags: notes.read_tags(wire.tags),
            address_space: notes.read_prefixes("address space", space.address_prefixes).into_iter().collect(),
            subnets: Parts::converted("subnet", subnets, &mut notes, subnet),
            peerings: Parts::converted("peering", peerings, &mut notes, peering),
            dns_servers: notes.read_texts("DNS servers", options.dns_servers),
            id,
        };
        Ok((network, notes.into_oddities()))
    }
}

pub(crate) fn subnet(wire: wire::Subnet) -> Converted<Subnet> {
    let id = parts::own_id("subnet", wire.id.as_ref(), wire.name.as_ref())?;
    let Some(wire) = wire.properties else {
        return Err(parts::without_properties("subnet", &id));
    };
    let mut notes = Notes::new(&id);
    let prefixes = notes.read_prefixes("address prefixes", wire.address_prefixes);
    let delegation = |d: wire::Delegation| (d.name, d.properties.service_name);
    let delegations = services("delegation", wire.delegations, &mut notes, delegation);
    let gateways = notes.read_list("application gateway", wire.application_gateway_ip_configurations);
    let link = |link: wire::ServiceLink| (link.id.or(link.name), link.properties.linked_resource_type);
    let mut links = services("service link", wire.service_association_links, &mut notes, link);
    links.extend(services("service link", wire.resource_navigation_links, &mut notes, link));
    let mut subnet = Subnet {
        prefixes: parts::text(wire.address_prefix).into_iter().chain(prefixes).collect(),
        usage: usage(&id, wire.ip_configurations.unwrap_or_default()),
        delegations,
        network_security_group: notes.read_reference("network security group", wire.network_security_group),
        route_table: notes.read_reference("route table", wire.route_table),
        nat_gateway: notes.read_reference("NAT gateway", wire.nat_gateway),
        // The reference is to a gateway's configuration; its parent is the gateway.
        application_gateways: parts::distinct_ids(
            gateways
                .into_iter()
                .filter_map(|gateway| notes.read_id("application gateway", gateway.id))
                .filter_map(|id| id.parent()),
        ),
        container_profiles: wire.ip_configuration_profiles.map_or(0, Tally::get),
        private_endpoints: wire.private_endpoints.map_or(0, Tally::get),
        service_links: links,
        default_outbound_access: wire.default_outbound_access.map(Flag::get),
        id,
    };
    if subnet.route_table.is_none() {
        // Which instances are there is asked for routes alone, and an estate has hundreds of thousands.
        subnet.usage.owners.iter_mut().for_each(|count| count.instances = Instances::default());
    }
    Ok((subnet, notes.into_oddities()))
}

/// The services that have to do with a subnet. One that can't be named still counts: what it takes can't be seen.
fn services<W>(
    kind: &'static str,
    list: List<W>,
    notes: &mut Notes,
    read: impl Fn(W) -> (Option<Text>, Option<Text>),
) -> Vec<String> {
    let unread = list.items.iter().filter(|item| !matches!(item, Lenient::Read(_))).count();
    let unread = unread + usize::from(list.odd.is_some());
    let mut services = Parts::new(kind);
    for service in notes.read_list(kind, list) {
        let (name, service) = read(service);
        services.add(Entry { name: parts::text(name), value: parts::text(service) }, Vec::new());
    }
    let (services, is_whole) = services.settle(notes);
    let expected = services.len() + unread + usize::from(!is_whole);
    let mut services: Vec<String> = services.into_iter().filter_map(|service| service.value).collect();
    services.resize(expected, UNRECOGNISED.to_owned());
    services
}

/// What was counted, and beside it the entries that don't say whose they are, which are the subnet's own.
fn usage(subnet: &ResourceId, counted: IpConfigurations) -> AddressUsage {
    let mut owners = counted.owners;
    if counted.unrecognised > 0 {
        let owner = Owner {
            kind: OwnerKind::Other(UNRECOGNISED.to_owned()),
            id: subnet.clone(),
            pool_hint: None,
            is_provisioned: false,
        };
        owners.push(OwnerCount {
            owner,
            addresses: counted.unrecognised,
            per_node: Histogram::default(),
            instances: Instances::default(),
        });
        owners.sort_by(|a, b| a.owner.cmp(&b.owner));
    }
    AddressUsage { listed: owners.iter().map(|count| count.addresses).sum(), owners }
}

pub(crate) fn peering(wire: wire::Peering) -> Converted<Peering> {
    let id = parts::own_id("peering", wire.id.as_ref(), wire.name.as_ref())?;
    let mut notes = Notes::new(&id);
    let wire = notes.read_properties("peering", wire.properties);
    let spaces = [wire.remote_virtual_network_address_space, wire.remote_address_space];
    let mut remote = Prefixes::default();
    for space in
        spaces.into_iter().filter_map(|space| notes.read("remote address space", space)).collect::<Vec<_>>()
    {
        let prefixes = notes.read_prefixes("remote address space", space.address_prefixes);
        if remote == Prefixes::default() {
            remote = prefixes.into_iter().collect();
        }
    }
    let peering = Peering {
        remote: notes.read_reference("remote network", wire.remote_virtual_network),
        state: parts::text(wire.peering_state),
        remote_prefixes: remote,
        allow_forwarded_traffic: wire.allow_forwarded_traffic.map(Flag::get),
        allow_gateway_transit: wire.allow_gateway_transit.map(Flag::get),
        use_remote_gateways: wire.use_remote_gateways.map(Flag::get),
        peer_complete_vnets: wire.peer_complete_vnets.map(Flag::get),
        local_subnet_names: notes.read_texts("local subnet names", wire.local_subnet_names),
        remote_subnet_names: notes.read_texts("remote subnet names", wire.remote_subnet_names),
        only_ipv6: wire.enable_only_ipv6_peering.map(Flag::get),
        id,
    };
    Ok((peering, notes.into_oddities()))
}
