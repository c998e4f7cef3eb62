//! A wave under construction: which jobs it still admits.

use super::{Constraint, problem::Problem};

/// A wave under construction. What it admits, every smaller wave admits too.
#[derive(Debug, Clone)]
pub(super) struct OpenWave<'p, 'a> {
    problem: &'p Problem<'a>,
    freed: &'p [u64],
    /// Whether production has been touched in an earlier wave.
    begun: bool,
    members: Vec<usize>,
    /// How many members have each key.
    taken: Vec<usize>,
    nodes: u64,
    production: usize,
    loads: Vec<Load>,
}

/// What a wave does to one subnet.
#[derive(Debug, Clone, Copy, Default)]
struct Load {
    jobs: usize,
    addresses: u64,
    alone: bool,
}

impl<'p, 'a> OpenWave<'p, 'a> {
    /// An empty wave after others have freed addresses, by subnet, and have touched production or not.
    pub(super) fn new(problem: &'p Problem<'a>, freed: &'p [u64], begun: bool) -> Self {
        Self {
            problem,
            freed,
            begun,
            members: Vec::new(),
            taken: vec![0; problem.keys.len()],
            nodes: 0,
            production: 0,
            loads: vec![Load::default(); problem.subnets.len()],
        }
    }

    /// The jobs in it, in the order they came.
    pub(super) fn into_members(self) -> Vec<usize> {
        self.members
    }

    /// Whether it has no room for one more job of any kind.
    pub(super) fn is_full(&self) -> bool {
        self.members.len() >= self.problem.per_wave
    }

    /// Whether a job can join with a visit.
    pub(super) fn admits(&self, job: usize, visit: usize) -> bool {
        self.refuses(job, visit).is_none()
    }

    /// What keeps a job from joining with a visit.
    pub(super) fn refuses(&self, job: usize, visit: usize) -> Option<Constraint> {
        let Some(joining) = self.problem.jobs.get(job) else { return Some(Constraint::Windows) };
        let Some(visit) = joining.visits.get(visit) else { return Some(Constraint::Windows) };
        if self.is_full() {
            return Some(Constraint::ClustersPerWave);
        }
        let shared = |key: &usize| Some((self.problem.keys.get(*key)?, *self.taken.get(*key)?));
        let exhausted = joining.keys.iter().filter_map(shared).find(|(shared, taken)| *taken >= shared.most);
        if let Some((shared, _)) = exhausted {
            return Some(shared.constraint);
        }
        // One cluster that is larger than any wave goes alone.
        let nodes = self.nodes.saturating_add(joining.nodes);
        if !self.members.is_empty() && self.problem.nodes_per_wave.is_some_and(|most| nodes > most) {
            return Some(Constraint::NodesPerWave);
        }
        let is_first = joining.production && !self.begun;
        if is_first && self.problem.first_production.is_some_and(|most| self.production >= most) {
            return Some(Constraint::FirstProduction);
        }
        let fits = visit.surge.iter().all(|(subnet, surge)| self.fits(*subnet, *surge));
        (!fits).then_some(Constraint::SurgeCapacity)
    }

    /// Adds a job with a visit.
    pub(super) fn add(&mut self, job: usize, visit: usize) {
        let problem = self.problem;
        let Some(joining) = problem.jobs.get(job) else { return };
        for key in &joining.keys {
            if let Some(taken) = self.taken.get_mut(*key) {
                *taken += 1;
            }
        }
        self.nodes = self.nodes.saturating_add(joining.nodes);
        self.production += usize::from(joining.production);
        for (subnet, surge) in joining.visits.get(visit).map_or(&[][..], |v| &v.surge) {
            if let Some(load) = self.loads.get_mut(*subnet) {
                load.jobs += 1;
                load.addresses = load.addresses.saturating_add(surge.unwrap_or(0));
                load.alone |= surge.is_none();
            }
        }
        self.members.push(job);
    }

    fn fits(&self, subnet: usize, surge: Option<u64>) -> bool {
        let load = self.loads.get(subnet).copied().unwrap_or_default();
        if load.jobs > 0 && (load.alone || !self.problem.request.options.share_subnets) {
            return false;
        }
        match (self.available(subnet), surge) {
            (Some(available), Some(surge)) => {
                let needed = load.addresses.saturating_add(surge);
                needed == 0 || i64::try_from(needed).is_ok_and(|needed| needed <= available)
            }
            // Where something is unknown nobody can say that two fit together; one alone has to be looked at.
            _ => load.jobs == 0,
        }
    }

    fn available(&self, subnet: usize) -> Option<i64> {
        available(self.problem, self.freed, subnet)
    }
}

/// Whether a job's surge nodes fit when nobody else is in the wave, as far as that is known. Its first visit decides:
/// none takes more.
pub(super) fn fits_alone(problem: &Problem<'_>, freed: &[u64], job: usize) -> bool {
    let visit = problem.jobs.get(job).and_then(|job| job.visits.first());
    visit.is_none_or(|visit| {
        visit.surge.iter().all(|(subnet, surge)| match (available(problem, freed, *subnet), *surge) {
            (Some(available), Some(surge)) => {
                surge == 0 || i64::try_from(surge).is_ok_and(|s| s <= available)
            }
            _ => true,
        })
    })
}

/// Addresses free in a subnet after others have freed some.
pub(super) fn available(problem: &Problem<'_>, freed: &[u64], subnet: usize) -> Option<i64> {
    let freed = freed.get(subnet).copied().unwrap_or(0);
    let headroom = problem.headroom.get(subnet).copied().flatten()?;
    Some(headroom.saturating_add(i64::try_from(freed).unwrap_or(i64::MAX)))
}

/// Adds what a visit frees.
pub(super) fn free(problem: &Problem<'_>, freed: &mut [u64], job: usize, visit: usize) {
    let visit = problem.jobs.get(job).and_then(|job| job.visits.get(visit));
    for (subnet, addresses) in visit.map_or(&[][..], |visit| &visit.freed) {
        if let Some(slot) = freed.get_mut(*subnet) {
            *slot = slot.saturating_add(*addresses);
        }
    }
}
