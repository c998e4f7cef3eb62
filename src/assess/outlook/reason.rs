//! Why a subnet has its status, and what its figures leave out.

use super::{part::PodsOf, scenario::Scenario};
use crate::{assess::usage::Hidden, inventory::ResourceId, ipam::Bounds};

/// A reason of a subnet's status, or something that its figures leave out. What is rare and large stands apart: an estate
/// has tens of thousands of subnets with a few each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// No address of it can be used.
    NoUsableAddress,
    /// So much of it is in use.
    InUse {
        /// Addresses in use.
        count: u64,
        /// How that relates to the truth.
        bound: Bound,
        /// Addresses that can be used.
        usable: u64,
        /// The mark that is reached.
        mark: Mark,
    },
    /// Even by the lower bounds the neediest pool cannot be upgraded.
    UpgradeSurelyFails,
    /// A scenario does not fit.
    Short {
        /// Addresses missing.
        by: u64,
        /// The scenario.
        scenario: Scenario,
    },
    /// A cluster names it, but it could not be read.
    NotRead,
    /// No IPv4 prefix of it can be read.
    NoPrefix,
    /// A prefix, as Azure gave it, is no block.
    UnreadablePrefix(String),
    /// Each of so many prefixes is taken to lose five addresses.
    SeveralPrefixes(usize),
    /// ARM lists too little of it.
    Hidden(Hidden),
    /// What the pods of a pool hold is not known.
    UnknownPods(Box<PodsOf>),
    /// ARM does not list what API servers hold; their floor comes to so many addresses.
    ApiServers(u64),
    /// ARM lists nothing; the documented rules give so many addresses.
    Modelled(Bounds),
    /// Both exist, and the larger counts.
    Mixed {
        /// Addresses ARM lists.
        listed: u64,
        /// Addresses the documented rules give.
        modelled: Bounds,
    },
    /// So many addresses look like AKS, of no cluster that was read.
    UnreadClusters(u64),
    /// The projections are a lower bound: a cluster provisions nodes that no pool counts.
    AutoProvisioned(ResourceId),
    /// The same: a pool is stopped and reports no size.
    StoppedWithoutSize(Box<(ResourceId, String)>),
    /// The same: not every pool of a cluster could be read.
    UnreadPools(ResourceId),
    /// The same: API servers may take more than their floor.
    ApiServerFloor,
    /// The same: AKS hosts system nodes here that no pool counts.
    HostedNodes,
    /// The same: pools of clusters that were not read are here.
    PoolsOfUnread,
    /// The same: nodes are here that no pool of a cluster counts, some of which may be leaked.
    Uncounted(Box<(ResourceId, u64)>),
    /// The projections are an upper bound: so is what pods hold.
    PodsAtMost,
    /// The same: not as many nodes of a pool are there as are wanted.
    Between(Box<Between>),
    /// A gateway pool surges less than it is told to, because its public IP prefix has no more than so many addresses.
    PrefixEnds(Box<(ResourceId, String, u64)>),
    /// From its version of Kubernetes on, AKS falls back to a smaller surge of a cluster where all of it does not fit.
    SmallerSurge(ResourceId),
    /// A cluster is in this state, in which something goes on: its figures may still change.
    InMotion(Box<(ResourceId, String)>),
    /// Projections are empty that need what is not known of a pool.
    Gap(Box<Gap>),
}

/// How a number of addresses relates to the truth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// It is exact.
    Exact,
    /// There are at least so many.
    Low,
    /// There are at most so many.
    High,
}

/// What part of a subnet is in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// All of it.
    Full {
        /// Whether a percentage means anything here.
        has_share: bool,
    },
    /// So many percent, which is critical.
    Critical(u8),
    /// So many percent, which is worth a warning.
    Warning(u8),
}

/// A pool on its way from the nodes that are there to those that are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Between {
    /// The cluster.
    pub cluster_id: ResourceId,
    /// The pool.
    pub node_pool: String,
    /// Nodes wanted.
    pub wanted: u64,
    /// Nodes there.
    pub there: u64,
}

/// What is not known of a pool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// The cluster.
    pub cluster_id: ResourceId,
    /// The pool.
    pub node_pool: String,
    /// What is missing.
    pub missing: Vec<Missing>,
}

/// A figure of a pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// Nodes now.
    Size,
    /// Nodes with the autoscaler at its maximum.
    Maximum,
    /// How it surges.
    Surge,
    /// Addresses of a node.
    PerNode,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_takes_no_more_room_than_its_sentence_did() {
        assert!(size_of::<Reason>() <= 32, "{}", size_of::<Reason>());
    }
}
