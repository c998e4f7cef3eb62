//! What one peering means, seen from its own side.

use crate::inventory::Peering;

/// Whether traffic passes a place, as far as the sides that were read tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Passage {
    /// It does.
    Open,
    /// It does by what one side says; the other was not read.
    Assumed,
    /// It does not.
    Shut,
}

impl Passage {
    pub(super) fn open_if(is_open: bool) -> Self {
        if is_open { Self::Open } else { Self::Shut }
    }

    pub(super) fn assumed_if(is_open: bool) -> Self {
        if is_open { Self::Assumed } else { Self::Shut }
    }

    pub(super) fn is_open(self) -> bool {
        self != Self::Shut
    }
}

/// Whether the peering carries traffic by its own side; one whose state Azure left out is taken to.
/// <https://learn.microsoft.com/azure/virtual-network/virtual-network-peering-overview>
pub(super) fn is_connected(peering: &Peering) -> bool {
    peering.state.as_deref().is_none_or(|state| state.eq_ignore_ascii_case("Connected"))
}

/// Whether it takes traffic that comes from beyond the other side.
pub(super) fn takes_forwarded(peering: &Peering) -> bool {
    peering.allow_forwarded_traffic == Some(true)
}

/// Whether it lets the other side use its gateway.
pub(super) fn lends_gateway(peering: &Peering) -> bool {
    peering.allow_gateway_transit == Some(true)
}

/// Whether its network is reached from beyond the other side: it takes forwarded traffic, or uses the gateway there. A hub
/// of a virtual WAN passes traffic between all its networks.
/// <https://learn.microsoft.com/azure/virtual-wan/virtual-wan-global-transit-network-architecture>
pub(super) fn passes(peering: &Peering) -> bool {
    takes_forwarded(peering) || uses_gateway(peering)
}

/// Whether its network uses a gateway of the other side.
pub(super) fn uses_gateway(peering: &Peering) -> bool {
    peering.use_remote_gateways == Some(true) || peering.is_of_virtual_wan()
}

/// Whether it carries IPv6 alone.
pub(super) fn is_v6_only(peering: &Peering) -> bool {
    peering.only_ipv6 == Some(true)
}

/// Whether it shares the subnets that it names and nothing else.
/// <https://learn.microsoft.com/azure/virtual-network/how-to-configure-subnet-peering>
pub(super) fn is_of_subnets(peering: &Peering) -> bool {
    peering.peer_complete_vnets == Some(false)
}
