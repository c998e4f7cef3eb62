//! The table of cases.

mod machines;

use super::{
    Case,
    End::{Doubt, Fail, Pass, Rebuild, Silent, Unknown, Warn},
    Start::{Kubenet, NodeSubnet},
    World, gap, peering, route, table_id,
};
use crate::{
    assess::testing::{
        Network, autoscaled, cluster, id, load_balancer, pool_in, scale_set, subnet_id, usage, vnet, vnet_id,
    },
    inventory::{
        IdentityKind, NetworkDataplane, NetworkPlugin, NetworkPolicy, NetworkSecurityGroup, PoolType,
        PowerState, ResourceId, RouteTable, SecurityRule, What,
    },
    rules::CheckId as C,
};

pub(crate) fn all() -> Vec<Case> {
    [
        eligibility(),
        identity(),
        overlap(),
        addresses(),
        capacity(),
        routing(),
        security(),
        traffic(),
        machines::all(),
    ]
    .concat()
}

fn as_is(_: &mut World) {}

#[expect(clippy::unnecessary_wraps, reason = "the fields it fills are optional")]
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
        (C::Mig005, Kubenet, Unknown, |w| w.cluster().pools_known = false),
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
            w.options
                .migration
                .settings
                .clusters
                .entry(crate::assess::testing::cluster_id("shop"))
                .or_default()
                .pod_cidr = chosen;
        }),
        (C::Mig028, NodeSubnet, Fail, |w| {
            // The hub's other spoke is reached through the hub.
            w.vnet().peerings = vec![peering("hub", &["10.200.0.0/16"])];
            let mut hub = vnet("hub", &["10.200.0.0/16"], vec![]);
            hub.peerings = vec![peering("spoke", &["10.201.0.0/16"])];
            w.inventory.virtual_networks.push(hub);
            let chosen = Some("10.201.0.0/18".parse().unwrap());
            w.options
                .migration
                .settings
                .clusters
                .entry(crate::assess::testing::cluster_id("shop"))
                .or_default()
                .pod_cidr = chosen;
        }),
        // A range in use may overlap what could not be read, which a failure would only warn of.
        (C::Mig028, Kubenet, Doubt, |w| w.vnet().peerings = vec![peering("hub", &[])]),
        (C::Mig028, NodeSubnet, Unknown, |w| {
            w.vnet().peerings = vec![peering("hub", &[])];
            let chosen = Some("10.200.0.0/18".parse().unwrap());
            w.options
                .migration
                .settings
                .clusters
                .entry(crate::assess::testing::cluster_id("shop"))
                .or_default()
                .pod_cidr = chosen;
        }),
        (C::Mig028, Kubenet, Unknown, |w| w.inventory.virtual_networks.clear()),
        (C::Mig029, Kubenet, Pass, as_is),
        (C::Mig029, Kubenet, Fail, |w| w.options.on_premises.push("10.244.0.0/20".parse().unwrap())),
        (C::Mig029, Kubenet, Unknown, |w| w.options.on_premises.clear()),
        (C::Mig030, Kubenet, Pass, as_is),
        (C::Mig030, Kubenet, Fail, |w| w.pod_cidr("10.0.0.0/15")),
        (C::Mig030, Kubenet, Fail, |w| w.cluster().network.dns_service_ip = text("10.9.0.10")),
        (C::Mig030, Kubenet, Unknown, |w| w.cluster().network.dns_service_ip = None),
        (C::Mig030, Kubenet, Unknown, |w| w.cluster().network.dns_service_ip = text("10.0.0")),
        (C::Mig030, Kubenet, Fail, |w| {
            w.pod_cidr("10.0.0.0/15");
            w.cluster().network.dns_service_ip = None;
        }),
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
        (C::Mig024, NodeSubnet, Fail, |w| {
            w.options.migration.settings.pod_cidr_pools = vec!["10.1.0.0/16".parse().unwrap()];
        }),
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
        (C::Mig033, Kubenet, Doubt, |w| w.pool().max_surge = text("many")),
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
        // A stopped cluster needs its nodes back first.
        (C::Mig035, Kubenet, Fail, |w| {
            small(w, "10.1.0.0/29");
            w.subnet().usage = usage(vec![]);
            w.cluster().power_state = Some(PowerState::Stopped);
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
            let allow = rule(100, "Allow", "10.0.0.0/8", "10.0.0.0/8", "*");
            guarded(w, vec![rule(200, "Deny", "*", "*", "*"), allow]);
        }),
        // Pods reach each other, but nodes reach neither pods nor nodes.
        (C::Mig046, Kubenet, Fail, |w| {
            let allow = rule(100, "Allow", "10.244.0.0/16", "10.244.0.0/16", "*");
            guarded(w, vec![rule(200, "Deny", "*", "*", "*"), allow]);
        }),
        (C::Mig046, Kubenet, Fail, |w| {
            guarded(w, vec![rule(200, "Deny", "10.1.0.0/22", "10.244.0.0/16", "*")]);
        }),
        (C::Mig046, Kubenet, Fail, |w| {
            guarded(w, vec![rule(200, "Deny", "10.1.0.0/22", "10.1.0.0/22", "*")]);
        }),
        (C::Mig046, Kubenet, Fail, |w| guarded(w, vec![rule(200, "Deny", "*", "*", "*")])),
        (C::Mig046, Kubenet, Fail, |w| {
            let late = rule(300, "Allow", "10.0.0.0/8", "10.0.0.0/8", "*");
            guarded(w, vec![late, rule(200, "Deny", "10.0.0.0/8", "*", "*")]);
        }),
        // An allowed part leaves the rest denied.
        (C::Mig046, Kubenet, Fail, |w| {
            let part = rule(100, "Allow", "10.244.0.0/17", "10.244.0.0/17", "*");
            guarded(w, vec![part, rule(200, "Deny", "10.244.0.0/16", "*", "*")]);
        }),
        (C::Mig046, Kubenet, Warn, |w| guarded(w, vec![rule(200, "Deny", "*", "*", "22")])),
        // Whether the tag speaks of pods is not documented; of nodes it does.
        (C::Mig046, Kubenet, Warn, |w| {
            guarded(w, vec![rule(200, "Deny", "10.244.0.0/16", "VirtualNetwork", "*")]);
        }),
        (C::Mig046, Kubenet, Fail, |w| guarded(w, vec![rule(200, "Deny", "VirtualNetwork", "*", "*")])),
        (C::Mig046, Kubenet, Warn, |w| {
            let tagged = rule(100, "Allow", "VirtualNetwork", "VirtualNetwork", "*");
            guarded(w, vec![tagged, rule(4096, "Deny", "*", "*", "*")]);
        }),
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
