//! Versions as data: how long Kubernetes versions are supported, and which Cilium they bring.

use std::{collections::BTreeMap, fmt, str::FromStr, sync::LazyLock};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{CatalogueError, Reading};

/// A minor version of Kubernetes, such as 1.34.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Minor {
    /// The major version.
    pub major: u32,
    /// The minor version.
    pub minor: u32,
}

/// From this version on, AKS falls back to one surge node where not all of them can be placed (read 2026-11-21).
/// <https://learn.microsoft.com/azure/aks/upgrade-aks-node-pools-rolling>
pub const SMALLER_SURGE_FROM: Minor = Minor { major: 1, minor: 35 };

/// The text is no version such as `1.34` or `1.34.2`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a Kubernetes version such as 1.34 or 1.34.2")]
pub struct InvalidVersion(String);

impl Minor {
    /// A minor version of Kubernetes 1.
    #[must_use]
    pub fn one(minor: u32) -> Self {
        Self { major: 1, minor }
    }
}

impl FromStr for Minor {
    type Err = InvalidVersion;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut parts = text.split('.').map(str::parse);
        match (parts.next(), parts.next()) {
            (Some(Ok(major)), Some(Ok(minor))) => Ok(Self { major, minor }),
            _ => Err(InvalidVersion(text.to_owned())),
        }
    }
}

impl fmt::Display for Minor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

impl TryFrom<String> for Minor {
    type Error = InvalidVersion;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Minor> for String {
    fn from(version: Minor) -> Self {
        version.to_string()
    }
}

/// When support of a version ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SupportEnds {
    /// Community support.
    pub community: Date,
    /// Long-term support.
    pub lts: Date,
    /// Whether the day is known, or only the month.
    pub day: bool,
}

/// How long a version is supported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Support {
    /// Until this day.
    Until(Date),
    /// It is older than every version listed.
    Ended,
    /// It is newer than every version listed.
    Unlisted,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sources {
    kubernetes: String,
    cilium: String,
    source_date: Date,
    checked: Date,
}

/// What is known about versions.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Versions {
    sources: Sources,
    kubernetes: BTreeMap<Minor, SupportEnds>,
    cilium: BTreeMap<Minor, String>,
}

static BUILT_IN: LazyLock<Versions> = LazyLock::new(|| {
    Versions::read(include_str!("../../rules/versions.toml"))
        .expect("the catalogue is part of the program, and a test reads it")
});

impl Versions {
    /// The versions this program was built with.
    #[must_use]
    pub fn built_in() -> &'static Self {
        &BUILT_IN
    }

    /// Reads versions from the text of their file.
    ///
    /// # Errors
    /// When the file has unknown or missing keys.
    pub fn read(text: &str) -> Result<Self, CatalogueError> {
        let shape = |source| CatalogueError::Shape { file: "versions.toml", source: Box::new(source) };
        toml::from_str(text).map_err(shape)
    }

    /// How long a version is supported; `lts` where long-term support is on.
    #[must_use]
    pub fn support(&self, version: Minor, lts: bool) -> Support {
        match self.kubernetes.get(&version) {
            Some(ends) if lts => Support::Until(ends.lts),
            Some(ends) => Support::Until(ends.community),
            None if self.kubernetes.keys().next().is_some_and(|oldest| version < *oldest) => Support::Ended,
            None => Support::Unlisted,
        }
    }

    /// The Kubernetes versions listed, the oldest first.
    pub fn known(&self) -> impl Iterator<Item = Minor> {
        self.kubernetes.keys().copied()
    }

    /// The first Kubernetes version for which a version of Cilium is listed.
    #[must_use]
    pub fn first_with_cilium(&self) -> Option<Minor> {
        self.cilium.keys().next().copied()
    }

    /// The least version of Cilium that comes with a Kubernetes version.
    #[must_use]
    pub fn cilium(&self, version: Minor) -> Option<&str> {
        self.cilium.get(&version).map(String::as_str)
    }

    /// Public pages for Kubernetes and Cilium, in this order.
    #[must_use]
    pub fn sources(&self) -> [&str; 2] {
        [&self.sources.kubernetes, &self.sources.cilium]
    }

    /// When the sources were read, and of which day they were.
    pub(super) fn readings(&self) -> impl Iterator<Item = Reading> {
        let Sources { source_date, checked, .. } = self.sources;
        ["Kubernetes versions", "Cilium versions"].into_iter().map(move |id| Reading {
            id,
            source_date,
            checked,
        })
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn versions_are_read_from_full_and_short_texts() {
        assert_eq!("1.34.1".parse(), Ok(Minor::one(34)));
        assert_eq!("1.9".parse(), Ok(Minor::one(9)));
        assert!(Minor::one(9) < Minor::one(30));
        for text in ["", "1", "1.x", "v1.30", "latest"] {
            assert!(text.parse::<Minor>().is_err(), "{text}");
        }
    }

    #[test]
    fn support_ends_are_known_from_the_first_to_the_last_listed_version() {
        let versions = Versions::read(include_str!("../../rules/versions.toml")).unwrap();
        assert_eq!(versions.support(Minor::one(34), false), Support::Until(date(2026, 11, 30)));
        assert_eq!(versions.support(Minor::one(34), true), Support::Until(date(2027, 11, 30)));
        assert_eq!(versions.support(Minor::one(28), true), Support::Ended);
        assert_eq!(versions.support(Minor::one(99), false), Support::Unlisted);
        assert!(versions.kubernetes.values().all(|ends| ends.community < ends.lts));
        assert!(versions.kubernetes.values().is_sorted_by(|a, b| a.community < b.community && a.lts < b.lts));
        let listed: Vec<_> = versions.kubernetes.keys().map(|version| version.minor).collect();
        assert!(listed.windows(2).all(|pair| pair[0] + 1 == pair[1]), "{listed:?}");
    }

    #[test]
    fn the_cilium_of_a_version_is_known() {
        assert_eq!(Versions::built_in().cilium(Minor::one(34)), Some("1.18.6"));
        assert_eq!(Versions::built_in().cilium(Minor::one(99)), None);
    }

    #[test]
    fn sources_are_public_pages() {
        for source in Versions::built_in().sources() {
            assert!(source.starts_with("https://learn.microsoft.com/"), "{source}");
        }
    }
}
