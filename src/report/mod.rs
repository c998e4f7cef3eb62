//! Audit → files and a few lines for the terminal. It computes nothing beyond counting rows: what it prints, `assess`
//! has decided. Only `sink` touches a file system.

pub mod calendar;
mod format;
pub mod gantt;
mod headline;
mod markdown;
pub mod plan;
pub mod runbook;
pub mod sink;
mod table;
pub mod terminal;
mod text;

use std::{
    fmt,
    io::{self, Write},
    str::FromStr,
};

use serde::{Deserialize, Serialize};

use self::format::{csv, json};
use crate::assess::audit::Audit;

pub use format::reference::columns;
pub use table::SCHEMA_VERSION;

/// A kind of report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// A table a file, for spreadsheets and scripts.
    Csv,
    /// One page for people.
    Markdown,
    /// Everything, with the inputs of each number, and its JSON Schema.
    Json,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 3] = [Self::Csv, Self::Markdown, Self::Json];

    /// The word the configuration uses.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Markdown => "markdown",
            Self::Json => "json",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text names no format.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a report format; use `csv`, `markdown` or `json`")]
pub struct UnknownFormat(String);

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let known = Self::ALL.into_iter().find(|format| format.as_str() == text);
        known.ok_or_else(|| UnknownFormat(text.to_owned()))
    }
}

type Writer<'a> = Box<dyn Fn(&mut dyn Write) -> io::Result<()> + Sync + 'a>;

/// One file of a run. It is written row by row, because that of a large estate is larger than the audit it comes from.
pub struct ReportFile<'a> {
    /// Its name inside the run's folder; `/` stands before the name in a folder of its own.
    pub name: String,
    writer: Writer<'a>,
}

impl<'a> ReportFile<'a> {
    fn new(name: &str, writer: impl Fn(&mut dyn Write) -> io::Result<()> + Sync + 'a) -> Self {
        Self { name: name.to_owned(), writer: Box::new(writer) }
    }

    /// The folder inside the run's that it stands in, where it does.
    fn folder(&self) -> Option<&str> {
        self.name.rsplit_once('/').map(|(folder, _)| folder)
    }

    /// Writes its content.
    ///
    /// # Errors
    /// Only when `out` fails.
    pub fn write_to(&self, out: &mut dyn Write) -> io::Result<()> {
        (self.writer)(out)
    }
}

impl fmt::Debug for ReportFile<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReportFile").field("name", &self.name).finish_non_exhaustive()
    }
}

/// The files of an audit, by name. Rows print in the order of the audit, so the same audit gives the same bytes.
#[must_use]
pub fn render<'a>(audit: &'a Audit, formats: &[Format]) -> Vec<ReportFile<'a>> {
    let wants = |format| formats.contains(&format);
    let mut files = Vec::new();
    if wants(Format::Csv) {
        files.extend(csv::files(audit));
    }
    if wants(Format::Markdown) {
        files.push(markdown::file(audit, wants(Format::Csv)));
        files.extend(runbook::files(audit));
        files.extend(calendar::file(audit));
    }
    if wants(Format::Json) {
        files.extend(json::files(audit));
    }
    files.sort_by(|a, b| a.name.cmp(&b.name));
    files
}

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod plan_fixture;
#[cfg(test)]
mod tests;
