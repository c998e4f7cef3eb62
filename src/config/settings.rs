//! The settings as one tree: the shape of the file, and of what the program uses.

use std::{collections::BTreeMap, path::PathBuf};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::migration::MigrationSection;
use super::values::{Bytes, Count, Span, Surge, text};
use crate::{
    assess::options::{Attestation, Exception, Filters, Options, People, Projection, RuleLevel, Thresholds},
    azure::{CloudName, ConnectOptions, CredentialKind},
    ipam::Cidr,
    report::{Format, Wanted},
};

/// All settings.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Where and as whom to sign in.
    pub azure: AzureSettings,
    /// What to look at.
    pub scope: ScopeSettings,
    /// Tags that name owners and environments.
    pub people: People,
    /// When a subnet is nearly full.
    pub thresholds: Thresholds,
    /// What projections assume.
    pub projection: ProjectionSettings,
    /// How kubenet and full subnets are left.
    pub migration: MigrationSection,
    /// What is written, and where.
    pub report: ReportSettings,
    /// How Azure is read.
    pub requests: RequestSettings,
    /// Severities by rule id.
    pub findings: BTreeMap<String, RuleLevel>,
    /// Accepted findings.
    pub exceptions: Vec<Exception>,
}

impl Settings {
    /// What an assessment is told: these settings, the date it counts from, and what people found out.
    #[must_use]
    pub fn options(&self, as_of: Date, attestations: Vec<Attestation>) -> Options {
        let scope = &self.scope;
        Options {
            as_of,
            filters: Filters {
                resource_groups: scope.resource_groups.clone(),
                locations: scope.locations.clone(),
                tags: scope.tags.clone(),
            },
            accept_unread: scope.accept_unread.clone(),
            on_premises: scope.on_premises.clone(),
            people: self.people.clone(),
            thresholds: self.thresholds,
            projection: Projection { null_max_surge: self.projection.null_max_surge.to_string() },
            migration: self.migration.options(attestations),
            findings: self.findings.clone(),
            exceptions: self.exceptions.clone(),
        }
    }
}

/// Where and as whom to sign in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AzureSettings {
    /// Which cloud.
    #[serde(with = "text")]
    pub cloud: CloudName,
    /// ARM endpoint of a custom cloud.
    pub resource_manager: Option<String>,
    /// Sign-in endpoint of a custom cloud.
    pub authority: Option<String>,
    /// Audience of a custom cloud.
    pub audience: Option<String>,
    /// Extra root certificates.
    pub ca_bundle: Option<PathBuf>,
    /// Which credential.
    #[serde(with = "text")]
    pub credential: CredentialKind,
    /// The tenant to sign in to.
    pub tenant_id: Option<String>,
    /// The application or user-assigned identity.
    pub client_id: Option<String>,
    /// The service connection of Azure Pipelines.
    pub service_connection_id: Option<String>,
    /// Newest API version to ask for, by resource provider.
    pub api_versions: BTreeMap<String, String>,
}

impl Default for AzureSettings {
    fn default() -> Self {
        Self {
            cloud: CloudName::Public,
            resource_manager: None,
            authority: None,
            audience: None,
            ca_bundle: None,
            credential: CredentialKind::Auto,
            tenant_id: None,
            client_id: None,
            service_connection_id: None,
            api_versions: BTreeMap::new(),
        }
    }
}

/// What to look at.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ScopeSettings {
    /// Subscriptions by id or name.
    pub subscriptions: Vec<String>,
    /// Management groups.
    pub management_groups: Vec<String>,
    /// Subscriptions left out.
    pub exclude_subscriptions: Vec<String>,
    /// Filter: resource groups.
    pub resource_groups: Vec<String>,
    /// Filter: regions.
    pub locations: Vec<String>,
    /// Filter: tags.
    pub tags: BTreeMap<String, String>,
    /// Scopes known to be unreadable.
    pub accept_unread: Vec<String>,
    /// CIDRs reachable outside Azure.
    pub on_premises: Vec<Cidr>,
}

/// What projections assume.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ProjectionSettings {
    /// The surge of a pool without `maxSurge`.
    pub null_max_surge: Surge,
}

impl Default for ProjectionSettings {
    fn default() -> Self {
        Self { null_max_surge: Surge("10%".to_owned()) }
    }
}

/// What is written, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ReportSettings {
    /// Where each run makes its folder.
    pub directory: PathBuf,
    /// Which files are written.
    pub formats: Vec<Format>,
    /// Whether tables in CSV begin with a byte-order mark, without which some spreadsheets take UTF-8 for another encoding.
    pub csv_bom: bool,
}

impl ReportSettings {
    /// What of it rendering asks for.
    #[must_use]
    pub fn wanted(&self) -> Wanted<'_> {
        Wanted { formats: &self.formats, csv_bom: self.csv_bom }
    }
}

impl Default for ReportSettings {
    fn default() -> Self {
        Self { directory: PathBuf::from("reports"), formats: Format::DEFAULT.to_vec(), csv_bom: false }
    }
}

/// How Azure is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RequestSettings {
    /// Requests in flight at once.
    pub concurrency: Count<1024>,
    /// Of them, for one subscription.
    pub per_subscription: Count<1024>,
    /// Subscriptions read at the same time.
    pub parallel_subscriptions: Count<1024>,
    /// Tries for one request.
    pub attempts: Count<100>,
    /// Wait before the first retry.
    pub backoff: Span,
    /// Longest wait before a retry.
    pub longest_wait: Span,
    /// Longest silence of a server.
    pub timeout: Span,
    /// Response bodies in memory at once.
    pub memory: Bytes,
    /// Largest single body.
    pub body: Bytes,
    /// Bytes of one list, all pages summed.
    pub pages: Bytes,
}

impl Default for RequestSettings {
    /// What the client does where nobody says otherwise, so that the two can't differ.
    fn default() -> Self {
        let azure = ConnectOptions::default();
        let (retry, limits) = (azure.retry, azure.limits);
        Self {
            concurrency: Count::nearest(limits.concurrent_requests),
            per_subscription: Count::nearest(limits.concurrent_requests_per_subscription),
            parallel_subscriptions: Count::nearest(64),
            attempts: Count::nearest(retry.max_attempts as usize),
            backoff: Span(retry.base_delay),
            longest_wait: Span(retry.max_delay),
            timeout: Span(azure.read_timeout),
            memory: Bytes(limits.body_bytes_in_flight),
            body: Bytes(limits.max_body_bytes),
            pages: Bytes(limits.max_list_bytes),
        }
    }
}
