//! A cluster with everything a check may ask about: its subnets, what they hold, networks it reaches, route tables,
//! security groups, other clusters.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
    net::Ipv4Addr,
};

use super::pod_routes::{PodRoutes, hops as hops_of};
use crate::{
    assess::{
        coverage::path,
        estate::{ClusterFacts, Estate, PoolFacts, filters::tag, mode::modes_of_cluster},
        options::{ClusterAnswers, MigrationSettings, Options},
        topology::{Held, PodRoom, Reach, Sharing, Topology},
        usage::Usage,
    },
    inventory::{
        Cluster, CoverageEntry, Inventory, NetworkPluginMode, ReadStatus, ResourceId, Subnet, SubscriptionId,
        VirtualNetwork, What,
    },
    ipam::{Cidr, IpamMode, SurgePolicy, usable},
};

/// An estate as migrations see it.
pub(super) struct Scene<'a> {
    pub(super) inventory: &'a Inventory,
    pub(super) options: &'a Options,
    pub(super) settings: &'a MigrationSettings,
    pub(super) estate: &'a Estate<'a>,
    pub(super) topology: &'a Topology<'a>,
    /// Routes to an address, by that address: their table, and where they lead.
    hops: Held<(&'a ResourceId, Cidr)>,
    /// Where the pod routes of kubenet clusters stand that are not on their subnets.
    pub(super) pod_routes: PodRoutes<'a>,
    /// Networks in which there may be route tables that nobody read.
    unread_tables: Held<()>,
    /// Networks in which there may be clusters that nobody read.
    unread_clusters: Held<()>,
    /// Clusters by pod CIDR, as networks meet them.
    sharing: Sharing,
    /// The pod CIDRs of Overlay clusters by subscription, the one worth sharing most first.
    shared_ranges: BTreeMap<SubscriptionId, Vec<Cidr>>,
}

/// A node subnet of a cluster.
pub(super) struct NodeSubnet<'a> {
    pub(super) id: &'a ResourceId,
    pub(super) read: Option<(&'a VirtualNetwork, &'a Subnet)>,
    pub(super) usage: Usage,
    /// The places of the cluster's pools in it.
    pub(super) pools: Vec<usize>,
    /// Nodes of the cluster in it that no pool counts.
    pub(super) uncounted: u64,
}

impl NodeSubnet<'_> {
    pub(super) fn usable(&self) -> Option<u64> {
        usable(self.read?.1.prefixes.v4())
    }
}

/// A cluster and its surroundings.
pub(super) struct Subject<'a> {
    pub(super) scene: &'a Scene<'a>,
    pub(super) facts: &'a ClusterFacts<'a>,
    pub(super) cluster: &'a Cluster,
    /// Where the cluster starts from.
    pub(super) from: IpamMode,
    pub(super) node_subnets: Vec<NodeSubnet<'a>>,
    /// Pools whose subnet could not be told.
    pub(super) unplaced: Vec<&'a str>,
    /// The pod CIDR the checks speak of: chosen by the user, else present, else proposed.
    pub(super) pod_cidr: Option<Cidr>,
    /// Whether that is another than the present one.
    pub(super) newly_chosen: bool,
    /// The pod CIDR after the move.
    pub(super) final_pod_cidr: Option<Cidr>,
    /// Whether the cluster needs a pod CIDR and it is known that there is none for it.
    pub(super) has_no_range: bool,
}

impl<'a> Scene<'a> {
    pub(super) fn of(
        estate: &'a Estate<'a>,
        topology: &'a Topology<'a>,
        inventory: &'a Inventory,
        options: &'a Options,
    ) -> Self {
        Self {
            inventory,
            options,
            settings: &options.migration.settings,
            estate,
            hops: Held::of(topology, hops(estate)),
            pod_routes: PodRoutes::of(estate),
            unread_tables: Held::of(topology, unread_tables(inventory, topology)),
            unread_clusters: Held::of(topology, unread_clusters(inventory, topology)),
            sharing: Sharing::of(estate, topology),
            topology,
            shared_ranges: shared_ranges(estate),
        }
    }

    /// The place of a cluster among those of the estate.
    pub(super) fn place(&self, cluster: &ResourceId) -> Option<usize> {
        self.estate.clusters.binary_search_by(|one| one.cluster.id.cmp(cluster)).ok()
    }

    /// Other clusters in a network, or in one that it reaches, that have a pod CIDR with an address of this range: the first by
    /// id, and how many there are.
    pub(super) fn others_with(
        &self,
        range: Cidr,
        vnet: &ResourceId,
        own: &ResourceId,
    ) -> Option<(&'a Cluster, usize)> {
        let place = self.place(own)?;
        let (first, count) = self.sharing.others(self.topology, vnet, range, place)?;
        Some((self.estate.clusters.get(first)?.cluster, count))
    }

    /// The pod CIDRs that Overlay clusters of a cluster's subscription have, the one worth sharing most first.
    pub(super) fn shared_ranges(&self, cluster: &ResourceId) -> &[Cidr] {
        self.shared_ranges.get(&cluster.subscription()).map_or(&[], Vec::as_slice)
    }

    /// Routes in tables on subnets of a network, or of one that it reaches, whose next hop lies in a range: the table, and where
    /// the route leads.
    pub(super) fn routes_to(
        &self,
        vnet: &ResourceId,
        range: Cidr,
    ) -> impl Iterator<Item = (&'a ResourceId, Cidr)> {
        self.hops.around(self.topology, vnet, range).into_iter().map(|(_, route)| route)
    }

    /// The same in tables on subnets of the network itself.
    pub(super) fn routes_inside(
        &self,
        vnet: &ResourceId,
        range: Cidr,
    ) -> impl Iterator<Item = (&'a ResourceId, Cidr)> {
        self.hops.inside(self.topology, vnet, range).into_iter().map(|(_, route)| route)
    }

    /// Whether a route table that nobody read may be on a subnet of a network, or of one that it reaches.
    pub(super) fn misses_route_tables(&self, vnet: &ResourceId) -> bool {
        self.unread_tables.is_anywhere_around(self.topology, vnet)
    }

    /// Whether clusters that nobody read may stand in a network, or in one that it reaches.
    pub(super) fn misses_clusters(&self, vnet: &ResourceId) -> bool {
        self.unread_clusters.is_anywhere_around(self.topology, vnet)
    }

    /// A cluster with its surroundings; the pod CIDR is what is there, or what the user chose.
    pub(super) fn subject(&'a self, facts: &'a ClusterFacts<'a>) -> Subject<'a> {
        let mut by_subnet: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        let mut unplaced = Vec::new();
        for (place, pool) in facts.pools.iter().enumerate() {
            match pool.node_subnet {
                Some(subnet) => by_subnet.entry(subnet).or_default().push(place),
                None => unplaced.push(pool.pool.name.as_str()),
            }
        }
        let own = self.place(&facts.cluster.id);
        let node_subnets = by_subnet.into_iter().filter_map(|(place, pools)| {
            let subnet = self.estate.subnets.get(place)?;
            let usage = Usage::of(self.estate, subnet);
            let uncounted = own.map_or(0, |cluster| subnet.uncounted(cluster));
            Some(NodeSubnet { id: subnet.id, read: subnet.read, usage, pools, uncounted })
        });
        let present = facts.cluster.network.pod_cidrs.v4().next();
        let chosen = self.settings.clusters.get(&facts.cluster.id).and_then(|answers| answers.pod_cidr);
        let from = starting_mode(facts);
        let present = present.filter(|_| from != IpamMode::NodeSubnet && !from.has_pod_subnet());
        Subject {
            scene: self,
            facts,
            cluster: facts.cluster,
            from,
            node_subnets: node_subnets.collect(),
            unplaced,
            pod_cidr: chosen.or(present),
            newly_chosen: chosen.is_some() && chosen != present,
            final_pod_cidr: chosen.or(present),
            has_no_range: false,
        }
    }
}

impl<'a> Subject<'a> {
    pub(super) fn pools(&self) -> &'a [PoolFacts<'a>] {
        &self.facts.pools
    }

    /// The pod CIDR the cluster has, where its mode has one.
    pub(super) fn present_pod_cidr(&self) -> Option<Cidr> {
        let has_one = matches!(self.from, IpamMode::Kubenet | IpamMode::Overlay);
        self.cluster.network.pod_cidrs.v4().next().filter(|_| has_one)
    }

    /// The cluster's network, where it was read; all pools lie in one.
    pub(super) fn vnet(&self) -> Option<&'a VirtualNetwork> {
        self.node_subnets.iter().find_map(|subnet| subnet.read).map(|(vnet, _)| vnet)
    }

    /// What the cluster's network reaches, where it is known.
    pub(super) fn reach(&self) -> Option<Reach<'a, 'a>> {
        Some(self.scene.topology.reach(&self.vnet()?.id))
    }

    /// Where its pods may have their addresses, where its network is known.
    pub(super) fn pod_room(&self) -> Option<PodRoom<'a, 'a>> {
        Some(PodRoom::of(self.scene.topology, self.vnet()?, self.cluster))
    }

    /// What the user says about the cluster, from the configuration or from tags.
    pub(super) fn answers(&self) -> ClusterAnswers {
        let settings = self.scene.settings;
        let given = settings.clusters.get(&self.cluster.id).copied().unwrap_or_default();
        let from_tags = |names: &[String]| names.iter().find_map(|name| yes_or_no(tag(self.cluster, name)?));
        ClusterAnswers {
            needs_direct_pod_ip: given
                .needs_direct_pod_ip
                .or_else(|| from_tags(&settings.direct_pod_ip_tags)),
            needs_virtual_nodes: given.needs_virtual_nodes.or_else(|| from_tags(&settings.virtual_node_tags)),
            wants_cilium: given.wants_cilium.or_else(|| from_tags(&settings.cilium_tags)),
            pod_cidr: given.pod_cidr,
        }
    }

    /// The sum of a figure over some pools; none where one is unknown, or where not every pool could be read.
    pub(super) fn sum(
        &self,
        pools: impl IntoIterator<Item = usize>,
        figure: impl Fn(&PoolFacts<'a>) -> Option<u64>,
    ) -> Option<u64> {
        let nothing = self.cluster.pools_known.then_some(0u64)?;
        let mut figures = pools.into_iter().map(|place| self.facts.pools.get(place).and_then(&figure));
        figures.try_fold(nothing, |sum, next| Some(sum.saturating_add(next?)))
    }

    /// Nodes of all pools, now.
    pub(super) fn nodes(&self) -> Option<u64> {
        self.facts.nodes(|pool| pool.counts.wanted)
    }

    /// Nodes of all pools with every autoscaler at its maximum.
    pub(super) fn nodes_scale_max(&self) -> Option<u64> {
        self.facts.nodes(|pool| pool.counts.scale_max)
    }

    /// Surge nodes of all pools with every autoscaler at its maximum.
    pub(super) fn surge_at_max(&self) -> Option<u64> {
        self.facts.total(|pool| surge(pool, pool.counts.scale_max?))
    }
}

/// Surge nodes of a pool of so many nodes in an operation that re-images all pools: doubling a pool is for upgrades
/// only (<https://learn.microsoft.com/azure/aks/blue-green-node-pool-upgrade>).
pub(super) fn surge(pool: &PoolFacts<'_>, nodes: u64) -> Option<u64> {
    match pool.surge? {
        SurgePolicy::BlueGreen => match &pool.pool.max_surge {
            Some(text) => Some(text.parse().ok().map(SurgePolicy::Rolling)?.surge(nodes)),
            None => Some(nodes.div_ceil(10)),
        },
        _ => pool.surge_of(nodes),
    }
}

/// Where a cluster starts from: one mode for all its pools, or, with at least one pool that has a pod subnet, the mode of
/// the first such pool.
fn starting_mode(facts: &ClusterFacts<'_>) -> IpamMode {
    let modes = modes_of_cluster(facts.cluster, facts.pools.iter().map(|pool| pool.mode).collect());
    let with_pod_subnet = facts.pools.iter().map(|pool| pool.mode).find(|mode| mode.has_pod_subnet());
    match (modes.as_slice(), with_pod_subnet) {
        _ if modes.contains(&IpamMode::Unknown) => IpamMode::Unknown,
        (_, Some(mode)) => mode,
        ([mode], None) => *mode,
        _ => IpamMode::Unknown,
    }
}

/// The pod CIDRs of each subscription's Overlay clusters, the most used first, among equals the smallest: any number of
/// clusters may share one, and what a small one takes is not lost to others. What another subscription has is no reason: with
/// one more or less that is read, the advice would be another.
/// <https://learn.microsoft.com/azure/aks/concepts-network-azure-cni-overlay>
fn shared_ranges(estate: &Estate<'_>) -> BTreeMap<SubscriptionId, Vec<Cidr>> {
    let mut counts: BTreeMap<SubscriptionId, BTreeMap<Cidr, usize>> = BTreeMap::new();
    for cluster in estate.clusters.iter().map(|facts| facts.cluster) {
        let is_overlay = cluster.network.plugin_mode == Some(NetworkPluginMode::Overlay);
        if let Some(cidr) = cluster.network.pod_cidrs.v4().next().filter(|_| is_overlay) {
            *counts.entry(cluster.id.subscription()).or_default().entry(cidr).or_default() += 1;
        }
    }
    let ranked = |counts: BTreeMap<Cidr, usize>| {
        let mut ranges: Vec<(usize, Cidr)> = counts.into_iter().map(|(cidr, count)| (count, cidr)).collect();
        ranges.sort_by_key(|(count, cidr)| (Reverse(*count), Reverse(cidr.length()), *cidr));
        ranges.into_iter().map(|(_, cidr)| cidr).collect()
    };
    counts.into_iter().map(|(subscription, counts)| (subscription, ranked(counts))).collect()
}

/// The networks that nobody read, and those in subscriptions whose route tables nobody read to the end.
fn unread_tables(inventory: &Inventory, topology: &Topology<'_>) -> Vec<(ResourceId, Cidr, ())> {
    let unread = subscriptions_without(inventory, &What::RouteTables);
    anywhere_in(topology, |id, is_read| !is_read || unread.contains(&id.subscription()))
}

/// The networks in subscriptions whose clusters nobody read to the end, and those that nobody read in subscriptions of which
/// nothing was.
fn unread_clusters(inventory: &Inventory, topology: &Topology<'_>) -> Vec<(ResourceId, Cidr, ())> {
    let unread = subscriptions_without(inventory, &What::Clusters);
    let listed = inventory.coverage.entries().iter();
    let listed = listed.filter(|entry| entry.what == What::Clusters && entry.status == ReadStatus::Ok);
    let listed: BTreeSet<SubscriptionId> = listed.filter_map(subscription_of).collect();
    anywhere_in(topology, |id, is_read| {
        let subscription = id.subscription();
        unread.contains(&subscription) || !(is_read || listed.contains(&subscription))
    })
}

/// The subscriptions in which a kind of list could not be read.
fn subscriptions_without(inventory: &Inventory, kind: &What) -> BTreeSet<SubscriptionId> {
    let gaps = inventory.coverage.gaps().filter(|gap| gap.what == What::Subscription || gap.what == *kind);
    gaps.filter_map(subscription_of).collect()
}

fn subscription_of(entry: &CoverageEntry) -> Option<SubscriptionId> {
    Some(SubscriptionId::from(path(entry).split('/').nth(2)?))
}

/// The networks of which something holds, whatever range is asked for.
fn anywhere_in(
    topology: &Topology<'_>,
    holds: impl Fn(&ResourceId, bool) -> bool,
) -> Vec<(ResourceId, Cidr, ())> {
    let anywhere = Cidr::containing(Ipv4Addr::UNSPECIFIED.into(), 0);
    let networks = topology.networks().filter(|(id, is_read)| holds(id, *is_read));
    networks.filter_map(|(id, _)| Some((id.clone(), anywhere?, ()))).collect()
}

/// Every route to an address, with the networks of the subnets that its table is on.
fn hops<'a>(estate: &Estate<'a>) -> Vec<(ResourceId, Cidr, (&'a ResourceId, Cidr))> {
    let mut hops = Vec::new();
    for table in estate.route_tables.iter() {
        let networks: BTreeSet<ResourceId> =
            estate.subnets_of_table(&table.id).into_iter().filter_map(ResourceId::parent).collect();
        for (hop, prefix) in hops_of(table) {
            hops.extend(networks.iter().map(|network| (network.clone(), hop, (&table.id, prefix))));
        }
    }
    hops
}

fn yes_or_no(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" | "yes" | "1" => Some(true),
        "false" | "no" | "0" => Some(false),
        _ => None,
    }
}
