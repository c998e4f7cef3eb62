//! Leaving kubenet and full subnets: what each cluster is exposed to, whether it is ready, where it should go.
//!
//! Pure: an inventory, a date and settings in, data out. Facts that Microsoft may change stand in `rules/`; the
//! predicates that decide stand in `checks/`, one for each rule that ARM shows. Commands are printed for people, never
//! run.

mod advice;
mod attestation;
mod checks;
mod commands;
mod conditions;
mod decision;
mod exposure;
mod leaving;
mod plan;
mod pod_cidr;
mod pressure;
mod retirements;
pub mod runbook;
mod scene;
mod settings;
mod steps;
mod target;
#[cfg(test)]
mod tests;
mod types;
mod verdict;
pub mod waves;

pub use super::days::days_between;
pub(in crate::assess) use attestation::without_effect;
pub use attestation::{Answer, Attestation, AttestationFile, InvalidAttestations};
pub use commands::Wording;
pub use decision::{Cause, Decision};
pub use exposure::{Exposure, RouteTableKind};
pub use leaving::Leaving;
pub(in crate::assess) use leaving::leaving;
pub(in crate::assess) use plan::of_estate;
pub use plan::{Migration, migration};
pub use pod_cidr::{NoProposal, Origin, Proposal};
pub use retirements::{RetirementItem, retirements};
pub use settings::{AnswersByCluster, ClusterAnswers, MigrationOptions, MigrationSettings};
pub use types::{
    Candidate, CheckResult, CheckStatus, ClusterPlan, Footprint, Operation, Question, Readiness,
    Recommendation, RunnerUp, Step, StepKind, SubnetFootprint, Target, Verdict,
};
