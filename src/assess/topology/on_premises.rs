//! What networks reach outside Azure.

use std::collections::BTreeMap;

use super::{Owner, graph::Graph, peerings::uses_gateway};
use crate::{
    inventory::{Inventory, Prefixes, ResourceId, SubscriptionId, VirtualNetwork},
    ipam::{Cidr, Overlaps},
};

/// Ranges outside Azure, by the networks that reach them.
pub(super) struct OnPremises {
    /// What the user names, which every network reaches.
    named: Overlaps<()>,
    /// What Azure shows of the other ends of gateways.
    ends: Vec<Overlaps<ResourceId>>,
    /// By place of a network: which of these it reaches.
    reached: Vec<Vec<usize>>,
}

/// Whose other ends a network reaches.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Through<'a> {
    /// This gateway's.
    Gateway(&'a ResourceId),
    /// Those of any gateway of a subscription: which one it is shows nowhere.
    AnyGateway(SubscriptionId),
    /// The sites of virtual WANs in a network's own subscription, else all there are: which of them a hub leads to shows
    /// nowhere, nor does the subscription of its virtual WAN.
    VirtualWan(SubscriptionId),
}

impl OnPremises {
    pub(super) fn of(graph: &Graph<'_>, inventory: &Inventory, named: &[Cidr]) -> Self {
        let mut on_premises = Self {
            named: named.iter().map(|cidr| (*cidr, ())).collect(),
            ends: Vec::new(),
            reached: Vec::new(),
        };
        if inventory.vpn_sites.is_empty() && inventory.local_network_gateways.is_empty() {
            return on_premises;
        }
        let mut places: BTreeMap<Through<'_>, usize> = BTreeMap::new();
        for place in 0..graph.networks.len() {
            let mut reached: Vec<usize> = Vec::new();
            for through in gateways(graph, place) {
                reached.push(*places.entry(through.clone()).or_insert_with(|| {
                    on_premises.ends.push(ends(inventory, &through));
                    on_premises.ends.len() - 1
                }));
            }
            reached.sort_unstable();
            reached.dedup();
            on_premises.reached.push(reached);
        }
        on_premises
    }

    fn ends(&self, place: Option<usize>) -> impl Iterator<Item = &Overlaps<ResourceId>> {
        let reached = place.and_then(|place| self.reached.get(place)).into_iter().flatten();
        reached.filter_map(|end| self.ends.get(*end))
    }

    /// The ranges that a network reaches and that share an address with one.
    pub(super) fn with(&self, place: Option<usize>, cidr: Cidr) -> impl Iterator<Item = (Cidr, Owner)> {
        let named = self.named.with(cidr).map(|(cidr, ())| (cidr, Owner::OnPremises));
        let ends = self.ends(place).flat_map(move |ends| ends.with(cidr));
        named.chain(ends.map(|(cidr, id)| (cidr, Owner::of(id))))
    }

    /// All the ranges that a network reaches.
    pub(super) fn ranges(&self, place: Option<usize>) -> impl Iterator<Item = Cidr> {
        self.named.blocks().chain(self.ends(place).flat_map(Overlaps::blocks))
    }
}

/// The gateways that a network uses: its own, and those of networks whose gateway its peerings use, where they work.
fn gateways<'a>(graph: &Graph<'a>, place: usize) -> Vec<Through<'a>> {
    let mut used: Vec<Through<'a>> = own_gateways(graph, place).collect();
    let joined = graph.sides(place).filter(|(other, _)| graph.are_joined(place, *other));
    for (other, peering) in joined.filter(|(_, peering)| uses_gateway(peering)) {
        let before = used.len();
        if peering.is_of_virtual_wan() {
            used.extend(subscription(graph, place).map(Through::VirtualWan));
        } else {
            used.extend(own_gateways(graph, other));
        }
        if used.len() == before {
            used.extend(subscription(graph, other).map(Through::AnyGateway));
        }
    }
    used
}

fn own_gateways<'a>(graph: &Graph<'a>, place: usize) -> impl Iterator<Item = Through<'a>> + use<'a> {
    let vnet = graph.networks.get(place).and_then(|network| network.read);
    vnet.into_iter().flat_map(VirtualNetwork::gateways).map(Through::Gateway)
}

fn subscription(graph: &Graph<'_>, place: usize) -> Option<SubscriptionId> {
    graph.networks.get(place).map(|network| network.id.subscription())
}

/// The ranges at the other ends.
fn ends(inventory: &Inventory, through: &Through<'_>) -> Overlaps<ResourceId> {
    let is_in = |id: &ResourceId, subscription: &SubscriptionId| id.subscription() == *subscription;
    let locals = |is_end: &dyn Fn(&ResourceId) -> bool| {
        let locals = inventory.local_network_gateways.iter().filter(|local| is_end(&local.id));
        locals.flat_map(|local| ranges(&local.id, &local.address_space)).collect()
    };
    match through {
        Through::Gateway(gateway) => {
            let mut of_gateway = inventory
                .connections
                .iter()
                .filter(|connection| connection.gateways.contains(gateway))
                .peekable();
            if of_gateway.peek().is_none() {
                return locals(&|id| is_in(id, &gateway.subscription()));
            }
            let named: Vec<&ResourceId> =
                of_gateway.filter_map(|connection| connection.local_network_gateway.as_ref()).collect();
            locals(&|id| named.contains(&id))
        }
        Through::AnyGateway(subscription) => locals(&|id| is_in(id, subscription)),
        Through::VirtualWan(subscription) => {
            let is_near = inventory.vpn_sites.iter().any(|site| is_in(&site.id, subscription));
            let sites = inventory.vpn_sites.iter().filter(|site| !is_near || is_in(&site.id, subscription));
            sites.flat_map(|site| ranges(&site.id, &site.address_space)).collect()
        }
    }
}

fn ranges<'a>(id: &'a ResourceId, space: &'a Prefixes) -> impl Iterator<Item = (Cidr, ResourceId)> + use<'a> {
    space.known.iter().map(|cidr| (*cidr, id.clone()))
}
