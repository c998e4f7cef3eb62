//! Which clusters get rows. Every cluster that was read still counts in a subnet it shares.

use std::collections::BTreeSet;

use super::{audit::SubnetRow, options::Filters, rows::Rows};
use crate::inventory::{Cluster, Inventory, ResourceId};

/// Keeps the rows of clusters that pass the filters, of the subnets they use and of those subnets' networks. Without
/// filters, everything stays.
pub(super) fn apply(mut rows: Rows, inventory: &Inventory, filters: &Filters) -> Rows {
    if *filters == Filters::default() {
        return rows;
    }
    let passing = inventory.clusters.iter().filter(|cluster| passes(cluster, filters));
    let selected: BTreeSet<&ResourceId> = passing.map(|cluster| &cluster.id).collect();
    rows.clusters.retain(|row| selected.contains(&row.id));
    rows.node_pools.retain(|row| selected.contains(&row.cluster_id));
    rows.subnets.retain(|row| concerns(row, &selected));
    let networks: BTreeSet<ResourceId> = rows.subnets.iter().filter_map(|row| row.id.parent()).collect();
    rows.vnets.retain(|row| networks.contains(&row.id));
    rows
}

/// Whether a cluster passes every filter that is set.
fn passes(cluster: &Cluster, filters: &Filters) -> bool {
    let group = cluster.id.resource_group().unwrap_or_default();
    let groups = &filters.resource_groups;
    let location = region(&cluster.location);
    (groups.is_empty() || groups.iter().any(|wanted| wanted.eq_ignore_ascii_case(group)))
        && (filters.locations.is_empty() || filters.locations.iter().any(|wanted| region(wanted) == location))
        && filters.tags.iter().all(|(name, value)| {
            cluster.tags.iter().any(|(own, of)| own.eq_ignore_ascii_case(name) && of == value)
        })
}

/// `West Europe` and `westeurope` are one region.
fn region(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_lowercase()).collect()
}

fn concerns(row: &SubnetRow, selected: &BTreeSet<&ResourceId>) -> bool {
    let holds = |owner: &str| ResourceId::parse(owner).is_ok_and(|owner| selected.contains(&owner));
    row.clusters.iter().chain(row.node_pools.iter().map(|(id, _)| id)).any(|id| selected.contains(id))
        || row.consumers.iter().filter_map(|consumer| consumer.owner_id.as_deref()).any(holds)
}
