//! What the ids beside a sum or an advice mean: the arithmetic of figures, and why a target was chosen. The code decides;
//! this is what `explain` says of it.

use std::{collections::BTreeMap, sync::LazyLock};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{CatalogueError, Confidence};

/// Why a figure is made as it is, or a target chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// What it is about, in one line.
    pub title: String,
    /// What the rule says.
    pub why: String,
    /// The public page or issue it rests on.
    pub source: String,
    /// The day of what was read there: of the release, or of the copy of the page.
    pub source_date: Date,
    /// The day the source was last read.
    pub checked: Date,
    /// How well it is founded.
    pub confidence: Confidence,
}

/// The reasons by id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reasons {
    /// How figures are made (`A4`, `K-02`, …).
    pub arithmetic: BTreeMap<String, Reason>,
    /// Why a target or an advice was chosen (`REC-06`, …).
    pub recommendations: BTreeMap<String, Reason>,
}

static BUILT_IN: LazyLock<Reasons> = LazyLock::new(|| {
    Reasons::read(
        include_str!("../../rules/arithmetic.toml"),
        include_str!("../../rules/recommendations.toml"),
    )
    .expect("the catalogue is part of the program, and a test reads it")
});

impl Reasons {
    /// The reasons this program was built with.
    #[must_use]
    pub fn built_in() -> &'static Self {
        &BUILT_IN
    }

    /// Reads reasons from the text of their two files.
    ///
    /// # Errors
    /// When a file has unknown or missing keys.
    pub fn read(arithmetic: &str, recommendations: &str) -> Result<Self, CatalogueError> {
        Ok(Self {
            arithmetic: super::parse("arithmetic.toml", arithmetic)?,
            recommendations: super::parse("recommendations.toml", recommendations)?,
        })
    }

    /// All of them, with their ids.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Reason)> {
        let reasons = self.arithmetic.iter().chain(&self.recommendations);
        reasons.map(|(id, reason)| (id.as_str(), reason))
    }
}
