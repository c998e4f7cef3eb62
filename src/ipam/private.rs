//! Ranges that a network may use without owning public addresses.

/// RFC 6598 and RFC 1918, the ranges least used by others first.
/// <https://learn.microsoft.com/azure/virtual-network/virtual-networks-faq>
pub const PRIVATE_RANGES: [&str; 4] = ["100.64.0.0/10", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];
