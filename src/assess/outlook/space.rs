//! The room a virtual network has for subnets.

use crate::{
    assess::rows::vnet::allocated,
    inventory::VirtualNetwork,
    ipam::{Cidr, RangeSet},
};

/// The addresses of a network's space that no subnet occupies.
pub(in crate::assess) fn free_space(vnet: &VirtualNetwork) -> RangeSet {
    let space: RangeSet = vnet.address_space.v4().collect();
    space.subtract(&allocated(vnet))
}

/// The free blocks of a network: aligned, the largest first and those of one size in order of address.
#[must_use]
pub fn free_blocks(vnet: &VirtualNetwork) -> Vec<Cidr> {
    let mut blocks = free_space(vnet).blocks();
    blocks.sort_by_key(|block| (block.length(), *block));
    blocks
}
