//! What a block in or beside a network must not overlap.

use std::collections::BTreeMap;

use super::{
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
    /// What it is: `peered network`, `behind a hub`, `on premises`, `reserved by AKS`, `pods`, `services`.
    pub why: &'static str,
    /// Whose it is.
    pub owner: String,
}

/// Everything around a network: peers, what lies behind them where a hub joins them, ranges outside Azure, ranges that
/// AKS reserves (G-34), and pods and services of the clusters that can be reached. The network's own space is not
/// among them.
/// <https://learn.microsoft.com/azure/aks/concepts-network-cni-overview>
#[must_use]
pub fn surroundings(inventory: &Inventory, vnet: &VirtualNetwork, on_premises: &[Cidr]) -> Vec<Taken> {
    let mut taken: Vec<Taken> = Vec::new();
    let mut add = |cidr: Cidr, why, owner: &str| {
        if cidr.is_v4() {
            taken.push(Taken { cidr, why, owner: owner.to_owned() });
        }
    };
    let reached = reach(inventory, vnet);
    for (id, (direct, prefixes)) in &reached {
        let why = if *direct { "peered network" } else { "behind a hub" };
        for cidr in prefixes {
            add(*cidr, why, id.as_str());
        }
    }
    for cluster in &inventory.clusters {
        let is_own = lives_in(cluster, &vnet.id);
        if is_own || reached.keys().any(|id| lives_in(cluster, id)) {
            pod_cidrs(cluster).for_each(|cidr| add(cidr, "pods", cluster.id.as_str()));
        }
        if is_own {
            cluster.network.service_cidrs.v4().for_each(|cidr| add(cidr, "services", cluster.id.as_str()));
        }
    }
    for cidr in on_premises {
        add(*cidr, "on premises", "on-premises");
    }
    reserved().for_each(|cidr| add(cidr, "reserved by AKS", "AKS"));
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
