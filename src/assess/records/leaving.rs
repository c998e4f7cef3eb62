//! Who leaves, when and how: what was decided about each cluster, joined with its rows and with the plan of waves.

use std::collections::{HashMap, HashSet};

use super::Rows;
use crate::{
    assess::{
        audit::{ClusterRecord, ClusterRow, Way},
        migration::{ClusterPlan, RetirementItem},
        options::Options,
        schedule::{self, Leaver, Plan, Request},
    },
    rules::{Catalogue, RetirementId},
};

/// What Microsoft retires of the clusters and subnets that have rows.
pub(crate) fn shown(retirements: Vec<RetirementItem>, rows: &Rows) -> Vec<RetirementItem> {
    let clusters = rows.clusters.iter().map(|row| &row.id);
    let ids: HashSet<_> = clusters.chain(rows.subnets.iter().map(|row| &row.id)).collect();
    retirements.into_iter().filter(|item| ids.contains(&item.resource_id)).collect()
}

/// The record of each cluster, by id, and when those move that can move in place.
pub(crate) fn records(
    options: &Options,
    rows: Vec<ClusterRow>,
    decided: Vec<ClusterPlan>,
) -> (Vec<ClusterRecord>, Plan) {
    let mut records = joined(rows, decided);
    let leavers = records.iter().filter_map(|one| {
        Some(Leaver {
            decided: &one.decided,
            candidate: one.decided.candidate.as_ref()?,
            environment: one.row.environment.as_deref(),
            reimage_minutes: one.decided.duration.as_ref().map(|duration| duration.high_minutes),
        })
    });
    let draft = schedule::draft(leavers);
    let plan = schedule::schedule(&Request {
        as_of: options.as_of,
        deadline: Catalogue::built_in().retirement(RetirementId::KUBENET).deadline(),
        moves: &draft.moves,
        headroom: &draft.headroom,
        options: &options.migration.waves,
    });
    let moves = plan.steps.iter().filter(|step| step.is_move);
    let waves: HashMap<_, _> = moves.filter_map(|step| Some((&step.cluster_id, step.wave?))).collect();
    for one in records.iter_mut().filter(|one| one.decided.candidate.is_some()) {
        one.way = match waves.get(one.id()) {
            _ if draft.elsewhere.binary_search(one.id()).is_ok() => Way::Elsewhere,
            wave => Way::Move(wave.copied()),
        };
    }
    (records, plan)
}

/// Each cluster's row with what is decided about it, by id.
fn joined(mut rows: Vec<ClusterRow>, mut decided: Vec<ClusterPlan>) -> Vec<ClusterRecord> {
    rows.sort_by(|a, b| a.id.cmp(&b.id));
    decided.sort_by(|a, b| a.cluster_id.cmp(&b.cluster_id));
    let mut decided = decided.into_iter().peekable();
    let one = |row: ClusterRow| {
        while decided.next_if(|one| one.cluster_id < row.id).is_some() {}
        let decided = decided.next_if(|one| one.cluster_id == row.id)?;
        Some(ClusterRecord { row, decided, way: Way::Stay })
    };
    rows.into_iter().filter_map(one).collect()
}
