//! Clusters, pools, subnets and networks as rows: who uses what, and how much of it.

pub(in crate::assess) mod attribution;
mod cluster;
pub(in crate::assess) mod estate;
pub(in crate::assess) mod filters;
pub(in crate::assess) mod mode;
pub(in crate::assess) mod nodes;
mod pool;
pub(in crate::assess) mod status;
pub(in crate::assess) mod subnet;
#[cfg(test)]
mod tests;
pub(in crate::assess) mod usage;
pub(in crate::assess) mod vnet;

use std::collections::{HashMap, HashSet};

use self::{
    attribution::Holder,
    estate::{Estate, SubnetFacts},
    status::Ahead,
    usage::Usage,
};
use super::{
    audit::{ClusterRow, NodePoolRow, SubnetRow, VnetRow},
    options::Options,
};
use crate::inventory::{Inventory, ResourceId};

/// The rows of an audit, each list by lower-cased id.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rows {
    /// Clusters that pass the filters.
    pub clusters: Vec<ClusterRow>,
    /// Their node pools, by cluster and name.
    pub node_pools: Vec<NodePoolRow>,
    /// Subnets: all that were read or named; with filters, those the chosen clusters use.
    pub subnets: Vec<SubnetRow>,
    /// Networks: all that were read; with filters, those of the subnets above.
    pub vnets: Vec<VnetRow>,
}

/// Makes the rows of an inventory. Every cluster read counts in a subnet it shares, chosen or not.
#[must_use]
pub fn rows(inventory: &Inventory, options: &Options) -> Rows {
    let estate = Estate::of(inventory, options);
    let names = inventory.subscriptions.iter().filter_map(|s| Some((&s.id, s.name.as_ref()?))).collect();
    let is_filtered = filters::any(&options.filters);
    let chosen: Vec<_> = estate.clusters.iter().filter(|cluster| cluster.chosen).collect();
    let mut used_by_vnet: HashMap<&ResourceId, Option<u64>> = HashMap::new();
    let mut vnets_of_rows: HashSet<&ResourceId> = HashSet::new();
    let mut subnets = Vec::with_capacity(estate.subnets.len());
    for subnet in &estate.subnets {
        let usage = Usage::of(&estate, subnet);
        let has_row = !is_filtered || is_used_by_chosen(&estate, subnet);
        if let Some((vnet, _)) = subnet.read {
            let total = used_by_vnet.entry(&vnet.id).or_insert(Some(0));
            *total = total.zip(usage.used).map(|(sum, used)| sum.saturating_add(used));
            if has_row {
                vnets_of_rows.insert(&vnet.id);
            }
        }
        if has_row {
            subnets.push(subnet::row(&estate, subnet, usage, Ahead::default(), options.thresholds));
        }
    }
    subnets.sort_by_cached_key(|row| row.id.to_lower());
    let vnets = estate.vnets.iter().filter(|vnet| !is_filtered || vnets_of_rows.contains(&vnet.id));
    Rows {
        clusters: chosen.iter().map(|facts| cluster::row(facts, &names, &options.people)).collect(),
        node_pools: chosen
            .iter()
            .flat_map(|facts| facts.pools.iter().map(|pool| pool::row(&estate, facts, pool)))
            .collect(),
        vnets: vnets
            .map(|vnet| vnet::row(vnet, used_by_vnet.get(&vnet.id).copied().unwrap_or(Some(0))))
            .collect(),
        subnets,
    }
}

/// Whether a chosen cluster has nodes, pods, its API server or anything else here.
fn is_used_by_chosen(estate: &Estate<'_>, subnet: &SubnetFacts<'_>) -> bool {
    let pools = subnet.node_pools.iter().chain(&subnet.pod_pools).map(|key| key.cluster);
    let others = subnet.api_servers.iter().chain(&subnet.hosted).copied();
    let holders = subnet.entries.iter().filter_map(|entry| match entry.holder {
        Holder::Cluster { cluster, .. } => Some(cluster),
        Holder::UnreadCluster | Holder::Other => None,
    });
    pools.chain(others).chain(holders).any(|place| estate.clusters.get(place).is_some_and(|c| c.chosen))
}
