//! What a node takes: addresses by IPAM mode and maxPods. These are planning figures; what ARM lists may be less.

use super::{
    IpamMode,
    limits::{
        DEFAULT_PODS_KUBENET, DEFAULT_PODS_NODE_SUBNET, DEFAULT_PODS_OVERLAY, DEFAULT_PODS_POD_SUBNET,
        POD_BATCH, POD_BATCH_RESERVE,
    },
};

/// A figure known between two bounds; both are the same where it is exact.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bounds {
    /// At least.
    pub low: u64,
    /// At most.
    pub high: u64,
}

impl Bounds {
    /// A figure that is known exactly.
    #[must_use]
    pub fn exactly(figure: u64) -> Self {
        Self { low: figure, high: figure }
    }

    /// The figure so many times.
    #[must_use]
    pub fn times(self, count: u64) -> Self {
        Self { low: self.low.saturating_mul(count), high: self.high.saturating_mul(count) }
    }

    /// The sum of two figures.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self { low: self.low.saturating_add(other.low), high: self.high.saturating_add(other.high) }
    }
}

/// Addresses one node takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AddressesPerNode {
    /// In the subnet of its pool's nodes.
    pub node_subnet: u64,
    /// In the subnet of its pool's pods, in modes that have one.
    pub pod_subnet: Option<Bounds>,
}

/// Addresses one node takes (rules A2, K-02); none when the mode is unknown, or needs a maxPods that is.
///
/// Node subnet: <https://learn.microsoft.com/azure/aks/concepts-network-ip-address-planning>. Pod subnets:
/// <https://learn.microsoft.com/azure/aks/concepts-network-azure-cni-pod-subnet>; the node's own address beside its
/// batches: <https://github.com/Azure/azure-container-networking/issues/2462>.
#[must_use]
pub fn addresses_per_node(mode: IpamMode, max_pods: Option<u32>) -> Option<AddressesPerNode> {
    let pods = max_pods.map(u64::from);
    match mode {
        IpamMode::Kubenet | IpamMode::Overlay | IpamMode::ByoCni => {
            Some(AddressesPerNode { node_subnet: 1, pod_subnet: None })
        }
        IpamMode::NodeSubnet => Some(AddressesPerNode { node_subnet: pods? + 1, pod_subnet: None }),
        IpamMode::PodSubnetDynamic => {
            let high = POD_BATCH * pods?.div_ceil(POD_BATCH) + 1;
            Some(AddressesPerNode {
                node_subnet: 1,
                pod_subnet: Some(Bounds { low: POD_BATCH.min(high), high }),
            })
        }
        IpamMode::PodSubnetStatic => {
            let held = POD_BATCH * static_blocks(max_pods?);
            Some(AddressesPerNode { node_subnet: 1, pod_subnet: Some(Bounds::exactly(held)) })
        }
        IpamMode::Unknown => None,
    }
}

/// The maxPods Azure gives a pool of this mode when nobody asks for one; none where no source says.
///
/// <https://learn.microsoft.com/azure/aks/concepts-network-ip-address-planning>; for pod subnets 250 after
/// <https://learn.microsoft.com/azure/aks/configure-azure-cni-dynamic-ip-allocation>, the larger of two official
/// figures.
#[must_use]
pub fn default_max_pods(mode: IpamMode) -> Option<u32> {
    match mode {
        IpamMode::Kubenet => Some(DEFAULT_PODS_KUBENET),
        IpamMode::NodeSubnet => Some(DEFAULT_PODS_NODE_SUBNET),
        IpamMode::Overlay => Some(DEFAULT_PODS_OVERLAY),
        IpamMode::PodSubnetDynamic | IpamMode::PodSubnetStatic => Some(DEFAULT_PODS_POD_SUBNET),
        IpamMode::ByoCni | IpamMode::Unknown => None,
    }
}

/// Addresses a node of a dynamic pod subnet holds for so many pods by the documented rule, 16 × ⌈(pods + 8) / 16⌉
/// (A2.3). With pods = maxPods it is the documented worst case, shown beside the planning figure.
/// <https://learn.microsoft.com/azure/aks/configure-azure-cni-dynamic-ip-allocation>
#[must_use]
pub fn dynamic_batches(pods: u32) -> u64 {
    POD_BATCH * (u64::from(pods) + POD_BATCH_RESERVE).div_ceil(POD_BATCH)
}

/// What a node of a dynamic pod subnet is expected to hold for so many pods: the documented rule, capped at maxPods
/// as the network service caps it, and never below one batch.
/// <https://github.com/Azure/azure-container-networking/blob/master/cns/ipampool/v2/monitor.go>
#[must_use]
pub fn dynamic_expected(pods: u32, max_pods: u32) -> u64 {
    dynamic_batches(pods).min(u64::from(max_pods).max(POD_BATCH))
}

/// The /28 blocks a node of a static pod subnet holds: ⌈(maxPods + 1) / 16⌉ (G-25).
/// <https://learn.microsoft.com/azure/aks/concepts-network-azure-cni-pod-subnet>
#[must_use]
pub fn static_blocks(max_pods: u32) -> u64 {
    (u64::from(max_pods) + 1).div_ceil(POD_BATCH)
}

/// Addresses of those blocks that no pod can use, because maxPods is below what the blocks hold (G-25).
#[must_use]
pub fn static_waste(max_pods: u32) -> u64 {
    POD_BATCH * static_blocks(max_pods) - 1 - u64::from(max_pods)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(mode: IpamMode, max_pods: u32) -> (u64, Option<(u64, u64)>) {
        let held = addresses_per_node(mode, Some(max_pods)).unwrap();
        (held.node_subnet, held.pod_subnet.map(|b| (b.low, b.high)))
    }

    #[test]
    fn a_node_takes_what_its_mode_says() {
        for mode in [IpamMode::Kubenet, IpamMode::Overlay, IpamMode::ByoCni] {
            assert_eq!(node(mode, 110), (1, None), "{mode}");
            assert_eq!(addresses_per_node(mode, None).unwrap().node_subnet, 1);
        }
        assert_eq!(node(IpamMode::NodeSubnet, 30), (31, None));
        assert_eq!(node(IpamMode::NodeSubnet, 100), (101, None));
        assert_eq!(node(IpamMode::PodSubnetDynamic, 30), (1, Some((16, 33))));
        assert_eq!(node(IpamMode::PodSubnetDynamic, 250), (1, Some((16, 257))));
        assert_eq!(node(IpamMode::PodSubnetDynamic, 0), (1, Some((1, 1))));
        assert_eq!(node(IpamMode::PodSubnetStatic, 30), (1, Some((32, 32))));
        assert_eq!(addresses_per_node(IpamMode::NodeSubnet, None), None);
        assert_eq!(addresses_per_node(IpamMode::Unknown, Some(30)), None);
    }

    #[test]
    fn batches_follow_the_documented_rule() {
        let pods = [0, 8, 9, 24, 25, 40, 41, 56, 57, 110, 250];
        let held = [16, 16, 32, 32, 48, 48, 64, 64, 80, 128, 272];
        assert_eq!(pods.map(dynamic_batches), held);
    }

    #[test]
    fn static_blocks_waste_what_max_pods_leaves() {
        let max_pods = [30, 31, 32, 10, 15, 47, 110, 111, 250];
        assert_eq!(max_pods.map(static_blocks), [2, 2, 3, 1, 1, 3, 7, 7, 16]);
        assert_eq!(max_pods.map(static_waste), [1, 0, 15, 5, 0, 0, 1, 0, 5]);
    }
}
