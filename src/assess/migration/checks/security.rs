//! Security rules that would cut pod traffic, which crosses the node subnets unencapsulated.

use super::{Outcome, addresses::missing_subnets};
use crate::{
    assess::migration::scene::Subject,
    inventory::{NetworkSecurityGroup, SecurityRule},
    ipam::Cidr,
};

/// How far one side of a rule speaks of pods.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Reach {
    /// Not at all.
    None,
    /// Some pods, or, by a service tag, perhaps.
    Some,
    /// All pods.
    All,
}

/// MIG-046: a rule that denies pod traffic on all ports before any allows it is a blocker; one for single ports, a
/// part of the range, or by a service tag is a warning.
/// <https://learn.microsoft.com/azure/aks/concepts-network-azure-cni-overlay>
pub(super) fn pod_traffic(subject: &Subject<'_>) -> Outcome {
    let Some(cidr) = subject.final_pod_cidr else { return Outcome::unknown("the pod CIDR") };
    let mut missing = missing_subnets(subject);
    let (mut cutting, mut leaning) = (Vec::new(), Vec::new());
    let mut seen = Vec::new();
    for id in subject.node_subnets.iter().filter_map(|s| s.read?.1.network_security_group.as_ref()) {
        if seen.contains(&id) {
            continue;
        }
        seen.push(id);
        match subject.scene.security_group(id) {
            None => missing.push(format!("security group {} could not be read", id.name())),
            Some(group) => {
                for (rule, is_certain) in denials(group, cidr) {
                    let text = format!("{}/{}", id.name(), rule.name);
                    if is_certain { cutting.push(text) } else { leaning.push(text) }
                }
            }
        }
    }
    match Outcome::of_list(&format!("rules deny traffic of {cidr}"), &cutting, &missing) {
        Outcome::Pass if !leaning.is_empty() => {
            Outcome::warn(format!("rules may deny some traffic of {cidr}: {}", leaning.join(", ")))
        }
        outcome => outcome,
    }
}

/// The rules that deny traffic between pods before one allows all of it, each with whether it does so for certain.
fn denials(group: &NetworkSecurityGroup, cidr: Cidr) -> Vec<(&SecurityRule, bool)> {
    ["Inbound", "Outbound"].into_iter().flat_map(|direction| denials_of(group, cidr, direction)).collect()
}

fn denials_of<'a>(
    group: &'a NetworkSecurityGroup,
    cidr: Cidr,
    direction: &str,
) -> Vec<(&'a SecurityRule, bool)> {
    let is =
        |value: &Option<String>, text: &str| value.as_deref().is_some_and(|v| v.eq_ignore_ascii_case(text));
    let mut rules: Vec<&SecurityRule> =
        group.rules.iter().filter(|rule| is(&rule.direction, direction)).collect();
    rules.sort_by_key(|rule| rule.priority.unwrap_or(u32::MAX));
    let mut denials = Vec::new();
    for rule in rules {
        let reach = reach(&rule.sources, cidr).min(reach(&rule.destinations, cidr));
        let all_ports =
            is_any(&rule.destination_ports, &["*", "0-65535"]) && is_any(&rule.source_ports, &["*"]);
        let all_protocols = rule.protocol.as_deref() == Some("*");
        let is_whole = reach == Reach::All && all_ports && all_protocols;
        if is(&rule.access, "Allow") && is_whole {
            break;
        }
        if is(&rule.access, "Deny") && reach > Reach::None {
            denials.push((rule, reach == Reach::All && all_ports));
        }
    }
    denials
}

/// How far prefixes speak of the pod CIDR. Which addresses a service tag covers is not known for pods: they belong to
/// no network, yet cross one.
fn reach(prefixes: &[String], cidr: Cidr) -> Reach {
    prefixes.iter().map(|text| reach_of(text, cidr)).max().unwrap_or(Reach::None)
}

fn reach_of(text: &str, cidr: Cidr) -> Reach {
    match text.parse::<Cidr>() {
        Ok(range) if range.contains(cidr) => Reach::All,
        Ok(range) if range.overlaps(cidr) => Reach::Some,
        Ok(_) => Reach::None,
        Err(_) if text == "*" || text.eq_ignore_ascii_case("Any") => Reach::All,
        Err(_) if ["VirtualNetwork", "Internet"].iter().any(|tag| text.eq_ignore_ascii_case(tag)) => {
            Reach::Some
        }
        Err(_) => text.parse().map_or(Reach::None, |address| {
            if cidr.contains_address(address) { Reach::Some } else { Reach::None }
        }),
    }
}

fn is_any(values: &[String], any: &[&str]) -> bool {
    values.iter().any(|value| any.contains(&value.as_str()))
}

/// The outbound rules that may keep Cilium from Azure Monitor (CIL-018).
pub(super) fn outbound_denials(group: &NetworkSecurityGroup) -> Vec<String> {
    let is =
        |value: &Option<String>, text: &str| value.as_deref().is_some_and(|v| v.eq_ignore_ascii_case(text));
    let covers = |text: &String| {
        ["*", "0.0.0.0/0", "Internet", "AzureCloud", "AzureMonitor"]
            .iter()
            .any(|t| text.eq_ignore_ascii_case(t))
    };
    let mut rules: Vec<&SecurityRule> =
        group.rules.iter().filter(|rule| is(&rule.direction, "Outbound")).collect();
    rules.sort_by_key(|rule| rule.priority.unwrap_or(u32::MAX));
    let first = rules.into_iter().find(|rule| rule.destinations.iter().any(covers));
    first
        .filter(|rule| is(&rule.access, "Deny"))
        .map(|rule| format!("{}/{}", group.id.name(), rule.name))
        .into_iter()
        .collect()
}
