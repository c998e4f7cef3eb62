//! Everything that is tested from outside: the binary as a process, the house rules, the documents.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod architecture;
mod cases;
mod catalogue;
mod chaos;
mod documents;
mod example;
mod extremes;
mod inert;
mod leaving;
mod outlook;
mod page_one;
mod payload_estate;
mod plan;
mod reference;
mod runbook_cases;
mod runbooks;
mod stories_attestations;
mod stories_beyond;
mod stories_credentials;
mod stories_defects;
mod stories_determinism;
mod stories_door;
mod stories_endings;
mod stories_faults;
mod stories_limits;
mod stories_process;
mod stories_refusals;
mod stories_scenarios;
mod stories_scope;
mod stories_second_chances;
mod stories_secrets;
mod stories_signals;
mod stories_trust;
mod support;
