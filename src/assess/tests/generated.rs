//! Small random estates for property tests: up to ten clusters in one network, in every IPAM mode.

use proptest::prelude::*;

use crate::{
    assess::testing::{
        Network, SUBSCRIPTION, cluster, estate, id, interfaces, load_balancer, pool, profile, provisioned,
        resource, scale_set, subnet, subnet_id, usage, virtual_machines, vnet,
    },
    inventory::{
        AllocationMode, ApiServer, Cluster, Inventory, NodePool, OwnerCount, OwnerKind, PoolMode, PoolType,
        PowerState, Priority, Route, RouteTable, ScaleDownMode,
    },
};

const NODE_SUBNETS: [(&str, &str); 4] =
    [("n0", "10.0.0.0/24"), ("n1", "10.0.1.0/26"), ("n2", "10.0.2.0/23"), ("n3", "10.0.4.0/28")];
const POD_SUBNETS: [(&str, &str); 2] = [("p0", "10.0.16.0/22"), ("p1", "10.0.20.0/24")];

/// What is random about a pool.
#[derive(Debug, Clone)]
pub(crate) struct PoolSpec {
    nodes: u32,
    autoscaler: Option<(u32, u32)>,
    max_pods: Option<u32>,
    max_surge: Option<&'static str>,
    node_subnet: usize,
    pod_subnet: Option<usize>,
    is_static: bool,
    kind: u8,
    state: u8,
    /// Nodes listed beyond (or below) those the pool counts, and addresses each.
    listed: (u32, u32),
}

/// What is random about a cluster.
#[derive(Debug, Clone)]
pub(crate) struct ClusterSpec {
    network: Network,
    pools: Vec<PoolSpec>,
    is_stopped: bool,
    has_api_subnet: bool,
    frontends: u64,
}

fn pool_spec() -> impl Strategy<Value = PoolSpec> {
    let sizes = (0u32..7, prop::option::of((0u32..4, 0u32..12)));
    let max_pods = prop::option::of(prop::sample::select(vec![10u32, 15, 30, 31, 32, 110, 250]));
    let max_surge = prop::option::of(prop::sample::select(vec!["0", "1", "3", "10%", "33%", "100%"]));
    let places = (0..NODE_SUBNETS.len(), prop::option::of(0..POD_SUBNETS.len()), any::<bool>());
    (sizes, max_pods, max_surge, places, 0u8..6, 0u8..6, (0u32..8, 1u32..40)).prop_map(
        |(
            (nodes, autoscaler),
            max_pods,
            max_surge,
            (node_subnet, pod_subnet, is_static),
            kind,
            state,
            listed,
        )| {
            PoolSpec {
                nodes,
                autoscaler,
                max_pods,
                max_surge,
                node_subnet,
                pod_subnet,
                is_static,
                kind,
                state,
                listed,
            }
        },
    )
}

/// Clusters, at most ten of at most three pools.
pub(crate) fn cluster_specs() -> impl Strategy<Value = Vec<ClusterSpec>> {
    let network =
        prop::sample::select(vec![Network::Kubenet, Network::Flat, Network::Flat, Network::Overlay]);
    let spec = (
        network,
        prop::collection::vec(pool_spec(), 0..4),
        prop::bool::weighted(0.15),
        prop::bool::weighted(0.2),
        0u64..3,
    )
        .prop_map(|(network, pools, is_stopped, has_api_subnet, frontends)| ClusterSpec {
            network,
            pools,
            is_stopped,
            has_api_subnet,
            frontends,
        });
    prop::collection::vec(spec, 0..=10)
}

impl PoolSpec {
    fn build(&self, name: &str, network: Network) -> NodePool {
        let (subnet, _) = NODE_SUBNETS[self.node_subnet];
        let mut built = NodePool {
            max_pods: self.max_pods,
            max_surge: self.max_surge.map(str::to_owned),
            node_subnet_id: Some(subnet_id("v", subnet)),
            ..pool(name, self.nodes)
        };
        if let Some((min, extra)) = self.autoscaler {
            built.autoscaling = Some(true);
            built.min_count = Some(min);
            built.max_count = Some(min + extra);
        }
        if network == Network::Flat {
            built.pod_subnet_id = self.pod_subnet.map(|p| subnet_id("v", POD_SUBNETS[p].0));
            built.allocation_mode = self.is_static.then_some(AllocationMode::StaticBlock);
        }
        match self.kind {
            1 => built.priority = Some(Priority::Spot),
            2 => built.pool_type = Some(PoolType::AvailabilitySet),
            3 => {
                let autoscale = self.autoscaler.map(|(min, extra)| profile(min + extra, Some(min)));
                let machines = virtual_machines(
                    name,
                    Some(vec![profile(self.nodes, None)]),
                    autoscale.is_none().then(|| profile(self.nodes, None)).into_iter().collect(),
                    autoscale.into_iter().collect(),
                );
                built = NodePool {
                    node_subnet_id: built.node_subnet_id,
                    pod_subnet_id: built.pod_subnet_id,
                    allocation_mode: built.allocation_mode,
                    max_pods: built.max_pods,
                    max_surge: built.max_surge,
                    ..machines
                };
            }
            4 => built.scale_down_mode = Some(ScaleDownMode::Deallocate),
            5 => built.upgrade_strategy = Some("BlueGreen".to_owned()),
            _ => {}
        }
        if self.state == 5 {
            built.power_state = Some(PowerState::Stopped);
        }
        built
    }

    fn listed(&self, cluster: &str, name: &str) -> OwnerCount {
        let (nodes, per_node) = self.listed;
        match self.kind {
            2 | 3 => interfaces(&format!("nodes-{cluster}"), Some(name), nodes, per_node),
            _ => scale_set(cluster, name, nodes, per_node),
        }
    }
}

/// The estate of these clusters.
pub(crate) fn build(specs: &[ClusterSpec]) -> Inventory {
    let mut clusters = Vec::new();
    let mut owners: Vec<Vec<OwnerCount>> = vec![Vec::new(); NODE_SUBNETS.len()];
    for (place, spec) in specs.iter().enumerate() {
        let name = format!("c{place}");
        let mut built: Cluster = cluster(&name, spec.network);
        for (number, pool) in spec.pools.iter().enumerate() {
            let pool_name = format!("np{number}");
            built.pools.push(pool.build(&pool_name, spec.network));
            owners[pool.node_subnet].push(pool.listed(&name, &pool_name));
        }
        built.network.service_cidrs = ["172.16.0.0/16"].into_iter().collect();
        if spec.is_stopped {
            built.power_state = Some(PowerState::Stopped);
        }
        if spec.has_api_subnet {
            built.api_server = ApiServer { subnet_id: Some(subnet_id("v", "api")), ..ApiServer::default() };
        }
        owners[place % NODE_SUBNETS.len()].push(load_balancer(&format!("nodes-{name}"), spec.frontends));
        clusters.push(built);
    }
    owners[0].push(resource(OwnerKind::PrivateEndpoint, "data", "", 3));
    owners[1].push(scale_set("unread", "np0", 2, 31));
    let nodes = NODE_SUBNETS.iter().zip(owners).map(|((name, prefix), owners)| subnet(name, prefix, owners));
    let pods = POD_SUBNETS.iter().map(|(name, prefix)| subnet(name, prefix, vec![]));
    let mut subnets: Vec<_> = nodes.chain(pods).collect();
    subnets[4].usage = usage(vec![scale_set("c0", "np0", 2, 48)]);
    subnets.push(subnet("api", "10.0.30.0/27", vec![]));
    subnets.push(subnet(
        "GatewaySubnet",
        "10.0.31.0/27",
        vec![resource(OwnerKind::VirtualNetworkGateway, "net", "", 1)],
    ));
    estate(clusters, vec![vnet("v", &["10.0.0.0/18"], subnets)])
}

/// What of a cluster's nodes its pools do not tell.
#[derive(Debug, Clone)]
pub(crate) struct Lag {
    /// Nodes that Karpenter made, and those of a pool that is gone.
    provisioned: u32,
    gone: u32,
    /// Whether Azure runs Karpenter.
    is_automatic: bool,
    /// What is under way.
    state: &'static str,
    /// The public IP prefix of a gateway pool that its first pool becomes.
    prefix: Option<u32>,
}

/// What lags in each of ten clusters.
pub(crate) fn lags() -> impl Strategy<Value = Vec<Lag>> {
    let states = vec!["Succeeded", "Creating", "Scaling", "Upgrading", "Deleting", "Failed"];
    let lag = (0u32..4, 0u32..3, any::<bool>(), prop::sample::select(states), prop::option::of(28u32..=31));
    let lag = lag.prop_map(|(provisioned, gone, is_automatic, state, prefix)| Lag {
        provisioned,
        gone,
        is_automatic,
        state,
        prefix,
    });
    prop::collection::vec(lag, 10)
}

/// Makes clusters lag.
pub(crate) fn lag(inventory: &mut Inventory, lags: &[Lag]) {
    for (place, (cluster, lag)) in inventory.clusters.iter_mut().zip(lags).enumerate() {
        cluster.provisioning_state = Some(lag.state.to_owned());
        cluster.node_provisioning_mode = lag.is_automatic.then(|| "Auto".to_owned());
        for pool in &mut cluster.pools {
            pool.provisioning_state = Some(lag.state.to_owned());
        }
        if let Some(gateways) = cluster.pools.first_mut().filter(|_| lag.prefix.is_some()) {
            gateways.mode = Some(PoolMode::Gateway);
            gateways.public_ip_prefix = lag.prefix;
        }
        let subnet = &mut inventory.virtual_networks[0].subnets[place % NODE_SUBNETS.len()];
        let gone = interfaces(&format!("nodes-c{place}"), Some("gone"), lag.gone, 1);
        let made = [provisioned(&format!("c{place}"), lag.provisioned, 1), gone];
        let made = made.into_iter().filter(|made| made.addresses > 0);
        subnet.usage = usage(subnet.usage.owners.iter().cloned().chain(made).collect());
    }
}

/// What presses on a cluster and on a node subnet beside addresses.
#[derive(Debug, Clone)]
pub(crate) struct Strain {
    /// The length of a pod CIDR of its own.
    pod_cidr: Option<u8>,
    /// Nodes its autoscalers may add.
    more: u32,
    /// Whether it is in the Free tier.
    is_free: bool,
    /// Routes that others put into the route table of a node subnet.
    routes: u8,
}

/// A strain for each of ten clusters.
pub(crate) fn strains() -> impl Strategy<Value = Vec<Strain>> {
    let more = prop::sample::select(vec![0u32, 0, 0, 5, 200, 990, 1_500]);
    let strain = (prop::option::of(20u8..=25), more, any::<bool>(), any::<u8>())
        .prop_map(|(pod_cidr, more, is_free, routes)| Strain { pod_cidr, more, is_free, routes });
    prop::collection::vec(strain, 10)
}

/// Puts clusters under strain.
pub(crate) fn strain(inventory: &mut Inventory, strains: &[Strain]) {
    for (place, (cluster, strain)) in inventory.clusters.iter_mut().zip(strains).enumerate() {
        if let (Some(length), false) = (strain.pod_cidr, cluster.network.pod_cidrs.known.is_empty()) {
            cluster.network.pod_cidrs = [format!("10.{}.0.0/{length}", 100 + place)].iter().collect();
        }
        cluster.sku_tier = strain.is_free.then(|| "Free".to_owned()).or(cluster.sku_tier.take());
        for pool in &mut cluster.pools {
            pool.max_count = pool.max_count.map(|most| most + strain.more);
        }
    }
    let subnets = inventory.virtual_networks.iter_mut().flat_map(|vnet| &mut vnet.subnets);
    for (subnet, strain) in subnets.take(NODE_SUBNETS.len()).zip(strains) {
        let name =
            format!("/resourceGroups/net/providers/Microsoft.Network/routeTables/{}", subnet.id.name());
        let route = |number: u32| Route {
            name: format!("other-{number}"),
            prefix: Some(format!("192.168.{}.0/24", number % 256)),
            next_hop_type: None,
            next_hop_address: None,
        };
        // As many as make kubenet's 400 scarce, where the draw is high.
        let routes = (0..u32::from(strain.routes) * 2).map(route).collect();
        let id = id(&format!("{SUBSCRIPTION}{name}"));
        subnet.route_table = Some(id.clone());
        inventory.route_tables.push(RouteTable { id, location: String::new(), routes, subnets: Vec::new() });
    }
}

/// The same estate in another order.
pub(crate) fn turned(mut inventory: Inventory, by: usize) -> Inventory {
    fn turn<T>(list: &mut [T], by: usize) {
        list.reverse();
        if !list.is_empty() {
            list.rotate_left(by % list.len());
        }
    }
    turn(&mut inventory.clusters, by);
    inventory.clusters.iter_mut().for_each(|cluster| turn(&mut cluster.pools, by));
    for vnet in &mut inventory.virtual_networks {
        turn(&mut vnet.subnets, by);
        vnet.subnets.iter_mut().for_each(|subnet| turn(&mut subnet.usage.owners, by));
    }
    turn(&mut inventory.virtual_networks, by);
    inventory
}
