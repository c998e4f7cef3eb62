//! What fuzzing reaches of this room.

use serde::de::DeserializeOwned;

use super::{
    convert::{self, Converted},
    kinds::{Kind, each_kind},
    ledger::keep,
    repeated,
};
use crate::{
    azure::{Resource, fuzzing},
    inventory::{Coverage, Inventory, Listed, SubscriptionId, What},
};

/// The lists that are read of Azure.
pub(crate) fn lists() -> Vec<&'static str> {
    let mut lists = vec!["subscriptions", "descendants"];
    each_kind!(K => lists.push(<K as Kind>::Wire::COLLECTION));
    lists
}

/// How many objects of a list are in an inventory, where it keeps them.
pub(crate) fn kept(inventory: &mut Inventory, list: &str) -> Option<usize> {
    let mut kept = (list == "subscriptions").then_some(inventory.subscriptions.len());
    each_kind!(K => if list == <K as Kind>::Wire::COLLECTION {
        kept = Some(K::shelf(inventory).len());
    });
    kept
}

/// Takes a list of one page into an inventory, with its rows of the ledger.
pub(crate) fn add(inventory: &mut Inventory, list: &str, body: &[u8]) {
    let Inventory { coverage, .. } = inventory;
    match list {
        "subscriptions" => {
            let read =
                read(list, body, coverage, |wire| convert::subscription(wire).map(|it| (it, Vec::new())));
            inventory.subscriptions.extend(read);
        }
        "descendants" => {
            let convert = |wire| convert::descendant(wire).map(|it| (it, Vec::new()));
            drop::<Vec<Option<SubscriptionId>>>(read(list, body, coverage, convert));
        }
        _ => each_kind!(K => add_kind::<K>(inventory, list, body)),
    }
    repeated::keep_once(inventory);
}

fn add_kind<K: Kind>(inventory: &mut Inventory, list: &str, body: &[u8]) {
    if list == K::Wire::COLLECTION {
        let found = read(list, body, &mut inventory.coverage, K::convert);
        K::shelf(inventory).extend(found);
    }
}

/// Reads the bytes as a list, and as one resource as well.
fn read<W: DeserializeOwned, M>(
    list: &str,
    body: &[u8],
    coverage: &mut Coverage,
    convert: impl Fn(W) -> Converted<M>,
) -> Vec<M> {
    let scope = "/subscriptions/00000000-0000-0000-0000-000000000000";
    drop(fuzzing::resource::<W>(body).map(|read| read.map(&convert)));
    keep(fuzzing::listing::<W>(body), scope, What::from(list.to_owned()), coverage, None, convert)
}
