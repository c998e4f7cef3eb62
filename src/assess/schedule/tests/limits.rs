//! Limits of a wave, and where waves differ from the rank.

use insta::assert_snapshot;

use super::*;
use crate::assess::{figure::days_between, schedule::StepNote};

/// A production cluster of a rank, one node large.
fn ranked(name: &str, rank: u32) -> Move {
    Move { rank, nodes: Some(1), ..simple(name, "prod") }
}

/// The waves, and what holds whom.
fn told(estate: &Estate) -> String {
    use std::fmt::Write as _;
    let plan = estate.plan();
    let mut told = String::new();
    for wave in &plan.waves {
        let names: Vec<_> = wave.clusters.iter().map(ResourceId::name).collect();
        writeln!(told, "{} {}", wave.number, names.join(" ")).unwrap();
    }
    for (id, why) in &plan.held {
        writeln!(told, "{}: {}", id.name(), say::constraint(*why)).unwrap();
    }
    told
}

const ALONE: &str = "rehearsal = false\nfirst_production = 0\n";

#[test]
fn the_first_wave_with_production_is_small() {
    let moves = || (1..=5).map(|rank| ranked(&format!("p{rank}"), rank));
    let with =
        |options: &str| told(&Estate::new(moves().collect(), &format!("rehearsal = false\n{options}")));
    assert_snapshot!(with(""), @r"
    1 p1 p2
    2 p3 p4 p5
    ");
    assert_snapshot!(with("first_production = 0"), @"1 p1 p2 p3 p4 p5");
    // Where production has to rehearse, the rehearsal is that wave.
    assert_snapshot!(told(&Estate::new(moves().collect(), "")), @r"
    1 p1
    2 p2 p3 p4 p5
    ");
}

#[test]
fn owners_regions_and_nodes_are_limited_and_the_limit_is_named() {
    let of = |rank: u32, owner: &str, location: &str, nodes: u64| Move {
        owner: Some(owner.to_owned()).filter(|owner| !owner.is_empty()),
        location: location.to_owned(),
        nodes: Some(nodes),
        ..ranked(&format!("p{rank}"), rank)
    };
    let moves = || {
        vec![
            of(1, "Team-A", "westeurope", 60),
            of(2, "team-a ", "northeurope", 60),
            of(3, "team-a", "northeurope", 30),
            of(4, "team-b", "West Europe", 20),
            of(5, "", "northeurope", 1),
            of(6, "", "eastus", 1),
        ]
    };
    let with = |options: &str| told(&Estate::new(moves(), &format!("{ALONE}{options}")));
    assert_snapshot!(with("clusters_per_owner = 2"), @r"
    1 p1 p2 p4 p5 p6
    2 p3
    p3: the maximum of clusters of one owner in a wave (`clusters_per_owner`)
    ");
    assert_snapshot!(with("clusters_per_owner = 0\nclusters_per_region = 1"), @r"
    1 p1 p2 p6
    2 p3 p4
    3 p5
    p3: the maximum of clusters of one region in a wave (`clusters_per_region`)
    p4: the maximum of clusters of one region in a wave (`clusters_per_region`)
    p5: the maximum of clusters of one region in a wave (`clusters_per_region`)
    ");
    assert_snapshot!(with("clusters_per_owner = 0\nnodes_per_wave = 100"), @r"
    1 p1 p3 p5 p6
    2 p2 p4
    p2: the maximum of nodes in a wave (`nodes_per_wave`)
    p4: the maximum of nodes in a wave (`nodes_per_wave`)
    ");
    // What is larger than any wave goes alone, and nobody is refused for good.
    assert_snapshot!(with("clusters_per_owner = 0\nnodes_per_wave = 25"), @r"
    1 p1
    2 p2
    3 p3
    4 p4 p5 p6
    ");
}

#[test]
fn what_keeps_a_cluster_from_an_earlier_wave_is_named() {
    let slow = ranked("slow", 1).with_steps(vec![step("quota", false, 20), step("overlay", true, 0)]);
    let twice = ranked("twice", 2).with_steps(vec![
        Step { batches: false, ..step("policy-none", true, 0) },
        Step { batches: false, ..step("overlay", true, 0) },
    ]);
    let unread = Move { unsettled: true, ..ranked("unread", 3) };
    let moves = vec![
        slow,
        twice,
        unread,
        ranked("first", 4).on_table("t"),
        ranked("second", 5).on_table("t"),
        ranked("third", 6),
        Move { rank: 7, ..simple("dev", "dev") },
    ];
    assert_snapshot!(told(&Estate::new(moves, "clusters_per_wave = 3\nfirst_production = 0")), @r"
    1 dev
    2 twice first third
    3 slow twice second
    4 unread
    first: the rehearsal that goes first (`rehearsal`)
    second: route tables, groups and subnets that keep clusters apart
    slow: waiting times of preparation steps (`waiting_days`)
    third: the rehearsal that goes first (`rehearsal`)
    twice: its own earlier re-images
    unread: what could not be read of it, which has to be settled first
    ");
    let large = ranked("large", 1).in_subnet("s", 9, 0);
    let moves =
        vec![large, ranked("small", 2).in_subnet("s", 1, 8), Move { rank: 3, ..simple("dev", "dev") }];
    assert_snapshot!(told(&Estate::new(moves, ALONE).with_free("s", 5)), @r"
    1 dev
    2 small
    3 large
    large: free addresses for surge nodes
    small: the order of environments, production last (`environments`)
    ");
}

/// The audit is of Saturday 21 November 2026, windows are on Tuesdays or what the options say, and waves soak for a week.
#[test]
fn no_wave_straddles_the_day_on_which_aks_upgrades_a_cluster_by_itself() {
    let on = |days: i64| date(AS_OF).checked_add(jiff::Span::new().days(days)).unwrap();
    let starts = |forced: Option<i64>| {
        let one = Move { forced_upgrade: forced.map(on), ..simple("a", "dev") };
        let plan = Estate::new(vec![one], "rehearsal = false\nsoak_days = 7").plan();
        let step = plan.steps.iter().find(|step| step.is_move).unwrap();
        let is_after = step.notes.iter().any(|note| matches!(note, StepNote::AfterForcedUpgrade(_)));
        (days_between(date(AS_OF), step.start), is_after)
    };
    let (first, after) = starts(None);
    assert!(!after);
    assert_eq!(starts(Some(first + 7)), (first, false), "it has soaked on that day");
    assert_eq!(starts(Some(first + 6)), (first + 7, true), "one day too early: the next window");
    assert_eq!(starts(Some(first)), (first + 7, true));
    assert_eq!(starts(Some(first - 1)), (first, true), "the day is past");
}

#[test]
fn the_forced_upgrade_is_named_where_it_holds_a_cluster_back_or_the_plan_up() {
    let days = |count: i64| date(AS_OF).checked_add(jiff::Span::new().days(count)).unwrap();
    let plain = Estate::new(vec![ranked("p1", 1), ranked("p2", 2)], ALONE).plan();
    let window = days_between(date(AS_OF), plain.waves[0].start);
    let held = Move { forced_upgrade: Some(days(window + 3)), ..ranked("p1", 1) };
    assert_snapshot!(told(&Estate::new(vec![held.clone(), ranked("p2", 2)], ALONE)), @r"
    1 p2
    2 p1
    p1: the day from which on AKS upgrades it by itself, which no wave straddles
    ");
    let finish = format!("{ALONE}finish = \"{}\"", days(window + 7));
    let late = Estate::new(vec![held], &finish).plan();
    assert!(late.bindings.iter().any(|binding| binding.constraint == Constraint::ForcedUpgrade), "{late:?}");
}
