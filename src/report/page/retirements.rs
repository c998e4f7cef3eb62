//! What else Microsoft retires, by date.

use std::collections::BTreeMap;

use super::{Report, block::Page, figure, signed};
use crate::{
    assess::migration::RetirementItem,
    report::phrase::{Phrase, names, phrase, prose},
    rules::{Catalogue, RetirementId},
};

pub(super) fn write(page: &mut Page, report: &Report<'_>) {
    let mut groups: BTreeMap<_, Vec<&RetirementItem>> = BTreeMap::new();
    for item in report.audit.retirements() {
        groups.entry((item.date.is_none(), item.date, item.id)).or_default().push(item);
    }
    if groups.is_empty() {
        return;
    }
    page.heading(2, "Retirement calendar");
    let row = |((_, date, id), items): (
        &(bool, Option<jiff::civil::Date>, RetirementId),
        &Vec<&RetirementItem>,
    )| {
        let rule = Catalogue::built_in().retirement(*id);
        let first = items.first();
        let mut hit: Vec<_> = items.iter().map(|item| item.resource_id.name()).collect();
        hit.dedup();
        vec![
            Phrase::ours(date.map_or_else(|| "–".to_owned(), |date| date.to_string())),
            signed(first.and_then(|item| item.days_left)),
            Phrase::ours(first.map_or("–", |item| item.severity.as_str())),
            phrase!("{}: {}", id.as_str(), prose(&rule.title)),
            figure(Some(items.len() as u64)),
            names(&hit),
            prose(&rule.remediation),
            Phrase::ours(format!("[source]({})", rule.source)),
        ]
    };
    let rows: Vec<_> = groups.iter().map(row).collect();
    let columns = "Date | > Days left | Severity | What | > Hits | Where | What to do | Source";
    page.table(columns, rows);
    if report.with_tables {
        page.paragraph("Every resource that is hit: [`retirements.csv`](retirements.csv).");
    }
}
