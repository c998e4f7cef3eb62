//! Azure: signing in, and reading Azure Resource Manager.
//!
//! The only room that knows HTTP, tokens and Azure's SDK. It hands out [`ArmClient`], whose functions are the calls this
//! program makes and whose results say what was [`Read`] and what was not ([`ReadFailure`]). A [`Resource`] is a kind that
//! can be listed and asked for; which ones there are is not this room's affair. It knows
//! no inventory and no configuration file, prints nothing, and can do nothing but read: the one place that sends requests
//! to Resource Manager sends `GET`, and tokens are `azure_identity`'s affair.
//!
//! From the bottom up: [`wire`] has ARM's shapes; `body` makes items of bytes; `exchange` asks one question as often as it
//! takes, at the pace of `retry` and `throttle` and within the room of `memory`; `paging` follows the links that `link`
//! allows; `arm` has the calls. Beside them, `credential` picks who signs in, `token` keeps what that
//! yields, and `clock` watches the clock that tells when it ends.

mod arm;
mod body;
mod buffer;
mod ca_bundle;
mod client;
mod clock;
mod cloud;
pub mod codes;
mod credential;
mod entra;
mod exchange;
mod expand;
mod failure;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzzing;
mod link;
mod memory;
mod paging;
mod proxy;
mod retry;
mod sign_in;
mod statistics;
mod throttle;
mod token;
mod transport;
mod versions;
pub mod wire;

#[cfg(test)]
mod tests;

pub use arm::Resource;
pub use body::OddObject;
pub use ca_bundle::{CaBundle, CaBundleError};
pub use client::{ArmClient, ConnectOptions};
pub use cloud::{Cloud, CloudError, CloudName};
pub use credential::{
    CertificateError, CertificateProblem, CredentialKind, Identity, IdentitySettings, SelectionError,
};
pub use failure::{FailureKind, ReadFailure};
pub use paging::Read;
pub use retry::RetryPolicy;
pub use sign_in::SignInError;
pub use statistics::Statistics;
pub use throttle::{Limits, Pacing};
pub use versions::{ApiVersionError, ApiVersions, Provider};
