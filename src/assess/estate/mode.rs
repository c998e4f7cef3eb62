//! How the pods and nodes of a pool get addresses (rule A0).

use crate::{
    inventory::{AllocationMode, Cluster, NetworkPlugin, NetworkPluginMode, NodePool},
    ipam::IpamMode,
};

/// The IPAM mode of a pool. What this program does not know stays unknown.
/// <https://learn.microsoft.com/azure/aks/concepts-network-cni-overview>
pub(crate) fn of_pool(cluster: &Cluster, pool: &NodePool) -> IpamMode {
    match (of_cluster(cluster), &pool.pod_subnet_id, &pool.allocation_mode) {
        (Known::Mode(mode), ..) => mode,
        (Known::ByPool, None, _) => IpamMode::NodeSubnet,
        (Known::ByPool, Some(_), Some(AllocationMode::StaticBlock)) => IpamMode::PodSubnetStatic,
        (Known::ByPool, Some(_), None | Some(AllocationMode::DynamicIndividual)) => {
            IpamMode::PodSubnetDynamic
        }
        (Known::ByPool, Some(_), Some(AllocationMode::Other(_))) => IpamMode::Unknown,
    }
}

/// The distinct modes of a cluster's pools, in order. Without pools, what the cluster alone tells.
pub(crate) fn modes_of_cluster(cluster: &Cluster, mut of_pools: Vec<IpamMode>) -> Vec<IpamMode> {
    of_pools.sort_unstable();
    of_pools.dedup();
    if of_pools.is_empty() {
        of_pools.push(match of_cluster(cluster) {
            Known::Mode(mode) => mode,
            Known::ByPool => IpamMode::Unknown,
        });
    }
    of_pools
}

enum Known {
    Mode(IpamMode),
    ByPool,
}

fn of_cluster(cluster: &Cluster) -> Known {
    match (&cluster.network.plugin, &cluster.network.plugin_mode) {
        (Some(NetworkPlugin::Kubenet), _) => Known::Mode(IpamMode::Kubenet),
        (Some(NetworkPlugin::None), _) => Known::Mode(IpamMode::ByoCni),
        (Some(NetworkPlugin::Azure), Some(NetworkPluginMode::Overlay)) => Known::Mode(IpamMode::Overlay),
        (Some(NetworkPlugin::Azure), None) => Known::ByPool,
        (Some(NetworkPlugin::Azure), Some(NetworkPluginMode::Other(_)))
        | (Some(NetworkPlugin::Other(_)) | None, _) => Known::Mode(IpamMode::Unknown),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assess::testing::{Network, cluster, pool, subnet_id};

    fn mode(
        plugin: Option<&str>,
        plugin_mode: Option<&str>,
        pods: bool,
        allocation: Option<&str>,
    ) -> IpamMode {
        let mut cluster = cluster("a", Network::Overlay);
        cluster.network.plugin = plugin.map(|p| p.to_owned().into());
        cluster.network.plugin_mode = plugin_mode.map(|m| m.to_owned().into());
        let mut pool = pool("np", 1);
        pool.pod_subnet_id = pods.then(|| subnet_id("v", "pods"));
        pool.allocation_mode = allocation.map(|a| a.to_owned().into());
        of_pool(&cluster, &pool)
    }

    #[test]
    fn the_first_rule_that_holds_decides() {
        assert_eq!(mode(Some("Kubenet"), None, false, None), IpamMode::Kubenet);
        assert_eq!(mode(Some("none"), None, false, None), IpamMode::ByoCni);
        assert_eq!(mode(Some("azure"), Some("OVERLAY"), true, None), IpamMode::Overlay);
        assert_eq!(mode(Some("azure"), None, true, Some("staticblock")), IpamMode::PodSubnetStatic);
        assert_eq!(mode(Some("azure"), None, true, None), IpamMode::PodSubnetDynamic);
        assert_eq!(mode(Some("azure"), None, true, Some("DynamicIndividual")), IpamMode::PodSubnetDynamic);
        assert_eq!(mode(Some("azure"), None, false, Some("StaticBlock")), IpamMode::NodeSubnet);
    }

    #[test]
    fn what_is_new_to_us_is_unknown() {
        assert_eq!(mode(None, None, false, None), IpamMode::Unknown);
        assert_eq!(mode(Some("quantum"), None, false, None), IpamMode::Unknown);
        assert_eq!(mode(Some("azure"), Some("underlay"), false, None), IpamMode::Unknown);
        assert_eq!(mode(Some("azure"), None, true, Some("Fractal")), IpamMode::Unknown);
    }

    #[test]
    fn a_cluster_without_pools_tells_what_it_can() {
        let mut bare = cluster("a", Network::Kubenet);
        assert_eq!(modes_of_cluster(&bare, vec![]), [IpamMode::Kubenet]);
        bare = cluster("a", Network::Flat);
        assert_eq!(modes_of_cluster(&bare, vec![]), [IpamMode::Unknown]);
        let pools = vec![IpamMode::PodSubnetStatic, IpamMode::NodeSubnet, IpamMode::PodSubnetStatic];
        assert_eq!(modes_of_cluster(&bare, pools), [IpamMode::NodeSubnet, IpamMode::PodSubnetStatic]);
    }
}
