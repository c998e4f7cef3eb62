//! Cases of machines, images, surge, add-ons and Cilium.

use super::{as_is, neighbour, text};
use crate::{
    assess::{
        migration::checks::tests::{
            Case,
            End::{Doubt, Fail, Pass, Rebuild, Silent, Unknown, Warn},
            Start::{Kubenet, NodeSubnet},
            World,
        },
        testing::{id, pool_in, subnet, subnet_id},
    },
    inventory::{
        Addon, ApplicationGateway, NetworkDataplane, NetworkPlugin, NetworkPolicy, NodePool, OsType,
        PoolType, PowerState, Priority, ResourceId, ScaleDownMode,
    },
    rules::CheckId as C,
};

fn windows(w: &mut World, sku: Option<&str>, image: Option<&str>) {
    let pool = w.pool();
    pool.os_type = Some(OsType::Windows);
    pool.os_sku = sku.map(str::to_owned);
    pool.node_image_version = image.map(str::to_owned);
}

pub(super) fn all() -> Vec<Case> {
    [machines(), surge(), addons(), cilium()].concat()
}

fn machines() -> Vec<Case> {
    vec![
        (C::AvailabilitySets, Kubenet, Pass, as_is),
        (C::AvailabilitySets, Kubenet, Fail, |w| w.pool().pool_type = Some(PoolType::AvailabilitySet)),
        (C::AvailabilitySets, Kubenet, Unknown, |w| w.pool().pool_type = None),
        (C::AvailabilitySets, Kubenet, Unknown, |w| {
            w.pool().pool_type = Some(PoolType::Other("FlexNodes".into()));
        }),
        (C::NoDcsv2, Kubenet, Pass, as_is),
        (C::NoDcsv2, Kubenet, Fail, |w| w.pool().vm_size = text("standard_dc4s_V2")),
        (C::NoDcsv2, Kubenet, Unknown, |w| w.pool().vm_size = None),
        (C::NoDcsv2, Kubenet, Fail, |w| w.pool().vm_size = text("Standard_DC8_v2")),
        (C::OsEditionBound, Kubenet, Pass, as_is),
        (C::OsEditionBound, Kubenet, Pass, |w| w.pool().os_sku = None),
        (C::OsEditionBound, Kubenet, Fail, |w| {
            w.pool().os_sku = text("AzureLinux3");
            w.pool().kubernetes_version = text("1.36.2");
        }),
        (C::OsEditionBound, Kubenet, Unknown, |w| {
            w.pool().os_sku = text("Ubuntu2204");
            w.pool().kubernetes_version = None;
            w.cluster().kubernetes_version = None;
        }),
        (C::WindowsContainerd, NodeSubnet, Silent, as_is),
        (C::WindowsContainerd, NodeSubnet, Pass, |w| {
            windows(w, None, Some("AKSWindows-2022-containerd-20348.4000.251101"));
        }),
        (C::WindowsContainerd, NodeSubnet, Fail, |w| {
            windows(w, None, Some("AKSWindows-2019-17763.2061.210714"));
        }),
        // Later editions never had another runtime, and their images do not name it.
        (C::WindowsContainerd, NodeSubnet, Pass, |w| {
            windows(w, None, Some("AKSWindows-23H2-gen2-25398.1913.251014"));
        }),
        (C::WindowsContainerd, NodeSubnet, Pass, |w| {
            windows(w, None, Some("AKSWindows-2025-gen2-26100.4061.250617"));
        }),
        (C::WindowsContainerd, NodeSubnet, Unknown, |w| {
            windows(w, None, None);
            w.pool().kubernetes_version = None;
            w.cluster().kubernetes_version = None;
        }),
        (C::WindowsBuild, NodeSubnet, Silent, as_is),
        (C::WindowsBuild, NodeSubnet, Pass, |w| {
            windows(w, Some("Windows2022"), Some("AKSWindows-2022-containerd-20348.1668.230401"));
        }),
        (C::WindowsBuild, NodeSubnet, Warn, |w| {
            windows(w, Some("Windows2022"), Some("AKSWindows-2022-containerd-20348.1607.230221"));
        }),
        (C::WindowsBuild, NodeSubnet, Fail, |w| windows(w, Some("windows2019"), None)),
        (C::WindowsBuild, NodeSubnet, Doubt, |w| windows(w, Some("Windows2022"), None)),
        (C::WindowsBuild, NodeSubnet, Pass, |w| windows(w, Some("Windows2025"), None)),
        (C::WindowsBuild, NodeSubnet, Unknown, |w| windows(w, None, None)),
        // An image whose build cannot be read proves nothing, unless it is of another edition.
        (C::WindowsBuild, NodeSubnet, Doubt, |w| {
            windows(w, Some("Windows2022"), Some("AKSWindows-2022-containerd"));
        }),
        (C::WindowsBuild, NodeSubnet, Doubt, |w| {
            windows(w, Some("windows2022"), Some("AKSWindows-2022-containerd-20348.new.230401"));
        }),
        (C::WindowsBuild, NodeSubnet, Doubt, |w| windows(w, Some("Windows2022"), Some("our-own-image"))),
        (C::WindowsBuild, NodeSubnet, Doubt, |w| windows(w, None, Some("akswindows-2022-containerd-x.1"))),
        (C::WindowsBuild, NodeSubnet, Unknown, |w| windows(w, None, Some("our-own-image"))),
        (C::WindowsBuild, NodeSubnet, Pass, |w| windows(w, None, Some("AKSWindows-2025-26100.32.251101"))),
        (C::WindowsBuild, NodeSubnet, Pass, |w| {
            windows(w, Some("WindowsAnnual"), Some("AKSWindows-23H2-gen2-25398.1.251101"));
        }),
        (C::WindowsBuild, NodeSubnet, Warn, |w| {
            windows(w, None, Some("AKSWindows-2022-containerd-20348.1607.230221"));
        }),
        (C::WindowsProfile, Kubenet, Pass, as_is),
        (C::WindowsProfile, Kubenet, Fail, |w| w.cluster().windows_profile = false),
        // A cluster that is being created shows neither pools nor profiles.
        (C::WindowsProfile, Kubenet, Unknown, |w| {
            w.cluster().windows_profile = false;
            w.cluster().pools.clear();
        }),
        (C::NodeImageExists, Kubenet, Pass, as_is),
        (C::NodeImageExists, Kubenet, Fail, |w| {
            w.pool().node_image_version = text("AKSAzureLinux-V2gen2-202512.01.0");
        }),
        (C::NodeImageExists, Kubenet, Fail, |w| w.pool().os_sku = text("flatcar")),
        // Images of Windows Server 2019 are removed on 1 April 2027 only.
        (C::NodeImageExists, NodeSubnet, Pass, |w| windows(w, Some("Windows2019"), None)),
        (C::NodeImageExists, Kubenet, Unknown, |w| {
            (w.pool().os_sku, w.pool().node_image_version) = (None, None);
        }),
    ]
}

fn surge() -> Vec<Case> {
    vec![
        (C::SurgeSettings, Kubenet, Pass, as_is),
        (C::SurgeSettings, Kubenet, Fail, |w| w.pool().max_surge = text("0")),
        (C::SurgeSettings, Kubenet, Unknown, |w| w.pool().max_surge = text("many")),
        (C::SingleNode, Kubenet, Pass, as_is),
        (C::SingleNode, Kubenet, Fail, |w| w.pool().count = Some(1)),
        (C::SingleNode, Kubenet, Unknown, |w| w.pool().count = None),
        (C::SpotPools, Kubenet, Pass, as_is),
        (C::SpotPools, Kubenet, Fail, |w| w.pool().priority = Some(Priority::Spot)),
        (C::SpotPools, Kubenet, Unknown, |w| w.pool().priority = Some(Priority::Other("Low".to_owned()))),
        (C::DeallocatedNodes, Kubenet, Pass, as_is),
        (C::DeallocatedNodes, Kubenet, Fail, |w| w.pool().scale_down_mode = Some(ScaleDownMode::Deallocate)),
        (C::DeallocatedNodes, Kubenet, Fail, |w| w.pool().eviction_policy = text("Deallocate")),
        (C::DeallocatedNodes, Kubenet, Unknown, |w| w.pool().scale_down_mode = None),
        (C::DrainSettings, Kubenet, Pass, as_is),
        (C::DrainSettings, Kubenet, Fail, |w| w.pool().drain_timeout_minutes = Some(60)),
        (C::DrainSettings, Kubenet, Fail, |w| w.pool().node_soak_minutes = Some(5)),
        (C::DrainSettings, Kubenet, Unknown, |w| w.cluster().pools.clear()),
        (C::Autoscaler, Kubenet, Pass, as_is),
        (C::Autoscaler, Kubenet, Fail, |w| w.pool().autoscaling = Some(true)),
        (C::Autoscaler, Kubenet, Unknown, |w| w.pool().autoscaling = None),
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
        (C::VirtualNodes, NodeSubnet, Pass, as_is),
        (C::VirtualNodes, NodeSubnet, Fail, |w| add(w, "aciConnectorLinux", Some(true), &[])),
        (C::VirtualNodes, NodeSubnet, Unknown, |w| add(w, "aciConnectorLinux", None, &[])),
        (C::IngressGateway, Kubenet, Silent, as_is),
        (C::IngressGateway, Kubenet, Pass, |w| ingress(w, "10.1.9.0/24", GATEWAYS)),
        (C::IngressGateway, Kubenet, Fail, |w| ingress(w, "10.1.10.0/23", GATEWAYS)),
        (C::IngressGateway, Kubenet, Fail, |w| ingress(w, "10.1.9.0/24", None)),
        (C::IngressGateway, Kubenet, Fail, |w| {
            ingress(w, "10.1.9.0/24", GATEWAYS);
            w.inventory.application_gateways[0].subnets = vec![subnet_id("elsewhere", "agw")];
        }),
        (C::IngressGateway, Kubenet, Fail, |w| {
            ingress(w, "10.1.9.0/24", GATEWAYS);
            w.inventory.cloud = "china".to_owned();
        }),
        (C::IngressGateway, Kubenet, Fail, |w| {
            ingress(w, "10.1.9.0/24", GATEWAYS);
            w.inventory.application_gateways[0].tier = text("WAF");
        }),
        (C::IngressGateway, Kubenet, Fail, |w| {
            ingress(w, "10.1.9.0/24", GATEWAYS);
            w.inventory.application_gateways[0].tier = text("Standard_Medium");
        }),
        (C::IngressGateway, Kubenet, Unknown, |w| {
            ingress(w, "10.1.9.0/24", GATEWAYS);
            w.inventory.application_gateways[0].tier = None;
        }),
        (C::IngressGateway, Kubenet, Unknown, |w| {
            add(w, "ingressApplicationGateway", None, &[]);
        }),
        (C::IngressGateway, Kubenet, Unknown, |w| {
            ingress(w, "10.1.9.0/24", GATEWAYS);
            w.inventory.application_gateways.clear();
        }),
        (C::GatewayForContainersSize, NodeSubnet, Pass, |w| for_containers(w, "10.1.9.0/24")),
        (C::GatewayForContainersSize, NodeSubnet, Fail, |w| for_containers(w, "10.1.10.0/23")),
        (C::GatewayForContainersSize, NodeSubnet, Unknown, |w| {
            for_containers(w, "10.1.10.0/23");
            neighbour(w);
        }),
        (C::NodeAutoProvisioning, NodeSubnet, Pass, as_is),
        (C::NodeAutoProvisioning, NodeSubnet, Fail, |w| w.cluster().node_provisioning_mode = text("Auto")),
        (C::NodeAutoProvisioning, NodeSubnet, Unknown, |w| {
            w.cluster().node_provisioning_mode = text("Sometimes");
        }),
        (C::PodIdentity, Kubenet, Pass, as_is),
        (C::PodIdentity, Kubenet, Fail, |w| w.cluster().pod_identity = Some(true)),
        // ARM leaves out the profile of a feature that was never on, and everything while a cluster is created.
        (C::PodIdentity, Kubenet, Silent, |w| w.cluster().pod_identity = None),
        (C::PodIdentity, Kubenet, Unknown, |w| {
            w.cluster().pod_identity = None;
            w.cluster().pools.clear();
        }),
        (C::AutomaticUpgrades, Kubenet, Pass, as_is),
        (C::AutomaticUpgrades, Kubenet, Fail, |w| w.cluster().upgrade_channel = text("stable")),
        (C::AutomaticUpgrades, Kubenet, Unknown, |w| {
            (w.cluster().upgrade_channel, w.cluster().node_os_upgrade_channel) = (None, None);
        }),
    ]
}

fn cilium() -> Vec<Case> {
    vec![
        (C::CiliumPlugin, NodeSubnet, Pass, as_is),
        (C::CiliumPlugin, Kubenet, Fail, as_is),
        (C::CiliumPlugin, NodeSubnet, Rebuild, |w| w.cluster().network.plugin = Some(NetworkPlugin::None)),
        (C::CiliumPlugin, NodeSubnet, Unknown, |w| w.cluster().network.plugin = None),
        (C::CiliumWindowsPools, NodeSubnet, Pass, as_is),
        (C::CiliumWindowsPools, NodeSubnet, Fail, |w| w.cluster().pools.push(stopped_windows())),
        (C::CiliumWindowsPools, NodeSubnet, Unknown, |w| w.pool().os_type = None),
        (C::CiliumNodeAutoProvisioning, NodeSubnet, Pass, as_is),
        (C::CiliumNodeAutoProvisioning, NodeSubnet, Fail, |w| {
            w.cluster().node_provisioning_mode = text("auto");
        }),
        (C::CiliumNodeAutoProvisioning, NodeSubnet, Unknown, |w| {
            w.cluster().node_provisioning_mode = text("Sometimes");
        }),
        (C::CiliumAlready, NodeSubnet, Pass, as_is),
        (C::CiliumAlready, NodeSubnet, Fail, |w| {
            w.cluster().network.dataplane = Some(NetworkDataplane::Cilium);
        }),
        (C::CiliumAlready, NodeSubnet, Unknown, |w| {
            w.cluster().network.dataplane = Some(NetworkDataplane::Other("new".to_owned()));
        }),
        (C::CiliumVersion, NodeSubnet, Pass, as_is),
        // What is newer than the list comes with a newer Cilium.
        (C::CiliumVersion, NodeSubnet, Pass, |w| w.cluster().kubernetes_version = text("1.37.0")),
        (C::CiliumVersion, NodeSubnet, Fail, |w| w.cluster().kubernetes_version = text("1.30.1")),
        (C::CiliumVersion, NodeSubnet, Unknown, |w| w.cluster().kubernetes_version = None),
        (C::CiliumPolicyManagerRetirement, NodeSubnet, Pass, as_is),
        (C::CiliumPolicyManagerRetirement, NodeSubnet, Fail, |w| {
            w.cluster().network.policy = Some(NetworkPolicy::Azure);
        }),
        (C::CiliumPolicyManagerRetirement, NodeSubnet, Unknown, |w| {
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
