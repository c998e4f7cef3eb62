//! Minor versions of Kubernetes.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

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

#[cfg(test)]
mod tests {
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
}
