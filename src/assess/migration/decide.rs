//! Everything about migrations in one pass over an inventory.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{
    checks::{capacity, routing},
    duration::{Duration, estimate},
    exposure::{Exposure, exposure},
    facts::has_windows,
    mend::addresses_after,
    neighbours::{Ending, NeighbourDate, neighbours},
    pod_cidr::{NoProposal, Proposal, expand, propose},
    rank::{self, Rank, Told},
    reason::Reason,
    retirements::{RetirementItem, retirements},
    scene::{Scene, Subject},
    site::{self, Site},
    steps::steps,
    target::{self, recommend},
    types::{
        Candidate, CheckResult, CheckStatus, Footprint, Operation, Readiness, Recommendation, Step,
        SubnetFootprint, Target, Verdict, Work,
    },
    verdict::{judge, readiness},
};
use crate::{
    assess::{
        estate::{Estate, filters::first_tag},
        options::Options,
        topology::Topology,
    },
    inventory::{Inventory, ResourceId},
    ipam::{Cidr, IpamMode},
    rules::CheckId,
};

/// What an audit says about migrations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migration {
    /// Every cluster that was read, by id: filters choose what is shown, not what is planned.
    pub clusters: Vec<ClusterPlan>,
    /// Everything in the estate that Microsoft retires, by date.
    pub retirements: Vec<RetirementItem>,
    /// Words of environments that are neither production nor in the order of waves, in lower case, each with how many clusters
    /// bear it.
    pub unknown_environments: BTreeMap<String, usize>,
}

/// Everything this room says about one cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClusterPlan {
    /// The cluster.
    pub cluster_id: ResourceId,
    /// Its present mode.
    pub from: IpamMode,
    /// Whether the tags say production.
    pub production: bool,
    /// From the environment tag.
    pub environment: Option<String>,
    /// From the owner tag.
    pub owner: Option<String>,
    /// Its region.
    pub location: String,
    /// Whether it can make its first operation.
    pub readiness: Readiness,
    /// Whether it can make the second, where there is one; what the first changes is not held against it. Of a cluster
    /// for which the Cilium data plane is wanted and which does not go there: what stands between.
    pub second: Option<Readiness>,
    /// Where it should go.
    pub recommendation: Recommendation,
    /// A pod CIDR for a cluster that can move in place, or why none can be proposed.
    pub pod_cidr: Result<Proposal, NoProposal>,
    /// The steps of its way, in order; none where it goes nowhere.
    pub steps: Vec<Step>,
    /// As a candidate, where it is worth migrating.
    pub candidate: Option<Candidate>,
    /// What it is exposed to, where it is on kubenet.
    pub exposure: Option<Exposure>,
    /// Its place among the clusters that have to go somewhere: candidates, and all that are on kubenet.
    pub rank: Option<Rank>,
    /// How long one re-image of a cluster with a runbook may take; unknown where nodes are.
    pub duration: Option<Duration>,
    /// What surrounds a cluster with a runbook.
    pub site: Box<Site>,
    /// The days on which something of it ends, so that its pools are replaced once.
    pub neighbours: Vec<NeighbourDate>,
}

impl ClusterPlan {
    /// Full re-images on the whole way, preparation included.
    /// <https://learn.microsoft.com/azure/aks/node-disruption-policy>
    #[must_use]
    pub fn reimages(&self) -> u32 {
        let count = self.steps.iter().filter(|step| step.reimages).count();
        u32::try_from(count).unwrap_or(u32::MAX)
    }

    /// The pod CIDR that its move in place gives it, where that is another than it has.
    #[must_use]
    pub fn new_pod_cidr(&self) -> Option<Cidr> {
        let candidate =
            self.candidate.as_ref().filter(|_| self.recommendation.target.is_overlay_in_place())?;
        candidate.suggested_pod_cidr.filter(|cidr| candidate.current_pod_cidr != Some(*cidr))
    }

    /// Whether it gets a runbook: every candidate and every kubenet cluster does, but for one that is being deleted. The page
    /// itself is large: [`crate::assess::runbook::sources`] builds each when it is wanted.
    #[must_use]
    pub fn has_runbook(&self) -> bool {
        self.candidate.is_some() || self.leaves_kubenet()
    }

    /// Whether it is being deleted, so that it counts and nothing is planned for it.
    #[must_use]
    pub fn is_being_deleted(&self) -> bool {
        self.recommendation.reason == Reason::BeingDeleted
    }

    /// Whether it runs on kubenet and somebody has to move it.
    #[must_use]
    pub fn leaves_kubenet(&self) -> bool {
        self.exposure.is_some() && !self.is_being_deleted()
    }

    /// The day from which on AKS upgrades it by itself, unless its own steps upgrade it before.
    #[must_use]
    pub fn forced_upgrade(&self) -> Option<Date> {
        const UPGRADES: [CheckId; 2] = [CheckId::KubernetesVersion, CheckId::PolicyRemovalVersion];
        let upgrades = |step: &Step| matches!(step.work, Work::Mend(check) if UPGRADES.contains(&check));
        if self.steps.iter().any(upgrades) {
            return None;
        }
        let forced = self.neighbours.iter().find(|one| one.ending == Ending::ForcedUpgrade);
        forced.map(|one| one.date)
    }

    /// What the change to Cilium would meet, where somebody asks for it, the target does not bring it, and it is not
    /// there already.
    #[must_use]
    pub fn cilium_wanted(&self) -> Option<&Readiness> {
        let leads_there = matches!(self.recommendation.target, Target::Cilium | Target::OverlayThenCilium);
        let is_there = |result: &CheckResult| {
            result.check == CheckId::CiliumAlready && result.status == CheckStatus::Fail
        };
        self.second.as_ref().filter(|second| !leads_there && !second.checks.iter().any(is_there))
    }
}

/// Says what every cluster of an indexed estate is exposed to, whether it is ready, and where it should go.
pub(crate) fn of_estate<'a>(
    estate: &'a Estate<'a>,
    topology: &'a Topology<'a>,
    inventory: &'a Inventory,
    options: &'a Options,
) -> Migration {
    let scene = Scene::of(estate, topology, inventory, options);
    let all = scene.estate.clusters.iter();
    let mut clusters: Vec<_> = all.map(|facts| of_cluster(scene.subject(facts))).collect();
    rank::place(clusters.iter_mut().filter_map(|one| Some((&one.cluster_id, one.rank.as_mut()?))));
    let unknown_environments = unknown_environments(&clusters, options);
    Migration { clusters, retirements: retirements(inventory, options), unknown_environments }
}

/// Words of environments that nobody knows.
fn unknown_environments(clusters: &[ClusterPlan], options: &Options) -> BTreeMap<String, usize> {
    let is_known = |word: &str| {
        options.people.is_production(word) || options.migration.waves.environment(word).is_some()
    };
    let words = clusters.iter().filter_map(|one| one.environment.as_deref()).filter(|word| !is_known(word));
    let mut unknown = BTreeMap::new();
    for word in words {
        *unknown.entry(word.trim().to_lowercase()).or_default() += 1;
    }
    unknown
}

/// Finds a pod CIDR for a cluster that can move in place, and lets the checks speak of it where the cluster has none.
pub(super) fn prepare(mut subject: Subject<'_>) -> (Subject<'_>, Result<Proposal, NoProposal>) {
    let proposal = match subject.from {
        IpamMode::Kubenet | IpamMode::NodeSubnet => propose(&subject),
        IpamMode::Overlay if target::may_expand(&subject) => expand(&subject),
        _ => Err(NoProposal::NotAsked),
    };
    subject.has_no_range = subject.from == IpamMode::NodeSubnet
        && subject.pod_cidr.is_none()
        && matches!(proposal, Err(NoProposal::NoneFree(_) | NoProposal::TooLarge(_)));
    if let Ok(proposal) = &proposal {
        subject.final_pod_cidr = Some(proposal.cidr);
        if subject.pod_cidr.is_none() && subject.from == IpamMode::NodeSubnet {
            subject.pod_cidr = Some(proposal.cidr);
            subject.newly_chosen = true;
        }
    }
    (subject, proposal)
}

fn of_cluster(subject: Subject<'_>) -> ClusterPlan {
    let (subject, proposal) = prepare(subject);
    let overlay = readiness(&subject, Operation::Overlay);
    let recommendation = recommend(&subject, &overlay, &proposal);
    let proposal = match recommendation.target {
        // Whatever range the present cluster has is not in question: the new one needs one that works for all its nodes.
        Target::NewCluster if proposal.is_err() => propose(&subject),
        _ => proposal,
    };
    let readiness = match recommendation.target {
        Target::Cilium => readiness(&subject, Operation::Cilium),
        // What goes to a new cluster is ready for nothing in place, whatever the checks of a move say.
        Target::NewCluster => Readiness { verdict: Verdict::Rebuild, ..overlay },
        _ => overlay,
    };
    let second = match recommendation.target {
        Target::OverlayThenCilium => Some(after_overlay(&subject)),
        Target::Cilium => None,
        _ if subject.cluster.is_being_deleted() => None,
        _ if subject.answers().wants_cilium == Some(true) => {
            Some(super::verdict::readiness(&subject, Operation::Cilium))
        }
        _ => None,
    };
    let is_candidate = !matches!(recommendation.target, Target::Stay | Target::Undecided);
    let candidate = is_candidate.then(|| {
        let takes_one = recommendation.target.is_overlay_in_place() || takes_new_range(&recommendation);
        candidate(&subject, recommendation.target, proposal.as_ref().ok().filter(|_| takes_one))
    });
    let people = &subject.scene.options.people;
    let environment = first_tag(subject.cluster, &people.environment_tags);
    let mut decided = ClusterPlan {
        cluster_id: subject.cluster.id.clone(),
        from: subject.from,
        production: environment.as_deref().is_some_and(|word| people.is_production(word)),
        environment,
        owner: first_tag(subject.cluster, &people.owner_tags),
        location: subject.cluster.location.clone(),
        steps: Vec::new(),
        readiness,
        second,
        recommendation,
        pod_cidr: proposal,
        candidate,
        exposure: (subject.from == IpamMode::Kubenet).then(|| exposure(&subject)),
        rank: None,
        duration: None,
        site: Box::default(),
        neighbours: neighbours(subject.cluster, &subject.scene.inventory.cloud),
    };
    if decided.has_runbook() {
        let ClusterPlan { readiness, second, recommendation, candidate, .. } = &decided;
        let readinesses: Vec<&Readiness> = std::iter::once(readiness).chain(second).collect();
        let suggested = candidate.as_ref().and_then(|one| one.suggested_pod_cidr);
        let mends = site::mends(&subject, &readinesses);
        let steps = steps(readiness, recommendation.target, decided.pod_cidr.as_ref().ok(), &mends);
        let site = site::of(&subject, mends, &readinesses, recommendation, suggested);
        decided.steps = steps;
        decided.site = Box::new(site);
        after_less_surge(&subject, &mut decided);
    }
    let reimages = decided.reimages();
    decided.rank = decided.has_runbook().then(|| {
        let ClusterPlan { readiness, recommendation, exposure, production, .. } = &decided;
        let exposure = exposure.as_ref();
        let told = Told { readiness, recommendation, exposure, reimages, production: *production };
        rank::unplaced(&subject, told)
    });
    decided.duration = decided.has_runbook().then(|| estimate(&subject)).flatten();
    decided
}

/// Whether a target outside the cluster's present mode needs a pod CIDR; a new cluster with a pod subnet does not.
fn takes_new_range(recommendation: &Recommendation) -> bool {
    match recommendation.target {
        Target::ExpandPodCidr => true,
        Target::NewCluster => recommendation.rule != target::POD_SUBNET_RULE,
        _ => false,
    }
}

/// The readiness for Cilium of a cluster that has moved to Overlay: the plugin is Azure CNI then, and the nodes of a
/// node-subnet cluster have given their addresses back.
fn after_overlay(subject: &Subject<'_>) -> Readiness {
    let before = readiness(subject, Operation::Cilium);
    let is_mended = |id: CheckId| match id {
        CheckId::CiliumPlugin => true,
        CheckId::SurgeFits => subject.from == IpamMode::NodeSubnet,
        _ => false,
    };
    let checks = before.checks.into_iter().filter(|result| !is_mended(result.check)).collect();
    judge(Operation::Cilium, checks)
}

fn candidate(subject: &Subject<'_>, target: Target, proposal: Option<&Proposal>) -> Candidate {
    let footprint = footprint(subject, target);
    let mut freed = footprint.subnets.iter().map(|subnet| subnet.freed);
    let ips_freed = freed.try_fold(0u64, |sum, next| Some(sum.saturating_add(next?)));
    Candidate {
        ips_freed: ips_freed.filter(|_| !footprint.subnets.is_empty()),
        current_pod_cidr: subject.present_pod_cidr(),
        suggested_pod_cidr: proposal.map(|proposal| proposal.cidr),
        footprint,
    }
}

/// Where a blocker is ended by less surge, the operation takes no more than that.
fn after_less_surge(subject: &Subject<'_>, decided: &mut ClusterPlan) {
    let Some(changes) = decided.site.mend(CheckId::SurgeFits) else { return };
    let Some(candidate) = decided.candidate.as_mut() else { return };
    for (own, subnet) in candidate.footprint.subnets.iter_mut().zip(&subject.node_subnets) {
        own.surge = addresses_after(subject, subnet, changes).or(own.surge);
    }
}

/// What the first operation touches. A node-subnet cluster keeps one address a node; other modes free none.
fn footprint(subject: &Subject<'_>, target: Target) -> Footprint {
    let leaves_one_a_node = target.is_overlay_in_place() && subject.from == IpamMode::NodeSubnet;
    let subnets = subject.node_subnets.iter().map(|subnet| {
        let used = subnet.usage.used;
        let free = subnet.usable().zip(used).and_then(|(usable, used)| {
            Some(i64::try_from(usable).ok()?.saturating_sub(i64::try_from(used).ok()?))
        });
        let nodes = subject.sum(subnet.pools.iter().copied(), |pool| pool.counts.there);
        let nodes = nodes.map(|nodes| nodes.saturating_add(subnet.uncounted));
        let held = capacity::own_node_addresses(subject, subnet);
        let freed = if leaves_one_a_node {
            used.and(nodes).map(|nodes| held.saturating_sub(nodes))
        } else {
            used.map(|_| 0)
        };
        SubnetFootprint {
            subnet_id: subnet.id.clone(),
            free,
            surge: capacity::surge_addresses(subject, subnet),
            freed,
        }
    });
    Footprint {
        subnets: subnets.collect(),
        route_tables: routing::tables(subject).into_iter().cloned().collect(),
        nodes: subject.nodes(),
        nodes_scale_max: subject.nodes_scale_max(),
        surge_nodes: subject.facts.total(|pool| super::scene::surge(pool, pool.counts.wanted?)),
        has_windows: has_windows(subject),
    }
}
