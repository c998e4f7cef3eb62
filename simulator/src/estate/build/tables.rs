//! Route tables and network security groups.

use serde_json::{Value, json};

use super::id::{etag, guid, resource};

const TABLE: &str = "Microsoft.Network/routeTables";
const GROUP: &str = "Microsoft.Network/networkSecurityGroups";

/// A route table being built; its subnets follow from the subnets that name it.
pub(crate) struct RouteTable {
    pub(super) id: String,
    name: String,
    location: String,
    routes: Vec<Value>,
}

impl RouteTable {
    /// An empty table.
    pub(crate) fn new(subscription: &str, group: &str, name: &str, location: &str) -> Self {
        let id = resource(subscription, group, TABLE, name);
        Self { id, name: name.to_owned(), location: location.to_owned(), routes: Vec::new() }
    }

    /// Its id.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// A route to an appliance.
    pub(crate) fn via(mut self, name: &str, prefix: &str, appliance: &str) -> Self {
        self.push(name, prefix, "VirtualAppliance", Some(appliance));
        self
    }

    /// A route to the virtual network gateway.
    pub(crate) fn via_gateway(mut self, name: &str, prefix: &str) -> Self {
        self.push(name, prefix, "VirtualNetworkGateway", None);
        self
    }

    pub(super) fn push(&mut self, name: &str, prefix: &str, hop: &str, appliance: Option<&str>) {
        let id = format!("{}/routes/{name}", self.id);
        let mut route = json!({
            "name": name,
            "id": id,
            "etag": etag(&id),
            "type": "Microsoft.Network/routeTables/routes",
            "properties": {
                "provisioningState": "Succeeded",
                "addressPrefix": prefix,
                "nextHopType": hop,
                "hasBgpOverride": false
            }
        });
        if let Some(address) = appliance {
            super::set(&mut route, "properties.nextHopIpAddress", address);
        }
        self.routes.push(route);
    }

    pub(super) fn finish(self, subnets: &[String]) -> Value {
        let subnets: Vec<Value> = subnets.iter().map(|id| json!({"id": id})).collect();
        json!({
            "name": self.name,
            "id": self.id,
            "etag": etag(&self.id),
            "type": TABLE,
            "location": self.location,
            "properties": {
                "provisioningState": "Succeeded",
                "resourceGuid": guid(&self.id),
                "disableBgpRoutePropagation": false,
                "routes": self.routes,
                "subnets": subnets
            }
        })
    }
}

/// One rule of a network security group.
pub(crate) struct Rule<'a> {
    /// Its name.
    pub(crate) name: &'a str,
    /// Lower wins.
    pub(crate) priority: u32,
    /// `Inbound` or `Outbound`.
    pub(crate) direction: &'a str,
    /// `Allow` or `Deny`.
    pub(crate) access: &'a str,
    /// Where traffic comes from: prefixes, a tag or `*`.
    pub(crate) from: &'a [&'a str],
    /// Where it goes.
    pub(crate) to: &'a [&'a str],
    /// Destination ports.
    pub(crate) ports: &'a str,
}

/// A network security group being built; its subnets follow from the subnets that name it.
pub(crate) struct SecurityGroup {
    pub(super) id: String,
    name: String,
    location: String,
    rules: Vec<Value>,
}

impl SecurityGroup {
    /// A group with nothing but Azure's default rules.
    pub(crate) fn new(subscription: &str, group: &str, name: &str, location: &str) -> Self {
        let id = resource(subscription, group, GROUP, name);
        Self { id, name: name.to_owned(), location: location.to_owned(), rules: Vec::new() }
    }

    /// Its id.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// Adds a rule; one prefix goes into the singular field and several into the plural one, as Azure does it.
    pub(crate) fn rule(mut self, rule: &Rule<'_>) -> Self {
        let id = format!("{}/securityRules/{}", self.id, rule.name);
        let mut properties = json!({
            "provisioningState": "Succeeded",
            "protocol": "*",
            "sourcePortRange": "*",
            "destinationPortRange": rule.ports,
            "access": rule.access,
            "priority": rule.priority,
            "direction": rule.direction,
            "sourcePortRanges": [],
            "destinationPortRanges": [],
            "sourceAddressPrefixes": [],
            "destinationAddressPrefixes": []
        });
        for (side, prefixes) in [("source", rule.from), ("destination", rule.to)] {
            match prefixes {
                [one] => super::set(&mut properties, &format!("{side}AddressPrefix"), *one),
                many => super::set(&mut properties, &format!("{side}AddressPrefixes"), many.to_vec()),
            }
        }
        self.rules.push(json!({
            "name": rule.name,
            "id": id,
            "etag": etag(&id),
            "type": "Microsoft.Network/networkSecurityGroups/securityRules",
            "properties": properties
        }));
        self
    }

    pub(super) fn finish(self, subnets: &[String]) -> Value {
        let subnets: Vec<Value> = subnets.iter().map(|id| json!({"id": id})).collect();
        let defaults: Vec<Value> = DEFAULT_RULES.iter().map(|rule| default_rule(&self.id, rule)).collect();
        json!({
            "name": self.name,
            "id": self.id,
            "etag": etag(&self.id),
            "type": GROUP,
            "location": self.location,
            "properties": {
                "provisioningState": "Succeeded",
                "resourceGuid": guid(&self.id),
                "securityRules": self.rules,
                "defaultSecurityRules": defaults,
                "subnets": subnets
            }
        })
    }
}

/// Name, priority, direction, access, source, destination of the rules Azure adds to every group.
const DEFAULT_RULES: [(&str, u32, &str, &str, &str, &str); 6] = [
    ("AllowVnetInBound", 65000, "Inbound", "Allow", "VirtualNetwork", "VirtualNetwork"),
    ("AllowAzureLoadBalancerInBound", 65001, "Inbound", "Allow", "AzureLoadBalancer", "*"),
    ("DenyAllInBound", 65500, "Inbound", "Deny", "*", "*"),
    ("AllowVnetOutBound", 65000, "Outbound", "Allow", "VirtualNetwork", "VirtualNetwork"),
    ("AllowInternetOutBound", 65001, "Outbound", "Allow", "*", "Internet"),
    ("DenyAllOutBound", 65500, "Outbound", "Deny", "*", "*"),
];

fn default_rule(group: &str, rule: &(&str, u32, &str, &str, &str, &str)) -> Value {
    let (name, priority, direction, access, from, to) = rule;
    json!({
        "name": name,
        "id": format!("{group}/defaultSecurityRules/{name}"),
        "type": "Microsoft.Network/networkSecurityGroups/defaultSecurityRules",
        "properties": {
            "provisioningState": "Succeeded",
            "protocol": "*",
            "sourcePortRange": "*",
            "destinationPortRange": "*",
            "sourceAddressPrefix": from,
            "destinationAddressPrefix": to,
            "access": access,
            "priority": priority,
            "direction": direction
        }
    })
}
