//! Proxy, names and load balancers.

use super::Outcome;
use crate::{
    assess::migration::scene::Subject,
    inventory::{OwnerKind, PoolType},
    ipam::Cidr,
};

/// MIG-048 <https://learn.microsoft.com/azure/aks/http-proxy>
pub(super) fn proxy_exceptions(subject: &Subject<'_>) -> Outcome {
    let Some(exceptions) = &subject.cluster.proxy_exceptions else { return Outcome::NotApplicable };
    let Some(cidr) = subject.final_pod_cidr else { return Outcome::unknown("the pod CIDR") };
    let covers = |text: &String| text.parse::<Cidr>().is_ok_and(|range| range.contains(cidr));
    if exceptions.iter().any(covers) {
        Outcome::Pass
    } else {
        Outcome::fail(format!("noProxy does not cover {cidr}"))
    }
}

/// MIG-049 <https://learn.microsoft.com/azure/aks/private-clusters>
pub(super) fn name_resolution(subject: &Subject<'_>) -> Outcome {
    if subject.cluster.api_server.private_cluster == Some(true) {
        return Outcome::fail("the cluster is private");
    }
    match subject.vnet() {
        Some(vnet) if vnet.dns_servers.is_empty() => Outcome::Pass,
        Some(vnet) => {
            Outcome::fail(format!("the network has own name servers: {}", vnet.dns_servers.join(", ")))
        }
        None => Outcome::unknown("the cluster's network could not be read"),
    }
}

/// MIG-050: with internal load balancers there is no upgrade in place, save where availability sets are moved anyway.
/// <https://learn.microsoft.com/azure/aks/upgrade-basic-load-balancer-on-aks>
pub(super) fn load_balancer(subject: &Subject<'_>) -> Outcome {
    match subject.cluster.network.load_balancer_sku.as_deref() {
        None => Outcome::unknown("the load balancer's SKU"),
        Some(sku) if sku.eq_ignore_ascii_case("standard") => Outcome::Pass,
        Some(sku) if sku.eq_ignore_ascii_case("basic") => {
            let is_set = |facts: &crate::assess::estate::PoolFacts<'_>| {
                facts.pool.pool_type == Some(PoolType::AvailabilitySet)
            };
            if subject.pools().iter().any(is_set) {
                Outcome::fail("the load balancer is Basic; moving the availability sets replaces it too")
            } else if has_internal_load_balancer(subject) {
                Outcome::rebuild(
                    "the load balancer is Basic, and an internal one cannot be upgraded in place",
                )
            } else {
                Outcome::fail("the load balancer is Basic")
            }
        }
        Some(sku) => Outcome::unknown(format!("what the load balancer's SKU `{sku}` is")),
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
