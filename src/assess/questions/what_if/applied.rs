//! What was changed.

use crate::{
    inventory::ResourceId,
    ipam::{Cidr, IpamMode},
};

/// A change that was applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Applied {
    /// A cluster is gone.
    RemovedCluster(ResourceId),
    /// A pool of a cluster is gone.
    RemovedPool(ResourceId, String),
    /// A pool, or every pool of a cluster, has other settings.
    Changed {
        /// The cluster.
        cluster_id: ResourceId,
        /// The pool, where it is one.
        node_pool: Option<String>,
        /// What is set.
        settings: Vec<Setting>,
    },
    /// A subnet is new.
    AddedSubnet {
        /// Its network.
        vnet_id: ResourceId,
        /// Its name.
        name: String,
        /// Its prefix.
        prefix: Cidr,
    },
    /// A cluster is new.
    AddedCluster(ResourceId, IpamMode),
    /// A pool is new.
    AddedPool {
        /// Its cluster.
        cluster_id: ResourceId,
        /// Its name.
        name: String,
        /// Its nodes.
        nodes: u32,
    },
    /// The pools of a region have grown.
    Grown {
        /// The region.
        location: String,
        /// By how much.
        by: Growth,
    },
}

/// What is set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Setting {
    /// The mode of the cluster, to overlay.
    Overlay,
    /// The cluster's pod CIDR.
    PodCidr(Cidr),
    /// Most pods of a node.
    MaxPods(u32),
    /// Nodes.
    Nodes(u32),
    /// The autoscaler's maximum.
    MaxCount(u32),
    /// The autoscaler's minimum.
    MinCount(u32),
    /// Extra nodes during an upgrade, as the file gives them.
    MaxSurge(String),
}

/// How much pools grow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Growth {
    /// By so many percent each.
    Percent(u32),
    /// By so many nodes together.
    Nodes(u32),
}
