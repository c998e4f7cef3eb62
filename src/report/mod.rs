//! Audit → files and a few lines for the terminal. It computes nothing beyond counting rows: what it prints, `assess`
//! has decided. Only `sink` touches a file system.
//!
//! What is printed and how stand apart: `table` declares every column once, `page` says what stands on the pages, as
//! blocks, and each file of `format` writes one format of them, escaping what comes from outside.

mod file;
mod format;
mod headline;
mod page;
mod phrase;
pub mod questions;
pub(crate) mod say;
pub mod sink;
mod table;
mod text;
mod visible;

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use self::format::{calendar, csv, json, markdown};
use crate::assess::audit::Audit;

pub use file::ReportFile;
pub use format::{reference::columns, terminal};
pub(crate) use page::next_step;
pub use table::SCHEMA_VERSION;
pub(crate) use visible::{is_hidden, visible};

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

/// The files of an audit, by name. Rows print in the order of the audit, so the same audit gives the same bytes.
#[must_use]
pub fn render<'a>(audit: &'a Audit, formats: &[Format]) -> Vec<ReportFile<'a>> {
    let wants = |format| formats.contains(&format);
    let mut files = Vec::new();
    if wants(Format::Csv) {
        files.extend(csv::files(audit));
    }
    if wants(Format::Markdown) {
        files.extend(markdown::files(audit, wants(Format::Csv)));
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
