//! What came in several lists, as of two subscriptions that show the same resource: kept once, and said so.

use std::collections::BTreeSet;

use super::{
    kinds::{Kind, each_kind},
    ledger,
};
use crate::inventory::{Inventory, ReadStatus, ResourceId, What};

/// Keeps the first of each resource.
pub(super) fn keep_once(inventory: &mut Inventory) {
    each_kind!(K => keep_first::<K>(inventory));
}

fn keep_first<K: Kind>(inventory: &mut Inventory) {
    let mut seen = BTreeSet::new();
    let mut again = Vec::new();
    K::shelf(inventory).retain(|item| {
        let is_new = seen.insert(item.id().clone());
        if !is_new {
            again.push(item.id().clone());
        }
        is_new
    });
    let message = "it came in more than one list, and counted once";
    let row = |id: ResourceId| ledger::decided(id.as_str(), What::Object, ReadStatus::Skipped, message);
    inventory.coverage.extend(again.into_iter().map(row));
}
