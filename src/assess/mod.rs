//! Inventory → Audit: pure functions; no clock, no I/O, no environment.

pub mod audit;
pub mod migration;
pub mod options;
