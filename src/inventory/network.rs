//! Virtual networks, subnets and what hangs on them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{AddressUsage, OwnerKind, ResourceId};
use crate::ipam::Cidr;

/// A list of address prefixes as Azure gave it: what could be read, and what could not.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prefixes {
    /// Prefixes that are valid CIDR blocks, IPv4 and IPv6, in Azure's order.
    pub known: Vec<Cidr>,
    /// Texts that are no CIDR block, as they came.
    pub unreadable: Vec<String>,
}

impl Prefixes {
    /// The IPv4 prefixes.
    pub fn v4(&self) -> impl Iterator<Item = Cidr> {
        self.known.iter().copied().filter(|c| c.is_v4())
    }
}

impl<S: AsRef<str>> FromIterator<S> for Prefixes {
    fn from_iter<I: IntoIterator<Item = S>>(texts: I) -> Self {
        let mut prefixes = Self::default();
        for text in texts {
            match text.as_ref().parse::<Cidr>() {
                Ok(cidr) if prefixes.known.contains(&cidr) => {}
                Ok(cidr) => prefixes.known.push(cidr),
                Err(_) if prefixes.unreadable.iter().any(|known| known == text.as_ref()) => {}
                Err(_) => prefixes.unreadable.push(text.as_ref().to_owned()),
            }
        }
        prefixes.known.shrink_to_fit();
        prefixes
    }
}

/// A virtual network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VirtualNetwork {
    /// Its id.
    pub id: ResourceId,
    /// Its region, normalised (`westeurope`).
    pub location: String,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
    /// Its address space.
    pub address_space: Prefixes,
    /// Its subnets, by id.
    pub subnets: Vec<Subnet>,
    /// Its peerings, by id.
    pub peerings: Vec<Peering>,
    /// Its own DNS servers; empty means Azure's.
    pub dns_servers: Vec<String>,
}

impl VirtualNetwork {
    /// The virtual network gateways in it, which show as what holds addresses in its gateway subnet.
    pub fn gateways(&self) -> impl Iterator<Item = &ResourceId> {
        let owners = self.subnets.iter().flat_map(|subnet| &subnet.usage.owners);
        let gateways = owners.filter(|count| count.owner.kind == OwnerKind::VirtualNetworkGateway);
        gateways.map(|count| &count.owner.id)
    }
}

/// A subnet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subnet {
    /// Its id.
    pub id: ResourceId,
    /// Its prefixes: one, or several in a multi-prefix or dual-stack subnet.
    pub prefixes: Prefixes,
    /// The addresses ARM lists, by owner.
    pub usage: AddressUsage,
    /// Services the subnet is delegated to, such as `Microsoft.ContainerService/managedClusters`.
    pub delegations: Vec<String>,
    /// The network security group, where one is set.
    pub network_security_group: Option<ResourceId>,
    /// The route table, where one is set.
    pub route_table: Option<ResourceId>,
    /// The NAT gateway, where one is set.
    pub nat_gateway: Option<ResourceId>,
    /// Application gateways that live here (from `applicationGatewayIPConfigurations`), without duplicates.
    pub application_gateways: Vec<ResourceId>,
    /// Container-instance network profiles listed here; their addresses are not.
    pub container_profiles: u64,
    /// Private endpoints listed here.
    pub private_endpoints: u64,
    /// Services linked to the subnet (`serviceAssociationLinks`, `resourceNavigationLinks`), as Azure names them.
    pub service_links: Vec<String>,
    /// Whether machines reach the internet without an explicit outbound method; absent where Azure did not say.
    pub default_outbound_access: Option<bool>,
}

impl Subnet {
    /// A subnet without a prefix, in which nothing is.
    #[must_use]
    pub fn bare(id: ResourceId) -> Self {
        Self {
            id,
            prefixes: Prefixes::default(),
            usage: AddressUsage::default(),
            delegations: Vec::new(),
            network_security_group: None,
            route_table: None,
            nat_gateway: None,
            application_gateways: Vec::new(),
            container_profiles: 0,
            private_endpoints: 0,
            service_links: Vec::new(),
            default_outbound_access: None,
        }
    }

    /// The virtual network the subnet belongs to.
    #[must_use]
    pub fn vnet_id(&self) -> Option<ResourceId> {
        self.id.parent()
    }
}

/// A peering, seen from one side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Peering {
    /// Its id.
    pub id: ResourceId,
    /// The network on the other side, which may lie in another subscription or tenant.
    pub remote: Option<ResourceId>,
    /// `Initiated`, `Connected` or `Disconnected`, as it came.
    pub state: Option<String>,
    /// The other side's prefixes: current where Azure gives them, else as last synchronised.
    pub remote_prefixes: Prefixes,
    /// Whether traffic forwarded by the other side is accepted.
    pub allow_forwarded_traffic: Option<bool>,
    /// Whether the other side may use this side's gateway.
    pub allow_gateway_transit: Option<bool>,
    /// Whether this side uses the other side's gateway.
    pub use_remote_gateways: Option<bool>,
    /// Whether the whole networks are peered, and not some of their subnets; absent where Azure did not say.
    #[serde(default)]
    pub peer_complete_vnets: Option<bool>,
    /// The subnets of this side that are peered, where not all are. Azure then gives their prefixes as the address space.
    #[serde(default)]
    pub local_subnet_names: Vec<String>,
    /// The subnets of the other side that are peered, where not all are; [`Self::remote_prefixes`] are then theirs.
    #[serde(default)]
    pub remote_subnet_names: Vec<String>,
    /// Whether subnets are peered for IPv6 only, so that no IPv4 traffic passes; absent where Azure did not say.
    #[serde(default)]
    pub only_ipv6: Option<bool>,
}

impl Peering {
    /// Whether Azure made it to join the network to a hub of a virtual WAN, whose own network no list shows.
    #[must_use]
    pub fn is_of_virtual_wan(&self) -> bool {
        const START: &str = "RemoteVnetToHubPeering_";
        self.id.name().get(..START.len()).is_some_and(|start| start.eq_ignore_ascii_case(START))
    }
}

/// A route table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RouteTable {
    /// Its id.
    pub id: ResourceId,
    /// Its region, normalised.
    pub location: String,
    /// Its routes, as Azure lists them.
    pub routes: Vec<Route>,
    /// The subnets that use it.
    pub subnets: Vec<ResourceId>,
}

/// One route.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Route {
    /// Its name; AKS names its routes after the nodes.
    pub name: String,
    /// The destination as it came: a prefix or a service tag.
    pub prefix: Option<String>,
    /// `VirtualAppliance`, `VirtualNetworkGateway`, `Internet`, … as it came.
    pub next_hop_type: Option<String>,
    /// The appliance's address, where there is one.
    pub next_hop_address: Option<String>,
}

/// A network security group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NetworkSecurityGroup {
    /// Its id.
    pub id: ResourceId,
    /// Its own rules (not the defaults Azure adds), by direction and priority.
    pub rules: Vec<SecurityRule>,
    /// The subnets that use it.
    pub subnets: Vec<ResourceId>,
}

/// One rule of a network security group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecurityRule {
    /// Its name.
    pub name: String,
    /// Lower wins; absent where Azure gave none.
    pub priority: Option<u32>,
    /// `Inbound` or `Outbound`, as it came.
    pub direction: Option<String>,
    /// `Allow` or `Deny`, as it came.
    pub access: Option<String>,
    /// `Tcp`, `Udp`, `*`, … as it came.
    pub protocol: Option<String>,
    /// Source prefixes, tags, `*` or ids of application security groups, singular and plural fields joined.
    pub sources: Vec<String>,
    /// Destination prefixes, tags, `*` or ids of application security groups.
    pub destinations: Vec<String>,
    /// Source ports or ranges.
    pub source_ports: Vec<String>,
    /// Destination ports or ranges.
    pub destination_ports: Vec<String>,
}

/// An application gateway, as far as addresses go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApplicationGateway {
    /// Its id.
    pub id: ResourceId,
    /// Its tier (`Standard_v2`, `WAF_v2`, …), as it came.
    pub tier: Option<String>,
    /// Fixed instances, where it does not scale by itself.
    pub capacity: Option<u32>,
    /// Most instances autoscaling may reach, where it is on.
    pub max_capacity: Option<u32>,
    /// Subnets its instances live in.
    pub subnets: Vec<ResourceId>,
    /// Subnets its private front ends take an address from.
    pub private_frontends: Vec<ResourceId>,
}

impl ApplicationGateway {
    /// Whether it is of version 1, whose tiers are `Standard` and `WAF` and whose SKUs name a size beside them.
    /// <https://learn.microsoft.com/azure/application-gateway/v1-retirement>
    #[must_use]
    pub fn is_version_one(&self) -> Option<bool> {
        const VERSION_ONE: [&str; 6] =
            ["standard", "waf", "standard_small", "standard_medium", "standard_large", "waf_medium"];
        let tier = self.tier.as_deref()?.to_ascii_lowercase();
        Some(VERSION_ONE.contains(&tier.as_str()) || tier == "waf_large")
    }
}

/// A site of a virtual WAN: a place outside Azure, and the ranges there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VpnSite {
    /// Its id.
    pub id: ResourceId,
    /// The ranges there; what its routers announce beside them shows nowhere.
    pub address_space: Prefixes,
    /// The virtual WAN it belongs to, where it says so.
    pub virtual_wan: Option<ResourceId>,
}

/// What a virtual network gateway knows of the other end of a tunnel: a place outside Azure, and the ranges there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LocalNetworkGateway {
    /// Its id.
    pub id: ResourceId,
    /// The ranges there; what its routers announce beside them shows nowhere.
    pub address_space: Prefixes,
}

/// A connection of virtual network gateways.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connection {
    /// Its id.
    pub id: ResourceId,
    /// `IPsec`, `Vnet2Vnet`, `ExpressRoute` or `VPNClient`, as it came.
    pub kind: Option<String>,
    /// The virtual network gateways it joins: two of them where it leads to another virtual network.
    pub gateways: Vec<ResourceId>,
    /// The local network gateway it leads to, where it leads to one.
    pub local_network_gateway: Option<ResourceId>,
}

/// Hands a macro the kinds of resources that networks name, in the order in which they are asked for: the list of the inventory
/// that keeps them, their type, and what the ledger calls one. A list that older snapshots lack has `#[serde(default)]`.
macro_rules! attached {
    ([$($do:tt)+] $($with:tt)*) => {
        $($do)+! { $($with)*
            /// Route tables of subscriptions with kubenet clusters, by id.
            route_tables: RouteTable = "route-table",
            /// Network security groups that AKS subnets name, by id.
            network_security_groups: NetworkSecurityGroup = "network-security-group",
            /// Application gateways in subscriptions where an AKS subnet or add-on names one, by id.
            application_gateways: ApplicationGateway = "application-gateway",
        }
    };
}

/// Hands a macro the kinds that lie beyond the gateways of networks, in the order in which they are asked for, behind what it
/// is given.
macro_rules! beyond {
    ([$($do:tt)+] $($with:tt)*) => {
        $($do)+! { $($with)*
            /// Connections of the virtual network gateways that networks with clusters use, by id.
            #[serde(default)]
            connections: Connection = "connection",
            /// Local network gateways beside those gateways and of their connections, by id.
            #[serde(default)]
            local_network_gateways: LocalNetworkGateway = "local-network-gateway",
            /// Sites of virtual WANs that networks with clusters are connected to, by id.
            #[serde(default)]
            vpn_sites: VpnSite = "vpn-site",
        }
    };
}

/// Hands a macro all these kinds.
macro_rules! kinds {
    ($($with:tt)*) => {
        $crate::inventory::attached!([$crate::inventory::beyond] $($with)*);
    };
}

pub(super) use kinds;
pub(crate) use {attached, beyond};
