//! The biggest step of a pool that still fits: nodes it alone can add, without surge, under every limit.

use std::collections::HashMap;

use super::{
    limits::{Limit, LimitRow, at_maximum, configurations},
    network::Counted,
    projection::Forecast,
};
use crate::{
    assess::estate::{Estate, PoolFacts, PoolKey},
    inventory::ResourceId,
    ipam::{
        IpamMode,
        limits::{ADDRESSES_PER_VNET, CONFIGURATIONS_PER_NODE, MAX_PODS_PER_NODE},
        static_blocks,
    },
};

/// How far a pool can grow by itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PoolAhead {
    /// Most nodes this pool alone can add, without surge, under every limit; absent where it can't be told.
    pub largest_scale_up: Option<u64>,
    /// The limit that binds it.
    pub limited_by: Option<Limit>,
    /// Nodes at its maximum while it surges.
    pub nodes_at_peak: Option<u64>,
    /// Nodes left under each limit that could be told.
    pub limits: Vec<(Limit, u64)>,
    /// Why its nodes break a limit of their own, where they do.
    pub breach: Option<Breach>,
}

/// A node that is to run more pods than one can.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Breach {
    /// The pool's maxPods.
    pub max_pods: u32,
    /// IP configurations of a node, where they are more than those of a machine.
    pub configurations: Option<u64>,
}

/// What the steps of all pools are told from.
pub(crate) struct Steps<'s, 'a> {
    /// The estate.
    pub(crate) estate: &'s Estate<'a>,
    /// The forecasts of the subnets with pools, by place.
    pub(crate) forecasts: &'s HashMap<usize, Forecast>,
    /// Addresses of its networks.
    pub(crate) vnets: &'s HashMap<ResourceId, Counted>,
}

impl Steps<'_, '_> {
    /// What a pool can grow to; `limits` are those of its cluster.
    pub(crate) fn of_pool(&self, key: PoolKey, pool: &PoolFacts<'_>, limits: &[LimitRow]) -> PoolAhead {
        let mut left: Vec<(Limit, Option<u64>)> =
            vec![(Limit::NodeSubnet, self.in_subnet(pool.node_subnet, key, pool))];
        if pool.pod_subnet.is_some() && pool.pod_subnet != pool.node_subnet {
            left.push((Limit::PodSubnet, self.in_subnet(pool.pod_subnet, key, pool)));
        }
        let cluster = self.estate.clusters.get(key.cluster);
        let own =
            limits.iter().filter(|row| row.node_pool.as_ref().is_none_or(|name| *name == pool.pool.name));
        left.extend(own.filter(|row| !row.limit.is_per_node()).map(|row| {
            let taken = match row.node_pool {
                Some(_) => pool.counts.settled(),
                None => cluster.and_then(|cluster| cluster.nodes(|pool| pool.counts.settled())),
            };
            let room = row.capacity.zip(taken).map(|(most, taken)| most.saturating_sub(taken));
            (row.limit, room.map(|nodes| nodes.saturating_add(pool.counts.surplus())))
        }));
        left.push((Limit::Vnet, self.in_vnet(pool)));
        // Where one node is too much, none more comes; else more nodes change nothing.
        let own =
            limits.iter().filter(|row| row.node_pool.as_ref().is_some_and(|name| *name == pool.pool.name));
        let broken = own.filter(|row| row.limit.is_per_node() && row.headroom.is_some_and(|left| left < 0));
        left.extend(broken.map(|row| (row.limit, Some(0))));
        let tightest = left
            .iter()
            .filter_map(|(limit, nodes)| Some((*limit, (*nodes)?)))
            .min_by_key(|(_, nodes)| *nodes);
        // A limit that can't be told may be tighter than all the others, unless one of them leaves nothing.
        let is_sure = left.iter().all(|(_, nodes)| nodes.is_some());
        let tightest = tightest.filter(|(_, nodes)| is_sure || *nodes == 0);
        PoolAhead {
            largest_scale_up: tightest.map(|(_, nodes)| nodes),
            nodes_at_peak: at_maximum(pool),
            limited_by: tightest.map(|(limit, _)| limit),
            limits: left.into_iter().filter_map(|(limit, nodes)| Some((limit, nodes?))).collect(),
            breach: breach(pool),
        }
    }

    /// Nodes the free addresses of a subnet are enough for, once what is wanted has come; those of the pool that are there
    /// and not wanted come first.
    fn in_subnet(&self, place: Option<usize>, key: PoolKey, pool: &PoolFacts<'_>) -> Option<u64> {
        let forecast = self.forecasts.get(&place?)?;
        let at = forecast.demands.binary_search_by_key(&key, |demand| demand.key).ok()?;
        let demand = forecast.demands.get(at)?;
        let free = forecast.usable?.saturating_sub(forecast.used?).saturating_sub(forecast.due()?);
        Some(free.checked_div(demand.per_node?.high)?.saturating_add(pool.counts.surplus()))
    }

    fn in_vnet(&self, pool: &PoolFacts<'_>) -> Option<u64> {
        let (vnet, _) = self.estate.subnets.get(pool.node_subnet?)?.read?;
        let per_node = pool.per_node?;
        let pods = match pool.mode {
            IpamMode::PodSubnetStatic => static_blocks(pool.max_pods?),
            _ => per_node.pod_subnet.map_or(0, |pods| pods.high),
        };
        let settled = self.vnets.get(&vnet.id).map_or(0, |counted| counted.settled);
        let room =
            ADDRESSES_PER_VNET.saturating_sub(settled).checked_div(pool.in_node_subnet(per_node) + pods);
        room.map(|nodes| nodes.saturating_add(pool.counts.surplus()))
    }
}

/// Whether one node of the pool breaks a limit of its own: 250 pods, 256 IP configurations (G-36).
/// <https://learn.microsoft.com/azure/aks/concepts-network-ip-address-planning>
fn breach(pool: &PoolFacts<'_>) -> Option<Breach> {
    let max_pods = pool.max_pods.filter(|max_pods| *max_pods > MAX_PODS_PER_NODE)?;
    let count = configurations(pool, max_pods).filter(|count| *count > CONFIGURATIONS_PER_NODE);
    Some(Breach { max_pods, configurations: count })
}
