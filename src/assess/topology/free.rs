//! What is free in and beside a network, given what is taken around it.

use super::{ranges::private, surroundings::Taken};
use crate::{
    assess::estate::space::free_space,
    inventory::VirtualNetwork,
    ipam::{Cidr, RangeSet},
};

/// The space of a network where a new subnet can go: free, and apart from everything around.
pub(crate) fn clear_space(vnet: &VirtualNetwork, around: &[Taken]) -> RangeSet {
    free_space(vnet).subtract(&ranges(around))
}

/// Private address space apart from a network and from everything around it.
pub(crate) fn growth_space(vnet: &VirtualNetwork, around: &[Taken]) -> RangeSet {
    let own: RangeSet = vnet.address_space.v4().collect();
    private().subtract(&own).subtract(&ranges(around))
}

/// The lowest private block of a length apart from all of these.
pub(crate) fn clear_private(length: u8, taken: impl IntoIterator<Item = Cidr>) -> Option<Cidr> {
    private().subtract(&taken.into_iter().collect()).first_block(length)
}

fn ranges(around: &[Taken]) -> RangeSet {
    around.iter().map(|taken| taken.cidr).collect()
}
