//! Application gateways.

use serde_json::{Value, json};

use super::id::{etag, guid, resource};

const GATEWAY: &str = "Microsoft.Network/applicationGateways";

/// An application gateway being built.
pub(crate) struct ApplicationGateway {
    id: String,
    name: String,
    location: String,
    pub(super) subnet: String,
    pub(super) private: bool,
    sku: Value,
    autoscale: Option<Value>,
}

impl ApplicationGateway {
    /// A `WAF_v2` gateway that scales itself between two numbers of instances.
    pub(crate) fn autoscaled(subnet: &str, group: &str, name: &str, min: u32, max: u32) -> Self {
        let sku = json!({"name": "WAF_v2", "tier": "WAF_v2", "family": "Generation_1"});
        let mut gateway = Self::with_sku(subnet, group, name, sku);
        gateway.autoscale = Some(json!({"minCapacity": min, "maxCapacity": max}));
        gateway
    }

    /// A `Standard_v2` gateway of a fixed number of instances.
    pub(crate) fn fixed(subnet: &str, group: &str, name: &str, capacity: u32) -> Self {
        let sku = json!({"name": "Standard_v2", "tier": "Standard_v2", "capacity": capacity});
        Self::with_sku(subnet, group, name, sku)
    }

    fn with_sku(subnet: &str, group: &str, name: &str, sku: Value) -> Self {
        let subscription = subnet.split('/').nth(2).unwrap_or_default();
        Self {
            id: resource(subscription, group, GATEWAY, name),
            name: name.to_owned(),
            location: "westeurope".to_owned(),
            subnet: subnet.to_owned(),
            private: false,
            sku,
            autoscale: None,
        }
    }

    /// Makes it one of version 1, as it was before 2019.
    pub(crate) fn version_one(mut self) -> Self {
        self.sku["name"] = json!("Standard_Medium");
        self.sku["tier"] = json!("Standard");
        self
    }

    /// Gives it a private front end, which takes one address of its subnet.
    pub(crate) fn private_frontend(mut self) -> Self {
        self.private = true;
        self
    }

    /// Its id.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    pub(super) fn gateway_ip_configuration(&self) -> String {
        format!("{}/gatewayIPConfigurations/appGatewayIpConfig", self.id)
    }

    pub(super) fn private_frontend_id(&self) -> String {
        format!("{}/frontendIPConfigurations/appGwPrivateFrontendIp", self.id)
    }

    pub(super) fn finish(self) -> Value {
        let public = resource(
            self.id.split('/').nth(2).unwrap_or_default(),
            self.id.split('/').nth(4).unwrap_or_default(),
            "Microsoft.Network/publicIPAddresses",
            &format!("pip-{}", self.name),
        );
        let mut frontends = vec![json!({
            "name": "appGwPublicFrontendIp",
            "id": format!("{}/frontendIPConfigurations/appGwPublicFrontendIp", self.id),
            "properties": {
                "provisioningState": "Succeeded",
                "privateIPAllocationMode": "Dynamic",
                "publicIPAddress": {"id": public}
            }
        })];
        if self.private {
            frontends.push(json!({
                "name": "appGwPrivateFrontendIp",
                "id": self.private_frontend_id(),
                "properties": {
                    "provisioningState": "Succeeded",
                    "privateIPAllocationMode": "Static",
                    "subnet": {"id": self.subnet}
                }
            }));
        }
        let mut json = json!({
            "name": self.name,
            "id": self.id,
            "etag": etag(&self.id),
            "type": GATEWAY,
            "location": self.location,
            "zones": ["1", "2", "3"],
            "properties": {
                "provisioningState": "Succeeded",
                "resourceGuid": guid(&self.id),
                "sku": self.sku,
                "operationalState": "Running",
                "gatewayIPConfigurations": [{
                    "name": "appGatewayIpConfig",
                    "id": self.gateway_ip_configuration(),
                    "properties": {"provisioningState": "Succeeded", "subnet": {"id": self.subnet}}
                }],
                "frontendIPConfigurations": frontends
            }
        });
        if let Some(autoscale) = self.autoscale {
            super::set(&mut json, "properties.autoscaleConfiguration", autoscale);
        }
        json
    }
}
