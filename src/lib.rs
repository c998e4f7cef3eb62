//! The pipeline, from scope to report.

pub mod assess;
pub mod inventory;
pub mod ipam;
pub mod report;
pub mod rules;
pub mod shell;
