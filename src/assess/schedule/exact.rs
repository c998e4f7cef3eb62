//! A complete search for small estates.
//!
//! Windows are decided one after another. In each, only sets that admit nobody else need a look: doing something
//! sooner takes no more from anybody later, and frees addresses sooner. Where a wave blocks the windows after it until it has
//! soaked, leaving a window out is tried too.

use std::collections::HashSet;

use super::{
    greedy::{Schedule, visits},
    problem::Problem,
    wave::{OpenWave, fits_alone, free},
};

/// How many jobs a complete search takes on.
pub(super) const MOST_JOBS: usize = 8;

/// How a search ended.
#[derive(Debug)]
pub(super) enum Found {
    /// This schedule fits.
    Schedule(Schedule),
    /// None fits.
    Nothing,
    /// It was given up.
    GaveUp,
}

/// What searches over the same jobs have in common.
#[derive(Debug)]
pub(super) struct Searcher<'p, 'a> {
    problem: &'p Problem<'a>,
    jobs: &'p [usize],
    /// For each job and visit, the first window after each window of the visit before it; a job's first visit has one.
    earliest: Vec<Vec<Vec<usize>>>,
}

impl<'p, 'a> Searcher<'p, 'a> {
    /// Prepares searches over some jobs.
    pub(super) fn new(problem: &'p Problem<'a>, jobs: &'p [usize]) -> Self {
        let windows = problem.calendar.windows.len();
        let of_visit = |job: usize, visit: usize| -> Vec<usize> {
            match visit {
                0 => vec![problem.earliest(job, 0, None)],
                _ => (0..windows).map(|window| problem.earliest(job, visit, Some(window))).collect(),
            }
        };
        let of_job = |job: usize| (0..visits(problem, job)).map(|visit| of_visit(job, visit)).collect();
        let mut earliest = vec![Vec::new(); problem.jobs.len()];
        for job in jobs {
            if let Some(slot) = earliest.get_mut(*job) {
                *slot = of_job(*job);
            }
        }
        Self { problem, jobs, earliest }
    }

    /// Looks for a schedule of all jobs in the first `limit` windows, with `rehearsal` first and alone. After so many
    /// `decisions` it gives up.
    pub(super) fn search(&self, rehearsal: Option<usize>, limit: usize, decisions: u32) -> Found {
        let mut search = Search {
            searcher: self,
            problem: self.problem,
            jobs: self.jobs,
            limit,
            room: self.problem.calendar.room_until(limit),
            latest: self.latest(limit),
            dead: HashSet::new(),
            decisions,
            schedule: Schedule::empty(self.problem, rehearsal),
        };
        let begin = rehearsal.map_or(Some(0), |first| search.rehearse(first));
        let Some(window) = begin else { return Found::Nothing };
        match (search.from(window), search.decisions) {
            (true, _) => Found::Schedule(search.schedule),
            (false, 0) => Found::GaveUp,
            (false, _) => Found::Nothing,
        }
    }

    /// The first window of a visit, given the window of the one before.
    fn earliest(&self, job: usize, visit: usize, previous: Option<usize>) -> usize {
        let visits = self.earliest.get(job).and_then(|visits| visits.get(visit));
        visits.and_then(|after| after.get(previous.unwrap_or(0))).copied().unwrap_or(usize::MAX)
    }

    /// For each job and visit, the first window that is too late for it, because what follows would not end in time.
    fn latest(&self, limit: usize) -> Vec<Vec<usize>> {
        let of_job = |job: usize| {
            let count = visits(self.problem, job);
            let mut latest = vec![limit; count];
            for visit in (1..count).rev() {
                let next = latest.get(visit).copied().unwrap_or(limit);
                let fits = |window: usize| {
                    let soaked = self.problem.calendar.after.get(window).copied().unwrap_or(window + 1);
                    self.earliest(job, visit, Some(window)).max(soaked) < next
                };
                let windows: Vec<usize> = (0..limit).collect();
                // A later window never makes the next visit come sooner.
                if let Some(slot) = latest.get_mut(visit - 1) {
                    *slot = windows.partition_point(|window| fits(*window));
                }
            }
            latest
        };
        (0..self.problem.jobs.len()).map(of_job).collect()
    }
}

/// The window to decide and, by job, visits made and the first window of the next one.
type State = (usize, Vec<(usize, usize)>);

struct Search<'s, 'p, 'a> {
    searcher: &'s Searcher<'p, 'a>,
    problem: &'p Problem<'a>,
    jobs: &'p [usize],
    limit: usize,
    room: Vec<usize>,
    latest: Vec<Vec<usize>>,
    dead: HashSet<State>,
    /// Decisions left.
    decisions: u32,
    schedule: Schedule,
}

impl Search<'_, '_, '_> {
    /// Places the rehearsal up to its move as early as may be; gives the first window for the others.
    fn rehearse(&mut self, first: usize) -> Option<usize> {
        let moves_at = self.problem.jobs.get(first)?.moves_at;
        let mut open = 0;
        let freed = vec![0; self.problem.subnets.len()];
        for _ in 0..=moves_at {
            let window = self.problem.open_from(first, self.ready(first).max(open));
            if window >= self.limit || !fits_alone(self.problem, &freed, first) {
                return None;
            }
            self.schedule.windows.get_mut(first)?.push(window);
            open = self.soaked(window);
        }
        Some(open)
    }

    fn ready(&self, job: usize) -> usize {
        let placed = self.schedule.windows.get(job);
        let previous = placed.and_then(|windows| windows.last().copied());
        self.searcher.earliest(job, self.schedule.done(job), previous)
    }

    fn soaked(&self, window: usize) -> usize {
        self.problem.calendar.after.get(window).copied().unwrap_or(window + 1)
    }

    fn freed(&self) -> Vec<u64> {
        let mut freed = vec![0; self.problem.subnets.len()];
        for job in self.jobs {
            for visit in 0..self.schedule.done(*job) {
                free(self.problem, &mut freed, *job, visit);
            }
        }
        freed
    }

    fn open_jobs(&self) -> Vec<usize> {
        let open = |job: &usize| self.schedule.done(*job) < visits(self.problem, *job);
        self.jobs.iter().copied().filter(open).collect()
    }

    /// Whether the rest can be placed from a window on; if so, it is.
    fn from(&mut self, window: usize) -> bool {
        let open = self.open_jobs();
        let Some(soonest) = open.iter().map(|job| self.ready(*job)).min() else { return true };
        let window = window.max(soonest);
        self.decisions = self.decisions.saturating_sub(1);
        if self.decisions == 0 || window >= self.limit || self.hopeless(&open, window) {
            return false;
        }
        let state = self.state(window);
        if self.dead.contains(&state) {
            return false;
        }
        let is_ready = |job: &usize| self.ready(*job) <= window && self.problem.is_open(*job, window);
        let ready: Vec<_> = open.into_iter().filter(is_ready).collect();
        let found = self.waves(&ready).into_iter().any(|wave| self.try_wave(window, &wave))
            || (self.soaked(window) > window + 1 && self.from(window + 1));
        if !found && self.decisions > 0 {
            self.dead.insert(state);
        }
        found
    }

    fn state(&self, window: usize) -> State {
        let of = |job: &usize| (self.schedule.done(*job), self.ready(*job).max(window));
        (window, self.jobs.iter().map(of).collect())
    }

    fn try_wave(&mut self, window: usize, wave: &[usize]) -> bool {
        for job in wave {
            if let Some(windows) = self.schedule.windows.get_mut(*job) {
                windows.push(window);
            }
        }
        let next = if wave.is_empty() { window + 1 } else { self.soaked(window) };
        if self.from(next) {
            return true;
        }
        for job in wave {
            if let Some(windows) = self.schedule.windows.get_mut(*job) {
                windows.pop();
            }
        }
        false
    }

    /// The sets of ready jobs that fit and admit no other, the preferred ones first.
    fn waves(&self, ready: &[usize]) -> Vec<Vec<usize>> {
        let freed = self.freed();
        let mut found = Vec::new();
        let begun = self.schedule.touches_production(self.problem);
        self.extend(&OpenWave::new(self.problem, &freed, begun), ready, &mut Vec::new(), &mut found);
        found
    }

    fn extend(
        &self,
        wave: &OpenWave<'_, '_>,
        rest: &[usize],
        left_out: &mut Vec<usize>,
        found: &mut Vec<Vec<usize>>,
    ) {
        let Some((job, rest)) = rest.split_first() else {
            if left_out.iter().all(|job| !wave.admits(*job, self.schedule.done(*job))) {
                found.push(wave.clone().into_members());
            }
            return;
        };
        if wave.admits(*job, self.schedule.done(*job)) {
            let mut with = wave.clone();
            with.add(*job, self.schedule.done(*job));
            self.extend(&with, rest, left_out, found);
        }
        left_out.push(*job);
        self.extend(wave, rest, left_out, found);
        left_out.pop();
    }

    /// Whether the windows that are left are too few, by simple counts: of all visits, of the visits of jobs that are
    /// kept apart, and of each job's own.
    fn hopeless(&self, open: &[usize], window: usize) -> bool {
        let room = self.room.get(window).copied().unwrap_or(0);
        let left = |job: usize| visits(self.problem, job) - self.schedule.done(job);
        let total: usize = open.iter().map(|job| left(*job)).sum();
        let keys = |job: usize| self.problem.jobs.get(job).map_or(&[][..], |job| job.keys.as_slice());
        let crowded = |key: usize| {
            let apart: usize =
                open.iter().filter(|job| keys(**job).contains(&key)).map(|job| left(*job)).sum();
            apart > room.saturating_mul(self.problem.keys.get(key).map_or(1, |shared| shared.most))
        };
        total > room.saturating_mul(self.problem.per_wave)
            || open.iter().any(|job| self.comes_too_late(*job, window))
            || open.iter().flat_map(|job| keys(*job)).any(|key| crowded(*key))
    }

    /// Whether a job cannot end in time even alone.
    fn comes_too_late(&self, job: usize, window: usize) -> bool {
        let latest = self.latest.get(job).and_then(|visits| visits.get(self.schedule.done(job)));
        latest.is_some_and(|latest| self.ready(job).max(window) >= *latest)
    }
}
