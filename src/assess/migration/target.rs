//! Where a cluster should go: ordered rules, the first that holds wins, others add advice.

use super::{
    beside::{also, first},
    facts::{Facts, has_windows},
    pod_cidr::{NoProposal, Proposal},
    pressure::{self, Pressure},
    reason::{Gain, Need, NewPools, NotOverlay, Provisioner, Reason, Relief},
    scene::Subject,
    types::{Question, Readiness, Recommendation, Target, Verdict},
};
use crate::{inventory::NetworkPolicy, ipam::IpamMode};

/// Addresses beyond which static blocks are the better pod subnet (REC-09).
/// <https://learn.microsoft.com/azure/aks/concepts-network-azure-cni-pod-subnet>
const DYNAMIC_PODS: u64 = 50_000;

/// Where a cluster should go; `readiness` is that of Overlay, `pod_cidr` the one proposed for it.
pub(super) fn recommend(
    subject: &Subject<'_>,
    readiness: &Readiness,
    pod_cidr: &Result<Proposal, NoProposal>,
) -> Recommendation {
    if subject.cluster.is_being_deleted() {
        return made(Target::Stay, "REC-23", Reason::BeingDeleted);
    }
    let facts = Facts::of(subject, readiness);
    let mut recommendation = match subject.from {
        IpamMode::Kubenet => from_kubenet(&facts),
        IpamMode::NodeSubnet => from_node_subnet(&facts),
        IpamMode::PodSubnetDynamic | IpamMode::PodSubnetStatic => from_pod_subnet(&facts),
        IpamMode::Overlay => from_overlay(&facts, pod_cidr),
        IpamMode::ByoCni if subject.answers().wants_cilium == Some(true) => {
            made(Target::NewCluster, "REC-03", Reason::OwnPlugin { wants_cilium: true })
                .runner_up(Target::Stay)
        }
        IpamMode::ByoCni => made(Target::Stay, "REC-03", Reason::OwnPlugin { wants_cilium: false })
            .runner_up(Target::NewCluster),
        IpamMode::Unknown => made(Target::Undecided, "REC-03", Reason::ModeUnknown),
    };
    recommendation.first = first(&facts);
    recommendation.also = also(&facts, recommendation.target);
    recommendation
}

fn made(target: Target, rule: &'static str, reason: Reason) -> Recommendation {
    Recommendation {
        target,
        rule,
        reason,
        runner_up: None,
        questions: Vec::new(),
        first: Vec::new(),
        also: Vec::new(),
    }
}

impl Recommendation {
    fn runner_up(mut self, target: Target) -> Self {
        self.runner_up = Some(target);
        self
    }

    fn asking(mut self, question: Question, is_open: bool) -> Self {
        if is_open {
            self.questions.push(question);
        }
        self
    }
}

/// The rule whose new cluster has a pod subnet instead of Overlay.
pub(crate) const POD_SUBNET_RULE: &str = "REC-04";

/// REC-04 to REC-07.
fn from_kubenet(facts: &Facts<'_, '_>) -> Recommendation {
    let direct = (facts.direct == Some(true)).then_some(Need::DirectAddresses);
    let virtual_nodes = (facts.virtual_nodes == Some(true)).then_some(Need::VirtualNodes);
    if let Some(need) = direct.or(virtual_nodes) {
        return made(Target::NewCluster, POD_SUBNET_RULE, Reason::Needs(need)).runner_up(Target::Overlay);
    }
    if facts.readiness.verdict == Verdict::Rebuild {
        let standing = facts.readiness.checks.iter().filter(|result| result.rebuild);
        let reason = Reason::NoWayInPlace(standing.map(|result| result.check).collect());
        return made(Target::NewCluster, "REC-07", reason).runner_up(Target::Overlay);
    }
    let target = if facts.wants_cilium { Target::OverlayThenCilium } else { Target::Overlay };
    let blockers = facts.readiness.blockers.len();
    let rule = if blockers == 0 { "REC-05" } else { "REC-06" };
    made(target, rule, Reason::KubenetEnds { blockers })
        .runner_up(Target::NewCluster)
        .asking(Question::NeedsDirectPodIp, facts.direct.is_none())
        .asking(Question::NeedsVirtualNodes, facts.virtual_nodes.is_none())
}

/// REC-08 to REC-11.
fn from_node_subnet(facts: &Facts<'_, '_>) -> Recommendation {
    let Some(tightest) = facts.pressure.first() else {
        return stay_or_cilium(facts, "REC-11").runner_up(Target::Overlay);
    };
    let pressed = |relief: Relief| Reason::Pressed(tightest.clone(), relief);
    if facts.direct == Some(true) {
        let relief = Relief::PodSubnet { static_blocks: tightest.worst > DYNAMIC_PODS };
        return made(Target::PodSubnet, "REC-09", pressed(relief)).runner_up(Target::Overlay);
    }
    let keeps_virtual_nodes =
        facts.virtual_nodes == Some(true) || (facts.uses_virtual_nodes && facts.virtual_nodes.is_none());
    if keeps_virtual_nodes {
        let (target, relief) = in_its_mode(facts, tightest, Some(NotOverlay::VirtualNodes));
        return made(target, "REC-10", pressed(relief))
            .runner_up(Target::Overlay)
            .asking(Question::NeedsVirtualNodes, facts.virtual_nodes.is_none());
    }
    if facts.readiness.verdict == Verdict::Rebuild {
        let (target, relief) = in_its_mode(facts, tightest, Some(NotOverlay::NoWayInPlace));
        let other = if target == Target::NewCluster { Target::Stay } else { Target::NewCluster };
        return made(target, "REC-10", pressed(relief)).runner_up(other);
    }
    let target = if facts.wants_cilium { Target::OverlayThenCilium } else { Target::Overlay };
    made(target, "REC-08", pressed(Relief::Overlay))
        .runner_up(Target::PodSubnet)
        .asking(Question::NeedsDirectPodIp, facts.direct.is_none())
}

/// REC-12 and REC-13.
fn from_pod_subnet(facts: &Facts<'_, '_>) -> Recommendation {
    match facts.pressure.first() {
        Some(tightest) => {
            let reason = Reason::Pressed(tightest.clone(), Relief::AnotherPodSubnet);
            made(Target::NewPools, "REC-12", reason)
        }
        None => stay_or_cilium(facts, "REC-13"),
    }
    .runner_up(Target::NewCluster)
}

/// Whether an Overlay cluster is near the nodes its pod CIDR has room for, and of the kind whose pod CIDR can grow:
/// without Windows pools, with a single IPv4 range (REC-14).
/// <https://learn.microsoft.com/azure/aks/azure-cni-overlay-pod-expand>
pub(super) fn may_expand(subject: &Subject<'_>) -> bool {
    let is_single = subject.cluster.network.pod_cidrs.known.len() == 1;
    pressure::of_pod_cidr(subject).is_some() && is_single && !has_windows(subject)
}

/// REC-14 and REC-15.
fn from_overlay(facts: &Facts<'_, '_>, larger: &Result<Proposal, NoProposal>) -> Recommendation {
    if let Some((nodes, room)) = pressure::of_pod_cidr(facts.subject) {
        let larger = may_expand(facts.subject).then(|| match larger {
            Ok(larger) => Ok(larger.cidr),
            Err(none) => Err(none.clone()),
        });
        let (target, other) = match larger {
            Some(Ok(_) | Err(NoProposal::Unknown(_))) => (Target::ExpandPodCidr, Target::NewCluster),
            Some(Err(_)) | None => (Target::NewCluster, Target::ExpandPodCidr),
        };
        return made(target, "REC-14", Reason::PodCidrFull { room, nodes, larger }).runner_up(other);
    }
    match facts.pressure.first() {
        Some(tightest) => {
            let (target, relief) = in_its_mode(facts, tightest, None);
            made(target, "REC-15", Reason::Pressed(tightest.clone(), relief)).runner_up(Target::Stay)
        }
        None => stay_or_cilium(facts, "REC-11"),
    }
}

/// REC-16: the Cilium data plane where an engine of the past polices or somebody asks for it, else nothing.
fn stay_or_cilium(facts: &Facts<'_, '_>, rule: &'static str) -> Recommendation {
    let mode = facts.subject.from;
    if !facts.wants_cilium {
        return made(Target::Stay, rule, Reason::Calm { mode, cilium: None });
    }
    let gain = match &facts.subject.cluster.network.policy {
        Some(engine @ (NetworkPolicy::Azure | NetworkPolicy::Calico)) => Gain::Replaces(engine.clone()),
        _ => Gain::AskedFor,
    };
    made(Target::Cilium, "REC-16", Reason::Calm { mode, cilium: Some(gain) })
}

/// What relieves a subnet without leaving its mode. Where nodes that no pool makes are what presses, new pools mend nothing: a
/// larger subnet does, which their node class names, and where AKS made the network, none but that of another cluster.
/// <https://learn.microsoft.com/azure/aks/node-auto-provisioning-aksnodeclass>
fn in_its_mode(facts: &Facts<'_, '_>, tightest: &Pressure, because: Option<NotOverlay>) -> (Target, Relief) {
    let in_managed_network = facts.subject.pools().iter().any(|facts| facts.pool.node_subnet_id.is_none());
    if tightest.by_unpooled {
        let by = if facts.subject.cluster.has_node_auto_provisioning() {
            Provisioner::Auto
        } else {
            Provisioner::Unclear(facts.subject.facts.provisioned)
        };
        let target = if in_managed_network { Target::NewCluster } else { Target::LargerSubnet };
        return (target, Relief::LargerSubnet { because, by, in_managed_network });
    }
    let with = match facts.subject.from {
        IpamMode::NodeSubnet => NewPools::FewerPods,
        _ => NewPools::OneEach,
    };
    (Target::NewPools, Relief::NewPools { because, in_managed_network, with })
}
