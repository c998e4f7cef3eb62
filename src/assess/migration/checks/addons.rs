//! Add-ons and integrations.

use super::Outcome;
use crate::{
    assess::migration::scene::Subject,
    inventory::{ResourceId, Subnet, VirtualNetwork},
};

const VIRTUAL_NODES: &str = "aciConnectorLinux";
const INGRESS: &str = "ingressApplicationGateway";
const GATEWAYS: &str = "Microsoft.Network/applicationGateways";
const GATEWAYS_FOR_CONTAINERS: &str = "Microsoft.ServiceNetworking/trafficControllers";
/// The length of the largest gateway subnet that works with Overlay, and the only one for Application Gateway
/// for Containers (MIG-069).
const GATEWAY_LENGTH: u8 = 24;

/// MIG-067 <https://learn.microsoft.com/azure/aks/concepts-network-azure-cni-overlay>
pub(super) fn virtual_nodes(subject: &Subject<'_>) -> Outcome {
    match subject.cluster.addon(VIRTUAL_NODES).map(|addon| addon.enabled) {
        None | Some(Some(false)) => Outcome::Pass,
        Some(Some(true)) => Outcome::fail("the virtual-nodes add-on is on"),
        Some(None) => Outcome::unknown("whether the virtual-nodes add-on is on"),
    }
}

/// MIG-068 <https://learn.microsoft.com/azure/application-gateway/ingress-controller-overview>
pub(super) fn ingress_gateway(subject: &Subject<'_>) -> Outcome {
    let addon = match subject.cluster.addon(INGRESS) {
        None => return Outcome::NotApplicable,
        Some(addon) => match addon.enabled {
            Some(true) => addon,
            Some(false) => return Outcome::NotApplicable,
            None => return Outcome::unknown("whether the ingress controller's add-on is on"),
        },
    };
    let cloud = &subject.scene.inventory.cloud;
    if ["usgovernment", "china"].iter().any(|other| cloud.eq_ignore_ascii_case(other)) {
        return Outcome::fail("the ingress controller works with Overlay in the public cloud only");
    }
    let id = ["effectiveapplicationgatewayid", "applicationgatewayid"]
        .iter()
        .find_map(|key| ResourceId::parse(addon.settings.get(*key)?).ok());
    let Some(gateway) = id.as_ref().and_then(|id| subject.scene.gateway(id)) else {
        return Outcome::unknown("the ingress controller's application gateway could not be read");
    };
    let Some(vnet) = subject.vnet() else {
        return Outcome::unknown("the cluster's network could not be read");
    };
    let (mut failing, mut missing) = (Vec::new(), Vec::new());
    for id in &gateway.subnets {
        if id.parent().is_some_and(|network| network != vnet.id) {
            failing.push(format!("subnet {} lies in another network", id.name()));
        } else if let Some(subnet) = vnet.subnets.iter().find(|subnet| subnet.id == *id) {
            failing.extend(gateway_subnet_faults(subnet));
        } else {
            missing.push(format!("subnet {} could not be read", id.name()));
        }
    }
    if gateway.subnets.is_empty() {
        missing.push("the gateway names no subnet".to_owned());
    }
    Outcome::of_list(&format!("application gateway {}", gateway.id.name()), &failing, &missing)
}

fn gateway_subnet_faults(subnet: &Subnet) -> Vec<String> {
    let name = subnet.id.name();
    let large = subnet.prefixes.v4().find(|prefix| prefix.length() < GATEWAY_LENGTH);
    let is_delegated = subnet.delegations.iter().any(|service| service.eq_ignore_ascii_case(GATEWAYS));
    let mut faults: Vec<String> = large
        .map(|prefix| format!("subnet {name} {prefix} is larger than a /{GATEWAY_LENGTH}"))
        .into_iter()
        .collect();
    if !is_delegated {
        faults.push(format!("subnet {name} is not delegated to {GATEWAYS}"));
    }
    faults
}

/// MIG-069: subnets for such gateways in the cluster's network. With several clusters there it cannot be told whose
/// gateway it is. <https://learn.microsoft.com/azure/application-gateway/for-containers/container-networking>
pub(super) fn gateway_for_containers(subject: &Subject<'_>) -> Outcome {
    let Some(vnet) = subject.vnet() else {
        return Outcome::unknown("the cluster's network could not be read");
    };
    let odd: Vec<String> = vnet
        .subnets
        .iter()
        .filter(|subnet| subnet.delegations.iter().any(|s| s.eq_ignore_ascii_case(GATEWAYS_FOR_CONTAINERS)))
        .filter(|subnet| subnet.prefixes.v4().any(|prefix| prefix.length() != GATEWAY_LENGTH))
        .map(|subnet| subnet.id.name().to_owned())
        .collect();
    if !odd.is_empty() && clusters_in(subject, vnet) > 1 {
        return Outcome::unknown(format!(
            "which cluster of the network uses the gateway in {}",
            odd.join(", ")
        ));
    }
    Outcome::of_list(&format!("not a /{GATEWAY_LENGTH}"), &odd, &[])
}

/// How many clusters have nodes in a network.
fn clusters_in(subject: &Subject<'_>, vnet: &VirtualNetwork) -> usize {
    let estate = &subject.scene.estate;
    let lives_there = |cluster: &&crate::assess::estate::ClusterFacts<'_>| {
        let subnets = cluster.pools.iter().filter_map(|pool| estate.subnets.get(pool.node_subnet?));
        subnets.filter_map(|subnet| subnet.read).any(|(network, _)| network.id == vnet.id)
    };
    estate.clusters.iter().filter(lives_there).count()
}

/// MIG-071 <https://learn.microsoft.com/azure/aks/node-autoprovision>
pub(super) fn node_auto_provisioning(subject: &Subject<'_>) -> Outcome {
    match subject.cluster.node_provisioning_mode.as_deref() {
        None => Outcome::Pass,
        Some(mode) if mode.eq_ignore_ascii_case("Manual") => Outcome::Pass,
        Some(mode) if mode.eq_ignore_ascii_case("Auto") => Outcome::fail("node auto-provisioning is on"),
        Some(mode) => Outcome::unknown(format!("what the node provisioning mode `{mode}` means")),
    }
}

/// MIG-072 <https://learn.microsoft.com/azure/aks/use-azure-ad-pod-identity>
pub(super) fn pod_identity(subject: &Subject<'_>) -> Outcome {
    match subject.cluster.pod_identity {
        Some(true) => Outcome::fail("pod-managed identity is on"),
        Some(false) => Outcome::Pass,
        None if subject.pools().is_empty() => Outcome::unknown("the cluster shows no pools"),
        None => Outcome::NotApplicable,
    }
}

/// MIG-075 <https://learn.microsoft.com/azure/aks/auto-upgrade-cluster>
pub(super) fn automatic_upgrades(subject: &Subject<'_>) -> Outcome {
    let channels = [
        ("cluster", &subject.cluster.upgrade_channel),
        ("node image", &subject.cluster.node_os_upgrade_channel),
    ];
    if channels.iter().all(|(_, channel)| channel.is_none()) {
        return Outcome::unknown("the upgrade channels");
    }
    let is_on = |channel: &&str| !["none", "Unmanaged"].iter().any(|off| channel.eq_ignore_ascii_case(off));
    let on: Vec<String> = channels
        .iter()
        .filter_map(|(what, channel)| Some((what, channel.as_deref().filter(is_on)?)))
        .map(|(what, channel)| format!("{what} channel {channel}"))
        .collect();
    Outcome::of_list("automatic upgrades", &on, &[])
}
