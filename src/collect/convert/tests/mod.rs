//! Wire shapes and conversions together, from JSON to the model.

#![expect(clippy::needless_pass_by_value, reason = "what `json!` makes reads best where it is used")]

mod arbitrary;
mod beyond;
mod clusters;
mod networks;
mod payloads;
mod scopes;
mod twins;

use serde::Deserialize;
use serde_json::{Value, json};

use super::*;
use crate::{
    azure::OddObject,
    collect::{kinds::Kind, ledger::odd_object},
    inventory::{
        ApplicationGateway, Cluster, NetworkSecurityGroup, NodePool, ResourceId, RouteTable, Subnet,
        VirtualNetwork,
    },
};

const GROUP: &str = "/subscriptions/5b000000-0000-4000-8000-000000000001/resourceGroups/rg";

fn read<W: for<'de> Deserialize<'de>>(json: &Value) -> W {
    read_text(&json.to_string())
}

fn read_text<W: for<'de> Deserialize<'de>>(json: &str) -> W {
    serde_json::from_str(json).unwrap_or_else(|error| panic!("{error}: {json}"))
}

/// The id of a resource in [`GROUP`].
fn id(rest: &str) -> String {
    format!("{GROUP}/providers/{rest}")
}

fn cluster_id() -> String {
    id("Microsoft.ContainerService/managedClusters/c1")
}

fn network_id() -> String {
    id("Microsoft.Network/virtualNetworks/v1")
}

fn subnet_id(name: &str) -> String {
    format!("{}/subnets/{name}", network_id())
}

/// A cluster with these properties, and what was odd about it.
fn cluster_with(properties: Value) -> (Cluster, Vec<String>) {
    cluster_of(&json!({ "id": cluster_id(), "location": "West Europe", "properties": properties }))
}

fn cluster_of(json: &Value) -> (Cluster, Vec<String>) {
    let (cluster, oddities) = Cluster::convert(read(json)).unwrap();
    (cluster, lines(oddities))
}

/// A cluster's only pool.
fn pool_with(pool: Value) -> (NodePool, Vec<String>) {
    let (mut cluster, oddities) = cluster_with(json!({ "agentPoolProfiles": [pool] }));
    assert_eq!(cluster.pools.len(), 1, "{oddities:?}");
    (cluster.pools.remove(0), oddities)
}

fn network_with(properties: Value) -> (VirtualNetwork, Vec<String>) {
    network_of(&json!({ "id": network_id(), "location": "westeurope", "properties": properties }))
}

fn network_of(json: &Value) -> (VirtualNetwork, Vec<String>) {
    let (network, oddities) = VirtualNetwork::convert(read(json)).unwrap();
    (network, lines(oddities))
}

/// A network's only subnet.
fn subnet_with(properties: Value) -> (Subnet, Vec<String>) {
    let (mut network, oddities) =
        network_with(json!({ "subnets": [{ "id": subnet_id("s1"), "properties": properties }] }));
    assert_eq!(network.subnets.len(), 1, "{oddities:?}");
    (network.subnets.remove(0), oddities)
}

/// What the ledger says: the last segment of an id, and the message.
fn lines(oddities: impl IntoIterator<Item = Oddity>) -> Vec<String> {
    oddities.into_iter().map(line).collect()
}

fn line(oddity: Oddity) -> String {
    let OddObject { id, message } = odd_object(&oddity);
    let id = id.unwrap_or_else(|| "-".to_owned());
    format!("{} {message}", id.rsplit('/').next().unwrap_or_default())
}

fn ids(ids: &[ResourceId]) -> Vec<&str> {
    ids.iter().map(ResourceId::as_str).collect()
}
