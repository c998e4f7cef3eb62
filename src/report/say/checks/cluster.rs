//! What is wrong with a cluster itself: its kind, version and state, identity, add-ons.

use super::{list, name, names};
use crate::{
    assess::migration::{AddonFault, CiliumFault, EligibilityFault, GatewayFault, IdentityFault, Whose},
    report::phrase::{Phrase, phrase},
    rules::Minor,
};

pub(super) fn eligibility(fault: &EligibilityFault) -> Phrase {
    let whose = |whose: &Whose, own: &str| match whose {
        Whose::Cluster => own.into(),
        Whose::Pool(pool) => phrase!("pool {}", Phrase::outside(pool)),
    };
    match fault {
        EligibilityFault::PodSubnet => "pods take addresses from a pod subnet".into(),
        EligibilityFault::OwnPlugin => "the cluster brings its own network plugin".into(),
        EligibilityFault::Old(versions) => {
            let runs = |(who, version): &(Whose, Minor)| {
                phrase!("{} runs {}", whose(who, "the control plane"), version.to_string())
            };
            phrase!("older than 1.27: {}", list(versions.iter().map(runs)))
        }
        EligibilityFault::Ended(version, Some(day)) => {
            phrase!("support of {} ended on {}", version.to_string(), day.to_string())
        }
        EligibilityFault::Ended(version, None) => {
            phrase!("support of {} ended long ago", version.to_string())
        }
        EligibilityFault::Unsettled(states) => {
            let is = |(who, state): &(Whose, String)| {
                phrase!("{} is {}", whose(who, "the cluster"), Phrase::outside(state))
            };
            phrase!("not Succeeded: {}", list(states.iter().map(is)))
        }
        EligibilityFault::Stopped => "the cluster is stopped".into(),
        EligibilityFault::Automatic => "the cluster is AKS Automatic".into(),
        EligibilityFault::NoWindowsProfile => {
            "the cluster has no Windows profile; Windows pools would need one".into()
        }
    }
}

pub(super) fn identity(fault: &IdentityFault) -> Phrase {
    match fault {
        IdentityFault::SystemAssigned => "the identity is system-assigned".into(),
        IdentityFault::None => "the cluster has no managed identity".into(),
        IdentityFault::ServicePrincipal => "the cluster signs in with a service principal".into(),
        IdentityFault::Engine(engine) => {
            phrase!("the policy engine is {}", Phrase::outside(engine.as_str()))
        }
        IdentityFault::CiliumEngine => {
            "the policy engine is Cilium's, which release notes accept and the page does not".into()
        }
        IdentityFault::PrivateKeyVault => "a private key vault encrypts the secrets".into(),
        IdentityFault::EngineStays(version) => {
            phrase!("the engine cannot be removed at {}", version.to_string())
        }
    }
}

pub(super) fn addon(fault: &AddonFault) -> Phrase {
    match fault {
        AddonFault::VirtualNodes => "the virtual-nodes add-on is on".into(),
        AddonFault::IngressController => {
            "the ingress controller works with Overlay in the public cloud only".into()
        }
        AddonFault::Gateway(id, faults) => {
            phrase!("application gateway {}: {}", name(id), list(faults.iter().map(gateway)))
        }
        AddonFault::GatewayForContainers(ids) => phrase!("not a /24: {}", names(ids)),
        AddonFault::NodeAutoProvisioning => "node auto-provisioning is on".into(),
        AddonFault::PodIdentity => "pod-managed identity is on".into(),
        AddonFault::AutomaticUpgrades { cluster, node_image } => {
            let channels = [("cluster", cluster), ("node image", node_image)];
            let on = channels.into_iter().filter_map(|(what, channel)| {
                Some(phrase!("{} channel {}", what, Phrase::outside(channel.as_deref()?)))
            });
            phrase!("automatic upgrades: {}", list(on))
        }
    }
}

fn gateway(fault: &GatewayFault) -> Phrase {
    match fault {
        GatewayFault::VersionOne => "it is of version 1".into(),
        GatewayFault::Elsewhere(id) => phrase!("subnet {} lies in another network", name(id)),
        GatewayFault::Large(id, prefix) => {
            phrase!("subnet {} {} is larger than a /24", name(id), prefix.to_string())
        }
        GatewayFault::NotDelegated(id) => {
            phrase!("subnet {} is not delegated to Microsoft.Network/applicationGateways", name(id))
        }
    }
}

pub(super) fn cilium(fault: CiliumFault) -> Phrase {
    match fault {
        CiliumFault::Kubenet => "the network plugin is kubenet: Overlay comes first".into(),
        CiliumFault::OwnPlugin => {
            "the cluster brings its own network plugin; no change to another is documented".into()
        }
        CiliumFault::Already => "the data plane is Cilium already".into(),
        CiliumFault::NoVersion(version) => {
            phrase!("no Cilium version is listed for {}", version.to_string())
        }
        CiliumFault::PolicyManager => "the policy engine is Azure NPM".into(),
    }
}
