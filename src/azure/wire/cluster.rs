//! Managed clusters.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{
    AgentPool, Flag, Lenient, List, Present, Settings, Tags, Text,
    lenient::{object, object_or_null},
    pool::PowerState,
};

/// `Microsoft.ContainerService/managedClusters`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", expecting = "an object")]
pub struct ManagedCluster {
    pub(crate) id: Option<Text>,
    pub(crate) location: Option<Text>,
    pub(crate) tags: Lenient<Tags>,
    pub(crate) sku: Lenient<Sku>,
    pub(crate) identity: Lenient<Identity>,
    pub(crate) system_data: Lenient<SystemData>,
    #[serde(deserialize_with = "object")]
    pub(crate) properties: Option<ClusterProperties>,
}

identified!(ManagedCluster);

#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "an object")]
pub(crate) struct Sku {
    pub(crate) name: Option<Text>,
    pub(crate) tier: Option<Text>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", expecting = "an object")]
pub(crate) struct Identity {
    #[serde(rename = "type")]
    pub(crate) kind: Option<Text>,
    #[serde(deserialize_with = "object_or_null")]
    pub(crate) user_assigned_identities: BTreeMap<String, Option<UserAssigned>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", expecting = "an object")]
pub(crate) struct UserAssigned {
    pub(crate) principal_id: Option<Text>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", expecting = "an object")]
pub(crate) struct SystemData {
    pub(crate) created_at: Option<Text>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", expecting = "an object")]
pub(crate) struct ClusterProperties {
    pub(crate) kubernetes_version: Option<Text>,
    pub(crate) current_kubernetes_version: Option<Text>,
    pub(crate) support_plan: Option<Text>,
    pub(crate) provisioning_state: Option<Text>,
    pub(crate) power_state: Lenient<PowerState>,
    pub(crate) node_resource_group: Option<Text>,
    pub(crate) service_principal_profile: Lenient<ServicePrincipal>,
    pub(crate) network_profile: Lenient<NetworkProfile>,
    pub(crate) agent_pool_profiles: List<AgentPool>,
    pub(crate) api_server_access_profile: Lenient<ApiServerAccess>,
    pub(crate) node_provisioning_profile: Lenient<Mode>,
    pub(crate) hosted_system_profile: Lenient<HostedSystem>,
    pub(crate) addon_profiles: Lenient<BTreeMap<String, Lenient<AddonProfile>>>,
    pub(crate) http_proxy_config: Lenient<HttpProxy>,
    pub(crate) pod_identity_profile: Lenient<Enabled>,
    pub(crate) ingress_profile: Lenient<Ingress>,
    pub(crate) security_profile: Lenient<Security>,
    pub(crate) windows_profile: Lenient<Present>,
    pub(crate) auto_upgrade_profile: Lenient<AutoUpgrade>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", expecting = "an object")]
pub(crate) struct ServicePrincipal {
    pub(crate) client_id: Option<Text>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", expecting = "an object")]
pub(crate) struct NetworkProfile {
    pub(crate) network_plugin: Option<Text>,
    pub(crate) network_plugin_mode: Option<Text>,
    pub(crate) network_dataplane: Option<Text>,
    pub(crate) network_policy: Option<Text>,
    pub(crate) ip_families: List<Text>,
    pub(crate) pod_cidr: Option<Text>,
    pub(crate) pod_cidrs: List<Text>,
    pub(crate) service_cidr: Option<Text>,
    pub(crate) service_cidrs: List<Text>,
    #[serde(rename = "dnsServiceIP")]
    pub(crate) dns_service_ip: Option<Text>,
    pub(crate) outbound_type: Option<Text>,
    pub(crate) load_balancer_sku: Option<Text>,
    pub(crate) static_egress_gateway_profile: Lenient<Enabled>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "an object")]
pub(crate) struct Enabled {
    pub(crate) enabled: Option<Flag>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", expecting = "an object")]
pub(crate) struct ApiServerAccess {
    pub(crate) enable_private_cluster: Option<Flag>,
    pub(crate) enable_vnet_integration: Option<Flag>,
    pub(crate) subnet_id: Option<Text>,
    #[serde(rename = "privateDNSZone")]
    pub(crate) private_dns_zone: Option<Text>,
}

/// The API and the command line spell these two differently.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", expecting = "an object")]
pub(crate) struct HostedSystem {
    pub(crate) enabled: Option<Flag>,
    #[serde(rename = "systemNodeSubnetID", alias = "systemNodeSubnetId")]
    pub(crate) system_node_subnet_id: Option<Text>,
    #[serde(rename = "nodeSubnetID", alias = "nodeSubnetId")]
    pub(crate) node_subnet_id: Option<Text>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "an object")]
pub(crate) struct AddonProfile {
    pub(crate) enabled: Option<Flag>,
    pub(crate) config: Lenient<Settings>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", expecting = "an object")]
pub(crate) struct HttpProxy {
    pub(crate) no_proxy: List<Text>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", expecting = "an object")]
pub(crate) struct Ingress {
    pub(crate) web_app_routing: Lenient<WebAppRouting>,
}

/// Application routing: NGINX, and beside it Istio behind the Gateway API.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", expecting = "an object")]
pub(crate) struct WebAppRouting {
    pub(crate) enabled: Option<Flag>,
    pub(crate) nginx: Lenient<Nginx>,
    #[serde(rename = "gatewayAPIImplementations", alias = "gatewayApiImplementations")]
    pub(crate) gateway_api_implementations: Lenient<GatewayApiImplementations>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", expecting = "an object")]
pub(crate) struct Nginx {
    pub(crate) default_ingress_controller_type: Option<Text>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", expecting = "an object")]
pub(crate) struct GatewayApiImplementations {
    pub(crate) app_routing_istio: Lenient<Mode>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "an object")]
pub(crate) struct Mode {
    pub(crate) mode: Option<Text>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", expecting = "an object")]
pub(crate) struct Security {
    pub(crate) defender: Lenient<Defender>,
    pub(crate) azure_key_vault_kms: Lenient<KeyVaultKms>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", expecting = "an object")]
pub(crate) struct KeyVaultKms {
    pub(crate) enabled: Option<Flag>,
    pub(crate) key_vault_network_access: Option<Text>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Defender {
    pub(crate) security_monitoring: Lenient<Enabled>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", expecting = "an object")]
pub(crate) struct AutoUpgrade {
    pub(crate) upgrade_channel: Option<Text>,
    #[serde(rename = "nodeOSUpgradeChannel")]
    pub(crate) node_os_upgrade_channel: Option<Text>,
}
