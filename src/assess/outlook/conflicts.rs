//! Ranges that collide: pods, services and networks with each other, with Azure's reserved ranges, with peers, with
//! routes and with what is reachable outside Azure.
//!
//! What is allowed is not reported: the same pod CIDR on several clusters, for example
//! (<https://learn.microsoft.com/azure/aks/concepts-network-azure-cni-overlay>).

use std::collections::BTreeSet;

use super::limits::{RouteTables, is_own_route};
use crate::{
    assess::{
        estate::{ClusterFacts, Estate},
        options::Severity,
        topology::{
            index::Index,
            pods::{networks, pod_cidrs},
        },
    },
    inventory::{ResourceId, VirtualNetwork},
    ipam::Cidr,
    rules::{Catalogue, FindingId},
};

/// What a range collides with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Collision {
    /// The cluster's services.
    Service,
    /// A range that AKS reserves.
    Reserved,
    /// A subnet of the cluster's network.
    Subnet,
    /// The space of the cluster's network, where no subnet lies.
    Vnet,
    /// A peered network.
    Peer,
    /// A network behind a hub that forwards.
    TransitivePeer,
    /// A range outside Azure.
    OnPremises,
    /// A route that somebody set.
    Route,
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
    /// What collides: `pod-service`, `pod-subnet`, `vnet-peer`, …
    pub kind: String,
    /// The first range.
    pub cidr_a: Cidr,
    /// Whose it is: the cluster or network.
    pub owner_a: String,
    /// The second range.
    pub cidr_b: Cidr,
    /// Whose it is.
    pub owner_b: String,
    /// What kind of thing the second range is.
    pub with: Collision,
    /// How bad it is, by the catalogue.
    pub severity: Severity,
    /// Why it matters.
    pub detail: String,
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
    pub(crate) fn conflicts(&self, estate: &Estate<'a>, tables: &RouteTables<'a>) -> Vec<Conflict> {
        let mut found = BTreeSet::new();
        for cluster in estate.clusters.iter().filter(|cluster| cluster.chosen) {
            for pods in pod_cidrs(cluster.cluster) {
                self.of_pods(estate, cluster, pods, &mut found);
                routes(estate, cluster, tables, pods, &mut found);
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
        let mut say = sayer("pod", pods, &cluster.cluster.id, found);
        for services in cluster.cluster.network.service_cidrs.known.iter().filter(|s| s.overlaps(pods)) {
            say(
                Collision::Service,
                *services,
                cluster.cluster.id.as_str(),
                "AKS forbids pods and services in one range",
            );
        }
        self.of_any(pods, &mut say);
        for vnet in networks(estate, cluster) {
            self.of_networks("pods", cluster, vnet, pods, &mut say);
        }
    }

    fn of_services(
        &self,
        estate: &Estate<'a>,
        cluster: &ClusterFacts<'a>,
        services: Cidr,
        found: &mut BTreeSet<Conflict>,
    ) {
        let mut say = sayer("service", services, &cluster.cluster.id, found);
        self.of_any(services, &mut say);
        for vnet in networks(estate, cluster) {
            self.of_networks("services", cluster, vnet, services, &mut say);
        }
    }

    /// Reserved ranges and ranges outside Azure, which nothing of a cluster may touch (G-34).
    fn of_any(&self, cidr: Cidr, say: &mut impl FnMut(Collision, Cidr, &str, &str)) {
        for reserved in self.index.reserved(cidr) {
            say(Collision::Reserved, reserved, "AKS", "AKS reserves this range");
        }
        for range in self.index.on_premises(cidr) {
            say(
                Collision::OnPremises,
                range,
                "on-premises",
                "hosts outside Azure in this range can't be reached",
            );
        }
    }

    /// A cluster's own network and what is reachable from it. Only subnets are refused; the rest of the network's
    /// space is tolerated (<https://github.com/Azure/AKS/releases/tag/2024-10-25>, K-03), and not worth a word where AKS
    /// chose both: a managed network's 10.0.0.0/8 holds the default ranges.
    fn of_networks(
        &self,
        what: &str,
        cluster: &ClusterFacts<'_>,
        vnet: &VirtualNetwork,
        cidr: Cidr,
        say: &mut impl FnMut(Collision, Cidr, &str, &str),
    ) {
        let mut in_subnet = false;
        for (prefix, subnet) in self.index.subnets(vnet, cidr) {
            in_subnet = true;
            say(
                Collision::Subnet,
                prefix,
                subnet.as_str(),
                &format!("{what} overlap a subnet of the cluster's network"),
            );
        }
        for (prefix, id) in self.index.space(vnet, cidr).filter(|_| !in_subnet && !is_managed(cluster, vnet))
        {
            say(
                Collision::Vnet,
                prefix,
                id.as_str(),
                &format!("{what} overlap the network's space, though no subnet of it"),
            );
        }
        self.of_peers(vnet, cidr, say);
    }

    /// Networks that peering reaches: directly, and through a hub that forwards.
    fn of_peers(&self, vnet: &VirtualNetwork, cidr: Cidr, say: &mut impl FnMut(Collision, Cidr, &str, &str)) {
        for (prefix, peer) in self.index.peers(vnet, cidr) {
            say(
                Collision::Peer,
                prefix,
                peer.as_str(),
                "hosts of the peered network in this range can't be reached",
            );
        }
        for (prefix, peer, hub) in self.index.behind_hubs(vnet, cidr) {
            let detail = format!("hosts in this range behind the hub {} can't be reached", hub.name());
            say(Collision::TransitivePeer, prefix, peer.as_str(), &detail);
        }
    }

    fn of_network(&self, vnet: &VirtualNetwork, found: &mut BTreeSet<Conflict>) {
        for prefix in &vnet.address_space.known {
            let mut say = sayer("vnet", *prefix, &vnet.id, found);
            self.of_any(*prefix, &mut say);
            self.of_peers(vnet, *prefix, &mut say);
        }
    }
}

/// Records conflicts of one range.
fn sayer<'f>(
    kind: &'f str,
    cidr: Cidr,
    owner: &'f ResourceId,
    found: &'f mut BTreeSet<Conflict>,
) -> impl FnMut(Collision, Cidr, &str, &str) + 'f {
    move |with, cidr_b, owner_b, detail| {
        found.insert(Conflict {
            kind: format!("{kind}-{}", with.as_str()),
            cidr_a: cidr,
            owner_a: owner.to_string(),
            cidr_b,
            owner_b: owner_b.to_owned(),
            with,
            severity: Catalogue::built_in().finding(with.rule()).severity,
            detail: detail.to_owned(),
        });
    }
}

/// Whether AKS made the network for the cluster: it lies in the node resource group.
fn is_managed(cluster: &ClusterFacts<'_>, vnet: &VirtualNetwork) -> bool {
    let group = vnet.id.resource_group().zip(cluster.cluster.node_resource_group.as_deref());
    group.is_some_and(|(group, nodes)| group.eq_ignore_ascii_case(nodes))
}

/// Routes of others in a cluster's route tables that meet its pods; the default route meets everything.
fn routes(
    estate: &Estate<'_>,
    cluster: &ClusterFacts<'_>,
    tables: &RouteTables<'_>,
    pods: Cidr,
    found: &mut BTreeSet<Conflict>,
) {
    let mut say = sayer("pod", pods, &cluster.cluster.id, found);
    for (id, table) in tables.of_cluster(estate, cluster) {
        for route in table.into_iter().flat_map(|table| &table.routes) {
            let prefix = route.prefix.as_deref().and_then(|text| text.parse::<Cidr>().ok());
            let meets =
                |cidr: &Cidr| cidr.length() > 0 && cidr.overlaps(pods) && !is_own_route(route, &[pods]);
            if let Some(cidr) = prefix.filter(meets) {
                let detail = format!("route {} leads part of the pod range elsewhere", route.name);
                say(Collision::Route, cidr, id.as_str(), &detail);
            }
        }
    }
}
