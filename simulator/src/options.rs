//! How the simulated Azure behaves, beside what exists in it.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::estate::Estate;
use crate::faults::Fault;

/// What [`Simulator::start`](crate::Simulator::start) needs to know.
pub struct Options {
    /// What exists.
    pub estate: Estate,
    /// The loopback port; 0 takes any free one.
    pub port: u16,
    /// What goes wrong.
    pub faults: Vec<Fault>,
    /// How long every answer takes at least.
    pub latency: Duration,
    /// Request limits; none lets everything through.
    pub throttle: Option<Throttle>,
    /// How long an access token is good for.
    pub token_lifetime: Duration,
    /// The life that answers give it, in seconds; none says the truth.
    pub announced_life: Option<i64>,
    /// Whether tokens have the form of signed ones (RFC 7515).
    pub signed_tokens: bool,
    /// Items on a page of a list, at least 1.
    pub page_size: usize,
    /// Versions a resource provider does not offer, as in a cloud that lags behind.
    pub refused_api_versions: Vec<RefusedApiVersion>,
    /// Whether a managed-identity endpoint is served over plain http on a second port.
    pub identity_endpoint: bool,
    /// PEM certificates registered with the application, for sign-in by certificate.
    pub certificates: Vec<String>,
}

impl Options {
    /// The defaults: any port, no faults, no latency, no throttling, tokens for an hour, 50 items a page.
    #[must_use]
    pub fn new(estate: Estate) -> Self {
        Self {
            estate,
            port: 0,
            faults: Vec::new(),
            latency: Duration::ZERO,
            throttle: None,
            token_lifetime: Duration::from_secs(3600),
            announced_life: None,
            signed_tokens: false,
            page_size: 50,
            refused_api_versions: Vec::new(),
            identity_endpoint: false,
            certificates: Vec::new(),
        }
    }

    /// Listens on this loopback port.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Adds a fault.
    #[must_use]
    pub fn fault(mut self, fault: Fault) -> Self {
        self.faults.push(fault);
        self
    }

    /// Delays every answer.
    #[must_use]
    pub fn latency(mut self, latency: Duration) -> Self {
        self.latency = latency;
        self
    }

    /// Limits requests.
    #[must_use]
    pub fn throttle(mut self, throttle: Throttle) -> Self {
        self.throttle = Some(throttle);
        self
    }

    /// Lets tokens expire after this time.
    #[must_use]
    pub fn token_lifetime(mut self, lifetime: Duration) -> Self {
        self.token_lifetime = lifetime;
        self
    }

    /// Gives tokens another life than they have, in seconds.
    #[must_use]
    pub fn announced_life(mut self, seconds: i64) -> Self {
        self.announced_life = Some(seconds);
        self
    }

    /// Gives tokens the form of signed ones.
    #[must_use]
    pub fn signed_tokens(mut self) -> Self {
        self.signed_tokens = true;
        self
    }

    /// Puts this many items on a page.
    #[must_use]
    pub fn page_size(mut self, items: usize) -> Self {
        self.page_size = items;
        self
    }

    /// Refuses a version of a resource provider.
    #[must_use]
    pub fn refuse_api_version(mut self, provider: &str, version: &str) -> Self {
        self.refused_api_versions
            .push(RefusedApiVersion { provider: provider.to_owned(), version: version.to_owned() });
        self
    }

    /// Serves the managed-identity endpoint too.
    #[must_use]
    pub fn identity_endpoint(mut self) -> Self {
        self.identity_endpoint = true;
        self
    }

    /// Registers a PEM certificate with the application.
    #[must_use]
    pub fn certificate(mut self, pem: &str) -> Self {
        self.certificates.push(pem.to_owned());
        self
    }
}

/// A version that a resource provider does not offer.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct RefusedApiVersion {
    /// The provider's namespace, `Microsoft.Resources` for the subscription calls.
    pub provider: String,
    /// The version.
    pub version: String,
}

/// Request limits, as token buckets.
///
/// The defaults are the published ones:
/// <https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling> for the reads and
/// <https://learn.microsoft.com/azure/aks/quotas-skus-regions> for the cluster lists.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Throttle {
    /// Reads of one subscription.
    pub subscription_reads: Bucket,
    /// Reads outside any subscription.
    pub tenant_reads: Bucket,
    /// Lists of the managed clusters of one subscription, on top of `subscription_reads`.
    pub cluster_lists: Bucket,
    /// How a refusal says when to come back.
    pub retry_after: RetryAfterForm,
}

impl Default for Throttle {
    fn default() -> Self {
        Self {
            subscription_reads: Bucket { burst: 250, per_second: 25.0 },
            tenant_reads: Bucket { burst: 250, per_second: 25.0 },
            cluster_lists: Bucket { burst: 500, per_second: 1.0 },
            retry_after: RetryAfterForm::Seconds,
        }
    }
}

/// A token bucket.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Bucket {
    /// Requests that a full bucket lets through at once.
    pub burst: u32,
    /// Requests that come back a second.
    pub per_second: f64,
}

/// The two forms of `Retry-After` (RFC 9110, section 10.2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RetryAfterForm {
    /// Seconds from now.
    Seconds,
    /// An HTTP date.
    Date,
}
