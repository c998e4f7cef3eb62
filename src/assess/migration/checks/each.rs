//! What is wrong with pools, asked of one after the other.

use std::convert::identity;

use jiff::civil::Date;

use super::{ClusterField, MissingFact, Outcome, PoolField};
use crate::{
    assess::{estate::PoolFacts, migration::scene::Subject},
    inventory::NodePool,
    rules::{Minor, RetirementId},
};

/// What is wrong with a pool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PoolFault {
    /// It is stopped.
    Stopped,
    /// Its version is another than that of the control plane.
    Skew {
        /// Its version.
        own: String,
        /// That of the control plane.
        plane: String,
    },
    /// Its pods have a subnet of their own.
    PodSubnet,
    /// Its nodes run Windows, with which Cilium does not work.
    Windows,
    /// It is an availability set.
    AvailabilitySet,
    /// Its machines are of this `DCsv2` size.
    Dcsv2(String),
    /// Its nodes run Windows without containerd, as this image says.
    Docker(String),
    /// Its nodes run Windows Server 2019.
    Windows2019,
    /// Its nodes run an old build of Windows Server 2022.
    OldBuild,
    /// The node image is gone since this day.
    ImageRemoved(RetirementId, Date),
    /// It is pinned to an edition of its operating system, which ends with this version of Kubernetes.
    EditionEnds(String, Minor),
    /// It takes no surge nodes.
    NoSurge,
    /// It has one node.
    SingleNode {
        /// Whether the cluster's own pods run on it.
        is_system: bool,
    },
    /// Its machines are spot machines.
    Spot,
    /// It keeps nodes that were scaled away.
    Deallocates,
    /// It drains in its own way.
    Drain {
        /// How long a drain may take, in minutes.
        timeout: Option<u32>,
        /// How long it waits after each node, in minutes.
        soak: Option<u32>,
    },
    /// An autoscaler sizes it.
    Autoscaled,
}

/// Says of every pool whether it fails, and what is missing to tell.
pub(super) fn each(
    subject: &Subject<'_>,
    judge: impl Fn(&NodePool) -> Result<Option<PoolFault>, PoolField>,
) -> Outcome {
    if subject.pools().is_empty() {
        return Outcome::unknown(ClusterField::Pools);
    }
    each_of(subject.pools(), |facts| judge(facts.pool))
}

/// The same of these pools, of which there may be none.
pub(super) fn each_of(
    pools: &[PoolFacts<'_>],
    judge: impl Fn(&PoolFacts<'_>) -> Result<Option<PoolFault>, PoolField>,
) -> Outcome {
    let (mut failing, mut missing) = (Vec::new(), Vec::new());
    for pool in pools {
        let name = pool.pool.name.clone();
        match judge(pool) {
            Ok(Some(fault)) => failing.push((name, fault)),
            Ok(None) => {}
            Err(field) => missing.push(MissingFact::OfPool(field, name)),
        }
    }
    let names: Vec<String> = failing.iter().map(|(name, _)| name.clone()).collect();
    Outcome::of_list(failing, missing, identity).about(names)
}
