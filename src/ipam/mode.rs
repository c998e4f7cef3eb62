//! The IPAM modes of AKS.

use serde::{Deserialize, Serialize};
use strum::{Display, IntoStaticStr};

/// How pods and nodes of a pool get addresses (rule A0).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Display, IntoStaticStr,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum IpamMode {
    /// kubenet: one address a node, pods behind routes.
    Kubenet,
    /// Azure CNI with pods on the node subnet: maxPods + 1 addresses a node.
    NodeSubnet,
    /// Azure CNI with a pod subnet, addresses in batches of 16.
    PodSubnetDynamic,
    /// Azure CNI with a pod subnet, addresses in /28 blocks.
    PodSubnetStatic,
    /// Azure CNI Overlay: one address a node, a /24 of the pod CIDR.
    Overlay,
    /// Bring your own CNI.
    ByoCni,
    /// It cannot be told.
    Unknown,
}

impl IpamMode {
    /// Every mode but the one that cannot be told.
    pub const KNOWN: [Self; 6] = [
        Self::Kubenet,
        Self::NodeSubnet,
        Self::PodSubnetDynamic,
        Self::PodSubnetStatic,
        Self::Overlay,
        Self::ByoCni,
    ];

    /// Whether pods take their addresses from a subnet of their own.
    #[must_use]
    pub fn has_pod_subnet(self) -> bool {
        matches!(self, Self::PodSubnetDynamic | Self::PodSubnetStatic)
    }

    /// The word the reports use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}
