//! Route tables of kubenet clusters.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use super::{ClusterField, Kind, MissingFact, Outcome, addresses::missing_subnets};
use crate::{
    assess::migration::{pod_routes, scene::Subject},
    inventory::{Cluster, NetworkPlugin, ResourceId},
    ipam::Cidr,
};

/// What is wrong with routes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RoutingFault {
    /// Route tables that AKS did not make.
    Own(Vec<ResourceId>),
    /// Subnets of others that the route table is on.
    OnSubnets(Vec<ResourceId>),
    /// Clusters that share the route table.
    SharedWith(Vec<ResourceId>),
    /// The node subnets have not all the same route table.
    Uneven {
        /// Subnets without one.
        without: Vec<ResourceId>,
        /// The route tables, where there are several.
        tables: Vec<ResourceId>,
        /// Those that are not the cluster's.
        foreign: Vec<ForeignTable>,
    },
    /// Egress takes the route table's default route.
    DefaultRoute,
    /// Route tables of others with routes to the pods.
    Elsewhere(Vec<ResourceId>),
}

/// A route table on a node subnet that is not the one with the cluster's pod routes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignTable {
    /// The table.
    pub table: ResourceId,
    /// The one with the pod routes.
    pub of_pods: ResourceId,
}

/// The route tables of the node subnets.
pub(crate) fn tables<'a>(subject: &Subject<'a>) -> BTreeSet<&'a ResourceId> {
    subject.node_subnets.iter().filter_map(|subnet| subnet.read?.1.route_table.as_ref()).collect()
}

/// Whether AKS made the table: it lies in the resource group of the nodes.
pub(crate) fn is_managed(subject: &Subject<'_>, table: &ResourceId) -> bool {
    subject.cluster.node_resource_group_id().is_some_and(|group| table.resource_group_id() == Some(group))
}

/// MIG-039 <https://learn.microsoft.com/azure/aks/update-azure-cni>
pub(super) fn managed_table(subject: &Subject<'_>) -> Outcome {
    let tables = tables(subject);
    if tables.is_empty() {
        return Outcome::unknown(ClusterField::RouteTableRead);
    }
    let own = tables.into_iter().filter(|table| !is_managed(subject, table)).cloned().collect();
    Outcome::of_list(own, missing_subnets(subject), RoutingFault::Own)
}

/// Subnets on the cluster's route tables that are not its own, split into those of other kubenet clusters and the rest.
pub(crate) fn others<'a>(
    subject: &Subject<'a>,
) -> (Vec<(&'a ResourceId, &'a ResourceId)>, Vec<&'a ResourceId>) {
    let own: BTreeSet<&ResourceId> = subject.node_subnets.iter().map(|subnet| subnet.id).collect();
    let mut clusters = Vec::new();
    let mut rest = Vec::new();
    for table in tables(subject) {
        for subnet in subject.scene.estate.subnets_of_table(table) {
            match kubenet_cluster_in(subject, subnet) {
                Some(cluster) => clusters.push((subnet, cluster)),
                None if own.contains(subnet) => {}
                None => rest.push(subnet),
            }
        }
    }
    (clusters, rest)
}

/// Another kubenet cluster with nodes in a subnet, the first by id.
fn kubenet_cluster_in<'a>(subject: &Subject<'a>, subnet: &ResourceId) -> Option<&'a ResourceId> {
    let estate = &subject.scene.estate;
    let living = estate.subnet(subnet)?.node_pools().iter();
    let clusters = living.filter_map(|key| Some(estate.pool(*key)?.0.cluster));
    let is_other = |other: &&Cluster| {
        other.id != subject.cluster.id && other.network.plugin == Some(NetworkPlugin::Kubenet)
    };
    clusters.filter(is_other).map(|other| &other.id).min()
}

/// What of the cluster's route tables could not be read.
fn missing_tables(subject: &Subject<'_>) -> Vec<MissingFact> {
    let tables = tables(subject);
    let mut missing = missing_subnets(subject);
    if tables.is_empty() && missing.is_empty() {
        missing.push(ClusterField::RouteTable.into());
    }
    missing.extend(unread(subject, &tables));
    missing
}

/// Those of these tables that nobody read.
fn unread(subject: &Subject<'_>, tables: &BTreeSet<&ResourceId>) -> impl Iterator<Item = MissingFact> {
    let unread = tables.iter().filter(|table| subject.scene.estate.route_table(table).is_none());
    unread.map(|table| MissingFact::Unread(Kind::RouteTable, (*table).clone()))
}

/// MIG-040 <https://github.com/MicrosoftDocs/azure-aks-docs/issues/334>
pub(super) fn foreign_subnets(subject: &Subject<'_>) -> Outcome {
    let (_, rest) = others(subject);
    let named = rest.iter().copied().cloned().collect();
    Outcome::of_list(named, missing_tables(subject), RoutingFault::OnSubnets).about(rest)
}

/// MIG-041 <https://learn.microsoft.com/azure/aks/configure-kubenet>
pub(super) fn shared_table(subject: &Subject<'_>) -> Outcome {
    let (clusters, _) = others(subject);
    let named = clusters.into_iter().map(|(_, cluster)| cluster.clone()).collect();
    Outcome::of_list(named, missing_tables(subject), RoutingFault::SharedWith)
}

/// MIG-042: a node subnet without a table, with another than the others have, or with one that is not the cluster's.
/// <https://github.com/Azure/AKS/issues/1500>, <https://github.com/Azure/AKS/issues/1460>
pub(super) fn table_everywhere(subject: &Subject<'_>) -> Outcome {
    let tables = tables(subject);
    let without = subject
        .node_subnets
        .iter()
        .filter(|subnet| subnet.read.is_some_and(|(_, read)| read.route_table.is_none()));
    let without: Vec<ResourceId> = without.map(|subnet| subnet.id.clone()).collect();
    let foreign: Vec<ForeignTable> = tables.iter().filter_map(|table| foreign(subject, table)).collect();
    let several = if tables.len() > 1 { tables.iter().copied().cloned().collect() } else { Vec::new() };
    if without.is_empty() && several.is_empty() && foreign.is_empty() {
        return Outcome::of_missing(missing_pod_routes(subject, &tables));
    }
    Outcome::fail(RoutingFault::Uneven { without, tables: several, foreign })
}

/// The ranges of the cluster's nodes.
fn node_ranges(subject: &Subject<'_>) -> Vec<Cidr> {
    subject
        .node_subnets
        .iter()
        .filter_map(|subnet| subnet.read)
        .flat_map(|(_, read)| read.prefixes.v4())
        .collect()
}

/// Whether a table of a node subnet is not the one in which AKS keeps the cluster's pod routes: a table that AKS made for
/// it has more of them, or one that is on no subnet, or on another one of the network, has some where this has none.
fn foreign(subject: &Subject<'_>, table: &ResourceId) -> Option<ForeignTable> {
    let (scene, pods, nodes) = (subject.scene, subject.present_pod_cidr()?, node_ranges(subject));
    let own = pod_routes::count(scene.estate.route_table(table)?, pods, &nodes);
    let group = subject.cluster.node_resource_group_id();
    let managed = group.iter().flat_map(|group| scene.pod_routes.in_group(group, pods, &nodes));
    let mut others: BTreeMap<&ResourceId, usize> = managed.filter(|(_, count)| *count > own).collect();
    if own == 0 {
        others.extend(scene.pod_routes.detached(pods, &nodes));
        let vnet = subject.vnet().map(|vnet| &vnet.id);
        let beside =
            vnet.iter().flat_map(|vnet| nodes.iter().flat_map(|range| scene.routes_inside(vnet, *range)));
        let beside = beside.filter(|(_, prefix)| pods.contains(*prefix)).map(|(other, _)| other);
        others.extend(counted(beside));
    }
    let others = others.into_iter().filter(|(other, _)| *other != table);
    let (most, _) = others.max_by_key(|(other, count)| (*count, Reverse(*other)))?;
    Some(ForeignTable { table: table.clone(), of_pods: most.clone() })
}

/// How often each stands there.
fn counted<'a>(tables: impl Iterator<Item = &'a ResourceId>) -> BTreeMap<&'a ResourceId, usize> {
    let mut counts = BTreeMap::new();
    for table in tables {
        *counts.entry(table).or_default() += 1;
    }
    counts
}

/// What is missing to tell where the pod routes are.
fn missing_pod_routes(subject: &Subject<'_>, tables: &BTreeSet<&ResourceId>) -> Vec<MissingFact> {
    let mut missing = missing_subnets(subject);
    missing.extend(unread(subject, tables));
    missing
}

/// MIG-043 <https://learn.microsoft.com/azure/aks/egress-outboundtype>
pub(super) fn user_defined(subject: &Subject<'_>) -> Outcome {
    match subject.cluster.network.outbound_type.as_deref() {
        Some(kind) if kind.eq_ignore_ascii_case("userDefinedRouting") => {
            Outcome::fail(RoutingFault::DefaultRoute)
        }
        Some(_) => Outcome::Pass,
        None => Outcome::unknown(ClusterField::OutboundType),
    }
}

/// MIG-044: routes into the pod CIDR whose next hop is an address of the node subnets, in tables of others on subnets that
/// reach the cluster.
/// <https://github.com/Azure/AKS/issues/4871>
pub(super) fn routes_elsewhere(subject: &Subject<'_>) -> Outcome {
    let Some(cidr) = subject.present_pod_cidr() else {
        return Outcome::unknown(ClusterField::PresentPodCidr);
    };
    let own = tables(subject);
    let nodes = node_ranges(subject);
    let Some(vnet) = subject.vnet() else { return Outcome::unknown(ClusterField::Network) };
    let hops = nodes.iter().flat_map(|range| subject.scene.routes_to(&vnet.id, *range));
    let hits: BTreeSet<&ResourceId> = hops
        .filter(|(table, prefix)| !own.contains(table) && cidr.contains(*prefix))
        .map(|(table, _)| table)
        .collect();
    let hits = hits.into_iter().cloned().collect();
    let mut missing = missing_subnets(subject);
    if subject.scene.misses_route_tables(&vnet.id) {
        missing.push(ClusterField::SomeRouteTables.into());
    }
    Outcome::of_list(hits, missing, RoutingFault::Elsewhere)
}
