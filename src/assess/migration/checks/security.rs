//! Security rules that would cut pod traffic, which crosses the node subnets unencapsulated.

use std::collections::BTreeSet;

use super::{ClusterField, Kind, MissingFact, Outcome, addresses::missing_subnets};
use crate::{
    assess::migration::scene::Subject,
    inventory::{NetworkSecurityGroup, ResourceId, SecurityRule},
    ipam::Cidr,
};

/// The two directions of rules.
const DIRECTIONS: [&str; 2] = ["Inbound", "Outbound"];

/// Security rules that are in the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecurityFault {
    /// They deny traffic of nodes and this pod CIDR.
    Deny(Cidr, Vec<RuleName>),
    /// They may deny some of it.
    MayDeny(Cidr, Vec<RuleName>),
    /// They deny the internet to what goes out.
    DenyInternet(Vec<RuleName>),
}

/// A rule of a security group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleName {
    /// The group.
    pub group_id: ResourceId,
    /// The rule's name.
    pub rule: String,
}

/// How far one side of a rule speaks of a range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Reach {
    /// Not at all.
    None,
    /// Of a part.
    Part,
    /// By a service tag of which it is not documented whether it covers pods.
    Perhaps,
    /// Of all of it.
    All,
}

/// One end of a flow inside a cluster.
#[derive(Debug, Clone, Copy)]
enum End {
    /// A node subnet's prefix.
    Nodes(Cidr),
    /// The pod CIDR.
    Pods(Cidr),
}

impl End {
    fn cidr(self) -> Cidr {
        match self {
            Self::Nodes(cidr) | Self::Pods(cidr) => cidr,
        }
    }
}

/// MIG-046: nodes must reach nodes and pods, and pods each other, on all ports. A rule that denies such a flow before
/// one allows it is a blocker; one for single ports, a part of a range, or by a service tag is a warning.
/// <https://learn.microsoft.com/azure/aks/concepts-network-azure-cni-overlay>
pub(super) fn pod_traffic(subject: &Subject<'_>) -> Outcome {
    let Some(cidr) = subject.final_pod_cidr else { return Outcome::unknown(ClusterField::PodCidr) };
    let mut missing = missing_subnets(subject);
    let (mut cutting, mut leaning) = (Vec::new(), Vec::new());
    let (mut seen, mut groups) = (Vec::new(), Vec::new());
    let flows = flows(subject, cidr);
    for id in subject.node_subnets.iter().filter_map(|s| s.read?.1.network_security_group.as_ref()) {
        if seen.contains(&id) {
            continue;
        }
        seen.push(id);
        match subject.scene.estate.security_group(id) {
            None => missing.push(MissingFact::Unread(Kind::SecurityGroup, id.clone())),
            Some(group) => {
                for (rule, is_certain) in denials(group, &flows) {
                    let name = RuleName { group_id: id.clone(), rule: rule.name.clone() };
                    groups.push(id);
                    if is_certain { cutting.push(name) } else { leaning.push(name) }
                }
            }
        }
    }
    let outcome = match Outcome::of_list(cutting, missing, |rules| SecurityFault::Deny(cidr, rules)) {
        Outcome::Pass if !leaning.is_empty() => Outcome::warn(SecurityFault::MayDeny(cidr, leaning)),
        outcome => outcome,
    };
    outcome.about(groups)
}

/// The security groups of the node subnets that deny some of that traffic: in which direction, and by which priority first.
pub(crate) fn first_denials<'a>(
    subject: &Subject<'a>,
    pods: Cidr,
) -> Vec<(&'a NetworkSecurityGroup, &'static str, u32)> {
    let flows = flows(subject, pods);
    let ids: BTreeSet<&ResourceId> =
        subject.node_subnets.iter().filter_map(|s| s.read?.1.network_security_group.as_ref()).collect();
    let groups = ids.into_iter().filter_map(|id| subject.scene.estate.security_group(id));
    let mut found = Vec::new();
    for group in groups {
        for direction in DIRECTIONS {
            let denials = flows.iter().flat_map(|flow| denials_of(group, *flow, direction));
            let first =
                denials.filter(|(_, is_certain)| *is_certain).filter_map(|(rule, _)| rule.priority).min();
            found.extend(first.map(|priority| (group, direction, priority)));
        }
    }
    found
}

/// Node to node, node to pod, pod to pod.
fn flows(subject: &Subject<'_>, pods: Cidr) -> Vec<(End, End)> {
    let read = subject.node_subnets.iter().filter_map(|subnet| subnet.read);
    let nodes: Vec<End> = read.flat_map(|(_, subnet)| subnet.prefixes.v4()).map(End::Nodes).collect();
    let pods = End::Pods(pods);
    let between = nodes.iter().flat_map(|from| nodes.iter().map(|to| (*from, *to)));
    between.chain(nodes.iter().map(|from| (*from, pods))).chain([(pods, pods)]).collect()
}

/// The rules that deny a flow before one allows all of it, each with whether it does so for certain.
fn denials<'a>(group: &'a NetworkSecurityGroup, flows: &[(End, End)]) -> Vec<(&'a SecurityRule, bool)> {
    DIRECTIONS
        .into_iter()
        .flat_map(|direction| flows.iter().flat_map(move |flow| denials_of(group, *flow, direction)))
        .collect()
}

fn denials_of<'a>(
    group: &'a NetworkSecurityGroup,
    (from, to): (End, End),
    direction: &str,
) -> Vec<(&'a SecurityRule, bool)> {
    let is =
        |value: &Option<String>, text: &str| value.as_deref().is_some_and(|v| v.eq_ignore_ascii_case(text));
    let mut rules: Vec<&SecurityRule> =
        group.rules.iter().filter(|rule| is(&rule.direction, direction)).collect();
    rules.sort_by_key(|rule| rule.priority.unwrap_or(u32::MAX));
    let mut denials = Vec::new();
    let mut is_perhaps_allowed = false;
    for rule in rules {
        let reach = reach(&rule.sources, from).min(reach(&rule.destinations, to));
        let all_ports =
            is_any(&rule.destination_ports, &["*", "0-65535"]) && is_any(&rule.source_ports, &["*"]);
        let all_protocols = rule.protocol.as_deref() == Some("*");
        if is(&rule.access, "Allow") && all_ports && all_protocols {
            match reach {
                Reach::All => break,
                Reach::Perhaps => is_perhaps_allowed = true,
                Reach::Part | Reach::None => {}
            }
        }
        if is(&rule.access, "Deny") && reach > Reach::None {
            denials.push((rule, reach == Reach::All && all_ports && !is_perhaps_allowed));
        }
    }
    denials
}

/// How far prefixes speak of one end.
fn reach(prefixes: &[String], end: End) -> Reach {
    prefixes.iter().map(|text| reach_of(text, end)).max().unwrap_or(Reach::None)
}

/// Which addresses a service tag covers is not known for pods: they belong to no network, yet cross one.
fn reach_of(text: &str, end: End) -> Reach {
    let cidr = end.cidr();
    let is_tag = |tag: &str| text.eq_ignore_ascii_case(tag);
    match (text.parse::<Cidr>(), end) {
        (Ok(range), _) if range.contains(cidr) => Reach::All,
        (Ok(range), _) if range.overlaps(cidr) => Reach::Part,
        (Ok(_), _) => Reach::None,
        (Err(_), _) if text == "*" || is_tag("Any") => Reach::All,
        (Err(_), End::Nodes(_)) if is_tag("VirtualNetwork") => Reach::All,
        (Err(_), End::Pods(_)) if is_tag("VirtualNetwork") || is_tag("Internet") => Reach::Perhaps,
        (Err(_), _) => text.parse().map_or(Reach::None, |address| {
            if cidr.contains_address(address) { Reach::Part } else { Reach::None }
        }),
    }
}

fn is_any(values: &[String], any: &[&str]) -> bool {
    values.iter().any(|value| any.contains(&value.as_str()))
}

/// The outbound rule that may keep Cilium from Azure Monitor (CIL-018).
pub(super) fn outbound_denial(group: &NetworkSecurityGroup) -> Option<RuleName> {
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
    let first = rules.into_iter().find(|rule| rule.destinations.iter().any(covers))?;
    is(&first.access, "Deny").then(|| RuleName { group_id: group.id.clone(), rule: first.name.clone() })
}
