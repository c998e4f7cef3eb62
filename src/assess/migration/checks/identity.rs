//! Identities and policy engines.

use super::{Outcome, eligibility::control_plane};
use crate::{
    assess::migration::scene::Subject,
    inventory::{IdentityKind, NetworkDataplane, NetworkPolicy},
    ipam::IpamMode,
    rules::Minor,
};

/// MIG-012 <https://learn.microsoft.com/azure/aks/update-azure-cni>. A service principal is MIG-013's.
pub(super) fn user_assigned(subject: &Subject<'_>) -> Outcome {
    match subject.cluster.identity.as_ref().map(|identity| &identity.kind) {
        Some(IdentityKind::UserAssigned) => Outcome::Pass,
        Some(IdentityKind::SystemAssigned) => Outcome::fail("the identity is system-assigned"),
        Some(IdentityKind::ServicePrincipal) => Outcome::NotApplicable,
        Some(IdentityKind::None) => Outcome::fail("the cluster has no managed identity"),
        Some(IdentityKind::Other(kind)) => Outcome::unknown(format!("what the identity type `{kind}` means")),
        None => Outcome::unknown("the cluster's identity"),
    }
}

/// MIG-013 <https://learn.microsoft.com/azure/aks/user-assigned-managed-identity>
pub(super) fn service_principal(subject: &Subject<'_>) -> Outcome {
    match subject.cluster.identity.as_ref().map(|identity| &identity.kind) {
        Some(IdentityKind::ServicePrincipal) => {
            let pools = subject.pools().iter().map(|facts| &facts.pool.name);
            Outcome::fail("the cluster signs in with a service principal").about(pools)
        }
        Some(_) => Outcome::Pass,
        None => Outcome::unknown("the cluster's identity"),
    }
}

/// MIG-017 <https://github.com/Azure/AKS/releases/tag/2023-11-28>
pub(super) fn kubenet_policy(subject: &Subject<'_>) -> Outcome {
    match &subject.cluster.network.policy {
        None | Some(NetworkPolicy::None) => Outcome::Pass,
        Some(NetworkPolicy::Other(engine)) => {
            Outcome::unknown(format!("what the policy engine `{engine}` is"))
        }
        Some(engine) => Outcome::fail(format!("the policy engine is {engine}")),
    }
}

/// MIG-018 <https://github.com/Azure/AKS/releases/tag/2025-05-19>
pub(super) fn node_subnet_policy(subject: &Subject<'_>) -> Outcome {
    let network = &subject.cluster.network;
    match &network.policy {
        None | Some(NetworkPolicy::None) => Outcome::Pass,
        Some(NetworkPolicy::Cilium) if network.dataplane == Some(NetworkDataplane::Cilium) => {
            Outcome::warn("the policy engine is Cilium's, which release notes accept and the page does not")
        }
        Some(NetworkPolicy::Other(engine)) => {
            Outcome::unknown(format!("what the policy engine `{engine}` is"))
        }
        Some(engine) => Outcome::fail(format!("the policy engine is {engine}")),
    }
}

/// MIG-019 <https://github.com/Azure/AKS/releases/tag/2026-05-29>
pub(super) fn policy_removal_version(subject: &Subject<'_>) -> Outcome {
    let policy = match subject.from {
        IpamMode::Kubenet => kubenet_policy(subject),
        _ => node_subnet_policy(subject),
    };
    let has_engine =
        matches!(subject.cluster.network.policy, Some(NetworkPolicy::Calico | NetworkPolicy::Azure));
    if !has_engine || !matches!(policy, Outcome::Fail(_)) {
        return Outcome::NotApplicable;
    }
    match control_plane(subject) {
        Some(version) if version < Minor::one(30) => {
            Outcome::fail(format!("the engine cannot be removed at {version}"))
        }
        Some(_) => Outcome::Pass,
        None => Outcome::unknown("the version of the control plane"),
    }
}
