//! Estates for rehearsals, made from a number: every mistake that a runbook has to mend, alone and with others.

use aks_census_simulator::estate::{Documents, Estate};
use serde_json::{Value, json};

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

/// Numbers that follow from a seed (splitmix64).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    fn one_in(&mut self, number: u64) -> bool {
        self.below(number) == 0
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[usize::try_from(self.below(from.len() as u64)).unwrap()]
    }
}

/// An estate of a few clusters in a few networks.
pub(crate) fn generated(seed: u64) -> World {
    let mut dice = Dice(seed.wrapping_mul(0x0001_0000_0001) ^ 0x5eed);
    let mut draft = Draft::default();
    for network in 0..=dice.below(2) {
        let name = format!("vnet-{network}");
        draft.network(&name, &format!("10.{}.0.0/16", 40 + network));
        for number in 0..=dice.below(3) {
            cluster(&mut draft, &mut dice, &name, network, number);
        }
    }
    draft.world()
}

fn cluster(draft: &mut Draft, dice: &mut Dice, network: &str, of: u64, number: u64) {
    let name = format!("aks-{of}{number}");
    let is_kubenet = !dice.one_in(3);
    let mut links = json!({});
    let mut table = None;
    if is_kubenet || dice.one_in(3) {
        let routes: &[(&str, &str)] = if dice.one_in(2) { &[("on-premises", "192.168.0.0/16")] } else { &[] };
        let id = draft.table(&format!("rt-{name}"), routes);
        links["routeTable"] = json!({ "id": id });
        table = Some(id);
    }
    if dice.one_in(5) {
        let rules = dice.pick(&[
            &[("deny-all", 300, "Inbound", "Deny")][..],
            &[("deny-all", 4000, "Inbound", "Deny"), ("allow-web", 200, "Inbound", "Allow")],
        ]);
        links["networkSecurityGroup"] = json!({ "id": draft.security_group(&format!("nsg-{name}"), rules) });
    }
    let length = if is_kubenet { dice.pick(&[24, 25, 27]) } else { dice.pick(&[22, 23]) };
    let third = number * 16;
    let nodes =
        draft.subnet(network, &format!("snet-{name}"), &format!("10.{}.{third}.0/{length}", 40 + of), &links);
    let mut more = json!({ "properties": {} });
    settings(&mut more, dice, is_kubenet);
    if is_kubenet && dice.one_in(5) {
        let mut gateway_links = json!({ "routeTable": { "id": table } });
        if dice.one_in(2) {
            gateway_links["delegations"] = json!([{ "name": "agw", "properties": { "serviceName": "Microsoft.Network/applicationGateways" } }]);
        }
        let subnet = draft.subnet(
            network,
            &format!("snet-agw-{name}"),
            &format!("10.{}.{}.0/24", 40 + of, third + 8),
            &gateway_links,
        );
        let gateway = draft.gateway(&format!("agw-{name}"), &subnet);
        more["properties"]["addonProfiles"] = json!({ "ingressApplicationGateway": { "enabled": true, "config": {
            "effectiveApplicationGatewayId": gateway, "applicationGatewayId": gateway } } });
    }
    let pools = pools(dice, &nodes, is_kubenet, &more);
    draft.cluster(&name, if is_kubenet { "kubenet" } else { "azure" }, &pools, &more);
}

fn settings(more: &mut Value, dice: &mut Dice, is_kubenet: bool) {
    let properties = &mut more["properties"];
    let version = dice.pick(&["1.35.4", "1.35.4", "1.36.1", "1.34.3", "1.33.5", "1.29.4", "1.26.6"]);
    properties["kubernetesVersion"] = json!(version);
    properties["currentKubernetesVersion"] = json!(version);
    if dice.one_in(4) {
        properties["networkProfile"]["networkPolicy"] =
            json!(if is_kubenet || dice.one_in(2) { "calico" } else { "azure" });
    }
    if dice.one_in(9) {
        properties["networkProfile"]["loadBalancerSku"] = json!("basic");
    }
    if is_kubenet && dice.one_in(8) {
        let cidr = dice.pick(&["10.40.0.0/16", "172.30.0.0/16", "10.0.128.0/17", "10.244.0.0/19"]);
        properties["networkProfile"]["podCidr"] = json!(cidr);
        properties["networkProfile"]["podCidrs"] = json!([cidr]);
    }
    if dice.one_in(3) {
        let os = dice.pick(&["NodeImage", "SecurityPatch", "Unmanaged", "None"]);
        properties["autoUpgradeProfile"] =
            json!({ "upgradeChannel": dice.pick(&["patch", "stable", "none"]), "nodeOSUpgradeChannel": os });
    }
    if dice.one_in(12) {
        properties["powerState"] = json!({ "code": "Stopped" });
    }
    if dice.one_in(12) {
        properties["provisioningState"] = json!("Failed");
    }
    match dice.below(8) {
        0 => {
            more["identity"] = json!({ "type": "SystemAssigned", "principalId": "bbbb0000-0000-4000-8000-000000000001", "userAssignedIdentities": null });
        }
        1 if is_kubenet => {
            more["identity"] = Value::Null;
            more["properties"]["servicePrincipalProfile"] =
                json!({ "clientId": "dddd0000-0000-4000-8000-000000000001" });
        }
        _ => {}
    }
}

fn pools(dice: &mut Dice, subnet: &str, is_kubenet: bool, cluster: &Value) -> Vec<Value> {
    let max_pods = if is_kubenet { 110 } else { 30 };
    let old = cluster["properties"]["currentKubernetesVersion"].as_str().is_some_and(|one| one < "1.35");
    let image = if old {
        "AKSUbuntu-2204gen2containerd-202610.28.0"
    } else {
        "AKSUbuntu-2404gen2containerd-202610.28.0"
    };
    let is_set = dice.one_in(12);
    let mut all = Vec::new();
    for (name, mode) in [("system", "System"), ("apps", "User"), ("batch", "User")]
        .into_iter()
        .take(1 + usize::try_from(dice.below(3)).unwrap())
    {
        // Twelve nodes of 31 addresses fit a /23.
        let count = 1 + dice.below(if is_kubenet { 6 } else { 4 });
        let mut more = json!({ "count": count, "maxPods": max_pods, "nodeImageVersion": image });
        if dice.one_in(3) {
            merge(
                &mut more,
                &json!({ "enableAutoScaling": true, "minCount": 1, "maxCount": count + dice.below(40) }),
            );
        }
        if dice.one_in(3) {
            more["upgradeSettings"] = json!({ "maxSurge": dice.pick(&["1", "33%", "50%", "100%"]) });
        }
        if mode == "User" {
            user(&mut more, dice);
        }
        if is_set {
            merge(
                &mut more,
                &json!({ "type": "AvailabilitySet", "availabilityZones": null, "enableAutoScaling": false, "minCount": null, "maxCount": null }),
            );
        }
        all.push(pool(name, mode, subnet, &more));
        if is_set {
            break;
        }
    }
    all
}

fn user(more: &mut Value, dice: &mut Dice) {
    if dice.one_in(2) {
        merge(
            more,
            &json!({ "nodeLabels": { "tier": "apps", "team": "a" }, "nodeTaints": ["apps=only:NoSchedule"] }),
        );
    }
    match dice.below(12) {
        0 => merge(more, &json!({ "osSKU": "Flatcar", "nodeImageVersion": "AKSFlatcar-gen2-202606.01.0" })),
        1 => merge(
            more,
            &json!({ "osSKU": "AzureLinux", "nodeImageVersion": "AKSAzureLinux-V2gen2-202511.20.0" }),
        ),
        2 => merge(more, &json!({ "vmSize": "Standard_DC4s_v2" })),
        3 => merge(more, &json!({ "scaleSetPriority": "Spot", "upgradeSettings": null })),
        4 => merge(more, &json!({ "scaleDownMode": "Deallocate" })),
        5 => merge(more, &json!({ "powerState": { "code": "Stopped" } })),
        6 => merge(more, &json!({ "upgradeSettings": { "maxSurge": "0", "maxUnavailable": "1" } })),
        _ => {}
    }
}
