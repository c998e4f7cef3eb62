//! What an answer becomes is bounded, whatever list of whatever shape is filled with next to nothing.

use std::collections::HashSet;

use aks_census_simulator::estate::{ScaleOptions, scale};

use super::super::body::{self, BodyFault};
use super::*;
use crate::{
    inventory::{attached, beyond},
    meter::{self, MULTIPLE, Measured},
};

const ESTATE: &str = include_str!("../../fuzzing/estate.json");

/// What is short as text.
const TINY: [&str; 9] =
    ["{}", "[]", "0", "\"\"", "null", "{\"id\":\"\"}", "{\"name\":\"a\"}", "{\"properties\":{}}", "[[{}]]"];

/// Objects read, and what they take; nothing where that is too much.
fn read(list: &str, body: &[u8], limit: u64) -> Measured<Option<usize>> {
    fn page<T: serde::de::DeserializeOwned>(body: &[u8], limit: u64) -> Measured<Option<usize>> {
        let read = meter::within(limit, || body::page::<T>(body));
        let result = match read.result {
            Ok(page) => Some(page.items.len() + page.odd.len()),
            Err(BodyFault::TooMuch) => None,
            Err(fault) => panic!("{fault:?}"),
        };
        assert_eq!(result.is_none(), read.is_exceeded, "too much is the end of it, and all that is");
        Measured { result, bytes: read.bytes, is_exceeded: read.is_exceeded }
    }
    macro_rules! kinds_page {
        ($($(#[$meta:meta])* $field:ident: $model:ident = $name:literal,)+) => {
            match list {
                "subscriptions" => page::<wire::Subscription>(body, limit),
                "descendants" => page::<wire::Descendant>(body, limit),
                "managedClusters" => page::<wire::ManagedCluster>(body, limit),
                "virtualNetworks" => page::<wire::VirtualNetwork>(body, limit),
                $(_ if list == wire::$model::COLLECTION => page::<wire::$model>(body, limit),)+
                other => panic!("no list of {other}"),
            }
        };
    }
    attached!([beyond][kinds_page])
}

/// The places of lists and objects in a value, and which are lists.
fn places(value: &Value, at: &str, found: &mut Vec<(String, bool)>) {
    let below: Vec<(String, &Value)> = match value {
        Value::Array(entries) => {
            entries.iter().enumerate().map(|(at, entry)| (at.to_string(), entry)).collect()
        }
        Value::Object(fields) => {
            let escaped = |name: &String| name.replace('~', "~0").replace('/', "~1");
            fields.iter().map(|(name, field)| (escaped(name), field)).collect()
        }
        _ => return,
    };
    if !at.is_empty() {
        found.push((at.to_owned(), value.is_array()));
    }
    for (name, value) in below {
        places(value, &format!("{at}/{name}"), found);
    }
}

/// A page with one of its places filled, and an object that is none behind it where asked for.
fn filled(page: &Value, place: &str, filling: &str, is_odd: bool) -> String {
    let mut page = page.clone();
    *page.pointer_mut(place).unwrap() = json!("@filling@");
    let text = page.to_string().replace("\"@filling@\"", filling);
    if is_odd { text.replacen("\"value\":[", "\"value\":[7,", 1) } else { text }
}

#[test]
fn next_to_nothing_in_great_number_becomes_no_more_than_is_allowed() {
    const LENGTH: usize = 12 << 10;
    let estate: Value = serde_json::from_str(ESTATE).unwrap();
    let (mut read_whole, mut refused) = (0, 0);
    let mut seen = HashSet::new();
    for (list, page) in estate.as_object().unwrap() {
        let mut found = Vec::new();
        places(page, "", &mut found);
        for (place, is_list) in found {
            // One object of each shape is enough.
            if !seen.insert(format!("{list}{}", place.replace(|c: char| c.is_ascii_digit(), ""))) {
                continue;
            }
            for (at, tiny) in TINY.iter().enumerate() {
                let filling = if is_list {
                    format!("[{}]", vec![*tiny; LENGTH / (tiny.len() + 1)].join(","))
                } else {
                    let fields = (0..LENGTH / (tiny.len() + 8)).map(|name| format!("\"{name:x}\":{tiny}"));
                    format!("{{{}}}", fields.collect::<Vec<_>>().join(","))
                };
                let body = filled(page, &place, &filling, at % 2 == 0);
                let limit = body.len() as u64 * MULTIPLE;
                let read = read(list, body.as_bytes(), limit);
                assert!(read.is_exceeded || read.bytes <= limit, "{list}{place}: {tiny}");
                *(if read.is_exceeded { &mut refused } else { &mut read_whole }) += 1;
            }
        }
    }
    assert!(read_whole > 50 && refused > 50, "{read_whole} read, {refused} refused");
}

/// What a list of estates takes for each byte of its text, and for each object.
fn ratio(list: &str, page: &Value) -> (f64, f64) {
    let body = page.to_string();
    let read = read(list, body.as_bytes(), u64::MAX);
    let objects = read.result.unwrap().max(1);
    (rounded(read.bytes) / rounded(body.len() as u64), rounded(read.bytes) / rounded(objects as u64))
}

fn rounded(bytes: u64) -> f64 {
    f64::from(u32::try_from(bytes).unwrap())
}

/// A subscription has 5,000 clusters at most
/// (<https://learn.microsoft.com/azure/aks/quotas-skus-regions>), and only networks come in larger pages than that.
#[test]
fn what_estates_send_stays_far_from_the_limit() {
    const CLUSTERS: f64 = 5_000.0;
    let limit = rounded(Limits::default().max_body_bytes * MULTIPLE);
    let estate: Value = serde_json::from_str(ESTATE).unwrap();
    let mut pages: Vec<(String, Value)> = estate.as_object().unwrap().clone().into_iter().collect();
    let payloads = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/payloads/");
    for (list, file) in [
        ("managedClusters", "AKS_ManagedClustersList_2026-01-01"),
        ("managedClusters", "AKS_ManagedClustersListByResourceGroup_2026-01-01"),
        ("virtualNetworks", "Network_VirtualNetworkListAll_2025-07-01"),
        ("virtualNetworks", "Network_VirtualNetworkList_2025-07-01"),
        ("routeTables", "Network_RouteTableListAll_2025-05-01"),
        ("descendants", "ManagementGroups_GetDescendants_2023-04-01"),
    ] {
        let text = std::fs::read_to_string(format!("{payloads}{file}.json")).unwrap();
        let example: Value = serde_json::from_str(&text).unwrap();
        pages.push((list.to_owned(), example.pointer("/responses/200/body").unwrap_or(&example).clone()));
    }
    let size = ScaleOptions { subscriptions: 1, clusters: 20, subnets: 100, addresses: 1_000, seed: 1 };
    let resources = (scale(size).subscriptions[0].resources)();
    pages.push(("managedClusters".to_owned(), json!({ "value": resources.clusters })));
    let networks = json!({ "value": resources.virtual_networks });
    assert!(ratio("virtualNetworks", &networks).0 < 3.0, "a page as long as a body may be is read");
    pages.push(("virtualNetworks".to_owned(), networks));
    for (list, page) in pages {
        let (of_text, of_object) = ratio(&list, &page);
        assert!(of_object * CLUSTERS < limit / 2.0 || of_text < 3.0, "{list}: {of_text}, {of_object}");
    }
}
