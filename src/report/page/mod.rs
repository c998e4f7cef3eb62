//! The pages for people, as blocks: `report.md` with what matters first, then the tables, then what is missing; and a
//! runbook a cluster. No page knows how it is written.

mod block;
mod conflicts;
mod coverage;
mod estate;
mod findings;
mod gantt;
mod glance;
mod header;
mod leaving;
mod limits;
mod preflight;
mod retirements;
mod room;
mod runbook;
mod spare;
mod waves;

pub(crate) use coverage::next_step;

use std::collections::BTreeMap;

use jiff::civil::Date;

pub(crate) use self::{
    block::{Alert, Align, Bars, Block, Chart, ClusterCode, Gantt, Language, Mark, Page, Span},
    runbook::pages as runbooks,
};
use super::{
    glance::Glance,
    headline::{Headline, Sum},
    phrase::{Phrase, name},
    text::grouped,
};
use crate::{assess::audit::Audit, inventory::ResourceId};

/// The page of an audit. `with_tables` says that the CSV files are written too, so that it may point to them.
pub(crate) fn report(audit: &Audit, with_tables: bool) -> Page {
    let headline = Headline::new(audit);
    let runbooks = runbook::named(audit).collect();
    let report = Report { glance: Glance::of(&headline), headline, audit, with_tables, runbooks };
    let mut page = Page::default();
    header::write(&mut page, &report);
    glance::write(&mut page, &report);
    header::legend(&mut page);
    room::write(&mut page, &report);
    limits::write(&mut page, &report);
    preflight::write(&mut page, &report);
    spare::write(&mut page, &report);
    conflicts::write(&mut page, &report);
    estate::write(&mut page, &report);
    leaving::write(&mut page, &report);
    waves::write(&mut page, &report);
    retirements::write(&mut page, &report);
    findings::write(&mut page, &report);
    coverage::write(&mut page, &report);
    page
}

/// What the sections print.
struct Report<'a> {
    audit: &'a Audit,
    headline: Headline<'a>,
    glance: Glance,
    with_tables: bool,
    /// The file of each runbook, by its cluster.
    runbooks: BTreeMap<&'a ResourceId, String>,
}

impl Report<'_> {
    /// A cluster's name, linked to its runbook where it has one.
    fn linked(&self, id: &ResourceId) -> Phrase {
        let shown = name(id.name());
        match self.runbooks.get(id) {
            Some(file) => shown.linked_to(file),
            None => shown,
        }
    }

    /// A table, and after one that was cut how much is missing and where it is.
    fn table(&self, page: &mut Page, columns: &str, rows: Vec<Vec<Phrase>>, (all, file): (usize, &str)) {
        let shown = page.table(columns, rows);
        let Some(more) = all.checked_sub(shown).filter(|more| *more > 0) else { return };
        let more = grouped(more as u64);
        page.paragraph(if self.with_tables {
            format!("… and {more} more in [`{file}`]({file}).")
        } else {
            format!("… and {more} more in `{file}`, which the format `csv` writes.")
        });
    }
}

/// A figure, or a dash where it is unknown.
fn figure(number: Option<u64>) -> Phrase {
    number.map_or_else(|| Phrase::ours("–"), Phrase::number)
}

/// A figure that may be negative, or a dash where it is unknown.
fn signed(number: Option<i64>) -> Phrase {
    let Some(number) = number else { return figure(None) };
    let sign = if number < 0 { "−" } else { "" };
    Phrase::ours(format!("{sign}{}", grouped(number.unsigned_abs())))
}

/// A sum; `≥` where some of its figures are unknown.
fn sum(sum: Sum) -> Phrase {
    let known = grouped(sum.known);
    Phrase::ours(if sum.all_known { known } else { format!("≥ {known}") })
}

/// `31 March 2028`.
fn long_date(date: Date) -> String {
    date.strftime("%-d %B %Y").to_string()
}
