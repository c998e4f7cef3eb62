//! Things with a range that stand in networks, found from any network that reaches them.

use super::{Topology, zones::Member};
use crate::{
    inventory::ResourceId,
    ipam::{Cidr, Overlaps},
};

/// Things by the network they stand in, and by the zones that pass traffic to it.
pub(crate) struct Held<T> {
    /// By place of a network.
    own: Vec<Overlaps<T>>,
    /// By zone, each with the place of its network.
    zones: Vec<Overlaps<(usize, T)>>,
}

impl<T: Copy> Held<T> {
    /// Finds the place of each thing; those in networks that nobody knows are left out.
    pub(crate) fn of(
        topology: &Topology<'_>,
        things: impl IntoIterator<Item = (ResourceId, Cidr, T)>,
    ) -> Self {
        let mut own = vec![Vec::new(); topology.graph.networks.len()];
        for (network, cidr, thing) in things {
            if let Some(own) = topology.graph.place(&network).and_then(|place| own.get_mut(place)) {
                own.push((cidr, thing));
            }
        }
        let of_zone = |members: &[Member]| {
            let things = members.iter().flat_map(|member| {
                let things = own.get(member.place).into_iter().flatten();
                things.map(move |(cidr, thing)| (*cidr, (member.place, *thing)))
            });
            things.collect()
        };
        let zones = topology.zones.iter().map(|zone| of_zone(&zone.members)).collect();
        Self { own: own.into_iter().map(Overlaps::from_iter).collect(), zones }
    }

    /// Whether there is anything in a network, or in what it reaches.
    pub(crate) fn is_anywhere_around(&self, topology: &Topology<'_>, vnet: &ResourceId) -> bool {
        let Some(place) = topology.graph.place(vnet) else { return false };
        let mut near = std::iter::once(place).chain(topology.graph.neighbours(place));
        let is_filled = |things: Option<&Overlaps<T>>| things.is_some_and(|things| !things.is_empty());
        near.any(|place| is_filled(self.own.get(place)))
            || topology
                .zones
                .entered(place)
                .any(|(_, entry)| self.zones.get(entry.zone).is_some_and(|z| !z.is_empty()))
    }

    /// The things in a network itself that share an address with a range.
    pub(crate) fn inside(&self, topology: &Topology<'_>, vnet: &ResourceId, cidr: Cidr) -> Vec<(Cidr, T)> {
        let own = topology.graph.place(vnet).and_then(|place| self.own.get(place));
        own.into_iter().flat_map(|own| own.with(cidr)).map(|(cidr, thing)| (cidr, *thing)).collect()
    }

    /// The things in a network, and in all that it reaches, that share an address with a range.
    pub(crate) fn around(&self, topology: &Topology<'_>, vnet: &ResourceId, cidr: Cidr) -> Vec<(Cidr, T)> {
        let Some(place) = topology.graph.place(vnet) else { return Vec::new() };
        let near = std::iter::once(place).chain(topology.graph.neighbours(place));
        let near = near.filter_map(|place| self.own.get(place)).flat_map(|own| own.with(cidr));
        let mut found: Vec<(Cidr, T)> = near.map(|(cidr, thing)| (cidr, *thing)).collect();
        let reach = topology.reach(vnet);
        for (_, entry) in topology.zones.entered(place) {
            let behind = self.zones.get(entry.zone).into_iter().flat_map(|zone| zone.with(cidr));
            let behind = behind.filter(|(_, (other, _))| *other != place && !reach.is_beside(*other));
            found.extend(behind.map(|(cidr, (_, thing))| (cidr, *thing)));
        }
        found
    }
}
