//! Where resources are read from.

use crate::{
    azure::{ArmClient, Read, Resource},
    inventory::{ResourceId, SubscriptionId},
};

/// What Resource Manager lists resources of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    /// A subscription, by its id.
    Subscription(SubscriptionId),
    /// A resource group, by its id: for kinds that are listed in no other way.
    Group(ResourceId),
}

impl Place {
    /// Its path, which the ledger knows it by.
    pub(super) fn path(&self) -> String {
        match self {
            Self::Subscription(id) => id.path(),
            Self::Group(id) => id.as_str().to_owned(),
        }
    }
}

/// Reads resources of any kind: all of a place, or one by its id.
pub(super) trait Source: Sync {
    /// The resources of a kind in a place.
    fn list<R: Resource>(&self, place: &Place) -> impl Future<Output = Read<R>> + Send;

    /// One resource, so that it can be told why a list does not show it.
    fn get<R: Resource>(&self, id: &str) -> impl Future<Output = Read<R>> + Send;
}

/// Resource Manager itself.
impl Source for ArmClient {
    async fn list<R: Resource>(&self, place: &Place) -> Read<R> {
        match place {
            Place::Subscription(id) => Self::list(self, id.as_str()).await,
            Place::Group(id) => Self::list_in_group(self, id.as_str()).await,
        }
    }

    async fn get<R: Resource>(&self, id: &str) -> Read<R> {
        Self::get(self, id).await
    }
}
