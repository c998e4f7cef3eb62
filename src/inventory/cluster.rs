//! AKS clusters and their node pools.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Prefixes, ResourceId, open::open_enum};

open_enum! {
    /// The network plugin of a cluster.
    NetworkPlugin {
        /// Azure CNI in any IPAM mode.
        Azure = "azure",
        /// kubenet, which retires on 31 March 2028.
        Kubenet = "kubenet",
        /// Bring your own CNI.
        None = "none",
    }
}

open_enum! {
    /// The plugin mode: only `overlay` exists today.
    NetworkPluginMode {
        /// Pods live in an overlay network.
        Overlay = "overlay",
    }
}

open_enum! {
    /// The network data plane.
    NetworkDataplane {
        /// iptables or HNS.
        Azure = "azure",
        /// Cilium.
        Cilium = "cilium",
    }
}

open_enum! {
    /// The network policy engine.
    NetworkPolicy {
        /// No engine.
        None = "none",
        /// Calico.
        Calico = "calico",
        /// Azure Network Policy Manager.
        Azure = "azure",
        /// Cilium.
        Cilium = "cilium",
    }
}

open_enum! {
    /// Whether a cluster or pool runs.
    PowerState {
        /// It runs.
        Running = "Running",
        /// It is stopped: no nodes, but they may come back.
        Stopped = "Stopped",
    }
}

open_enum! {
    /// What a node pool is made of.
    PoolType {
        /// A scale set.
        VirtualMachineScaleSets = "VirtualMachineScaleSets",
        /// An availability set, unsupported since 30 September 2025.
        AvailabilitySet = "AvailabilitySet",
        /// Single virtual machines of several sizes.
        VirtualMachines = "VirtualMachines",
    }
}

open_enum! {
    /// What a node pool is for.
    PoolMode {
        /// It hosts system pods; `maxUnavailable` cannot be set.
        System = "System",
        /// It hosts applications.
        User = "User",
        /// It hosts a static egress gateway.
        Gateway = "Gateway",
    }
}

open_enum! {
    /// The operating system of a pool.
    OsType {
        /// Linux.
        Linux = "Linux",
        /// Windows.
        Windows = "Windows",
    }
}

open_enum! {
    /// The priority of a pool's machines.
    Priority {
        /// Ordinary machines.
        Regular = "Regular",
        /// Spot machines, which take no surge nodes.
        Spot = "Spot",
    }
}

open_enum! {
    /// What scaling down does to nodes.
    ScaleDownMode {
        /// They are deleted.
        Delete = "Delete",
        /// They are deallocated and keep their addresses.
        Deallocate = "Deallocate",
    }
}

open_enum! {
    /// How pods get addresses from a pod subnet.
    AllocationMode {
        /// One by one, in batches of 16.
        DynamicIndividual = "DynamicIndividual",
        /// In /28 blocks fixed for the life of a node.
        StaticBlock = "StaticBlock",
    }
}

open_enum! {
    /// How a cluster signs in to Azure.
    IdentityKind {
        /// An identity the cluster owns.
        SystemAssigned = "SystemAssigned",
        /// An identity the user made.
        UserAssigned = "UserAssigned",
        /// A service principal with a secret.
        ServicePrincipal = "ServicePrincipal",
        /// None that ARM shows.
        None = "None",
    }
}

/// The first version of `Microsoft.ContainerService` that shows how `VirtualMachines` pools are autoscaled: an answer of an
/// older one has pools without any profile. <https://learn.microsoft.com/azure/aks/virtual-machines-node-pools>
pub const VM_AUTOSCALE_SINCE: &str = "2026-05-01";

/// The control-plane identity of a cluster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// Its kind.
    pub kind: IdentityKind,
    /// The user-assigned identities, as resource id → principal id where ARM gave one.
    pub user_assigned: BTreeMap<String, Option<String>>,
}

/// Snapshots of older versions do not say otherwise.
fn yes() -> bool {
    true
}

/// An AKS cluster.
///
/// An absent value means ARM did not send it, which is unknown and not a default: an older API version omits
/// newer properties.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cluster {
    /// Its id.
    pub id: ResourceId,
    /// Its region, normalised (`westeurope`).
    pub location: String,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
    /// `Base` or `Automatic`, as it came.
    pub sku_name: Option<String>,
    /// `Free`, `Standard` or `Premium`, as it came.
    pub sku_tier: Option<String>,
    /// The version the control plane runs, else the version it was asked to run.
    pub kubernetes_version: Option<String>,
    /// `KubernetesOfficial` or `AKSLongTermSupport`, as it came.
    pub support_plan: Option<String>,
    /// `Succeeded`, `Failed`, `Upgrading`, … as it came.
    pub provisioning_state: Option<String>,
    /// Whether it runs.
    pub power_state: Option<PowerState>,
    /// The resource group of its nodes, which may have any name.
    pub node_resource_group: Option<String>,
    /// Its identity; absent where ARM shows neither an identity nor a service principal.
    pub identity: Option<Identity>,
    /// Its network profile.
    pub network: NetworkProfile,
    /// Its node pools, as far as they are known.
    pub pools: Vec<NodePool>,
    /// Whether these are all its node pools: Azure listed them, and each was understood.
    #[serde(default = "yes")]
    pub pools_known: bool,
    /// How its API server is reached.
    pub api_server: ApiServer,
    /// Node auto-provisioning: `Auto` or `Manual`, as it came.
    pub node_provisioning_mode: Option<String>,
    /// System pools that AKS hosts itself (AKS Automatic), where the cluster has them.
    pub hosted_system: Option<HostedSystem>,
    /// Add-ons by the name ARM gives them.
    pub addons: BTreeMap<String, Addon>,
    /// The HTTP proxy's exceptions, where a proxy is configured.
    pub proxy_exceptions: Option<Vec<String>>,
    /// Whether pod-managed identity is on.
    pub pod_identity: Option<bool>,
    /// Whether the application-routing (NGINX) add-on is on.
    pub web_app_routing: Option<bool>,
    /// Which NGINX controller application routing made by default, as it came: `None` where it made none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nginx_controller: Option<String>,
    /// Whether application routing runs Istio behind the Gateway API: `Enabled` or `Disabled`, as it came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub routing_istio: Option<String>,
    /// Encryption of secrets with a key of a key vault, where it is configured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_vault_kms: Option<KeyVaultKms>,
    /// Whether a Defender profile is configured.
    pub defender: Option<bool>,
    /// Whether the cluster has a Windows profile.
    pub windows_profile: bool,
    /// `upgradeChannel` of the auto-upgrade profile, as it came.
    pub upgrade_channel: Option<String>,
    /// `nodeOSUpgradeChannel` of the auto-upgrade profile, as it came.
    pub node_os_upgrade_channel: Option<String>,
    /// When it was created, where ARM says so.
    pub created_at: Option<Timestamp>,
}

/// The networking of a cluster.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NetworkProfile {
    /// The plugin.
    pub plugin: Option<NetworkPlugin>,
    /// The plugin mode.
    pub plugin_mode: Option<NetworkPluginMode>,
    /// The data plane.
    pub dataplane: Option<NetworkDataplane>,
    /// The policy engine; absent means none.
    pub policy: Option<NetworkPolicy>,
    /// `IPv4`, `IPv6`, as they came.
    pub ip_families: Vec<String>,
    /// Pod CIDRs, the plural field first.
    pub pod_cidrs: Prefixes,
    /// Service CIDRs, the plural field first.
    pub service_cidrs: Prefixes,
    /// The address of the cluster's DNS service.
    pub dns_service_ip: Option<String>,
    /// How traffic leaves the cluster, as it came.
    pub outbound_type: Option<String>,
    /// `standard` or `basic`, as it came.
    pub load_balancer_sku: Option<String>,
    /// Whether a static egress gateway is on.
    pub static_egress_gateway: Option<bool>,
}

/// How the API server is reached.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiServer {
    /// Whether it is private.
    pub private_cluster: Option<bool>,
    /// Whether it is integrated into a subnet.
    pub vnet_integration: Option<bool>,
    /// That subnet.
    pub subnet_id: Option<ResourceId>,
    /// The private DNS zone, as it came.
    pub private_dns_zone: Option<String>,
}

/// Subnets of system pools that AKS hosts itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostedSystem {
    /// Whether it is on.
    pub enabled: Option<bool>,
    /// The subnet of the hosted system nodes.
    pub system_node_subnet_id: Option<ResourceId>,
    /// The subnet of other nodes.
    pub node_subnet_id: Option<ResourceId>,
}

/// Encryption of secrets with a key of a key vault.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyVaultKms {
    /// Whether it is on.
    pub enabled: Option<bool>,
    /// `Public` or `Private`, as it came.
    pub network_access: Option<String>,
}

/// An add-on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Addon {
    /// Whether it is on.
    pub enabled: Option<bool>,
    /// The settings this program reads, keys in lower case; all others are dropped, secrets among them.
    pub settings: BTreeMap<String, String>,
}

/// A node pool.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodePool {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub mode: Option<PoolMode>,
    /// What it is made of.
    pub pool_type: Option<PoolType>,
    /// Its operating system.
    pub os_type: Option<OsType>,
    /// The operating system's edition, as it came.
    pub os_sku: Option<String>,
    /// The size of its machines; absent for `VirtualMachines` pools.
    pub vm_size: Option<String>,
    /// Whether it runs.
    pub power_state: Option<PowerState>,
    /// `Succeeded`, `Failed`, … as it came.
    pub provisioning_state: Option<String>,
    /// Nodes asked for; absent for `VirtualMachines` pools.
    pub count: Option<u32>,
    /// Whether the cluster autoscaler sizes it.
    pub autoscaling: Option<bool>,
    /// The autoscaler's minimum.
    pub min_count: Option<u32>,
    /// The autoscaler's maximum.
    pub max_count: Option<u32>,
    /// Nodes of a `VirtualMachines` pool by machine size, as they are now.
    pub vm_status: Option<Vec<VirtualMachineProfile>>,
    /// Manual scale profiles of a `VirtualMachines` pool.
    pub vm_manual: Vec<VirtualMachineProfile>,
    /// Autoscale profiles of a `VirtualMachines` pool; `count` is their maximum.
    pub vm_autoscale: Vec<VirtualMachineProfile>,
    /// Most pods a node runs.
    pub max_pods: Option<u32>,
    /// Extra nodes during an upgrade, as it came: an integer or a percentage.
    pub max_surge: Option<String>,
    /// Nodes an upgrade may take away, as it came.
    pub max_unavailable: Option<String>,
    /// How long a drain may take, in minutes.
    pub drain_timeout_minutes: Option<u32>,
    /// How long a new node is watched before the next one, in minutes.
    pub node_soak_minutes: Option<u32>,
    /// `Rolling` or `BlueGreen`, where the API version shows it.
    pub upgrade_strategy: Option<String>,
    /// Ordinary or spot machines.
    pub priority: Option<Priority>,
    /// What evicting a spot machine does, as it came.
    pub eviction_policy: Option<String>,
    /// What scaling down does.
    pub scale_down_mode: Option<ScaleDownMode>,
    /// The subnet of its nodes; absent means the network that AKS made.
    pub node_subnet_id: Option<ResourceId>,
    /// The subnet of its pods.
    pub pod_subnet_id: Option<ResourceId>,
    /// How pods get addresses from that subnet.
    pub allocation_mode: Option<AllocationMode>,
    /// The Kubernetes version its nodes run, else were asked to run.
    pub kubernetes_version: Option<String>,
    /// The node image.
    pub node_image_version: Option<String>,
    /// `Managed` or `Ephemeral`, as it came.
    pub os_disk_type: Option<String>,
    /// Whether its nodes run images with FIPS-validated cryptography.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fips: Option<bool>,
    /// `OCIContainer`, `WasmWasi`, … as it came.
    pub workload_runtime: Option<String>,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
    /// The availability zones its nodes are spread over.
    pub zones: Vec<String>,
    /// The length of the public IP prefix of a gateway pool, each of whose nodes has an address of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public_ip_prefix: Option<u32>,
    /// Labels of its nodes.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// Taints of its nodes, as they came.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub taints: Vec<String>,
    /// The size of its nodes' disks in GB.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub os_disk_gb: Option<u32>,
}

/// Machines of one size in a `VirtualMachines` pool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VirtualMachineProfile {
    /// The machine size.
    pub size: Option<String>,
    /// How many, or at most how many; absent where it could not be read.
    pub count: Option<u32>,
    /// At least how many, for autoscale profiles.
    pub min_count: Option<u32>,
}

impl Cluster {
    /// A cluster of which only its id and region are known, and that it has no pools.
    #[must_use]
    pub fn bare(id: ResourceId, location: &str) -> Self {
        Self {
            id,
            location: location.to_owned(),
            tags: BTreeMap::new(),
            sku_name: None,
            sku_tier: None,
            kubernetes_version: None,
            support_plan: None,
            provisioning_state: None,
            power_state: None,
            node_resource_group: None,
            identity: None,
            network: NetworkProfile::default(),
            pools: Vec::new(),
            pools_known: true,
            api_server: ApiServer::default(),
            node_provisioning_mode: None,
            hosted_system: None,
            addons: BTreeMap::new(),
            proxy_exceptions: None,
            pod_identity: None,
            web_app_routing: None,
            nginx_controller: None,
            routing_istio: None,
            key_vault_kms: None,
            defender: None,
            windows_profile: false,
            upgrade_channel: None,
            node_os_upgrade_channel: None,
            created_at: None,
        }
    }

    /// The cluster's own name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.id.name()
    }

    /// Whether the cluster is stopped.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.power_state == Some(PowerState::Stopped)
    }

    /// Whether the cluster is being deleted.
    #[must_use]
    pub fn is_being_deleted(&self) -> bool {
        self.provisioning_state.as_deref().is_some_and(is_deletion)
    }

    /// An add-on by its name, ignoring case.
    #[must_use]
    pub fn addon(&self, name: &str) -> Option<&Addon> {
        self.addons.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, addon)| addon)
    }

    /// Whether the named add-on is on.
    #[must_use]
    pub fn addon_enabled(&self, name: &str) -> bool {
        self.addon(name).and_then(|addon| addon.enabled) == Some(true)
    }

    /// The id of the resource group its nodes live in, where Azure named one.
    #[must_use]
    pub fn node_resource_group_id(&self) -> Option<ResourceId> {
        let group = self.node_resource_group.as_deref().filter(|group| !group.is_empty())?;
        ResourceId::parse(&format!("{}/resourceGroups/{group}", self.id.subscription().path())).ok()
    }

    /// Whether nodes may come from node auto-provisioning, which no pool counts.
    #[must_use]
    pub fn has_node_auto_provisioning(&self) -> bool {
        self.node_provisioning_mode.as_deref().is_some_and(|mode| mode.eq_ignore_ascii_case("Auto"))
    }
}

/// Whether a provisioning state is that of a deletion.
#[must_use]
pub fn is_deletion(state: &str) -> bool {
    state.eq_ignore_ascii_case("Deleting")
}

/// Whether a provisioning state is one in which something is going on, so that figures may still change: none of those in which
/// an operation ends. <https://learn.microsoft.com/azure/azure-resource-manager/management/async-operations>
#[must_use]
pub fn is_in_motion(state: &str) -> bool {
    const SETTLED: [&str; 3] = ["Succeeded", "Failed", "Canceled"];
    !state.is_empty() && !SETTLED.iter().any(|settled| settled.eq_ignore_ascii_case(state))
}
