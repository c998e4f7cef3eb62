//! Which API version each resource provider is asked with.
//!
//! Versions are pinned, newest first, so that the shapes this program reads are the ones it was tested with. A cloud that
//! lags behind is asked with the pin before; which one answered is remembered for the run, and said once. Source of the
//! pins: the folders of <https://github.com/Azure/azure-rest-api-specs>.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use strum::{IntoStaticStr, VariantArray};
use tracing::warn;

/// A resource provider this program reads from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, IntoStaticStr, VariantArray)]
pub enum Provider {
    /// Managed clusters.
    #[strum(serialize = "Microsoft.ContainerService")]
    ContainerService,
    /// Networks and what is in them.
    #[strum(serialize = "Microsoft.Network")]
    Network,
    /// Subscriptions.
    #[strum(serialize = "Microsoft.Resources")]
    Resources,
    /// Management groups.
    #[strum(serialize = "Microsoft.Management")]
    Management,
}

impl Provider {
    /// Every provider.
    pub const ALL: &[Self] = <Self as VariantArray>::VARIANTS;

    /// Its namespace, which is also its key in `azure.api_versions`.
    #[must_use]
    pub fn namespace(self) -> &'static str {
        self.into()
    }

    /// The pinned versions, newest first.
    #[must_use]
    pub fn pins(self) -> &'static [&'static str] {
        match self {
            // 2026-05-01 is the first that shows how `VirtualMachines` pools are autoscaled.
            Self::ContainerService => &["2026-08-01", "2026-05-01", "2026-02-01"],
            Self::Network => &["2025-05-01", "2024-05-01"],
            Self::Resources => &["2022-12-01", "2020-01-01"],
            Self::Management => &["2023-04-01", "2020-05-01"],
        }
    }
}

/// The API versions of a configuration: the pins, and what overrides them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ApiVersions(BTreeMap<Provider, String>);

/// Why an entry of `azure.api_versions` is not valid.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApiVersionError {
    /// No provider of this name is read from.
    #[error(
        "`azure.api_versions.{0}` names no resource provider this program reads from: {list}",
        list = Provider::ALL.iter().map(|provider| format!("`{}`", provider.namespace())).collect::<Vec<_>>().join(", ")
    )]
    UnknownProvider(String),
    /// It is no API version.
    #[error("`azure.api_versions.{provider}` is `{version}`, which is no API version such as `2025-05-01`")]
    InvalidVersion {
        /// The provider as it was written.
        provider: String,
        /// The version as it was written.
        version: String,
    },
}

impl ApiVersions {
    /// Sets the version of a provider by its namespace, ignoring case.
    pub fn set(&mut self, namespace: &str, version: &str) -> Result<(), ApiVersionError> {
        let provider = Provider::ALL
            .iter()
            .copied()
            .find(|provider| provider.namespace().eq_ignore_ascii_case(namespace))
            .ok_or_else(|| ApiVersionError::UnknownProvider(namespace.to_owned()))?;
        if !is_version(version) {
            let (provider, version) = (namespace.to_owned(), version.to_owned());
            return Err(ApiVersionError::InvalidVersion { provider, version });
        }
        self.0.insert(provider, version.to_owned());
        Ok(())
    }

    /// The version to ask with, and those to fall back to.
    pub(super) fn candidates(&self, provider: Provider) -> Vec<&str> {
        let pins = provider.pins().iter().copied();
        match self.0.get(&provider) {
            None => pins.collect(),
            Some(own) => {
                let older = pins.filter(|pin| *pin < own.as_str());
                std::iter::once(own.as_str()).chain(older).collect()
            }
        }
    }
}

/// Whether a text has the form `2025-05-01` or `2025-05-01-preview`.
fn is_version(text: &str) -> bool {
    let Some((date, rest)) = text.split_at_checked(10) else { return false };
    date.parse::<jiff::civil::Date>().is_ok() && (rest.is_empty() || rest == "-preview")
}

/// The versions that answered, for the inventory.
#[derive(Debug, Default)]
pub(super) struct UsedVersions(Mutex<BTreeMap<Provider, Used>>);

/// What is known of one provider.
#[derive(Debug, Default)]
struct Used {
    /// The versions that answered.
    versions: BTreeSet<String>,
    /// The version that was refused first, where an older one answered, and that one.
    fallback: Option<(String, String)>,
}

impl UsedVersions {
    /// Notes that a version answered, after another was refused where there is one; the first time that is said.
    pub(super) fn record(&self, provider: Provider, version: &str, refused: Option<&str>) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let used = all.entry(provider).or_default();
        if !used.versions.contains(version) {
            used.versions.insert(version.to_owned());
        }
        let Some(refused) = refused.filter(|_| used.fallback.is_none()) else { return };
        let namespace = provider.namespace();
        warn!("{namespace} is read with API version {version}, because this cloud does not offer {refused}");
        used.fallback = Some((refused.to_owned(), version.to_owned()));
    }

    /// Those of a provider's versions that are worth asking with: from the one on that answered after newer ones were refused.
    pub(super) fn worth_asking<'a>(&self, provider: Provider, candidates: Vec<&'a str>) -> Vec<&'a str> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let answered =
            all.get(&provider).and_then(|used| used.fallback.as_ref()).map(|(_, answered)| answered);
        let newer = |version: &&str| answered.is_some_and(|answered| version != answered);
        candidates.into_iter().skip_while(newer).collect()
    }

    /// By namespace; several versions of one provider are joined with a comma.
    pub(super) fn by_namespace(&self) -> BTreeMap<String, String> {
        let joined =
            |used: &Used| Some(used.versions.iter().map(String::as_str).collect::<Vec<_>>().join(", "));
        self.each(joined)
    }

    /// The versions that were refused first, by namespace.
    pub(super) fn refused(&self) -> BTreeMap<String, String> {
        self.each(|used| used.fallback.as_ref().map(|(refused, _)| refused.clone()))
    }

    fn each(&self, of: impl Fn(&Used) -> Option<String>) -> BTreeMap<String, String> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.iter().filter_map(|(provider, used)| Some((provider.namespace().to_owned(), of(used)?))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pins_are_versions_newest_first() {
        for provider in Provider::ALL {
            let pins = provider.pins();
            assert!(pins.len() > 1 && pins.iter().all(|pin| is_version(pin)), "{provider:?}");
            assert!(pins.is_sorted_by(|newer, older| newer > older), "{provider:?}");
        }
    }

    #[test]
    fn an_override_falls_back_to_the_pin_before_it() {
        let mut versions = ApiVersions::default();
        assert_eq!(versions.candidates(Provider::Network), ["2025-05-01", "2024-05-01"]);
        versions.set("microsoft.network", "2024-10-01").unwrap();
        assert_eq!(versions.candidates(Provider::Network), ["2024-10-01", "2024-05-01"]);
        versions.set("Microsoft.Network", "2018-11-01").unwrap();
        assert_eq!(versions.candidates(Provider::Network), ["2018-11-01"]);
        let clusters = Provider::ContainerService;
        assert_eq!(versions.candidates(clusters), ["2026-08-01", "2026-05-01", "2026-02-01"]);
        versions.set(clusters.namespace(), "2026-06-01").unwrap();
        assert_eq!(versions.candidates(clusters), ["2026-06-01", "2026-05-01", "2026-02-01"]);
    }

    #[test]
    fn the_version_that_answered_is_remembered_and_what_was_refused_is_kept() {
        let used = UsedVersions::default();
        let provider = Provider::ContainerService;
        let worth = || used.worth_asking(provider, provider.pins().to_vec());
        used.record(Provider::Network, "2025-05-01", None);
        assert_eq!(worth(), provider.pins());
        used.record(provider, "2026-05-01", Some("2026-08-01"));
        assert_eq!(worth(), ["2026-05-01", "2026-02-01"]);
        // What was under way meanwhile changes nothing.
        used.record(provider, "2026-05-01", Some("2026-08-01"));
        assert_eq!(used.refused(), [(provider.namespace().to_owned(), "2026-08-01".to_owned())].into());
        assert_eq!(used.by_namespace()["Microsoft.Network"], "2025-05-01");
        assert_eq!(used.by_namespace()[provider.namespace()], "2026-05-01");
    }

    #[test]
    fn what_is_no_provider_or_version_is_refused() {
        let mut versions = ApiVersions::default();
        assert!(versions.set("Microsoft.Compute", "2024-07-01").is_err());
        for bad in ["", "latest", "2025-13-01", "2025-05-01&x=1", "2025-05-01-beta", "2025-05-ä1"] {
            assert!(versions.set("Microsoft.Network", bad).is_err(), "{bad}");
        }
        assert!(versions.set("Microsoft.Network", "2025-05-01-preview").is_ok());
        assert_eq!(versions.0.len(), 1);
    }
}
