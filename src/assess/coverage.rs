//! What the ledger means: which gaps were accepted, and which subscriptions were read completely.

use std::collections::{BTreeMap, BTreeSet};

use crate::inventory::{CoverageEntry, Inventory, ReadStatus, SubscriptionId, What};

/// The ledger in the light of what the user accepts as unreadable.
pub(crate) struct Reading<'a> {
    entries: &'a [CoverageEntry],
    accepted: Vec<String>,
    complete: BTreeSet<SubscriptionId>,
}

impl<'a> Reading<'a> {
    /// Reads the ledger. `accept` holds subscription ids or names, resource ids, and management groups.
    pub(crate) fn new(inventory: &'a Inventory, accept: &[String]) -> Self {
        let named = |name: &str| {
            let named = inventory.subscriptions.iter().filter(move |subscription| {
                subscription.name.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(name))
            });
            named.map(|subscription| subscription.id.path()).collect::<Vec<_>>()
        };
        let mut accepted = Vec::new();
        for scope in accept.iter().map(|scope| scope.trim().trim_end_matches('/')).filter(|s| !s.is_empty()) {
            accepted.extend(named(scope));
            let scope = scope.to_ascii_lowercase();
            if !scope.starts_with('/') {
                accepted.push(format!("/subscriptions/{scope}"));
                accepted.push(format!("{MANAGEMENT_GROUPS}{scope}"));
            }
            accepted.push(scope);
        }
        let entries = inventory.coverage.entries();
        Self { entries, accepted, complete: complete(inventory) }
    }

    /// The rows that say something is missing.
    pub(crate) fn gaps(&self) -> impl Iterator<Item = &'a CoverageEntry> {
        self.entries.iter().filter(|entry| entry.status.is_gap())
    }

    /// Whether the user knows that this cannot be read.
    pub(crate) fn is_accepted(&self, entry: &CoverageEntry) -> bool {
        self.accepts(&path(entry))
    }

    /// Whether a scope, as a path in lower case, lies in one the user knows to be unreadable.
    pub(crate) fn accepts(&self, path: &str) -> bool {
        self.accepted.iter().any(|scope| {
            path.strip_prefix(scope.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    }

    /// The scopes of gaps the user knows of.
    pub(crate) fn accepted_scopes(&self) -> BTreeSet<String> {
        self.gaps().filter(|entry| self.is_accepted(entry)).map(|entry| entry.scope_id.clone()).collect()
    }

    /// Whether something needed is missing that the user does not know of.
    pub(crate) fn is_incomplete(&self) -> bool {
        self.gaps().any(|entry| !self.is_accepted(entry))
    }

    /// The subscriptions of which every needed list was read to its end.
    pub(crate) fn complete(&self) -> &BTreeSet<SubscriptionId> {
        &self.complete
    }
}

const MANAGEMENT_GROUPS: &str = "/providers/microsoft.management/managementgroups/";

/// The scope as a path in lower case: bare subscription ids and management-group names become paths.
pub(crate) fn path(entry: &CoverageEntry) -> String {
    let scope = entry.scope_id.trim_end_matches('/').to_ascii_lowercase();
    match entry.what {
        _ if scope.starts_with('/') => scope,
        What::ManagementGroup => format!("{MANAGEMENT_GROUPS}{scope}"),
        What::Subscriptions => scope,
        _ => format!("/subscriptions/{scope}"),
    }
}

/// The order of the ledger in reports; what may differ from run to run has no part in it.
pub(crate) fn sort_key(entry: &CoverageEntry) -> impl Ord + use<> {
    let facts = (entry.items, entry.http_status, entry.error_code.clone(), entry.message.clone());
    (entry.scope_id.to_ascii_lowercase(), entry.what.clone(), entry.status, facts)
}

/// The subscriptions whose clusters and networks were listed to the end, and of which no other list is missing. One odd
/// object, or one network asked for by id, is a gap of its own and does not count here.
fn complete(inventory: &Inventory) -> BTreeSet<SubscriptionId> {
    #[derive(Default)]
    struct Lists {
        clusters: bool,
        networks: bool,
        gap: bool,
    }
    let mut by_scope: BTreeMap<String, Lists> = BTreeMap::new();
    for entry in inventory.coverage.entries() {
        let lists = by_scope.entry(path(entry)).or_default();
        let read = entry.status == ReadStatus::Ok;
        lists.clusters |= read && entry.what == What::Clusters;
        lists.networks |= read && entry.what == What::VirtualNetworks;
        lists.gap |= entry.status.is_gap() && entry.what != What::Object;
    }
    let is_complete = |id: &SubscriptionId| {
        by_scope.get(&id.path()).is_some_and(|lists| lists.clusters && lists.networks && !lists.gap)
    };
    inventory.subscriptions.iter().map(|s| s.id.clone()).filter(is_complete).collect()
}
