//! What the runbook of one cluster says, decided; `report` only prints it.

mod build;
mod procedure;
mod replacements;
mod room;
mod sources;
mod step;

use jiff::civil::Date;

pub use self::{
    build::build,
    sources::{Sources, sources},
    step::{Phase, Purpose, Reimages, Step},
};

use super::{
    audit::ClusterRow,
    migration::{
        Advice, CheckFact, CheckResult, Duration, First, NeighbourDate, Operation, Question, Reason, Site,
        Target, Verdict, Wording,
    },
    outlook::Fix,
    schedule::{PlannedStep, UnplacedReason},
};
use crate::{
    inventory::ResourceId,
    ipam::{Cidr, IpamMode},
    rules::{CheckId, CheckRule},
};

/// Everything the runbook of one cluster says.
#[derive(Debug, Clone, PartialEq)]
pub struct Runbook<'a> {
    /// What the cluster is.
    pub row: &'a ClusterRow,
    /// The audit's date.
    pub as_of: Date,
    /// Its present mode.
    pub from: IpamMode,
    /// Where it should go.
    pub target: Target,
    /// The rule that chose it, such as `REC-05`.
    pub target_rule: &'static str,
    /// Why.
    pub target_reason: &'a Reason,
    /// What would have been next.
    pub runner_up: Option<Target>,
    /// What the user has to answer, because the target depends on it.
    pub questions: &'a [Question],
    /// Whether it can go.
    pub verdict: Verdict,
    /// Why, the weightiest first.
    pub reasons: Vec<&'a CheckResult>,
    /// The operations in place, in order; empty where there is no way in place.
    pub operations: Vec<Operation>,
    /// The pod CIDR it has.
    pub current_pod_cidr: Option<Cidr>,
    /// The pod CIDR to give it, where one has to be given.
    pub new_pod_cidr: Option<Cidr>,
    /// What comes before anything else, such as a cluster that has to be started.
    pub first: &'a [First],
    /// Failing blockers, in the order of preparation.
    pub blockers: Vec<Item<'a>>,
    /// Checks for which something could not be read.
    pub unknown: Vec<Item<'a>>,
    /// Checks a person has to make.
    pub manual: Vec<Item<'a>>,
    /// Failing warnings.
    pub warnings: Vec<Item<'a>>,
    /// Whether it has Windows pools, with which the Cilium data plane does not work.
    pub has_windows: bool,
    /// Whether a new cluster needs a pod subnet, because pods must be reached by their own addresses or virtual nodes stay.
    pub needs_pod_subnet: bool,
    /// Changes that end a shortfall of this cluster, checked by the engine, each with what it mends.
    pub fixes: Vec<&'a Fix>,
    /// Why it has no place in any wave, where it has none.
    pub unplaced: Option<&'a UnplacedReason>,
    /// Whether it can go to Cilium, where that is asked for and not on its way; a second operation is on it.
    pub cilium_wanted: Option<Verdict>,
    /// Failing blockers of the second operation, where there is one, that the first does not have.
    pub second_blockers: Vec<Item<'a>>,
    /// Other checks of the second operation that somebody has to settle, and that the first does not have.
    pub second_checks: Vec<Item<'a>>,
    /// What else to think of.
    pub also: &'a [Advice],
    /// Addresses before, during and after the first operation.
    pub subnets: Vec<SubnetArithmetic<'a>>,
    /// The route tables of its subnets.
    pub route_tables: &'a [ResourceId],
    /// Full re-images on the whole way.
    pub reimages: u32,
    /// How long one of them may take; unknown where nodes are.
    pub duration: Option<&'a Duration>,
    /// Its steps in the plan, in order.
    pub planned: Vec<&'a PlannedStep>,
    /// What is done, step by step.
    pub steps: Vec<Step<'a>>,
    /// What surrounds it.
    pub site: &'a Site,
    /// The days on which something of it ends.
    pub neighbours: &'a [NeighbourDate],
}

/// A check that needs somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item<'a> {
    /// Its id.
    pub id: CheckId,
    /// What the catalogue says about it.
    pub rule: &'static CheckRule,
    /// The facts of this cluster.
    pub facts: &'a [CheckFact],
    /// How to show or mend it.
    pub wording: Option<&'a Wording>,
}

/// Addresses of one subnet around the first operation; each is unknown where one of its parts is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubnetArithmetic<'a> {
    /// The subnet.
    pub subnet_id: &'a ResourceId,
    /// Addresses that can be used.
    pub usable: Option<u64>,
    /// Free before.
    pub free_before: Option<i64>,
    /// Taken by surge nodes meanwhile.
    pub surge: Option<u64>,
    /// Free meanwhile: before less surge.
    pub free_during: Option<i64>,
    /// Free afterwards that were not before.
    pub freed: Option<u64>,
    /// Free afterwards: before plus freed.
    pub free_after: Option<i64>,
}
