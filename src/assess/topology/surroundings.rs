//! What a block in or beside a network must not overlap.

use std::collections::BTreeMap;

use super::{
    owner::Owner,
    peerings::{joins, live},
    pods::{lives_in, pod_cidrs},
    ranges::reserved,
};
use crate::{
    inventory::{Inventory, ResourceId, VirtualNetwork},
    ipam::Cidr,
};

/// A range that is spoken for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Taken {
    /// The range.
    pub cidr: Cidr,
    /// What it is.
    pub why: Why,
    /// Whose it is.
    pub owner: Owner,
}

/// Why a range is spoken for, in the order of answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// A network behind a hub has it.
    BehindHub,
    /// It is in use outside Azure.
    OnPremises,
    /// A direct peer has it.
    Peer,
    /// Pods of a cluster use it.
    Pods,
    /// AKS reserves it.
    Reserved,
    /// Services of a cluster use it.
    Services,
}

impl Why {
    /// The words answers use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BehindHub => "behind a hub",
            Self::OnPremises => "on premises",
            Self::Peer => "peered network",
            Self::Pods => "pods",
            Self::Reserved => "reserved by AKS",
            Self::Services => "services",
        }
    }
}

/// Everything around a network: peers, what lies behind them where a hub joins them, ranges outside Azure, ranges that
/// AKS reserves (G-34), and pods and services of the clusters that can be reached. The network's own space is not
/// among them.
/// <https://learn.microsoft.com/azure/aks/concepts-network-cni-overview>
#[must_use]
pub fn surroundings(inventory: &Inventory, vnet: &VirtualNetwork, on_premises: &[Cidr]) -> Vec<Taken> {
    let mut taken: Vec<Taken> = Vec::new();
    let mut add = |cidr: Cidr, why, owner: Owner| {
        if cidr.is_v4() {
            taken.push(Taken { cidr, why, owner });
        }
    };
    let of = |id: &ResourceId| Owner::Resource(id.clone());
    let reached = reach(inventory, vnet);
    for (id, (direct, prefixes)) in &reached {
        let why = if *direct { Why::Peer } else { Why::BehindHub };
        for cidr in prefixes {
            add(*cidr, why, of(id));
        }
    }
    for cluster in &inventory.clusters {
        let is_own = lives_in(cluster, &vnet.id);
        if is_own || reached.keys().any(|id| lives_in(cluster, id)) {
            pod_cidrs(cluster).for_each(|cidr| add(cidr, Why::Pods, of(&cluster.id)));
        }
        if is_own {
            cluster.network.service_cidrs.v4().for_each(|cidr| add(cidr, Why::Services, of(&cluster.id)));
        }
    }
    for cidr in on_premises {
        add(*cidr, Why::OnPremises, Owner::OnPremises);
    }
    reserved().for_each(|cidr| add(cidr, Why::Reserved, Owner::Aks));
    taken.sort();
    taken.dedup();
    taken
}

/// Networks that can be reached, each with whether it is a direct peer and its prefixes: as its own network shows
/// them, and as the peerings do.
fn reach<'a>(
    inventory: &'a Inventory,
    vnet: &'a VirtualNetwork,
) -> BTreeMap<&'a ResourceId, (bool, Vec<Cidr>)> {
    let known: BTreeMap<&ResourceId, &VirtualNetwork> =
        inventory.virtual_networks.iter().map(|vnet| (&vnet.id, vnet)).collect();
    let mut reached: BTreeMap<&ResourceId, (bool, Vec<Cidr>)> = BTreeMap::new();
    let mut seen = vec![&vnet.id];
    let mut next = vec![vnet];
    while let Some(at) = next.pop() {
        for peering in live(at) {
            let Some(remote) = peering.remote.as_ref().filter(|id| **id != vnet.id) else { continue };
            let network = known.get(remote).copied();
            let entry = reached.entry(remote).or_default();
            entry.0 |= at.id == vnet.id;
            entry.1.extend(peering.remote_prefixes.v4());
            entry.1.extend(network.iter().flat_map(|network| network.address_space.v4()));
            if let Some(hub) = network.filter(|hub| joins(peering) && !seen.contains(&&hub.id)) {
                seen.push(&hub.id);
                next.push(hub);
            }
        }
    }
    reached
}
