//! Security rules that let the traffic of nodes and pods through, before those that deny it (MIG-046).

use std::collections::BTreeSet;

use crate::{
    assess::migration::{
        action::{Action, AllowRule},
        checks::security::first_denials,
        scene::Subject,
    },
    inventory::NetworkSecurityGroup,
    ipam::Cidr,
};

/// The lowest number a rule of one's own can have.
/// <https://learn.microsoft.com/azure/virtual-network/network-security-groups-overview>
const FIRST_PRIORITY: u32 = 100;

/// The three directions of traffic that Overlay needs, inbound and outbound as far as they are denied: node to node and node to
/// pod in one rule, pod to pod in another. <https://learn.microsoft.com/azure/aks/concepts-network-azure-cni-overlay>
pub(super) fn allow(subject: &Subject<'_>) -> Option<Vec<Action>> {
    let pods = subject.final_pod_cidr?;
    let read = subject.node_subnets.iter().filter_map(|subnet| subnet.read);
    let nodes: Vec<Cidr> = read.flat_map(|(_, subnet)| subnet.prefixes.v4()).collect();
    let mut actions = Vec::new();
    for (group, direction, deny) in first_denials(subject, pods) {
        let mut names: BTreeSet<String> =
            group.rules.iter().map(|rule| rule.name.to_ascii_lowercase()).collect();
        let mut free = free_priorities(group, direction, deny).into_iter();
        let all = nodes.iter().copied().chain([pods]).collect::<Vec<_>>();
        for (what, from, to) in [("nodes", nodes.clone(), all), ("pods", vec![pods], vec![pods])] {
            let name = unused(&format!("allow-aks-{what}-{}", direction.to_ascii_lowercase()), &mut names);
            let group = group.id.clone();
            actions.push(Action::Allow(AllowRule {
                group,
                name,
                direction,
                priority: free.next(),
                from,
                to,
            }));
        }
    }
    (!actions.is_empty()).then_some(actions)
}

/// Two priorities before a rule that denies, which no rule of the direction has; the nearest ones.
fn free_priorities(group: &NetworkSecurityGroup, direction: &str, before: u32) -> Vec<u32> {
    let is_there = |priority: u32| {
        group.rules.iter().any(|rule| {
            let direction_of = rule.direction.as_deref();
            rule.priority == Some(priority)
                && direction_of.is_none_or(|other| other.eq_ignore_ascii_case(direction))
        })
    };
    let mut free: Vec<u32> =
        (FIRST_PRIORITY..before).rev().filter(|priority| !is_there(*priority)).take(2).collect();
    free.reverse();
    free
}

/// A name that no rule has yet.
fn unused(name: &str, names: &mut BTreeSet<String>) -> String {
    let numbered = (2..).map(|number| format!("{name}-{number}"));
    let mut candidates = std::iter::once(name.to_owned()).chain(numbered);
    let found = candidates.find(|candidate| !names.contains(candidate)).unwrap_or_default();
    names.insert(found.clone());
    found
}
