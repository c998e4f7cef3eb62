//! A small estate to show: two subscriptions, three clusters.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{Access, Estate, ManagementGroup, Resources, Subscription};

/// The tenant of the estate.
pub const TENANT: &str = "9d2f4b60-3c1e-4a75-8e0b-6b1d7a52c000";
const SHOP: &str = "9d2f4b60-3c1e-4a75-8e0b-6b1d7a52c001";
const LAB: &str = "9d2f4b60-3c1e-4a75-8e0b-6b1d7a52c002";

/// How large an estate is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Size {
    /// The smallest that shows something.
    #[default]
    Small,
    /// Several teams.
    Medium,
    /// A large company.
    Large,
}

/// The demo estate. This one is the same for every seed and size.
#[must_use]
pub fn demo(_seed: u64, _size: Size) -> Estate {
    let subscription = |id: &str, name: &str, resources: fn() -> Resources| Subscription {
        id: id.to_owned(),
        name: name.to_owned(),
        state: "Enabled".to_owned(),
        tenant_id: TENANT.to_owned(),
        listed: true,
        access: Access::Full,
        resources: Arc::new(resources),
    };
    Estate {
        tenant_id: TENANT.to_owned(),
        subscriptions: vec![subscription(SHOP, "shop", shop), subscription(LAB, "lab", lab)],
        management_groups: vec![ManagementGroup {
            id: "company".to_owned(),
            display_name: "Company".to_owned(),
            parent: None,
            subscriptions: vec![SHOP.to_owned(), LAB.to_owned()],
        }],
    }
}

fn shop() -> Resources {
    Resources {
        clusters: vec![
            cluster(SHOP, "web", "azure", Some("overlay"), 3),
            cluster(SHOP, "old", "kubenet", None, 2),
        ],
        virtual_networks: vec![network(SHOP, &[("web", 3), ("old", 2)])],
        ..Resources::default()
    }
}

fn lab() -> Resources {
    Resources {
        clusters: vec![cluster(LAB, "lab", "azure", None, 1)],
        virtual_networks: vec![network(LAB, &[("lab", 1)])],
        ..Resources::default()
    }
}

fn network_id(subscription: &str) -> String {
    format!(
        "/subscriptions/{subscription}/resourceGroups/network/providers/Microsoft.Network/virtualNetworks/spoke"
    )
}

fn cluster(subscription: &str, name: &str, plugin: &str, mode: Option<&str>, nodes: u32) -> Value {
    let overlaid = plugin == "kubenet" || mode.is_some();
    json!({
        "id": format!("/subscriptions/{subscription}/resourceGroups/aks/providers/Microsoft.ContainerService/managedClusters/{name}"),
        "name": name,
        "type": "Microsoft.ContainerService/ManagedClusters",
        "location": "westeurope",
        "sku": { "name": "Base", "tier": "Standard" },
        "properties": {
            "provisioningState": "Succeeded",
            "powerState": { "code": "Running" },
            "kubernetesVersion": "1.34",
            "currentKubernetesVersion": "1.34.2",
            "nodeResourceGroup": format!("MC_aks_{name}_westeurope"),
            "networkProfile": {
                "networkPlugin": plugin,
                "networkPluginMode": mode,
                "podCidr": overlaid.then_some("10.244.0.0/16"),
                "serviceCidr": "10.0.0.0/16",
                "ipFamilies": ["IPv4"],
                "outboundType": "loadBalancer"
            },
            "agentPoolProfiles": [{
                "name": "system",
                "mode": "System",
                "type": "VirtualMachineScaleSets",
                "count": nodes,
                "vmSize": "Standard_D4ds_v5",
                "osType": "Linux",
                "osSKU": "Ubuntu",
                "maxPods": if overlaid { 110 } else { 30 },
                "powerState": { "code": "Running" },
                "vnetSubnetID": format!("{}/subnets/{name}", network_id(subscription))
            }]
        }
    })
}

fn network(subscription: &str, nodes: &[(&str, u32)]) -> Value {
    let id = network_id(subscription);
    let subnets: Vec<Value> = nodes
        .iter()
        .zip(0..)
        .map(|((name, count), number): (_, u32)| {
            let addresses: Vec<Value> =
                (0..*count).map(|instance| json!({ "id": node_address(subscription, name, instance) })).collect();
            json!({
                "id": format!("{id}/subnets/{name}"),
                "name": name,
                "properties": { "addressPrefix": format!("10.1.{number}.0/24"), "ipConfigurations": addresses }
            })
        })
        .collect();
    json!({
        "id": id,
        "name": "spoke",
        "type": "Microsoft.Network/virtualNetworks",
        "location": "westeurope",
        "properties": { "addressSpace": { "addressPrefixes": ["10.1.0.0/16"] }, "subnets": subnets }
    })
}

fn node_address(subscription: &str, cluster: &str, instance: u32) -> String {
    let group = format!("MC_aks_{cluster}_westeurope").to_uppercase();
    format!(
        "/subscriptions/{subscription}/resourceGroups/{group}/PROVIDERS/MICROSOFT.COMPUTE/VIRTUALMACHINESCALESETS/\
         AKS-SYSTEM-12345678-VMSS/VIRTUALMACHINES/{instance}/NETWORKINTERFACES/AKS-SYSTEM-12345678-VMSS/\
         ipConfigurations/IPCONFIG1"
    )
}
