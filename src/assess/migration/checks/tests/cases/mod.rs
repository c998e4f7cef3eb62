//! The table of cases.

mod identity;
mod machines;
mod routing;

use super::{
    Case,
    End::{Doubt, Fail, Pass, Rebuild, Silent, Unknown, Warn},
    Start::{Kubenet, NodeSubnet},
    World, clean, forwarding, gap, peering, table_id,
};
use crate::{
    assess::testing::{
        Network, autoscaled, cluster, id, load_balancer, pool_in, scale_set, subnet_id, usage, vnet_id,
    },
    inventory::{
        CoverageEntry, IdentityKind, KeyVaultKms, NetworkDataplane, NetworkPlugin, NetworkPolicy,
        NetworkSecurityGroup, NodePool, Peering, PoolMode, PoolType, PowerState, Prefixes, ResourceId,
        SecurityRule, What,
    },
    rules::CheckId as C,
};

pub(crate) fn all() -> Vec<Case> {
    [
        eligibility(),
        identity::all(),
        overlap(),
        shared_ranges(),
        addresses(),
        capacity(),
        routing::all(),
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
        (C::SourceMode, Kubenet, Pass, as_is),
        (C::SourceMode, NodeSubnet, Pass, as_is),
        (C::SourceMode, NodeSubnet, Fail, |w| w.pool().pod_subnet_id = Some(subnet_id("v", "other"))),
        (C::SourceMode, Kubenet, Fail, |w| w.cluster().network.plugin = Some(NetworkPlugin::None)),
        (C::SourceMode, Kubenet, Unknown, |w| w.cluster().network.plugin = None),
        (C::KubernetesVersion, Kubenet, Pass, as_is),
        (C::KubernetesVersion, Kubenet, Fail, |w| w.cluster().kubernetes_version = text("1.26.9")),
        (C::KubernetesVersion, Kubenet, Fail, |w| w.pool().kubernetes_version = text("1.26.9")),
        (C::KubernetesVersion, Kubenet, Pass, |w| w.cluster().kubernetes_version = text("1.27.0")),
        (C::KubernetesVersion, Kubenet, Unknown, |w| w.pool().kubernetes_version = None),
        (C::VersionSupported, Kubenet, Pass, as_is),
        (C::VersionSupported, Kubenet, Fail, |w| w.cluster().kubernetes_version = text("1.33.1")),
        (C::VersionSupported, Kubenet, Pass, |w| {
            w.cluster().kubernetes_version = text("1.33.1");
            w.cluster().sku_tier = text("Premium");
            w.cluster().support_plan = text("AKSLongTermSupport");
        }),
        (C::VersionSupported, Kubenet, Fail, |w| w.cluster().kubernetes_version = text("1.20.1")),
        (C::VersionSupported, Kubenet, Unknown, |w| w.cluster().kubernetes_version = None),
        (C::VersionSupported, Kubenet, Unknown, |w| w.cluster().kubernetes_version = text("1.99.0")),
        (C::VersionSkew, Kubenet, Pass, as_is),
        (C::VersionSkew, Kubenet, Fail, |w| w.pool().kubernetes_version = text("1.33.1")),
        (C::VersionSkew, Kubenet, Unknown, |w| w.cluster().kubernetes_version = None),
        (C::ProvisioningState, Kubenet, Pass, as_is),
        (C::ProvisioningState, Kubenet, Fail, |w| w.cluster().provisioning_state = text("Failed")),
        (C::ProvisioningState, Kubenet, Fail, |w| w.pool().provisioning_state = text("Upgrading")),
        (C::ProvisioningState, Kubenet, Unknown, |w| w.cluster().provisioning_state = None),
        (C::ProvisioningState, Kubenet, Unknown, |w| w.cluster().pools_known = false),
        (C::ClusterRunning, Kubenet, Pass, as_is),
        (C::ClusterRunning, Kubenet, Fail, |w| w.cluster().power_state = Some(PowerState::Stopped)),
        (C::ClusterRunning, Kubenet, Unknown, |w| w.cluster().power_state = None),
        (C::PoolsRunning, Kubenet, Pass, as_is),
        (C::PoolsRunning, Kubenet, Fail, |w| w.pool().power_state = Some(PowerState::Stopped)),
        (C::PoolsRunning, Kubenet, Unknown, |w| w.pool().power_state = None),
        (C::AksAutomatic, Kubenet, Pass, as_is),
        (C::AksAutomatic, Kubenet, Fail, |w| w.cluster().sku_name = text("automatic")),
        (C::AksAutomatic, Kubenet, Unknown, |w| w.cluster().sku_name = None),
        (C::PodSubnet, NodeSubnet, Pass, as_is),
        (C::PodSubnet, NodeSubnet, Fail, |w| w.pool().pod_subnet_id = Some(subnet_id("v", "other"))),
        (C::PodSubnet, NodeSubnet, Unknown, |w| w.cluster().pools.clear()),
    ]
}

fn no_pod_cidr(w: &mut World) {
    w.cluster().network.pod_cidrs = std::iter::empty::<&str>().collect();
}

fn services(w: &mut World, range: &str) {
    w.cluster().network.service_cidrs = [range].into_iter().collect();
}

fn nodes_in(w: &mut World, prefix: &str, space: &str) {
    w.subnet().prefixes = [prefix].into_iter().collect();
    w.vnet().address_space = [space].into_iter().collect();
}

fn overlap() -> Vec<Case> {
    vec![
        (C::PodCidrSubnets, Kubenet, Pass, as_is),
        (C::PodCidrSubnets, Kubenet, Fail, |w| w.pod_cidr("10.1.0.0/16")),
        (C::PodCidrSubnets, Kubenet, Fail, |w| w.pod_cidr("10.1.8.0/22")),
        (C::PodCidrSubnets, Kubenet, Unknown, |w| w.inventory.virtual_networks.clear()),
        (C::PodCidrSubnets, Kubenet, Unknown, no_pod_cidr),
        (C::PodCidrNetwork, Kubenet, Pass, as_is),
        (C::PodCidrNetwork, Kubenet, Fail, |w| w.pod_cidr("10.1.128.0/17")),
        (C::PodCidrNetwork, Kubenet, Unknown, |w| w.inventory.virtual_networks.clear()),
        (C::PodCidrPeers, Kubenet, Pass, as_is),
        (C::PodCidrPeers, Kubenet, Warn, |w| w.vnet().peerings = vec![peering("hub", &["10.244.0.0/24"])]),
        (C::PodCidrPeers, NodeSubnet, Fail, |w| {
            w.vnet().peerings = vec![peering("hub", &["10.200.0.0/16"])];
            w.choose_pod_cidr("10.200.0.0/18");
        }),
        (C::PodCidrPeers, NodeSubnet, Fail, |w| {
            // The hub's other spoke is reached through the hub, which passes traffic on.
            w.vnet().peerings = vec![forwarding("hub", &["10.200.0.0/16"])];
            w.hub_with("spoke", forwarding);
            w.choose_pod_cidr("10.201.0.0/18");
        }),
        // It is not where either side passes nothing on.
        (C::PodCidrPeers, NodeSubnet, Pass, |w| {
            w.vnet().peerings = vec![peering("hub", &["10.200.0.0/16"])];
            w.hub_with("spoke", forwarding);
            w.choose_pod_cidr("10.201.0.0/18");
        }),
        (C::PodCidrPeers, NodeSubnet, Pass, |w| {
            w.vnet().peerings = vec![forwarding("hub", &["10.200.0.0/16"])];
            w.hub_with("spoke", peering);
            w.choose_pod_cidr("10.201.0.0/18");
        }),
        // What lies behind a hub that nobody could read is not known, unless the user knows of it.
        (C::PodCidrPeers, NodeSubnet, Unknown, |w| {
            w.vnet().peerings = vec![forwarding("hub", &["10.200.0.0/16"])];
            w.choose_pod_cidr("10.201.0.0/18");
        }),
        (C::PodCidrPeers, NodeSubnet, Pass, |w| {
            w.vnet().peerings = vec![forwarding("hub", &["10.200.0.0/16"])];
            w.options.accept_unread = vec![vnet_id("hub").to_string()];
            w.choose_pod_cidr("10.201.0.0/18");
        }),
        (C::PodCidrPeers, Kubenet, Pass, |w| {
            let initiated = Some("Initiated".to_owned());
            w.vnet().peerings = vec![Peering { state: initiated, ..peering("hub", &["10.244.0.0/24"]) }];
        }),
        // A range in use may overlap what could not be read, which a failure would only warn of.
        (C::PodCidrPeers, Kubenet, Doubt, |w| w.vnet().peerings = vec![peering("hub", &[])]),
        (C::PodCidrPeers, NodeSubnet, Unknown, |w| {
            w.vnet().peerings = vec![peering("hub", &[])];
            w.choose_pod_cidr("10.200.0.0/18");
        }),
        (C::PodCidrPeers, Kubenet, Unknown, |w| w.inventory.virtual_networks.clear()),
        (C::PodCidrOutsideAzure, Kubenet, Pass, as_is),
        (C::PodCidrOutsideAzure, Kubenet, Fail, |w| {
            w.options.on_premises.push("10.244.0.0/20".parse().unwrap());
        }),
        (C::PodCidrOutsideAzure, Kubenet, Unknown, |w| w.options.on_premises.clear()),
        (C::OwnReservedRanges, Kubenet, Pass, as_is),
        (C::OwnReservedRanges, Kubenet, Rebuild, |w| services(w, "172.31.16.0/20")),
        // An overlap is enough, on either side.
        (C::OwnReservedRanges, NodeSubnet, Rebuild, |w| services(w, "172.16.0.0/12")),
        (C::OwnReservedRanges, Kubenet, Pass, |w| services(w, "172.29.0.0/16")),
        (C::OwnReservedRanges, Kubenet, Rebuild, |w| nodes_in(w, "172.30.0.0/22", "172.30.0.0/16")),
        (C::OwnReservedRanges, NodeSubnet, Rebuild, |w| nodes_in(w, "192.0.2.0/24", "192.0.2.0/24")),
        // Space of the network in which no nodes are can be given up.
        (C::OwnReservedRanges, Kubenet, Warn, |w| nodes_in(w, "172.16.0.0/22", "172.16.0.0/12")),
        // A reserved pod CIDR is cured by another one: MIG-031.
        (C::OwnReservedRanges, Kubenet, Pass, |w| w.pod_cidr("172.30.0.0/16")),
        (C::OwnReservedRanges, Kubenet, Unknown, |w| w.cluster().network.service_cidrs = Prefixes::default()),
        (C::OwnReservedRanges, Kubenet, Unknown, |w| w.inventory.virtual_networks.clear()),
        (C::OwnReservedRanges, Kubenet, Rebuild, |w| {
            services(w, "169.254.0.0/24");
            w.inventory.virtual_networks.clear();
        }),
        (C::ServiceCidr, Kubenet, Pass, as_is),
        (C::ServiceCidr, Kubenet, Fail, |w| w.pod_cidr("10.0.0.0/15")),
        (C::ServiceCidr, Kubenet, Rebuild, |w| w.cluster().network.dns_service_ip = text("10.9.0.10")),
        (C::ServiceCidr, Kubenet, Unknown, |w| w.cluster().network.dns_service_ip = None),
        (C::ServiceCidr, Kubenet, Unknown, |w| w.cluster().network.dns_service_ip = text("10.0.0")),
        (C::ServiceCidr, Kubenet, Fail, |w| {
            w.pod_cidr("10.0.0.0/15");
            w.cluster().network.dns_service_ip = None;
        }),
        (C::ServiceCidr, Kubenet, Unknown, |w| {
            w.cluster().network.service_cidrs = std::iter::empty::<&str>().collect();
        }),
        (C::ReservedRanges, Kubenet, Pass, as_is),
        (C::ReservedRanges, Kubenet, Pass, |w| w.pod_cidr("172.29.0.0/16")),
        (C::ReservedRanges, Kubenet, Fail, |w| w.pod_cidr("172.16.0.0/12")),
        (C::ReservedRanges, Kubenet, Fail, |w| w.pod_cidr("172.31.4.0/22")),
        (C::ReservedRanges, Kubenet, Unknown, no_pod_cidr),
        (C::PrivateRange, Kubenet, Pass, |w| w.pod_cidr("100.64.0.0/16")),
        (C::PrivateRange, Kubenet, Fail, |w| w.pod_cidr("20.0.0.0/16")),
        (C::PrivateRange, Kubenet, Unknown, no_pod_cidr),
    ]
}

fn shared_ranges() -> Vec<Case> {
    vec![
        (C::PodCidrReused, Kubenet, Pass, as_is),
        (C::PodCidrReused, Kubenet, Fail, |w| bank_in(w, "v")),
        (C::PodCidrReused, Kubenet, Pass, |w| bank_in(w, "beside")),
        (C::PodCidrReused, Kubenet, Fail, |w| {
            bank_in(w, "beside");
            w.vnet().peerings = vec![peering("beside", &["10.201.0.0/16"])];
        }),
        (C::PodCidrReused, Kubenet, Unknown, |w| {
            w.vnet().peerings = vec![forwarding("hub", &["10.200.0.0/16"])];
        }),
        (C::PodCidrReused, Kubenet, Unknown, |w| w.inventory.virtual_networks.clear()),
        (C::PodCidrReused, Kubenet, Unknown, |w| w.inventory.coverage.push(gap(What::Clusters))),
        (C::PodCidrReused, Kubenet, Pass, |w| {
            let scope_id = "/subscriptions/00000000-0000-0000-0000-00000000000f".to_owned();
            w.inventory.coverage.push(CoverageEntry { scope_id, ..gap(What::Clusters) });
        }),
    ]
}

/// Another cluster with the same pod CIDR, in a network.
fn bank_in(w: &mut World, network: &str) {
    let mut bank = cluster("bank", Network::Overlay);
    let subnet = subnet_id(network, "nodes");
    bank.pools = vec![NodePool { node_subnet_id: Some(subnet), ..clean("system", PoolMode::System) }];
    w.inventory.clusters.push(bank);
}

fn addresses() -> Vec<Case> {
    vec![
        (C::PodCidrKept, Kubenet, Pass, as_is),
        (C::PodCidrKept, Kubenet, Fail, |w| w.pod_cidr("172.16.0.0/12")),
        (C::PodCidrKept, Kubenet, Unknown, |w| w.inventory.virtual_networks.clear()),
        (C::PodCidrSupplied, NodeSubnet, Pass, as_is),
        (C::PodCidrSupplied, NodeSubnet, Fail, |w| {
            w.options.migration.settings.pod_cidr_pools = vec!["10.1.0.0/16".parse().unwrap()];
        }),
        (C::PodCidrSupplied, NodeSubnet, Unknown, |w| w.inventory.virtual_networks.clear()),
        (C::PodCidrSize, Kubenet, Pass, |w| w.pod_cidr("10.244.0.0/21")),
        (C::PodCidrSize, Kubenet, Warn, |w| {
            // 7 nodes and 2 of surge for 8 blocks of a /24.
            w.pod_cidr("10.244.0.0/21");
            w.pool().count = Some(4);
        }),
        (C::PodCidrSize, Kubenet, Fail, |w| {
            w.pod_cidr("10.244.0.0/21");
            let auto = autoscaled("apps", 3, 3, 20);
            (w.pool().autoscaling, w.pool().max_count) = (auto.autoscaling, auto.max_count);
        }),
        (C::PodCidrSize, Kubenet, Doubt, |w| w.pool().max_surge = text("many")),
        (C::PodCidrSize, Kubenet, Unknown, |w| w.pool().count = None),
        (C::PodCidrGrowth, Kubenet, Pass, as_is),
        (C::PodCidrGrowth, Kubenet, Fail, |w| w.pod_cidr("10.244.0.0/21")),
        (C::PodCidrGrowth, Kubenet, Unknown, no_pod_cidr),
        (C::NetworkNames, Kubenet, Pass, as_is),
        (C::NetworkNames, Kubenet, Fail, |w| {
            let long = id(&format!("{}/subnets/{}", vnet_id("v"), "n".repeat(64)));
            w.pool().node_subnet_id = Some(long);
        }),
        (C::NetworkNames, Kubenet, Fail, |w| {
            let odd = vnet_id("v").to_string().replace("/net/", "/net(1)/");
            w.pool().node_subnet_id = Some(id(&format!("{odd}/subnets/nodes")));
        }),
        (C::NetworkNames, Kubenet, Unknown, |w| w.cluster().pools.clear()),
        (C::SubnetDelegation, Kubenet, Pass, as_is),
        (C::SubnetDelegation, Kubenet, Fail, |w| {
            w.subnet().delegations.push("Microsoft.Web/serverFarms".to_owned());
        }),
        (C::SubnetDelegation, Kubenet, Unknown, |w| w.inventory.virtual_networks.clear()),
    ]
}

fn small(w: &mut World, prefix: &str) {
    w.subnet().prefixes = [prefix].into_iter().collect();
}

fn capacity() -> Vec<Case> {
    vec![
        (C::SurgeFits, Kubenet, Pass, as_is),
        // Six nodes and two of surge in 11 addresses, then in 8.
        (C::SurgeFits, Kubenet, Pass, |w| small(w, "10.1.0.0/28")),
        (C::SurgeFits, Kubenet, Warn, |w| {
            small(w, "10.1.0.0/28");
            w.subnet().usage = usage(vec![
                scale_set("shop", "system", 3, 1),
                scale_set("shop", "apps", 3, 1),
                load_balancer("x", 2),
            ]);
        }),
        (C::SurgeFits, Kubenet, Fail, |w| {
            small(w, "10.1.0.0/28");
            w.pool().max_surge = text("100%");
            w.cluster().pools[0].max_surge = text("100%");
        }),
        // A stopped cluster needs its nodes back first.
        (C::SurgeFits, Kubenet, Fail, |w| {
            small(w, "10.1.0.0/29");
            w.subnet().usage = usage(vec![]);
            w.cluster().power_state = Some(PowerState::Stopped);
        }),
        (C::SurgeFits, Kubenet, Unknown, |w| w.inventory.virtual_networks.clear()),
        (C::SurgeFits, Kubenet, Unknown, |w| w.pool().max_surge = text("many")),
        (C::MaximumFits, Kubenet, Pass, as_is),
        // It runs on kubenet, but the autoscaler's maximum does not fit.
        (C::MaximumFits, Kubenet, Fail, |w| {
            small(w, "10.1.0.0/27");
            (w.pool().autoscaling, w.pool().max_count) = (Some(true), Some(40));
        }),
        (C::MaximumFits, Kubenet, Unknown, |w| w.pool().count = None),
        // What else lives there is hidden: the nodes alone may be too many, and else nobody knows.
        (C::MaximumFits, Kubenet, Unknown, |w| {
            w.subnet().delegations = vec!["Microsoft.Web/serverFarms".to_owned()];
        }),
        (C::MaximumFits, Kubenet, Fail, |w| {
            w.subnet().delegations = vec!["Microsoft.Web/serverFarms".to_owned()];
            w.pool().autoscaling = Some(true);
            w.pool().max_count = Some(1020);
        }),
        (C::MaximumFits, Kubenet, Unknown, |w| w.inventory.virtual_networks.clear()),
        (C::TierLimit, Kubenet, Pass, as_is),
        (C::TierLimit, Kubenet, Fail, |w| {
            w.cluster().sku_tier = text("free");
            w.pool().count = Some(1_000);
        }),
        (C::TierLimit, Kubenet, Unknown, |w| w.cluster().sku_tier = None),
    ]
}

fn neighbour(w: &mut World) {
    let mut other = cluster("bank", Network::Kubenet);
    other.pools = vec![pool_in("np", 1, "other")];
    w.inventory.clusters.push(other);
    w.vnet().subnets[1].route_table = Some(table_id("nodes-shop", "managed"));
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
        (C::SecurityRules, Kubenet, Pass, as_is),
        (C::SecurityRules, Kubenet, Pass, |w| guarded(w, vec![rule(200, "Deny", "20.0.0.0/8", "*", "*")])),
        (C::SecurityRules, Kubenet, Pass, |w| {
            let allow = rule(100, "Allow", "10.0.0.0/8", "10.0.0.0/8", "*");
            guarded(w, vec![rule(200, "Deny", "*", "*", "*"), allow]);
        }),
        // Pods reach each other, but nodes reach neither pods nor nodes.
        (C::SecurityRules, Kubenet, Fail, |w| {
            let allow = rule(100, "Allow", "10.244.0.0/16", "10.244.0.0/16", "*");
            guarded(w, vec![rule(200, "Deny", "*", "*", "*"), allow]);
        }),
        (C::SecurityRules, Kubenet, Fail, |w| {
            guarded(w, vec![rule(200, "Deny", "10.1.0.0/22", "10.244.0.0/16", "*")]);
        }),
        (C::SecurityRules, Kubenet, Fail, |w| {
            guarded(w, vec![rule(200, "Deny", "10.1.0.0/22", "10.1.0.0/22", "*")]);
        }),
        (C::SecurityRules, Kubenet, Fail, |w| guarded(w, vec![rule(200, "Deny", "*", "*", "*")])),
        (C::SecurityRules, Kubenet, Fail, |w| {
            let late = rule(300, "Allow", "10.0.0.0/8", "10.0.0.0/8", "*");
            guarded(w, vec![late, rule(200, "Deny", "10.0.0.0/8", "*", "*")]);
        }),
        // An allowed part leaves the rest denied.
        (C::SecurityRules, Kubenet, Fail, |w| {
            let part = rule(100, "Allow", "10.244.0.0/17", "10.244.0.0/17", "*");
            guarded(w, vec![part, rule(200, "Deny", "10.244.0.0/16", "*", "*")]);
        }),
        (C::SecurityRules, Kubenet, Warn, |w| guarded(w, vec![rule(200, "Deny", "*", "*", "22")])),
        // Whether the tag speaks of pods is not documented; of nodes it does.
        (C::SecurityRules, Kubenet, Warn, |w| {
            guarded(w, vec![rule(200, "Deny", "10.244.0.0/16", "VirtualNetwork", "*")]);
        }),
        (C::SecurityRules, Kubenet, Fail, |w| {
            guarded(w, vec![rule(200, "Deny", "VirtualNetwork", "*", "*")]);
        }),
        (C::SecurityRules, Kubenet, Warn, |w| {
            let tagged = rule(100, "Allow", "VirtualNetwork", "VirtualNetwork", "*");
            guarded(w, vec![tagged, rule(4096, "Deny", "*", "*", "*")]);
        }),
        (C::SecurityRules, Kubenet, Unknown, |w| w.subnet().network_security_group = Some(group_id())),
        (C::CiliumOutboundRules, NodeSubnet, Pass, as_is),
        (C::CiliumOutboundRules, NodeSubnet, Fail, |w| {
            let mut deny = rule(200, "Deny", "*", "Internet", "*");
            deny.direction = text("Outbound");
            guarded(w, vec![deny]);
        }),
        (C::CiliumOutboundRules, NodeSubnet, Unknown, |w| {
            w.subnet().network_security_group = Some(group_id());
        }),
    ]
}

fn traffic() -> Vec<Case> {
    vec![
        (C::ProxyExceptions, Kubenet, Silent, as_is),
        (C::ProxyExceptions, Kubenet, Pass, |w| {
            w.cluster().proxy_exceptions = Some(vec!["10.244.0.0/16".to_owned()]);
        }),
        (C::ProxyExceptions, Kubenet, Fail, |w| {
            w.cluster().proxy_exceptions = Some(vec!["localhost".to_owned()]);
        }),
        (C::ProxyExceptions, Kubenet, Unknown, |w| {
            w.cluster().proxy_exceptions = Some(vec![]);
            w.inventory.virtual_networks.clear();
            no_pod_cidr(w);
        }),
        (C::NameResolution, Kubenet, Pass, as_is),
        (C::NameResolution, Kubenet, Fail, |w| w.cluster().api_server.private_cluster = Some(true)),
        (C::NameResolution, Kubenet, Fail, |w| w.vnet().dns_servers.push("10.9.0.4".to_owned())),
        (C::NameResolution, Kubenet, Unknown, |w| w.inventory.virtual_networks.clear()),
        (C::BasicLoadBalancer, Kubenet, Pass, as_is),
        (C::BasicLoadBalancer, Kubenet, Fail, |w| w.cluster().network.load_balancer_sku = text("Basic")),
        (C::BasicLoadBalancer, Kubenet, Rebuild, |w| {
            w.cluster().network.load_balancer_sku = text("basic");
            w.subnet().usage.owners.push(load_balancer("nodes-shop", 1));
        }),
        (C::BasicLoadBalancer, Kubenet, Fail, |w| {
            w.cluster().network.load_balancer_sku = text("basic");
            w.subnet().usage.owners.push(load_balancer("nodes-shop", 1));
            w.pool().pool_type = Some(PoolType::AvailabilitySet);
        }),
        (C::BasicLoadBalancer, Kubenet, Unknown, |w| w.cluster().network.load_balancer_sku = None),
        (C::BasicLoadBalancer, Kubenet, Unknown, |w| w.cluster().network.load_balancer_sku = text("service")),
    ]
}
