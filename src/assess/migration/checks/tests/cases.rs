//! The table of cases.

use super::{
    Case,
    End::{Fail, Pass, Rebuild, Silent, Unknown, Warn},
    Start::{Kubenet, NodeSubnet},
    World, gap, peering, route, table_id,
};
use crate::{
    assess::testing::{
        Network, autoscaled, cluster, id, load_balancer, pool_in, scale_set, subnet, subnet_id, usage, vnet,
        vnet_id,
    },
    inventory::{
        Addon, ApplicationGateway, IdentityKind, NetworkDataplane, NetworkPlugin, NetworkPolicy,
        NetworkSecurityGroup, NodePool, OsType, PoolType, PowerState, Priority, ResourceId, RouteTable,
        ScaleDownMode, SecurityRule, What,
    },
    rules::CheckId as C,
};

pub(super) fn all() -> Vec<Case> {
    [
        eligibility(),
        identity(),
        overlap(),
        addresses(),
        capacity(),
        routing(),
        security(),
        traffic(),
        machines(),
        surge(),
        addons(),
        cilium(),
    ]
    .concat()
}

fn as_is(_: &mut World) {}

fn text(value: &str) -> Option<String> {
    Some(value.to_owned())
}

fn eligibility() -> Vec<Case> {
    vec![
        (C::Mig001, Kubenet, Pass, as_is),
        (C::Mig001, NodeSubnet, Pass, as_is),
        (C::Mig001, NodeSubnet, Fail, |w| w.pool().pod_subnet_id = Some(subnet_id("v", "other"))),
        (C::Mig001, Kubenet, Fail, |w| w.cluster().network.plugin = Some(NetworkPlugin::None)),
        (C::Mig001, Kubenet, Unknown, |w| w.cluster().network.plugin = None),
        (C::Mig002, Kubenet, Pass, as_is),
        (C::Mig002, Kubenet, Fail, |w| w.cluster().kubernetes_version = text("1.26.9")),
        (C::Mig002, Kubenet, Fail, |w| w.pool().kubernetes_version = text("1.26.9")),
        (C::Mig002, Kubenet, Pass, |w| w.cluster().kubernetes_version = text("1.27.0")),
        (C::Mig002, Kubenet, Unknown, |w| w.pool().kubernetes_version = None),
        (C::Mig003, Kubenet, Pass, as_is),
        (C::Mig003, Kubenet, Fail, |w| w.cluster().kubernetes_version = text("1.33.1")),
        (C::Mig003, Kubenet, Pass, |w| {
            w.cluster().kubernetes_version = text("1.33.1");
            w.cluster().sku_tier = text("Premium");
            w.cluster().support_plan = text("AKSLongTermSupport");
        }),
        (C::Mig003, Kubenet, Fail, |w| w.cluster().kubernetes_version = text("1.20.1")),
        (C::Mig003, Kubenet, Unknown, |w| w.cluster().kubernetes_version = None),
        (C::Mig003, Kubenet, Unknown, |w| w.cluster().kubernetes_version = text("1.99.0")),
        (C::Mig004, Kubenet, Pass, as_is),
        (C::Mig004, Kubenet, Fail, |w| w.pool().kubernetes_version = text("1.33.1")),
        (C::Mig004, Kubenet, Unknown, |w| w.cluster().kubernetes_version = None),
        (C::Mig005, Kubenet, Pass, as_is),
        (C::Mig005, Kubenet, Fail, |w| w.cluster().provisioning_state = text("Failed")),
        (C::Mig005, Kubenet, Fail, |w| w.pool().provisioning_state = text("Upgrading")),
        (C::Mig005, Kubenet, Unknown, |w| w.cluster().provisioning_state = None),
        (C::Mig006, Kubenet, Pass, as_is),
        (C::Mig006, Kubenet, Fail, |w| w.cluster().power_state = Some(PowerState::Stopped)),
        (C::Mig006, Kubenet, Unknown, |w| w.cluster().power_state = None),
        (C::Mig007, Kubenet, Pass, as_is),
        (C::Mig007, Kubenet, Fail, |w| w.pool().power_state = Some(PowerState::Stopped)),
        (C::Mig007, Kubenet, Unknown, |w| w.pool().power_state = None),
        (C::Mig008, Kubenet, Pass, as_is),
        (C::Mig008, Kubenet, Fail, |w| w.cluster().sku_name = text("automatic")),
        (C::Mig008, Kubenet, Unknown, |w| w.cluster().sku_name = None),
        (C::Mig011, NodeSubnet, Pass, as_is),
        (C::Mig011, NodeSubnet, Fail, |w| w.pool().pod_subnet_id = Some(subnet_id("v", "other"))),
        (C::Mig011, NodeSubnet, Unknown, |w| w.cluster().pools.clear()),
    ]
}

fn identify(w: &mut World, kind: IdentityKind) {
    if let Some(identity) = &mut w.cluster().identity {
        identity.kind = kind;
    }
}

fn identity() -> Vec<Case> {
    vec![
        (C::Mig012, Kubenet, Pass, as_is),
        (C::Mig012, Kubenet, Fail, |w| identify(w, IdentityKind::SystemAssigned)),
        (C::Mig012, Kubenet, Silent, |w| identify(w, IdentityKind::ServicePrincipal)),
        (C::Mig012, Kubenet, Unknown, |w| w.cluster().identity = None),
        (C::Mig013, Kubenet, Pass, as_is),
        (C::Mig013, Kubenet, Fail, |w| identify(w, IdentityKind::ServicePrincipal)),
        (C::Mig013, Kubenet, Unknown, |w| w.cluster().identity = None),
        (C::Mig017, Kubenet, Pass, as_is),
        (C::Mig017, Kubenet, Fail, |w| w.cluster().network.policy = Some(NetworkPolicy::Calico)),
        (C::Mig017, Kubenet, Unknown, |w| {
            w.cluster().network.policy = Some(NetworkPolicy::Other("new".to_owned()));
        }),
        (C::Mig018, NodeSubnet, Pass, as_is),
        (C::Mig018, NodeSubnet, Fail, |w| w.cluster().network.policy = Some(NetworkPolicy::Azure)),
        (C::Mig018, NodeSubnet, Warn, |w| {
            w.cluster().network.policy = Some(NetworkPolicy::Cilium);
            w.cluster().network.dataplane = Some(NetworkDataplane::Cilium);
        }),
        (C::Mig018, NodeSubnet, Unknown, |w| {
            w.cluster().network.policy = Some(NetworkPolicy::Other("new".to_owned()));
        }),
        (C::Mig019, Kubenet, Silent, as_is),
        (C::Mig019, Kubenet, Pass, |w| w.cluster().network.policy = Some(NetworkPolicy::Calico)),
        (C::Mig019, Kubenet, Fail, |w| {
            w.cluster().network.policy = Some(NetworkPolicy::Calico);
            w.cluster().kubernetes_version = text("1.29.4");
        }),
        (C::Mig019, Kubenet, Unknown, |w| {
            w.cluster().network.policy = Some(NetworkPolicy::Calico);
            w.cluster().kubernetes_version = None;
        }),
        (C::Mig025, Kubenet, Pass, as_is),
        (C::Mig025, Kubenet, Fail, |w| w.cluster().network.ip_families.push("IPv6".to_owned())),
        (C::Mig025, Kubenet, Unknown, |w| w.cluster().network.ip_families.clear()),
    ]
}

fn no_pod_cidr(w: &mut World) {
    w.cluster().network.pod_cidrs = std::iter::empty::<&str>().collect();
}

fn overlap() -> Vec<Case> {
    vec![
        (C::Mig026, Kubenet, Pass, as_is),
        (C::Mig026, Kubenet, Fail, |w| w.pod_cidr("10.1.0.0/16")),
        (C::Mig026, Kubenet, Fail, |w| w.pod_cidr("10.1.8.0/22")),
        (C::Mig026, Kubenet, Unknown, |w| w.inventory.virtual_networks.clear()),
        (C::Mig026, Kubenet, Unknown, no_pod_cidr),
        (C::Mig027, Kubenet, Pass, as_is),
        (C::Mig027, Kubenet, Fail, |w| w.pod_cidr("10.1.128.0/17")),
        (C::Mig027, Kubenet, Unknown, |w| w.inventory.virtual_networks.clear()),
        (C::Mig028, Kubenet, Pass, as_is),
        (C::Mig028, Kubenet, Warn, |w| w.vnet().peerings = vec![peering("hub", &["10.244.0.0/24"])]),
        (C::Mig028, NodeSubnet, Fail, |w| {
            w.vnet().peerings = vec![peering("hub", &["10.200.0.0/16"])];
            let chosen = Some("10.200.0.0/18".parse().unwrap());
            w.settings.clusters.entry(crate::assess::testing::cluster_id("shop")).or_default().pod_cidr =
                chosen;
        }),
        (C::Mig028, NodeSubnet, Fail, |w| {
            // The hub's other spoke is reached through the hub.
            w.vnet().peerings = vec![peering("hub", &["10.200.0.0/16"])];
            let mut hub = vnet("hub", &["10.200.0.0/16"], vec![]);
            hub.peerings = vec![peering("spoke", &["10.201.0.0/16"])];
            w.inventory.virtual_networks.push(hub);
            let chosen = Some("10.201.0.0/18".parse().unwrap());
            w.settings.clusters.entry(crate::assess::testing::cluster_id("shop")).or_default().pod_cidr =
                chosen;
        }),
        (C::Mig028, Kubenet, Warn, |w| w.vnet().peerings = vec![peering("hub", &[])]),
        (C::Mig028, NodeSubnet, Unknown, |w| {
            w.vnet().peerings = vec![peering("hub", &[])];
            let chosen = Some("10.200.0.0/18".parse().unwrap());
            w.settings.clusters.entry(crate::assess::testing::cluster_id("shop")).or_default().pod_cidr =
                chosen;
        }),
        (C::Mig028, Kubenet, Unknown, |w| w.inventory.virtual_networks.clear()),
        (C::Mig029, Kubenet, Pass, as_is),
        (C::Mig029, Kubenet, Fail, |w| w.options.on_premises.push("10.244.0.0/20".parse().unwrap())),
        (C::Mig029, Kubenet, Unknown, |w| w.options.on_premises.clear()),
        (C::Mig030, Kubenet, Pass, as_is),
        (C::Mig030, Kubenet, Fail, |w| w.pod_cidr("10.0.0.0/15")),
        (C::Mig030, Kubenet, Fail, |w| w.cluster().network.dns_service_ip = text("10.9.0.10")),
        (C::Mig030, Kubenet, Unknown, |w| {
            w.cluster().network.service_cidrs = std::iter::empty::<&str>().collect();
        }),
        (C::Mig031, Kubenet, Pass, as_is),
        (C::Mig031, Kubenet, Pass, |w| w.pod_cidr("172.29.0.0/16")),
        (C::Mig031, Kubenet, Fail, |w| w.pod_cidr("172.16.0.0/12")),
        (C::Mig031, Kubenet, Fail, |w| w.pod_cidr("172.31.4.0/22")),
        (C::Mig031, Kubenet, Unknown, no_pod_cidr),
        (C::Mig032, Kubenet, Pass, |w| w.pod_cidr("100.64.0.0/16")),
        (C::Mig032, Kubenet, Fail, |w| w.pod_cidr("20.0.0.0/16")),
        (C::Mig032, Kubenet, Unknown, no_pod_cidr),
        (C::Mig078, Kubenet, Pass, as_is),
        (C::Mig078, Kubenet, Fail, |w| w.inventory.clusters.push(cluster("bank", Network::Overlay))),
        (C::Mig078, Kubenet, Unknown, |w| w.inventory.coverage.push(gap(What::Clusters))),
    ]
}

fn addresses() -> Vec<Case> {
    vec![
        (C::Mig023, Kubenet, Pass, as_is),
        (C::Mig023, Kubenet, Fail, |w| w.pod_cidr("172.16.0.0/12")),
        (C::Mig023, Kubenet, Unknown, |w| w.inventory.virtual_networks.clear()),
        (C::Mig024, NodeSubnet, Pass, as_is),
        (C::Mig024, NodeSubnet, Fail, |w| w.settings.pod_cidr_pools = vec!["10.1.0.0/16".parse().unwrap()]),
        (C::Mig024, NodeSubnet, Unknown, |w| w.inventory.virtual_networks.clear()),
        (C::Mig033, Kubenet, Pass, |w| w.pod_cidr("10.244.0.0/21")),
        (C::Mig033, Kubenet, Warn, |w| {
            // 7 nodes and 2 of surge for 8 blocks of a /24.
            w.pod_cidr("10.244.0.0/21");
            w.pool().count = Some(4);
        }),
        (C::Mig033, Kubenet, Fail, |w| {
            w.pod_cidr("10.244.0.0/21");
            let auto = autoscaled("apps", 3, 3, 20);
            (w.pool().autoscaling, w.pool().max_count) = (auto.autoscaling, auto.max_count);
        }),
        (C::Mig033, Kubenet, Unknown, |w| w.pool().count = None),
        (C::Mig034, Kubenet, Pass, as_is),
        (C::Mig034, Kubenet, Fail, |w| w.pod_cidr("10.244.0.0/21")),
        (C::Mig034, Kubenet, Unknown, no_pod_cidr),
        (C::Mig037, Kubenet, Pass, as_is),
        (C::Mig037, Kubenet, Fail, |w| {
            let long = id(&format!("{}/subnets/{}", vnet_id("v"), "n".repeat(64)));
            w.pool().node_subnet_id = Some(long);
        }),
        (C::Mig037, Kubenet, Fail, |w| {
            let odd = vnet_id("v").to_string().replace("/net/", "/net(1)/");
            w.pool().node_subnet_id = Some(id(&format!("{odd}/subnets/nodes")));
        }),
        (C::Mig037, Kubenet, Unknown, |w| w.cluster().pools.clear()),
        (C::Mig038, Kubenet, Pass, as_is),
        (C::Mig038, Kubenet, Fail, |w| w.subnet().delegations.push("Microsoft.Web/serverFarms".to_owned())),
        (C::Mig038, Kubenet, Unknown, |w| w.inventory.virtual_networks.clear()),
    ]
}

fn small(w: &mut World, prefix: &str) {
    w.subnet().prefixes = [prefix].into_iter().collect();
}

fn capacity() -> Vec<Case> {
    vec![
        (C::Mig035, Kubenet, Pass, as_is),
        // Six nodes and two of surge in 11 addresses, then in 8.
        (C::Mig035, Kubenet, Pass, |w| small(w, "10.1.0.0/28")),
        (C::Mig035, Kubenet, Warn, |w| {
            small(w, "10.1.0.0/28");
            w.subnet().usage = usage(vec![
                scale_set("shop", "system", 3, 1),
                scale_set("shop", "apps", 3, 1),
                load_balancer("x", 2),
            ]);
        }),
        (C::Mig035, Kubenet, Fail, |w| {
            small(w, "10.1.0.0/28");
            w.pool().max_surge = text("100%");
            w.cluster().pools[0].max_surge = text("100%");
        }),
        (C::Mig035, Kubenet, Unknown, |w| w.inventory.virtual_networks.clear()),
        (C::Mig035, Kubenet, Unknown, |w| w.pool().max_surge = text("many")),
        (C::Mig080, Kubenet, Pass, as_is),
        // G-41: runs on kubenet, but the autoscaler's maximum does not fit.
        (C::Mig080, Kubenet, Fail, |w| {
            small(w, "10.1.0.0/27");
            (w.pool().autoscaling, w.pool().max_count) = (Some(true), Some(40));
        }),
        (C::Mig080, Kubenet, Unknown, |w| w.pool().count = None),
        (C::Mig080, Kubenet, Unknown, |w| w.inventory.virtual_networks.clear()),
        (C::Mig076, Kubenet, Pass, as_is),
        (C::Mig076, Kubenet, Fail, |w| {
            w.cluster().sku_tier = text("free");
            w.pool().count = Some(1_000);
        }),
        (C::Mig076, Kubenet, Unknown, |w| w.cluster().sku_tier = None),
    ]
}

fn own_table(w: &mut World) {
    let own = table_id("net", "own");
    w.subnet().route_table = Some(own.clone());
    w.inventory.route_tables[0].id = own;
}

fn neighbour(w: &mut World) {
    let mut other = cluster("bank", Network::Kubenet);
    other.pools = vec![pool_in("np", 1, "other")];
    w.inventory.clusters.push(other);
    w.vnet().subnets[1].route_table = Some(table_id("nodes-shop", "managed"));
}

fn routing() -> Vec<Case> {
    vec![
        (C::Mig039, Kubenet, Pass, as_is),
        (C::Mig039, Kubenet, Fail, own_table),
        (C::Mig039, Kubenet, Unknown, |w| w.inventory.virtual_networks.clear()),
        (C::Mig040, Kubenet, Pass, as_is),
        (C::Mig040, Kubenet, Pass, neighbour),
        (C::Mig040, Kubenet, Fail, |w| w.inventory.route_tables[0].subnets.push(subnet_id("v", "gateway"))),
        (C::Mig040, Kubenet, Unknown, |w| w.inventory.route_tables.clear()),
        (C::Mig041, Kubenet, Pass, as_is),
        (C::Mig041, Kubenet, Fail, neighbour),
        (C::Mig041, Kubenet, Unknown, |w| w.inventory.route_tables.clear()),
        (C::Mig042, Kubenet, Pass, as_is),
        (C::Mig042, Kubenet, Fail, |w| w.pool().node_subnet_id = Some(subnet_id("v", "other"))),
        (C::Mig042, Kubenet, Unknown, |w| w.inventory.virtual_networks.clear()),
        (C::Mig043, Kubenet, Pass, as_is),
        (C::Mig043, Kubenet, Fail, |w| w.cluster().network.outbound_type = text("userDefinedRouting")),
        (C::Mig043, Kubenet, Unknown, |w| w.cluster().network.outbound_type = None),
        (C::Mig044, Kubenet, Pass, |w| {
            w.inventory.route_tables.push(table("hub", "10.244.1.0/24", "10.9.0.4"));
        }),
        (C::Mig044, Kubenet, Fail, |w| {
            w.inventory.route_tables.push(table("hub", "10.244.1.0/24", "10.1.0.4"));
        }),
        (C::Mig044, Kubenet, Unknown, |w| w.inventory.coverage.push(gap(What::RouteTables))),
    ]
}

fn table(name: &str, prefix: &str, hop: &str) -> RouteTable {
    RouteTable {
        id: table_id("net", name),
        location: "westeurope".to_owned(),
        routes: vec![route(prefix, hop)],
        subnets: vec![],
    }
}

fn group_id() -> ResourceId {
    let base = crate::assess::testing::SUBSCRIPTION;
    id(&format!("{base}/resourceGroups/net/providers/Microsoft.Network/networkSecurityGroups/nsg"))
}

fn rule(priority: u32, access: &str, source: &str, destination: &str, ports: &str) -> SecurityRule {
    SecurityRule {
        name: format!("rule-{priority}"),
        priority: Some(priority),
        direction: text("Inbound"),
        access: text(access),
        protocol: text("*"),
        sources: vec![source.to_owned()],
        destinations: vec![destination.to_owned()],
        source_ports: vec!["*".to_owned()],
        destination_ports: vec![ports.to_owned()],
    }
}

fn guarded(w: &mut World, rules: Vec<SecurityRule>) {
    w.subnet().network_security_group = Some(group_id());
    w.inventory.network_security_groups =
        vec![NetworkSecurityGroup { id: group_id(), rules, subnets: vec![] }];
}

fn security() -> Vec<Case> {
    vec![
        (C::Mig046, Kubenet, Pass, as_is),
        (C::Mig046, Kubenet, Pass, |w| guarded(w, vec![rule(200, "Deny", "20.0.0.0/8", "*", "*")])),
        (C::Mig046, Kubenet, Pass, |w| {
            let allow = rule(100, "Allow", "10.244.0.0/16", "10.244.0.0/16", "*");
            guarded(w, vec![rule(200, "Deny", "*", "*", "*"), allow]);
        }),
        (C::Mig046, Kubenet, Fail, |w| guarded(w, vec![rule(200, "Deny", "*", "*", "*")])),
        (C::Mig046, Kubenet, Fail, |w| {
            let late = rule(300, "Allow", "10.244.0.0/16", "10.244.0.0/16", "*");
            guarded(w, vec![late, rule(200, "Deny", "10.0.0.0/8", "*", "*")]);
        }),
        (C::Mig046, Kubenet, Warn, |w| guarded(w, vec![rule(200, "Deny", "*", "*", "22")])),
        (C::Mig046, Kubenet, Warn, |w| guarded(w, vec![rule(200, "Deny", "VirtualNetwork", "*", "*")])),
        (C::Mig046, Kubenet, Unknown, |w| w.subnet().network_security_group = Some(group_id())),
        (C::Cil018, NodeSubnet, Pass, as_is),
        (C::Cil018, NodeSubnet, Fail, |w| {
            let mut deny = rule(200, "Deny", "*", "Internet", "*");
            deny.direction = text("Outbound");
            guarded(w, vec![deny]);
        }),
        (C::Cil018, NodeSubnet, Unknown, |w| w.subnet().network_security_group = Some(group_id())),
    ]
}

fn traffic() -> Vec<Case> {
    vec![
        (C::Mig048, Kubenet, Silent, as_is),
        (C::Mig048, Kubenet, Pass, |w| w.cluster().proxy_exceptions = Some(vec!["10.244.0.0/16".to_owned()])),
        (C::Mig048, Kubenet, Fail, |w| w.cluster().proxy_exceptions = Some(vec!["localhost".to_owned()])),
        (C::Mig048, Kubenet, Unknown, |w| {
            w.cluster().proxy_exceptions = Some(vec![]);
            w.inventory.virtual_networks.clear();
            no_pod_cidr(w);
        }),
        (C::Mig049, Kubenet, Pass, as_is),
        (C::Mig049, Kubenet, Fail, |w| w.cluster().api_server.private_cluster = Some(true)),
        (C::Mig049, Kubenet, Fail, |w| w.vnet().dns_servers.push("10.9.0.4".to_owned())),
        (C::Mig049, Kubenet, Unknown, |w| w.inventory.virtual_networks.clear()),
        (C::Mig050, Kubenet, Pass, as_is),
        (C::Mig050, Kubenet, Fail, |w| w.cluster().network.load_balancer_sku = text("Basic")),
        (C::Mig050, Kubenet, Rebuild, |w| {
            w.cluster().network.load_balancer_sku = text("basic");
            w.subnet().usage.owners.push(load_balancer("nodes-shop", 1));
        }),
        (C::Mig050, Kubenet, Fail, |w| {
            w.cluster().network.load_balancer_sku = text("basic");
            w.subnet().usage.owners.push(load_balancer("nodes-shop", 1));
            w.pool().pool_type = Some(PoolType::AvailabilitySet);
        }),
        (C::Mig050, Kubenet, Unknown, |w| w.cluster().network.load_balancer_sku = None),
    ]
}

fn windows(w: &mut World, sku: Option<&str>, image: Option<&str>) {
    let pool = w.pool();
    pool.os_type = Some(OsType::Windows);
    pool.os_sku = sku.map(str::to_owned);
    pool.node_image_version = image.map(str::to_owned);
}

fn machines() -> Vec<Case> {
    vec![
        (C::Mig052, Kubenet, Pass, as_is),
        (C::Mig052, Kubenet, Fail, |w| w.pool().pool_type = Some(PoolType::AvailabilitySet)),
        (C::Mig052, Kubenet, Unknown, |w| w.pool().pool_type = None),
        (C::Mig053, Kubenet, Pass, as_is),
        (C::Mig053, Kubenet, Fail, |w| w.pool().vm_size = text("standard_dc4s_V2")),
        (C::Mig053, Kubenet, Unknown, |w| w.pool().vm_size = None),
        (C::Mig054, NodeSubnet, Silent, as_is),
        (C::Mig054, NodeSubnet, Pass, |w| {
            windows(w, None, Some("AKSWindows-2022-containerd-20348.4000.251101"))
        }),
        (C::Mig054, NodeSubnet, Fail, |w| windows(w, None, Some("AKSWindows-2019-17763.2061.210714"))),
        (C::Mig054, NodeSubnet, Unknown, |w| {
            windows(w, None, None);
            w.pool().kubernetes_version = None;
            w.cluster().kubernetes_version = None;
        }),
        (C::Mig055, NodeSubnet, Silent, as_is),
        (C::Mig055, NodeSubnet, Pass, |w| {
            windows(w, Some("Windows2022"), Some("AKSWindows-2022-containerd-20348.1668.230401"));
        }),
        (C::Mig055, NodeSubnet, Warn, |w| {
            windows(w, Some("Windows2022"), Some("AKSWindows-2022-containerd-20348.1607.230221"));
        }),
        (C::Mig055, NodeSubnet, Fail, |w| windows(w, Some("windows2019"), None)),
        (C::Mig055, NodeSubnet, Unknown, |w| windows(w, None, None)),
        (C::Mig056, Kubenet, Pass, as_is),
        (C::Mig056, Kubenet, Fail, |w| w.cluster().windows_profile = false),
        (C::Mig057, Kubenet, Pass, as_is),
        (C::Mig057, Kubenet, Fail, |w| {
            w.pool().node_image_version = text("AKSAzureLinux-V2gen2-202512.01.0")
        }),
        (C::Mig057, Kubenet, Fail, |w| w.pool().os_sku = text("flatcar")),
        // Images of Windows Server 2019 are removed on 1 April 2027 only.
        (C::Mig057, NodeSubnet, Pass, |w| windows(w, Some("Windows2019"), None)),
        (C::Mig057, Kubenet, Unknown, |w| {
            (w.pool().os_sku, w.pool().node_image_version) = (None, None);
        }),
    ]
}

fn surge() -> Vec<Case> {
    vec![
        (C::Mig058, Kubenet, Pass, as_is),
        (C::Mig058, Kubenet, Fail, |w| w.pool().max_surge = text("0")),
        (C::Mig058, Kubenet, Unknown, |w| w.pool().max_surge = text("many")),
        (C::Mig059, Kubenet, Pass, as_is),
        (C::Mig059, Kubenet, Fail, |w| w.pool().count = Some(1)),
        (C::Mig059, Kubenet, Unknown, |w| w.pool().count = None),
        (C::Mig062, Kubenet, Pass, as_is),
        (C::Mig062, Kubenet, Fail, |w| w.pool().priority = Some(Priority::Spot)),
        (C::Mig062, Kubenet, Unknown, |w| w.pool().priority = Some(Priority::Other("Low".to_owned()))),
        (C::Mig063, Kubenet, Pass, as_is),
        (C::Mig063, Kubenet, Fail, |w| w.pool().scale_down_mode = Some(ScaleDownMode::Deallocate)),
        (C::Mig063, Kubenet, Fail, |w| w.pool().eviction_policy = text("Deallocate")),
        (C::Mig063, Kubenet, Unknown, |w| w.pool().scale_down_mode = None),
        (C::Mig064, Kubenet, Pass, as_is),
        (C::Mig064, Kubenet, Fail, |w| w.pool().drain_timeout_minutes = Some(60)),
        (C::Mig064, Kubenet, Fail, |w| w.pool().node_soak_minutes = Some(5)),
        (C::Mig065, Kubenet, Pass, as_is),
        (C::Mig065, Kubenet, Fail, |w| w.pool().autoscaling = Some(true)),
        (C::Mig065, Kubenet, Unknown, |w| w.pool().autoscaling = None),
    ]
}

fn add(w: &mut World, name: &str, enabled: Option<bool>, settings: &[(&str, String)]) {
    let settings = settings.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect();
    w.cluster().addons.insert(name.to_owned(), Addon { enabled, settings });
}

fn gateway_id() -> ResourceId {
    let base = crate::assess::testing::SUBSCRIPTION;
    id(&format!("{base}/resourceGroups/net/providers/Microsoft.Network/applicationGateways/agw"))
}

/// Turns the ingress controller on, with a gateway in this subnet of network `v`.
fn ingress(w: &mut World, prefix: &str, delegation: Option<&str>) {
    let settings = [("applicationgatewayid", gateway_id().to_string())];
    add(w, "ingressApplicationGateway", Some(true), &settings);
    let mut made = subnet("agw", prefix, vec![]);
    made.delegations.extend(delegation.map(str::to_owned));
    w.vnet().subnets.push(made);
    w.inventory.application_gateways = vec![ApplicationGateway {
        id: gateway_id(),
        tier: text("WAF_v2"),
        capacity: Some(2),
        max_capacity: None,
        subnets: vec![subnet_id("v", "agw")],
        private_frontends: vec![],
    }];
}

const GATEWAYS: Option<&str> = Some("Microsoft.Network/applicationGateways");

fn for_containers(w: &mut World, prefix: &str) {
    let mut made = subnet("alb", prefix, vec![]);
    made.delegations.push("Microsoft.ServiceNetworking/trafficControllers".to_owned());
    w.vnet().subnets.push(made);
}

fn addons() -> Vec<Case> {
    vec![
        (C::Mig067, NodeSubnet, Pass, as_is),
        (C::Mig067, NodeSubnet, Fail, |w| add(w, "aciConnectorLinux", Some(true), &[])),
        (C::Mig067, NodeSubnet, Unknown, |w| add(w, "aciConnectorLinux", None, &[])),
        (C::Mig068, Kubenet, Silent, as_is),
        (C::Mig068, Kubenet, Pass, |w| ingress(w, "10.1.9.0/24", GATEWAYS)),
        (C::Mig068, Kubenet, Fail, |w| ingress(w, "10.1.10.0/23", GATEWAYS)),
        (C::Mig068, Kubenet, Fail, |w| ingress(w, "10.1.9.0/24", None)),
        (C::Mig068, Kubenet, Fail, |w| {
            ingress(w, "10.1.9.0/24", GATEWAYS);
            w.inventory.application_gateways[0].subnets = vec![subnet_id("elsewhere", "agw")];
        }),
        (C::Mig068, Kubenet, Fail, |w| {
            ingress(w, "10.1.9.0/24", GATEWAYS);
            w.inventory.cloud = "china".to_owned();
        }),
        (C::Mig068, Kubenet, Unknown, |w| {
            ingress(w, "10.1.9.0/24", GATEWAYS);
            w.inventory.application_gateways.clear();
        }),
        (C::Mig069, NodeSubnet, Pass, |w| for_containers(w, "10.1.9.0/24")),
        (C::Mig069, NodeSubnet, Fail, |w| for_containers(w, "10.1.10.0/23")),
        (C::Mig069, NodeSubnet, Unknown, |w| {
            for_containers(w, "10.1.10.0/23");
            neighbour(w);
        }),
        (C::Mig071, NodeSubnet, Pass, as_is),
        (C::Mig071, NodeSubnet, Fail, |w| w.cluster().node_provisioning_mode = text("Auto")),
        (C::Mig071, NodeSubnet, Unknown, |w| w.cluster().node_provisioning_mode = text("Sometimes")),
        (C::Mig072, Kubenet, Pass, as_is),
        (C::Mig072, Kubenet, Fail, |w| w.cluster().pod_identity = Some(true)),
        (C::Mig072, Kubenet, Silent, |w| w.cluster().pod_identity = None),
        (C::Mig075, Kubenet, Pass, as_is),
        (C::Mig075, Kubenet, Fail, |w| w.cluster().upgrade_channel = text("stable")),
        (C::Mig075, Kubenet, Unknown, |w| {
            (w.cluster().upgrade_channel, w.cluster().node_os_upgrade_channel) = (None, None);
        }),
    ]
}

fn cilium() -> Vec<Case> {
    vec![
        (C::Cil001, NodeSubnet, Pass, as_is),
        (C::Cil001, Kubenet, Fail, as_is),
        (C::Cil001, NodeSubnet, Unknown, |w| w.cluster().network.plugin = None),
        (C::Cil002, NodeSubnet, Pass, as_is),
        (C::Cil002, NodeSubnet, Fail, |w| w.cluster().pools.push(stopped_windows())),
        (C::Cil002, NodeSubnet, Unknown, |w| w.pool().os_type = None),
        (C::Cil003, NodeSubnet, Pass, as_is),
        (C::Cil003, NodeSubnet, Fail, |w| w.cluster().node_provisioning_mode = text("auto")),
        (C::Cil003, NodeSubnet, Unknown, |w| w.cluster().node_provisioning_mode = text("Sometimes")),
        (C::Cil005, NodeSubnet, Pass, as_is),
        (C::Cil005, NodeSubnet, Fail, |w| w.cluster().network.dataplane = Some(NetworkDataplane::Cilium)),
        (C::Cil005, NodeSubnet, Unknown, |w| {
            w.cluster().network.dataplane = Some(NetworkDataplane::Other("new".to_owned()));
        }),
        (C::Cil006, NodeSubnet, Pass, as_is),
        (C::Cil006, NodeSubnet, Fail, |w| w.cluster().kubernetes_version = text("1.30.1")),
        (C::Cil006, NodeSubnet, Unknown, |w| w.cluster().kubernetes_version = None),
        (C::Cil017, NodeSubnet, Pass, as_is),
        (C::Cil017, NodeSubnet, Fail, |w| w.cluster().network.policy = Some(NetworkPolicy::Azure)),
        (C::Cil017, NodeSubnet, Unknown, |w| {
            w.cluster().network.policy = Some(NetworkPolicy::Other("new".to_owned()));
        }),
    ]
}

fn stopped_windows() -> NodePool {
    NodePool {
        os_type: Some(OsType::Windows),
        power_state: Some(PowerState::Stopped),
        ..pool_in("win", 0, "nodes")
    }
}
