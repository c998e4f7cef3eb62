//! Arithmetic on prefixes and IPAM modes: integers, pure, and ignorant of inventories, files and clocks.

mod cidr;
mod mode;

pub use cidr::{Cidr, InvalidCidr};
pub use mode::IpamMode;
