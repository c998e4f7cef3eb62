//! What an audit says about leaving: clusters, the plan of waves, who gets a runbook, the retirement calendar.

use std::collections::BTreeMap;

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
    pub clusters: Vec<Departure>,
    /// Everything in the estate that Microsoft retires, by date.
    pub retirements: Vec<RetirementItem>,
    /// When each candidate moves that can move in place.
    pub plan: Plan,
}

/// What is decided about one cluster, and what comes of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Departure {
    /// What is decided.
    pub decided: ClusterPlan,
    /// What comes of it.
    pub way: Way,
    /// Whether it gets a runbook: every candidate and every kubenet cluster does. The page itself is large:
    /// [`crate::assess::runbook::sources`] builds each when it is wanted.
    pub has_runbook: bool,
    /// How long one re-image of a cluster with a runbook may take; unknown where nodes are.
    pub duration: Option<Duration>,
}

/// Where a cluster goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// It stays, or nobody can tell.
    Stay,
    /// It moves in place, in this wave; in none where the plan has no place for it.
    Move(Option<u32>),
    /// It is worth migrating and has no way in place, and so no place in the waves.
    Elsewhere,
}

impl Departure {
    /// The cluster.
    #[must_use]
    pub fn id(&self) -> &ResourceId {
        &self.decided.readiness.cluster_id
    }

    /// The wave in which it moves.
    #[must_use]
    pub fn wave(&self) -> Option<u32> {
        match self.way {
            Way::Move(wave) => wave,
            Way::Stay | Way::Elsewhere => None,
        }
    }
}

impl Leaving {
    /// What is said of a cluster.
    #[must_use]
    pub fn of(&self, id: &ResourceId) -> Option<&Departure> {
        let at = self.clusters.binary_search_by(|one| one.id().cmp(id)).ok()?;
        self.clusters.get(at)
    }

    /// The candidates, by id.
    pub fn candidates(&self) -> impl Iterator<Item = &Candidate> {
        self.clusters.iter().filter_map(|one| one.decided.candidate.as_ref())
    }

    /// What each kubenet cluster is exposed to, by id.
    pub fn exposures(&self) -> impl Iterator<Item = &Exposure> {
        self.clusters.iter().filter_map(|one| one.decided.exposure.as_ref())
    }

    /// Candidates that have no way in place, by id.
    pub fn elsewhere(&self) -> impl Iterator<Item = &Departure> {
        self.clusters.iter().filter(|one| one.way == Way::Elsewhere)
    }

    /// How many kubenet clusters have each verdict, the worst first.
    #[must_use]
    pub fn verdicts(&self) -> [(Verdict, usize); 5] {
        let of = |verdict| self.exposures().filter(|one| one.verdict == verdict).count();
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
        for blocker in self.exposures().flat_map(|one| &one.blockers) {
            *counts.entry(*blocker).or_default() += 1;
        }
        let mut counts: Vec<_> = counts.into_iter().collect();
        counts.sort_by_key(|(check, count)| (std::cmp::Reverse(*count), *check));
        counts
    }

    /// What can be decided to take blockers away from kubenet clusters, what frees most of them first.
    #[must_use]
    pub fn decisions(&self) -> Vec<Decision> {
        decisions(
            self.clusters
                .iter()
                .filter_map(|one| Some((one.decided.exposure.as_ref()?, one.decided.candidate.as_ref()))),
        )
    }
}
