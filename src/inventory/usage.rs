//! Who holds the addresses of a subnet: counts, never the addresses themselves.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Instances, ResourceId, open::open_enum};

open_enum! {
    /// The kind of resource that holds an address.
    OwnerKind {
        /// Instances of a scale set; AKS nodes among them.
        ScaleSet = "scale-set",
        /// Stand-alone network interfaces: virtual machines, AKS nodes outside scale sets.
        NetworkInterface = "network-interface",
        /// Private endpoints, told by the name Azure gives their network interface.
        PrivateEndpoint = "private-endpoint",
        /// Private link services.
        PrivateLinkService = "private-link-service",
        /// Front ends of an internal load balancer.
        LoadBalancer = "load-balancer",
        /// Bastion hosts.
        Bastion = "bastion",
        /// VPN and ExpressRoute gateways.
        VirtualNetworkGateway = "virtual-network-gateway",
        /// Azure Firewall.
        Firewall = "firewall",
        /// Application Gateway front ends.
        ApplicationGateway = "application-gateway",
    }
}

/// Whom a group of addresses belongs to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Owner {
    /// What it is.
    pub kind: OwnerKind,
    /// The scale set, load balancer, gateway, …; the resource group for network interfaces and private endpoints,
    /// which may be many thousand.
    pub id: ResourceId,
    /// For network interfaces named like AKS nodes (`aks-{pool}-{8 digits}-…`): the pool's name, lower case.
    pub pool_hint: Option<String>,
    /// Whether these are network interfaces named as the nodes are that node auto-provisioning or Karpenter makes:
    /// `aks-{pool}-{5 letters or digits}`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_provisioned: bool,
}

/// The addresses one owner holds in one subnet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnerCount {
    /// The owner.
    pub owner: Owner,
    /// IPv4 addresses held.
    pub addresses: u64,
    /// For scale sets and network interfaces: how many instances hold how many addresses each
    /// (addresses → instances).
    pub per_node: Histogram,
    /// The numbers of those instances, where they are told by number and the subnet has a route table, whose routes are named
    /// after them. Fewer than [`Self::nodes`] where some are not known.
    #[serde(default, skip_serializing_if = "Instances::is_empty")]
    pub instances: Instances,
}

/// How many instances hold how many addresses. Nearly all of one owner hold as many, and an estate has a hundred
/// thousand owners, so this is a list and no tree.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "BTreeMap<u32, u32>", into = "BTreeMap<u32, u32>")]
pub struct Histogram(Box<[(u32, u32)]>);

impl Histogram {
    /// Addresses and how many instances hold so many, the fewest addresses first.
    #[must_use]
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (u32, u32)> + '_ {
        self.0.iter().copied()
    }
}

impl FromIterator<(u32, u32)> for Histogram {
    /// Instances of as many addresses are added up.
    fn from_iter<I: IntoIterator<Item = (u32, u32)>>(pairs: I) -> Self {
        let mut instances: BTreeMap<u32, u32> = BTreeMap::new();
        for (addresses, more) in pairs {
            let sum = instances.entry(addresses).or_default();
            *sum = sum.saturating_add(more);
        }
        instances.into()
    }
}

impl From<BTreeMap<u32, u32>> for Histogram {
    fn from(instances: BTreeMap<u32, u32>) -> Self {
        Self(instances.into_iter().collect())
    }
}

impl From<Histogram> for BTreeMap<u32, u32> {
    fn from(histogram: Histogram) -> Self {
        histogram.0.into_iter().collect()
    }
}

impl OwnerCount {
    /// Instances (scale-set instances, network interfaces) that hold addresses here.
    #[must_use]
    pub fn nodes(&self) -> u64 {
        self.per_node.iter().map(|(_, instances)| u64::from(instances)).sum()
    }
}

/// The addresses ARM lists for a subnet.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddressUsage {
    /// Distinct IPv4 addresses listed.
    pub listed: u64,
    /// The same by owner, in the order of owners; the counts sum to `listed`.
    pub owners: Vec<OwnerCount>,
}
