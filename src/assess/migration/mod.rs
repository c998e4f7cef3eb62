//! Leaving kubenet and full subnets: what each cluster is exposed to, whether it is ready, where it should go.

pub mod runbook;
mod types;
pub mod waves;

pub use types::{
    Candidate, CheckResult, CheckStatus, ClusterPlan, Footprint, Operation, Question, Readiness,
    Recommendation, RunnerUp, Step, StepKind, SubnetFootprint, Target, Verdict,
};
