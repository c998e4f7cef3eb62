//! ARM's JSON as it really is.
//!
//! The shapes here accept what ARM has been seen to send: nulls and absent fields alike, numbers as strings or floats,
//! one field or its plural, values no documentation lists. What cannot be understood spoils the smallest object
//! around it (`Lenient`), never its list. The addresses of a subnet are counted while they are parsed
//! (`IpConfigurations`). Only `azure` and `collect` see these types; `collect` turns them into the model.
//!
//! All shapes borrow from the text while they are parsed, so they are read from a slice or a string, not from a
//! reader.

/// Says of shapes with an id that they have one.
macro_rules! identified {
    ($($name:ident),+) => {
        $(impl crate::azure::wire::Identified for $name {
            fn id(&self) -> Option<&str> {
                self.id.as_deref()
            }
        })+
    };
}

mod cluster;
mod gateway;
mod ip_configurations;
mod lenient;
mod network;
mod pool;
mod scalar;
mod scope;
mod security;
mod vpn;

use serde::Deserialize;

pub use cluster::ManagedCluster;
pub(crate) use cluster::{
    AddonProfile, ApiServerAccess, Enabled, HostedSystem, Identity, NetworkProfile, ServicePrincipal,
};
pub use gateway::ApplicationGateway;
pub(crate) use gateway::Child as GatewayChild;
pub(crate) use ip_configurations::IpConfigurations;
pub(crate) use lenient::{Lenient, List, Odd};
pub(in crate::azure) use lenient::{ROW, explain};
pub use network::*;
pub use pool::AgentPool;
pub(crate) use pool::ScaleProfile;
pub(crate) use scalar::{Count, Flag, Settings, Tags, Tally, Text};
pub use scope::{Descendant, Subscription};
pub use security::NetworkSecurityGroup;
pub(crate) use security::SecurityRule;
pub use vpn::*;

/// An object of a list that can be told from the others.
pub trait Identified {
    /// The id as ARM spelt it, where it sent one.
    fn id(&self) -> Option<&str>;
}

/// A reference to another resource.
#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "an object")]
pub(crate) struct Reference {
    pub(crate) id: Option<Text>,
}

/// An object of which only the presence matters.
#[derive(Debug, Deserialize)]
#[serde(expecting = "an object")]
pub(crate) struct Present {}
