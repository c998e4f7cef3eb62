//! What holds for whole estates: from an inventory through `assess`, across every room it passes.
//!
//! What a plan may not do is checked against inventory and rows, never against what the planner was handed.

mod scope;
mod world;

use std::collections::{BTreeMap, BTreeSet};

use jiff::{ToSpan, civil::Date};
use proptest::prelude::*;

use self::world::{World, day, world};
use crate::{
    assess::{
        assess,
        audit::{Audit, ClusterRecord, NodePoolRow},
        migration::{Action, Cause, CheckStatus, Readiness, Step, Verdict},
        options::{Answer, Attestation, PlanOptions},
        schedule::{Dependency, Fit, PlannedStep, Wave},
    },
    inventory::{
        IdentityKind, Inventory, NetworkPlugin, NetworkPluginMode, NetworkPolicy, PoolType, ResourceId,
    },
    rules::{CheckId, Visibility},
};

/// The node subnets of a cluster, straight from the inventory, and the route tables on them.
fn touches(inventory: &Inventory, cluster: &ResourceId) -> (BTreeSet<ResourceId>, BTreeSet<ResourceId>) {
    let read = inventory.clusters.iter().find(|one| one.id == *cluster).unwrap();
    let subnets: BTreeSet<_> = read.pools.iter().filter_map(|pool| pool.node_subnet_id.clone()).collect();
    let all = &inventory.virtual_networks[0].subnets;
    let on = all.iter().filter(|subnet| subnets.contains(&subnet.id));
    let tables = on.filter_map(|subnet| subnet.route_table.clone()).collect();
    (subnets, tables)
}

/// What a plan breaks of the constraints it was given, in words.
fn broken(world: &World, audit: &Audit) -> Vec<String> {
    let (inventory, options, plan) = (world.inventory(), &world.plan, &audit.plan);
    let frozen = |day: Date| options.freezes.iter().any(|f| f.from <= day && day <= f.until);
    let mut broken = Vec::new();
    for wave in &plan.waves {
        let mut say = |what: String| broken.push(format!("wave {}: {what}", wave.number));
        if frozen(wave.start) || wave.start <= plan.as_of || wave.start.weekday() != options.window_day.into()
        {
            say(format!("begins on {}", wave.start));
        }
        if wave.clusters.len() > usize::from(options.clusters_per_wave.get()) {
            say(format!("{} clusters", wave.clusters.len()));
        }
        for (place, one) in wave.clusters.iter().enumerate() {
            for other in &wave.clusters[place + 1..] {
                say_together(options, &inventory, one, other).into_iter().for_each(&mut say);
            }
        }
        over_capacity(&inventory, audit, wave).into_iter().for_each(&mut say);
        beyond_limits(options, audit, wave).into_iter().for_each(&mut say);
    }
    let production =
        |wave: &Wave| wave.clusters.iter().filter(|id| audit.cluster(id).unwrap().decided.production).count();
    let first = plan.waves.iter().map(production).find(|count| *count > 0).unwrap_or(0);
    if first > usize::from(options.first_production) {
        broken.push(format!("{first} production clusters in the first wave that has any"));
    }
    let soak = i64::from(options.soak_days).days();
    broken.extend(
        plan.waves.windows(2).filter(|two| two[1].start < two[0].start + soak).map(|two| format!("{two:?}")),
    );
    let last = plan.waves.iter().map(|wave| wave.start + soak).max();
    if plan.fit == Fit::Fits && last.is_some_and(|last| last > plan.target) {
        broken.push(format!("ends on {last:?}, after {}", plan.target));
    }
    broken.extend(ahead(audit, &frozen));
    broken
}

/// Owners of more clusters than a wave may have of one, and nodes beyond its limit.
fn beyond_limits(options: &PlanOptions, audit: &Audit, wave: &Wave) -> Vec<String> {
    let rows: Vec<_> = wave.clusters.iter().map(|id| &audit.cluster(id).unwrap().row).collect();
    let mut owners: BTreeMap<String, usize> = BTreeMap::new();
    for owner in rows.iter().filter_map(|row| row.owner.as_ref()) {
        *owners.entry(owner.to_lowercase()).or_default() += 1;
    }
    owners.retain(|_, count| *count > usize::from(options.clusters_per_owner));
    let mut beyond: Vec<_> = owners.into_iter().map(|(owner, count)| format!("{count} of {owner}")).collect();
    let nodes: u64 = rows.iter().filter_map(|row| row.nodes).sum();
    if rows.len() > 1 && nodes > u64::from(options.nodes_per_wave) {
        beyond.push(format!("{nodes} nodes"));
    }
    beyond
}

fn say_together(
    options: &PlanOptions,
    inventory: &Inventory,
    one: &ResourceId,
    other: &ResourceId,
) -> Option<String> {
    let named = |id: &ResourceId| options.never_together.iter().any(|g| g.iter().any(|n| n == id.name()));
    let ((a_subnets, a_tables), (b_subnets, b_tables)) = (touches(inventory, one), touches(inventory, other));
    let why = if !a_tables.is_disjoint(&b_tables) {
        "a route table"
    } else if !options.share_subnets && !a_subnets.is_disjoint(&b_subnets) {
        "a subnet"
    } else if named(one) && named(other) {
        "a declared group"
    } else {
        return None;
    };
    Some(format!("{} and {} share {why}", one.name(), other.name()))
}

/// Subnets in which the surge of the clusters that move takes more than is free with all that earlier moves can have
/// given back. Figures come from rows alone, so that what this finds is too much by any count.
fn over_capacity(inventory: &Inventory, audit: &Audit, wave: &Wave) -> Vec<String> {
    let moves = |cluster: &&ResourceId| audit.cluster(cluster).unwrap().wave() == Some(wave.number);
    let moving: Vec<_> = wave.clusters.iter().filter(moves).collect();
    let surge = |subnet: &ResourceId| -> Option<u64> {
        let pools = audit.node_pools().filter(|pool| {
            moving.contains(&&pool.cluster_id) && pool.node_subnet_id.as_ref() == Some(subnet)
        });
        // A blue-green pool doubles for upgrades only.
        pools
            .filter(|pool| !doubles(inventory, pool))
            .map(|pool| Some(lowered(audit, pool).or(pool.surge_nodes)? * pool.ips_per_node?))
            .sum()
    };
    let gained = |subnet: &crate::assess::audit::SubnetRow| -> u64 {
        let earlier = |id: &ResourceId| {
            audit.cluster(id).and_then(ClusterRecord::wave).is_some_and(|at| at < wave.number)
        };
        let theirs = subnet.consumers.iter().filter(|one| one.owner_id.as_ref().is_some_and(earlier));
        theirs.filter_map(|one| one.ips).sum()
    };
    let too_much = audit.subnets.iter().filter_map(|subnet| {
        let (surge, free) = (surge(&subnet.id)?, subnet.free?);
        let most = free + i64::try_from(gained(subnet)).unwrap();
        (surge > 0 && i64::try_from(surge).unwrap() > most)
            .then(|| format!("{surge} of {most} in {}", subnet.id.name()))
    });
    too_much.collect()
}

/// Surge of a pool that a step before the move lowers, because all of it does not fit.
fn lowered(audit: &Audit, pool: &NodePoolRow) -> Option<u64> {
    let changes = audit.cluster(&pool.cluster_id)?.decided.site.mend(CheckId::SurgeFits)?;
    changes.iter().find_map(|change| match change {
        Action::Surge { pool: own, to } if *own == pool.name => Some(*to),
        _ => None,
    })
}

fn doubles(inventory: &Inventory, row: &NodePoolRow) -> bool {
    let cluster = inventory.clusters.iter().find(|cluster| cluster.id == row.cluster_id).unwrap();
    let pool = cluster.pools.iter().find(|pool| pool.name == row.name).unwrap();
    pool.upgrade_strategy.is_some()
}

/// Steps of a cluster that begin before those they wait for have ended, or while nothing may be changed.
fn ahead(audit: &Audit, frozen: &dyn Fn(Date) -> bool) -> Vec<String> {
    let steps = &audit.plan.steps;
    let mut wrong = Vec::new();
    for step in steps {
        if step.start < audit.header.as_of || frozen(step.start) {
            wrong.push(format!("{} of {} on {}", step.name, step.cluster_id.name(), step.start));
        }
        let own = steps.iter().filter(|other| other.cluster_id == step.cluster_id);
        for other in own.filter(|other| {
            let is_other = |on: &Dependency| matches!(on, Dependency::Step(name, ..) if *name == other.name);
            step.depends_on.iter().any(is_other)
        }) {
            let early = if other.reimages { other.start > step.start } else { other.end > step.start };
            if early {
                wrong.push(format!("{} of {} before {}", step.name, step.cluster_id.name(), other.name));
            }
        }
    }
    // Every blocker that has to go first has a step before the move.
    for (candidate, _) in audit.candidates() {
        let planned: Vec<_> = steps.iter().filter(|step| step.cluster_id == candidate.row.id).collect();
        let Some(moved) = planned.iter().find(|step| step.is_move) else { continue };
        for check in candidate.decided.steps.iter().flat_map(Step::checks) {
            let removes = |step: &PlannedStep| step.name == check.as_str() || step.also.contains(&check);
            let done = planned.iter().any(|step| removes(step) && step.start <= moved.start);
            if !done {
                wrong.push(format!("{check} of {} is not before the move", candidate.row.id.name()));
            }
        }
    }
    wrong
}

fn readiness<'a>(audit: &'a Audit, cluster: &ResourceId) -> &'a Readiness {
    &audit.cluster(cluster).unwrap().decided.readiness
}

/// A blocker that a cluster gets, and no more: nothing that others are computed from changes.
fn block_it(inventory: &mut Inventory, cluster: usize, how: u8) {
    let one = &mut inventory.clusters[cluster];
    match how {
        0 => one.network.policy = Some(NetworkPolicy::Calico),
        1 => one.identity.as_mut().unwrap().kind = IdentityKind::SystemAssigned,
        2 => one.provisioning_state = Some("Failed".to_owned()),
        3 => one.network.load_balancer_sku = Some("basic".to_owned()),
        4 => one.pools.iter_mut().for_each(|pool| pool.vm_size = Some("Standard_DC2s_v2".to_owned())),
        5 => one.pools.iter_mut().for_each(|pool| pool.pool_type = Some(PoolType::AvailabilitySet)),
        _ => {
            inventory.virtual_networks[0].subnets[0].delegations =
                vec!["Microsoft.Web/serverFarms".to_owned()];
        }
    }
}

/// Good answers of today to every check of every cluster.
fn answers(inventory: &Inventory) -> Vec<Attestation> {
    let all = inventory.clusters.iter().flat_map(|cluster| CheckId::ALL.iter().map(move |c| (cluster, *c)));
    all.map(|(cluster, check)| Attestation {
        cluster: cluster.id.clone().into(),
        check,
        answer: Answer::Good,
        who: "Ada".to_owned(),
        when: day(0),
        expires: day(0),
        note: None,
    })
    .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn no_plan_breaks_what_it_was_given(world in world()) {
        let audit = world.audit();
        prop_assert_eq!(broken(&world, &audit), Vec::<String>::new());
        let movable = audit.candidates().map(|(one, _)| &one.decided).filter(|one| {
            one.recommendation.target.is_overlay_in_place() && one.readiness.verdict != Verdict::Rebuild
        });
        let unplaced: BTreeSet<_> = audit.plan.unplaced.iter().map(|one| &one.cluster_id).collect();
        for one in movable {
            let placed = audit.cluster(&one.cluster_id).and_then(ClusterRecord::wave).is_some();
            prop_assert!(placed != unplaced.contains(&one.cluster_id), "{} is lost", one.cluster_id.name());
        }
    }

    /// All clusters that can, with what was proposed for them: nothing of theirs collides any more.
    #[test]
    fn every_proposed_pod_cidr_passes_the_conflict_engine(world in world()) {
        let (audit, mut inventory) = (world.audit(), world.inventory());
        let mut moved = BTreeMap::new();
        for (record, candidate) in audit.candidates() {
            let Some(cidr) = candidate.suggested_pod_cidr else { continue };
            let cluster = inventory.clusters.iter_mut().find(|one| one.id == record.row.id).unwrap();
            cluster.network.plugin = Some(NetworkPlugin::Azure);
            cluster.network.plugin_mode = Some(NetworkPluginMode::Overlay);
            cluster.network.pod_cidrs = [cidr.to_string()].into_iter().collect();
            moved.insert(record.row.id.to_lower(), cidr);
        }
        let after = assess(&inventory, &world.options());
        let collides = after.conflicts().into_iter().find(|conflict| {
            moved.get(&conflict.owner_a.to_lower()) == Some(&conflict.cidr_a)
                && conflict.kind().starts_with("pod-")
        });
        prop_assert_eq!(collides, None);
    }

    /// A cluster that is said to be freed by the pod CIDR proposed for it has no blocker with that pod CIDR.
    #[test]
    fn pod_cidrs_that_are_accepted_free_whom_they_are_said_to_free(world in world()) {
        let audit = world.audit();
        let candidates: BTreeMap<_, _> = audit.candidates().map(|(one, candidate)| (&one.row.id, candidate)).collect();
        let decisions = audit.decisions();
        for decision in decisions.iter().filter(|one| one.cause == Cause::PodCidrs) {
            for id in &decision.frees {
                let mut inventory = world.inventory();
                let cluster = inventory.clusters.iter_mut().find(|one| one.id == *id).unwrap();
                let given = candidates[id].suggested_pod_cidr.unwrap();
                cluster.network.pod_cidrs = [given.to_string()].into_iter().collect();
                let after = assess(&inventory, &world.options());
                prop_assert_eq!(&readiness(&after, id).blockers, &Vec::new(), "{} with {}", id.name(), given);
            }
        }
    }

    #[test]
    fn a_blocker_never_improves_the_verdict_of_any_cluster(world in world(), which in 0usize..10, how in 0u8..7) {
        let before = world.audit();
        let mut inventory = world.inventory();
        if inventory.clusters.is_empty() {
            return Ok(());
        }
        let which = which % inventory.clusters.len();
        block_it(&mut inventory, which, how);
        let after = assess(&inventory, &world.options());
        for cluster in &inventory.clusters {
            let (before, after) = (readiness(&before, &cluster.id), readiness(&after, &cluster.id));
            if before.operation == after.operation {
                prop_assert!(after.verdict <= before.verdict, "{}: {:?}", cluster.id.name(), after.reasons());
            }
        }
    }

    #[test]
    fn no_answer_hides_what_azure_shows(world in world()) {
        let before = world.audit();
        let mut options = world.options();
        options.migration.settings.attestations = answers(&world.inventory());
        let after = assess(&world.inventory(), &options);
        let shown = |audit: &Audit| -> Vec<_> {
            let all = audit.clusters.iter().map(|one| &one.decided).flat_map(|plan| {
                let checks = plan.readiness.checks.iter().filter(|c| c.visibility == Visibility::Arm);
                checks.map(|c| (plan.cluster_id.clone(), c.check, c.status))
            });
            all.filter(|(_, _, status)| matches!(status, CheckStatus::Fail | CheckStatus::Pass)).collect()
        };
        let (before_all, after_all) = (shown(&before), shown(&after));
        prop_assert!(before_all.iter().all(|one| after_all.contains(one)));
        for plan in before.clusters.iter().map(|one| &one.decided) {
            let one = readiness(&after, &plan.cluster_id);
            prop_assert!(plan.readiness.blockers.iter().all(|check| one.blockers.contains(check)));
        }
    }

    #[test]
    fn a_later_date_never_leaves_more_days_anywhere(world in world(), first in 0i64..900, more in 0i64..900) {
        let days = |at: i64| {
            let mut options = world.options();
            options.as_of = day(at - 400);
            let audit = assess(&world.inventory(), &options);
            let mut days: BTreeMap<String, i64> = BTreeMap::new();
            for (one, exposure) in audit.exposures() {
                days.insert(format!("row {}", one.row.id), exposure.days_left);
            }
            for item in audit.retirements() {
                let what = (item.id, &item.resource_id, &item.node_pool, &item.detail);
                if let Some(left) = item.days_left {
                    days.insert(format!("{what:?}"), left);
                }
            }
            days.insert("plan".to_owned(), audit.plan.days_left);
            days
        };
        let (early, late) = (days(first), days(first + more));
        for (what, left) in &late {
            prop_assert!(early.get(what).is_none_or(|before| before >= left), "{what}");
        }
        let kubenet = |days: &BTreeMap<String, i64>| days.keys().filter(|k| k.starts_with("row")).count();
        prop_assert_eq!(kubenet(&early), kubenet(&late));
        prop_assert_eq!(early["plan"] - late["plan"], more);
    }
}

/// The properties say nothing about an estate in which nothing happens.
#[test]
fn the_estates_have_plans_proposals_and_blockers() {
    use proptest::{strategy::ValueTree, test_runner::TestRunner};
    let mut runner = TestRunner::deterministic();
    let (mut waves, mut shared, mut proposed, mut blocked, mut prepared) = (0, 0, 0, 0, 0);
    for _ in 0..120 {
        let world = world().new_tree(&mut runner).unwrap().current();
        let audit = world.audit();
        waves += audit.plan.waves.len();
        shared += audit.plan.waves.iter().filter(|wave| wave.clusters.len() > 1).count();
        proposed += audit.candidates().filter(|(_, one)| one.suggested_pod_cidr.is_some()).count();
        blocked += audit.clusters.iter().filter(|one| !one.decided.readiness.blockers.is_empty()).count();
        prepared += audit.plan.steps.iter().filter(|step| !step.is_move).count();
    }
    let counts = [waves, shared, proposed, blocked, prepared];
    assert!(counts.iter().all(|count| *count > 25), "{counts:?}");
}
