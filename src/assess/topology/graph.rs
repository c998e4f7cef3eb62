//! Which networks there are, read or only named, and what joins two of them.

use super::peerings::{
    Passage, is_connected, is_of_subnets, is_v6_only, lends_gateway, passes, takes_forwarded,
};
use crate::{
    assess::estate::Estate,
    inventory::{Peering, ResourceId, VirtualNetwork},
    ipam::Cidr,
};

/// Networks by place, in the order of their ids, and the sides of the peerings between them.
pub(super) struct Graph<'a> {
    pub(super) networks: Vec<Network<'a>>,
}

/// A network that was read, or that a peering names.
pub(super) struct Network<'a> {
    pub(super) id: &'a ResourceId,
    pub(super) read: Option<&'a VirtualNetwork>,
    /// Its own peerings, by the place of the other side.
    sides: Vec<(usize, &'a Peering)>,
    /// The networks that a working peering joins it with, by place, and what each shares with it.
    neighbours: Vec<(usize, Shared)>,
}

/// What one network shares with another.
pub(super) struct Shared {
    pub(super) prefixes: Vec<Cidr>,
    /// Whether that is all of it.
    pub(super) is_whole: bool,
}

impl<'a> Graph<'a> {
    pub(super) fn of(estate: &Estate<'a>) -> Self {
        let own = estate.vnets.iter().map(|vnet| &vnet.id);
        let named = estate.vnets.iter().flat_map(|vnet| &vnet.peerings).filter_map(|p| p.remote.as_ref());
        let mut ids: Vec<&'a ResourceId> = own.chain(named).collect();
        ids.sort_unstable();
        ids.dedup();
        let network = |id| Network { id, read: None, sides: Vec::new(), neighbours: Vec::new() };
        let mut graph = Self { networks: ids.into_iter().map(network).collect() };
        for vnet in estate.vnets.iter().copied() {
            let Some(place) = graph.place(&vnet.id) else { continue };
            let sides = vnet.peerings.iter().filter_map(|p| Some((graph.place(p.remote.as_ref()?)?, p)));
            let mut sides: Vec<_> = sides.filter(|(other, _)| *other != place).collect();
            // Of two peerings with one network, the one that works counts.
            sides.sort_by_key(|(other, peering)| (*other, !is_connected(peering)));
            sides.dedup_by_key(|(other, _)| *other);
            if let Some(network) = graph.networks.get_mut(place) {
                (network.read, network.sides) = (Some(vnet), sides);
            }
        }
        graph.join();
        graph
    }

    /// Finds which networks a working peering joins, and what they share.
    fn join(&mut self) {
        let mut pairs: Vec<(usize, usize)> = Vec::new();
        for (place, network) in self.networks.iter().enumerate() {
            let joined = network.sides.iter().map(|(other, _)| *other).filter(|o| self.works(place, *o));
            pairs.extend(joined.flat_map(|other| [(place, other), (other, place)]));
        }
        pairs.sort_unstable();
        pairs.dedup();
        for (place, other) in pairs {
            let shared = self.share(place, other);
            if let Some(network) = self.networks.get_mut(place) {
                network.neighbours.push((other, shared));
            }
        }
    }

    pub(super) fn place(&self, id: &ResourceId) -> Option<usize> {
        self.networks.binary_search_by(|network| network.id.cmp(id)).ok()
    }

    pub(super) fn neighbours(&self, place: usize) -> impl Iterator<Item = usize> {
        self.shares(place).map(|(other, _)| other)
    }

    /// The neighbours of a network, each with what it shares.
    pub(super) fn shares(&self, place: usize) -> impl Iterator<Item = (usize, &Shared)> {
        let neighbours = self.networks.get(place).into_iter().flat_map(|network| &network.neighbours);
        neighbours.map(|(other, shared)| (*other, shared))
    }

    /// What a neighbour shares with a network; nothing where they are none.
    pub(super) fn shared(&self, with: usize, of: usize) -> Option<&Shared> {
        let neighbours = &self.networks.get(with)?.neighbours;
        let found = neighbours.binary_search_by_key(&of, |(other, _)| *other).ok()?;
        neighbours.get(found).map(|(_, shared)| shared)
    }

    /// Whether a working peering joins two networks.
    pub(super) fn are_joined(&self, one: usize, other: usize) -> bool {
        self.shared(one, other).is_some()
    }

    /// A network's own peering with another.
    pub(super) fn side(&self, place: usize, other: usize) -> Option<&'a Peering> {
        let sides = &self.networks.get(place)?.sides;
        let found = sides.binary_search_by_key(&other, |(to, _)| *to).ok()?;
        sides.get(found).map(|(_, peering)| *peering)
    }

    /// A network's own peerings.
    pub(super) fn sides(&self, place: usize) -> impl Iterator<Item = (usize, &'a Peering)> {
        self.networks.get(place).into_iter().flat_map(|network| network.sides.iter().copied())
    }

    /// The sides of a peering that were read.
    fn both(&self, one: usize, other: usize) -> impl Iterator<Item = &'a Peering> {
        [self.side(one, other), self.side(other, one)].into_iter().flatten()
    }

    /// Whether a peering works on every side that was read.
    fn works(&self, one: usize, other: usize) -> bool {
        self.both(one, other).all(is_connected)
    }

    /// Whether IPv4 passes between two neighbours.
    pub(super) fn carries_v4(&self, one: usize, other: usize) -> bool {
        !self.both(one, other).any(is_v6_only)
    }

    /// Whether what lies behind a hub reaches one of its neighbours, and the other way round: by the neighbour's own side,
    /// else by the hub's.
    pub(super) fn passage(&self, of: usize, hub: usize) -> Passage {
        if !self.carries_v4(of, hub) {
            return Passage::Shut;
        }
        match (self.side(of, hub), self.side(hub, of)) {
            (Some(own), _) => Passage::open_if(passes(own)),
            (None, Some(hubs)) => Passage::assumed_if(takes_forwarded(hubs) || lends_gateway(hubs)),
            (None, None) => Passage::Shut,
        }
    }

    /// Whether what comes from behind one hub goes on behind the other: each side takes forwarded traffic.
    pub(super) fn onward(&self, one: usize, other: usize) -> Passage {
        if !self.carries_v4(one, other) {
            return Passage::Shut;
        }
        match (self.side(one, other), self.side(other, one)) {
            (Some(a), Some(b)) => Passage::open_if(takes_forwarded(a) && takes_forwarded(b)),
            (Some(one), None) | (None, Some(one)) => Passage::assumed_if(takes_forwarded(one)),
            (None, None) => Passage::Shut,
        }
    }

    /// The ranges one network shares with a neighbour: its space, what the neighbour's peering still shows of it, or the
    /// subnets that subnet peering names.
    fn share(&self, with: usize, of: usize) -> Shared {
        let (near, back) = (self.side(with, of), self.side(of, with));
        let is_readable = near.is_none_or(|peering| peering.remote_prefixes.unreadable.is_empty());
        let subnets = near
            .filter(|peering| is_of_subnets(peering))
            .map(|peering| &peering.remote_subnet_names)
            .or_else(|| back.filter(|peering| is_of_subnets(peering)).map(|p| &p.local_subnet_names));
        let read = self.networks.get(of).and_then(|network| network.read);
        let mut prefixes: Vec<Cidr> = match (read, subnets) {
            (Some(vnet), Some(names)) => named_subnets(vnet, names).unwrap_or_else(|| whole(vnet)),
            (Some(vnet), None) => whole(vnet),
            (None, _) => Vec::new(),
        };
        prefixes.extend(near.iter().flat_map(|peering| &peering.remote_prefixes.known));
        let is_whole = match read {
            Some(vnet) => !prefixes.is_empty() && vnet.address_space.unreadable.is_empty(),
            None => !prefixes.is_empty() && is_readable,
        };
        if !self.carries_v4(with, of) {
            prefixes.retain(|cidr| !cidr.is_v4());
        }
        prefixes.sort_unstable();
        prefixes.dedup();
        Shared { prefixes, is_whole }
    }
}

fn whole(vnet: &VirtualNetwork) -> Vec<Cidr> {
    vnet.address_space.known.clone()
}

/// The prefixes of the named subnets, where the network has all of them.
fn named_subnets(vnet: &VirtualNetwork, names: &[String]) -> Option<Vec<Cidr>> {
    let mut prefixes = Vec::new();
    for name in names {
        let subnet = vnet.subnets.iter().find(|subnet| subnet.id.name().eq_ignore_ascii_case(name))?;
        prefixes.extend(&subnet.prefixes.known);
    }
    Some(prefixes).filter(|_| !names.is_empty())
}
