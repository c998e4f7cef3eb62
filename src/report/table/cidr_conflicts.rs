//! A row a pair of ranges that collide.

use super::{
    column::{Column, Table, column, document_only},
    word::words,
};
use crate::{
    assess::{options::Severity, outlook::Conflict},
    report::say,
};

/// Ranges that collide.
pub(crate) struct CidrConflicts;

impl Table for CidrConflicts {
    const ROW: &'static str = "CidrConflict";
    const DOC: &'static str = "Two ranges that collide.";
    type Of<'r> = &'r Conflict;

    const COLUMNS: &'static [Column<Self>] = &[
        column("kind", "What collides: the kind of the first range and of the second, such as `pod-service` or `pod-peer`.")
            .made(|row| row.kind()),
        column("cidr_a", "The first range.").cidr(|row| row.cidr_a.to_string()),
        column("owner_a", "The cluster or network it belongs to.").text(|row| row.owner_a.as_str()),
        column("cidr_b", "The second range.").cidr(|row| row.cidr_b.to_string()),
        column("owner_b", "The cluster, network, subnet or route it belongs to.").text(|row| row.owner_b.as_str()),
        column("severity", "How bad it is, by the rule that reports it.")
            .word(words::<Severity>, |row| row.severity.as_str()),
        column("detail", "Why it matters.").made(|row| say::conflict(&row).text()),
        document_only("rule_id", "The rule that reports it; `aks-census explain` tells it.")
            .text(|row| row.with.rule().as_str()),
    ];
}
