//! A simulated Azure in one TOML file: what exists, how it behaves, what goes wrong, and what there is to find.

use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{fs, io};

use serde::Deserialize;

use crate::estate::demo::{Size, demo};
use crate::estate::{Documents, Estate, ScaleOptions, scale};
use crate::faults::{Fault, RequestKind};
use crate::options::{Options, RefusedApiVersion, Throttle};

/// Why a scenario could not be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ScenarioError {
    /// The file could not be read.
    #[error("can't read the scenario `{}`", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file is not a scenario.
    #[error("`{}` is not a scenario", path.display())]
    Parse {
        /// The file.
        path: PathBuf,
        /// Where and why.
        source: Box<toml::de::Error>,
    },
    /// The payloads it names could not be read.
    #[error("can't read the payloads in `{}`", path.display())]
    Payloads {
        /// The directory.
        path: PathBuf,
        /// What went wrong, with the file.
        source: io::Error,
    },
}

/// A scenario.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// What it shows, in a line.
    pub title: String,
    /// What exists.
    pub estate: EstateSource,
    /// What goes wrong.
    #[serde(default)]
    pub faults: Vec<Fault>,
    /// How long every answer takes at least, in milliseconds.
    #[serde(default)]
    pub latency_ms: u64,
    /// Request limits.
    #[serde(default)]
    pub throttle: Option<Throttle>,
    /// How long an access token is good for, in seconds.
    #[serde(default = "hour")]
    pub token_lifetime_s: u64,
    /// Items on a page of a list.
    #[serde(default = "fifty")]
    pub page_size: usize,
    /// Versions that resource providers do not offer.
    #[serde(default)]
    pub refused_api_versions: Vec<RefusedApiVersion>,
    /// What there is to find.
    #[serde(default)]
    pub expected: Expected,
    /// Where relative paths start: the file's directory.
    #[serde(skip)]
    directory: PathBuf,
}

fn hour() -> u64 {
    3600
}

fn fifty() -> usize {
    50
}

/// Where the estate comes from.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case", deny_unknown_fields)]
pub enum EstateSource {
    /// The demo estate.
    Demo {
        /// Decides what is drawn.
        #[serde(default = "one")]
        seed: u64,
        /// How much of it.
        #[serde(default)]
        size: DemoSize,
    },
    /// An estate for measurements.
    Scale {
        /// Subscriptions in all.
        subscriptions: u64,
        /// Clusters in all.
        clusters: u64,
        /// Subnets in all.
        subnets: u64,
        /// Addresses in use in all.
        addresses: u64,
        /// Decides about ids and node counts.
        #[serde(default = "one")]
        seed: u64,
    },
    /// The JSON files of a directory.
    Payloads {
        /// The directory, relative to the scenario's file.
        directory: PathBuf,
    },
}

fn one() -> u64 {
    1
}

/// The sizes of the demo estate, as a scenario spells them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DemoSize {
    /// [`Size::Small`].
    #[default]
    Small,
    /// [`Size::Medium`].
    Medium,
    /// [`Size::Large`].
    Large,
}

impl From<DemoSize> for Size {
    fn from(size: DemoSize) -> Self {
        match size {
            DemoSize::Small => Self::Small,
            DemoSize::Medium => Self::Medium,
            DemoSize::Large => Self::Large,
        }
    }
}

/// What a patient reader finds: distinct items it got hold of, also of lists that broke off. None says nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Expected {
    /// Subscriptions in the list.
    pub subscriptions: Option<u64>,
    /// Clusters.
    pub clusters: Option<u64>,
    /// Virtual networks.
    pub virtual_networks: Option<u64>,
    /// Subnets.
    pub subnets: Option<u64>,
    /// Entries in the subnets' lists of ipConfigurations.
    pub addresses: Option<u64>,
    /// Lists that can't be read to their end, however patiently.
    pub unread: Vec<Unread>,
    /// Items that are not what they should be.
    pub odd_items: u64,
}

/// A list that can't be read to its end.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unread {
    /// The subscription's name.
    pub subscription: String,
    /// The list.
    pub kind: RequestKind,
    /// Why.
    pub why: Why,
}

/// Why a list can't be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// The identity may not.
    Denied,
    /// It is not there.
    NotFound,
    /// It breaks, again and again or by what it says.
    Failed,
}

impl Scenario {
    /// Reads a scenario file.
    pub fn load(path: &Path) -> Result<Self, ScenarioError> {
        let text = fs::read_to_string(path)
            .map_err(|source| ScenarioError::Read { path: path.to_owned(), source })?;
        let parsed: Result<Self, _> = toml::from_str(&text);
        let scenario = parsed
            .map_err(|source| ScenarioError::Parse { path: path.to_owned(), source: Box::new(source) })?;
        Ok(Self { directory: path.parent().map(Path::to_owned).unwrap_or_default(), ..scenario })
    }

    /// What to start a simulator with.
    pub fn options(&self) -> Result<Options, ScenarioError> {
        Ok(Options {
            faults: self.faults.clone(),
            latency: Duration::from_millis(self.latency_ms),
            throttle: self.throttle.clone(),
            token_lifetime: Duration::from_secs(self.token_lifetime_s),
            page_size: self.page_size,
            refused_api_versions: self.refused_api_versions.clone(),
            ..Options::new(self.estate()?)
        })
    }

    fn estate(&self) -> Result<Estate, ScenarioError> {
        match &self.estate {
            EstateSource::Demo { seed, size } => Ok(demo(*seed, (*size).into())),
            &EstateSource::Scale { subscriptions, clusters, subnets, addresses, seed } => {
                Ok(scale(ScaleOptions { subscriptions, clusters, subnets, addresses, seed }))
            }
            EstateSource::Payloads { directory } => {
                let path = self.directory.join(directory);
                let documents =
                    Documents::read(&path).map_err(|source| ScenarioError::Payloads { path, source })?;
                Ok(Estate::from_documents(documents))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_in_a_file_is_named() {
        let table = [
            ("title = 'x'", "missing field `estate`"),
            ("title = 'x'\nestate = { type = 'demo', sise = 'small' }", "unknown field `sise`"),
            (
                "title = 'x'\nestate = { type = 'demo' }\n[[faults]]\neffect = { type = 'explode' }",
                "`explode`",
            ),
            (
                "title = 'x'\nestate = { type = 'demo' }\n[[faults]]\ntimse = 1\neffect = { type = 'hang' }",
                "unknown field `timse`",
            ),
        ];
        for (text, expected) in table {
            let error = toml::from_str::<Scenario>(text).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
    }

    #[test]
    fn a_missing_file_or_directory_is_named() {
        let error = Scenario::load(Path::new("no-such.toml")).unwrap_err();
        assert_eq!(error.to_string(), "can't read the scenario `no-such.toml`");
        let scenario: Scenario =
            toml::from_str("title = 'x'\nestate = { type = 'payloads', directory = 'no-such' }").unwrap();
        let error = scenario.options().err().unwrap();
        assert_eq!(error.to_string(), "can't read the payloads in `no-such`");
    }
}
