//! Inventory → Audit: pure functions; no clock, no I/O, no environment.

pub mod audit;
#[cfg(test)]
pub(crate) mod generated;
#[cfg(test)]
mod golden;
pub mod options;
#[cfg(test)]
mod oracle;
pub mod outlook;
pub mod rows;
#[cfg(test)]
pub(crate) mod testing;
