//! `report.md`: for people. What matters first, then the tables, then what is missing.

mod conflicts;
mod coverage;
pub(super) mod escape;
mod estate;
mod findings;
mod glance;
mod header;
mod leaving;
mod limits;
pub(super) mod page;
mod preflight;
mod retirements;
mod room;
mod spare;
mod waves;

pub(crate) use coverage::next_step;

use jiff::civil::Date;

use self::page::Page;
use super::{
    ReportFile,
    headline::{Headline, Sum},
    text::grouped,
};
use crate::assess::audit::Audit;

/// The page. `with_tables` says that the CSV files are written too, so that it may point to them.
pub(super) fn file(audit: &Audit, with_tables: bool) -> ReportFile<'_> {
    ReportFile::new("report.md", move |out| out.write_all(render(audit, with_tables).as_bytes()))
}

fn render(audit: &Audit, with_tables: bool) -> String {
    let report = Report { headline: Headline::new(audit), audit, with_tables };
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
    page.into_string()
}

/// What the sections print.
struct Report<'a> {
    audit: &'a Audit,
    headline: Headline<'a>,
    with_tables: bool,
}

impl Report<'_> {
    /// Says after a table that was cut how much is missing and where it is.
    fn rest(&self, page: &mut Page, shown: usize, all: usize, file: &str) {
        let Some(more) = all.checked_sub(shown).filter(|more| *more > 0) else { return };
        let more = grouped(more as u64);
        page.paragraph(&if self.with_tables {
            format!("… and {more} more in [`{file}`]({file}).")
        } else {
            format!("… and {more} more in `{file}`, which the format `csv` writes.")
        });
    }
}

/// A figure, or a dash where it is unknown.
fn figure(number: Option<u64>) -> escape::Inline {
    escape::Inline::ours(number.map_or_else(|| "–".to_owned(), grouped))
}

/// A figure that may be negative, or a dash where it is unknown.
fn signed(number: Option<i64>) -> escape::Inline {
    let Some(number) = number else { return figure(None) };
    let sign = if number < 0 { "−" } else { "" };
    escape::Inline::ours(format!("{sign}{}", grouped(number.unsigned_abs())))
}

/// A sum; `≥` where some of its figures are unknown.
fn sum(sum: Sum) -> escape::Inline {
    let known = grouped(sum.known);
    escape::Inline::ours(if sum.all_known { known } else { format!("≥ {known}") })
}

/// `31 March 2028`.
fn long_date(date: Date) -> String {
    date.strftime("%-d %B %Y").to_string()
}
