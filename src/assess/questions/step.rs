//! What answers are made of and come with: the steps of their arithmetic, and what a reader should know.

use super::{block::Block, space::Space};
use crate::{
    assess::{outlook::Limit, topology::Reach},
    inventory::ResourceId,
    ipam::IpamMode,
};

/// A step of an answer's arithmetic. Figures are addresses, and /24 blocks where a step is about a pod CIDR.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// What is free of a network's space.
    Free {
        /// The space.
        space: u64,
        /// What its subnets take.
        allocated: u64,
        /// What is left.
        free: u64,
    },
    /// What is free and apart from everything around the network.
    Clear(u64),
    /// Nodes of a pool while it surges.
    Surging {
        /// The pool.
        pool: String,
        /// Its nodes.
        nodes: u64,
        /// Extra nodes.
        surge: u64,
        /// All of them.
        peak: u64,
    },
    /// What one node takes.
    Each {
        /// The pool.
        pool: String,
        /// What is taken of.
        space: Space,
        /// How its pods get addresses.
        mode: IpamMode,
        /// Most pods of a node.
        max_pods: u32,
        /// What a node takes.
        each: u64,
    },
    /// What all nodes of a pool take.
    Taken {
        /// The pool.
        pool: String,
        /// What is taken of.
        space: Space,
        /// How its pods get addresses.
        mode: IpamMode,
        /// Nodes while it surges.
        peak: u64,
        /// What a node takes.
        each: u64,
        /// What all take.
        taken: u64,
    },
    /// What all pools take.
    Together(u64),
    /// What static blocks take with the first and the last /28 of a subnet, which hold reserved addresses.
    WithSpoiled {
        /// What pools take.
        need: u64,
        /// Addresses that lie in no whole /28.
        spoiled: u64,
        /// Both.
        whole: u64,
    },
    /// What the smallest block that is enough offers.
    Smallest(Space, u8),
    /// What the block that was given or is in use offers.
    Given(Space, Block),
    /// Most nodes that a block holds.
    Most {
        /// What the block is for.
        space: Space,
        /// Its prefix length.
        length: u8,
        /// How the pods of the nodes get addresses.
        mode: IpamMode,
        /// What the block offers.
        offers: u64,
        /// What a node takes.
        each: u64,
        /// Nodes the block holds.
        nodes: u64,
        /// A limit beside addresses that allows fewer nodes, with how many.
        bound: Option<(u64, Limit)>,
        /// Nodes that can also surge.
        surging: u64,
        /// Their surge.
        surge: u64,
    },
    /// What IPv6 adds.
    DualStack(DualStack),
}

/// What IPv6 takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DualStack {
    /// Addresses of the node subnet.
    NodeSubnet,
    /// Addresses of the pods.
    Pods,
    /// Routes.
    Routes,
}

/// What a reader of an answer should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    /// This hub could not be read: what else lies behind it is not known, so that what is called free may not be.
    BehindHub(ResourceId),
    /// Some address space of this network, which is reached, is not known.
    SpaceOf(ResourceId),
    /// A peering with this network is not `Connected` on both sides, so that nothing is reached through it.
    NotConnected(ResourceId),
    /// The only room left meets what this network holds, which is peered with the same hub but not reached.
    Linked(ResourceId),
    /// Some prefixes could not be read.
    UnreadablePrefixes,
    /// The size is for another mode than the pools have.
    OtherMode,
    /// A cluster must be updated before it uses space that its network has grown by.
    UpdateFirst,
    /// Some subnets can't be told.
    UntoldSubnets,
}

impl Note {
    /// Whether it says that something could not be seen on which the answer depends.
    #[must_use]
    pub fn is_gap(&self) -> bool {
        matches!(self, Self::BehindHub(_))
    }

    /// What a reader of any answer about free space in a network should know.
    pub(super) fn of_reach(reach: &Reach<'_, '_>) -> impl Iterator<Item = Self> {
        let hubs = reach.unseen().into_iter().cloned().map(Self::BehindHub);
        let partly = reach.partly_known().into_iter().cloned().map(Self::SpaceOf);
        let broken = reach.broken().into_iter().map(|(_, other)| Self::NotConnected(other.clone()));
        hubs.chain(partly).chain(broken)
    }
}
