//! The twelve clusters, each described in words: verdict, blockers, target, re-images and the order of its runbook,
//! worked out by hand from the pages named beside each.

use super::*;

/// What the engine says in five lines: verdict and blockers, target and rule, re-images, the steps, what people look at
/// before each operation. Steps and looks come in the order the engine gives them, each with its place among the
/// fifteen of the documented order: state, machines and images, version, identity, routes, addresses, rules, evictions,
/// policy engine, infrastructure code, rehearsal, Overlay, verification, Cilium, policies.
/// <https://learn.microsoft.com/azure/aks/update-azure-cni>
fn said(world: &World) -> String {
    let plan = plan(world);
    let ids = |ids: &[CheckId]| ids.iter().map(|id| id.as_str()).collect::<Vec<_>>().join(" ");
    let (reimages, steps) = plan.candidate.as_ref().map_or((0, "-".to_owned()), |_| {
        let names: Vec<String> = plan.steps.iter().map(step_name).collect();
        (plan.reimages(), names.join(" > "))
    });
    let line = format!("{}: {}", plan.readiness.verdict, ids(&plan.readiness.blockers));
    let recommendation = &plan.recommendation;
    let mut looks = places(&plan.readiness.manual_checks);
    if let Some(second) = &plan.second {
        looks = format!("{looks} >> {}", places(&second.manual_checks));
    }
    let looks = format!("look at {looks}");
    format!(
        "{}\n{} by {}\nre-images {reimages}\n{steps}\n{}",
        line.trim_end().trim_end_matches(':'),
        recommendation.target,
        recommendation.rule,
        looks.trim_end()
    )
}

fn step_name(step: &Step) -> String {
    match (step.work.check(), step.work) {
        (Some(check), _) => format!("{} {check}", Checks::built_in().get(check).order),
        (None, Work::Overlay) => "12 Overlay".to_owned(),
        (None, Work::Cilium) => "14 Cilium".to_owned(),
        (None, work) => format!("{work:?}"),
    }
}

/// Checks with the place of each run of them.
fn places(checks: &[CheckId]) -> String {
    let mut parts = Vec::new();
    let mut last = None;
    for id in checks {
        let order = Checks::built_in().get(*id).order;
        if last.replace(order) != Some(order) {
            parts.push(format!("{order}:"));
        }
        parts.push(id.as_str().trim_start_matches("MIG-").to_owned());
    }
    parts.join(" ")
}

/// What people look at before any kubenet cluster goes to Overlay: locks and disruption policies; rights; Azure Policy;
/// quota and service ranges; firewalls and gateways; masquerading, budgets, data on nodes and webhooks; policies; tools
/// and code; consent; and outbound ports afterwards.
const KUBENET: &str = "look at 1: 015 081 4: 014 5: 016 6: 036 K-21 7: 047 070 8: 022 060 061 073 9: 020 021 \
                       10: 066 074 077 11: 009 010 13: 051";
/// Before a node-subnet cluster goes: no Azure Policy about route tables, but who calls pods by their addresses.
const NODE_SUBNET: &str = "look at 1: 015 081 4: 014 6: 036 K-21 7: 045 047 070 8: 022 060 061 073 9: 020 021 \
                           10: 066 074 077 11: 009 010 13: 051";
/// Before the data plane changes: the same of re-imaging, and what policies mean to Cilium.
/// <https://learn.microsoft.com/azure/aks/migrate-from-npm-to-cilium-network-policy>
const CILIUM: &str = "1: 015 081 6: 036 8: 060 061 073 CIL-016 9: CIL-013 10: 074 \
                      14: CIL-004 CIL-007 CIL-008 CIL-009 CIL-010 CIL-011 CIL-012 CIL-014 CIL-015 CIL-019 CIL-020";

/// Whether the engine says what an expert says.
#[track_caller]
fn expect(world: &World, verdict: &str, target: &str, reimages: u32, steps: &str, looks: &str) {
    let expected = format!("{verdict}\n{target}\nre-images {reimages}\n{steps}\n{looks}");
    assert_eq!(said(world), expected);
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
    // The engine goes before Overlay, and a user-assigned identity comes before the route table goes:
    // https://learn.microsoft.com/azure/aks/update-azure-cni. The engine cannot be removed below 1.30:
    // https://github.com/Azure/AKS/releases/tag/2026-05-29. So version, identity, engine, Overlay; Cilium is an operation
    // of its own. Engine, Overlay and Cilium re-image every node, an upgrade goes pool by pool:
    // https://learn.microsoft.com/azure/aks/use-network-policies.
    expect(
        &world,
        "needs-preparation: MIG-019 MIG-012 MIG-017",
        "overlay-then-cilium by REC-06",
        3,
        "3 MIG-019 > 4 MIG-012 > 9 MIG-017 > 12 Overlay > 14 Cilium",
        &format!("{KUBENET} >> {CILIUM}"),
    );
    let plan = plan(&world);
    assert!(plan.readiness.warnings.contains(&CheckId::VersionSupported));
    assert_eq!(plan.recommendation.first.len(), 1, "{:?}", plan.recommendation.first);
    assert!(plan.steps[3].batches_with_previous, "one window holds both re-images");
    let second = plan.second.unwrap();
    assert_eq!((second.operation, second.blockers), (Operation::Cilium, vec![]));
    assert!(second.manual_checks.contains(&CheckId::CiliumCalicoResources));
    world.options.migration.settings.wants_cilium = false;
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
    // The table leaves the gateway's subnet first, with rights on it for the identity, and the address plan after it:
    // https://github.com/MicrosoftDocs/azure-aks-docs/issues/334, https://learn.microsoft.com/azure/aks/configure-kubenet
    expect(&world, "needs-preparation: MIG-040", "overlay by REC-06", 1, "5 MIG-040 > 12 Overlay", KUBENET);
    let found = migration(&world.inventory, &world.options);
    let exposure = found.clusters.iter().find_map(|plan| plan.exposure.as_ref()).unwrap();
    assert_eq!(exposure.route_table, RouteTableKind::Shared);
}

#[test]
fn one_whose_pod_cidr_lies_in_172_16_0_0_12() {
    let mut world = World::of(Start::Kubenet);
    world.pod_cidr("172.16.0.0/12");
    // 172.30.0.0/16 and 172.31.0.0/16 are refused: https://github.com/Azure/AKS/releases/tag/2026-05-29. Another range goes
    // with the operation itself: https://github.com/Azure/AKS/releases/tag/2025-08-29
    expect(&world, "needs-preparation: MIG-031", "overlay by REC-06", 1, "6 MIG-031 > 12 Overlay", KUBENET);
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
    // Virtual nodes need a flat network: https://learn.microsoft.com/azure/aks/concepts-network-azure-cni-overlay, so
    // that new pools relieve the subnet: https://learn.microsoft.com/azure/aks/node-pool-unique-subnet. Seven nodes of 31
    // hold 217 of 251 addresses, and two of surge want 62 more.
    expect(&world, "needs-preparation: MIG-067 MIG-035", "new-pools by REC-10", 0, "NewPools", NODE_SUBNET);
    assert_eq!(plan(&world).recommendation.questions, [Question::NeedsVirtualNodes]);
    let answers = world.options.migration.settings.clusters.entry(cluster_id("shop")).or_default();
    answers.needs_virtual_nodes = Some(false);
    assert_eq!(plan(&world).recommendation.target, Target::Overlay);
}

#[test]
fn a_pod_subnet_cluster() {
    let mut world = World::of(Start::NodeSubnet);
    world.pool().pod_subnet_id = Some(subnet_id("v", "other"));
    // No way in place, and no end date: https://github.com/Azure/AKS/issues/4077,
    // https://learn.microsoft.com/azure/aks/concepts-network-azure-cni-pod-subnet
    expect(&world, "rebuild: MIG-001 MIG-011", "stay by REC-13", 0, "-", "look at");
}

#[test]
fn a_cluster_with_windows_pools() {
    let mut world = crowded();
    world.subnet().prefixes = ["10.1.0.0/23"].into_iter().collect();
    world.pool().os_type = Some(OsType::Windows);
    world.pool().os_sku = Some("Windows2022".to_owned());
    world.pool().node_image_version = Some("AKSWindows-2022-containerd-20348.4000.251101".to_owned());
    world.options.thresholds.warning_pct = 30;
    // Windows Server 2022 from build 20348.1668 goes to Overlay, and never to Cilium:
    // https://learn.microsoft.com/azure/aks/update-azure-cni
    expect(&world, "ready-after-checks", "overlay by REC-08", 1, "12 Overlay", NODE_SUBNET);
    let plan = plan(&world);
    assert!(plan.recommendation.also.iter().any(|one| one.rule() == "REC-17"));
    let candidate = plan.candidate.unwrap();
    assert_eq!(candidate.ips_freed, Some(7 * 31 - 7));
}

#[test]
fn an_availability_set() {
    let mut world = World::of(Start::Kubenet);
    world.pool().pool_type = Some(PoolType::AvailabilitySet);
    // Overlay knows no availability sets; they become machine pools first, with downtime and without a way back:
    // https://learn.microsoft.com/azure/aks/availability-sets-on-aks
    expect(&world, "needs-preparation: MIG-052", "overlay by REC-06", 1, "4 MIG-052 > 12 Overlay", KUBENET);
    assert_eq!(plan(&world).recommendation.first.len(), 1);
}

#[test]
fn a_dual_stack_cluster() {
    let mut world = World::of(Start::Kubenet);
    world.cluster().network.ip_families = vec!["IPv4".to_owned(), "IPv6".to_owned()];
    // Nothing forbids it, but IPv6 is cut meanwhile: https://github.com/Azure/AKS/issues/5120
    expect(&world, "ready-after-checks", "overlay by REC-05", 1, "12 Overlay", KUBENET);
    assert_eq!(plan(&world).readiness.warnings, [CheckId::DualStack]);
}

#[test]
fn a_stopped_cluster() {
    let mut world = World::of(Start::Kubenet);
    world.cluster().power_state = Some(PowerState::Stopped);
    // A stopped cluster can be started or deleted, and nothing else:
    // https://learn.microsoft.com/azure/aks/start-stop-cluster
    expect(&world, "needs-preparation: MIG-006", "overlay by REC-06", 1, "1 MIG-006 > 12 Overlay", KUBENET);
    assert_eq!(first(&plan(&world)), ["REC-01 MIG-006: the cluster is stopped"]);
    // It has no nodes now, and nobody knows how many it will have: unknown, not 0.
    assert_eq!(plan(&world).duration, None);
}

#[test]
fn a_failed_cluster() {
    let mut world = World::of(Start::Kubenet);
    world.cluster().provisioning_state = Some("Failed".to_owned());
    // It is reconciled before anything else: https://github.com/Azure/AKS/issues/3439
    expect(&world, "needs-preparation: MIG-005", "overlay by REC-06", 1, "1 MIG-005 > 12 Overlay", KUBENET);
}

#[test]
fn a_cluster_whose_network_cannot_be_read() {
    let mut world = World::of(Start::Kubenet);
    world.inventory.virtual_networks.clear();
    // What is not known does not pass: whether the range overlaps a subnet decides
    // (https://github.com/Azure/AKS/releases/tag/2024-10-25), and so do routes and room for surge.
    expect(&world, "unknown", "overlay by REC-05", 1, "12 Overlay", KUBENET);
    let plan = plan(&world);
    assert_eq!(
        places(&plan.readiness.unknown_checks),
        "1: 082 5: 039 040 041 042 6: 023 026 027 028 035 038 078 080 7: 044 046 13: 049"
    );
    assert!(
        plan.readiness
            .reasons()
            .into_iter()
            .any(|result| say::against(result).text().contains("the cluster's network could not be read"))
    );
    assert_eq!(plan.candidate.unwrap().suggested_pod_cidr, None);
}

#[test]
fn a_clean_cluster_is_ready_once_people_have_looked() {
    let mut world = World::of(Start::Kubenet);
    // One operation, one re-image, no way back: https://learn.microsoft.com/azure/aks/update-azure-cni
    expect(&world, "ready-after-checks", "overlay by REC-05", 1, "12 Overlay", KUBENET);
    let open = plan(&world).readiness;
    let blocking = open.checks.iter().filter(|c| c.severity == CheckSeverity::Blocker);
    let waiting: Vec<_> =
        blocking.filter(|c| c.status == CheckStatus::Open).map(|c| c.check.as_str()).collect();
    assert_eq!(waiting, ["MIG-014", "MIG-015", "MIG-022", "MIG-070", "MIG-081"]);
    assert!(open.checks.iter().filter(|c| c.status == CheckStatus::Open).all(|c| {
        c.wording.as_ref().is_some_and(|words| !(words.shows().is_empty() && words.fixes().is_empty()))
    }));
    attest_all(&mut world);
    assert_eq!(plan(&world).readiness.verdict, Verdict::Ready);
    // The day after, the answers have expired, and what is not known does not pass.
    world.options.as_of = world.options.as_of.tomorrow().unwrap();
    assert_eq!(plan(&world).readiness.verdict, Verdict::ReadyAfterChecks);
}
