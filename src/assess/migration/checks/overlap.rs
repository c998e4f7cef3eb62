//! What the pod CIDR must be apart from.

use std::net::IpAddr;

use super::{
    ClusterField, MissingFact, Outcome,
    addresses::{AddressFault, RangeInUse, ReservedHit, missing_subnets},
};
use crate::{
    assess::{
        migration::scene::Subject,
        topology::{
            How,
            ranges::{is_private, reserved},
        },
    },
    inventory::ResourceId,
    ipam::Cidr,
};

/// What a pod CIDR is not apart from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OverlapFault {
    /// Prefixes of subnets of the cluster's network.
    Subnets(Vec<(ResourceId, Cidr)>),
    /// The address space of the cluster's network.
    Network(ResourceId, Vec<Cidr>),
    /// The address spaces of networks that the cluster reaches.
    Reached(Vec<(ResourceId, Cidr)>),
    /// The same, of a range that the cluster uses already.
    ReachedAlready(Vec<(ResourceId, Cidr)>),
    /// Ranges outside Azure.
    OutsideAzure(Vec<Cidr>),
    /// The services of the cluster.
    Services(Vec<ServiceOverlap>),
    /// Ranges that AKS or Azure keep for themselves.
    Reserved(Vec<Cidr>),
    /// The rest of the internet: it is no private range.
    Public,
    /// This other cluster within reach, and so many more.
    Clusters(ResourceId, u64),
}

/// What is wrong with the addresses of services.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServiceOverlap {
    /// This service CIDR overlaps.
    Range(Cidr),
    /// The DNS address lies outside the service CIDR.
    Dns(IpAddr),
}

const NO_CIDR: ClusterField = ClusterField::PodCidr;
const NO_VNET: ClusterField = ClusterField::Network;

/// MIG-026 <https://github.com/Azure/AKS/releases/tag/2024-10-25>
pub(super) fn subnets(subject: &Subject<'_>) -> Outcome {
    let Some(cidr) = subject.pod_cidr else { return Outcome::unknown(NO_CIDR) };
    let Some(vnet) = subject.vnet() else { return Outcome::unknown(NO_VNET) };
    let prefixes =
        vnet.subnets.iter().flat_map(|subnet| subnet.prefixes.v4().map(|prefix| (subnet.id.clone(), prefix)));
    let hits = prefixes.filter(|(_, prefix)| prefix.overlaps(cidr)).collect();
    let unreadable = vnet.subnets.iter().filter(|subnet| !subnet.prefixes.unreadable.is_empty());
    let missing = unreadable.map(|subnet| MissingFact::Prefix(subnet.id.clone())).collect();
    Outcome::of_list(hits, missing, |hits| (cidr, OverlapFault::Subnets(hits)))
}

/// MIG-027 <https://learn.microsoft.com/azure/aks/update-azure-cni>
pub(super) fn address_space(subject: &Subject<'_>) -> Outcome {
    let Some(cidr) = subject.pod_cidr else { return Outcome::unknown(NO_CIDR) };
    let Some(vnet) = subject.vnet() else { return Outcome::unknown(NO_VNET) };
    let hits = vnet.address_space.v4().filter(|space| space.overlaps(cidr)).collect();
    let missing = vnet.address_space.known.is_empty().then_some(ClusterField::OwnSpace.into());
    let fault = |hits| (cidr, OverlapFault::Network(vnet.id.clone(), hits));
    Outcome::of_list(hits, Vec::from_iter(missing), fault)
}

/// MIG-028: a blocker for a range that is new to the cluster, a warning for the one it has.
/// <https://learn.microsoft.com/azure/aks/concepts-network-azure-cni-overlay>
pub(super) fn peers(subject: &Subject<'_>) -> Outcome {
    let Some(cidr) = subject.pod_cidr else { return Outcome::unknown(NO_CIDR) };
    let Some(vnet) = subject.vnet() else { return Outcome::unknown(NO_VNET) };
    let reach = subject.scene.topology.reach(&vnet.id);
    let met = reach.meets(cidr).into_iter().filter(|met| met.how != How::OnPremises);
    let hits: Vec<(ResourceId, Cidr)> =
        met.filter_map(|met| Some((met.owner.resource()?, met.cidr))).collect();
    let missing: Vec<MissingFact> = (reach.partly_known().into_iter().cloned().map(MissingFact::SpaceOf))
        .chain(reach.unseen().into_iter().cloned().map(MissingFact::BehindHub))
        .collect();
    if subject.newly_chosen {
        Outcome::of_list(hits, missing, |hits| (cidr, OverlapFault::Reached(hits)))
    } else if !hits.is_empty() {
        Outcome::warn((cidr, OverlapFault::ReachedAlready(hits)))
    } else if !missing.is_empty() {
        Outcome::Doubt(missing)
    } else {
        Outcome::Pass
    }
}

/// MIG-029 <https://learn.microsoft.com/azure/aks/concepts-network-azure-cni-overlay>
pub(super) fn outside_azure(subject: &Subject<'_>) -> Outcome {
    let Some(cidr) = subject.pod_cidr else { return Outcome::unknown(NO_CIDR) };
    let met = match subject.reach() {
        Some(reach) => reach.meets(cidr),
        None => subject.scene.topology.outside(cidr).collect(),
    };
    let hits = met.into_iter().filter(|met| met.how == How::OnPremises).map(|met| met.cidr).collect();
    // What gateways learn by BGP shows nowhere, so that only the user can say that nothing else is outside.
    let missing = subject.scene.options.on_premises.is_empty().then_some(ClusterField::OutsideAzure.into());
    let fault = |hits| (cidr, OverlapFault::OutsideAzure(hits));
    Outcome::of_list(hits, Vec::from_iter(missing), fault)
}

/// MIG-030: another pod CIDR ends an overlap; the service CIDR and the DNS address in it are there for good.
/// <https://learn.microsoft.com/azure/aks/update-azure-cni>
pub(super) fn services(subject: &Subject<'_>) -> Outcome {
    let Some(cidr) = subject.pod_cidr else { return Outcome::unknown(NO_CIDR) };
    let network = &subject.cluster.network;
    let ranges: Vec<Cidr> = network.service_cidrs.v4().collect();
    if ranges.is_empty() {
        return Outcome::unknown(ClusterField::ServiceCidr);
    }
    let mut hits: Vec<_> =
        ranges.into_iter().filter(|range| range.overlaps(cidr)).map(ServiceOverlap::Range).collect();
    let dns = network.dns_service_ip.as_deref().and_then(|text| text.parse().ok());
    let missing = dns.is_none().then_some(ClusterField::DnsAddress.into());
    if let Some(address) = dns
        .filter(|address| !network.service_cidrs.known.iter().any(|range| range.contains_address(*address)))
    {
        hits.push(ServiceOverlap::Dns(address));
        return Outcome::rebuild((cidr, OverlapFault::Services(hits)));
    }
    let fault = |hits| (cidr, OverlapFault::Services(hits));
    Outcome::of_list(hits, Vec::from_iter(missing), fault)
}

/// MIG-031 <https://github.com/Azure/AKS/releases/tag/2026-05-29>
pub(super) fn reserved_ranges(subject: &Subject<'_>) -> Outcome {
    let Some(cidr) = subject.pod_cidr else { return Outcome::unknown(NO_CIDR) };
    let hits = reserved().filter(|range| range.overlaps(cidr)).collect();
    Outcome::of_list(hits, Vec::new(), |hits| (cidr, OverlapFault::Reserved(hits)))
}

/// MIG-082: what nodes and services have is there for good; the rest of the network's space can be taken out of it.
/// <https://learn.microsoft.com/azure/aks/concepts-network-cni-overview>
pub(super) fn own_reserved_ranges(subject: &Subject<'_>) -> Outcome {
    let services: Vec<Cidr> = subject.cluster.network.service_cidrs.v4().collect();
    let subnets = subject.node_subnets.iter().filter_map(|subnet| subnet.read);
    let nodes = subnets
        .flat_map(|(_, read)| read.prefixes.v4().map(|prefix| (RangeInUse::Nodes(read.id.clone()), prefix)));
    let of_services = services.iter().map(|range| (RangeInUse::Services, *range));
    let for_good = with_reserved(of_services.chain(nodes));
    if !for_good.is_empty() {
        return Outcome::rebuild(AddressFault::Reserved(for_good));
    }
    let mut missing = missing_subnets(subject);
    missing.extend(services.is_empty().then_some(ClusterField::ServiceCidr.into()));
    let space = subject
        .vnet()
        .into_iter()
        .flat_map(|vnet| vnet.address_space.v4().map(|space| (RangeInUse::Network(vnet.id.clone()), space)));
    match with_reserved(space) {
        space if space.is_empty() || !missing.is_empty() => Outcome::of_missing(missing),
        space => Outcome::warn(AddressFault::Reserved(space)),
    }
}

/// Those ranges that touch one that AKS reserves, each with it.
fn with_reserved(ranges: impl Iterator<Item = (RangeInUse, Cidr)>) -> Vec<ReservedHit> {
    let hit = |(of, range): (RangeInUse, Cidr)| {
        let reserved = reserved().find(|reserved| reserved.overlaps(range))?;
        Some(ReservedHit { of, range, reserved })
    };
    ranges.filter_map(hit).collect()
}

/// MIG-032 <https://learn.microsoft.com/azure/aks/concepts-network-azure-cni-overlay>
pub(super) fn private_range(subject: &Subject<'_>) -> Outcome {
    match subject.pod_cidr {
        None => Outcome::unknown(NO_CIDR),
        Some(cidr) if is_private(cidr) => Outcome::Pass,
        Some(cidr) => Outcome::fail((cidr, OverlapFault::Public)),
    }
}

/// MIG-078: it matters to what reaches both, so that clusters beyond reach are none of its business.
/// <https://learn.microsoft.com/azure/aks/concepts-network-azure-cni-overlay>
pub(super) fn other_clusters(subject: &Subject<'_>) -> Outcome {
    let Some(cidr) = subject.pod_cidr else { return Outcome::unknown(NO_CIDR) };
    let Some(vnet) = subject.vnet() else { return Outcome::unknown(NO_VNET) };
    if let Some((first, count)) = subject.scene.others_with(cidr, &vnet.id, &subject.cluster.id) {
        let others = OverlapFault::Clusters(first.id.clone(), count.saturating_sub(1) as u64);
        return Outcome::fail((cidr, others));
    }
    let unread = subject.scene.misses_clusters(&vnet.id).then_some(ClusterField::OtherClusters.into());
    let unseen = subject.scene.topology.reach(&vnet.id).unseen().into_iter().cloned();
    Outcome::of_missing(unread.into_iter().chain(unseen.map(MissingFact::BehindHub)).collect())
}
