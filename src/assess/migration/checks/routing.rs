//! Route tables of kubenet clusters.

use std::collections::BTreeSet;

use super::{ClusterField, Kind, MissingFact, Outcome, addresses::missing_subnets};
use crate::{
    assess::migration::scene::Subject,
    inventory::{NetworkPlugin, ResourceId},
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
    },
    /// Egress takes the route table's default route.
    DefaultRoute,
    /// Route tables of others with routes to the pods.
    Elsewhere(Vec<ResourceId>),
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

/// Another kubenet cluster with nodes in a subnet.
fn kubenet_cluster_in<'a>(subject: &Subject<'a>, subnet: &ResourceId) -> Option<&'a ResourceId> {
    let estate = &subject.scene.estate;
    estate.clusters.iter().find_map(|other| {
        let is_other = other.cluster.id != subject.cluster.id
            && other.cluster.network.plugin == Some(NetworkPlugin::Kubenet);
        let lives_there = other
            .pools
            .iter()
            .filter_map(|pool| estate.subnets.get(pool.node_subnet?))
            .any(|facts| facts.id == subnet);
        (is_other && lives_there).then_some(&other.cluster.id)
    })
}

/// What of the cluster's route tables could not be read.
fn missing_tables(subject: &Subject<'_>) -> Vec<MissingFact> {
    let tables = tables(subject);
    let mut missing = missing_subnets(subject);
    if tables.is_empty() && missing.is_empty() {
        missing.push(ClusterField::RouteTable.into());
    }
    let unread = tables.into_iter().filter(|table| subject.scene.estate.route_table(table).is_none());
    missing.extend(unread.map(|table| MissingFact::Unread(Kind::RouteTable, table.clone())));
    missing
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

/// MIG-042 <https://github.com/Azure/AKS/issues/1500>
pub(super) fn table_everywhere(subject: &Subject<'_>) -> Outcome {
    let tables = tables(subject);
    let without = subject
        .node_subnets
        .iter()
        .filter(|subnet| subnet.read.is_some_and(|(_, read)| read.route_table.is_none()));
    let without: Vec<ResourceId> = without.map(|subnet| subnet.id.clone()).collect();
    let tables = if tables.len() > 1 { tables.into_iter().cloned().collect() } else { Vec::new() };
    if without.is_empty() && tables.is_empty() {
        return Outcome::of_missing(missing_subnets(subject));
    }
    Outcome::fail(RoutingFault::Uneven { without, tables })
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
    let nodes: Vec<Cidr> =
        subject.node_subnets.iter().filter_map(|s| s.read).flat_map(|(_, read)| read.prefixes.v4()).collect();
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
