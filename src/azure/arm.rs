//! The calls this program makes. All of them read.

use serde::de::DeserializeOwned;

use super::client::ArmClient;
use super::codes;
use super::failure::ReadFailure;
use super::paging::{Read, Target, fetch, list};
use super::versions::Provider;
use super::wire::{Descendant, Identified, Subscription};

/// A kind of resource that Resource Manager lists by subscription or resource group and shows by id, as its JSON has it.
pub trait Resource: DeserializeOwned + Identified + Send {
    /// The provider it belongs to.
    const PROVIDER: Provider;
    /// Its name in paths and ids, such as `virtualNetworks`.
    const COLLECTION: &'static str;
}

impl ArmClient {
    /// The subscriptions the identity can see.
    /// <https://learn.microsoft.com/rest/api/resources/subscriptions/list>
    pub async fn subscriptions(&self) -> Read<Subscription> {
        let path = "/subscriptions".to_owned();
        list(self.shared(), Target { provider: Provider::Resources, subscription: None, path }).await
    }

    /// One subscription, by its GUID.
    /// <https://learn.microsoft.com/rest/api/resources/subscriptions/get>
    pub async fn subscription(&self, id: &str) -> Read<Subscription> {
        match segment(id) {
            Ok(id) => {
                let target = Target {
                    provider: Provider::Resources,
                    subscription: Some(id),
                    path: format!("/subscriptions/{id}"),
                };
                fetch(self.shared(), target).await
            }
            Err(failure) => Read::failed(failure),
        }
    }

    /// Everything below a management group, groups and subscriptions alike.
    /// <https://learn.microsoft.com/rest/api/managementgroups/management-groups/get-descendants>
    pub async fn descendants(&self, management_group: &str) -> Read<Descendant> {
        match segment(management_group) {
            Ok(group) => {
                let path = format!("/providers/Microsoft.Management/managementGroups/{group}/descendants");
                list(self.shared(), Target { provider: Provider::Management, subscription: None, path }).await
            }
            Err(failure) => Read::failed(failure),
        }
    }

    /// The resources of a kind in a subscription.
    pub async fn list<R: Resource>(&self, subscription: &str) -> Read<R> {
        match segment(subscription) {
            Ok(id) => {
                let (provider, collection) = (R::PROVIDER, R::COLLECTION);
                let path = format!("/subscriptions/{id}/providers/{}/{collection}", provider.namespace());
                list(self.shared(), Target { provider, subscription: Some(id), path }).await
            }
            Err(failure) => Read::failed(failure),
        }
    }

    /// The resources of a kind in a resource group, by the group's id.
    pub async fn list_in_group<R: Resource>(&self, group: &str) -> Read<R> {
        match subscription_of(group) {
            Ok(subscription) => {
                let (provider, collection) = (R::PROVIDER, R::COLLECTION);
                let path = format!("{group}/providers/{}/{collection}", provider.namespace());
                list(self.shared(), Target { provider, subscription: Some(subscription), path }).await
            }
            Err(failure) => Read::failed(failure),
        }
    }

    /// One resource, by the id that Resource Manager gave it.
    pub async fn get<R: Resource>(&self, id: &str) -> Read<R> {
        match subscription_of(id) {
            Ok(subscription) => {
                let target =
                    Target { provider: R::PROVIDER, subscription: Some(subscription), path: id.to_owned() };
                fetch(self.shared(), target).await
            }
            Err(failure) => Read::failed(failure),
        }
    }
}

/// One segment of a path: an id or a name that leads nowhere else.
fn segment(text: &str) -> Result<&str, ReadFailure> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '(' | ')');
    if text.is_empty() || text.chars().all(|c| c == '.') || !text.chars().all(is_plain) {
        return Err(invalid(text));
    }
    Ok(text)
}

/// The subscription in a resource's id, which must be one that leads nowhere else.
pub(super) fn subscription_of(id: &str) -> Result<&str, ReadFailure> {
    let mut segments = id.strip_prefix('/').unwrap_or_default().split('/');
    let is_subscription = segments.next().is_some_and(|s| s.eq_ignore_ascii_case("subscriptions"));
    let subscription = segments.next().filter(|_| is_subscription).ok_or_else(|| invalid(id))?;
    // Names may hold letters of any language, and spaces; what ends a path or climbs up in it they may not.
    let leads_away = |s: &str| {
        s.is_empty() || s == "." || s == ".." || s.chars().any(|c| c.is_control() || "?#\\%".contains(c))
    };
    let count = segments.clone().count();
    if count < 2 || segments.any(leads_away) {
        return Err(invalid(id));
    }
    segment(subscription)
}

fn invalid(id: &str) -> ReadFailure {
    ReadFailure::new(codes::INVALID_ID, format!("`{id}` is no id that can be asked for"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_cannot_lead_elsewhere() {
        for good in ["0b1f6471-1bf0-4dda-aec3-cb9272f09590", "mg_platform-1.x(2)"] {
            assert_eq!(segment(good).ok(), Some(good));
        }
        for bad in ["", ".", "..", "a/b", "a?b", "a#b", "a%2fb", "a b", "ä", "a\n"] {
            assert_eq!(segment(bad).unwrap_err().code.as_deref(), Some(codes::INVALID_ID), "{bad}");
        }
    }

    #[test]
    fn a_resource_id_names_its_subscription() {
        let id = |name: &str| {
            format!(
                "/SUBSCRIPTIONS/ab-1/resourceGroups/Grüne Wiese/providers/Microsoft.Network/virtualNetworks/{name}"
            )
        };
        assert_eq!(subscription_of(&id("hub")).ok(), Some("ab-1"));
        for bad in ["", "..", "a?x=1", "a#", "a/../../b", "a%2e", "a\\b", "a\r\n"] {
            assert!(subscription_of(&id(bad)).is_err(), "{bad}");
        }
        for bad in ["", "/", "/subscriptions", "/subscriptions/ab", "subscriptions/ab/x/y", "/tenants/a/b/c"]
        {
            assert!(subscription_of(bad).is_err(), "{bad}");
        }
    }
}
