//! Where resources are read from.

use crate::azure::{ArmClient, Read, Resource};

/// Reads resources of any kind: all of a subscription, or one by its id.
pub(super) trait Source: Sync {
    /// The resources of a kind in a subscription.
    fn list<R: Resource>(&self, subscription: &str) -> impl Future<Output = Read<R>> + Send;

    /// One resource, so that it can be told why a list does not show it.
    fn get<R: Resource>(&self, id: &str) -> impl Future<Output = Read<R>> + Send;
}

/// Resource Manager itself, which lists subscription by subscription.
impl Source for ArmClient {
    async fn list<R: Resource>(&self, subscription: &str) -> Read<R> {
        Self::list(self, subscription).await
    }

    async fn get<R: Resource>(&self, id: &str) -> Read<R> {
        Self::get(self, id).await
    }
}
