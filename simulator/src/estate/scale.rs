//! A very large estate for measurements, made subscription by subscription.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{Access, Estate, ManagementGroup, Resources, Subscription};

/// Subnets in a virtual network; at /22 each, a /16 holds 64.
const SUBNETS_IN_A_NETWORK: u64 = 20;

/// Addresses of a node with Azure CNI in the node subnet, at the default of 30 pods
/// (<https://learn.microsoft.com/azure/aks/concepts-network-ip-address-planning>).
const ADDRESSES_OF_A_NODE: u64 = 31;

/// How large the estate is, in all. The figures are met exactly as long as every subscription gets a subnet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScaleOptions {
    /// Subscriptions.
    pub subscriptions: u64,
    /// Clusters.
    pub clusters: u64,
    /// Subnets.
    pub subnets: u64,
    /// Entries in the subnets' lists of ipConfigurations.
    pub addresses: u64,
    /// Decides about ids and node counts.
    pub seed: u64,
}

impl Default for ScaleOptions {
    fn default() -> Self {
        Self { subscriptions: 200, clusters: 2_000, subnets: 40_000, addresses: 2_000_000, seed: 1 }
    }
}

/// The estate.
#[must_use]
pub fn scale(options: ScaleOptions) -> Estate {
    let tenant_id = guid(options.seed, u64::MAX);
    let subscriptions: Vec<Subscription> = (0..options.subscriptions)
        .map(|index| {
            let part = Part::new(options, index);
            Subscription {
                id: part.subscription.clone(),
                name: format!("team-{index:04}"),
                state: "Enabled".to_owned(),
                tenant_id: tenant_id.clone(),
                listed: true,
                access: Access::Full,
                resources: Arc::new(move || part.resources()),
            }
        })
        .collect();
    let management_groups = vec![ManagementGroup {
        id: "everything".to_owned(),
        display_name: "Everything".to_owned(),
        parent: None,
        subscriptions: subscriptions.iter().map(|subscription| subscription.id.clone()).collect(),
    }];
    Estate { tenant_id, subscriptions, management_groups }
}

/// The share of one of so many parts, so that all shares add up to the total.
fn share(total: u64, parts: u64, index: u64) -> u64 {
    total * (index + 1) / parts - total * index / parts
}

/// One round of the splitmix64 generator.
fn mix(seed: u64, index: u64) -> u64 {
    let mut state = seed.wrapping_add(index.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    state ^ (state >> 31)
}

fn guid(seed: u64, index: u64) -> String {
    let (high, low) = (mix(seed, index), mix(!seed, index));
    format!(
        "{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xffff,
        high & 0xfff,
        low >> 52,
        low & 0xffff_ffff_ffff
    )
}

/// What one subscription gets.
#[derive(Clone)]
struct Part {
    subscription: String,
    seed: u64,
    clusters: u64,
    subnets: u64,
    addresses: u64,
}

/// A cluster, and where its nodes are.
struct Plan {
    name: String,
    subnet: u64,
    plugin: &'static str,
    mode: Option<&'static str>,
    nodes: u64,
    per_node: u64,
    scale_set: String,
}

impl Part {
    fn new(options: ScaleOptions, index: u64) -> Self {
        let of = |total| share(total, options.subscriptions, index);
        Self {
            subscription: guid(options.seed, index),
            seed: mix(options.seed, index),
            clusters: of(options.clusters),
            subnets: of(options.subnets),
            addresses: of(options.addresses),
        }
    }

    fn resources(&self) -> Resources {
        let plans: Vec<Plan> = (0..self.clusters).map(|index| self.plan(index)).collect();
        let entries = self.entries(&plans);
        Resources {
            clusters: plans.iter().map(|plan| self.cluster(plan)).collect(),
            virtual_networks: self.networks(entries),
            ..Resources::default()
        }
    }

    /// Seven clusters of ten keep pods in the node subnet, and so most of the addresses; nine tenths of a subscription's
    /// addresses go to clusters at most.
    fn plan(&self, index: u64) -> Plan {
        let (plugin, mode, per_node) = match index % 10 {
            7 => ("azure", Some("overlay"), 1),
            8 | 9 => ("kubenet", None, 1),
            _ => ("azure", None, ADDRESSES_OF_A_NODE),
        };
        let random = mix(self.seed, index);
        let budget = if self.subnets == 0 { 0 } else { self.addresses * 9 / 10 / self.clusters / per_node };
        Plan {
            name: format!("aks-{index:03}"),
            // Clusters take the first subnet of each network, then the second of each, and so on.
            subnet: self.spread(index),
            plugin,
            mode,
            nodes: (22 + random % 10).min(budget),
            per_node,
            scale_set: format!("aks-nodepool1-{:08}-vmss", (random >> 8) % 100_000_000),
        }
    }

    fn network_count(&self) -> u64 {
        self.subnets.div_ceil(SUBNETS_IN_A_NETWORK)
    }

    fn spread(&self, index: u64) -> u64 {
        let networks = self.network_count().max(1);
        let subnet = index % networks * SUBNETS_IN_A_NETWORK + index / networks;
        if subnet < self.subnets { subnet } else { index % self.subnets.max(1) }
    }

    /// The ids in every subnet: nodes where clusters are, and elsewhere network interfaces up to the total.
    fn entries(&self, plans: &[Plan]) -> Vec<Vec<String>> {
        let mut subnets: Vec<Vec<String>> = (0..self.subnets).map(|_| Vec::new()).collect();
        let mut placed = 0;
        for plan in plans {
            let Some(subnet) = usize::try_from(plan.subnet).ok().and_then(|at| subnets.get_mut(at)) else {
                continue;
            };
            for instance in 0..plan.nodes {
                subnet.extend((1..=plan.per_node).map(|number| self.node_address(plan, instance, number)));
            }
            placed += plan.nodes * plan.per_node;
        }
        let is_free = |index: u64| !plans.iter().any(|plan| plan.subnet == index);
        let mut free: Vec<u64> = (0..self.subnets).filter(|index| is_free(*index)).collect();
        if free.is_empty() {
            free.extend(0..self.subnets);
        }
        let (left, parts) = (self.addresses.saturating_sub(placed), free.len() as u64);
        for (order, index) in (0..).zip(free) {
            let Some(subnet) = usize::try_from(index).ok().and_then(|at| subnets.get_mut(at)) else {
                continue;
            };
            subnet.extend((0..share(left, parts, order)).map(|number| self.interface(index, number)));
        }
        // ARM lists them in the order of their text: 1, 10, 11, 2.
        for subnet in &mut subnets {
            subnet.sort_unstable();
        }
        subnets
    }

    fn node_group(plan: &Plan) -> String {
        format!("MC_rg-{}_{}_westeurope", plan.name, plan.name)
    }

    /// Upper case, as such ids appear.
    fn node_address(&self, plan: &Plan, instance: u64, number: u64) -> String {
        let (group, set) = (Self::node_group(plan).to_uppercase(), plan.scale_set.to_uppercase());
        format!(
            "/subscriptions/{}/resourceGroups/{group}/PROVIDERS/MICROSOFT.COMPUTE/VIRTUALMACHINESCALESETS/{set}/\
             VIRTUALMACHINES/{instance}/NETWORKINTERFACES/{set}/ipConfigurations/IPCONFIG{number}",
            self.subscription
        )
    }

    fn interface(&self, subnet: u64, number: u64) -> String {
        let (name, configuration) = if number.is_multiple_of(4) {
            let id = guid(self.seed, subnet << 32 | number);
            (format!("pe-{subnet:03}-{number:04}.nic.{id}"), format!("privateEndpointIpConfig.{id}"))
        } else {
            (format!("vm-{subnet:03}-{number:04}-nic"), "ipconfig1".to_owned())
        };
        format!(
            "/subscriptions/{}/resourceGroups/rg-workloads/providers/Microsoft.Network/networkInterfaces/{name}/\
             ipConfigurations/{configuration}",
            self.subscription
        )
    }

    fn network_id(&self, network: u64) -> String {
        format!(
            "/subscriptions/{}/resourceGroups/rg-network/providers/Microsoft.Network/virtualNetworks/vnet-{network:03}",
            self.subscription
        )
    }

    fn subnet_id(&self, subnet: u64) -> String {
        format!("{}/subnets/snet-{subnet:04}", self.network_id(subnet / SUBNETS_IN_A_NETWORK))
    }

    fn networks(&self, entries: Vec<Vec<String>>) -> Vec<Value> {
        let mut subnets = (0..).zip(entries).map(|(index, entries)| self.subnet(index, entries));
        let size = usize::try_from(SUBNETS_IN_A_NETWORK).unwrap_or(usize::MAX);
        (0..self.network_count())
            .map(|network| {
                let subnets: Vec<Value> = subnets.by_ref().take(size).collect();
                json!({
                    "id": self.network_id(network),
                    "name": format!("vnet-{network:03}"),
                    "type": "Microsoft.Network/virtualNetworks",
                    "etag": format!("W/\"{}\"", guid(self.seed, network)),
                    "location": "westeurope",
                    "tags": { "owner": "platform" },
                    "properties": {
                        "provisioningState": "Succeeded",
                        "addressSpace": { "addressPrefixes": [format!("10.{}.0.0/16", network % 256)] },
                        "subnets": subnets,
                        "virtualNetworkPeerings": [],
                        "enableDdosProtection": false
                    }
                })
            })
            .collect()
    }

    fn subnet(&self, index: u64, entries: Vec<String>) -> Value {
        let (network, slot) = (index / SUBNETS_IN_A_NETWORK, index % SUBNETS_IN_A_NETWORK);
        let mut properties = json!({
            "provisioningState": "Succeeded",
            "addressPrefix": format!("10.{}.{}.0/22", network % 256, slot * 4),
            "delegations": [],
            "privateEndpointNetworkPolicies": "Disabled",
            "privateLinkServiceNetworkPolicies": "Enabled"
        });
        // ARM leaves the array out where it would be empty.
        if let (false, Some(properties)) = (entries.is_empty(), properties.as_object_mut()) {
            let entries = entries.into_iter().map(|id| json!({ "id": id })).collect();
            properties.insert("ipConfigurations".to_owned(), Value::Array(entries));
        }
        json!({
            "id": self.subnet_id(index),
            "name": format!("snet-{index:04}"),
            "type": "Microsoft.Network/virtualNetworks/subnets",
            "etag": format!("W/\"{}\"", guid(self.seed, index)),
            "properties": properties
        })
    }

    fn cluster(&self, plan: &Plan) -> Value {
        let Plan { name, plugin, mode, nodes, .. } = plan;
        let routed = *plugin == "kubenet" || mode.is_some();
        let version = "1.34.2";
        let mut pool = json!({
            "name": "nodepool1",
            "mode": "System",
            "type": "VirtualMachineScaleSets",
            "count": nodes,
            "enableAutoScaling": true,
            "minCount": 3,
            "maxCount": nodes + 5,
            "vmSize": "Standard_D8ds_v5",
            "osType": "Linux",
            "osSKU": "Ubuntu",
            "maxPods": if routed { 110 } else { 30 },
            "upgradeSettings": { "maxSurge": "10%" },
            "powerState": { "code": "Running" },
            "provisioningState": "Succeeded",
            "orchestratorVersion": version,
            "currentOrchestratorVersion": version,
            "nodeImageVersion": "AKSUbuntu-2204gen2containerd-202610.15.0",
            "availabilityZones": ["1", "2", "3"]
        });
        if let (true, Some(pool)) = (self.subnets > 0, pool.as_object_mut()) {
            pool.insert("vnetSubnetID".to_owned(), self.subnet_id(plan.subnet).into());
        }
        json!({
            "id": format!("/subscriptions/{}/resourceGroups/rg-{name}/providers/Microsoft.ContainerService/managedClusters/{name}", self.subscription),
            "name": name,
            "type": "Microsoft.ContainerService/ManagedClusters",
            "location": "westeurope",
            "tags": { "owner": "platform", "environment": if nodes.is_multiple_of(2) { "prod" } else { "test" } },
            "sku": { "name": "Base", "tier": "Standard" },
            "identity": { "type": "SystemAssigned", "principalId": guid(self.seed, plan.subnet), "tenantId": guid(0, 0) },
            "properties": {
                "provisioningState": "Succeeded",
                "powerState": { "code": "Running" },
                "kubernetesVersion": version,
                "currentKubernetesVersion": version,
                "dnsPrefix": name,
                "fqdn": format!("{name}-{:08x}.hcp.westeurope.azmk8s.io", self.seed >> 32),
                "nodeResourceGroup": Self::node_group(plan),
                "enableRBAC": true,
                "networkProfile": {
                    "networkPlugin": plugin,
                    "networkPluginMode": mode,
                    "networkPolicy": "none",
                    "networkDataplane": "azure",
                    "podCidr": routed.then_some("10.244.0.0/16"),
                    "podCidrs": routed.then_some(["10.244.0.0/16"]),
                    "serviceCidr": "172.16.0.0/16",
                    "serviceCidrs": ["172.16.0.0/16"],
                    "dnsServiceIP": "172.16.0.10",
                    "ipFamilies": ["IPv4"],
                    "outboundType": "loadBalancer",
                    "loadBalancerSku": "standard"
                },
                "agentPoolProfiles": [pool]
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn totals(options: ScaleOptions) -> (u64, u64, u64, u64) {
        let estate = scale(options);
        let (mut clusters, mut subnets, mut addresses) = (0, 0, 0);
        let mut ids = HashSet::new();
        for subscription in &estate.subscriptions {
            let resources = (subscription.resources)();
            clusters += resources.clusters.len() as u64;
            for network in &resources.virtual_networks {
                for subnet in network["properties"]["subnets"].as_array().unwrap() {
                    subnets += 1;
                    for entry in subnet["properties"]["ipConfigurations"].as_array().into_iter().flatten() {
                        addresses += 1;
                        assert!(ids.insert(entry["id"].to_string().to_ascii_lowercase()));
                    }
                }
            }
        }
        (estate.subscriptions.len() as u64, clusters, subnets, addresses)
    }

    #[test]
    fn totals_are_met_exactly() {
        for (subscriptions, clusters, subnets, addresses) in
            [(2, 20, 400, 20_000), (3, 7, 31, 1_000), (7, 10, 100, 12), (1, 0, 1, 5), (2, 40, 4, 100)]
        {
            let options = ScaleOptions { subscriptions, clusters, subnets, addresses, seed: 7 };
            assert_eq!(totals(options), (subscriptions, clusters, subnets, addresses), "{options:?}");
        }
    }

    #[test]
    fn the_seed_decides() {
        let first = |seed| {
            let options = ScaleOptions { subscriptions: 2, clusters: 4, subnets: 8, addresses: 900, seed };
            let estate = scale(options);
            let resources = (estate.subscriptions[1].resources)();
            (resources.clusters, resources.virtual_networks)
        };
        assert_eq!(first(1), first(1));
        assert_ne!(first(1), first(2));
    }

    #[test]
    fn no_subnet_holds_more_than_it_can() {
        let options =
            ScaleOptions { subscriptions: 1, clusters: 10, subnets: 200, addresses: 10_000, seed: 3 };
        for network in (scale(options).subscriptions[0].resources)().virtual_networks {
            for subnet in network["properties"]["subnets"].as_array().unwrap() {
                let entries = subnet["properties"]["ipConfigurations"].as_array().map_or(0, Vec::len);
                assert!(entries <= 1_019, "{entries}");
            }
        }
    }
}
