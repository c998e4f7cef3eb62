//! Which free block each new subnet gets: one report does not promise the same addresses to two of them.

use std::collections::{BTreeMap, HashMap};

use super::{Change, Fix};
use crate::{
    assess::{
        estate::Estate,
        topology::{Clear, Residents, Topology, taken},
    },
    inventory::ResourceId,
    ipam::Cidr,
};

/// A new subnet: whose, and whether for its pods. Fixes of several scenarios mean the same one.
type New = (ResourceId, String, bool, u8);

/// Names a free block for each new subnet that fixes ask for, apart from all others, the largest first. Where there is
/// room for either of two but not for both, both name it and say so.
pub(crate) fn allot<'a>(estate: &Estate<'a>, topology: &Topology<'a>, fixes: &mut [Fix]) {
    let mut wanted: BTreeMap<ResourceId, Vec<New>> = BTreeMap::new();
    for change in fixes.iter().flat_map(|fix| &fix.changes) {
        if let Some((vnet, new)) = new_subnet(change) {
            wanted.entry(vnet.clone()).or_default().push(new);
        }
    }
    if wanted.is_empty() {
        return;
    }
    let residents = Residents::of(estate, topology);
    let networks = wanted.into_iter().filter_map(|(id, new)| Some((estate.vnet(&id)?, new)));
    let places: HashMap<ResourceId, HashMap<New, (Cidr, bool)>> = networks
        .map(|(vnet, new)| {
            let within: Vec<Cidr> = vnet.address_space.v4().collect();
            let clear = Clear::within(vnet, &taken(topology, &residents, vnet, &within));
            (vnet.id.clone(), places(&clear, new))
        })
        .collect();
    for fix in fixes {
        for change in &mut fix.changes {
            let place =
                new_subnet(change).and_then(|(vnet, new)| Some((vnet, *places.get(vnet)?.get(&new)?)));
            let Some((vnet, (at, is_shared))) = place else { continue };
            fix.unseen.extend(topology.reach(vnet).unseen().into_iter().cloned());
            if let Change::MoveToNewSubnet { block, shared, .. } = change {
                (*block, *shared) = (Some(at), is_shared);
            }
        }
        fix.unseen.sort_unstable();
        fix.unseen.dedup();
    }
}

fn new_subnet(change: &Change) -> Option<(&ResourceId, New)> {
    let Change::MoveToNewSubnet { cluster_id, node_pool, vnet_id, for_pods, length, .. } = change else {
        return None;
    };
    Some((vnet_id, (cluster_id.clone(), node_pool.clone(), *for_pods, *length)))
}

/// A block for each new subnet of a network that has room for it, and whether others name addresses of it too.
fn places(clear: &Clear, mut wanted: Vec<New>) -> HashMap<New, (Cidr, bool)> {
    wanted.sort_by(|a, b| (a.3, a).cmp(&(b.3, b)));
    wanted.dedup();
    let mut left = clear.clone();
    let mut found: Vec<(New, Cidr)> = Vec::new();
    for new in wanted {
        let apart = left.take(new.3);
        found.extend(apart.or_else(|| clear.first_block(new.3)).map(|block| (new, block)));
    }
    let is_shared = |block: Cidr| found.iter().filter(|(_, other)| other.overlaps(block)).count() > 1;
    found.iter().map(|(new, block)| (new.clone(), (*block, is_shared(*block)))).collect()
}
