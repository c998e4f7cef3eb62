//! The simulated Azure seen through an ordinary HTTP client.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod faults;
mod resource_manager;
mod scenarios;
mod sign_in;
mod support;
