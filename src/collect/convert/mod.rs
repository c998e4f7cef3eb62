//! Wire shapes → model: pure functions.
//!
//! An object without a usable id can't be kept, and is an [`Oddity`]. An odd part of an object (one subnet, one pool)
//! is an oddity of its own, and the rest of the object is kept.

mod cluster;
mod network;
mod parts;
mod pool;
#[cfg(test)]
mod tests;

use crate::{
    azure::wire,
    inventory::{Subscription, SubscriptionId},
};

pub(super) use cluster::cluster;
pub(super) use network::{application_gateway, network_security_group, route_table, virtual_network};

/// An object, or a part of one, that could not be understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Oddity {
    /// Its id, or that of what it is a part of.
    pub(super) id: Option<String>,
    /// What it is.
    pub(super) kind: &'static str,
    /// Where in it, and why.
    pub(super) message: String,
}

/// What a conversion yields: the model, and the parts of the object that are missing from it.
pub(super) type Converted<M> = Result<(M, Vec<Oddity>), Oddity>;

/// A subscription; none without an id.
pub(super) fn subscription(wire: wire::Subscription) -> Option<Subscription> {
    let from_path = wire.id.as_deref().and_then(|id| id.rsplit('/').next()).filter(|id| !id.is_empty());
    let id = wire.guid.as_deref().filter(|id| !id.is_empty()).or(from_path)?;
    Some(Subscription {
        id: SubscriptionId::from(id),
        name: wire.display_name.map(String::from),
        state: wire.state.map(String::from),
        tenant_id: wire.tenant_id.map(String::from),
    })
}

/// The subscription a descendant of a management group is; none where it is a group.
pub(super) fn descendant(wire: &wire::Descendant) -> Option<SubscriptionId> {
    let mut segments = wire.id.as_deref()?.rsplit('/');
    let id = segments.next().filter(|id| !id.is_empty())?;
    segments.next().filter(|s| s.eq_ignore_ascii_case("subscriptions")).map(|_| SubscriptionId::from(id))
}
