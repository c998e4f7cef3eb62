//! Clusters, pools, subnets and networks as rows: who uses what, and how much of it.

mod assemble;
mod cluster;
pub(crate) mod header;
pub(crate) mod leaving;
mod pool;
mod spare;
pub(crate) mod status;
mod subnet;
#[cfg(test)]
mod tests;
mod vnet;

pub use self::assemble::{ClusterAhead, Outlook, outlook};
use super::{
    audit::{ClusterRow, NetworkRecord, SubnetRow},
    estate::{Estate, SubnetFacts, attribution::Holder, filters},
    options::Options,
    outlook::Shortfall,
    topology::{self, Topology},
};
use crate::inventory::{Inventory, ResourceId};

/// The rows of an audit, each list by lower-cased id, with what falls short, collides and ends a shortfall.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rows {
    /// Clusters that pass the filters.
    pub clusters: Vec<ClusterRow>,
    /// Subnets: all that were read or named; with filters, those the chosen clusters use.
    pub subnets: Vec<SubnetRow>,
    /// Networks: all that were read; with filters, those of the subnets above.
    pub networks: Vec<NetworkRecord>,
}

/// Makes the rows of an indexed estate. Every cluster read counts in a subnet it shares, chosen or not.
pub(crate) fn of_estate<'a>(
    estate: &Estate<'a>,
    topology: &Topology<'a>,
    inventory: &'a Inventory,
    options: &Options,
) -> Rows {
    let outlook = assemble::of_estate(estate, topology, options);
    let subscriptions = inventory.subscriptions.iter().map(|one| (&one.id, one)).collect();
    let is_filtered = filters::any(&options.filters);
    let has_row = |subnet: &SubnetFacts<'_>| !is_filtered || is_used_by_chosen(estate, subnet);
    let has_row: Vec<bool> = estate.subnets.iter().map(has_row).collect();
    let networks = networks(estate, &outlook.subnets, &has_row, !is_filtered);
    let mut has_row = has_row.into_iter();
    let mut subnets = outlook.subnets;
    subnets.retain(|_| has_row.next().unwrap_or_default());
    subnets.sort_unstable_by(|one, other| one.id.cmp(&other.id));
    let chosen = estate.clusters.iter().filter(|cluster| cluster.chosen).zip(outlook.clusters);
    let clusters: Vec<_> = chosen
        .map(|(facts, ahead)| cluster::row(estate, facts, ahead, &subscriptions, &options.people))
        .collect();
    let mut rows = Rows { clusters, subnets, networks };
    for vnet in
        estate.clusters.iter().filter(|cluster| cluster.chosen).flat_map(|c| topology::networks(estate, c))
    {
        if let Some(network) = with_id(&mut rows.networks, &vnet.id, |one| &one.row.id) {
            let broken = topology.reach(&vnet.id).broken().into_iter();
            network.broken = broken.map(|(_, other)| other.clone()).collect();
        }
    }
    for limit in outlook.networks {
        let network = with_id(&mut rows.networks, &limit.vnet_id, |one| &one.row.id);
        give(network.map(|one| &mut one.limits), limit);
    }
    for conflict in outlook.conflicts {
        let owner = &conflict.owner_a;
        let cluster = with_id(&mut rows.clusters, owner, |row| &row.id).map(|row| &mut row.conflicts);
        let network = with_id(&mut rows.networks, owner, |one| &one.row.id).map(|one| &mut one.conflicts);
        give(cluster.or(network), conflict);
    }
    for fix in outlook.fixes {
        let fixes = match &fix.shortfall {
            Shortfall::Subnet(id, _) => {
                with_id(&mut rows.subnets, id, |row| &row.id).map(|row| &mut row.fixes)
            }
            Shortfall::Limit(id, ..) | Shortfall::Waste(id, _) => {
                with_id(&mut rows.clusters, id, |row| &row.id).map(|row| &mut row.fixes)
            }
        };
        give(fixes, fix);
    }
    rows
}

/// The row with an id, among rows that stand by id.
fn with_id<'r, R>(rows: &'r mut [R], id: &ResourceId, of: impl Fn(&R) -> &ResourceId) -> Option<&'r mut R> {
    let at = rows.binary_search_by(|row| of(row).cmp(id)).ok()?;
    rows.get_mut(at)
}

/// Gives a thing to whom it concerns; nobody has it where filters hide them.
fn give<T>(to: Option<&mut Vec<T>>, thing: T) {
    if let Some(list) = to {
        list.push(thing);
    }
}

/// The networks of an estate: all of them, or those of the subnets that have rows.
fn networks(estate: &Estate<'_>, rows: &[SubnetRow], has_row: &[bool], all: bool) -> Vec<NetworkRecord> {
    let record = |vnet| NetworkRecord {
        row: vnet::row(vnet),
        limits: Vec::new(),
        conflicts: Vec::new(),
        broken: Vec::new(),
    };
    let mut networks: Vec<_> = estate.vnets.iter().map(|vnet| (all, record(vnet))).collect();
    for ((subnet, row), has_row) in estate.subnets.iter().zip(rows).zip(has_row) {
        let network =
            subnet.read.and_then(|(vnet, _)| with_id(&mut networks, &vnet.id, |(_, one)| &one.row.id));
        if let Some((is_shown, one)) = network {
            *is_shown |= has_row;
            one.row.used = one.row.used.zip(row.used).map(|(sum, used)| sum.saturating_add(used));
        }
    }
    networks.into_iter().filter(|(is_shown, _)| *is_shown).map(|(_, one)| one).collect()
}

/// Whether a chosen cluster has nodes, pods, its API server or anything else here.
fn is_used_by_chosen(estate: &Estate<'_>, subnet: &SubnetFacts<'_>) -> bool {
    let pools = subnet.node_pools().iter().chain(subnet.pod_pools()).map(|key| key.cluster);
    let others = subnet.api_servers().iter().chain(subnet.hosted()).copied();
    let holders = subnet.entries.iter().filter_map(|entry| match entry.holder {
        Holder::Cluster { cluster, .. } => Some(cluster),
        Holder::UnreadCluster | Holder::Other => None,
    });
    pools.chain(others).chain(holders).any(|place| estate.clusters.get(place).is_some_and(|c| c.chosen))
}
