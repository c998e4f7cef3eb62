//! Who holds addresses and routes in the world, and what changes with nodes.

use serde_json::{Value, json};

use super::{Kind, Pool, Prefix, Shelf, World, group_of, list, lower, name_of, text};

/// The scale set's or the machines' names of a pool begin with one of these.
fn beginnings(pool: &str) -> [String; 2] {
    [format!("aks-{pool}-"), format!("aks{pool}")]
}

impl World {
    /// The node resource group of a cluster.
    pub(crate) fn node_group(&self, cluster: &str) -> String {
        let found =
            self.get(Shelf::Cluster, cluster).and_then(|one| text(one, "/properties/nodeResourceGroup"));
        found.unwrap_or_default().to_owned()
    }

    /// The subnet of a pool's nodes: its own, or that of the network AKS made.
    pub(crate) fn subnet_of(&self, cluster: &str, pool: &Pool) -> Option<String> {
        if pool.subnet.is_some() {
            return pool.subnet.clone();
        }
        let node_group = lower(&self.node_group(cluster));
        let network = self
            .all(Shelf::Network)
            .find(|one| lower(group_of(one["id"].as_str().unwrap_or_default())) == node_group)?;
        Some(text(network, "/properties/subnets/0/id")?.to_owned())
    }

    /// Addresses a node of a pool takes, as Azure's checks count them: one, and with Azure CNI in the node subnet one more
    /// than its pods.
    /// <https://learn.microsoft.com/azure/aks/concepts-network-ip-address-planning>
    pub(crate) fn cost(&self, cluster: &str, pool: &Pool) -> u64 {
        let Some(document) = self.get(Shelf::Cluster, cluster) else { return 1 };
        let plugin = text(document, "/properties/networkProfile/networkPlugin").unwrap_or_default();
        let mode = text(document, "/properties/networkProfile/networkPluginMode").unwrap_or_default();
        let is_flat = plugin.eq_ignore_ascii_case("azure") && !mode.eq_ignore_ascii_case("overlay");
        if is_flat && pool.pod_subnet.is_none() { pool.max_pods + 1 } else { 1 }
    }

    /// What a subnet has and what is taken of it.
    pub(crate) fn room(&self, subnet: &str) -> Option<(u64, u64)> {
        room_in(self.subnet(subnet)?)
    }

    /// Nodes of a pool as its subnet shows them: the machine's part of the ids of its addresses.
    pub(crate) fn machines(&self, cluster: &str, pool: &Pool) -> Vec<String> {
        let Some(subnet) = self.subnet_of(cluster, pool).and_then(|id| self.subnet(&id).cloned()) else {
            return Vec::new();
        };
        let node_group = lower(&self.node_group(cluster));
        let mut machines: Vec<String> = list(&subnet, "/properties/ipConfigurations")
            .filter_map(|one| one["id"].as_str())
            .filter(|id| is_of(id, &node_group, &pool.name))
            .map(|id| id.split("/ipConfigurations/").next().unwrap_or_default().to_owned())
            .collect();
        machines.sort();
        machines.dedup();
        machines
    }

    /// Gives a pool so many nodes: their addresses in its subnet, and with kubenet their routes.
    pub(crate) fn set_nodes(&mut self, cluster: &str, pool: &Pool, nodes: u64) {
        let Some(subnet_id) = self.subnet_of(cluster, pool) else { return };
        let node_group = self.node_group(cluster);
        let cost = self.cost(cluster, pool);
        let wanted = self.machine_ids(cluster, pool, nodes);
        let Some(subnet) = self.subnet_mut(&subnet_id) else { return };
        let mut entries: Vec<Value> = list(subnet, "/properties/ipConfigurations")
            .filter(|one| !one["id"].as_str().is_some_and(|id| is_of(id, &lower(&node_group), &pool.name)))
            .cloned()
            .collect();
        for machine in &wanted {
            entries.extend(
                (1..=cost)
                    .map(|number| json!({ "id": format!("{machine}/ipConfigurations/ipconfig{number}") })),
            );
        }
        match (entries.is_empty(), subnet["properties"].as_object_mut()) {
            (true, Some(properties)) => drop(properties.remove("ipConfigurations")),
            _ => subnet["properties"]["ipConfigurations"] = Value::Array(entries),
        }
        self.route_pods(cluster);
    }

    fn machine_ids(&self, cluster: &str, pool: &Pool, nodes: u64) -> Vec<String> {
        let subscription = cluster.split('/').nth(2).unwrap_or_default();
        let node_group = self.node_group(cluster);
        let id = |node: u64| match pool.kind {
            Kind::ScaleSet if pool.is_windows => {
                let set = format!("AKS{}", pool.name.to_uppercase());
                scale_set(subscription, &node_group, &set, node)
            }
            Kind::ScaleSet => {
                let set = format!("AKS-{}-10000001-VMSS", pool.name.to_uppercase());
                scale_set(subscription, &node_group, &set, node)
            }
            Kind::AvailabilitySet => {
                nic(subscription, &node_group, &format!("aks-{}-10000001-nic-{node}", pool.name))
            }
            Kind::Machines => {
                nic(subscription, &node_group, &format!("aks-{}-10000001-vms{node}-nic", pool.name))
            }
        };
        (0..nodes).map(id).collect()
    }

    /// One route a node of a kubenet cluster, in the table of each of its subnets, as the controller keeps them.
    /// <https://learn.microsoft.com/azure/aks/configure-kubenet>
    fn route_pods(&mut self, cluster: &str) {
        let Some(document) = self.get(Shelf::Cluster, cluster).cloned() else { return };
        if text(&document, "/properties/networkProfile/networkPlugin") != Some("kubenet") {
            return;
        }
        let pods = text(&document, "/properties/networkProfile/podCidr").and_then(Prefix::parse);
        let Some(pods) = pods else { return };
        let pools = Pool::all(&document);
        let mut tables: Vec<(String, Vec<Value>)> = Vec::new();
        let mut block = 0;
        for pool in &pools {
            let Some(subnet) = self.subnet_of(cluster, pool).and_then(|id| self.subnet(&id)) else {
                continue;
            };
            let Some(table) = text(subnet, "/properties/routeTable/id").map(lower) else { continue };
            let Some(prefix) = prefixes_of(subnet).first().copied() else { continue };
            let at = tables.iter().position(|(id, _)| *id == table).unwrap_or_else(|| {
                tables.push((table.clone(), Vec::new()));
                tables.len() - 1
            });
            for node in 0..self.machines(cluster, pool).len() {
                let route = route(
                    &format!("aks-{}-10000001-vmss{node:06}____{block}", pool.name),
                    pods,
                    block,
                    prefix,
                );
                tables[at].1.push(route);
                block += 1;
            }
        }
        for (id, routes) in tables {
            let Some(table) = self.get_mut(Shelf::RouteTable, &id) else { continue };
            let kept: Vec<Value> = list(table, "/properties/routes")
                .filter(|one| !is_pod_route(one, pods, &pools))
                .cloned()
                .collect();
            table["properties"]["routes"] = kept.into_iter().chain(routes).collect();
        }
    }

    /// Removes the routes to a cluster's pods from a table.
    pub(crate) fn remove_pod_routes(&mut self, cluster: &str, table: &str) {
        let Some(document) = self.get(Shelf::Cluster, cluster).cloned() else { return };
        let pods = text(&document, "/properties/networkProfile/podCidr").and_then(Prefix::parse);
        let pools = Pool::all(&document);
        if let (Some(pods), Some(table)) = (pods, self.get_mut(Shelf::RouteTable, table)) {
            let kept: Vec<Value> = list(table, "/properties/routes")
                .filter(|one| !is_pod_route(one, pods, &pools))
                .cloned()
                .collect();
            table["properties"]["routes"] = Value::Array(kept);
        }
    }
}

/// What a subnet has and what is taken of it, IPv4 only.
pub(crate) fn room_in(subnet: &Value) -> Option<(u64, u64)> {
    let prefixes: Vec<Prefix> = prefixes_of(subnet);
    if prefixes.is_empty() {
        return None;
    }
    let is_other = |id: &str| id.ends_with("v6") || id.ends_with("V6");
    let held = list(subnet, "/properties/ipConfigurations")
        .filter(|one| !one["id"].as_str().is_some_and(is_other))
        .count();
    Some((prefixes.iter().map(|prefix| prefix.usable()).sum(), held as u64))
}

/// The prefixes of a subnet, IPv4 only.
pub(crate) fn prefixes_of(subnet: &Value) -> Vec<Prefix> {
    let one = text(subnet, "/properties/addressPrefix").into_iter();
    let many = list(subnet, "/properties/addressPrefixes").filter_map(Value::as_str);
    one.chain(many).filter_map(Prefix::parse).collect()
}

/// Whether a route leads to pods on nodes of these pools.
pub(crate) fn is_pod_route(route: &Value, pods: Prefix, pools: &[Pool]) -> bool {
    let name = lower(text(route, "/name").unwrap_or_default());
    let leads =
        text(route, "/properties/addressPrefix").and_then(Prefix::parse).is_some_and(|one| pods.holds(one));
    let is_named =
        pools.iter().any(|pool| beginnings(&pool.name).iter().any(|start| name.starts_with(start)));
    leads && is_named
}

fn route(name: &str, pods: Prefix, block: u32, nodes: Prefix) -> Value {
    json!({
        "name": name,
        "properties": {
            "provisioningState": "Succeeded",
            "addressPrefix": format!("{}/24", pods.address(block << 8)),
            "nextHopType": "VirtualAppliance",
            "nextHopIpAddress": nodes.address(4 + block).to_string(),
            "hasBgpOverride": false
        }
    })
}

fn scale_set(subscription: &str, group: &str, set: &str, node: u64) -> String {
    format!(
        "/subscriptions/{subscription}/resourceGroups/{}/PROVIDERS/MICROSOFT.COMPUTE/VIRTUALMACHINESCALESETS/{set}/\
         VIRTUALMACHINES/{node}/NETWORKINTERFACES/{set}",
        group.to_uppercase()
    )
}

fn nic(subscription: &str, group: &str, name: &str) -> String {
    format!(
        "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Network/networkInterfaces/{name}"
    )
}

/// Whether an address is one of a pool's nodes.
fn is_of(id: &str, node_group: &str, pool: &str) -> bool {
    let id = lower(id);
    if lower(group_of(&id)) != node_group {
        return false;
    }
    let machine = id.split("/ipconfigurations/").next().unwrap_or_default();
    let name = name_of(machine);
    let is_windows_set = machine.contains("/virtualmachinescalesets/") && name == format!("aks{pool}");
    name.starts_with(&format!("aks-{pool}-")) || is_windows_set
}
