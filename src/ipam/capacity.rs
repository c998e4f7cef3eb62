//! What prefixes offer: usable addresses of subnets, nodes of pod CIDRs, and the smallest prefix for a need.

use super::{
    Cidr,
    limits::{LONGEST_SUBNET_PREFIX, POD_BLOCK_PREFIX, RESERVED_PER_PREFIX, SHORTEST_SUBNET_PREFIX},
};

/// Addresses an IPv4 subnet prefix of this length offers: 2^(32−p) − 5, and 0 when it is longer than /29.
/// <https://learn.microsoft.com/azure/virtual-network/virtual-networks-faq>
#[must_use]
pub fn usable_of_length(length: u8) -> u64 {
    if length > LONGEST_SUBNET_PREFIX { 0 } else { (1 << (32 - length)) - RESERVED_PER_PREFIX }
}

/// Addresses the IPv4 prefixes of a subnet offer together; none when there is no IPv4 prefix.
///
/// That each prefix of a subnet with several loses five addresses is an assumption.
#[must_use]
pub fn usable(prefixes: impl IntoIterator<Item = Cidr>) -> Option<u64> {
    prefixes
        .into_iter()
        .filter(|prefix| prefix.is_v4())
        .map(|prefix| usable_of_length(prefix.length()))
        .reduce(u64::saturating_add)
}

/// The length of the smallest IPv4 subnet that offers at least `need` addresses; none when not even a /8 does.
#[must_use]
pub fn smallest_subnet_for(need: u64) -> Option<u8> {
    (SHORTEST_SUBNET_PREFIX..=LONGEST_SUBNET_PREFIX).rev().find(|length| usable_of_length(*length) >= need)
}

/// Nodes a kubenet or overlay pod CIDR has room for, at a /24 a node: 2^(24−p), and 0 when it is longer;
/// none for IPv6. <https://learn.microsoft.com/azure/aks/concepts-network-azure-cni-overlay>
#[must_use]
pub fn pod_cidr_nodes(cidr: Cidr) -> Option<u64> {
    cidr.is_v4().then(|| POD_BLOCK_PREFIX.checked_sub(cidr.length()).map_or(0, |bits| 1 << bits))
}

/// The length of the smallest IPv4 pod CIDR with a /24 for each of `nodes` nodes; none when not even
/// the whole address space has as many.
#[must_use]
pub fn smallest_pod_cidr_for(nodes: u64) -> Option<u8> {
    (0..=POD_BLOCK_PREFIX).rev().find(|length| 1u64 << (POD_BLOCK_PREFIX - length) >= nodes)
}

/// Addresses an application gateway takes of its subnet's usable ones: one an instance, and one for a private front
/// end (G-30). <https://learn.microsoft.com/azure/application-gateway/configuration-infrastructure>
#[must_use]
pub fn application_gateway_addresses(instances: u32, private_frontend: bool) -> u64 {
    u64::from(instances) + u64::from(private_frontend)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cidr(text: &str) -> Cidr {
        text.parse().unwrap()
    }

    #[test]
    fn five_addresses_are_taken_off_each_prefix() {
        let table = [(24, 251), (29, 3), (28, 11), (27, 27), (26, 59), (25, 123), (23, 507), (22, 1019)];
        for (length, expected) in
            table.into_iter().chain([(21, 2043), (20, 4091), (16, 65_531), (30, 0), (32, 0)])
        {
            assert_eq!(usable_of_length(length), expected, "/{length}");
        }
        assert_eq!(usable([cidr("10.0.0.0/24"), cidr("10.1.0.0/28"), cidr("fd00::/64")]), Some(262));
        assert_eq!(usable([cidr("10.0.0.0/31")]), Some(0));
        assert_eq!(usable([cidr("fd00::/64")]), None);
        assert_eq!(usable([]), None);
    }

    #[test]
    fn the_smallest_subnet_holds_the_need() {
        for (need, length) in
            [(0, 29), (3, 29), (4, 28), (9, 28), (20, 27), (27, 27), (61, 25), (310, 23), (1581, 21)]
        {
            assert_eq!(smallest_subnet_for(need), Some(length), "{need}");
        }
        assert_eq!(smallest_subnet_for(1 << 24), None);
    }

    #[test]
    fn a_pod_cidr_gives_each_node_a_24() {
        for (text, nodes) in
            [("10.0.0.0/16", 256), ("10.0.0.0/17", 128), ("10.0.0.0/18", 64), ("10.0.0.0/25", 0)]
        {
            assert_eq!(pod_cidr_nodes(cidr(text)), Some(nodes), "{text}");
        }
        assert_eq!(pod_cidr_nodes(cidr("fd00::/64")), None);
        for (nodes, length) in [(1, 24), (2, 23), (20, 19), (257, 15), (400, 15), (1000, 14), (5000, 11)] {
            assert_eq!(smallest_pod_cidr_for(nodes), Some(length), "{nodes}");
        }
        assert_eq!(smallest_pod_cidr_for(u64::MAX), None);
    }
}
