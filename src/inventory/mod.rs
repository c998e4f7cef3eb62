//! The model of an estate: what was found, and what could not be read.
//!
//! This room owns the nouns (clusters, node pools, networks, consumers of addresses, coverage) and the
//! snapshot they are saved in. It knows no HTTP, no ARM property names and no clock; whoever reads it cannot
//! tell whether the estate came from Azure, from the simulator or from a file.

mod cluster;
mod coverage;
mod id;
mod network;
mod open;
pub mod snapshot;
mod usage;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use cluster::{
    Addon, AllocationMode, ApiServer, Cluster, HostedSystem, Identity, IdentityKind, NetworkDataplane,
    NetworkPlugin, NetworkPluginMode, NetworkPolicy, NetworkProfile, NodePool, OsType, PoolMode, PoolType,
    PowerState, Priority, ScaleDownMode, VirtualMachineProfile,
};
pub use coverage::{Coverage, CoverageEntry, ReadStatus, What};
pub use id::{InvalidResourceId, ResourceId, SubscriptionId};
pub use network::{
    ApplicationGateway, NetworkSecurityGroup, Peering, Prefixes, Route, RouteTable, SecurityRule, Subnet,
    VirtualNetwork,
};
pub use usage::{AddressUsage, Histogram, Owner, OwnerCount, OwnerKind};

/// A subscription that was in scope, whether or not it could be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subscription {
    /// The subscription's id.
    pub id: SubscriptionId,
    /// Its display name, where Azure gave one.
    pub name: Option<String>,
    /// Its state as Azure spells it (`Enabled`, `Warned`, `Disabled`, …).
    pub state: Option<String>,
    /// The tenant it belongs to, where Azure gave one.
    pub tenant_id: Option<String>,
}

/// What the audit was asked to look at, in the user's own words.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestedScope {
    /// Subscriptions by id or name; empty together with `management_groups` means every visible one.
    pub subscriptions: Vec<String>,
    /// Management groups, all of whose descendants are meant.
    pub management_groups: Vec<String>,
    /// Subscriptions that were left out on purpose.
    pub excluded: Vec<String>,
}

/// Everything one collection saw. It cannot be built without its coverage, so that no report can forget what is
/// missing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Inventory {
    /// When the collection began, in UTC.
    pub collected_at: Timestamp,
    /// The tenant that was signed in to, where it is known.
    pub tenant_id: Option<String>,
    /// The cloud that was read: `public`, `usgovernment`, `china` or `custom`.
    pub cloud: String,
    /// What was asked for.
    pub requested: RequestedScope,
    /// The API version each resource provider was read with.
    pub api_versions: BTreeMap<String, String>,
    /// The subscriptions in scope, by id.
    pub subscriptions: Vec<Subscription>,
    /// AKS clusters, by id.
    pub clusters: Vec<Cluster>,
    /// Virtual networks, by id.
    pub virtual_networks: Vec<VirtualNetwork>,
    /// Route tables of subscriptions with kubenet clusters, by id.
    pub route_tables: Vec<RouteTable>,
    /// Network security groups that AKS subnets name, by id.
    pub network_security_groups: Vec<NetworkSecurityGroup>,
    /// Application gateways in subscriptions where an AKS subnet or add-on names one, by id.
    pub application_gateways: Vec<ApplicationGateway>,
    /// What was read, and what could not be.
    pub coverage: Coverage,
}

impl Inventory {
    /// Puts every list in the order of ids, so that the order in which responses came leaves no trace.
    #[must_use]
    pub fn sorted(mut self) -> Self {
        self.subscriptions.sort_by(|a, b| a.id.cmp(&b.id));
        self.clusters.sort_by(|a, b| a.id.cmp(&b.id));
        for cluster in &mut self.clusters {
            cluster.pools.sort_by(|a, b| a.name.cmp(&b.name));
        }
        self.virtual_networks.sort_by(|a, b| a.id.cmp(&b.id));
        for vnet in &mut self.virtual_networks {
            vnet.subnets.sort_by(|a, b| a.id.cmp(&b.id));
            vnet.peerings.sort_by(|a, b| a.id.cmp(&b.id));
        }
        self.route_tables.sort_by(|a, b| a.id.cmp(&b.id));
        self.network_security_groups.sort_by(|a, b| a.id.cmp(&b.id));
        self.application_gateways.sort_by(|a, b| a.id.cmp(&b.id));
        self.coverage.sort();
        self
    }
}
