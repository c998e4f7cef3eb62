//! Add-ons and integrations.

use super::{ClusterField, Kind, MissingFact, Outcome, Setting};
use crate::{
    assess::migration::scene::Subject,
    inventory::{Cluster, ResourceId, Subnet, VirtualNetwork},
    ipam::Cidr,
};

/// An add-on or an integration that does not go with Overlay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AddonFault {
    /// Virtual nodes are on.
    VirtualNodes,
    /// The ingress controller is on in another cloud than the public one.
    IngressController,
    /// The ingress controller's application gateway, and what is wrong with its subnets.
    Gateway(ResourceId, Vec<GatewayFault>),
    /// Subnets of Application Gateway for Containers that are no /24.
    GatewayForContainers(Vec<ResourceId>),
    /// Node auto-provisioning is on.
    NodeAutoProvisioning,
    /// Pod-managed identity is on.
    PodIdentity,
    /// Upgrades come of themselves.
    AutomaticUpgrades {
        /// The channel of the cluster's version.
        cluster: Option<String>,
        /// The channel of the node images.
        node_image: Option<String>,
    },
}

/// What is wrong with a subnet of an application gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GatewayFault {
    /// It is of version 1.
    VersionOne,
    /// It lies in another network than the cluster.
    Elsewhere(ResourceId),
    /// A prefix of it is larger than a /24.
    Large(ResourceId, Cidr),
    /// It is not delegated to gateways.
    NotDelegated(ResourceId),
}

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
        Some(Some(true)) => Outcome::fail(AddonFault::VirtualNodes),
        Some(None) => Outcome::unknown(ClusterField::VirtualNodes),
    }
}

/// MIG-068 <https://learn.microsoft.com/azure/application-gateway/ingress-controller-overview>
pub(super) fn ingress_gateway(subject: &Subject<'_>) -> Outcome {
    match subject.cluster.addon(INGRESS).map(|addon| addon.enabled) {
        None | Some(Some(false)) => return Outcome::NotApplicable,
        Some(None) => return Outcome::unknown(ClusterField::IngressController),
        Some(Some(true)) => {}
    }
    let cloud = &subject.scene.inventory.cloud;
    if ["usgovernment", "china"].iter().any(|other| cloud.eq_ignore_ascii_case(other)) {
        return Outcome::fail(AddonFault::IngressController);
    }
    let id = subject.cluster.ingress_gateway();
    let Some(gateway) = id.as_ref().and_then(|id| subject.scene.estate.gateway(id)) else {
        return Outcome::unknown(ClusterField::Gateway);
    };
    let Some(vnet) = subject.vnet() else {
        return Outcome::unknown(ClusterField::Network);
    };
    let (mut failing, mut missing) = (Vec::new(), Vec::new());
    match gateway.is_version_one() {
        Some(true) => failing.push(GatewayFault::VersionOne),
        Some(false) => {}
        None => missing.push(ClusterField::GatewayTier.into()),
    }
    for id in &gateway.subnets {
        if id.parent().is_some_and(|network| network != vnet.id) {
            failing.push(GatewayFault::Elsewhere(id.clone()));
        } else if let Some(subnet) = vnet.subnets.iter().find(|subnet| subnet.id == *id) {
            failing.extend(gateway_subnet_faults(subnet));
        } else {
            missing.push(MissingFact::Unread(Kind::Subnet, id.clone()));
        }
    }
    if gateway.subnets.is_empty() {
        missing.push(ClusterField::GatewaySubnet.into());
    }
    Outcome::of_list(failing, missing, |faults| AddonFault::Gateway(gateway.id.clone(), faults))
}

fn gateway_subnet_faults(subnet: &Subnet) -> impl Iterator<Item = GatewayFault> {
    let large = subnet.prefixes.v4().find(|prefix| prefix.length() < GATEWAY_LENGTH);
    let is_delegated = subnet.delegations.iter().any(|service| service.eq_ignore_ascii_case(GATEWAYS));
    let large = large.map(|prefix| GatewayFault::Large(subnet.id.clone(), prefix));
    large.into_iter().chain((!is_delegated).then(|| GatewayFault::NotDelegated(subnet.id.clone())))
}

/// MIG-069: subnets for such gateways in the cluster's network. With several clusters there it cannot be told whose
/// gateway it is. <https://learn.microsoft.com/azure/application-gateway/for-containers/container-networking>
pub(super) fn gateway_for_containers(subject: &Subject<'_>) -> Outcome {
    let Some(vnet) = subject.vnet() else {
        return Outcome::unknown(ClusterField::Network);
    };
    let odd: Vec<ResourceId> = vnet
        .subnets
        .iter()
        .filter(|subnet| subnet.delegations.iter().any(|s| s.eq_ignore_ascii_case(GATEWAYS_FOR_CONTAINERS)))
        .filter(|subnet| subnet.prefixes.v4().any(|prefix| prefix.length() != GATEWAY_LENGTH))
        .map(|subnet| subnet.id.clone())
        .collect();
    if !odd.is_empty() && clusters_in(subject, vnet) > 1 {
        return Outcome::unknown(MissingFact::GatewayUser(odd));
    }
    Outcome::of_list(odd, Vec::new(), AddonFault::GatewayForContainers)
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
        Some(mode) if mode.eq_ignore_ascii_case("Auto") => Outcome::fail(AddonFault::NodeAutoProvisioning),
        Some(mode) => Outcome::unknown(MissingFact::Meaning(Setting::NodeProvisioning, mode.to_owned())),
    }
}

/// MIG-072 <https://learn.microsoft.com/azure/aks/use-azure-ad-pod-identity>
pub(super) fn pod_identity(subject: &Subject<'_>) -> Outcome {
    match subject.cluster.pod_identity {
        Some(true) => Outcome::fail(AddonFault::PodIdentity),
        Some(false) => Outcome::Pass,
        None if subject.pools().is_empty() => Outcome::unknown(ClusterField::Pools),
        None => Outcome::NotApplicable,
    }
}

/// MIG-075 <https://learn.microsoft.com/azure/aks/auto-upgrade-cluster>
pub(super) fn automatic_upgrades(subject: &Subject<'_>) -> Outcome {
    let cluster = subject.cluster;
    if cluster.upgrade_channel.is_none() && cluster.node_os_upgrade_channel.is_none() {
        return Outcome::unknown(ClusterField::UpgradeChannels);
    }
    let (own, node_image) = channels_on(cluster);
    if own.is_none() && node_image.is_none() {
        return Outcome::Pass;
    }
    let (own, node_image) = (own.map(str::to_owned), node_image.map(str::to_owned));
    Outcome::fail(AddonFault::AutomaticUpgrades { cluster: own, node_image })
}

/// The channel that upgrades a cluster and the one that upgrades its node images, each where it is on. Only these are turned
/// off: `Unmanaged` is off already, and to change it re-images every node.
/// <https://learn.microsoft.com/azure/aks/node-disruption-policy>
#[must_use]
pub fn channels_on(cluster: &Cluster) -> (Option<&str>, Option<&str>) {
    let is_on = |channel: &&str| !["none", "Unmanaged"].iter().any(|off| channel.eq_ignore_ascii_case(off));
    let [own, node_image] = [&cluster.upgrade_channel, &cluster.node_os_upgrade_channel];
    (own.as_deref().filter(is_on), node_image.as_deref().filter(is_on))
}
