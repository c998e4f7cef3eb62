//! Virtual networks and what hangs on their subnets.

use std::collections::BTreeSet;

use super::{
    Converted,
    parts::{self, Notes},
};
use crate::{
    azure::wire::{self, Count, Flag, IpConfigurations, List, Tally, Text},
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
        address_space: notes.read_texts("address space", space.address_prefixes).into_iter().collect(),
        subnets: keep(&mut notes, subnets, subnet),
        peerings: keep(&mut notes, peerings, peering),
        dns_servers: notes.read_texts("DNS servers", options.dns_servers),
        id,
    };
    Ok((network, notes.into_oddities()))
}

/// Converts the parts of an object; those that can't be kept are noted.
fn keep<W, M>(notes: &mut Notes, items: Vec<W>, convert: impl Fn(W) -> Converted<M>) -> Vec<M> {
    let mut kept = Vec::with_capacity(items.len());
    for item in items {
        match convert(item) {
            Ok((model, oddities)) => {
                kept.push(model);
                notes.extend(oddities);
            }
            Err(oddity) => notes.extend([oddity]),
        }
    }
    kept
}

pub(super) fn subnet(wire: wire::Subnet) -> Converted<Subnet> {
    let id = parts::own_id("subnet", wire.id.as_ref(), wire.name.as_ref())?;
    let Some(wire) = wire.properties else {
        return Err(parts::without_properties("subnet", &id));
    };
    let mut notes = Notes::new(&id);
    let prefixes = notes.read_texts("address prefixes", wire.address_prefixes);
    let delegations = services("delegation", wire.delegations, &mut notes, |d| d.properties.service_name);
    let gateways = notes.read_list("application gateway", wire.application_gateway_ip_configurations);
    let link = |link: wire::ServiceLink| link.properties.linked_resource_type;
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
    name: impl Fn(W) -> Option<Text>,
) -> Vec<String> {
    let expected = list.items.len() + usize::from(list.odd.is_some());
    let mut services: Vec<String> =
        notes.read_list(kind, list).into_iter().filter_map(|service| parts::text(name(service))).collect();
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
        let prefixes = notes.read_texts("remote address space", space.address_prefixes);
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
    let table = RouteTable {
        location: parts::location(wire.location),
        routes: routes
            .into_iter()
            .map(|route| Route {
                name: parts::text(route.name).unwrap_or_else(|| {
                    notes.note("route", "it has no name");
                    String::new()
                }),
                prefix: parts::text(route.properties.address_prefix),
                next_hop_type: parts::text(route.properties.next_hop_type),
                next_hop_address: parts::text(route.properties.next_hop_ip_address),
            })
            .collect(),
        subnets: distinct(subnets.into_iter().filter_map(|s| notes.read_id("subnet", s.id))),
        id,
    };
    Ok((table, notes.into_oddities()))
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
    let mut rules: Vec<SecurityRule> =
        rules.into_iter().map(|rule| security_rule(rule, &mut notes)).collect();
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
        groups.into_iter().filter_map(|group| parts::text(group.id)).collect::<Vec<String>>()
    };
    let source_groups = groups(rule.source_application_security_groups);
    let destination_groups = groups(rule.destination_application_security_groups);
    let mut joined = |one, many| {
        let many = notes.read_texts("security rule", many);
        parts::text(one).into_iter().chain(many).collect::<Vec<String>>()
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
    let mut subnets = |children: Vec<wire::GatewayChild>| -> Vec<ResourceId> {
        let ids = children.into_iter().filter_map(|child| child.properties?.subnet?.id);
        ids.filter_map(|id| notes.read_id("subnet", Some(id))).collect()
    };
    let gateway = ApplicationGateway {
        tier: parts::text(sku.tier).or_else(|| parts::text(sku.name)),
        // Azure keeps a capacity in the sku of a gateway that scales by itself; it says nothing there.
        capacity: sku.capacity.filter(|_| autoscale.is_none()).map(Count::get),
        max_capacity: autoscale.and_then(|a| a.max_capacity).map(Count::get),
        subnets: distinct(subnets(instances).into_iter()),
        private_frontends: subnets(frontends),
        id,
    };
    Ok((gateway, notes.into_oddities()))
}
