//! Everything an audit says about leaving: clusters, the plan of waves, a runbook each, the retirement calendar.

use std::collections::{BTreeMap, HashMap};

use super::{
    Candidate, ClusterPlan, Exposure, Migration, RetirementItem, Verdict,
    runbook::{self, CheckText, Runbook, Sources},
    waves::{self, Plan, PlannedStep, Request},
};
use crate::{
    assess::{
        audit::{ClusterRow, NodePoolRow, SubnetRow},
        options::Options,
        rows::Rows,
    },
    inventory::{Cluster, Inventory, ResourceId},
    ipam::IpamMode,
    rules::{Catalogue, CheckId, Checks, RetirementId},
};

/// Everything an audit says about leaving kubenet and full subnets.
#[derive(Debug, Clone, PartialEq)]
pub struct Leaving {
    /// Every cluster that passes the filters, by id.
    pub clusters: Vec<ClusterPlan>,
    /// What each kubenet cluster is exposed to.
    pub exposure: BTreeMap<ResourceId, Exposure>,
    /// Everything in the estate that Microsoft retires, by date.
    pub retirements: Vec<RetirementItem>,
    /// When each candidate moves that can move in place.
    pub plan: Plan,
    /// The wave in which each planned cluster moves.
    pub waves: BTreeMap<ResourceId, u32>,
    /// Candidates that have no way in place, and so no place in the waves.
    pub elsewhere: Vec<ResourceId>,
    /// A runbook for every candidate and every kubenet cluster, by id.
    pub runbooks: Vec<Runbook>,
}

impl Leaving {
    /// The candidates, by id.
    pub fn candidates(&self) -> impl Iterator<Item = &Candidate> {
        self.clusters.iter().filter_map(|plan| plan.candidate.as_ref())
    }

    /// How many kubenet clusters have each verdict, the worst first.
    #[must_use]
    pub fn verdicts(&self) -> [(Verdict, usize); 5] {
        let of = |verdict| self.exposure.values().filter(|one| one.verdict == verdict).count();
        [
            Verdict::Rebuild,
            Verdict::Unknown,
            Verdict::NeedsPreparation,
            Verdict::ReadyAfterChecks,
            Verdict::Ready,
        ]
        .map(|verdict| (verdict, of(verdict)))
    }

    /// Blockers with the kubenet clusters that each holds back, most first.
    #[must_use]
    pub fn blockers(&self) -> Vec<(CheckId, usize)> {
        let mut counts: BTreeMap<CheckId, usize> = BTreeMap::new();
        for blocker in self.exposure.values().flat_map(|one| &one.blockers) {
            *counts.entry(*blocker).or_default() += 1;
        }
        most_first(counts)
    }

    /// Blockers that can be removed in place, with the kubenet clusters for which each is the only one, most first.
    #[must_use]
    pub fn sole_blockers(&self) -> Vec<(CheckId, usize)> {
        let mut counts: BTreeMap<CheckId, usize> = BTreeMap::new();
        for one in self.exposure.values() {
            if let (Verdict::NeedsPreparation, [blocker]) = (one.verdict, one.blockers.as_slice()) {
                *counts.entry(*blocker).or_default() += 1;
            }
        }
        most_first(counts)
    }
}

fn most_first(counts: BTreeMap<CheckId, usize>) -> Vec<(CheckId, usize)> {
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(check, count)| (std::cmp::Reverse(*count), *check));
    counts
}

/// What is known of one cluster, by its id.
struct Known<'a> {
    read: HashMap<&'a ResourceId, &'a Cluster>,
    rows: HashMap<&'a ResourceId, &'a ClusterRow>,
    pools: HashMap<&'a ResourceId, Vec<&'a NodePoolRow>>,
    subnets: HashMap<&'a ResourceId, &'a SubnetRow>,
}

impl<'a> Known<'a> {
    fn of(inventory: &'a Inventory, rows: &'a Rows) -> Self {
        let mut pools: HashMap<_, Vec<_>> = HashMap::new();
        for row in &rows.node_pools {
            pools.entry(&row.cluster_id).or_default().push(row);
        }
        Self {
            read: inventory.clusters.iter().map(|cluster| (&cluster.id, cluster)).collect(),
            rows: rows.clusters.iter().map(|row| (&row.id, row)).collect(),
            pools,
            subnets: rows.subnets.iter().map(|row| (&row.id, row)).collect(),
        }
    }

    /// Whether a resource passes the filters.
    fn holds(&self, id: &ResourceId) -> bool {
        self.rows.contains_key(id) || self.subnets.contains_key(id)
    }

    fn pools(&self, cluster: &ResourceId) -> &[&'a NodePoolRow] {
        self.pools.get(cluster).map_or(&[], Vec::as_slice)
    }
}

/// Decides what the estate of an audit has to leave, when and how.
pub(in crate::assess) fn leaving(
    inventory: &Inventory,
    options: &Options,
    rows: &Rows,
    decided: Migration,
) -> Leaving {
    let known = Known::of(inventory, rows);
    let candidates: Vec<Candidate> =
        decided.clusters.iter().filter_map(|plan| plan.candidate.clone()).collect();
    let assumptions = options.migration.durations;
    let minutes = |id: &ResourceId| {
        let estimate = runbook::estimate(known.read.get(id)?, known.pools(id), assumptions)?;
        Some(estimate.high_minutes)
    };
    let draft = waves::draft(&candidates, &minutes);
    let plan = waves::schedule(&Request {
        as_of: options.as_of,
        deadline: Catalogue::built_in().retirement(RetirementId::Kubenet).deadline(),
        moves: &draft.moves,
        headroom: &draft.headroom,
        options: &options.migration.waves,
    });
    let moves = plan.steps.iter().filter(|step| step.is_move);
    let mut elsewhere = draft.elsewhere;
    elsewhere.sort();
    let mut clusters = decided.clusters;
    clusters.sort_by(|a, b| a.readiness.cluster_id.cmp(&b.readiness.cluster_id));
    Leaving {
        exposure: decided.exposure.into_iter().map(|one| (one.cluster_id.clone(), one)).collect(),
        retirements: decided.retirements.into_iter().filter(|item| known.holds(&item.resource_id)).collect(),
        waves: moves.filter_map(|step| Some((step.cluster_id.clone(), step.wave?))).collect(),
        elsewhere,
        runbooks: runbooks(&known, options, &clusters, &plan),
        clusters,
        plan,
    }
}

fn runbooks(known: &Known<'_>, options: &Options, clusters: &[ClusterPlan], plan: &Plan) -> Vec<Runbook> {
    let mut steps: HashMap<&ResourceId, Vec<PlannedStep>> = HashMap::new();
    for step in &plan.steps {
        steps.entry(&step.cluster_id).or_default().push(step.clone());
    }
    let one = |decided: &ClusterPlan| {
        let id = &decided.readiness.cluster_id;
        let row = *known.rows.get(id)?;
        let is_kubenet = row.ipam_modes.contains(&IpamMode::Kubenet);
        if decided.candidate.is_none() && !is_kubenet {
            return None;
        }
        Some(runbook::build(&Sources {
            as_of: options.as_of,
            deadline: is_kubenet.then_some(plan.deadline),
            cluster: known.read.get(id)?,
            row,
            pools: known.pools(id),
            subnet: &|id| known.subnets.get(id).copied(),
            decided,
            steps: steps.get(id).map_or(&[], Vec::as_slice),
            text: &check_text,
            assumptions: options.migration.durations,
        }))
    };
    clusters.iter().filter_map(one).collect()
}

fn check_text(id: CheckId) -> CheckText {
    let rule = Checks::built_in().get(id);
    CheckText {
        title: &rule.title,
        why: &rule.why,
        remediation: &rule.remediation,
        source: &rule.source,
        confidence: rule.confidence.as_str(),
    }
}
