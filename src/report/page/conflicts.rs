//! Ranges that collide.

use std::cmp::Reverse;

use super::{Report, block::Page};
use crate::{
    assess::outlook::{Conflict, Owner, RangeOf},
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
    let rows: Vec<_> = conflicts.iter().take(SHOWN).map(|conflict| row(report, conflict)).collect();
    let columns = "Severity | Kind | Range | Of | Meets | Of | Why it matters | What to do";
    report.table(page, columns, rows, (conflicts.len(), "cidr_conflicts.csv"));
}

fn row(report: &Report<'_>, conflict: &Conflict) -> Vec<Phrase> {
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
        remedy(report, conflict),
    ]
}

/// What to do: nothing more where the cluster moves and gets another range for its pods on the way.
fn remedy(report: &Report<'_>, conflict: &Conflict) -> Phrase {
    let of_pods = report.audit.cluster(&conflict.owner_a).filter(|_| conflict.of == RangeOf::Pods);
    match of_pods.and_then(|one| one.decided.new_pod_cidr()) {
        Some(cidr) => Phrase::ours(format!("The move to Overlay in place gives it {cidr}; see its runbook.")),
        None => prose(&Catalogue::built_in().finding(conflict.with.rule()).remediation),
    }
}
