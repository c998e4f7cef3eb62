//! What came in several lists, as of two subscriptions that show the same resource: kept once, and said so.

use std::collections::BTreeSet;

use super::ledger;
use crate::inventory::{Coverage, Inventory, ReadStatus, ResourceId, What};

/// Keeps the first of each resource.
pub(super) fn keep_once(inventory: &mut Inventory) {
    let coverage = &mut inventory.coverage;
    keep_first(&mut inventory.clusters, |cluster| &cluster.id, coverage);
    keep_first(&mut inventory.virtual_networks, |network| &network.id, coverage);
    keep_first(&mut inventory.route_tables, |table| &table.id, coverage);
    keep_first(&mut inventory.network_security_groups, |group| &group.id, coverage);
    keep_first(&mut inventory.application_gateways, |gateway| &gateway.id, coverage);
}

fn keep_first<T>(items: &mut Vec<T>, id: impl Fn(&T) -> &ResourceId, coverage: &mut Coverage) {
    let mut seen = BTreeSet::new();
    items.retain(|item| {
        let id = id(item);
        let is_new = seen.insert(id.clone());
        if !is_new {
            let message = "it came in more than one list, and counted once";
            coverage.push(ledger::decided(id.as_str(), What::Object, ReadStatus::Skipped, message));
        }
        is_new
    });
}
