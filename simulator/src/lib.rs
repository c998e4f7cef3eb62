//! A simulated Azure: sign-in and Resource Manager over https on loopback.
//!
//! It is made from public documents (see `SPEC.md`) and knows nothing of the program that is tested against it: a shape
//! shared with the client would hide a shared mistake.
//!
//! An [`Estate`](estate::Estate) says what exists, [`Options`] how the service behaves, [`Fault`](faults::Fault)s what goes
//! wrong and when, and a [`Scenario`](scenario::Scenario) is all of that in one TOML file.

mod arm;
mod clock;
mod entra;
pub mod estate;
pub mod faults;
mod options;
pub mod scenario;
mod server;

pub use entra::ACCESS_TOKEN_PREFIX;
pub use options::{Bucket, Options, RefusedApiVersion, RetryAfterForm, Throttle};
pub use server::{Authorization, RequestRecord, Simulator, StartError};
