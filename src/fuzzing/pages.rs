//! Answers of Resource Manager.

use arbitrary::Unstructured;
use serde_json::Value;

use super::{ESTATE, leaves, nothing};
use crate::{
    azure::fuzzing::{failure_of, waits},
    collect::fuzzing::{add, kept, lists},
    inventory::{Inventory, ReadStatus, What},
};

/// A list, from its bytes into the inventory and the ledger. The first byte says which list it is; one of the higher half
/// says that the others change a list that is in order.
///
/// # Panics
/// When an object is lost without a row of the ledger, or when what was read can't be written and read again.
pub fn pages(bytes: &[u8]) {
    let Some((first, rest)) = bytes.split_first() else { return };
    let lists = lists();
    let list = lists[usize::from(*first) % lists.len()];
    let changed;
    let body = if first & 0x80 == 0 {
        rest
    } else {
        let Some(mut page) = ESTATE.get(list).cloned() else { return };
        // What the bytes don't suffice for stays as it was.
        let _ = leaves::change(&mut page, &mut Unstructured::new(rest));
        changed = page.to_string();
        changed.as_bytes()
    };
    failure_of(body);
    waits(body);
    let mut inventory = nothing();
    add(&mut inventory, list, body);
    nothing_is_lost(&mut inventory, list, body);
    let json = serde_json::to_string(&inventory).expect("an inventory is JSON");
    assert_eq!(serde_json::from_str::<Inventory>(&json).expect("it is one again"), inventory);
}

/// Every object of a list is in the inventory, or a row of the ledger says that something is missing.
fn nothing_is_lost(inventory: &mut Inventory, list: &str, body: &[u8]) {
    let Ok(Value::Object(page)) = serde_json::from_slice::<Value>(body) else { return };
    let Some(Value::Array(objects)) = page.get("value") else { return };
    let Some(kept) = kept(inventory, list) else { return };
    let rows = inventory.coverage.entries();
    let told = rows.iter().filter(|row| row.what == What::Object).count();
    let unread = rows.iter().any(|row| row.what.as_str() == list && row.status == ReadStatus::Failed);
    assert!(unread || kept + told >= objects.len(), "{kept} of {} objects, {told} rows", objects.len());
}
