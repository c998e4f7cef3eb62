//! A subscription being drafted: what clusters hold goes into the subnets they name.

use std::collections::BTreeMap;

use super::{
    ApplicationGateway, Cluster, Network, RouteTable, SecurityGroup, Subnet, Vnet,
    cluster::Ipam,
    defaults::Built,
    id::{digest, eight_digits, guid, resource},
    nodes::Lease,
};
use crate::estate::Resources;

/// The resources of one subscription being drafted.
///
/// Networks come before the clusters in them. What a cluster holds in a network of another subscription is not
/// recorded: nobody in this estate may read those.
pub(crate) struct Draft {
    subscription: String,
    /// What is finished.
    made: Resources,
    vnets: Vec<Vnet>,
    tables: Vec<RouteTable>,
    security_groups: Vec<SecurityGroup>,
    /// Nodes placed so far by subnet, lower case: the next hop of the next kubenet route.
    placed: BTreeMap<String, u32>,
}

impl Draft {
    /// An empty subscription.
    pub(crate) fn new(subscription: &str) -> Self {
        Self {
            subscription: subscription.to_owned(),
            made: Resources::default(),
            vnets: Vec::new(),
            tables: Vec::new(),
            security_groups: Vec::new(),
            placed: BTreeMap::new(),
        }
    }

    /// An empty route table here, for a caller to fill and [`Self::table`] to take.
    pub(crate) fn new_table(&self, group: &str, name: &str, location: &str) -> RouteTable {
        RouteTable::new(&self.subscription, group, name, location)
    }

    /// A security group without rules here, for a caller to fill and [`Self::security_group`] to take.
    pub(crate) fn new_security_group(&self, group: &str, name: &str, location: &str) -> SecurityGroup {
        SecurityGroup::new(&self.subscription, group, name, location)
    }

    /// Takes a route table; its id is what subnets name.
    pub(crate) fn table(&mut self, table: RouteTable) -> String {
        let id = table.id().to_owned();
        self.tables.push(table);
        id
    }

    /// Takes a security group; its id is what subnets name.
    pub(crate) fn security_group(&mut self, group: SecurityGroup) -> String {
        let id = group.id().to_owned();
        self.security_groups.push(group);
        id
    }

    /// Takes a network.
    pub(crate) fn vnet(&mut self, vnet: Vnet) {
        self.vnets.push(vnet);
    }

    /// Takes an application gateway, and gives its id.
    pub(crate) fn gateway(&mut self, gateway: ApplicationGateway) -> String {
        if let Some(subnet) = self.subnet(&gateway.subnet) {
            subnet.put_gateway(&gateway.gateway_ip_configuration());
            if gateway.private {
                subnet.put([gateway.private_frontend_id()]);
            }
        }
        let id = gateway.id().to_owned();
        self.made.application_gateways.push(gateway.finish());
        id
    }

    /// Takes a cluster, and puts what it holds into its networks.
    pub(crate) fn cluster(&mut self, cluster: Cluster) {
        let (ipam, managed, location) = (cluster.ipam, cluster.managed_network, cluster.location.clone());
        let running = !cluster.is_stopped();
        let services = if running { cluster.internal_services } else { 0 };
        let private = running && cluster.is_private_link();
        let (first, pods) = (cluster.first_subnet(), cluster.pod_cidr_network());
        let name = cluster.name.clone();
        let built = cluster.finish(&self.subscription);
        let managed_subnet = built
            .leases
            .iter()
            .any(|lease| lease.subnet.is_none())
            .then(|| self.managed_network(&built, ipam, &location, managed));
        let first = first.or_else(|| managed_subnet.clone());
        if let Some(first) = &first {
            self.services(first, &built.node_group, services);
            if private {
                self.api_server_endpoint(first, &built.node_group, &name);
            }
        }
        let mut node = 0;
        for lease in &built.leases {
            let Some(subnet) = lease.subnet.as_ref().or(managed_subnet.as_ref()) else { continue };
            let ids = lease.ip_configurations(&self.subscription, &built.node_group);
            if let Some(at) = self.subnet(subnet) {
                at.put(ids);
            }
            if let (Ipam::Kubenet, Some(pods)) = (ipam, pods) {
                self.kubenet_routes(lease, subnet, &built.node_group, pods, node);
            }
            node += lease.nodes;
        }
        self.made.clusters.push(built.json);
    }

    /// Everything, as ARM's JSON.
    pub(crate) fn finish(self) -> Resources {
        let mut users: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for vnet in &self.vnets {
            for subnet in &vnet.subnets {
                for property in ["routeTable", "networkSecurityGroup"] {
                    if let Some(id) = subnet.linked(property) {
                        users
                            .entry(id.to_ascii_lowercase())
                            .or_default()
                            .push(vnet.network.subnet(&subnet.name));
                    }
                }
            }
        }
        let users_of = |id: &str| users.get(&id.to_ascii_lowercase()).cloned().unwrap_or_default();
        let tables = self.tables.into_iter().map(|t| {
            let subnets = users_of(t.id());
            t.finish(&subnets)
        });
        let security_groups = self.security_groups.into_iter().map(|g| {
            let subnets = users_of(g.id());
            g.finish(&subnets)
        });
        Resources {
            route_tables: tables.collect(),
            network_security_groups: security_groups.collect(),
            virtual_networks: self.vnets.into_iter().map(Vnet::finish).collect(),
            ..self.made
        }
    }

    fn subnet(&mut self, id: &str) -> Option<&mut Subnet> {
        let vnet = self.vnets.iter_mut().find(|vnet| {
            let own = vnet.network.id();
            id.get(..own.len()).is_some_and(|start| start.eq_ignore_ascii_case(&own))
                && id.as_bytes().get(own.len()) == Some(&b'/')
        })?;
        let name = id.rsplit('/').next()?;
        vnet.subnets.iter_mut().find(|subnet| subnet.name.eq_ignore_ascii_case(name))
    }

    /// What AKS makes when no subnet is given: network, security group and, for kubenet, route table.
    fn managed_network(&mut self, built: &Built, ipam: Ipam, location: &str, space: (&str, &str)) -> String {
        let (subscription, group) = (self.subscription.clone(), &built.node_group);
        let digits = eight_digits(group);
        let network = Network::new(&subscription, group, &format!("aks-vnet-{digits}"), location, &[space.0]);
        let rules =
            SecurityGroup::new(&subscription, group, &format!("aks-agentpool-{digits}-nsg"), location);
        let mut subnet = Subnet::new("aks-subnet", space.1).security_group(rules.id());
        self.security_groups.push(rules);
        if ipam == Ipam::Kubenet {
            let table = RouteTable::new(
                &subscription,
                group,
                &format!("aks-agentpool-{digits}-routetable"),
                location,
            );
            subnet = subnet.route_table(table.id());
            self.tables.push(table);
        }
        self.vnets.push(Vnet::of(&network).subnet(subnet));
        network.subnet("aks-subnet")
    }

    fn services(&mut self, subnet: &str, node_group: &str, count: u32) {
        let balancer = resource(
            &self.subscription,
            node_group,
            "Microsoft.Network/loadBalancers",
            "kubernetes-internal",
        );
        let front_end = |i: u32| {
            let (a, b) = (digest(&format!("{node_group}{i}")), digest(&format!("{i}{node_group}")));
            format!("{balancer}/frontendIPConfigurations/a{a:016x}{:015x}", b >> 4)
        };
        if let Some(at) = self.subnet(subnet) {
            at.put((0..count).map(front_end));
        }
    }

    fn api_server_endpoint(&mut self, subnet: &str, node_group: &str, cluster: &str) {
        let endpoint =
            resource(&self.subscription, node_group, "Microsoft.Network/privateEndpoints", "kube-apiserver");
        let nic = format!("kube-apiserver.nic.{}", guid(&format!("{node_group}{cluster}")));
        let nic = resource(&self.subscription, node_group, "Microsoft.Network/networkInterfaces", &nic);
        if let Some(at) = self.subnet(subnet) {
            at.put([format!("{nic}/ipConfigurations/privateEndpointIpConfig")]);
            at.put_private_endpoint(endpoint);
        }
    }

    /// One route a node to its /24 of the pod CIDR, in the table of its subnet.
    fn kubenet_routes(&mut self, lease: &Lease, subnet: &str, node_group: &str, pods: u32, first: u32) {
        let placed = self.placed.entry(subnet.to_ascii_lowercase()).or_default();
        let already = *placed;
        *placed += lease.nodes;
        let Some((table, base)) =
            self.subnet(subnet).and_then(|s| Some((s.linked("routeTable")?.to_owned(), s.first_address())))
        else {
            return;
        };
        let Some(table) = self.tables.iter_mut().find(|t| t.id().eq_ignore_ascii_case(&table)) else {
            return;
        };
        for (node, index) in lease.node_names(node_group).iter().zip(0_u32..) {
            let network = std::net::Ipv4Addr::from(pods.saturating_add((first + index) << 8));
            let hop = std::net::Ipv4Addr::from(base.saturating_add(already + index)).to_string();
            let digits = network.to_string().replace('.', "");
            table.push(
                &format!("{node}____{digits}24"),
                &format!("{network}/24"),
                "VirtualAppliance",
                Some(&hop),
            );
            if lease.dual_stack {
                let block = first + index;
                let (name, prefix) = (
                    format!("{node}____fd123456789a0{block:x}80"),
                    format!("fd12:3456:789a:0:{block:x}::/80"),
                );
                table.push(&name, &prefix, "VirtualAppliance", Some(&format!("fd00:db8:{block:x}::4")));
            }
        }
    }
}
