//! What was read, what was not, and what to do about it.

use std::collections::BTreeMap;

use super::{Report, block::Page, figure};
use crate::{
    inventory::{CoverageEntry, ReadStatus, Subscription, What},
    report::phrase::{Phrase, name, prose},
};

const GAPS_SHOWN: usize = 50;

pub(super) fn write(page: &mut Page, report: &Report<'_>) {
    page.heading(2, "Coverage");
    page.paragraph(
        "Every read has a row in the ledger, so that a short list can be told from a small estate. \
         What nothing in the estate asks for is not read and has no row.",
    );
    totals(page, report);
    states(page, report);
    left_out(page, report);
    gaps(page, report);
    completeness(page);
}

fn completeness(page: &mut Page) {
    page.heading(3, "What would prove completeness");
    page.paragraph(
        "An identity with rights on some resource groups only gets short lists and no error. Three checks tell:",
    );
    page.list([
        "The identity holds Reader, or the custom role of the documentation, on the management group or on every \
         whole subscription: the first command, run for the identity that was used.",
        "Somebody who owns a subscription counts as many clusters and networks there as `coverage.csv` has items: \
         the second and third.",
        "Every subscription under the root management group is among those read: the fourth, by somebody who may \
         read that group.",
    ]);
    page.commands([
        "az role assignment list --all --assignee IDENTITY --output table",
        "az aks list --subscription SUBSCRIPTION --query 'length(@)'",
        "az network vnet list --subscription SUBSCRIPTION --query 'length(@)'",
        "az account management-group show --expand --recurse --name ROOT",
    ]);
}

#[derive(Default)]
struct Totals {
    ok: u64,
    gaps: u64,
    skipped: u64,
    items: u64,
}

fn totals(page: &mut Page, report: &Report<'_>) {
    let mut by_kind: BTreeMap<&What, Totals> = BTreeMap::new();
    for entry in &report.audit.coverage.entries {
        let totals = by_kind.entry(&entry.what).or_default();
        totals.items += entry.items;
        match entry.status {
            ReadStatus::Ok => totals.ok += 1,
            ReadStatus::Denied | ReadStatus::NotFound | ReadStatus::Failed => totals.gaps += 1,
            ReadStatus::Skipped => totals.skipped += 1,
        }
    }
    let row = |(what, totals): (&What, Totals)| {
        let mut row = vec![name(&words(what))];
        row.extend([totals.ok, totals.gaps, totals.skipped, totals.items].map(|n| figure(Some(n))));
        row
    };
    let rows: Vec<_> = by_kind.into_iter().map(row).collect();
    let columns = "What | > Read | > Gaps | > Left out | > Items";
    page.table(columns, rows);
}

/// Subscriptions that are read, and in which Azure may refuse changes.
fn states(page: &mut Page, report: &Report<'_>) {
    let all = report.audit.header.subscriptions.iter();
    let marked: Vec<_> = all.filter_map(|one| Some((one, one.unusual_state()?))).collect();
    if marked.is_empty() {
        return;
    }
    page.heading(3, "Subscriptions that are not Enabled");
    page.paragraph(
        "Azure answers reads in every state but Deleted. In a subscription that is Disabled or Warned it refuses to create and to \
         change, so that no cluster there moves until the subscription is enabled again.",
    );
    let row = |(one, state): &(&Subscription, &str)| {
        vec![name(&report.headline.place(&one.id.path())), name(state)]
    };
    let rows: Vec<_> = marked.iter().take(GAPS_SHOWN).map(row).collect();
    report.table(page, "Subscription | State", rows, (marked.len(), "coverage.csv"));
}

/// What was not even tried, and why: no gaps, but nothing that a reader should miss.
fn left_out(page: &mut Page, report: &Report<'_>) {
    let entries: Vec<_> = skipped(report).collect();
    if entries.is_empty() {
        return;
    }
    page.heading(3, "Left out");
    let row = |entry: &&CoverageEntry| {
        let why = entry.message.as_deref().unwrap_or("–");
        vec![name(&report.headline.place(&entry.scope_id)), name(&words(&entry.what)), prose(why)]
    };
    let rows: Vec<_> = entries.iter().take(GAPS_SHOWN).map(row).collect();
    let columns = "Where | What | Why";
    report.table(page, columns, rows, (entries.len(), "coverage.csv"));
}

/// The rows of what was left out.
pub(super) fn skipped<'a>(report: &Report<'a>) -> impl Iterator<Item = &'a CoverageEntry> {
    report.audit.coverage.entries.iter().filter(|entry| entry.status == ReadStatus::Skipped)
}

fn gaps(page: &mut Page, report: &Report<'_>) {
    let gaps = report.headline.gaps();
    if gaps.is_empty() {
        page.paragraph("There are no gaps.");
        return;
    }
    page.heading(3, "Gaps");
    let shown: Vec<_> = gaps.iter().take(GAPS_SHOWN).copied().collect();
    let rows: Vec<_> = gap_rows(report, shown.iter().copied())
        .into_iter()
        .zip(&shown)
        .map(|(mut row, entry)| {
            row.push(prose(entry.message.as_deref().unwrap_or("–")));
            row
        })
        .collect();
    let columns = "Where | What | How | Next step | Azure said";
    report.table(page, columns, rows, (gaps.len(), "coverage.csv"));
}

/// Where, what, how and the next step of each gap.
pub(super) fn gap_rows<'a>(
    report: &Report<'_>,
    gaps: impl Iterator<Item = &'a CoverageEntry>,
) -> Vec<Vec<Phrase>> {
    let row = |entry: &CoverageEntry| {
        vec![
            name(&report.headline.place(&entry.scope_id)),
            name(&words(&entry.what)),
            name(&how(entry)),
            Phrase::ours(if report.audit.coverage.accepted_scopes.contains(&entry.scope_id) {
                "none: accepted by `accept_unread`"
            } else {
                next_step(entry)
            }),
        ]
    };
    gaps.map(row).collect()
}

fn words(what: &What) -> String {
    what.as_str().replace('-', " ")
}

fn how(entry: &CoverageEntry) -> String {
    let status = match entry.status {
        ReadStatus::NotFound => "not found",
        ReadStatus::Failed if entry.items > 0 => "failed in part",
        other => other.as_str(),
    };
    match (&entry.error_code, entry.http_status) {
        (Some(code), _) => format!("{status}, {code}"),
        (None, Some(http)) => format!("{status}, HTTP {http}"),
        (None, None) => status.to_owned(),
    }
}

/// Azure's word for a token of one tenant shown to a subscription of another.
const OTHER_TENANT: &str = "InvalidAuthenticationTokenTenant";

/// What to do about a gap.
#[must_use]
pub(crate) fn next_step(entry: &CoverageEntry) -> &'static str {
    if entry.error_code.as_deref().is_some_and(|code| code.eq_ignore_ascii_case(OTHER_TENANT)) {
        return "it lies in another tenant: audit it in a run of its own, signed in there; or name it in `accept_unread`";
    }
    if entry.http_status == Some(401) {
        return "Azure did not take the token: sign in again, check this machine's clock and the tenant, and run again";
    }
    match (&entry.what, entry.status) {
        (What::Object, _) => {
            "look at the object (its finding has the command); report its shape if it is legitimate"
        }
        (What::ManagementGroup, ReadStatus::Denied) => "grant Reader at the management group, and run again",
        (What::ManagementGroup | What::Subscription, ReadStatus::NotFound) => {
            "check its id, and that it lies in this tenant"
        }
        (What::VirtualNetworks, ReadStatus::NotFound) => {
            "grant Reader, or the custom role of the documentation, on it, and run again; or name it in `accept_unread`"
        }
        (_, ReadStatus::Denied) => {
            "grant Reader, or the custom role of the documentation, on it; or name it in `accept_unread`"
        }
        (_, ReadStatus::NotFound) => "check whether it was deleted, and who still names it",
        _ => "run again; if it stays, give Azure support the request id from the ledger",
    }
}
