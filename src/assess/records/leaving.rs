//! Who leaves, when and how: what was decided about each cluster, joined with its rows and with the plan of waves.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::Rows;
use crate::{
    assess::{
        audit::{ClusterRow, Leaving, NodePoolRow},
        migration::{Candidate, ClusterPlan, Duration, Migration, PoolWork, duration},
        options::{DurationAssumptions, Options},
        schedule::{self, Request},
    },
    inventory::{Cluster, Inventory, NodePool, ResourceId},
    ipam::IpamMode,
    rules::{Catalogue, RetirementId},
};

/// Decides what the estate of an audit has to leave, when and how.
pub(crate) fn leaving(inventory: &Inventory, options: &Options, rows: &Rows, decided: Migration) -> Leaving {
    let mut clusters = decided.clusters;
    clusters.sort_by(|a, b| a.readiness.cluster_id.cmp(&b.readiness.cluster_id));
    let runbooks = durations(inventory, options, rows, &clusters);
    let candidates: Vec<Candidate> = clusters.iter().filter_map(|plan| plan.candidate.clone()).collect();
    let minutes = |id: &ResourceId| Some(runbooks.get(id)?.as_ref()?.high_minutes);
    let draft = schedule::draft(&candidates, &minutes);
    let plan = schedule::schedule(&Request {
        as_of: options.as_of,
        deadline: Catalogue::built_in().retirement(RetirementId::KUBENET).deadline(),
        moves: &draft.moves,
        headroom: &draft.headroom,
        options: &options.migration.waves,
    });
    let moves = plan.steps.iter().filter(|step| step.is_move);
    let mut elsewhere = draft.elsewhere;
    elsewhere.sort();
    let chosen: HashSet<_> =
        rows.clusters.iter().map(|row| &row.id).chain(rows.subnets.iter().map(|row| &row.id)).collect();
    Leaving {
        exposure: decided.exposure.into_iter().map(|one| (one.cluster_id.clone(), one)).collect(),
        retirements: decided
            .retirements
            .into_iter()
            .filter(|item| chosen.contains(&item.resource_id))
            .collect(),
        waves: moves.filter_map(|step| Some((step.cluster_id.clone(), step.wave?))).collect(),
        elsewhere,
        runbooks,
        clusters,
        plan,
    }
}

/// How long one re-image of each cluster with a runbook may take.
fn durations(
    inventory: &Inventory,
    options: &Options,
    rows: &Rows,
    clusters: &[ClusterPlan],
) -> BTreeMap<ResourceId, Option<Duration>> {
    let read: HashMap<_, _> = inventory.clusters.iter().map(|cluster| (&cluster.id, cluster)).collect();
    let by_id: HashMap<_, _> = rows.clusters.iter().map(|row| (&row.id, row)).collect();
    let one = |decided: &ClusterPlan| {
        let id = &decided.readiness.cluster_id;
        let row: &ClusterRow = by_id.get(id)?;
        if decided.candidate.is_none() && !row.ipam_modes.contains(&IpamMode::Kubenet) {
            return None;
        }
        let read: &Cluster = read.get(id)?;
        Some((id.clone(), estimate(read, &row.pools, options.migration.durations)))
    };
    clusters.iter().filter_map(one).collect()
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
