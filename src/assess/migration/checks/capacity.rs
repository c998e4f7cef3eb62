//! Whether the node subnets hold the operation, and the cluster afterwards.

use super::{
    Outcome,
    addresses::{autoscaled, missing_subnets},
};
use crate::{
    assess::{
        migration::scene::{NodeSubnet, Subject, surge as surge_nodes},
        usage::ConsumerKind,
    },
    ipam::limits::NODES_PER_FREE_CLUSTER,
    words,
};

/// MIG-035: all pools at once, at the present cost of a node; a warning from 90 percent on.
/// <https://learn.microsoft.com/azure/aks/use-network-policies>
pub(super) fn surge(subject: &Subject<'_>) -> Outcome {
    let mut missing = missing_subnets(subject);
    let mut failing = Vec::new();
    let mut tight = Vec::new();
    for subnet in &subject.node_subnets {
        let name = subnet.id.name();
        let figures = (subnet.usable(), subnet.usage.used, surge_addresses(subject, subnet));
        let (Some(usable), Some(used), Some(surge)) = figures else {
            if subnet.read.is_some() {
                missing.push(format!("what subnet {name} holds, or the surge of a pool in it"));
            }
            continue;
        };
        let peak = used.saturating_add(surge);
        let text = format!("{name}: {used} used and {surge} for nodes to come, of {usable}");
        if peak > usable {
            failing.push(text);
        } else if peak.saturating_mul(10) >= usable.saturating_mul(9) {
            tight.push(text);
        }
    }
    let surging =
        subject.pools().iter().filter(|pool| surge_nodes(pool, pool.counts.now.unwrap_or(0)) > Some(1));
    let surging: Vec<_> = surging.map(|facts| &facts.pool.name).collect();
    let outcome = match Outcome::of_list("no room for all surge nodes at once", &failing, &missing) {
        Outcome::Pass if !tight.is_empty() => {
            Outcome::warn(format!("little room for all surge nodes at once: {}", tight.join(", ")))
        }
        outcome => outcome,
    };
    outcome.about(surging)
}

/// MIG-080: one address for each node at the autoscaler's maximum, beside what else lives there.
/// <https://github.com/Azure/AKS/releases/tag/2023-05-07>
pub(super) fn maximum(subject: &Subject<'_>) -> Outcome {
    let mut missing = missing_subnets(subject);
    let mut failing = Vec::new();
    for subnet in &subject.node_subnets {
        let name = subnet.id.name();
        let most = subject.sum(subnet.pools.iter().copied(), |pool| pool.counts.scale_max);
        let figures = (subnet.usable(), subnet.usage.used, most);
        let (Some(usable), Some(used), Some(most)) = figures else {
            if subnet.read.is_some() {
                missing.push(format!("what subnet {name} holds, or the nodes of a pool in it"));
            }
            continue;
        };
        let others = used.saturating_sub(own_node_addresses(subject, subnet));
        if most.saturating_add(others) > usable {
            failing.push(format!("{name}: {} at most and {others} others, of {usable}", words::nodes(most)));
        }
    }
    Outcome::of_list("no room for every node at the maximum", &failing, &missing).about(autoscaled(subject))
}

/// MIG-076 <https://learn.microsoft.com/azure/aks/free-standard-pricing-tiers>
pub(super) fn tier_limit(subject: &Subject<'_>) -> Outcome {
    match (subject.cluster.sku_tier.as_deref(), subject.nodes_scale_max()) {
        (None, _) => Outcome::unknown("the cluster's tier"),
        (Some(tier), _) if !tier.eq_ignore_ascii_case("Free") => Outcome::Pass,
        (Some(_), None) => Outcome::unknown("the number of nodes"),
        (Some(_), Some(most)) if most > NODES_PER_FREE_CLUSTER => {
            Outcome::fail(format!("{most} nodes at most, and the Free tier allows {NODES_PER_FREE_CLUSTER}"))
        }
        (Some(_), Some(_)) => Outcome::Pass,
    }
}

/// Addresses that nodes to come take in a subnet during the operation, at the present cost of a node: the surge of
/// all pools, and what is stopped and has to be started for it.
pub(crate) fn surge_addresses(subject: &Subject<'_>, subnet: &NodeSubnet<'_>) -> Option<u64> {
    subject.sum(subnet.pools.iter().copied(), |pool| {
        // A stopped pool that reports no size may still hold nodes.
        // <https://learn.microsoft.com/azure/aks/start-stop-nodepools>
        let now = pool.counts.now?;
        let running = pool.counts.restart?.max(now);
        let started = running.saturating_sub(now);
        let nodes = surge_nodes(pool, running)?.saturating_add(started);
        Some(nodes.saturating_mul(pool.per_node?.node_subnet))
    })
}

/// Addresses the cluster's own nodes hold in a subnet.
pub(crate) fn own_node_addresses(subject: &Subject<'_>, subnet: &NodeSubnet<'_>) -> u64 {
    let own = subnet.usage.consumers.iter().filter(|consumer| {
        consumer.kind == ConsumerKind::Nodes && consumer.owner_id.as_ref() == Some(&subject.cluster.id)
    });
    own.filter_map(|consumer| consumer.ips).sum()
}
