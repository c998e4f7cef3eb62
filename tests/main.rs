//! Everything that is tested from outside: the binary as a process, the house rules, the documents.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod architecture;
mod outlook;
