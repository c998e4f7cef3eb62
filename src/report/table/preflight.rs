//! A row a comparison that AKS itself would make.

use super::{
    column::{Column, Table, column, document_only},
    inputs, said,
    word::words,
};
use crate::{
    assess::outlook::{Preflight as Comparison, Stage},
    report::say,
};

/// What AKS itself would compare before an operation.
pub(crate) struct Preflight;

const PASSES: &str = "passes";
const REFUSED: &str = "refused";

fn units() -> Vec<&'static str> {
    vec!["addresses", "nodes"]
}

impl Table for Preflight {
    const ROW: &'static str = "Preflight";
    const DOC: &'static str = "What AKS itself would compare, by our reading of its rule.";
    type Of<'r> = &'r Comparison;

    const COLUMNS: &'static [Column<Self>] = &[
        column("cluster_id", "The cluster's resource id.").text(|row| row.cluster_id.as_str()),
        column("stage", "As the cluster is, or after a move to Azure CNI Overlay.")
            .word(words::<Stage>, |row| row.stage.as_str()),
        column("target", "What is compared against: the resource id of a node subnet, or the pod range.")
            .made(|row| row.target.name()),
        column("preallocated", "Addresses the service sets aside for the cluster.")
            .maybe_count("addresses", |row| row.preallocated),
        column("available", "Addresses it takes to be available, free or not.")
            .maybe_count("addresses", |row| row.available),
        column("verdict", "Whether the operation passes; empty where it can't be told.")
            .maybe_word(|| vec![PASSES, REFUSED], |row| row.passes().map(|passes| if passes { PASSES } else { REFUSED })),
        column("headroom", "What is really left with every autoscaler at its maximum while everything surges; negative is a deficit.")
            .maybe_signed("`headroom_unit`", |row| row.headroom),
        column("headroom_unit", "What `headroom` counts: addresses of the subnet, or nodes of the pod range.")
            .word(units, |row| row.target.unit()),
        column("message", "The words of the service, where it would refuse.").maybe_made(|row| Some(say::refusal(&row.refusal()?).text())),
        column("basis", "Always `our reading of the rule`: the service states no figures before it refuses.")
            .text(|_| "our reading of the rule"),
        column("reasons", "What to know of the figures: the state of a cluster in which something goes on.")
            .list(|row| said(row.in_motion.as_deref().map(|state| say::in_motion(&row.cluster_id, state)))),
        document_only(inputs::NAME, inputs::DOC).rows(inputs::described, |row| inputs::of(say::preflight_inputs(&row))),
    ];
}
