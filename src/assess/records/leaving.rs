//! Who leaves, when and how: what was decided about each cluster, joined with its rows and with the plan of waves.

use super::{give, with_id};
use crate::{
    assess::{
        audit::{Audit, ClusterRecord, ClusterRow, Way},
        migration::{ClusterPlan, RetirementItem},
        options::Options,
        schedule::{self, Leaver, Plan, Request},
    },
    rules::{Catalogue, RetirementId},
};

/// Gives what Microsoft retires to the clusters and subnets that it hits.
pub(crate) fn hand_out(retirements: Vec<RetirementItem>, audit: &mut Audit) {
    for item in retirements {
        let id = &item.resource_id;
        let cluster = with_id(&mut audit.clusters, id, ClusterRecord::id).map(|one| &mut one.retirements);
        let subnet = with_id(&mut audit.subnets, id, |row| &row.id).map(|row| &mut row.retirements);
        give(cluster.or(subnet), item);
    }
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
    for one in records.iter_mut().filter(|one| one.decided.candidate.is_some()) {
        let is_elsewhere = draft.elsewhere.binary_search(one.id()).is_ok();
        one.way = if is_elsewhere { Way::Elsewhere } else { Way::Move(None) };
    }
    for step in plan.steps.iter().filter(|step| step.is_move && step.wave.is_some()) {
        if let Some(Way::Move(wave)) =
            with_id(&mut records, &step.cluster_id, ClusterRecord::id).map(|one| &mut one.way)
        {
            *wave = step.wave;
        }
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
        Some(ClusterRecord { row, decided, retirements: Vec::new(), way: Way::Stay })
    };
    rows.into_iter().filter_map(one).collect()
}
