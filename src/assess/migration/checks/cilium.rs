//! What stands before the Cilium data plane.

use super::{
    ClusterField, Kind, MissingFact, Outcome, PoolFault, PoolField, SecurityFault, Setting,
    addons::node_auto_provisioning as provisioning, addresses::missing_subnets, each::each,
    eligibility::control_plane, security::outbound_denial,
};
use crate::{
    assess::migration::scene::Subject,
    inventory::{NetworkDataplane, NetworkPlugin, NetworkPolicy, OsType},
    rules::{CiliumVersion, Minor, Versions},
};

/// What stands before the Cilium data plane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CiliumFault {
    /// The network plugin is kubenet.
    Kubenet,
    /// The cluster brings its own network plugin.
    OwnPlugin,
    /// The data plane is Cilium already.
    Already,
    /// No version of Cilium is listed for this one of Kubernetes.
    NoVersion(Minor),
    /// The policy engine is Azure NPM.
    PolicyManager,
}

/// CIL-001: from kubenet by way of Overlay; from a plugin of one's own no change is documented.
/// <https://learn.microsoft.com/azure/aks/update-azure-cni>
pub(super) fn plugin(subject: &Subject<'_>) -> Outcome {
    match &subject.cluster.network.plugin {
        Some(NetworkPlugin::Azure) => Outcome::Pass,
        Some(NetworkPlugin::Kubenet) => Outcome::fail(CiliumFault::Kubenet),
        Some(NetworkPlugin::None) => Outcome::rebuild(CiliumFault::OwnPlugin),
        Some(NetworkPlugin::Other(_)) | None => Outcome::unknown(ClusterField::Plugin),
    }
}

/// CIL-002 <https://learn.microsoft.com/azure/aks/update-azure-cni>
pub(super) fn windows_pools(subject: &Subject<'_>) -> Outcome {
    each(subject, |pool| match pool.os_type {
        Some(OsType::Windows) => Ok(Some(PoolFault::Windows)),
        Some(OsType::Linux) => Ok(None),
        Some(OsType::Other(_)) | None => Err(PoolField::System),
    })
}

/// CIL-003 <https://learn.microsoft.com/azure/aks/update-azure-cni>
pub(super) fn node_auto_provisioning(subject: &Subject<'_>) -> Outcome {
    provisioning(subject)
}

/// CIL-005 <https://learn.microsoft.com/azure/aks/azure-cni-powered-by-cilium>
pub(super) fn not_yet(subject: &Subject<'_>) -> Outcome {
    match &subject.cluster.network.dataplane {
        Some(NetworkDataplane::Cilium) => Outcome::fail(CiliumFault::Already),
        Some(NetworkDataplane::Azure) | None => Outcome::Pass,
        Some(NetworkDataplane::Other(plane)) => {
            Outcome::unknown(MissingFact::Meaning(Setting::DataPlane, plane.clone()))
        }
    }
}

/// CIL-006: what is newer than the list comes with a newer Cilium.
/// <https://learn.microsoft.com/azure/aks/azure-cni-powered-by-cilium>
pub(super) fn version(subject: &Subject<'_>) -> Outcome {
    match control_plane(subject) {
        None => Outcome::unknown(ClusterField::Version),
        Some(version) if Versions::built_in().cilium(version) == CiliumVersion::Before => {
            Outcome::fail(CiliumFault::NoVersion(version))
        }
        Some(_) => Outcome::Pass,
    }
}

/// CIL-017 <https://learn.microsoft.com/azure/aks/use-network-policies>
pub(super) fn policy_manager(subject: &Subject<'_>) -> Outcome {
    match &subject.cluster.network.policy {
        Some(NetworkPolicy::Azure) => Outcome::fail(CiliumFault::PolicyManager),
        Some(NetworkPolicy::Other(engine)) => {
            Outcome::unknown(MissingFact::Meaning(Setting::PolicyEngine, engine.clone()))
        }
        _ => Outcome::Pass,
    }
}

/// CIL-018 <https://learn.microsoft.com/azure/aks/azure-cni-powered-by-cilium>
pub(super) fn outbound_rules(subject: &Subject<'_>) -> Outcome {
    let mut missing = missing_subnets(subject);
    let mut hits = Vec::new();
    for id in subject.node_subnets.iter().filter_map(|s| s.read?.1.network_security_group.as_ref()) {
        match subject.scene.estate.security_group(id) {
            Some(group) => hits.extend(outbound_denial(group)),
            None => missing.push(MissingFact::Unread(Kind::SecurityGroup, id.clone())),
        }
    }
    Outcome::of_list(hits, missing, SecurityFault::DenyInternet)
}
