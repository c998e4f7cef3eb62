//! Versions as data: how long Kubernetes versions are supported, and which Cilium they bring.

use std::{collections::BTreeMap, sync::LazyLock};

use jiff::{Span, civil::Date};
use serde::{Deserialize, Serialize};

use super::{CatalogueError, Minor, OsSku, OsSkuBounds, Reading, os_sku::OsSkus};

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

/// Which Cilium comes with a Kubernetes version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CiliumVersion<'a> {
    /// This one at least.
    Least(&'a str),
    /// None: the version is older than the first with one.
    Before,
    /// A newer one than any that is listed.
    Newer,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sources {
    kubernetes: String,
    cilium: String,
    source_date: Date,
    checked: Date,
}

/// Upgrades that AKS makes by itself.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct PlatformUpgrades {
    /// The first day of any.
    from: Date,
    /// Days a version stays out of support before.
    grace_days: i32,
    source: String,
    source_date: Date,
    checked: Date,
}

/// What is known about versions.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Versions {
    sources: Sources,
    platform_upgrades: PlatformUpgrades,
    os_skus: OsSkus,
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

    /// From which day on AKS upgrades a cluster of this version by itself; none where the version is not listed yet. That with
    /// long-term support the end of that support counts is derived.
    /// <https://learn.microsoft.com/azure/aks/platform-initiated-upgrades>
    #[must_use]
    pub fn forced_upgrade(&self, version: Minor, lts: bool) -> Option<Date> {
        let PlatformUpgrades { from, grace_days, .. } = self.platform_upgrades;
        match self.support(version, lts) {
            Support::Until(end) => {
                let after = end.checked_add(Span::new().days(grace_days)).unwrap_or(Date::MAX);
                Some(after.max(from))
            }
            Support::Ended => Some(from),
            Support::Unlisted => None,
        }
    }

    /// The least version of Cilium that comes with a Kubernetes version.
    #[must_use]
    pub fn cilium(&self, version: Minor) -> CiliumVersion<'_> {
        match self.cilium.get(&version) {
            Some(least) => CiliumVersion::Least(least),
            None if self.cilium.keys().next().is_some_and(|first| version < *first) => CiliumVersion::Before,
            None => CiliumVersion::Newer,
        }
    }

    /// The versions of Kubernetes that a pinned edition of the operating system is supported with; none where it follows
    /// Kubernetes.
    #[must_use]
    pub fn os_sku_bounds(&self, sku: &str) -> Option<OsSkuBounds> {
        self.os_skus.bounds(sku)
    }

    /// Whether an edition works with a version and does not stop the upgrade to the next.
    #[must_use]
    pub fn leaves_room(&self, sku: OsSku, version: Minor) -> bool {
        self.os_skus.leaves_room(sku, version)
    }

    /// Public pages for Kubernetes, Cilium, upgrades that AKS makes, and editions, in this order.
    #[must_use]
    pub fn sources(&self) -> [&str; 4] {
        let Sources { kubernetes, cilium, .. } = &self.sources;
        [kubernetes, cilium, &self.platform_upgrades.source, self.os_skus.source()]
    }

    /// When the sources were read, and of which day they were.
    pub(super) fn readings(&self) -> impl Iterator<Item = Reading> {
        let Sources { source_date, checked, .. } = self.sources;
        let tables = ["Kubernetes versions", "Cilium versions"];
        let upgrades = Reading {
            id: "platform upgrades",
            source_date: self.platform_upgrades.source_date,
            checked: self.platform_upgrades.checked,
        };
        tables
            .into_iter()
            .map(move |id| Reading { id, source_date, checked })
            .chain([upgrades, self.os_skus.reading()])
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

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
        let cilium = |minor| Versions::built_in().cilium(Minor::one(minor));
        assert_eq!(cilium(30), CiliumVersion::Before);
        assert_eq!(cilium(34), CiliumVersion::Least("1.18.6"));
        assert_eq!(cilium(37), CiliumVersion::Newer);
    }

    #[test]
    fn aks_upgrades_by_itself_sixty_days_after_support_and_not_before_june() {
        let forced = |minor, lts| Versions::built_in().forced_upgrade(Minor::one(minor), lts);
        assert_eq!(forced(28, true), Some(date(2027, 6, 1)), "out of support long ago");
        assert_eq!(forced(33, false), Some(date(2027, 6, 1)));
        // Ends on 31 March 2027: sixty days later is before the first day.
        assert_eq!(forced(35, false), Some(date(2027, 6, 1)));
        assert_eq!(forced(36, false), Some(date(2027, 8, 29)));
        assert_eq!(forced(33, true), Some(date(2027, 9, 29)));
        assert_eq!(forced(99, false), None);
    }

    #[test]
    fn sources_are_public_pages() {
        for source in Versions::built_in().sources() {
            let hosts = ["https://learn.microsoft.com/", "https://github.com/Azure/AKS/"];
            assert!(hosts.iter().any(|host| source.starts_with(host)), "{source}");
        }
    }
}
