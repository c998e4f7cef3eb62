//! Ranges that collide.

use std::cmp::Reverse;

use super::{Report, block::Page};
use crate::{
    assess::outlook::{Conflict, Owner},
    report::{
        headline::Headline,
        phrase::{Phrase, name, prose},
        say,
    },
    rules::Catalogue,
};

const SHOWN: usize = 20;

pub(super) fn write(page: &mut Page, report: &Report<'_>) {
    let mut conflicts = report.audit.conflicts();
    if conflicts.is_empty() {
        return;
    }
    conflicts.sort_by_key(|conflict| Reverse(conflict.severity));
    page.heading(2, "Ranges that collide");
    page.paragraph(
        "Pods, services and networks against each other, reserved ranges, peers, routes and what lies outside Azure. \
         What is allowed is not here: several Overlay clusters may use the same pod CIDR.",
    );
    let rows: Vec<_> = conflicts.iter().take(SHOWN).map(|conflict| row(conflict)).collect();
    let columns = "Severity | Kind | Range | Of | Meets | Of | Why it matters | What to do";
    report.table(page, columns, rows, (conflicts.len(), "cidr_conflicts.csv"));
}

fn row(conflict: &Conflict) -> Vec<Phrase> {
    let owner = match &conflict.owner_b {
        Owner::Resource(id) => name(&Headline::resource(id)),
        other => name(other.as_str()),
    };
    vec![
        Phrase::ours(conflict.severity.as_str()),
        Phrase::ours(conflict.kind()),
        Phrase::ours(conflict.cidr_a.to_string()),
        name(&Headline::resource(&conflict.owner_a)),
        Phrase::ours(conflict.cidr_b.to_string()),
        owner,
        prose(&say::conflict(conflict).text()),
        prose(&Catalogue::built_in().finding(conflict.with.rule()).remediation),
    ]
}
