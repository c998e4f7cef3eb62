//! What goes with a target: what comes before it, and what else to think of.

use super::{
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
    let failing = |ids: &[CheckId], rule: &'static str| -> Vec<First> {
        let results = facts.readiness.checks.iter();
        results
            .filter(|result| result.status == CheckStatus::Fail && ids.contains(&result.check))
            .map(|result| First { rule, check: result.check, detail: result.detail.clone() })
            .collect()
    };
    let mut first = failing(&STATE, "REC-01");
    first.extend(failing(&SUPPORT, "REC-02"));
    first
}

/// Advice beside the target (REC-16 to REC-21).
pub(super) fn also(facts: &Facts<'_, '_>, target: Target) -> Vec<(&'static str, String)> {
    let mut also = Vec::new();
    if facts.has_windows {
        let text = "Windows pools stay without Cilium; their policy engine is Calico";
        also.push(("REC-17", text.to_owned()));
    }
    cilium(facts, target, &mut also);
    size(facts, &mut also);
    if target.is_overlay_in_place() || facts.subject.from == IpamMode::Overlay {
        also.extend(facts.subject.vnet().and_then(gateway_subnet).map(|text| ("REC-19", text)));
    }
    if facts.readiness.blockers.iter().any(|id| Checks::built_in().get(*id).reimages) {
        also.push(("REC-20", "steps that re-image every node can share one window".to_owned()));
    }
    if facts.pressure.iter().any(|pressure| pressure.only_surge && !pressure.of_pods) {
        let text = "only the surge does not fit: maxSurge 1, or maxUnavailable on user pools, is cheaper than moving";
        also.push(("REC-21", text.to_owned()));
    }
    also
}

fn cilium(facts: &Facts<'_, '_>, target: Target, also: &mut Vec<(&'static str, String)>) {
    if !facts.wants_cilium {
        return;
    }
    let stays_behind =
        matches!(target, Target::Stay | Target::NewPools | Target::PodSubnet | Target::ExpandPodCidr);
    if stays_behind {
        also.push(("REC-16", "the Cilium data plane can follow as its own operation".to_owned()));
    }
    if target == Target::OverlayThenCilium && facts.subject.from == IpamMode::NodeSubnet {
        let text =
            "Cilium first removes the engine and saves one re-image; documented less clearly, so rehearse it";
        also.push(("REC-16", text.to_owned()));
    }
    let mut modes = facts.subject.pools().iter().map(|pool| pool.pool.allocation_mode.as_ref());
    if target == Target::Cilium && modes.any(|mode| mode == Some(&AllocationMode::StaticBlock)) {
        let text = "the documentation lists no update to Cilium for static blocks by name: rehearse it";
        also.push(("REC-16", text.to_owned()));
    }
}

/// REC-18.
fn size(facts: &Facts<'_, '_>, also: &mut Vec<(&'static str, String)>) {
    if facts.subject.nodes_scale_max().is_some_and(|nodes| nodes > NODES_PER_CLUSTER) {
        also.push(("REC-18", format!("more than {NODES_PER_CLUSTER} nodes: split the cluster")));
    }
    let pools = 0..facts.subject.pools().len();
    let pods = facts
        .subject
        .sum(pools, |pool| Some(pool.counts.scale_max?.saturating_mul(u64::from(pool.pool.max_pods?))));
    if pods.is_some_and(|pods| pods > PODS) {
        let text =
            format!("the pools have room for more than {PODS} pods, as many as one cluster is meant for");
        also.push(("REC-18", text));
    }
    let mut failing = facts.readiness.checks.iter().filter(|check| check.status == CheckStatus::Fail);
    if failing.any(|check| check.check == CheckId::TierLimit) {
        also.push(("REC-18", "more nodes than the Free tier allows: move to the Standard tier".to_owned()));
    }
}

/// REC-19, for a network with subnets of Application Gateway for Containers.
fn gateway_subnet(vnet: &VirtualNetwork) -> Option<String> {
    let is_of_gateways = |service: &String| service.eq_ignore_ascii_case(GATEWAYS_FOR_CONTAINERS);
    let mut made =
        vnet.subnets.iter().filter(|subnet| subnet.delegations.iter().any(is_of_gateways)).peekable();
    made.peek()?;
    let need = "Application Gateway for Containers needs a subnet of exactly a /24 in the cluster's network with Overlay";
    let fits = |cidr: Cidr| cidr.length() == GATEWAY_LENGTH;
    if let Some(subnet) =
        made.find(|subnet| subnet.prefixes.v4().all(fits) && subnet.prefixes.v4().next().is_some())
    {
        return Some(format!("{need}: keep {} as it is", subnet.id.name()));
    }
    Some(match free_space(vnet).first_block(GATEWAY_LENGTH) {
        Some(free) => format!("{need}: reserve {free}, which is free"),
        None => format!("{need}, and none is free: its address space has to grow first"),
    })
}
