//! Virtual networks, their subnets and peerings, and route tables.

use serde::Deserialize;

use super::{
    Flag, IpConfigurations, Lenient, List, Reference, Tags, Tally, Text,
    lenient::{object, object_or_null},
};

/// `Microsoft.Network/virtualNetworks`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "an object")]
pub struct VirtualNetwork {
    pub(crate) id: Option<Text>,
    pub(crate) location: Option<Text>,
    pub(crate) tags: Lenient<Tags>,
    #[serde(deserialize_with = "object")]
    pub(crate) properties: Option<NetworkProperties>,
}

identified!(VirtualNetwork);

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", expecting = "an object")]
pub(crate) struct NetworkProperties {
    pub(crate) address_space: Lenient<AddressSpace>,
    pub(crate) dhcp_options: Lenient<DhcpOptions>,
    pub(crate) subnets: List<Subnet>,
    pub(crate) virtual_network_peerings: List<Peering>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", expecting = "an object")]
pub(crate) struct AddressSpace {
    pub(crate) address_prefixes: List<Text>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", expecting = "an object")]
pub(crate) struct DhcpOptions {
    pub(crate) dns_servers: List<Text>,
}

/// `…/subnets`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "an object")]
pub(crate) struct Subnet {
    pub(crate) id: Option<Text>,
    pub(crate) name: Option<Text>,
    #[serde(deserialize_with = "object")]
    pub(crate) properties: Option<SubnetProperties>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", expecting = "an object")]
pub(crate) struct SubnetProperties {
    pub(crate) address_prefix: Option<Text>,
    pub(crate) address_prefixes: List<Text>,
    pub(crate) network_security_group: Lenient<Reference>,
    pub(crate) route_table: Lenient<Reference>,
    pub(crate) nat_gateway: Lenient<Reference>,
    pub(crate) delegations: List<Delegation>,
    pub(crate) ip_configurations: Option<IpConfigurations>,
    pub(crate) ip_configuration_profiles: Option<Tally>,
    pub(crate) private_endpoints: Option<Tally>,
    #[serde(rename = "applicationGatewayIPConfigurations")]
    pub(crate) application_gateway_ip_configurations: List<Reference>,
    pub(crate) service_association_links: List<ServiceLink>,
    pub(crate) resource_navigation_links: List<ServiceLink>,
    pub(crate) default_outbound_access: Option<Flag>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "an object")]
pub(crate) struct Delegation {
    pub(crate) name: Option<Text>,
    #[serde(deserialize_with = "object_or_null")]
    pub(crate) properties: DelegationProperties,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", expecting = "an object")]
pub(crate) struct DelegationProperties {
    pub(crate) service_name: Option<Text>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "an object")]
pub(crate) struct ServiceLink {
    pub(crate) id: Option<Text>,
    pub(crate) name: Option<Text>,
    #[serde(deserialize_with = "object_or_null")]
    pub(crate) properties: ServiceLinkProperties,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", expecting = "an object")]
pub(crate) struct ServiceLinkProperties {
    pub(crate) linked_resource_type: Option<Text>,
}

/// `…/virtualNetworkPeerings`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "an object")]
pub(crate) struct Peering {
    pub(crate) id: Option<Text>,
    pub(crate) name: Option<Text>,
    #[serde(deserialize_with = "object")]
    pub(crate) properties: Option<PeeringProperties>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", expecting = "an object")]
pub(crate) struct PeeringProperties {
    pub(crate) remote_virtual_network: Lenient<Reference>,
    pub(crate) remote_address_space: Lenient<AddressSpace>,
    pub(crate) remote_virtual_network_address_space: Lenient<AddressSpace>,
    pub(crate) peering_state: Option<Text>,
    pub(crate) allow_forwarded_traffic: Option<Flag>,
    pub(crate) allow_gateway_transit: Option<Flag>,
    pub(crate) use_remote_gateways: Option<Flag>,
    pub(crate) peer_complete_vnets: Option<Flag>,
    pub(crate) local_subnet_names: List<Text>,
    pub(crate) remote_subnet_names: List<Text>,
    #[serde(rename = "enableOnlyIPv6Peering")]
    pub(crate) enable_only_ipv6_peering: Option<Flag>,
}

/// `Microsoft.Network/routeTables`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "an object")]
pub struct RouteTable {
    pub(crate) id: Option<Text>,
    pub(crate) location: Option<Text>,
    #[serde(deserialize_with = "object")]
    pub(crate) properties: Option<RouteTableProperties>,
}

identified!(RouteTable);

#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "an object")]
pub(crate) struct RouteTableProperties {
    pub(crate) routes: List<Route>,
    pub(crate) subnets: List<Reference>,
}

/// `…/routes`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "an object")]
pub(crate) struct Route {
    pub(crate) name: Option<Text>,
    #[serde(deserialize_with = "object_or_null")]
    pub(crate) properties: RouteProperties,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", expecting = "an object")]
pub(crate) struct RouteProperties {
    pub(crate) address_prefix: Option<Text>,
    pub(crate) next_hop_type: Option<Text>,
    pub(crate) next_hop_ip_address: Option<Text>,
}
