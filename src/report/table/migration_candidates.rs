//! A row a cluster worth migrating.

use super::{
    column::{Column, Nested, Table, column, described, document_only, joined},
    steps::Steps,
    word::words,
};
use crate::{
    assess::{
        audit::{Audit, ClusterRecord},
        migration::{Candidate, ClusterPlan, Target, Verdict},
        schedule::Constraint,
    },
    ipam::IpamMode,
    report::say,
};

/// The clusters worth migrating.
pub(crate) struct MigrationCandidates;

/// A candidate with all that is decided about it, and the wave in which it moves.
#[derive(Clone, Copy)]
pub(crate) struct InWave<'r> {
    decided: &'r ClusterPlan,
    candidate: &'r Candidate,
    wave: Option<u32>,
    held_by: Option<Constraint>,
}

/// The row of a cluster that is a candidate.
fn in_wave<'r>((one, candidate): (&'r ClusterRecord, &'r Candidate)) -> InWave<'r> {
    InWave { decided: &one.decided, candidate, wave: one.wave(), held_by: one.held_by }
}

/// The rows of an audit.
pub(super) fn rows(audit: &Audit) -> Nested<'_> {
    joined::<MigrationCandidates>(audit.candidates().map(in_wave))
}

/// The row of one candidate.
pub(super) fn one(record: &ClusterRecord) -> Option<Nested<'_>> {
    let candidate = record.decided.candidate.as_ref()?;
    Some(joined::<MigrationCandidates>([in_wave((record, candidate))]))
}

impl Table for MigrationCandidates {
    const ROW: &'static str = "Candidate";
    const DOC: &'static str = "A cluster worth migrating.";
    type Of<'r> = InWave<'r>;

    const COLUMNS: &'static [Column<Self>] = &[
        column("cluster_id", "The cluster's resource id.").text(|of| of.decided.cluster_id.as_str()),
        column("from", "How its pods get addresses now.")
            .word(words::<IpamMode>, |of| of.decided.from.as_str()),
        column("to", "Where it should go.")
            .word(words::<Target>, |of| of.decided.recommendation.target.as_str()),
        column("reason", "Why.").made(|of| say::target_reason(&of.decided.recommendation.reason).text()),
        column(
            "priority",
            "Its rank: its place among all clusters that have to go somewhere, filters aside; 1 is the most urgent.",
        )
        .count("", |of| of.decided.rank.as_ref().map_or(0, |rank| rank.place.into())),
        column("verdict", "Whether it can be moved in place, the worst first.")
            .word(words::<Verdict>, |of| of.decided.readiness.verdict.as_str()),
        column("blockers", "The ids of checks that fail and stop the move, in the order of preparation.")
            .list(|of| super::checks(&of.decided.readiness.blockers)),
        column("reimages", "How often all its nodes are re-imaged on its way, preparation included.")
            .count("re-images", |of| of.decided.reimages().into()),
        column(
            "ips_freed",
            "Addresses of virtual networks that the move frees; empty where the use of a subnet is unknown.",
        )
        .maybe_count("addresses", |of| of.candidate.ips_freed),
        column("current_pod_cidr", "The pod range it has.")
            .maybe_cidr(|of| of.candidate.current_pod_cidr.map(|cidr| cidr.to_string())),
        column("suggested_pod_cidr", "The pod range to give it, which may be the one it has.")
            .maybe_cidr(|of| of.candidate.suggested_pod_cidr.map(|cidr| cidr.to_string())),
        column("wave", "The wave in which it moves; empty where it has none.")
            .maybe_count("", |of| of.wave.map(Into::into)),
        column("reasons", "What makes its rank, the weightiest first.").list(|of| {
            of.decided.rank.as_ref().map_or_else(Vec::new, |rank| super::said(say::urgency(rank)))
        }),
        column("held_by", "What keeps it from an earlier wave in which a cluster of a worse rank moves.")
            .maybe_text(|of| of.held_by.map(say::constraint)),
        column("owner", "Whose it is, from the tags in `people.owner_tags`.")
            .maybe_text(|of| of.decided.owner.as_deref()),
        column("environment", "What it is for, from the tags in `people.environment_tags`.")
            .maybe_text(|of| of.decided.environment.as_deref()),
        document_only("steps", "The steps of its way, in order.")
            .rows(described::<Steps>, |of| super::steps::of(&of.decided.steps)),
    ];
}
