//! Targets beside those of the twelve: wishes for Cilium, larger pod CIDRs, gateways, sizes.

use super::*;
use crate::{
    assess::testing::{Network, autoscaled, cluster, interfaces, pool_in, provisioned, scale_set, usage},
    inventory::{AllocationMode, NetworkDataplane, NetworkPlugin, NodePool, OwnerCount, ResourceId},
};

fn tag(world: &mut World, name: &str, value: &str) {
    world.cluster().tags.insert(name.to_owned(), value.to_owned());
}

/// An Overlay cluster in the subnet of the clean one.
fn overlay(pod_cidr: &str, pools: Vec<NodePool>) -> World {
    let mut world = World::of(Start::NodeSubnet);
    let made = cluster("shop", Network::Overlay);
    let clean = world.cluster();
    (clean.network, clean.pools) = (made.network, pools);
    for pool in &mut clean.pools {
        (pool.os_type, pool.node_subnet_id) = (Some(OsType::Linux), Some(subnet_id("v", "nodes")));
    }
    world.pod_cidr(pod_cidr);
    world
}

fn why(plan: &ClusterPlan) -> String {
    say::target_reason(&plan.recommendation.reason).text()
}

fn advice(world: &World, rule: &str) -> Vec<String> {
    let also = plan(world).recommendation.also;
    also.iter().filter(|one| one.rule() == rule).map(|one| say::advice(one).text()).collect()
}

#[test]
fn kubenet_that_needs_direct_pod_addresses_is_built_anew() {
    let mut world = World::of(Start::Kubenet);
    world.cluster().tags.insert("Needs-Direct-Pod-IP".to_owned(), "true".to_owned());
    let recommendation = plan(&world).recommendation;
    assert_eq!((recommendation.target, recommendation.rule), (Target::NewCluster, "REC-04"));
    assert_eq!(recommendation.runner_up.unwrap(), Target::Overlay);
}

#[test]
fn an_old_policy_engine_on_a_calm_cluster_calls_for_cilium_alone() {
    let mut world = World::of(Start::NodeSubnet);
    world.cluster().network.policy = Some(NetworkPolicy::Azure);
    // The update removes the engine itself: https://learn.microsoft.com/azure/aks/update-azure-cni
    let found = plan(&world);
    assert_eq!((found.recommendation.target, found.recommendation.rule), (Target::Cilium, "REC-16"));
    assert_eq!(found.readiness.operation, Operation::Cilium);
    assert_eq!(found.reimages(), 1);
    // Where Cilium is ruled out, nothing calls for anything.
    tag(&mut world, "wants-cilium", "no");
    assert_eq!(plan(&world).recommendation.target, Target::Stay);
}

#[test]
fn cilium_is_for_those_who_ask_even_without_an_engine() {
    let mut world = World::of(Start::NodeSubnet);
    assert_eq!(plan(&world).recommendation.target, Target::Stay);
    tag(&mut world, "Wants-Cilium", "true");
    let found = plan(&world);
    assert_eq!((found.recommendation.target, found.recommendation.rule), (Target::Cilium, "REC-16"));
    assert!(why(&found).ends_with("Cilium is asked for"), "{}", why(&found));
    let mut kubenet = World::of(Start::Kubenet);
    tag(&mut kubenet, "wants-cilium", "true");
    assert_eq!(plan(&kubenet).recommendation.target, Target::OverlayThenCilium);
    let answers = kubenet.options.migration.settings.clusters.entry(cluster_id("shop")).or_default();
    answers.wants_cilium = Some(false);
    assert_eq!(plan(&kubenet).recommendation.target, Target::Overlay, "the configuration wins over tags");
}

#[test]
fn static_blocks_go_to_cilium_with_a_rehearsal_and_automatic_is_there_already() {
    let mut world = World::of(Start::NodeSubnet);
    world.cluster().network.policy = Some(NetworkPolicy::Calico);
    world.vnet().subnets[1].prefixes = ["10.1.16.0/20"].into_iter().collect();
    for pool in &mut world.cluster().pools {
        pool.pod_subnet_id = Some(subnet_id("v", "other"));
        pool.allocation_mode = Some(AllocationMode::DynamicIndividual);
    }
    assert_eq!(plan(&world).recommendation.target, Target::Cilium);
    assert_eq!(advice(&world, "REC-16"), Vec::<String>::new());
    world.pool().allocation_mode = Some(AllocationMode::StaticBlock);
    assert_eq!(advice(&world, "REC-16").len(), 1);

    // https://learn.microsoft.com/azure/aks/azure-cni-powered-by-cilium
    let mut automatic = overlay("10.244.0.0/16", vec![pool_in("apps", 3, "nodes")]);
    automatic.cluster().sku_name = Some("Automatic".to_owned());
    automatic.cluster().network.dataplane = Some(NetworkDataplane::Cilium);
    let found = plan(&automatic);
    let failing = found.readiness.checks.iter().filter(|c| c.status == CheckStatus::Fail).map(|c| c.check);
    assert_eq!(failing.collect::<Vec<_>>(), [CheckId::AksAutomatic]);
    assert_eq!((found.recommendation.target, found.readiness.verdict), (Target::Stay, Verdict::Ready));
}

/// What stands between a cluster and the Cilium that somebody wants there.
#[test]
fn a_wish_for_cilium_is_answered_with_what_stands_in_its_way() {
    let second = |world: &World| plan(world).second.map(|s| (s.operation, s.verdict, s.blockers));
    let mut world = World::of(Start::NodeSubnet);
    world.pool().os_type = Some(OsType::Windows);
    world.pool().os_sku = Some("Windows2022".to_owned());
    assert_eq!(second(&world), None, "nobody asked");
    tag(&mut world, "wants-cilium", "true");
    let expected = (Operation::Cilium, Verdict::NeedsPreparation, vec![CheckId::CiliumWindowsPools]);
    assert_eq!((plan(&world).recommendation.target, second(&world)), (Target::Stay, Some(expected)));

    let mut own = World::of(Start::NodeSubnet);
    tag(&mut own, "wants-cilium", "true");
    own.cluster().network.plugin = Some(NetworkPlugin::None);
    let expected = (Operation::Cilium, Verdict::Rebuild, vec![CheckId::CiliumPlugin]);
    let recommendation = plan(&own).recommendation;
    assert_eq!((recommendation.target, recommendation.rule), (Target::NewCluster, "REC-03"));
    assert_eq!(second(&own), Some(expected));
    assert!(plan(&own).cilium_wanted().is_some());

    let mut done = World::of(Start::NodeSubnet);
    tag(&mut done, "wants-cilium", "true");
    done.cluster().network.dataplane = Some(NetworkDataplane::Cilium);
    assert_eq!(plan(&done).recommendation.target, Target::Stay);
    assert_eq!(plan(&done).cilium_wanted(), None, "what is there is not wanted any more");
    let second = plan(&done).second.unwrap();
    let asked: Vec<_> = second.checks.iter().map(|c| (c.check, c.status)).collect();
    assert_eq!(asked, [(CheckId::CiliumAlready, CheckStatus::Fail)], "nothing stands before what is done");
    assert_eq!(second.verdict, Verdict::Ready);
}

/// <https://learn.microsoft.com/azure/aks/azure-cni-overlay-pod-expand>: a /20 has room for 16 nodes.
#[test]
fn a_pod_cidr_that_runs_out_grows_to_the_smallest_range_that_holds_it_and_all_nodes() {
    let pools = || vec![autoscaled("apps", 12, 6, 24)];
    let world = overlay("10.244.16.0/20", pools());
    let found = plan(&world);
    assert_eq!((found.recommendation.target, found.recommendation.rule), (Target::ExpandPodCidr, "REC-14"));
    let candidate = found.candidate.unwrap();
    // 24 nodes and one of surge.
    assert_eq!(candidate.suggested_pod_cidr.unwrap().to_string(), "10.244.0.0/19");
    assert_eq!(candidate.current_pod_cidr.unwrap().to_string(), "10.244.16.0/20");
    let steps: Vec<_> = found.steps.iter().map(|s| (say::work(s.work, &s.also).text(), s.reimages)).collect();
    assert_eq!(steps, [("expand the pod CIDR to 10.244.0.0/19".to_owned(), false)]);

    // Nearly full today, and enough at the maximum: one length larger.
    let world = overlay("10.244.0.0/20", vec![pool_in("apps", 13, "nodes")]);
    let larger = plan(&world).candidate.unwrap().suggested_pod_cidr.unwrap();
    assert_eq!(larger.to_string(), "10.244.0.0/19");

    let rebuilt = |world: &World| {
        let found = plan(world);
        assert_eq!((found.recommendation.target, found.recommendation.rule), (Target::NewCluster, "REC-14"));
        // The new cluster gets a range in which every node and its surge has a /24, wherever the present one lies.
        let new = found.candidate.as_ref().unwrap().suggested_pod_cidr.unwrap();
        assert!(new.length() <= 19, "{new}");
        why(&found)
    };
    let mut taken = overlay("10.244.16.0/20", pools());
    taken.options.on_premises.push("10.244.0.0/24".parse().unwrap());
    assert_eq!(
        rebuilt(&taken),
        "the pod CIDR has room for 16 nodes, and the pools may have 24; \
         no range that holds 10.244.16.0/20 and 25 nodes is private and free"
    );
    let edge = overlay("192.168.0.0/20", pools());
    assert!(rebuilt(&edge).contains("192.168.0.0/20"), "what lies outside Azure has the addresses beside it");
    let mut windows = overlay("10.244.16.0/20", pools());
    windows.cluster().pools[0].os_type = Some(OsType::Windows);
    rebuilt(&windows);
    let mut dual = overlay("10.244.16.0/20", pools());
    dual.cluster().network.pod_cidrs = ["10.244.16.0/20", "fd00::/64"].into_iter().collect();
    rebuilt(&dual);

    let mut unread = overlay("10.244.16.0/20", pools());
    unread.inventory.virtual_networks.clear();
    let found = plan(&unread);
    assert_eq!(found.recommendation.target, Target::ExpandPodCidr);
    assert!(why(&found).contains("to which range is not known"));
    let candidate = found.candidate.unwrap();
    assert_eq!(candidate.suggested_pod_cidr, None);
    assert_eq!(found.steps.len(), 1);
}

/// REC-01 is for every cluster: <https://learn.microsoft.com/azure/aks/start-stop-cluster>
#[test]
fn a_stopped_cluster_is_started_before_anything_in_it_changes() {
    let mut world = overlay("10.244.16.0/20", vec![autoscaled("apps", 12, 6, 24)]);
    world.cluster().power_state = Some(PowerState::Stopped);
    let found = plan(&world);
    assert_eq!((found.recommendation.target, found.recommendation.rule), (Target::ExpandPodCidr, "REC-14"));
    assert_eq!(first(&found), ["REC-01 MIG-006: the cluster is stopped"]);
    assert_eq!(
        (found.readiness.verdict, found.readiness.blockers),
        (Verdict::NeedsPreparation, vec![CheckId::ClusterRunning])
    );
    let steps: Vec<_> = found.steps.iter().map(|s| s.work).collect();
    assert_eq!(
        steps,
        [Work::Mend(CheckId::ClusterRunning), Work::ExpandPodCidr(Some("10.244.0.0/19".parse().unwrap()))]
    );
}

/// <https://learn.microsoft.com/azure/application-gateway/for-containers/container-networking>
#[test]
fn a_gateway_for_containers_has_a_24_reserved() {
    let of_gateways = |prefix: &str| {
        let mut made = subnet("alb", prefix, vec![]);
        made.delegations.push("microsoft.servicenetworking/trafficcontrollers".to_owned());
        made
    };
    let mut world = World::of(Start::Kubenet);
    assert_eq!(advice(&world, "REC-19"), Vec::<String>::new());
    world.vnet().subnets.push(of_gateways("10.1.10.0/23"));
    // 10.1.0.0/22 holds the nodes.
    assert!(advice(&world, "REC-19")[0].ends_with(": reserve 10.1.4.0/24, which is free"));
    world.vnet().subnets.push(of_gateways("10.1.9.0/24"));
    assert!(advice(&world, "REC-19")[0].ends_with(": keep alb as it is"));
    let mut full = World::of(Start::Kubenet);
    full.vnet().subnets.push(of_gateways("10.1.10.0/23"));
    full.vnet().address_space = ["10.1.0.0/22", "10.1.10.0/23"].into_iter().collect();
    assert!(advice(&full, "REC-19")[0].contains("none is free"));
    // A flat cluster that stays flat needs none.
    let mut flat = World::of(Start::NodeSubnet);
    flat.vnet().subnets.push(of_gateways("10.1.10.0/23"));
    assert_eq!(advice(&flat, "REC-19"), Vec::<String>::new());
}

/// <https://learn.microsoft.com/azure/aks/best-practices-performance-scale-large>,
/// <https://learn.microsoft.com/azure/aks/free-standard-pricing-tiers>
#[test]
fn clusters_beyond_what_one_is_meant_for_are_told_so() {
    let mut world = World::of(Start::Kubenet);
    assert_eq!(advice(&world, "REC-18"), Vec::<String>::new());
    world.pool().count = Some(998);
    world.cluster().sku_tier = Some("Free".to_owned());
    assert_eq!(advice(&world, "REC-18"), ["more nodes than the Free tier allows: move to the Standard tier"]);
    world.cluster().sku_tier = Some("Standard".to_owned());
    (world.pool().count, world.pool().max_pods) = (Some(5_000), Some(110));
    assert_eq!(advice(&world, "REC-18").len(), 2, "nodes and pods");
}

/// No range is left, which is a blocker and not a gap: what would be asked of a range is not asked.
#[test]
fn a_network_that_leaves_no_range_for_pods_is_prepared_first() {
    let mut world = World::of(Start::NodeSubnet);
    world.options.migration.settings.pod_cidr_pools = vec!["10.1.0.0/16".parse().unwrap()];
    let readiness = plan(&world).readiness;
    assert_eq!(
        (readiness.verdict, readiness.blockers),
        (Verdict::NeedsPreparation, vec![CheckId::PodCidrSupplied])
    );
    assert_eq!(readiness.unknown_checks, []);
    world.inventory.virtual_networks.clear();
    let readiness = plan(&world).readiness;
    assert_eq!(readiness.verdict, Verdict::Unknown);
    assert!(readiness.unknown_checks.contains(&CheckId::PodCidrSubnets));
}

#[test]
fn a_shared_range_is_the_most_used_and_then_the_smallest_that_fits() {
    let mut world = World::of(Start::NodeSubnet);
    let mut share = |name: &str, pod_cidr: &str| {
        let mut made = cluster(name, Network::Overlay);
        made.network.pod_cidrs = [pod_cidr].into_iter().collect();
        world.inventory.clusters.push(made);
    };
    share("huge", "100.64.0.0/10");
    share("small", "10.96.0.0/16");
    share("tiny", "10.97.0.0/24");
    let given = |world: &World| plan(world).pod_cidr.unwrap().cidr.to_string();
    assert_eq!(given(&world), "10.96.0.0/16", "a /24 holds one node");
    let mut again = cluster("again", Network::Overlay);
    again.network.pod_cidrs = ["100.64.0.0/10"].into_iter().collect();
    world.inventory.clusters.push(again);
    assert_eq!(given(&world), "100.64.0.0/10");
}

#[test]
fn room_for_growth_ends_where_a_cluster_does() {
    let mut world = World::of(Start::NodeSubnet);
    world.pool().count = Some(4_000);
    // 4,003 nodes and 401 of surge, half as many again: no more than 5,000, which a /11 holds.
    assert_eq!(plan(&world).pod_cidr.unwrap().nodes, 5_000);
}

/// What presses decides what helps. Nodes that no pool makes are led elsewhere by their node class alone; where Azure does not
/// say who makes them, both answers are given; what is left of a pool that is gone is no node of theirs.
#[test]
fn nodes_that_no_pool_makes_call_for_no_new_pools() {
    let pressed = |nap: bool, others: Vec<OwnerCount>, in_managed: bool| {
        let mut world = overlay("10.244.0.0/16", vec![pool_in("system", 2, "nodes")]);
        world.subnet().prefixes = ["10.1.0.0/27"].into_iter().collect();
        let own = scale_set("shop", "system", 2, 1);
        world.subnet().usage = usage(std::iter::once(own).chain(others).collect());
        world.cluster().node_provisioning_mode = Some(if nap { "Auto" } else { "Manual" }.to_owned());
        if in_managed {
            // A pool that names no subnet has the one that AKS made, in the group of the nodes.
            let group = |id: &ResourceId| {
                crate::assess::testing::id(
                    &id.as_str().replace("resourceGroups/net", "resourceGroups/nodes-shop"),
                )
            };
            let vnet = world.vnet();
            vnet.id = group(&vnet.id);
            vnet.subnets.iter_mut().for_each(|subnet| subnet.id = group(&subnet.id));
            vnet.subnets.truncate(1);
            world.cluster().pools.iter_mut().for_each(|pool| pool.node_subnet_id = None);
        }
        let found = plan(&world);
        let works: Vec<Work> = found.steps.iter().map(|step| step.work).collect();
        (found.recommendation.target, works, why(&found))
    };
    let made = || vec![provisioned("shop", 22, 1)];
    let (target, works, why) = pressed(true, made(), false);
    assert_eq!((target, works.as_slice()), (Target::LargerSubnet, [Work::LargerSubnet].as_slice()));
    assert!(why.contains("which the node class of the nodes that no pool makes has to name"), "{why}");
    let (target, works, why) = pressed(false, made(), false);
    assert_eq!((target, works.as_slice()), (Target::LargerSubnet, [Work::LargerSubnet].as_slice()));
    assert!(why.contains("22 nodes that no pool counts are named as Karpenter names its own"), "{why}");
    assert!(why.contains("node class has to name") && why.contains("can be deleted"), "{why}");
    // No other subnet is taken where AKS made the network.
    let (target, _, why) = pressed(true, made(), true);
    assert_eq!(target, Target::NewCluster, "{why}");
    assert!(why.contains("fewer nodes, or a new cluster"), "{why}");
    // Others press: new pools lead the pools elsewhere, with one leaked interface or with none.
    let others = |more: OwnerCount| vec![interfaces("machines", None, 22, 1), more];
    let leaked = interfaces("nodes-shop", Some("gone"), 1, 1);
    for more in [leaked, provisioned("shop", 1, 1)] {
        let (target, works, why) = pressed(false, others(more), false);
        assert_eq!((target, works.as_slice()), (Target::NewPools, [Work::NewPools].as_slice()), "{why}");
    }
    // So it is where what is left of a pool that is gone presses.
    let left = vec![interfaces("nodes-shop", Some("gone"), 22, 1)];
    assert_eq!(pressed(false, left, false).0, Target::NewPools);
}
