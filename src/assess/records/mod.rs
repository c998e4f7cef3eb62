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
use std::collections::{HashMap, HashSet};

use super::{
    audit::{ClusterRow, NetworkRecord, SubnetRow},
    estate::{Estate, SubnetFacts, attribution::Holder, filters},
    options::Options,
    outlook::Shortfall,
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
pub(crate) fn of_estate(estate: &Estate<'_>, inventory: &Inventory, options: &Options) -> Rows {
    let outlook = assemble::of_estate(estate, inventory, options);
    let names = inventory.subscriptions.iter().filter_map(|s| Some((&s.id, s.name.as_ref()?))).collect();
    let places = Places::of(estate, &outlook.subnets, filters::any(&options.filters));
    let networks = estate.vnets.iter().filter(|vnet| places.vnets.contains(&vnet.id)).map(|vnet| {
        let used = places.used_by_vnet.get(&vnet.id).copied().unwrap_or(Some(0));
        NetworkRecord { row: vnet::row(vnet, used), limits: Vec::new(), conflicts: Vec::new() }
    });
    let mut networks: Vec<_> = networks.collect();
    networks.sort_by(|one, other| one.row.id.cmp(&other.row.id));
    let mut subnets = outlook.subnets;
    subnets.retain(|row| places.subnets.contains(&row.id));
    subnets.sort_unstable_by(|one, other| one.id.cmp(&other.id));
    let chosen = estate.clusters.iter().filter(|cluster| cluster.chosen).zip(outlook.clusters);
    let mut clusters: Vec<_> =
        chosen.map(|(facts, ahead)| cluster::row(estate, facts, ahead, &names, &options.people)).collect();
    clusters.sort_by(|one, other| one.id.cmp(&other.id));
    let mut rows = Rows { clusters, subnets, networks };
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

/// Which subnets and networks have rows, and what the networks hold.
struct Places<'a> {
    subnets: HashSet<&'a ResourceId>,
    vnets: HashSet<&'a ResourceId>,
    used_by_vnet: HashMap<&'a ResourceId, Option<u64>>,
}

impl<'a> Places<'a> {
    fn of(estate: &Estate<'a>, rows: &[SubnetRow], is_filtered: bool) -> Self {
        let mut places =
            Self { subnets: HashSet::new(), vnets: HashSet::new(), used_by_vnet: HashMap::new() };
        for (subnet, row) in estate.subnets.iter().zip(rows) {
            let has_row = !is_filtered || is_used_by_chosen(estate, subnet);
            if has_row {
                places.subnets.insert(subnet.id);
            }
            if let Some((vnet, _)) = subnet.read {
                let total = places.used_by_vnet.entry(&vnet.id).or_insert(Some(0));
                *total = total.zip(row.used).map(|(sum, used)| sum.saturating_add(used));
                if has_row {
                    places.vnets.insert(&vnet.id);
                }
            }
        }
        if !is_filtered {
            places.vnets.extend(estate.vnets.iter().map(|vnet| &vnet.id));
        }
        places
    }
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
