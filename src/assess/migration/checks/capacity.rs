//! Whether the node subnets hold the operation, and the cluster afterwards.

use super::{
    ClusterField, MissingFact, Outcome,
    addresses::{autoscaled, missing_subnets},
};
use crate::{
    assess::{
        migration::scene::{NodeSubnet, Subject, surge as surge_nodes},
        usage::ConsumerKind,
    },
    inventory::ResourceId,
    ipam::limits::NODES_PER_FREE_CLUSTER,
};

/// What there is no room for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CapacityFault {
    /// All surge nodes at once.
    Surge(Vec<Filling>),
    /// The same, for which there is little room.
    LittleSurge(Vec<Filling>),
    /// Every node at the maximum.
    Maximum(Vec<Filling>),
    /// So many nodes at most in the Free tier.
    Tier(u64),
}

/// What fills a node subnet, in addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filling {
    /// The subnet.
    pub subnet_id: ResourceId,
    /// Held by what stays.
    pub held: u64,
    /// For nodes: those to come, or all of them at the maximum.
    pub nodes: u64,
    /// All that can be used.
    pub usable: u64,
}

/// MIG-035: all pools at once, at the present cost of a node; a warning from 90 percent on.
/// <https://learn.microsoft.com/azure/aks/use-network-policies>
pub(super) fn surge(subject: &Subject<'_>) -> Outcome {
    let mut missing = missing_subnets(subject);
    let mut failing = Vec::new();
    let mut tight = Vec::new();
    for subnet in &subject.node_subnets {
        let figures = (subnet.usable(), subnet.usage.used, surge_addresses(subject, subnet));
        let (Some(usable), Some(used), Some(surge)) = figures else {
            if subnet.read.is_some() {
                missing.push(MissingFact::SurgeIn(subnet.id.clone()));
            }
            continue;
        };
        let peak = used.saturating_add(surge);
        let filling = Filling { subnet_id: subnet.id.clone(), held: used, nodes: surge, usable };
        if peak > usable {
            failing.push(filling);
        } else if peak.saturating_mul(10) >= usable.saturating_mul(9) {
            tight.push(filling);
        }
    }
    let surging =
        subject.pools().iter().filter(|pool| surge_nodes(pool, pool.counts.wanted.unwrap_or(0)) > Some(1));
    let surging: Vec<_> = surging.map(|facts| &facts.pool.name).collect();
    let outcome = match Outcome::of_list(failing, missing, CapacityFault::Surge) {
        Outcome::Pass if !tight.is_empty() => Outcome::warn(CapacityFault::LittleSurge(tight)),
        outcome => outcome,
    };
    outcome.about(surging)
}

/// MIG-080: one address for each node at the autoscaler's maximum, beside what else lives there. Where nobody can tell all of
/// that, what is there at least, and the nodes alone, may be too many already.
/// <https://github.com/Azure/AKS/releases/tag/2023-05-07>
pub(super) fn maximum(subject: &Subject<'_>) -> Outcome {
    let mut missing = missing_subnets(subject);
    let mut failing = Vec::new();
    for subnet in &subject.node_subnets {
        let most = subject
            .sum(subnet.pools.iter().copied(), |pool| Some(pool.counts.scale_max?.max(pool.counts.there?)));
        let most = most.map(|most| most.saturating_add(subnet.uncounted));
        let at_least = subnet.usage.used.or(subnet.usage.used_low);
        let others = at_least.unwrap_or(0).saturating_sub(own_node_addresses(subject, subnet));
        match (subnet.usable(), most) {
            (Some(usable), Some(most)) if most.saturating_add(others) > usable => {
                failing.push(Filling { subnet_id: subnet.id.clone(), held: others, nodes: most, usable });
            }
            (Some(_), Some(_)) if subnet.usage.used.is_some() => {}
            _ if subnet.read.is_some() => missing.push(MissingFact::NodesIn(subnet.id.clone())),
            _ => {}
        }
    }
    Outcome::of_list(failing, missing, CapacityFault::Maximum).about(autoscaled(subject))
}

/// MIG-076 <https://learn.microsoft.com/azure/aks/free-standard-pricing-tiers>
pub(super) fn tier_limit(subject: &Subject<'_>) -> Outcome {
    match (subject.cluster.sku_tier.as_deref(), subject.nodes_scale_max()) {
        (None, _) => Outcome::unknown(ClusterField::Tier),
        (Some(tier), _) if !tier.eq_ignore_ascii_case("Free") => Outcome::Pass,
        (Some(_), None) => Outcome::unknown(ClusterField::NodeCount),
        (Some(_), Some(most)) if most > NODES_PER_FREE_CLUSTER => Outcome::fail(CapacityFault::Tier(most)),
        (Some(_), Some(_)) => Outcome::Pass,
    }
}

/// Addresses that nodes to come take in a subnet during the operation, at the present cost of a node: the surge of
/// all pools, what is wanted and not there yet, and what is stopped and has to be started for it.
pub(crate) fn surge_addresses(subject: &Subject<'_>, subnet: &NodeSubnet<'_>) -> Option<u64> {
    subject.sum(subnet.pools.iter().copied(), |pool| {
        // A stopped pool that reports no size may still hold nodes.
        // <https://learn.microsoft.com/azure/aks/start-stop-nodepools>
        let running = pool.counts.restart?.max(pool.counts.wanted?);
        let started = running.saturating_sub(pool.counts.there?);
        let nodes = surge_nodes(pool, running)?.saturating_add(started);
        Some(nodes.saturating_mul(pool.in_node_subnet(pool.per_node?)))
    })
}

/// Addresses the cluster's own nodes hold in a subnet.
pub(crate) fn own_node_addresses(subject: &Subject<'_>, subnet: &NodeSubnet<'_>) -> u64 {
    let own = subnet.usage.consumers.iter().filter(|consumer| {
        consumer.kind == ConsumerKind::Nodes && consumer.owner_id.as_ref() == Some(&subject.cluster.id)
    });
    own.filter_map(|consumer| consumer.ips).sum()
}
