//! The words of targets: why each was chosen, and why the next best lost.

use super::in_use::Held;
use crate::{
    assess::migration::{
        Gain, Missing, Need, NewPools, NoProposal, NotOverlay, Pressure, Provisioner, Reason, Relief,
    },
    ipam::IpamMode,
    report::phrase::{Phrase, phrase},
    rules::CheckId,
    words::{counted, noun},
};

/// Why a target was chosen.
pub(crate) fn target_reason(reason: &Reason) -> Phrase {
    match reason {
        Reason::OwnPlugin { wants_cilium: true } => {
            "the Cilium that Azure manages is wanted, and no way there is documented for a network plugin of one's own".into()
        }
        Reason::OwnPlugin { wants_cilium: false } => "the cluster brings its own network plugin: no advice".into(),
        Reason::ModeUnknown => "its network plugin and mode are not known".into(),
        Reason::BeingDeleted => "it is being deleted".into(),
        Reason::Needs(need) => phrase!(
            "{} are needed, which Overlay does not have: a new cluster with a pod subnet",
            needed(*need)
        ),
        Reason::NoWayInPlace(_) => "a blocker cannot be removed in place".into(),
        Reason::KubenetEnds { blockers: 0 } => {
            "kubenet ends, and nothing that was read stands against Overlay in place".into()
        }
        Reason::KubenetEnds { blockers } => phrase!(
            "kubenet ends; Overlay in place after {} {} removed",
            *blockers,
            noun(*blockers, "blocker is", "blockers are")
        ),
        Reason::Calm { mode, cilium } => calm(*mode, cilium.as_ref()),
        Reason::Pressed(pressure, relief) => phrase!("{}{}", pressed(pressure), relieved(*relief)),
        Reason::PodCidrFull { room, nodes, larger } => {
            let full = phrase!(
                "the pod CIDR has room for {} {}, and the pools may have {}",
                *room,
                noun(*room, "node", "nodes"),
                nodes.to_string()
            );
            match larger {
                None => full,
                Some(Ok(larger)) => phrase!("{}; it can grow to {}", full, larger.to_string()),
                Some(Err(NoProposal::Unknown(what))) => {
                    phrase!("{}; to which range is not known: {}", full, missing(what))
                }
                Some(Err(none)) => phrase!("{}; {}", full, no_proposal(none)),
            }
        }
    }
}

fn needed(need: Need) -> &'static str {
    match need {
        Need::DirectAddresses => "direct pod addresses",
        Need::VirtualNodes => "virtual nodes",
    }
}

fn calm(mode: IpamMode, cilium: Option<&Gain>) -> Phrase {
    let calm = match mode {
        IpamMode::Overlay => "the cluster is on Overlay and under no pressure",
        IpamMode::NodeSubnet => "no subnet is under pressure, and node subnets have no end date",
        _ => "no subnet is under pressure, and pod subnets have no end date",
    };
    match cilium {
        None => calm.into(),
        Some(Gain::Replaces(engine)) => {
            phrase!("{}; Cilium replaces the policy engine {}", calm, engine.to_string())
        }
        Some(Gain::AskedFor) => phrase!("{}; Cilium is asked for", calm),
    }
}

fn pressed(pressure: &Pressure) -> Phrase {
    let Pressure { usable, used, worst, .. } = pressure;
    let held = Held::of(*usable, *used, *usable);
    phrase!(
        "subnet {} has {} {}, {}{} used{}, {} at most",
        Phrase::outside(pressure.subnet_id.name()),
        *usable,
        noun(*usable, "address", "addresses"),
        if used > usable { "up to " } else { "" },
        held.count(),
        held.wanted(),
        *worst
    )
}

fn relieved(relief: Relief) -> String {
    match relief {
        Relief::Overlay => "; Overlay leaves one address a node".to_owned(),
        Relief::PodSubnet { static_blocks } => format!(
            "; direct pod addresses are needed: new pools with a pod subnet, {}",
            if static_blocks { "static blocks" } else { "dynamic allocation" }
        ),
        Relief::AnotherPodSubnet => "; add a pod subnet and pools, or static blocks for scale".to_owned(),
        Relief::NewPools { because, in_managed_network, with } => {
            let pools = match (in_managed_network, with) {
                (true, NewPools::FewerPods) => {
                    "new pools with smaller maxPods, or less surge; a subnet of one's own is refused while pools use the managed one"
                }
                (true, NewPools::OneEach) => {
                    "less surge, or a new cluster; a subnet of one's own is refused while pools use the managed one"
                }
                (false, NewPools::FewerPods) => {
                    "a new, larger subnet with new pools, or smaller maxPods in new pools"
                }
                (false, NewPools::OneEach) => "a new, larger subnet with new pools, or less surge",
            };
            format!("{}: {pools}", not_overlay(because))
        }
        Relief::LargerSubnet { because, by, in_managed_network } => {
            let relief = match (in_managed_network, by) {
                (false, Provisioner::Auto) => {
                    "a new, larger subnet, which the node class of the nodes that no pool makes has to name".to_owned()
                }
                (true, Provisioner::Auto) => {
                    "fewer nodes, or a new cluster; a subnet of one's own is refused while pools use the managed one".to_owned()
                }
                (in_managed_network, Provisioner::Unclear(nodes)) => unclear(nodes, in_managed_network),
            };
            format!("{}: {relief}", not_overlay(because))
        }
    }
}

/// What helps where nobody can tell who makes the nodes, or whether they are there.
fn unclear(nodes: u64, in_managed_network: bool) -> String {
    let named = noun(nodes, "is", "are");
    let nodes = counted(nodes, "node", "nodes");
    let helps = if in_managed_network {
        "fewer nodes or a new cluster help"
    } else {
        "their node class has to name a larger subnet"
    };
    format!(
        "{nodes} that no pool counts {named} named as Karpenter names its own; if one makes them, {helps}, and if they were left \
         behind, they can be deleted"
    )
}

fn not_overlay(because: Option<NotOverlay>) -> &'static str {
    match because {
        None => "",
        Some(NotOverlay::VirtualNodes) => "; virtual nodes are in use",
        Some(NotOverlay::NoWayInPlace) => "; Overlay is not possible in place",
    }
}

/// Why no pod CIDR can be proposed.
pub(crate) fn no_proposal(none: &NoProposal) -> Phrase {
    match none {
        NoProposal::NotAsked => "no change in place gives this cluster another pod CIDR".into(),
        NoProposal::Unknown(what) => {
            phrase!("it cannot be told what a pod CIDR must be apart from: {}", missing(what))
        }
        NoProposal::TooLarge(nodes) => {
            phrase!("{} nodes need a range larger than any this program proposes", *nodes)
        }
        NoProposal::NoLarger(present, nodes) => {
            phrase!("no range that holds {} and {} nodes is private and free", present.to_string(), *nodes)
        }
        NoProposal::NoneFree(length) => {
            phrase!("no /{} is free in `migration.pod_cidr_pools`", length.to_string())
        }
    }
}

pub(super) fn missing(what: &Missing) -> Phrase {
    match what {
        Missing::Nodes => "the number of nodes is not known".into(),
        Missing::Network => "the cluster's network could not be read".into(),
        Missing::NetworkSpace => "the network has no address space".into(),
        Missing::SpaceOf(network) => {
            phrase!("the address space of {} is not known", Phrase::outside(network.name()))
        }
        Missing::ServiceCidr => "the service CIDR is not known".into(),
        Missing::PodCidr => "the present pod CIDR is not known".into(),
    }
}

/// Why the next best target lost; none where there is no other.
pub(crate) fn lost(reason: &Reason) -> Option<Phrase> {
    let words = match reason {
        Reason::OwnPlugin { wants_cilium: true } => {
            "the present plugin goes on, and nobody but its owner supports it"
        }
        Reason::OwnPlugin { wants_cilium: false } => "only if a managed network plugin is wanted",
        Reason::ModeUnknown | Reason::BeingDeleted | Reason::Calm { mode: IpamMode::Overlay, .. } => {
            return None;
        }
        Reason::Needs(need) => return Some(phrase!("it is in place, but has no {}", needed(*need))),
        Reason::NoWayInPlace(checks) => {
            let ids: Vec<_> = checks.iter().copied().map(CheckId::as_str).collect();
            return Some(phrase!("{} cannot be mended in place", ids.join(", ")));
        }
        Reason::KubenetEnds { .. } => {
            "a rebuild costs more and wins nothing that Overlay in place does not give"
        }
        Reason::Calm { mode: IpamMode::NodeSubnet, .. } => {
            "it is the strategic target, but nothing presses, and it cannot be undone"
        }
        Reason::Calm { .. } => "Overlay would need a new cluster, and nothing presses",
        Reason::Pressed(_, relief) => lost_to(*relief),
        Reason::PodCidrFull { larger, .. } => match larger {
            None => "it works only for clusters with Linux pools and a single IPv4 range",
            Some(Ok(_)) => "the present range can be expanded to one that holds it",
            Some(Err(NoProposal::Unknown(_))) => "only if no larger range that holds the present one is free",
            Some(Err(_)) => "the addresses beside the present range are taken",
        },
    };
    Some(words.into())
}

fn lost_to(relief: Relief) -> &'static str {
    match relief {
        Relief::Overlay => "it keeps pods reachable, but takes more addresses and new pools",
        Relief::PodSubnet { .. } => "it frees most addresses, but pods could not be reached directly",
        Relief::AnotherPodSubnet => {
            "Overlay frees most addresses, but from a pod subnet only in a new cluster"
        }
        Relief::NewPools { because: Some(NotOverlay::VirtualNodes), .. }
        | Relief::LargerSubnet { because: Some(NotOverlay::VirtualNodes), .. } => {
            "virtual nodes do not work with Overlay; without them it would be the first choice"
        }
        Relief::NewPools { because: Some(NotOverlay::NoWayInPlace), .. }
        | Relief::LargerSubnet { because: Some(NotOverlay::NoWayInPlace), .. } => {
            "it would free most addresses at the price of a rebuild"
        }
        Relief::LargerSubnet { in_managed_network: true, .. } => {
            "nodes that no pool makes may find no address in the network that AKS made"
        }
        Relief::NewPools { because: None, .. } | Relief::LargerSubnet { because: None, .. } => {
            "the next scale-out or upgrade may find no address"
        }
    }
}
