//! The facts behind findings, with their figures and names. The words are the reports'.

use jiff::civil::Date;

use super::ahead::{Spare, Sum};
use crate::{
    assess::{
        migration::{IdleAnswer, RetirementItem},
        options::Exception,
        outlook::{Breach, Conflict, Reason, Refusal, Stage},
        usage::UsedBasis,
    },
    inventory::{CoverageEntry, ResourceId},
    rules::CheckId,
};

/// A fact behind a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// About a cluster or its pools.
    Cluster(ClusterFact),
    /// About a cluster that has to move, or the plan of moves.
    Leaving(LeavingFact),
    /// About the addresses of a subnet.
    Subnet(SubnetFact),
    /// About a limit beyond the subnet.
    Limit(LimitFact),
    /// Ranges of one owner that collide with others.
    Overlaps(Vec<Conflict>),
    /// Networks that a peering leads to and that are not reached.
    NotConnected(Vec<ResourceId>),
    /// Prefixes that are no blocks, as they were read.
    UnreadablePrefixes(PrefixKind, Vec<String>),
    /// Something was not read.
    Gap(CoverageEntry),
    /// The user accepts every gap of the finding.
    GapsAccepted,
    /// An answer to a check decides nothing, and why.
    Attestation(CheckId, IdleAnswer),
    /// An answer to a check is about a cluster that was not found.
    AttestationOfNothing(CheckId),
    /// Exceptions for one resource that accept nothing, each with the reason.
    UnusedExceptions(Vec<(Exception, WhyUnused)>),
    /// The rules were last known to hold long ago.
    RulesOutdated {
        /// The oldest of them.
        id: String,
        /// The day of its source, or that on which it was read.
        of: Date,
        /// The audit's date.
        as_of: Date,
        /// Days between.
        days: i64,
    },
}

/// A fact about a cluster or its pools.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClusterFact {
    /// So many nodes run on kubenet, and it ends.
    Kubenet {
        /// Nodes now.
        nodes: Option<u64>,
        /// Nodes with every autoscaler at its maximum.
        nodes_scale_max: Option<u64>,
        /// When support ends.
        ends: Date,
        /// Days to it; negative when past.
        days_left: i64,
    },
    /// No documented pair of plugin and mode, or one that does not tell how pods get addresses.
    Mode {
        /// The plugin.
        plugin: Option<String>,
        /// Its mode.
        mode: Option<String>,
        /// Whether it could only be told from a node pool, and there is none.
        lacks_pools: bool,
    },
    /// Pools that name a subnet nobody could read.
    NamedBy(Vec<(ResourceId, String)>),
    /// Why nobody could read it.
    SubnetUnreadable(WhyUnreadable),
    /// Pools that name no subnet, where AKS made a network for them and none of its subnets is surely theirs.
    Unplaced {
        /// The cluster.
        cluster_id: ResourceId,
        /// Its pools that name none.
        pools: Vec<String>,
        /// The network that AKS made.
        vnet_id: ResourceId,
        /// How many subnets that has.
        subnets: usize,
    },
}

/// Why a subnet that pools name could not be read. It names its network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WhyUnreadable {
    /// Its id names no network.
    NoNetwork,
    /// The network was read and has no such subnet.
    NotInNetwork(ResourceId),
    /// The identity may not read the network.
    Denied(ResourceId),
    /// Azure knows no such network.
    NoSuchNetwork(ResourceId),
    /// The network is not among those that were read.
    NotRead(ResourceId),
}

/// A fact about a cluster that has to move, or about the plan of moves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LeavingFact {
    /// A cluster was made on kubenet although that ends.
    CreatedLately {
        /// When it ends.
        ends: Date,
    },
    /// Checks hold a cluster back.
    Blocked {
        /// Whether there is a way in place once they are removed.
        is_removable: bool,
        /// The checks.
        by: Vec<CheckId>,
    },
    /// The last wave ends after the date it should.
    Late {
        /// Days after it.
        days: i64,
        /// The date.
        target: Date,
    },
    /// Clusters that no wave has a place for.
    NoPlace(Vec<ResourceId>),
    /// kubenet clusters without a date, because they do not move in place, or nobody can say yet.
    NoDate(Vec<ResourceId>),
    /// What one retirement hits of a resource: itself, its pools.
    Retired(Vec<RetirementItem>),
}

/// A fact about the addresses of a subnet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SubnetFact {
    /// A criterion of its status holds.
    Status(Reason),
    /// What is held of it.
    InUse {
        /// Addresses in use.
        used: Option<u64>,
        /// Addresses in use at least.
        used_low: Option<u64>,
        /// Addresses that can be used.
        usable: Option<u64>,
        /// The share in use in tenths of a percent, where that means anything.
        tenths: Option<u64>,
        /// How the figures were obtained.
        basis: UsedBasis,
    },
    /// The clusters in it.
    Clusters(Vec<ResourceId>),
    /// The services it is delegated to.
    Delegated(Vec<String>),
    /// A scenario does not fit.
    Short {
        /// Addresses missing.
        by: u64,
        /// What they are missing from.
        sum: Option<Sum>,
        /// The clusters in it.
        clusters: Vec<ResourceId>,
    },
    /// It is far larger than it needs to be.
    Roomy {
        /// What it will need at most.
        sum: Sum,
        /// What it could give back.
        spare: Spare,
    },
    /// Addresses that nobody can use, by estimate.
    Stranded {
        /// How many.
        addresses: u64,
        /// Of how many that can be used.
        usable: u64,
    },
}

/// A fact about a limit beyond the subnet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LimitFact {
    /// Linux nodes of a cluster with Azure NPM, of which only so many are supported.
    PolicyManager {
        /// Now.
        now: u64,
        /// At autoscaler maximum.
        most: u64,
        /// Supported.
        capacity: u64,
    },
    /// Nodes against a limit of a cluster or a pool.
    Nodes {
        /// Nodes now.
        now: u64,
        /// Nodes at the autoscaler's maximum while everything surges.
        most: u64,
        /// Nodes there is room for.
        capacity: u64,
        /// Nodes left at most; negative is a deficit.
        headroom: i64,
    },
    /// Addresses against a limit of a network.
    Addresses {
        /// Addresses too many.
        by: u64,
        /// Addresses now.
        now: u64,
        /// Addresses at the autoscaler's maximum while everything surges.
        most: u64,
        /// Addresses allowed.
        capacity: u64,
        /// Whether there may be more than was counted.
        at_least: bool,
    },
    /// What AKS itself would refuse, by our reading of its rule.
    Refusals(Vec<(Stage, Refusal)>),
    /// The nodes of a pool break a limit of their own.
    Breach(Breach),
    /// A pool's maxPods leaves a part of its blocks of addresses unused.
    WastefulMaxPods,
}

/// What a prefix that could not be read is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PrefixKind {
    /// The pods of a cluster.
    PodCidr,
    /// The services of a cluster.
    ServiceCidr,
    /// A subnet.
    Subnet,
    /// A network.
    AddressSpace,
}

/// Why an exception accepts nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhyUnused {
    /// Its last day has passed.
    Expired {
        /// Whether what it accepted is still found.
        is_found: bool,
    },
    /// There is no such rule.
    NoSuchRule,
    /// There is no such retirement.
    NoSuchRetirement,
    /// The rule is switched off.
    SwitchedOff,
    /// The rule found nothing there.
    NothingFound,
    /// The identity sees no subscription of the resource's id.
    NoSuchSubscription,
}
