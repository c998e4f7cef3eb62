//! Room for nodes and pods: which of the fixes that the engine checked becomes a step, with every value.

use std::collections::BTreeMap;

use super::{
    sources::Sources,
    step::{Phase, Purpose, Step},
};
use crate::{
    assess::{
        migration::{Action, PoolTemplate, Provisioner, Reason, Relief, Site},
        outlook::{Change, Fix, Scenario, Shortfall},
    },
    inventory::ResourceId,
};

/// The steps of a cluster whose subnets are too small: less surge where that is enough for all of them, else pools elsewhere.
pub(super) fn steps<'a>(sources: &Sources<'a>) -> Vec<Step<'a>> {
    let actions = less_surge(sources).or_else(|| pools_elsewhere(sources)).unwrap_or_default();
    vec![Step::new(Phase::Before, Purpose::Room, actions)]
}

/// Room for the surge nodes of all pools at once, where less surge is not enough: a pool elsewhere.
pub(super) fn for_surge(sources: &Sources<'_>) -> Option<Vec<Action>> {
    let is_it = |fix: &&&Fix| matches!(fix.shortfall, Shortfall::Subnet(_, Scenario::UpgradeAll));
    let fixes: Vec<&Fix> = sources.fixes.iter().filter(is_it).copied().collect();
    moved(&sources.decided.site, &fixes)
}

/// A larger subnet for nodes that no pool makes: their node class names it. Where a pool's nodes are there too, one beside theirs.
/// <https://learn.microsoft.com/azure/aks/node-auto-provisioning-aksnodeclass>
pub(super) fn node_class<'a>(sources: &Sources<'a>) -> Step<'a> {
    let look = matches!(
        sources.decided.recommendation.reason,
        Reason::Pressed(_, Relief::LargerSubnet { by: Provisioner::Unclear(_), .. })
    );
    let pressed = match &sources.decided.recommendation.reason {
        Reason::Pressed(pressure, _) => Some(&pressure.subnet_id),
        _ => None,
    };
    let site = &sources.decided.site;
    let beside = pressed.and_then(|old| site.subnets.iter().find(|(id, _)| id == old)).map(|(_, new)| new);
    let mut actions: Vec<Action> = beside.cloned().map(Action::CreateSubnet).into_iter().collect();
    actions.push(Action::NodeClass { subnet: beside.map(|new| new.id.clone()), look });
    Step::new(Phase::Before, Purpose::NodeClass, actions)
}

/// New pools with a pod subnet, each in place of one.
pub(super) fn pod_subnet<'a>(site: &Site) -> Step<'a> {
    let mut actions = Vec::new();
    let old = site.pools.iter().find_map(|pool| pool.node_subnet.as_ref());
    let beside = old.and_then(|old| site.subnets.iter().find(|(id, _)| id == old));
    if let Some((_, new)) = beside {
        actions.push(Action::CreateSubnet(new.clone()));
        let id = new.id.clone();
        actions.extend(site.pools.iter().flat_map(|pool| {
            Action::replacing(PoolTemplate { pod_subnet: Some(id.clone()), ..pool.clone() })
        }));
    }
    Step::new(Phase::Before, Purpose::PodSubnet, actions)
}

/// The lowest surge of each pool that ends every shortfall; none where one is not ended by that, or by this cluster alone.
fn less_surge(sources: &Sources<'_>) -> Option<Vec<Action>> {
    let own = &sources.row.id;
    let mut shortfalls: Vec<&Shortfall> = sources.fixes.iter().map(|fix| &fix.shortfall).collect();
    shortfalls.retain(|shortfall| matches!(shortfall, Shortfall::Subnet(..)));
    shortfalls.dedup();
    let mut surges: BTreeMap<&str, u64> = BTreeMap::new();
    for shortfall in &shortfalls {
        let mut all = sources.fixes.iter().filter(|fix| fix.shortfall == **shortfall);
        let found = all.find_map(|fix| surge_alone(own, fix))?;
        for (pool, to) in found {
            let least = surges.entry(pool).or_insert(to);
            *least = (*least).min(to);
        }
    }
    let actions = surges.into_iter().map(|(pool, to)| Action::Surge { pool: pool.to_owned(), to });
    let actions: Vec<_> = actions.collect();
    (!actions.is_empty()).then_some(actions)
}

fn surge_alone<'f>(own: &ResourceId, fix: &'f Fix) -> Option<Vec<(&'f str, u64)>> {
    let one = |change: &'f Change| match change {
        Change::MaxSurge { cluster_id, node_pool, to } if cluster_id == own => {
            Some((node_pool.as_str(), *to))
        }
        Change::MaxUnavailable { cluster_id, node_pool } if cluster_id == own => {
            Some((node_pool.as_str(), 0))
        }
        _ => None,
    };
    fix.changes.iter().map(one).collect()
}

/// Pools in new subnets for the hardest shortfall of each subnet; else pools with fewer pods a node.
fn pools_elsewhere(sources: &Sources<'_>) -> Option<Vec<Action>> {
    let mut hardest: BTreeMap<&ResourceId, Scenario> = BTreeMap::new();
    for fix in &sources.fixes {
        if let Shortfall::Subnet(id, scenario) = &fix.shortfall {
            let known = hardest.entry(id).or_insert(*scenario);
            *known = (*known).max(*scenario);
        }
    }
    let is_hardest = |fix: &&&Fix| match &fix.shortfall {
        Shortfall::Subnet(id, scenario) => hardest.get(id) == Some(scenario),
        _ => false,
    };
    let fixes: Vec<&Fix> = sources.fixes.iter().filter(is_hardest).copied().collect();
    moved(&sources.decided.site, &fixes).or_else(|| with_fewer_pods(&sources.decided.site, &fixes))
}

/// Each pool that the fixes move to a new subnet, where a block for it is free.
fn moved(site: &Site, fixes: &[&Fix]) -> Option<Vec<Action>> {
    let mut actions = Vec::new();
    let mut seen = Vec::new();
    for change in fixes.iter().flat_map(|fix| &fix.changes) {
        let Change::MoveToNewSubnet { node_pool, for_pods, block: Some(block), .. } = change else {
            continue;
        };
        let Some(pool) = site.pools.iter().find(|pool| pool.replaces == *node_pool) else { continue };
        if seen.contains(&node_pool) {
            continue;
        }
        seen.push(node_pool);
        let old = if *for_pods { &pool.pod_subnet } else { &pool.node_subnet };
        let beside = old.as_ref().and_then(|old| site.subnets.iter().find(|(id, _)| id == old));
        let Some((_, beside)) = beside else { continue };
        let mut new = beside.clone();
        new.block = Some(*block);
        let mut pool = pool.clone();
        let place = if *for_pods { &mut pool.pod_subnet } else { &mut pool.node_subnet };
        *place = Some(new.id.clone());
        actions.push(Action::CreateSubnet(new));
        actions.extend(Action::replacing(pool));
    }
    (!actions.is_empty()).then_some(actions)
}

fn with_fewer_pods(site: &Site, fixes: &[&Fix]) -> Option<Vec<Action>> {
    let changes = fixes.iter().flat_map(|fix| &fix.changes);
    let actions: Vec<Action> = changes
        .filter_map(|change| match change {
            Change::ReplaceWithMaxPods { node_pool, to, .. } => {
                let pool = site.pools.iter().find(|pool| pool.replaces == *node_pool)?;
                Some(Action::replacing(PoolTemplate { max_pods: Some(*to), ..pool.clone() }))
            }
            _ => None,
        })
        .flatten()
        .collect();
    (!actions.is_empty()).then_some(actions)
}
