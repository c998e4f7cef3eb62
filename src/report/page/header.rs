//! What the audit was made of, what it cannot know, and how to read it.

use super::{
    Report,
    block::{Alert, Page},
    long_date,
};
use crate::{
    inventory::RequestedScope,
    report::{
        phrase::{Phrase, maybe, name, names, phrase},
        say,
        text::{count, grouped, percent, share_in_tenths},
    },
};

pub(super) fn write(page: &mut Page, report: &Report<'_>) {
    let header = &report.audit.header;
    page.heading(1, format!("AKS networking audit, {}", long_date(header.as_of)));
    let dates = format!(
        "days counted from {}; estate read {}; rules as of {}",
        header.as_of, header.collected_at, header.rules_checked
    );
    let sources = header.old_sources.as_ref().map(|old| ("Sources", say::old_sources(old)));
    let rows = [
        ("Tenant", phrase!("{} ({} cloud)", maybe(header.tenant_id.as_deref()), name(&header.cloud))),
        ("Scope", scope(&header.requested)),
        ("Read", share_read(report).into()),
        ("Dates", dates.into()),
    ];
    let lag = say::older_versions(&header.api_versions, &header.refused_api_versions);
    let rows = rows
        .into_iter()
        .chain(lag.map(|lag| ("API", lag)))
        .chain(sources)
        .map(|(what, value)| vec![what.into(), value]);
    page.table("Audit | ", rows.collect());
    partial(page, report);
}

fn scope(requested: &RequestedScope) -> Phrase {
    let mut parts = Vec::new();
    if !requested.management_groups.is_empty() {
        parts.push(phrase!("management groups {}", names(&requested.management_groups)));
    }
    if !requested.subscriptions.is_empty() {
        parts.push(phrase!("subscriptions {}", names(&requested.subscriptions)));
    }
    if parts.is_empty() {
        parts.push("every subscription the identity can see".into());
    }
    let scope = Phrase::joined(parts, " and ");
    if requested.excluded.is_empty() {
        return scope;
    }
    phrase!("{}, without {}", scope, names(&requested.excluded))
}

/// The share of the scope that was read.
fn share_read(report: &Report<'_>) -> String {
    let header = &report.audit.header;
    let all = header.subscriptions.len();
    let share = share_in_tenths(header.subscriptions_read as u64, all as u64);
    let share = share.map(|tenths| format!(" ({} %)", percent(tenths))).unwrap_or_default();
    let read = grouped(header.subscriptions_read as u64);
    let of = count(all, "subscription", "subscriptions");
    let clusters = count(header.clusters_read, "cluster", "clusters");
    let hidden = header.clusters_read.saturating_sub(report.audit.clusters.len());
    let hidden = if header.filtered {
        format!(", of which filters hide {}", grouped(hidden as u64))
    } else {
        String::new()
    };
    format!("{read} of {of} completely{share}; {clusters}{hidden}")
}

/// What no audit can see of itself, and what would make sure.
fn partial(page: &mut Page, report: &Report<'_>) {
    let (kind, first) = if report.headline.is_partial() {
        (
            Alert::Warning,
            "**This is an audit of part of the estate**: it was narrowed, filtered, or has gaps.",
        )
    } else {
        (Alert::Note, "**Everything the identity can see was read.** That need not be everything there is.")
    };
    page.alert(
        kind,
        format!(
            "{first} Narrow permissions shorten lists without an error: Azure leaves out what the identity may not \
             read. Reader on the management group or on each whole subscription, and a count by somebody who owns \
             them, would [prove completeness](#what-would-prove-completeness)."
        ),
    );
}

/// What the words of the tables mean.
pub(super) fn legend(page: &mut Page) {
    page.heading(2, "How to read the figures");
    let rows = [
        ("measured", "counted from what Azure lists for the subnet"),
        (
            "modelled",
            "AKS holds addresses there that Azure lists nowhere (pod subnets, API servers): an upper bound from \
             documented rules, with a lower bound beside it in the tables",
        ),
        ("mixed", "both exist, and the larger of the two counts"),
        ("unknown", "Azure is known to list too little, or nothing could be read; it is never shown as 0"),
        ("usable", "the addresses of the prefixes less the five that Azure keeps in each"),
        ("full", "no usable address is left"),
        ("critical", "the critical threshold is reached, or an upgrade does not fit"),
        ("warning", "the warning threshold is reached, or a step larger than an upgrade does not fit"),
    ];
    let rows = rows.map(|(word, meaning)| vec![word.into(), meaning.into()]);
    page.table("Word | Meaning", rows.into());
    page.paragraph(
        "A dash is an unknown or absent value. Percentages are rounded down. Owners and environments come from tags \
         of the clusters.",
    );
}
