//! Estates for rehearsals, put together by hand or made from a number.

mod generated;

use aks_census_simulator::estate::{Documents, Estate};
use serde_json::{Value, json};

pub(crate) use self::generated::generated;
use crate::world::{Pool, Shelf, World};

/// The subscription of all of them.
pub(crate) const SUBSCRIPTION: &str = "5eed0000-0000-4000-8000-000000000001";

/// The id of a resource.
pub(crate) fn id(group: &str, kind: &str, name: &str) -> String {
    format!("/subscriptions/{SUBSCRIPTION}/resourceGroups/{group}/providers/{kind}/{name}")
}

/// The id of a subnet of a network in the group of networks.
pub(crate) fn subnet_id(network: &str, subnet: &str) -> String {
    format!("{}/subnets/{subnet}", id("rg-net", Shelf::Network.collection(), network))
}

/// Resources that become a world.
#[derive(Default)]
pub(crate) struct Draft {
    documents: Vec<Value>,
    /// Networks with their subnets.
    networks: Vec<(String, String, Vec<Value>)>,
}

impl Draft {
    /// A network.
    pub(crate) fn network(&mut self, name: &str, space: &str) {
        self.networks.push((name.to_owned(), space.to_owned(), Vec::new()));
    }

    /// A subnet of a network, with whatever else it has.
    pub(crate) fn subnet(&mut self, network: &str, name: &str, prefix: &str, more: &Value) -> String {
        let id = subnet_id(network, name);
        let mut properties =
            json!({ "provisioningState": "Succeeded", "addressPrefix": prefix, "delegations": [] });
        merge(&mut properties, more);
        let subnet = json!({ "id": id, "name": name, "type": "Microsoft.Network/virtualNetworks/subnets", "properties": properties });
        if let Some((.., subnets)) = self.networks.iter_mut().find(|(known, ..)| known == network) {
            subnets.push(subnet);
        }
        id
    }

    /// The network that AKS makes for a cluster in its node resource group, with its route table where the cluster needs one.
    pub(crate) fn managed(&mut self, cluster: &str, is_kubenet: bool) {
        let group = format!("MC_{cluster}");
        let [table, network] = [(Shelf::RouteTable, "aks-routetable"), (Shelf::Network, "aks-vnet")]
            .map(|(shelf, name)| id(&group, shelf.collection(), name));
        let mut properties =
            json!({ "provisioningState": "Succeeded", "addressPrefix": "10.224.0.0/16", "delegations": [] });
        if is_kubenet {
            properties["routeTable"] = json!({ "id": table });
            self.documents.push(json!({ "id": table, "name": "aks-routetable", "type": Shelf::RouteTable.collection(), "location": "westeurope",
                "properties": { "provisioningState": "Succeeded", "disableBgpRoutePropagation": false, "routes": [], "subnets": [] } }));
        }
        let subnet = json!({ "id": format!("{network}/subnets/aks-subnet"), "name": "aks-subnet", "properties": properties });
        self.documents.push(json!({ "id": network, "name": "aks-vnet", "type": Shelf::Network.collection(), "location": "westeurope", "properties": {
            "provisioningState": "Succeeded", "addressSpace": { "addressPrefixes": ["10.224.0.0/12"] }, "subnets": [subnet], "virtualNetworkPeerings": [] } }));
    }

    /// A route table with routes of the user's: names and prefixes, to an appliance.
    pub(crate) fn table(&mut self, name: &str, routes: &[(&str, &str)]) -> String {
        let id = id("rg-net", Shelf::RouteTable.collection(), name);
        let route = |(name, prefix): &(&str, &str)| {
            json!({ "name": name, "id": format!("{id}/routes/{name}"), "properties": {
                "addressPrefix": prefix, "nextHopType": "VirtualAppliance", "nextHopIpAddress": "10.255.0.4", "provisioningState": "Succeeded" } })
        };
        let routes: Vec<Value> = routes.iter().map(route).collect();
        self.documents.push(json!({ "id": id, "name": name, "type": Shelf::RouteTable.collection(), "location": "westeurope",
            "properties": { "provisioningState": "Succeeded", "disableBgpRoutePropagation": false, "routes": routes, "subnets": [] } }));
        id
    }

    /// A security group with rules: name, priority, direction, access.
    pub(crate) fn security_group(&mut self, name: &str, rules: &[(&str, u32, &str, &str)]) -> String {
        let id = id("rg-net", Shelf::SecurityGroup.collection(), name);
        let rule = |(name, priority, direction, access): &(&str, u32, &str, &str)| {
            json!({ "name": name, "id": format!("{id}/securityRules/{name}"), "properties": {
                "priority": priority, "direction": direction, "access": access, "protocol": "*", "sourceAddressPrefix": "*",
                "destinationAddressPrefix": "*", "sourcePortRange": "*", "destinationPortRange": "*", "provisioningState": "Succeeded" } })
        };
        let rules: Vec<Value> = rules.iter().map(rule).collect();
        self.documents.push(json!({ "id": id, "name": name, "type": Shelf::SecurityGroup.collection(), "location": "westeurope",
            "properties": { "provisioningState": "Succeeded", "securityRules": rules, "defaultSecurityRules": [], "subnets": [] } }));
        id
    }

    /// An application gateway in a subnet.
    pub(crate) fn gateway(&mut self, name: &str, subnet: &str) -> String {
        let id = id("rg-net", Shelf::Gateway.collection(), name);
        let configuration = format!("{id}/gatewayIPConfigurations/config");
        self.documents.push(json!({ "id": id, "name": name, "type": Shelf::Gateway.collection(), "location": "westeurope", "properties": {
            "provisioningState": "Succeeded", "sku": { "name": "WAF_v2", "tier": "WAF_v2" }, "operationalState": "Running",
            "autoscaleConfiguration": { "minCapacity": 1, "maxCapacity": 5 },
            "gatewayIPConfigurations": [{ "name": "config", "id": configuration, "properties": { "subnet": { "id": subnet } } }],
            "frontendIPConfigurations": [] } }));
        for (.., subnets) in &mut self.networks {
            for one in subnets.iter_mut().filter(|one| one["id"] == subnet) {
                one["properties"]["applicationGatewayIPConfigurations"] = json!([{ "id": configuration }]);
            }
        }
        id
    }

    /// A cluster with these pools, and whatever else its document has.
    pub(crate) fn cluster(&mut self, name: &str, plugin: &str, pools: &[Value], more: &Value) -> String {
        let group = format!("rg-{name}");
        let id = id(&group, Shelf::Cluster.collection(), name);
        let identity =
            self::id(&group, "Microsoft.ManagedIdentity/userAssignedIdentities", &format!("id-{name}"));
        let version =
            more.pointer("/properties/currentKubernetesVersion").cloned().unwrap_or(json!("1.35.4"));
        let pools: Vec<Value> = pools
            .iter()
            .map(|pool| {
                let mut pool = pool.clone();
                for key in ["orchestratorVersion", "currentOrchestratorVersion"] {
                    if pool[key].is_null() {
                        pool[key] = version.clone();
                    }
                }
                pool
            })
            .collect();
        let pods = (plugin == "kubenet").then_some("10.244.0.0/16");
        let mut document = json!({
            "id": id, "name": name, "type": "Microsoft.ContainerService/ManagedClusters", "location": "westeurope",
            "sku": { "name": "Base", "tier": "Standard" }, "tags": { "owner": "team", "environment": "test" },
            "identity": { "type": "UserAssigned", "userAssignedIdentities": { identity: { "principalId": format!("aaaa0000-0000-4000-8000-{:012}", name.len() * 1000 + name.bytes().map(usize::from).sum::<usize>()), "clientId": "c" } } },
            "properties": {
                "provisioningState": "Succeeded", "powerState": { "code": "Running" }, "kubernetesVersion": version,
                "currentKubernetesVersion": version, "supportPlan": "KubernetesOfficial", "dnsPrefix": name,
                "nodeResourceGroup": format!("MC_{name}"), "servicePrincipalProfile": { "clientId": "msi" },
                "autoUpgradeProfile": { "upgradeChannel": "none", "nodeOSUpgradeChannel": "None" }, "addonProfiles": {},
                "nodeProvisioningProfile": { "mode": "Manual" }, "agentPoolProfiles": pools,
                "networkProfile": {
                    "networkPlugin": plugin, "networkPolicy": "none", "networkDataplane": if plugin == "azure" { Some("azure") } else { None },
                    "podCidr": pods, "podCidrs": pods.map(|one| vec![one]), "serviceCidr": "10.0.0.0/16", "serviceCidrs": ["10.0.0.0/16"],
                    "dnsServiceIP": "10.0.0.10", "ipFamilies": ["IPv4"], "outboundType": "loadBalancer", "loadBalancerSku": "standard"
                }
            }
        });
        merge(&mut document, more);
        self.documents.push(document);
        id
    }

    /// The world, with the nodes that the pools say.
    pub(crate) fn world(self) -> World {
        let mut documents = Documents::default();
        documents.add(&json!({ "value": [{ "subscriptionId": SUBSCRIPTION, "displayName": "rehearsals", "state": "Enabled", "tenantId": "5eed0000-0000-4000-8000-00000000000e" }] }));
        for document in &self.documents {
            documents.add(document);
        }
        for (name, space, subnets) in self.networks {
            documents.add(&json!({ "id": id("rg-net", Shelf::Network.collection(), &name), "name": name, "type": Shelf::Network.collection(),
                "location": "westeurope", "properties": { "provisioningState": "Succeeded", "addressSpace": { "addressPrefixes": [space] },
                "subnets": subnets, "virtualNetworkPeerings": [] } }));
        }
        let mut world = World::of(&Estate::from_documents(documents));
        let clusters: Vec<(String, Vec<Pool>, bool)> = world
            .all(Shelf::Cluster)
            .map(|one| {
                let is_running = one["properties"]["powerState"]["code"] == "Running";
                (one["id"].as_str().unwrap_or_default().to_owned(), Pool::all(one), is_running)
            })
            .collect();
        for (cluster, pools, is_running) in clusters {
            for pool in &pools {
                world.set_nodes(&cluster, pool, if is_running && pool.is_running { pool.count } else { 0 });
            }
        }
        world.relink();
        world
    }
}

/// A pool of three nodes.
pub(crate) fn pool(name: &str, role: &str, subnet: &str, more: &Value) -> Value {
    let mut pool = json!({
        "name": name, "mode": role, "count": 3, "vmSize": "Standard_D4ds_v5", "type": "VirtualMachineScaleSets", "osType": "Linux",
        "osSKU": "Ubuntu", "maxPods": 110, "enableAutoScaling": false, "scaleDownMode": "Delete", "provisioningState": "Succeeded",
        "powerState": { "code": "Running" }, "upgradeSettings": { "maxSurge": "10%" }, "availabilityZones": ["1", "2", "3"],
        "osDiskType": "Managed", "osDiskSizeGB": 128, "nodeImageVersion": "AKSUbuntu-2404gen2containerd-202610.28.0", "vnetSubnetID": subnet,
    });
    merge(&mut pool, more);
    pool
}

/// Puts what a value has into another; `null` takes away.
pub(crate) fn merge(into: &mut Value, more: &Value) {
    match (into, more) {
        (Value::Object(into), Value::Object(more)) => {
            for (key, value) in more {
                match value {
                    Value::Null => drop(into.remove(key)),
                    Value::Object(_) if into.get(key).is_some_and(Value::is_object) => {
                        merge(&mut into[key], value);
                    }
                    _ => drop(into.insert(key.clone(), value.clone())),
                }
            }
        }
        (into, more) => *into = more.clone(),
    }
}

/// The subnet of the cluster's nodes.
pub(crate) fn nodes() -> String {
    subnet_id("vnet", "nodes")
}

/// The id of the cluster of [`plain`].
pub(crate) fn aks() -> String {
    id("rg-aks", Shelf::Cluster.collection(), "aks")
}

/// A world of one cluster `aks` with a system pool `system` and a user pool `apps` of three nodes each, in a /24 with a route
/// table of the user's.
pub(crate) fn plain(plugin: &str, cluster: &Value, apps: &Value) -> World {
    let mut draft = Draft::default();
    draft.network("vnet", "10.40.0.0/16");
    let table = draft.table("rt", &[("on-premises", "192.168.0.0/16")]);
    draft.table("spare", &[]);
    draft.security_group("nsg", &[("deny-all", 300, "Inbound", "Deny")]);
    let max_pods = if plugin == "azure" { 30 } else { 110 };
    let subnet = draft.subnet("vnet", "nodes", "10.40.0.0/24", &json!({ "routeTable": { "id": table } }));
    draft.subnet("vnet", "gateway", "10.40.1.0/24", &json!({ "routeTable": { "id": table } }));
    draft.subnet("vnet", "empty", "10.40.2.0/24", &json!({}));
    draft.gateway("agw", &subnet_id("vnet", "gateway"));
    let base = json!({ "maxPods": max_pods });
    let system = pool("system", "System", &subnet, &base);
    let mut user = pool("apps", "User", &subnet, &base);
    merge(&mut user, apps);
    draft.cluster("aks", plugin, &[system, user], cluster);
    let mut world = draft.world();
    // The gateway's subnet has the cluster's table only where a case says so.
    if cluster["gateway"] != true {
        world.subnet_mut(&subnet_id("vnet", "gateway")).unwrap()["properties"]["routeTable"] = Value::Null;
        world.relink();
    }
    world
}

/// A command with the names filled in: `@` before a verb of `az aks` fills in the cluster, `@@` before one of its pools.
pub(crate) fn filled(command: &str) -> String {
    let place = format!("--subscription {SUBSCRIPTION}");
    if let Some(rest) = command.strip_prefix("@@") {
        let (verb, rest) = rest.split_once(' ').unwrap_or((rest, ""));
        return format!("az aks nodepool {verb} {place} --resource-group rg-aks --cluster-name aks {rest}");
    }
    if let Some(rest) = command.strip_prefix('@') {
        let (verb, rest) = rest.split_once(' ').unwrap_or((rest, ""));
        return format!("az aks {verb} {place} --resource-group rg-aks --name aks {rest}");
    }
    command
        .replace("NET", &format!("{place} --resource-group rg-net"))
        .replace("AT:", &format!("{}/subnets/", id("rg-net", Shelf::Network.collection(), "vnet")))
}
