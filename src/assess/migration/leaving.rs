//! Everything an audit says about leaving: clusters, the plan of waves, who gets a runbook, the retirement calendar.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{
    Candidate, ClusterPlan, Decision, Exposure, Migration, RetirementItem, Verdict,
    decision::decisions,
    runbook::{self, Duration},
    waves::{self, Plan, Request},
};
use crate::{
    assess::{
        audit::{ClusterRow, NodePoolRow},
        options::Options,
        rows::Rows,
    },
    inventory::{Cluster, Inventory, ResourceId},
    ipam::IpamMode,
    rules::{Catalogue, CheckId, RetirementId},
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
    /// The clusters that get a runbook, every candidate and every kubenet cluster, with how long one re-image may take;
    /// unknown where nodes are. The pages themselves are large: [`runbook::sources`] builds each when it is wanted.
    pub runbooks: BTreeMap<ResourceId, Option<Duration>>,
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
        let mut counts: Vec<_> = counts.into_iter().collect();
        counts.sort_by_key(|(check, count)| (std::cmp::Reverse(*count), *check));
        counts
    }

    /// What can be decided to take blockers away from kubenet clusters, what frees most of them first.
    #[must_use]
    pub fn decisions(&self) -> Vec<Decision> {
        let candidates: HashMap<_, _> = self.candidates().map(|one| (&one.cluster_id, one)).collect();
        decisions(self.exposure.values(), &|id| candidates.get(id).copied())
    }
}

/// Decides what the estate of an audit has to leave, when and how.
pub(in crate::assess) fn leaving(
    inventory: &Inventory,
    options: &Options,
    rows: &Rows,
    decided: Migration,
) -> Leaving {
    let mut clusters = decided.clusters;
    clusters.sort_by(|a, b| a.readiness.cluster_id.cmp(&b.readiness.cluster_id));
    let runbooks = durations(inventory, options, rows, &clusters);
    let candidates: Vec<Candidate> = clusters.iter().filter_map(|plan| plan.candidate.clone()).collect();
    let minutes = |id: &ResourceId| Some(runbooks.get(id)?.as_ref()?.high_minutes);
    let draft = waves::draft(&candidates, &minutes);
    let plan = waves::schedule(&Request {
        as_of: options.as_of,
        deadline: Catalogue::built_in().retirement(RetirementId::KUBENET).deadline(),
        moves: &draft.moves,
        headroom: &draft.headroom,
        options: &options.migration.waves,
    });
    let moves = plan.steps.iter().filter(|step| step.is_move);
    let mut elsewhere = draft.elsewhere;
    elsewhere.sort();
    let chosen: HashSet<_> =
        rows.clusters.iter().map(|row| &row.id).chain(rows.subnets.iter().map(|row| &row.id)).collect();
    Leaving {
        exposure: decided.exposure.into_iter().map(|one| (one.cluster_id.clone(), one)).collect(),
        retirements: decided
            .retirements
            .into_iter()
            .filter(|item| chosen.contains(&item.resource_id))
            .collect(),
        waves: moves.filter_map(|step| Some((step.cluster_id.clone(), step.wave?))).collect(),
        elsewhere,
        runbooks,
        clusters,
        plan,
    }
}

/// How long one re-image of each cluster with a runbook may take.
fn durations(
    inventory: &Inventory,
    options: &Options,
    rows: &Rows,
    clusters: &[ClusterPlan],
) -> BTreeMap<ResourceId, Option<Duration>> {
    let read: HashMap<_, _> = inventory.clusters.iter().map(|cluster| (&cluster.id, cluster)).collect();
    let by_id: HashMap<_, _> = rows.clusters.iter().map(|row| (&row.id, row)).collect();
    let mut pools: HashMap<_, Vec<&NodePoolRow>> = HashMap::new();
    for row in &rows.node_pools {
        pools.entry(&row.cluster_id).or_default().push(row);
    }
    let one = |decided: &ClusterPlan| {
        let id = &decided.readiness.cluster_id;
        let row: &ClusterRow = by_id.get(id)?;
        if decided.candidate.is_none() && !row.ipam_modes.contains(&IpamMode::Kubenet) {
            return None;
        }
        let pools = pools.get(id).map_or(&[][..], Vec::as_slice);
        let read: &Cluster = read.get(id)?;
        Some((id.clone(), runbook::estimate(read, pools, options.migration.durations)))
    };
    clusters.iter().filter_map(one).collect()
}
