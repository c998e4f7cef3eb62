//! A row a step of the plan.

use super::column::{Column, Nested, Table, column, joined, records};
use crate::{
    assess::{audit::Audit, schedule::PlannedStep},
    report::say,
};

/// The steps of all clusters that move in waves.
pub(crate) struct MigrationPlan;

/// The steps in the order of a file: by cluster, and in order of time.
pub(super) fn by_cluster(audit: &Audit) -> Nested<'_> {
    let mut steps: Vec<_> = audit.plan.steps.iter().collect();
    steps.sort_by(|a, b| a.cluster_id.cmp(&b.cluster_id));
    joined::<MigrationPlan>(steps)
}

/// The steps by time.
pub(super) fn by_time(steps: &[PlannedStep]) -> Nested<'_> {
    records::<MigrationPlan, _>(steps)
}

impl Table for MigrationPlan {
    const ROW: &'static str = "PlannedStep";
    const DOC: &'static str = "A step of one cluster, on a day.";
    type Of<'r> = &'r PlannedStep;

    const COLUMNS: &'static [Column<Self>] = &[
        column(
            "wave",
            "The wave it belongs to, its own or the one it prepares; empty for what follows the last wave.",
        )
        .maybe_count("", |row| row.wave.map(Into::into)),
        column("start", "The day it begins.").date(|row| row.start),
        column("end", "The day from which the next step may begin.").date(|row| row.end),
        column("cluster_id", "The cluster's resource id.").text(|row| row.cluster_id.as_str()),
        column("step", "What is done.").made(|row| say::work(row.work, &row.also).text()),
        column("depends_on", "What has to be done before: earlier steps of the cluster, or a wave.")
            .list(|row| super::said(row.depends_on.iter().map(say::dependency))),
        column("note", "What to know about it.").made(|row| say::step_notes(&row.notes).text()),
        column("name", "The cluster's name.").text(|row| &row.name),
        column("reimages", "Whether all its nodes are re-imaged.").flag(|row| row.reimages),
    ];
}
