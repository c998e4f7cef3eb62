//! Hubs that pass traffic on to each other, and the networks that such a zone brings together.

use super::{graph::Graph, peerings::Passage};
use crate::ipam::{Overlaps, RangeSet};

/// The zones of an estate.
pub(super) struct Zones {
    zones: Vec<Zone>,
    /// By place of a network: the zones in which traffic passes between it and the others.
    entries: Vec<Vec<Entry>>,
}

/// What lies behind one hub, or behind several that pass traffic on to each other.
pub(super) struct Zone {
    /// Its hubs that nobody could read, and without which some of its networks would not be in it.
    pub(super) unread: Vec<usize>,
    /// The ranges of its networks.
    pub(super) ranges: Overlaps<Member>,
    /// The IPv4 ranges as one set.
    pub(super) v4: RangeSet,
    /// Its networks, by place.
    pub(super) members: Vec<Member>,
    /// Those of which some space is not known.
    pub(super) partly_known: Vec<usize>,
}

/// A network of a zone, and whether that it is one is assumed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Member {
    pub(super) place: usize,
    pub(super) assumed: bool,
}

/// A network's way into a zone.
#[derive(Clone, Copy)]
pub(super) struct Entry {
    pub(super) zone: usize,
    /// The hub it is peered with; of several the first.
    pub(super) hub: usize,
    pub(super) assumed: bool,
}

impl Zones {
    pub(super) fn of(graph: &Graph<'_>) -> Self {
        let mut zones = Self { zones: Vec::new(), entries: Vec::new() };
        zones.entries.resize_with(graph.networks.len(), Vec::new);
        let mut hubs: Vec<(usize, usize, bool)> = Vec::with_capacity(graph.networks.len());
        let mut unions = Unions::of(graph);
        for place in 0..graph.networks.len() {
            let (root, assumed) = unions.root(place);
            hubs.push((root, place, assumed));
        }
        hubs.sort_unstable();
        for of_zone in hubs.chunk_by(|one, other| one.0 == other.0) {
            let assumed = of_zone.iter().any(|(_, _, assumed)| *assumed);
            let hubs: Vec<usize> = of_zone.iter().map(|(_, place, _)| *place).collect();
            zones.add(graph, &hubs, assumed);
        }
        zones
    }

    /// Adds the zone of some hubs, where it brings anybody together.
    fn add(&mut self, graph: &Graph<'_>, hubs: &[usize], assumed_onward: bool) {
        let mut ways: Vec<(usize, usize, bool)> = Vec::new();
        for hub in hubs {
            for place in graph.neighbours(*hub) {
                match graph.passage(place, *hub) {
                    Passage::Shut => {}
                    passage => ways.push((place, *hub, passage == Passage::Assumed)),
                }
            }
        }
        ways.sort_unstable();
        if ways.iter().all(|way| Some(way.0) == ways.first().map(|first| first.0)) {
            return;
        }
        let zone = self.zones.len();
        let (mut ranges, mut members) = (Vec::new(), Vec::new());
        let (mut partly_known, mut unread) = (Vec::new(), Vec::new());
        let is_unread = |hub: usize| graph.networks.get(hub).is_none_or(|network| network.read.is_none());
        for ways in ways.chunk_by(|one, other| one.0 == other.0) {
            let Some(&(place, first, _)) = ways.first() else { continue };
            let assumed = ways.iter().all(|(_, _, assumed)| *assumed);
            if let Some(entries) = self.entries.get_mut(place) {
                entries.push(Entry { zone, hub: first, assumed });
            }
            let member = Member { place, assumed: assumed || assumed_onward };
            members.push(member);
            if ways.iter().all(|(_, hub, _)| is_unread(*hub)) {
                unread.extend(ways.iter().map(|(_, hub, _)| *hub));
            }
            for (_, hub, _) in ways {
                let Some(shared) = graph.shared(*hub, place) else { continue };
                ranges.extend(shared.prefixes.iter().map(|cidr| (*cidr, member)));
                if !shared.is_whole {
                    partly_known.push(place);
                }
            }
        }
        ranges.sort_unstable();
        ranges.dedup();
        partly_known.dedup();
        unread.sort_unstable();
        unread.dedup();
        let v4 = ranges.iter().map(|(cidr, _)| *cidr).filter(|cidr| cidr.is_v4()).collect();
        self.zones.push(Zone { unread, ranges: ranges.into_iter().collect(), v4, members, partly_known });
    }

    /// Every zone.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Zone> {
        self.zones.iter()
    }

    /// The zones a network is in, each with its way there.
    pub(super) fn entered(&self, place: usize) -> impl Iterator<Item = (&Zone, Entry)> {
        let entries = self.entries.get(place).into_iter().flatten();
        entries.filter_map(|entry| Some((self.zones.get(entry.zone)?, *entry)))
    }

    /// The zones a network is in, by place.
    pub(super) fn of_network(&self, place: usize) -> impl Iterator<Item = usize> {
        self.entries.get(place).into_iter().flatten().map(|entry| entry.zone)
    }

    /// The networks of a zone, by place.
    pub(super) fn members(&self, zone: usize) -> impl Iterator<Item = usize> {
        self.zones.get(zone).into_iter().flat_map(|zone| &zone.members).map(|member| member.place)
    }

    /// Whether two networks meet in a zone.
    pub(super) fn meet(&self, one: usize, other: usize) -> bool {
        self.of_network(one).any(|zone| self.of_network(other).any(|other| other == zone))
    }
}

/// Which hubs pass traffic on to each other, directly or around.
struct Unions {
    parents: Vec<usize>,
    /// Whether a way between some was assumed, by root.
    assumed: Vec<bool>,
}

impl Unions {
    fn of(graph: &Graph<'_>) -> Self {
        let count = graph.networks.len();
        let mut unions = Self { parents: (0..count).collect(), assumed: vec![false; count] };
        for place in 0..count {
            for other in graph.neighbours(place).filter(|other| *other > place) {
                let onward = graph.onward(place, other);
                if onward.is_open() {
                    unions.join(place, other, onward == Passage::Assumed);
                }
            }
        }
        unions
    }

    /// The least place of a union, and whether a way in it was assumed.
    fn root(&mut self, mut place: usize) -> (usize, bool) {
        while let Some(parent) = self.parents.get(place).copied().filter(|parent| *parent != place) {
            // Halving the way keeps it short.
            let above = self.parents.get(parent).copied().unwrap_or(parent);
            if let Some(own) = self.parents.get_mut(place) {
                *own = above;
            }
            place = above;
        }
        (place, self.assumed.get(place).copied().unwrap_or(false))
    }

    fn join(&mut self, one: usize, other: usize, assumed: bool) {
        let ((one, of_one), (other, of_other)) = (self.root(one), self.root(other));
        let (root, below) = (one.min(other), one.max(other));
        if let Some(parent) = self.parents.get_mut(below) {
            *parent = root;
        }
        if let Some(own) = self.assumed.get_mut(root) {
            *own = of_one || of_other || assumed;
        }
    }
}
