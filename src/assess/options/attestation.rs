//! What people found out: answers to checks that ARM does not show, with who, when and until when.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{inventory::ResourceId, rules::CheckId};

/// A file of attestations.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttestationFile {
    /// The answers.
    #[serde(default, rename = "attestation")]
    pub attestations: Vec<Attestation>,
}

/// One answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attestation {
    /// The cluster.
    pub cluster: ResourceId,
    /// The check.
    pub check: CheckId,
    /// What was found.
    pub answer: Answer,
    /// Who found it.
    pub who: String,
    /// When.
    pub when: Date,
    /// The last day on which it counts.
    pub expires: Date,
    /// Anything else.
    #[serde(default)]
    pub note: Option<String>,
}

/// What somebody found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Answer {
    /// What a good answer looks like.
    Good,
    /// Something else: the check fails.
    Bad,
}

/// Why a file of attestations could not be read.
#[derive(Debug, thiserror::Error)]
#[error("the attestations could not be read: each needs cluster, check, answer, who, when and expires")]
pub struct InvalidAttestations(#[source] Box<toml::de::Error>);

impl Answer {
    /// The word of the file.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Bad => "bad",
        }
    }
}

impl AttestationFile {
    /// Reads the text of a file.
    ///
    /// # Errors
    /// When a key is missing or unknown, or a value is none that the key allows.
    pub fn read(text: &str) -> Result<Self, InvalidAttestations> {
        toml::from_str(text).map_err(|error| InvalidAttestations(Box::new(error)))
    }
}

impl Attestation {
    /// Whether it counts on a day: it was made by then, and has not expired.
    #[must_use]
    pub fn holds_on(&self, day: Date) -> bool {
        self.when <= day && day <= self.expires
    }
}
