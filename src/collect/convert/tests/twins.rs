//! The same part twice in one object.

use aks_census_simulator::estate::demo::{Size, demo};

use super::*;

/// Lists of parts that Azure knows by name, and of prefixes: that one came twice is said. Other lists hold values, or what
/// is counted by id: a second one counts for nothing, and there is nothing to say.
const SAID: &[&str] = &[
    "agentPoolProfiles",
    "podCidrs",
    "serviceCidrs",
    "addressPrefixes",
    "subnets",
    "virtualNetworkPeerings",
    "delegations",
    "serviceAssociationLinks",
    "resourceNavigationLinks",
    "routes",
    "securityRules",
    "gatewayIPConfigurations",
    "frontendIPConfigurations",
];
/// Groups of machines have no name: two of one size are two.
const NAMELESS: &[&str] = &["virtualMachineNodesStatus", "manual", "autoscale"];

/// The lists in a document, by path.
fn lists(value: &Value, path: &str, found: &mut Vec<String>) {
    match value {
        Value::Array(items) => {
            found.push(path.to_owned());
            items.iter().enumerate().for_each(|(at, item)| lists(item, &format!("{path}/{at}"), found));
        }
        Value::Object(fields) => {
            for (key, value) in fields {
                lists(value, &format!("{path}/{}", key.replace('~', "~0").replace('/', "~1")), found);
            }
        }
        _ => {}
    }
}

/// The same part, named in capitals.
fn shouted(part: &Value) -> Value {
    let mut part = part.clone();
    match &mut part {
        Value::Object(fields) => {
            for key in ["id", "name"] {
                if let Some(Value::String(name)) = fields.get_mut(key) {
                    *name = name.to_uppercase();
                }
            }
        }
        Value::String(text) => *text = text.to_uppercase(),
        _ => {}
    }
    part
}

/// Doubles each entry of each list, in both spellings: nothing changes, and it is said where the part has a name.
fn doubled<M: PartialEq + fmt::Debug>(document: &Value, convert: impl Fn(&Value) -> Converted<M>) -> usize {
    let (plain, noted) = convert(document).unwrap();
    let mut found = Vec::new();
    lists(document, "", &mut found);
    let mut said = 0;
    for path in found {
        let key = path.rsplit('/').find(|key| key.parse::<usize>().is_err()).unwrap_or_default();
        if NAMELESS.contains(&key) {
            continue;
        }
        for respell in [Value::clone, shouted] {
            let mut changed = document.clone();
            let list = changed.pointer_mut(&path).and_then(Value::as_array_mut).unwrap();
            let again: Vec<Value> = list.iter().map(respell).collect();
            let is_empty = again.is_empty();
            list.extend(again);
            let (twice, oddities) = convert(&changed).unwrap();
            assert_eq!(twice, plain, "{path}");
            let new: Vec<_> = oddities.iter().filter(|odd| !noted.contains(odd)).collect();
            assert!(new.iter().all(|odd| odd.is_kept), "{path}: {new:?}");
            // The tables and groups of a subnet only name it.
            let is_part = key != "subnets" || document["properties"]["addressSpace"].is_object();
            if !is_empty && SAID.contains(&key) && is_part {
                assert!(!new.is_empty(), "{path} came twice, and nothing is said");
                said += 1;
            }
        }
    }
    said
}

#[test]
fn doubling_a_part_of_an_estate_changes_nothing_and_is_said() {
    let estate = demo(1, Size::Small);
    let mut said = 0;
    for subscription in &estate.subscriptions {
        let resources = (subscription.resources)();
        said += resources
            .clusters
            .iter()
            .map(|json| doubled(json, |json| Cluster::convert(read(json))))
            .sum::<usize>();
        // Large ones hold nothing that small ones don't.
        for json in resources.virtual_networks.iter().take(2) {
            let (network, _) = VirtualNetwork::convert(read(json)).unwrap();
            if network.subnets.iter().map(|subnet| subnet.usage.listed).sum::<u64>() < 100 {
                said += doubled(json, |json| VirtualNetwork::convert(read(json)));
            }
        }
        said += resources
            .route_tables
            .iter()
            .take(2)
            .map(|json| doubled(json, |json| RouteTable::convert(read(json))))
            .sum::<usize>();
        let groups = resources.network_security_groups.iter();
        said +=
            groups.map(|json| doubled(json, |json| NetworkSecurityGroup::convert(read(json)))).sum::<usize>();
        let gateways = resources.application_gateways.iter();
        said +=
            gateways.map(|json| doubled(json, |json| ApplicationGateway::convert(read(json)))).sum::<usize>();
    }
    assert!(said > 100, "{said}");
}

#[test]
fn parts_that_differ_are_odd_and_none_is_kept() {
    let pool = |name: &str, count: u32| json!({ "name": name, "count": count });
    let (cluster, oddities) =
        cluster_with(json!({ "agentPoolProfiles": [pool("one", 3), pool("two", 1), pool("ONE", 4)] }));
    let names: Vec<&str> = cluster.pools.iter().map(|pool| pool.name.as_str()).collect();
    assert_eq!((names, cluster.pools_known), (vec!["two"], false));
    assert_eq!(oddities, ["c1 node pool `one`: it came more than once, with different content"]);

    let subnet = |name: &str, prefix: &str| json!({ "id": subnet_id(name), "properties": { "addressPrefix": prefix } });
    let same = [subnet("b", "10.0.1.0/24"), subnet("B", "10.0.1.0/24")];
    let (network, oddities) = network_with(json!({ "subnets": [
        subnet("a", "10.0.0.0/24"), subnet("A", "10.0.9.0/24"), subnet("a", "10.0.0.0/24"), same[0], same[1],
    ] }));
    assert_eq!(network.subnets.iter().map(|subnet| subnet.id.name()).collect::<Vec<_>>(), ["b"]);
    assert_eq!(
        oddities,
        [
            "a subnet: it came more than once, with different content",
            "v1 subnet: `b` came more than once, and counts once"
        ]
    );

    let route = |hop: &str| json!({ "name": "r", "properties": { "nextHopType": hop } });
    let table = json!({ "id": id("Microsoft.Network/routeTables/t"), "properties": { "routes": [route("Internet"), route("None")] } });
    let (table, oddities) = RouteTable::convert(read(&table)).unwrap();
    assert_eq!(table.routes, []);
    assert_eq!(lines(oddities), ["t route `r`: it came more than once, with different content"]);

    let rule = |name: &str, access: &str| json!({ "name": name, "properties": { "access": access } });
    let group = json!({ "id": id("Microsoft.Network/networkSecurityGroups/g"),
        "properties": { "securityRules": [rule("x", "Allow"), rule("X", "Deny"), rule("y", "Deny")] } });
    let (group, oddities) = NetworkSecurityGroup::convert(read(&group)).unwrap();
    assert_eq!(group.rules.len(), 1);
    assert_eq!(lines(oddities), ["g security rule `x`: it came more than once, with different content"]);
}

#[test]
fn a_front_end_that_comes_twice_takes_one_address() {
    let front = |name: &str, subnet: &str| {
        json!({ "id": id(&format!("Microsoft.Network/applicationGateways/g/frontendIPConfigurations/{name}")),
            "properties": { "subnet": { "id": subnet_id(subnet) } } })
    };
    let gateway = |fronts: Value| {
        let json = json!({ "id": id("Microsoft.Network/applicationGateways/g"),
            "properties": { "frontendIPConfigurations": fronts } });
        let (gateway, oddities) = ApplicationGateway::convert(read(&json)).unwrap();
        (gateway.private_frontends.len(), lines(oddities).len())
    };
    assert_eq!(gateway(json!([front("a", "s"), front("b", "s")])), (2, 0));
    assert_eq!(gateway(json!([front("a", "s"), front("A", "s")])), (1, 1));
    assert_eq!(gateway(json!([front("a", "s"), front("a", "other")])), (0, 1));
}
