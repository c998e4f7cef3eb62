//! Less surge, where the node subnets do not hold the surge nodes of all pools at once (MIG-035).

use std::collections::BTreeMap;

use crate::{
    assess::{
        estate::PoolFacts,
        migration::{
            action::Action,
            scene::{NodeSubnet, Subject, surge},
        },
    },
    inventory::PoolMode,
    ipam::SurgePolicy,
};

/// Less surge in as few pools as will do, no less than it must: down to one node, then for user pools to none, which take a
/// node away instead. None where that does not end it.
/// <https://learn.microsoft.com/azure/aks/upgrade-aks-node-pools-rolling>
pub(super) fn less(subject: &Subject<'_>) -> Option<Vec<Action>> {
    let mut surges: BTreeMap<usize, u64> = BTreeMap::new();
    for subnet in &subject.node_subnets {
        fit(subject, subnet, &mut surges)?;
    }
    let name = |(place, to): (usize, u64)| {
        Some(Action::Surge { pool: subject.pools().get(place)?.pool.name.clone(), to })
    };
    let actions: Vec<_> = surges.into_iter().filter_map(name).collect();
    (!actions.is_empty()).then_some(actions)
}

/// Addresses that nodes to come take in a subnet during the operation, once the surge is what some changes make it.
pub(crate) fn addresses_after(
    subject: &Subject<'_>,
    subnet: &NodeSubnet<'_>,
    changes: &[Action],
) -> Option<u64> {
    let lowered = |pool: &str| {
        changes.iter().find_map(|change| match change {
            Action::Surge { pool: own, to } if own == pool => Some(*to),
            _ => None,
        })
    };
    subnet.pools.iter().try_fold(0u64, |sum, place| {
        let facts = subject.pools().get(*place)?;
        let mut demand = Demand::of(*place, facts)?;
        demand.surge = lowered(&facts.pool.name).unwrap_or(demand.surge);
        Some(sum.saturating_add(demand.addresses()))
    })
}

/// Lowers the surge of a subnet's pools until they fit; none where they never do.
fn fit(subject: &Subject<'_>, subnet: &NodeSubnet<'_>, surges: &mut BTreeMap<usize, u64>) -> Option<()> {
    let room = subnet.usable()?.checked_sub(subnet.usage.used?)?;
    let mut pools = Vec::new();
    for place in &subnet.pools {
        pools.push(Demand::of(*place, subject.pools().get(*place)?)?);
    }
    pools.sort_by_key(|pool| std::cmp::Reverse(pool.surge.saturating_mul(pool.per_node)));
    let need = |pools: &[Demand]| pools.iter().fold(0u64, |sum, pool| sum.saturating_add(pool.addresses()));
    for least in [1, 0] {
        for at in 0..pools.len() {
            let over = need(&pools).saturating_sub(room);
            let Some(pool) = pools.get_mut(at).filter(|_| over > 0) else { continue };
            if !pool.may_change || pool.surge <= least || (least == 0 && !pool.may_have_none) {
                continue;
            }
            let spare = over.div_ceil(pool.per_node.max(1));
            pool.surge = pool.surge.saturating_sub(spare).max(least);
            surges.insert(pool.place, pool.surge);
        }
    }
    (need(&pools) <= room).then_some(())
}

/// What one pool takes while it surges.
struct Demand {
    place: usize,
    surge: u64,
    started: u64,
    per_node: u64,
    may_change: bool,
    may_have_none: bool,
}

impl Demand {
    fn of(place: usize, facts: &PoolFacts<'_>) -> Option<Self> {
        let running = facts.counts.restart?.max(facts.counts.wanted?);
        Some(Self {
            place,
            surge: surge(facts, running)?,
            started: running.saturating_sub(facts.counts.there?),
            per_node: facts.in_node_subnet(facts.per_node?),
            may_change: matches!(facts.surge, Some(SurgePolicy::Rolling(_) | SurgePolicy::Assumed(_))),
            may_have_none: facts.pool.mode == Some(PoolMode::User),
        })
    }

    fn addresses(&self) -> u64 {
        self.surge.saturating_add(self.started).saturating_mul(self.per_node)
    }
}
