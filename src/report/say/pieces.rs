//! Pieces that many sentences hold.

use crate::{
    inventory::{ResourceId, is_deletion},
    report::phrase::{Phrase, counted, phrase},
};

/// The name of a resource.
pub(super) fn name(id: &ResourceId) -> Phrase {
    Phrase::outside(id.name())
}

/// What is in a cluster or a network, by both names.
pub(super) fn within(id: &ResourceId, name: &str) -> Phrase {
    Phrase::outside(format!("{}/{name}", id.name()))
}

/// So many nodes.
pub(super) fn nodes<N: Copy + TryInto<i128> + Into<Phrase>>(number: N) -> Phrase {
    counted(number, "node", "nodes")
}

/// So many addresses.
pub(super) fn addresses<N: Copy + TryInto<i128> + Into<Phrase>>(number: N) -> Phrase {
    counted(number, "address", "addresses")
}

/// That something goes on in a cluster.
pub(crate) fn in_motion(cluster: &ResourceId, state: &str) -> Phrase {
    if is_deletion(state) {
        return phrase!("{} is being deleted", name(cluster));
    }
    phrase!("{} is in state {}, so that its figures may still change", name(cluster), Phrase::outside(state))
}
