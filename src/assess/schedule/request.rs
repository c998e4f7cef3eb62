//! What a plan is made from.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::{
    assess::{migration::Work, options::PlanOptions},
    inventory::ResourceId,
    rules::{CheckId, Checks},
};

/// Everything a plan is made from; there is no clock.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// The audit's date: day 0.
    pub as_of: Date,
    /// When support of what the clusters leave ends.
    pub deadline: Date,
    /// The clusters to move.
    pub moves: &'a [Move],
    /// Free addresses by subnet before anything moves, signed; a subnet that is absent or `None` is unknown.
    pub headroom: &'a BTreeMap<ResourceId, Option<i64>>,
    /// What the user decided.
    pub options: &'a PlanOptions,
}

/// A cluster that is to move.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    /// The cluster.
    pub cluster_id: ResourceId,
    /// From the environment tag.
    pub environment: Option<String>,
    /// Whether the tags say production.
    pub production: bool,
    /// From the owner tag.
    pub owner: Option<String>,
    /// Its region.
    pub location: String,
    /// Its place in the order of urgency, 1 first (REC-22).
    pub rank: u32,
    /// How much could go wrong; only the order counts, and only for the rehearsal.
    pub risk: u32,
    /// Whether something needed could not be read, so that nobody can say yet when it may go.
    pub unsettled: bool,
    /// Nodes now, where known.
    pub nodes: Option<u64>,
    /// How long one re-image of all its pools may take at most, in minutes, where it can be told.
    pub reimage_minutes: Option<u64>,
    /// From which day on AKS upgrades it by itself: no wave with it straddles that day.
    pub forced_upgrade: Option<Date>,
    /// Pools that have to be replaced anyway, and by when.
    pub replaced_pools: Option<(Date, Vec<String>)>,
    /// The node subnets.
    pub subnets: BTreeMap<ResourceId, SubnetUse>,
    /// The route tables of those subnets.
    pub route_tables: BTreeSet<ResourceId>,
    /// Groups the cluster belongs to, of which no two members may share a wave.
    pub groups: BTreeSet<String>,
    /// What is done, in order: preparation, the move, what follows.
    pub steps: Vec<Step>,
}

/// What a cluster does to one subnet.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SubnetUse {
    /// Addresses its surge nodes take while all its pools are re-imaged, up to and including the move.
    pub surge: Option<u64>,
    /// The same for re-images after the move; never counted as more than `surge`.
    pub surge_after: Option<u64>,
    /// Addresses that are free after the move and were not before.
    pub freed: u64,
}

/// One thing that is done to one cluster.
#[expect(
    clippy::struct_excessive_bools,
    reason = "four facts about a step that do not depend on one another"
)]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// A short name, unique in its cluster: `identity`, `policy-none`, `overlay`, …
    pub name: String,
    /// What is done.
    pub work: Work,
    /// Blockers that it removes besides.
    pub also: Vec<CheckId>,
    /// Whether this is the move itself. A cluster without one moves at its last re-image.
    pub is_move: bool,
    /// Whether all pools are re-imaged, so that it needs a window and surge nodes.
    pub reimages: bool,
    /// Whether it can share a window with the re-image before it.
    pub batches: bool,
    /// Whether it is done in the window of the re-image that follows, right before it.
    pub in_window: bool,
    /// Days to wait after it before the next step.
    pub waiting_days: u16,
}

impl Step {
    /// How long to wait after the step, in days: as long as the most patient of the blockers that it removes.
    pub(super) fn wait(&self, options: &PlanOptions) -> i64 {
        let asked = |name: &str| options.waiting_days.get(name).copied();
        let own = asked(&self.name).unwrap_or(self.waiting_days);
        let also = self.also.iter().filter_map(|check| {
            let documented = Checks::built_in().get(*check).wait_days;
            asked(check.as_str()).or(u16::try_from(documented).ok())
        });
        i64::from(also.fold(own, u16::max))
    }
}
