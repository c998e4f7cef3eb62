//! Which free block each new subnet gets: one report does not promise the same addresses to two of them.

use std::collections::{BTreeMap, HashMap};

use super::{Change, Fix};
use crate::{
    assess::{
        estate::{ClusterFacts, Estate, space::free_space},
        outlook::conflicts::live,
    },
    inventory::{ResourceId, VirtualNetwork},
    ipam::{Cidr, IpamMode, RangeSet, limits::RESERVED_RANGES},
};

/// A new subnet: whose, and whether for its pods. Fixes of several scenarios mean the same one.
type New = (ResourceId, String, bool, u8);

/// Names a free block for each new subnet that fixes ask for, apart from all others, the largest first. Where there is
/// room for either of two but not for both, both name it and say so.
pub(crate) fn allot(estate: &Estate<'_>, on_premises: &[Cidr], fixes: &mut [Fix]) {
    let mut wanted: BTreeMap<ResourceId, Vec<New>> = BTreeMap::new();
    for change in fixes.iter().flat_map(|fix| &fix.changes) {
        if let Some((vnet, new)) = new_subnet(change) {
            wanted.entry(vnet.clone()).or_default().push(new);
        }
    }
    if wanted.is_empty() {
        return;
    }
    let residents = residents(estate);
    let networks = estate.vnets.iter().filter(|vnet| wanted.contains_key(&vnet.id));
    let places: HashMap<ResourceId, HashMap<New, (Cidr, bool)>> = networks
        .map(|vnet| {
            let clear = clear_space(vnet, &residents, on_premises);
            (vnet.id.clone(), places(&clear, wanted.get(&vnet.id).cloned().unwrap_or_default()))
        })
        .collect();
    for change in fixes.iter_mut().flat_map(|fix| &mut fix.changes) {
        let place = new_subnet(change).and_then(|(vnet, new)| places.get(vnet)?.get(&new).copied());
        if let (Change::MoveToNewSubnet { block, shared, .. }, Some((at, is_shared))) = (change, place) {
            (*block, *shared) = (Some(at), is_shared);
        }
    }
}

fn new_subnet(change: &Change) -> Option<(&ResourceId, New)> {
    let Change::MoveToNewSubnet { cluster_id, node_pool, vnet_id, for_pods, length, .. } = change else {
        return None;
    };
    Some((vnet_id, (cluster_id.clone(), node_pool.clone(), *for_pods, *length)))
}

/// A block for each new subnet of a network that has room for it, and whether others name addresses of it too.
fn places(clear: &RangeSet, mut wanted: Vec<New>) -> HashMap<New, (Cidr, bool)> {
    wanted.sort_by(|a, b| (a.3, a).cmp(&(b.3, b)));
    wanted.dedup();
    let mut left = clear.clone();
    let mut found: Vec<(New, Cidr)> = Vec::new();
    for new in wanted {
        let apart = left.first_block(new.3);
        if let Some(block) = apart {
            left = left.subtract(&[block].into_iter().collect());
        }
        found.extend(apart.or_else(|| clear.first_block(new.3)).map(|block| (new, block)));
    }
    let is_shared = |block: Cidr| found.iter().filter(|(_, other)| other.overlaps(block)).count() > 1;
    found.iter().map(|(new, block)| (new.clone(), (*block, is_shared(*block)))).collect()
}

/// The free space of a network apart from what its clusters, and those of its peers, use outside of it.
fn clear_space(vnet: &VirtualNetwork, residents: &Residents<'_>, on_premises: &[Cidr]) -> RangeSet {
    let own = residents.get(&vnet.id).into_iter().flatten();
    let own = own.flat_map(|cluster| pods(cluster).chain(cluster.cluster.network.service_cidrs.v4()));
    let peers = live(vnet).filter_map(|peering| residents.get(peering.remote.as_ref()?)).flatten();
    let reserved = RESERVED_RANGES.iter().filter_map(|text| text.parse().ok());
    let taken = own.chain(peers.flat_map(|cluster| pods(cluster))).chain(on_premises.iter().copied());
    free_space(vnet).subtract(&taken.chain(reserved).filter(|cidr| cidr.is_v4()).collect())
}

/// Clusters by the networks their nodes live in.
type Residents<'e> = HashMap<&'e ResourceId, Vec<&'e ClusterFacts<'e>>>;

fn residents<'e>(estate: &'e Estate<'e>) -> Residents<'e> {
    let mut residents: Residents<'e> = HashMap::new();
    for cluster in &estate.clusters {
        let networks = cluster.pools.iter().filter_map(|pool| estate.subnets.get(pool.node_subnet?)?.read);
        let mut networks: Vec<&ResourceId> = networks.map(|(vnet, _)| &vnet.id).collect();
        networks.sort_unstable();
        networks.dedup();
        for network in networks {
            residents.entry(network).or_default().push(cluster);
        }
    }
    residents
}

/// Ranges of pods outside the network: those of kubenet and overlay.
fn pods<'c>(cluster: &'c ClusterFacts<'_>) -> impl Iterator<Item = Cidr> + use<'c> {
    let has_own = cluster.pools.iter().any(|pool| matches!(pool.mode, IpamMode::Kubenet | IpamMode::Overlay));
    cluster.cluster.network.pod_cidrs.v4().filter(move |_| has_own)
}
