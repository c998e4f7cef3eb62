//! What is wrong with pools.

use super::{in_order, list};
use crate::{
    assess::migration::PoolFault,
    report::phrase::{Phrase, phrase},
    rules::Catalogue,
};

/// Pools with the same fault.
pub(super) fn pools(pools: &[(String, PoolFault)]) -> Phrase {
    let what = pools.first().map_or("", |(_, fault)| what(fault));
    let pool = |(name, fault): &(String, PoolFault)| {
        let name = Phrase::outside(name);
        match (fault, remark(fault)) {
            (PoolFault::Skew { own, plane }, _) => {
                phrase!(
                    "{} runs {}, the control plane {}",
                    name,
                    Phrase::outside(own),
                    Phrase::outside(plane)
                )
            }
            (_, Some(remark)) => phrase!("{} ({})", name, remark),
            (_, None) => name,
        }
    };
    phrase!("{}: {}", what, list(pools.iter().map(pool)))
}

fn what(fault: &PoolFault) -> &'static str {
    match fault {
        PoolFault::Stopped => "stopped",
        PoolFault::Skew { .. } => "versions differ",
        PoolFault::PodSubnet => "pools with a pod subnet",
        PoolFault::Windows => "Windows pools",
        PoolFault::AvailabilitySet => "availability sets",
        PoolFault::Dcsv2(_) => "DCsv2 machines",
        PoolFault::Docker(_) => "Windows nodes without containerd",
        PoolFault::Windows2019 => "Windows Server 2019",
        PoolFault::OldBuild => "builds older than 20348.1668",
        PoolFault::ImageRemoved(..) => "images that no longer exist",
        PoolFault::EditionEnds(..) => "editions that stop the next upgrade",
        PoolFault::NoSurge => "pools without surge",
        PoolFault::SingleNode { .. } => "pools of one node",
        PoolFault::Spot => "spot pools",
        PoolFault::Deallocates => "pools that keep nodes they scaled away",
        PoolFault::Drain { .. } => "own drain settings",
        PoolFault::Autoscaled => "autoscaled pools",
    }
}

/// What is said of each pool besides.
fn remark(fault: &PoolFault) -> Option<Phrase> {
    match fault {
        PoolFault::Dcsv2(text) | PoolFault::Docker(text) => Some(Phrase::outside(text)),
        PoolFault::ImageRemoved(id, day) => {
            let title = Catalogue::built_in().retirement(*id).title.as_str();
            Some(phrase!("{}, removed {}", title, day.to_string()))
        }
        PoolFault::EditionEnds(sku, last) => {
            Some(phrase!("{}, up to {}", Phrase::outside(sku), last.to_string()))
        }
        PoolFault::SingleNode { is_system } => Some((if *is_system { "system" } else { "user" }).into()),
        PoolFault::Drain { timeout, soak } => {
            let minutes = [("drain timeout", timeout), ("soak", soak)].into_iter();
            let set = minutes.filter_map(|(what, minutes)| Some(phrase!("{} {} min", what, (*minutes)?)));
            Some(in_order(set))
        }
        _ => None,
    }
}
