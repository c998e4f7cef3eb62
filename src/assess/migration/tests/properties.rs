//! What holds for every cluster, every answer and every date.

use jiff::{ToSpan, civil::date};
use proptest::prelude::*;

use super::*;
use crate::{
    assess::{
        generated::cluster_specs,
        migration::{
            checks::tests::{End, Start, World, cases, forwarding, peering},
            verdict::judge,
        },
        testing::vnet,
        topology::ranges::reserved,
    },
    ipam::{Cidr, PRIVATE_RANGES},
    rules::Visibility,
};

fn status() -> impl Strategy<Value = CheckStatus> {
    prop::sample::select(vec![CheckStatus::Pass, CheckStatus::Fail, CheckStatus::Unknown, CheckStatus::Open])
}

fn results() -> impl Strategy<Value = Vec<CheckResult>> {
    let severity =
        prop::sample::select(vec![CheckSeverity::Info, CheckSeverity::Warning, CheckSeverity::Blocker]);
    let one = (prop::sample::select(CheckId::ALL), severity, status(), any::<bool>());
    prop::collection::vec(one, 0..20).prop_map(|all| {
        all.into_iter()
            .map(|(check, severity, status, rebuild)| result(check, severity, status, rebuild))
            .collect()
    })
}

fn result(check: CheckId, severity: CheckSeverity, status: CheckStatus, rebuild: bool) -> CheckResult {
    CheckResult {
        check,
        severity,
        visibility: Visibility::Arm,
        status,
        facts: Vec::new(),
        rebuild: rebuild && severity == CheckSeverity::Blocker && status == CheckStatus::Fail,
        wording: None,
        attested_until: None,
    }
}

fn verdict(checks: Vec<CheckResult>) -> Verdict {
    judge(Operation::Overlay, checks).verdict
}

proptest! {
    #[test]
    fn adding_a_blocker_never_improves_a_verdict(
        before in results(),
        check in prop::sample::select(CheckId::ALL),
        rebuild in any::<bool>(),
    ) {
        let mut after = before.clone();
        after.push(result(check, CheckSeverity::Blocker, CheckStatus::Fail, rebuild));
        let (before, after) = (verdict(before), verdict(after));
        prop_assert!(after <= before, "{before} became {after}");
        prop_assert!(after <= Verdict::NeedsPreparation);
    }

    #[test]
    fn warnings_and_hints_never_change_a_verdict(
        before in results(),
        check in prop::sample::select(CheckId::ALL),
        status in status(),
        severity in prop::sample::select(vec![CheckSeverity::Info, CheckSeverity::Warning]),
    ) {
        let mut after = before.clone();
        after.push(result(check, severity, status, false));
        prop_assert_eq!(verdict(before), verdict(after));
    }

    #[test]
    fn a_later_date_never_leaves_more_days(first in 0i32..3000, more in 0i32..3000, specs in cluster_specs()) {
        let mut inventory = crate::assess::generated::build(&specs);
        for cluster in &mut inventory.clusters {
            cluster.network.load_balancer_sku = Some("basic".to_owned());
        }
        let world = World::of(Start::Kubenet);
        let days = |day: i32| {
            let mut options = world.options.clone();
            options.as_of = date(2024, 1, 1) + day.days();
            let found = migration(&inventory, &options);
            let mut exposure: Vec<_> =
                found.clusters.iter().filter_map(|plan| Some((plan.cluster_id.clone(), plan.exposure.as_ref()?.days_left))).collect();
            exposure.sort();
            let mut items: Vec<_> = found
                .retirements
                .iter()
                .map(|i| (i.id, i.resource_id.clone(), i.node_pool.clone(), i.days_left))
                .collect();
            items.sort();
            (exposure, items)
        };
        let (early, late) = (days(first), days(first + more));
        prop_assert!(early.0.iter().zip(&late.0).all(|(a, b)| a.0 == b.0 && a.1 >= b.1));
        prop_assert!(early.1.iter().zip(&late.1).all(|(a, b)| (a.0, &a.1, &a.2) == (b.0, &b.1, &b.2) && a.3 >= b.3));
    }

    #[test]
    fn nothing_depends_on_the_order_of_lists(specs in cluster_specs()) {
        let inventory = crate::assess::generated::build(&specs);
        let mut turned = inventory.clone();
        turned.clusters.reverse();
        turned.virtual_networks.reverse();
        for cluster in &mut turned.clusters {
            cluster.pools.reverse();
        }
        let world = World::of(Start::Kubenet);
        let one = migration(&inventory, &world.options);
        let other = migration(&turned, &world.options);
        prop_assert_eq!(one, other);
    }
}

/// Aligned blocks anywhere in the private ranges.
pub(super) fn block() -> impl Strategy<Value = Cidr> {
    (any::<u32>(), prop::sample::select(PRIVATE_RANGES.to_vec()), 8u8..25).prop_map(|(at, range, length)| {
        let range: Cidr = range.parse().unwrap();
        let (first, last) = (range.first_v4().unwrap(), range.last_v4().unwrap());
        let span = u64::from(last - first) + 1;
        let address = first + u32::try_from(u64::from(at) % span).unwrap();
        Cidr::containing(std::net::Ipv4Addr::from_bits(address).into(), length.max(range.length())).unwrap()
    })
}

proptest! {
    #[test]
    fn every_proposed_pod_cidr_is_apart_from_all_it_must_be_apart_from(
        space in block(),
        peers in prop::collection::vec(block(), 0..5),
        behind in prop::collection::vec(block(), 0..3),
        outside in prop::collection::vec(block(), 0..4),
        service in block(),
        present in prop::option::of(block()),
        nodes in 0u32..400,
        most in 0u32..2000,
    ) {
        let start = if present.is_some() { Start::Kubenet } else { Start::NodeSubnet };
        let mut world = World::of(start);
        if let Some(present) = present {
            world.pod_cidr(&present.to_string());
        }
        world.cluster().network.service_cidrs = [service.to_string()].into_iter().collect();
        world.vnet().address_space = [space.to_string()].into_iter().collect();
        let texts = |all: &[Cidr]| -> Vec<String> { all.iter().map(ToString::to_string).collect() };
        let behind_texts = texts(&behind);
        let mut hub = vnet("hub", &["10.199.0.0/24"], vec![]);
        hub.peerings = behind_texts.iter().enumerate().map(|(n, b)| forwarding(&format!("s{n}"), &[b])).collect();
        world.vnet().peerings =
            texts(&peers).iter().enumerate().map(|(n, b)| peering(&format!("p{n}"), &[b])).collect();
        world.vnet().peerings.push(forwarding("hub", &[]));
        world.inventory.virtual_networks.push(hub);
        world.options.on_premises = outside.clone();
        world.pool().count = Some(nodes);
        (world.pool().autoscaling, world.pool().max_count) = (Some(true), Some(most));
        let Some(candidate) = plan(&world).candidate else { return Ok(()) };
        let Some(cidr) = candidate.suggested_pod_cidr else { return Ok(()) };

        let subnets = world.vnet().subnets.iter().flat_map(|s| s.prefixes.v4().collect::<Vec<_>>());
        let mut forbidden: Vec<Cidr> = subnets.collect();
        forbidden.extend([space, service, "10.199.0.0/24".parse().unwrap()]);
        forbidden.extend(peers.into_iter().chain(behind).chain(outside).chain(reserved()));
        for other in forbidden {
            prop_assert!(!cidr.overlaps(other), "{cidr} overlaps {other}");
        }
        let need = candidate.footprint.nodes_scale_max.unwrap_or(0);
        prop_assert!(crate::ipam::pod_cidr_nodes(cidr).unwrap() > need, "{cidr} for {need} nodes and a surge");
        prop_assert!(PRIVATE_RANGES.iter().any(|r| r.parse::<Cidr>().unwrap().contains(cidr)));
    }
}

#[test]
fn an_attestation_never_hides_what_arm_shows() {
    for (check, start, expected, change) in cases::all() {
        if !matches!(expected, End::Fail | End::Warn | End::Rebuild) || check.as_str().starts_with("CIL") {
            continue;
        }
        let mut world = World::of(start);
        change(&mut world);
        let before = plan(&world).readiness;
        attest_all(&mut world);
        let after = plan(&world).readiness;
        let failing = |readiness: &Readiness| -> Vec<CheckId> {
            let failing = readiness.checks.iter().filter(|c| c.status == CheckStatus::Fail);
            failing.map(|c| c.check).collect()
        };
        assert_eq!(failing(&before), failing(&after), "{check}");
        assert!(before.blockers.is_empty() || after.verdict <= Verdict::NeedsPreparation, "{check}");
    }
}
