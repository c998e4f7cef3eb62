//! Network security groups.

use super::{Attached, Kind};
use crate::{
    azure::{
        Provider, Resource,
        wire::{self, Count},
    },
    collect::convert::{
        Converted,
        parts::{self, Notes},
        twins::Parts,
    },
    inventory::{NetworkSecurityGroup, ResourceId, SecurityRule, Subnet},
};

/// <https://learn.microsoft.com/rest/api/virtualnetwork/network-security-groups/list-all>
impl Resource for wire::NetworkSecurityGroup {
    const PROVIDER: Provider = Provider::Network;
    const COLLECTION: &'static str = "networkSecurityGroups";
}

impl Kind for NetworkSecurityGroup {
    type Wire = wire::NetworkSecurityGroup;

    fn convert(wire: Self::Wire) -> Converted<Self> {
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
            subnets: parts::distinct_ids(subnets.into_iter().filter_map(|s| notes.read_id("subnet", s.id))),
            id,
        };
        Ok((group, notes.into_oddities()))
    }
}

impl Attached for NetworkSecurityGroup {
    fn named_by(subnet: &Subnet, _: bool) -> &[ResourceId] {
        subnet.network_security_group.as_slice()
    }
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
