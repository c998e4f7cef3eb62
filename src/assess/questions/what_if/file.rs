//! The file of changes: TOML, every key known, every value of the right kind.

use std::str::FromStr;

use serde::Deserialize;
use toml::Spanned;

use crate::{assess::questions::PlanError, ipam::Cidr};

/// Changes as a file gives them.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Changes {
    pub(super) remove: Vec<Remove>,
    pub(super) change: Vec<Change>,
    pub(super) add_subnet: Vec<AddSubnet>,
    pub(super) add_cluster: Vec<AddCluster>,
    pub(super) add_pool: Vec<AddPool>,
    pub(super) grow: Vec<Grow>,
    /// Where each line begins.
    #[serde(skip)]
    lines: Vec<usize>,
}

/// A cluster or a pool goes away.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Remove {
    pub(super) cluster: Spanned<String>,
    pub(super) pool: Option<Spanned<String>>,
}

/// A pool, or every pool of a cluster, changes.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Change {
    pub(super) cluster: Spanned<String>,
    pub(super) pool: Option<Spanned<String>>,
    pub(super) nodes: Option<u32>,
    pub(super) min_count: Option<u32>,
    pub(super) max_count: Option<u32>,
    pub(super) max_pods: Option<Spanned<u32>>,
    pub(super) max_surge: Option<Spanned<String>>,
    pub(super) mode: Option<Spanned<String>>,
    pub(super) pod_cidr: Option<Spanned<Cidr>>,
}

/// A subnet comes.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AddSubnet {
    pub(super) network: Spanned<String>,
    pub(super) name: Spanned<String>,
    pub(super) prefix: Spanned<Cidr>,
}

/// A cluster comes.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AddCluster {
    pub(super) name: Spanned<String>,
    pub(super) mode: Spanned<String>,
    pub(super) node_subnet: Spanned<String>,
    pub(super) pod_subnet: Option<Spanned<String>>,
    pub(super) pod_cidr: Option<Spanned<Cidr>>,
    pub(super) service_cidr: Option<Cidr>,
    pub(super) tier: Option<String>,
}

/// A pool comes.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AddPool {
    pub(super) cluster: Spanned<String>,
    pub(super) name: Spanned<String>,
    pub(super) nodes: u32,
    pub(super) min_count: Option<u32>,
    pub(super) max_count: Option<u32>,
    pub(super) max_pods: Option<Spanned<u32>>,
    pub(super) max_surge: Option<Spanned<String>>,
    pub(super) node_subnet: Option<Spanned<String>>,
    pub(super) pod_subnet: Option<Spanned<String>>,
}

/// The pools of a region grow.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Grow {
    pub(super) location: Spanned<String>,
    pub(super) percent: Option<u32>,
    pub(super) nodes: Option<u32>,
}

impl FromStr for Changes {
    type Err = PlanError;

    /// Reads a file of changes; an error names the line, the key and what is allowed.
    fn from_str(text: &str) -> Result<Self, PlanError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let changes: Self = toml::from_str(text).map_err(|error| PlanError::File(error.to_string()))?;
        let lines = text.match_indices('\n').map(|(at, _)| at + 1).collect();
        Ok(Self { lines, ..changes })
    }
}

impl Changes {
    /// An error at a value.
    #[expect(clippy::needless_pass_by_value, reason = "callers hand over the error they end with")]
    pub(super) fn complain<T>(&self, at: &Spanned<T>, message: impl ToString) -> PlanError {
        let line = self.lines.partition_point(|start| *start <= at.span().start) + 1;
        PlanError::Line { line, message: message.to_string() }
    }
}
