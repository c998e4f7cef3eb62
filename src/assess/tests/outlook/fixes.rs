//! Every fix the engine offers is carried out, and the estate assessed again.

use std::collections::BTreeMap;

use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};

use super::*;
use crate::{
    assess::{
        generated::{Strain, build, cluster_specs, lag, lags, strain, strains},
        oracle,
    },
    inventory::Inventory,
};

/// Does to the inventory what a change says, as far as a test can play Azure.
fn apply(inventory: &mut Inventory, change: &Change) {
    let (cluster_id, node_pool) = match change {
        Change::MaxSurge { cluster_id, node_pool, .. }
        | Change::MaxUnavailable { cluster_id, node_pool }
        | Change::MaxCount { cluster_id, node_pool, .. }
        | Change::ReplaceWithMaxPods { cluster_id, node_pool, .. }
        | Change::MoveToNewSubnet { cluster_id, node_pool, .. } => (cluster_id, Some(node_pool)),
        Change::ExpandPodCidr { cluster_id, .. } => (cluster_id, None),
    };
    let nodes = crate::assess::testing::rows(inventory, &options());
    let nodes = nodes
        .clusters
        .iter()
        .flat_map(|c| &c.pools)
        .find(|p| p.cluster_id == *cluster_id && Some(&p.name) == node_pool);
    let nodes = nodes.map_or(0, |pool| u32::try_from(pool.nodes.unwrap()).unwrap());
    let cluster = inventory.clusters.iter_mut().find(|c| c.id == *cluster_id).unwrap();
    if let Change::ExpandPodCidr { to, .. } = change {
        cluster.network.pod_cidrs = [to.to_string()].iter().collect();
        return;
    }
    let name = cluster.name().to_owned();
    let pool = cluster.pools.iter_mut().find(|p| Some(&p.name) == node_pool).unwrap();
    let mut planned = 1;
    match change {
        Change::MaxSurge { to, .. } => pool.max_surge = Some(to.to_string()),
        Change::MaxUnavailable { .. } => pool.max_surge = Some("0".to_owned()),
        Change::MaxCount { to, .. } => pool.max_count = Some(u32::try_from(*to).unwrap()),
        Change::ReplaceWithMaxPods { to, .. } => {
            pool.max_pods = Some(*to);
            pool.scale_down_mode = None;
            if pool.pod_subnet_id.is_none() && name_is_flat(&cluster.network) {
                planned = to + 1;
            }
        }
        Change::MoveToNewSubnet { block, for_pods, length, .. } => {
            let elsewhere = format!("10.128.0.0/{length}");
            let new = subnet("new", &block.map_or(elsewhere, |block| block.to_string()), vec![]);
            if *for_pods {
                pool.pod_subnet_id = Some(new.id.clone());
            } else {
                pool.node_subnet_id = Some(new.id.clone());
                pool.scale_down_mode = None;
            }
            inventory.virtual_networks[0].subnets.push(new);
        }
        Change::ExpandPodCidr { .. } => unreachable!(),
    }
    if matches!(change, Change::ReplaceWithMaxPods { .. } | Change::MoveToNewSubnet { .. }) {
        let node_subnet = pool.node_subnet_id.clone();
        let moved = scale_set(&name, &pool.name, nodes, planned);
        for of_vnet in &mut inventory.virtual_networks[0].subnets {
            let gone = |count: &crate::inventory::OwnerCount| {
                let id = count.owner.id.as_str().to_lowercase();
                let is_group =
                    id.contains(&format!("/nodes-{name}/")) || id.ends_with(&format!("/nodes-{name}"));
                let hint = count.owner.pool_hint.as_ref() == Some(&pool.name);
                is_group && (hint || id.ends_with(&format!("/aks-{}-12345678-vmss", pool.name)))
            };
            // Of the old pool nothing stays, not even what was left over or deallocated.
            let owners = of_vnet.usage.owners.iter().filter(|count| !gone(count)).cloned();
            let mut owners: Vec<_> = owners.collect();
            if node_subnet.as_ref() == Some(&of_vnet.id) {
                owners.push(moved.clone());
            }
            of_vnet.usage = usage(owners);
        }
    }
}

fn name_is_flat(network: &crate::inventory::NetworkProfile) -> bool {
    network.plugin == Some(crate::inventory::NetworkPlugin::Azure) && network.plugin_mode.is_none()
}

fn left(outlook: &Outlook, id: &ResourceId, scenario: Scenario) -> i64 {
    let subnet = outlook.subnets.iter().find(|subnet| subnet.id == *id).unwrap();
    subnet.left(scenario).unwrap()
}

/// Carries out a fix, and says what is still wrong.
fn still_wrong(before: &Inventory, fix: &Fix) -> Option<String> {
    let mut after = before.clone();
    for change in &fix.changes {
        apply(&mut after, change);
    }
    let ahead = outlook(&after, &options());
    let is_wrong = match &fix.shortfall {
        Shortfall::Subnet(id, scenario) => {
            let of_new = match fix.changes[0] {
                Change::MoveToNewSubnet { .. } => {
                    left(&ahead, &subnet_id("v", "new"), Scenario::ScaleMaxUpgrade)
                }
                _ => 0,
            };
            left(&ahead, id, *scenario) < 0 || of_new < 0 || by_hand(&after, id, *scenario) < 0
        }
        Shortfall::Limit(id, limit, pool) => {
            let is_meant =
                |row: &&LimitRow| row.cluster_id == *id && row.limit == *limit && row.node_pool == *pool;
            let row = ahead.clusters.iter().flat_map(|c| &c.limits).find(is_meant).unwrap();
            let is_clear = match &fix.changes[0] {
                Change::ExpandPodCidr { to, .. } => {
                    !ahead.conflicts.iter().any(|conflict| conflict.cidr_a == *to)
                }
                _ => true,
            };
            row.headroom.unwrap() < 0 || row.headroom != fix.headroom || !is_clear
        }
        Shortfall::Waste(..) => false,
    };
    is_wrong.then(|| format!("{fix:?}"))
}

/// What is left by the oracle, which shares no code with the engine.
fn by_hand(inventory: &Inventory, id: &ResourceId, scenario: Scenario) -> i64 {
    let subnet = inventory.virtual_networks[0].subnets.iter().find(|subnet| subnet.id == *id).unwrap();
    let answer = oracle::answer(inventory, subnet);
    let at = Scenario::AHEAD.iter().position(|ahead| *ahead == scenario).unwrap();
    i64::try_from(answer.usable).unwrap() - i64::try_from(answer.projected.unwrap()[at]).unwrap()
}

/// What a fix is for and what it does, in a word each.
fn kind(fix: &Fix) -> (&'static str, &'static str) {
    let what = match &fix.shortfall {
        Shortfall::Subnet(..) => "subnet",
        Shortfall::Limit(_, limit, _) => limit.as_str(),
        Shortfall::Waste(..) => "waste",
    };
    let how = match &fix.changes[0] {
        Change::MaxSurge { .. } => "max-surge",
        Change::MaxUnavailable { .. } => "max-unavailable",
        Change::MaxCount { .. } => "max-count",
        Change::ReplaceWithMaxPods { .. } => "max-pods",
        Change::MoveToNewSubnet { for_pods: false, .. } => "new-subnet",
        Change::MoveToNewSubnet { for_pods: true, .. } => "new-pod-subnet",
        Change::ExpandPodCidr { .. } => "pod-cidr",
    };
    (what, how)
}

fn strained((specs, strains): &(Vec<crate::assess::generated::ClusterSpec>, Vec<Strain>)) -> Inventory {
    let mut inventory = build(specs);
    strain(&mut inventory, strains);
    inventory
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn a_suggested_fix_always_fixes(estate in (cluster_specs(), strains()), lags in prop::option::of(lags())) {
        let mut before = strained(&estate);
        if let Some(lags) = lags {
            lag(&mut before, &lags);
        }
        for fix in outlook(&before, &options()).fixes {
            prop_assert_eq!(still_wrong(&before, &fix), None);
        }
    }

    /// Two new subnets of one report never get the same addresses, unless both say so.
    #[test]
    fn new_subnets_do_not_share_a_block_silently(estate in (cluster_specs(), strains())) {
        let inventory = strained(&estate);
        let network = &inventory.virtual_networks[0];
        let mut named: BTreeMap<String, (ipam::Cidr, bool)> = BTreeMap::new();
        for change in outlook(&inventory, &options()).fixes.iter().flat_map(|fix| &fix.changes) {
            let Change::MoveToNewSubnet { cluster_id, node_pool, for_pods, length, block: Some(block), shared, .. } = change
            else {
                continue;
            };
            prop_assert_eq!(block.length(), *length);
            prop_assert!(network.address_space.v4().any(|space| space.contains(*block)));
            prop_assert!(!network.subnets.iter().flat_map(|s| s.prefixes.v4()).any(|taken| taken.overlaps(*block)));
            let own = format!("{cluster_id}/{node_pool}/{for_pods}/{length}");
            prop_assert_eq!(*named.entry(own).or_insert((*block, *shared)), (*block, *shared));
        }
        for (at, (block, shared)) in named.values().enumerate() {
            let others = named.values().enumerate().filter(|(other, _)| *other != at);
            let meets = others.filter(|(_, (other, _))| other.overlaps(*block)).count() > 0;
            prop_assert_eq!(meets, *shared);
        }
    }
}

/// The property above is worth what its estates are: each shortfall and each fix is among them.
#[test]
fn the_generated_estates_fall_short_in_every_way() {
    let mut runner = TestRunner::deterministic();
    let mut seen: BTreeMap<(&str, &str), u32> = BTreeMap::new();
    let (mut apart, mut shared_blocks) = (0, 0);
    for _ in 0..150 {
        let estate = (cluster_specs(), strains()).new_tree(&mut runner).unwrap().current();
        for fix in &outlook(&strained(&estate), &options()).fixes {
            *seen.entry(kind(fix)).or_default() += 1;
            if let Change::MoveToNewSubnet { block: Some(_), shared, .. } = fix.changes[0] {
                *(if shared { &mut shared_blocks } else { &mut apart }) += 1;
            }
        }
    }
    let expected = [
        ("cluster-nodes", "max-count"),
        ("pod-cidr", "max-count"),
        ("pod-cidr", "max-surge"),
        ("pod-cidr", "max-unavailable"),
        ("pod-cidr", "pod-cidr"),
        ("route-table", "max-count"),
        ("route-table", "max-surge"),
        ("scale-set", "max-count"),
        ("scale-set", "max-surge"),
        ("subnet", "max-count"),
        ("subnet", "max-pods"),
        ("subnet", "max-surge"),
        ("subnet", "max-unavailable"),
        ("subnet", "new-pod-subnet"),
        ("subnet", "new-subnet"),
        ("waste", "max-pods"),
    ];
    let missing: Vec<_> = expected.iter().filter(|kind| !seen.contains_key(*kind)).collect();
    assert!(missing.is_empty(), "{missing:?} of {seen:?}");
    assert!(apart > 0 && shared_blocks > 0, "{apart} blocks apart, {shared_blocks} shared");
}

#[test]
fn two_new_subnets_of_one_network_get_blocks_of_their_own() {
    let short = |name: &str, subnet: &str| with_pools(name, Network::Flat, vec![pool_in("np", 8, subnet)]);
    let subnets = |space: &str| {
        let held = |name| vec![scale_set(name, "np", 8, 31)];
        let subnets = vec![subnet("a", "10.1.0.0/24", held("one")), subnet("b", "10.1.1.0/24", held("two"))];
        let clusters = vec![short("one", "a"), short("two", "b")];
        let fixes = outlook(&estate(clusters, vec![vnet("v", &[space], subnets)]), &options()).fixes;
        let mut blocks: Vec<_> = fixes
            .iter()
            .flat_map(|fix| &fix.changes)
            .filter_map(|change| match change {
                Change::MoveToNewSubnet { node_pool: _, cluster_id, block, shared, .. } => {
                    Some((cluster_id.name().to_owned(), block.map(|block| block.to_string()), *shared))
                }
                _ => None,
            })
            .collect();
        blocks.sort();
        blocks.dedup();
        blocks
    };
    let named = |name: &str, block: Option<&str>, shared| (name.to_owned(), block.map(str::to_owned), shared);
    assert_eq!(
        subnets("10.1.0.0/21"),
        [named("one", Some("10.1.2.0/23"), false), named("two", Some("10.1.4.0/23"), false)]
    );
    assert_eq!(
        subnets("10.1.0.0/22"),
        [named("one", Some("10.1.2.0/23"), true), named("two", Some("10.1.2.0/23"), true)]
    );
    assert_eq!(subnets("10.1.0.0/23"), [named("one", None, false), named("two", None, false)]);
}
