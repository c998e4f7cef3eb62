//! The nouns of a migration: verdicts, results of checks, steps, targets.

use std::fmt;

use jiff::civil::Date;

use super::{advice::Advice, checks::CheckFact, commands::Wording, reason::Reason};
use crate::{
    inventory::ResourceId,
    ipam::Cidr,
    rules::{CheckId, CheckSeverity, Checks, Visibility},
};

/// Whether a cluster can be migrated, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// There is no way in place.
    Rebuild,
    /// Something needed could not be read.
    Unknown,
    /// Blockers stand in the way that can be removed in place.
    NeedsPreparation,
    /// Only manual checks remain.
    ReadyAfterChecks,
    /// Nothing stands in the way.
    Ready,
}

impl Verdict {
    /// The word the reports use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rebuild => "rebuild",
            Self::Unknown => "unknown",
            Self::NeedsPreparation => "needs-preparation",
            Self::ReadyAfterChecks => "ready-after-checks",
            Self::Ready => "ready",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What is to be changed; never two at once (CIL-004).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Operation {
    /// The IPAM mode, to Azure CNI Overlay.
    Overlay,
    /// The data plane, to Cilium.
    Cilium,
}

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CheckStatus {
    /// It fails.
    Fail,
    /// Something needed could not be read.
    Unknown,
    /// Somebody has to look: ARM does not show it, or this program does not read it.
    Open,
    /// It passes.
    Pass,
}

impl CheckStatus {
    /// The word the reports use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fail => "fail",
            Self::Unknown => "unknown",
            Self::Open => "open",
            Self::Pass => "pass",
        }
    }
}

/// One check of one cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckResult {
    /// The check.
    pub check: CheckId,
    /// What it means for the migration; a failure can weigh less than its rule, never more.
    pub severity: CheckSeverity,
    /// Who can see the answer.
    pub visibility: Visibility,
    /// How it ended.
    pub status: CheckStatus,
    /// The facts: what fails, what could not be read, who answered.
    pub facts: Vec<CheckFact>,
    /// Whether the failure cannot be mended in place.
    pub rebuild: bool,
    /// How to show or mend it, unless it passed.
    pub wording: Option<Box<Wording>>,
    /// The last day an attestation that decided this check holds.
    pub attested_until: Option<Date>,
}

/// What is done in a step of a cluster's way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// What this blocker asks for.
    Mend(CheckId),
    /// The pod CIDR is agreed on that the move sets, and with which this blocker is gone.
    AgreeOnPodCidr(CheckId, Cidr),
    /// The IPAM mode changes to Overlay.
    Overlay,
    /// The data plane changes to Cilium.
    Cilium,
    /// A new cluster takes over.
    NewCluster,
    /// New pools take over.
    NewPools,
    /// New pools with a pod subnet take over.
    PodSubnetPools,
    /// The node class names a larger subnet, and its nodes are replaced.
    LargerSubnet,
    /// The pod CIDR becomes this larger one that holds it, where one is known.
    ExpandPodCidr(Option<Cidr>),
}

impl Work {
    /// The blocker it removes.
    #[must_use]
    pub fn check(self) -> Option<CheckId> {
        match self {
            Self::Mend(check) | Self::AgreeOnPodCidr(check, _) => Some(check),
            _ => None,
        }
    }
}

/// A step on the way of one cluster, in the order of the list it stands in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What is done.
    pub work: Work,
    /// Blockers that the same commands remove, beside the one that names the work; each has a remedy of its own.
    pub also: Vec<CheckId>,
    /// Whether every node is re-imaged.
    pub reimages: bool,
    /// Whether it can share one maintenance window with the re-imaging step before it.
    pub batches_with_previous: bool,
    /// Days to let pass before the next step: for rights to spread, for a pool to be replaced and watched, for a project.
    pub wait_days: u32,
    /// Whether it is done in the window of the step that follows, because of what it takes away until then.
    pub in_window: bool,
}

impl Step {
    /// Every blocker it removes.
    pub fn checks(&self) -> impl Iterator<Item = CheckId> {
        self.work.check().into_iter().chain(self.also.iter().copied())
    }
}

/// Whether a cluster can make its first operation, and what stands in the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Readiness {
    /// The operation the verdict speaks of.
    pub operation: Operation,
    /// The verdict.
    pub verdict: Verdict,
    /// Every check that applies, in their order.
    pub checks: Vec<CheckResult>,
    /// Failing blockers, in the order of preparation.
    pub blockers: Vec<CheckId>,
    /// Failing warnings, in the same order.
    pub warnings: Vec<CheckId>,
    /// Checks a person has to make, in the same order.
    pub manual_checks: Vec<CheckId>,
    /// Checks for which something could not be read, in the same order.
    pub unknown_checks: Vec<CheckId>,
}

impl Readiness {
    /// The checks that decide the verdict, the weightiest first.
    #[must_use]
    pub fn reasons(&self) -> Vec<&CheckResult> {
        let decides = |result: &&CheckResult| match result.status {
            CheckStatus::Fail | CheckStatus::Unknown => result.severity == CheckSeverity::Blocker,
            CheckStatus::Open => {
                result.severity == CheckSeverity::Blocker && self.verdict == Verdict::ReadyAfterChecks
            }
            CheckStatus::Pass => false,
        };
        let mut deciding: Vec<_> = self.checks.iter().filter(decides).collect();
        let order = |result: &CheckResult| Checks::built_in().get(result.check).order;
        deciding.sort_by_key(|r| (!r.rebuild, r.status != CheckStatus::Unknown, order(r), r.check));
        deciding
    }
}

/// Where a cluster should go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    /// Nowhere.
    Stay,
    /// Azure CNI Overlay, in place.
    Overlay,
    /// Overlay in place, then the Cilium data plane as its own operation.
    OverlayThenCilium,
    /// The Cilium data plane; the IPAM mode stays.
    Cilium,
    /// A pod subnet, in new pools or a new cluster.
    PodSubnet,
    /// New pools in a new subnet, or with other settings.
    NewPools,
    /// A larger subnet for nodes that no pool makes.
    LargerSubnet,
    /// A larger pod CIDR that holds the present one.
    ExpandPodCidr,
    /// A new cluster.
    NewCluster,
    /// It depends on answers that were not given.
    Undecided,
}

impl Target {
    /// The word the reports use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Stay => "stay",
            Self::Overlay => "overlay",
            Self::OverlayThenCilium => "overlay-then-cilium",
            Self::Cilium => "cilium",
            Self::PodSubnet => "pod-subnet",
            Self::NewPools => "new-pools",
            Self::LargerSubnet => "larger-subnet",
            Self::ExpandPodCidr => "expand-pod-cidr",
            Self::NewCluster => "new-cluster",
            Self::Undecided => "undecided",
        }
    }

    /// Whether the cluster goes there in place with the Overlay operation.
    #[must_use]
    pub fn is_overlay_in_place(self) -> bool {
        matches!(self, Self::Overlay | Self::OverlayThenCilium)
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A question whose answer changes the recommendation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Question {
    /// Whether something outside the cluster must reach pods by their own address.
    NeedsDirectPodIp,
    /// Whether workloads need virtual nodes.
    NeedsVirtualNodes,
}

/// What comes before anything else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct First {
    /// The rule that says so, such as `REC-01`.
    pub rule: &'static str,
    /// The check that fails.
    pub check: CheckId,
    /// The facts.
    pub facts: Vec<CheckFact>,
}

/// Where a cluster should go, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recommendation {
    /// The target.
    pub target: Target,
    /// The rule that chose it, such as `REC-05`.
    pub rule: &'static str,
    /// Why.
    pub reason: Reason,
    /// What would have been next; why it lost follows from the reason.
    pub runner_up: Option<Target>,
    /// What the user has to answer, because the target depends on it.
    pub questions: Vec<Question>,
    /// What comes before anything else: the cluster's state, retirements that break a re-image.
    pub first: Vec<First>,
    /// What to think of besides.
    pub also: Vec<Advice>,
}

/// What the first operation does to one subnet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubnetFootprint {
    /// The subnet.
    pub subnet_id: ResourceId,
    /// Addresses free there now, before anything moves; negative where a bound exceeds the subnet.
    pub free: Option<i64>,
    /// Addresses that this cluster's surge nodes, and nodes to be started first, take there during the operation, at
    /// the present cost a node.
    pub surge: Option<u64>,
    /// Addresses that are free afterwards and were not before.
    pub freed: Option<u64>,
}

/// What a cluster touches, for plans that must keep clusters apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Footprint {
    /// The node subnets, by id.
    pub subnets: Vec<SubnetFootprint>,
    /// The route tables of those subnets, by id.
    pub route_tables: Vec<ResourceId>,
    /// Nodes now.
    pub nodes: Option<u64>,
    /// Nodes with every autoscaler at its maximum.
    pub nodes_scale_max: Option<u64>,
    /// Surge nodes of all pools at once.
    pub surge_nodes: Option<u64>,
    /// Whether there are Windows pools.
    pub has_windows: bool,
}

/// What makes a cluster worth migrating, and what its move touches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Addresses a move would free in virtual networks; unknown where use is.
    pub ips_freed: Option<u64>,
    /// The pod CIDR it has.
    pub current_pod_cidr: Option<Cidr>,
    /// The pod CIDR to give it, which may be the one it has.
    pub suggested_pod_cidr: Option<Cidr>,
    /// What it touches.
    pub footprint: Footprint,
}
