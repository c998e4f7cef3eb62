//! What changes would do: the estate before and after, for every subnet and limit touched.

mod add;
mod applied;
mod apply;
mod checked;
mod file;
mod grow;
mod ledger;
mod shape;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use self::ledger::Ledger;
pub use self::{
    applied::{Applied, Growth, Setting},
    file::Changes,
};
use super::{Note, PlanError};
use crate::{
    assess::{
        audit::SubnetRow,
        estate::Estate,
        options::{Options, Severity},
        outlook::{Conflict, LimitRow, Preflight, Scenario, Stage},
        records::{Outlook, outlook},
        topology::Topology,
    },
    inventory::{Inventory, ResourceId},
};

/// What changes would do.
#[derive(Debug, Clone, PartialEq)]
pub struct WhatIf {
    /// What was changed.
    pub changes: Vec<Applied>,
    /// Every subnet touched, by id.
    pub subnets: Vec<SubnetChange>,
    /// Every limit touched: pod CIDRs, route tables, nodes of a cluster, instances of a pool.
    pub limits: Vec<LimitChange>,
    /// Ranges that would newly collide.
    pub conflicts: Vec<Conflict>,
    /// Comparisons of AKS itself that would newly fail.
    pub refusals: Vec<Preflight>,
    /// What a reader should know.
    pub notes: Vec<Note>,
}

/// A subnet before and after.
#[derive(Debug, Clone, PartialEq)]
pub struct SubnetChange {
    /// The subnet.
    pub id: ResourceId,
    /// Before; absent for a new one.
    pub before: Option<SubnetRow>,
    /// After; absent for one that nobody names any more.
    pub after: Option<SubnetRow>,
}

/// A limit before and after.
#[derive(Debug, Clone, PartialEq)]
pub struct LimitChange {
    /// Before; absent for a new one.
    pub before: Option<LimitRow>,
    /// After; absent for one that is gone.
    pub after: Option<LimitRow>,
}

impl SubnetChange {
    /// Whether what it may come to fits afterwards; absent where that can't be told.
    #[must_use]
    pub fn fits(&self) -> Option<bool> {
        let Some(after) = &self.after else { return Some(true) };
        let mut is_known = true;
        for scenario in Scenario::AHEAD {
            match after.left(scenario) {
                Some(left) if left < 0 => return Some(false),
                Some(_) => {}
                None => is_known = false,
            }
        }
        is_known.then_some(true)
    }
}

impl LimitChange {
    /// Whether what it may come to fits afterwards; absent where that can't be told.
    #[must_use]
    pub fn fits(&self) -> Option<bool> {
        self.after.as_ref().map_or(Some(true), |after| Some(after.headroom? >= 0))
    }

    fn row(&self) -> Option<&LimitRow> {
        self.after.as_ref().or(self.before.as_ref())
    }

    /// The cluster.
    #[must_use]
    pub fn cluster_id(&self) -> Option<&ResourceId> {
        self.row().map(|row| &row.cluster_id)
    }

    /// The pool, for limits of one.
    #[must_use]
    pub fn node_pool(&self) -> Option<&str> {
        self.row().and_then(|row| row.node_pool.as_deref())
    }

    /// The limit, in the word reports use.
    #[must_use]
    pub fn limit(&self) -> &'static str {
        self.row().map_or("", |row| row.limit.as_str())
    }
}

impl WhatIf {
    /// Whether everything touched fits afterwards in every scenario that can be told.
    #[must_use]
    pub fn fits(&self) -> bool {
        self.subnets.iter().all(|subnet| subnet.fits() != Some(false))
            && self.limits.iter().all(|limit| limit.fits() != Some(false))
            && self.conflicts.iter().all(|conflict| conflict.severity < Severity::High)
            && self.refusals.is_empty()
    }
}

/// Applies changes to an inventory, and compares what it will need before and after.
///
/// # Errors
/// When a change names what is not there, or is one that Azure refuses; with its line.
pub fn what_if(inventory: &Inventory, changes: &Changes, options: &Options) -> Result<WhatIf, PlanError> {
    let before = outlook(inventory, options);
    let ledger = Ledger::of(inventory, options);
    let mut planned = inventory.clone();
    let applied = apply::apply(&mut planned, changes)?;
    ledger.settle(&mut planned, options);
    let after = outlook(&planned, options);
    let mut what_if = compare(before, after, applied);
    what_if.notes.extend(unsure(&planned, options, &what_if.subnets));
    Ok(what_if)
}

/// What a reader should know of the networks that new subnets lie in.
fn unsure(planned: &Inventory, options: &Options, subnets: &[SubnetChange]) -> Vec<Note> {
    let new = subnets.iter().filter(|subnet| subnet.before.is_none());
    let networks: BTreeSet<ResourceId> = new.filter_map(|subnet| subnet.id.parent()).collect();
    if networks.is_empty() {
        return Vec::new();
    }
    let estate = Estate::of(planned, options);
    let topology = Topology::of(&estate, planned, options);
    let mut notes = Vec::new();
    for note in networks.iter().flat_map(|vnet| Note::of_reach(&topology.reach(vnet)).collect::<Vec<_>>()) {
        if !notes.contains(&note) {
            notes.push(note);
        }
    }
    notes
}

fn compare(before: Outlook, after: Outlook, changes: Vec<Applied>) -> WhatIf {
    let subnets = pair(before.subnets, after.subnets, |subnet| subnet.id.to_lower())
        .into_iter()
        .filter(|(before, after)| before.as_ref().map(figures) != after.as_ref().map(figures))
        .filter_map(|(before, after)| {
            let id = after.as_ref().or(before.as_ref())?.id.clone();
            Some(SubnetChange { id, before, after })
        })
        .collect();
    let key = |row: &LimitRow| (row.cluster_id.to_lower(), row.limit, row.node_pool.clone());
    let failed = |row: &Preflight| row.passes() == Some(false);
    let (mut limits, mut known) = (Vec::new(), Vec::new());
    for cluster in before.clusters {
        limits.extend(cluster.limits);
        known.extend(cluster.preflights.into_iter().filter(failed));
    }
    let (mut limits_after, mut refusals) = (Vec::new(), Vec::new());
    for cluster in after.clusters {
        limits_after.extend(cluster.limits);
        let today = cluster.preflights.into_iter().filter(|row| row.stage == Stage::Today);
        refusals.extend(today.filter(|row| failed(row) && !known.contains(row)));
    }
    let limits = pair(limits, limits_after, key)
        .into_iter()
        .filter(|(before, after)| before != after)
        .map(|(before, after)| LimitChange { before, after })
        .collect();
    let conflicts = after.conflicts.into_iter().filter(|one| !before.conflicts.contains(one)).collect();
    let mut what_if = WhatIf { changes, subnets, limits, conflicts, refusals, notes: Vec::new() };
    if what_if.subnets.iter().any(|subnet| subnet.fits().is_none()) {
        what_if.notes.push(Note::UntoldSubnets);
    }
    what_if
}

/// What makes a subnet touched: its figures and who is in it.
fn figures(row: &SubnetRow) -> impl PartialEq + use<> {
    let held = (row.usable, row.used, row.used_low, row.status, row.node_pools.clone());
    (held, row.ahead.projected, row.ahead.other_growth)
}

/// The rows of two lists with the same key, in the order of keys.
fn pair<T, K: Ord>(before: Vec<T>, after: Vec<T>, key: impl Fn(&T) -> K) -> Vec<(Option<T>, Option<T>)> {
    let mut pairs: std::collections::BTreeMap<K, (Option<T>, Option<T>)> = std::collections::BTreeMap::new();
    for row in before {
        let key = key(&row);
        pairs.entry(key).or_default().0 = Some(row);
    }
    for row in after {
        let key = key(&row);
        pairs.entry(key).or_default().1 = Some(row);
    }
    pairs.into_values().collect()
}
