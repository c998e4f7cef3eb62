//! Filling windows one after another in an order of preference.

use super::{
    problem::Problem,
    wave::{OpenWave, free},
};

/// The windows of each job's visits; a job that is not done has fewer than it needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Schedule {
    pub(super) windows: Vec<Vec<usize>>,
    /// The job that went first and alone.
    pub(super) rehearsal: Option<usize>,
}

impl Schedule {
    /// A schedule in which nothing happens yet.
    pub(super) fn empty(problem: &Problem<'_>, rehearsal: Option<usize>) -> Self {
        Self { windows: vec![Vec::new(); problem.jobs.len()], rehearsal }
    }

    /// Whether all these jobs are done.
    pub(super) fn completes(&self, problem: &Problem<'_>, jobs: &[usize]) -> bool {
        jobs.iter().all(|job| self.done(*job) == visits(problem, *job))
    }

    /// The last window in use.
    pub(super) fn last_window(&self) -> Option<usize> {
        self.windows.iter().filter_map(|windows| windows.last()).max().copied()
    }

    /// Whether production is touched in it.
    pub(super) fn touches_production(&self, problem: &Problem<'_>) -> bool {
        problem.jobs.iter().enumerate().any(|(at, job)| job.production && self.done(at) > 0)
    }

    /// How many visits of a job are placed.
    pub(super) fn done(&self, job: usize) -> usize {
        self.windows.get(job).map_or(0, Vec::len)
    }
}

/// How many visits a job needs.
pub(super) fn visits(problem: &Problem<'_>, job: usize) -> usize {
    problem.jobs.get(job).map_or(0, |job| job.visits.len())
}

/// How environments are kept apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Separation {
    /// One environment is finished before the next begins.
    Sequential,
    /// No wave holds two environments; one whose clusters are not ready yet does not hold up the next.
    Unmixed,
    /// The order is a preference only.
    Mixed,
}

/// How windows are filled.
#[derive(Debug, Clone, Copy)]
pub(super) struct Policy<'o> {
    pub(super) separation: Separation,
    /// The jobs to place, the preferred ones first.
    pub(super) order: &'o [usize],
    /// The job that goes first and alone up to its move.
    pub(super) rehearsal: Option<usize>,
    /// Only the first so many windows may be used.
    pub(super) limit: usize,
}

/// Fills windows with the jobs that are ready and fit, in the order of preference.
pub(super) fn fill(problem: &Problem<'_>, policy: &Policy<'_>) -> Schedule {
    Filling::new(problem, policy).run()
}

struct Filling<'p, 'a, 'o> {
    problem: &'p Problem<'a>,
    policy: &'o Policy<'o>,
    schedule: Schedule,
    /// The first window each job can use next; `usize::MAX` when it is done.
    ready: Vec<usize>,
    freed: Vec<u64>,
}

impl<'p, 'a, 'o> Filling<'p, 'a, 'o> {
    fn new(problem: &'p Problem<'a>, policy: &'o Policy<'o>) -> Self {
        let mut ready = vec![usize::MAX; problem.jobs.len()];
        for job in policy.order {
            if let Some(slot) = ready.get_mut(*job) {
                *slot = problem.earliest(*job, 0, None);
            }
        }
        Self {
            schedule: Schedule::empty(problem, policy.rehearsal),
            ready,
            freed: vec![0; problem.subnets.len()],
            problem,
            policy,
        }
    }

    fn run(mut self) -> Schedule {
        let limit = self.policy.limit.min(self.problem.calendar.windows.len());
        let mut window = self.next_ready(0);
        while window < limit {
            let members = self.wave(window);
            let next = if members.is_empty() { window + 1 } else { self.soaked(window) };
            self.place(window, &members);
            window = self.next_ready(next);
        }
        self.schedule
    }

    fn soaked(&self, window: usize) -> usize {
        self.problem.calendar.after.get(window).copied().unwrap_or(window + 1)
    }

    /// The first window from `window` on in which some job is ready.
    fn next_ready(&self, window: usize) -> usize {
        self.policy
            .order
            .iter()
            .filter_map(|job| self.ready.get(*job))
            .min()
            .map_or(usize::MAX, |w| window.max(*w))
    }

    fn wave(&self, window: usize) -> Vec<usize> {
        let mut wave =
            OpenWave::new(self.problem, &self.freed, self.schedule.touches_production(self.problem));
        let mut tier = match self.policy.separation {
            Separation::Sequential => self.lowest_unfinished_tier(),
            Separation::Unmixed | Separation::Mixed => None,
        };
        for job in self.policy.order {
            if wave.is_full() {
                break;
            }
            let ready = self.ready.get(*job).is_some_and(|ready| *ready <= window)
                && self.problem.is_open(*job, window);
            let own = self.tier(*job);
            let visit = self.schedule.done(*job);
            if !ready || !self.allowed(*job) || tier.is_some_and(|t| t != own) || !wave.admits(*job, visit) {
                continue;
            }
            wave.add(*job, visit);
            if self.policy.separation == Separation::Unmixed {
                tier = Some(own);
            }
        }
        wave.into_members()
    }

    /// Until the rehearsal has moved nobody else is touched.
    fn allowed(&self, job: usize) -> bool {
        self.policy.rehearsal.is_none_or(|first| job == first || self.has_moved(first))
    }

    fn has_moved(&self, job: usize) -> bool {
        self.problem.jobs.get(job).is_some_and(|one| self.schedule.done(job) > one.moves_at)
    }

    fn tier(&self, job: usize) -> usize {
        self.problem.jobs.get(job).map_or(0, |job| job.tier)
    }

    fn lowest_unfinished_tier(&self) -> Option<usize> {
        if self.policy.rehearsal.is_some_and(|first| !self.has_moved(first)) {
            return None;
        }
        let open = self.policy.order.iter().filter(|job| self.ready.get(**job) != Some(&usize::MAX));
        open.map(|job| self.tier(*job)).min()
    }

    fn place(&mut self, window: usize, members: &[usize]) {
        for job in members {
            let visit = self.schedule.done(*job);
            free(self.problem, &mut self.freed, *job, visit);
            if let Some(windows) = self.schedule.windows.get_mut(*job) {
                windows.push(window);
            }
            if let Some(ready) = self.ready.get_mut(*job) {
                *ready = self.problem.earliest(*job, visit + 1, Some(window));
            }
        }
    }
}
