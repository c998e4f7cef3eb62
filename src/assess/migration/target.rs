//! Where a cluster should go: ordered rules, the first that holds wins, others add advice.

use super::{
    advice::{also, first},
    facts::{Facts, has_windows},
    pod_cidr::{NoProposal, Proposal},
    pressure,
    scene::Subject,
    types::{Question, Readiness, Recommendation, RunnerUp, Target, Verdict},
};
use crate::{inventory::NetworkPolicy, ipam::IpamMode, words};

/// Addresses beyond which static blocks are the better pod subnet (REC-09).
/// <https://learn.microsoft.com/azure/aks/concepts-network-azure-cni-pod-subnet>
const DYNAMIC_PODS: u64 = 50_000;

/// Where a cluster should go; `readiness` is that of Overlay, `pod_cidr` the one proposed for it.
pub(super) fn recommend(
    subject: &Subject<'_>,
    readiness: &Readiness,
    pod_cidr: &Result<Proposal, NoProposal>,
) -> Recommendation {
    let facts = Facts::of(subject, readiness);
    let mut recommendation = match subject.from {
        IpamMode::Kubenet => from_kubenet(&facts),
        IpamMode::NodeSubnet => from_node_subnet(&facts),
        IpamMode::PodSubnetDynamic | IpamMode::PodSubnetStatic => from_pod_subnet(&facts),
        IpamMode::Overlay => from_overlay(&facts, pod_cidr),
        IpamMode::ByoCni if subject.answers().wants_cilium == Some(true) => made(
            Target::NewCluster,
            "REC-03",
            "the Cilium that Azure manages is wanted, and no way there is documented for a network plugin of one's own",
        )
        .runner_up(Target::Stay, "the present plugin goes on, and nobody but its owner supports it"),
        IpamMode::ByoCni => {
            made(Target::Stay, "REC-03", "the cluster brings its own network plugin: no advice")
                .runner_up(Target::NewCluster, "only if a managed network plugin is wanted")
        }
        IpamMode::Unknown => made(Target::Undecided, "REC-03", "its network plugin and mode are not known"),
    };
    recommendation.first = first(&facts);
    recommendation.also = also(&facts, recommendation.target);
    recommendation
}

fn made(target: Target, rule: &'static str, reason: impl Into<String>) -> Recommendation {
    Recommendation {
        target,
        rule,
        reason: reason.into(),
        runner_up: None,
        questions: Vec::new(),
        first: Vec::new(),
        also: Vec::new(),
    }
}

impl Recommendation {
    fn runner_up(mut self, target: Target, lost: impl Into<String>) -> Self {
        self.runner_up = Some(RunnerUp { target, lost: lost.into() });
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
    if facts.direct == Some(true) || facts.virtual_nodes == Some(true) {
        let need = if facts.direct == Some(true) { "direct pod addresses" } else { "virtual nodes" };
        return made(
            Target::NewCluster,
            POD_SUBNET_RULE,
            format!("{need} are needed, which Overlay does not have: a new cluster with a pod subnet"),
        )
        .runner_up(Target::Overlay, format!("it is in place, but has no {need}"));
    }
    if facts.readiness.verdict == Verdict::Rebuild {
        return made(Target::NewCluster, "REC-07", "a blocker cannot be removed in place")
            .runner_up(Target::Overlay, obstacle(facts));
    }
    let target = if facts.wants_cilium { Target::OverlayThenCilium } else { Target::Overlay };
    let (rule, reason) = if facts.readiness.blockers.is_empty() {
        ("REC-05", "kubenet ends, and nothing that was read stands against Overlay in place".to_owned())
    } else {
        let removed = match facts.readiness.blockers.len() {
            1 => "1 blocker is".to_owned(),
            count => format!("{count} blockers are"),
        };
        ("REC-06", format!("kubenet ends; Overlay in place after {removed} removed"))
    };
    made(target, rule, reason)
        .runner_up(
            Target::NewCluster,
            "a rebuild costs more and wins nothing that Overlay in place does not give",
        )
        .asking(Question::NeedsDirectPodIp, facts.direct.is_none())
        .asking(Question::NeedsVirtualNodes, facts.virtual_nodes.is_none())
}

/// REC-08 to REC-11.
fn from_node_subnet(facts: &Facts<'_, '_>) -> Recommendation {
    let Some(tightest) = facts.pressure.first() else {
        let reason = "no subnet is under pressure, and node subnets have no end date";
        return stay_or_cilium(facts, "REC-11", reason).runner_up(
            Target::Overlay,
            "it is the strategic target, but nothing presses, and it cannot be undone",
        );
    };
    let words = tightest.words();
    if facts.direct == Some(true) {
        let mode = if tightest.worst > DYNAMIC_PODS { "static blocks" } else { "dynamic allocation" };
        return made(
            Target::PodSubnet,
            "REC-09",
            format!("{words}; direct pod addresses are needed: new pools with a pod subnet, {mode}"),
        )
        .runner_up(Target::Overlay, "it frees most addresses, but pods could not be reached directly");
    }
    let keeps_virtual_nodes =
        facts.virtual_nodes == Some(true) || (facts.uses_virtual_nodes && facts.virtual_nodes.is_none());
    if keeps_virtual_nodes {
        let lost = "virtual nodes do not work with Overlay; without them it would be the first choice";
        return made(
            Target::NewPools,
            "REC-10",
            format!("{words}; virtual nodes are in use: {}", relief(facts)),
        )
        .runner_up(Target::Overlay, lost)
        .asking(Question::NeedsVirtualNodes, facts.virtual_nodes.is_none());
    }
    if facts.readiness.verdict == Verdict::Rebuild {
        return made(
            Target::NewPools,
            "REC-10",
            format!("{words}; Overlay is not possible in place: {}", relief(facts)),
        )
        .runner_up(Target::NewCluster, "it would free most addresses at the price of a rebuild");
    }
    let target = if facts.wants_cilium { Target::OverlayThenCilium } else { Target::Overlay };
    made(target, "REC-08", format!("{words}; Overlay leaves one address a node"))
        .runner_up(Target::PodSubnet, "it keeps pods reachable, but takes more addresses and new pools")
        .asking(Question::NeedsDirectPodIp, facts.direct.is_none())
}

/// REC-12 and REC-13.
fn from_pod_subnet(facts: &Facts<'_, '_>) -> Recommendation {
    match facts.pressure.first() {
        Some(tightest) => made(
            Target::NewPools,
            "REC-12",
            format!("{}; add a pod subnet and pools, or static blocks for scale", tightest.words()),
        )
        .runner_up(
            Target::NewCluster,
            "Overlay frees most addresses, but from a pod subnet only in a new cluster",
        ),
        None => {
            stay_or_cilium(facts, "REC-13", "no subnet is under pressure, and pod subnets have no end date")
                .runner_up(Target::NewCluster, "Overlay would need a new cluster, and nothing presses")
        }
    }
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
        let reason =
            format!("the pod CIDR has room for {}, and the pools may have {nodes}", words::nodes(room));
        if !may_expand(facts.subject) {
            return made(Target::NewCluster, "REC-14", reason).runner_up(
                Target::ExpandPodCidr,
                "it works only for clusters with Linux pools and a single IPv4 range",
            );
        }
        return match larger {
            Ok(larger) => {
                made(Target::ExpandPodCidr, "REC-14", format!("{reason}; it can grow to {}", larger.cidr))
                    .runner_up(Target::NewCluster, "the present range can be expanded to one that holds it")
            }
            Err(NoProposal::Unknown(missing)) => made(
                Target::ExpandPodCidr,
                "REC-14",
                format!("{reason}; to which range is not known: {missing}"),
            )
            .runner_up(Target::NewCluster, "only if no larger range that holds the present one is free"),
            Err(none) => made(Target::NewCluster, "REC-14", format!("{reason}; {none}"))
                .runner_up(Target::ExpandPodCidr, "the addresses beside the present range are taken"),
        };
    }
    match facts.pressure.first() {
        Some(tightest) => {
            made(Target::NewPools, "REC-15", format!("{}: {}", tightest.words(), relief(facts)))
                .runner_up(Target::Stay, "the next scale-out or upgrade may find no address")
        }
        None => stay_or_cilium(facts, "REC-11", "the cluster is on Overlay and under no pressure"),
    }
}

/// REC-16: the Cilium data plane where an engine of the past polices or somebody asks for it, else nothing.
fn stay_or_cilium(facts: &Facts<'_, '_>, rule: &'static str, reason: &str) -> Recommendation {
    if !facts.wants_cilium {
        return made(Target::Stay, rule, reason);
    }
    let gain = match &facts.subject.cluster.network.policy {
        Some(engine @ (NetworkPolicy::Azure | NetworkPolicy::Calico)) => {
            format!("Cilium replaces the policy engine {engine}")
        }
        _ => "Cilium is asked for".to_owned(),
    };
    made(Target::Cilium, "REC-16", format!("{reason}; {gain}"))
}

/// What relieves a subnet without leaving its mode (K-14): a new subnet only where no pool uses the network that AKS
/// made.
fn relief(facts: &Facts<'_, '_>) -> &'static str {
    let uses_managed = facts.subject.pools().iter().any(|facts| facts.pool.node_subnet_id.is_none());
    if uses_managed {
        "new pools with smaller maxPods, or less surge; a subnet of one's own is refused while pools use the managed one"
    } else {
        "a new, larger subnet with new pools, or smaller maxPods in new pools"
    }
}

/// What stands against it in place, by id; the facts are among the blockers.
fn obstacle(facts: &Facts<'_, '_>) -> String {
    let ids: Vec<_> = facts
        .readiness
        .checks
        .iter()
        .filter(|result| result.rebuild)
        .map(|result| result.check.as_str())
        .collect();
    format!("{} cannot be mended in place", ids.join(", "))
}
