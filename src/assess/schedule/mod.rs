//! When each cluster moves: from what has to be done and what keeps clusters apart to waves with dates.
//!
//! Time is a row of weekly windows. In a window a wave of clusters is re-imaged; a cluster needs one window or more, in
//! order, with waiting times between them. No plan violates what it was given: windows outside freezes, the most
//! clusters and nodes a wave may hold, of all, of one owner, of one region and of production in the first wave that has any,
//! days to soak, route tables and groups that keep clusters apart, addresses for surge nodes with what earlier waves freed,
//! waiting times, and one cluster that goes first and alone as the rehearsal. Nor does a wave straddle the day from which on AKS
//! upgrades one of its clusters by itself.
//! The order (environment, then rank) is a preference, kept as strictly as time allows; where a cluster moves later than one
//! of a worse rank, the plan names what binds.
//!
//! Up to six clusters are planned by a complete search where filling windows in order does not succeed, so that
//! "impossible" is a proof there; up to eight it is tried. Larger estates are planned by filling windows in several
//! orders and mending them.

mod binding;
mod calendar;
mod describe;
mod draft;
mod exact;
mod greedy;
mod held;
mod plan;
mod problem;
mod request;
mod solve;
#[cfg(test)]
mod tests;
mod wave;

use self::calendar::Calendar;
pub use self::{
    draft::{Draft, Leaver, draft},
    plan::{
        Binding, Constraint, Dependency, Fit, Plan, PlanNote, PlannedStep, StepNote, Unplaced,
        UnplacedReason, Wave,
    },
    request::{Move, Request, Step, SubnetUse},
};

/// Plans the moves of a request.
#[must_use]
pub fn schedule(request: &Request<'_>) -> Plan {
    // In the order of ids, so that the order they came in leaves no trace.
    let mut moves = request.moves.to_vec();
    moves.sort_by(|a, b| a.cluster_id.cmp(&b.cluster_id));
    let problem = problem::Problem::new(Request { moves: &moves, ..*request });
    let solution = solve::solve(&problem, solve::Effort::Full);
    describe::describe(&problem, &solution)
}
