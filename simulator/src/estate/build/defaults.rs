//! What Azure answers for a cluster beyond what was asked for: every property nobody set.

use serde_json::{Value, json};

use super::{
    Cluster, Pool,
    cluster::{Identity, system_data},
    id::{digest, guid, resource},
    nodes::Lease,
    pool::Setting,
    set,
};

const CLUSTER: &str = "Microsoft.ContainerService/managedClusters";

/// A finished cluster, with what it leaves in networks.
pub(super) struct Built {
    pub(super) json: Value,
    pub(super) leases: Vec<Lease>,
    pub(super) node_group: String,
}

impl Cluster {
    fn fill(&mut self, path: &str, value: impl Into<Value>) {
        if self.json.pointer(&format!("/{}", path.replace('.', "/"))).is_none() {
            set(&mut self.json, path, value);
        }
    }

    pub(super) fn finish(mut self, subscription: &str) -> Built {
        let id = resource(subscription, &self.group, CLUSTER, &self.name);
        let node_group = self.node_group.clone().unwrap_or_else(|| {
            // Azure shortens the name it makes to 80 characters.
            format!("MC_{}_{}_{}", self.group, self.name, self.location).chars().take(80).collect()
        });
        let families = self.json.pointer("/properties/networkProfile/ipFamilies");
        let dual_stack = families.and_then(Value::as_array).is_some_and(|f| f.len() > 1);
        let setting =
            Setting { ipam: self.ipam, version: &self.version, stopped: self.is_stopped(), dual_stack };
        let pools = std::mem::take(&mut self.pools);
        let windows = pools.iter().any(Pool::is_windows);
        let (profiles, leases): (Vec<Value>, Vec<Lease>) =
            pools.into_iter().map(|pool| pool.finish(&setting)).unzip();
        self.fill("properties.agentPoolProfiles", profiles);
        self.fill_top(&id);
        self.fill_identity(subscription);
        self.fill_properties(&id, &node_group);
        self.fill_network(subscription, &node_group);
        if windows {
            self.fill(
                "properties.windowsProfile",
                json!({"adminUsername": "azureuser", "enableCSIProxy": true}),
            );
        }
        Built { json: self.json, leases, node_group }
    }

    fn fill_top(&mut self, id: &str) {
        let (name, location) = (self.name.clone(), self.location.clone());
        let year = 2021 + digest(id) % 5;
        let (month, day) = (1 + digest(id) / 7 % 12, 1 + digest(id) / 97 % 28);
        self.fill("systemData", system_data(&format!("{year}-{month:02}-{day:02}")));
        self.fill("id", id);
        self.fill("name", name);
        self.fill("type", "Microsoft.ContainerService/ManagedClusters");
        self.fill("location", location);
        self.fill("kind", "Base");
        self.fill("eTag", guid(&format!("{id}#etag")));
        self.fill("sku", json!({"name": "Base", "tier": "Standard"}));
        self.fill("tags", json!({}));
    }

    fn fill_identity(&mut self, subscription: &str) {
        let kubelet = resource(
            subscription,
            &self.group,
            "Microsoft.ManagedIdentity/userAssignedIdentities",
            &format!("{}-agentpool", self.name),
        );
        let control = resource(
            subscription,
            &self.group,
            "Microsoft.ManagedIdentity/userAssignedIdentities",
            &format!("id-{}", self.name),
        );
        match self.identity {
            Identity::User => {
                let known = json!({"clientId": guid(&control), "principalId": guid(&format!("{control}#p"))});
                let mut map = serde_json::Map::new();
                map.insert(control, known);
                self.fill("identity", json!({"type": "UserAssigned", "userAssignedIdentities": map}));
            }
            Identity::System => self.fill(
                "identity",
                json!({
                    "type": "SystemAssigned",
                    "principalId": guid(&format!("{control}#p")),
                    "tenantId": crate::estate::demo::TENANT
                }),
            ),
            Identity::Principal => {
                self.fill("properties.servicePrincipalProfile.clientId", guid(&format!("{control}#sp")));
                return;
            }
        }
        self.fill("properties.servicePrincipalProfile.clientId", "msi");
        self.fill(
            "properties.identityProfile",
            json!({"kubeletidentity": {
                "resourceId": kubelet,
                "clientId": guid(&kubelet),
                "objectId": guid(&format!("{kubelet}#o"))
            }}),
        );
    }

    fn fill_properties(&mut self, id: &str, node_group: &str) {
        let (name, location, version) = (self.name.clone(), self.location.clone(), self.version.clone());
        let host = format!("{name}-dns-{:08x}", digest(id) & 0xffff_ffff);
        self.fill("properties.provisioningState", "Succeeded");
        self.fill("properties.powerState", json!({"code": "Running"}));
        self.fill("properties.kubernetesVersion", version.clone());
        self.fill("properties.currentKubernetesVersion", version);
        self.fill("properties.supportPlan", "KubernetesOfficial");
        self.fill("properties.nodeResourceGroup", node_group);
        self.fill("properties.dnsPrefix", format!("{name}-dns"));
        if self.json.pointer("/properties/apiServerAccessProfile/enablePrivateCluster") == Some(&json!(true))
        {
            self.fill(
                "properties.privateFQDN",
                format!("{host}.{}.privatelink.{location}.azmk8s.io", guid(id)),
            );
        } else {
            self.fill("properties.fqdn", format!("{host}.hcp.{location}.azmk8s.io"));
        }
        self.fill("properties.azurePortalFQDN", format!("{host}.portal.hcp.{location}.azmk8s.io"));
        self.fill("properties.maxAgentPools", 100);
        self.fill("properties.enableRBAC", true);
        self.fill("properties.disableLocalAccounts", true);
        self.fill("properties.addonProfiles", json!({"azurepolicy": {"enabled": true, "config": null}}));
        self.fill(
            "properties.autoUpgradeProfile",
            json!({"upgradeChannel": "patch", "nodeOSUpgradeChannel": "NodeImage"}),
        );
        self.fill(
            "properties.nodeProvisioningProfile",
            json!({"mode": "Manual", "defaultNodePools": "Auto"}),
        );
        self.fill("properties.securityProfile", json!({"workloadIdentity": {"enabled": true}}));
        self.fill("properties.oidcIssuerProfile", json!({"enabled": true}));
        self.fill("properties.resourceUID", format!("{:024x}", digest(id)));
    }

    fn fill_network(&mut self, subscription: &str, node_group: &str) {
        let address = guid(&format!("{node_group}#outbound"));
        let public = resource(subscription, node_group, "Microsoft.Network/publicIPAddresses", &address);
        let path = |key: &str| format!("properties.networkProfile.{key}");
        self.fill(&path("networkPolicy"), "none");
        self.fill(&path("loadBalancerSku"), "standard");
        self.fill(&path("outboundType"), "loadBalancer");
        self.fill(&path("ipFamilies"), json!(["IPv4"]));
        self.fill(&path("serviceCidr"), "10.0.0.0/16");
        self.fill(&path("serviceCidrs"), json!(["10.0.0.0/16"]));
        self.fill(&path("dnsServiceIP"), "10.0.0.10");
        let balanced =
            self.json.pointer("/properties/networkProfile/outboundType") == Some(&json!("loadBalancer"));
        if balanced {
            self.fill(
                &path("loadBalancerProfile"),
                json!({
                    "managedOutboundIPs": {"count": 1},
                    "effectiveOutboundIPs": [{"id": public}],
                    "backendPoolType": "nodeIPConfiguration"
                }),
            );
        }
    }
}
