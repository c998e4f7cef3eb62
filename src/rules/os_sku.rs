//! Editions of a node's operating system: which versions of Kubernetes a pinned one is supported with, and which one a pool may
//! be given in place.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Deserialize;

use super::{Minor, Reading};

/// An edition that a pool can be given in place of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OsSku {
    /// Azure Linux, of the version that Kubernetes brings: 3.0 from 1.32 on.
    AzureLinux,
    /// Azure Linux 3.0, pinned.
    AzureLinux3,
    /// Ubuntu, of the version that Kubernetes brings: 24.04 from 1.35 on.
    Ubuntu,
    /// Ubuntu 22.04, pinned.
    Ubuntu2204,
    /// Ubuntu 24.04, pinned; it has no FIPS.
    Ubuntu2404,
}

impl OsSku {
    /// The word of Azure.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AzureLinux => "AzureLinux",
            Self::AzureLinux3 => "AzureLinux3",
            Self::Ubuntu => "Ubuntu",
            Self::Ubuntu2204 => "Ubuntu2204",
            Self::Ubuntu2404 => "Ubuntu2404",
        }
    }
}

/// The versions of Kubernetes that an edition is supported with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OsSkuBounds {
    /// The first, where one is known.
    pub first: Option<Minor>,
    /// The last: the upgrade beyond it is refused.
    pub last: Minor,
}

/// The editions with bounds, by their words, and where they come from.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct OsSkus {
    source: String,
    source_date: Date,
    checked: Date,
    #[serde(flatten)]
    bounds: BTreeMap<String, OsSkuBounds>,
}

impl OsSkus {
    /// The bounds of an edition, whatever the case of its letters; none where it follows Kubernetes.
    pub(super) fn bounds(&self, sku: &str) -> Option<OsSkuBounds> {
        self.bounds.iter().find(|(word, _)| word.eq_ignore_ascii_case(sku)).map(|(_, bounds)| *bounds)
    }

    /// Whether a pinned edition works with a version and with the one after it, so that the next upgrade is not refused.
    pub(super) fn leaves_room(&self, sku: OsSku, version: Minor) -> bool {
        self.bounds(sku.as_str())
            .is_none_or(|bounds| bounds.first.is_none_or(|first| first <= version) && version < bounds.last)
    }

    pub(super) fn source(&self) -> &str {
        &self.source
    }

    pub(super) fn reading(&self) -> Reading {
        Reading { id: "OS editions", source_date: self.source_date, checked: self.checked }
    }
}
