//! Why a run produced nothing, in one type, so that every error prints alike.

use std::{
    io,
    path::{Path, PathBuf},
};

use crate::{
    assess::{options::InvalidAttestations, questions::PlanError},
    azure::{ApiVersionError, SignInError},
    collect::CollectError,
    config::ConfigError,
    env::NotUnicode,
    inventory::snapshot::SnapshotError,
    report::sink::SinkError,
    shell,
};

/// An error that ends a run with status 2.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The environment.
    #[error(transparent)]
    Environment(#[from] NotUnicode),
    /// The configuration.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The sign-in.
    #[error(transparent)]
    SignIn(#[from] SignInError),
    /// The API versions.
    #[error(transparent)]
    ApiVersions(#[from] ApiVersionError),
    /// The collection.
    #[error(transparent)]
    Collect(#[from] CollectError),
    /// A question about address space.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// A file of changes.
    #[error("the changes in `{}` can't be applied: {source}", .path.display())]
    WhatIf {
        /// The file.
        path: PathBuf,
        /// Why.
        source: PlanError,
    },
    /// The reports.
    #[error(transparent)]
    Sink(#[from] SinkError),
    /// A snapshot.
    #[error("the snapshot `{}` can't be used", .path.display())]
    Snapshot {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: SnapshotError,
    },
    /// What people found out.
    #[error("the attestations in `{}` can't be used", .path.display())]
    Attestations {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: InvalidAttestations,
    },
    /// A file.
    #[error("`{}` can't be {verb}", .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What was tried.
        verb: &'static str,
        /// Why it failed.
        #[source]
        source: io::Error,
    },
    /// An audit that has read an estate, but has no reports.
    #[error("{failure}")]
    WithoutReports {
        /// Why.
        #[source]
        failure: Box<Failure>,
        /// The file in which the inventory is; none where it could not be kept either.
        kept: Option<PathBuf>,
    },
    /// A panic.
    #[error("the assessment ended by a fault in this program, which is named above")]
    Fault,
    /// The runtime of everything that waits.
    #[error("the program can't be started")]
    Runtime(#[source] io::Error),
    /// Standard output.
    #[error("standard output can't be written")]
    Output(#[from] io::Error),
    /// A rule nobody knows.
    #[error("there is no rule `{id}`")]
    UnknownRule {
        /// What was asked for.
        id: String,
        /// The id that was probably meant.
        near: Option<String>,
    },
    /// The simulated Azure.
    #[cfg(feature = "demo")]
    #[error("the simulated Azure can't be started")]
    Simulation(#[from] aks_census_simulator::StartError),
    /// A scenario of the simulated Azure.
    #[cfg(feature = "demo")]
    #[error(transparent)]
    Scenario(#[from] aks_census_simulator::scenario::ScenarioError),
}

impl Failure {
    /// A file error.
    pub(crate) fn file(path: &Path, verb: &'static str, source: io::Error) -> Self {
        Self::File { path: path.to_owned(), verb, source }
    }

    /// An audit that has read an estate, but has no reports.
    pub(crate) fn without_reports(failure: Self, kept: Option<PathBuf>) -> Self {
        Self::WithoutReports { failure: Box::new(failure), kept }
    }

    /// What to do about it.
    #[must_use]
    pub fn hints(&self) -> Vec<String> {
        if let Self::WithoutReports { failure, kept } = self {
            let go_on = match kept {
                Some(path) => format!(
                    "what was read is kept: go on with `aks-census audit --snapshot {}`",
                    shell::quote(&path.to_string_lossy())
                ),
                None => "what was read is lost, because no file could be written for it either".to_owned(),
            };
            return failure.hints().into_iter().chain([go_on]).collect();
        }
        self.hint().into_iter().collect()
    }

    fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Environment(error) => error.hint().to_owned(),
            Self::Config(error) => error.hint().to_owned(),
            Self::SignIn(error) => error.hint().to_owned(),
            Self::ApiVersions(_) => {
                "see `[azure.api_versions]` in the example that `aks-census config init` writes".to_owned()
            }
            Self::Collect(error) => error.hint().to_owned(),
            Self::WhatIf { source, .. } => source.hint().to_owned(),
            Self::Plan(error) => error.hint().to_owned(),
            Self::Sink(error) => error.hint(),
            Self::Snapshot { source: SnapshotError::TooLarge(_) | SnapshotError::TooMuch(_), .. } => {
                "this limit can't be raised; collect parts of the estate with `aks-census collect --subscription` and audit each"
                    .to_owned()
            }
            Self::Snapshot { source: SnapshotError::Trailing, .. } => {
                "give one file for each snapshot, or write a new one with `aks-census collect`".to_owned()
            }
            Self::Snapshot { .. } => "write a new one with `aks-census collect`".to_owned(),
            Self::Attestations { .. } => {
                "each `[[attestation]]` has a `cluster` (its resource id; where the check allows it, a subscription, a resource \
                 group, or `*`), a check such as `MIG-022`, an answer `good` or `bad`, who, and the dates `when` and \
                 `expires`; `aks-census attest` writes a file to fill in"
                    .to_owned()
            }
            Self::File { source, verb, .. } => match source.kind() {
                io::ErrorKind::AlreadyExists => "name another file, or move that one out of the way",
                io::ErrorKind::FileTooLarge if *verb == "written" => {
                    "larger files must be allowed: raise the limit, as with `ulimit -f unlimited`"
                }
                io::ErrorKind::FileTooLarge => "check that it is the right file",
                io::ErrorKind::IsADirectory => "name a file in it",
                io::ErrorKind::NotFound if *verb == "read" => "check the path",
                io::ErrorKind::NotFound => "check the path; no directories are made on the way to it",
                _ => "check the path, its permissions and the free space",
            }
            .to_owned(),
            Self::UnknownRule { near: Some(near), .. } => {
                format!("did you mean `{near}`? `aks-census rules` lists them")
            }
            Self::UnknownRule { near: None, .. } => "`aks-census rules` lists them".to_owned(),
            #[cfg(feature = "demo")]
            Self::Simulation(_) => "choose another port with `--port`, or none for any free one".to_owned(),
            #[cfg(feature = "demo")]
            Self::Scenario(_) => "the scenarios in simulator/estates/ show what a file may say".to_owned(),
            Self::Fault => "please report it; an inventory in a file helps to find it".to_owned(),
            Self::Runtime(_) => "raise the limits of processes (`ulimit -u`), memory and open files".to_owned(),
            Self::WithoutReports { .. } | Self::Output(_) => return None,
        };
        Some(hint)
    }
}
