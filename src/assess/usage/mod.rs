//! What a subnet holds: measured from what ARM lists, modelled where ARM shows nothing, and unknown where it is
//! known to list too little.

mod consumer;

use std::collections::BTreeMap;

pub use self::consumer::{ConsumerRow, UsedBasis};
pub use super::estate::attribution::ConsumerKind;
use super::estate::{Entry, Estate, PoolKey, SubnetFacts, attribution::Holder};
use crate::{
    inventory::ResourceId,
    ipam::{Bounds, limits::API_SERVER_ADDRESSES},
};

/// The addresses of a subnet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Usage {
    /// Addresses in use, the upper bound where it is modelled.
    pub(crate) used: Option<u64>,
    /// Addresses in use at least; absent only for a subnet that was not read.
    pub(crate) used_low: Option<u64>,
    /// How it is known.
    pub(crate) basis: UsedBasis,
    /// Of `used`, what clusters that were read hold.
    pub(crate) used_aks: Option<u64>,
    /// Who holds it.
    pub(crate) consumers: Vec<ConsumerRow>,
    /// Addresses ARM lists.
    pub(crate) listed: u64,
    /// Of these, what looks like AKS but belongs to no cluster that was read.
    pub(crate) unread: u64,
    /// Why ARM lists too little of this subnet, where it does.
    pub(crate) hidden: Option<Hidden>,
    /// What is modelled, with the holder of each figure; a figure that can't be told is absent.
    pub(crate) modelled: Vec<Modelled>,
}

/// Why ARM lists too little of a subnet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hidden {
    /// It is delegated to this service, whose addresses ARM does not list.
    Delegated(String),
    /// It is a gateway subnet.
    Gateway,
    /// It is a firewall's.
    Firewall,
    /// Application gateways live in it.
    ApplicationGateways,
    /// Container instances live in it.
    ContainerInstances,
    /// This service is linked to it, whose addresses ARM does not list.
    Linked(String),
    /// It is delegated to AKS, and no cluster that was read uses it.
    Unexplained,
}

/// Addresses that AKS holds where ARM shows nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Modelled {
    /// The cluster.
    pub(crate) cluster: usize,
    /// The pool; none for an API server.
    pub(crate) pool: Option<usize>,
    /// How many.
    pub(crate) addresses: Option<Bounds>,
}

/// The delegation of pod subnets and API-server subnets alike.
const AKS_SERVICE: &str = "Microsoft.ContainerService/managedClusters";

impl Usage {
    /// Counts what a subnet holds.
    pub(crate) fn of(estate: &Estate<'_>, subnet: &SubnetFacts<'_>) -> Self {
        let modelled = model(estate, subnet);
        let Some((_, read)) = subnet.read else { return Self::unread(modelled) };
        let hidden = hidden(subnet);
        let listed = read.usage.listed;
        let bounds: Option<Bounds> = modelled
            .iter()
            .map(|m| m.addresses)
            .try_fold(Bounds::default(), |sum, next| Some(sum.plus(next?)));
        let low = modelled.iter().filter_map(|m| m.addresses).fold(Bounds::default(), Bounds::plus).low;
        let basis = match (&hidden, modelled.is_empty(), listed) {
            (Some(_), ..) => UsedBasis::Unknown,
            (None, true, _) => UsedBasis::Measured,
            (None, false, 0) => UsedBasis::Modelled,
            (None, false, _) => UsedBasis::Mixed,
        };
        let used = bounds.filter(|_| hidden.is_none()).map(|b| b.high.max(listed));
        let consumers = consumers(estate, subnet, &modelled, listed, used.is_some());
        let used_aks = used.map(|_| consumers.iter().filter(|c| c.aks).filter_map(|c| c.row.ips).sum());
        let unread = subnet
            .entries
            .iter()
            .filter(|e| e.holder == Holder::UnreadCluster)
            .map(|e| e.count.addresses)
            .sum();
        Self {
            used,
            used_low: Some(low.max(listed)),
            basis,
            used_aks,
            consumers: consumers.into_iter().map(|c| c.row).collect(),
            listed,
            unread,
            hidden,
            modelled,
        }
    }

    fn unread(modelled: Vec<Modelled>) -> Self {
        Self {
            used: None,
            used_low: None,
            basis: UsedBasis::Unknown,
            used_aks: None,
            consumers: Vec::new(),
            listed: 0,
            unread: 0,
            hidden: None,
            modelled,
        }
    }
}

/// What AKS holds in a pod subnet (all pools of all clusters that use it) and in an API-server subnet (a floor for
/// each cluster, stopped ones too). <https://learn.microsoft.com/azure/aks/api-server-vnet-integration>
fn model(estate: &Estate<'_>, subnet: &SubnetFacts<'_>) -> Vec<Modelled> {
    let pods = subnet.pod_pools().iter().map(|&key| {
        let pool = estate.pool(key).map(|(_, pool)| pool);
        let per_node = pool.and_then(|pool| pool.per_node).and_then(|per_node| per_node.pod_subnet);
        let addresses =
            per_node.zip(pool.and_then(|p| p.counts.there)).map(|(bounds, nodes)| bounds.times(nodes));
        let PoolKey { cluster, pool } = key;
        Modelled { cluster, pool: Some(pool), addresses }
    });
    let api_servers = subnet.api_servers().iter().map(|&cluster| Modelled {
        cluster,
        pool: None,
        addresses: Some(Bounds::exactly(API_SERVER_ADDRESSES)),
    });
    pods.chain(api_servers).collect()
}

/// Why ARM lists too little of a subnet, where it does.
fn hidden(subnet: &SubnetFacts<'_>) -> Option<Hidden> {
    let (_, read) = subnet.read?;
    let name = subnet.id.name();
    let is = |text: &str| name.eq_ignore_ascii_case(text);
    let is_aks = |service: &str| service.eq_ignore_ascii_case(AKS_SERVICE);
    if let Some(service) = read.delegations.iter().find(|service| !is_aks(service)) {
        return Some(Hidden::Delegated(service.clone()));
    }
    if is("GatewaySubnet") {
        return Some(Hidden::Gateway);
    }
    if is("AzureFirewallSubnet") || is("AzureFirewallManagementSubnet") {
        return Some(Hidden::Firewall);
    }
    if subnet.application_gateways {
        return Some(Hidden::ApplicationGateways);
    }
    if subnet.virtual_nodes || read.container_profiles > 0 {
        return Some(Hidden::ContainerInstances);
    }
    if let Some(service) = read.service_links.iter().find(|link| !link_of_aks(link)) {
        return Some(Hidden::Linked(service.clone()));
    }
    // The nodes of a cluster that was read show, whatever their subnet is delegated to.
    let is_unexplained = !subnet.is_used_by_clusters();
    (is_unexplained && read.delegations.iter().any(|service| is_aks(service))).then_some(Hidden::Unexplained)
}

fn link_of_aks(link: &str) -> bool {
    link.get(..AKS_SERVICE.len()).is_some_and(|head| head.eq_ignore_ascii_case(AKS_SERVICE))
}

struct Consumer {
    row: ConsumerRow,
    aks: bool,
}

/// Who holds the addresses: everything ARM lists, and of the modelled figures what goes beyond that, so that the
/// rows sum to the larger of the two.
fn consumers(
    estate: &Estate<'_>,
    subnet: &SubnetFacts<'_>,
    modelled: &[Modelled],
    listed: u64,
    is_known: bool,
) -> Vec<Consumer> {
    let mut rows: BTreeMap<(ConsumerKind, ResourceId, String), Consumer> = BTreeMap::new();
    for entry in &subnet.entries {
        let (owner, pool) = owner_of_entry(estate, entry);
        add(
            &mut rows,
            entry.kind(),
            owner,
            pool,
            Bounds::exactly(entry.count.addresses),
            is_aks(entry.holder),
        );
    }
    let mut left = Bounds::exactly(listed);
    for part in modelled {
        let Some(cluster) = estate.clusters.get(part.cluster) else { continue };
        let pool = part.pool.and_then(|place| cluster.pools.get(place)).map(|facts| facts.pool.name.clone());
        let kind = if part.pool.is_some() { ConsumerKind::Pods } else { ConsumerKind::ApiServer };
        let whole = part.addresses.unwrap_or_default();
        let beyond =
            Bounds { low: whole.low.saturating_sub(left.low), high: whole.high.saturating_sub(left.high) };
        left = Bounds { low: left.low.saturating_sub(whole.low), high: left.high.saturating_sub(whole.high) };
        if beyond.high > 0 || part.addresses.is_none() {
            add(&mut rows, kind, cluster.cluster.id.clone(), pool, beyond, true);
        }
    }
    let mut consumers: Vec<Consumer> = rows.into_values().collect();
    if !is_known {
        for consumer in &mut consumers {
            consumer.row.ips = None;
        }
    }
    consumers
}

fn add(
    rows: &mut BTreeMap<(ConsumerKind, ResourceId, String), Consumer>,
    kind: ConsumerKind,
    owner: ResourceId,
    pool: Option<String>,
    addresses: Bounds,
    aks: bool,
) {
    let key = (kind.clone(), owner.clone(), pool.clone().unwrap_or_default());
    let consumer = rows.entry(key).or_insert_with(|| Consumer {
        row: ConsumerRow { kind, owner_id: Some(owner), node_pool: pool, ips: Some(0), ips_low: 0 },
        aks,
    });
    consumer.row.ips = consumer.row.ips.map(|ips| ips.saturating_add(addresses.high));
    consumer.row.ips_low = consumer.row.ips_low.saturating_add(addresses.low);
}

fn is_aks(holder: Holder) -> bool {
    matches!(holder, Holder::Cluster { .. })
}

/// The cluster for what a cluster holds, else the owner ARM names; and the pool where it is known.
fn owner_of_entry(estate: &Estate<'_>, entry: &Entry<'_>) -> (ResourceId, Option<String>) {
    let owner = &entry.count.owner;
    let Holder::Cluster { cluster, pool } = entry.holder else {
        return (owner.id.clone(), owner.pool_hint.clone());
    };
    let Some(facts) = estate.clusters.get(cluster) else { return (owner.id.clone(), None) };
    let pool = pool.and_then(|place| facts.pools.get(place)).map(|facts| facts.pool.name.clone());
    (facts.cluster.id.clone(), pool)
}
