//! Small inventories for tests: one subscription, names instead of ids, every unsaid property absent.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::date};

use crate::{
    assess::{
        audit::SubnetRow,
        estate::Estate,
        migration::{self, Migration},
        options::{Filters, Options, People, Projection, Thresholds},
        records::{self, Rows},
        topology::Topology,
    },
    inventory::{
        AddressUsage, Cluster, Histogram, Instances, Inventory, NetworkPlugin, NetworkPluginMode,
        NetworkProfile, NodePool, OsType, Owner, OwnerCount, OwnerKind, Peering, PoolMode, PoolType,
        PowerState, ResourceId, Subnet, VirtualMachineProfile, VirtualNetwork,
    },
    report::say,
};

/// The subscription everything lies in.
pub(crate) const SUBSCRIPTION: &str = "/subscriptions/00000000-0000-0000-0000-000000000001";

/// The networking of a test cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Network {
    /// kubenet with its default pod CIDR.
    Kubenet,
    /// Azure CNI without a mode: node subnet, or pod subnet where a pool names one.
    Flat,
    /// Azure CNI Overlay with its default pod CIDR.
    Overlay,
}

/// Reads an id.
pub(crate) fn id(text: &str) -> ResourceId {
    ResourceId::parse(text).unwrap()
}

/// The id of a network in group `net`.
pub(crate) fn vnet_id(vnet: &str) -> ResourceId {
    id(&format!("{SUBSCRIPTION}/resourceGroups/net/providers/Microsoft.Network/virtualNetworks/{vnet}"))
}

/// The id of a subnet of a network in group `net`.
pub(crate) fn subnet_id(vnet: &str, subnet: &str) -> ResourceId {
    id(&format!("{}/subnets/{subnet}", vnet_id(vnet)))
}

/// The id of a cluster in group `apps`.
pub(crate) fn cluster_id(name: &str) -> ResourceId {
    id(&format!(
        "{SUBSCRIPTION}/resourceGroups/apps/providers/Microsoft.ContainerService/managedClusters/{name}"
    ))
}

/// An empty inventory.
pub(crate) fn inventory() -> Inventory {
    Inventory::empty(Timestamp::UNIX_EPOCH)
}

/// An inventory of these clusters and networks.
pub(crate) fn estate(clusters: Vec<Cluster>, virtual_networks: Vec<VirtualNetwork>) -> Inventory {
    Inventory { clusters, virtual_networks, ..inventory() }
}

/// The options a run without configuration has.
pub(crate) fn options() -> Options {
    Options {
        as_of: date(2026, 11, 21),
        filters: Filters::default(),
        accept_unread: Vec::new(),
        on_premises: Vec::new(),
        people: People::default(),
        thresholds: Thresholds::default(),
        projection: Projection::default(),
        migration: crate::assess::options::MigrationOptions::default(),
        findings: BTreeMap::new(),
        exceptions: Vec::new(),
    }
}

/// A running cluster without pools, whose node resource group is `nodes-{name}`.
pub(crate) fn cluster(name: &str, network: Network) -> Cluster {
    let (plugin, plugin_mode, pod_cidr) = match network {
        Network::Kubenet => (NetworkPlugin::Kubenet, None, Some("10.244.0.0/16")),
        Network::Flat => (NetworkPlugin::Azure, None, None),
        Network::Overlay => (NetworkPlugin::Azure, Some(NetworkPluginMode::Overlay), Some("10.244.0.0/16")),
    };
    Cluster {
        sku_tier: Some("Standard".to_owned()),
        kubernetes_version: Some("1.34.1".to_owned()),
        provisioning_state: Some("Succeeded".to_owned()),
        power_state: Some(PowerState::Running),
        node_resource_group: Some(format!("nodes-{name}")),
        network: NetworkProfile {
            plugin: Some(plugin),
            plugin_mode,
            pod_cidrs: pod_cidr.into_iter().collect(),
            service_cidrs: ["10.0.0.0/16"].into_iter().collect(),
            ..NetworkProfile::default()
        },
        ..Cluster::bare(cluster_id(name), "westeurope")
    }
}

/// A running Linux user pool of a scale set with `maxPods` 30 and `maxSurge` 1, without a subnet.
pub(crate) fn pool(name: &str, nodes: u32) -> NodePool {
    NodePool {
        fips: None,
        name: name.to_owned(),
        mode: Some(PoolMode::User),
        pool_type: Some(PoolType::VirtualMachineScaleSets),
        os_type: Some(OsType::Linux),
        os_sku: None,
        vm_size: Some("Standard_D4s_v5".to_owned()),
        power_state: Some(PowerState::Running),
        provisioning_state: Some("Succeeded".to_owned()),
        count: Some(nodes),
        autoscaling: None,
        min_count: None,
        max_count: None,
        vm_status: None,
        vm_manual: Vec::new(),
        vm_autoscale: Vec::new(),
        max_pods: Some(30),
        max_surge: Some("1".to_owned()),
        max_unavailable: None,
        drain_timeout_minutes: None,
        node_soak_minutes: None,
        upgrade_strategy: None,
        priority: None,
        eviction_policy: None,
        scale_down_mode: None,
        node_subnet_id: None,
        pod_subnet_id: None,
        allocation_mode: None,
        kubernetes_version: Some("1.34.1".to_owned()),
        node_image_version: None,
        os_disk_type: None,
        workload_runtime: None,
        tags: BTreeMap::new(),
        zones: Vec::new(),
        public_ip_prefix: None,
        labels: BTreeMap::new(),
        taints: Vec::new(),
        os_disk_gb: None,
    }
}

/// A pool in a subnet of network `v`.
pub(crate) fn pool_in(name: &str, nodes: u32, subnet: &str) -> NodePool {
    NodePool { node_subnet_id: Some(subnet_id("v", subnet)), ..pool(name, nodes) }
}

/// A pool whose autoscaler is on.
pub(crate) fn autoscaled(name: &str, nodes: u32, min: u32, max: u32) -> NodePool {
    NodePool { autoscaling: Some(true), min_count: Some(min), max_count: Some(max), ..pool(name, nodes) }
}

/// A pool of single machines.
pub(crate) fn virtual_machines(
    name: &str,
    status: Option<Vec<VirtualMachineProfile>>,
    manual: Vec<VirtualMachineProfile>,
    autoscale: Vec<VirtualMachineProfile>,
) -> NodePool {
    NodePool {
        pool_type: Some(PoolType::VirtualMachines),
        count: None,
        vm_status: status,
        vm_manual: manual,
        vm_autoscale: autoscale,
        ..pool(name, 0)
    }
}

/// Machines of a pool of single machines.
pub(crate) fn profile(count: u32, min_count: Option<u32>) -> VirtualMachineProfile {
    VirtualMachineProfile { size: None, count: Some(count), min_count }
}

/// A network in group `net`.
pub(crate) fn vnet(name: &str, space: &[&str], subnets: Vec<Subnet>) -> VirtualNetwork {
    VirtualNetwork {
        id: vnet_id(name),
        location: "westeurope".to_owned(),
        tags: BTreeMap::new(),
        address_space: space.iter().collect(),
        subnets,
        peerings: Vec::new(),
        dns_servers: Vec::new(),
    }
}

/// A working peering between networks in group `net` as one side shows it; it passes nothing on.
pub(crate) fn peering(from: &str, to: &str, prefixes: &[&str]) -> Peering {
    Peering {
        id: id(&format!("{}/virtualNetworkPeerings/to-{to}", vnet_id(from))),
        remote: Some(vnet_id(to)),
        state: Some("Connected".to_owned()),
        remote_prefixes: prefixes.iter().collect(),
        allow_forwarded_traffic: None,
        allow_gateway_transit: None,
        use_remote_gateways: None,
        peer_complete_vnets: None,
        local_subnet_names: Vec::new(),
        remote_subnet_names: Vec::new(),
        only_ipv6: None,
    }
}

/// One that takes forwarded traffic.
pub(crate) fn forwarding(from: &str, to: &str, prefixes: &[&str]) -> Peering {
    Peering { allow_forwarded_traffic: Some(true), ..peering(from, to, prefixes) }
}

/// A subnet of network `v` with these addresses in use.
pub(crate) fn subnet(name: &str, prefix: &str, owners: Vec<OwnerCount>) -> Subnet {
    Subnet {
        prefixes: [prefix].into_iter().collect(),
        usage: usage(owners),
        ..Subnet::bare(subnet_id("v", name))
    }
}

/// Addresses in use.
pub(crate) fn usage(mut owners: Vec<OwnerCount>) -> AddressUsage {
    owners.sort_by(|a, b| a.owner.cmp(&b.owner));
    AddressUsage { listed: owners.iter().map(|o| o.addresses).sum(), owners }
}

/// Nodes of a pool's scale set as ARM lists them: upper case.
pub(crate) fn scale_set(cluster: &str, pool: &str, nodes: u32, per_node: u32) -> OwnerCount {
    let name = format!("aks-{pool}-12345678-vmss");
    let text =
        format!("/resourceGroups/nodes-{cluster}/providers/Microsoft.Compute/virtualMachineScaleSets/{name}");
    let owner = Owner {
        kind: OwnerKind::ScaleSet,
        id: id(&format!("{SUBSCRIPTION}{}", text.to_uppercase())),
        pool_hint: None,
        is_provisioned: false,
    };
    held(owner, nodes, per_node)
}

/// So many addresses in use: one of each node of these pools, and the rest of other machines.
pub(crate) fn in_use(cluster: &str, pools: &[NodePool], addresses: u32) -> Vec<OwnerCount> {
    let nodes = |pool: &NodePool| scale_set(cluster, &pool.name, pool.count.unwrap_or(0), 1);
    let nodes = pools.iter().map(nodes).filter(|held| held.addresses > 0);
    let mut owners: Vec<_> = nodes.collect();
    let held: u64 = owners.iter().map(|held| held.addresses).sum();
    let rest = u64::from(addresses).checked_sub(held).expect("more nodes than addresses");
    owners.push(interfaces("shop", None, u32::try_from(rest).unwrap(), 1));
    owners
}

/// Network interfaces in a resource group, as nodes of a pool where one is named.
pub(crate) fn interfaces(group: &str, pool: Option<&str>, nodes: u32, per_node: u32) -> OwnerCount {
    let id = id(&format!("{SUBSCRIPTION}/resourceGroups/{group}"));
    held(
        Owner {
            kind: OwnerKind::NetworkInterface,
            id,
            pool_hint: pool.map(str::to_owned),
            is_provisioned: false,
        },
        nodes,
        per_node,
    )
}

/// Interfaces of nodes that node auto-provisioning or Karpenter made for a cluster.
pub(crate) fn provisioned(cluster: &str, nodes: u32, per_node: u32) -> OwnerCount {
    let mut held = interfaces(&format!("nodes-{cluster}"), None, nodes, per_node);
    held.owner.is_provisioned = true;
    held
}

/// Addresses of a resource that is no machine.
pub(crate) fn resource(kind: OwnerKind, group: &str, path: &str, addresses: u64) -> OwnerCount {
    let id = id(&format!("{SUBSCRIPTION}/resourceGroups/{group}{path}"));
    OwnerCount {
        owner: Owner { kind, id, pool_hint: None, is_provisioned: false },
        addresses,
        per_node: Histogram::default(),
        instances: Instances::default(),
    }
}

/// Front ends of an internal load balancer that AKS made.
pub(crate) fn load_balancer(group: &str, frontends: u64) -> OwnerCount {
    let path = "/providers/Microsoft.Network/loadBalancers/kubernetes-internal";
    resource(OwnerKind::LoadBalancer, group, path, frontends)
}

fn held(owner: Owner, nodes: u32, per_node: u32) -> OwnerCount {
    let histogram = (nodes > 0).then_some((per_node, nodes)).into_iter().collect();
    let addresses = u64::from(nodes) * u64::from(per_node);
    OwnerCount { owner, addresses, per_node: histogram, instances: Instances::default() }
}

/// The rows of an inventory.
pub(crate) fn rows(inventory: &Inventory, options: &Options) -> Rows {
    let estate = Estate::of(inventory, options);
    records::of_estate(&estate, &Topology::of(&estate, inventory, options), inventory, options)
}

/// What is decided about the migrations of an inventory.
pub(crate) fn migration(inventory: &Inventory, options: &Options) -> Migration {
    let estate = Estate::of(inventory, options);
    migration::of_estate(&estate, &Topology::of(&estate, inventory, options), inventory, options)
}

/// The reasons of a subnet in words.
pub(crate) fn said(row: &SubnetRow) -> Vec<String> {
    row.reasons.iter().map(|why| say::reason(why).text()).collect()
}
