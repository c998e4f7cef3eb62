//! Clusters that come, change and go: what counts, and what is planned.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::{
    super::{
        assess,
        audit::{Audit, ClusterRecord, Way},
        outlook::LimitRow,
        schedule::Fit,
    },
    generated::{build, cluster_specs},
    testing::{Network, cluster, estate, options, pool_in, scale_set, subnet, vnet},
};
use crate::{
    inventory::{Cluster, Inventory},
    report::say,
};

/// One cluster of three nodes in a subnet that is small enough to press.
fn one(network: Network, state: &str, of_pool: &str) -> Audit {
    let mut made = cluster("one", network);
    made.provisioning_state = Some(state.to_owned());
    made.pools = vec![pool_in("np", 3, "nodes")];
    made.pools[0].provisioning_state = Some(of_pool.to_owned());
    let held = vec![scale_set("one", "np", 3, if network == Network::Flat { 31 } else { 1 })];
    let nodes = subnet("nodes", "10.1.0.0/25", held);
    assess(&estate(vec![made], vec![vnet("v", &["10.1.0.0/16"], vec![nodes])]), &options())
}

#[test]
fn a_cluster_that_is_being_deleted_counts_and_is_neither_planned_nor_given_a_runbook() {
    for network in [Network::Kubenet, Network::Flat, Network::Overlay] {
        for state in ["Deleting", "deleting"] {
            let (gone, there) = (one(network, state, state), one(network, "Succeeded", "Succeeded"));
            let (going, staying) = (&gone.clusters[0], &there.clusters[0]);
            assert_eq!(going.row.nodes, Some(3), "{network:?}");
            assert_eq!(going.decided.exposure, staying.decided.exposure, "{network:?}");
            let figures = |audit: &Audit| (audit.subnets[0].used, audit.subnets[0].ahead.clone());
            assert_eq!(figures(&gone), figures(&there), "{network:?}");
            assert!(staying.decided.has_runbook() || network == Network::Overlay, "{network:?}");
            assert!(!going.decided.has_runbook(), "{network:?}");
            assert!(
                going.decided.candidate.is_none()
                    && going.decided.rank.is_none()
                    && going.decided.steps.is_empty()
            );
            assert_eq!((going.way, gone.plan.fit), (Way::Stay, Fit::Fits), "{network:?}");
            assert!(gone.plan.waves.is_empty() && gone.plan.steps.is_empty() && gone.plan.undated.is_empty());
            let planned = [
                "kubenet-retirement",
                "kubenet-created-recently",
                "migration-blocked",
                "migration-plan-late",
            ];
            let found = gone.findings.iter().find(|finding| planned.contains(&finding.rule_id.as_str()));
            assert!(found.is_none(), "{found:?}");
            let outcome = gone.kubenet_outcome();
            let is_kubenet = usize::from(network == Network::Kubenet);
            assert_eq!((outcome.clusters, outcome.deleting), (0, is_kubenet), "{network:?}");
            assert!(gone.verdicts().iter().all(|(_, number)| *number == 0) && gone.blockers().is_empty());
        }
    }
}

#[test]
fn what_goes_on_in_a_cluster_stands_beside_its_figures() {
    let changes = |state: &str| format!("one is in state {state}, so that its figures may still change");
    let goes = "one is being deleted, and what it holds here comes back".to_owned();
    for (state, of_pool, said) in [
        ("Succeeded", "Succeeded", None),
        ("Failed", "Canceled", None),
        ("Creating", "Succeeded", Some(changes("Creating"))),
        ("Updating", "Succeeded", Some(changes("Updating"))),
        ("Upgrading", "Scaling", Some(changes("Upgrading"))),
        ("Succeeded", "Scaling", Some(changes("Scaling"))),
        ("Failed", "Deleting", Some(goes.clone())),
        ("Deleting", "Updating", Some(goes)),
    ] {
        for network in [Network::Kubenet, Network::Overlay] {
            let audit = one(network, state, of_pool);
            let texts: Vec<_> =
                audit.subnets[0].reasons.iter().map(|reason| say::reason(reason).text()).collect();
            let found: Vec<_> = texts.iter().filter(|text| text.starts_with("one is")).collect();
            assert_eq!(found, said.iter().collect::<Vec<_>>(), "{state} {of_pool}");
            // So it does in the tables whose figures may change with it.
            let marks = audit.limits().map(|row| row.in_motion.as_deref());
            let marks = marks.chain(audit.preflights().map(|row| row.in_motion.as_deref()));
            let marks: BTreeSet<_> = marks.collect();
            assert_eq!(marks.len(), 1, "{marks:?}");
            assert_eq!(marks.first().unwrap().is_some(), said.is_some(), "{state} {of_pool}");
        }
    }
}

fn deleting(mut inventory: Inventory, place: usize) -> Option<(Inventory, Cluster)> {
    let count = inventory.clusters.len();
    let one = inventory.clusters.get_mut(place.checked_rem(count)?)?;
    one.provisioning_state = Some("Deleting".to_owned());
    let one = one.clone();
    Some((inventory, one))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// While it is being deleted, a cluster holds what it holds: no figure of anybody changes, and nobody waits for it.
    #[test]
    fn a_deletion_changes_no_figure_and_no_other_cluster(specs in cluster_specs(), place in 0usize..7) {
        let before = build(&specs);
        let Some((after, gone)) = deleting(before.clone(), place) else { return Ok(()) };
        let (before, after) = (assess(&before, &options()), assess(&after, &options()));
        prop_assert_eq!(before.subnets.len(), after.subnets.len());
        for (one, other) in before.subnets.iter().zip(&after.subnets) {
            let figures = |row: &super::SubnetRow| (row.used, row.used_low, row.free, row.status, row.ahead.clone());
            prop_assert_eq!(figures(one), figures(other), "{}", one.id);
        }
        for (one, other) in before.clusters.iter().zip(&after.clusters) {
            let still = |row: &LimitRow| LimitRow { in_motion: None, ..row.clone() };
            let figures = |record: &ClusterRecord| record.row.limits.iter().map(still).collect::<Vec<_>>();
            prop_assert_eq!(figures(one), figures(other));
            if *one.id() != gone.id {
                prop_assert_eq!(&one.decided.readiness, &other.decided.readiness);
                prop_assert_eq!(&one.decided.recommendation, &other.decided.recommendation);
            }
        }
        prop_assert!(after.plan.steps.iter().all(|step| step.cluster_id != gone.id));
        prop_assert!(after.plan.waves.iter().all(|wave| !wave.clusters.contains(&gone.id)));
        prop_assert!(!after.plan.undated.contains(&gone.id));
        prop_assert!(after.cluster(&gone.id).is_some_and(|one| !one.decided.has_runbook()));
    }
}
