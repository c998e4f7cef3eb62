//! What virtual network gateways lead to, as far as addresses go.

use serde::Deserialize;

use super::{Lenient, Reference, Text, lenient::object, network::AddressSpace};

/// `Microsoft.Network/connections`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "an object")]
pub struct Connection {
    pub(crate) id: Option<Text>,
    #[serde(deserialize_with = "object")]
    pub(crate) properties: Option<ConnectionProperties>,
}

identified!(Connection);

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", expecting = "an object")]
pub(crate) struct ConnectionProperties {
    pub(crate) connection_type: Option<Text>,
    pub(crate) virtual_network_gateway1: Lenient<Reference>,
    pub(crate) virtual_network_gateway2: Lenient<Reference>,
    pub(crate) local_network_gateway2: Lenient<Reference>,
}

/// `Microsoft.Network/localNetworkGateways`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "an object")]
pub struct LocalNetworkGateway {
    pub(crate) id: Option<Text>,
    #[serde(deserialize_with = "object")]
    pub(crate) properties: Option<LocalNetworkGatewayProperties>,
}

identified!(LocalNetworkGateway);

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", expecting = "an object")]
pub(crate) struct LocalNetworkGatewayProperties {
    pub(crate) local_network_address_space: Lenient<AddressSpace>,
}

/// `Microsoft.Network/vpnSites`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "an object")]
pub struct VpnSite {
    pub(crate) id: Option<Text>,
    #[serde(deserialize_with = "object")]
    pub(crate) properties: Option<VpnSiteProperties>,
}

identified!(VpnSite);

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", expecting = "an object")]
pub(crate) struct VpnSiteProperties {
    pub(crate) address_space: Lenient<AddressSpace>,
    pub(crate) virtual_wan: Lenient<Reference>,
}
