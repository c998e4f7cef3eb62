//! Lower autoscaler maxima, where a pod CIDR or a subnet has no room for all nodes (MIG-033, MIG-080).

use std::collections::BTreeMap;

use crate::{
    assess::{
        estate::PoolFacts,
        migration::{
            action::{Action, Autoscaler},
            checks::capacity::own_node_addresses,
            scene::Subject,
        },
    },
    inventory::PoolType,
    ipam::pod_cidr_nodes,
};

/// Maxima with which each node has a /24 of the pod CIDR.
/// <https://learn.microsoft.com/azure/aks/concepts-network-azure-cni-overlay>
pub(super) fn for_pod_cidr(subject: &Subject<'_>) -> Option<Vec<Action>> {
    let room = pod_cidr_nodes(subject.pod_cidr?)?;
    let over = subject.nodes_scale_max()?.checked_sub(room).filter(|over| *over > 0)?;
    let mut maxima = BTreeMap::new();
    let all: Vec<usize> = (0..subject.pools().len()).collect();
    lower(subject, &all, over, &mut maxima)?;
    Some(actions(subject, maxima))
}

/// Maxima with which each node has an address in its subnet, beside what else lives there.
pub(super) fn for_subnets(subject: &Subject<'_>) -> Option<Vec<Action>> {
    let mut maxima = BTreeMap::new();
    for subnet in &subject.node_subnets {
        let most = subject
            .sum(subnet.pools.iter().copied(), |pool| Some(pool.counts.scale_max?.max(pool.counts.there?)));
        let (usable, used) = (subnet.usable()?, subnet.usage.used?);
        let others = used.saturating_sub(own_node_addresses(subject, subnet));
        let wanted = most?.saturating_add(subnet.uncounted).saturating_add(others);
        let over = wanted.saturating_sub(usable);
        if over > 0 {
            lower(subject, &subnet.pools, over, &mut maxima)?;
        }
    }
    (!maxima.is_empty()).then(|| actions(subject, maxima))
}

/// Takes so many nodes from the maxima of some pools, from the one with most to spare first.
fn lower(
    subject: &Subject<'_>,
    places: &[usize],
    mut over: u64,
    maxima: &mut BTreeMap<usize, u64>,
) -> Option<()> {
    let spare = |place: &usize| subject.pools().get(*place).and_then(spare).unwrap_or(0);
    let mut places = places.to_vec();
    places.sort_by_key(|place| std::cmp::Reverse(spare(place)));
    for place in places {
        let take = spare(&place).min(over);
        if take == 0 {
            continue;
        }
        maxima.insert(place, subject.pools().get(place)?.counts.scale_max?.saturating_sub(take));
        over -= take;
    }
    (over == 0).then_some(())
}

/// Nodes that a pool's maximum can lose without a node there, or wanted, having to go.
fn spare(facts: &PoolFacts<'_>) -> Option<u64> {
    let counts = &facts.counts;
    let max = counts.autoscaler_max.filter(|_| facts.pool.pool_type != Some(PoolType::VirtualMachines))?;
    let least = counts.restart?.max(counts.wanted?).max(counts.there?).max(counts.autoscaler_min?).max(1);
    Some(max.saturating_sub(least))
}

fn actions(subject: &Subject<'_>, maxima: BTreeMap<usize, u64>) -> Vec<Action> {
    let action = |(place, max): (usize, u64)| {
        let facts = subject.pools().get(place)?;
        let min = facts.counts.autoscaler_min?;
        Some(Action::Autoscaler { pool: facts.pool.name.clone(), does: Autoscaler::Within { min, max } })
    };
    maxima.into_iter().filter_map(action).collect()
}
