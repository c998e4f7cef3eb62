//! Scope → Inventory: subscriptions in parallel, wire shapes into the model, every read in the ledger.
//!
//! This room decides what is asked of Azure and in which order; how it is asked (retries, throttling, tokens) is
//! the business of [`crate::azure`]. It assesses nothing.

mod convert;
mod ledger;
mod missing;
pub mod progress;
mod scope;
mod subscription;

use std::collections::BTreeMap;

use futures_util::{StreamExt, stream};
use jiff::Timestamp;

use self::progress::{Event, Progress};
use crate::{
    azure::{ArmClient, ReadFailure},
    inventory::{Inventory, RequestedScope},
};

/// Why a collection brought nothing at all.
#[derive(Debug, thiserror::Error)]
pub enum CollectError {
    /// A subscription was named, and several have that name.
    #[error("the name `{name}` belongs to several subscriptions: {ids}")]
    AmbiguousName {
        /// The name.
        name: String,
        /// The ids it may mean.
        ids: String,
    },
    /// The list of subscriptions could not be read, and no subscription was named.
    #[error("the list of subscriptions could not be read: {}", .0.message)]
    SubscriptionsUnreadable(ReadFailure),
    /// There is no subscription to read.
    #[error("no subscription in scope can be read: {reasons}")]
    NothingReadable {
        /// What the ledger says of those that were asked for.
        reasons: String,
    },
}

impl CollectError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::AmbiguousName { .. } => {
                "give the id instead of the name in `scope.subscriptions` or `--subscription`"
            }
            Self::SubscriptionsUnreadable(_) => {
                "assign the identity the Reader role on a subscription or a management group, or name subscriptions by id"
            }
            Self::NothingReadable { .. } => {
                "check `[scope]`, and that the identity has the Reader role there: `az role assignment list --all --assignee <client-id>`"
            }
        }
    }
}

/// What to collect, and how much of it at once.
#[derive(Debug, Clone)]
pub struct CollectOptions {
    /// What was asked for.
    pub requested: RequestedScope,
    /// Subscriptions read at the same time.
    pub parallel_subscriptions: usize,
    /// The time the inventory will carry.
    pub collected_at: Timestamp,
}

/// What a collection would read, for `--dry-run`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The subscriptions that would be read.
    pub subscriptions: Vec<crate::inventory::Subscription>,
    /// Of those, the ids that would be read.
    pub readable: Vec<crate::inventory::SubscriptionId>,
    /// What is known to be missing or left out already.
    pub coverage: crate::inventory::Coverage,
}

/// Says what [`collect`] would read, having asked only for the scope.
pub async fn plan(client: &ArmClient, requested: &RequestedScope) -> Result<Plan, CollectError> {
    let scope = scope::resolve(client, requested).await?;
    Ok(Plan { subscriptions: scope.subscriptions, readable: scope.readable, coverage: scope.coverage })
}

/// Reads the estate. One failing subscription, list or page never ends it: what is missing stands in the
/// inventory's coverage.
///
/// # Errors
/// When a subscription's name is ambiguous, or nothing at all can be read.
pub async fn collect(
    client: &ArmClient,
    options: &CollectOptions,
    progress: &dyn Progress,
) -> Result<Inventory, CollectError> {
    let scope = scope::resolve(client, &options.requested).await?;
    progress.event(Event::Scope { subscriptions: scope.readable.len() });
    let mut inventory = Inventory {
        collected_at: options.collected_at,
        tenant_id: client.identity().tenant_id.clone(),
        cloud: client.cloud().to_string(),
        requested: options.requested.clone(),
        api_versions: BTreeMap::new(),
        subscriptions: scope.subscriptions,
        clusters: Vec::new(),
        virtual_networks: Vec::new(),
        route_tables: Vec::new(),
        network_security_groups: Vec::new(),
        application_gateways: Vec::new(),
        coverage: scope.coverage,
    };
    let mut reads = stream::iter(&scope.readable)
        .map(|id| subscription::read(client, id))
        .buffer_unordered(options.parallel_subscriptions.max(1));
    let mut any_list = false;
    while let Some(part) = reads.next().await {
        progress.event(Event::Subscription {
            clusters: part.clusters.len(),
            addresses: part.addresses(),
            complete: part.coverage.gaps().next().is_none(),
        });
        any_list |= part.any_list_read;
        part.merge_into(&mut inventory);
    }
    drop(reads);
    if !any_list {
        return Err(CollectError::NothingReadable { reasons: reasons(&inventory) });
    }
    missing::read(client, &mut inventory, options.parallel_subscriptions, progress).await;
    inventory.api_versions = client.api_versions();
    Ok(inventory.sorted())
}

/// The first few rows of the ledger that say why nothing was read.
fn reasons(inventory: &Inventory) -> String {
    const SHOWN: usize = 3;
    let rows: Vec<String> = inventory
        .coverage
        .entries()
        .iter()
        .filter(|entry| entry.status != crate::inventory::ReadStatus::Ok)
        .map(|entry| {
            let detail = entry.message.as_deref().or(entry.error_code.as_deref()).unwrap_or_default();
            format!("{} of {}: {} {}", entry.what, entry.scope_id, entry.status, detail)
        })
        .collect();
    match rows.len() {
        0 => "the identity sees no subscription".to_owned(),
        n if n > SHOWN => format!("{}; and {} more", rows[..SHOWN].join("; "), n - SHOWN),
        _ => rows.join("; "),
    }
}
