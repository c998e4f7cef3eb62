//! What the ranges of chosen clusters and their networks are compared with, indexed: reserved ranges, ranges outside Azure,
//! subnets and space of the network, its peers, and what lies behind a hub that its own peering joins.

use std::collections::HashMap;

use super::{
    peerings::{is_peer, joins, live},
    pods::networks,
    ranges::reserved,
};
use crate::{
    assess::estate::Estate,
    inventory::{ResourceId, VirtualNetwork},
    ipam::{Cidr, Overlaps},
};

/// The indexes, made for the networks that are asked about.
pub(crate) struct Index<'a> {
    vnets: HashMap<&'a ResourceId, &'a VirtualNetwork>,
    reserved: Overlaps<()>,
    on_premises: Overlaps<()>,
    networks: HashMap<&'a ResourceId, Network<'a>>,
}

/// What a network's ranges are compared through.
struct Network<'a> {
    subnets: Overlaps<&'a ResourceId>,
    space: Overlaps<&'a ResourceId>,
    peers: Overlaps<&'a ResourceId>,
}

impl<'a> Index<'a> {
    /// Indexes the networks of the chosen clusters, and those they are peered with.
    pub(crate) fn of(estate: &Estate<'a>, on_premises: &[Cidr]) -> Self {
        let mut index = Self {
            vnets: estate.vnets.iter().map(|vnet| (&vnet.id, *vnet)).collect(),
            reserved: reserved().map(|cidr| (cidr, ())).collect(),
            on_premises: on_premises.iter().map(|cidr| (*cidr, ())).collect(),
            networks: HashMap::new(),
        };
        for vnet in estate.clusters.iter().filter(|c| c.chosen).flat_map(|cluster| networks(estate, cluster))
        {
            index.add(vnet);
            for hub in hubs(vnet) {
                if let Some(hub) = index.vnets.get(hub).copied() {
                    index.add(hub);
                }
            }
        }
        index
    }

    fn add(&mut self, vnet: &'a VirtualNetwork) {
        self.networks.entry(&vnet.id).or_insert_with(|| {
            let subnets = vnet.subnets.iter();
            let peers = live(vnet).filter_map(|peering| Some((peering, peering.remote.as_ref()?)));
            Network {
                subnets: subnets.flat_map(|s| s.prefixes.known.iter().map(|cidr| (*cidr, &s.id))).collect(),
                space: vnet.address_space.known.iter().map(|cidr| (*cidr, &vnet.id)).collect(),
                peers: peers
                    .flat_map(|(p, id)| p.remote_prefixes.known.iter().map(move |cidr| (*cidr, id)))
                    .collect(),
            }
        });
    }

    /// Reserved ranges that overlap one.
    pub(crate) fn reserved(&self, cidr: Cidr) -> impl Iterator<Item = Cidr> {
        self.reserved.with(cidr).map(|(range, ())| range)
    }

    /// Ranges outside Azure that overlap one.
    pub(crate) fn on_premises(&self, cidr: Cidr) -> impl Iterator<Item = Cidr> {
        self.on_premises.with(cidr).map(|(range, ())| range)
    }

    /// The prefixes of a network's subnets that overlap a range, with the subnets.
    pub(crate) fn subnets(
        &self,
        vnet: &VirtualNetwork,
        cidr: Cidr,
    ) -> impl Iterator<Item = (Cidr, &'a ResourceId)> {
        self.networks.get(&vnet.id).into_iter().flat_map(move |network| owned(&network.subnets, cidr))
    }

    /// The parts of a network's space that overlap a range, with the network.
    pub(crate) fn space(
        &self,
        vnet: &VirtualNetwork,
        cidr: Cidr,
    ) -> impl Iterator<Item = (Cidr, &'a ResourceId)> {
        self.networks.get(&vnet.id).into_iter().flat_map(move |network| owned(&network.space, cidr))
    }

    /// The prefixes of direct peers that overlap a range, as the peerings show them, with the peers.
    pub(crate) fn peers(
        &self,
        vnet: &VirtualNetwork,
        cidr: Cidr,
    ) -> impl Iterator<Item = (Cidr, &'a ResourceId)> {
        self.networks.get(&vnet.id).into_iter().flat_map(move |network| owned(&network.peers, cidr))
    }

    /// The prefixes behind hubs that overlap a range: the prefix, the network that has it, and the hub.
    pub(crate) fn behind_hubs<'s>(
        &'s self,
        vnet: &'s VirtualNetwork,
        cidr: Cidr,
    ) -> impl Iterator<Item = (Cidr, &'a ResourceId, &'s ResourceId)> {
        let indexed = hubs(vnet).filter_map(|id| Some((id, self.networks.get(id)?)));
        indexed.flat_map(move |(hub, network)| {
            owned(&network.peers, cidr)
                .filter(|(_, peer)| **peer != vnet.id && !is_peer(vnet, peer))
                .map(move |(prefix, peer)| (prefix, peer, hub))
        })
    }
}

/// Direct peers whose own peers are reached too.
fn hubs(vnet: &VirtualNetwork) -> impl Iterator<Item = &ResourceId> {
    live(vnet).filter(|peering| joins(peering)).filter_map(|peering| peering.remote.as_ref())
}

fn owned<'s, 'a>(
    index: &'s Overlaps<&'a ResourceId>,
    cidr: Cidr,
) -> impl Iterator<Item = (Cidr, &'a ResourceId)> + use<'s, 'a> {
    index.with(cidr).map(|(prefix, owner)| (prefix, *owner))
}
