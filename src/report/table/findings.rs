//! A row a finding.

use super::{
    column::{Column, Nested, Table, column, document_only, joined},
    word::words,
};
use crate::{
    assess::{
        audit::{Audit, Finding},
        options::Severity,
    },
    report::say,
    rules::RetirementId,
};

/// What is wrong, or what somebody should know.
pub(crate) struct Findings;

/// The rows of an audit in the order of a file: by resource. The audit has the worst first.
pub(super) fn by_resource(audit: &Audit) -> Nested<'_> {
    let mut rows: Vec<_> = audit.open().collect();
    rows.sort_by_cached_key(|row| row.resource_id.to_ascii_lowercase());
    joined::<Findings>(rows)
}

impl Table for Findings {
    const ROW: &'static str = "Finding";
    const DOC: &'static str = "Something that is wrong, or that somebody should know.";
    type Of<'r> = &'r Finding;

    const COLUMNS: &'static [Column<Self>] = &[
        column(
            "finding_id",
            "A hash of rule, resource and, where there is one, retirement, without figures: the same problem has the same \
             id in every run.",
        )
        .text(|row| &row.id),
        column("rule_id", "The rule that found it; `aks-census explain` tells it.")
            .text(|row| row.rule_id.as_str()),
        column("severity", "How bad it is, as the rule says or `[findings]` does.")
            .word(words::<Severity>, |row| row.severity.as_str()),
        column("resource_id", "The resource id of what it concerns.").text(|row| &row.resource_id),
        column("title", "What it is, on one line.").made(|row| say::title(&row)),
        column("detail", "The facts, with figures.").made(|row| say::detail(&row).text()),
        column("remediation", "What to do, with the changes that the engine has checked.")
            .made(|row| say::remedy(&row).text()),
        column("source", "The public page the rule follows.").text(|row| row.source()),
        document_only(
            "fixes",
            "Changes of this estate's settings that end it, each checked by the engine; the smallest first.",
        )
        .list(|row| row.fixes.iter().map(|fix| say::fix(fix).text().into()).collect()),
        column("command", "The command that shows the fact, quoted for a POSIX shell.")
            .maybe_text(|row| row.command.as_deref()),
        column(
            "retirement_id",
            "What is retired, where the rule speaks of any retirement; `aks-census explain` tells it.",
        )
        .maybe_text(|row| row.retirement_id.map(RetirementId::as_str)),
    ];
}
