//! The schedule of the clusters that move in place; its steps have a file of their own.

use std::slice;

use super::{
    column::{Column, Nested, Table, described, document_only, records},
    migration_plan::{self, MigrationPlan},
    word::{Word, words},
};
use crate::{
    assess::schedule::{Binding, Constraint, Fit, Plan as Schedule, Unplaced as NotPlaced, Wave},
    inventory::ResourceId,
    report::say,
};

/// When the clusters move that can move in place.
pub(super) struct Plan;

/// The one row of it.
pub(super) fn of(plan: &Schedule) -> Nested<'_> {
    records::<Plan, _>(slice::from_ref(plan))
}

impl Table for Plan {
    const ROW: &'static str = "Plan";
    const DOC: &'static str = "When the clusters move that can move in place.";
    type Of<'r> = &'r Schedule;

    const COLUMNS: &'static [Column<Self>] = &[
        document_only("fit", "Whether every kubenet cluster, and every other that moves in place, has a date, and one in time: `impossible` is a proof, `not-found` is not. Filters change nothing of it.")
            .word(words::<Fit>, |row| row.fit.word()),
        document_only("target", "The day by which the last wave should have soaked.").date(|row| row.target),
        document_only("deadline", "The day support ends of what the clusters leave.")
            .date(|row| row.deadline),
        document_only("finish", "The day the last wave has soaked; null where nothing moves.")
            .maybe_date(|row| row.finish),
        document_only("margin_days", "Days from `finish` to `target`; negative when late.")
            .maybe_signed("days", |row| row.margin_days),
        document_only("waves", "The waves, in order of time.")
            .rows(described::<Waves>, |row| records::<Waves, _>(&row.waves)),
        document_only("steps", "Every step of every cluster, by time.")
            .rows(described::<MigrationPlan>, |row| migration_plan::by_time(&row.steps)),
        document_only("bindings", "What holds a late plan, what helps most first.")
            .rows(described::<Bindings>, |row| records::<Bindings, _>(&row.bindings)),
        document_only("unplaced", "Clusters that cannot be placed, whatever the time.")
            .rows(described::<Unplaced>, |row| records::<Unplaced, _>(&row.unplaced)),
        document_only("undated", "The resource ids of kubenet clusters without a date: they do not move in place, or nobody can say yet.")
            .list(|row| row.undated.iter().map(ResourceId::as_str).map(Into::into).collect()),
        document_only("held", "Clusters that move later than one of a worse rank, each with what holds it.")
            .rows(described::<Held>, |row| records::<Held, _>(&row.held)),
        document_only("notes", "What to know about how the plan was made.")
            .list(|row| super::said(row.notes.iter().map(say::plan_note))),
    ];
}

struct Waves;

impl Table for Waves {
    const ROW: &'static str = "Wave";
    const DOC: &'static str = "Clusters that are changed on one day.";
    type Of<'r> = &'r Wave;

    const COLUMNS: &'static [Column<Self>] = &[
        document_only("wave", "Its number, from 1.").count("", |row| row.number.into()),
        document_only("start", "The day of its window.").date(|row| row.start),
        document_only("end", "The day it has soaked.").date(|row| row.end),
        document_only("clusters", "The resource ids of its clusters, in the order of preference.")
            .list(|row| row.clusters.iter().map(ResourceId::as_str).map(Into::into).collect()),
        document_only("size", "How many clusters it has, those that filters hide among them.")
            .count("clusters", |row| row.size as u64),
        document_only("rehearsal", "Whether it is part of the rehearsal.").flag(|row| row.rehearsal),
        document_only("late", "Whether it ends after the target.").flag(|row| row.late),
    ];
}

struct Held;

impl Table for Held {
    const ROW: &'static str = "Held";
    const DOC: &'static str = "A cluster that moves later than one of a worse rank.";
    type Of<'r> = &'r (ResourceId, Constraint);

    const COLUMNS: &'static [Column<Self>] = &[
        document_only("cluster_id", "The cluster's resource id.").text(|row| row.0.as_str()),
        document_only("by", "What holds it, with the option that sets it.")
            .text(|row| say::constraint(row.1)),
    ];
}

struct Bindings;

impl Table for Bindings {
    const ROW: &'static str = "Binding";
    const DOC: &'static str = "A constraint that keeps the plan from ending in time.";
    type Of<'r> = &'r Binding;

    const COLUMNS: &'static [Column<Self>] = &[
        document_only("constraint", "The constraint, with the option that sets it.")
            .text(|row| say::constraint(row.constraint)),
        document_only(
            "days_over_without",
            "Days over the target that would remain without it; 0 where the plan would fit.",
        )
        .signed("days", |row| row.days_over_without),
    ];
}

struct Unplaced;

impl Table for Unplaced {
    const ROW: &'static str = "Unplaced";
    const DOC: &'static str = "A cluster that cannot be placed.";
    type Of<'r> = &'r NotPlaced;

    const COLUMNS: &'static [Column<Self>] = &[
        document_only("cluster_id", "The cluster's resource id.").text(|row| row.cluster_id.as_str()),
        document_only("reason", "Why.").made(|row| say::unplaced(&row.reason).text()),
    ];
}
