//! What one change does to several blockers, and one blocker with several causes.

use super::*;

/// A cluster of an old version with Calico: one upgrade removes two blockers.
fn old_with_calico() -> World {
    let mut world = World::of(Start::Kubenet);
    let cluster = world.cluster();
    cluster.kubernetes_version = Some("1.26.3".to_owned());
    cluster.network.policy = Some(NetworkPolicy::Calico);
    world
}

#[test]
fn a_step_that_removes_several_blockers_keeps_the_remedy_of_each() {
    let found = plan(&old_with_calico());
    let upgrade = &found.steps[0];
    assert_eq!(upgrade.work, Work::Mend(CheckId::KubernetesVersion));
    assert_eq!(upgrade.also, [CheckId::PolicyRemovalVersion]);
    assert_eq!(
        say::work(upgrade.work, &upgrade.also).text(),
        "Upgrade the cluster to 1.27 or newer, control plane and pools, one minor version at a time. Upgrade to 1.30 \
         or newer before the engine is removed."
    );
    assert_eq!(upgrade.wait_days, 7);
    // Every blocker of the catalogue that shares its commands with others is in the step of the first of them.
    let removed: Vec<_> = found.steps.iter().flat_map(Step::checks).collect();
    assert!(found.readiness.blockers.iter().all(|blocker| removed.contains(blocker)), "{removed:?}");
}

/// Steps of a plan, by name, with the days from their start to the next step.
fn waits(world: &World) -> Vec<(String, i64)> {
    let audit = crate::assess::assess(&world.inventory, &world.options);
    let steps = audit.plan.steps.iter();
    steps.map(|step| (step.name.clone(), days_between(step.start, step.end))).collect()
}

#[test]
fn the_most_patient_blocker_of_a_step_says_how_long_to_wait() {
    let with = |asked: &[(&str, u16)]| {
        let mut world = old_with_calico();
        let waiting = asked.iter().map(|(name, days)| ((*name).to_owned(), *days));
        world.options.migration.waves.waiting_days = waiting.collect();
        waits(&world).into_iter().find(|(name, _)| name == "MIG-002").map(|(_, days)| days)
    };
    assert_eq!(with(&[]), Some(7));
    assert_eq!(with(&[("MIG-002", 2)]), Some(7), "the other blocker still waits as long as it does");
    assert_eq!(with(&[("MIG-019", 21)]), Some(21));
    assert_eq!(with(&[("MIG-002", 2), ("MIG-019", 3)]), Some(3));
}

/// MIG-030: services and pods overlap, which another pod CIDR ends.
fn overlapping() -> World {
    let mut world = World::of(Start::Kubenet);
    world.pod_cidr("10.0.0.0/16");
    world
}

/// The same with a DNS address that lies outside the service CIDR, which nothing in place ends.
fn with_two_causes() -> World {
    let mut world = overlapping();
    world.cluster().network.dns_service_ip = Some("10.9.0.10".to_owned());
    world
}

#[test]
fn a_blocker_with_two_causes_is_cured_by_what_cures_both() {
    let audit = |world: &World| crate::assess::assess(&world.inventory, &world.options);
    let one = plan(&overlapping());
    assert_eq!(one.readiness.blockers, [CheckId::ServiceCidr]);
    assert_eq!(
        (one.readiness.verdict, one.recommendation.target),
        (Verdict::NeedsPreparation, Target::Overlay)
    );
    assert!(matches!(one.steps[0].work, Work::AgreeOnPodCidr(CheckId::ServiceCidr, _)));
    let told = audit(&overlapping());
    assert_eq!(told.decisions()[0].cause, Cause::PodCidrs);
    assert_eq!(told.decisions()[0].frees, [cluster_id("shop")]);
    assert_eq!(told.plan.waves.iter().map(|wave| wave.clusters.len()).sum::<usize>(), 1);

    let two = plan(&with_two_causes());
    assert_eq!(two.readiness.blockers, [CheckId::ServiceCidr]);
    assert_eq!((two.readiness.verdict, two.recommendation.target), (Verdict::Rebuild, Target::NewCluster));
    let agrees = |step: &Step| matches!(step.work, Work::AgreeOnPodCidr(..));
    assert!(!two.steps.iter().any(agrees), "{:?}", two.steps);
    let told = audit(&with_two_causes());
    assert_eq!((told.decisions(), &told.plan.waves), (Vec::new(), &Vec::new()));

    // The address alone is as bad.
    let mut dns = World::of(Start::Kubenet);
    dns.cluster().network.dns_service_ip = Some("10.9.0.10".to_owned());
    assert_eq!(plan(&dns).readiness.verdict, Verdict::Rebuild);
}
