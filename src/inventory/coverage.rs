//! The ledger of what was read and what was not.

use serde::{Deserialize, Serialize};
use strum::{Display, IntoStaticStr};

use super::open::open_enum;

/// How a read ended.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Display, IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum ReadStatus {
    /// All of it was read.
    Ok,
    /// The identity may not read it (401, 403).
    Denied,
    /// Azure knows no such thing (404).
    NotFound,
    /// It could not be read, or only in part; what was read is kept.
    Failed,
    /// It was left out on purpose, and the message says why.
    Skipped,
}

impl ReadStatus {
    /// The word the reports use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// Whether something is missing from the inventory because of it.
    #[must_use]
    pub fn is_gap(self) -> bool {
        matches!(self, Self::Denied | Self::NotFound | Self::Failed)
    }
}

open_enum! {
    /// What a row of the ledger speaks of.
    What {
        /// The list of subscriptions the identity can see.
        Subscriptions = "subscriptions",
        /// One subscription as a whole.
        Subscription = "subscription",
        /// The descendants of a management group.
        ManagementGroup = "management-group",
        /// The clusters of a subscription.
        Clusters = "clusters",
        /// The virtual networks of a subscription.
        VirtualNetworks = "virtual-networks",
        /// One virtual network, asked for by id.
        VirtualNetwork = "virtual-network",
        /// The route tables of a subscription.
        RouteTables = "route-tables",
        /// One route table, asked for by id.
        RouteTable = "route-table",
        /// The network security groups of a subscription.
        NetworkSecurityGroups = "network-security-groups",
        /// One network security group, asked for by id.
        NetworkSecurityGroup = "network-security-group",
        /// The application gateways of a subscription.
        ApplicationGateways = "application-gateways",
        /// One application gateway, asked for by id.
        ApplicationGateway = "application-gateway",
        /// One object of a list whose shape could not be understood.
        Object = "object",
    }
}

/// One row of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CoverageEntry {
    /// The id of what was asked for: a subscription, a management group, a resource.
    pub scope_id: String,
    /// What was asked of it.
    pub what: What,
    /// How it ended.
    pub status: ReadStatus,
    /// How many objects were read.
    pub items: u64,
    /// The HTTP status of the last answer, where there was one.
    pub http_status: Option<u16>,
    /// Azure's error code, or ours where Azure gave none.
    pub error_code: Option<String>,
    /// What happened, in words.
    pub message: Option<String>,
    /// How many requests were sent for it, all pages and retries counted.
    pub attempts: u32,
    /// Azure's id of the last request that failed, for a support case.
    pub request_id: Option<String>,
}

/// The ledger: a row for every read, so that a short report can be told from a small estate.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Coverage(Vec<CoverageEntry>);

impl Coverage {
    /// Adds a row.
    pub fn push(&mut self, entry: CoverageEntry) {
        self.0.push(entry);
    }

    /// The rows, in the order of scope and subject once an inventory is sorted.
    #[must_use]
    pub fn entries(&self) -> &[CoverageEntry] {
        &self.0
    }

    /// The rows that say something is missing.
    pub fn gaps(&self) -> impl Iterator<Item = &CoverageEntry> {
        self.0.iter().filter(|entry| entry.status.is_gap())
    }

    pub(super) fn sort(&mut self) {
        self.0.sort_by(|a, b| {
            let key = |e: &CoverageEntry| {
                (e.scope_id.to_ascii_lowercase(), e.what.clone(), e.status, e.message.clone())
            };
            key(a).cmp(&key(b))
        });
    }
}

impl Extend<CoverageEntry> for Coverage {
    fn extend<I: IntoIterator<Item = CoverageEntry>>(&mut self, entries: I) {
        self.0.extend(entries);
    }
}
