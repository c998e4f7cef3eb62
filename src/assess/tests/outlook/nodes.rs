//! Nodes that are wanted and nodes that are there, where lists lag behind counts.

use proptest::prelude::*;

use super::*;
use crate::{
    assess::{
        audit::{ClusterRow, NodePoolRow},
        generated::{Lag, build, cluster_specs, lag, lags},
        outlook::{Preflight, Stage, SubnetPart, Target},
        questions::{Space, SubnetAnswer, SubnetRequest, subnet as plan},
        records::Rows,
        testing::{provisioned, rows},
    },
    inventory::{OwnerCount, PoolMode},
};

fn lagging((specs, lags): &(Vec<crate::assess::generated::ClusterSpec>, Vec<Lag>)) -> Inventory {
    let mut inventory = build(specs);
    lag(&mut inventory, lags);
    inventory
}

/// What a node takes in a subnet at most, by the columns of its pool.
fn each(pool: &NodePoolRow, subnet: &ResourceId) -> u64 {
    let observed = pool.ips_per_node_observed.map_or(0, |(_, most)| most);
    let observed = if pool.mode.as_deref() == Some("Gateway") { observed } else { 0 };
    let nodes = pool.ips_per_node.unwrap().max(observed);
    let pods = pool.pod_ips_per_node_high.unwrap_or(0);
    let in_nodes = if pool.node_subnet_id.as_ref() == Some(subnet) { nodes } else { 0 };
    in_nodes + if pool.pod_subnet_id.as_ref() == Some(subnet) { pods } else { 0 }
}

fn due(pool: &NodePoolRow) -> u64 {
    pool.nodes.unwrap().saturating_sub(pool.nodes_holding.unwrap())
}

/// Nodes that no pool counts, by the difference between the cluster and its pools.
fn uncounted(cluster: &ClusterRow) -> u64 {
    cluster.nodes.unwrap_or(0) - cluster.pools.iter().map(|pool| pool.nodes.unwrap()).sum::<u64>()
}

fn ask(inventory: &Inventory, subject: String) -> Option<SubnetAnswer> {
    let request = SubnetRequest { subject, ..SubnetRequest::default() };
    plan(inventory, &request, &options()).ok()
}

fn need(answer: &SubnetAnswer, space: Space) -> Option<u64> {
    answer.needs.iter().find(|need| need.space == space).map(|need| need.need)
}

fn row_of<'r>(cluster: &'r ClusterRow, limit: Limit, pool: Option<&str>) -> Option<&'r LimitRow> {
    cluster.limits.iter().find(|row| row.limit == limit && row.node_pool.as_deref() == pool)
}

/// No projection, limit, comparison or answer has fewer nodes than are wanted.
fn nobody_is_forgotten(rows: &Rows) -> Result<(), TestCaseError> {
    let pools = || rows.clusters.iter().flat_map(|cluster| &cluster.pools);
    for subnet in rows.subnets.iter().filter(|subnet| subnet.used.is_some()) {
        let due: u64 = pools().map(|pool| due(pool) * each(pool, &subnet.id)).sum();
        for projected in projected(subnet) {
            prop_assert!(projected.unwrap() >= subnet.used.unwrap() + due, "{}: {due}", subnet.id);
        }
    }
    for cluster in rows.clusters.iter().filter(|cluster| cluster.nodes.is_some()) {
        prop_assert!(cluster.nodes_scale_max >= cluster.nodes, "{}", cluster.id);
        for row in cluster.limits.iter().filter(|row| row.node_pool.is_none()) {
            prop_assert!(row.scale_max_upgrade >= cluster.nodes && row.scale_max_upgrade >= row.nodes);
        }
    }
    Ok(())
}

/// The tables speak of the same nodes.
fn tables_agree(rows: &Rows) -> Result<(), TestCaseError> {
    for subnet in &rows.subnets {
        for part in &subnet.parts {
            let SubnetPart::Added { cluster_id, node_pool, due: coming, nodes, .. } = part else { continue };
            let cluster = rows.clusters.iter().find(|cluster| cluster.id == *cluster_id).unwrap();
            let pool = cluster.pools.iter().find(|pool| pool.name == *node_pool).unwrap();
            prop_assert_eq!(*coming, Some(due(pool)));
            let peak = pool.ahead.nodes_at_peak.unwrap();
            prop_assert_eq!(nodes.scale_max_upgrade, Some(peak - pool.nodes_holding.unwrap()));
            if let Some(row) = row_of(cluster, Limit::ScaleSet, Some(node_pool)) {
                prop_assert_eq!((row.nodes, row.scale_max_upgrade), (pool.nodes_holding, Some(peak)));
            }
        }
    }
    for cluster in rows.clusters.iter().filter(|cluster| !cluster.pools.is_empty()) {
        let sum = |figure: &dyn Fn(&NodePoolRow) -> u64| cluster.pools.iter().map(figure).sum::<u64>();
        let row = row_of(cluster, Limit::ClusterNodes, None).unwrap();
        let there = sum(&|pool| pool.nodes_holding.unwrap()) + uncounted(cluster);
        let peak = sum(&|pool| pool.ahead.nodes_at_peak.unwrap()) + uncounted(cluster);
        prop_assert_eq!((row.nodes, row.scale_max_upgrade), (Some(there), Some(peak)));
        for preflight in cluster.preflights.iter().filter(|one| one.stage == Stage::Today) {
            prop_assert_eq!(preflight.headroom, headroom_beside(rows, cluster, preflight));
        }
    }
    Ok(())
}

/// The headroom that another table gives for what a comparison is about.
fn headroom_beside(rows: &Rows, cluster: &ClusterRow, preflight: &Preflight) -> Option<i64> {
    match &preflight.target {
        Target::Subnet(id) => {
            rows.subnets.iter().find(|subnet| subnet.id == *id)?.headroom(Scenario::ScaleMaxUpgrade)
        }
        Target::PodCidr(_) => row_of(cluster, Limit::PodCidr, None)?.headroom,
    }
}

/// The answer for a pool or a cluster counts the nodes that the tables do; what is there beyond a pool's maximum goes
/// before a new subnet is made.
fn the_plan_agrees(inventory: &Inventory, rows: &Rows) -> Result<(), TestCaseError> {
    for cluster in rows.clusters.iter().filter(|cluster| !cluster.pools.is_empty()) {
        let size = |pool: &NodePoolRow| {
            let most = pool.nodes_scale_max.unwrap();
            pool.ahead.nodes_at_peak.unwrap() - pool.nodes_holding.unwrap().saturating_sub(most)
        };
        let name = cluster.id.name();
        for pool in &cluster.pools {
            let Some(answer) = ask(inventory, format!("{name}/{}", pool.name)) else { continue };
            let node_subnet = pool.node_subnet_id.as_ref().unwrap();
            let pods = if pool.pod_subnet_id.as_ref() == Some(node_subnet) { None } else { Some(pool) };
            let of_nodes = each(pods.unwrap_or(pool), node_subnet);
            prop_assert_eq!(need(&answer, Space::NodeSubnet), Some(size(pool) * of_nodes), "{}", pool.name);
            prop_assert!(size(pool) >= pool.nodes.unwrap());
        }
        let Some(answer) = ask(inventory, name.to_owned()) else { continue };
        let whole = cluster.pools.iter().map(size).sum::<u64>() + uncounted(cluster);
        if let Some(need) = need(&answer, Space::PodCidr) {
            prop_assert_eq!(need, whole, "{}", name);
            let row = row_of(cluster, Limit::PodCidr, None).unwrap();
            prop_assert!(row.scale_max_upgrade >= Some(need));
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(80))]

    #[test]
    fn every_table_counts_the_same_nodes_however_lists_lag(estate in (cluster_specs(), lags())) {
        let inventory = lagging(&estate);
        let rows = rows(&inventory, &options());
        nobody_is_forgotten(&rows)?;
        tables_agree(&rows)?;
        the_plan_agrees(&inventory, &rows)?;
    }

    /// A node that appears holds its addresses, and where it was wanted the projections had it already: they fall by what
    /// was planned for it beyond that, and never by more.
    #[test]
    fn a_node_that_appears_lowers_no_projection_by_more_than_it_takes(
        estate in (cluster_specs(), lags()),
        which in any::<prop::sample::Index>(),
        held in 1u32..40,
    ) {
        let before = lagging(&estate);
        let old = rows(&before, &options());
        let pools: Vec<_> = old.clusters.iter().flat_map(|cluster| cluster.pools.iter().map(move |pool| (cluster, pool))).collect();
        prop_assume!(!pools.is_empty());
        let (cluster, pool) = pools[which.index(pools.len())];
        let mut after = before.clone();
        appear(&mut after, cluster.id.name(), pool, held);
        let new = rows(&after, &options());
        for (old, new) in old.subnets.iter().zip(&new.subnets) {
            for (was, is) in projected(old).into_iter().zip(projected(new)) {
                prop_assert_eq!(was.is_some(), is.is_some());
                let (was, is) = (was.unwrap_or(0), is.unwrap_or(0));
                let planned = each(pool, &old.id);
                // Pods are modelled, and what ARM lists of them may hide that.
                let has_pods = pool.pod_subnet_id.as_ref() == Some(&old.id);
                let is_here = pool.node_subnet_id.as_ref() == Some(&old.id) && !has_pods;
                let listed = if is_here { u64::from(held) } else { 0 };
                prop_assert!(is + planned >= was + listed, "{}: {was} -> {is}, {planned} a node", old.id);
            }
        }
    }
}

/// Lists one node more of a pool.
fn appear(inventory: &mut Inventory, cluster: &str, pool: &NodePoolRow, held: u32) {
    let subnets = inventory.virtual_networks[0].subnets.iter_mut();
    let subnet = subnets.into_iter().find(|subnet| Some(&subnet.id) == pool.node_subnet_id.as_ref()).unwrap();
    let fresh = match pool.pool_type.as_deref() {
        Some("VirtualMachines" | "AvailabilitySet") => {
            interfaces(&format!("nodes-{cluster}"), Some(&pool.name), 1, held)
        }
        _ => scale_set(cluster, &pool.name, 1, held),
    };
    let mut owners = subnet.usage.owners.clone();
    match owners.iter_mut().find(|count| count.owner == fresh.owner) {
        Some(count) => {
            count.addresses += u64::from(held);
            count.per_node = count.per_node.iter().chain([(held, 1)]).collect();
        }
        None => owners.push(fresh),
    }
    subnet.usage = usage(owners);
}

fn overlay(pools: Vec<NodePool>, owners: Vec<OwnerCount>) -> Rows {
    let one = with_pools("one", Network::Overlay, pools);
    let subnets = vec![subnet("nodes", "10.0.0.0/24", owners)];
    rows(&estate(vec![one], vec![vnet("v", &["10.0.0.0/16"], subnets)]), &options())
}

#[test]
fn nodes_that_no_pool_counts_are_the_clusters() {
    let owners = vec![
        scale_set("one", "np", 2, 1),
        provisioned("one", 20, 1),
        interfaces("nodes-one", Some("gone"), 1, 1),
        // Neither is a node: a machine that somebody put there, and what looks like a node elsewhere.
        interfaces("nodes-one", None, 1, 1),
        provisioned("tools", 3, 1),
    ];
    let rows = overlay(vec![pool_in("np", 2, "nodes")], owners);
    let (cluster, subnet) = (&rows.clusters[0], &rows.subnets[0]);
    assert_eq!(
        (cluster.nodes, cluster.nodes_scale_max, cluster.nodes_configured),
        (Some(23), Some(23), Some(2))
    );
    let row = row_of(cluster, Limit::PodCidr, None).unwrap();
    assert_eq!((row.nodes, row.scale_max_upgrade, row.at_least), (Some(23), Some(24), true));
    assert_eq!(subnet.ahead.basis, Some(ProjectionBasis::LowerBound));
    let expected = "at least: 21 nodes of one are here that no pool counts, some of which may be leaked";
    assert_eq!(said(subnet), [expected]);
    // They hold what they hold, and none comes or surges.
    assert_eq!((subnet.used, projected(subnet)), (Some(27), [Some(28), Some(28), Some(27), Some(28)]));
}

#[test]
fn what_is_between_wanted_and_there_is_said() {
    let rows = overlay(vec![pool_in("np", 5, "nodes")], vec![scale_set("one", "np", 1, 1)]);
    let (pool, subnet) = (&rows.clusters[0].pools[0], &rows.subnets[0]);
    assert_eq!((pool.nodes, pool.nodes_holding), (Some(5), Some(1)));
    assert_eq!(subnet.ahead.basis, Some(ProjectionBasis::UpperBound));
    assert_eq!(said(subnet), ["at most: one/np wants 5 nodes, and 1 is there"]);
    assert_eq!(projected(subnet), [Some(6), Some(6), Some(5), Some(6)]);
    // Nodes left over after an upgrade that failed are taken before new ones are made.
    let left = overlay(vec![flat(autoscaled("np", 5, 1, 9))], vec![scale_set("one", "np", 8, 1)]);
    assert_eq!(projected(&left.subnets[0]), [Some(9), Some(9), Some(9), Some(10)]);
    assert_eq!(left.clusters[0].pools[0].ahead.largest_scale_up, Some(246));
}

/// A pool may surge as far as what other pools still wait for leaves room.
#[test]
fn less_surge_leaves_room_for_what_is_wanted() {
    let waiting = pool_in("waiting", 4, "nodes");
    let surging = NodePool { max_surge: Some("5".to_owned()), ..pool_in("surging", 5, "nodes") };
    let owners = vec![scale_set("one", "surging", 5, 1), interfaces("shop", None, 55, 1)];
    let one = with_pools("one", Network::Flat, vec![waiting, surging]);
    let fixes = ahead(vec![one], vec![subnet("nodes", "10.0.0.0/24", owners)]).fixes;
    let upgrade = fixes.iter().find(|fix| matches!(fix.shortfall, Shortfall::Subnet(_, Scenario::Upgrade)));
    let fix = upgrade.unwrap();
    // 60 + 4 × 31 + 2 × 31 = 246 of 251.
    assert!(
        matches!(&fix.changes[..], [Change::MaxSurge { node_pool, to: 2, .. }] if node_pool == "surging"),
        "{fix:?}"
    );
    assert_eq!(fix.headroom, Some(5));
}

#[test]
fn a_gateway_pool_ends_at_its_prefix() {
    let gateways = |nodes: u32, prefix: u32| NodePool {
        mode: Some(PoolMode::Gateway),
        public_ip_prefix: Some(prefix),
        max_surge: Some("50%".to_owned()),
        ..pool_in("gw", nodes, "nodes")
    };
    let of = |nodes: u32, prefix: u32, each: u32| {
        let rows = overlay(vec![gateways(nodes, prefix)], vec![scale_set("one", "gw", nodes, each)]);
        let pool = &rows.clusters[0].pools[0];
        let row = row_of(&rows.clusters[0], Limit::PublicIpPrefix, Some("gw")).unwrap();
        let ahead = (pool.surge_nodes, pool.ahead.largest_scale_up, pool.ahead.limited_by);
        let why = "one/gw surges no further than the 2 addresses of its public IP prefix";
        assert_eq!(said(&rows.subnets[0]).iter().any(|said| said == why), prefix == 31);
        (ahead, (row.capacity, row.scale_max_upgrade), rows.subnets[0].ahead.projected.upgrade)
    };
    let limit = Some(Limit::PublicIpPrefix);
    assert_eq!(of(2, 31, 1), ((Some(0), Some(0), limit), (Some(2), Some(2)), Some(2)), "the prefix is full");
    assert_eq!(of(2, 30, 1), ((Some(1), Some(2), limit), (Some(4), Some(3)), Some(3)));
    // A node that is seen to hold more than the plan surges with as many.
    assert_eq!(of(2, 30, 3).2, Some(6 + 3));
    // Interfaces that are made in advance are no nodes.
    let machines = NodePool {
        node_subnet_id: Some(subnet_id("v", "nodes")),
        ..virtual_machines("gw", Some(vec![profile(2, None)]), vec![profile(2, None)], vec![])
    };
    let machines = NodePool { mode: Some(PoolMode::Gateway), public_ip_prefix: Some(30), ..machines };
    let rows = overlay(vec![machines], vec![interfaces("nodes-one", Some("gw"), 4, 2)]);
    assert_eq!((rows.subnets[0].used, rows.clusters[0].pools[0].nodes_holding), (Some(8), Some(2)));
}
