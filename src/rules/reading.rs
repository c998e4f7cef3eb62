//! How old a rule is: the day its source was read, and the day of what was read there.

use jiff::civil::Date;

use super::SOURCE_AGE_DAYS;

/// When the source of an entry was read, and of which day it was. A copy that is months old says nothing of what has been
/// announced since, however lately it was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// The entry.
    pub id: &'static str,
    /// The day of the release, or of the copy of the page.
    pub source_date: Date,
    /// The day it was read.
    pub checked: Date,
}

/// What says when its source was read.
pub(super) trait Dated {
    /// Its `source_date` and its `checked`.
    fn dates(&self) -> (Date, Date);
}

impl Reading {
    pub(super) fn of(id: &'static str, entry: &impl Dated) -> Self {
        let (source_date, checked) = entry.dates();
        Self { id, source_date, checked }
    }

    /// The order of age: the oldest first, of equals by their ids.
    pub(super) fn order(&self) -> (Date, &'static str) {
        (self.holds_since(), self.id)
    }

    /// The day the entry was last known to hold.
    #[must_use]
    pub fn holds_since(&self) -> Date {
        self.source_date.min(self.checked)
    }
}

/// Entries whose source is old.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OldSources {
    /// How many.
    pub count: usize,
    /// Of so many.
    pub of: usize,
    /// The oldest, by its id.
    pub oldest_id: String,
    /// Its day.
    pub oldest: Date,
}

impl OldSources {
    pub(super) fn of(readings: impl Iterator<Item = Reading>, on: Date) -> Option<Self> {
        let all: Vec<_> = readings.collect();
        let is_old =
            |reading: &&Reading| on.duration_since(reading.holds_since()).as_hours() / 24 > SOURCE_AGE_DAYS;
        let old: Vec<_> = all.iter().filter(is_old).collect();
        let oldest = old.iter().min_by_key(|reading| reading.order())?;
        Some(Self {
            count: old.len(),
            of: all.len(),
            oldest_id: oldest.id.to_owned(),
            oldest: oldest.holds_since(),
        })
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::rules::{Catalogue, Checks, Reasons};

    /// The day of this catalogue: no entry was read later.
    const CATALOGUE: Date = date(2026, 11, 29);
    /// The day of the copies that all was read from which is not listed below.
    const COPIES: Date = date(2026, 8, 21);
    /// What was read in a newer state than that, and the day of it. A date of the catalogue moves by a line here only, when
    /// the source was read anew.
    const READ_SINCE: &[(&str, Date)] = &[
        ("https://github.com/Azure/AKS/releases/tag/2026-09-04", date(2026, 9, 4)),
        ("https://github.com/Azure/AKS/releases/tag/2026-10-25", date(2026, 10, 25)),
        ("https://github.com/aks-census/aks-census", date(2026, 11, 21)),
    ];

    fn sources() -> Vec<(String, String, Date)> {
        let catalogue = Catalogue::built_in();
        let said = |id: &str, source: &str, of: Date| (id.to_owned(), source.to_owned(), of);
        let findings = catalogue.findings().map(|(id, r)| said(id.as_str(), &r.source, r.source_date));
        let retirements = catalogue.retirements().map(|(id, r)| said(id.as_str(), &r.source, r.source_date));
        let limits = Catalogue::limits().map(|limit| said(limit.id, limit.source, limit.source_date));
        let checks = Checks::built_in().iter().map(|(id, r)| said(id.as_str(), &r.source, r.source_date));
        let reasons = Reasons::built_in().iter().map(|(id, r)| said(id, &r.source, r.source_date));
        findings.chain(retirements).chain(limits).chain(checks).chain(reasons).collect()
    }

    #[test]
    fn nothing_is_read_before_it_is_written_nor_after_the_catalogue() {
        for reading in Catalogue::built_in().readings() {
            assert!(reading.source_date <= reading.checked, "{reading:?}");
            assert!(reading.checked <= CATALOGUE, "{reading:?}");
        }
    }

    #[test]
    fn a_date_moves_only_with_a_newer_source_that_is_named() {
        for (id, source, of) in sources() {
            let since = READ_SINCE.iter().filter(|(link, _)| *link == source);
            let newest = since.map(|(_, day)| *day).max().unwrap_or(COPIES);
            assert!(of <= newest, "{id}: {source} was read as of {newest}");
        }
        let all = sources();
        for (link, day) in READ_SINCE {
            assert!(all.iter().any(|(_, source, of)| source == link && of == day), "{link} is not used");
        }
    }

    #[test]
    fn old_sources_are_counted_from_the_older_of_the_two_days() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        let reading =
            |id, source_date, checked| Reading { id, source_date: day(source_date), checked: day(checked) };
        let readings = [
            reading("a", "2026-08-21", "2026-11-21"),
            reading("b", "2026-01-01", "2026-11-28"),
            reading("c", "2026-09-04", "2026-11-28"),
        ];
        let old = |on: &str| OldSources::of(readings.into_iter(), day(on));
        assert_eq!(old("2026-03-31"), None);
        let found = old("2026-11-19").unwrap();
        assert_eq!((found.count, found.of, found.oldest_id.as_str()), (1, 3, "b"));
        assert_eq!(old("2026-11-20").unwrap().count, 2);
        assert_eq!(old("2026-12-31").unwrap().oldest, day("2026-01-01"));
    }
}
