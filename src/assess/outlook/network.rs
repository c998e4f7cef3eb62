//! Limits of a virtual network: its private addresses, and what Azure `NetApp` Files tolerates near its volumes.

use std::collections::HashMap;

use strum::{IntoStaticStr, VariantArray};

use super::{
    projection::{Demand, Forecast},
    scenario::Scenario,
};
use crate::{
    assess::{
        estate::{Estate, SubnetFacts},
        figure::difference,
        topology::Topology,
        usage::Usage,
    },
    inventory::{ResourceId, VirtualNetwork},
    ipam::{
        IpamMode,
        limits::{ADDRESSES_PER_VNET, NETAPP_BASIC_ADDRESSES, POD_BATCH},
    },
};

/// A limit of a network in addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetworkLimit {
    /// The network.
    pub vnet_id: ResourceId,
    /// What is limited.
    pub kind: NetworkLimitKind,
    /// Addresses allowed.
    pub capacity: u64,
    /// Addresses in use.
    pub used: u64,
    /// Addresses in use in `scale_max_upgrade`, where that can be told of each subnet.
    pub scale_max_upgrade: u64,
    /// Addresses left then; negative is a deficit.
    pub headroom: Option<i64>,
    /// Whether both are lower bounds, because some subnet or peer could not be counted.
    pub at_least: bool,
    /// What of that the network itself has; the rest is in its peers.
    pub own: Held,
}

/// Addresses of one network in use; a /28 block counts as one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Held {
    /// Now.
    pub used: u64,
    /// In `scale_max_upgrade`.
    pub scale_max_upgrade: u64,
}

/// What a network limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum NetworkLimitKind {
    /// Private addresses of the network.
    PrivateAddresses,
    /// Addresses of the network and its directly peered ones while a subnet is delegated to Azure `NetApp` Files. It
    /// holds for basic network features, which are not read, so exceeding it is a warning (K-25).
    #[strum(serialize = "netapp-volumes")]
    NetAppVolumes,
}

impl NetworkLimitKind {
    /// Every kind, in the order of reports.
    pub const ALL: &[Self] = <Self as VariantArray>::VARIANTS;

    /// The word the reports use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// What is counted of a network.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counted {
    /// Addresses in use; a /28 block counts as one.
    pub(crate) used: u64,
    /// The same once the nodes that are wanted have come.
    pub(crate) settled: u64,
    /// The same in `scale_max_upgrade`.
    pub(crate) most: u64,
    at_least: bool,
    has_pools: bool,
    has_volumes: bool,
}

/// Adds a subnet to what is counted of its network, where that was read. A /28 block counts as one address.
/// <https://learn.microsoft.com/azure/aks/concepts-network-azure-cni-pod-subnet>
pub(crate) fn count(
    networks: &mut HashMap<ResourceId, Counted>,
    estate: &Estate<'_>,
    subnet: &SubnetFacts<'_>,
    usage: &Usage,
    forecast: &Forecast,
) {
    let Some((vnet, read)) = subnet.read else { return };
    let counted = networks.entry(vnet.id.clone()).or_default();
    let blocks = usage.modelled.iter().filter_map(|part| {
        let pool = estate.clusters.get(part.cluster)?.pools.get(part.pool?)?;
        let held = part.addresses.filter(|_| pool.mode == IpamMode::PodSubnetStatic)?;
        Some(held.high / POD_BATCH * (POD_BATCH - 1))
    });
    let spared: u64 = blocks.sum();
    let used = usage.used.or(usage.used_low).unwrap_or(0);
    let used = used.saturating_sub(spared);
    let due = in_blocks(estate, forecast, |demand| demand.coming(Scenario::Upgrade)).unwrap_or(0);
    let more = in_blocks(estate, forecast, |demand| demand.added(Scenario::ScaleMaxUpgrade)).unwrap_or(0);
    counted.used = counted.used.saturating_add(used);
    counted.settled = counted.settled.saturating_add(used).saturating_add(due);
    counted.most = counted.most.saturating_add(used).saturating_add(more);
    counted.at_least |= usage.used.is_none() || forecast.projected(Scenario::ScaleMaxUpgrade).is_none();
    counted.has_pools |= !(subnet.node_pools().is_empty() && subnet.pod_pools().is_empty());
    counted.has_volumes |=
        read.delegations.iter().any(|d| d.eq_ignore_ascii_case("Microsoft.NetApp/volumes"));
}

/// Addresses of nodes that come, a /28 block as one.
fn in_blocks(
    estate: &Estate<'_>,
    forecast: &Forecast,
    nodes: impl Fn(&Demand) -> Option<u64>,
) -> Option<u64> {
    forecast.demands.iter().try_fold(0u64, |sum, demand| {
        let (_, pool) = estate.pool(demand.key)?;
        let each = demand.per_node?.high;
        let each =
            if pool.mode == IpamMode::PodSubnetStatic && each > 1 { each.div_ceil(POD_BATCH) } else { each };
        sum.checked_add(each.checked_mul(nodes(demand)?)?)
    })
}

/// The limits of networks that AKS pools live in.
pub(crate) fn limits(
    vnets: &[&VirtualNetwork],
    topology: &Topology<'_>,
    counted: &HashMap<ResourceId, Counted>,
) -> Vec<NetworkLimit> {
    let mut rows = Vec::new();
    for vnet in vnets {
        let own = counted.get(&vnet.id).copied().unwrap_or_default();
        let row = |kind, capacity: u64, of: Counted| NetworkLimit {
            vnet_id: vnet.id.clone(),
            kind,
            capacity,
            used: of.used,
            scale_max_upgrade: of.most,
            headroom: difference(capacity, of.most),
            at_least: of.at_least,
            own: Held { used: own.used, scale_max_upgrade: own.most },
        };
        if own.has_pools {
            rows.push(row(NetworkLimitKind::PrivateAddresses, ADDRESSES_PER_VNET, own));
        }
        if own.has_volumes {
            let near = topology.reach(&vnet.id).neighbours().fold(own, |sum, id| {
                let peer =
                    counted.get(id).copied().unwrap_or(Counted { at_least: true, ..Counted::default() });
                Counted {
                    used: sum.used.saturating_add(peer.used),
                    most: sum.most.saturating_add(peer.most),
                    at_least: sum.at_least || peer.at_least,
                    has_pools: sum.has_pools || peer.has_pools,
                    ..sum
                }
            });
            if near.has_pools {
                rows.push(row(NetworkLimitKind::NetAppVolumes, NETAPP_BASIC_ADDRESSES, near));
            }
        }
    }
    rows
}
