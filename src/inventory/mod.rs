//! The model of an estate: what was found, and what could not be read.
//!
//! This room owns the nouns (clusters, node pools, networks, consumers of addresses, coverage) and the
//! snapshot they are saved in. It knows no HTTP, no ARM property names and no clock; whoever reads it cannot
//! tell whether the estate came from Azure, from the simulator or from a file.

mod asked;
mod cluster;
mod coverage;
mod id;
mod instances;
mod network;
mod open;
pub mod snapshot;
mod usage;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use cluster::{
    Addon, AllocationMode, ApiServer, Cluster, HostedSystem, Identity, IdentityKind, KeyVaultKms,
    NetworkDataplane, NetworkPlugin, NetworkPluginMode, NetworkPolicy, NetworkProfile, NodePool, OsType,
    PoolMode, PoolType, PowerState, Priority, ScaleDownMode, VM_AUTOSCALE_SINCE, VirtualMachineProfile,
    is_deletion, is_in_motion,
};
pub use coverage::{Coverage, CoverageEntry, ReadStatus, What};
pub use id::{InvalidResourceId, ResourceId, SubscriptionId};
pub use instances::Instances;
pub use network::*;
pub(crate) use network::{attached, beyond};
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

impl Subscription {
    /// Its state, where that is another than `Enabled`.
    #[must_use]
    pub fn unusual_state(&self) -> Option<&str> {
        self.state.as_deref().filter(|state| !state.is_empty() && !state.eq_ignore_ascii_case("Enabled"))
    }
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

/// A kind of resource that an inventory keeps in a list of its own.
pub trait Listed: Sized {
    /// What the ledger calls one of it; a list is called by the plural.
    const NAME: &'static str;

    /// What tells it from others.
    fn id(&self) -> &ResourceId;

    /// Where an inventory keeps it.
    fn shelf(inventory: &mut Inventory) -> &mut Vec<Self>;
}

macro_rules! listed {
    ($($field:ident: $model:ident = $name:literal),+) => {
        $(impl Listed for $model {
            const NAME: &'static str = $name;

            fn id(&self) -> &ResourceId {
                &self.id
            }

            fn shelf(inventory: &mut Inventory) -> &mut Vec<Self> {
                &mut inventory.$field
            }
        })+
    };
}

/// Declares the inventory, with a list for each kind of resource that networks name.
macro_rules! inventory {
    ($($(#[$meta:meta])* $field:ident: $model:ident = $name:literal,)+) => {
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
            /// The API version each resource provider was asked with first, where it did not offer that.
            #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
            pub refused_api_versions: BTreeMap<String, String>,
            /// The subscriptions in scope, by id.
            pub subscriptions: Vec<Subscription>,
            /// AKS clusters, by id.
            pub clusters: Vec<Cluster>,
            /// Virtual networks, by id.
            pub virtual_networks: Vec<VirtualNetwork>,
            $($(#[$meta])* pub $field: Vec<$model>,)+
            /// What was read, and what could not be.
            pub coverage: Coverage,
        }

        impl Inventory {
            /// Nothing yet, of the public cloud.
            #[must_use]
            pub fn empty(collected_at: Timestamp) -> Self {
                Self {
                    collected_at,
                    tenant_id: None,
                    cloud: "public".to_owned(),
                    requested: RequestedScope::default(),
                    api_versions: BTreeMap::new(),
                    refused_api_versions: BTreeMap::new(),
                    subscriptions: Vec::new(),
                    clusters: Vec::new(),
                    virtual_networks: Vec::new(),
                    $($field: Vec::new(),)+
                    coverage: Coverage::default(),
                }
            }

            /// The ids of what networks name, kind by kind.
            fn attached_ids(&self) -> impl Iterator<Item = Vec<&ResourceId>> {
                [$(self.$field.iter().map(Listed::id).collect()),+].into_iter()
            }

            fn sort_attached(&mut self) {
                $(self.$field.sort_by(|a, b| a.id.cmp(&b.id));)+
            }
        }

        listed!($($field: $model = $name),+);
    };
}

network::kinds!([inventory]);
listed!(clusters: Cluster = "cluster", virtual_networks: VirtualNetwork = "virtual-network");

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
        self.sort_attached();
        self.coverage.sort();
        self
    }
}
