//! What is read beside a cluster, and what is shown of it, changes nothing of what is said about it.

use std::collections::BTreeSet;

use super::*;
use crate::{
    assess::{
        migration::ClusterPlan,
        options::{Filters, Options},
        testing::SUBSCRIPTION,
    },
    report::{Format, render},
};

/// The subscription of what comes beside.
const OTHER: &str = "/subscriptions/00000000-0000-0000-0000-00000000000f";

/// An inventory with every id spelt anew.
fn respelt(inventory: &Inventory, spell: impl FnOnce(String) -> String) -> Inventory {
    serde_json::from_str(&spell(serde_json::to_string(inventory).unwrap())).unwrap()
}

/// The same in another subscription.
fn elsewhere(inventory: &Inventory) -> Inventory {
    respelt(inventory, |text| text.replace(SUBSCRIPTION, OTHER))
}

/// Both, read together.
fn with(mut inventory: Inventory, other: Inventory) -> Inventory {
    inventory.clusters.extend(other.clusters);
    inventory.virtual_networks.extend(other.virtual_networks);
    inventory.route_tables.extend(other.route_tables);
    inventory.sorted()
}

/// Every row of every table, as its file and its line.
fn rows(audit: &Audit) -> BTreeSet<(String, String)> {
    let files = render(audit, &[Format::Csv]);
    let lines = files.iter().flat_map(|file| {
        let mut bytes = Vec::new();
        file.write_to(&mut bytes).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        let lines: Vec<_> = text.lines().map(|line| (file.name.clone(), line.to_owned())).collect();
        lines
    });
    lines.collect()
}

fn without(rows: BTreeSet<(String, String)>, text: &str) -> BTreeSet<(String, String)> {
    rows.into_iter().filter(|(_, line)| !line.contains(text)).collect()
}

/// What is decided about a cluster, but for its place among others.
fn by_itself(decided: &ClusterPlan) -> ClusterPlan {
    ClusterPlan { rank: None, ..decided.clone() }
}

fn only(tags: &[(&str, &str)]) -> Filters {
    let tags = tags.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Filters { tags, ..Filters::default() }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn a_subscription_in_which_nothing_moves_changes_no_row_of_the_others(one in world(), other in world()) {
        let (inventory, options) = (one.inventory().sorted(), one.options());
        let alone = assess(&inventory, &options);
        let mut beside = elsewhere(&other.inventory());
        let told = assess(&beside, &options);
        let stays = |id: &ResourceId| told.cluster(id).is_some_and(|one| one.decided.rank.is_none());
        beside.clusters.retain(|cluster| stays(&cluster.id));
        let both = assess(&with(inventory, beside), &options);
        prop_assert_eq!(without(rows(&both), OTHER), rows(&alone));
        prop_assert_eq!(&both.plan, &alone.plan);
    }

    #[test]
    fn clusters_that_move_elsewhere_change_only_when_others_do(one in world(), other in world()) {
        let (inventory, options) = (one.inventory().sorted(), one.options());
        let alone = assess(&inventory, &options);
        let both = assess(&with(inventory, elsewhere(&other.inventory())), &options);
        prop_assert!(alone.clusters.len() <= both.clusters.len());
        for before in &alone.clusters {
            let after = both.cluster(before.id()).unwrap();
            prop_assert_eq!(&after.row, &before.row);
            prop_assert_eq!(&after.retirements, &before.retirements);
            prop_assert_eq!(by_itself(&after.decided), by_itself(&before.decided));
        }
        for before in &alone.subnets {
            prop_assert_eq!(both.subnet(&before.id), Some(before));
        }
        for before in &alone.networks {
            prop_assert_eq!(both.network(&before.row.id), Some(before));
        }
    }

    #[test]
    fn a_filter_chooses_what_is_shown_and_changes_no_row(world in world()) {
        let inventory = world.inventory();
        let of = |filters: Filters| assess(&inventory, &Options { filters, ..world.options() });
        let all = of(Filters::default());
        let shown = rows(&all);
        for filters in [only(&[("environment", "prod")]), only(&[("environment", "dev")]), only(&[("owner", "team-b")])] {
            let some = of(filters);
            let missing: Vec<_> = rows(&some).into_iter().filter(|row| !shown.contains(row)).collect();
            prop_assert_eq!(missing, Vec::new());
            prop_assert_eq!((some.plan.fit, some.plan.finish), (all.plan.fit, all.plan.finish));
            for cluster in &some.clusters {
                prop_assert_eq!(all.cluster(cluster.id()), Some(cluster));
            }
        }
    }

    #[test]
    fn there_is_one_rank_and_what_binds_is_named_where_a_wave_differs(world in world()) {
        let audit = world.audit();
        let mut ranked: Vec<_> = audit.clusters.iter().filter(|one| one.decided.rank.is_some()).collect();
        ranked.sort_by_key(|one| one.rank());
        let places: Vec<_> = ranked.iter().filter_map(|one| one.rank()).collect();
        prop_assert_eq!(places, (1u32..).take(ranked.len()).collect::<Vec<_>>());
        let score = |one: &ClusterRecord| one.decided.rank.as_ref().map(crate::assess::migration::Rank::score);
        prop_assert!(ranked.windows(2).all(|two| score(two[0]) >= score(two[1])));
        for one in &audit.clusters {
            let goes = one.decided.exposure.is_some() || one.decided.candidate.is_some();
            prop_assert_eq!(one.decided.rank.is_some(), goes);
            let overtakes = |other: &&ClusterRecord| {
                other.rank() > one.rank() && other.wave().zip(one.wave()).is_some_and(|(a, b)| a < b)
            };
            let is_overtaken = audit.clusters.iter().any(|other| overtakes(&other));
            prop_assert_eq!(one.held_by.is_some(), is_overtaken, "{}", one.id().name());
        }
    }

    #[test]
    fn the_spelling_of_ids_and_the_order_of_lists_change_nothing(world in world(), by in 1usize..5) {
        let inventory = world.inventory();
        let lower = |audit: &Audit| -> BTreeSet<(String, String)> {
            rows(audit).into_iter().map(|(file, line)| (file, line.to_lowercase())).collect()
        };
        let before = assess(&inventory, &world.options());
        // Every other time a word of an id stands, it is spelt otherwise.
        let respelt = respelt(&inventory, |text| {
            let words = [("resourceGroups", "resourcegroups"), ("Microsoft.Network", "microsoft.NETWORK")];
            words.iter().fold(text, |text, (word, other)| {
                let parts: Vec<&str> = text.split(word).collect();
                let joined = parts.iter().enumerate().map(|(at, part)| {
                    let word = if at % (by + 1) == 0 { other } else { word };
                    if at + 1 == parts.len() { (*part).to_owned() } else { format!("{part}{word}") }
                });
                joined.collect()
            })
        });
        let after = assess(&crate::assess::generated::turned(respelt, by), &world.options());
        prop_assert_eq!(lower(&after), lower(&before));
    }
}
