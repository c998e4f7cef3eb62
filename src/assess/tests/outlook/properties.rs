use proptest::prelude::*;

use super::*;
use crate::assess::{
    generated::{build, cluster_specs, lag, lags, turned},
    oracle,
};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn the_oracle_agrees(specs in cluster_specs(), lags in prop::option::of(lags())) {
        let mut inventory = build(&specs);
        if let Some(lags) = lags {
            lag(&mut inventory, &lags);
        }
        let outlook = outlook(&inventory, &options());
        for read in &inventory.virtual_networks[0].subnets {
            let told = outlook.subnets.iter().find(|s| s.id == read.id).unwrap();
            let answer = oracle::answer(&inventory, read);
            prop_assert_eq!(told.usable, Some(answer.usable), "{}", read.id);
            prop_assert_eq!(told.used, answer.used, "{}", read.id);
            prop_assert_eq!(told.used_low, Some(answer.used_low), "{}", read.id);
            prop_assert_eq!(projected(told), answer.projected.map_or([None; 4], |p| p.map(Some)), "{}", read.id);
            let headroom = answer.projected.map(|p| i64::try_from(answer.usable).unwrap() - i64::try_from(p[3]).unwrap());
            prop_assert_eq!(told.headroom(Scenario::ScaleMaxUpgrade), headroom);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn the_order_of_input_changes_nothing(specs in cluster_specs(), by in 0usize..7) {
        let inventory = build(&specs);
        let expected = outlook(&inventory, &options());
        prop_assert_eq!(outlook(&turned(inventory, by), &options()), expected);
    }

    /// A node more, with the addresses planned for it, or a higher maximum, never lowers a projected figure.
    #[test]
    fn growth_never_lowers_a_projection(specs in cluster_specs(), which in any::<prop::sample::Index>(), raise in any::<bool>()) {
        let before = build(&specs);
        let mut after = before.clone();
        let mut pools: Vec<_> = after.clusters.iter_mut().flat_map(|c| c.pools.iter_mut()).collect();
        prop_assume!(!pools.is_empty());
        let at = which.index(pools.len());
        let pool = &mut *pools[at];
        if raise {
            pool.max_count = pool.max_count.map(|max| max + 1);
            pool.vm_autoscale.iter_mut().for_each(|profile| profile.count = profile.count.map(|count| count + 1));
        } else {
            pool.count = pool.count.map(|count| count + 1);
            pool.vm_status.iter_mut().flatten().for_each(|profile| profile.count = profile.count.map(|count| count + 1));
            let (node, pod) = (pool.node_subnet_id.clone(), pool.pod_subnet_id.clone());
            let (in_node_subnet, in_pod_subnet) = planned(&before, at);
            for subnet in &mut after.virtual_networks[0].subnets {
                if Some(&subnet.id) == node.as_ref() {
                    list(subnet, in_node_subnet);
                }
                // Where ARM lists some of the pods, it lists those of the new node too.
                if Some(&subnet.id) == pod.as_ref() && subnet.usage.listed > 0 {
                    list(subnet, in_pod_subnet);
                }
            }
        }
        let (before, after) = (outlook(&before, &options()), outlook(&after, &options()));
        for (old, new) in before.subnets.iter().zip(&after.subnets) {
            for (old, new) in projected(old).into_iter().zip(projected(new)) {
                prop_assert!(new >= old, "{old:?} → {new:?}");
            }
        }
    }
}

fn list(subnet: &mut Subnet, addresses: u32) {
    let mut owners = subnet.usage.owners.clone();
    owners.push(interfaces("planned", None, 1, addresses));
    subnet.usage = usage(owners);
}

/// What a node of a pool takes in its node subnet, and at most in its pod subnet.
fn planned(inventory: &Inventory, at: usize) -> (u32, u32) {
    let rows = crate::assess::testing::rows(inventory, &options());
    let pool = rows.clusters.iter().flat_map(|c| &c.pools).nth(at).unwrap();
    let figure = |count: Option<u64>| u32::try_from(count.unwrap_or(0)).unwrap();
    (figure(pool.ips_per_node), figure(pool.pod_ips_per_node_high))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn free_blocks_and_subnets_make_the_network(lengths in prop::collection::vec((0u32..64, 24u8..=29), 0..8)) {
        let mut subnets: Vec<Subnet> = Vec::new();
        let mut taken = ipam::RangeSet::default();
        for (number, (at, length)) in lengths.iter().enumerate() {
            let address = std::net::Ipv4Addr::from_bits(0x0a00_0000 + at * 256);
            let block = ipam::Cidr::containing(address.into(), *length).unwrap();
            if !taken.overlaps(block) {
                taken = taken.union(&[block].into_iter().collect());
                subnets.push(subnet(&format!("s{number}"), &block.to_string(), vec![]));
            }
        }
        let vnet = vnet("v", &["10.0.0.0/19", "10.0.48.0/20"], subnets);
        let free = free_blocks(&vnet);
        let space: ipam::RangeSet = vnet.address_space.v4().collect();
        let together: ipam::RangeSet = free.iter().copied().chain(vnet.subnets.iter().flat_map(|s| s.prefixes.v4())).collect();
        prop_assert_eq!(together.intersect(&space), space.clone());
        let sizes: u64 = free.iter().map(|block| u64::try_from(block.size()).unwrap()).sum();
        prop_assert_eq!(sizes + taken.intersect(&space).size(), space.size());
        prop_assert!(free.iter().all(|block| !taken.overlaps(*block)));
        prop_assert!(free.is_sorted_by_key(|block| block.length()));
    }

    /// A pool split in two takes the same, but for a surge that rounds up twice.
    #[test]
    fn splitting_a_pool_changes_only_rounding(nodes in 2u32..40, cut in 1u32..39, percent in 1u32..100, grow in 0u32..30, max_pods in 10u32..60) {
        prop_assume!(cut < nodes);
        let part = |name: &str, nodes: u32, grow: u32| NodePool {
            max_surge: Some(format!("{percent}%")),
            max_pods: Some(max_pods),
            ..flat(autoscaled(name, nodes, 1, nodes + grow))
        };
        let whole = alone(vec![part("a", nodes, grow)], 50);
        let split = alone(vec![part("a", cut, grow), part("b", nodes - cut, 0)], 50);
        let per_node = u64::from(max_pods) + 1;
        prop_assert_eq!(whole.ahead.projected.scale_max, split.ahead.projected.scale_max);
        for (whole, split) in [
            (whole.ahead.projected.upgrade_all, split.ahead.projected.upgrade_all),
            (whole.ahead.projected.scale_max_upgrade, split.ahead.projected.scale_max_upgrade),
        ] {
            prop_assert!(split >= whole && split.unwrap() <= whole.unwrap() + per_node);
        }
    }
}
