//! Where the waves differ from the rank: what keeps a cluster from an earlier wave in which one of a worse rank moves.

use std::collections::BTreeMap;

use super::{
    Constraint,
    problem::Problem,
    solve::Solution,
    wave::{OpenWave, free},
};

/// For each job that moves later than one of a worse rank, the constraint that binds: what keeps it from the last wave before
/// its own in which such a one moves.
pub(super) fn held(problem: &Problem<'_>, solution: &Solution) -> Vec<(usize, Constraint)> {
    let plan = Placed { problem, solution };
    let moving = (0..problem.jobs.len()).filter_map(|job| Some((plan.moves_in(job)?, job)));
    let mut moving: Vec<(usize, usize)> = moving.collect();
    moving.sort_by_key(|(_, job)| plan.rank(*job));
    let (mut worse, mut states) = (BTreeMap::new(), BTreeMap::new());
    let mut held = Vec::new();
    for (window, job) in moving.into_iter().rev() {
        if let Some((earlier, other)) = worse.range(..window).next_back().map(|(at, job)| (*at, *job)) {
            let state = states.entry(earlier).or_insert_with(|| plan.state(earlier));
            held.push((job, plan.why(job, other, state)));
        }
        worse.insert(window, job);
    }
    held
}

/// A window, and what has happened before it.
struct State {
    window: usize,
    /// Addresses that earlier waves have freed, by subnet.
    freed: Vec<u64>,
    /// Whether production has been touched.
    begun: bool,
    /// The jobs in it.
    here: Vec<usize>,
}

/// A problem and where its jobs are.
struct Placed<'s, 'a> {
    problem: &'s Problem<'a>,
    solution: &'s Solution,
}

impl Placed<'_, '_> {
    fn state(&self, window: usize) -> State {
        let mut freed = vec![0; self.problem.subnets.len()];
        let (mut begun, mut here) = (false, Vec::new());
        for (job, one) in self.problem.jobs.iter().enumerate() {
            let done = self.before(job, window);
            (0..done).for_each(|visit| free(self.problem, &mut freed, job, visit));
            begun |= one.production && done > 0;
            here.extend(self.windows(job).contains(&window).then_some(job));
        }
        here.sort_by_key(|job| self.rank(*job));
        State { window, freed, begun, here }
    }

    /// What keeps a job from a window in which another of a worse rank moves.
    fn why(&self, job: usize, other: usize, state: &State) -> Constraint {
        if self.windows(job).first().is_some_and(|begins| *begins <= state.window) {
            return Constraint::EarlierReimages;
        }
        let rehearsal = self.solution.schedule.rehearsal.filter(|first| *first != job);
        if rehearsal.and_then(|first| self.moves_in(first)).is_some_and(|last| state.window <= last) {
            return Constraint::Rehearsal;
        }
        let tier = |job: usize| self.problem.jobs.get(job).map(|one| one.tier);
        if tier(other) < tier(job) {
            return Constraint::Environments;
        }
        if !self.problem.is_open(job, state.window) {
            return Constraint::ForcedUpgrade;
        }
        if self.problem.earliest(job, 0, None) > state.window {
            return Constraint::WaitingTimes;
        }
        if self.problem.request.moves.get(job).is_some_and(|one| one.unsettled) {
            return Constraint::Unsettled;
        }
        self.refused(job, state).unwrap_or(Constraint::Windows)
    }

    /// What keeps a job from a wave: beside those of a better rank, else beside all.
    fn refused(&self, job: usize, state: &State) -> Option<Constraint> {
        let (better, worse): (Vec<_>, Vec<_>) =
            state.here.iter().copied().partition(|other| self.rank(*other) < self.rank(job));
        let mut wave = OpenWave::new(self.problem, &state.freed, state.begun);
        for other in better {
            wave.add(other, self.before(other, state.window));
        }
        if let Some(refused) = wave.refuses(job, 0) {
            return Some(refused);
        }
        for other in worse {
            wave.add(other, self.before(other, state.window));
        }
        wave.refuses(job, 0)
    }

    fn rank(&self, job: usize) -> impl Ord + use<'_> {
        self.problem.request.moves.get(job).map(|one| (one.rank, &one.cluster_id))
    }

    fn windows(&self, job: usize) -> &[usize] {
        self.solution.schedule.windows.get(job).map_or(&[], Vec::as_slice)
    }

    fn moves_in(&self, job: usize) -> Option<usize> {
        self.windows(job).get(self.problem.jobs.get(job)?.moves_at).copied()
    }

    /// How many visits of a job lie before a window.
    fn before(&self, job: usize, window: usize) -> usize {
        self.windows(job).iter().filter(|at| **at < window).count()
    }
}
