//! The steps of one cluster's way.

use super::column::{Column, Nested, Table, document_only, records};
use crate::{assess::migration::Step, report::say, rules::CheckId};

/// The steps of a way, in order.
pub(super) struct Steps;

impl Table for Steps {
    const ROW: &'static str = "Step";
    const DOC: &'static str = "A step on the way of a cluster.";
    type Of<'r> = &'r Step;

    const COLUMNS: &'static [Column<Self>] = &[
        document_only("title", "What is done.").made(|row| say::work(row.work, &row.also).text()),
        document_only("check", "The id of the blocker it removes.")
            .maybe_text(|row| row.work.check().map(CheckId::as_str)),
        document_only("checks", "The ids of all blockers it removes.")
            .list(|row| row.checks().map(|check| check.as_str().into()).collect()),
        document_only("reimages", "Whether all nodes are re-imaged.").flag(|row| row.reimages),
        document_only("batches_with_previous", "Whether it can share a window with the re-image before it.")
            .flag(|row| row.batches_with_previous),
        document_only("wait_days", "Days to wait after it before the next step.")
            .count("days", |row| row.wait_days.into()),
    ];
}

/// The steps of one way.
pub(super) fn of(steps: &[Step]) -> Nested<'_> {
    records::<Steps, _>(steps)
}
