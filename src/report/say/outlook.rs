//! The words of what comes: ranges that collide, what AKS itself would refuse, limits that are broken.

use crate::{
    assess::outlook::{Breach, Collision, Conflict, RangeOf, Refusal, Target},
    ipam::limits::{CONFIGURATIONS_PER_NODE, MAX_PODS_PER_NODE},
    report::phrase::{Phrase, phrase},
};

/// Why a conflict matters.
pub(crate) fn conflict(conflict: &Conflict) -> Phrase {
    let what = if conflict.of == RangeOf::Pods { "pods" } else { "services" };
    let by = || conflict.by.as_deref().map(Phrase::outside).unwrap_or_default();
    match conflict.with {
        Collision::Service => "AKS forbids pods and services in one range".into(),
        Collision::Reserved => "AKS reserves this range".into(),
        Collision::OnPremises => "hosts outside Azure in this range can't be reached".into(),
        Collision::Subnet => phrase!("{} overlap a subnet of the cluster's network", what),
        Collision::Vnet => phrase!("{} overlap the network's space, though no subnet of it", what),
        Collision::Peer => "hosts of the peered network in this range can't be reached".into(),
        Collision::TransitivePeer => {
            let assumed = if conflict.assumed {
                "; that traffic passes is assumed: a peering on the way was seen from one side only"
            } else {
                ""
            };
            phrase!("hosts in this range behind the hub {} can't be reached{}", by(), assumed)
        }
        Collision::Route => phrase!("route {} leads part of the pod range elsewhere", by()),
    }
}

/// The words the service uses.
pub(crate) fn refusal(refusal: &Refusal) -> Phrase {
    let Refusal { preallocated, available, target } = refusal;
    let place = match target {
        Target::Subnet(id) => phrase!("Subnet {}", Phrase::outside(id.name())),
        Target::PodCidr(cidr) => phrase!("Pod Cidr {}", cidr.to_string()),
    };
    phrase!("Pre-allocated IPs {} exceeds IPs available {} in {}", *preallocated, *available, place)
}

/// Why the nodes of a pool break a limit of their own.
pub(crate) fn breach(breach: Breach) -> Phrase {
    let Breach { max_pods, configurations } = breach;
    let pods = phrase!("maxPods {} is more than the {} pods a node can run", max_pods, MAX_PODS_PER_NODE);
    match configurations {
        Some(count) => phrase!(
            "{}, and {} IP configurations more than the {} of a machine",
            pods,
            count,
            CONFIGURATIONS_PER_NODE
        ),
        None => pods,
    }
}
