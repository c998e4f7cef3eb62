//! Clusters described in words and what an expert would say of them; properties over many.

mod estates;
mod mends;
mod properties;
mod targets;
mod twelve;
mod ways;

use super::{
    checks::tests::{Start, World, peering},
    scene::Scene,
    *,
};
use crate::{
    assess::{
        estate::Estate,
        options::{Answer, Attestation},
        testing::{cluster_id, migration, scale_set, subnet, subnet_id, usage},
    },
    inventory::{
        Addon, ApplicationGateway, IdentityKind, NetworkPolicy, OsType, PoolType, PowerState, ResourceId,
    },
    report::say,
    rules::{AppliesTo, CheckId, CheckSeverity, Checks, Visibility},
};

fn plan(world: &World) -> ClusterPlan {
    let migration = migration(&world.inventory, &world.options);
    migration.clusters.into_iter().find(|plan| plan.cluster_id == cluster_id("shop")).unwrap()
}

/// What comes before anything else, in words.
fn first(plan: &ClusterPlan) -> Vec<String> {
    plan.recommendation.first.iter().map(|first| say::first(first).text()).collect()
}

/// Answers every check that a person makes, well.
pub(super) fn attest_all(world: &mut World) {
    world.options.migration.settings.attestations = CheckId::ALL
        .iter()
        .map(|check| Attestation {
            cluster: cluster_id("shop").into(),
            check: *check,
            answer: Answer::Good,
            who: "Ada".to_owned(),
            when: world.options.as_of,
            expires: world.options.as_of,
            note: None,
        })
        .collect();
}

#[test]
fn pools_that_could_not_be_read_leave_verdict_and_pod_cidr_open() {
    let mut world = World::of(Start::Kubenet);
    attest_all(&mut world);
    assert_eq!(plan(&world).readiness.verdict, Verdict::Ready);
    world.cluster().pools_known = false;
    let plan = plan(&world);
    assert_eq!(plan.readiness.verdict, Verdict::Unknown, "{:?}", plan.readiness.reasons());
    // Nobody knows how many nodes it would have to hold.
    assert!(matches!(plan.pod_cidr, Err(NoProposal::Unknown(_))), "{:?}", plan.pod_cidr);
    let found = migration(&world.inventory, &world.options);
    let exposure = found.clusters.iter().find_map(|plan| plan.exposure.as_ref()).unwrap();
    assert_eq!(exposure.pod_cidr, None);
}

#[test]
fn a_bad_answer_fails_its_check() {
    let mut world = World::of(Start::Kubenet);
    attest_all(&mut world);
    let bad = world
        .options
        .migration
        .settings
        .attestations
        .iter_mut()
        .find(|a| a.check == CheckId::IpMasqAgent)
        .unwrap();
    bad.answer = Answer::Bad;
    let readiness = plan(&world).readiness;
    assert_eq!(
        (readiness.verdict, readiness.blockers),
        (Verdict::NeedsPreparation, vec![CheckId::IpMasqAgent])
    );
}

#[test]
fn every_check_of_a_person_is_open_until_somebody_answers_and_then_says_what_they_said() {
    let operation = |id: CheckId| match Checks::built_in().get(id).applies_to {
        AppliesTo::Cilium => Operation::Cilium,
        _ => Operation::Overlay,
    };
    let status = |world: &World, id: CheckId| {
        let estate = Estate::of(&world.inventory, &world.options);
        let topology = crate::assess::topology::Topology::of(&estate, &world.inventory, &world.options);
        let scene = Scene::of(&estate, &topology, &world.inventory, &world.options);
        let subject = scene.subject(&scene.estate.clusters[0]);
        let readiness = verdict::readiness(&subject, operation(id));
        readiness.checks.iter().find(|result| result.check == id).map(|result| result.status)
    };
    let asked = Checks::built_in().iter().filter(|(_, rule)| rule.visibility != Visibility::Arm);
    for (id, rule) in asked {
        let start = match rule.applies_to {
            AppliesTo::Kubenet => Start::Kubenet,
            _ => Start::NodeSubnet,
        };
        let mut world = World::of(start);
        assert_eq!(status(&world, id), Some(CheckStatus::Open), "{id}");
        attest_all(&mut world);
        assert_eq!(status(&world, id), Some(CheckStatus::Pass), "{id}");
        world.options.migration.settings.attestations.iter_mut().for_each(|given| given.answer = Answer::Bad);
        assert_eq!(status(&world, id), Some(CheckStatus::Fail), "{id}");
    }
}

#[test]
fn policies_that_nothing_enforces_today_cannot_keep_cilium_back() {
    let mut world = World::of(Start::NodeSubnet);
    world.cluster().tags.insert("wants-cilium".to_owned(), "true".to_owned());
    attest_all(&mut world);
    for given in world
        .options
        .migration
        .settings
        .attestations
        .iter_mut()
        .filter(|a| a.check == CheckId::CiliumIpBlocks)
    {
        given.answer = Answer::Bad;
    }
    let readiness = plan(&world).readiness;
    assert_eq!((readiness.operation, readiness.verdict), (Operation::Cilium, Verdict::Ready));
    assert_eq!(readiness.warnings, [CheckId::CiliumIpBlocks]);
    world.cluster().network.policy = Some(NetworkPolicy::Calico);
    let readiness = plan(&world).readiness;
    assert_eq!(
        (readiness.verdict, readiness.blockers),
        (Verdict::NeedsPreparation, vec![CheckId::CiliumIpBlocks])
    );
}

#[test]
fn what_would_be_a_warning_at_most_leaves_the_verdict_alone_when_it_is_not_known() {
    let mut world = World::of(Start::Kubenet);
    world.vnet().peerings = vec![peering("hub", &[])];
    attest_all(&mut world);
    let readiness = plan(&world).readiness;
    let peers = readiness.checks.iter().find(|result| result.check == CheckId::PodCidrPeers).unwrap();
    assert_eq!((peers.status, peers.severity), (CheckStatus::Unknown, CheckSeverity::Warning));
    assert_eq!(
        readiness.unknown_checks,
        [CheckId::PodCidrKept, CheckId::PodCidrPeers, CheckId::PodCidrReused, CheckId::RoutesElsewhere],
        "two are hints, two are warnings; in the peer may be route tables and clusters nobody read"
    );
    assert_eq!(readiness.verdict, Verdict::Ready);
}

#[test]
fn the_most_urgent_comes_first() {
    let mut world = World::of(Start::Kubenet);
    let mut near = world.cluster().clone();
    near.id = cluster_id("near");
    near.network.pod_cidrs = ["10.244.0.0/21"].into_iter().collect();
    near.pools[0].count = Some(4);
    let mut calm = world.cluster().clone();
    calm.id = cluster_id("calm");
    calm.pools[0].count = Some(30);
    world.inventory.clusters.extend([near, calm]);
    world.inventory = world.inventory.sorted();
    let found = migration(&world.inventory, &world.options);
    let mut order: Vec<_> =
        found.clusters.iter().filter_map(|plan| Some((plan.rank.as_ref()?, &plan.cluster_id))).collect();
    order.sort_by_key(|(rank, _)| rank.place);
    let names: Vec<_> = order.iter().map(|(_, id)| id.name()).collect();
    assert_eq!(names, ["near", "calm", "shop"]);
}
