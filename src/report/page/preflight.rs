//! What AKS itself would say, beside what is really left.

use super::{
    Report,
    block::{Alert, Page},
    figure, signed,
};
use crate::{
    assess::outlook::{Preflight, Stage, Target},
    report::{
        headline::Headline,
        phrase::{Phrase, name, phrase, prose},
        say,
        text::count,
    },
    words::noun,
};

const REFUSALS_SHOWN: usize = 15;
const PASSES_SHOWN: usize = 5;

pub(super) fn write(page: &mut Page, report: &Report<'_>) {
    let rows: Vec<_> = report.audit.preflights().collect();
    if rows.is_empty() {
        return;
    }
    page.heading(2, "What AKS itself would say");
    page.alert(
        Alert::Note,
        "These figures are **our reading** of the comparison AKS makes before it changes a cluster \
         ([source](https://github.com/Azure/AKS/releases/tag/2023-05-07)): what it would pre-allocate against all that a \
         subnet or pod CIDR offers, free or not. It knows neither who else lives there nor surge nodes, so it may \
         refuse what would fit and let pass what will not.",
    );
    let refused: Vec<_> = rows.iter().copied().filter(|row| row.passes() == Some(false)).collect();
    let mut passed: Vec<_> = rows
        .into_iter()
        .filter(|row| row.passes() == Some(true) && row.headroom.is_some_and(|headroom| headroom < 0))
        .collect();
    passed.sort_by_key(|row| row.headroom);
    if refused.is_empty() {
        page.paragraph("It would refuse nothing, today or on a move to Overlay.");
    } else {
        page.heading(
            3,
            format!("{} that it would refuse", count(refused.len(), "comparison", "comparisons")),
        );
        table(page, report, &refused, REFUSALS_SHOWN);
    }
    if !passed.is_empty() {
        page.heading(3, "Comparisons that pass, where the largest scenario does not fit");
        table(page, report, &passed, PASSES_SHOWN);
    }
}

fn table(page: &mut Page, report: &Report<'_>, rows: &[&Preflight], most: usize) {
    let shown: Vec<_> = rows.iter().take(most).map(|row| cells(report, row)).collect();
    let columns = "Cluster | When | Compared with | > Pre-allocated | > Available to AKS | How it is made | It would say | > Really left";
    report.table(page, columns, shown, (rows.len(), "preflight.csv"));
}

fn cells(report: &Report<'_>, row: &Preflight) -> Vec<Phrase> {
    let when = match row.stage {
        Stage::Today => "today",
        Stage::AfterOverlay => "on a move to Overlay",
    };
    let target = match &row.target {
        Target::Subnet(id) => name(&Headline::resource(id)),
        Target::PodCidr(cidr) => Phrase::ours(format!("pod CIDR {cidr}")),
    };
    let parts: Vec<_> = say::preflight_inputs(row)
        .into_iter()
        .map(|input| phrase!("{}: {}", input.what, input.value).text())
        .collect();
    let words = row.refusal();
    let words =
        words.map_or_else(|| Phrase::ours("nothing"), |refusal| prose(&say::refusal(&refusal).text()));
    vec![
        name(&report.headline.place(row.cluster_id.as_str())),
        Phrase::ours(when),
        target,
        figure(row.preallocated),
        figure(row.available),
        prose(&parts.join("; ")),
        words,
        phrase!("{} {}", signed(row.headroom), nouns(&row.target, row.headroom)),
    ]
}

/// The noun that goes with a headroom.
fn nouns(target: &Target, headroom: Option<i64>) -> &'static str {
    match target {
        Target::Subnet(_) => noun(headroom.unwrap_or(0), "address", "addresses"),
        Target::PodCidr(_) => noun(headroom.unwrap_or(0), "node", "nodes"),
    }
}
