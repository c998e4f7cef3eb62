//! Node pools, which ARM calls agent pools.

use serde::Deserialize;

use super::{
    Count, Flag, Lenient, List, Tags, Text,
    lenient::{object_or_null, one_or_many},
};

/// A pool as it stands in `agentPoolProfiles`, or in `properties` of an agent pool of its own.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", expecting = "an object")]
pub struct AgentPool {
    pub(crate) name: Option<Text>,
    pub(crate) mode: Option<Text>,
    #[serde(rename = "type")]
    pub(crate) pool_type: Option<Text>,
    pub(crate) os_type: Option<Text>,
    #[serde(rename = "osSKU")]
    pub(crate) os_sku: Option<Text>,
    pub(crate) vm_size: Option<Text>,
    pub(crate) power_state: Lenient<PowerState>,
    pub(crate) provisioning_state: Option<Text>,
    pub(crate) count: Option<Count>,
    pub(crate) enable_auto_scaling: Option<Flag>,
    pub(crate) min_count: Option<Count>,
    pub(crate) max_count: Option<Count>,
    pub(crate) virtual_machine_nodes_status: Option<List<ScaleProfile>>,
    pub(crate) virtual_machines_profile: Lenient<VirtualMachinesProfile>,
    pub(crate) max_pods: Option<Count>,
    pub(crate) upgrade_settings: Lenient<UpgradeSettings>,
    pub(crate) upgrade_strategy: Option<Text>,
    pub(crate) scale_set_priority: Option<Text>,
    pub(crate) scale_set_eviction_policy: Option<Text>,
    pub(crate) scale_down_mode: Option<Text>,
    #[serde(rename = "vnetSubnetID")]
    pub(crate) vnet_subnet_id: Option<Text>,
    #[serde(rename = "podSubnetID")]
    pub(crate) pod_subnet_id: Option<Text>,
    #[serde(rename = "podIPAllocationMode")]
    pub(crate) pod_ip_allocation_mode: Option<Text>,
    pub(crate) current_orchestrator_version: Option<Text>,
    pub(crate) orchestrator_version: Option<Text>,
    pub(crate) node_image_version: Option<Text>,
    pub(crate) os_disk_type: Option<Text>,
    #[serde(rename = "osDiskSizeGB")]
    pub(crate) os_disk_gb: Option<Count>,
    pub(crate) node_labels: Lenient<Tags>,
    pub(crate) node_taints: List<Text>,
    #[serde(rename = "enableFIPS", alias = "enableFips")]
    pub(crate) enable_fips: Option<Flag>,
    pub(crate) workload_runtime: Option<Text>,
    pub(crate) tags: Lenient<Tags>,
    pub(crate) availability_zones: List<Text>,
    pub(crate) gateway_profile: Lenient<GatewayProfile>,
}

/// What a pool for static egress addresses says of them.
#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "an object")]
pub(crate) struct GatewayProfile {
    #[serde(rename = "publicIPPrefixSize")]
    pub(crate) public_ip_prefix_size: Option<Count>,
}

/// `powerState` of a cluster or pool.
#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "an object")]
pub(crate) struct PowerState {
    pub(crate) code: Option<Text>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", expecting = "an object")]
pub(crate) struct UpgradeSettings {
    pub(crate) max_surge: Option<Text>,
    pub(crate) max_unavailable: Option<Text>,
    pub(crate) drain_timeout_in_minutes: Option<Count>,
    pub(crate) node_soak_duration_in_minutes: Option<Count>,
}

/// How a `VirtualMachines` pool scales.
#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "an object")]
pub(crate) struct VirtualMachinesProfile {
    #[serde(deserialize_with = "object_or_null")]
    pub(crate) scale: Scale,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "an object")]
pub(crate) struct Scale {
    pub(crate) manual: List<ScaleProfile>,
    #[serde(deserialize_with = "one_or_many")]
    pub(crate) autoscale: List<ScaleProfile>,
}

/// Machines of one size.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", expecting = "an object")]
pub(crate) struct ScaleProfile {
    pub(crate) size: Option<Text>,
    pub(crate) count: Option<Count>,
    pub(crate) min_count: Option<Count>,
    pub(crate) max_count: Option<Count>,
}
