//! Subscriptions and what lies below a management group.

use serde::Deserialize;

use super::Text;

/// A row of `GET /subscriptions`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", expecting = "an object")]
pub struct Subscription {
    pub(crate) id: Option<Text>,
    #[serde(rename = "subscriptionId")]
    pub(crate) guid: Option<Text>,
    pub(crate) display_name: Option<Text>,
    pub(crate) state: Option<Text>,
    pub(crate) tenant_id: Option<Text>,
}

identified!(Subscription);

/// A row of a management group's descendants: a subscription or another group.
#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "an object")]
pub struct Descendant {
    pub(crate) id: Option<Text>,
}

identified!(Descendant);
