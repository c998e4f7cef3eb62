//! What one change does to several blockers, and one blocker with several causes.

use super::*;
use crate::{
    assess::schedule::{Fit, PlanNote},
    rules::FindingId,
};

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

/// The node resource group is deleted with the cluster that is replaced, and its network with it.
/// <https://learn.microsoft.com/azure/aks/delete-cluster>
#[test]
fn a_new_cluster_is_not_put_into_the_network_that_goes_with_the_old_one() {
    let mut world = with_two_causes();
    let built = |world: &World| plan(world).site.new_cluster.unwrap();
    assert!(built(&world).subnet.is_some());
    let group = world.vnet().id.resource_group().unwrap().to_ascii_uppercase();
    world.cluster().node_resource_group = Some(group);
    assert_eq!(built(&world).subnet, None);
}

#[test]
fn a_new_cluster_gets_a_version_that_lasts() {
    let mut world = with_two_causes();
    let mut version = |present: &str| {
        world.cluster().kubernetes_version = Some(present.to_owned());
        plan(&world).site.new_cluster.unwrap().version.map(|version| version.minor)
    };
    // On 21 November 2026: 1.34 ends on the 30th.
    assert_eq!([version("1.26.3"), version("1.34.6"), version("1.35.4")], [Some(35); 3]);
    assert_eq!([version("1.36.1"), version("1.37.0")], [Some(36), Some(37)]);
}

/// A gateway that lacks its delegation and nothing else needs one command, and no project's days.
#[test]
fn a_gateway_that_only_lacks_its_delegation_is_mended_where_it_is() {
    let with = |prefix: &str| {
        let mut world = World::of(Start::Kubenet);
        let id = ResourceId::parse(&format!(
            "{}/resourceGroups/net/providers/Microsoft.Network/applicationGateways/agw",
            crate::assess::testing::SUBSCRIPTION
        ))
        .unwrap();
        let settings = [("applicationgatewayid".to_owned(), id.to_string())].into();
        world
            .cluster()
            .addons
            .insert("ingressApplicationGateway".to_owned(), Addon { enabled: Some(true), settings });
        world.vnet().subnets.push(subnet("agw", prefix, vec![]));
        world.inventory.application_gateways = vec![ApplicationGateway {
            id,
            tier: Some("WAF_v2".to_owned()),
            capacity: Some(2),
            max_capacity: None,
            subnets: vec![subnet_id("v", "agw")],
            private_frontends: vec![],
        }];
        let plan = plan(&world);
        let step = plan.steps.iter().find(|step| step.work == Work::Mend(CheckId::IngressGateway));
        (plan.site.mend(CheckId::IngressGateway).map(<[_]>::to_vec), step.map(|step| step.wait_days))
    };
    assert_eq!(with("10.1.9.0/24"), (Some(vec![Action::Delegate(subnet_id("v", "agw"))]), Some(1)));
    // A larger subnet is left, which is a project.
    assert_eq!(with("10.1.10.0/23"), (None, Some(11)));
}

#[test]
fn a_stopped_cluster_has_no_duration() {
    let mut world = World::of(Start::Kubenet);
    assert!(plan(&world).duration.is_some());
    world.cluster().power_state = Some(PowerState::Stopped);
    assert_eq!(plan(&world).duration, None);
}

/// The findings about the plan.
fn about_the_plan(audit: &crate::assess::audit::Audit) -> Vec<String> {
    let found = audit.open().filter(|finding| finding.rule_id == FindingId::MigrationPlanLate);
    found.map(|finding| say::detail(finding).text()).collect()
}

#[test]
fn a_plan_fits_where_every_kubenet_cluster_has_a_date_in_time() {
    let told = |world: &World| {
        let audit = crate::assess::assess(&world.inventory, &world.options);
        let outcome = audit.kubenet_outcome();
        (audit.plan.fit, outcome.dated, outcome.undated(), outcome.in_time(), about_the_plan(&audit))
    };
    assert_eq!(told(&World::of(Start::Kubenet)), (Fit::Fits, 1, 0, true, vec![]));
    // It has no way in place, so no wave ever dates it.
    let undated = vec!["no date for 1 kubenet cluster: shop".to_owned()];
    assert_eq!(told(&with_two_causes()), (Fit::Impossible, 0, 1, false, undated));
    // It does, after the target.
    let mut late = World::of(Start::Kubenet);
    late.options.migration.waves.finish = Some(late.options.as_of);
    let over = vec!["the last wave ends 14 days after 2026-11-21".to_owned()];
    assert_eq!(told(&late), (Fit::Impossible, 1, 0, false, over));
}

#[test]
fn environments_are_known_by_their_usual_words_and_others_are_named() {
    let with = |environment: &str| {
        let mut world = World::of(Start::Kubenet);
        world.cluster().tags.insert("environment".to_owned(), environment.to_owned());
        let audit = crate::assess::assess(&world.inventory, &world.options);
        let notes = audit.plan.notes.iter();
        let unknown = notes.filter(|note| matches!(note, PlanNote::UnknownEnvironment(..)));
        (
            audit.clusters[0].decided.production,
            unknown.map(|note| say::plan_note(note).text()).collect::<Vec<_>>(),
        )
    };
    for production in ["prod", "PRD", "live", " Production "] {
        assert_eq!(with(production), (true, vec![]), "{production}");
    }
    for other in ["sbx", "nonprod", "stg", "preprod", "Dev"] {
        assert_eq!(with(other), (false, vec![]), "{other}");
    }
    let (production, notes) = with("Blue");
    assert!(!production && notes.len() == 1);
    assert!(notes[0].starts_with("the environment `blue` (1 cluster) is none that is known"), "{}", notes[0]);
}
