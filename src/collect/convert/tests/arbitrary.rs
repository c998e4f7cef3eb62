//! Anything in place of anything: no panic, and nothing beside it is lost.

use proptest::prelude::*;

use super::*;
use crate::azure::wire;

fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        Just(json!("/subscriptions/s/resourceGroups/g/providers/a/b/c")),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let key = prop_oneof![
            any::<String>(),
            Just("id".to_owned()),
            Just("name".to_owned()),
            Just("properties".to_owned())
        ];
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map(key, inner, 0..4)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

/// Every place in a document, as a path.
fn places(value: &Value, path: &str, found: &mut Vec<String>) {
    found.push(path.to_owned());
    let step = |key: &str| format!("{path}/{}", key.replace('~', "~0").replace('/', "~1"));
    match value {
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(at, item)| places(item, &step(&at.to_string()), found));
        }
        Value::Object(fields) => fields.iter().for_each(|(key, value)| places(value, &step(key), found)),
        _ => {}
    }
}

/// The document with something else in one place.
fn replaced(document: &Value, place: prop::sample::Index, other: Value) -> (Value, String) {
    let mut found = Vec::new();
    places(document, "", &mut found);
    let path = place.get(&found).clone();
    let mut changed = document.clone();
    *changed.pointer_mut(&path).unwrap() = other;
    (changed, path)
}

fn cluster_document() -> Value {
    json!({
        "id": cluster_id(), "location": "westeurope", "tags": { "owner": "a", "env": "b" }, "sku": { "name": "Base", "tier": "Free" },
        "identity": { "type": "UserAssigned", "userAssignedIdentities": { "/x": { "principalId": "p" } } },
        "systemData": { "createdAt": "2026-01-01T00:00:00Z" },
        "properties": {
            "kubernetesVersion": "1.33", "powerState": { "code": "Running" }, "nodeResourceGroup": "MC",
            "servicePrincipalProfile": { "clientId": "msi" },
            "networkProfile": { "networkPlugin": "azure", "podCidrs": ["10.0.0.0/8"], "podCidr": "10.0.0.0/8",
                "serviceCidrs": [], "ipFamilies": ["IPv4"], "staticEgressGatewayProfile": { "enabled": true } },
            "agentPoolProfiles": [
                { "name": "one", "count": 1, "tags": { "a": "b" }, "availabilityZones": ["1"], "upgradeSettings": { "maxSurge": "1" },
                  "vnetSubnetID": subnet_id("s1"), "powerState": { "code": "Running" } },
                { "name": "two", "virtualMachineNodesStatus": [{ "size": "a", "count": 1 }],
                  "virtualMachinesProfile": { "scale": { "manual": [{ "size": "a" }], "autoscale": { "size": "a" } } } },
            ],
            "apiServerAccessProfile": { "enablePrivateCluster": true, "subnetId": subnet_id("s2") },
            "nodeProvisioningProfile": { "mode": "Auto" }, "hostedSystemProfile": { "nodeSubnetID": subnet_id("s1") },
            "addonProfiles": { "x": { "enabled": true, "config": { "subnetName": "y", "key": "z" } } },
            "httpProxyConfig": { "noProxy": ["a"] }, "podIdentityProfile": { "enabled": false },
            "ingressProfile": { "webAppRouting": { "enabled": true } }, "securityProfile": { "defender": {} },
            "windowsProfile": {}, "autoUpgradeProfile": { "upgradeChannel": "patch" },
        },
    })
}

fn network_document() -> Value {
    json!({
        "id": network_id(), "location": "westeurope", "tags": { "owner": "a" },
        "properties": {
            "addressSpace": { "addressPrefixes": ["10.0.0.0/8"] }, "dhcpOptions": { "dnsServers": ["10.0.0.4"] },
            "subnets": [
                { "id": subnet_id("s1"), "name": "s1", "properties": {
                    "addressPrefix": "10.0.0.0/24", "addressPrefixes": ["10.0.0.0/24"], "routeTable": { "id": id("a/b/c") },
                    "delegations": [{ "properties": { "serviceName": "x/y" } }],
                    "ipConfigurations": [{ "id": id("a/b/c/d/e"), "properties": { "privateIPAddressPrefixLength": 28 } }],
                    "ipConfigurationProfiles": [{}], "privateEndpoints": [{ "id": "x" }],
                    "applicationGatewayIPConfigurations": [{ "id": id("a/b/c/d/e") }],
                    "serviceAssociationLinks": [{ "properties": { "linkedResourceType": "x" } }],
                    "resourceNavigationLinks": [], "defaultOutboundAccess": false } },
                { "id": subnet_id("s2"), "name": "s2", "properties": { "addressPrefix": "10.0.1.0/24" } },
            ],
            "virtualNetworkPeerings": [
                { "id": format!("{}/virtualNetworkPeerings/p1", network_id()), "name": "p1", "properties": {
                    "remoteVirtualNetwork": { "id": id("a/b/c") }, "remoteAddressSpace": { "addressPrefixes": ["10.9.0.0/16"] },
                    "peeringState": "Connected", "allowForwardedTraffic": true } },
                { "id": format!("{}/virtualNetworkPeerings/p2", network_id()), "name": "p2", "properties": {} },
            ],
        },
    })
}

/// Whether the change lies in this part, or around it.
fn touches(path: &str, part: &str) -> bool {
    let below = |a: &str, b: &str| a == b || a.starts_with(&format!("{b}/"));
    below(path, part) || below(part, path)
}

/// Whether the change leaves the object itself in order, parts that may be odd by themselves aside.
fn spares_object(path: &str, parts: &[&str]) -> bool {
    parts.iter().any(|part| path == *part || path.starts_with(&format!("{part}/")))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

    #[test]
    fn a_cluster_survives_anything_in_its_parts(place: prop::sample::Index, other in anything()) {
        let (json, path) = replaced(&cluster_document(), place, other);
        let wire = serde_json::from_str::<wire::ManagedCluster>(&json.to_string());
        let profiles = ["/tags", "/sku", "/identity", "/systemData", "/properties/networkProfile",
            "/properties/agentPoolProfiles", "/properties/apiServerAccessProfile", "/properties/addonProfiles",
            "/properties/httpProxyConfig", "/properties/ingressProfile", "/properties/powerState"];
        let Ok(wire) = wire else {
            prop_assert!(!spares_object(&path, &profiles), "{path}");
            return Ok(());
        };
        let Ok((cluster, oddities)) = Cluster::convert(wire) else {
            prop_assert!(path == "/id" || path.is_empty(), "{path}");
            return Ok(());
        };
        if path.is_empty() {
            return Ok(());
        }
        for (at, name) in [(0, "one"), (1, "two")] {
            let is_there = cluster.pools.iter().any(|pool| pool.name == name);
            let untouched = !touches(&path, &format!("/properties/agentPoolProfiles/{at}"));
            prop_assert!(is_there || !untouched, "{path} {oddities:?}");
        }
        if !touches(&path, "/tags/env") {
            prop_assert_eq!(cluster.tags.get("env").map(String::as_str), Some("b"));
        }
    }

    #[test]
    fn a_network_survives_anything_in_its_parts(place: prop::sample::Index, other in anything()) {
        let (json, path) = replaced(&network_document(), place, other);
        let Ok(wire) = serde_json::from_str::<wire::VirtualNetwork>(&json.to_string()) else {
            let parts = ["/tags", "/properties/addressSpace", "/properties/dhcpOptions", "/properties/subnets",
                "/properties/virtualNetworkPeerings"];
            prop_assert!(!spares_object(&path, &parts), "{path}");
            return Ok(());
        };
        let Ok((network, oddities)) = VirtualNetwork::convert(wire) else {
            prop_assert!(["", "/id", "/properties"].contains(&path.as_str()), "{path}");
            return Ok(());
        };
        if path.is_empty() {
            return Ok(());
        }
        for (at, name) in [(0, "s1"), (1, "s2")] {
            let is_there = network.subnets.iter().any(|subnet| subnet.id.name() == name);
            let touched = touches(&path, &format!("/properties/subnets/{at}"));
            prop_assert!(is_there || touched, "{path} {oddities:?}");
            // One that is gone has left a note, unless null or nothing stands in its place.
            let place = json.pointer(&format!("/properties/subnets/{at}"));
            let is_named = place.and_then(|subnet| subnet["id"].as_str()) == Some(&subnet_id(name));
            prop_assert!(is_there || !is_named || !oddities.is_empty(), "{path}");
        }
        for (at, name) in [(0, "p1"), (1, "p2")] {
            let is_there = network.peerings.iter().any(|peering| peering.id.name() == name);
            let touched = touches(&path, &format!("/properties/virtualNetworkPeerings/{at}"));
            prop_assert!(is_there || touched, "{path} {oddities:?}");
        }
    }

    #[test]
    fn no_document_makes_a_reader_panic(json in anything()) {
        let text = json.to_string();
        let _ = serde_json::from_str::<wire::ManagedCluster>(&text).map(Cluster::convert);
        let _ = serde_json::from_str::<wire::VirtualNetwork>(&text).map(VirtualNetwork::convert);
        let _ = serde_json::from_str::<wire::RouteTable>(&text).map(RouteTable::convert);
        let _ = serde_json::from_str::<wire::NetworkSecurityGroup>(&text).map(NetworkSecurityGroup::convert);
        let _ = serde_json::from_str::<wire::ApplicationGateway>(&text).map(ApplicationGateway::convert);
        let _ = serde_json::from_str::<wire::Subscription>(&text).map(subscription);
        let _ = serde_json::from_str::<wire::Descendant>(&text).map(descendant);
        let _ = serde_json::from_str::<wire::IpConfigurations>(&text);
    }
}
