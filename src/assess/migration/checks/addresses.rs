//! The pod CIDR's size, and the node subnets' names and delegations.

use super::{ClusterField, Kind, MissingFact, Outcome, PoolField};
use crate::{
    assess::migration::{
        pod_cidr::{NoProposal, nodes_to_plan_for, propose},
        scene::Subject,
    },
    inventory::ResourceId,
    ipam::{Cidr, pod_cidr_nodes},
};

/// What is wrong with the pod CIDR's size, or with the names and delegations of node subnets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AddressFault {
    /// The first pod CIDR, the present one, is to be replaced, for example by the second.
    Replaced(Cidr, Cidr),
    /// The present pod CIDR cannot be kept, and why there is none instead.
    NotKept(Cidr, NoProposal),
    /// Why there is no pod CIDR.
    NoRange(NoProposal),
    /// The cluster is dual stack.
    DualStack,
    /// This pod CIDR has room for so many nodes, which is too few.
    NodeRoom(Cidr, u64, NodeRoom),
    /// Names that are no values of labels.
    Labels(Vec<(NamedThing, String)>),
    /// Node subnets, each with a service it is delegated to.
    Delegated(Vec<(ResourceId, String)>),
    /// Ranges of the cluster that touch one that AKS reserves.
    Reserved(Vec<ReservedHit>),
}

/// A range of a cluster that touches one that AKS reserves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReservedHit {
    /// What has it.
    pub of: RangeInUse,
    /// The range.
    pub range: Cidr,
    /// The one that AKS reserves.
    pub reserved: Cidr,
}

/// What of a cluster has a range that no other pod CIDR changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RangeInUse {
    /// Its services.
    Services,
    /// A subnet with its nodes.
    Nodes(ResourceId),
    /// The space of its network, where no nodes are.
    Network(ResourceId),
}

/// What a pod CIDR has to have room for, in nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NodeRoom {
    /// As many as the pools may have.
    Most(u64),
    /// The same, and as many of surge.
    Surge(u64, u64),
    /// As many as growth would need.
    Growth(u64),
}

/// What has a name that becomes a label of nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NamedThing {
    /// A subnet.
    Subnet,
    /// A network.
    Network,
    /// A resource group.
    ResourceGroup,
}

/// MIG-023 <https://github.com/Azure/AKS/releases/tag/2025-08-29>
pub(super) fn pod_cidr_kept(subject: &Subject<'_>) -> Outcome {
    let Some(present) = subject.present_pod_cidr() else {
        return Outcome::unknown(ClusterField::PresentPodCidr);
    };
    match propose(subject) {
        Ok(proposal) if proposal.cidr == present => Outcome::Pass,
        Ok(proposal) => Outcome::fail(AddressFault::Replaced(present, proposal.cidr)),
        Err(NoProposal::Unknown(missing)) => Outcome::unknown(MissingFact::Proposal(missing)),
        Err(none) => Outcome::fail(AddressFault::NotKept(present, none)),
    }
}

/// MIG-024 <https://learn.microsoft.com/azure/aks/update-azure-cni>
pub(super) fn pod_cidr_supplied(subject: &Subject<'_>) -> Outcome {
    match propose(subject) {
        Ok(_) => Outcome::Pass,
        Err(NoProposal::Unknown(missing)) => Outcome::unknown(MissingFact::Proposal(missing)),
        Err(none) => Outcome::fail(AddressFault::NoRange(none)),
    }
}

/// MIG-025 <https://github.com/Azure/AKS/issues/5120>
pub(super) fn single_stack(subject: &Subject<'_>) -> Outcome {
    let network = &subject.cluster.network;
    let is_v6 = |family: &String| family.eq_ignore_ascii_case("IPv6");
    if network.ip_families.iter().any(is_v6) || network.pod_cidrs.known.iter().any(|cidr| !cidr.is_v4()) {
        Outcome::fail(AddressFault::DualStack)
    } else if network.ip_families.is_empty() {
        Outcome::unknown(ClusterField::IpFamilies)
    } else {
        Outcome::Pass
    }
}

/// MIG-033: a blocker without room for the nodes, a warning without room for their surge.
/// <https://github.com/Azure/AKS/issues/3686>
pub(super) fn pod_cidr_size(subject: &Subject<'_>) -> Outcome {
    let room = subject.pod_cidr.and_then(|cidr| Some((cidr, pod_cidr_nodes(cidr)?)));
    let Some((cidr, room)) = room else { return Outcome::unknown(ClusterField::PodCidr) };
    let Some(most) = subject.nodes_scale_max() else { return Outcome::unknown(ClusterField::NodeCount) };
    let short = |of| AddressFault::NodeRoom(cidr, room, of);
    if most > room {
        return Outcome::fail(short(NodeRoom::Most(most))).about(autoscaled(subject));
    }
    match subject.surge_at_max() {
        Some(surge) if most.saturating_add(surge) > room => {
            Outcome::warn(short(NodeRoom::Surge(most, surge)))
        }
        Some(_) => Outcome::Pass,
        None => Outcome::Doubt(vec![ClusterField::PoolSurge.into()]),
    }
}

/// MIG-034 <https://learn.microsoft.com/azure/aks/azure-cni-overlay-pod-expand>
pub(super) fn pod_cidr_growth(subject: &Subject<'_>) -> Outcome {
    let room = subject.pod_cidr.and_then(|cidr| Some((cidr, pod_cidr_nodes(cidr)?)));
    match room.zip(nodes_to_plan_for(subject)) {
        Some(((cidr, room), wanted)) if room < wanted => {
            Outcome::fail(AddressFault::NodeRoom(cidr, room, NodeRoom::Growth(wanted)))
        }
        Some(_) => Outcome::Pass,
        None => Outcome::unknown(ClusterField::PodCidrOrNodeCount),
    }
}

/// MIG-037 <https://learn.microsoft.com/azure/aks/concepts-network-azure-cni-overlay>. Networks that AKS made have
/// valid names.
pub(super) fn network_names(subject: &Subject<'_>) -> Outcome {
    if subject.pools().is_empty() {
        return Outcome::unknown(ClusterField::Pools);
    }
    let mut invalid = Vec::new();
    for id in subject.pools().iter().filter_map(|facts| facts.pool.node_subnet_id.as_ref()) {
        let network = id.parent();
        let names = [
            (NamedThing::Subnet, Some(id.name())),
            (NamedThing::Network, network.as_ref().map(ResourceId::name)),
            (NamedThing::ResourceGroup, id.resource_group()),
        ];
        for (what, name) in names.into_iter().filter_map(|(what, name)| Some((what, name?))) {
            if !is_label_value(name) {
                invalid.push((what, name.to_owned()));
            }
        }
    }
    Outcome::of_list(invalid, Vec::new(), AddressFault::Labels)
}

/// MIG-038 <https://learn.microsoft.com/azure/aks/concepts-network-cni-overview>
pub(super) fn delegation(subject: &Subject<'_>) -> Outcome {
    let delegated: Vec<(ResourceId, String)> = subject
        .node_subnets
        .iter()
        .filter_map(|subnet| Some((subnet.id.clone(), subnet.read?.1.delegations.first()?.clone())))
        .collect();
    let ids: Vec<ResourceId> = delegated.iter().map(|(id, _)| id.clone()).collect();
    Outcome::of_list(delegated, missing_subnets(subject), AddressFault::Delegated).about(ids)
}

/// The pools that an autoscaler sizes, by name.
pub(super) fn autoscaled<'a>(subject: &Subject<'a>) -> impl Iterator<Item = &'a String> {
    let pools = subject.pools().iter().map(|facts| facts.pool);
    pools.filter(|pool| pool.autoscaling == Some(true)).map(|pool| &pool.name)
}

/// The node subnets that could not be read or told.
pub(super) fn missing_subnets(subject: &Subject<'_>) -> Vec<MissingFact> {
    let unread = subject.node_subnets.iter().filter(|subnet| subnet.read.is_none());
    let unread = unread.map(|subnet| MissingFact::Unread(Kind::Subnet, subnet.id.clone()));
    let unplaced =
        subject.unplaced.iter().map(|pool| MissingFact::OfPool(PoolField::Subnet, (*pool).to_owned()));
    let no_pools = subject.pools().is_empty().then_some(ClusterField::Pools.into());
    unread.chain(unplaced).chain(no_pools).collect()
}

/// Whether a text is a valid value of a Kubernetes label: at most 63 letters, digits, `-`, `_` and `.`, with a letter
/// or digit at both ends.
fn is_label_value(text: &str) -> bool {
    let is_inner = |b: u8| b.is_ascii_alphanumeric() || b"-_.".contains(&b);
    let ends = text.as_bytes().first().zip(text.as_bytes().last());
    text.len() <= 63
        && text.bytes().all(is_inner)
        && ends.is_some_and(|(first, last)| first.is_ascii_alphanumeric() && last.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::is_label_value;

    #[test]
    fn label_values_are_short_and_begin_and_end_with_a_letter_or_digit() {
        let longest = "a".repeat(63);
        for text in ["a", "net-1", "RG_a.b", longest.as_str()] {
            assert!(is_label_value(text), "{text}");
        }
        let too_long = "a".repeat(64);
        for text in ["", "rg(1)", "rg_", "-rg", "rg.", "r g", "größe", too_long.as_str()] {
            assert!(!is_label_value(text), "{text}");
        }
    }
}
