//! The same answers by brute force: node by node and address by address, knowing nothing of the engine. It reads
//! the inventory as data and shares no function with what it checks.

use crate::inventory::{
    AllocationMode, Cluster, Inventory, NetworkPlugin, NodePool, OwnerKind, PoolMode, PoolType, PowerState,
    Priority, ResourceId, Subnet,
};

/// What the oracle says of a subnet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) usable: u64,
    pub(crate) used: Option<u64>,
    pub(crate) used_low: u64,
    /// upgrade, upgrade all, scale max, scale max and upgrade.
    pub(crate) projected: Option<[u64; 4]>,
}

/// One node's addresses in one subnet, counted by hand.
#[derive(Default)]
struct Take {
    low: u64,
    high: u64,
}

/// Answers for a subnet of the generated estates (one network, `GatewaySubnet` the only one not listed in full).
pub(crate) fn answer(inventory: &Inventory, subnet: &Subnet) -> Answer {
    let mut listed = 0;
    for owner in &subnet.usage.owners {
        for _ in 0..owner.addresses {
            listed += 1;
        }
    }
    let (mut modelled_low, mut modelled_high, mut is_modelled) = (0, 0, false);
    let mut coming: Vec<[u64; 4]> = Vec::new();
    let mut surging: Vec<[u64; 4]> = Vec::new();
    for cluster in &inventory.clusters {
        if cluster.api_server.subnet_id.as_ref() == Some(&subnet.id) {
            is_modelled = true;
            for _ in 0..9 {
                modelled_low += 1;
                modelled_high += 1;
            }
        }
        for pool in &cluster.pools {
            let (holds_nodes, holds_pods) =
                (here(pool.node_subnet_id.as_ref(), subnet), here(pool.pod_subnet_id.as_ref(), subnet));
            let (listed, most_of_one) = nodes_listed(inventory, cluster, pool);
            let holding = there(cluster, pool, listed);
            if holds_pods {
                is_modelled = true;
                for _ in 0..holding {
                    let take = pods_of_node(pool);
                    modelled_low += take.low;
                    modelled_high += take.high;
                }
            }
            if holds_nodes || holds_pods {
                let mut per_node = 0;
                if holds_nodes {
                    per_node += addresses_of_node(cluster, pool);
                    while is_gateway(pool) && per_node < most_of_one {
                        per_node += 1;
                    }
                }
                if holds_pods {
                    per_node += pods_of_node(pool).high;
                }
                let addresses = |nodes: u64| (0..nodes).map(|_| per_node).sum::<u64>();
                let (come, surge) = nodes_to_come(cluster, pool, holding);
                coming.push(come.map(addresses));
                surging.push(surge.map(addresses));
            }
        }
    }
    let is_gateway = subnet.id.name() == "GatewaySubnet";
    let used = if is_modelled && modelled_high > listed { modelled_high } else { listed };
    let used_low = if is_modelled && modelled_low > listed { modelled_low } else { listed };
    let used = if is_gateway { None } else { Some(used) };
    let projected = used.map(|used| {
        let worst = surging.iter().map(|a| a[0]).max().unwrap_or(0);
        let without = |which: usize| used + coming.iter().map(|a| a[which]).sum::<u64>();
        let sum = |which: usize| without(which) + surging.iter().map(|a| a[which]).sum::<u64>();
        [without(0) + worst, sum(1), sum(2), sum(3)]
    });
    Answer { usable: usable(subnet), used, used_low, projected }
}

fn here(id: Option<&ResourceId>, subnet: &Subnet) -> bool {
    id.is_some_and(|id| id.as_str().to_lowercase() == subnet.id.as_str().to_lowercase())
}

/// Walks every address of every prefix and crosses out the reserved ones.
fn usable(subnet: &Subnet) -> u64 {
    let mut count = 0;
    for prefix in &subnet.prefixes.known {
        let text = prefix.to_string();
        let length = text.split('/').nth(1).unwrap();
        if text.contains(':') {
            continue;
        }
        let size = 2u64.pow(32 - length.parse::<u32>().unwrap());
        for at in 0..size {
            let is_reserved = at < 4 || at == size - 1;
            if !is_reserved && size >= 8 {
                count += 1;
            }
        }
    }
    count
}

/// Nodes of the pool that ARM lists in the subnet of its nodes, and most addresses of one.
fn nodes_listed(inventory: &Inventory, cluster: &Cluster, pool: &NodePool) -> (u64, u64) {
    let group = format!("/resourcegroups/{}", cluster.node_resource_group.clone().unwrap()).to_lowercase();
    let (mut nodes, mut most) = (0, 0);
    for subnet in inventory.virtual_networks.iter().flat_map(|vnet| &vnet.subnets) {
        if !here(pool.node_subnet_id.as_ref(), subnet) {
            continue;
        }
        for owner in &subnet.usage.owners {
            let id = format!("{}/", owner.owner.id.as_str().to_lowercase());
            let is_pool = match owner.owner.kind {
                OwnerKind::ScaleSet => id.ends_with(&format!("/aks-{}-12345678-vmss/", pool.name)),
                OwnerKind::NetworkInterface => owner.owner.pool_hint.as_ref() == Some(&pool.name),
                _ => false,
            };
            if is_pool && id.contains(&format!("{group}/")) {
                for (each, count) in owner.per_node.iter() {
                    nodes += u64::from(count);
                    most = most.max(u64::from(each));
                }
            }
        }
    }
    (nodes, most)
}

fn is_gateway(pool: &NodePool) -> bool {
    pool.mode == Some(PoolMode::Gateway)
}

/// Addresses of a gateway pool's public prefix, one for each node.
fn public_addresses(pool: &NodePool) -> u64 {
    match pool.public_ip_prefix {
        Some(length) if is_gateway(pool) => 2u64.pow(32 - length),
        _ => u64::MAX,
    }
}

/// Single machines for a gateway have interfaces before they are there.
fn there(cluster: &Cluster, pool: &NodePool, listed: u64) -> u64 {
    let is_ahead = is_gateway(pool) && pool.pool_type == Some(PoolType::VirtualMachines);
    if is_ahead { listed.min(wanted(cluster, pool, listed)) } else { listed }
}

fn asked_for(pool: &NodePool) -> u64 {
    match &pool.vm_status {
        Some(machines) => machines.iter().map(|m| u64::from(m.count.unwrap())).sum(),
        None => u64::from(pool.count.unwrap()),
    }
}

fn is_stopped(cluster: &Cluster, pool: &NodePool) -> bool {
    cluster.power_state == Some(PowerState::Stopped) || pool.power_state == Some(PowerState::Stopped)
}

fn wanted(cluster: &Cluster, pool: &NodePool, holding: u64) -> u64 {
    if is_stopped(cluster, pool) { holding } else { asked_for(pool) }
}

/// Nodes beyond those that hold addresses, in each scenario, made one by one; and surge nodes on top.
fn nodes_to_come(cluster: &Cluster, pool: &NodePool, holding: u64) -> ([u64; 4], [u64; 4]) {
    let wanted = wanted(cluster, pool, holding);
    let (minimum, maximum) = if pool.pool_type == Some(PoolType::VirtualMachines) {
        let machines = &pool.vm_autoscale;
        let minimum = machines.iter().map(|m| u64::from(m.min_count.unwrap_or(0))).sum();
        (minimum, machines.iter().map(|m| u64::from(m.count.unwrap())).sum())
    } else if pool.autoscaling == Some(true) {
        (u64::from(pool.min_count.unwrap()), u64::from(pool.max_count.unwrap()))
    } else {
        (0, 0)
    };
    let target = asked_for(pool).max(minimum).max(maximum).min(public_addresses(pool)).max(wanted);
    let made = |until: u64| {
        let (mut there, mut made) = (holding, 0);
        while there < until {
            there += 1;
            made += 1;
        }
        made
    };
    let (now, most) = (surge(pool, wanted), surge(pool, target));
    ([made(wanted), made(wanted), made(target), made(target)], [now, now, 0, most])
}

/// Counts surge nodes up until there are enough.
fn surge(pool: &NodePool, nodes: u64) -> u64 {
    if nodes == 0 || pool.priority == Some(Priority::Spot) {
        return 0;
    }
    let room = public_addresses(pool).saturating_sub(nodes);
    if pool.upgrade_strategy.is_some() {
        return nodes.min(room);
    }
    let text = pool.max_surge.clone().unwrap_or_else(|| "10%".to_owned());
    let mut extra = 0;
    if let Some(percent) = text.strip_suffix('%') {
        let percent: u64 = percent.parse().unwrap();
        while extra * 100 < nodes * percent && extra < nodes.min(room) {
            extra += 1;
        }
    } else {
        while extra < text.parse::<u64>().unwrap() && extra < nodes.min(room) {
            extra += 1;
        }
    }
    extra
}

fn max_pods(pool: &NodePool, default: u64) -> u64 {
    pool.max_pods.map_or(default, u64::from)
}

/// One address for the node, and one for each pod where pods live beside it.
fn addresses_of_node(cluster: &Cluster, pool: &NodePool) -> u64 {
    let is_flat =
        cluster.network.plugin == Some(NetworkPlugin::Azure) && cluster.network.plugin_mode.is_none();
    let mut addresses = 1;
    if is_flat && pool.pod_subnet_id.is_none() {
        for _ in 0..max_pods(pool, 30) {
            addresses += 1;
        }
    }
    addresses
}

/// What a node takes in its pod subnet, a batch or block at a time.
fn pods_of_node(pool: &NodePool) -> Take {
    let pods = max_pods(pool, 250);
    if pool.allocation_mode == Some(AllocationMode::StaticBlock) {
        let mut held = 0;
        while held < pods + 1 {
            held += 16;
        }
        return Take { low: held, high: held };
    }
    let mut held = 0;
    while held < pods {
        held += 16;
    }
    Take { low: 16, high: held + 1 }
}
