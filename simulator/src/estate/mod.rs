//! What exists in the simulated Azure: real ARM JSON, by subscription.

use std::sync::Arc;

pub(crate) mod build;
pub mod demo;
mod documents;
mod resources;
mod scale;

pub use documents::Documents;
pub use resources::Resources;
pub(crate) use resources::{ResourceType, resource_types};
pub use scale::{ScaleOptions, scale};

/// A whole estate.
pub struct Estate {
    /// The tenant that sign-in answers for.
    pub tenant_id: String,
    /// Its subscriptions, in the order the subscription list shows them.
    pub subscriptions: Vec<Subscription>,
    /// Its management groups.
    pub management_groups: Vec<ManagementGroup>,
}

/// A subscription.
pub struct Subscription {
    /// Its GUID.
    pub id: String,
    /// Its display name.
    pub name: String,
    /// `Enabled`, `Warned`, `PastDue`, `Disabled`, `Deleted`.
    pub state: String,
    /// The tenant it belongs to.
    pub tenant_id: String,
    /// Whether `GET /subscriptions` shows it.
    pub listed: bool,
    /// What the signed-in identity may read in it.
    pub access: Access,
    /// Makes its resources; called at most once for each subscription, when it is first asked for.
    pub resources: Arc<dyn Fn() -> Resources + Send + Sync>,
}

/// What the signed-in identity may read in a subscription; what it may not answers 403 `AuthorizationFailed`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Access {
    /// Everything.
    #[default]
    Full,
    /// Everything but `Microsoft.Network`, as a role limited to AKS gives.
    NetworkDenied,
    /// Nothing: the subscription shows in the list, and each read in it is refused.
    Denied,
}

/// A management group.
pub struct ManagementGroup {
    /// Its name.
    pub id: String,
    /// Its display name.
    pub display_name: String,
    /// The group it lies in; none for the root.
    pub parent: Option<String>,
    /// The GUIDs of the subscriptions directly in it.
    pub subscriptions: Vec<String>,
}
