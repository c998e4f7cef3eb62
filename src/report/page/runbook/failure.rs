//! What to do when an operation fails midway.

use super::commands::Commands;
use crate::{assess::runbook::Runbook, report::page::block::Page, shell::quote};

/// The section.
pub(super) fn write(page: &mut Page, runbook: &Runbook<'_>, commands: &Commands<'_>) {
    if runbook.operations.is_empty() {
        return;
    }
    page.heading(2, "When it fails");
    page.paragraph(format!(
        "Send no other change while one runs. Read what failed, keep the correlation id, and look it up in [README.md](README.md). \
         When the cause is gone, the last command lets AKS finish what it began; it asks before it sends anything. The way is \
         forward only: a cluster that is half changed cannot return to {}.",
        runbook.from
    ));
    page.commands([
        commands.activity(),
        commands.pools(),
        format!("kubectl uncordon {}", quote("NODE")),
        commands.reconcile(),
    ]);
}
