//! What fuzzing reaches of this room.

use serde::de::DeserializeOwned;

use super::{
    convert::{self, Converted},
    repeated,
    subscription::keep,
};
use crate::{
    azure::fuzzing,
    inventory::{Coverage, Inventory, SubscriptionId, What},
};

/// The lists that are read of Azure.
pub(crate) const LISTS: [&str; 7] = [
    "subscriptions",
    "descendants",
    "clusters",
    "virtualNetworks",
    "routeTables",
    "networkSecurityGroups",
    "applicationGateways",
];

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
        "clusters" => inventory.clusters.extend(read(list, body, coverage, convert::cluster)),
        "virtualNetworks" => {
            inventory.virtual_networks.extend(read(list, body, coverage, convert::virtual_network));
        }
        "routeTables" => inventory.route_tables.extend(read(list, body, coverage, convert::route_table)),
        "networkSecurityGroups" => {
            let read = read(list, body, coverage, convert::network_security_group);
            inventory.network_security_groups.extend(read);
        }
        _ => {
            inventory.application_gateways.extend(read(list, body, coverage, convert::application_gateway));
        }
    }
    repeated::keep_once(inventory);
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
    keep(fuzzing::listing::<W>(body), scope, What::from(list.to_owned()), coverage, convert)
}
