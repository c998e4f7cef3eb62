//! What an audit says about leaving: clusters, the plan of waves, who gets a runbook, the retirement calendar.

use std::collections::{BTreeMap, HashMap};

use crate::{
    assess::{
        migration::{
            Candidate, ClusterPlan, Decision, Duration, Exposure, RetirementItem, Verdict, decisions,
        },
        schedule::Plan,
    },
    inventory::ResourceId,
    rules::CheckId,
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
    /// unknown where nodes are. The pages themselves are large: [`crate::assess::runbook::sources`] builds each when it is wanted.
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
