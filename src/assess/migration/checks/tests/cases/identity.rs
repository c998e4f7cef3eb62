//! Cases of identities, encryption and policy engines.

use super::{as_is, text};
use crate::{
    assess::migration::checks::tests::{
        Case,
        End::{Fail, Pass, Silent, Unknown, Warn},
        Start::{Kubenet, NodeSubnet},
        World,
    },
    inventory::{IdentityKind, KeyVaultKms, NetworkDataplane, NetworkPolicy, PoolType},
    rules::CheckId as C,
};

fn identify(w: &mut World, kind: IdentityKind) {
    if let Some(identity) = &mut w.cluster().identity {
        identity.kind = kind;
    }
}

/// Encrypts the secrets of the cluster with a key of a vault.
fn encrypt(w: &mut World, enabled: Option<bool>, access: Option<&str>) {
    w.cluster().key_vault_kms = Some(KeyVaultKms { enabled, network_access: access.map(str::to_owned) });
}

pub(super) fn all() -> Vec<Case> {
    vec![
        (C::UserAssignedIdentity, Kubenet, Pass, as_is),
        (C::UserAssignedIdentity, Kubenet, Fail, |w| identify(w, IdentityKind::SystemAssigned)),
        (C::UserAssignedIdentity, Kubenet, Silent, |w| identify(w, IdentityKind::ServicePrincipal)),
        (C::UserAssignedIdentity, Kubenet, Unknown, |w| w.cluster().identity = None),
        // Pools of virtual machines need one as well, where the network is not AKS's own.
        (C::UserAssignedIdentity, NodeSubnet, Silent, |w| identify(w, IdentityKind::SystemAssigned)),
        (C::UserAssignedIdentity, NodeSubnet, Fail, |w| {
            identify(w, IdentityKind::SystemAssigned);
            w.pool().pool_type = Some(PoolType::AvailabilitySet);
        }),
        (C::UserAssignedIdentity, NodeSubnet, Silent, |w| {
            identify(w, IdentityKind::SystemAssigned);
            w.pool().pool_type = Some(PoolType::AvailabilitySet);
            w.pool().node_subnet_id = None;
        }),
        (C::ServicePrincipal, NodeSubnet, Silent, as_is),
        (C::ServicePrincipal, NodeSubnet, Fail, |w| {
            identify(w, IdentityKind::ServicePrincipal);
            w.pool().pool_type = Some(PoolType::AvailabilitySet);
        }),
        (C::KeyVaultEncryption, Kubenet, Silent, |w| encrypt(w, Some(true), Some("Private"))),
        (C::KeyVaultEncryption, Kubenet, Pass, |w| w.pool().pool_type = Some(PoolType::AvailabilitySet)),
        (C::KeyVaultEncryption, Kubenet, Pass, |w| {
            w.cluster().network.load_balancer_sku = text("Basic");
            encrypt(w, Some(true), Some("Public"));
        }),
        (C::KeyVaultEncryption, Kubenet, Pass, |w| {
            w.cluster().network.load_balancer_sku = text("Basic");
            encrypt(w, Some(false), Some("Private"));
        }),
        (C::KeyVaultEncryption, Kubenet, Fail, |w| {
            w.cluster().network.load_balancer_sku = text("Basic");
            encrypt(w, Some(true), Some("private"));
        }),
        (C::KeyVaultEncryption, NodeSubnet, Fail, |w| {
            w.pool().pool_type = Some(PoolType::AvailabilitySet);
            encrypt(w, Some(true), Some("Private"));
        }),
        (C::KeyVaultEncryption, Kubenet, Unknown, |w| {
            w.cluster().network.load_balancer_sku = text("Basic");
            encrypt(w, Some(true), None);
        }),
        (C::ServicePrincipal, Kubenet, Pass, as_is),
        (C::ServicePrincipal, Kubenet, Fail, |w| identify(w, IdentityKind::ServicePrincipal)),
        (C::ServicePrincipal, Kubenet, Unknown, |w| w.cluster().identity = None),
        (C::KubenetPolicy, Kubenet, Pass, as_is),
        (C::KubenetPolicy, Kubenet, Fail, |w| w.cluster().network.policy = Some(NetworkPolicy::Calico)),
        (C::KubenetPolicy, Kubenet, Unknown, |w| {
            w.cluster().network.policy = Some(NetworkPolicy::Other("new".to_owned()));
        }),
        (C::NodeSubnetPolicy, NodeSubnet, Pass, as_is),
        (C::NodeSubnetPolicy, NodeSubnet, Fail, |w| w.cluster().network.policy = Some(NetworkPolicy::Azure)),
        (C::NodeSubnetPolicy, NodeSubnet, Warn, |w| {
            w.cluster().network.policy = Some(NetworkPolicy::Cilium);
            w.cluster().network.dataplane = Some(NetworkDataplane::Cilium);
        }),
        (C::NodeSubnetPolicy, NodeSubnet, Unknown, |w| {
            w.cluster().network.policy = Some(NetworkPolicy::Other("new".to_owned()));
        }),
        (C::PolicyRemovalVersion, Kubenet, Silent, as_is),
        (C::PolicyRemovalVersion, Kubenet, Pass, |w| {
            w.cluster().network.policy = Some(NetworkPolicy::Calico);
        }),
        (C::PolicyRemovalVersion, Kubenet, Fail, |w| {
            w.cluster().network.policy = Some(NetworkPolicy::Calico);
            w.cluster().kubernetes_version = text("1.29.4");
        }),
        (C::PolicyRemovalVersion, Kubenet, Unknown, |w| {
            w.cluster().network.policy = Some(NetworkPolicy::Calico);
            w.cluster().kubernetes_version = None;
        }),
        (C::DualStack, Kubenet, Pass, as_is),
        (C::DualStack, Kubenet, Fail, |w| w.cluster().network.ip_families.push("IPv6".to_owned())),
        (C::DualStack, Kubenet, Unknown, |w| w.cluster().network.ip_families.clear()),
    ]
}
