//! The pod CIDR's size, and the node subnets' names and delegations.

use super::Outcome;
use crate::{
    assess::migration::{
        pod_cidr::{NoProposal, nodes_to_plan_for, propose},
        scene::{NodeSubnet, Subject},
    },
    ipam::pod_cidr_nodes,
    words,
};

/// MIG-023 <https://github.com/Azure/AKS/releases/tag/2025-08-29>
pub(super) fn pod_cidr_kept(subject: &Subject<'_>) -> Outcome {
    let Some(present) = subject.present_pod_cidr() else { return Outcome::unknown("the present pod CIDR") };
    match propose(subject) {
        Ok(proposal) if proposal.cidr == present => Outcome::Pass,
        Ok(proposal) => {
            Outcome::fail(format!("{present} is to be replaced, for example by {}", proposal.cidr))
        }
        Err(NoProposal::Unknown(missing)) => Outcome::unknown(missing.to_string()),
        Err(none) => Outcome::fail(format!("{present} cannot be kept, and {none}")),
    }
}

/// MIG-024 <https://learn.microsoft.com/azure/aks/update-azure-cni>
pub(super) fn pod_cidr_supplied(subject: &Subject<'_>) -> Outcome {
    match propose(subject) {
        Ok(_) => Outcome::Pass,
        Err(NoProposal::Unknown(missing)) => Outcome::unknown(missing.to_string()),
        Err(none) => Outcome::fail(none.to_string()),
    }
}

/// MIG-025 <https://github.com/Azure/AKS/issues/5120>
pub(super) fn single_stack(subject: &Subject<'_>) -> Outcome {
    let network = &subject.cluster.network;
    let is_v6 = |family: &String| family.eq_ignore_ascii_case("IPv6");
    if network.ip_families.iter().any(is_v6) || network.pod_cidrs.known.iter().any(|cidr| !cidr.is_v4()) {
        Outcome::fail("the cluster is dual stack: IPv6 connections break during the migration")
    } else if network.ip_families.is_empty() {
        Outcome::unknown("the cluster's IP families")
    } else {
        Outcome::Pass
    }
}

/// MIG-033: a blocker without room for the nodes, a warning without room for their surge.
/// <https://github.com/Azure/AKS/issues/3686>
pub(super) fn pod_cidr_size(subject: &Subject<'_>) -> Outcome {
    let room = subject.pod_cidr.and_then(|cidr| Some((cidr, pod_cidr_nodes(cidr)?)));
    let Some((cidr, room)) = room else { return Outcome::unknown("the pod CIDR") };
    let Some(most) = subject.nodes_scale_max() else { return Outcome::unknown("the number of nodes") };
    if most > room {
        return Outcome::fail(format!(
            "{cidr} has room for {}, the pools may have {most}",
            words::nodes(room)
        ))
        .about(autoscaled(subject));
    }
    match subject.surge_at_max() {
        Some(surge) if most.saturating_add(surge) > room => Outcome::warn(format!(
            "{cidr} has room for {}, the pools may have {most} and {}",
            words::nodes(room),
            words::counted(surge, "surge node", "surge nodes")
        )),
        Some(_) => Outcome::Pass,
        None => Outcome::doubt("the surge of a pool"),
    }
}

/// MIG-034 <https://learn.microsoft.com/azure/aks/azure-cni-overlay-pod-expand>
pub(super) fn pod_cidr_growth(subject: &Subject<'_>) -> Outcome {
    let room = subject.pod_cidr.and_then(|cidr| Some((cidr, pod_cidr_nodes(cidr)?)));
    match room.zip(nodes_to_plan_for(subject)) {
        Some(((cidr, room), wanted)) if room < wanted => Outcome::fail(format!(
            "{cidr} has room for {}, and growth would need {wanted}",
            words::nodes(room)
        )),
        Some(_) => Outcome::Pass,
        None => Outcome::unknown("the pod CIDR or the number of nodes"),
    }
}

/// MIG-037 <https://learn.microsoft.com/azure/aks/concepts-network-azure-cni-overlay>. Networks that AKS made have
/// valid names.
pub(super) fn network_names(subject: &Subject<'_>) -> Outcome {
    if subject.pools().is_empty() {
        return Outcome::unknown("the cluster shows no pools");
    }
    let mut invalid = Vec::new();
    for id in subject.pools().iter().filter_map(|facts| facts.pool.node_subnet_id.as_ref()) {
        let network = id.parent();
        let names = [
            ("subnet", Some(id.name())),
            ("network", network.as_ref().map(crate::inventory::ResourceId::name)),
            ("resource group", id.resource_group()),
        ];
        for (what, name) in names.into_iter().filter_map(|(what, name)| Some((what, name?))) {
            if !is_label_value(name) {
                invalid.push(format!("{what} `{name}`"));
            }
        }
    }
    invalid.sort();
    invalid.dedup();
    Outcome::of_list("not valid as node labels", &invalid, &[])
}

/// MIG-038 <https://learn.microsoft.com/azure/aks/concepts-network-cni-overview>
pub(super) fn delegation(subject: &Subject<'_>) -> Outcome {
    let delegated: Vec<String> = subject
        .node_subnets
        .iter()
        .filter_map(|subnet| Some((subnet.id.name(), subnet.read?.1.delegations.first()?)))
        .map(|(name, service)| format!("{name} to {service}"))
        .collect();
    let is_delegated =
        |subnet: &&NodeSubnet<'_>| subnet.read.is_some_and(|(_, read)| !read.delegations.is_empty());
    let ids = subject.node_subnets.iter().filter(is_delegated).map(|subnet| subnet.id);
    Outcome::of_list("delegated", &delegated, &missing_subnets(subject)).about(ids)
}

/// The pools that an autoscaler sizes, by name.
pub(super) fn autoscaled<'a>(subject: &Subject<'a>) -> impl Iterator<Item = &'a String> {
    let pools = subject.pools().iter().map(|facts| facts.pool);
    pools.filter(|pool| pool.autoscaling == Some(true)).map(|pool| &pool.name)
}

/// The node subnets that could not be read or told, in words.
pub(super) fn missing_subnets(subject: &Subject<'_>) -> Vec<String> {
    let unread = subject.node_subnets.iter().filter(|subnet| subnet.read.is_none());
    let unplaced = subject.unplaced.iter().map(|pool| format!("the node subnet of pool {pool}"));
    let mut missing: Vec<String> = unread
        .map(|subnet| format!("subnet {} could not be read", subnet.id.name()))
        .chain(unplaced)
        .collect();
    if subject.pools().is_empty() {
        missing.push("the cluster shows no pools".to_owned());
    }
    missing
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
