//! Placeholder until the rows are merged.

use super::{
    audit::{ClusterRow, NodePoolRow, SubnetRow, VnetRow},
    options::Options,
};
use crate::inventory::Inventory;

/// The rows of an audit.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rows {
    /// Clusters.
    pub clusters: Vec<ClusterRow>,
    /// Node pools.
    pub node_pools: Vec<NodePoolRow>,
    /// Subnets.
    pub subnets: Vec<SubnetRow>,
    /// Virtual networks.
    pub vnets: Vec<VnetRow>,
}

/// The rows of an inventory.
#[must_use]
pub fn rows(_inventory: &Inventory, _options: &Options) -> Rows {
    Rows::default()
}
