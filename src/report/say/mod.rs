//! What `assess` decided, as sentences: one file a room below, one function a kind of fact. The words stand here and nowhere
//! else, so a page, a table and a runbook say the same; a number in them is a number, which each writes its own way.

mod checks;
mod decision;
mod exposure;
mod finding;
mod fix;
mod in_use;
mod input;
mod limit;
mod neighbours;
mod outcome;
mod outlook;
mod pieces;
mod questions;
mod readiness;
mod retirement;
mod rules;
mod schedule;
mod subnet;
mod target;
mod versions;

pub(crate) use checks::{advice, check_facts};
pub(crate) use decision::wanted;
pub(crate) use exposure::urgency;
pub(crate) use finding::{detail, sum, title};
pub(crate) use fix::{fix, fix_of, remedy};
pub(crate) use in_use::in_use;
pub(crate) use input::{
    Input, cluster_inputs, limit_inputs, network_inputs, pool_inputs, preflight_inputs, vnet_inputs,
};
pub(crate) use limit::limit_reasons;
#[cfg(test)]
pub(crate) use limit::stale_routes;
pub(crate) use neighbours::neighbour;
pub(crate) use outcome::{misses, outcome};
pub(crate) use outlook::{breach, conflict, refusal};
pub(crate) use pieces::in_motion;
pub(crate) use questions::{applied, note, obstacle, so_much, step};
pub(crate) use readiness::{against, first};
pub(crate) use retirement::retirement;
pub(crate) use rules::old_sources;
pub(crate) use schedule::{constraint, dependency, plan_note, step_notes, unplaced, work};
pub(crate) use subnet::{reason, subnet_inputs, subnet_inputs_in};
pub(crate) use target::{lost, no_proposal, target_reason};
pub(crate) use versions::older_versions;
