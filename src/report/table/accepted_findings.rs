//! A row a finding the user accepted.

use super::{
    column::{Column, Nested, Table, column, document_only, joined},
    word::words,
};
use crate::{
    assess::{
        audit::{Audit, Finding},
        options::{Exception, Severity},
    },
    report::say,
    rules::RetirementId,
};

/// Findings the user accepted.
pub(crate) struct AcceptedFindings;

/// The rows of an audit in the order of a file: by resource. The audit has the worst first.
pub(super) fn by_resource(audit: &Audit) -> Nested<'_> {
    let mut rows: Vec<_> = audit.accepted().collect();
    rows.sort_by_cached_key(|(finding, _)| finding.resource_id.to_ascii_lowercase());
    joined::<AcceptedFindings>(rows)
}

impl Table for AcceptedFindings {
    const ROW: &'static str = "AcceptedFinding";
    const DOC: &'static str = "A finding that an exception in the configuration accepts.";
    type Of<'r> = (&'r Finding, &'r Exception);

    const COLUMNS: &'static [Column<Self>] = &[
        column(
            "finding_id",
            "A hash of rule, resource and, where there is one, retirement, without figures: the same problem has the same \
             id in every run.",
        )
        .text(|row| &row.0.id),
        column("rule_id", "The rule that found it; `aks-census explain` tells it.")
            .text(|row| row.0.rule_id.as_str()),
        column("severity", "How bad it is, as the rule says or `[findings]` does.")
            .word(words::<Severity>, |row| row.0.severity.as_str()),
        column("resource_id", "The resource id of what it concerns.").text(|row| &row.0.resource_id),
        column("title", "What it is, on one line.").made(|row| say::title(row.0)),
        column("detail", "The facts, with figures.").made(|row| say::detail(row.0).text()),
        document_only("remediation", "What to do, with the changes that the engine has checked.")
            .made(|row| say::remedy(row.0).text()),
        document_only("source", "The public page the rule follows.").text(|row| row.0.source()),
        document_only(
            "fixes",
            "Changes of this estate's settings that end it, each checked by the engine; the smallest first.",
        )
        .list(|row| row.0.fixes.iter().map(|fix| say::fix(fix).text().into()).collect()),
        document_only("command", "The command that shows the fact, quoted for a POSIX shell.")
            .maybe_text(|row| row.0.command.as_deref()),
        column("reason", "Why it is accepted.").text(|row| &row.1.reason),
        column("until", "The last day on which it is; empty where no day is set.")
            .maybe_date(|row| row.1.until),
        column(
            "retirement_id",
            "What is retired, where the rule speaks of any retirement; `aks-census explain` tells it.",
        )
        .maybe_text(|row| row.0.retirement_id.map(RetirementId::as_str)),
    ];
}
