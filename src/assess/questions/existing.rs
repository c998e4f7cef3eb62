//! Subnets that are there already and have room: the pools' own, and empty ones of their network.

use super::{Need, Space};
use crate::{
    assess::{
        audit::SubnetRow,
        estate::{Estate, PoolFacts},
        options::Options,
        outlook::Scenario,
        records::outlook,
        topology::{Taken, Why},
    },
    inventory::{Inventory, ResourceId, Subnet, VirtualNetwork},
    ipam::IpamMode,
};

/// The delegation of pod subnets, which AKS sets where it is absent.
/// <https://learn.microsoft.com/azure/aks/concepts-network-azure-cni-pod-subnet>
const PODS: &str = "Microsoft.ContainerService/managedClusters";
/// As many empty subnets are worth naming.
const SHOWN: usize = 3;

/// A subnet with room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Existing {
    /// What it is for.
    pub space: Space,
    /// The subnet.
    pub subnet_id: ResourceId,
    /// Whether the pools live there: then nothing has to change.
    pub own: bool,
    /// Addresses left there once the pools are at their most.
    pub left: u64,
}

/// The own subnet of the pools where the question is about them as they are and it has room; else the smallest empty
/// subnets of the network that are large enough.
pub(super) fn existing(
    inventory: &Inventory,
    options: &Options,
    estate: &Estate<'_>,
    (vnet, around): (&VirtualNetwork, &[Taken]),
    is_as_they_are: bool,
    (asked, needs): (&[&PoolFacts<'_>], &[Need]),
) -> Vec<Existing> {
    let ahead = outlook(inventory, options).subnets;
    let told = |id: &ResourceId| ahead.iter().find(|subnet| subnet.id == *id);
    let mut found = Vec::new();
    for need in needs.iter().filter(|need| need.space != Space::PodCidr) {
        let place = |pool: &&PoolFacts<'_>| match need.space {
            Space::PodSubnet => pool.pod_subnet,
            _ => pool.node_subnet,
        };
        let mut own: Vec<Option<usize>> = asked.iter().map(place).collect();
        own.sort_unstable();
        own.dedup();
        let own = match own.as_slice() {
            [Some(place)] if is_as_they_are => estate.subnets.get(*place).and_then(|subnet| told(subnet.id)),
            _ => None,
        };
        if let Some((own, left)) = own.and_then(|own| Some((own, room(own)?))) {
            let subnet_id = own.id.clone();
            found.push(Existing { space: need.space, subnet_id, own: true, left });
            continue;
        }
        let tables: Vec<_> = asked.iter().filter_map(|pool| route_table(estate, pool)).collect();
        let is_fit = |subnet: &&Subnet| {
            let is_routed = asked.iter().all(|pool| pool.mode != IpamMode::Kubenet)
                || subnet.route_table.as_ref().is_some_and(|table| tables.contains(&table));
            let taken: Vec<&Taken> = around.iter().filter(|taken| taken.why != Why::Linked).collect();
            let is_clear =
                !taken.iter().any(|taken| subnet.prefixes.v4().any(|own| own.overlaps(taken.cidr)));
            is_routed && is_clear && takes(subnet, need.space)
        };
        let mut empty: Vec<Existing> = (vnet.subnets.iter().filter(is_fit))
            .filter_map(|subnet| told(&subnet.id).filter(|told| is_empty(told)))
            .filter_map(|told| {
                let left = told.usable?.checked_sub(need.need)?;
                Some(Existing { space: need.space, subnet_id: told.id.clone(), own: false, left })
            })
            .collect();
        empty.sort_by(|a, b| (a.left, &a.subnet_id).cmp(&(b.left, &b.subnet_id)));
        found.extend(empty.into_iter().take(SHOWN));
    }
    found
}

/// What is left of a subnet when everything in it is at its most.
fn room(subnet: &SubnetRow) -> Option<u64> {
    let headroom = subnet.headroom(Scenario::ScaleMaxUpgrade)?;
    u64::try_from(headroom).ok()?.checked_sub(subnet.ahead.other_growth?)
}

fn is_empty(subnet: &SubnetRow) -> bool {
    subnet.used == Some(0) && subnet.node_pools.is_empty() && subnet.ahead.other_growth == Some(0)
}

/// Whether nothing else has a claim on a subnet.
fn takes(subnet: &Subnet, space: Space) -> bool {
    let is_own = |service: &String| space == Space::PodSubnet && service.eq_ignore_ascii_case(PODS);
    subnet.delegations.iter().all(is_own)
        && subnet.application_gateways.is_empty()
        && subnet.service_links.is_empty()
        && subnet.container_profiles == 0
}

fn route_table<'a>(estate: &Estate<'a>, pool: &PoolFacts<'_>) -> Option<&'a ResourceId> {
    estate.subnets.get(pool.node_subnet?)?.read?.1.route_table.as_ref()
}
