//! Ranges that collide: pods, services and networks with each other, with Azure's reserved ranges, with peers, with
//! routes and with what is reachable outside Azure.
//!
//! What is allowed is not reported: the same pod CIDR on several clusters, for example
//! (<https://learn.microsoft.com/azure/aks/concepts-network-azure-cni-overlay>).

use std::collections::BTreeSet;

use super::limits::is_own_route;
use crate::{
    assess::{
        estate::{ClusterFacts, Estate},
        options::Severity,
        topology::{
            Owner,
            index::Index,
            pods::{networks, pod_cidrs},
        },
    },
    inventory::{ResourceId, VirtualNetwork},
    ipam::Cidr,
    rules::{Catalogue, FindingId},
};

/// What a range that collides is for, in the order of reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RangeOf {
    /// The pods of a cluster.
    Pods,
    /// The services of a cluster.
    Services,
    /// A network.
    Network,
}

impl RangeOf {
    /// The first half of a conflict's kind.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pods => "pod",
            Self::Services => "service",
            Self::Network => "vnet",
        }
    }
}

/// What a range collides with, in the order of reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Collision {
    /// A range outside Azure.
    OnPremises,
    /// A peered network.
    Peer,
    /// A range that AKS reserves.
    Reserved,
    /// A route that somebody set.
    Route,
    /// The cluster's services.
    Service,
    /// A subnet of the cluster's network.
    Subnet,
    /// A network behind a hub that forwards.
    TransitivePeer,
    /// The space of the cluster's network, where no subnet lies.
    Vnet,
}

impl Collision {
    /// The second half of a conflict's kind.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Service => "service",
            Self::Reserved => "reserved",
            Self::Subnet => "subnet",
            Self::Vnet => "vnet",
            Self::Peer => "peer",
            Self::TransitivePeer => "transitive-peer",
            Self::OnPremises => "on-premises",
            Self::Route => "route",
        }
    }

    /// The rule that reports it, whose severity a conflict has.
    #[must_use]
    pub fn rule(self) -> FindingId {
        match self {
            Self::Service => FindingId::ConflictService,
            Self::Reserved => FindingId::ConflictReserved,
            Self::Subnet => FindingId::ConflictSubnet,
            Self::Vnet => FindingId::ConflictVnet,
            Self::Peer => FindingId::ConflictPeer,
            Self::TransitivePeer => FindingId::ConflictTransitivePeer,
            Self::OnPremises => FindingId::ConflictOnPremises,
            Self::Route => FindingId::ConflictRoute,
        }
    }
}

/// Two ranges that collide.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Conflict {
    /// What the first range is for.
    pub of: RangeOf,
    /// What kind of thing the second range is.
    pub with: Collision,
    /// The first range.
    pub cidr_a: Cidr,
    /// Whose it is: the cluster or network.
    pub owner_a: ResourceId,
    /// The second range.
    pub cidr_b: Cidr,
    /// Whose it is.
    pub owner_b: Owner,
    /// The name of the hub it lies behind, or of the route that leads to it.
    pub by: Option<String>,
    /// How bad it is, by the catalogue.
    pub severity: Severity,
}

impl Conflict {
    /// What collides: `pod-service`, `pod-subnet`, `vnet-peer`, …
    #[must_use]
    pub fn kind(&self) -> String {
        format!("{}-{}", self.of.as_str(), self.with.as_str())
    }
}

/// What conflicts are found with.
pub(crate) struct Ranges<'a> {
    index: Index<'a>,
}

impl<'a> Ranges<'a> {
    /// Indexes the networks of the chosen clusters, and those they are peered with.
    pub(crate) fn of(estate: &Estate<'a>, on_premises: &[Cidr]) -> Self {
        Self { index: Index::of(estate, on_premises) }
    }

    /// Whether a pod CIDR of a cluster would collide with anything it must not touch.
    pub(crate) fn is_clear(&self, estate: &Estate<'a>, cluster: &ClusterFacts<'a>, pods: Cidr) -> bool {
        let mut found = BTreeSet::new();
        self.of_pods(estate, cluster, pods, &mut found);
        found.is_empty()
    }

    /// Everything that collides in the chosen clusters and their networks.
    pub(crate) fn conflicts(&self, estate: &Estate<'a>) -> Vec<Conflict> {
        let mut found = BTreeSet::new();
        for cluster in estate.clusters.iter().filter(|cluster| cluster.chosen) {
            for pods in pod_cidrs(cluster.cluster) {
                self.of_pods(estate, cluster, pods, &mut found);
                routes(estate, cluster, pods, &mut found);
            }
            for services in &cluster.cluster.network.service_cidrs.known {
                self.of_services(estate, cluster, *services, &mut found);
            }
            for vnet in networks(estate, cluster) {
                self.of_network(vnet, &mut found);
            }
        }
        found.into_iter().collect()
    }

    fn of_pods(
        &self,
        estate: &Estate<'a>,
        cluster: &ClusterFacts<'a>,
        pods: Cidr,
        found: &mut BTreeSet<Conflict>,
    ) {
        let mut add = recorder(RangeOf::Pods, pods, &cluster.cluster.id, found);
        for services in cluster.cluster.network.service_cidrs.known.iter().filter(|s| s.overlaps(pods)) {
            add(Collision::Service, *services, resource(&cluster.cluster.id), None);
        }
        self.of_any(pods, &mut add);
        for vnet in networks(estate, cluster) {
            self.of_networks(cluster, vnet, pods, &mut add);
        }
    }

    fn of_services(
        &self,
        estate: &Estate<'a>,
        cluster: &ClusterFacts<'a>,
        services: Cidr,
        found: &mut BTreeSet<Conflict>,
    ) {
        let mut add = recorder(RangeOf::Services, services, &cluster.cluster.id, found);
        self.of_any(services, &mut add);
        for vnet in networks(estate, cluster) {
            self.of_networks(cluster, vnet, services, &mut add);
        }
    }

    /// Reserved ranges and ranges outside Azure, which nothing of a cluster may touch (G-34).
    fn of_any(&self, cidr: Cidr, add: &mut impl FnMut(Collision, Cidr, Owner, Option<&str>)) {
        for reserved in self.index.reserved(cidr) {
            add(Collision::Reserved, reserved, Owner::Aks, None);
        }
        for range in self.index.on_premises(cidr) {
            add(Collision::OnPremises, range, Owner::OnPremises, None);
        }
    }

    /// A cluster's own network and what is reachable from it. Only subnets are refused; the rest of the network's
    /// space is tolerated (<https://github.com/Azure/AKS/releases/tag/2024-10-25>, K-03), and not worth a word where AKS
    /// chose both: a managed network's 10.0.0.0/8 holds the default ranges.
    fn of_networks(
        &self,
        cluster: &ClusterFacts<'_>,
        vnet: &VirtualNetwork,
        cidr: Cidr,
        add: &mut impl FnMut(Collision, Cidr, Owner, Option<&str>),
    ) {
        let mut in_subnet = false;
        for (prefix, subnet) in self.index.subnets(vnet, cidr) {
            in_subnet = true;
            add(Collision::Subnet, prefix, resource(subnet), None);
        }
        for (prefix, id) in self.index.space(vnet, cidr).filter(|_| !in_subnet && !is_managed(cluster, vnet))
        {
            add(Collision::Vnet, prefix, resource(id), None);
        }
        self.of_peers(vnet, cidr, add);
    }

    /// Networks that peering reaches: directly, and through a hub that forwards.
    fn of_peers(
        &self,
        vnet: &VirtualNetwork,
        cidr: Cidr,
        add: &mut impl FnMut(Collision, Cidr, Owner, Option<&str>),
    ) {
        for (prefix, peer) in self.index.peers(vnet, cidr) {
            add(Collision::Peer, prefix, resource(peer), None);
        }
        for (prefix, peer, hub) in self.index.behind_hubs(vnet, cidr) {
            add(Collision::TransitivePeer, prefix, resource(peer), Some(hub.name()));
        }
    }

    fn of_network(&self, vnet: &VirtualNetwork, found: &mut BTreeSet<Conflict>) {
        for prefix in &vnet.address_space.known {
            let mut add = recorder(RangeOf::Network, *prefix, &vnet.id, found);
            self.of_any(*prefix, &mut add);
            self.of_peers(vnet, *prefix, &mut add);
        }
    }
}

/// Records conflicts of one range.
fn recorder<'f>(
    of: RangeOf,
    cidr: Cidr,
    owner: &'f ResourceId,
    found: &'f mut BTreeSet<Conflict>,
) -> impl FnMut(Collision, Cidr, Owner, Option<&str>) + 'f {
    move |with, cidr_b, owner_b, by| {
        found.insert(Conflict {
            of,
            with,
            cidr_a: cidr,
            owner_a: owner.clone(),
            cidr_b,
            owner_b,
            by: by.map(str::to_owned),
            severity: Catalogue::built_in().finding(with.rule()).severity,
        });
    }
}

fn resource(id: &ResourceId) -> Owner {
    Owner::Resource(id.clone())
}

/// Whether AKS made the network for the cluster: it lies in the node resource group.
fn is_managed(cluster: &ClusterFacts<'_>, vnet: &VirtualNetwork) -> bool {
    let group = vnet.id.resource_group().zip(cluster.cluster.node_resource_group.as_deref());
    group.is_some_and(|(group, nodes)| group.eq_ignore_ascii_case(nodes))
}

/// Routes of others in a cluster's route tables that meet its pods; the default route meets everything.
fn routes<'a>(estate: &Estate<'a>, cluster: &ClusterFacts<'a>, pods: Cidr, found: &mut BTreeSet<Conflict>) {
    let mut add = recorder(RangeOf::Pods, pods, &cluster.cluster.id, found);
    for (id, table) in estate.tables_of(cluster) {
        for route in table.into_iter().flat_map(|table| &table.routes) {
            let prefix = route.prefix.as_deref().and_then(|text| text.parse::<Cidr>().ok());
            let meets =
                |cidr: &Cidr| cidr.length() > 0 && cidr.overlaps(pods) && !is_own_route(route, &[pods]);
            if let Some(cidr) = prefix.filter(meets) {
                add(Collision::Route, cidr, resource(id), Some(&route.name));
            }
        }
    }
}
