//! Managed clusters, each with its node pools.

use std::collections::BTreeMap;

use super::Kind;
use crate::{
    azure::{
        Provider, Resource,
        wire::{self, Flag, Lenient},
    },
    collect::convert::{
        Converted,
        parts::{self, Notes},
        pool::node_pools,
        twins::{Entry, Parts},
    },
    inventory::{
        Addon, ApiServer, Cluster, HostedSystem, Identity, IdentityKind, KeyVaultKms, NetworkProfile,
        Prefixes,
    },
};

/// The client id of clusters that have a managed identity instead of a service principal.
const MANAGED_IDENTITY: &str = "msi";

/// <https://learn.microsoft.com/rest/api/aks/managed-clusters/list>
impl Resource for wire::ManagedCluster {
    const PROVIDER: Provider = Provider::ContainerService;
    const COLLECTION: &'static str = "managedClusters";
}

impl Kind for Cluster {
    type Wire = wire::ManagedCluster;

    fn convert(wire: Self::Wire) -> Converted<Self> {
        let id = parts::own_id("managed cluster", wire.id.as_ref(), None)?;
        let mut notes = Notes::new(&id);
        let sku = notes.read("sku", wire.sku).unwrap_or_default();
        let created = notes.read("system data", wire.system_data).and_then(|data| data.created_at);
        let properties = notes.read_properties("managed cluster", wire.properties);
        let (pools, pools_known) = node_pools(properties.agent_pool_profiles, &mut notes);
        let profile = notes.read("network profile", properties.network_profile);
        let power = notes.read("power state", properties.power_state).unwrap_or_default();
        let upgrades =
            notes.read("auto-upgrade profile", properties.auto_upgrade_profile).unwrap_or_default();
        let provisioning = notes.read("node provisioning profile", properties.node_provisioning_profile);
        let ingress = notes.read("ingress profile", properties.ingress_profile).unwrap_or_default();
        let proxy = notes.read("HTTP proxy", properties.http_proxy_config);
        let pod_identity = notes.read("pod identity profile", properties.pod_identity_profile);
        let routing = notes.read("web app routing", ingress.web_app_routing).unwrap_or_default();
        let nginx = notes.read("NGINX", routing.nginx).unwrap_or_default();
        let gateways = notes.read("Gateway API", routing.gateway_api_implementations).unwrap_or_default();
        let istio =
            notes.read("Istio of application routing", gateways.app_routing_istio).unwrap_or_default();
        let security = notes.read("security profile", properties.security_profile).unwrap_or_default();
        let defender = notes.read("Defender", security.defender);
        let enabled = |profile: Option<wire::Enabled>| profile.and_then(|p| p.enabled).map(Flag::get);
        let cluster = Cluster {
            location: parts::location(wire.location),
            tags: notes.read_tags(wire.tags),
            sku_name: parts::text(sku.name),
            sku_tier: parts::text(sku.tier),
            kubernetes_version: parts::text(properties.current_kubernetes_version)
                .or_else(|| parts::text(properties.kubernetes_version)),
            support_plan: parts::text(properties.support_plan),
            provisioning_state: parts::text(properties.provisioning_state),
            power_state: parts::word(power.code),
            node_resource_group: parts::text(properties.node_resource_group),
            identity: identity(wire.identity, properties.service_principal_profile, &mut notes),
            network: profile.map(|profile| network(profile, &mut notes)).unwrap_or_default(),
            pools_known,
            pools,
            api_server: api_server(properties.api_server_access_profile, &mut notes),
            node_provisioning_mode: provisioning.and_then(|profile| parts::text(profile.mode)),
            hosted_system: hosted_system(properties.hosted_system_profile, &mut notes),
            addons: addons(properties.addon_profiles, &mut notes),
            proxy_exceptions: proxy.map(|proxy| notes.read_texts("HTTP proxy", proxy.no_proxy)),
            pod_identity: enabled(pod_identity),
            web_app_routing: routing.enabled.map(Flag::get),
            nginx_controller: parts::text(nginx.default_ingress_controller_type),
            routing_istio: parts::text(istio.mode),
            key_vault_kms: notes.read("key vault KMS", security.azure_key_vault_kms).map(|kms| KeyVaultKms {
                enabled: kms.enabled.map(Flag::get),
                network_access: parts::text(kms.key_vault_network_access),
            }),
            defender: enabled(
                defender.and_then(|profile| notes.read("Defender", profile.security_monitoring)),
            ),
            windows_profile: notes.read("Windows profile", properties.windows_profile).is_some(),
            upgrade_channel: parts::text(upgrades.upgrade_channel),
            node_os_upgrade_channel: parts::text(upgrades.node_os_upgrade_channel),
            created_at: created.and_then(|text| text.parse().ok()),
            id,
        };
        Ok((cluster, notes.into_oddities()))
    }
}

/// The identity ARM shows; else a service principal, told by a client id that is not the word for none.
fn identity(
    identity: Lenient<wire::Identity>,
    principal: Lenient<wire::ServicePrincipal>,
    notes: &mut Notes,
) -> Option<Identity> {
    let client = notes.read("service principal", principal).and_then(|p| parts::text(p.client_id));
    let has_principal = client.is_some_and(|id| !id.eq_ignore_ascii_case(MANAGED_IDENTITY));
    let shown = notes.read("identity", identity).unwrap_or_default();
    let kind = match parts::word(shown.kind) {
        Some(IdentityKind::None) | None if has_principal => IdentityKind::ServicePrincipal,
        kind => kind?,
    };
    let user_assigned = shown.user_assigned_identities.into_iter();
    let user_assigned =
        user_assigned.map(|(id, identity)| (id, identity.and_then(|i| parts::text(i.principal_id))));
    Some(Identity { kind, user_assigned: user_assigned.collect() })
}

fn network(wire: wire::NetworkProfile, notes: &mut Notes) -> NetworkProfile {
    let egress = notes.read("static egress gateway", wire.static_egress_gateway_profile);
    // The plural field first: it alone has both families of a dual-stack cluster.
    let mut cidrs = |many, one| -> Prefixes {
        notes.read_prefixes("CIDRs", many).into_iter().chain(parts::text(one)).collect()
    };
    NetworkProfile {
        pod_cidrs: cidrs(wire.pod_cidrs, wire.pod_cidr),
        service_cidrs: cidrs(wire.service_cidrs, wire.service_cidr),
        plugin: parts::word(wire.network_plugin),
        plugin_mode: parts::word(wire.network_plugin_mode),
        dataplane: parts::word(wire.network_dataplane),
        policy: parts::word(wire.network_policy),
        ip_families: notes.read_texts("IP families", wire.ip_families),
        dns_service_ip: parts::text(wire.dns_service_ip),
        outbound_type: parts::text(wire.outbound_type),
        load_balancer_sku: parts::text(wire.load_balancer_sku),
        static_egress_gateway: egress.and_then(|profile| profile.enabled).map(Flag::get),
    }
}

fn api_server(wire: Lenient<wire::ApiServerAccess>, notes: &mut Notes) -> ApiServer {
    let wire = notes.read("API server access profile", wire).unwrap_or_default();
    ApiServer {
        private_cluster: wire.enable_private_cluster.map(Flag::get),
        vnet_integration: wire.enable_vnet_integration.map(Flag::get),
        subnet_id: notes.read_id("API server subnet", wire.subnet_id),
        private_dns_zone: parts::text(wire.private_dns_zone),
    }
}

fn hosted_system(wire: Lenient<wire::HostedSystem>, notes: &mut Notes) -> Option<HostedSystem> {
    let wire = notes.read("hosted system profile", wire)?;
    Some(HostedSystem {
        enabled: wire.enabled.map(Flag::get),
        system_node_subnet_id: notes.read_id("hosted system subnet", wire.system_node_subnet_id),
        node_subnet_id: notes.read_id("hosted node subnet", wire.node_subnet_id),
    })
}

type Addons = BTreeMap<String, Lenient<wire::AddonProfile>>;

fn addons(wire: Lenient<Addons>, notes: &mut Notes) -> BTreeMap<String, Addon> {
    let mut addons = Parts::new("add-on");
    for (name, profile) in notes.read("add-ons", wire).unwrap_or_default() {
        let Some(profile) = notes.read_named("add-on", &name, profile) else { continue };
        let settings =
            notes.read_named("add-on", &name, profile.config).map(|settings| settings.0).unwrap_or_default();
        let addon = Addon { enabled: profile.enabled.map(Flag::get), settings };
        // Under one name in two spellings there may be two.
        addons.add(Entry { name: Some(name), value: addon }, Vec::new());
    }
    let (addons, _) = addons.settle(notes);
    addons.into_iter().filter_map(|addon| Some((addon.name?, addon.value))).collect()
}
