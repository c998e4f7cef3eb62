//! What the figures of a subnet are made of.

use super::scenario::ByScenario;
use crate::{
    inventory::ResourceId,
    ipam::{Bounds, IpamMode},
};

/// A part of a subnet's figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SubnetPart {
    /// What pods hold that ARM does not list.
    Pods {
        /// Whose.
        of: PodsOf,
        /// Addresses; unknown where what they follow from is.
        addresses: Option<Bounds>,
    },
    /// What an API server holds that ARM does not list.
    ApiServer {
        /// Its cluster.
        cluster_id: ResourceId,
        /// Addresses.
        addresses: Option<Bounds>,
    },
    /// An application gateway that may grow.
    Gateway {
        /// The gateway.
        id: ResourceId,
        /// Addresses it takes at most.
        most: u64,
        /// Addresses of it that ARM lists.
        listed: u64,
    },
    /// The private endpoint that comes back with the start of a cluster: one address.
    Endpoint {
        /// The cluster.
        cluster_id: ResourceId,
    },
    /// Addresses of a pod subnet that lie in no whole /28 block.
    OutsideBlocks(u64),
    /// Addresses that a pool's blocks hold beyond its maxPods.
    UnusedInBlocks {
        /// The cluster.
        cluster_id: ResourceId,
        /// The pool.
        node_pool: String,
        /// How many.
        addresses: u64,
    },
    /// Addresses of a pod subnet beyond whole batches of 16.
    BeyondBatches(u64),
    /// What a pool adds: nodes that are wanted and not there, and what each scenario brings.
    Added {
        /// The cluster.
        cluster_id: ResourceId,
        /// The pool.
        node_pool: String,
        /// Addresses a node takes at most.
        each: Option<u64>,
        /// Nodes wanted that are not there; scaling to the maximum brings them too, an upgrade surges beside them.
        due: Option<u64>,
        /// Surge nodes of an upgrade, of one pool or of all; nodes that scaling to the maximum brings; both.
        nodes: ByScenario<u64>,
    },
}

/// A pool with what the addresses of its pods follow from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PodsOf {
    /// The cluster.
    pub cluster_id: ResourceId,
    /// The pool.
    pub node_pool: String,
    /// Nodes now.
    pub nodes: Option<u64>,
    /// Most pods a node runs.
    pub max_pods: Option<u32>,
    /// Whether that is the mode's default.
    pub max_pods_assumed: bool,
    /// How its pods get addresses.
    pub mode: IpamMode,
}
