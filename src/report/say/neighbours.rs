//! The dates of a cluster that lie near each other, in one line.

use crate::{
    assess::migration::{Ending, NeighbourDate},
    report::phrase::{Phrase, phrase},
};

/// One day, what ends on it, and of which pools.
pub(crate) fn neighbour(one: &NeighbourDate) -> Phrase {
    let what = match one.ending {
        Ending::Kubenet => "kubenet ends",
        Ending::MachineSize => "machine sizes end",
        Ending::NodeImage => "node images end",
        Ending::Version => "the Kubernetes version goes out of support",
        Ending::ForcedUpgrade => "AKS upgrades by itself from then on",
    };
    let day = one.date.to_string();
    if one.pools.is_empty() {
        return phrase!("{}: {}", day, what);
    }
    let help = if one.takes_new_pools { ", new pools needed" } else { "" };
    let pools = Phrase::joined(one.pools.iter().map(Phrase::outside), ", ");
    phrase!("{}: {} ({}{})", day, what, pools, help)
}
