//! Who leaves, when and how: what was decided about each cluster, joined with its rows and with the plan of waves.

use std::collections::{HashMap, HashSet};

use super::Rows;
use crate::{
    assess::{
        audit::{ClusterRow, Departure, Leaving, NodePoolRow, Way},
        migration::{ClusterPlan, Duration, Migration, PoolWork, duration},
        options::{DurationAssumptions, Options},
        schedule::{self, Request},
    },
    inventory::{Cluster, Inventory, NodePool},
    ipam::IpamMode,
    rules::{Catalogue, RetirementId},
};

/// Decides what the estate of an audit has to leave, when and how.
pub(crate) fn leaving(inventory: &Inventory, options: &Options, rows: &Rows, decided: Migration) -> Leaving {
    let mut clusters = departures(inventory, options, rows, decided.clusters);
    let candidates = clusters.iter().filter_map(|one| {
        let minutes = one.duration.as_ref().map(|duration| duration.high_minutes);
        Some((one.decided.candidate.as_ref()?, minutes))
    });
    let draft = schedule::draft(candidates);
    let plan = schedule::schedule(&Request {
        as_of: options.as_of,
        deadline: Catalogue::built_in().retirement(RetirementId::KUBENET).deadline(),
        moves: &draft.moves,
        headroom: &draft.headroom,
        options: &options.migration.waves,
    });
    let moves = plan.steps.iter().filter(|step| step.is_move);
    let waves: HashMap<_, _> = moves.filter_map(|step| Some((&step.cluster_id, step.wave?))).collect();
    let elsewhere: HashSet<_> = draft.elsewhere.iter().collect();
    for one in clusters.iter_mut().filter(|one| one.decided.candidate.is_some()) {
        one.way = match waves.get(one.id()) {
            _ if elsewhere.contains(one.id()) => Way::Elsewhere,
            wave => Way::Move(wave.copied()),
        };
    }
    let chosen: HashSet<_> =
        rows.clusters.iter().map(|row| &row.id).chain(rows.subnets.iter().map(|row| &row.id)).collect();
    Leaving {
        retirements: decided
            .retirements
            .into_iter()
            .filter(|item| chosen.contains(&item.resource_id))
            .collect(),
        clusters,
        plan,
    }
}

/// What is decided about each cluster, by id, with how long one re-image of those with a runbook may take.
fn departures(
    inventory: &Inventory,
    options: &Options,
    rows: &Rows,
    mut decided: Vec<ClusterPlan>,
) -> Vec<Departure> {
    let read: HashMap<_, _> = inventory.clusters.iter().map(|cluster| (&cluster.id, cluster)).collect();
    let by_id: HashMap<_, _> = rows.clusters.iter().map(|row| (&row.id, row)).collect();
    decided.sort_by(|a, b| a.readiness.cluster_id.cmp(&b.readiness.cluster_id));
    let one = |decided: ClusterPlan| {
        let id = &decided.readiness.cluster_id;
        let known: Option<(&Cluster, &ClusterRow)> = read.get(id).copied().zip(by_id.get(id).copied());
        let with_runbook = known
            .filter(|(_, row)| decided.candidate.is_some() || row.ipam_modes.contains(&IpamMode::Kubenet));
        let duration =
            with_runbook.and_then(|(read, row)| estimate(read, &row.pools, options.migration.durations));
        Departure { decided, way: Way::Stay, has_runbook: with_runbook.is_some(), duration }
    };
    decided.into_iter().map(one).collect()
}

/// The estimate of one re-image of a cluster; none where a pool's nodes or surge are unknown.
fn estimate(cluster: &Cluster, pools: &[NodePoolRow], assumptions: DurationAssumptions) -> Option<Duration> {
    let pools = pools.iter().map(|row| {
        let read = cluster.pools.iter().find(|pool| pool.name == row.name);
        let minutes = |of: fn(&NodePool) -> Option<u32>| read.and_then(of).map(u64::from);
        Some(PoolWork {
            pool: row.name.clone(),
            nodes: row.nodes?,
            at_once: row.surge_nodes?.max(1),
            drain_timeout_minutes: minutes(|pool| pool.drain_timeout_minutes)
                .unwrap_or_else(|| assumptions.drain_timeout_minutes.into()),
            soak_minutes: minutes(|pool| pool.node_soak_minutes).unwrap_or(0),
        })
    });
    pools.collect::<Option<Vec<_>>>().map(|pools| duration(pools, assumptions))
}
