//! What is decided about the move of each cluster; it has no file of its own.

use std::slice;

use super::{
    column::{Column, Nested, Table, described, document_only, records},
    migration_candidates::{self, MigrationCandidates},
    word::words,
};
use crate::{
    assess::{
        audit::{Audit, ClusterRecord},
        migration::{CheckResult, CheckStatus, Readiness as Ready, Target, Verdict},
    },
    report::say,
    rules::{CheckSeverity, Checks as CheckRules, Visibility},
};

/// Every cluster: whether it can make its operations, and where it should go.
pub(crate) struct Migrations;

/// The rows of an audit.
pub(super) fn rows(audit: &Audit) -> Nested<'_> {
    records::<Migrations, _>(&audit.clusters)
}

fn readiness(row: &Ready) -> Nested<'_> {
    records::<Readiness, _>(slice::from_ref(row))
}

impl Table for Migrations {
    const ROW: &'static str = "ClusterMigration";
    const DOC: &'static str = "Whether a cluster can make its operations, and where it should go.";
    type Of<'r> = &'r ClusterRecord;

    const COLUMNS: &'static [Column<Self>] = &[
        document_only("cluster_id", "The cluster's resource id.").text(|of| of.row.id.as_str()),
        document_only("target", "Where it should go.")
            .word(words::<Target>, |of| of.decided.recommendation.target.as_str()),
        document_only("target_rule", "The rule that chose it; `aks-census explain` tells it.")
            .text(|of| of.decided.recommendation.rule),
        document_only("target_reason", "Why.").made(|of| say::target_reason(&of.decided.recommendation.reason).text()),
        document_only("runner_up", "What would have been next.").maybe_word(words::<Target>, |of| {
            of.decided.recommendation.runner_up.map(Target::as_str)
        }),
        document_only("runner_up_lost", "Why that lost.")
            .maybe_made(|of| say::lost(&of.decided.recommendation.reason).map(|lost| lost.text())),
        document_only("readiness", "Whether it can make its first operation.")
            .row(described::<Readiness>, |of| readiness(&of.decided.readiness)),
        document_only(
            "second_readiness",
            "Of the second operation, where there is one; of Cilium, where somebody asks for it and the cluster does not go there.",
        )
        .maybe_row(described::<Readiness>, |of| of.decided.second.as_ref().map(readiness)),
        document_only("suggested_pod_cidr", "A pod range for a cluster that can move in place.")
            .maybe_cidr(|of| of.decided.pod_cidr.as_ref().ok().map(|proposal| proposal.cidr.to_string())),
        document_only("pod_cidr_linked", "Networks peered with the same hub that hold some of a newly proposed pod range; the hub passes nothing on, so they are not reached.")
            .list(|of| of.decided.pod_cidr.iter().flat_map(|proposal| &proposal.linked).map(|id| id.as_str().into()).collect()),
        document_only("pod_cidr_unseen_hubs", "Hubs on the way that could not be read: what else lies behind them is not known, and may hold some of the pod range.")
            .list(|of| of.decided.pod_cidr.iter().flat_map(|proposal| &proposal.unseen).map(|id| id.as_str().into()).collect()),
        document_only("no_pod_cidr", "Why no pod range is proposed.")
            .maybe_made(|of| of.decided.pod_cidr.as_ref().err().map(|none| say::no_proposal(none).text())),
        document_only("candidate", "The cluster as a candidate, where it is worth migrating.").maybe_row(
            described::<MigrationCandidates>,
            |of| migration_candidates::one(*of),
        ),
    ];
}

/// Whether a cluster can make one operation.
struct Readiness;

impl Table for Readiness {
    const ROW: &'static str = "Readiness";
    const DOC: &'static str = "Whether a cluster can make one operation.";
    type Of<'r> = &'r Ready;

    const COLUMNS: &'static [Column<Self>] = &[
        document_only("verdict", "The verdict, the worst first.")
            .word(words::<Verdict>, |row| row.verdict.as_str()),
        document_only("reasons", "Why, the weightiest first.")
            .list(|row| super::said(row.reasons().into_iter().map(say::against))),
        document_only("checks", "Every check that applies.")
            .rows(described::<Checks>, |row| records::<Checks, _>(&row.checks)),
    ];
}

/// The checks of one operation.
struct Checks;

impl Table for Checks {
    const ROW: &'static str = "Check";
    const DOC: &'static str = "One check of one cluster.";
    type Of<'r> = &'r CheckResult;

    const COLUMNS: &'static [Column<Self>] = &[
        document_only("check", "The check's id; `aks-census explain` tells it.")
            .text(|row| row.check.as_str()),
        document_only("rule", "What has to hold, as a name.")
            .text(|row| &CheckRules::built_in().get(row.check).rule),
        document_only("severity", "What a failure means for the operation.")
            .word(words::<CheckSeverity>, |row| row.severity.as_str()),
        document_only("status", "How it ended; `open` is for a person to answer.")
            .word(words::<CheckStatus>, |row| row.status.as_str()),
        document_only(
            "visibility",
            "Who can see the answer: this program, a person, or a program that reads more.",
        )
        .word(words::<Visibility>, |row| row.visibility.as_str()),
        document_only("detail", "The facts: what fails, what could not be read, who answered.")
            .maybe_made(|row| Some(say::check_facts(&row.facts)?.text())),
        document_only("attested_until", "The last day on which the answer of a person holds.")
            .maybe_date(|row| row.attested_until),
    ];
}
