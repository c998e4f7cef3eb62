//! Proxy, names and load balancers.

use super::{ClusterField, MissingFact, Outcome, Setting};
use crate::{
    assess::migration::scene::Subject,
    inventory::{OwnerKind, PoolType},
    ipam::Cidr,
};

/// What is in the way of names, proxies and load balancers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TrafficFault {
    /// The proxy's exceptions do not cover this pod CIDR.
    Proxied(Cidr),
    /// The cluster is private.
    Private,
    /// The network has name servers of its own, in their order.
    NameServers(Vec<String>),
    /// The load balancer is Basic.
    BasicLoadBalancer(BasicLoadBalancer),
}

/// What stands beside a Basic load balancer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BasicLoadBalancer {
    /// Nothing.
    Alone,
    /// Availability sets, whose move replaces it too.
    WithAvailabilitySets,
    /// An internal one, which cannot be upgraded in place.
    WithInternal,
}

/// MIG-048 <https://learn.microsoft.com/azure/aks/http-proxy>
pub(super) fn proxy_exceptions(subject: &Subject<'_>) -> Outcome {
    let Some(exceptions) = &subject.cluster.proxy_exceptions else { return Outcome::NotApplicable };
    let Some(cidr) = subject.final_pod_cidr else { return Outcome::unknown(ClusterField::PodCidr) };
    let covers = |text: &String| text.parse::<Cidr>().is_ok_and(|range| range.contains(cidr));
    if exceptions.iter().any(covers) { Outcome::Pass } else { Outcome::fail(TrafficFault::Proxied(cidr)) }
}

/// MIG-049 <https://learn.microsoft.com/azure/aks/private-clusters>
pub(super) fn name_resolution(subject: &Subject<'_>) -> Outcome {
    if subject.cluster.api_server.private_cluster == Some(true) {
        return Outcome::fail(TrafficFault::Private);
    }
    match subject.vnet() {
        Some(vnet) if vnet.dns_servers.is_empty() => Outcome::Pass,
        Some(vnet) => Outcome::fail(TrafficFault::NameServers(vnet.dns_servers.clone())),
        None => Outcome::unknown(ClusterField::Network),
    }
}

/// MIG-050: with internal load balancers there is no upgrade in place, save where availability sets are moved anyway.
/// <https://learn.microsoft.com/azure/aks/upgrade-basic-load-balancer-on-aks>
pub(super) fn load_balancer(subject: &Subject<'_>) -> Outcome {
    match subject.cluster.network.load_balancer_sku.as_deref() {
        None => Outcome::unknown(ClusterField::LoadBalancerSku),
        Some(sku) if sku.eq_ignore_ascii_case("standard") => Outcome::Pass,
        Some(sku) if sku.eq_ignore_ascii_case("basic") => {
            let is_set = |facts: &crate::assess::estate::PoolFacts<'_>| {
                facts.pool.pool_type == Some(PoolType::AvailabilitySet)
            };
            let basic = TrafficFault::BasicLoadBalancer;
            if subject.pools().iter().any(is_set) {
                Outcome::fail(basic(BasicLoadBalancer::WithAvailabilitySets))
            } else if has_internal_load_balancer(subject) {
                Outcome::rebuild(basic(BasicLoadBalancer::WithInternal))
            } else {
                Outcome::fail(basic(BasicLoadBalancer::Alone))
            }
        }
        Some(sku) => Outcome::unknown(MissingFact::Meaning(Setting::LoadBalancerSku, sku.to_owned())),
    }
}

/// Whether an internal load balancer of the cluster holds an address in any subnet of its network.
fn has_internal_load_balancer(subject: &Subject<'_>) -> bool {
    let group = subject.cluster.node_resource_group_id();
    let subnets = subject.vnet().into_iter().flat_map(|vnet| &vnet.subnets);
    subnets.flat_map(|subnet| &subnet.usage.owners).any(|count| {
        count.owner.kind == OwnerKind::LoadBalancer
            && group.is_some()
            && count.owner.id.resource_group_id() == group
    })
}
