//! Why a cluster should go where its recommendation says.

use super::{pod_cidr::NoProposal, pressure::Pressure};
use crate::{
    inventory::NetworkPolicy,
    ipam::{Cidr, IpamMode},
    rules::CheckId,
};

/// Why a target was chosen, with the figures that decided it. Why the next best lost follows from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// The cluster brings its own network plugin; whether somebody wants the Cilium that Azure manages.
    OwnPlugin {
        /// Somebody wants it.
        wants_cilium: bool,
    },
    /// Its network plugin and mode are not known.
    ModeUnknown,
    /// It is being deleted.
    BeingDeleted,
    /// Overlay lacks what its pods need.
    Needs(Need),
    /// These blockers cannot be removed in place.
    NoWayInPlace(Vec<CheckId>),
    /// Support of kubenet ends, and Overlay is in place after so many blockers are removed.
    KubenetEnds {
        /// Failing blockers.
        blockers: usize,
    },
    /// Nothing presses; what the Cilium data plane would bring, where that is the target.
    Calm {
        /// The present mode.
        mode: IpamMode,
        /// What Cilium brings.
        cilium: Option<Gain>,
    },
    /// A subnet is nearly full, or too small for what its pools may become.
    Pressed(Pressure, Relief),
    /// The pod CIDR is nearly used up.
    PodCidrFull {
        /// Nodes it has room for.
        room: u64,
        /// Nodes that the pools may have.
        nodes: u64,
        /// The range it can grow to, or why there is none; none where it cannot grow at all.
        larger: Option<Result<Cidr, NoProposal>>,
    },
}

/// What pods need that Overlay does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Addresses by which they are reached directly.
    DirectAddresses,
    /// Virtual nodes.
    VirtualNodes,
}

/// What the Cilium data plane brings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gain {
    /// It replaces this policy engine, one of the past.
    Replaces(NetworkPolicy),
    /// It is asked for.
    AskedFor,
}

/// What relieves a subnet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relief {
    /// Overlay, which leaves one address a node.
    Overlay,
    /// A pod subnet in new pools, because pods are reached directly.
    PodSubnet {
        /// Whether there are so many pods that static blocks are better than dynamic allocation.
        static_blocks: bool,
    },
    /// One more pod subnet with its pools.
    AnotherPodSubnet,
    /// A larger subnet for nodes that no pool makes: their node class names it, and new pools change nothing for them.
    LargerSubnet {
        /// Why they are not left for Overlay, where the mode could be.
        because: Option<NotOverlay>,
        /// Who makes them.
        by: Provisioner,
        /// Whether it is the network that AKS made, in which no subnet of one's own is taken.
        in_managed_network: bool,
    },
    /// New pools in the present mode.
    NewPools {
        /// Why they are not left for Overlay, where the mode could be.
        because: Option<NotOverlay>,
        /// Whether a pool uses the network that AKS made, in which no subnet of one's own is taken (K-14).
        in_managed_network: bool,
        /// What the new pools can do beside that.
        with: NewPools,
    },
}

/// What new pools change for a subnet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NewPools {
    /// With fewer pods a node they take fewer addresses.
    FewerPods,
    /// A node takes one address, whatever its maxPods.
    OneEach,
}

/// Who makes the nodes that no pool counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Provisioner {
    /// Node auto-provisioning, which Azure says is on.
    Auto,
    /// Azure says nothing of it, and so many interfaces are named as Karpenter names those of its nodes: one that somebody
    /// installed makes them, or they were left behind. Nothing in Azure tells the two apart.
    Unclear(u64),
}

/// Why a node-subnet cluster does not go to Overlay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotOverlay {
    /// Virtual nodes are in use.
    VirtualNodes,
    /// It is not possible in place.
    NoWayInPlace,
}
