//! What the user decides about an assessment: thresholds, filters, names of tags, accepted findings.

mod attestation;
mod attested;
mod migration;
mod waves;

use std::{collections::BTreeMap, fmt};

use jiff::civil::Date;
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{self, Unexpected, Visitor},
};

pub use self::{
    attestation::{Answer, Attestation, AttestationFile, InvalidAttestations},
    attested::{Attested, InvalidAttested},
    migration::{AnswersByCluster, ClusterAnswers, DurationAssumptions, MigrationOptions, MigrationSettings},
    waves::{BackwardFreeze, Freeze, PlanOptions, WindowDay},
};
use crate::ipam::Cidr;
pub use crate::rules::Severity;

/// Everything an assessment needs beside the inventory. There is no clock: the date is given.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// The date all day counts are made from.
    pub as_of: Date,
    /// Which clusters get rows; every cluster read still counts in a subnet it shares.
    pub filters: Filters,
    /// Scopes known to be unreadable: reported, but without effect on the exit status.
    pub accept_unread: Vec<String>,
    /// CIDRs reachable outside Azure.
    pub on_premises: Vec<Cidr>,
    /// Tags that name owners and environments.
    pub people: People,
    /// When a subnet is nearly full.
    pub thresholds: Thresholds,
    /// What projections assume.
    pub projection: Projection,
    /// What is decided about migrations.
    pub migration: MigrationOptions,
    /// Severities the user changed, by rule id.
    pub findings: BTreeMap<String, RuleLevel>,
    /// Findings the user accepts.
    pub exceptions: Vec<Exception>,
}

/// Filters on clusters; all that are given must match.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filters {
    /// Resource groups, ignoring case; empty means any.
    pub resource_groups: Vec<String>,
    /// Regions, in any spelling; empty means any.
    pub locations: Vec<String>,
    /// Tags and their values; names ignore case, values do not.
    pub tags: BTreeMap<String, String>,
}

/// Tags that say whose a cluster is and what for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct People {
    /// The first of these tags that exists becomes the owner.
    pub owner_tags: Vec<String>,
    /// The first of these tags that exists becomes the environment.
    pub environment_tags: Vec<String>,
    /// Environment values that mean production, ignoring case.
    pub production_values: Vec<String>,
}

impl Default for People {
    fn default() -> Self {
        let owned = |values: &[&str]| values.iter().map(|v| (*v).to_owned()).collect();
        Self {
            owner_tags: owned(&["owner"]),
            environment_tags: owned(&["environment", "env"]),
            production_values: owned(&["prod", "production", "prd", "live"]),
        }
    }
}

impl People {
    /// Whether an environment is production.
    #[must_use]
    pub fn is_production(&self, environment: &str) -> bool {
        let is_own = |known: &String| known.trim().eq_ignore_ascii_case(environment.trim());
        self.production_values.iter().any(is_own)
    }
}

/// Utilization, in percent of usable addresses, at which a subnet's status changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Thresholds {
    /// From here on `warning`.
    pub warning_pct: u8,
    /// From here on `critical`.
    pub critical_pct: u8,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self { warning_pct: 80, critical_pct: 95 }
    }
}

/// What projections assume where Azure says nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Projection {
    /// The surge of a pool without `maxSurge`: an integer or a percentage; never less than one node.
    pub null_max_surge: String,
}

impl Default for Projection {
    fn default() -> Self {
        Self { null_max_surge: "10%".to_owned() }
    }
}

/// What the user made of a rule: its severity, or silence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum RuleLevel {
    /// The rule reports nothing.
    Off,
    /// It reports with this severity.
    #[serde(untagged)]
    Severity(Severity),
}

impl<'de> Deserialize<'de> for RuleLevel {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Levels)
    }
}

/// Reads a level by its word; the words are what an error says is expected.
struct Levels;

impl Visitor<'_> for Levels {
    type Value = RuleLevel;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [first @ .., last] = Severity::WORST_FIRST;
        f.write_str("`off`")?;
        first.iter().try_for_each(|severity| write!(f, ", `{severity}`"))?;
        write!(f, " or `{last}`")
    }

    fn visit_str<E: de::Error>(self, word: &str) -> Result<RuleLevel, E> {
        let severity = Severity::WORST_FIRST.into_iter().find(|severity| severity.as_str() == word);
        match severity.map(RuleLevel::Severity) {
            Some(level) => Ok(level),
            None if word == "off" => Ok(RuleLevel::Off),
            None => Err(E::invalid_value(Unexpected::Str(word), &self)),
        }
    }
}

/// A finding the user accepts, for a reason and until a date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exception {
    /// The rule's id.
    pub rule: String,
    /// The resource's id.
    pub resource: String,
    /// The retirement (`RET-…`), where only what that one hits is accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retirement: Option<String>,
    /// Why it is accepted.
    pub reason: String,
    /// The last day on which it is accepted.
    pub until: Option<Date>,
}
