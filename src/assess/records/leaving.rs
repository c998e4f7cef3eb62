//! Who leaves, when and how: what was decided about each cluster, joined with its rows and with the plan of waves.

use std::collections::BTreeSet;

use super::{give, with_id};
use crate::{
    assess::{
        audit::{Audit, ClusterRecord, ClusterRow, Way},
        migration::{ClusterPlan, Migration, RetirementItem},
        options::Options,
        schedule::{self, Fit, Leaver, Plan, PlanNote, Request},
    },
    inventory::ResourceId,
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

/// The record of each cluster that is shown, by id, and when those move that can move in place, shown or not.
pub(crate) fn records(
    options: &Options,
    rows: Vec<ClusterRow>,
    decided: Migration,
) -> (Vec<ClusterRecord>, Plan) {
    let Migration { clusters, unknown_environments, .. } = decided;
    let leavers = clusters.iter().filter_map(|decided| {
        Some(Leaver {
            decided,
            candidate: decided.candidate.as_ref()?,
            reimage_minutes: decided.duration.as_ref().map(|duration| duration.high_minutes),
        })
    });
    let draft = schedule::draft(leavers);
    let mut plan = schedule::schedule(&Request {
        as_of: options.as_of,
        deadline: Catalogue::built_in().retirement(RetirementId::KUBENET).deadline(),
        moves: &draft.moves,
        headroom: &draft.headroom,
        options: &options.migration.waves,
    });
    let unknown = unknown_environments.into_iter();
    plan.notes.extend(unknown.map(|(word, clusters)| PlanNote::UnknownEnvironment(word, clusters)));
    let moving: BTreeSet<&ResourceId> = draft.moves.iter().map(|one| &one.cluster_id).collect();
    without_date(&mut plan, &clusters, &moving);
    let mut records = joined(rows, clusters);
    for one in records.iter_mut().filter(|one| one.decided.candidate.is_some()) {
        one.way = if moving.contains(one.id()) { Way::Move(None) } else { Way::Elsewhere };
    }
    for step in plan.steps.iter().filter(|step| step.is_move && step.wave.is_some()) {
        if let Some(Way::Move(wave)) =
            with_id(&mut records, &step.cluster_id, ClusterRecord::id).map(|one| &mut one.way)
        {
            *wave = step.wave;
        }
    }
    for (id, why) in &plan.held {
        if let Some(one) = with_id(&mut records, id, ClusterRecord::id) {
            one.held_by = Some(*why);
        }
    }
    show(&mut plan, &records);
    (records, plan)
}

/// Says of a plan which kubenet clusters it gives no date, and that it does not fit then.
fn without_date(plan: &mut Plan, clusters: &[ClusterPlan], moving: &BTreeSet<&ResourceId>) {
    let on_kubenet = clusters.iter().filter(|one| one.leaves_kubenet());
    let undated: Vec<_> = on_kubenet.filter(|one| !moving.contains(&one.cluster_id)).collect();
    if plan.fit == Fit::Fits && !undated.is_empty() {
        // Waves never date a cluster that has no way in place; where nobody can say yet, they may.
        let is_sure = undated.iter().any(|one| one.candidate.is_some());
        plan.fit = if is_sure { Fit::Impossible } else { Fit::NotFound };
    }
    plan.undated = undated.into_iter().map(|one| one.cluster_id.clone()).collect();
    plan.undated.sort();
}

/// Leaves what is shown of a plan: the steps of clusters that have records, and waves with such clusters.
fn show(plan: &mut Plan, records: &[ClusterRecord]) {
    let is_shown = |id: &ResourceId| records.binary_search_by(|one| one.id().cmp(id)).is_ok();
    plan.steps.retain(|step| is_shown(&step.cluster_id));
    plan.held.retain(|(id, _)| is_shown(id));
    for wave in &mut plan.waves {
        wave.clusters.retain(is_shown);
    }
    plan.waves.retain(|wave| !wave.clusters.is_empty());
}

/// Each cluster's row with what is decided about it, by id.
fn joined(mut rows: Vec<ClusterRow>, mut decided: Vec<ClusterPlan>) -> Vec<ClusterRecord> {
    rows.sort_by(|a, b| a.id.cmp(&b.id));
    decided.sort_by(|a, b| a.cluster_id.cmp(&b.cluster_id));
    let mut decided = decided.into_iter().peekable();
    let one = |row: ClusterRow| {
        while decided.next_if(|one| one.cluster_id < row.id).is_some() {}
        let decided = decided.next_if(|one| one.cluster_id == row.id)?;
        Some(ClusterRecord { row, decided, retirements: Vec::new(), way: Way::Stay, held_by: None })
    };
    rows.into_iter().filter_map(one).collect()
}
