//! What a runbook has somebody do, as data: each change with every value it takes. `report` writes the commands.

use std::collections::BTreeMap;

use crate::{inventory::ResourceId, ipam::Cidr, rules::Minor};

/// One change to a cluster or to what surrounds it, or a look at it that belongs to a change. Its kind is its name in kebab case.
#[derive(Debug, Clone, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum Action {
    /// `kubectl` is signed in.
    SignIn,
    /// The same, and what the first change removes is saved.
    Save,
    /// The cluster is saved as it is between two changes.
    SaveAgain,
    /// Control plane and pools get this version.
    Upgrade(Minor),
    /// A pool gets the version of the control plane.
    UpgradePool {
        /// The pool.
        pool: String,
        /// The version, with its patch.
        to: String,
    },
    /// A user-assigned identity is made.
    CreateIdentity(ResourceId),
    /// An identity gets the rights of a Network Contributor.
    Grant {
        /// Its object id; none for one that is only just made.
        principal: Option<String>,
        /// What it gets rights on.
        scope: ResourceId,
    },
    /// The cluster takes this identity.
    AssignIdentity(ResourceId),
    /// The nodes of a pool get a new image.
    NodeImage(String),
    /// A pool surges by so many nodes; by none it takes one away instead.
    /// <https://learn.microsoft.com/azure/aks/upgrade-aks-node-pools-rolling>
    Surge {
        /// The pool.
        pool: String,
        /// Nodes.
        to: u64,
    },
    /// A pool surges as it did before a step lowered it.
    SurgeAsBefore {
        /// The pool.
        pool: String,
        /// Surge, as it came.
        surge: String,
        /// Nodes an upgrade may take away, as it came.
        unavailable: Option<String>,
    },
    /// A pool's autoscaler gets other bounds, or is off.
    Autoscaler {
        /// The pool.
        pool: String,
        /// What it does.
        does: Autoscaler,
    },
    /// A pool gets another operating system.
    OsSku {
        /// The pool.
        pool: String,
        /// The edition.
        to: &'static str,
    },
    /// A security group lets a kind of traffic through.
    Allow(AllowRule),
    /// A route table is made with the routes of another.
    CopyTable {
        /// The one that is there.
        from: ResourceId,
        /// The copy.
        copy: ResourceId,
        /// The region.
        location: String,
        /// Whether routes to pods are copied too.
        with_pods: bool,
    },
    /// A subnet gets a route table, or none.
    SetTable {
        /// The subnet.
        subnet: ResourceId,
        /// The table.
        table: Option<ResourceId>,
    },
    /// A subnet is delegated to application gateways.
    Delegate(ResourceId),
    /// A route table loses its routes to pods.
    DropPodRoutes(ResourceId),
    /// A route table is deleted.
    DeleteTable(ResourceId),
    /// An application gateway says how what is behind it answers.
    GatewayHealth(ResourceId),
    /// A subnet is made.
    CreateSubnet(NewSubnet),
    /// A pool is made.
    AddPool(Box<PoolTemplate>),
    /// The nodes of a pool take no more pods, and lose those they have.
    EmptyPool(String),
    /// A pool is deleted.
    DeletePool(String),
    /// Automatic upgrades are set to these channels; one that is absent stays.
    Channels {
        /// Of Kubernetes.
        upgrade: Option<String>,
        /// Of node images.
        node_os: Option<String>,
    },
    /// The node classes are shown, and one of them names another subnet.
    NodeClass {
        /// The subnet, where it can be made.
        subnet: Option<ResourceId>,
        /// Whether nodes that no pool makes are looked for first.
        look: bool,
    },
    /// Node auto-provisioning is turned on or off.
    Provisioning(bool),
    /// The IPAM mode changes to Overlay.
    Overlay,
    /// The data plane changes to Cilium.
    Cilium,
    /// The pod CIDR grows.
    ExpandPodCidr,
    /// A cluster is made.
    CreateCluster(Box<NewCluster>),
    /// The cluster is deleted.
    DeleteCluster,
    /// What the catalogue prints for the check that the step stands for.
    Catalogue,
}

impl Action {
    /// A pool in place of another, whose autoscaler must not make nodes while it is emptied, and the end of that.
    #[must_use]
    pub fn replacing(pool: PoolTemplate) -> Vec<Self> {
        let old = pool.replaces.clone();
        let scales = pool.autoscaler.is_some();
        let off = scales.then(|| Self::Autoscaler { pool: old.clone(), does: Autoscaler::Off });
        let mut actions = vec![Self::AddPool(Box::new(pool))];
        actions.extend(off);
        actions.extend([Self::EmptyPool(old.clone()), Self::DeletePool(old)]);
        actions
    }
}

/// What an autoscaler does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Autoscaler {
    /// It stops.
    Off,
    /// It begins.
    On {
        /// Fewest nodes.
        min: u64,
        /// Most nodes.
        max: u64,
    },
    /// It goes on within other bounds.
    Within {
        /// Fewest nodes.
        min: u64,
        /// Most nodes.
        max: u64,
    },
}

/// A rule of a security group that lets everything through between some ranges.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowRule {
    /// The group.
    pub group: ResourceId,
    /// The rule's name.
    pub name: String,
    /// `Inbound` or `Outbound`.
    pub direction: &'static str,
    /// The lower, the earlier; none where none is free before the rule that denies.
    pub priority: Option<u32>,
    /// Where traffic comes from.
    pub from: Vec<Cidr>,
    /// Where it goes.
    pub to: Vec<Cidr>,
}

/// A subnet to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSubnet {
    /// Its id to be.
    pub id: ResourceId,
    /// Its range; none where the network has to grow first.
    pub block: Option<Cidr>,
    /// The route table of the subnet in whose place it comes.
    pub route_table: Option<ResourceId>,
    /// Its security group.
    pub security_group: Option<ResourceId>,
    /// Its NAT gateway.
    pub nat_gateway: Option<ResourceId>,
}

/// A pool to make: what is known of the one in whose place it comes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PoolTemplate {
    /// Its name.
    pub name: String,
    /// The pool in whose place it comes.
    pub replaces: String,
    /// `System`, `User`, `Gateway`.
    pub mode: Option<String>,
    /// Whether its nodes run Windows.
    pub windows: bool,
    /// The edition of its operating system.
    pub os_sku: Option<String>,
    /// Whether its image is one for FIPS 140.
    pub fips: bool,
    /// The size of its machines; several sizes where it is made of single machines.
    pub vm_sizes: Vec<String>,
    /// Whether it is made of single machines.
    pub single_machines: bool,
    /// Nodes.
    pub count: Option<u64>,
    /// The autoscaler's bounds, where it is on.
    pub autoscaler: Option<(u64, u64)>,
    /// Availability zones.
    pub zones: Vec<String>,
    /// Most pods of a node.
    pub max_pods: Option<u32>,
    /// The subnet of its nodes; none in the network that AKS made.
    pub node_subnet: Option<ResourceId>,
    /// The subnet of its pods.
    pub pod_subnet: Option<ResourceId>,
    /// Labels of its nodes.
    pub labels: BTreeMap<String, String>,
    /// Taints of its nodes.
    pub taints: Vec<String>,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
    /// Whether its machines are spot machines, and what eviction does.
    pub spot: Option<Option<String>>,
    /// The kind of its disks.
    pub os_disk_type: Option<String>,
    /// Their size in GB.
    pub os_disk_gb: Option<u32>,
    /// Surge, as it came.
    pub max_surge: Option<String>,
    /// Nodes an upgrade may take away, as it came.
    pub max_unavailable: Option<String>,
    /// How long a drain may take, in minutes.
    pub drain_timeout_minutes: Option<u32>,
    /// How long a new node is watched, in minutes.
    pub node_soak_minutes: Option<u32>,
}

/// A cluster to make in place of one that has no way: what must stay as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCluster {
    /// Its name.
    pub name: String,
    /// Its region.
    pub location: String,
    /// Its Kubernetes version.
    pub version: Option<Minor>,
    /// Its tier.
    pub tier: Option<String>,
    /// The identity it takes, where the present one has one.
    pub identity: Option<ResourceId>,
    /// How traffic goes out.
    pub outbound_type: Option<String>,
    /// Whether its API server is private, and in which zone its name is.
    pub private: bool,
    /// The zone of a private API server's name.
    pub private_dns_zone: Option<String>,
    /// Whether it has the Cilium data plane.
    pub cilium: bool,
    /// Whether its pods have a subnet of their own instead of a pod CIDR.
    pub pod_subnet: bool,
    /// Its pod CIDR.
    pub pod_cidr: Option<Cidr>,
    /// Its service CIDR and the address of its name server, where they can stay.
    pub service: Option<(String, String)>,
    /// The subnet it needs, in the network of the present one; none where that could not be read.
    pub subnet: Option<NewSubnet>,
    /// Its pools, the first a system pool.
    pub pools: Vec<PoolTemplate>,
}
