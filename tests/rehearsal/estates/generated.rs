//! Estates made from a number: every mistake that a runbook has to mend, alone and with others.

use serde_json::{Value, json};

use super::{Draft, merge, pool};
use crate::world::World;

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
    beside(&mut more, dice, is_kubenet);
    let mut pools = pools(dice, &nodes, is_kubenet, &more);
    rarely(draft, dice, &mut pools, &Place { name: &name, network, of, third }, is_kubenet);
    draft.cluster(&name, if is_kubenet { "kubenet" } else { "azure" }, &pools, &more);
}

/// Where a cluster is being put.
struct Place<'a> {
    name: &'a str,
    network: &'a str,
    of: u64,
    third: u64,
}

/// What has nothing to do with nodes and pools.
fn beside(more: &mut Value, dice: &mut Dice, is_kubenet: bool) {
    let properties = &mut more["properties"];
    match dice.below(14) {
        0 => {
            properties["apiServerAccessProfile"] =
                json!({ "enablePrivateCluster": true, "privateDNSZone": "system" });
        }
        1 => properties["networkProfile"]["outboundType"] = json!("userDefinedRouting"),
        2 => {
            properties["securityProfile"] = json!({ "azureKeyVaultKms": { "enabled": true, "keyVaultNetworkAccess": "Private", "keyId": "https://v.vault.azure.net/keys/k/1" } });
        }
        3 => {
            properties["httpProxyConfig"] =
                json!({ "httpProxy": "http://p:3128", "noProxy": ["10.244.0.0/16", "localhost"] });
        }
        4 if !is_kubenet => {
            properties["addonProfiles"]["aciConnectorLinux"] =
                json!({ "enabled": true, "config": { "SubnetName": "aci" } });
        }
        5 if !is_kubenet => properties["nodeProvisioningProfile"] = json!({ "mode": "Auto" }),
        6 if !is_kubenet => {
            properties["networkProfile"]["networkDataplane"] = json!("cilium");
            properties["networkProfile"]["networkPolicy"] = json!("cilium");
        }
        7 => more["sku"] = json!({ "name": "Base", "tier": "Free" }),
        8 => {
            more["sku"] = json!({ "name": "Base", "tier": "Premium" });
            more["properties"]["supportPlan"] = json!("AKSLongTermSupport");
        }
        _ => {}
    }
}

/// What few clusters have: other networks, pods in a subnet of their own, Windows, a system pool that has to go, long names.
fn rarely(draft: &mut Draft, dice: &mut Dice, pools: &mut Vec<Value>, place: &Place<'_>, is_kubenet: bool) {
    let Place { name, network, of, third } = place;
    match dice.below(12) {
        0 => {
            draft.managed(name, is_kubenet);
            for pool in pools.iter_mut() {
                merge(pool, &json!({ "vnetSubnetID": null }));
            }
        }
        1 if !is_kubenet => {
            let delegation = json!([{ "name": "aks", "properties": { "serviceName": "Microsoft.ContainerService/managedClusters" } }]);
            let prefix = format!("10.{}.{}.0/24", 40 + of, third + 12);
            let pods = draft.subnet(
                network,
                &format!("snet-pods-{name}"),
                &prefix,
                &json!({ "delegations": delegation }),
            );
            for pool in pools.iter_mut() {
                merge(pool, &json!({ "podSubnetID": pods, "podIPAllocationMode": "DynamicIndividual" }));
            }
        }
        2 if !is_kubenet && pools.len() > 1 => {
            let more = json!({ "osType": "Windows", "osSKU": "Windows2022", "count": 2, "maxPods": 30,
                "nodeImageVersion": "AKSWindows-2022-containerd-20348.4200.261010" });
            pools.push(pool("win", "User", pools[0]["vnetSubnetID"].as_str().unwrap_or_default(), &more));
        }
        3 => merge(&mut pools[0], &json!({ "vmSize": "Standard_DC2s_v2" })),
        4 => {
            let images = ["AKSAzureLinux-V2gen2-202511.20.0", "AKSUbuntu-1804gen2containerd-202306.07.0"];
            let image = dice.pick(&images);
            let edition = if image.contains("Linux") { "AzureLinux" } else { "Ubuntu" };
            merge(&mut pools[0], &json!({ "osSKU": edition, "nodeImageVersion": image }));
        }
        5 => {
            if let Some(last) = pools.last_mut().filter(|one| one["mode"] == "User") {
                merge(
                    last,
                    &json!({ "name": "twelveletter", "enableFIPS": true, "osSKU": "Ubuntu", "nodeImageVersion": "AKSUbuntu-2004fipscontainerd-202610.28.0" }),
                );
            }
        }
        6 => {
            let prefix = format!("10.{}.{}.0/24", 40 + of, third + 12);
            let second = draft.subnet(network, &format!("snet-second-{name}"), &prefix, &json!({}));
            if let Some(last) = pools.last_mut().filter(|one| one["mode"] == "User") {
                merge(last, &json!({ "vnetSubnetID": second }));
            }
        }
        _ => {}
    }
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
    // Several pools need the Standard load balancer.
    let is_basic = cluster["properties"]["networkProfile"]["loadBalancerSku"] == "basic";
    let mut all = Vec::new();
    for (name, mode) in [("system", "System"), ("apps", "User"), ("batch", "User")]
        .into_iter()
        .take(if is_basic { 1 } else { 1 + usize::try_from(dice.below(3)).unwrap() })
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
