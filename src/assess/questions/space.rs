//! What a block is for, and what it offers.

use crate::ipam::{limits::POD_BLOCK_PREFIX, smallest_pod_cidr_for, smallest_subnet_for, usable_of_length};

/// What a block is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Space {
    /// The subnet of nodes, in addresses.
    NodeSubnet,
    /// The subnet of pods, in addresses.
    PodSubnet,
    /// The range of pods outside the network, in /24 blocks.
    PodCidr,
}

impl Space {
    /// The word answers use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NodeSubnet => "node-subnet",
            Self::PodSubnet => "pod-subnet",
            Self::PodCidr => "pod-cidr",
        }
    }

    /// What is counted.
    #[must_use]
    pub fn unit(self) -> &'static str {
        match self {
            Self::NodeSubnet | Self::PodSubnet => "addresses",
            Self::PodCidr => "/24 blocks",
        }
    }

    /// What a block of this length offers.
    #[must_use]
    pub fn offers(self, length: u8) -> u64 {
        match self {
            Self::NodeSubnet | Self::PodSubnet => usable_of_length(length),
            Self::PodCidr => POD_BLOCK_PREFIX.checked_sub(length).map_or(0, |bits| 1 << bits),
        }
    }

    pub(super) fn smallest(self, need: u64) -> Option<u8> {
        match self {
            Self::NodeSubnet | Self::PodSubnet => smallest_subnet_for(need),
            Self::PodCidr => smallest_pod_cidr_for(need),
        }
    }
}
