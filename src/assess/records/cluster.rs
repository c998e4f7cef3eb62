//! The row of a cluster.

use std::collections::HashMap;

use super::{assemble::ClusterAhead, pool};
use crate::{
    assess::{
        audit::ClusterRow,
        estate::{ClusterFacts, Estate, filters::first_tag, mode::modes_of_cluster},
        options::People,
    },
    inventory::{Cluster, Prefixes, Subscription, SubscriptionId},
    ipam::{IpamMode, pod_cidr_nodes},
};

/// The row of a cluster; `subscriptions` are those in scope, by id.
pub(crate) fn row(
    estate: &Estate<'_>,
    facts: &ClusterFacts<'_>,
    ahead: ClusterAhead,
    subscriptions: &HashMap<&SubscriptionId, &Subscription>,
    people: &People,
) -> ClusterRow {
    let cluster = facts.cluster;
    let network = &cluster.network;
    let subscription_id = cluster.id.subscription();
    let subscription = subscriptions.get(&subscription_id);
    let ipam_modes = modes_of_cluster(cluster, facts.pools.iter().map(|pool| pool.mode).collect());
    ClusterRow {
        id: cluster.id.clone(),
        subscription_name: subscription.and_then(|one| one.name.clone()),
        subscription_state: subscription.and_then(|one| one.state.clone()),
        subscription_id,
        location: cluster.location.clone(),
        kubernetes_version: cluster.kubernetes_version.clone(),
        sku_tier: cluster.sku_tier.clone(),
        power_state: cluster.power_state.as_ref().map(ToString::to_string),
        provisioning_state: cluster.provisioning_state.clone(),
        network_plugin: network.plugin.as_ref().map(ToString::to_string),
        network_plugin_mode: network.plugin_mode.as_ref().map(ToString::to_string),
        network_dataplane: network.dataplane.as_ref().map(ToString::to_string),
        network_policy: network.policy.as_ref().map(ToString::to_string),
        ip_families: network.ip_families.clone(),
        pod_cidrs: texts(&network.pod_cidrs),
        service_cidrs: texts(&network.service_cidrs),
        outbound_type: network.outbound_type.clone(),
        identity_type: cluster.identity.as_ref().map(|identity| identity.kind.to_string()),
        nodes: facts.nodes(|pool| pool.counts.wanted),
        nodes_configured: facts.total(|pool| pool.counts.configured),
        nodes_scale_max: facts.nodes(|pool| pool.counts.scale_max),
        pod_cidr_node_capacity: pod_cidr_node_capacity(cluster, &ipam_modes),
        ipam_modes,
        owner: first_tag(cluster, &people.owner_tags),
        environment: first_tag(cluster, &people.environment_tags),
        pools: (facts.pools.iter().zip(ahead.pools))
            .map(|(pool, ahead)| pool::row(estate, facts, pool, ahead))
            .collect(),
        limits: ahead.limits,
        preflights: ahead.preflights,
        fixes: Vec::new(),
        conflicts: Vec::new(),
    }
}

/// Nodes the IPv4 pod CIDR of a kubenet or overlay cluster has room for.
pub(crate) fn pod_cidr_node_capacity(cluster: &Cluster, modes: &[IpamMode]) -> Option<u64> {
    matches!(modes, [IpamMode::Kubenet | IpamMode::Overlay])
        .then(|| cluster.network.pod_cidrs.v4().filter_map(pod_cidr_nodes).reduce(u64::saturating_add))
        .flatten()
}

fn texts(prefixes: &Prefixes) -> Vec<String> {
    prefixes.known.iter().map(ToString::to_string).chain(prefixes.unreadable.iter().cloned()).collect()
}
