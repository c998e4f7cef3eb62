//! The limits of Azure and AKS that arithmetic needs, each with its source and the day that was last read. The catalogue
//! lists them from here.

use jiff::civil::Date;
use serde::Serialize;

use crate::grade::{Confidence, Severity};

/// A number of Azure's, or of this project's choice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Limit {
    /// Its id.
    #[serde(skip)]
    pub id: &'static str,
    /// What it is.
    pub title: &'static str,
    /// The number.
    pub value: i64,
    /// What it counts.
    pub unit: &'static str,
    /// The ranges, where it is some.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub ranges: &'static [&'static str],
    /// How bad it is to run into it.
    pub severity: Severity,
    /// Why it matters.
    pub why: &'static str,
    /// What to do.
    pub remediation: &'static str,
    /// A public page.
    pub source: &'static str,
    /// The entry of the catalogue that says how it is used.
    pub rule: Option<&'static str>,
    /// The day of what was read there: of the release, or of the copy of the page.
    pub source_date: Date,
    /// The day the source was last read.
    pub checked: Date,
    /// How well it is founded.
    pub confidence: Confidence,
}

/// Declares limits: a constant each for whoever computes, and `ALL` of them for whoever lists them.
macro_rules! limits {
    (@rule) => { None };
    (@rule $rule:literal) => { Some($rule) };
    (@ranges) => { &[] };
    (@ranges $ranges:expr) => { &$ranges };
    (
        $(#[$meta:meta])*
        $($name:ident: $type:ty = $value:literal, $id:literal, $unit:literal {
            title: $title:literal,
            why: $why:literal,
            remediation: $remediation:literal,
            source: $source:literal,
            severity: $severity:ident,
            source_date: ($of_year:literal, $of_month:literal, $of_day:literal),
            checked: ($year:literal, $month:literal, $day:literal),
            confidence: $confidence:ident,
            $(rule: $rule:literal,)?
            $(ranges: $ranges:expr,)?
        })+
    ) => {
        $(
            #[doc = concat!($title, ", in ", $unit, ". ", $why, "\n\n<", $source, ">")]
            pub const $name: $type = $value;
        )+

        $(#[$meta])*
        pub(crate) const ALL: &[$crate::ipam::limits::Limit] = &[$($crate::ipam::limits::Limit {
            id: $id,
            title: $title,
            value: $value,
            unit: $unit,
            ranges: $crate::ipam::limits::limits!(@ranges $($ranges)?),
            severity: $crate::grade::Severity::$severity,
            why: $why,
            remediation: $remediation,
            source: $source,
            rule: $crate::ipam::limits::limits!(@rule $($rule)?),
            source_date: ::jiff::civil::date($of_year, $of_month, $of_day),
            checked: ::jiff::civil::date($year, $month, $day),
            confidence: $crate::grade::Confidence::$confidence,
        }),+];
    };
}
pub(crate) use limits;

/// Ranges that pods, services and virtual networks of AKS clusters may not touch.
pub const RESERVED_RANGES: [&str; RESERVED_RANGE_COUNT] =
    ["169.254.0.0/16", "172.30.0.0/16", "172.31.0.0/16", "192.0.2.0/24"];

limits! {
    /// Every limit of Azure and AKS.
    RESERVED_PER_PREFIX: u64 = 5, "reserved-addresses", "addresses" {
        title: "Addresses Azure reserves in a subnet prefix",
        why: "The first four and the last address of every prefix cannot be used. That each prefix of a subnet \
            with several loses five is an assumption.",
        remediation: "Plan with the usable addresses, not with the size of the prefix.",
        source: "https://learn.microsoft.com/azure/virtual-network/virtual-networks-faq",
        severity: Info,
        source_date: (2026, 8, 21),
        checked: (2026, 8, 21),
        confidence: Documented,
        rule: "A1",
    }

    LONGEST_SUBNET_PREFIX: u8 = 29, "longest-subnet-prefix", "prefix length in bits" {
        title: "Smallest IPv4 subnet",
        why: "Azure accepts no subnet smaller than a /29; a longer prefix counts as no usable address.",
        remediation: "Use a /29 or larger.",
        source: "https://learn.microsoft.com/azure/virtual-network/virtual-networks-faq",
        severity: Info,
        source_date: (2026, 8, 21),
        checked: (2026, 8, 21),
        confidence: Documented,
        rule: "A1",
    }

    SHORTEST_SUBNET_PREFIX: u8 = 8, "shortest-subnet-prefix", "prefix length in bits" {
        title: "Largest IPv4 subnet",
        why: "A virtual network, and so a subnet, is no larger than a /8.",
        remediation: "Use a /8 or smaller.",
        source: "https://learn.microsoft.com/azure/virtual-network/virtual-networks-faq",
        severity: Info,
        source_date: (2026, 8, 21),
        checked: (2026, 11, 21),
        confidence: Documented,
        rule: "A1",
    }

    POD_BATCH: u64 = 16, "pod-batch", "addresses" {
        title: "Addresses a node takes from a pod subnet at a time",
        why: "With dynamic allocation a node takes pod addresses in batches of 16, with static blocks in /28 \
            prefixes, so a pod subnet fills in steps.",
        remediation: "Choose maxPods so that it wastes no batch.",
        source: "https://learn.microsoft.com/azure/aks/concepts-network-azure-cni-pod-subnet",
        severity: Info,
        source_date: (2026, 8, 21),
        checked: (2026, 8, 21),
        confidence: Documented,
        rule: "A2",
    }

    POD_BATCH_RESERVE: u64 = 8, "pod-batch-reserve", "addresses" {
        title: "Unused addresses below which a node asks for another batch",
        why: "With dynamic allocation a node keeps some addresses ready, so it holds more than its pods use.",
        remediation: "Plan with the documented worst case where a pod subnet is tight.",
        source: "https://learn.microsoft.com/azure/aks/configure-azure-cni-dynamic-ip-allocation",
        severity: Info,
        source_date: (2026, 8, 21),
        checked: (2026, 11, 21),
        confidence: Documented,
        rule: "A2.3",
    }

    POD_BLOCK_STATIC_PREFIX: u8 = 28, "static-block-prefix", "prefix length in bits" {
        title: "Block of a pod subnet that a node takes at a time",
        why: "With static allocation a node takes whole /28 blocks and keeps them.",
        remediation: "Choose a maxPods one below a multiple of 16.",
        source: "https://learn.microsoft.com/azure/aks/concepts-network-azure-cni-pod-subnet",
        severity: Info,
        source_date: (2026, 8, 21),
        checked: (2026, 11, 21),
        confidence: Documented,
        rule: "A2.4",
    }

    API_SERVER_ADDRESSES: u64 = 9, "api-server-addresses", "addresses a cluster" {
        title: "Addresses a cluster takes at least in its API-server subnet",
        why: "API Server VNet Integration asks for nine addresses a cluster in a delegated subnet, and Azure \
            lists none of them.",
        remediation: "Give each API-server subnet at least a /28 for one cluster.",
        source: "https://learn.microsoft.com/azure/aks/api-server-vnet-integration",
        severity: Info,
        source_date: (2026, 8, 21),
        checked: (2026, 8, 21),
        confidence: Documented,
        rule: "A5",
    }

    POD_BLOCK_PREFIX: u8 = 24, "pod-block-prefix", "prefix length in bits" {
        title: "Block of the pod CIDR that a node takes",
        why: "kubenet and Azure CNI Overlay give every node a /24 of the pod CIDR, whatever its maxPods. The \
            pod CIDR therefore limits the number of nodes.",
        remediation: "Size the pod CIDR on the autoscaler's maximum, surge nodes included.",
        source: "https://learn.microsoft.com/azure/aks/concepts-network-azure-cni-overlay",
        severity: Info,
        source_date: (2026, 8, 21),
        checked: (2026, 8, 21),
        confidence: Documented,
        rule: "A2",
    }

    ROUTES_PER_TABLE: u64 = 400, "routes-per-table", "routes" {
        title: "Routes of a route table",
        why: "kubenet needs one route a node, two in dual stack, in a table that others use too.",
        remediation: "Keep routes of others out of the table, or move to Azure CNI Overlay.",
        source: "https://learn.microsoft.com/azure/aks/configure-kubenet",
        severity: High,
        source_date: (2026, 8, 21),
        checked: (2026, 11, 21),
        confidence: Documented,
        rule: "A2.1",
    }

    NODES_PER_CLUSTER: u64 = 5000, "nodes-per-cluster", "nodes" {
        title: "Nodes of a cluster",
        why: "A cluster in the Standard or Premium tier has at most so many nodes, surge nodes included.",
        remediation: "Split the cluster before it gets there.",
        source: "https://learn.microsoft.com/azure/aks/quotas-skus-regions",
        severity: High,
        source_date: (2026, 8, 21),
        checked: (2026, 11, 21),
        confidence: Documented,
        rule: "A1",
    }

    POLICY_MANAGER_NODES: u64 = 250, "policy-manager-nodes", "nodes" {
        title: "Nodes of a cluster with Azure Network Policy Manager",
        why: "On Linux Azure NPM is supported for at most so many nodes, and 20,000 pods.",
        remediation: "Move to the Cilium data plane, which has no such limit.",
        source: "https://learn.microsoft.com/azure/aks/use-network-policies",
        severity: Medium,
        source_date: (2026, 8, 21),
        checked: (2026, 11, 28),
        confidence: Documented,
        rule: "RET-02",
    }

    POLICY_MANAGER_PODS: u64 = 20_000, "policy-manager-pods", "pods" {
        title: "Pods of a cluster with Azure Network Policy Manager",
        why: "On Linux Azure NPM is supported for at most so many pods, and 250 nodes.",
        remediation: "Move to the Cilium data plane, which has no such limit.",
        source: "https://learn.microsoft.com/azure/aks/best-practices-performance-scale-large",
        severity: Medium,
        source_date: (2026, 8, 21),
        checked: (2026, 11, 28),
        confidence: Documented,
        rule: "RET-02",
    }

    NODES_PER_FREE_CLUSTER: u64 = 1000, "nodes-per-free-cluster", "nodes" {
        title: "Nodes of a cluster in the Free tier",
        why: "A cluster in the Free tier has at most so many nodes.",
        remediation: "Change to the Standard tier.",
        source: "https://learn.microsoft.com/azure/aks/free-standard-pricing-tiers",
        severity: High,
        source_date: (2026, 8, 21),
        checked: (2026, 11, 21),
        confidence: Documented,
        rule: "A1",
    }

    INSTANCES_PER_SCALE_SET: u64 = 1000, "instances-per-scale-set", "instances" {
        title: "Instances of a scale set",
        why: "A node pool is a scale set, and an upgrade whose surge nodes would exceed this is refused.",
        remediation: "Split the pool, or lower its `maxSurge`.",
        source: "https://learn.microsoft.com/azure/aks/upgrade-aks-node-pools-rolling",
        severity: High,
        source_date: (2026, 8, 21),
        checked: (2026, 11, 21),
        confidence: Documented,
        rule: "G-39",
    }

    ADDRESSES_PER_VNET: u64 = 65536, "addresses-per-vnet", "addresses" {
        title: "Private addresses of a virtual network",
        why: "A virtual network holds at most so many, whatever its address space; a /28 block of a pod subnet \
            counts as one.",
        remediation: "Spread clusters over networks, or take modes in which pods need no address of the network.",
        source: "https://learn.microsoft.com/azure/azure-resource-manager/management/azure-subscription-service-limits",
        severity: High,
        source_date: (2026, 8, 21),
        checked: (2026, 11, 21),
        confidence: Documented,
        rule: "A1",
    }

    MAX_PODS_PER_NODE: u32 = 250, "pods-per-node", "pods" {
        title: "Pods of a node",
        why: "A node runs at most so many pods.",
        remediation: "Plan more nodes instead.",
        source: "https://learn.microsoft.com/azure/aks/concepts-network-ip-address-planning",
        severity: Medium,
        source_date: (2026, 8, 21),
        checked: (2026, 11, 21),
        confidence: Documented,
        rule: "G-36",
    }

    MIN_PODS_PER_NODE: u32 = 10, "fewest-pods-per-node", "pods" {
        title: "Fewest pods of a node",
        why: "AKS refuses a smaller maxPods.",
        remediation: "Use 10 or more.",
        source: "https://learn.microsoft.com/azure/aks/concepts-network-ip-address-planning",
        severity: Info,
        source_date: (2026, 8, 21),
        checked: (2026, 11, 21),
        confidence: Documented,
        rule: "A1",
    }

    MIN_PODS_PER_POOL: u64 = 30, "fewest-pods-per-pool", "pods" {
        title: "Fewest pods of all nodes of a pool",
        why: "AKS refuses a pool whose nodes together have room for fewer pods.",
        remediation: "Use more nodes, or more pods a node.",
        source: "https://learn.microsoft.com/azure/aks/concepts-network-ip-address-planning",
        severity: Info,
        source_date: (2026, 8, 21),
        checked: (2026, 11, 21),
        confidence: Documented,
        rule: "A1",
    }

    DEFAULT_PODS_KUBENET: u32 = 110, "default-pods-kubenet", "pods" {
        title: "Pods of a kubenet node when nobody says",
        why: "What AKS takes for a pool without maxPods.",
        remediation: "Say maxPods.",
        source: "https://learn.microsoft.com/azure/aks/configure-kubenet",
        severity: Info,
        source_date: (2026, 8, 21),
        checked: (2026, 11, 21),
        confidence: Documented,
        rule: "A1",
    }

    DEFAULT_PODS_NODE_SUBNET: u32 = 30, "default-pods-node-subnet", "pods" {
        title: "Pods of a node in node-subnet mode when nobody says",
        why: "What AKS takes for a pool without maxPods.",
        remediation: "Say maxPods.",
        source: "https://learn.microsoft.com/azure/aks/concepts-network-ip-address-planning",
        severity: Info,
        source_date: (2026, 8, 21),
        checked: (2026, 11, 21),
        confidence: Documented,
        rule: "A1",
    }

    DEFAULT_PODS_OVERLAY: u32 = 250, "default-pods-overlay", "pods" {
        title: "Pods of an Overlay node when nobody says",
        why: "What AKS takes for a pool without maxPods.",
        remediation: "Say maxPods.",
        source: "https://learn.microsoft.com/azure/aks/concepts-network-ip-address-planning",
        severity: Info,
        source_date: (2026, 8, 21),
        checked: (2026, 11, 21),
        confidence: Documented,
        rule: "A1",
    }

    DEFAULT_PODS_POD_SUBNET: u32 = 250, "default-pods-pod-subnet", "pods" {
        title: "Pods of a node with a pod subnet when nobody says",
        why: "The larger of two official figures: the planning page says 110.",
        remediation: "Say maxPods.",
        source: "https://learn.microsoft.com/azure/aks/configure-azure-cni-dynamic-ip-allocation",
        severity: Info,
        source_date: (2026, 8, 21),
        checked: (2026, 11, 21),
        confidence: Documented,
        rule: "A1",
    }

    CONFIGURATIONS_PER_NODE: u64 = 256, "configurations-per-node", "IP configurations" {
        title: "IP configurations of a machine",
        why: "In node-subnet mode each pod takes one, which is why a node runs at most 250 pods.",
        remediation: "Keep `maxPods` at 250 or less.",
        source: "https://learn.microsoft.com/azure/azure-resource-manager/management/azure-subscription-service-limits",
        severity: Medium,
        source_date: (2026, 8, 21),
        checked: (2026, 11, 21),
        confidence: Documented,
        rule: "G-36",
    }

    RESERVED_RANGE_COUNT: usize = 4, "reserved-ranges", "ranges" {
        title: "Ranges that AKS reserves",
        why: "Pods, services and virtual networks of AKS clusters may not touch them; any overlap counts.",
        remediation: "Choose ranges apart from them.",
        source: "https://learn.microsoft.com/azure/aks/concepts-network-cni-overview",
        severity: Critical,
        source_date: (2026, 8, 21),
        checked: (2026, 11, 21),
        confidence: Documented,
        rule: "G-34",
        ranges: RESERVED_RANGES,
    }

    NETAPP_BASIC_ADDRESSES: u64 = 1000, "netapp-basic-addresses", "addresses" {
        title: "Addresses around volumes with basic network features",
        why: "Azure NetApp Files counts the addresses of its virtual network and the directly peered ones when \
            the volume has basic network features.",
        remediation: "Change the volumes to Standard network features.",
        source: "https://learn.microsoft.com/azure/azure-netapp-files/azure-netapp-files-network-topologies",
        severity: Medium,
        source_date: (2026, 8, 21),
        checked: (2026, 11, 21),
        confidence: Documented,
        rule: "K-25",
    }
}
