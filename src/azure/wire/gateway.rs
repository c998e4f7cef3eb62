//! Application gateways, as far as addresses go.

use serde::Deserialize;

use super::{Count, Lenient, List, Reference, Text, lenient::object};

/// `Microsoft.Network/applicationGateways`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "an object")]
pub struct ApplicationGateway {
    pub(crate) id: Option<Text>,
    #[serde(deserialize_with = "object")]
    pub(crate) properties: Option<GatewayProperties>,
}

identified!(ApplicationGateway);

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", expecting = "an object")]
pub(crate) struct GatewayProperties {
    pub(crate) sku: Lenient<Sku>,
    pub(crate) autoscale_configuration: Lenient<Autoscale>,
    #[serde(rename = "gatewayIPConfigurations")]
    pub(crate) gateway_ip_configurations: List<Child>,
    #[serde(rename = "frontendIPConfigurations")]
    pub(crate) frontend_ip_configurations: List<Child>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "an object")]
pub(crate) struct Sku {
    pub(crate) tier: Option<Text>,
    pub(crate) name: Option<Text>,
    pub(crate) capacity: Option<Count>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", expecting = "an object")]
pub(crate) struct Autoscale {
    pub(crate) max_capacity: Option<Count>,
}

/// A gateway or front-end configuration.
#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "an object")]
pub(crate) struct Child {
    pub(crate) id: Option<Text>,
    pub(crate) name: Option<Text>,
    pub(crate) properties: Option<InSubnet>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "an object")]
pub(crate) struct InSubnet {
    pub(crate) subnet: Option<Reference>,
}
