use std::collections::HashSet;

use proptest::{prelude::*, sample::subsequence};

use super::*;
use crate::inventory::{Instances, Owner, OwnerKind, ResourceId};

const GROUP: &str = "/subscriptions/s/resourceGroups/MC_g";

fn count(json: &str) -> IpConfigurations {
    serde_json::from_str(json).unwrap()
}

fn list(ids: &[String]) -> IpConfigurations {
    let entries: Vec<_> = ids.iter().map(|id| serde_json::json!({ "id": id })).collect();
    count(&serde_json::to_string(&entries).unwrap())
}

fn node(set: &str, instance: u32, config: &str) -> String {
    format!(
        "{GROUP}/providers/Microsoft.Compute/virtualMachineScaleSets/{set}/virtualMachines/{instance}/networkInterfaces/{set}/ipConfigurations/{config}"
    )
}

fn network(tail: &str) -> String {
    format!("{GROUP}/providers/Microsoft.Network/{tail}")
}

fn held(kind: OwnerKind, id: &str, addresses: u64, per_node: &[(u32, u32)]) -> OwnerCount {
    let owner = Owner { kind, id: ResourceId::parse(id).unwrap(), pool_hint: None, is_provisioned: false };
    let instances = Instances::default();
    OwnerCount { owner, addresses, per_node: per_node.iter().copied().collect(), instances }
}

fn addresses(found: &IpConfigurations) -> u64 {
    found.owners.iter().map(|count| count.addresses).sum::<u64>() + found.unrecognised
}

#[test]
fn nodes_are_counted_by_scale_set_with_a_histogram() {
    let set = "aks-np1-12345678-vmss";
    let mut ids: Vec<_> = (1..=3).map(|c| node(set, 0, &format!("ipconfig{c}"))).collect();
    ids.extend((1..=2).map(|c| node(set, 1, &format!("ipconfig{c}"))));
    ids.extend((1..=3).map(|c| node(set, 10, &format!("ipconfig{c}"))));
    // The same entry in upper case, as ARM spells AKS nodes, and in the form of error messages.
    ids.push(node(set, 10, "ipconfig3").to_uppercase().replace("/SUBSCRIPTIONS/S", "/subscriptions/s"));
    ids.push(network(&format!(
        "networkInterfaces/|providers|Microsoft.Compute|virtualMachineScaleSets|{set}|virtualMachines|1|networkInterfaces|{set}/ipConfigurations/ipconfig2"
    )));
    ids.push(ids[9].to_uppercase());
    let id = format!("{GROUP}/providers/Microsoft.Compute/virtualMachineScaleSets/{set}");
    let mut expected = held(OwnerKind::ScaleSet, &id, 8, &[(2, 1), (3, 2)]);
    expected.instances = [0, 1, 10].into_iter().collect();
    assert_eq!(list(&ids).owners, [expected]);
    // What is no number is an instance all the same.
    let odd = list(&[node(set, 3, "a").replace("/3/", "/+3/"), node(set, 4, "a")]);
    let told: Vec<_> = odd.owners.iter().map(|count| (count.nodes(), count.instances.count())).collect();
    assert_eq!(told, [(2, 1)]);
}

#[test]
fn interfaces_and_endpoints_are_counted_by_group() {
    let guid = "0a1b2c3d-0000-1111-2222-333344445555";
    let found = list(&[
        network("networkInterfaces/aks-np1-12345678-nic-0/ipConfigurations/a"),
        network("networkInterfaces/aks-np1-12345678-nic-0/ipConfigurations/b"),
        network("networkInterfaces/AKS-NP1-12345678-NIC-1/ipConfigurations/a"),
        network("networkInterfaces/jumpbox/ipConfigurations/a"),
        network("networkInterfaces/aks-default-x7k2p/ipConfigurations/a"),
        network("networkInterfaces/AKS-DEFAULT-X7K2P/ipConfigurations/b"),
        network("networkInterfaces/aks-default-9zzzz/ipConfigurations/a"),
        network(&format!("networkInterfaces/sql.nic.{guid}/ipConfigurations/a")),
        network(&format!("networkInterfaces/sql.nic.{guid}/ipConfigurations/b")),
    ]);
    let mut nodes = held(OwnerKind::NetworkInterface, GROUP, 3, &[(1, 1), (2, 1)]);
    nodes.owner.pool_hint = Some("np1".to_owned());
    nodes.instances = [0, 1].into_iter().collect();
    let others = held(OwnerKind::NetworkInterface, GROUP, 1, &[(1, 1)]);
    let mut provisioned = held(OwnerKind::NetworkInterface, GROUP, 3, &[(1, 1), (2, 1)]);
    provisioned.owner.is_provisioned = true;
    assert_eq!(found.owners, [others, provisioned, nodes, held(OwnerKind::PrivateEndpoint, GROUP, 2, &[])]);
}

#[test]
fn a_private_link_service_and_its_interface_count_once() {
    let service = |n: u32| network(&format!("privateLinkServices/pls/ipConfigurations/nat-{n}"));
    let interface = |guid: &str, n: u32| {
        network(&format!(
            "networkInterfaces/PLS.nic.{guid}-0000-1111-2222-333344445555/ipConfigurations/nat-{n}"
        ))
    };
    let own = network("privateLinkServices/pls");
    let counted = |ids: &[String], service: u64, endpoints: u64| {
        let found = list(ids);
        let mut expected = vec![held(OwnerKind::PrivateLinkService, &own, service, &[])];
        if endpoints > 0 {
            expected.insert(0, held(OwnerKind::PrivateEndpoint, GROUP, endpoints, &[]));
        }
        assert_eq!(found.owners, expected, "{ids:?}");
    };
    counted(&[service(1)], 1, 0);
    counted(&[service(1), interface("aaaaaaaa", 1)], 1, 0);
    counted(&[interface("aaaaaaaa", 1), interface("aaaaaaaa", 2), service(1), service(2)], 2, 0);
    // The service is listed once, its interface with all its addresses.
    counted(&[service(1), interface("aaaaaaaa", 1), interface("aaaaaaaa", 2)], 2, 0);
    // A private endpoint of the same name keeps its own addresses.
    counted(
        &[interface("bbbbbbbb", 1), interface("bbbbbbbb", 2), service(1), interface("aaaaaaaa", 1)],
        1,
        2,
    );
    // Another group's interface of the same name is another's.
    let elsewhere = interface("aaaaaaaa", 1).replace("MC_g", "other");
    assert_eq!(addresses(&list(&[service(1), elsewhere])), 2);
}

#[test]
fn ipv6_is_not_counted_and_blocks_count_sixteen() {
    let set = "aks-np1-12345678-vmss";
    assert_eq!(
        addresses(&list(&[node(set, 0, "ipconfig1"), node(set, 0, "ipconfig1v6"), node(set, 0, "CFGV6")])),
        1
    );
    assert!(list(&[node(set, 0, "ipconfigv6")]).owners.is_empty());
    let id = node(set, 0, "a");
    for (properties, expected) in [
        (r#"{"privateIPAddressPrefixLength":28}"#, 16),
        (r#"{"privateIPAddressPrefixLength":"28","privateIPAddress":"10.0.0.16"}"#, 16),
        (r#"{"privateIPAddressPrefixLength":28.0,"privateIPAddressVersion":"IPv4"}"#, 16),
        (r#"{"privateIPAddressPrefixLength":32}"#, 1),
        (r#"{"privateIPAddressPrefixLength":null}"#, 1),
        (r#"{"privateIPAddressVersion":"ipv6"}"#, 0),
        (r#"{"privateIPAddress":"fd00::4"}"#, 0),
        (r#"{"privateIPAddress":{}}"#, 1),
        ("null", 1),
        ("\"odd\"", 1),
    ] {
        let first = format!(r#"[{{"properties":{properties},"id":"{id}"}}]"#);
        assert_eq!(addresses(&count(&first)), expected, "{properties}");
    }
}

#[test]
fn what_is_no_id_is_an_address_all_the_same() {
    let found =
        count(r#"[{"id":"x"},{"id":"X"},{"id":7},{"id":{}},{"name":"n"},"y",true,1,-1,1.5,[],{},null]"#);
    assert!(found.owners.is_empty());
    // `x` once; 7; five entries without an id that are objects or scalars; `y`.
    assert_eq!(found.unrecognised, 11);
    assert_eq!(count("null"), IpConfigurations::default());
    assert!(serde_json::from_str::<IpConfigurations>("\"x\"").is_err());
}

#[test]
fn escapes_unicode_and_foreign_subscriptions_are_ids_like_others() {
    let found = count(
        r#"[{"id":"\/subscriptions\/f\/resourceGroups\/r\u00e9seau\/providers\/Microsoft.Network\/loadBalancers\/lb\/frontendIPConfigurations\/a"},
            {"id":"/subscriptions/f/resourceGroups/réseau/providers/Microsoft.Network/loadBalancers/lb/frontendIPConfigurations/a"}]"#,
    );
    let id = "/subscriptions/f/resourceGroups/réseau/providers/Microsoft.Network/loadBalancers/lb";
    assert_eq!(found.owners, [held(OwnerKind::LoadBalancer, id, 1, &[])]);
}

/// Ids of all kinds, few enough that some repeat.
fn ids() -> impl Strategy<Value = Vec<String>> {
    let mut all =
        vec!["not an id".to_owned(), "/subscriptions/s".to_owned(), format!("{GROUP}/providers/N.X/t/n/c/d")];
    for n in 0..3 {
        all.extend((0..3).map(|c| node("aks-np1-12345678-vmss", n, &format!("ipconfig{c}"))));
        all.extend(
            (0..2).map(|c| {
                network(&format!("networkInterfaces/aks-np1-12345678-{n}-nic/ipConfigurations/{c}"))
            }),
        );
        all.push(node("aks-np1-12345678-vmss", n, "ipconfigv6"));
        all.push(network(&format!("networkInterfaces/vm{n}/ipConfigurations/a")));
        all.push(network(&format!("networkInterfaces/pe.nic.{n}0000000-0000/ipConfigurations/a")));
        all.push(network(&format!("loadBalancers/lb/frontendIPConfigurations/{n}")));
        all.push(network(&format!("applicationGateways/agw{n}/frontendIPConfigurations/f")));
    }
    let count = all.len();
    subsequence(all, 0..=count)
}

fn flip(id: &str, mask: u64) -> String {
    let flipped = id.bytes().enumerate().map(|(at, b)| {
        let upper = mask.rotate_left(u32::try_from(at % 64).unwrap()) & 1 == 1;
        char::from(if upper { b.to_ascii_uppercase() } else { b.to_ascii_lowercase() })
    });
    flipped.collect()
}

proptest! {
    #[test]
    fn every_distinct_address_has_exactly_one_owner(ids in ids(), again in any::<prop::sample::Index>(), mask: u64) {
        let distinct: HashSet<_> = ids.iter().map(|id| id.to_lowercase()).filter(|id| !id.ends_with("v6")).collect();
        let mut listed = ids.clone();
        if !ids.is_empty() {
            let repeated: &String = again.get(&ids);
            listed.push(flip(repeated, mask));
        }
        let found = list(&listed);
        prop_assert_eq!(addresses(&found), distinct.len() as u64);
        for count in &found.owners {
            let is_node = matches!(count.owner.kind, OwnerKind::ScaleSet | OwnerKind::NetworkInterface);
            let by_node: u64 = count.per_node.iter().map(|(each, nodes)| u64::from(each * nodes)).sum();
            prop_assert_eq!(by_node, if is_node { count.addresses } else { 0 });
        }
    }

    #[test]
    fn neither_order_nor_case_matters(
        (ids, shuffled) in ids().prop_flat_map(|ids| (Just(ids.clone()), Just(ids).prop_shuffle())),
        masks in prop::collection::vec(any::<u64>(), 64),
    ) {
        let flipped: Vec<_> = shuffled.iter().zip(masks.iter().cycle()).map(|(id, mask)| flip(id, *mask)).collect();
        prop_assert_eq!(list(&ids), list(&flipped));
        // The spelling that is shown does not depend on the order either.
        let spelling = |found: IpConfigurations| -> Vec<String> {
            found.owners.into_iter().map(|count| count.owner.id.to_string()).collect()
        };
        let both = [ids, flipped].concat();
        let reversed: Vec<_> = both.iter().rev().cloned().collect();
        prop_assert_eq!(spelling(list(&both)), spelling(list(&reversed)));
    }

    #[test]
    fn no_text_is_too_strange(ids in prop::collection::vec("(/|\\|providers\\||subscriptions|resourceGroups|[a-zé.|/]|v6){0,14}", 0..20)) {
        prop_assert!(addresses(&list(&ids)) <= ids.len() as u64);
    }
}
