//! Arithmetic on prefixes and IPAM modes: integers, pure, and ignorant of inventories, files and clocks.

mod capacity;
mod cidr;
mod demand;
pub mod limits;
mod mode;
mod overlaps;
mod private;
mod ranges;
mod surge;

pub use capacity::{
    application_gateway_addresses, pod_cidr_nodes, smallest_pod_cidr_for, smallest_subnet_for, usable,
    usable_of_length,
};
pub use cidr::{Cidr, InvalidCidr};
pub use demand::{
    AddressesPerNode, Bounds, addresses_per_node, default_max_pods, dynamic_batches, dynamic_expected,
    static_blocks, static_waste,
};
pub use mode::IpamMode;
pub use overlaps::Overlaps;
pub use private::PRIVATE_RANGES;
pub use ranges::RangeSet;
pub use surge::{InvalidMaxSurge, MaxSurge, SurgePolicy};
