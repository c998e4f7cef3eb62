use serde_json::json;

use super::*;
use crate::{
    assess::testing::{Network, cluster, cluster_id, id, inventory, pool, scale_set, subnet, vnet},
    inventory::{NetworkSecurityGroup, Route, RouteTable, SecurityRule, Subscription, SubscriptionId},
};

fn packed(text: &[u8]) -> Vec<u8> {
    let mut gzip = GzBuilder::new().write(Vec::new(), Compression::fast());
    gzip.write_all(text).unwrap();
    gzip.finish().unwrap()
}

fn text() -> Vec<u8> {
    let mut text = Vec::new();
    GzDecoder::new(to_bytes(&inventory()).unwrap().as_slice()).read_to_end(&mut text).unwrap();
    text
}

fn up_to(unpacked: u64) -> Limits {
    Limits { unpacked, memory: LARGEST, text: LONGEST_TEXT }
}

#[test]
fn nothing_may_follow_a_snapshot() {
    let good = to_bytes(&inventory()).unwrap();
    for rest in [good.clone(), packed(b""), b"\0".to_vec(), b"more".to_vec()] {
        let error = from_bytes(&[good.clone(), rest].concat()).unwrap_err();
        assert!(matches!(error, SnapshotError::Trailing), "{error}");
    }
    let twice = from_bytes(&packed(&[text(), text()].concat())).unwrap_err();
    assert!(matches!(twice, SnapshotError::Content(_)), "{twice}");
    assert_eq!(from_bytes(&packed(&[text(), b" \n".to_vec()].concat())).unwrap(), inventory());
}

#[test]
fn a_snapshot_without_what_is_newer_is_read() {
    let mut whole = inventory();
    let network = vnet("v", &[], vec![subnet("nodes", "10.0.0.0/24", vec![scale_set("one", "np", 3, 1)])]);
    let peering = json!({
        "id": format!("{}/virtualNetworkPeerings/p", network.id), "remote": null, "state": "Connected",
        "remote_prefixes": { "known": ["10.1.0.0/16"], "unreadable": [] }, "allow_forwarded_traffic": null,
        "allow_gateway_transit": null, "use_remote_gateways": true,
    });
    whole.virtual_networks = vec![network];
    let mut older = serde_json::to_value(&whole).unwrap();
    older["virtual_networks"][0]["peerings"] = json!([peering]);
    whole.virtual_networks[0].peerings = vec![serde_json::from_value(peering).unwrap()];
    // The numbers of instances stand only where they are known.
    assert!(!older.to_string().contains("instances"));
    for newer in ["vpn_sites", "local_network_gateways", "connections"] {
        assert!(older.as_object_mut().unwrap().remove(newer).is_some(), "{newer}");
    }
    let written = json!({ "format": FORMAT, "version": VERSION, "inventory": older });
    assert_eq!(from_bytes(&packed(written.to_string().as_bytes())).unwrap(), whole);
}

#[test]
fn a_snapshot_is_read_up_to_its_limit_whatever_it_holds() {
    let bytes = to_bytes(&inventory()).unwrap();
    let length = text().len() as u64;
    assert_eq!(read_up_to(bytes.as_slice(), up_to(length)).unwrap(), inventory());
    let spaces = packed(&[text(), vec![b' '; 100]].concat());
    let string = packed(format!("{{\"format\":\"{}", "x".repeat(100_000)).as_bytes());
    for (bytes, limit) in [(&bytes, length - 1), (&spaces, length + 99), (&string, 100_000)] {
        let error = read_up_to(bytes.as_slice(), up_to(limit)).unwrap_err();
        assert!(matches!(error, SnapshotError::TooLarge(most) if most == limit), "{error}");
    }
}

#[test]
fn a_text_that_does_not_end_is_not_waited_for() {
    let limits = Limits { text: 100_000, ..up_to(LONGEST) };
    let error = |text: &str| read_up_to(packed(text.as_bytes()).as_slice(), limits).unwrap_err();
    for piece in ["x", r#"\""#, r"\\x", " "] {
        let text = piece.repeat(200_000 / piece.len());
        for text in [format!(r#"{{"format":"{text}"}}"#), format!(r#"{{"other":"{text}"}}"#)] {
            assert!(matches!(error(&text), SnapshotError::LongText(100_000)), "{piece}");
        }
    }
    // Short texts of quotation marks and backslashes are none, wherever a piece of the stream ends.
    for entry in [r#""\\\"\\""#, r#""x\\\\""#, r#""\"""#] {
        let many = format!(r#"{{"other":[{}]}}"#, vec![entry; 100_000].join(","));
        assert!(matches!(error(&many), SnapshotError::Content(_)), "{entry}");
    }
}

#[test]
fn a_list_of_any_kind_is_kept_up_to_a_limit() {
    let limits = Limits { memory: 1 << 20, ..up_to(LONGEST) };
    for (list, entry) in [
        ("subscriptions", r#"{"id":""}"#),
        ("coverage", r#"{"scope_id":"","what":"","status":"ok","items":0,"attempts":0}"#),
        ("requested", r#""""#),
        ("api_versions", ""),
    ] {
        let many = vec![entry; 100_000].join(",");
        let content = match list {
            "requested" => format!(r#"{{"subscriptions":[{many}]}}"#),
            "api_versions" => {
                let entries: Vec<String> = (0..100_000).map(|name| format!(r#""{name}":"""#)).collect();
                format!("{{{}}}", entries.join(","))
            }
            _ => format!("[{many}]"),
        };
        let text = format!(r#"{{"format":"{FORMAT}","version":1,"inventory":{{"{list}":{content}}}}}"#);
        let error = read_up_to(packed(text.as_bytes()).as_slice(), limits).unwrap_err();
        assert!(matches!(error, SnapshotError::TooMuch(most) if most == 1 << 20), "{list}: {error}");
    }
}

#[test]
fn what_is_wrong_is_blamed_whatever_the_order_of_keys() {
    let error = |text: &str| from_bytes(&packed(text.as_bytes())).unwrap_err();
    for text in [
        r#"{"format":"aks-census-snapshot","version":2,"inventory":7}"#,
        r#"{"version":2,"inventory":{"new":[]},"format":"aks-census-snapshot"}"#,
        r#"{"format":"aks-census-snapshot","version":2}"#,
    ] {
        assert!(matches!(error(text), SnapshotError::Version { found: 2 }), "{text}");
    }
    let foreign = error(r#"{"format":"other","inventory":7,"version":1}"#);
    assert!(matches!(&foreign, SnapshotError::Format(format) if format == "other"), "{foreign}");
    for (text, word) in [
        (r#"{"format":"aks-census-snapshot","version":1}"#, "missing field `inventory`"),
        (r#"{"format":"a","format":"b"}"#, "duplicate field `format`"),
        (r#"{"version":1,"inventory":null}"#, "invalid type: null"),
        ("[]", "expected a snapshot"),
        ("{}", "missing field `format`"),
    ] {
        let SnapshotError::Content(cause) = error(text) else { panic!("{text}") };
        assert!(cause.to_string().contains(word), "{cause}");
    }
    let mut garbled = to_bytes(&inventory()).unwrap();
    let middle = garbled.len() / 2;
    garbled[middle] ^= 0x55;
    assert!(matches!(from_bytes(&garbled).unwrap_err(), SnapshotError::Compression(_)));
}

#[test]
fn what_is_there_twice_in_two_spellings_is_refused() {
    let once = Inventory {
        clusters: vec![cluster("one", Network::Overlay), cluster("two", Network::Overlay)],
        virtual_networks: vec![vnet("one", &[], vec![]), vnet("two", &[], vec![])],
        ..inventory()
    };
    assert_eq!(from_bytes(&to_bytes(&once).unwrap()).unwrap(), once);
    let mut clusters = once.clone();
    clusters.clusters.push(cluster("ONE", Network::Overlay));
    let mut networks = once;
    networks.virtual_networks.push(vnet("TWO", &[], vec![]));
    for (twice, name) in [(clusters, "ONE"), (networks, "TWO")] {
        let error = from_bytes(&to_bytes(&twice).unwrap()).unwrap_err();
        assert!(
            matches!(&error, SnapshotError::Twice(what) if what.ends_with(&format!("/{name}`"))),
            "{error}"
        );
    }
}

#[test]
fn a_subscription_counts_once_and_an_id_in_two_lists_is_no_twin() {
    let mut once = inventory();
    let mut stray = cluster("one", Network::Overlay);
    let network = vnet("one", &[], vec![]);
    stray.id = network.id.clone();
    (once.clusters, once.virtual_networks) = (vec![stray], vec![network]);
    assert_eq!(from_bytes(&to_bytes(&once).unwrap()).unwrap(), once, "what was collected can be read");
    let named = |id: &str| Subscription {
        id: SubscriptionId::from(id.to_owned()),
        name: None,
        state: None,
        tenant_id: None,
    };
    once.subscriptions = vec![named("team-a"), named("TEAM-A")];
    let error = from_bytes(&to_bytes(&once).unwrap()).unwrap_err();
    assert!(error.to_string().contains("the subscription `"), "{error}");
}

type Change = fn(&mut Inventory);

#[test]
fn a_part_that_is_there_twice_in_two_spellings_is_refused() {
    let rule = |name: &str| SecurityRule {
        name: name.to_owned(),
        priority: None,
        direction: None,
        access: None,
        protocol: None,
        sources: Vec::new(),
        destinations: Vec::new(),
        source_ports: Vec::new(),
        destination_ports: Vec::new(),
    };
    let route = |name: &str| Route {
        name: name.to_owned(),
        prefix: None,
        next_hop_type: None,
        next_hop_address: None,
    };
    let id = |kind: &str| id(&cluster_id("c").as_str().replace("managedClusters", kind));
    let mut once = Inventory {
        clusters: vec![cluster("one", Network::Overlay)],
        virtual_networks: vec![vnet("one", &[], vec![subnet("s", "10.0.0.0/24", vec![])])],
        route_tables: vec![RouteTable {
            id: id("routeTables"),
            location: String::new(),
            routes: vec![route("r"), route(""), route("")],
            subnets: Vec::new(),
        }],
        network_security_groups: vec![NetworkSecurityGroup {
            id: id("networkSecurityGroups"),
            rules: vec![rule("n")],
            subnets: Vec::new(),
        }],
        ..inventory()
    };
    once.clusters[0].pools = vec![pool("np", 1)];
    assert_eq!(from_bytes(&to_bytes(&once).unwrap()).unwrap(), once);
    let changes: [(Change, &str); 6] = [
        (|i| i.clusters[0].pools.push(pool("NP", 2)), "the node pool `np` of"),
        (|i| i.virtual_networks[0].subnets.push(subnet("S", "10.0.1.0/24", vec![])), "/subnets/S`"),
        (
            |i| {
                let twin = Route { name: "R".to_owned(), ..i.route_tables[0].routes[0].clone() };
                i.route_tables[0].routes.push(twin);
            },
            "the route `r` of",
        ),
        (
            |i| {
                let rule = i.network_security_groups[0].rules[0].clone();
                i.network_security_groups[0].rules.push(rule);
            },
            "the security rule `n` of",
        ),
        (|i| i.route_tables.push(i.route_tables[0].clone()), "/routeTables/"),
        (
            |i| {
                let prefixes = &mut i.virtual_networks[0].subnets[0].prefixes.known;
                prefixes.push(prefixes[0]);
            },
            "a prefix or an owner of",
        ),
    ];
    for (change, expected) in changes {
        let mut twice = once.clone();
        change(&mut twice);
        let error = from_bytes(&to_bytes(&twice).unwrap()).unwrap_err();
        assert!(matches!(&error, SnapshotError::Twice(what) if what.contains(expected)), "{error}");
    }
}
