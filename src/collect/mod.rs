//! Scope → Inventory: subscriptions in parallel, wire shapes into the model, every read in the ledger.
//!
//! This room decides what is asked of Azure and in which order; how it is asked (retries, throttling, tokens) is
//! the business of [`crate::azure`]. It assesses nothing.

mod beyond;
mod convert;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzzing;
mod kinds;
mod ledger;
mod missing;
pub mod progress;
mod repeated;
mod scope;
mod source;
mod subscription;
#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeMap, BTreeSet},
    panic::resume_unwind,
};

use futures_util::{StreamExt, stream};
use jiff::Timestamp;
use tokio_util::task::AbortOnDropHandle;
use tracing::info;

use self::{
    kinds::{Kind, each_kind},
    progress::{Event, Progress},
    scope::ResolvedScope,
};
use crate::{
    azure::{ArmClient, FailureKind, ReadFailure, codes},
    inventory::{CoverageEntry, Inventory, ReadStatus, RequestedScope, SubscriptionId},
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
        /// How their reads ended.
        outcomes: BTreeSet<ReadStatus>,
        /// Their codes.
        codes: BTreeSet<String>,
    },
}

/// What to do where it is not permissions that are missing.
const NOT_REACHED: &str = "check the network and any proxy on the way to Azure Resource Manager, then run again; `-vv` shows each request";

impl CollectError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::AmbiguousName { .. } => {
                "give the id instead of the name in `scope.subscriptions` or `--subscription`"
            }
            Self::SubscriptionsUnreadable(failure) if failure.http_status == Some(401) => {
                "Azure does not take the token: check that `azure.cloud`, `azure.audience` and `azure.tenant_id` fit together, and this machine's clock"
            }
            Self::SubscriptionsUnreadable(failure) if failure.kind == FailureKind::Denied => {
                "assign the identity the Reader role on a subscription or a management group, or name subscriptions by id"
            }
            Self::SubscriptionsUnreadable(failure) => failure.hint().unwrap_or(NOT_REACHED),
            Self::NothingReadable { outcomes, codes, .. }
                if outcomes.contains(&ReadStatus::Failed) || codes.contains(codes::OTHER_TENANT) =>
            {
                codes.iter().find_map(|code| codes::hint(code)).unwrap_or(NOT_REACHED)
            }
            Self::NothingReadable { outcomes, .. } if outcomes.contains(&ReadStatus::NotFound) => {
                "check the names and ids in `[scope]`, `--subscription` and `--management-group`: `az account list` shows what can be seen"
            }
            Self::NothingReadable { outcomes, .. } if outcomes.iter().eq([&ReadStatus::Skipped]) => {
                "nothing is left to read: check `scope.exclude_subscriptions`, and the states of the subscriptions"
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
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// The subscriptions in scope, and what is known to be missing or left out already. Nothing else has been read.
    pub inventory: Inventory,
    /// The ids of the subscriptions that would be read.
    pub readable: Vec<SubscriptionId>,
}

/// The actions of a role that an audit is whole without: where the identity lacks them, less is known of what lies beyond
/// gateways, and nothing counts as missing.
#[must_use]
pub fn optional_actions() -> Vec<String> {
    let mut actions = Vec::new();
    each_kind!(K => if K::OPTIONAL {
        actions.push(K::action());
    });
    actions
}

/// Says what [`collect`] would read, having asked only for the scope.
///
/// # Errors
/// When a subscription's name is ambiguous, or nothing at all could be read.
pub async fn plan(client: &ArmClient, options: &CollectOptions) -> Result<Plan, CollectError> {
    let scope = scope::resolve(client, &options.requested).await?;
    let (inventory, readable) = begin(client, options, scope);
    if readable.is_empty() {
        return Err(nothing_readable(&inventory));
    }
    Ok(Plan { inventory, readable })
}

/// An inventory of what the scope tells, and the subscriptions that are to be read into it.
fn begin(
    client: &ArmClient,
    options: &CollectOptions,
    scope: ResolvedScope,
) -> (Inventory, Vec<SubscriptionId>) {
    let inventory = Inventory {
        tenant_id: client.identity().tenant_id.clone(),
        cloud: client.cloud().to_string(),
        requested: options.requested.clone(),
        subscriptions: scope.subscriptions,
        coverage: scope.coverage,
        ..Inventory::empty(options.collected_at)
    };
    (inventory, scope.readable)
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
    let (mut inventory, readable) = begin(client, options, scope);
    progress.event(Event::Scope { subscriptions: readable.len() });
    // Each in a task of its own, because parsing is work for all cores.
    let mut reads = stream::iter(readable)
        .map(|id| {
            let client = client.clone();
            let read = async move { (Box::pin(subscription::read(&client, &id)).await, id) };
            AbortOnDropHandle::new(tokio::spawn(read))
        })
        .buffer_unordered(options.parallel_subscriptions.max(1));
    let mut any_list = false;
    let mut parts = BTreeMap::new();
    while let Some(read) = reads.next().await {
        // Nobody aborts the tasks while they are waited for, so they can fail by a panic only.
        let (part, id) = read.unwrap_or_else(|error| resume_unwind(error.into_panic()));
        let gaps = part.coverage.gaps().count();
        info!(subscription = %id, clusters = part.clusters.len(), addresses = part.addresses(), gaps, "read");
        progress.event(Event::Subscription {
            clusters: part.clusters.len(),
            addresses: part.addresses(),
            complete: gaps == 0,
        });
        any_list |= part.any_list_read;
        parts.insert(id, part);
    }
    drop(reads);
    // In an order of their own, so that of what comes twice the same one stays, whichever answer came first.
    for part in parts.into_values() {
        part.merge_into(&mut inventory);
    }
    if !any_list {
        return Err(nothing_readable(&inventory.sorted()));
    }
    missing::read(client, &mut inventory, options.parallel_subscriptions, progress).await;
    beyond::read(client, &mut inventory, options.parallel_subscriptions).await;
    repeated::keep_once(&mut inventory);
    inventory.api_versions = client.api_versions();
    inventory.refused_api_versions = client.refused_api_versions();
    Ok(inventory.sorted())
}

/// Says why nothing was read, from the first few rows of the ledger.
fn nothing_readable(inventory: &Inventory) -> CollectError {
    const SHOWN: usize = 3;
    let missing: Vec<&CoverageEntry> =
        inventory.coverage.entries().iter().filter(|entry| entry.status != ReadStatus::Ok).collect();
    let mut reasons: Vec<String> = missing.iter().take(SHOWN).map(|entry| reason(entry)).collect();
    match missing.len() {
        0 if inventory.requested.management_groups.is_empty() => {
            reasons.push("the identity sees no subscription".to_owned());
        }
        0 => reasons.push("the management groups hold no subscription".to_owned()),
        n if n > SHOWN => reasons.push(format!("and {} more", n - SHOWN)),
        _ => {}
    }
    let outcomes = missing.iter().map(|entry| entry.status).collect();
    let codes = missing.iter().filter_map(|entry| entry.error_code.clone()).collect();
    CollectError::NothingReadable { reasons: reasons.join("; "), outcomes, codes }
}

/// One row in a few words: Azure's code says enough where there is one.
fn reason(entry: &CoverageEntry) -> String {
    let detail = entry.error_code.as_deref().or(entry.message.as_deref()).unwrap_or_default();
    let what = entry.what.as_str().replace('-', " ");
    let status = entry.status.as_str().replace('_', " ");
    format!("{what} of `{}` {status} ({detail})", entry.scope_id)
}
