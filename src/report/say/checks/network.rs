//! What is wrong with addresses, routes, rules and names.

use super::{in_order, list, name, names};
use crate::{
    assess::migration::{
        AddressFault, BasicLoadBalancer, CapacityFault, Filling, NamedThing, NodeRoom, OverlapFault,
        RangeInUse, ReservedHit, RoutingFault, RuleName, SecurityFault, ServiceOverlap, TrafficFault,
    },
    inventory::ResourceId,
    ipam::{Cidr, limits::NODES_PER_FREE_CLUSTER},
    report::{
        phrase::{Phrase, phrase},
        say::no_proposal,
    },
    words::noun,
};

pub(super) fn address(fault: &AddressFault) -> Phrase {
    match fault {
        AddressFault::Replaced(present, other) => {
            phrase!("{} is to be replaced, for example by {}", present.to_string(), other.to_string())
        }
        AddressFault::NotKept(present, none) => {
            phrase!("{} cannot be kept, and {}", present.to_string(), no_proposal(none))
        }
        AddressFault::NoRange(none) => no_proposal(none),
        AddressFault::DualStack => {
            "the cluster is dual stack: IPv6 connections break during the migration".into()
        }
        AddressFault::NodeRoom(cidr, room, need) => {
            phrase!("{} has room for {}, {}", cidr.to_string(), nodes(*room), node_room(*need))
        }
        AddressFault::Labels(named) => {
            let one = |(thing, name): &(NamedThing, String)| {
                let thing = match thing {
                    NamedThing::Subnet => "subnet",
                    NamedThing::Network => "network",
                    NamedThing::ResourceGroup => "resource group",
                };
                phrase!("{} {}", thing, Phrase::code(name))
            };
            phrase!("not valid as node labels: {}", list(named.iter().map(one)))
        }
        AddressFault::Delegated(subnets) => {
            let to = |(id, service): &(ResourceId, String)| {
                phrase!("{} to {}", name(id), Phrase::outside(service))
            };
            phrase!("delegated: {}", list(subnets.iter().map(to)))
        }
        AddressFault::Reserved(hits) => phrase!("reserved by AKS: {}", list(hits.iter().map(reserved))),
    }
}

fn reserved(hit: &ReservedHit) -> Phrase {
    let of = match &hit.of {
        RangeInUse::Services => "the service CIDR".into(),
        RangeInUse::Nodes(id) => phrase!("node subnet {}", name(id)),
        RangeInUse::Network(id) => phrase!("the space of network {}", name(id)),
    };
    let (range, reserved) = (hit.range.to_string(), hit.reserved.to_string());
    if range == reserved {
        phrase!("{} of {}", range, of)
    } else {
        phrase!("{} of {}, which meets {}", range, of, reserved)
    }
}

fn node_room(need: NodeRoom) -> Phrase {
    match need {
        NodeRoom::Most(most) => phrase!("the pools may have {}", most),
        NodeRoom::Surge(most, surge) => {
            let noun = noun(surge, "surge node", "surge nodes");
            phrase!("the pools may have {} and {} {}", most, surge, noun)
        }
        NodeRoom::Growth(wanted) => phrase!("and growth would need {}", wanted),
    }
}

fn nodes(count: u64) -> Phrase {
    phrase!("{} {}", count, noun(count, "node", "nodes"))
}

pub(super) fn capacity(fault: &CapacityFault) -> Phrase {
    let surging = |of: &Filling| {
        let Filling { subnet_id, held, nodes, usable } = of;
        phrase!("{}: {} used and {} for nodes to come, of {}", name(subnet_id), *held, *nodes, *usable)
    };
    let most = |of: &Filling| {
        let Filling { subnet_id, held, nodes, usable } = of;
        phrase!("{}: {} at most and {} others, of {}", name(subnet_id), self::nodes(*nodes), *held, *usable)
    };
    match fault {
        CapacityFault::Surge(all) => {
            phrase!("no room for all surge nodes at once: {}", list(all.iter().map(surging)))
        }
        CapacityFault::LittleSurge(all) => {
            phrase!("little room for all surge nodes at once: {}", in_order(all.iter().map(surging)))
        }
        CapacityFault::Maximum(all) => {
            phrase!("no room for every node at the maximum: {}", list(all.iter().map(most)))
        }
        CapacityFault::Tier(most) => {
            phrase!("{} nodes at most, and the Free tier allows {}", *most, NODES_PER_FREE_CLUSTER)
        }
    }
}

pub(super) fn overlap(cidr: Cidr, fault: &OverlapFault) -> Phrase {
    let in_it = |(id, range): &(ResourceId, Cidr)| phrase!("{} {}", name(id), range.to_string());
    let cidrs = |ranges: &[Cidr]| list(ranges.iter().map(|range| range.to_string().into()));
    let cidr = cidr.to_string();
    match fault {
        OverlapFault::Subnets(hits) => {
            phrase!("{} overlaps subnets: {}", cidr, list(hits.iter().map(in_it)))
        }
        OverlapFault::Network(id, hits) => {
            phrase!("{} overlaps the space of {}: {}", cidr, name(id), cidrs(hits))
        }
        OverlapFault::Reached(hits) => {
            phrase!("{} overlaps networks the cluster reaches: {}", cidr, list(hits.iter().map(in_it)))
        }
        OverlapFault::ReachedAlready(hits) => phrase!(
            "{}, which the cluster uses already, overlaps networks it reaches: {}",
            cidr,
            in_order(hits.iter().map(in_it))
        ),
        OverlapFault::OutsideAzure(hits) => {
            phrase!("{} overlaps ranges outside Azure: {}", cidr, cidrs(hits))
        }
        OverlapFault::Services(hits) => {
            let hit = |of: &ServiceOverlap| match of {
                ServiceOverlap::Range(range) => phrase!("service CIDR {}", range.to_string()),
                ServiceOverlap::Dns(address) => {
                    phrase!("DNS address {} outside the service CIDR", address.to_string())
                }
            };
            phrase!("{} and: {}", cidr, list(hits.iter().map(hit)))
        }
        OverlapFault::Reserved(hits) => phrase!("{} touches reserved ranges: {}", cidr, cidrs(hits)),
        OverlapFault::Public => phrase!("{} lies neither in RFC 1918 nor in 100.64.0.0/10", cidr),
        OverlapFault::Clusters(id, 0) => {
            phrase!("{} is used by {} too, which is within reach", cidr, name(id))
        }
        OverlapFault::Clusters(id, more) => {
            phrase!("{} is used by {} and {} more too, which are within reach", cidr, name(id), *more)
        }
    }
}

pub(super) fn routing(fault: &RoutingFault) -> Phrase {
    match fault {
        RoutingFault::Own(tables) => phrase!("own route table: {}", names(tables)),
        RoutingFault::OnSubnets(subnets) => {
            let named = |id: &ResourceId| {
                let network = id.parent();
                phrase!("{}/{}", network.as_ref().map(name).unwrap_or_default(), name(id))
            };
            phrase!("the route table is on other subnets: {}", list(subnets.iter().map(named)))
        }
        RoutingFault::SharedWith(clusters) => phrase!("the route table is shared with: {}", names(clusters)),
        RoutingFault::Uneven { without, tables, foreign } => {
            let none = without.iter().map(|id| phrase!("{} has none", name(id)));
            let of_others = foreign.iter().map(|one| {
                phrase!(
                    "{} is not the cluster's: its pod routes are in {}",
                    name(&one.table),
                    name(&one.of_pods)
                )
            });
            let several = (!tables.is_empty())
                .then(|| phrase!("the subnets have different ones ({})", in_order(tables.iter().map(name))));
            phrase!("route table: {}", list(none.chain(several).chain(of_others)))
        }
        RoutingFault::DefaultRoute => "egress takes the route table's default route".into(),
        RoutingFault::Elsewhere(tables) => phrase!("routes to the pods in: {}", names(tables)),
    }
}

pub(super) fn security(fault: &SecurityFault) -> Phrase {
    let rules = |rules: &[RuleName]| {
        list(rules.iter().map(|of| phrase!("{}/{}", name(&of.group_id), Phrase::outside(&of.rule))))
    };
    match fault {
        SecurityFault::Deny(cidr, all) => {
            phrase!("rules deny traffic of nodes and {}: {}", cidr.to_string(), rules(all))
        }
        SecurityFault::MayDeny(cidr, all) => {
            phrase!("rules may deny some traffic of nodes and {}: {}", cidr.to_string(), rules(all))
        }
        SecurityFault::DenyInternet(all) => {
            phrase!("outbound rules that deny the internet: {}", rules(all))
        }
    }
}

pub(super) fn traffic(fault: &TrafficFault) -> Phrase {
    match fault {
        TrafficFault::Proxied(cidr) => phrase!("noProxy does not cover {}", cidr.to_string()),
        TrafficFault::Private => "the cluster is private".into(),
        TrafficFault::NameServers(servers) => {
            phrase!("the network has own name servers: {}", in_order(servers.iter().map(Phrase::outside)))
        }
        TrafficFault::BasicLoadBalancer(beside) => match beside {
            BasicLoadBalancer::Alone => "the load balancer is Basic".into(),
            BasicLoadBalancer::WithAvailabilitySets => {
                "the load balancer is Basic; moving the availability sets replaces it too".into()
            }
            BasicLoadBalancer::WithInternal => {
                "the load balancer is Basic, and an internal one cannot be upgraded in place".into()
            }
        },
    }
}
