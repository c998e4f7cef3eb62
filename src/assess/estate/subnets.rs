//! The subnets of an estate while it is indexed: found by id, and given whom they hold.

use std::collections::HashMap;

use super::{
    ClusterFacts, Entry, Holding, SubnetFacts,
    attribution::{Holder, NodeGroups},
};
use crate::inventory::{OwnerCount, OwnerKind, ResourceId, Subnet, VirtualNetwork};

/// The subnet of pools that name none, by cluster: `aks-subnet` of the network in the node resource group, else its
/// only subnet. <https://github.com/Azure/AKS/issues/3130>
pub(super) fn managed_subnets(
    vnets: &[&VirtualNetwork],
    groups: &NodeGroups<'_>,
    subnets: &Subnets<'_>,
) -> HashMap<usize, usize> {
    let mut found: HashMap<usize, Vec<&ResourceId>> = HashMap::new();
    for vnet in vnets {
        if let Some(cluster) = vnet.id.resource_group_id().and_then(|group| groups.cluster(&group)) {
            found.entry(cluster).or_default().extend(vnet.subnets.iter().map(|subnet| &subnet.id));
        }
    }
    let only = |ids: &[&ResourceId]| match ids {
        [one] => subnets.places.get(*one).copied(),
        _ => None,
    };
    found
        .into_iter()
        .filter_map(|(cluster, ids)| {
            let default: Vec<&ResourceId> =
                ids.iter().copied().filter(|id| id.name().eq_ignore_ascii_case("aks-subnet")).collect();
            Some((cluster, only(&default).or_else(|| only(&ids))?))
        })
        .collect()
}

/// Subnets by place and by id.
pub(super) struct Subnets<'a> {
    pub(super) list: Vec<SubnetFacts<'a>>,
    pub(super) places: HashMap<&'a ResourceId, usize>,
}

impl<'a> Subnets<'a> {
    pub(super) fn of(vnets: &[&'a VirtualNetwork]) -> Self {
        let count = vnets.iter().map(|vnet| vnet.subnets.len()).sum();
        let mut subnets = Self { list: Vec::with_capacity(count), places: HashMap::with_capacity(count) };
        for vnet in vnets {
            let mut of_vnet: Vec<&Subnet> = vnet.subnets.iter().collect();
            of_vnet.sort_by_key(|subnet| &subnet.id);
            for subnet in of_vnet {
                let place = subnets.place(&subnet.id);
                subnets.at(Some(place), |s| {
                    s.read = Some((vnet, subnet));
                    s.application_gateways = !subnet.application_gateways.is_empty()
                        || subnet.usage.owners.iter().any(|o| o.owner.kind == OwnerKind::ApplicationGateway);
                });
            }
        }
        subnets
    }

    /// The place of a subnet, which is new when no network showed it.
    pub(super) fn place(&mut self, id: &'a ResourceId) -> usize {
        *self.places.entry(id).or_insert_with(|| {
            self.list.push(SubnetFacts {
                id,
                read: None,
                tenants: None,
                virtual_nodes: false,
                application_gateways: false,
                entries: Vec::new(),
            });
            self.list.len() - 1
        })
    }

    pub(super) fn at(&mut self, place: Option<usize>, change: impl FnOnce(&mut SubnetFacts<'a>)) {
        if let Some(subnet) = place.and_then(|place| self.list.get_mut(place)) {
            change(subnet);
        }
    }

    /// Changes those of the named subnets that are known already.
    pub(super) fn note<'b>(
        &mut self,
        ids: impl IntoIterator<Item = &'b ResourceId>,
        change: impl Fn(&mut SubnetFacts<'a>),
    ) {
        for id in ids {
            let place = self.places.get(id).copied();
            self.at(place, &change);
        }
    }

    /// Gives every address ARM lists its holder, and every pool what its nodes hold in their subnet.
    pub(super) fn attribute(&mut self, groups: &NodeGroups<'a>, facts: &mut [ClusterFacts<'a>]) {
        for pool in facts.iter_mut().flat_map(|cluster| &mut cluster.pools) {
            let is_read = pool.node_subnet.and_then(|s| self.list.get(s)).is_some_and(|s| s.read.is_some());
            pool.holding = is_read.then(Holding::default);
        }
        for (place, subnet) in self.list.iter_mut().enumerate() {
            let Some((_, read)) = subnet.read else { continue };
            subnet.entries.reserve_exact(read.usage.owners.len());
            for count in &read.usage.owners {
                let holder = groups.holder(count);
                let entry = Entry { count, holder };
                if let Some(cluster) = entry.uncounted_of().and_then(|place| facts.get_mut(place)) {
                    cluster.uncounted += count.nodes();
                    cluster.provisioned += if count.owner.is_provisioned { count.nodes() } else { 0 };
                }
                subnet.entries.push(entry);
                let Holder::Cluster { cluster, pool: Some(pool) } = holder else { continue };
                let pool = facts.get_mut(cluster).and_then(|c| c.pools.get_mut(pool));
                if let Some(pool) = pool.filter(|pool| pool.node_subnet == Some(place)) {
                    pool.holding.get_or_insert_default().add(count);
                }
            }
            subnet.entries.sort_by(|a, b| a.count.owner.cmp(&b.count.owner));
        }
    }
}

impl Holding {
    fn add(&mut self, count: &OwnerCount) {
        self.nodes += count.nodes();
        let ends = count.per_node.iter().next().zip(count.per_node.iter().next_back());
        if let Some(((low, _), (high, _))) = ends {
            let (low, high) = (u64::from(low), u64::from(high));
            let known = self.per_node.unwrap_or((low, high));
            self.per_node = Some((known.0.min(low), known.1.max(high)));
        }
    }
}
