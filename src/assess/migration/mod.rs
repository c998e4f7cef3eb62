//! Leaving kubenet and full subnets: what each cluster is exposed to, whether it is ready, where it should go.
//!
//! Pure: an inventory, a date and settings in, data out. Facts that Microsoft may change stand in `rules/`; the
//! predicates that decide stand in `checks/`, one for each rule that ARM shows. Commands are printed for people, never
//! run.

mod action;
mod advice;
mod attestation;
mod beside;
mod checks;
mod commands;
mod conditions;
mod decide;
mod decision;
mod duration;
mod exposure;
mod facts;
mod idle;
mod mend;
mod neighbours;
mod os_sku;
mod pod_cidr;
mod pod_routes;
mod pressure;
mod rank;
mod reason;
mod retirements;
mod scene;
mod site;
mod steps;
mod target;
#[cfg(test)]
mod tests;
mod types;
mod verdict;

#[cfg(test)]
pub(crate) use self::duration::duration;
pub use self::{
    action::{Action, AllowRule, Autoscaler, NewCluster, NewSubnet, PoolTemplate},
    advice::{Advice, GatewaySubnet},
    checks::{
        AddonFault, AddressFault, BasicLoadBalancer, CapacityFault, CheckFact, CiliumFault, ClusterField,
        EligibilityFault, Fault, Filling, ForeignTable, GatewayFault, IdentityFault, Kind, MissingFact,
        NamedThing, NodeRoom, OverlapFault, PoolFault, PoolField, RangeInUse, ReservedHit, RoutingFault,
        RuleName, SecurityFault, ServiceOverlap, Setting, TrafficFault, Whose, channels_on,
    },
    commands::Wording,
    decide::{ClusterPlan, Migration},
    decision::{Cause, Decision},
    duration::{Duration, PoolWork},
    exposure::{Exposure, RouteTableKind},
    idle::{IdleAnswer, IdleReason},
    mend::Switch,
    neighbours::{Ending, NeighbourDate, replaced_pools},
    os_sku::{edition_stops_upgrade, in_place_os_sku},
    pod_cidr::{Missing, NoProposal, Origin, Proposal},
    pressure::Pressure,
    rank::{Rank, Urgency},
    reason::{Gain, Need, NewPools, NotOverlay, Provisioner, Reason, Relief},
    retirements::{RetirementFact, RetirementItem, retirements},
    site::Site,
    types::{
        Candidate, CheckResult, CheckStatus, First, Footprint, Operation, Question, Readiness,
        Recommendation, Step, SubnetFootprint, Target, Verdict, Work,
    },
};
pub(crate) use self::{
    attestation::idle_answer, decide::of_estate, decision::decisions, target::POD_SUBNET_RULE,
};
pub use super::figure::days_between;
