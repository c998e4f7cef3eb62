//! New things, with only what a plan says of them.

use super::file::{AddCluster, AddPool, Changes};
use crate::{
    assess::questions::PlanError,
    inventory::{
        AllocationMode, Cluster, NetworkPlugin, NetworkPluginMode, NetworkProfile, NodePool, OsType,
        PoolMode, PoolType, PowerState, Prefixes, ResourceId, Subnet,
    },
    ipam::{Cidr, IpamMode},
};

/// The group that new clusters and their nodes lie in.
const GROUP: &str = "what-if";

/// Where the pods of a cluster's new pools go, by mode.
pub(super) struct Pods {
    pub(super) subnet: Option<ResourceId>,
    pub(super) is_static: bool,
}

/// A running cluster without pools.
pub(super) fn cluster(
    changes: &Changes,
    add: &AddCluster,
    mode: IpamMode,
    node_subnet: &ResourceId,
    location: &str,
) -> Result<Cluster, PlanError> {
    let name = add.name.get_ref();
    let id = format!(
        "{}/resourceGroups/{GROUP}/providers/Microsoft.ContainerService/managedClusters/{name}",
        node_subnet.subscription().path()
    );
    let id = ResourceId::parse(&id).map_err(|error| changes.complain(&add.name, error))?;
    let (plugin, plugin_mode) = match mode {
        IpamMode::Kubenet => (NetworkPlugin::Kubenet, None),
        IpamMode::ByoCni => (NetworkPlugin::None, None),
        IpamMode::Overlay => (NetworkPlugin::Azure, Some(NetworkPluginMode::Overlay)),
        _ => (NetworkPlugin::Azure, None),
    };
    Ok(Cluster {
        sku_tier: Some(add.tier.clone().unwrap_or_else(|| "Standard".to_owned())),
        power_state: Some(PowerState::Running),
        node_resource_group: Some(format!("{GROUP}-nodes-{name}")),
        network: NetworkProfile {
            plugin: Some(plugin),
            plugin_mode,
            pod_cidrs: prefixes(add.pod_cidr.as_ref().map(|cidr| *cidr.get_ref())),
            service_cidrs: prefixes(add.service_cidr),
            ..NetworkProfile::default()
        },
        ..Cluster::bare(id, location)
    })
}

/// One prefix, or none.
pub(super) fn prefixes(cidr: Option<Cidr>) -> Prefixes {
    Prefixes { known: cidr.into_iter().collect(), unreadable: Vec::new() }
}

/// A running Linux pool of a scale set.
pub(super) fn pool(add: &AddPool, node_subnet: Option<ResourceId>, pods: Pods) -> NodePool {
    NodePool {
        name: add.name.get_ref().clone(),
        mode: Some(PoolMode::User),
        pool_type: Some(PoolType::VirtualMachineScaleSets),
        os_type: Some(OsType::Linux),
        power_state: Some(PowerState::Running),
        count: Some(add.nodes),
        autoscaling: Some(add.max_count.is_some()),
        min_count: add.min_count,
        max_count: add.max_count,
        max_pods: add.max_pods.as_ref().map(|pods| *pods.get_ref()),
        max_surge: add.max_surge.as_ref().map(|surge| surge.get_ref().clone()),
        node_subnet_id: node_subnet,
        allocation_mode: pods.subnet.as_ref().map(|_| {
            if pods.is_static { AllocationMode::StaticBlock } else { AllocationMode::DynamicIndividual }
        }),
        pod_subnet_id: pods.subnet,
        ..NodePool::default()
    }
}

/// An empty subnet.
pub(super) fn subnet(id: ResourceId, prefix: Cidr) -> Subnet {
    Subnet { prefixes: prefixes(Some(prefix)), ..Subnet::bare(id) }
}
