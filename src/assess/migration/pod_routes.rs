//! Where the pod routes of kubenet clusters stand: the subnets of a cluster need the route table that has them.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::{
    assess::estate::Estate,
    inventory::{ResourceId, RouteTable},
    ipam::{Cidr, Overlaps},
};

/// The route tables that are on no subnet of a cluster's own and may have its pod routes all the same.
pub(super) struct PodRoutes<'a> {
    /// The tables in each resource group of nodes, which AKS made.
    managed: HashMap<ResourceId, Vec<&'a RouteTable>>,
    /// Routes by their next hop, of tables that are on no subnet and that AKS made for no cluster that was read.
    detached: Overlaps<(&'a ResourceId, Cidr)>,
}

impl<'a> PodRoutes<'a> {
    pub(super) fn of(estate: &Estate<'a>) -> Self {
        let groups = estate.clusters.iter().filter_map(|facts| facts.cluster.node_resource_group_id());
        let groups: HashSet<ResourceId> = groups.collect();
        let (mut managed, mut detached) = (HashMap::<_, Vec<_>>::new(), Vec::new());
        for table in estate.route_tables.iter().copied() {
            match table.id.resource_group_id().filter(|group| groups.contains(group)) {
                Some(group) => managed.entry(group).or_default().push(table),
                None if estate.subnets_of_table(&table.id).is_empty() => {
                    let routes = hops(table);
                    detached.extend(routes.map(|(hop, prefix)| (hop, (&table.id, prefix))));
                }
                None => {}
            }
        }
        Self { managed, detached: detached.into_iter().collect() }
    }

    /// The tables in a resource group of nodes, each with how many of its routes lead into a pod CIDR by way of nodes.
    pub(super) fn in_group(
        &self,
        group: &ResourceId,
        pods: Cidr,
        nodes: &[Cidr],
    ) -> impl Iterator<Item = (&'a ResourceId, usize)> {
        let tables = self.managed.get(group).into_iter().flatten();
        tables.map(move |table| (&table.id, count(table, pods, nodes)))
    }

    /// The same of the tables that are on no subnet and that AKS did not make.
    pub(super) fn detached(&self, pods: Cidr, nodes: &[Cidr]) -> BTreeMap<&'a ResourceId, usize> {
        let mut counts = BTreeMap::new();
        for (_, (table, prefix)) in nodes.iter().flat_map(|range| self.detached.with(*range)) {
            if pods.contains(*prefix) {
                *counts.entry(*table).or_default() += 1;
            }
        }
        counts
    }
}

/// How many routes of a table lead into a pod CIDR by way of nodes in these ranges.
pub(super) fn count(table: &RouteTable, pods: Cidr, nodes: &[Cidr]) -> usize {
    let leads_there = |(hop, prefix): &(Cidr, Cidr)| {
        pods.contains(*prefix) && nodes.iter().any(|range| range.contains(*hop))
    };
    hops(table).filter(leads_there).count()
}

/// The routes of a table that name an address to go by: that address, and where they lead.
pub(super) fn hops(table: &RouteTable) -> impl Iterator<Item = (Cidr, Cidr)> {
    table.routes.iter().filter_map(|route| {
        let hop = Cidr::of_address(route.next_hop_address.as_deref()?.parse().ok()?)?;
        Some((hop, route.prefix.as_deref()?.parse().ok()?))
    })
}
