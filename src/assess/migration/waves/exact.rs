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
/// After so many decisions the search gives up. Up to six jobs stay far below it.
const MOST_DECISIONS: u32 = 3_000_000;

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

/// Looks for a schedule of all `jobs` in the first `limit` windows, with `rehearsal` first and alone.
pub(super) fn search(problem: &Problem<'_>, jobs: &[usize], rehearsal: Option<usize>, limit: usize) -> Found {
    let mut search = Search {
        problem,
        jobs,
        limit,
        room: problem.calendar.room_until(limit),
        dead: HashSet::new(),
        decisions: 0,
        schedule: Schedule::empty(problem, rehearsal),
    };
    let begin = rehearsal.map_or(Some(0), |first| search.rehearse(first));
    let Some(window) = begin else { return Found::Nothing };
    let found = search.from(window);
    match (found, search.decisions > MOST_DECISIONS) {
        (true, _) => Found::Schedule(search.schedule),
        (false, true) => Found::GaveUp,
        (false, false) => Found::Nothing,
    }
}

/// The window to decide and, by job, visits made and the first window of the next one.
type State = (usize, Vec<(usize, usize)>);

struct Search<'p, 'a> {
    problem: &'p Problem<'a>,
    jobs: &'p [usize],
    limit: usize,
    room: Vec<usize>,
    dead: HashSet<State>,
    decisions: u32,
    schedule: Schedule,
}

impl Search<'_, '_> {
    /// Places the rehearsal up to its move as early as may be; gives the first window for the others.
    fn rehearse(&mut self, first: usize) -> Option<usize> {
        let moves_at = self.problem.jobs.get(first)?.moves_at;
        let mut open = 0;
        let freed = vec![0; self.problem.subnets.len()];
        for _ in 0..=moves_at {
            let window = self.ready(first).max(open);
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
        self.problem.earliest(job, self.schedule.done(job), previous)
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
        self.decisions += 1;
        if self.decisions > MOST_DECISIONS || window >= self.limit || self.hopeless(&open, window) {
            return false;
        }
        let state = self.state(window);
        if self.dead.contains(&state) {
            return false;
        }
        let ready: Vec<_> = open.into_iter().filter(|job| self.ready(*job) <= window).collect();
        let found = self.waves(&ready).into_iter().any(|wave| self.try_wave(window, &wave))
            || (self.soaked(window) > window + 1 && self.from(window + 1));
        if !found {
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
        self.extend(&OpenWave::new(self.problem, &freed), ready, &mut Vec::new(), &mut found);
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

    /// Whether the windows that are left are too few, by a simple count.
    fn hopeless(&self, open: &[usize], window: usize) -> bool {
        let room = self.room.get(window).copied().unwrap_or(0);
        let left = |job: &usize| visits(self.problem, *job) - self.schedule.done(*job);
        let total: usize = open.iter().map(left).sum();
        total > room.saturating_mul(self.problem.per_wave)
            || open.iter().any(|job| !self.chain_fits(*job, window))
    }

    /// Whether a job alone can still end in time.
    fn chain_fits(&self, job: usize, window: usize) -> bool {
        let mut at = self.ready(job).max(window);
        for visit in self.schedule.done(job)..visits(self.problem, job) {
            if at >= self.limit {
                return false;
            }
            at = self.problem.earliest(job, visit + 1, Some(at)).max(self.soaked(at));
        }
        true
    }
}
