//! The kinds of resources that are read, one file each: where Azure lists it, how its JSON becomes the model, and when
//! it is worth asking for. What is done with all of them is written once, for any [`Kind`].

mod application_gateway;
mod cluster;
mod connection;
mod local_network_gateway;
mod network_security_group;
mod route_table;
pub(crate) mod virtual_network;
mod vpn_site;

use std::collections::BTreeSet;

use super::{convert::Converted, source::Place};
use crate::{
    azure::Resource,
    inventory::{Cluster, Inventory, Listed, ResourceId, Subnet, What},
};

/// A kind of resource in the model, and where it comes from.
pub(crate) trait Kind: Listed + Send + 'static {
    /// Its JSON, which knows its provider and collection.
    type Wire: Resource;

    /// Whether an audit is whole without it. What the identity may not read of it, or Azure does not have, is left out and no
    /// gap: a role that was made before this kind was read goes on to do.
    const OPTIONAL: bool = false;

    /// The model of a resource, and what is odd in it.
    fn convert(wire: Self::Wire) -> Converted<Self>;

    /// The action that a role allows its reading with.
    fn action() -> String {
        format!("{}/{}/read", Self::Wire::PROVIDER.namespace(), Self::Wire::COLLECTION)
    }

    /// The ledger's word for a list.
    fn list() -> What {
        What::from(format!("{}s", Self::NAME))
    }

    /// The ledger's word for one, asked for by id.
    fn one() -> What {
        What::from(Self::NAME.to_owned())
    }
}

/// A kind that subnets name. It is read where that says something about clusters.
pub(crate) trait Attached: Kind {
    /// Those a subnet names; whether a kubenet cluster is in the subnet is told beside it.
    fn named_by(subnet: &Subnet, is_kubenet: bool) -> &[ResourceId];

    /// Whether a subscription's list is worth reading, for its clusters and the subnets of the networks they are in.
    fn is_needed(_clusters: &[Cluster], subnets: &[&Subnet]) -> bool {
        subnets.iter().any(|subnet| !Self::named_by(subnet, false).is_empty())
    }
}

/// A kind that lies beyond the gateways of networks. It is read once all networks are known, where they lead to it.
pub(crate) trait Beyond: Kind {
    /// The places whose lists say something about clusters, by what was read so far; kinds that are asked for before it
    /// are there already.
    fn places(inventory: &Inventory) -> BTreeSet<Place>;
}

/// Does the same for each of these kinds, of which `$kind` is the name in `$do`.
macro_rules! each {
    ($kind:ident => $do:expr; $($(#[$meta:meta])* $field:ident: $model:ident = $name:literal,)+) => {
        {$({
            type $kind = $crate::inventory::$model;
            $do;
        })+}
    };
}

/// Does the same for every [`Attached`] kind, in the order in which they are asked for.
macro_rules! each_attached {
    ($kind:ident => $do:expr) => {
        $crate::inventory::attached!([$crate::collect::kinds::each] $kind => $do;)
    };
}

/// Does the same for every [`Beyond`] kind, in the order in which they are asked for.
macro_rules! each_beyond {
    ($kind:ident => $do:expr) => {
        $crate::inventory::beyond!([$crate::collect::kinds::each] $kind => $do;)
    };
}

/// Does the same for every [`Kind`].
macro_rules! each_kind {
    ($kind:ident => $do:expr) => {{
        {
            type $kind = $crate::inventory::Cluster;
            $do;
        }
        {
            type $kind = $crate::inventory::VirtualNetwork;
            $do;
        }
        $crate::collect::kinds::each_attached!($kind => $do);
        $crate::collect::kinds::each_beyond!($kind => $do);
    }};
}

pub(crate) use {each, each_attached, each_beyond, each_kind};
