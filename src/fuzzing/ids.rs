//! Ids of resources and subscriptions.

use std::{
    cmp::Ordering,
    hash::{DefaultHasher, Hash, Hasher},
};

use url::Url;

use crate::{
    azure::fuzzing::asked_for,
    inventory::{ResourceId, SubscriptionId},
};

/// Two ids, a line each.
///
/// # Panics
/// When an id does not read as what it prints, when the ways to compare two do not agree, or when one leads a request to
/// another place than it says.
pub fn ids(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let (one, other) = text.split_once('\n').unwrap_or((text, ""));
    subscription(one);
    leads_nowhere_else(one);
    let Ok(one) = ResourceId::parse(one) else { return };
    alone(&one);
    for other in [other.to_owned(), one.as_str().to_ascii_uppercase(), format!("{}/x", one.as_str())] {
        if let Ok(other) = ResourceId::parse(&other) {
            together(&one, &other);
        }
    }
}

fn subscription(text: &str) {
    let id = SubscriptionId::from(text);
    assert_eq!(id, SubscriptionId::from(text.to_ascii_uppercase()));
    assert!(id.path().ends_with(id.as_str()));
}

fn alone(id: &ResourceId) {
    assert_eq!(ResourceId::parse(id.as_str()).expect("it was read before").as_str(), id.as_str());
    let json = serde_json::to_string(id).expect("an id is JSON");
    let again: ResourceId = serde_json::from_str(&json).expect("it is one again");
    assert_eq!(&again, id);
    assert!(!id.subscription().as_str().is_empty());
    assert!(id.as_str().ends_with(id.name()));
    let _ = (id.parent_name(), id.is_type(&id.resource_type()));
    if let Some(group) = id.resource_group_id() {
        assert_eq!(group.resource_group(), id.resource_group());
        assert_eq!(group.subscription(), id.subscription());
    }
    let mut above = id.clone();
    while let Some(parent) = above.parent() {
        assert!(parent.as_str().len() < above.as_str().len() && above.as_str().starts_with(parent.as_str()));
        assert_eq!(parent.subscription(), id.subscription());
        above = parent;
    }
}

fn together(one: &ResourceId, other: &ResourceId) {
    let same = one.as_str().eq_ignore_ascii_case(other.as_str());
    assert_eq!(one == other, same);
    assert_eq!(one.cmp(other), one.to_lower().cmp(&other.to_lower()));
    assert_eq!(one.cmp(other), other.cmp(one).reverse());
    assert_eq!(one.cmp(other) == Ordering::Equal, same);
    assert!(!same || hash(one) == hash(other));
}

fn hash(id: &ResourceId) -> u64 {
    let mut hasher = DefaultHasher::new();
    id.hash(&mut hasher);
    hasher.finish()
}

/// What is asked for by id is asked of Resource Manager, under that id and with nothing behind it.
fn leads_nowhere_else(id: &str) {
    let own = Url::parse("https://management.azure.com/").expect("it is an address");
    let Some(asked) = asked_for(id, &own) else { return };
    assert_eq!(asked.origin(), own.origin(), "{asked}");
    assert!(asked.username().is_empty() && asked.fragment().is_none(), "{asked}");
    assert!(asked.query().is_some_and(|query| !query.contains('&')), "{asked}");
    let segments = |path: &str| path.split('/').count();
    assert_eq!(segments(asked.path()), segments(id), "{asked}");
}
