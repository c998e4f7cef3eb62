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
        topology::{How, Owner, Topology, networks, pod_cidrs, ranges::reserved},
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
    /// Whether a peering on the way was seen from one side only, so that it is assumed to pass traffic.
    pub assumed: bool,
}

impl Conflict {
    /// What collides: `pod-service`, `pod-subnet`, `vnet-peer`, …
    #[must_use]
    pub fn kind(&self) -> String {
        format!("{}-{}", self.of.as_str(), self.with.as_str())
    }
}

/// Everything that collides in the chosen clusters and their networks.
pub(crate) fn conflicts<'a>(estate: &Estate<'a>, topology: &Topology<'a>) -> Vec<Conflict> {
    let mut found = BTreeSet::new();
    for cluster in estate.clusters.iter().filter(|cluster| cluster.chosen) {
        let around = Around { topology, cluster, networks: networks(estate, cluster) };
        for pods in pod_cidrs(cluster.cluster) {
            around.of_pods(pods, &mut found);
            routes(estate, cluster, pods, &mut found);
        }
        for services in &cluster.cluster.network.service_cidrs.known {
            around.of_services(*services, &mut found);
        }
        for vnet in &around.networks {
            around.of_network(vnet, &mut found);
        }
    }
    found.into_iter().collect()
}

/// What a conflict comes about by: the name of a hub or a route.
#[derive(Clone, Copy, Default)]
struct By<'n> {
    name: Option<&'n str>,
    assumed: bool,
}

/// A cluster, and what its ranges are compared with.
struct Around<'t, 'a> {
    topology: &'t Topology<'a>,
    cluster: &'t ClusterFacts<'a>,
    networks: Vec<&'a VirtualNetwork>,
}

impl Around<'_, '_> {
    fn of_pods(&self, pods: Cidr, found: &mut BTreeSet<Conflict>) {
        let cluster = self.cluster.cluster;
        let mut add = recorder(RangeOf::Pods, pods, &cluster.id, found);
        for services in cluster.network.service_cidrs.known.iter().filter(|s| s.overlaps(pods)) {
            add(Collision::Service, *services, Owner::of(&cluster.id), By::default());
        }
        self.of_any(pods, &mut add);
    }

    fn of_services(&self, services: Cidr, found: &mut BTreeSet<Conflict>) {
        let mut add = recorder(RangeOf::Services, services, &self.cluster.cluster.id, found);
        self.of_any(services, &mut add);
    }

    /// Reserved ranges, which nothing of a cluster may touch (G-34), the cluster's own networks, and what they reach. Of its
    /// own networks only subnets are refused; the rest of the space is tolerated
    /// (<https://github.com/Azure/AKS/releases/tag/2024-10-25>, K-03), and not worth a word where AKS chose both: a managed
    /// network's 10.0.0.0/8 holds the default ranges.
    fn of_any(&self, cidr: Cidr, add: &mut impl FnMut(Collision, Cidr, Owner, By<'_>)) {
        for reserved in reserved().filter(|range| range.overlaps(cidr)) {
            add(Collision::Reserved, reserved, Owner::Aks, By::default());
        }
        for vnet in &self.networks {
            let mut in_subnet = false;
            for subnet in &vnet.subnets {
                for prefix in subnet.prefixes.known.iter().filter(|prefix| prefix.overlaps(cidr)) {
                    in_subnet = true;
                    add(Collision::Subnet, *prefix, Owner::of(&subnet.id), By::default());
                }
            }
            let space = vnet.address_space.known.iter().filter(|prefix| prefix.overlaps(cidr));
            for prefix in space.filter(|_| !in_subnet && !is_managed(self.cluster, vnet)) {
                add(Collision::Vnet, *prefix, Owner::of(&vnet.id), By::default());
            }
            self.of_reached(vnet, cidr, add);
        }
        if self.networks.is_empty() {
            for met in self.topology.outside(cidr) {
                add(Collision::OnPremises, met.cidr, met.owner, By::default());
            }
        }
    }

    fn of_network(&self, vnet: &VirtualNetwork, found: &mut BTreeSet<Conflict>) {
        for prefix in &vnet.address_space.known {
            let mut add = recorder(RangeOf::Network, *prefix, &vnet.id, found);
            for reserved in reserved().filter(|range| range.overlaps(*prefix)) {
                add(Collision::Reserved, reserved, Owner::Aks, By::default());
            }
            self.of_reached(vnet, *prefix, &mut add);
        }
    }

    /// What the network reaches: directly, through a hub that passes traffic, and outside Azure.
    fn of_reached(
        &self,
        vnet: &VirtualNetwork,
        cidr: Cidr,
        add: &mut impl FnMut(Collision, Cidr, Owner, By<'_>),
    ) {
        for met in self.topology.reach(&vnet.id).meets(cidr) {
            match met.how {
                How::Direct => add(Collision::Peer, met.cidr, met.owner, By::default()),
                How::Hub { by, assumed } => {
                    add(
                        Collision::TransitivePeer,
                        met.cidr,
                        met.owner,
                        By { name: Some(by.name()), assumed },
                    );
                }
                How::OnPremises => add(Collision::OnPremises, met.cidr, met.owner, By::default()),
            }
        }
    }
}

/// Records conflicts of one range.
fn recorder<'f>(
    of: RangeOf,
    cidr: Cidr,
    owner: &'f ResourceId,
    found: &'f mut BTreeSet<Conflict>,
) -> impl FnMut(Collision, Cidr, Owner, By<'_>) + 'f {
    move |with, cidr_b, owner_b, by| {
        found.insert(Conflict {
            of,
            with,
            cidr_a: cidr,
            owner_a: owner.clone(),
            cidr_b,
            owner_b,
            by: by.name.map(str::to_owned),
            assumed: by.assumed,
            severity: Catalogue::built_in().finding(with.rule()).severity,
        });
    }
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
                add(Collision::Route, cidr, Owner::of(id), By { name: Some(&route.name), assumed: false });
            }
        }
    }
}
