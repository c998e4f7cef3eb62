//! Who holds addresses of a subnet, and how that is known.

use crate::{assess::estate::attribution::ConsumerKind, inventory::ResourceId};

/// How `used` is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UsedBasis {
    /// ARM lists every address.
    Measured,
    /// ARM shows nothing; the figure follows from documented rules.
    Modelled,
    /// Both exist, and the larger counts.
    Mixed,
    /// ARM is known to list too little.
    Unknown,
}

impl UsedBasis {
    /// The word the reports use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Measured => "measured",
            Self::Modelled => "modelled",
            Self::Mixed => "mixed",
            Self::Unknown => "unknown",
        }
    }
}

/// One kind of consumer in a subnet.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ConsumerRow {
    /// What it is.
    pub kind: ConsumerKind,
    /// The cluster for what AKS holds, else the owner ARM names.
    pub owner_id: Option<ResourceId>,
    /// The pool, where it is known.
    pub node_pool: Option<String>,
    /// Addresses; unknown where the subnet's `used` is.
    pub ips: Option<u64>,
    /// Addresses at least.
    pub ips_low: u64,
}
