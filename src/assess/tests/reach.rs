//! What a network reaches, walked packet by packet over the peerings as Azure gives them, against every answer that says so.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::{
    assess,
    testing::{Network, cluster, id, interfaces, options, subnet_id, vnet_id},
};
use crate::{
    assess::{
        audit::Audit,
        estate::Estate,
        migration::{CheckFact, CheckStatus, OverlapFault},
        outlook::{Change, Collision, RangeOf},
        questions::{self, Note},
        topology::{How, Owner, Topology},
    },
    inventory::{Inventory, Peering, ResourceId, Subnet, VirtualNetwork},
    ipam::Cidr,
    rules::CheckId,
};

const NETWORKS: usize = 6;

/// A side of a peering.
#[expect(clippy::struct_excessive_bools, reason = "they are the flags of a peering")]
#[derive(Debug, Clone)]
struct Side {
    state: u8,
    forwards: bool,
    gateway: bool,
    lends: bool,
    is_wan: bool,
    v6_only: bool,
    by_subnets: bool,
}

fn side() -> impl Strategy<Value = Side> {
    // Most work, and most share everything.
    (0u8..8, any::<bool>(), 0u8..4, any::<bool>(), 0u8..8, 0u8..10, 0u8..5).prop_map(
        |(state, forwards, gateway, lends, wan, v6, subnets)| Side {
            state,
            forwards,
            gateway: gateway == 0,
            lends,
            is_wan: wan == 0,
            v6_only: v6 == 0,
            by_subnets: subnets == 0,
        },
    )
}

/// A network: its space, whether it is read, and the pod CIDR of the cluster in it.
type Place = (u8, bool, Option<(bool, u8)>);

#[derive(Debug, Clone)]
struct World {
    places: Vec<Place>,
    /// The sides of the peering of each pair, where it has one.
    pairs: Vec<Option<(Option<Side>, Option<Side>)>>,
    outside: Option<u8>,
}

fn world() -> impl Strategy<Value = World> {
    let place = (0u8..12, prop::bool::weighted(0.8), prop::option::of((any::<bool>(), 0u8..12)));
    let pair = prop::option::weighted(
        0.5,
        (prop::option::weighted(0.9, side()), prop::option::weighted(0.9, side())),
    );
    let places = prop::collection::vec(place, 2..=NETWORKS);
    let pairs = prop::collection::vec(pair, NETWORKS * (NETWORKS - 1) / 2);
    (places, pairs, prop::option::weighted(0.3, 0u8..12)).prop_map(|(places, pairs, outside)| World {
        places,
        pairs,
        outside,
    })
}

fn name(place: usize) -> String {
    format!("n{place}")
}

fn space(number: u8) -> Cidr {
    format!("10.{number}.0.0/16").parse().unwrap()
}

fn half(number: u8, second: bool) -> Cidr {
    format!("10.{number}.{}.0/17", if second { 128 } else { 0 }).parse().unwrap()
}

/// A peering as Azure shows it from one side.
fn peering(from: usize, to: usize, of: u8, side: &Side) -> Peering {
    let own = if side.is_wan { format!("RemoteVnetToHubPeering_{to}") } else { format!("to-{to}") };
    let shown = if side.by_subnets { half(of, false) } else { space(of) };
    let named = || if side.by_subnets { vec!["s0".to_owned()] } else { Vec::new() };
    let state = match side.state {
        0 => Some("Initiated"),
        1 => Some("Disconnected"),
        2 => None,
        _ => Some("connected"),
    };
    Peering {
        id: id(&format!("{}/virtualNetworkPeerings/{own}", vnet_id(&name(from)))),
        remote: Some(vnet_id(&name(to))),
        state: state.map(str::to_owned),
        remote_prefixes: [shown.to_string()].into_iter().collect(),
        allow_forwarded_traffic: Some(side.forwards),
        allow_gateway_transit: Some(side.lends),
        use_remote_gateways: Some(side.gateway),
        peer_complete_vnets: Some(!side.by_subnets),
        local_subnet_names: named(),
        remote_subnet_names: named(),
        only_ipv6: Some(side.v6_only),
    }
}

impl World {
    fn inventory(&self) -> Inventory {
        let mut inventory = super::testing::inventory();
        let mut pairs = self.pairs.iter();
        let mut sides: Vec<Vec<Peering>> = vec![Vec::new(); self.places.len()];
        for from in 0..NETWORKS {
            for to in from + 1..NETWORKS {
                let Some((one, other)) = pairs.next().and_then(Option::as_ref) else { continue };
                if to >= self.places.len() {
                    continue;
                }
                sides[from].extend(one.as_ref().map(|side| peering(from, to, self.places[to].0, side)));
                sides[to].extend(other.as_ref().map(|side| peering(to, from, self.places[from].0, side)));
            }
        }
        for (place, ((number, is_read, resident), sides)) in self.places.iter().zip(sides).enumerate() {
            if let Some((is_kubenet, pods)) = resident {
                let network = if *is_kubenet { Network::Kubenet } else { Network::Overlay };
                let mut own = cluster(&format!("c{place}"), network);
                own.network.pod_cidrs = [space(*pods).to_string()].into_iter().collect();
                own.network.service_cidrs = ["192.168.0.0/24"].into_iter().collect();
                let home = Some(subnet_id(&name(place), "s0"));
                own.pools = vec![crate::inventory::NodePool {
                    node_subnet_id: home,
                    ..super::testing::autoscaled("np", 3, 1, 300)
                }];
                inventory.clusters.push(own);
            }
            if *is_read {
                let subnet = Subnet {
                    prefixes: [half(*number, false).to_string()].into_iter().collect(),
                    usage: super::testing::usage(vec![interfaces("other", None, 32_700, 1)]),
                    ..Subnet::bare(subnet_id(&name(place), "s0"))
                };
                let space = space(*number).to_string();
                inventory.virtual_networks.push(VirtualNetwork {
                    peerings: sides,
                    ..super::testing::vnet(&name(place), &[&space], vec![subnet])
                });
            }
        }
        inventory
    }
}

/// The walker: it knows the inventory and nothing of the room it checks.
struct Walker<'a> {
    networks: BTreeMap<&'a ResourceId, &'a VirtualNetwork>,
    all: BTreeSet<&'a ResourceId>,
}

impl<'a> Walker<'a> {
    fn of(inventory: &'a Inventory) -> Self {
        let networks: BTreeMap<_, _> = inventory.virtual_networks.iter().map(|v| (&v.id, v)).collect();
        let named =
            inventory.virtual_networks.iter().flat_map(|v| &v.peerings).filter_map(|p| p.remote.as_ref());
        Self { all: networks.keys().copied().chain(named).collect(), networks }
    }

    fn side(&self, from: &ResourceId, to: &ResourceId) -> Option<&'a Peering> {
        self.networks.get(from)?.peerings.iter().find(|peering| peering.remote.as_ref() == Some(to))
    }

    fn sides(&self, one: &ResourceId, other: &ResourceId) -> Vec<&'a Peering> {
        self.side(one, other).into_iter().chain(self.side(other, one)).collect()
    }

    fn works(&self, one: &ResourceId, other: &ResourceId) -> bool {
        let sides = self.sides(one, other);
        let is_up = |p: &&Peering| p.state.as_ref().is_none_or(|s| s.to_lowercase() == "connected");
        one != other && !sides.is_empty() && sides.iter().all(is_up)
    }

    fn carries_v4(&self, one: &ResourceId, other: &ResourceId) -> bool {
        self.works(one, other) && self.sides(one, other).iter().all(|p| p.only_ipv6 != Some(true))
    }

    /// Whether a packet passes between a network and what lies behind its hub.
    fn passes(&self, network: &ResourceId, hub: &ResourceId) -> bool {
        let yes = |flag: Option<bool>| flag == Some(true);
        let is_wan = |p: &Peering| p.id.as_str().to_lowercase().contains("/remotevnettohubpeering_");
        self.carries_v4(network, hub)
            && match (self.side(network, hub), self.side(hub, network)) {
                (Some(own), _) => {
                    yes(own.allow_forwarded_traffic) || yes(own.use_remote_gateways) || is_wan(own)
                }
                (None, Some(hubs)) => yes(hubs.allow_forwarded_traffic) || yes(hubs.allow_gateway_transit),
                (None, None) => false,
            }
    }

    fn goes_on(&self, one: &ResourceId, other: &ResourceId) -> bool {
        let sides = self.sides(one, other);
        self.carries_v4(one, other) && sides.iter().all(|p| p.allow_forwarded_traffic == Some(true))
    }

    /// What a network gives away to a neighbour.
    fn shared(&self, by: &ResourceId, with: &ResourceId) -> Vec<Cidr> {
        if !self.carries_v4(by, with) {
            return Vec::new();
        }
        let near = self.side(with, by);
        let far = self.side(by, with);
        let mut ranges: Vec<Cidr> = near.into_iter().flat_map(|p| p.remote_prefixes.known.clone()).collect();
        let is_partial = near.map_or_else(
            || far.is_some_and(|p| p.peer_complete_vnets == Some(false)),
            |p| {
                p.peer_complete_vnets == Some(false)
                    || far.is_some_and(|p| p.peer_complete_vnets == Some(false))
            },
        );
        if let Some(network) = self.networks.get(by) {
            if is_partial {
                ranges.extend(network.subnets.iter().flat_map(|s| s.prefixes.known.clone()));
            } else {
                ranges.extend(network.address_space.known.clone());
            }
        }
        ranges
    }

    /// The hubs behind which a packet from a network can get.
    fn hubs(&self, own: &ResourceId) -> BTreeSet<&'a ResourceId> {
        let mut hubs: BTreeSet<&ResourceId> =
            self.all.iter().copied().filter(|hub| self.passes(own, hub)).collect();
        while let Some(next) = self.all.iter().copied().find(|next| {
            *next != own && !hubs.contains(next) && hubs.iter().any(|hub| self.goes_on(hub, next))
        }) {
            hubs.insert(next);
        }
        hubs
    }

    /// The other networks a packet from a network can get to.
    fn networks_around(&self, own: &ResourceId) -> BTreeSet<&'a ResourceId> {
        let hubs = self.hubs(own);
        let gets_to = |other: &ResourceId| {
            self.carries_v4(own, other) || hubs.iter().any(|hub| self.passes(other, hub))
        };
        self.all.iter().copied().filter(|other| *other != own && gets_to(other)).collect()
    }

    /// Every range a packet from a network can arrive at, with whose it is, and whether over a peering of its own.
    fn reached(&self, own: &ResourceId) -> BTreeMap<(ResourceId, Cidr), bool> {
        let mut reached = BTreeMap::new();
        for hub in &self.hubs(own) {
            for other in self.all.iter().filter(|other| **other != own && self.passes(other, hub)) {
                reached.extend(self.shared(other, hub).into_iter().map(|c| (((*other).clone(), c), false)));
            }
        }
        for other in &self.all {
            reached.extend(self.shared(other, own).into_iter().map(|c| (((*other).clone(), c), true)));
        }
        reached
    }
}

fn audited(inventory: &Inventory, outside: Option<u8>) -> (Audit, crate::assess::options::Options) {
    let options = crate::assess::options::Options {
        on_premises: outside.map(space).into_iter().collect(),
        ..options()
    };
    (assess(inventory, &options), options)
}

proptest! {
    /// The room says of every network what the walk finds, to the range, the owner and the way.
    #[test]
    fn a_network_reaches_what_a_packet_does(world in world()) {
        let inventory = world.inventory();
        let options = options();
        let estate = Estate::of(&inventory, &options);
        let topology = Topology::of(&estate, &inventory, &options);
        let walker = Walker::of(&inventory);
        for vnet in &inventory.virtual_networks {
            let walked = walker.reached(&vnet.id);
            let met = topology.reach(&vnet.id).meets("10.0.0.0/8".parse().unwrap());
            let met: BTreeMap<(ResourceId, Cidr), bool> = met.into_iter().map(|met| {
                let is_direct = met.how == How::Direct;
                ((met.owner.resource().unwrap(), met.cidr), is_direct)
            }).collect();
            prop_assert_eq!(met, walked, "from {}", vnet.id.name());
            // What is linked is not reached.
            for (_, linked) in topology.reach(&vnet.id).linked("10.0.0.0/8".parse().unwrap()) {
                prop_assert!(walker.reached(&vnet.id).keys().all(|(owner, _)| owner != linked));
            }
        }
    }

    /// A cluster shares its pod CIDR with those that a packet gets to, and with no others.
    #[test]
    fn a_pod_cidr_is_shared_with_those_whom_a_packet_gets_to(world in world()) {
        let inventory = world.inventory();
        let (audit, _) = audited(&inventory, world.outside);
        let walker = Walker::of(&inventory);
        let home = |id: &ResourceId| vnet_id(&id.name().replace('c', "n"));
        for record in audit.clusters.iter().filter(|record| record.decided.exposure.is_some()) {
            let own = home(&record.row.id);
            let found = record.decided.readiness.checks.iter().find(|one| one.check == CheckId::PodCidrReused);
            let found = found.unwrap();
            if !walker.networks.contains_key(&own) {
                prop_assert_eq!(found.status, CheckStatus::Unknown);
                continue;
            }
            let pods = |id: &ResourceId| {
                inventory.clusters.iter().find(|one| one.id == *id).unwrap().network.pod_cidrs.known[0]
            };
            let range = pods(&record.row.id);
            let around = walker.networks_around(&own);
            let others: Vec<&ResourceId> = inventory.clusters.iter().map(|one| &one.id)
                .filter(|other| around.contains(&home(other)) && pods(other).overlaps(range)).collect();
            let fault = others.split_first().map(|(first, more)| {
                let fault = OverlapFault::Clusters((*first).clone(), more.len() as u64);
                vec![CheckFact::Fails((range, fault).into())]
            });
            match fault {
                Some(fault) => prop_assert_eq!(&found.facts, &fault),
                None => prop_assert!(found.status != CheckStatus::Fail, "{:?}", found.facts),
            }
        }
    }

    /// Conflicts, checks, proposals, fixes and answers agree with the walk, and so with one another.
    #[test]
    fn no_two_answers_contradict(world in world()) {
        let inventory = world.inventory();
        let (audit, options) = audited(&inventory, world.outside);
        let walker = Walker::of(&inventory);
        for record in &audit.clusters {
            let place = record.row.id.name().trim_start_matches('c').to_owned();
            let home = vnet_id(&format!("n{place}"));
            if !inventory.virtual_networks.iter().any(|vnet| vnet.id == home) {
                continue;
            }
            let pods = inventory.clusters.iter().find(|c| c.id == record.row.id).unwrap().network.pod_cidrs.known[0];
            let walked: BTreeMap<_, _> =
                walker.reached(&home).into_iter().filter(|((_, range), _)| range.overlaps(pods)).collect();
            let told: BTreeMap<(ResourceId, Cidr), bool> = record.row.conflicts.iter()
                .filter(|conflict| conflict.of == RangeOf::Pods)
                .filter_map(|conflict| {
                    let is_direct = match conflict.with {
                        Collision::Peer => true,
                        Collision::TransitivePeer => false,
                        _ => return None,
                    };
                    let Owner::Resource(owner) = conflict.owner_b.clone() else { return None };
                    Some(((owner, conflict.cidr_b), is_direct))
                })
                .collect();
            prop_assert_eq!(&told, &walked);
            let is_outside = |range: Cidr| world.outside.is_some_and(|outside| space(outside).overlaps(range));
            let says_outside = record.row.conflicts.iter()
                .any(|c| c.of == RangeOf::Pods && c.with == Collision::OnPremises);
            prop_assert_eq!(says_outside, is_outside(pods));
            if record.decided.exposure.is_some() {
                let status = |check| record.decided.readiness.checks.iter()
                    .find(|result| result.check == check).map(|result| result.status);
                prop_assert_eq!(status(CheckId::PodCidrPeers) == Some(CheckStatus::Fail), !walked.is_empty());
                prop_assert_eq!(status(CheckId::PodCidrOutsideAzure) == Some(CheckStatus::Fail), is_outside(pods));
            }
            let subject = record.row.id.name().to_owned();
            let request = questions::SubnetRequest { subject, nodes: Some(40), ..Default::default() };
            for place in questions::subnet(&inventory, &request, &options).unwrap().places {
                for block in place.block.into_iter().chain(place.growth) {
                    prop_assert!(walker.reached(&home).keys().all(|(_, range)| !range.overlaps(block)));
                    prop_assert!(!is_outside(block));
                }
            }
            // A new range, and one that is kept, meets nothing that is reached.
            if let Ok(proposal) = &record.decided.pod_cidr {
                prop_assert!(walker.reached(&home).keys().all(|(_, range)| !range.overlaps(proposal.cidr)));
                prop_assert!(!is_outside(proposal.cidr));
            }
        }
        for record in &audit.networks {
            let vnet = inventory.virtual_networks.iter().find(|vnet| vnet.id == record.row.id).unwrap();
            let mut taken: Vec<Cidr> = walker.reached(&vnet.id).into_keys().map(|(_, range)| range).collect();
            taken.extend(world.outside.map(space));
            let answer = questions::free(&inventory, vnet, Some(24), &options).unwrap();
            let offered = answer.first.into_iter().chain(answer.growth.iter().copied()).chain(answer.first_growth);
            for block in offered {
                prop_assert!(taken.iter().all(|range| !range.overlaps(block)), "{block} of {}", vnet.id.name());
            }
            let around: BTreeSet<Cidr> = answer.around.iter().map(|taken| taken.cidr).collect();
            prop_assert!(taken.iter().all(|range| around.contains(range)));
            // A hub that nobody read, and that traffic passes, is named.
            let unread = walker.all.iter().filter(|id| !walker.networks.contains_key(**id));
            let hubs: Vec<ResourceId> =
                unread.filter(|hub| walker.passes(&vnet.id, hub)).map(|hub| (*hub).clone()).collect();
            for hub in &hubs {
                prop_assert!(answer.notes.contains(&Note::BehindHub(hub.clone())));
            }
            for fix in audit.fixes() {
                for change in &fix.changes {
                    if let Change::MoveToNewSubnet { vnet_id, block: Some(block), .. } = change
                        && *vnet_id == vnet.id
                    {
                        prop_assert!(taken.iter().all(|range| !range.overlaps(*block)));
                        prop_assert!(hubs.iter().all(|hub| fix.unseen.contains(hub)));
                    }
                }
            }
        }
    }
}
