//! The room a virtual network has for subnets, and what they took of it.

use crate::{
    inventory::VirtualNetwork,
    ipam::{Cidr, RangeSet},
};

/// The addresses of a network's space that no subnet occupies.
pub(crate) fn free_space(vnet: &VirtualNetwork) -> RangeSet {
    let space: RangeSet = vnet.address_space.v4().collect();
    space.subtract(&allocated(vnet))
}

/// The free blocks of a network: aligned, the largest first and those of one size in order of address.
pub(crate) fn free_blocks(vnet: &VirtualNetwork) -> Vec<Cidr> {
    let mut blocks = free_space(vnet).blocks();
    blocks.sort_by_key(|block| (block.length(), *block));
    blocks
}

/// The addresses that subnets occupy.
pub(crate) fn allocated(vnet: &VirtualNetwork) -> RangeSet {
    vnet.subnets.iter().flat_map(|subnet| subnet.prefixes.v4()).collect()
}
