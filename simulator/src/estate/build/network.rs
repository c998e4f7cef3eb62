//! Virtual networks, subnets and peerings.

use serde_json::{Map, Value, json};

use super::{
    Consumer,
    id::{etag, guid, resource},
    set, unset,
};

const VNET: &str = "Microsoft.Network/virtualNetworks";

/// Where a virtual network lies and what space it has: enough to peer with it from anywhere.
#[derive(Debug, Clone)]
pub(crate) struct Network {
    /// Its subscription.
    pub(crate) subscription: String,
    /// Its resource group.
    pub(crate) group: String,
    /// Its name.
    pub(crate) name: String,
    /// Its region.
    pub(crate) location: String,
    /// Its address space.
    pub(crate) space: Vec<String>,
}

impl Network {
    /// A network of one or more prefixes.
    pub(crate) fn new(subscription: &str, group: &str, name: &str, location: &str, space: &[&str]) -> Self {
        Self {
            subscription: subscription.to_owned(),
            group: group.to_owned(),
            name: name.to_owned(),
            location: location.to_owned(),
            space: space.iter().map(|prefix| (*prefix).to_owned()).collect(),
        }
    }

    /// Its id.
    pub(crate) fn id(&self) -> String {
        resource(&self.subscription, &self.group, VNET, &self.name)
    }

    /// The id of a subnet in it.
    pub(crate) fn subnet(&self, name: &str) -> String {
        format!("{}/subnets/{name}", self.id())
    }
}

/// What a network is to the one it peers with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// It lends its gateway.
    Hub,
    /// It uses the other's gateway.
    Spoke,
    /// Neither.
    Plain,
}

/// A virtual network being built.
pub(crate) struct Vnet {
    pub(super) network: Network,
    pub(super) subnets: Vec<Subnet>,
    json: Value,
}

impl Vnet {
    /// A network without subnets.
    pub(crate) fn of(network: &Network) -> Self {
        let id = network.id();
        let json = json!({
            "name": network.name,
            "id": id,
            "etag": etag(&id),
            "type": VNET,
            "location": network.location,
            "properties": {
                "provisioningState": "Succeeded",
                "resourceGuid": guid(&id),
                "addressSpace": {"addressPrefixes": network.space},
                "privateEndpointVNetPolicies": "Disabled",
                "subnets": [],
                "virtualNetworkPeerings": [],
                "enableDdosProtection": false
            }
        });
        Self { network: network.clone(), subnets: Vec::new(), json }
    }

    /// Adds a subnet.
    pub(crate) fn subnet(mut self, subnet: Subnet) -> Self {
        self.subnets.push(subnet);
        self
    }

    /// Adds a subnet to a network that is not to be moved.
    pub(crate) fn push(&mut self, subnet: Subnet) {
        self.subnets.push(subnet);
    }

    /// Sets any property of the JSON.
    pub(crate) fn set(mut self, path: &str, value: impl Into<Value>) -> Self {
        set(&mut self.json, path, value);
        self
    }

    /// Tags it.
    pub(crate) fn tags(self, owner: &str, environment: &str) -> Self {
        self.set("tags", json!({"owner": owner, "environment": environment}))
    }

    /// Own DNS servers.
    pub(crate) fn dns(self, servers: &[&str]) -> Self {
        self.set("properties.dhcpOptions.dnsServers", servers.to_vec())
    }

    /// A connected peering, `side` being what this network is in it.
    pub(crate) fn peer(self, remote: &Network, side: Side) -> Self {
        self.peering(remote, side, "Connected")
    }

    /// A peering in any state.
    pub(crate) fn peering(mut self, remote: &Network, side: Side, state: &str) -> Self {
        let name = format!("peer-to-{}", remote.name);
        let id = format!("{}/virtualNetworkPeerings/{name}", self.network.id());
        let peering = json!({
            "name": name,
            "id": id,
            "etag": etag(&id),
            "type": "Microsoft.Network/virtualNetworks/virtualNetworkPeerings",
            "properties": {
                "provisioningState": "Succeeded",
                "resourceGuid": guid(&id),
                "peeringState": state,
                "peeringSyncLevel": if state == "Connected" { "FullyInSync" } else { "LocalNotInSync" },
                "remoteVirtualNetwork": {"id": remote.id()},
                "allowVirtualNetworkAccess": true,
                "allowForwardedTraffic": true,
                "allowGatewayTransit": side == Side::Hub,
                "useRemoteGateways": side == Side::Spoke,
                "doNotVerifyRemoteGateways": false,
                "peerCompleteVnets": true,
                "remoteAddressSpace": {"addressPrefixes": remote.space},
                "remoteVirtualNetworkAddressSpace": {"addressPrefixes": remote.space}
            }
        });
        if let Some(list) =
            self.json.pointer_mut("/properties/virtualNetworkPeerings").and_then(Value::as_array_mut)
        {
            list.push(peering);
        }
        self
    }

    pub(super) fn finish(mut self) -> Value {
        let id = self.network.id();
        let subnets: Vec<Value> = self.subnets.into_iter().map(|subnet| subnet.finish(&id)).collect();
        set(&mut self.json, "properties.subnets", subnets);
        self.json
    }
}

/// A subnet being built.
pub(crate) struct Subnet {
    pub(super) name: String,
    properties: Value,
    held: Vec<String>,
    private_endpoints: Vec<String>,
}

impl Subnet {
    /// A subnet of one prefix.
    pub(crate) fn new(name: &str, prefix: &str) -> Self {
        let properties = json!({
            "provisioningState": "Succeeded",
            "addressPrefix": prefix,
            "serviceEndpoints": [],
            "delegations": [],
            "privateEndpointNetworkPolicies": "Disabled",
            "privateLinkServiceNetworkPolicies": "Enabled"
        });
        Self { name: name.to_owned(), properties, held: Vec::new(), private_endpoints: Vec::new() }
    }

    /// Several prefixes (or dual stack): Azure then fills the plural field only.
    pub(crate) fn prefixes(name: &str, prefixes: &[&str]) -> Self {
        let mut subnet = Self::new(name, "");
        unset(&mut subnet.properties, "addressPrefix");
        subnet.set("addressPrefixes", prefixes.to_vec())
    }

    /// Its name.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Sets any property under `properties`.
    pub(crate) fn set(mut self, path: &str, value: impl Into<Value>) -> Self {
        set(&mut self.properties, path, value);
        self
    }

    /// Associates a route table.
    pub(crate) fn route_table(self, id: &str) -> Self {
        self.set("routeTable.id", id)
    }

    /// Associates a network security group.
    pub(crate) fn security_group(self, id: &str) -> Self {
        self.set("networkSecurityGroup.id", id)
    }

    /// Delegates it to a service.
    pub(crate) fn delegated(self, service: &str) -> Self {
        let name = service.rsplit('/').next().unwrap_or(service);
        self.set(
            "delegations",
            json!([{
                "name": name,
                "type": "Microsoft.Network/virtualNetworks/subnets/delegations",
                "properties": {
                    "provisioningState": "Succeeded",
                    "serviceName": service,
                    "actions": ["Microsoft.Network/virtualNetworks/subnets/join/action"]
                }
            }]),
        )
    }

    /// Puts a consumer into it.
    pub(crate) fn hold(mut self, consumer: Consumer) -> Self {
        self.held.extend(consumer.ip_configurations);
        self.private_endpoints.extend(consumer.private_endpoints);
        self
    }

    pub(super) fn put(&mut self, ip_configurations: impl IntoIterator<Item = String>) {
        self.held.extend(ip_configurations);
    }

    pub(super) fn put_private_endpoint(&mut self, id: String) {
        self.private_endpoints.push(id);
    }

    pub(super) fn put_gateway(&mut self, ip_configuration: &str) {
        let key = "applicationGatewayIPConfigurations";
        let mut list = self.properties.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
        list.push(json!({"id": ip_configuration}));
        set(&mut self.properties, key, list);
    }

    pub(super) fn linked(&self, property: &str) -> Option<&str> {
        self.properties.get(property)?.get("id")?.as_str()
    }

    /// The first IPv4 address that Azure gives out.
    pub(super) fn first_address(&self) -> u32 {
        let single = self.properties.get("addressPrefix").and_then(Value::as_str);
        let many = self.properties.pointer("/addressPrefixes/0").and_then(Value::as_str);
        let network = single.or(many).and_then(|prefix| prefix.split('/').next());
        network.and_then(|text| text.parse::<std::net::Ipv4Addr>().ok()).map_or(0, |a| u32::from(a) + 4)
    }

    fn finish(mut self, vnet: &str) -> Value {
        let id = format!("{vnet}/subnets/{}", self.name);
        self.held.sort_unstable();
        for (key, ids) in [("ipConfigurations", self.held), ("privateEndpoints", self.private_endpoints)] {
            if !ids.is_empty() {
                let list: Vec<Value> = ids
                    .into_iter()
                    .map(|id| Value::Object(Map::from_iter([("id".to_owned(), id.into())])))
                    .collect();
                set(&mut self.properties, key, list);
            }
        }
        json!({
            "name": self.name,
            "id": id,
            "etag": etag(&id),
            "type": "Microsoft.Network/virtualNetworks/subnets",
            "properties": self.properties
        })
    }
}
