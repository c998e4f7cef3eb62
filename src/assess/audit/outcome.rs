//! What the plan comes to: who has a date, and who has none.

use jiff::civil::Date;

use super::{Audit, ClusterRecord, Way};
use crate::assess::{
    migration::{Target, Verdict},
    schedule::Wave,
};

/// What the plan comes to for some clusters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Outcome {
    /// How many there are.
    pub clusters: usize,
    /// Those with a date: they move in a wave.
    pub dated: usize,
    /// Of these, those that wait for what could not be read.
    pub unsettled: usize,
    /// Of these, those whose wave has not soaked by the target.
    pub late: usize,
    /// The day the last of them moves.
    pub last_move: Option<Date>,
    /// The day that has soaked.
    pub soaked: Option<Date>,
    /// Without a date: a new cluster is needed.
    pub new_cluster: usize,
    /// Without a date: new pools are needed.
    pub new_pools: usize,
    /// Without a date: nodes that no pool makes need a larger subnet.
    pub larger_subnet: usize,
    /// Without a date, and it needs none: the pod CIDR grows, which re-images nothing.
    pub larger_pod_cidr: usize,
    /// Without a date: no wave has a place.
    pub unplaced: usize,
    /// Without a date: nobody can say where to yet.
    pub undecided: usize,
    /// Beside them all: those that are being deleted, for which nothing is planned.
    pub deleting: usize,
}

impl Outcome {
    /// Those without a date.
    #[must_use]
    pub fn undated(&self) -> usize {
        self.clusters.saturating_sub(self.dated)
    }

    /// Whether each has a date, and one in time.
    #[must_use]
    pub fn in_time(&self) -> bool {
        self.undated() == 0 && self.late == 0
    }

    fn add(&mut self, one: &ClusterRecord, wave: Option<&Wave>) {
        self.clusters += 1;
        match (one.way, wave) {
            (Way::Move(_), Some(wave)) => {
                self.dated += 1;
                self.unsettled += usize::from(one.decided.readiness.verdict == Verdict::Unknown);
                self.late += usize::from(wave.late);
                self.last_move = self.last_move.max(Some(wave.start));
                self.soaked = self.soaked.max(Some(wave.end));
            }
            (Way::Move(_), None) => self.unplaced += 1,
            (Way::Elsewhere, _) => match one.decided.recommendation.target {
                Target::NewPools | Target::PodSubnet => self.new_pools += 1,
                Target::LargerSubnet => self.larger_subnet += 1,
                Target::ExpandPodCidr => self.larger_pod_cidr += 1,
                _ => self.new_cluster += 1,
            },
            (Way::Stay, _) => self.undecided += 1,
        }
    }
}

impl Audit {
    /// What the plan comes to for the kubenet clusters.
    #[must_use]
    pub fn kubenet_outcome(&self) -> Outcome {
        let deleting = self.exposures().filter(|(one, _)| one.decided.is_being_deleted()).count();
        Outcome { deleting, ..self.outcome(self.leaving().map(|(one, _)| one)) }
    }

    /// What it comes to for the other clusters that are worth migrating.
    #[must_use]
    pub fn other_outcome(&self) -> Outcome {
        self.outcome(self.candidates().map(|(one, _)| one).filter(|one| one.decided.exposure.is_none()))
    }

    fn outcome<'a>(&'a self, clusters: impl Iterator<Item = &'a ClusterRecord>) -> Outcome {
        let mut outcome = Outcome::default();
        for one in clusters {
            let wave = one.wave().and_then(|number| self.plan.wave(number));
            outcome.add(one, wave);
        }
        outcome
    }
}
