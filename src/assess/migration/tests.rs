//! Clusters described in words and what an expert would say of them; properties over many.

mod estates;
mod properties;

use super::{
    checks::tests::{Start, World},
    *,
};
use crate::{
    assess::testing::{cluster_id, scale_set, subnet, subnet_id, usage},
    inventory::{
        Addon, ApplicationGateway, IdentityKind, NetworkPolicy, OsType, PoolType, PowerState, ResourceId,
    },
    rules::{CheckId, CheckSeverity},
};

fn plan(world: &World) -> ClusterPlan {
    let migration = migration(&world.inventory, &world.options, &world.settings);
    migration.clusters.into_iter().find(|plan| plan.readiness.cluster_id == cluster_id("shop")).unwrap()
}

/// What an expert says in four lines: verdict and blockers, target and rule, re-images, steps.
fn said(world: &World) -> String {
    let plan = plan(world);
    let ids = |ids: &[CheckId]| ids.iter().map(|id| id.as_str()).collect::<Vec<_>>().join(" ");
    let (reimages, steps) = plan.candidate.as_ref().map_or((0, String::new()), |candidate| {
        let name = |step: &Step| match step.check {
            Some(check) => check.to_string(),
            None => format!("{:?}", step.kind),
        };
        (candidate.reimages, candidate.steps.iter().map(name).collect::<Vec<_>>().join(" > "))
    });
    let line = format!("{}: {}", plan.readiness.verdict, ids(&plan.readiness.blockers));
    let recommendation = &plan.recommendation;
    format!(
        "{}\n{} by {}\nre-images {reimages}\n{steps}",
        line.trim_end().trim_end_matches(':'),
        recommendation.target,
        recommendation.rule
    )
}

/// Answers every check that a person makes, well.
pub(super) fn attest_all(world: &mut World) {
    world.settings.attestations = CheckId::ALL
        .iter()
        .map(|check| Attestation {
            cluster: cluster_id("shop"),
            check: *check,
            answer: Answer::Good,
            who: "Ada".to_owned(),
            when: world.options.as_of,
            expires: world.options.as_of,
            note: None,
        })
        .collect();
}

/// Fills the node subnet of a node-subnet cluster: 7 nodes of 31 addresses in a /24.
fn crowded() -> World {
    let mut world = World::of(Start::NodeSubnet);
    world.subnet().prefixes = ["10.1.0.0/24"].into_iter().collect();
    world.subnet().usage = usage(vec![scale_set("shop", "system", 3, 31), scale_set("shop", "apps", 4, 31)]);
    world.pool().count = Some(4);
    world
}

#[test]
fn a_kubenet_cluster_with_calico_and_a_system_assigned_identity_on_1_28() {
    let mut world = World::of(Start::Kubenet);
    world.cluster().network.policy = Some(NetworkPolicy::Calico);
    world.cluster().identity.as_mut().unwrap().kind = IdentityKind::SystemAssigned;
    world.cluster().kubernetes_version = Some("1.28.5".to_owned());
    for pool in &mut world.cluster().pools {
        pool.kubernetes_version = Some("1.28.5".to_owned());
    }
    // Order: https://learn.microsoft.com/azure/aks/update-azure-cni; 1.30 before the engine goes:
    // https://github.com/Azure/AKS/releases/tag/2026-05-29.
    insta::assert_snapshot!(said(&world), @r"
    needs-preparation: MIG-019 MIG-012 MIG-017
    overlay-then-cilium by REC-06
    re-images 3
    MIG-019 > MIG-012 > MIG-017 > Overlay > Cilium
    ");
    let plan = plan(&world);
    assert!(plan.readiness.warnings.contains(&CheckId::Mig003));
    assert_eq!(plan.recommendation.first.len(), 1, "{:?}", plan.recommendation.first);
    let candidate = plan.candidate.unwrap();
    assert!(candidate.steps[3].batches_with_previous, "one window holds both re-images");
    let second = plan.second.unwrap();
    assert_eq!((second.operation, second.blockers), (Operation::Cilium, vec![]));
    assert!(second.manual_checks.contains(&CheckId::Cil013));
    world.settings.wants_cilium = false;
    assert!(said(&world).contains("re-images 2"), "{}", said(&world));
}

#[test]
fn one_with_an_own_route_table_that_an_application_gateway_shares() {
    let mut world = World::of(Start::Kubenet);
    let own = ResourceId::parse(&format!(
        "{}/resourceGroups/net/providers/Microsoft.Network/routeTables/own",
        crate::assess::testing::SUBSCRIPTION
    ))
    .unwrap();
    world.subnet().route_table = Some(own.clone());
    world.inventory.route_tables[0].id = own.clone();
    let mut gateway = subnet("agw", "10.1.9.0/24", vec![]);
    gateway.route_table = Some(own);
    world.vnet().subnets.push(gateway);
    world.inventory.application_gateways = vec![ApplicationGateway {
        id: ResourceId::parse(&format!("{}/x/y", crate::assess::testing::SUBSCRIPTION)).unwrap(),
        tier: None,
        capacity: None,
        max_capacity: None,
        subnets: vec![subnet_id("v", "agw")],
        private_frontends: vec![],
    }];
    // https://github.com/MicrosoftDocs/azure-aks-docs/issues/334
    insta::assert_snapshot!(said(&world), @r"
    needs-preparation: MIG-040
    overlay by REC-06
    re-images 1
    MIG-040 > Overlay
    ");
    let exposure = migration(&world.inventory, &world.options, &world.settings).exposure;
    assert_eq!(exposure[0].route_table, RouteTableKind::Shared);
}

#[test]
fn one_whose_pod_cidr_lies_in_172_16_0_0_12() {
    let mut world = World::of(Start::Kubenet);
    world.pod_cidr("172.16.0.0/12");
    // https://github.com/Azure/AKS/releases/tag/2026-05-29
    insta::assert_snapshot!(said(&world), @r"
    needs-preparation: MIG-031
    overlay by REC-06
    re-images 1
    MIG-031 > Overlay
    ");
    let suggested = plan(&world).candidate.unwrap().suggested_pod_cidr.unwrap().to_string();
    assert_eq!(suggested, "100.64.0.0/20");
    // A part of the range that touches nothing reserved is kept.
    world.pod_cidr("172.20.0.0/16");
    let kept = plan(&world);
    assert_eq!(kept.readiness.blockers, []);
    assert_eq!(kept.candidate.unwrap().suggested_pod_cidr.unwrap().to_string(), "172.20.0.0/16");
}

#[test]
fn a_node_subnet_cluster_with_virtual_nodes() {
    let mut world = crowded();
    let addon = Addon { enabled: Some(true), ..Addon::default() };
    world.cluster().addons.insert("aciConnectorLinux".to_owned(), addon);
    // https://learn.microsoft.com/azure/aks/concepts-network-azure-cni-overlay
    insta::assert_snapshot!(said(&world), @r"
    needs-preparation: MIG-067 MIG-035
    new-pools by REC-10
    re-images 0
    NewPools
    ");
    assert_eq!(plan(&world).recommendation.questions, [Question::NeedsVirtualNodes]);
    let answers = world.settings.clusters.entry(cluster_id("shop")).or_default();
    answers.needs_virtual_nodes = Some(false);
    assert_eq!(plan(&world).recommendation.target, Target::Overlay);
}

#[test]
fn a_pod_subnet_cluster() {
    let mut world = World::of(Start::NodeSubnet);
    world.pool().pod_subnet_id = Some(subnet_id("v", "other"));
    // https://github.com/Azure/AKS/issues/4077
    insta::assert_snapshot!(said(&world), @r"
    rebuild: MIG-001 MIG-011
    stay by REC-13
    re-images 0
    ");
}

#[test]
fn a_cluster_with_windows_pools() {
    let mut world = crowded();
    world.subnet().prefixes = ["10.1.0.0/23"].into_iter().collect();
    world.pool().os_type = Some(OsType::Windows);
    world.pool().os_sku = Some("Windows2022".to_owned());
    world.pool().node_image_version = Some("AKSWindows-2022-containerd-20348.4000.251101".to_owned());
    world.options.thresholds.warning_pct = 30;
    insta::assert_snapshot!(said(&world), @r"
    ready-after-checks
    overlay by REC-08
    re-images 1
    Overlay
    ");
    let plan = plan(&world);
    assert!(plan.recommendation.also.iter().any(|(rule, _)| *rule == "REC-17"));
    let candidate = plan.candidate.unwrap();
    assert_eq!(candidate.ips_freed, Some(7 * 31 - 7));
}

#[test]
fn an_availability_set() {
    let mut world = World::of(Start::Kubenet);
    world.pool().pool_type = Some(PoolType::AvailabilitySet);
    // https://learn.microsoft.com/azure/aks/availability-sets-on-aks
    insta::assert_snapshot!(said(&world), @r"
    needs-preparation: MIG-052
    overlay by REC-06
    re-images 1
    MIG-052 > Overlay
    ");
    assert_eq!(plan(&world).recommendation.first.len(), 1);
}

#[test]
fn a_dual_stack_cluster() {
    let mut world = World::of(Start::Kubenet);
    world.cluster().network.ip_families = vec!["IPv4".to_owned(), "IPv6".to_owned()];
    // https://github.com/Azure/AKS/issues/5120
    insta::assert_snapshot!(said(&world), @r"
    ready-after-checks
    overlay by REC-05
    re-images 1
    Overlay
    ");
    assert_eq!(plan(&world).readiness.warnings, [CheckId::Mig025]);
}

#[test]
fn a_stopped_cluster() {
    let mut world = World::of(Start::Kubenet);
    world.cluster().power_state = Some(PowerState::Stopped);
    // https://learn.microsoft.com/azure/aks/start-stop-cluster
    insta::assert_snapshot!(said(&world), @r"
    needs-preparation: MIG-006
    overlay by REC-06
    re-images 1
    MIG-006 > Overlay
    ");
    assert_eq!(plan(&world).recommendation.first, ["REC-01 MIG-006: the cluster is stopped"]);
}

#[test]
fn a_failed_cluster() {
    let mut world = World::of(Start::Kubenet);
    world.cluster().provisioning_state = Some("Failed".to_owned());
    // https://github.com/Azure/AKS/issues/3439
    insta::assert_snapshot!(said(&world), @r"
    needs-preparation: MIG-005
    overlay by REC-06
    re-images 1
    MIG-005 > Overlay
    ");
}

#[test]
fn a_cluster_whose_network_cannot_be_read() {
    let mut world = World::of(Start::Kubenet);
    world.inventory.virtual_networks.clear();
    insta::assert_snapshot!(said(&world), @r"
    unknown
    overlay by REC-05
    re-images 1
    Overlay
    ");
    let plan = plan(&world);
    assert!(plan.readiness.unknown_checks.contains(&CheckId::Mig026));
    assert!(
        plan.readiness
            .reasons
            .iter()
            .any(|reason| reason.contains("the cluster's network could not be read"))
    );
    assert_eq!(plan.candidate.unwrap().suggested_pod_cidr, None);
}

#[test]
fn a_clean_cluster_is_ready_once_people_have_looked() {
    let mut world = World::of(Start::Kubenet);
    insta::assert_snapshot!(said(&world), @r"
    ready-after-checks
    overlay by REC-05
    re-images 1
    Overlay
    ");
    let open = plan(&world).readiness;
    let blocking = open.checks.iter().filter(|c| c.severity == CheckSeverity::Blocker);
    let waiting: Vec<_> =
        blocking.filter(|c| c.status == CheckStatus::Open).map(|c| c.check.as_str()).collect();
    assert_eq!(waiting, ["MIG-014", "MIG-015", "MIG-022", "MIG-070", "MIG-081"]);
    assert!(
        open.checks
            .iter()
            .filter(|c| c.status == CheckStatus::Open)
            .all(|c| c.wording.as_ref().is_some_and(|words| !words.commands().is_empty()))
    );
    attest_all(&mut world);
    assert_eq!(plan(&world).readiness.verdict, Verdict::Ready);
    // The day after, the answers have expired, and what is not known does not pass.
    world.options.as_of = world.options.as_of.tomorrow().unwrap();
    assert_eq!(plan(&world).readiness.verdict, Verdict::ReadyAfterChecks);
}

#[test]
fn a_bad_answer_fails_its_check() {
    let mut world = World::of(Start::Kubenet);
    attest_all(&mut world);
    let bad = world.settings.attestations.iter_mut().find(|a| a.check == CheckId::Mig022).unwrap();
    bad.answer = Answer::Bad;
    let readiness = plan(&world).readiness;
    assert_eq!((readiness.verdict, readiness.blockers), (Verdict::NeedsPreparation, vec![CheckId::Mig022]));
}

#[test]
fn kubenet_that_needs_direct_pod_addresses_is_built_anew() {
    let mut world = World::of(Start::Kubenet);
    world.cluster().tags.insert("Needs-Direct-Pod-IP".to_owned(), "true".to_owned());
    let recommendation = plan(&world).recommendation;
    assert_eq!((recommendation.target, recommendation.rule), (Target::NewCluster, "REC-04"));
    assert_eq!(recommendation.runner_up.unwrap().target, Target::Overlay);
}

#[test]
fn an_old_policy_engine_on_a_calm_cluster_calls_for_cilium_alone() {
    let mut world = World::of(Start::NodeSubnet);
    world.cluster().network.policy = Some(NetworkPolicy::Azure);
    insta::assert_snapshot!(said(&world), @r"
    ready-after-checks
    cilium by REC-16
    re-images 1
    Cilium
    ");
    assert_eq!(plan(&world).readiness.operation, Operation::Cilium);
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
    let found = migration(&world.inventory, &world.options, &world.settings);
    let mut order: Vec<_> = found.clusters.iter().filter_map(|plan| plan.candidate.as_ref()).collect();
    order.sort_by_key(|candidate| candidate.priority);
    let names: Vec<_> = order.iter().map(|candidate| candidate.cluster_id.name()).collect();
    assert_eq!(names, ["near", "calm", "shop"]);
}
