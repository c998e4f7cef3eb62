//! The rules of a plan, written a second time and as simply as may be, and a search that tries everything.
//!
//! Nothing here is shared with the planner but the request: days are dates, windows are found by walking day by day.

use jiff::{
    ToSpan as _,
    civil::{Date, Weekday},
};

use crate::assess::schedule::{Move, Plan, Request, Step};

/// When each re-image of each cluster happens, in the order of the steps.
pub(super) type Assignment = Vec<Vec<Date>>;

pub(super) struct Rules<'a> {
    request: &'a Request<'a>,
    pub(super) windows: Vec<Date>,
}

fn frozen(request: &Request<'_>, day: Date) -> bool {
    request.options.freezes.iter().any(|freeze| freeze.from <= day && day <= freeze.until)
}

fn plus(day: Date, days: impl Into<i64>) -> Date {
    day.checked_add(days.into().days()).unwrap()
}

fn wait(request: &Request<'_>, step: &Step) -> i64 {
    request.options.waiting_days.get(&step.name).copied().unwrap_or(step.waiting_days).into()
}

/// The clusters that are re-imaged on a day.
fn here(day: Date, assignment: &Assignment) -> Vec<usize> {
    (0..assignment.len()).filter(|at| assignment[*at].contains(&day)).collect()
}

impl<'a> Rules<'a> {
    /// The rules of a request whose last allowed window is the last one up to the target.
    pub(super) fn new(request: &'a Request<'a>) -> Self {
        let options = request.options;
        let target = options.finish.unwrap();
        let mut day = plus(request.as_of, 1);
        if let Some(start) = options.start {
            day = day.max(start);
        }
        let mut windows = Vec::new();
        while plus(day, options.soak_days) <= target {
            if day.weekday() == Weekday::from(options.window_day) && !frozen(request, day) {
                windows.push(day);
            }
            day = plus(day, 1);
        }
        Self { request, windows }
    }

    /// What a full assignment breaks; nothing when it is a plan.
    pub(super) fn broken(&self, assignment: &Assignment) -> Vec<String> {
        let mut broken = Vec::new();
        for (one, days) in self.request.moves.iter().zip(assignment) {
            if let Some(what) = self.broken_chain(one, days) {
                broken.push(format!("{}: {what}", one.cluster_id.name()));
            }
        }
        let mut used: Vec<Date> = assignment.iter().flatten().copied().collect();
        used.sort();
        used.dedup();
        let soak = self.request.options.soak_days;
        broken.extend(
            used.windows(2).filter(|pair| pair[1] < plus(pair[0], soak)).map(|p| format!("soak {p:?}")),
        );
        broken.extend(used.iter().filter_map(|day| self.broken_wave(*day, assignment)));
        broken.extend(self.broken_first_production(&used, assignment));
        broken.extend(self.broken_rehearsal(assignment));
        broken
    }

    fn broken_chain(&self, one: &Move, days: &[Date]) -> Option<String> {
        let mut ready = self.request.as_of;
        let mut days = days.iter();
        let mut last: Option<(Date, u64)> = None;
        for step in &one.steps {
            if !step.reimages {
                while frozen(self.request, ready) {
                    ready = plus(ready, 1);
                }
                ready = plus(ready, wait(self.request, step));
                continue;
            }
            let day = *days.next()?;
            if !self.windows.contains(&day) {
                return Some(format!("{day} is no window"));
            }
            // No wave straddles the day from which on AKS upgrades the cluster by itself: it has soaked before, or begins after.
            let soaked = plus(day, self.request.options.soak_days.max(1));
            if one.forced_upgrade.is_some_and(|forced| day <= forced && forced < soaked) {
                return Some(format!("{day} straddles the upgrade that AKS makes"));
            }
            if day < ready {
                return Some(format!("{} on {day} is not ready before {ready}", step.name));
            }
            last = match last {
                Some((before, _)) if day < before => return Some("out of order".to_owned()),
                Some((before, held)) if day == before => {
                    if !step.batches || held + 1 > self.held_by_a_window(one) {
                        return Some(format!("too much on {day}"));
                    }
                    Some((day, held + 1))
                }
                _ => Some((day, 1)),
            };
            ready = plus(day, wait(self.request, step));
        }
        None
    }

    fn held_by_a_window(&self, one: &Move) -> u64 {
        let options = self.request.options;
        let minutes = u64::from(options.window_hours.get()) * 60;
        let mut held = 1;
        while let Some(each) = one.reimage_minutes
            && held < u64::from(options.reimages_per_window.get())
            && (held + 1) * each <= minutes
        {
            held += 1;
        }
        held
    }

    fn move_day(one: &Move, days: &[Date]) -> Date {
        let reimages: Vec<_> = one.steps.iter().filter(|step| step.reimages).collect();
        let at = reimages.iter().position(|step| step.is_move).unwrap_or(reimages.len() - 1);
        days[at]
    }

    fn broken_wave(&self, day: Date, assignment: &Assignment) -> Option<String> {
        let here = here(day, assignment);
        let subnets: Vec<_> = here.iter().flat_map(|at| self.request.moves[*at].subnets.keys()).collect();
        self.broken_company(day, &here).or_else(|| {
            subnets.into_iter().find_map(|subnet| self.broken_subnet(subnet, day, &here, assignment))
        })
    }

    /// More production clusters than the first day with any may have.
    fn broken_first_production(&self, used: &[Date], assignment: &Assignment) -> Option<String> {
        let most = usize::from(self.request.options.first_production);
        let counts = used.iter().map(|day| {
            (day, here(*day, assignment).into_iter().filter(|at| self.request.moves[*at].production).count())
        });
        let (day, count) = counts.into_iter().find(|(_, count)| *count > 0)?;
        (most > 0 && count > most).then(|| format!("{count} production clusters first, on {day}"))
    }

    /// More of one owner or region, or more nodes, than a day may have.
    fn broken_limits(&self, day: Date, here: &[usize]) -> Option<String> {
        let options = self.request.options;
        let moves: Vec<&Move> = here.iter().map(|at| &self.request.moves[*at]).collect();
        let plain = |text: &str| text.to_lowercase().replace(' ', "");
        for one in &moves {
            let owner = one.owner.as_deref().map(plain);
            let alike = moves.iter().filter(|other| other.owner.as_deref().map(plain) == owner).count();
            let most = usize::from(options.clusters_per_owner);
            if owner.is_some() && most > 0 && alike > most {
                return Some(format!("{alike} of {owner:?} on {day}"));
            }
            let region = plain(&one.location);
            let alike = moves.iter().filter(|other| plain(&other.location) == region).count();
            let most = usize::from(options.clusters_per_region);
            if most > 0 && alike > most {
                return Some(format!("{alike} in {region} on {day}"));
            }
        }
        let nodes: u64 = moves.iter().filter_map(|one| one.nodes).sum();
        let most = u64::from(options.nodes_per_wave);
        (most > 0 && nodes > most && moves.len() > 1).then(|| format!("{nodes} nodes on {day}"))
    }

    /// Whether these clusters must not be in one wave, whatever happened before.
    fn broken_company(&self, day: Date, here: &[usize]) -> Option<String> {
        let moves = self.request.moves;
        if here.len() > usize::from(self.request.options.clusters_per_wave.get()) {
            return Some(format!("{} clusters on {day}", here.len()));
        }
        for (at, a) in here.iter().enumerate() {
            for b in &here[at + 1..] {
                let (a, b) = (&moves[*a], &moves[*b]);
                let named = self.request.options.never_together.iter().any(|group| {
                    [a, b].iter().all(|one| group.iter().any(|name| name == one.cluster_id.name()))
                });
                if named || !a.route_tables.is_disjoint(&b.route_tables) || !a.groups.is_disjoint(&b.groups) {
                    return Some(format!("{} with {} on {day}", a.cluster_id.name(), b.cluster_id.name()));
                }
            }
        }
        self.broken_limits(day, here)
    }

    fn broken_subnet(
        &self,
        subnet: &crate::inventory::ResourceId,
        day: Date,
        here: &[usize],
        assignment: &Assignment,
    ) -> Option<String> {
        let moves = self.request.moves;
        let mut surge = Some(0_i64);
        let mut users = 0;
        for at in here {
            let Some(used) = moves[*at].subnets.get(subnet) else { continue };
            users += 1;
            let after = Self::move_day(&moves[*at], &assignment[*at]) < day;
            let low = used.surge.and_then(|s| used.surge_after.map(|after| after.min(s)));
            let taken = if after { low } else { used.surge };
            surge = surge.and_then(|sum| taken.map(|taken| sum + i64::try_from(taken).unwrap()));
        }
        let freed: u64 = (0..moves.len())
            .filter(|at| Self::move_day(&moves[*at], &assignment[*at]) < day)
            .filter_map(|at| moves[at].subnets.get(subnet))
            .map(|used| used.freed)
            .sum();
        let free = self.request.headroom.get(subnet).copied().flatten();
        let free = free.map(|free| free + i64::try_from(freed).unwrap());
        let fits = match (free, surge) {
            (Some(free), Some(surge)) => surge == 0 || surge <= free,
            _ => users == 1,
        };
        let shared = users > 1 && !self.request.options.share_subnets;
        (!fits || shared).then(|| format!("{surge:?} of {free:?} in {} on {day}", subnet.name()))
    }

    fn broken_rehearsal(&self, assignment: &Assignment) -> Option<String> {
        let moves = self.request.moves;
        if !self.request.options.rehearsal || moves.is_empty() {
            return None;
        }
        let can_go_first = |one: &Move| {
            one.subnets.iter().all(|(subnet, used)| {
                let free = self.request.headroom.get(subnet).copied().flatten();
                match (free, used.surge) {
                    (Some(free), Some(surge)) => surge == 0 || i64::try_from(surge).unwrap() <= free,
                    _ => true,
                }
            })
        };
        let mut candidates: Vec<usize> =
            (0..moves.len()).filter(|at| can_go_first(&moves[*at]) && !moves[*at].production).collect();
        if candidates.is_empty() {
            candidates = (0..moves.len()).filter(|at| can_go_first(&moves[*at])).collect();
        }
        let rehearses = |at: &usize| {
            let last = Self::move_day(&moves[*at], &assignment[*at]);
            (0..moves.len())
                .filter(|other| other != at)
                .all(|other| assignment[other].iter().all(|day| *day > last))
        };
        (!candidates.iter().any(rehearses)).then(|| "no rehearsal".to_owned())
    }

    /// Whether any assignment at all is a plan.
    pub(super) fn feasible(&self) -> bool {
        let chains: Vec<Vec<Vec<Date>>> = self.request.moves.iter().map(|one| self.chains(one)).collect();
        self.extend(&chains, &mut Vec::new())
    }

    /// Every choice of windows for one cluster that respects its own order and waiting times.
    fn chains(&self, one: &Move) -> Vec<Vec<Date>> {
        let count = one.steps.iter().filter(|step| step.reimages).count();
        let mut all: Vec<Vec<Date>> = vec![Vec::new()];
        for _ in 0..count {
            let longer = all.iter().flat_map(|days| {
                self.windows.iter().map(|day| days.iter().copied().chain([*day]).collect::<Vec<_>>())
            });
            all = longer.collect();
        }
        all.retain(|days| self.broken_chain(one, days).is_none());
        all
    }

    fn extend(&self, chains: &[Vec<Vec<Date>>], chosen: &mut Assignment) -> bool {
        let Some(choices) = chains.get(chosen.len()) else { return self.broken(chosen).is_empty() };
        choices.iter().any(|days| {
            chosen.push(days.clone());
            // A wave that is broken already is not mended by adding to it.
            let open = days.iter().all(|day| self.broken_company(*day, &here(*day, chosen)).is_none());
            let found = open && self.extend(chains, chosen);
            chosen.pop();
            found
        })
    }
}

/// The re-images of a plan, cluster by cluster in the order of the request.
pub(super) fn assignment(request: &Request<'_>, plan: &Plan) -> Assignment {
    let of = |one: &Move| {
        let mut own: Vec<_> =
            plan.steps.iter().filter(|s| s.cluster_id == one.cluster_id && s.reimages).collect();
        own.sort_by_key(|step| one.steps.iter().position(|s| s.name == step.name));
        own.into_iter().map(|step| step.start).collect()
    };
    request.moves.iter().map(of).collect()
}

/// What the dates of a plan's other steps break: waiting times, freezes, the audit's date.
pub(super) fn broken_steps(request: &Request<'_>, plan: &Plan) -> Vec<String> {
    let mut broken = Vec::new();
    for one in request.moves {
        let mut ready = request.as_of;
        let own: Vec<_> = plan.steps.iter().filter(|s| s.cluster_id == one.cluster_id).collect();
        if own.is_empty() {
            continue;
        }
        for step in &one.steps {
            let Some(planned) = own.iter().find(|s| s.name == step.name) else {
                broken.push(format!("{} is missing", step.name));
                continue;
            };
            if planned.start < ready || frozen(request, planned.start) {
                broken.push(format!("{} of {} on {}", step.name, one.cluster_id.name(), planned.start));
            }
            ready = plus(planned.start, wait(request, step));
        }
    }
    broken
}
