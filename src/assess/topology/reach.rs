//! What a network reaches, and how.

use super::{
    Owner,
    graph::{Graph, Network},
    on_premises::OnPremises,
    peerings::is_connected,
    zones::Zones,
};
use crate::{
    assess::{coverage::Reading, estate::Estate, options::Options},
    inventory::{Inventory, ResourceId},
    ipam::{Cidr, Overlaps, RangeSet},
};

/// What every network of an estate reaches. Every answer that speaks of overlaps, of free space or of ranges for pods comes
/// from here:
///
/// - what a peering that works on all sides that were read carries: the other network's space, or the subnets it names;
/// - what other networks behind the same hub hold, where traffic passes: either peering takes forwarded traffic or uses the
///   hub's gateway, in any mix. From one hub to the next, both sides of the peering take forwarded traffic;
/// - what is outside Azure: what the user names, and, for a network that uses a gateway, what the other ends of gateways name.
///
/// What is peered with the same hub and meets none of this is only linked.
/// <https://learn.microsoft.com/azure/virtual-network/virtual-network-peering-overview>
pub(crate) struct Topology<'a> {
    pub(super) graph: Graph<'a>,
    pub(super) zones: Zones,
    /// By place: the ranges that neighbours share, with their places.
    beside: Vec<Overlaps<usize>>,
    on_premises: OnPremises,
    /// Hubs whose network the user knows to be unreadable, by place.
    accepted: Vec<bool>,
}

/// A range that a network reaches.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Reached {
    pub(crate) cidr: Cidr,
    pub(crate) owner: Owner,
    pub(crate) how: How,
}

/// How a network reaches a range.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum How {
    /// A peering of its own leads there.
    Direct,
    /// It lies behind this hub.
    Hub {
        /// The hub that the network is peered with.
        by: ResourceId,
        /// Whether a peering on the way was seen from one side only.
        assumed: bool,
    },
    /// It lies outside Azure.
    OnPremises,
}

/// What one network reaches.
pub(crate) struct Reach<'t, 'a> {
    topology: &'t Topology<'a>,
    place: Option<usize>,
}

impl<'a> Topology<'a> {
    /// Finds what the networks of an estate reach.
    pub(crate) fn of(estate: &Estate<'a>, inventory: &'a Inventory, options: &Options) -> Self {
        let graph = Graph::of(estate);
        let beside = |place| {
            graph.shares(place).flat_map(|(other, shared)| shared.prefixes.iter().map(move |c| (*c, other)))
        };
        let beside = (0..graph.networks.len()).map(|place| beside(place).collect()).collect();
        let reading = Reading::new(inventory, &options.accept_unread);
        let accepts =
            |network: &Network<'_>| network.read.is_none() && reading.accepts(&network.id.to_lower());
        let accepted = graph.networks.iter().map(accepts).collect();
        let on_premises = OnPremises::of(&graph, inventory, &options.on_premises);
        Self { zones: Zones::of(&graph), graph, beside, on_premises, accepted }
    }

    /// Every network there is, and whether it was read.
    pub(crate) fn networks(&self) -> impl Iterator<Item = (&'a ResourceId, bool)> {
        self.graph.networks.iter().map(|network| (network.id, network.read.is_some()))
    }

    /// What every network reaches outside Azure that shares an address with a range.
    pub(crate) fn outside(&self, cidr: Cidr) -> impl Iterator<Item = Reached> {
        self.outside_of(None, cidr)
    }

    fn outside_of(&self, place: Option<usize>, cidr: Cidr) -> impl Iterator<Item = Reached> {
        let met = self.on_premises.with(place, cidr);
        met.map(|(cidr, owner)| Reached { cidr, owner, how: How::OnPremises })
    }

    /// What a network reaches; one that nobody knows reaches what is outside Azure.
    pub(crate) fn reach(&self, vnet: &ResourceId) -> Reach<'_, 'a> {
        Reach { topology: self, place: self.graph.place(vnet) }
    }
}

impl<'a> Reach<'_, 'a> {
    fn id(&self, place: usize) -> Option<&'a ResourceId> {
        self.topology.graph.networks.get(place).map(|network| network.id)
    }

    fn owner(&self, place: usize) -> Option<Owner> {
        self.id(place).map(|id| Owner::Resource(id.clone()))
    }

    /// Whether another network is a neighbour.
    pub(super) fn is_beside(&self, other: usize) -> bool {
        self.place.is_some_and(|own| self.topology.graph.are_joined(own, other))
    }

    /// The other networks that a peering of its own leads to.
    pub(crate) fn neighbours(&self) -> impl Iterator<Item = &'a ResourceId> {
        self.place.into_iter().flat_map(|own| self.topology.graph.neighbours(own)).filter_map(|p| self.id(p))
    }

    /// Everything reached, with its own space left out, that shares an address with a range: one entry a range and owner,
    /// the shortest way.
    pub(crate) fn meets(&self, cidr: Cidr) -> Vec<Reached> {
        let mut met: Vec<Reached> = self.topology.outside_of(self.place, cidr).collect();
        if let Some(own) = self.place {
            self.meets_networks(own, cidr, &mut met);
        }
        met.sort_unstable();
        met.dedup_by(|one, other| (one.cidr, &one.owner) == (other.cidr, &other.owner));
        met
    }

    fn meets_networks(&self, own: usize, cidr: Cidr, met: &mut Vec<Reached>) {
        let reached = |cidr, place, how| Some(Reached { cidr, owner: self.owner(place)?, how });
        let beside = self.topology.beside.get(own).into_iter().flat_map(|beside| beside.with(cidr));
        met.extend(beside.filter_map(|(cidr, place)| reached(cidr, *place, How::Direct)));
        for (zone, entry) in self.topology.zones.entered(own) {
            let Some(hub) = self.id(entry.hub) else { continue };
            let others = zone.ranges.with(cidr).filter(|(_, member)| member.place != own);
            met.extend(others.filter_map(|(cidr, member)| {
                let how = How::Hub { by: hub.clone(), assumed: member.assumed || entry.assumed };
                reached(cidr, member.place, how)
            }));
        }
    }

    /// All IPv4 addresses reached, as a set. Where networks behind a hub were read, the network's own are among them.
    pub(crate) fn v4(&self) -> RangeSet {
        let mut direct: Vec<Cidr> = self.topology.on_premises.ranges(self.place).collect();
        let Some(own) = self.place else { return direct.into_iter().filter(|cidr| cidr.is_v4()).collect() };
        direct.extend(self.topology.beside.get(own).into_iter().flat_map(Overlaps::blocks));
        let direct: RangeSet = direct.into_iter().filter(|cidr| cidr.is_v4()).collect();
        self.topology.zones.entered(own).fold(direct, |all, (zone, _)| all.union(&zone.v4))
    }

    /// What is linked and shares an address with a range: the networks that are peered with the same hub and not reached.
    pub(crate) fn linked(&self, cidr: Cidr) -> Vec<(Cidr, &'a ResourceId)> {
        let Some(own) = self.place else { return Vec::new() };
        let mut linked = Vec::new();
        for hub in self.topology.graph.neighbours(own) {
            let beside = self.topology.beside.get(hub).into_iter().flat_map(|beside| beside.with(cidr));
            let others = beside.filter(|(_, place)| {
                **place != own && !self.is_beside(**place) && !self.topology.zones.meet(own, **place)
            });
            linked.extend(others.filter_map(|(cidr, place)| Some((cidr, self.id(*place)?))));
        }
        linked.sort_unstable();
        linked.dedup();
        linked
    }

    /// The IPv4 addresses of networks peered with the same hubs, reached or not, as a set.
    pub(crate) fn linked_v4(&self) -> RangeSet {
        let Some(own) = self.place else { return RangeSet::default() };
        let hubs = self.topology.graph.neighbours(own);
        let blocks = hubs.filter_map(|hub| self.topology.beside.get(hub)).flat_map(Overlaps::blocks);
        blocks.filter(|cidr| cidr.is_v4()).collect()
    }

    /// Networks that are reached and of which some address space is not known.
    pub(crate) fn partly_known(&self) -> Vec<&'a ResourceId> {
        let Some(own) = self.place else { return Vec::new() };
        let graph = &self.topology.graph;
        let beside = graph.shares(own).filter(|(_, shared)| !shared.is_whole).map(|(other, _)| other);
        let behind = self.topology.zones.entered(own).flat_map(|(zone, _)| zone.partly_known.iter().copied());
        let mut places: Vec<usize> = beside.chain(behind.filter(|place| *place != own)).collect();
        places.sort_unstable();
        places.dedup();
        places.into_iter().filter_map(|place| self.id(place)).collect()
    }

    /// Hubs on the way that nobody could read, so that what else lies behind them is not known; those aside of which the
    /// user knows.
    pub(crate) fn unseen(&self) -> Vec<&'a ResourceId> {
        let Some(own) = self.place else { return Vec::new() };
        let graph = &self.topology.graph;
        let is_unread =
            |place: &usize| graph.networks.get(*place).is_some_and(|network| network.read.is_none());
        let entered = graph.neighbours(own).filter(|hub| graph.passage(own, *hub).is_open());
        let onward = self.topology.zones.entered(own).flat_map(|(zone, _)| zone.unread.iter().copied());
        let mut hubs: Vec<usize> = entered.chain(onward).filter(is_unread).collect();
        hubs.sort_unstable();
        hubs.dedup();
        hubs.retain(|hub| !self.topology.accepted.get(*hub).copied().unwrap_or(false));
        hubs.into_iter().filter_map(|place| self.id(place)).collect()
    }

    /// Peerings of the network that carry nothing, because a side that was read is not `Connected`; with the other network.
    pub(crate) fn broken(&self) -> Vec<(&'a ResourceId, &'a ResourceId)> {
        let Some(own) = self.place else { return Vec::new() };
        let graph = &self.topology.graph;
        let is_broken = |other: &usize| {
            [graph.side(own, *other), graph.side(*other, own)]
                .into_iter()
                .flatten()
                .any(|peering| !is_connected(peering))
        };
        let sides = graph.sides(own).filter(|(other, _)| is_broken(other));
        sides.filter_map(|(other, peering)| Some((&peering.id, self.id(other)?))).collect()
    }
}
