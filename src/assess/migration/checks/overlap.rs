//! What the pod CIDR must be apart from.

use super::Outcome;
use crate::{
    assess::{
        migration::scene::Subject,
        topology::ranges::{is_private, reserved},
    },
    inventory::What,
    ipam::Cidr,
};

const NO_CIDR: &str = "the pod CIDR";
const NO_VNET: &str = "the cluster's network could not be read";

/// MIG-026 <https://github.com/Azure/AKS/releases/tag/2024-10-25>
pub(super) fn subnets(subject: &Subject<'_>) -> Outcome {
    let Some(cidr) = subject.pod_cidr else { return Outcome::unknown(NO_CIDR) };
    let Some(vnet) = subject.vnet() else { return Outcome::unknown(NO_VNET) };
    let hits: Vec<String> = vnet
        .subnets
        .iter()
        .flat_map(|subnet| subnet.prefixes.v4().map(move |prefix| (prefix, subnet.id.name())))
        .filter(|(prefix, _)| prefix.overlaps(cidr))
        .map(|(prefix, name)| format!("{name} {prefix}"))
        .collect();
    let unreadable = vnet.subnets.iter().filter(|subnet| !subnet.prefixes.unreadable.is_empty());
    let missing: Vec<String> = unreadable
        .map(|subnet| format!("a prefix of subnet {} is no CIDR block", subnet.id.name()))
        .collect();
    Outcome::of_list(&format!("{cidr} overlaps subnets"), &hits, &missing)
}

/// MIG-027 <https://learn.microsoft.com/azure/aks/update-azure-cni>
pub(super) fn address_space(subject: &Subject<'_>) -> Outcome {
    let Some(cidr) = subject.pod_cidr else { return Outcome::unknown(NO_CIDR) };
    let Some(vnet) = subject.vnet() else { return Outcome::unknown(NO_VNET) };
    let hits: Vec<String> =
        vnet.address_space.v4().filter(|space| space.overlaps(cidr)).map(|s| s.to_string()).collect();
    let missing = vnet.address_space.known.is_empty().then(|| "the network's address space".to_owned());
    Outcome::of_list(&format!("{cidr} overlaps the space of {}", vnet.id.name()), &hits, missing.as_slice())
}

/// MIG-028: a blocker for a range that is new to the cluster, a warning for the one it has.
/// <https://learn.microsoft.com/azure/aks/concepts-network-azure-cni-overlay>
pub(super) fn peers(subject: &Subject<'_>) -> Outcome {
    let Some(cidr) = subject.pod_cidr else { return Outcome::unknown(NO_CIDR) };
    let Some(vnet) = subject.vnet() else { return Outcome::unknown(NO_VNET) };
    let Some(reach) = subject.scene.reach(&vnet.id) else {
        return Outcome::unknown("the network's peerings");
    };
    let is_apart = !reach.ranges.overlaps(cidr);
    let hits: Vec<String> = reach
        .spaces
        .iter()
        .filter(|_| !is_apart)
        .filter(|(space, owner)| *owner != vnet.id && space.overlaps(cidr))
        .map(|(space, owner)| format!("{} {space}", owner.name()))
        .collect();
    let missing: Vec<String> =
        reach.unknown.iter().map(|id| format!("the address space of {}", id.name())).collect();
    match (hits.is_empty(), subject.newly_chosen) {
        (false, false) => Outcome::warn(format!(
            "{cidr}, which the cluster uses already, overlaps networks it reaches: {}",
            hits.join(", ")
        )),
        (true, false) if !missing.is_empty() => Outcome::doubt(missing.join(", ")),
        _ => Outcome::of_list(&format!("{cidr} overlaps networks the cluster reaches"), &hits, &missing),
    }
}

/// MIG-029 <https://learn.microsoft.com/azure/aks/concepts-network-azure-cni-overlay>
pub(super) fn outside_azure(subject: &Subject<'_>) -> Outcome {
    let Some(cidr) = subject.pod_cidr else { return Outcome::unknown(NO_CIDR) };
    let outside = &subject.scene.options.on_premises;
    let hits: Vec<String> =
        outside.iter().filter(|range| range.overlaps(cidr)).map(Cidr::to_string).collect();
    let missing = outside.is_empty().then(|| "scope.on_premises names no range".to_owned());
    Outcome::of_list(&format!("{cidr} overlaps ranges outside Azure"), &hits, missing.as_slice())
}

/// MIG-030 <https://learn.microsoft.com/azure/aks/update-azure-cni>
pub(super) fn services(subject: &Subject<'_>) -> Outcome {
    let Some(cidr) = subject.pod_cidr else { return Outcome::unknown(NO_CIDR) };
    let network = &subject.cluster.network;
    let ranges: Vec<Cidr> = network.service_cidrs.v4().collect();
    if ranges.is_empty() {
        return Outcome::unknown("the service CIDR");
    }
    let mut hits: Vec<String> = ranges
        .iter()
        .filter(|range| range.overlaps(cidr))
        .map(|range| format!("service CIDR {range}"))
        .collect();
    let dns = network.dns_service_ip.as_deref().and_then(|text| text.parse().ok());
    let missing = dns.is_none().then(|| "the DNS address of the services".to_owned());
    if let Some(address) = dns
        .filter(|address| !network.service_cidrs.known.iter().any(|range| range.contains_address(*address)))
    {
        hits.push(format!("DNS address {address} outside the service CIDR"));
    }
    Outcome::of_list(&format!("{cidr} and"), &hits, missing.as_slice())
}

/// MIG-031 <https://github.com/Azure/AKS/releases/tag/2026-05-29>
pub(super) fn reserved_ranges(subject: &Subject<'_>) -> Outcome {
    let Some(cidr) = subject.pod_cidr else { return Outcome::unknown(NO_CIDR) };
    let hits: Vec<String> = reserved().filter(|range| range.overlaps(cidr)).map(|r| r.to_string()).collect();
    Outcome::of_list(&format!("{cidr} touches reserved ranges"), &hits, &[])
}

/// MIG-032 <https://learn.microsoft.com/azure/aks/concepts-network-azure-cni-overlay>
pub(super) fn private_range(subject: &Subject<'_>) -> Outcome {
    match subject.pod_cidr {
        None => Outcome::unknown(NO_CIDR),
        Some(cidr) if is_private(cidr) => Outcome::Pass,
        Some(cidr) => Outcome::fail(format!("{cidr} lies neither in RFC 1918 nor in 100.64.0.0/10")),
    }
}

/// MIG-078 <https://learn.microsoft.com/azure/aks/concepts-network-azure-cni-overlay>
pub(super) fn other_clusters(subject: &Subject<'_>) -> Outcome {
    let Some(cidr) = subject.pod_cidr else { return Outcome::unknown(NO_CIDR) };
    match subject.scene.others_with(cidr, &subject.cluster.id) {
        Some((first, count)) => {
            let rest = if count == 1 { String::new() } else { format!(" and {} more", count - 1) };
            Outcome::fail(format!("{cidr} is used by {}{rest} too", first.name()))
        }
        None if subject.scene.has_gap(&[What::Clusters]) => {
            Outcome::unknown("clusters that could not be read may use it")
        }
        None => Outcome::Pass,
    }
}
