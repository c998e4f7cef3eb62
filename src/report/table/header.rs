//! What the audit was made of.

use std::slice;

use super::column::{Column, Nested, Table, described, document_only, records};
use crate::{
    assess::audit::Header as Made,
    inventory::{RequestedScope, Subscription},
};

/// What the audit was made of.
pub(super) struct Header;

/// The one row of it.
pub(super) fn of(header: &Made) -> Nested<'_> {
    records::<Header, _>(slice::from_ref(header))
}

impl Table for Header {
    const ROW: &'static str = "Header";
    const DOC: &'static str = "What the audit was made of.";
    type Of<'r> = &'r Made;

    const COLUMNS: &'static [Column<Self>] = &[
        document_only("program_version", "The version of the program.").text(|row| &row.program_version),
        document_only("collected_at", "When the inventory was collected, in UTC.")
            .time(|row| row.collected_at.to_string()),
        document_only("as_of", "The date day counts are made from.").date(|row| row.as_of),
        document_only("tenant_id", "The tenant, where it is known.")
            .maybe_text(|row| row.tenant_id.as_deref()),
        document_only("cloud", "The cloud.").text(|row| &row.cloud),
        document_only(
            "requested",
            "What was asked for; all lists empty means every subscription the identity can see.",
        )
        .row(described::<Requested>, |row| records::<Requested, _>(slice::from_ref(&row.requested))),
        document_only("filtered", "Whether filters hide some of the clusters that were read.")
            .flag(|row| row.filtered),
        document_only("subscriptions", "The subscriptions in scope.")
            .rows(described::<Subscriptions>, |row| records::<Subscriptions, _>(&row.subscriptions)),
        document_only("subscriptions_read", "Subscriptions of which every needed list was read to its end.")
            .count("subscriptions", |row| row.subscriptions_read as u64),
        document_only("clusters_read", "Clusters that were read, hidden ones included.")
            .count("clusters", |row| row.clusters_read as u64),
        document_only(
            "rules_checked",
            "The date since which every rule is known to hold: the oldest of the days their sources are of, and were read on.",
        )
        .date(|row| row.rules_checked),
        document_only("old_sources", "Rules whose source is over 90 days old on the audit's date.")
            .count("rules", |row| row.old_sources.as_ref().map_or(0, |old| old.count as u64)),
        document_only("api_versions", "The API version each resource provider was read with.")
            .map(|row| &row.api_versions),
        document_only(
            "refused_api_versions",
            "The API version each resource provider was asked with first, where the cloud does not offer that.",
        )
        .map(|row| &row.refused_api_versions),
    ];
}

struct Requested;

impl Table for Requested {
    const ROW: &'static str = "RequestedScope";
    const DOC: &'static str = "What was asked for.";
    type Of<'r> = &'r RequestedScope;

    const COLUMNS: &'static [Column<Self>] = &[
        document_only("subscriptions", "Subscriptions, by id or name.")
            .list(|row| super::texts(&row.subscriptions)),
        document_only("management_groups", "Management groups, by id.")
            .list(|row| super::texts(&row.management_groups)),
        document_only("excluded", "Subscriptions left out, by id or name.")
            .list(|row| super::texts(&row.excluded)),
    ];
}

struct Subscriptions;

impl Table for Subscriptions {
    const ROW: &'static str = "Subscription";
    const DOC: &'static str = "A subscription in scope.";
    type Of<'r> = &'r Subscription;

    const COLUMNS: &'static [Column<Self>] = &[
        document_only("subscription_id", "Its id.").text(|row| row.id.as_str()),
        document_only("name", "Its name.").maybe_text(|row| row.name.as_deref()),
        document_only("state", "Its state, such as `Enabled` or `Warned`.")
            .maybe_text(|row| row.state.as_deref()),
        document_only("tenant_id", "The tenant it belongs to.").maybe_text(|row| row.tenant_id.as_deref()),
    ];
}
