//! Ranges that mean the same in every network: those AKS reserves, and those that are private.

use std::sync::LazyLock;

use crate::ipam::{Cidr, PRIVATE_RANGES, RangeSet, limits::RESERVED_RANGES};

static RESERVED: LazyLock<Vec<Cidr>> = LazyLock::new(|| read(&RESERVED_RANGES));
static PRIVATE: LazyLock<Vec<Cidr>> = LazyLock::new(|| read(&PRIVATE_RANGES));

fn read(texts: &[&str]) -> Vec<Cidr> {
    texts.iter().filter_map(|text| text.parse().ok()).collect()
}

/// The ranges AKS reserves, which it rejects for pods, services and nodes (G-34, MIG-031).
/// <https://learn.microsoft.com/azure/aks/concepts-network-cni-overview>
pub(crate) fn reserved() -> impl Iterator<Item = Cidr> {
    RESERVED.iter().copied()
}

/// All private addresses.
pub(crate) fn private() -> RangeSet {
    PRIVATE.iter().copied().collect()
}

/// Whether a range lies in a private one (MIG-032).
/// <https://learn.microsoft.com/azure/aks/concepts-network-azure-cni-overlay>
pub(crate) fn is_private(cidr: Cidr) -> bool {
    PRIVATE.iter().any(|range| range.contains(cidr))
}

/// The lowest private block of a length apart from all of these.
pub(crate) fn clear_private(length: u8, taken: impl IntoIterator<Item = Cidr>) -> Option<Cidr> {
    private().subtract(&taken.into_iter().collect()).first_block(length)
}
