//! Everything that is tested from outside: the binary as a process, the house rules, the documents.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod architecture;
mod catalogue;
mod documents;
mod example;
mod inert;
mod leaving;
mod outlook;
mod payload_estate;
mod plan;
mod reference;
mod stories_attestations;
mod stories_determinism;
mod stories_faults;
mod stories_process;
mod stories_refusals;
mod stories_scenarios;
mod stories_scope;
mod stories_trust;
mod support;
