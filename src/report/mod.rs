//! Audit → files and a few lines for the terminal. It computes nothing beyond counting rows: what it prints, `assess`
//! has decided. Only `sink` touches a file system.
//!
//! What is printed and how stand apart: `table` declares every column once, `page` says what stands on the pages, as
//! blocks, and each file of `format` writes one format of them, escaping what comes from outside.

pub mod attest;
mod file;
mod format;
mod glance;
mod headline;
mod page;
mod phrase;
pub mod questions;
pub(crate) mod say;
pub mod sink;
mod table;
mod text;
mod visible;

use std::fmt;

use serde::{Deserialize, Serialize};

use self::format::{csv, json, junit, markdown};
use crate::assess::audit::Audit;

pub use file::ReportFile;
pub use format::{reference::columns, terminal};
pub(crate) use page::next_step;
pub use table::SCHEMA_VERSION;
pub(crate) use visible::{is_hidden, visible};

/// Declares the formats: each with its word and what gives its files.
macro_rules! formats {
    ($($(#[$doc:meta])+ $name:ident = $word:literal, $files:path;)+) => {
        /// A kind of report.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Format {
            $($(#[$doc])+ #[serde(rename = $word)] $name,)+
        }

        impl Format {
            /// Every format.
            pub const ALL: [Self; [$($word),+].len()] = [$(Self::$name),+];

            /// The word the configuration uses.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)+
                }
            }

            fn files<'a>(self, audit: &'a Audit, wanted: Wanted<'_>) -> Vec<ReportFile<'a>> {
                match self {
                    $(Self::$name => $files(audit, wanted),)+
                }
            }
        }
    };
}

formats! {
    /// A table a file, for spreadsheets and scripts.
    Csv = "csv", csv::files;
    /// One page for people.
    Markdown = "markdown", markdown::files;
    /// Everything, with the inputs of each number, and its JSON Schema.
    Json = "json", json::files;
    /// Findings as test results, for pipelines.
    Junit = "junit", junit::files;
}

impl Format {
    /// Those that are written where nobody says otherwise.
    pub const DEFAULT: [Self; 3] = [Self::Csv, Self::Markdown, Self::Json];
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Which files are wanted, and how.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wanted<'f> {
    /// The kinds of report.
    pub formats: &'f [Format],
    /// Whether tables in CSV begin with a byte-order mark.
    pub csv_bom: bool,
}

impl<'f, T: AsRef<[Format]> + ?Sized> From<&'f T> for Wanted<'f> {
    fn from(formats: &'f T) -> Self {
        Self { formats: formats.as_ref(), csv_bom: false }
    }
}

/// The files of an audit, by name. Rows print in the order of the audit, so the same audit gives the same bytes.
#[must_use]
pub fn render<'a, 'f>(audit: &'a Audit, wanted: impl Into<Wanted<'f>>) -> Vec<ReportFile<'a>> {
    let wanted = wanted.into();
    let formats = Format::ALL.into_iter().filter(|format| wanted.formats.contains(format));
    let mut files: Vec<_> = formats.flat_map(|format| format.files(audit, wanted)).collect();
    files.sort_by(|a, b| a.name.cmp(&b.name));
    files
}

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod plan_fixture;
#[cfg(test)]
mod tests;
