//! What `assess` decided, as sentences: one file a room below, one function a kind of fact. The words stand here and nowhere
//! else, so a page, a table and a runbook say the same; a number in them is a number, which each writes its own way.

mod finding;
mod fix;
mod input;
mod outlook;
mod pieces;
mod questions;
mod schedule;
mod subnet;

pub(crate) use finding::{detail, sum};
pub(crate) use fix::{fix, fix_of, remedy};
pub(crate) use input::{
    Input, cluster_inputs, limit_inputs, network_inputs, pool_inputs, preflight_inputs, vnet_inputs,
};
pub(crate) use outlook::{breach, conflict, refusal};
pub(crate) use questions::{applied, note, obstacle, so_much, step};
pub(crate) use schedule::unplaced;
pub(crate) use subnet::{reason, subnet_inputs, subnet_inputs_in};
