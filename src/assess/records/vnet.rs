//! The row of a virtual network.

use crate::{
    assess::{audit::VnetRow, estate::space::allocated},
    inventory::VirtualNetwork,
    ipam::RangeSet,
};

/// The row of a network, before anything is known to be in use.
pub(crate) fn row(vnet: &VirtualNetwork) -> VnetRow {
    let space: RangeSet = vnet.address_space.v4().collect();
    let allocated = allocated(vnet).intersect(&space).size();
    let known = vnet.address_space.known.iter().map(ToString::to_string);
    VnetRow {
        id: vnet.id.clone(),
        location: vnet.location.clone(),
        address_space: known.chain(vnet.address_space.unreadable.iter().cloned()).collect(),
        addresses: space.size(),
        allocated_to_subnets: allocated,
        unallocated: space.size().saturating_sub(allocated),
        subnets: vnet.subnets.len(),
        peerings: vnet.peerings.len(),
        used: Some(0),
    }
}
