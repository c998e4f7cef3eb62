//! What is printed for a blocker ends it: once it is done, the check passes.

use super::*;
use crate::{
    assess::testing::{SUBSCRIPTION, id},
    inventory::{NetworkSecurityGroup, SecurityRule},
    ipam::Cidr,
};

fn rule(name: &str, priority: u32, direction: &str, access: &str, ends: [&[String]; 2]) -> SecurityRule {
    SecurityRule {
        name: name.to_owned(),
        priority: Some(priority),
        direction: Some(direction.to_owned()),
        access: Some(access.to_owned()),
        protocol: Some("*".to_owned()),
        sources: ends[0].to_vec(),
        destinations: ends[1].to_vec(),
        source_ports: vec!["*".to_owned()],
        destination_ports: vec!["*".to_owned()],
    }
}

/// A cluster whose node subnet has a group that denies everything at these places, and allows others something at those.
fn denied(denials: &[(u32, &str)], taken: &[u32]) -> World {
    let any = ["*".to_owned()];
    let others = ["203.0.113.0/24".to_owned()];
    let mut rules: Vec<SecurityRule> = denials
        .iter()
        .map(|(at, direction)| rule(&format!("deny-{at}"), *at, direction, "Deny", [&any, &any]))
        .collect();
    rules.extend(taken.iter().flat_map(|at| {
        let of = |direction| rule(&format!("other-{at}"), *at, direction, "Allow", [&others, &others]);
        ["Inbound", "Outbound"].map(of)
    }));
    let group = id(&format!(
        "{SUBSCRIPTION}/resourceGroups/net/providers/Microsoft.Network/networkSecurityGroups/nsg"
    ));
    let mut world = World::of(Start::Kubenet);
    world.subnet().network_security_group = Some(group.clone());
    world.inventory.network_security_groups =
        vec![NetworkSecurityGroup { id: group, rules, subnets: vec![] }];
    world
}

#[test]
fn printed_rules_let_nodes_and_pods_through_whatever_denies_them_and_wherever() {
    for (what, denials, taken) in [
        ("inbound", &[(200, "Inbound")][..], &[][..]),
        ("outbound", &[(200, "Outbound")], &[]),
        ("both", &[(200, "Inbound"), (300, "Outbound")], &[]),
        ("two that deny", &[(200, "Inbound"), (210, "Inbound")], &[]),
        ("the nearest places are taken", &[(200, "Inbound")], &[199, 197]),
        ("just enough room", &[(102, "Inbound"), (102, "Outbound")], &[]),
        ("the last place", &[(4096, "Inbound")], &[4095]),
    ] {
        let mut world = denied(denials, taken);
        let found = plan(&world);
        assert!(found.readiness.blockers.contains(&CheckId::SecurityRules), "{what}");
        let mend = found.site.mend(CheckId::SecurityRules).unwrap();
        let rules = &mut world.inventory.network_security_groups[0].rules;
        for action in mend {
            let Action::Allow(made) = action else { panic!("{what}: {action:?}") };
            let at = made.priority.unwrap();
            let is_free = |other: &SecurityRule| {
                other.name != made.name
                    && (other.priority != Some(at) || other.direction.as_deref() != Some(made.direction))
            };
            assert!(rules.iter().all(is_free), "{what}: {} at {at} is taken", made.name);
            let texts = |ranges: &[Cidr]| ranges.iter().map(ToString::to_string).collect::<Vec<_>>();
            let ends = [texts(&made.from), texts(&made.to)];
            rules.push(rule(&made.name, at, made.direction, "Allow", [&ends[0], &ends[1]]));
        }
        let blockers = plan(&world).readiness.blockers;
        assert!(!blockers.contains(&CheckId::SecurityRules), "{what}: {blockers:?}");
    }
}
