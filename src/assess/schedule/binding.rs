//! What holds a plan up: each constraint is lifted in turn, and the days that would remain are counted.

use std::{collections::BTreeMap, num::NonZeroU16};

use super::{
    Binding, Constraint, Move, Request,
    problem::Problem,
    solve::{Effort, Solution, solve},
};
use crate::{
    assess::{figure::days_between, options::PlanOptions},
    inventory::ResourceId,
};

const LIFTED: [Constraint; 12] = [
    Constraint::ClustersPerWave,
    Constraint::ClustersPerOwner,
    Constraint::ClustersPerRegion,
    Constraint::NodesPerWave,
    Constraint::FirstProduction,
    Constraint::Freezes,
    Constraint::Soak,
    Constraint::KeptApart,
    Constraint::SurgeCapacity,
    Constraint::ForcedUpgrade,
    Constraint::WaitingTimes,
    Constraint::Rehearsal,
];

/// Days by which a solution ends after the target; negative when it is early, none when nothing is placed.
pub(super) fn days_over(problem: &Problem<'_>, solution: &Solution) -> Option<i64> {
    let options = problem.request.options;
    let target = days_between(problem.request.as_of, options.target(problem.request.deadline));
    let last = solution.schedule.last_window()?;
    Some(problem.calendar.day(last) + i64::from(options.soak_days) - target)
}

/// The constraints without which a late plan would end sooner, what helps most first.
pub(super) fn bindings(request: &Request<'_>, days_late: i64) -> Vec<Binding> {
    let mut found: Vec<_> = LIFTED
        .into_iter()
        .filter_map(|constraint| {
            let days = Lifted::new(request, constraint).days_over(request)?.max(0);
            (days < days_late).then_some(Binding { constraint, days_over_without: days })
        })
        .collect();
    found.sort_by_key(|binding| (binding.days_over_without, binding.constraint));
    if found.is_empty() {
        found.push(Binding { constraint: Constraint::Windows, days_over_without: 0 });
    }
    found
}

/// A request with one constraint lifted.
struct Lifted {
    moves: Vec<Move>,
    headroom: BTreeMap<ResourceId, Option<i64>>,
    options: PlanOptions,
}

impl Lifted {
    fn new(request: &Request<'_>, constraint: Constraint) -> Self {
        let mut lifted = Self {
            moves: request.moves.to_vec(),
            headroom: request.headroom.clone(),
            options: request.options.clone(),
        };
        lifted.lift(constraint);
        lifted
    }

    fn lift(&mut self, constraint: Constraint) {
        match constraint {
            Constraint::ClustersPerWave => self.options.clusters_per_wave = NonZeroU16::MAX,
            Constraint::ClustersPerOwner => self.options.clusters_per_owner = 0,
            Constraint::ClustersPerRegion => self.options.clusters_per_region = 0,
            Constraint::NodesPerWave => self.options.nodes_per_wave = 0,
            Constraint::FirstProduction => self.options.first_production = 0,
            Constraint::Freezes => self.options.freezes.clear(),
            Constraint::Soak => self.options.soak_days = 0,
            Constraint::Rehearsal => self.options.rehearsal = false,
            Constraint::KeptApart => {
                self.options.never_together.clear();
                self.options.share_subnets = true;
                for one in &mut self.moves {
                    one.route_tables.clear();
                    one.groups.clear();
                }
            }
            Constraint::SurgeCapacity => {
                for used in self.moves.iter_mut().flat_map(|one| one.subnets.values_mut()) {
                    (used.surge, used.surge_after) = (Some(0), Some(0));
                }
                self.headroom = self.subnets().map(|id| (id, Some(0))).collect();
            }
            Constraint::ForcedUpgrade => {
                self.moves.iter_mut().for_each(|one| one.forced_upgrade = None);
            }
            Constraint::WaitingTimes => {
                self.options.waiting_days.clear();
                self.moves.iter_mut().flat_map(|one| &mut one.steps).for_each(|step| step.waiting_days = 0);
            }
            Constraint::Windows
            | Constraint::Environments
            | Constraint::Unsettled
            | Constraint::EarlierReimages => {}
        }
    }

    fn subnets(&self) -> impl Iterator<Item = ResourceId> {
        self.moves.iter().flat_map(|one| one.subnets.keys().cloned())
    }

    fn days_over(&self, request: &Request<'_>) -> Option<i64> {
        let problem = Problem::new(Request {
            moves: &self.moves,
            headroom: &self.headroom,
            options: &self.options,
            ..*request
        });
        days_over(&problem, &solve(&problem, Effort::Quick))
    }
}
