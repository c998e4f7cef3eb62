//! Why a question has no answer.

use crate::ipam::Cidr;

/// A question that can't be answered as it was put.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// Nothing has this name or id.
    #[error("there is no {kind} `{name}`{}", close(.near))]
    Unknown {
        /// What was looked for.
        kind: &'static str,
        /// What was given.
        name: String,
        /// Names that are close to it.
        near: Vec<String>,
    },
    /// Several things have this name.
    #[error("`{name}` names {} of kind {kind}:\n  {}", .ids.len(), .ids.join("\n  "))]
    Ambiguous {
        /// What was looked for.
        kind: &'static str,
        /// What was given.
        name: String,
        /// Their ids.
        ids: Vec<String>,
    },
    /// A value that Azure would refuse.
    #[error("{what}; allowed: {allowed}")]
    NotAllowed {
        /// What was given, and why it can't be.
        what: String,
        /// What can be.
        allowed: String,
    },
    /// Two ranges that must not share an address.
    #[error("{what} {cidr} overlaps {with} {other}; allowed: a block apart from it{}", such_as(*.clear))]
    Overlap {
        /// What the range is for.
        what: &'static str,
        /// The range.
        cidr: Cidr,
        /// What the other one is for.
        with: String,
        /// The other one.
        other: Cidr,
        /// A block of the same size that overlaps nothing named.
        clear: Option<Cidr>,
    },
    /// A line of a what-if file that can't be applied.
    #[error("line {line}: {message}")]
    Line {
        /// The line, from 1.
        line: usize,
        /// What is wrong, and what is allowed.
        message: String,
    },
    /// A what-if file that is no TOML, or has an unknown key or a value of the wrong kind.
    #[error("{0}")]
    File(String),
}

impl PlanError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Unknown { .. } => {
                "a name or a full resource id is needed; `audit` lists both in its reports"
            }
            Self::Ambiguous { .. } => "give one of these ids instead of the name",
            Self::NotAllowed { .. } | Self::Overlap { .. } => "docs/plan.md says what each flag takes",
            Self::Line { .. } | Self::File(_) => "docs/examples/what-if.toml shows every key",
        }
    }
}

fn close(names: &[String]) -> String {
    if names.is_empty() { String::new() } else { format!("; near it: {}", names.join(", ")) }
}

fn such_as(clear: Option<Cidr>) -> String {
    clear.map_or_else(String::new, |cidr| format!(", such as {cidr}"))
}
