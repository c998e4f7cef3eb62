//! Networks that any chain of peerings connects, and what addresses each such group has.

use std::collections::HashMap;

use super::peerings::live;
use crate::{
    inventory::{Inventory, ResourceId, VirtualNetwork},
    ipam::{Cidr, RangeSet},
};

/// The groups of an estate.
pub(crate) struct Groups<'a> {
    /// The place of each network's group.
    places: HashMap<&'a ResourceId, usize>,
    groups: Vec<Group>,
}

/// Networks that reach each other through peerings, a hub's spokes included.
#[derive(Debug, Default)]
pub(crate) struct Group {
    /// Address spaces with the network that has each.
    pub(crate) spaces: Vec<(Cidr, ResourceId)>,
    /// The same as one set.
    pub(crate) ranges: RangeSet,
    /// Networks of which no address space is known.
    pub(crate) unknown: Vec<ResourceId>,
}

impl<'a> Groups<'a> {
    /// Groups the networks of an inventory. A peering that is disconnected joins nothing.
    pub(crate) fn of(inventory: &'a Inventory) -> Self {
        let vnets: HashMap<_, _> = inventory.virtual_networks.iter().map(|vnet| (&vnet.id, vnet)).collect();
        let mut neighbours: HashMap<&ResourceId, Vec<&ResourceId>> = HashMap::new();
        let mut told: HashMap<&ResourceId, Vec<Cidr>> = HashMap::new();
        for vnet in &inventory.virtual_networks {
            neighbours.entry(&vnet.id).or_default();
            for peering in live(vnet) {
                let Some(remote) = peering.remote.as_ref() else { continue };
                neighbours.entry(&vnet.id).or_default().push(remote);
                neighbours.entry(remote).or_default().push(&vnet.id);
                told.entry(remote).or_default().extend(peering.remote_prefixes.v4());
            }
        }
        let mut starts: Vec<&ResourceId> = neighbours.keys().copied().collect();
        starts.sort();
        let mut places = HashMap::new();
        let mut groups = Vec::new();
        for start in starts {
            if places.contains_key(start) {
                continue;
            }
            let mut group = Group::default();
            let mut open = vec![start];
            places.insert(start, groups.len());
            while let Some(id) = open.pop() {
                group.add(id, vnets.get(id).copied(), told.get(id));
                for next in neighbours.get(id).into_iter().flatten() {
                    if !places.contains_key(*next) {
                        places.insert(*next, groups.len());
                        open.push(next);
                    }
                }
            }
            group.spaces.sort();
            group.unknown.sort();
            group.ranges = group.spaces.iter().map(|(cidr, _)| *cidr).collect();
            groups.push(group);
        }
        Self { places, groups }
    }

    /// The group of a network.
    pub(crate) fn group(&self, vnet: &ResourceId) -> Option<&Group> {
        self.places.get(vnet).and_then(|place| self.groups.get(*place))
    }
}

impl Group {
    /// Adds a network's space: its own where it was read, else what peerings tell of it.
    fn add(&mut self, id: &ResourceId, vnet: Option<&VirtualNetwork>, told: Option<&Vec<Cidr>>) {
        let own = vnet.into_iter().flat_map(|vnet| vnet.address_space.v4());
        let told = told.filter(|_| vnet.is_none()).into_iter().flatten().copied();
        let before = self.spaces.len();
        self.spaces.extend(own.chain(told).map(|cidr| (cidr, id.clone())));
        if self.spaces.len() == before {
            self.unknown.push(id.clone());
        }
    }

    /// What a pod CIDR of a cluster in a network of the group must be apart from: the space of every network, the subnets,
    /// the services, ranges outside Azure, and reserved ranges (MIG-026 to MIG-031).
    pub(crate) fn forbidden(
        &self,
        vnet: &VirtualNetwork,
        services: impl Iterator<Item = Cidr>,
        on_premises: &[Cidr],
    ) -> RangeSet {
        let subnets = vnet.subnets.iter().flat_map(|subnet| subnet.prefixes.v4());
        let outside = on_premises.iter().copied();
        let own: RangeSet = subnets.chain(services).chain(outside).chain(super::ranges::reserved()).collect();
        own.union(&self.ranges)
    }
}
