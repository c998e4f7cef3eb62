//! Whether a cluster is of a kind, version and state that can be migrated.

use jiff::civil::Date;

use super::{
    ClusterField, MissingFact, Outcome, PoolFault, PoolField, Setting,
    each::{each, each_of},
};
use crate::{
    assess::migration::scene::Subject,
    inventory::{NodePool, PowerState},
    ipam::IpamMode,
    rules::{Minor, Support, Versions},
};

/// Why a cluster is not of a kind, version or state that can be migrated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EligibilityFault {
    /// Pods take addresses from a pod subnet.
    PodSubnet,
    /// The cluster brings its own network plugin.
    OwnPlugin,
    /// Versions older than 1.27.
    Old(Vec<(Whose, Minor)>),
    /// Support of this version has ended: on this day, or so long ago that no day is listed.
    Ended(Minor, Option<Date>),
    /// Provisioning states other than `Succeeded`.
    Unsettled(Vec<(Whose, String)>),
    /// The cluster is stopped.
    Stopped,
    /// The cluster is AKS Automatic.
    Automatic,
    /// The cluster has no Windows profile.
    NoWindowsProfile,
}

/// Whose version or state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whose {
    /// That of the cluster, and its control plane.
    Cluster,
    /// That of the pool of this name.
    Pool(String),
}

/// MIG-001 <https://learn.microsoft.com/azure/aks/update-azure-cni>
pub(super) fn source_mode(subject: &Subject<'_>) -> Outcome {
    match subject.from {
        IpamMode::Kubenet | IpamMode::NodeSubnet => Outcome::Pass,
        IpamMode::PodSubnetDynamic | IpamMode::PodSubnetStatic => Outcome::fail(EligibilityFault::PodSubnet),
        IpamMode::Overlay => Outcome::NotApplicable,
        IpamMode::ByoCni => Outcome::fail(EligibilityFault::OwnPlugin),
        IpamMode::Unknown => Outcome::unknown(ClusterField::Mode),
    }
}

/// MIG-002 <https://learn.microsoft.com/azure/aks/update-azure-cni>
pub(super) fn kubernetes_version(subject: &Subject<'_>) -> Outcome {
    let (known, missing) = versions(subject);
    let old = known.into_iter().filter(|(_, version)| *version < Minor::one(27)).collect();
    Outcome::of_list(old, missing, EligibilityFault::Old)
}

/// MIG-003 <https://learn.microsoft.com/azure/aks/supported-kubernetes-versions>
pub(super) fn version_supported(subject: &Subject<'_>) -> Outcome {
    let Some(version) = control_plane(subject) else {
        return Outcome::unknown(ClusterField::Version);
    };
    let lts = subject.cluster.has_long_term_support();
    match Versions::built_in().support(version, lts) {
        Support::Until(day) if day < subject.scene.options.as_of => {
            Outcome::fail(EligibilityFault::Ended(version, Some(day)))
        }
        Support::Until(_) => Outcome::Pass,
        Support::Ended => Outcome::fail(EligibilityFault::Ended(version, None)),
        Support::Unlisted => Outcome::unknown(MissingFact::Support(version)),
    }
}

/// MIG-004 <https://github.com/Azure/AKS/releases/tag/2024-08-05>
pub(super) fn version_skew(subject: &Subject<'_>) -> Outcome {
    let Some(plane) = subject.cluster.kubernetes_version.as_deref() else {
        return Outcome::unknown(ClusterField::Version);
    };
    each_of(subject.pools(), |facts| match &facts.pool.kubernetes_version {
        Some(version) if same_version(version, plane) => Ok(None),
        Some(version) => Ok(Some(PoolFault::Skew { own: version.clone(), plane: plane.to_owned() })),
        None => Err(PoolField::Version),
    })
}

/// MIG-005 <https://github.com/Azure/AKS/issues/3439>
pub(super) fn provisioning_state(subject: &Subject<'_>) -> Outcome {
    let (known, mut missing) = of_all(
        subject,
        (ClusterField::State, subject.cluster.provisioning_state.as_ref()),
        (PoolField::State, |pool| pool.provisioning_state.as_ref()),
    );
    let is_unsettled = |(_, state): &(Whose, &String)| !state.eq_ignore_ascii_case("Succeeded");
    let unsettled = known.into_iter().filter(is_unsettled).map(|(whose, state)| (whose, state.clone()));
    // What the other checks say of pools, they say of those that were read; here it is told that there are more.
    missing.extend((!subject.cluster.pools_known).then_some(ClusterField::OtherPools.into()));
    Outcome::of_list(unsettled.collect(), missing, EligibilityFault::Unsettled)
}

/// MIG-006 <https://learn.microsoft.com/azure/aks/start-stop-cluster>
pub(super) fn cluster_running(subject: &Subject<'_>) -> Outcome {
    match &subject.cluster.power_state {
        Some(PowerState::Running) => Outcome::Pass,
        Some(PowerState::Stopped) => Outcome::fail(EligibilityFault::Stopped),
        Some(PowerState::Other(state)) => {
            Outcome::unknown(MissingFact::Meaning(Setting::PowerState, state.clone()))
        }
        None => Outcome::unknown(ClusterField::PowerState),
    }
}

/// MIG-007 <https://learn.microsoft.com/azure/aks/start-stop-nodepools>
pub(super) fn pools_running(subject: &Subject<'_>) -> Outcome {
    each_of(subject.pools(), |facts| match facts.pool.power_state {
        Some(PowerState::Running) => Ok(None),
        Some(PowerState::Stopped) => Ok(Some(PoolFault::Stopped)),
        Some(PowerState::Other(_)) | None => Err(PoolField::PowerState),
    })
}

/// MIG-008 <https://learn.microsoft.com/azure/aks/azure-cni-powered-by-cilium>
pub(super) fn automatic(subject: &Subject<'_>) -> Outcome {
    match subject.cluster.sku_name.as_deref() {
        Some(name) if name.eq_ignore_ascii_case("Automatic") => Outcome::fail(EligibilityFault::Automatic),
        Some(_) => Outcome::Pass,
        None => Outcome::unknown(ClusterField::Sku),
    }
}

/// MIG-011 <https://github.com/Azure/AKS/issues/4077>
pub(super) fn pod_subnet(subject: &Subject<'_>) -> Outcome {
    each(subject, |pool| Ok(pool.pod_subnet_id.is_some().then_some(PoolFault::PodSubnet)))
}

/// The version of the control plane.
pub(crate) fn control_plane(subject: &Subject<'_>) -> Option<Minor> {
    subject.cluster.kubernetes_version.as_deref()?.parse().ok()
}

/// The versions of control plane and pools that are known, and what is missing.
fn versions(subject: &Subject<'_>) -> (Vec<(Whose, Minor)>, Vec<MissingFact>) {
    let minor = |version: &Option<String>| version.as_deref()?.parse().ok();
    of_all(
        subject,
        (ClusterField::Version, minor(&subject.cluster.kubernetes_version)),
        (PoolField::Version, |pool| minor(&pool.kubernetes_version)),
    )
}

/// What is known of the cluster itself and of each pool, and what is missing.
fn of_all<'a, T>(
    subject: &Subject<'a>,
    (own_field, own): (ClusterField, Option<T>),
    (field, of_pool): (PoolField, impl Fn(&'a NodePool) -> Option<T>),
) -> (Vec<(Whose, T)>, Vec<MissingFact>) {
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    match own {
        Some(own) => known.push((Whose::Cluster, own)),
        None => unknown.push(own_field.into()),
    }
    for pool in subject.pools().iter().map(|facts| facts.pool) {
        let name = pool.name.clone();
        match of_pool(pool) {
            Some(of_pool) => known.push((Whose::Pool(name), of_pool)),
            None => unknown.push(MissingFact::OfPool(field.clone(), name)),
        }
    }
    (known, unknown)
}

/// Whether two versions are the same as far as both say.
fn same_version(one: &str, other: &str) -> bool {
    one.split('.').zip(other.split('.')).all(|(a, b)| a == b)
}
