//! The record of a cluster: its row, what is decided about it, and what comes of that.

use std::collections::BTreeMap;

use super::{Audit, ClusterRow, SubnetRow};
use crate::{
    assess::migration::{Candidate, ClusterPlan, Decision, Exposure, Verdict, decisions},
    inventory::ResourceId,
    rules::CheckId,
};

/// Everything an audit says about one cluster.
#[derive(Debug, Clone, PartialEq)]
pub struct ClusterRecord {
    /// What it is, with its pools and limits.
    pub row: ClusterRow,
    /// What is decided: whether it is ready, where it should go, what it is exposed to.
    pub decided: ClusterPlan,
    /// What comes of it.
    pub way: Way,
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

impl ClusterRecord {
    /// The cluster.
    #[must_use]
    pub fn id(&self) -> &ResourceId {
        &self.row.id
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

impl Audit {
    /// The record of a cluster.
    #[must_use]
    pub fn cluster(&self, id: &ResourceId) -> Option<&ClusterRecord> {
        let at = self.clusters.binary_search_by(|one| one.id().cmp(id)).ok()?;
        self.clusters.get(at)
    }

    /// The row of a subnet.
    #[must_use]
    pub fn subnet(&self, id: &ResourceId) -> Option<&SubnetRow> {
        let at = self.subnets.binary_search_by(|row| row.id.cmp(id)).ok()?;
        self.subnets.get(at)
    }

    /// The clusters worth migrating, by id.
    pub fn candidates(&self) -> impl Iterator<Item = (&ClusterRecord, &Candidate)> {
        self.clusters.iter().filter_map(|one| Some((one, one.decided.candidate.as_ref()?)))
    }

    /// The kubenet clusters, by id, each with what it is exposed to.
    pub fn exposures(&self) -> impl Iterator<Item = (&ClusterRecord, &Exposure)> {
        self.clusters.iter().filter_map(|one| Some((one, one.decided.exposure.as_ref()?)))
    }

    /// Candidates that have no way in place, by id.
    pub fn elsewhere(&self) -> impl Iterator<Item = &ClusterRecord> {
        self.clusters.iter().filter(|one| one.way == Way::Elsewhere)
    }

    /// How many kubenet clusters have each verdict, the worst first.
    #[must_use]
    pub fn verdicts(&self) -> [(Verdict, usize); 5] {
        let of =
            |verdict| self.exposures().filter(|(one, _)| one.decided.readiness.verdict == verdict).count();
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
        for blocker in self.exposures().flat_map(|(one, _)| &one.decided.readiness.blockers) {
            *counts.entry(*blocker).or_default() += 1;
        }
        let mut counts: Vec<_> = counts.into_iter().collect();
        counts.sort_by_key(|(check, count)| (std::cmp::Reverse(*count), *check));
        counts
    }

    /// What can be decided to take blockers away from kubenet clusters, what frees most of them first.
    #[must_use]
    pub fn decisions(&self) -> Vec<Decision> {
        decisions(self.exposures().map(|(one, _)| &one.decided))
    }
}
