//! Identities and policy engines.

use super::{ClusterField, MissingFact, Outcome, Setting, eligibility::control_plane};
use crate::{
    assess::migration::scene::Subject,
    inventory::{IdentityKind, NetworkDataplane, NetworkPolicy, PoolType},
    ipam::IpamMode,
    rules::Minor,
};

/// What is wrong with an identity or a policy engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IdentityFault {
    /// The identity is system-assigned.
    SystemAssigned,
    /// There is no managed identity.
    None,
    /// The cluster signs in with a service principal.
    ServicePrincipal,
    /// There is this policy engine.
    Engine(NetworkPolicy),
    /// The policy engine is Cilium's, beside its data plane.
    CiliumEngine,
    /// The policy engine cannot be removed at this version.
    EngineStays(Minor),
    /// A private key vault encrypts secrets.
    PrivateKeyVault,
}

/// Whether a cluster has an availability set. Pools of virtual machines take its place, and these need a user-assigned
/// identity where the network is not AKS's own.
/// <https://learn.microsoft.com/azure/aks/virtual-machines-node-pools>
fn has_availability_sets(subject: &Subject<'_>, in_own_network: bool) -> bool {
    let mut pools = subject.pools().iter().map(|facts| facts.pool);
    pools.any(|pool| {
        pool.pool_type == Some(PoolType::AvailabilitySet)
            && (!in_own_network || pool.node_subnet_id.is_some())
    })
}

/// Whether it matters who the cluster signs in as: for every kubenet cluster, and where availability sets have to go.
fn asks_for_identity(subject: &Subject<'_>) -> bool {
    subject.from != IpamMode::NodeSubnet || has_availability_sets(subject, true)
}

/// MIG-012 <https://learn.microsoft.com/azure/aks/update-azure-cni>. A service principal is MIG-013's.
pub(super) fn user_assigned(subject: &Subject<'_>) -> Outcome {
    if !asks_for_identity(subject) {
        return Outcome::NotApplicable;
    }
    match subject.cluster.identity.as_ref().map(|identity| &identity.kind) {
        Some(IdentityKind::UserAssigned) => Outcome::Pass,
        Some(IdentityKind::SystemAssigned) => Outcome::fail(IdentityFault::SystemAssigned),
        Some(IdentityKind::ServicePrincipal) => Outcome::NotApplicable,
        Some(IdentityKind::None) => Outcome::fail(IdentityFault::None),
        Some(IdentityKind::Other(kind)) => {
            Outcome::unknown(MissingFact::Meaning(Setting::IdentityType, kind.clone()))
        }
        None => Outcome::unknown(ClusterField::Identity),
    }
}

/// MIG-013 <https://learn.microsoft.com/azure/aks/user-assigned-managed-identity>
pub(super) fn service_principal(subject: &Subject<'_>) -> Outcome {
    if !asks_for_identity(subject) {
        return Outcome::NotApplicable;
    }
    match subject.cluster.identity.as_ref().map(|identity| &identity.kind) {
        Some(IdentityKind::ServicePrincipal) => {
            let pools = subject.pools().iter().map(|facts| &facts.pool.name);
            Outcome::fail(IdentityFault::ServicePrincipal).about(pools)
        }
        Some(_) => Outcome::Pass,
        None => Outcome::unknown(ClusterField::Identity),
    }
}

/// MIG-083 <https://learn.microsoft.com/azure/aks/upgrade-basic-load-balancer-on-aks>
pub(super) fn key_vault_encryption(subject: &Subject<'_>) -> Outcome {
    let sku = subject.cluster.network.load_balancer_sku.as_deref();
    let is_basic = sku.is_some_and(|sku| sku.eq_ignore_ascii_case("basic"));
    if !is_basic && !has_availability_sets(subject, false) {
        return Outcome::NotApplicable;
    }
    let Some(kms) = subject.cluster.key_vault_kms.as_ref().filter(|kms| kms.enabled != Some(false)) else {
        return Outcome::Pass;
    };
    match kms.network_access.as_deref() {
        Some(access) if access.eq_ignore_ascii_case("Public") => Outcome::Pass,
        Some(access) if access.eq_ignore_ascii_case("Private") && kms.enabled == Some(true) => {
            Outcome::fail(IdentityFault::PrivateKeyVault)
        }
        _ => Outcome::unknown(ClusterField::KeyVault),
    }
}

/// MIG-017 <https://github.com/Azure/AKS/releases/tag/2023-11-28>
pub(super) fn kubenet_policy(subject: &Subject<'_>) -> Outcome {
    match &subject.cluster.network.policy {
        None | Some(NetworkPolicy::None) => Outcome::Pass,
        Some(NetworkPolicy::Other(engine)) => {
            Outcome::unknown(MissingFact::Meaning(Setting::PolicyEngine, engine.clone()))
        }
        Some(engine) => Outcome::fail(IdentityFault::Engine(engine.clone())),
    }
}

/// MIG-018 <https://github.com/Azure/AKS/releases/tag/2025-05-19>
pub(super) fn node_subnet_policy(subject: &Subject<'_>) -> Outcome {
    let network = &subject.cluster.network;
    match &network.policy {
        None | Some(NetworkPolicy::None) => Outcome::Pass,
        Some(NetworkPolicy::Cilium) if network.dataplane == Some(NetworkDataplane::Cilium) => {
            Outcome::warn(IdentityFault::CiliumEngine)
        }
        Some(NetworkPolicy::Other(engine)) => {
            Outcome::unknown(MissingFact::Meaning(Setting::PolicyEngine, engine.clone()))
        }
        Some(engine) => Outcome::fail(IdentityFault::Engine(engine.clone())),
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
        Some(version) if version < Minor::one(30) => Outcome::fail(IdentityFault::EngineStays(version)),
        Some(_) => Outcome::Pass,
        None => Outcome::unknown(ClusterField::Version),
    }
}
