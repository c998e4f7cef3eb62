//! From a schedule of window numbers to dates.

use std::collections::BTreeMap;

use super::{
    Constraint, Dependency, Fit, Move, Plan, PlanNote, PlannedStep, Request, Step, StepNote, Unplaced,
    UnplacedReason, Wave,
    binding::{bindings, days_over},
    greedy::visits,
    held::held,
    problem::{Problem, Visit},
    solve::{Never, Solution},
    wave::available,
};
use crate::{assess::figure::days_between, inventory::ResourceId};

/// Puts a solution in dates.
pub(super) fn describe(problem: &Problem<'_>, solution: &Solution) -> Plan {
    let request = &problem.request;
    let late = days_over(problem, solution);
    let unplaced = unplaced(problem, solution);
    let windows = windows_in_use(problem, solution);
    let mut steps: Vec<PlannedStep> = (0..problem.jobs.len())
        .filter(|job| solution.schedule.done(*job) > 0)
        .flat_map(|job| Chain { problem, solution, windows: &windows, job }.steps())
        .collect();
    // The sort is stable: steps of one cluster on one day keep their order.
    steps.sort_by(|a, b| (a.start, &a.cluster_id).cmp(&(b.start, &b.cluster_id)));
    let stuck = unplaced.iter().any(|one| one.reason != UnplacedReason::NothingToDo);
    let days_late = late.unwrap_or(0).max(0);
    Plan {
        as_of: request.as_of,
        target: request.options.target(request.deadline),
        deadline: request.deadline,
        days_left: days_between(request.as_of, request.deadline),
        waves: waves(problem, solution, &windows),
        steps,
        finish: late.map(|_| finish(problem, solution)),
        margin_days: late.map(|days| -days),
        fit: if stuck { Fit::Impossible } else { solution.fit },
        bindings: if days_late > 0 { bindings(request, days_late) } else { Vec::new() },
        unplaced,
        undated: Vec::new(),
        held: by_id(problem, held(problem, solution)),
        notes: notes(problem, solution),
    }
}

fn by_id(problem: &Problem<'_>, held: Vec<(usize, Constraint)>) -> Vec<(ResourceId, Constraint)> {
    let moves = problem.request.moves;
    let id = |(job, why): (usize, Constraint)| Some((moves.get(job)?.cluster_id.clone(), why));
    let mut held: Vec<_> = held.into_iter().filter_map(id).collect();
    held.sort();
    held
}

/// Windows in use, with the number of the wave in each.
type Numbers = BTreeMap<usize, u32>;

fn windows_in_use(problem: &Problem<'_>, solution: &Solution) -> Numbers {
    let mut numbers: Numbers = (0..problem.jobs.len())
        .filter_map(|job| solution.schedule.windows.get(job))
        .flatten()
        .map(|window| (*window, 0))
        .collect();
    numbers.values_mut().zip(1..).for_each(|(number, next)| *number = next);
    numbers
}

fn finish(problem: &Problem<'_>, solution: &Solution) -> jiff::civil::Date {
    let last = solution.schedule.last_window().map_or(0, |window| problem.calendar.day(window));
    problem.calendar.date(last + i64::from(problem.request.options.soak_days))
}

fn waves(problem: &Problem<'_>, solution: &Solution, numbers: &Numbers) -> Vec<Wave> {
    let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (job, windows) in solution.schedule.windows.iter().enumerate() {
        for window in windows {
            members.entry(*window).or_default().push(job);
        }
    }
    let rehearsed = solution.schedule.rehearsal.and_then(|first| {
        solution.schedule.windows.get(first)?.get(problem.jobs.get(first)?.moves_at).copied()
    });
    let wave = |(window, mut jobs): (usize, Vec<usize>)| {
        let rank = |job: usize| problem.request.moves.get(job).map(|one| one.rank);
        jobs.sort_by_key(|job| (problem.jobs.get(*job).map(|one| one.tier), rank(*job)));
        let ids = jobs.iter().filter_map(|job| problem.request.moves.get(*job));
        let start = problem.calendar.day(window);
        Wave {
            number: numbers.get(&window).copied().unwrap_or(0),
            start: problem.calendar.date(start),
            end: problem.calendar.date(start + i64::from(problem.request.options.soak_days)),
            clusters: ids.map(|one| one.cluster_id.clone()).collect(),
            size: jobs.len(),
            rehearsal: rehearsed.is_some_and(|last| window <= last),
            late: window >= problem.calendar.in_time,
        }
    };
    members.into_iter().map(wave).collect()
}

fn unplaced(problem: &Problem<'_>, solution: &Solution) -> Vec<Unplaced> {
    let id = |job: usize| problem.request.moves.get(job).map(|one| one.cluster_id.clone());
    let never = solution.never.iter().filter_map(|Never { job, short }| {
        let reason = match short {
            None => UnplacedReason::NothingToDo,
            Some((subnet, needed, available)) => UnplacedReason::Surge {
                subnet_id: problem.subnets.get(*subnet)?.clone(),
                needed: *needed,
                available: *available,
            },
        };
        Some(Unplaced { cluster_id: id(*job)?, reason })
    });
    let is_never = |job: usize| solution.never.iter().any(|never| never.job == job);
    let open = |job: &usize| !is_never(*job) && solution.schedule.done(*job) < visits(problem, *job);
    let until = problem.calendar.date(problem.calendar.last_day);
    let without_window = (0..problem.jobs.len()).filter(open).filter_map(|job| {
        Some(Unplaced { cluster_id: id(job)?, reason: UnplacedReason::NoWindow { until } })
    });
    let mut all: Vec<_> = never.chain(without_window).collect();
    all.sort_by(|a, b| a.cluster_id.cmp(&b.cluster_id));
    all
}

fn notes(problem: &Problem<'_>, solution: &Solution) -> Vec<PlanNote> {
    let mut notes = Vec::new();
    if solution.schedule.rehearsal.is_none() && problem.request.options.rehearsal && !problem.jobs.is_empty()
    {
        notes.push(PlanNote::NoRehearsal);
    }
    let rehearsal = solution.schedule.rehearsal.and_then(|first| problem.request.moves.get(first));
    if let Some(one) = rehearsal.filter(|one| one.production) {
        notes.push(PlanNote::ProductionRehearsal(one.cluster_id.clone()));
    }
    notes.extend(out_of_order(problem, solution));
    notes.extend(unmatched(&problem.request));
    notes
}

/// What the schedule does to the order of environments.
fn out_of_order(problem: &Problem<'_>, solution: &Solution) -> Option<PlanNote> {
    let mut tiers: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
    for (job, windows) in problem.jobs.iter().zip(&solution.schedule.windows) {
        for window in windows {
            let (low, high) = tiers.entry(*window).or_insert((job.tier, job.tier));
            (*low, *high) = ((*low).min(job.tier), (*high).max(job.tier));
        }
    }
    let mut highest = 0;
    let overtaken = tiers.values().any(|(low, high)| {
        let overtaken = *low < highest;
        highest = highest.max(*high);
        overtaken
    });
    if tiers.values().any(|(low, high)| low < high) {
        Some(PlanNote::MixedEnvironments)
    } else if overtaken {
        Some(PlanNote::OutOfOrder)
    } else {
        None
    }
}

/// Members of `never_together` that name no cluster of the plan.
fn unmatched(request: &Request<'_>) -> Vec<PlanNote> {
    let known = |name: &str| {
        let is_own = |one: &super::Move| {
            one.cluster_id.name().eq_ignore_ascii_case(name)
                || one.cluster_id.as_str().eq_ignore_ascii_case(name)
        };
        request.moves.iter().any(is_own)
    };
    let members = request.options.never_together.iter().flatten();
    members.filter(|name| !known(name)).cloned().map(PlanNote::NoSuchCluster).collect()
}

/// The steps of one job.
struct Chain<'c, 'a> {
    problem: &'c Problem<'a>,
    solution: &'c Solution,
    windows: &'c Numbers,
    job: usize,
}

impl Chain<'_, '_> {
    fn steps(&self) -> Vec<PlannedStep> {
        let Some(job) = self.problem.jobs.get(self.job) else { return Vec::new() };
        let windows = self.solution.schedule.windows.get(self.job).map_or(&[][..], Vec::as_slice);
        let mut planned: Vec<PlannedStep> = Vec::new();
        for (at, (visit, window)) in job.visits.iter().zip(windows).enumerate() {
            let previous = at.checked_sub(1).and_then(|before| windows.get(before).copied());
            let (begin, _) = self.problem.after_visit(self.job, at, previous);
            let number = self.windows.get(window).copied();
            self.lead(visit, begin, *window, number, &mut planned);
            self.visit(visit, *window, number, &mut planned);
        }
        if let (Some(last), Some(window)) =
            (job.visits.last(), windows.get(job.visits.len().saturating_sub(1)))
        {
            self.trail(last, *window, &mut planned);
        }
        planned
    }

    /// What leads to a visit: as late as its waiting times and the lead asked for allow.
    fn lead(
        &self,
        visit: &Visit,
        begin: i64,
        window: usize,
        number: Option<u32>,
        planned: &mut Vec<PlannedStep>,
    ) {
        let steps = self.problem.steps(self.job, &visit.lead);
        let options = self.problem.request.options;
        let calendar = &self.problem.calendar;
        let soonest = steps.iter().fold(begin, |day, step| calendar.first_open(day) + step.wait(options));
        let wanted = calendar.day(window) - i64::from(options.preparation_lead_days);
        let mut end = wanted.max(soonest);
        let mut days: Vec<(i64, i64)> = Vec::with_capacity(steps.len());
        for step in steps.iter().rev() {
            let start = calendar.last_open(end - step.wait(options));
            days.push((start, start + step.wait(options)));
            end = start;
        }
        let night = calendar.day(window);
        for (step, day) in steps.iter().zip(days.into_iter().rev()) {
            let day = if step.in_window { (night, night) } else { day };
            self.push(step, day, number, None, planned);
        }
    }

    fn visit(&self, visit: &Visit, window: usize, number: Option<u32>, planned: &mut Vec<PlannedStep>) {
        let options = self.problem.request.options;
        let start = self.problem.calendar.day(window);
        let steps = self.problem.steps(self.job, &visit.steps);
        let reimages = steps.iter().filter(|step| step.reimages).count();
        for step in steps {
            let wait = if step.reimages { i64::from(options.soak_days).max(step.wait(options)) } else { 0 };
            self.push(step, (start, start + wait), number, Some((visit, reimages)), planned);
        }
    }

    /// What follows the last visit: as soon as it has soaked.
    fn trail(&self, last: &Visit, window: usize, planned: &mut Vec<PlannedStep>) {
        let options = self.problem.request.options;
        let total = self.problem.request.moves.get(self.job).map_or(0, |one| one.steps.len());
        let soaked = i64::from(options.soak_days).max(last.wait);
        let mut day = self.problem.calendar.day(window) + soaked;
        for step in self.problem.steps(self.job, &(last.steps.end..total)) {
            let start = self.problem.calendar.first_open(day);
            day = start + step.wait(options);
            self.push(step, (start, day), None, None, planned);
        }
    }

    fn push(
        &self,
        step: &Step,
        (start, end): (i64, i64),
        wave: Option<u32>,
        visit: Option<(&Visit, usize)>,
        planned: &mut Vec<PlannedStep>,
    ) {
        let Some(one) = self.problem.request.moves.get(self.job) else { return };
        let before = planned.last();
        let before = before.map(|step| Dependency::Step(step.name.clone(), step.work, step.also.clone()));
        let earlier = wave.filter(|number| visit.is_some() && *number > 1);
        let earlier = earlier.map(|number| Dependency::Wave(number - 1));
        planned.push(PlannedStep {
            wave,
            start: self.problem.calendar.date(start),
            end: self.problem.calendar.date(end),
            cluster_id: one.cluster_id.clone(),
            name: step.name.clone(),
            work: step.work,
            also: step.also.clone(),
            is_move: step.is_move,
            reimages: step.reimages,
            depends_on: before.into_iter().chain(earlier).collect(),
            notes: self.notes(step, one, start, visit),
        });
    }

    fn notes(&self, step: &Step, one: &Move, start: i64, visit: Option<(&Visit, usize)>) -> Vec<StepNote> {
        let mut notes: Vec<StepNote> =
            (one.unsettled && step.is_move).then_some(StepNote::Unsettled).into_iter().collect();
        if step.is_move {
            let forced = one.forced_upgrade.filter(|day| *day <= self.problem.calendar.date(start));
            notes.extend(forced.map(StepNote::AfterForcedUpgrade));
            let replaced = one.replaced_pools.clone();
            notes.extend(replaced.map(|(day, pools)| StepNote::ReplacedPools(day, pools)));
        }
        if let Some((visit, reimages)) = visit.filter(|_| step.reimages) {
            if reimages > 1 {
                notes.push(StepNote::Reimages(reimages));
            }
            notes.extend(self.unknown_subnets(visit));
        }
        notes
    }

    fn unknown_subnets(&self, visit: &Visit) -> Option<StepNote> {
        let nothing = [];
        let unknown = visit.surge.iter().filter(|(subnet, surge)| {
            surge.is_none() || available(self.problem, &nothing, *subnet).is_none()
        });
        let ids: Vec<_> =
            unknown.filter_map(|(subnet, _)| self.problem.subnets.get(*subnet)).cloned().collect();
        (!ids.is_empty()).then_some(StepNote::CheckSurge(ids))
    }
}
