//! The words of what answers about address space come with: their arithmetic, notes, obstacles and changes.

use super::{
    input::{Input, input},
    pieces::{addresses, name, within},
};
use crate::{
    assess::questions::{Applied, DualStack, Growth, Note, Obstacle, Setting, Space, Step},
    ipam::{
        IpamMode,
        limits::{ADDRESSES_PER_VNET, POD_BLOCK_PREFIX, RESERVED_PER_PREFIX},
    },
    report::phrase::{Phrase, counted, phrase},
};

/// A step of an answer's arithmetic.
pub(crate) fn step(step: &Step) -> Input {
    match step {
        Step::Free { space, allocated, free } => {
            let value = phrase!("{} - {} = {}", *space, *allocated, *free);
            input("address space - subnets = free", value, "A7")
        }
        Step::Clear(clear) => input("of which apart from everything around", *clear, "G-34"),
        Step::Surging { pool, nodes, surge, peak } => {
            let what = phrase!("{}: nodes while it surges", Phrase::outside(pool));
            input(what, phrase!("{} + {} = {}", *nodes, *surge, *peak), "A4")
        }
        Step::Each { pool, space, mode, max_pods, each } => {
            let what = phrase!("{}: {} a node", Phrase::outside(pool), space.unit());
            input(what, of_a_node(*space, *mode, *max_pods, *each), rule(*mode))
        }
        Step::Taken { pool, space, mode, peak, each, taken } => {
            let what = phrase!("{}: {}", Phrase::outside(pool), space.unit());
            input(what, phrase!("{} × {} = {}", *peak, *each, *taken), rule(*mode))
        }
        Step::Together(need) => input("together", *need, "A7"),
        Step::WithSpoiled { need, spoiled, whole } => {
            let what = "with the first and last /28, which hold reserved addresses";
            input(what, phrase!("{} + {} = {}", *need, *spoiled, *whole), "A2.4")
        }
        Step::Smallest(space, length) => {
            input(phrase!("smallest block: /{}", u32::from(*length)), offered(*space, *length), "A1")
        }
        Step::Given(space, block) => {
            input(phrase!("given block {}", block.to_string()), offered(*space, block.length), "A1")
        }
        Step::Most { space, length, mode, offers, each, nodes, bound, surging, surge } => {
            let bound = bound.map_or_else(Phrase::default, |(nodes, limit)| {
                phrase!(", of which {} allows {}", limit.as_str(), nodes)
            });
            let value = phrase!(
                "⌊{} / {}⌋ = {}{}; {} while they surge by {}",
                *offers,
                *each,
                *nodes,
                bound,
                *surging,
                *surge
            );
            let what = phrase!("most nodes in a /{} {}", u32::from(*length), space.as_str());
            input(what, value, rule(*mode))
        }
        Step::DualStack(taken) => {
            let (what, value) = match taken {
                DualStack::NodeSubnet => {
                    ("IPv6 of the node subnet", "a /64, of which a node takes one address")
                }
                DualStack::Pods => ("IPv6 of the pods", "a /64, of which a node takes a /120"),
                DualStack::Routes => ("routes a node", "one of each family: 400 / 2 = 200 nodes"),
            };
            input(what, value, "A2.6")
        }
    }
}

/// What a node takes of a space.
fn of_a_node(space: Space, mode: IpamMode, pods: u32, each: u64) -> Phrase {
    match (space, mode) {
        (Space::NodeSubnet, IpamMode::NodeSubnet) => phrase!("{} pods + 1 = {}", pods, each),
        (Space::NodeSubnet, _) => Phrase::number(each),
        (Space::PodSubnet, IpamMode::PodSubnetStatic) => {
            phrase!("16 × ⌈({} pods + 1) / 16⌉ = {}", pods, each)
        }
        (Space::PodSubnet, _) => phrase!("16 × ⌈{} pods / 16⌉ + 1 = {}", pods, each),
        (Space::PodCidr, _) => phrase!("a /{}, whatever its pods", u32::from(POD_BLOCK_PREFIX)),
    }
}

/// The rule of what a node takes.
fn rule(mode: IpamMode) -> &'static str {
    match mode {
        IpamMode::Kubenet => "A2.1",
        IpamMode::NodeSubnet => "A2.2",
        IpamMode::PodSubnetDynamic => "K-02",
        IpamMode::PodSubnetStatic => "A2.4",
        _ => "A2.5",
    }
}

/// What a block of this length offers.
fn offered(space: Space, length: u8) -> Phrase {
    let (offers, length) = (space.offers(length), u32::from(length));
    match space {
        Space::NodeSubnet | Space::PodSubnet => {
            phrase!("2^(32 - {}) - {} = {}", length, RESERVED_PER_PREFIX, offers)
        }
        Space::PodCidr => phrase!("2^({} - {}) = {}", u32::from(POD_BLOCK_PREFIX), length, offers),
    }
}

/// So much of a space.
pub(crate) fn so_much(space: Space, number: u64) -> Phrase {
    match space {
        Space::NodeSubnet | Space::PodSubnet => addresses(number),
        Space::PodCidr => counted(number, "/24 block", "/24 blocks"),
    }
}

/// What a reader should know.
pub(crate) fn note(note: &Note) -> Phrase {
    let words = match note {
        Note::BehindHub(hub) => {
            return phrase!(
                "what lies behind the hub {}, beyond what is shown, could not be read: what is called free here may be in use \
                 there (accept it with `accept_unread`, or audit with an identity that reads the hub)",
                Phrase::outside(hub.as_str())
            );
        }
        Note::SpaceOf(network) => {
            return phrase!(
                "some address space of {}, which is reached, is not known: less may be free than is shown",
                Phrase::outside(network.as_str())
            );
        }
        Note::NotConnected(network) => {
            return phrase!(
                "the peering with {} is not Connected on both sides: nothing is reached through it today, and everything behind \
                 it once it is mended",
                Phrase::outside(network.as_str())
            );
        }
        Note::Linked(network) => {
            return phrase!(
                "the only block left meets {}, which is peered with the same hub: the hub passes nothing on today, so that it is \
                 no conflict until it does",
                Phrase::outside(network.as_str())
            );
        }
        Note::UnreadablePrefixes => "some prefixes could not be read: less may be free than is shown",
        Note::OtherMode => {
            "the size is for another mode; whether the cluster can move to it is another question"
        }
        Note::UpdateFirst => {
            "after its network has grown, a cluster must be updated before a subnet in the new space is used (K-22)"
        }
        Note::UntoldSubnets => "some subnets can't be told: they were not read, or list too little",
    };
    words.into()
}

/// Why Azure would refuse a new subnet.
pub(crate) fn obstacle(obstacle: &Obstacle) -> Phrase {
    match obstacle {
        Obstacle::ManagedNetwork { node_pool, fewer_pods_help } => phrase!(
            "pool {} uses the network that AKS made, and Azure takes no custom subnet beside it (K-14): what helps is \
             {}less surge, or a new cluster",
            Phrase::outside(node_pool),
            if *fewer_pods_help { "fewer pods a node in a new pool, " } else { "" }
        ),
        Obstacle::UnreadNetwork => "the network of the cluster was not read".into(),
        Obstacle::TooManyAddresses(wanted) => phrase!(
            "{} addresses are more than the {} a network holds, whatever its space (A1)",
            *wanted,
            ADDRESSES_PER_VNET
        ),
        Obstacle::PublicIpPrefix { node_pool, nodes, most } => phrase!(
            "{} nodes are more than the {} that the public IP prefix of pool {} has addresses for: a new pool with a larger \
             prefix (A5)",
            *nodes,
            *most,
            Phrase::outside(node_pool)
        ),
    }
}

/// A change that was applied.
pub(crate) fn applied(applied: &Applied) -> Phrase {
    match applied {
        Applied::RemovedCluster(id) => phrase!("remove cluster {}", name(id)),
        Applied::RemovedPool(id, pool) => phrase!("remove pool {}", within(id, pool)),
        Applied::Changed { cluster_id, node_pool, settings } => {
            let of = match node_pool {
                Some(pool) => phrase!("pool {}", within(cluster_id, pool)),
                None => phrase!("cluster {}", name(cluster_id)),
            };
            phrase!("change {}: {}", of, Phrase::joined(settings.iter().map(setting), ", "))
        }
        Applied::AddedSubnet { vnet_id, name, prefix } => {
            phrase!("add subnet {} {}", within(vnet_id, name), prefix.to_string())
        }
        Applied::AddedCluster(id, mode) => phrase!("add cluster {} ({})", name(id), mode.as_str()),
        Applied::AddedPool { cluster_id, name, nodes } => {
            phrase!("add pool {}: nodes {}", within(cluster_id, name), *nodes)
        }
        Applied::Grown { location, by } => {
            let by = match by {
                Growth::Percent(percent) => phrase!("{} %", *percent),
                Growth::Nodes(nodes) => counted(*nodes, "node", "nodes"),
            };
            phrase!("grow {} by {}", Phrase::outside(location), by)
        }
    }
}

fn setting(setting: &Setting) -> Phrase {
    match setting {
        Setting::Overlay => "mode overlay".into(),
        Setting::PodCidr(cidr) => phrase!("pod CIDR {}", cidr.to_string()),
        Setting::MaxPods(pods) => phrase!("max_pods {}", *pods),
        Setting::Nodes(nodes) => phrase!("nodes {}", *nodes),
        Setting::MaxCount(nodes) => phrase!("max_count {}", *nodes),
        Setting::MinCount(nodes) => phrase!("min_count {}", *nodes),
        Setting::MaxSurge(surge) => phrase!("max_surge {}", Phrase::outside(surge)),
    }
}
