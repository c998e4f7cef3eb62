//! Findings by severity and rule, each with what to do and the commands that show it.

use super::{Report, block::Page, figure};
use crate::{
    assess::{
        audit::Finding,
        options::{Exception, Severity},
    },
    report::{
        phrase::{Phrase, name, phrase, prose},
        say,
        text::count,
    },
};

/// Resources shown of one rule and severity.
const RESOURCES_SHOWN: usize = 10;
/// Commands shown of them: one is a pattern for the rest.
const COMMANDS_SHOWN: usize = 3;
const ACCEPTED_SHOWN: usize = 50;

pub(super) fn write(page: &mut Page, report: &Report<'_>) {
    page.heading(2, "Findings");
    counts(page, report);
    for severity in Severity::WORST_FIRST {
        let of: Vec<_> = report.audit.open().filter(|f| f.severity == severity).collect();
        if !of.is_empty() {
            page.heading(3, format!("{}: {}", capitalised(severity), count(of.len(), "finding", "findings")));
            for alike in of.chunk_by(|a, b| (a.rule_id, a.retirement_id) == (b.rule_id, b.retirement_id)) {
                group(page, report, alike);
            }
        }
    }
    accepted(page, report);
}

fn counts(page: &mut Page, report: &Report<'_>) {
    let accepted = |severity| report.audit.accepted().filter(|(f, _)| f.severity == severity).count();
    let rows: Vec<_> = report
        .headline
        .finding_counts()
        .into_iter()
        .map(|(severity, open)| {
            let accepted = accepted(severity);
            vec![Phrase::ours(severity.as_str()), figure(Some(open as u64)), figure(Some(accepted as u64))]
        })
        .collect();
    page.table("Severity | > Open | > Accepted", rows);
    if report.with_tables {
        page.paragraph(
            "All of them, with the command that shows the fact where Azure knows it: [`findings.csv`](findings.csv).",
        );
    }
}

fn capitalised(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "Critical",
        Severity::High => "High",
        Severity::Medium => "Medium",
        Severity::Low => "Low",
        Severity::Info => "Info",
    }
}

/// The findings of one rule and retirement, worst subnets first as they come.
fn group(page: &mut Page, report: &Report<'_>, findings: &[&Finding]) {
    let Some(first) = findings.first() else { return };
    page.heading(4, phrase!("{} ({})", prose(&say::title(first)), findings.len().to_string()));
    let of = first.retirement_id.map_or_else(String::new, |id| format!(", retirement `{id}`"));
    page.paragraph(format!(
        "{} Rule `{}`{of}, [source]({}).",
        first.remediation(),
        first.rule_id,
        first.source()
    ));
    let with_fixes = findings.iter().take(RESOURCES_SHOWN).any(|finding| !finding.fixes.is_empty());
    let row = |finding: &&Finding| {
        let mut row =
            vec![name(&report.headline.place(&finding.resource_id)), prose(&say::detail(finding).text())];
        // The smallest change; `findings.csv` has them all.
        let fix =
            || finding.fixes.first().map_or_else(|| Phrase::ours("–"), |fix| prose(&say::fix(fix).text()));
        row.extend(with_fixes.then(fix));
        row
    };
    let rows: Vec<_> = findings.iter().take(RESOURCES_SHOWN).map(row).collect();
    let columns =
        if with_fixes { "Where | Fact | Smallest fix, checked by the engine" } else { "Where | Fact" };
    report.table(page, columns, rows, (findings.len(), "findings.csv"));
    let mut commands = findings.iter().filter_map(|finding| finding.command.as_deref()).peekable();
    if commands.peek().is_some() {
        page.commands(commands.take(COMMANDS_SHOWN));
    }
}

fn accepted(page: &mut Page, report: &Report<'_>) {
    let accepted: Vec<_> = report.audit.accepted().collect();
    if accepted.is_empty() {
        return;
    }
    page.heading(2, "Accepted findings");
    page.paragraph(
        "The configuration accepts these with an `[[exceptions]]` entry each; they are not among the findings above.",
    );
    let row = |(finding, exception): &(&Finding, &Exception)| {
        vec![
            name(&report.headline.place(&finding.resource_id)),
            prose(&say::title(finding)),
            Phrase::ours(finding.severity.as_str()),
            prose(&exception.reason),
            exception.until.map_or_else(|| Phrase::ours("no end"), |date| Phrase::ours(date.to_string())),
        ]
    };
    let rows: Vec<_> = accepted.iter().take(ACCEPTED_SHOWN).map(row).collect();
    let columns = "Where | Finding | Severity | Reason | Until";
    report.table(page, columns, rows, (accepted.len(), "accepted_findings.csv"));
}
