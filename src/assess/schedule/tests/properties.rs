//! What holds for every plan.

use proptest::prelude::*;

use super::{
    brute::{Rules, assignment, broken_steps},
    *,
};
use crate::assess::{
    options::{Freeze, WindowDay},
    schedule::Fit,
};

/// A small move: an environment, up to three re-images with waits, two subnets, tables and groups.
fn any_move(number: usize, most_reimages: usize) -> impl Strategy<Value = Move> {
    let steps = proptest::collection::vec(
        (any::<bool>(), prop_oneof![3 => Just(0_u16), 1 => 1..20_u16], any::<bool>()),
        0..3,
    );
    let subnets = proptest::collection::btree_map(
        0..2_u8,
        (prop_oneof![8 => (0..8_u64).prop_map(Some), 1 => Just(None)], 0..8_u64, 0..6_u64),
        0..=2,
    );
    (
        (0..4_usize, 0..3_u32, 0..3_u32),
        steps,
        subnets,
        (proptest::option::weighted(0.4, 0..2_u8), proptest::option::weighted(0.3, 0..2_u8)),
        (proptest::option::weighted(0.6, 0..3_usize), 0..3_usize, proptest::option::weighted(0.9, 0..9_u64)),
        prop_oneof![Just(Some(60)), Just(Some(300)), Just(None)],
        (any::<bool>(), proptest::option::weighted(0.3, 0..40_i64)),
    )
        .prop_map(
            move |(
                (environment, rank, risk),
                before,
                used,
                (table_number, group),
                (owner, region, nodes),
                minutes,
                (after, forced),
            )| {
                let environment = ["dev", "test", "other", "prod"][environment];
                let mut one = simple(&format!("c{number}"), environment);
                (one.rank, one.risk, one.reimage_minutes) = (rank, risk, minutes);
                one.owner = owner.map(|at| ["a", "A ", "b"][at].to_owned());
                ["westeurope", "West Europe", "northeurope"][region].clone_into(&mut one.location);
                one.nodes = nodes;
                one.forced_upgrade =
                    forced.map(|days| date(AS_OF).checked_add(jiff::Span::new().days(days)).unwrap());
                let mut reimages = 1 + usize::from(after);
                one.steps.clear();
                for (at, (reimage, waiting, batches)) in before.into_iter().enumerate() {
                    let reimage = reimage && reimages < most_reimages;
                    reimages += usize::from(reimage);
                    one.steps.push(Step { batches, ..step(&format!("p{at}"), reimage, waiting) });
                }
                one.steps.push(step("overlay", true, 0));
                if after && most_reimages > 1 {
                    one.steps.push(step("cilium", true, 0));
                }
                for (number, (surge, surge_after, freed)) in used {
                    let surge_after = Some(surge_after);
                    one.subnets
                        .insert(subnet(&format!("s{number}")), SubnetUse { surge, surge_after, freed });
                }
                one.route_tables.extend(table_number.map(|number| table(&format!("t{number}"))));
                one.groups.extend(group.map(|number| format!("g{number}")));
                one
            },
        )
}

fn any_options(windows: i64) -> impl Strategy<Value = PlanOptions> {
    let freeze = proptest::collection::vec((0..40_i64, 0..12_i64), 0..=2);
    let soak = prop_oneof![4 => Just(7_u16), 1 => Just(0), 2 => 8..22_u16];
    // The last window may just be soaked by the finish, or the next one miss it by a day.
    let spare = prop_oneof![2 => Just(0_i64), 2 => Just(6), 1 => 1..6_i64];
    let few = || prop_oneof![2 => Just(0_u16), 1 => 1..4_u16];
    let limits = (few(), few(), few(), prop_oneof![2 => Just(0_u32), 1 => 1..16_u32]);
    let general =
        (1..4_u16, soak, (1..=windows, spare), any::<(bool, bool)>(), freeze, 1..3_u8, any::<bool>());
    (general, limits).prop_map(
        |(
            (per_wave, soak_days, (windows, spare), (rehearsal, share_subnets), freezes, batch, apart),
            (clusters_per_owner, clusters_per_region, first_production, nodes_per_wave),
        )| {
            let day = |days: i64| date(AS_OF).checked_add(jiff::Span::new().days(days)).unwrap();
            PlanOptions {
                window_day: WindowDay::Tuesday,
                clusters_per_wave: per_wave.try_into().unwrap(),
                clusters_per_owner,
                clusters_per_region,
                first_production,
                nodes_per_wave,
                soak_days,
                rehearsal,
                share_subnets,
                reimages_per_window: batch.try_into().unwrap(),
                finish: Some(day(3 + 7 * (windows - 1) + i64::from(soak_days) + spare)),
                freezes: freezes
                    .into_iter()
                    .map(|(from, length)| Freeze { from: day(from), until: day(from + length), reason: None })
                    .collect(),
                never_together: if apart { vec![vec!["c0".to_owned(), "c1".to_owned()]] } else { Vec::new() },
                ..PlanOptions::default()
            }
        },
    )
}

fn any_headroom() -> impl Strategy<Value = BTreeMap<ResourceId, Option<i64>>> {
    proptest::collection::vec(prop_oneof![8 => (-2..14_i64).prop_map(Some), 1 => Just(None)], 2).prop_map(
        |free| free.into_iter().enumerate().map(|(at, free)| (subnet(&format!("s{at}")), free)).collect(),
    )
}

fn any_estate(most: usize, reimages: usize, windows: i64) -> impl Strategy<Value = Estate> {
    (1..=most)
        .prop_flat_map(move |count| (0..count).map(|number| any_move(number, reimages)).collect::<Vec<_>>())
        .prop_flat_map(move |moves| (Just(moves), any_headroom(), any_options(windows)))
        .prop_map(|(moves, headroom, options)| Estate { moves, headroom, options })
}

/// A plan that claims to fit breaks nothing; one that does not claim it, on an estate this small, could not.
fn agrees_with_brute_force(estate: &Estate) -> Result<(), TestCaseError> {
    let request = estate.request();
    let plan = estate.plan();
    let rules = Rules::new(&request);
    prop_assert_eq!(broken_steps(&request, &plan), Vec::<String>::new());
    if plan.fit == Fit::Fits {
        prop_assert_eq!(rules.broken(&assignment(&request, &plan)), Vec::<String>::new());
        prop_assert!(plan.margin_days.unwrap() >= 0);
        prop_assert!(plan.waves.iter().all(|wave| !wave.late));
    } else {
        prop_assert_eq!(plan.fit, Fit::Impossible);
        prop_assert!(!rules.feasible(), "a plan exists: {}", page(&plan));
        prop_assert!(!plan.unplaced.is_empty() || plan.margin_days.unwrap() < 0);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn six_clusters_with_one_reimage_each_are_planned_exactly_when_they_can_be(estate in any_estate(6, 1, 5)) {
        agrees_with_brute_force(&estate)?;
    }

    #[test]
    fn six_clusters_with_two_reimages_each_are_planned_exactly_when_they_can_be(estate in any_estate(6, 2, 4)) {
        agrees_with_brute_force(&estate)?;
    }

    #[test]
    fn three_clusters_with_several_reimages_are_planned_exactly_when_they_can_be(estate in any_estate(3, 3, 5)) {
        agrees_with_brute_force(&estate)?;
    }

    #[test]
    fn a_late_plan_ends_as_soon_as_any_can(estate in any_estate(4, 1, 3)) {
        let plan = estate.plan();
        if !plan.unplaced.is_empty() || plan.fit == Fit::Fits {
            return Ok(());
        }
        // One day less than the plan's own finish is not enough; the finish itself is.
        let mut other = Estate { options: estate.options.clone(), moves: estate.moves, headroom: estate.headroom };
        other.options.finish = plan.finish;
        if Rules::new(&other.request()).windows.len() > 8 {
            return Ok(());
        }
        prop_assert_eq!(other.plan().fit, Fit::Fits);
        other.options.finish = plan.finish.map(|day| day.yesterday().unwrap());
        prop_assert!(!Rules::new(&other.request()).feasible());
    }

    #[test]
    fn larger_estates_break_nothing_even_when_late(estate in any_estate(24, 3, 30)) {
        let request = estate.request();
        let plan = estate.plan();
        prop_assert_eq!(broken_steps(&request, &plan), Vec::<String>::new());
        let placed: Vec<_> = estate.moves.iter().filter(|m| plan.wave_of(&m.cluster_id).is_some()).cloned().collect();
        prop_assert_eq!(placed.len() + plan.unplaced.len(), estate.moves.len());
        let mut options = estate.options.clone();
        options.finish = plan.finish.or(options.finish);
        let checked = Request { moves: &placed, options: &options, ..request };
        prop_assert_eq!(Rules::new(&checked).broken(&assignment(&checked, &plan)), Vec::<String>::new());
    }

    #[test]
    fn a_later_date_never_leaves_more_days(estate in any_estate(5, 2, 6), later in 1..400_i64) {
        let request = estate.request();
        let as_of = request.as_of.checked_add(jiff::Span::new().days(later)).unwrap();
        let before = estate.plan();
        let after = schedule(&Request { as_of, ..request });
        prop_assert_eq!(before.days_left - after.days_left, later);
    }

    #[test]
    fn the_order_of_the_request_leaves_no_trace(estate in any_estate(7, 2, 6)) {
        let before = estate.plan();
        let mut moves = estate.moves.clone();
        moves.reverse();
        let after = schedule(&Request { moves: &moves, ..estate.request() });
        prop_assert_eq!(before, after);
    }
}
