//! Pools that a step replaces have another name in every later one, and are replaced once.

use std::collections::BTreeMap;

use super::step::{Reimages, Step};
use crate::assess::migration::{Action, Autoscaler};

/// Calls the pools in each step what they are called by then. A step of which nothing is left, because its pools were replaced
/// before, joins the one that replaced them.
pub(super) fn rename(steps: Vec<Step<'_>>) -> Vec<Step<'_>> {
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    let mut kept: Vec<Step<'_>> = Vec::with_capacity(steps.len());
    for mut step in steps {
        let had_any = !step.actions.is_empty();
        let emptied: Vec<String> = step.actions.iter().filter_map(emptied).cloned().collect();
        step.actions.retain(|action| !is_done(&names, &emptied, action));
        if had_any && step.actions.is_empty() {
            let replaces = |earlier: &&mut Step<'_>| earlier.actions.iter().any(is_new_pool);
            if let Some(earlier) = kept.iter_mut().rev().find(replaces) {
                earlier.items.append(&mut step.items);
                continue;
            }
        }
        let made = step.actions.iter().filter_map(|action| match action {
            Action::AddPool(pool) => Some((pool.replaces.clone(), pool.name.clone())),
            _ => None,
        });
        let made: Vec<_> = made.collect();
        step.actions.iter_mut().for_each(|action| call(&names, action));
        if let Reimages::Pools(pools) = &mut step.reimages {
            for pool in pools {
                now(&names, pool);
            }
        }
        names.extend(made);
        kept.push(step);
    }
    kept
}

fn is_new_pool(action: &Action) -> bool {
    matches!(action, Action::AddPool(_))
}

fn emptied(action: &Action) -> Option<&String> {
    match action {
        Action::EmptyPool(pool) => Some(pool),
        _ => None,
    }
}

/// Whether an earlier step replaced the pool that a change replaces; `emptied` are those that the step empties.
fn is_done(names: &BTreeMap<String, String>, emptied: &[String], action: &Action) -> bool {
    match action {
        Action::Autoscaler { pool, does: Autoscaler::Off } => {
            emptied.contains(pool) && names.contains_key(pool)
        }
        Action::AddPool(pool) => names.contains_key(&pool.replaces),
        Action::EmptyPool(pool) | Action::DeletePool(pool) => names.contains_key(pool),
        _ => false,
    }
}

fn call(names: &BTreeMap<String, String>, action: &mut Action) {
    match action {
        Action::Surge { pool, .. }
        | Action::SurgeAsBefore { pool, .. }
        | Action::Autoscaler { pool, .. }
        | Action::OsSku { pool, .. }
        | Action::UpgradePool { pool, .. }
        | Action::NodeImage(pool) => now(names, pool),
        _ => {}
    }
}

fn now(names: &BTreeMap<String, String>, pool: &mut String) {
    if let Some(name) = names.get(pool) {
        pool.clone_from(name);
    }
}
