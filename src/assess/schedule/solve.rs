//! From the problem to a schedule: the strategies, in the order in which their plans are liked.

use std::cmp::Reverse;

use super::{
    exact::{self, Found, Searcher},
    greedy::{Policy, Schedule, Separation, fill, visits},
    plan::Fit,
    problem::Problem,
    wave::{available, fits_alone, free},
};

/// How many clusters are tried as the rehearsal where a complete search is out of reach.
const REHEARSALS_TRIED: usize = 3;
/// Up to so many jobs a complete search is never given up in practice: thousands of decisions settle it.
const FEW_JOBS: usize = 6;
/// After so many decisions the search over few jobs gives up.
const MOST_DECISIONS: u32 = 1_000_000;
/// The same for a few more jobs.
const MOST_DECISIONS_OF_MORE: u32 = 20_000;
/// The same where only single constraints are compared.
const MOST_DECISIONS_QUICKLY: u32 = 2_000;
/// How often the order is mended by putting those that came too late first.
const REPAIRS: usize = 12;

/// What solving gave.
#[derive(Debug)]
pub(super) struct Solution {
    /// The schedule; past the target where none fits.
    pub(super) schedule: Schedule,
    /// Whether it fits, or could.
    pub(super) fit: Fit,
    /// Jobs that no schedule could ever place.
    pub(super) never: Vec<Never>,
}

/// How much is spent on one problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effort {
    /// Whatever helps.
    Full,
    /// Large estates are spared the repairs: enough to compare what single constraints cost.
    Quick,
}

/// A job that no schedule could ever place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Never {
    pub(super) job: usize,
    /// The subnet that is too small, with what is needed and what is there; none for a job without visits.
    pub(super) short: Option<(usize, u64, i64)>,
}

/// Finds the schedule that is liked best among those that fit, or one that ends soon.
pub(super) fn solve(problem: &Problem<'_>, effort: Effort) -> Solution {
    let (order, never) = placeable(problem);
    let firsts = rehearsals(problem, &order);
    let searcher = (order.len() <= exact::MOST_JOBS).then(|| Searcher::new(problem, &order));
    let solver = Solver { problem, order: &order, firsts, effort, searcher };
    let (schedule, fit) = solver.solve();
    Solution { schedule, fit, never }
}

/// Splits jobs into those that can be placed when time doesn't matter, the preferred ones first, and the others. Each
/// can have a window of its own, so what decides is whether its surge nodes fit once all others have gone.
fn placeable(problem: &Problem<'_>) -> (Vec<usize>, Vec<Never>) {
    let order = preference(problem);
    let (mut waiting, idle): (Vec<usize>, Vec<usize>) =
        order.iter().copied().partition(|job| visits(problem, *job) > 0);
    let mut never: Vec<_> = idle.into_iter().map(|job| Never { job, short: None }).collect();
    let mut freed = vec![0; problem.subnets.len()];
    let mut placed = vec![false; problem.jobs.len()];
    loop {
        let before = waiting.len();
        waiting.retain(|job| {
            let fits = fits_alone(problem, &freed, *job);
            if fits {
                (0..visits(problem, *job)).for_each(|visit| free(problem, &mut freed, *job, visit));
                placed.get_mut(*job).into_iter().for_each(|slot| *slot = true);
            }
            !fits
        });
        if waiting.len() == before {
            break;
        }
    }
    never.extend(waiting.into_iter().map(|job| Never { job, short: shortfall(problem, &freed, job) }));
    (order.into_iter().filter(|job| placed.get(*job) == Some(&true)).collect(), never)
}

fn shortfall(problem: &Problem<'_>, freed: &[u64], job: usize) -> Option<(usize, u64, i64)> {
    let visit = problem.jobs.get(job)?.visits.first()?;
    let missing = visit.surge.iter().filter_map(|(subnet, surge)| {
        let there = available(problem, freed, *subnet)?;
        let needed = (*surge)?;
        let short = i64::try_from(needed).unwrap_or(i64::MAX).saturating_sub(there);
        (needed > 0 && short > 0).then_some((short, (*subnet, needed, there)))
    });
    missing.max_by_key(|(short, (subnet, ..))| (*short, Reverse(*subnet))).map(|(_, found)| found)
}

/// Jobs by environment and rank; in each environment what nobody can say of yet comes last.
fn preference(problem: &Problem<'_>) -> Vec<usize> {
    let mut order: Vec<usize> = (0..problem.jobs.len()).collect();
    order.sort_by_cached_key(|job| {
        let tier = problem.jobs.get(*job).map_or(0, |job| job.tier);
        let one = problem.request.moves.get(*job);
        (tier, one.map(|m| (m.unsettled, m.rank, m.cluster_id.clone())))
    });
    order
}

/// The jobs that may go first and alone, the preferred ones first: those that fit before anything is freed and are
/// not production, else any that fit. In one environment the one that is ready soonest goes first, of several the one
/// that risks least, and last what nobody can say of: it would hold up all others.
fn rehearsals(problem: &Problem<'_>, order: &[usize]) -> Vec<Option<usize>> {
    if !problem.request.options.rehearsal {
        return vec![None];
    }
    let nothing_freed = vec![0; problem.subnets.len()];
    let fits = |job: &&usize| fits_alone(problem, &nothing_freed, **job);
    let all: Vec<usize> = order.iter().filter(fits).copied().collect();
    let production = |job: &usize| problem.request.moves.get(*job).is_some_and(|one| one.production);
    let mut firsts: Vec<usize> = all.iter().filter(|job| !production(job)).copied().collect();
    if firsts.is_empty() {
        firsts = all;
    }
    let unsettled = |job: &usize| problem.request.moves.get(*job).is_some_and(|one| one.unsettled);
    let harm = |job: &usize| problem.request.moves.get(*job).map(|m| (m.risk, m.nodes.unwrap_or(u64::MAX)));
    firsts.sort_by_cached_key(|job| {
        (problem.jobs.get(*job).map(|j| j.tier), unsettled(job), moved_by(problem, *job), harm(job))
    });
    if firsts.is_empty() { vec![None] } else { firsts.into_iter().map(Some).collect() }
}

/// The window in which a job moves when nothing else is in its way.
fn moved_by(problem: &Problem<'_>, job: usize) -> usize {
    let visits = problem.jobs.get(job).map_or(0, |job| job.moves_at);
    let soaked = |window: usize| problem.calendar.after.get(window).copied().unwrap_or(window);
    let first = problem.earliest(job, 0, None);
    (1..=visits).fold(first, |at, visit| problem.earliest(job, visit, Some(at)).max(soaked(at)))
}

struct Solver<'p, 'a> {
    problem: &'p Problem<'a>,
    order: &'p [usize],
    firsts: Vec<Option<usize>>,
    effort: Effort,
    /// Where the estate is small enough for complete searches.
    searcher: Option<Searcher<'p, 'a>>,
}

impl Solver<'_, '_> {
    fn solve(&self) -> (Schedule, Fit) {
        let limit = self.problem.calendar.in_time;
        if self.too_much(limit) {
            return (self.late(), Fit::Impossible);
        }
        if let Some(schedule) = self.in_time(limit) {
            return (schedule, Fit::Fits);
        }
        match self.search(limit) {
            Found::Schedule(schedule) => (schedule, Fit::Fits),
            Found::Nothing => (self.late(), Fit::Impossible),
            Found::GaveUp => (self.late(), Fit::NotFound),
        }
    }

    /// A schedule that fits into the first `limit` windows, found by filling windows.
    fn in_time(&self, limit: usize) -> Option<Schedule> {
        for separation in [Separation::Sequential, Separation::Unmixed, Separation::Mixed] {
            for first in self.firsts_tried() {
                let schedule = self.fill(self.order, separation, first, limit);
                if schedule.completes(self.problem, self.order) {
                    return Some(schedule);
                }
            }
        }
        match self.effort {
            Effort::Full => self.firsts_tried().into_iter().find_map(|first| self.repaired(first, limit)),
            Effort::Quick => None,
        }
    }

    /// The rehearsals worth a try: the preferred ones, and the one that is over soonest.
    fn firsts_tried(&self) -> Vec<Option<usize>> {
        let mut tried: Vec<_> = self.firsts.iter().take(REHEARSALS_TRIED).copied().collect();
        let soonest = self.firsts.iter().min_by_key(|first| first.map(|job| moved_by(self.problem, job)));
        if let Some(first) = soonest.filter(|first| !tried.contains(first)) {
            tried.push(*first);
        }
        tried
    }

    fn fill(
        &self,
        order: &[usize],
        separation: Separation,
        rehearsal: Option<usize>,
        limit: usize,
    ) -> Schedule {
        fill(self.problem, &Policy { separation, order, rehearsal, limit })
    }

    /// Starts with those that have least time to spare, then again and again puts first what came too late.
    fn repaired(&self, first: Option<usize>, limit: usize) -> Option<Schedule> {
        let mut order = self.longest_first();
        for _ in 0..REPAIRS {
            let schedule = self.fill(&order, Separation::Mixed, first, limit);
            if schedule.completes(self.problem, &order) {
                return Some(schedule);
            }
            order.sort_by_key(|job| schedule.done(*job) == visits(self.problem, *job));
        }
        None
    }

    fn longest_first(&self) -> Vec<usize> {
        let mut order = self.order.to_vec();
        order.sort_by_cached_key(|job| (Reverse(self.length(*job)), Reverse(self.frees(*job))));
        order
    }

    /// The window in which a job alone would end.
    fn length(&self, job: usize) -> usize {
        let first = self.problem.earliest(job, 0, None);
        (1..visits(self.problem, job)).fold(first, |at, visit| self.problem.earliest(job, visit, Some(at)))
    }

    fn frees(&self, job: usize) -> u64 {
        let visits = self.problem.jobs.get(job).map_or(&[][..], |job| &job.visits);
        visits.iter().flat_map(|visit| &visit.freed).map(|(_, freed)| *freed).fold(0, u64::saturating_add)
    }

    /// Whether a simple count shows that the first `limit` windows are too few.
    fn too_much(&self, limit: usize) -> bool {
        let room = self.problem.calendar.room_until(limit).first().copied().unwrap_or(0);
        let mut by_key = vec![0_usize; self.problem.keys.len()];
        let mut total = 0;
        for job in self.order {
            let count = visits(self.problem, *job);
            total += count;
            for key in self.problem.jobs.get(*job).map_or(&[][..], |job| &job.keys) {
                if let Some(slot) = by_key.get_mut(*key) {
                    *slot += count;
                }
            }
        }
        let too_long = |job: &usize| self.length(*job) >= limit;
        total > room.saturating_mul(self.problem.per_wave)
            || by_key
                .iter()
                .zip(&self.problem.keys)
                .any(|(count, key)| *count > room.saturating_mul(key.most))
            || self.order.iter().any(too_long)
    }

    /// A complete search over all rehearsals; given up at once where the estate is too large for it.
    fn search(&self, limit: usize) -> Found {
        let Some(searcher) = &self.searcher else { return Found::GaveUp };
        let decisions = match self.effort {
            Effort::Full if self.order.len() <= FEW_JOBS => MOST_DECISIONS,
            Effort::Full => MOST_DECISIONS_OF_MORE,
            Effort::Quick => MOST_DECISIONS_QUICKLY,
        };
        let mut gave_up = false;
        for first in &self.firsts {
            match searcher.search(*first, limit, decisions) {
                Found::Schedule(schedule) => return Found::Schedule(schedule),
                Found::GaveUp => gave_up = true,
                Found::Nothing => {}
            }
        }
        if gave_up { Found::GaveUp } else { Found::Nothing }
    }

    /// The schedule that ends soonest among those that fill windows without regard to the target, made shorter
    /// where a complete search can.
    fn late(&self) -> Schedule {
        let limit = self.problem.calendar.windows.len();
        let by_length = self.longest_first();
        let firsts = self.firsts_tried();
        let tries = firsts.iter().flat_map(|first| [(first, self.order), (first, &by_length)]);
        let schedules = tries.map(|(first, order)| self.fill(order, Separation::Mixed, *first, limit));
        let best = schedules.min_by_key(|s| (!s.completes(self.problem, self.order), s.last_window()));
        best.map_or_else(|| Schedule::empty(self.problem, None), |best| self.shortened(best))
    }

    /// The shortest schedule: fewer and fewer windows, until a complete search finds none.
    fn shortened(&self, mut best: Schedule) -> Schedule {
        let mut too_few = self.problem.calendar.in_time;
        while let Some(enough) = best.last_window().map(|last| last + 1) {
            let middle = too_few + enough.saturating_sub(too_few) / 2;
            if middle <= too_few || !best.completes(self.problem, self.order) {
                break;
            }
            match self.search(middle) {
                Found::Schedule(schedule) => best = schedule,
                Found::Nothing | Found::GaveUp => too_few = middle,
            }
        }
        best
    }
}
