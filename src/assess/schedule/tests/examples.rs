//! Small estates with the plans an expert would make.

use std::time::Instant;

use insta::assert_snapshot;

use super::*;
use crate::assess::schedule::Fit;

#[test]
fn the_least_critical_goes_first_then_environment_by_environment() {
    let mut calm = simple("prod-a-calm", "prod");
    calm.rank = 9;
    let estate = Estate::new(
        vec![
            calm,
            simple("prod-urgent", "prod"),
            simple("dev-b", "dev"),
            simple("dev-a", "dev"),
            simple("test-a", "qa"),
            simple("untagged", ""),
        ],
        "clusters_per_wave = 1",
    );
    assert_snapshot!(page(&estate.plan()), @r"
    1 2026-11-28..2026-12-05 dev-a rehearsal
    2 2026-12-05..2026-12-12 dev-b
    3 2026-12-12..2026-12-19 test-a
    4 2026-12-19..2026-12-26 untagged
    5 2026-12-26..2027-01-02 prod-urgent
    6 2027-01-02..2027-01-09 prod-a-calm
    Fits, margin 357, target 2028-01-01
    ");
}

/// REC-22: within an environment the rank decides; who rehearses, REC-05 and the risk.
#[test]
fn within_an_environment_the_rank_decides_but_for_the_rehearsal() {
    let of = |name: &str, rank: u32, risk: u32, nodes: u64| Move {
        rank,
        risk,
        nodes: Some(nodes),
        ..simple(name, "prod")
    };
    let nobody_knows = Move { unsettled: true, ..of("unread", 1, 0, 1) };
    let estate = Estate::new(
        vec![
            nobody_knows,
            of("urgent-but-risky", 2, 2, 1),
            of("large", 4, 1, 50),
            of("small", 5, 1, 3),
            of("urgent", 3, 1, 80),
        ],
        "clusters_per_wave = 1",
    );
    let plan = estate.plan();
    let order: Vec<_> = plan.waves.iter().flat_map(|wave| &wave.clusters).map(ResourceId::name).collect();
    // The rehearsal is the one that risks least, and the smallest of them.
    assert_eq!(order, ["small", "urgent-but-risky", "urgent", "large", "unread"]);
    let held: Vec<_> = plan.held.iter().map(|(id, why)| (id.name(), *why)).collect();
    assert_eq!(
        held,
        [
            ("large", Constraint::Rehearsal),
            ("unread", Constraint::Unsettled),
            ("urgent", Constraint::Rehearsal),
            ("urgent-but-risky", Constraint::Rehearsal)
        ]
    );
}

/// A rehearsal in production would save the day here; it is no rehearsal.
#[test]
fn production_does_not_rehearse_while_anything_else_can() {
    let slow = simple("dev", "dev").with_steps(vec![step("quota", false, 20), step("overlay", true, 0)]);
    let estate = Estate::new(vec![slow, simple("prod", "prod")], "finish = \"2026-12-19\"");
    let plan = estate.plan();
    assert_eq!(plan.fit, Fit::Impossible);
    assert_eq!(plan.waves.first().map(|wave| wave.clusters.as_slice()), Some(&[cluster("dev")][..]));
}

#[test]
fn preparation_is_laid_ahead_of_its_window_with_its_waits() {
    let way = vec![
        step("identity", false, 1),
        step("quota", false, 14),
        step("policy-none", true, 0),
        step("overlay", true, 0),
        step("cilium", true, 0),
        step("policies", false, 0),
    ];
    let estate = Estate::new(vec![simple("dev-a", "dev").with_steps(way)], "");
    assert_snapshot!(steps(&estate.plan(), "dev-a"), @r"
    1 2026-11-21..2026-11-22 identity after []
    1 2026-11-22..2026-12-06 quota after [identity]
    1 2026-12-12..2026-12-19 policy-none after [quota] 2 re-images of this cluster in one window
    1 2026-12-12..2026-12-19 overlay after [policy-none] 2 re-images of this cluster in one window
    2 2026-12-19..2026-12-26 cilium after [overlay, wave 1]
    - 2026-12-26..2026-12-26 policies after [cilium]
    ");
}

#[test]
fn the_move_of_a_cluster_that_could_not_be_read_waits_for_that() {
    let way = vec![step("identity", false, 1), step("overlay", true, 0)];
    let unread = Move { unsettled: true, ..simple("dev-a", "dev").with_steps(way) };
    assert_snapshot!(steps(&Estate::new(vec![unread], "").plan(), "dev-a"), @r"
    1 2026-11-21..2026-11-22 identity after []
    1 2026-11-28..2026-12-05 overlay after [identity] not before what could not be read is settled
    ");
}

#[test]
fn waiting_times_can_be_set_by_the_name_of_the_step() {
    let way = vec![step("quota", false, 14), step("overlay", true, 0)];
    let estate = Estate::new(vec![simple("dev-a", "dev").with_steps(way)], "waiting_days = { quota = 30 }");
    assert_snapshot!(steps(&estate.plan(), "dev-a"), @r"
    1 2026-11-21..2026-12-21 quota after []
    1 2026-12-26..2027-01-02 overlay after [quota]
    ");
}

#[test]
fn two_reimages_share_a_window_only_if_both_fit_into_it() {
    let way = || vec![step("policy-none", true, 0), step("overlay", true, 0)];
    let mut long = simple("long", "dev").with_steps(way());
    long.reimage_minutes = Some(5 * 60);
    let mut unknown = simple("unknown", "dev").with_steps(way());
    unknown.reimage_minutes = None;
    let short = simple("short", "dev").with_steps(way());
    let plan = Estate::new(vec![long, unknown, short], "rehearsal = false\nwindow_hours = 8").plan();
    assert_snapshot!(page(&plan), @r"
    1 2026-11-28..2026-12-05 long short unknown
    2 2026-12-05..2026-12-12 long unknown
    Fits, margin 385, target 2028-01-01
    ");
}

#[test]
fn clusters_of_one_route_table_or_group_never_share_a_wave() {
    let mut grouped = simple("dev-c", "dev");
    grouped.groups.insert("checkout".to_owned());
    let mut other = simple("dev-d", "dev");
    other.groups.insert("checkout".to_owned());
    let moves =
        vec![simple("dev-a", "dev").on_table("t"), simple("dev-b", "dev").on_table("T"), grouped, other];
    let estate =
        Estate::new(moves, "rehearsal = false\nnever_together = [[\"DEV-A\", \"dev-c\"], [\"gone\"]]");
    assert_snapshot!(page(&estate.plan()), @r"
    1 2026-11-28..2026-12-05 dev-a dev-d
    2 2026-12-05..2026-12-12 dev-b dev-c
    Fits, margin 385, target 2028-01-01
    note: `never_together` names `gone`, which is no cluster of this plan
    ");
}

#[test]
fn what_one_wave_frees_carries_the_surge_of_the_next() {
    let estate = Estate::new(
        vec![
            simple("dev-big", "dev").in_subnet("s", 60, 0),
            simple("dev-small", "dev").in_subnet("s", 10, 20),
            simple("prod-mid", "prod").in_subnet("s", 30, 40),
        ],
        "",
    )
    .with_free("s", 12);
    assert_snapshot!(page(&estate.plan()), @r"
    1 2026-11-28..2026-12-05 dev-small rehearsal
    2 2026-12-05..2026-12-12 prod-mid
    3 2026-12-12..2026-12-19 dev-big
    Fits, margin 378, target 2028-01-01
    note: some clusters come after a more critical environment, because they were not ready or their surge nodes did not fit sooner
    ");
}

#[test]
fn a_surge_that_never_fits_is_said_with_what_is_missing() {
    let estate = Estate::new(
        vec![simple("dev-a", "dev").in_subnet("s", 40, 0), simple("dev-b", "dev").in_subnet("s", 10, 8)],
        "",
    )
    .with_free("s", 12);
    assert_snapshot!(page(&estate.plan()), @r"
    1 2026-11-28..2026-12-05 dev-b rehearsal
    Impossible, margin 392, target 2028-01-01
    unplaced dev-a: its surge nodes need 40 addresses in subnet `s`, where 20 are free even after all others have moved: 20 short
    ");
}

#[test]
fn clusters_in_a_subnet_nobody_could_read_move_one_by_one_and_with_a_note() {
    let moves =
        vec![simple("dev-a", "dev").in_subnet("s", 4, 0), simple("dev-b", "dev").in_subnet("s", 4, 0)];
    let plan = Estate::new(moves, "rehearsal = false").plan();
    assert_eq!(plan.waves.len(), 2);
    assert_snapshot!(steps(&plan, "dev-b"), @"2 2026-12-05..2026-12-12 overlay after [wave 1] check first that the surge nodes fit in `s`: it could not be told");
}

#[test]
fn a_plan_that_is_late_says_by_how_much_and_what_holds_it() {
    let moves = (0..9).map(|number| simple(&format!("prod-{number}"), "prod")).collect();
    let estate = Estate::new(
        moves,
        "clusters_per_wave = 2\nfinish = \"2026-12-26\"\nfreezes = [{ from = \"2026-12-05\", until = \"2026-12-12\" }]",
    );
    assert_snapshot!(page(&estate.plan()), @r"
    1 2026-11-28..2026-12-05 prod-0 rehearsal
    2 2026-12-19..2026-12-26 prod-1 prod-2
    3 2026-12-26..2027-01-02 prod-3 prod-4 late
    4 2027-01-02..2027-01-09 prod-5 prod-6 late
    5 2027-01-09..2027-01-16 prod-7 prod-8 late
    Impossible, margin -21, target 2026-12-26
    held by ClustersPerWave: 0 days over without
    held by Freezes: 7 days over without
    held by Soak: 14 days over without
    note: the rehearsal is on `prod-0`, a production cluster: no other can go first
    ");
}

#[test]
fn environments_are_mixed_only_when_time_is_short() {
    let moves = || {
        let mut slow = simple("dev-slow", "dev");
        slow.steps.insert(0, step("quota", false, 20));
        vec![slow, simple("dev-a", "dev"), simple("test-a", "test"), simple("prod-a", "prod")]
    };
    assert_snapshot!(page(&Estate::new(moves(), "finish = \"2027-06-30\"").plan()), @r"
    1 2026-11-28..2026-12-05 dev-a rehearsal
    2 2026-12-12..2026-12-19 dev-slow
    3 2026-12-19..2026-12-26 test-a
    4 2026-12-26..2027-01-02 prod-a
    Fits, margin 179, target 2027-06-30
    ");
    assert_snapshot!(page(&Estate::new(moves(), "finish = \"2026-12-19\"").plan()), @r"
    1 2026-11-28..2026-12-05 dev-a rehearsal
    2 2026-12-05..2026-12-12 test-a prod-a
    3 2026-12-12..2026-12-19 dev-slow
    Fits, margin 0, target 2026-12-19
    note: some waves hold several environments: keeping them apart takes longer than there is time
    ");
}

#[test]
fn a_target_that_has_passed_gives_a_plan_that_is_late() {
    let plan = Estate::new(vec![simple("dev-a", "dev")], "finish = \"2026-01-01\"").plan();
    assert_eq!((plan.fit, plan.days_over()), (Fit::Impossible, 338));
}

#[test]
fn nothing_to_move_is_a_plan_without_waves() {
    let plan = Estate::new(Vec::new(), "").plan();
    assert_eq!((plan.fit, plan.waves.len(), plan.finish), (Fit::Fits, 0, None));
    let idle = simple("dev-a", "dev").with_steps(vec![step("identity", false, 0)]);
    assert_snapshot!(page(&Estate::new(vec![idle], "").plan()), @r"
    Fits, margin none, target 2028-01-01
    unplaced dev-a: none of its steps re-images its nodes, so nothing needs a window
    note: no cluster can go first as a rehearsal
    ");
}

#[test]
fn a_freeze_without_end_leaves_nothing_placed() {
    let options = "freezes = [{ from = \"2000-01-01\", until = \"9999-12-31\" }]";
    assert_snapshot!(page(&Estate::new(vec![simple("dev-a", "dev")], options).plan()), @r"
    Impossible, margin none, target 2028-01-01
    unplaced dev-a: no window is open for it up to 2046-12-07
    ");
}

#[test]
fn a_thousand_clusters_take_little_time() {
    let environments = ["dev", "test", "prod"];
    let moves: Vec<Move> = (0..1000_usize)
        .map(|number| {
            let way = vec![step("policy-none", true, 0), step("overlay", true, 0)];
            let one = simple(&format!("c{number:04}"), environments[number % 3]).with_steps(way);
            one.in_subnet(&format!("s{}", number % 300), 5, 2).on_table(&format!("t{}", number % 400))
        })
        .collect();
    let mut estate = Estate::new(moves, "clusters_per_wave = 20\nclusters_per_region = 0");
    estate.headroom = (0..300).map(|number| (subnet(&format!("s{number}")), Some(8))).collect();
    let begun = Instant::now();
    let plan = estate.plan();
    assert_eq!(plan.fit, Fit::Fits);
    estate.options.clusters_per_wave = 5.try_into().unwrap();
    assert_eq!(estate.plan().fit, Fit::Impossible);
    // Without optimisation, on a busy machine; far less where it matters.
    assert!(begun.elapsed().as_secs() < 20, "{:?}", begun.elapsed());
}

#[test]
fn what_could_not_be_read_rehearses_last_in_its_environment() {
    let unread = Move { unsettled: true, ..simple("a", "dev") };
    let estate = Estate::new(vec![unread, simple("b", "dev"), simple("c", "prod")], "clusters_per_wave = 2");
    let first = estate.plan().waves[0].clone();
    assert!(first.rehearsal);
    assert_eq!(first.clusters.iter().map(ResourceId::name).collect::<Vec<_>>(), ["b"]);
}
