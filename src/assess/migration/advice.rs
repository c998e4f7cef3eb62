//! What to think of besides a target. The words are the reports'.

use crate::{inventory::ResourceId, ipam::Cidr};

/// What to think of besides the target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Advice {
    /// The Cilium data plane can follow as its own operation.
    CiliumLater,
    /// Cilium before Overlay saves a re-image, and wants a rehearsal.
    CiliumFirst,
    /// No update to Cilium is listed for static blocks.
    StaticBlocks,
    /// Windows pools stay without Cilium.
    WindowsPools,
    /// More than so many nodes in one cluster.
    ManyNodes(u64),
    /// Pools with room for more than so many pods.
    ManyPods(u64),
    /// More nodes than the Free tier allows.
    FreeTier,
    /// What becomes of the subnet that Application Gateway for Containers needs.
    GatewayForContainers(GatewaySubnet),
    /// Steps that re-image every node can share one window.
    OneWindow,
    /// Only the surge does not fit.
    OnlySurge,
}

/// A subnet of exactly a /24 for Application Gateway for Containers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GatewaySubnet {
    /// This one is kept as it is.
    Keep(ResourceId),
    /// This range is free for it.
    Reserve(Cidr),
    /// The address space has to grow for it.
    NoneFree,
}

impl Advice {
    /// The rule that gives it.
    #[must_use]
    pub fn rule(&self) -> &'static str {
        match self {
            Self::CiliumLater | Self::CiliumFirst | Self::StaticBlocks => "REC-16",
            Self::WindowsPools => "REC-17",
            Self::ManyNodes(_) | Self::ManyPods(_) | Self::FreeTier => "REC-18",
            Self::GatewayForContainers(_) => "REC-19",
            Self::OneWindow => "REC-20",
            Self::OnlySurge => "REC-21",
        }
    }
}
