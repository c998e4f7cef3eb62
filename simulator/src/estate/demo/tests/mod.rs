//! The estate is what its README says: deterministic, well formed, and short of nothing.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::*;
use crate::estate::ResourceType;

mod limits;
mod showcases;

/// Everything of an estate, made once.
struct Made {
    estate: Estate,
    resources: Vec<Resources>,
}

fn made(seed: u64, size: Size) -> Made {
    let estate = demo(seed, size);
    let resources = estate.subscriptions.iter().map(|s| (s.resources)()).collect();
    Made { estate, resources }
}

impl Made {
    fn lists(&self) -> impl Iterator<Item = (&Subscription, Vec<(String, &Vec<Value>)>)> {
        self.estate.subscriptions.iter().zip(&self.resources).map(|(subscription, resources)| {
            let kind = |of: ResourceType| format!("{}/{}", of.provider(), of.name()).to_ascii_lowercase();
            (subscription, resources.lists().map(|(of, list)| (kind(of), list)).collect())
        })
    }

    fn text(&self) -> String {
        self.lists().flat_map(|(_, lists)| lists).flat_map(|(_, list)| list).map(Value::to_string).collect()
    }

    fn clusters(&self) -> impl Iterator<Item = &Value> {
        self.resources.iter().flat_map(|r| &r.clusters)
    }

    fn vnets(&self) -> impl Iterator<Item = &Value> {
        self.resources.iter().flat_map(|r| &r.virtual_networks)
    }

    fn subnets(&self) -> impl Iterator<Item = &Value> {
        self.vnets().flat_map(|vnet| array(vnet, "/properties/subnets"))
    }

    fn cluster(&self, name: &str) -> &Value {
        self.clusters().find(|c| c["name"] == name).unwrap_or_else(|| panic!("no cluster {name}"))
    }

    fn subnet(&self, vnet: &str, name: &str) -> &Value {
        let end = format!("/{vnet}/subnets/{name}");
        self.subnets().find(|s| text(&s["id"]).ends_with(&end)).unwrap_or_else(|| panic!("no subnet {end}"))
    }
}

fn array<'a>(value: &'a Value, pointer: &str) -> &'a [Value] {
    value.pointer(pointer).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text"))
}

/// First and last address of the IPv4 prefixes in a list.
fn ranges(prefixes: &[Value]) -> Vec<(u64, u64)> {
    prefixes.iter().map(text).filter(|p| !p.contains(':')).map(range).collect()
}

fn range(prefix: &str) -> (u64, u64) {
    let (address, length) = prefix.split_once('/').expect("a prefix has a length");
    let first = u64::from(u32::from(address.parse::<std::net::Ipv4Addr>().expect("an IPv4 address")));
    let size = 1_u64 << (32 - length.parse::<u32>().expect("a length"));
    assert_eq!(first % size, 0, "{prefix} has host bits");
    (first, first + size - 1)
}

fn subnet_ranges(subnet: &Value) -> Vec<(u64, u64)> {
    match subnet["properties"]["addressPrefix"].as_str() {
        Some(one) => vec![range(one)],
        None => ranges(array(subnet, "/properties/addressPrefixes")),
    }
}

fn overlap(a: &[(u64, u64)], b: &[(u64, u64)]) -> bool {
    a.iter().any(|x| b.iter().any(|y| x.0 <= y.1 && y.0 <= x.1))
}

/// Whether AKS made a network, or it is the one that has every private range and no peer.
fn is_apart(vnet: &Value) -> bool {
    let name = text(&vnet["name"]);
    name.starts_with("aks-vnet-") || name == "vnet-harbourfoods-datacentre"
}

fn listed(subnet: &Value) -> usize {
    array(subnet, "/properties/ipConfigurations").len()
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    assert_eq!(made(7, Size::Medium).text(), made(7, Size::Medium).text());
    let (one, two) = (made(1, Size::Small), made(2, Size::Small));
    assert_ne!(one.text(), two.text());
    let showcases =
        |made: &Made| made.resources[1..12].iter().flat_map(|r| r.clusters.clone()).collect::<Vec<_>>();
    assert_eq!(showcases(&one), showcases(&two), "showcases do not depend on the seed");
}

#[test]
fn sizes_are_what_they_promise() {
    for (size, subscriptions, clusters) in [
        (Size::Small, 8..=14, 60..=85),
        (Size::Medium, 28..=32, 280..=320),
        (Size::Large, 95..=105, 950..=1_100),
    ] {
        let made = made(42, size);
        assert!(subscriptions.contains(&made.estate.subscriptions.len()), "{size:?}");
        assert!(clusters.contains(&made.clusters().count()), "{size:?}: {}", made.clusters().count());
    }
}

#[test]
fn every_object_has_what_azure_sends_and_an_id_of_its_own() {
    let made = made(42, Size::Medium);
    let mut seen = BTreeSet::new();
    for (subscription, lists) in made.lists() {
        for (kind, list) in lists {
            for object in list {
                let id = text(&object["id"]).to_ascii_lowercase();
                let start =
                    format!("/subscriptions/{}/resourcegroups/", subscription.id.to_ascii_lowercase());
                assert!(id.starts_with(&start), "{id}");
                assert!(
                    id.ends_with(&format!("/{kind}/{}", text(&object["name"]).to_ascii_lowercase())),
                    "{id}"
                );
                assert_eq!(text(&object["type"]).to_ascii_lowercase(), kind);
                assert!(object["location"].is_string() && object["properties"].is_object(), "{id}");
                assert!(seen.insert(id.clone()), "{id} twice");
            }
        }
    }
    for subnet in made.subnets() {
        assert!(seen.insert(text(&subnet["id"]).to_ascii_lowercase()), "{} twice", subnet["id"]);
    }
}

#[test]
fn subscriptions_are_guids_of_their_own_and_every_group_knows_its_parent() {
    let estate = demo(3, Size::Large);
    let ids: BTreeSet<&str> = estate.subscriptions.iter().map(|s| s.id.as_str()).collect();
    assert_eq!(ids.len(), estate.subscriptions.len());
    for id in &ids {
        let parts: Vec<usize> = id.split('-').map(str::len).collect();
        assert_eq!(parts, [8, 4, 4, 4, 12], "{id}");
        assert!(id.chars().all(|c| c == '-' || c.is_ascii_hexdigit() && !c.is_ascii_uppercase()), "{id}");
    }
    let groups: BTreeSet<&str> = estate.management_groups.iter().map(|g| g.id.as_str()).collect();
    for group in &estate.management_groups {
        assert!(group.parent.as_deref().is_none_or(|parent| groups.contains(parent)), "{}", group.id);
        assert!(group.subscriptions.iter().all(|s| ids.contains(s.as_str())), "{}", group.id);
    }
}

#[test]
fn subnets_lie_inside_their_network_and_apart() {
    inside_and_apart(&made(42, Size::Large));
    (0..6).for_each(|seed| inside_and_apart(&made(seed, Size::Medium)));
}

fn inside_and_apart(made: &Made) {
    for vnet in made.vnets() {
        let space = ranges(array(vnet, "/properties/addressSpace/addressPrefixes"));
        let mut taken: Vec<(u64, u64)> = Vec::new();
        for subnet in array(vnet, "/properties/subnets") {
            let own = subnet_ranges(subnet);
            assert!(!own.is_empty(), "{}", subnet["id"]);
            for (first, last) in &own {
                assert!(space.iter().any(|s| s.0 <= *first && *last <= s.1), "{} is outside", subnet["id"]);
            }
            assert!(!overlap(&own, &taken), "{} overlaps another", subnet["id"]);
            taken.extend(own);
        }
    }
}

#[test]
fn networks_overlap_only_where_aks_made_them_or_nothing_reaches_them() {
    let made = made(42, Size::Large);
    let own = made.vnets().filter(|vnet| !is_apart(vnet));
    let own: Vec<(&str, Vec<(u64, u64)>)> = own
        .map(|v| (text(&v["name"]), ranges(array(v, "/properties/addressSpace/addressPrefixes"))))
        .collect();
    for (i, (name, space)) in own.iter().enumerate() {
        for (other, taken) in own.iter().skip(i + 1) {
            assert!(!overlap(space, taken), "{name} overlaps {other}");
        }
        // Default service, pod and AKS-made ranges, and the sites on premises.
        for default in ["10.0.0.0/16", "10.224.0.0/11", "192.168.0.0/16", "172.16.0.0/14"] {
            let aside = match default {
                "10.224.0.0/11" => [range("10.224.0.0/12"), range("10.240.0.0/12")].to_vec(),
                other => vec![range(other)],
            };
            assert!(!overlap(space, &aside), "{name} overlaps {default}");
        }
    }
}

#[test]
fn both_sides_of_a_peering_know_each_other() {
    let made = made(42, Size::Medium);
    let mut sides = BTreeSet::new();
    for vnet in made.vnets() {
        for peering in array(vnet, "/properties/virtualNetworkPeerings") {
            let remote = text(&peering["properties"]["remoteVirtualNetwork"]["id"]);
            let known =
                made.vnets().find(|v| v["id"] == remote).unwrap_or_else(|| panic!("{remote} is nowhere"));
            assert_eq!(
                peering["properties"]["remoteAddressSpace"], known["properties"]["addressSpace"],
                "{}",
                peering["id"]
            );
            // One that was never taken up has one side.
            if peering["properties"]["peeringState"] != "Initiated" {
                sides.insert((text(&vnet["id"]).to_owned(), remote.to_owned()));
            }
        }
    }
    assert!(sides.iter().all(|(a, b)| sides.contains(&(b.clone(), a.clone()))));
    assert!(sides.len() > 40);
}

#[test]
fn no_subnet_lists_an_address_twice_or_more_than_it_has() {
    for made in [made(42, Size::Small), made(9, Size::Medium)] {
        for subnet in made.subnets() {
            let ids: Vec<String> = array(subnet, "/properties/ipConfigurations")
                .iter()
                .map(|entry| text(&entry["id"]).to_ascii_lowercase())
                .collect();
            let distinct: BTreeSet<&String> = ids.iter().collect();
            assert_eq!(distinct.len(), ids.len(), "{}", subnet["id"]);
            let usable: u64 = subnet_ranges(subnet).iter().map(|(first, last)| last - first + 1 - 5).sum();
            let v4 = ids.iter().filter(|id| !id.ends_with("v6")).count() as u64;
            assert!(v4 <= usable, "{}: {v4} of {usable}", subnet["id"]);
        }
    }
}

#[test]
fn nodes_belong_to_a_cluster_and_are_spelt_as_azure_spells_them() {
    let made = made(42, Size::Small);
    let groups: BTreeSet<String> =
        made.clusters().map(|c| text(&c["properties"]["nodeResourceGroup"]).to_uppercase()).collect();
    let mut nodes = 0;
    for subnet in made.subnets() {
        for entry in array(subnet, "/properties/ipConfigurations") {
            let id = text(&entry["id"]);
            let parts: Vec<&str> = id.split('/').collect();
            assert_eq!(
                (parts[1], parts[3], parts[5].to_lowercase().as_str()),
                ("subscriptions", "resourceGroups", "providers")
            );
            if parts[6] == "MICROSOFT.COMPUTE" {
                nodes += 1;
                assert_eq!(parts.len(), 15, "{id}");
                assert!(groups.contains(parts[4]), "{id}");
                let set = parts[8];
                let digits = set.trim_end_matches("-VMSS").rsplit('-').next().unwrap_or_default();
                let linux = set.starts_with("AKS-") && set.ends_with("-VMSS") && digits.len() == 8;
                assert!(
                    linux || set.starts_with("AKSWIN") || set.starts_with("AKSDOCKER") || set == "AKSANNUAL",
                    "{id}"
                );
                assert_eq!((parts[12], parts[13]), (set, "ipConfigurations"));
            }
        }
    }
    assert!(nodes > 5_000);
}

#[test]
fn a_clean_kubenet_cluster_has_one_route_a_node_in_a_table_of_its_own() {
    let made = made(42, Size::Small);
    let tables: BTreeMap<&str, &Value> =
        made.resources.iter().flat_map(|r| &r.route_tables).map(|t| (text(&t["name"]), t)).collect();
    for (table, of_nodes, all, subnets) in [
        ("rt-aks-pos", 15, 16, 1),
        ("rt-aks-stock", 63, 385, 1),
        ("rt-aks-loyalty", 11, 12, 2),
        ("rt-aks-offers", 16, 17, 2),
        ("rt-aks-fuel", 88, 89, 1),
        ("rt-aks-kiosk-test", 0, 0, 1),
    ] {
        let routes = array(tables[table], "/properties/routes");
        let named = routes.iter().filter(|r| text(&r["name"]).starts_with("aks-")).count();
        let used = array(tables[table], "/properties/subnets").len();
        assert_eq!((named, routes.len(), used), (of_nodes, all, subnets), "{table}");
    }
}

#[test]
fn nothing_looks_like_a_secret() {
    let everything = made(42, Size::Small).text().to_lowercase();
    for word in ["secret", "password", "ssh-rsa", "-----begin", "sig=", "accountkey", "bearer "] {
        assert!(!everything.contains(word), "{word}");
    }
}
