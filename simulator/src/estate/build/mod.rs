//! Builders of ARM JSON, so that a case of the demo estate is a few lines.
//!
//! They write what Azure sends, not what a client would like to read: ids of AKS nodes are upper-cased, empty lists
//! are left out where Azure leaves them out. Nothing here is shared with the client that is tested.

mod cluster;
mod consumer;
mod defaults;
mod draft;
mod gateway;
pub(crate) mod id;
mod network;
mod nodes;
mod pool;
mod random;
mod tables;

pub(crate) use cluster::Cluster;
pub(crate) use consumer::Consumer;
pub(crate) use draft::Draft;
pub(crate) use gateway::ApplicationGateway;
pub(crate) use network::{Network, Side, Subnet, Vnet};
pub(crate) use pool::Pool;
pub(crate) use random::Random;
pub(crate) use tables::{RouteTable, Rule, SecurityGroup};

use serde_json::Value;

/// Sets the property at a dotted path, making the objects on the way.
fn set(target: &mut Value, path: &str, value: impl Into<Value>) {
    let mut at = target;
    for key in path.split('.') {
        at = &mut at[key];
    }
    *at = value.into();
}

/// Removes the property at a dotted path.
fn unset(target: &mut Value, path: &str) {
    let (parent, key) = path.rsplit_once('.').map_or(("", path), |(parent, key)| (parent, key));
    let pointer = if parent.is_empty() { String::new() } else { format!("/{}", parent.replace('.', "/")) };
    if let Some(object) = target.pointer_mut(&pointer).and_then(Value::as_object_mut) {
        object.remove(key);
    }
}
