//! A row a retirement that hits a resource.

use super::{
    column::{Column, Nested, Table, column, joined},
    word::words,
};
use crate::{
    assess::{audit::Audit, migration::RetirementItem, options::Severity},
    report::say,
    rules::{Catalogue, Retirement, RetirementId},
};

/// What Microsoft retires, and what of the estate it hits.
pub(crate) struct Retirements;

/// The rows of an audit in the order of a file: by resource.
pub(super) fn by_resource(audit: &Audit) -> Nested<'_> {
    let mut items = audit.retirements();
    items.sort_by(|a, b| (&a.resource_id, &a.node_pool).cmp(&(&b.resource_id, &b.node_pool)));
    joined::<Retirements>(items)
}

fn rule(id: RetirementId) -> &'static Retirement {
    Catalogue::built_in().retirement(id)
}

impl Table for Retirements {
    const ROW: &'static str = "Retirement";
    const DOC: &'static str = "A retirement that hits a resource.";
    type Of<'r> = &'r RetirementItem;

    const COLUMNS: &'static [Column<Self>] = &[
        column("retirement_id", "The retirement; `aks-census explain` tells it.").text(|row| row.id.as_str()),
        column("date", "The day that counts; empty where none is published.").maybe_date(|row| row.date),
        column("days_left", "Days from the date of the audit to that day; negative when it has passed.")
            .maybe_signed("days", |row| row.days_left),
        column("resource_id", "The resource id of what it hits.").text(|row| row.resource_id.as_str()),
        column("node_pool", "The node pool, where it hits one.").maybe_text(|row| row.node_pool.as_deref()),
        column("detail", "The facts, with the other dates.")
            .made(|row| say::retirement(row.id, &row.detail).text()),
        column("remediation", "What to do.").text(|row| &rule(row.id).remediation),
        column("source", "The public page that says so.").text(|row| &rule(row.id).source),
        column("severity", "How bad it is, by the days left and by what happens on the day.")
            .word(words::<Severity>, |row| row.severity.as_str()),
    ];
}
