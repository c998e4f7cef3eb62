//! What is missing to know how a check ends. The words are the reports'.

use crate::{
    assess::migration::pod_cidr::Missing, inventory::ResourceId, ipam::InvalidMaxSurge, rules::Minor,
};

/// Something that is missing to know how a check ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MissingFact {
    /// Something about the cluster or what is around it.
    OfCluster(ClusterField),
    /// Which cluster of the network uses the gateway in these subnets.
    GatewayUser(Vec<ResourceId>),
    /// What stands in the way of proposing a pod CIDR.
    Proposal(Missing),
    /// The address space of another network.
    SpaceOf(ResourceId),
    /// What lies behind this hub, which nobody could read.
    BehindHub(ResourceId),
    /// This route table, subnet or security group.
    Unread(Kind, ResourceId),
    /// A prefix of this subnet, which is no CIDR block.
    Prefix(ResourceId),
    /// What this subnet holds, or the surge of a pool in it.
    SurgeIn(ResourceId),
    /// What this subnet holds, or the nodes of a pool in it.
    NodesIn(ResourceId),
    /// Something about the pool of this name.
    OfPool(PoolField, String),
    /// What a setting of the cluster means.
    Meaning(Setting, String),
    /// How long this version is supported.
    Support(Minor),
}

impl From<ClusterField> for MissingFact {
    fn from(field: ClusterField) -> Self {
        Self::OfCluster(field)
    }
}

/// Something about a cluster, or what is around it, that was not shown or could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClusterField {
    /// The cluster's network.
    Network,
    /// A documented combination of network plugin and mode.
    Mode,
    /// The version of the control plane.
    Version,
    /// The provisioning state of the cluster.
    State,
    /// Whether the cluster runs.
    PowerState,
    /// The cluster's SKU.
    Sku,
    /// The cluster's tier.
    Tier,
    /// The cluster's identity.
    Identity,
    /// The cluster's IP families.
    IpFamilies,
    /// The cluster's outbound type.
    OutboundType,
    /// The network plugin.
    Plugin,
    /// The load balancer's SKU.
    LoadBalancerSku,
    /// Whether a private key vault encrypts secrets.
    KeyVault,
    /// The tier of the ingress controller's application gateway.
    GatewayTier,
    /// The upgrade channels.
    UpgradeChannels,
    /// Whether the virtual-nodes add-on is on.
    VirtualNodes,
    /// Whether the ingress controller's add-on is on.
    IngressController,
    /// The ingress controller's application gateway.
    Gateway,
    /// A subnet of that gateway.
    GatewaySubnet,
    /// The present pod CIDR.
    PresentPodCidr,
    /// The pod CIDR.
    PodCidr,
    /// The number of nodes.
    NodeCount,
    /// The surge of a pool.
    PoolSurge,
    /// The pod CIDR or the number of nodes.
    PodCidrOrNodeCount,
    /// The service CIDR.
    ServiceCidr,
    /// The DNS address of the services.
    DnsAddress,
    /// The address space of the cluster's network.
    OwnSpace,
    /// The network's peerings.
    Peerings,
    /// Ranges outside Azure: the configuration names none.
    OutsideAzure,
    /// Clusters that could not be read and may use the range too.
    OtherClusters,
    /// A route table on a node subnet that was read.
    RouteTableRead,
    /// A route table on a node subnet.
    RouteTable,
    /// Some of all route tables.
    SomeRouteTables,
    /// Any pool: the cluster shows none.
    Pools,
    /// Pools besides those that were read.
    OtherPools,
}

/// A kind of resource that a check looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A subnet.
    Subnet,
    /// A route table.
    RouteTable,
    /// A network security group.
    SecurityGroup,
}

/// Something about a pool that was not shown or is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PoolField {
    /// Its node subnet.
    Subnet,
    /// Its version of Kubernetes.
    Version,
    /// Its provisioning state.
    State,
    /// Whether it runs.
    PowerState,
    /// Its operating system.
    System,
    /// What its machines are gathered in.
    Type,
    /// What this type of pool, which is none of those known here, is.
    OtherType(String),
    /// The size of its machines.
    Size,
    /// Its node image.
    Image,
    /// Its edition of Windows.
    Edition,
    /// The build of Windows that its node image names.
    Build,
    /// Its surge, which is written wrongly.
    MaxSurge(InvalidMaxSurge),
    /// Its nodes.
    Nodes,
    /// Its priority.
    Priority,
    /// What becomes of nodes that are scaled away.
    ScaleDownMode,
    /// Whether an autoscaler sizes it.
    Autoscaler,
}

/// A setting of a cluster that may have values this program does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setting {
    /// The power state.
    PowerState,
    /// The type of the identity.
    IdentityType,
    /// The policy engine.
    PolicyEngine,
    /// The mode of node provisioning.
    NodeProvisioning,
    /// The data plane.
    DataPlane,
    /// The load balancer's SKU.
    LoadBalancerSku,
}
