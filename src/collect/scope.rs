//! Which subscriptions an audit reads: ids, names, management groups, exclusions.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    CollectError, convert,
    ledger::{self, Outcome, odd_object},
};
use crate::{
    azure::{ArmClient, OddObject, wire},
    inventory::{Coverage, ReadStatus, RequestedScope, Subscription, SubscriptionId, What},
};

/// The scope id of reads that belong to the whole tenant.
const TENANT: &str = "/";
/// The state in which a subscription's resources can't be read. In every other Azure answers reads, whatever else it refuses.
/// <https://learn.microsoft.com/azure/cost-management-billing/manage/subscription-states>
const UNREADABLE_STATE: &str = "Deleted";

/// What the scope came to.
pub(super) struct ResolvedScope {
    /// Every subscription in scope, those that will not be read included.
    pub(super) subscriptions: Vec<Subscription>,
    /// The ones to read.
    pub(super) readable: Vec<SubscriptionId>,
    /// What was read to know it, and what could not be.
    pub(super) coverage: Coverage,
}

/// Finds the subscriptions in scope.
pub(super) async fn resolve(
    client: &ArmClient,
    requested: &RequestedScope,
) -> Result<ResolvedScope, CollectError> {
    let mut coverage = Coverage::default();
    let listing = client.subscriptions().await;
    let (visible, nameless) = visible(listing.items);
    let outcome = Outcome {
        items: visible.len(),
        attempts: listing.attempts,
        notes: &listing.notes,
        failure: listing.failure.as_ref(),
        optional: None,
    };
    ledger::record(&mut coverage, TENANT, What::Subscriptions, &outcome);
    for odd in listing.odd.iter().chain(&nameless) {
        ledger::record_odd(&mut coverage, TENANT, odd);
    }
    let mut wanted = Wanted::default();
    if requested.subscriptions.is_empty() && requested.management_groups.is_empty() {
        if let (true, Some(failure)) = (visible.is_empty(), listing.failure) {
            return Err(CollectError::SubscriptionsUnreadable(failure));
        }
        wanted.ids.extend(visible.keys().cloned());
    }
    named(&requested.subscriptions, &visible, &mut wanted, &mut coverage)?;
    for group in &requested.management_groups {
        descendants(client, group, &mut wanted, &mut coverage).await;
    }
    exclude(&requested.excluded, &visible, &mut wanted, &mut coverage)?;
    Ok(settle(client, wanted, visible, coverage).await)
}

/// Subscription ids, and for those that came from management groups, which one.
#[derive(Default)]
struct Wanted {
    ids: BTreeSet<SubscriptionId>,
    group_of: BTreeMap<SubscriptionId, String>,
}

type Visible = BTreeMap<SubscriptionId, Subscription>;

/// The subscriptions of a list, and the rows that don't say which one they are.
fn visible(items: Vec<wire::Subscription>) -> (Visible, Vec<OddObject>) {
    let (mut visible, mut odd) = (Visible::new(), Vec::new());
    for item in items {
        match convert::subscription(item) {
            Ok(subscription) => {
                visible.insert(subscription.id.clone(), subscription);
            }
            Err(oddity) => odd.push(odd_object(&oddity)),
        }
    }
    (visible, odd)
}

fn named(
    texts: &[String],
    visible: &Visible,
    wanted: &mut Wanted,
    coverage: &mut Coverage,
) -> Result<(), CollectError> {
    for text in texts {
        match lookup(text, visible)? {
            Some(id) => {
                wanted.ids.insert(id);
            }
            None => coverage.push(ledger::decided(
                text,
                What::Subscription,
                ReadStatus::NotFound,
                "no subscription of this name is visible to the identity; names are compared ignoring case",
            )),
        }
    }
    Ok(())
}

/// The id a text means: itself where it looks like one, else the only visible subscription of that name.
fn lookup(text: &str, visible: &Visible) -> Result<Option<SubscriptionId>, CollectError> {
    if is_guid(text) {
        return Ok(Some(SubscriptionId::from(text)));
    }
    let matches: Vec<&SubscriptionId> = visible
        .values()
        .filter(|s| s.name.as_deref().is_some_and(|name| name.to_lowercase() == text.to_lowercase()))
        .map(|s| &s.id)
        .collect();
    match matches.as_slice() {
        [] => Ok(None),
        [one] => Ok(Some((*one).clone())),
        many => Err(CollectError::AmbiguousName {
            name: text.to_owned(),
            ids: many.iter().map(|id| id.as_str()).collect::<Vec<_>>().join(", "),
        }),
    }
}

fn is_guid(text: &str) -> bool {
    let lengths: Vec<usize> = text.split('-').map(str::len).collect();
    lengths == [8, 4, 4, 4, 12] && text.bytes().all(|b| b == b'-' || b.is_ascii_hexdigit())
}

async fn descendants(client: &ArmClient, group: &str, wanted: &mut Wanted, coverage: &mut Coverage) {
    let listing = client.descendants(group).await;
    let scope_id = format!("/providers/Microsoft.Management/managementGroups/{group}");
    let (mut ids, mut odd) = (Vec::new(), listing.odd);
    for item in listing.items {
        match convert::descendant(item) {
            Ok(id) => ids.extend(id),
            Err(oddity) => odd.push(odd_object(&oddity)),
        }
    }
    let outcome = Outcome {
        items: ids.len(),
        attempts: listing.attempts,
        notes: &listing.notes,
        failure: listing.failure.as_ref(),
        optional: None,
    };
    ledger::record(coverage, &scope_id, What::ManagementGroup, &outcome);
    for odd in &odd {
        ledger::record_odd(coverage, &scope_id, odd);
    }
    for id in ids {
        wanted.group_of.entry(id.clone()).or_insert_with(|| group.to_owned());
        wanted.ids.insert(id);
    }
}

fn exclude(
    texts: &[String],
    visible: &Visible,
    wanted: &mut Wanted,
    coverage: &mut Coverage,
) -> Result<(), CollectError> {
    for text in texts {
        let Some(id) = lookup(text, visible)? else {
            let message = "named in `scope.exclude_subscriptions`, but no subscription of this name is visible, so none was left out";
            coverage.push(ledger::decided(text, What::Subscription, ReadStatus::Skipped, message));
            continue;
        };
        if wanted.ids.remove(&id) {
            let message = "left out by `scope.exclude_subscriptions`";
            coverage.push(ledger::decided(&id.path(), What::Subscription, ReadStatus::Skipped, message));
        }
    }
    Ok(())
}

/// Splits the wanted subscriptions into those to read and those that can't be, each with its row.
async fn settle(
    client: &ArmClient,
    wanted: Wanted,
    mut visible: Visible,
    mut coverage: Coverage,
) -> ResolvedScope {
    let mut subscriptions = Vec::new();
    let mut readable = Vec::new();
    for id in wanted.ids {
        let mut found = visible.remove(&id);
        if found.is_none() {
            found = unlisted(client, &id, wanted.group_of.get(&id), &mut coverage).await;
        }
        let Some(subscription) = found else {
            subscriptions.push(Subscription { id, name: None, state: None, tenant_id: None });
            continue;
        };
        let is_readable = mark(&subscription, &mut coverage);
        readable.extend(is_readable.then_some(id));
        subscriptions.push(subscription);
    }
    ResolvedScope { subscriptions, readable, coverage }
}

/// Says in the ledger what the state of a subscription means, and whether its resources can be read.
fn mark(subscription: &Subscription, coverage: &mut Coverage) -> bool {
    let Some(state) = subscription.unusual_state() else { return true };
    let is_readable = !state.eq_ignore_ascii_case(UNREADABLE_STATE);
    let (status, meaning) = if is_readable {
        (ReadStatus::Ok, "it is read all the same, and Azure may refuse to change anything in it")
    } else {
        (ReadStatus::Skipped, "in which its resources can't be read")
    };
    let joint = if is_readable { ":" } else { "," };
    let message = format!("the subscription is in state `{state}`{joint} {meaning}");
    coverage.push(ledger::decided(&subscription.id.path(), What::Subscription, status, &message));
    is_readable
}

/// Asks for a subscription that the list did not show, so that 403 and 404 are told apart.
async fn unlisted(
    client: &ArmClient,
    id: &SubscriptionId,
    group: Option<&String>,
    coverage: &mut Coverage,
) -> Option<Subscription> {
    let mut fetched = client.subscription(id.as_str()).await;
    let mut notes = fetched.notes;
    if let Some(group) = group {
        notes.push(format!(
            "it is a descendant of management group `{group}`, but the identity's list lacks it"
        ));
    }
    let outcome = Outcome {
        items: fetched.items.len(),
        attempts: fetched.attempts,
        notes: &notes,
        failure: fetched.failure.as_ref(),
        optional: None,
    };
    ledger::record(coverage, &id.path(), What::Subscription, &outcome);
    for odd in &fetched.odd {
        ledger::record_odd(coverage, &id.path(), odd);
    }
    // What is known by its id needs to say no more to be read.
    let named = |wire| {
        convert::subscription(wire).map(|subscription| Subscription { id: id.clone(), ..subscription })
    };
    let bare = Subscription { id: id.clone(), name: None, state: None, tenant_id: None };
    fetched.items.pop().map(|wire| named(wire).unwrap_or(bare))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn estate(pairs: &[(&str, &str)]) -> Visible {
        pairs
            .iter()
            .map(|(id, name)| {
                let id = SubscriptionId::from(*id);
                (
                    id.clone(),
                    Subscription { id, name: Some((*name).to_owned()), state: None, tenant_id: None },
                )
            })
            .collect()
    }

    const ONE: &str = "11111111-1111-1111-1111-111111111111";
    const TWO: &str = "22222222-2222-2222-2222-222222222222";

    #[test]
    fn a_name_is_looked_up_ignoring_case_and_an_id_is_taken_as_it_is() {
        let visible = estate(&[(ONE, "Retail Prod"), (TWO, "Retail Test")]);
        assert_eq!(lookup("retail prod", &visible).unwrap(), Some(SubscriptionId::from(ONE)));
        assert_eq!(lookup(&TWO.to_uppercase(), &visible).unwrap(), Some(SubscriptionId::from(TWO)));
        assert_eq!(lookup("nothing", &visible).unwrap(), None);
    }

    #[test]
    fn an_ambiguous_name_is_an_error_that_lists_the_ids() {
        let visible = estate(&[(ONE, "Shared"), (TWO, "shared")]);
        let error = lookup("SHARED", &visible).unwrap_err().to_string();
        assert!(error.contains(ONE) && error.contains(TWO), "{error}");
    }
}
