//! The limits of Azure and AKS that arithmetic needs, each with where it is written.

/// The day these figures were last compared with their sources.
pub const CHECKED: &str = "2026-11-21";

/// Addresses Azure keeps in every IPv4 prefix of a subnet: the first four and the last (G-01).
/// <https://learn.microsoft.com/azure/virtual-network/virtual-networks-faq>
pub const RESERVED_PER_PREFIX: u64 = 5;

/// The longest IPv4 prefix a subnet may have (G-02).
/// <https://learn.microsoft.com/azure/virtual-network/virtual-networks-faq>
pub const LONGEST_SUBNET_PREFIX: u8 = 29;

/// The shortest IPv4 prefix a virtual network may have.
/// <https://learn.microsoft.com/azure/virtual-network/virtual-networks-faq>
pub const SHORTEST_SUBNET_PREFIX: u8 = 8;

/// The share of the pod CIDR a kubenet or overlay node gets, whatever its maxPods.
/// <https://learn.microsoft.com/azure/aks/concepts-network-azure-cni-overlay>
pub const POD_BLOCK_PREFIX: u8 = 24;

/// Addresses a node with a dynamic pod subnet takes at a time; also the size of a static /28 block.
/// <https://learn.microsoft.com/azure/aks/concepts-network-azure-cni-pod-subnet>
pub const POD_BATCH: u64 = 16;

/// A node asks for another batch when fewer addresses than this are unused.
/// <https://learn.microsoft.com/azure/aks/configure-azure-cni-dynamic-ip-allocation>
pub const POD_BATCH_RESERVE: u64 = 8;

/// The prefix length of a static block.
/// <https://learn.microsoft.com/azure/aks/concepts-network-azure-cni-pod-subnet>
pub const POD_BLOCK_STATIC_PREFIX: u8 = 28;

/// Addresses the API server of one cluster holds at least in the subnet it is integrated into (G-33).
/// <https://learn.microsoft.com/azure/aks/api-server-vnet-integration>
pub const API_SERVER_ADDRESSES: u64 = 9;

/// Fewest pods a node may be configured for.
/// <https://learn.microsoft.com/azure/aks/concepts-network-ip-address-planning>
pub const MIN_PODS_PER_NODE: u32 = 10;

/// Most pods a node runs.
/// <https://learn.microsoft.com/azure/aks/concepts-network-ip-address-planning>
pub const MAX_PODS_PER_NODE: u32 = 250;

/// Most IP configurations of a network interface, and of a machine (G-36).
/// <https://learn.microsoft.com/azure/azure-resource-manager/management/azure-subscription-service-limits>
pub const CONFIGURATIONS_PER_NODE: u64 = 256;

/// Most private addresses of a virtual network.
/// <https://learn.microsoft.com/azure/azure-resource-manager/management/azure-subscription-service-limits>
pub const ADDRESSES_PER_VNET: u64 = 65_536;

/// Most routes of a route table; kubenet needs one a node.
/// <https://learn.microsoft.com/azure/aks/configure-kubenet>
pub const ROUTES_PER_TABLE: u64 = 400;

/// Most nodes of a cluster in the Standard and Premium tiers.
/// <https://learn.microsoft.com/azure/aks/quotas-skus-regions>
pub const NODES_PER_CLUSTER: u64 = 5_000;

/// Most nodes of a cluster in the Free tier.
/// <https://learn.microsoft.com/azure/aks/free-standard-pricing-tiers>
pub const NODES_PER_FREE_CLUSTER: u64 = 1_000;

/// Most instances of a node pool's scale set, surge nodes included (G-39).
/// <https://learn.microsoft.com/azure/aks/upgrade-aks-node-pools-rolling>
pub const INSTANCES_PER_SCALE_SET: u64 = 1_000;

/// Addresses that Azure `NetApp` Files with basic network features tolerates in a virtual network and its directly
/// peered ones.
/// <https://learn.microsoft.com/azure/azure-netapp-files/azure-netapp-files-network-topologies>
pub const NETAPP_BASIC_ADDRESSES: u64 = 1_000;

/// Ranges that pods, services and virtual networks of AKS clusters may not touch (G-34).
/// <https://learn.microsoft.com/azure/aks/concepts-network-cni-overview>
pub const RESERVED_RANGES: [&str; 4] = ["169.254.0.0/16", "172.30.0.0/16", "172.31.0.0/16", "192.0.2.0/24"];
