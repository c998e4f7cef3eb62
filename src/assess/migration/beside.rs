//! What goes with a target: what comes before it, and what else to think of.

use super::{
    advice::{Advice, GatewaySubnet},
    facts::Facts,
    types::{CheckStatus, First, Target},
};
use crate::{
    assess::estate::space::free_space,
    inventory::{AllocationMode, VirtualNetwork},
    ipam::{Cidr, IpamMode, limits::NODES_PER_CLUSTER},
    rules::{CheckId, Checks},
};

/// Checks whose failure comes before everything: the cluster's state (REC-01).
pub(super) const STATE: [CheckId; 3] =
    [CheckId::ProvisioningState, CheckId::ClusterRunning, CheckId::PoolsRunning];
/// And what breaks a re-image or is out of support (REC-02).
const SUPPORT: [CheckId; 5] = [
    CheckId::VersionSupported,
    CheckId::BasicLoadBalancer,
    CheckId::AvailabilitySets,
    CheckId::NoDcsv2,
    CheckId::NodeImageExists,
];
/// Pods of a cluster that the documentation goes no further than; two pages disagree, and this is the lower figure
/// (REC-18). <https://learn.microsoft.com/azure/aks/best-practices-performance-scale-large>
const PODS: u64 = 200_000;
const GATEWAYS_FOR_CONTAINERS: &str = "Microsoft.ServiceNetworking/trafficControllers";
/// The one length of a subnet of Application Gateway for Containers that works with Overlay (REC-19).
/// <https://learn.microsoft.com/azure/application-gateway/for-containers/container-networking>
const GATEWAY_LENGTH: u8 = 24;

/// What comes before anything else (REC-01, REC-02).
pub(super) fn first(facts: &Facts<'_, '_>) -> Vec<First> {
    let failing = |ids: &'static [CheckId], rule: &'static str| {
        let results = facts.readiness.checks.iter();
        let failing =
            results.filter(|result| result.status == CheckStatus::Fail && ids.contains(&result.check));
        failing.map(move |result| First { rule, check: result.check, facts: result.facts.clone() })
    };
    failing(&STATE, "REC-01").chain(failing(&SUPPORT, "REC-02")).collect()
}

/// Advice beside the target (REC-16 to REC-21).
pub(super) fn also(facts: &Facts<'_, '_>, target: Target) -> Vec<Advice> {
    let mut also = Vec::new();
    if facts.has_windows {
        also.push(Advice::WindowsPools);
    }
    cilium(facts, target, &mut also);
    size(facts, &mut also);
    if target.is_overlay_in_place() || facts.subject.from == IpamMode::Overlay {
        let subnet = facts.subject.vnet().and_then(gateway_subnet);
        also.extend(subnet.map(Advice::GatewayForContainers));
    }
    if facts.readiness.blockers.iter().any(|id| Checks::built_in().get(*id).reimages) {
        also.push(Advice::OneWindow);
    }
    if facts.pressure.iter().any(|pressure| pressure.only_surge && !pressure.of_pods) {
        also.push(Advice::OnlySurge);
    }
    also
}

fn cilium(facts: &Facts<'_, '_>, target: Target, also: &mut Vec<Advice>) {
    if !facts.wants_cilium {
        return;
    }
    let stays_behind = matches!(
        target,
        Target::Stay | Target::NewPools | Target::LargerSubnet | Target::PodSubnet | Target::ExpandPodCidr
    );
    if stays_behind {
        also.push(Advice::CiliumLater);
    }
    if target == Target::OverlayThenCilium && facts.subject.from == IpamMode::NodeSubnet {
        also.push(Advice::CiliumFirst);
    }
    let mut modes = facts.subject.pools().iter().map(|pool| pool.pool.allocation_mode.as_ref());
    if target == Target::Cilium && modes.any(|mode| mode == Some(&AllocationMode::StaticBlock)) {
        also.push(Advice::StaticBlocks);
    }
}

/// REC-18.
fn size(facts: &Facts<'_, '_>, also: &mut Vec<Advice>) {
    if facts.subject.nodes_scale_max().is_some_and(|nodes| nodes > NODES_PER_CLUSTER) {
        also.push(Advice::ManyNodes(NODES_PER_CLUSTER));
    }
    let pools = 0..facts.subject.pools().len();
    let pods = facts
        .subject
        .sum(pools, |pool| Some(pool.counts.scale_max?.saturating_mul(u64::from(pool.pool.max_pods?))));
    if pods.is_some_and(|pods| pods > PODS) {
        also.push(Advice::ManyPods(PODS));
    }
    let mut failing = facts.readiness.checks.iter().filter(|check| check.status == CheckStatus::Fail);
    if failing.any(|check| check.check == CheckId::TierLimit) {
        also.push(Advice::FreeTier);
    }
}

/// REC-19, for a network with subnets of Application Gateway for Containers.
fn gateway_subnet(vnet: &VirtualNetwork) -> Option<GatewaySubnet> {
    let is_of_gateways = |service: &String| service.eq_ignore_ascii_case(GATEWAYS_FOR_CONTAINERS);
    let mut made =
        vnet.subnets.iter().filter(|subnet| subnet.delegations.iter().any(is_of_gateways)).peekable();
    made.peek()?;
    let fits = |cidr: Cidr| cidr.length() == GATEWAY_LENGTH;
    if let Some(subnet) =
        made.find(|subnet| subnet.prefixes.v4().all(fits) && subnet.prefixes.v4().next().is_some())
    {
        return Some(GatewaySubnet::Keep(subnet.id.clone()));
    }
    let free = free_space(vnet).first_block(GATEWAY_LENGTH);
    Some(free.map_or(GatewaySubnet::NoneFree, GatewaySubnet::Reserve))
}
