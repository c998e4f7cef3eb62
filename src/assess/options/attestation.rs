//! What people found out: answers to checks that ARM does not show, with who, when and until when.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::attested::Attested;
use crate::rules::{CheckId, CheckScope, Checks};

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
#[serde(try_from = "Written")]
pub struct Attestation {
    /// What it speaks of: a cluster, a scope with all clusters in it, or the whole estate.
    pub cluster: Attested,
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
    pub note: Option<String>,
}

/// One answer as it stands in a file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    cluster: Attested,
    check: CheckId,
    answer: Answer,
    who: String,
    when: Date,
    expires: Date,
    #[serde(default)]
    note: Option<String>,
}

/// Why an answer is none.
#[derive(Debug, thiserror::Error)]
enum NoAnswer {
    /// It speaks of more than its check can be answered for at once.
    #[error(
        "{check} may have another answer in each {scope}, so that one answer for {given} cannot be true of all: name {allowed}"
    )]
    TooWide { check: CheckId, scope: &'static str, given: String, allowed: &'static str },
    /// Nobody gave it.
    #[error("`who` is empty: an answer needs somebody who gave it")]
    Nobody,
}

impl TryFrom<Written> for Attestation {
    type Error = NoAnswer;

    fn try_from(written: Written) -> Result<Self, NoAnswer> {
        let Written { cluster, check, answer, who, when, expires, note } = written;
        let scope = Checks::built_in().get(check).scope;
        if cluster.width() > scope {
            let allowed = match scope {
                CheckScope::Cluster => "the cluster",
                CheckScope::Subscription | CheckScope::Estate => {
                    "a subscription, a resource group or a cluster"
                }
            };
            let (scope, given) = (scope.as_str(), format!("`{cluster}`"));
            return Err(NoAnswer::TooWide { check, scope, given, allowed });
        }
        if who.trim().is_empty() {
            return Err(NoAnswer::Nobody);
        }
        Ok(Self { cluster, check, answer, who, when, expires, note })
    }
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
