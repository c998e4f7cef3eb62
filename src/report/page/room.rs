//! Subnets in which an upgrade or the autoscaler will fail, with the sums and the fixes.

use super::{
    Report,
    block::{Bars, Chart, Page},
    signed,
};
use crate::{
    assess::{
        audit::SubnetRow,
        outlook::{Fix, ProjectionBasis, Scenario, Shortfall},
    },
    report::{
        headline::Headline,
        phrase::{Phrase, name, names, phrase, prose},
        say,
        text::{count, share_in_tenths},
    },
};

const SUBNETS_SHOWN: usize = 15;
const FIXES_SHOWN: usize = 3;
const BARS: usize = 10;
/// Where the bars end: a subnet that lacks more is as badly off.
const LONGEST_BAR: u64 = 2_500;
const SUMS_SHOWN: usize = 3;
/// Parts of a sum that a reader redoes with patience.
const PARTS: usize = 8;

pub(super) fn write(page: &mut Page, report: &Report<'_>) {
    let rows = report.headline.projected_subnets();
    if rows.is_empty() {
        return;
    }
    page.heading(2, "Room to upgrade and to grow");
    page.paragraph(
        "An upgrade adds surge nodes before it removes old ones. `upgrade`: one pool at a time, the neediest counts. \
         `upgrade_all`: every pool at once, as a migration does. `scale_max`: every autoscaler at its maximum. \
         `scale_max_upgrade`: both. A sum reads: in use + what comes (+ what else may come) of the usable addresses.",
    );
    chart(page, &rows);
    let by = |scenarios: &[Scenario]| -> Vec<(&SubnetRow, Scenario)> {
        let mut short: Vec<_> = rows
            .iter()
            .filter_map(|row| Some((*row, *scenarios.iter().find(|scenario| row.fails(**scenario))?)))
            .collect();
        short
            .sort_by_key(|(row, scenario)| (*scenario, !row.ahead.upgrade_surely_fails, row.left(*scenario)));
        short
    };
    let upgrades = by(&[Scenario::Upgrade, Scenario::UpgradeAll]);
    let maxima = by(&[Scenario::ScaleMax, Scenario::ScaleMaxUpgrade]);
    table(page, report, "Subnets in which an upgrade will fail", &upgrades);
    table(page, report, "Subnets that fail at autoscaler maximum", &maxima);
    if upgrades.is_empty() && maxima.is_empty() {
        page.paragraph("Every step fits into every subnet that can be projected.");
    }
    sums(page, upgrades.iter().chain(&maxima));
}

/// What the largest scenario wants of the tightest subnets.
fn chart(page: &mut Page, rows: &[&SubnetRow]) {
    let wanted = |row: &SubnetRow| {
        let want = row.ahead.projected.scale_max_upgrade?.saturating_add(row.ahead.other_growth.unwrap_or(0));
        share_in_tenths(want, row.usable?)
    };
    let mut bars: Vec<_> = rows.iter().filter_map(|row| Some((wanted(row)?, *row))).collect();
    bars.sort_by_key(|(tenths, _)| std::cmp::Reverse(*tenths));
    bars.truncate(BARS);
    if bars.is_empty() {
        return;
    }
    let bars = bars.into_iter().map(|(tenths, row)| (Headline::resource(&row.id), tenths.min(LONGEST_BAR)));
    let bars: Vec<_> = bars.collect();
    let top = bars.iter().map(|(_, tenths)| *tenths).max().unwrap_or(0).div_ceil(10).max(100);
    let title = "Addresses wanted in scale_max_upgrade, % of usable";
    page.chart(Chart::Bars(Bars { title, lengths: bars, top, has_limit: true }));
    page.paragraph("What reaches beyond the line at 100 % does not fit. Bars end at 250 %.");
}

fn table(page: &mut Page, report: &Report<'_>, title: &str, short: &[(&SubnetRow, Scenario)]) {
    if short.is_empty() {
        return;
    }
    page.heading(3, title);
    let row = |(row, scenario): &(&SubnetRow, Scenario)| {
        let (owners, _) = report.headline.people(row);
        let fixes = report.audit.fixes_of(&Shortfall::Subnet(row.id.clone(), *scenario));
        vec![
            name(&Headline::resource(&row.id)),
            name(&report.headline.subscription(&row.id)),
            names(&owners),
            Phrase::ours(format!("`{}`{}", scenario.as_str(), bound(row))),
            row.sum(*scenario).map(say::sum).unwrap_or_default(),
            signed(row.left(*scenario)),
            fixes_cell(fixes),
        ]
    };
    let rows: Vec<_> = short.iter().take(SUBNETS_SHOWN).map(row).collect();
    let columns = "Subnet | Subscription | Owner | Smallest step that fails | Sum | > Left | Fix, checked by the engine";
    report.table(page, columns, rows, (short.len(), "subnets.csv"));
}

/// What the sums of a row are where they are not exact.
pub(super) fn bound(row: &SubnetRow) -> &'static str {
    match row.ahead.basis {
        Some(ProjectionBasis::LowerBound) => ", at least",
        Some(ProjectionBasis::UpperBound) if row.ahead.upgrade_surely_fails => ", even by the lower bound",
        Some(ProjectionBasis::UpperBound | ProjectionBasis::Mixed) => ", by the upper bound",
        Some(ProjectionBasis::Exact) | None => "",
    }
}

/// The first fixes of a shortfall.
pub(super) fn fixes_cell(fixes: &[Fix]) -> Phrase {
    if fixes.is_empty() {
        return Phrase::ours("no small change was found: replace several pools, or have fewer nodes");
    }
    let shown: Vec<_> = fixes.iter().take(FIXES_SHOWN).map(|fix| say::fix(fix).text()).collect();
    prose(&shown.join("; or "))
}

/// A few sums with all their parts, so that a reader can redo them.
fn sums<'a>(page: &mut Page, short: impl Iterator<Item = &'a (&'a SubnetRow, Scenario)>) {
    let items: Vec<_> = short.filter_map(|(row, scenario)| worked(row, *scenario)).take(SUMS_SHOWN).collect();
    if items.is_empty() {
        return;
    }
    page.heading(3, format!("{} to redo by hand", count(items.len(), "sum", "sums")));
    page.list(items);
    page.paragraph(
        "`audit.json` has the parts of every other figure, each with the id of the rule it follows.",
    );
}

fn worked(row: &SubnetRow, scenario: Scenario) -> Option<Phrase> {
    let total = row.sum(scenario)?;
    let left = row.left(scenario)?;
    // Without autoscaler the pools' part of `upgrade_all` is that of `upgrade`.
    let step = match scenario {
        Scenario::UpgradeAll => Scenario::Upgrade,
        other => other,
    };
    let parts: Vec<_> = say::subnet_inputs_in(row, step)
        .into_iter()
        .map(|input| {
            let rule = input.rule.map(|rule| format!(" ({rule})")).unwrap_or_default();
            phrase!("{} {}{}", input.what, input.value, rule).text()
        })
        .collect();
    (parts.len() <= PARTS).then(|| {
        let subnet = name(&Headline::resource(&row.id));
        let which = if scenario == Scenario::Upgrade { ", the largest of which counts" } else { "" };
        phrase!(
            "{}, {}: {}{}; {}; {} left",
            subnet,
            Phrase::code(scenario.as_str()),
            prose(&parts.join("; ")),
            which,
            say::sum(total),
            signed(Some(left))
        )
    })
}
