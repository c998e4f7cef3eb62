//! Snapshots, which come from whoever hands over the file.

use std::{io::Write, sync::LazyLock};

use arbitrary::Unstructured;
use flate2::{Compression, write::GzEncoder};
use serde_json::{Value, json};

use super::{COLLECTED, audited, leaves};
use crate::{
    config::Settings,
    inventory::{Inventory, snapshot as file},
};

/// The first bytes of a gzip file.
const GZIP: &[u8] = &[0x1f, 0x8b];
/// An estate is assessed up to so many subnets, pools and clusters.
const SMALL: usize = 60;
/// Of the snapshots that bytes change, those whose first byte is smaller are assessed: an audit takes as long as reading a
/// dozen, and `rendering` has audits of its own.
const ASSESSED_BELOW: u8 = 0x08;

/// A snapshot that is in order.
static SNAPSHOT: LazyLock<Value> = LazyLock::new(|| {
    let inventory = serde_json::to_value(&*COLLECTED).expect("an inventory is JSON");
    json!({ "format": "aks-census-snapshot", "version": 1, "inventory": inventory })
});

/// A snapshot: a gzip file as it is, a text that will be packed, or bytes that change a snapshot that is in order.
///
/// # Panics
/// When what was read is another inventory once it is written and read again, or breaks an audit.
pub fn snapshot(bytes: &[u8]) {
    let is_changed = !bytes.starts_with(b"{") && !bytes.starts_with(GZIP);
    let read = match bytes {
        _ if is_changed => file::from_bytes(&packed(changed(bytes).to_string().as_bytes())),
        [b'{', ..] => file::from_bytes(&packed(bytes)),
        _ => file::from_bytes(bytes),
    };
    let inventory = match read {
        Ok(inventory) => inventory,
        Err(error) => return drop(error.to_string()),
    };
    let written = file::to_bytes(&inventory).expect("memory can be written");
    assert_eq!(file::from_bytes(&written).expect("it was read before"), inventory);
    let is_assessed = !is_changed || bytes.first().is_none_or(|first| *first < ASSESSED_BELOW);
    if is_assessed && is_small(&inventory) {
        audited(&inventory, &Settings::default());
    }
}

fn packed(json: &[u8]) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(json).and_then(|()| gzip.finish()).expect("memory can be written")
}

fn changed(bytes: &[u8]) -> Value {
    let mut document = SNAPSHOT.clone();
    // What the bytes don't suffice for stays as it was.
    let _ = leaves::change(&mut document, &mut Unstructured::new(bytes));
    document
}

fn is_small(inventory: &Inventory) -> bool {
    let pools = inventory.clusters.iter().map(|cluster| 1 + cluster.pools.len());
    let subnets = inventory.virtual_networks.iter().map(|network| 1 + network.subnets.len());
    pools.chain(subnets).sum::<usize>() <= SMALL
}
