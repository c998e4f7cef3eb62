//! Networks and what hangs on them, as ARM may send them.

use super::*;
use crate::inventory::OwnerKind;

fn prefixes(subnet: &Subnet) -> (Vec<String>, Vec<&str>) {
    let known = subnet.prefixes.known.iter().map(ToString::to_string).collect();
    (known, subnet.prefixes.unreadable.iter().map(String::as_str).collect())
}

#[test]
fn one_prefix_or_many_or_both_or_none() {
    let read = |properties: Value| {
        let (subnet, oddities) = subnet_with(properties);
        assert_eq!(oddities, [""; 0]);
        let (known, unreadable) = prefixes(&subnet);
        (known.join(" "), unreadable.join(" "))
    };
    let known = |text: &str| (text.to_owned(), String::new());
    assert_eq!(read(json!({ "addressPrefix": "10.0.0.0/24" })), known("10.0.0.0/24"));
    assert_eq!(
        read(json!({ "addressPrefixes": ["10.0.0.0/24", "10.0.1.0/24"] })),
        known("10.0.0.0/24 10.0.1.0/24")
    );
    assert_eq!(
        read(json!({ "addressPrefix": "10.0.0.0/24", "addressPrefixes": ["10.0.0.0/24", "fd00::/64"] })),
        known("10.0.0.0/24 fd00::/64")
    );
    assert_eq!(read(json!({ "addressPrefix": null, "addressPrefixes": [null, ""] })), known(""));
    assert_eq!(read(json!({})), known(""));
    assert_eq!(
        read(json!({ "addressPrefix": "10.0.0.0/33", "addressPrefixes": ["10.0.0.0/33", "10.0.0.0/8"] })),
        ("10.0.0.0/8".to_owned(), "10.0.0.0/33".to_owned())
    );
}

#[test]
fn null_says_as_little_as_absence() {
    let (absent, oddities) = network_of(&json!({ "id": network_id(), "properties": {} }));
    assert_eq!(oddities, [""; 0]);
    for json in [
        json!({ "id": network_id(), "location": null, "tags": null, "properties": {} }),
        json!({ "id": network_id(), "properties": { "addressSpace": null, "dhcpOptions": null, "subnets": null,
            "virtualNetworkPeerings": null } }),
        json!({ "id": network_id(), "properties": { "addressSpace": { "addressPrefixes": null },
            "dhcpOptions": { "dnsServers": null }, "subnets": [null], "virtualNetworkPeerings": [] } }),
    ] {
        assert_eq!(network_of(&json), (absent.clone(), Vec::new()), "{json}");
    }
    let nulls = json!({
        "addressPrefix": null, "addressPrefixes": null, "networkSecurityGroup": null, "routeTable": { "id": null },
        "natGateway": { "id": "" }, "delegations": null, "ipConfigurations": null, "ipConfigurationProfiles": null,
        "privateEndpoints": null, "applicationGatewayIPConfigurations": [null], "serviceAssociationLinks": null,
        "resourceNavigationLinks": null, "defaultOutboundAccess": null,
    });
    assert_eq!(subnet_with(nulls), subnet_with(json!({})));
}

#[test]
fn what_says_nothing_of_itself_is_not_empty() {
    for network in [json!({ "id": network_id() }), json!({ "id": network_id(), "properties": null })] {
        let oddity = VirtualNetwork::convert(read(&network)).unwrap_err();
        assert_eq!(line(oddity), "v1 virtual network: it has no properties");
    }
    for subnet in [json!({ "id": subnet_id("s1") }), json!({ "id": subnet_id("s1"), "properties": null })] {
        let (network, oddities) = network_with(json!({ "subnets": [subnet] }));
        assert_eq!(network.subnets, []);
        assert_eq!(oddities, ["s1 subnet: it has no properties"]);
    }
}

#[test]
fn an_odd_part_spoils_itself_and_is_named() {
    let (network, oddities) = network_with(json!({
        "addressSpace": { "addressPrefixes": ["10.0.0.0/8", {}, 7] },
        "subnets": [
            { "id": subnet_id("good1"), "properties": { "addressPrefix": "10.0.0.0/24" } },
            { "id": subnet_id("bad"), "name": "bad", "properties": { "addressPrefix": ["10.0.1.0/24"] } },
            { "name": "nameless", "properties": {} },
            17,
            { "id": subnet_id("good2"), "properties": { "routeTable": "rt", "networkSecurityGroup": { "id": "nsg" } } },
        ],
        "virtualNetworkPeerings": [
            { "id": format!("{}/virtualNetworkPeerings/bad", network_id()), "properties": { "useRemoteGateways": "maybe" } },
            { "name": "idless" },
            { "id": format!("{}/virtualNetworkPeerings/good", network_id()), "properties": {
                "remoteAddressSpace": { "addressPrefixes": ["10.9.0.0/16"] }, "remoteVirtualNetworkAddressSpace": [] } },
        ],
    }));
    assert_eq!(network.subnets.iter().map(|s| s.id.name()).collect::<Vec<_>>(), ["good1", "good2"]);
    assert_eq!(network.peerings.iter().map(|p| p.id.name()).collect::<Vec<_>>(), ["good"]);
    assert_eq!(network.peerings[0].remote_prefixes.known.len(), 1);
    assert_eq!(network.address_space.unreadable, ["7"]);
    insta::assert_snapshot!(oddities.join("\n"), @r#"
    bad subnet: `properties.addressPrefix`: invalid type: sequence, expected a text
    v1 subnet: invalid type: integer `17`, expected an object
    bad peering: `properties.useRemoteGateways`: invalid value: string "…", expected true or false
    v1 address space: invalid type: map, expected a text
    v1 subnet `nameless`: it has no id
    good2 network security group: expected the id of a resource
    good2 route table: invalid type: string "…", expected an object
    v1 peering `idless`: it has no id
    good remote address space: expected an object, found a list
    "#);
}

#[test]
fn the_other_side_of_a_peering_is_what_it_is_now() {
    let (network, _) = network_with(json!({ "virtualNetworkPeerings": [{
        "id": format!("{}/virtualNetworkPeerings/p", network_id()),
        "properties": {
            "remoteAddressSpace": { "addressPrefixes": ["10.1.0.0/16"] },
            "remoteVirtualNetworkAddressSpace": { "addressPrefixes": ["10.1.0.0/16", "10.2.0.0/16"] },
            "remoteVirtualNetwork": { "id": "/subscriptions/other/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v" },
            "peeringState": "Connected", "allowForwardedTraffic": "true",
        },
    }] }));
    let peering = &network.peerings[0];
    assert_eq!(peering.remote_prefixes.known.len(), 2);
    assert_eq!(peering.remote.as_ref().unwrap().subscription().as_str(), "other");
    assert_eq!((peering.allow_forwarded_traffic, peering.allow_gateway_transit), (Some(true), None));
}

/// As <https://learn.microsoft.com/azure/virtual-network/how-to-configure-subnet-peering> has it: both address spaces are then
/// those of the subnets.
#[test]
fn a_peering_of_subnets_says_which() {
    let peering = |name: &str, mut properties: Value| {
        properties["remoteVirtualNetworkAddressSpace"] = json!({ "addressPrefixes": ["10.1.0.0/24"] });
        json!({ "id": format!("{}/virtualNetworkPeerings/{name}", network_id()), "properties": properties })
    };
    let (network, oddities) = network_with(json!({ "virtualNetworkPeerings": [
        peering("some", json!({ "peerCompleteVnets": false, "enableOnlyIPv6Peering": "True",
            "localSubnetNames": ["a", "A", ""], "remoteSubnetNames": ["b", null, "c"] })),
        peering("null", json!({ "peerCompleteVnets": null, "enableOnlyIPv6Peering": null,
            "localSubnetNames": null, "remoteSubnetNames": null })),
        peering("silent", json!({})),
        peering("odd", json!({ "peerCompleteVnets": "true", "localSubnetNames": {}, "remoteSubnetNames": [[]] })),
    ] }));
    let shown = network.peerings.iter().map(|peering| {
        let names = [peering.local_subnet_names.join(" "), peering.remote_subnet_names.join(" ")];
        (peering.id.name(), peering.peer_complete_vnets, peering.only_ipv6, names)
    });
    assert_eq!(
        shown.collect::<Vec<_>>(),
        [
            ("some", Some(false), Some(true), ["a", "b c"].map(str::to_owned)),
            ("null", None, None, Default::default()),
            ("silent", None, None, Default::default()),
            ("odd", Some(true), None, Default::default()),
        ]
    );
    assert_eq!(
        oddities,
        [
            "odd local subnet names: expected a list, found an object",
            "odd remote subnet names: invalid type: sequence, expected a text"
        ]
    );
}

#[test]
fn what_cannot_be_named_still_hides_addresses() {
    let delegations = |list: Value| subnet_with(json!({ "delegations": list }));
    let (subnet, oddities) =
        delegations(json!([{ "properties": { "serviceName": "Microsoft.Web/serverFarms" } }]));
    assert_eq!(
        (subnet.delegations.as_slice(), oddities.len()),
        (&["Microsoft.Web/serverFarms".to_owned()][..], 0)
    );
    for list in
        [json!([{}]), json!([{ "properties": null }]), json!([{ "properties": { "serviceName": "" } }])]
    {
        let (subnet, oddities) = delegations(list);
        assert_eq!((subnet.delegations, oddities.len()), (vec!["unrecognised".to_owned()], 0));
    }
    for list in [json!([7]), json!("Microsoft.Web/serverFarms"), json!([{ "name": "d", "properties": 1 }])] {
        let (subnet, oddities) = delegations(list);
        assert_eq!((subnet.delegations, oddities.len()), (vec!["unrecognised".to_owned()], 1));
    }
    let (subnet, _) = subnet_with(json!({ "serviceAssociationLinks": [{}], "resourceNavigationLinks": [
        { "properties": { "linkedResourceType": "Microsoft.Sql/managedInstances" } }] }));
    assert_eq!(subnet.service_links, ["unrecognised", "Microsoft.Sql/managedInstances"]);
}

#[test]
fn ids_that_differ_in_case_are_one_address_and_one_gateway() {
    let gateway = id("Microsoft.Network/applicationGateways/agw");
    let node = id(
        "Microsoft.Compute/virtualMachineScaleSets/aks-np-12345678-vmss/virtualMachines/0/networkInterfaces/aks-np-12345678-vmss/ipConfigurations/ipconfig1",
    );
    let (subnet, oddities) = subnet_with(json!({
        "ipConfigurations": [{ "id": node }, { "id": node.to_uppercase() }, { "id": node.to_lowercase() }],
        "applicationGatewayIPConfigurations": [
            { "id": format!("{gateway}/gatewayIPConfigurations/a") },
            { "id": format!("{gateway}/gatewayIPConfigurations/b").to_uppercase() },
        ],
    }));
    assert_eq!(oddities, [""; 0]);
    assert_eq!(subnet.usage.listed, 1);
    assert_eq!(subnet.application_gateways.len(), 1);
    assert!(ids(&subnet.application_gateways)[0].eq_ignore_ascii_case(&gateway));
}

#[test]
fn entries_that_say_nothing_are_addresses_of_the_subnet() {
    let (subnet, oddities) =
        subnet_with(json!({ "ipConfigurations": [{}, { "id": 5 }, "x", null, { "id": "/x" }] }));
    assert_eq!(oddities, [""; 0]);
    assert_eq!(subnet.usage.listed, 4);
    let [owner] = subnet.usage.owners.as_slice() else { panic!("{subnet:?}") };
    assert_eq!(owner.owner.kind, OwnerKind::Other("unrecognised".to_owned()));
    assert_eq!(owner.owner.id.name(), "s1");
}

#[test]
fn a_dual_stack_subnet_counts_its_ipv4_half() {
    let node = |configuration: &str| json!({ "id": id(&format!("Microsoft.Network/networkInterfaces/n/ipConfigurations/{configuration}")) });
    let (subnet, _) = subnet_with(json!({
        "addressPrefixes": ["10.0.0.0/24", "fd00:1::/64"],
        "ipConfigurations": [node("ipconfig1"), node("ipconfig1v6")],
    }));
    assert_eq!((subnet.usage.listed, subnet.prefixes.v4().count(), subnet.prefixes.known.len()), (1, 1, 2));
}

#[test]
fn an_odd_route_or_rule_spoils_itself_and_is_named() {
    let (table, oddities) = RouteTable::convert(read(&json!({
        "id": id("Microsoft.Network/routeTables/rt"),
        "properties": {
            "routes": [{ "name": "a", "properties": null }, { "name": "b", "properties": { "nextHopType": [] } }, { "name": "c" }],
            "subnets": [{ "id": subnet_id("s1") }, { "id": subnet_id("S1").to_uppercase() }, { "id": "x" }, "y"],
        },
    })))
    .unwrap();
    assert_eq!(table.routes.iter().map(|route| route.name.as_str()).collect::<Vec<_>>(), ["a", "c"]);
    assert_eq!(table.subnets.len(), 1);
    insta::assert_snapshot!(lines(oddities).join("\n"), @r#"
    rt route `b`: `properties.nextHopType`: invalid type: sequence, expected a text
    rt subnet: invalid type: string "…", expected an object
    rt subnet: expected the id of a resource
    "#);
    let (group, oddities) = NetworkSecurityGroup::convert(read(&json!({
        "id": id("Microsoft.Network/networkSecurityGroups/nsg"),
        "properties": { "securityRules": [
            { "name": "late", "properties": { "priority": "200", "direction": "Inbound", "sourceAddressPrefix": "*" } },
            { "name": "odd", "properties": { "priority": "first" } },
            { "id": "/rules/unnamed", "properties": { "priority": 100.0, "direction": "Inbound",
                "sourceAddressPrefix": "", "sourceAddressPrefixes": ["10.0.0.0/8", {}] } },
        ], "subnets": null },
    })))
    .unwrap();
    assert_eq!(group.rules.iter().map(|r| r.name.as_str()).collect::<Vec<_>>(), ["/rules/unnamed", "late"]);
    assert_eq!(group.rules[0].sources, ["10.0.0.0/8"]);
    insta::assert_snapshot!(lines(oddities).join("\n"), @r#"
    nsg security rule `odd`: `properties.priority`: invalid value: string "…", expected a whole number from 0 to 4294967295
    nsg security rule: invalid type: map, expected a text
    "#);
}

#[test]
fn gateways_know_where_they_live_and_how_far_they_grow() {
    let child = |subnet: Value| json!({ "properties": { "subnet": subnet } });
    let (gateway, oddities) = ApplicationGateway::convert(read(&json!({
        "id": id("Microsoft.Network/applicationGateways/agw"),
        "properties": {
            "sku": { "name": "WAF_v2", "tier": "", "capacity": "2" },
            "autoscaleConfiguration": { "minCapacity": 0, "maxCapacity": 10.0 },
            "gatewayIPConfigurations": [child(json!({ "id": subnet_id("agw") })), child(Value::Null), {}, 5],
            "frontendIPConfigurations": [child(json!({ "id": subnet_id("agw") })), { "properties": { "publicIPAddress": {} } }],
        },
    })))
    .unwrap();
    assert_eq!(
        (gateway.tier.as_deref(), gateway.capacity, gateway.max_capacity),
        (Some("WAF_v2"), None, Some(10)),
        "a gateway that scales by itself has no fixed capacity"
    );
    assert_eq!(ids(&gateway.subnets), [subnet_id("agw")]);
    assert_eq!(ids(&gateway.private_frontends), [subnet_id("agw")]);
    assert_eq!(oddities.len(), 1);
}
