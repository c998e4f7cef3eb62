//! A request in numbers: jobs, their visits to windows, and what they share.

use std::{collections::BTreeMap, ops::Range};

use super::{Calendar, Constraint, Move, Request, Step};
use crate::{
    assess::{estate::filters::region, figure::days_between, options::PlanOptions},
    inventory::ResourceId,
};

/// A request in numbers. Jobs keep the positions of the moves they come from.
#[derive(Debug)]
pub(super) struct Problem<'a> {
    pub(super) request: Request<'a>,
    pub(super) calendar: Calendar,
    pub(super) jobs: Vec<Job>,
    /// Free addresses by subnet before anything moves.
    pub(super) headroom: Vec<Option<i64>>,
    pub(super) subnets: Vec<ResourceId>,
    /// What jobs have in common, and how many of them one wave may hold for it: of a route table or a group one.
    pub(super) keys: Vec<Shared>,
    /// Most jobs in one wave.
    pub(super) per_wave: usize,
    /// Most nodes in one wave, where that is limited.
    pub(super) nodes_per_wave: Option<u64>,
    /// Most production jobs in the first wave that has any, where that is limited.
    pub(super) first_production: Option<usize>,
}

/// What jobs have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shared {
    /// Most jobs with it in one wave.
    pub(super) most: usize,
    /// What that is called.
    pub(super) constraint: Constraint,
}

/// One cluster.
#[derive(Debug)]
pub(super) struct Job {
    /// The environment's place, the least critical first; production last.
    pub(super) tier: usize,
    /// What it has in common with others, as places among the problem's keys.
    pub(super) keys: Vec<usize>,
    /// Its nodes, as far as they are known.
    pub(super) nodes: u64,
    /// Whether it is production.
    pub(super) production: bool,
    /// The day from which on AKS upgrades it by itself.
    pub(super) forced_upgrade: Option<i64>,
    /// The windows it needs, in order.
    pub(super) visits: Vec<Visit>,
    /// The visit in which it moves.
    pub(super) moves_at: usize,
}

/// One window that a job needs.
#[derive(Debug)]
pub(super) struct Visit {
    /// The steps before it that need no window, in the order of the move's list.
    pub(super) lead: Range<usize>,
    /// The steps done in it.
    pub(super) steps: Range<usize>,
    /// Days to wait after it.
    pub(super) wait: i64,
    /// Addresses taken meanwhile, by subnet; `None` where nobody knows.
    pub(super) surge: Vec<(usize, Option<u64>)>,
    /// Addresses free afterwards, by subnet.
    pub(super) freed: Vec<(usize, u64)>,
}

impl<'a> Problem<'a> {
    /// Puts a request in numbers.
    pub(super) fn new(request: Request<'a>) -> Self {
        let mut names = Names::default();
        let grouped = groups_by_move(&request);
        let jobs = request.moves.iter().zip(grouped);
        let jobs = jobs.map(|(one, groups)| job(&request, one, groups, &mut names)).collect();
        let known = |id: &ResourceId| request.headroom.get(id).copied().flatten();
        Self {
            calendar: Calendar::new(&request),
            jobs,
            headroom: names.subnets.iter().map(known).collect(),
            keys: names.shared,
            subnets: names.subnets,
            per_wave: usize::from(request.options.clusters_per_wave.get()),
            nodes_per_wave: limit(request.options.nodes_per_wave),
            first_production: limit(request.options.first_production).and_then(|most| most.try_into().ok()),
            request,
        }
    }

    /// The first window for a visit, given the window of the one before.
    pub(super) fn earliest(&self, job: usize, visit: usize, previous: Option<usize>) -> usize {
        let Some(wanted) = self.jobs.get(job).and_then(|j| j.visits.get(visit)) else { return usize::MAX };
        let (begin, floor) = self.after_visit(job, visit, previous);
        let ready = self.steps(job, &wanted.lead).iter().fold(begin, |day, step| {
            self.calendar.first_open(day).saturating_add(step.wait(self.request.options))
        });
        self.open_from(job, self.calendar.window_from(ready).max(floor))
    }

    /// The first window from one on whose wave does not straddle the day on which AKS upgrades the job's cluster by itself.
    pub(super) fn open_from(&self, job: usize, window: usize) -> usize {
        let last = self.calendar.windows.len();
        (window..last).find(|at| self.is_open(job, *at)).unwrap_or(window.max(last))
    }

    /// Whether a wave with a job has soaked in a window before AKS upgrades its cluster by itself, or begins after that day.
    /// <https://learn.microsoft.com/azure/aks/platform-initiated-upgrades>
    pub(super) fn is_open(&self, job: usize, window: usize) -> bool {
        let day = self.calendar.day(window);
        let soaked = day.saturating_add(i64::from(self.request.options.soak_days).max(1));
        let forced = self.jobs.get(job).and_then(|job| job.forced_upgrade);
        forced.is_none_or(|forced| soaked <= forced || forced < day)
    }

    /// The first day on which what leads to a visit may begin, and the first window after the visit before.
    pub(super) fn after_visit(&self, job: usize, visit: usize, previous: Option<usize>) -> (i64, usize) {
        let before = visit.checked_sub(1).and_then(|v| self.jobs.get(job)?.visits.get(v));
        match (before, previous) {
            (Some(before), Some(window)) => (self.calendar.day(window) + before.wait, window + 1),
            _ => (0, 0),
        }
    }

    /// Steps of a job by their places.
    pub(super) fn steps(&self, job: usize, places: &Range<usize>) -> &'a [Step] {
        let one = self.request.moves.get(job);
        one.and_then(|one| one.steps.get(places.clone())).unwrap_or_default()
    }
}

/// A limit of the user's, for whom 0 is none.
fn limit(most: impl Into<u64>) -> Option<u64> {
    Some(most.into()).filter(|most| *most > 0)
}

/// Numbers for things that have names.
#[derive(Default)]
struct Names {
    subnets: Vec<ResourceId>,
    subnet_numbers: BTreeMap<ResourceId, usize>,
    keys: BTreeMap<Key, usize>,
    shared: Vec<Shared>,
}

/// What jobs have in common.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    RouteTable(ResourceId),
    Group(String),
    Listed(usize),
    Owner(String),
    Region(String),
}

impl Key {
    /// How many jobs with it one wave may hold; none for any number.
    fn shared(&self, options: &PlanOptions) -> Option<Shared> {
        let (most, constraint) = match self {
            Self::RouteTable(_) | Self::Group(_) | Self::Listed(_) => (1, Constraint::KeptApart),
            Self::Owner(_) => (limit(options.clusters_per_owner)?, Constraint::ClustersPerOwner),
            Self::Region(_) => (limit(options.clusters_per_region)?, Constraint::ClustersPerRegion),
        };
        Some(Shared { most: most.try_into().ok()?, constraint })
    }
}

impl Names {
    fn subnet(&mut self, id: &ResourceId) -> usize {
        *self.subnet_numbers.entry(id.clone()).or_insert_with(|| {
            self.subnets.push(id.clone());
            self.subnets.len() - 1
        })
    }

    fn key(&mut self, key: Key, options: &PlanOptions) -> Option<usize> {
        let shared = key.shared(options)?;
        Some(*self.keys.entry(key).or_insert_with(|| {
            self.shared.push(shared);
            self.shared.len() - 1
        }))
    }
}

/// For each move, which of the listed groups it is in, by name or id.
fn groups_by_move(request: &Request<'_>) -> Vec<Vec<usize>> {
    let mut members: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (number, group) in request.options.never_together.iter().enumerate() {
        for member in group {
            members.entry(member.to_ascii_lowercase()).or_default().push(number);
        }
    }
    let found = |one: &Move| {
        let names = [one.cluster_id.to_lower(), one.cluster_id.name().to_ascii_lowercase()];
        names.iter().filter_map(|name| members.get(name)).flatten().copied().collect()
    };
    request.moves.iter().map(found).collect()
}

fn job(request: &Request<'_>, one: &Move, listed: Vec<usize>, names: &mut Names) -> Job {
    let tables = one.route_tables.iter().map(|id| Key::RouteTable(id.clone()));
    let groups = one.groups.iter().map(|name| Key::Group(name.clone()));
    // Owners that differ only in case are one.
    let owner = one.owner.iter().map(|owner| Key::Owner(owner.trim().to_lowercase()));
    let region = [Key::Region(region(&one.location))];
    let all = tables.chain(groups).chain(listed.into_iter().map(Key::Listed)).chain(owner).chain(region);
    let mut keys: Vec<_> = all.filter_map(|key| names.key(key, request.options)).collect();
    keys.sort_unstable();
    keys.dedup();
    let mut visits = pack(request, one);
    let last = visits.len().saturating_sub(1);
    let has_move =
        |visit: &Visit| one.steps.get(visit.steps.clone()).unwrap_or_default().iter().any(|s| s.is_move);
    let moves_at = visits.iter().position(has_move).unwrap_or(last);
    for (at, visit) in visits.iter_mut().enumerate() {
        for (id, used) in &one.subnets {
            let subnet = names.subnet(id);
            let surge = if at <= moves_at { used.surge } else { lower(used.surge, used.surge_after) };
            visit.surge.push((subnet, surge));
            if at == moves_at && used.freed > 0 {
                visit.freed.push((subnet, used.freed));
            }
        }
    }
    let tier = tier(request.options, one);
    let forced_upgrade = one.forced_upgrade.map(|day| days_between(request.as_of, day));
    let nodes = one.nodes.unwrap_or(0);
    Job { tier, keys, nodes, production: one.production, forced_upgrade, visits, moves_at }
}

fn lower(before: Option<u64>, after: Option<u64>) -> Option<u64> {
    match (before, after) {
        (Some(before), Some(after)) => Some(before.min(after)),
        (before, after) => before.and(after),
    }
}

fn tier(options: &PlanOptions, one: &Move) -> usize {
    let known = options.environments.len();
    if one.production {
        return known + 1;
    }
    one.environment.as_ref().and_then(|own| options.environment(own)).unwrap_or(known)
}

/// Packs a move's re-images into as few windows as may be: each joins the one before where it is allowed to, nothing
/// has to be waited for in between, and the window is long enough. Packing early is never worse: it needs no more
/// addresses at any time, and frees some sooner.
fn pack(request: &Request<'_>, one: &Move) -> Vec<Visit> {
    let options = request.options;
    let fitting =
        one.reimage_minutes.map_or(1, |minutes| u64::from(options.window_hours.get()) * 60 / minutes.max(1));
    let most = fitting.clamp(1, u64::from(options.reimages_per_window.get()));
    let mut visits: Vec<Visit> = Vec::new();
    let (mut held, mut waited, mut lead) = (0, 0, 0);
    for (at, step) in one.steps.iter().enumerate() {
        if !step.reimages {
            waited += step.wait(options);
            continue;
        }
        match visits.last_mut() {
            Some(visit) if step.batches && waited == 0 && held < most => {
                visit.steps.end = at + 1;
                held += 1;
            }
            _ => {
                visits.push(Visit {
                    lead: lead..at,
                    steps: at..at + 1,
                    wait: 0,
                    surge: Vec::new(),
                    freed: Vec::new(),
                });
                held = 1;
            }
        }
        waited = step.wait(options);
        if let Some(visit) = visits.last_mut() {
            visit.wait = waited;
        }
        lead = at + 1;
    }
    visits
}
