//! What one peering means.

use crate::inventory::{Peering, ResourceId, VirtualNetwork};

/// Whether the peering carries traffic, as far as can be told.
fn is_live(peering: &Peering) -> bool {
    !peering.state.as_deref().is_some_and(|s| s.eq_ignore_ascii_case("Disconnected"))
}

/// The peerings that carry traffic, as far as can be told.
pub(super) fn live(vnet: &VirtualNetwork) -> impl Iterator<Item = &Peering> {
    vnet.peerings.iter().filter(|peering| is_live(peering))
}

/// Whether the peering joins what lies behind the other side: it forwards, or lends its gateway.
pub(super) fn joins(peering: &Peering) -> bool {
    peering.allow_forwarded_traffic == Some(true) || peering.use_remote_gateways == Some(true)
}

/// Whether a live peering leads to a network.
pub(super) fn is_peer(vnet: &VirtualNetwork, other: &ResourceId) -> bool {
    live(vnet).any(|peering| peering.remote.as_ref() == Some(other))
}

/// The networks on the other side of a network's peerings, whatever their state.
pub(crate) fn peers(vnet: &VirtualNetwork) -> impl Iterator<Item = &ResourceId> {
    vnet.peerings.iter().filter_map(|peering| peering.remote.as_ref())
}
