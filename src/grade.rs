//! How bad something is, and how well a statement is founded.

use serde::{Deserialize, Serialize};
use strum::{Display, IntoStaticStr};

/// How bad a finding is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Display, IntoStaticStr,
)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum Severity {
    /// Good to know.
    Info,
    /// Worth a look.
    Low,
    /// Plan for it.
    Medium,
    /// Act soon.
    High,
    /// Act now.
    Critical,
}

impl Severity {
    /// All severities, the worst first.
    pub const WORST_FIRST: [Self; 5] = [Self::Critical, Self::High, Self::Medium, Self::Low, Self::Info];

    /// The word the reports use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// How well an entry is founded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, IntoStaticStr)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Confidence {
    /// Microsoft's documentation says so.
    Documented,
    /// AKS release notes say so.
    ReleaseNotes,
    /// The published API says so.
    Api,
    /// Published source code says so.
    Code,
    /// Documented output, or several public reports, show it.
    Observed,
    /// One public report says so.
    Issue,
    /// It follows from the others, or is this project's own choice.
    Derived,
    /// It is believed; no source was found, and nothing may be blocked by it.
    Unverified,
}

impl Confidence {
    /// The word the catalogue uses.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}
