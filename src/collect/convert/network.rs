//! Virtual networks and what hangs on their subnets.

use std::collections::BTreeSet;

use super::{
    Converted,
    parts::{self, Notes},
    twins::{Entry, Parts},
};
use crate::{
    azure::wire::{self, Count, Flag, IpConfigurations, Lenient, List, Tally, Text},
    inventory::{
        AddressUsage, ApplicationGateway, Histogram, NetworkSecurityGroup, Owner, OwnerCount, OwnerKind,
        Peering, Prefixes, ResourceId, Route, RouteTable, SecurityRule, Subnet, VirtualNetwork,
    },
};

/// The owner of entries, and the service behind delegations, that don't say whose they are.
const UNRECOGNISED: &str = "unrecognised";

/// A virtual network with its subnets and peerings.
pub(in crate::collect) fn virtual_network(wire: wire::VirtualNetwork) -> Converted<VirtualNetwork> {
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

pub(super) fn subnet(wire: wire::Subnet) -> Converted<Subnet> {
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
    let subnet = Subnet {
        prefixes: parts::text(wire.address_prefix).into_iter().chain(prefixes).collect(),
        usage: usage(&id, wire.ip_configurations.unwrap_or_default()),
        delegations,
        network_security_group: notes.read_reference("network security group", wire.network_security_group),
        route_table: notes.read_reference("route table", wire.route_table),
        nat_gateway: notes.read_reference("NAT gateway", wire.nat_gateway),
        // The reference is to a gateway's configuration; its parent is the gateway.
        application_gateways: distinct(
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
        let owner =
            Owner { kind: OwnerKind::Other(UNRECOGNISED.to_owned()), id: subnet.clone(), pool_hint: None };
        owners.push(OwnerCount { owner, addresses: counted.unrecognised, per_node: Histogram::default() });
        owners.sort_by(|a, b| a.owner.cmp(&b.owner));
    }
    AddressUsage { listed: owners.iter().map(|count| count.addresses).sum(), owners }
}

fn distinct(ids: impl Iterator<Item = ResourceId>) -> Vec<ResourceId> {
    ids.collect::<BTreeSet<_>>().into_iter().collect()
}

pub(super) fn peering(wire: wire::Peering) -> Converted<Peering> {
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
        id,
    };
    Ok((peering, notes.into_oddities()))
}

/// A route table.
pub(in crate::collect) fn route_table(wire: wire::RouteTable) -> Converted<RouteTable> {
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
        subnets: distinct(subnets.into_iter().filter_map(|s| notes.read_id("subnet", s.id))),
        id,
    };
    Ok((table, notes.into_oddities()))
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

/// A network security group.
pub(in crate::collect) fn network_security_group(
    wire: wire::NetworkSecurityGroup,
) -> Converted<NetworkSecurityGroup> {
    let id = parts::own_id("network security group", wire.id.as_ref(), None)?;
    let mut notes = Notes::new(&id);
    let properties = notes.read_properties("network security group", wire.properties);
    let rules = notes.read_list("security rule", properties.security_rules);
    let subnets = notes.read_list("subnet", properties.subnets);
    let mut kept = Parts::new("security rule");
    for rule in rules {
        let mut own = notes.of_part();
        let rule = security_rule(rule, &mut own);
        kept.add(rule, own.into_oddities());
    }
    let (mut rules, _) = kept.settle(&mut notes);
    rules.sort_by(|a, b| (&a.direction, a.priority, &a.name).cmp(&(&b.direction, b.priority, &b.name)));
    let group = NetworkSecurityGroup {
        rules,
        subnets: distinct(subnets.into_iter().filter_map(|s| notes.read_id("subnet", s.id))),
        id,
    };
    Ok((group, notes.into_oddities()))
}

fn security_rule(wire: wire::SecurityRule, notes: &mut Notes) -> SecurityRule {
    let rule = wire.properties;
    let mut groups = |list: wire::List<wire::Reference>| {
        let groups = notes.read_list("application security group", list);
        parts::distinct(groups.into_iter().filter_map(|group| parts::text(group.id)))
    };
    let source_groups = groups(rule.source_application_security_groups);
    let destination_groups = groups(rule.destination_application_security_groups);
    let mut joined = |one, many| {
        let many = notes.read_texts("security rule", many);
        parts::distinct(parts::text(one).into_iter().chain(many))
    };
    let with = |prefixes: Vec<String>, groups| prefixes.into_iter().chain(groups).collect();
    SecurityRule {
        sources: with(joined(rule.source_address_prefix, rule.source_address_prefixes), source_groups),
        destinations: with(
            joined(rule.destination_address_prefix, rule.destination_address_prefixes),
            destination_groups,
        ),
        source_ports: joined(rule.source_port_range, rule.source_port_ranges),
        destination_ports: joined(rule.destination_port_range, rule.destination_port_ranges),
        name: parts::text(wire.name).or_else(|| parts::text(wire.id)).unwrap_or_default(),
        priority: rule.priority.map(Count::get),
        direction: parts::text(rule.direction),
        access: parts::text(rule.access),
        protocol: parts::text(rule.protocol),
    }
}

/// An application gateway.
pub(in crate::collect) fn application_gateway(
    wire: wire::ApplicationGateway,
) -> Converted<ApplicationGateway> {
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
        subnets: distinct(instances.into_iter()),
        private_frontends: frontends,
        id,
    };
    Ok((gateway, notes.into_oddities()))
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
