//! Wire shapes → model: what the kinds of resources have in common, and the shapes of the scope. Pure functions.
//!
//! An object without a usable id can't be kept, and is an [`Oddity`]. An odd part of an object (one subnet, one pool)
//! is an oddity of its own, and the rest of the object is kept. So is a part that came more than once.

pub(super) mod parts;
pub(super) mod pool;
#[cfg(test)]
mod tests;
pub(super) mod twins;

use std::{fmt, sync::Arc};

use crate::{
    azure::wire,
    inventory::{Subscription, SubscriptionId},
};

/// An object, or a part of one, that could not be understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Oddity {
    /// Its id, or that of what it is a part of.
    pub(super) id: Option<Arc<str>>,
    /// What it is.
    pub(super) kind: &'static str,
    /// Its name, where it has one and the id is not its own.
    pub(super) name: Option<String>,
    /// Where in it, and why.
    pub(super) message: String,
    /// Whether it is there all the same, and there is only something to say of it.
    pub(super) is_kept: bool,
}

impl fmt::Display for Oddity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => write!(f, "{} `{name}`: {}", self.kind, self.message),
            None => write!(f, "{}: {}", self.kind, self.message),
        }
    }
}

/// What a conversion yields: the model, and the parts of the object that are missing from it.
pub(super) type Converted<M> = Result<(M, Vec<Oddity>), Oddity>;

/// A subscription, which has two places for its id.
pub(super) fn subscription(wire: wire::Subscription) -> Result<Subscription, Oddity> {
    let from_path = wire.id.as_deref().and_then(subscription_in);
    let Some(id) = wire.guid.as_deref().filter(|id| !id.is_empty()).or(from_path) else {
        return Err(nameless("subscription", wire.id, wire.display_name));
    };
    Ok(Subscription {
        id: SubscriptionId::from(id),
        name: wire.display_name.map(String::from),
        state: wire.state.map(String::from),
        tenant_id: wire.tenant_id.map(String::from),
    })
}

/// The subscription a descendant of a management group is; none where it is a group.
pub(super) fn descendant(wire: wire::Descendant) -> Result<Option<SubscriptionId>, Oddity> {
    let id = wire.id.as_deref().unwrap_or_default();
    if let Some(subscription) = subscription_in(id) {
        return Ok(Some(SubscriptionId::from(subscription)));
    }
    if penultimate(id).is_some_and(|(kind, _)| kind.eq_ignore_ascii_case("managementGroups")) {
        return Ok(None);
    }
    Err(nameless("descendant of the management group", wire.id, None))
}

/// The subscription at the end of a path: below a management group, it stands below that group's id.
fn subscription_in(path: &str) -> Option<&str> {
    penultimate(path).filter(|(kind, _)| kind.eq_ignore_ascii_case("subscriptions")).map(|(_, id)| id)
}

/// The last two segments of a path, the last of which says something.
fn penultimate(path: &str) -> Option<(&str, &str)> {
    let (rest, last) = path.rsplit_once('/')?;
    let kind = rest.rsplit('/').next()?;
    (!last.is_empty()).then_some((kind, last))
}

fn nameless(kind: &'static str, id: Option<wire::Text>, name: Option<wire::Text>) -> Oddity {
    let name = name.map(String::from);
    let message = "it has no id of its kind".to_owned();
    Oddity { id: id.map(|id| String::from(id).into()), kind, name, message, is_kept: false }
}
