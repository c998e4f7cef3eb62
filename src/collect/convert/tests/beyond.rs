use super::*;
use crate::inventory::{Connection, LocalNetworkGateway, Prefixes, VpnSite};

fn network_resource(kind: &str, name: &str) -> String {
    id(&format!("Microsoft.Network/{kind}/{name}"))
}

fn texts(prefixes: &Prefixes) -> String {
    let known = prefixes.known.iter().map(ToString::to_string);
    known.chain(prefixes.unreadable.iter().cloned()).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_local_network_gateway_is_the_ranges_behind_it() {
    let shown = |properties: Value| {
        let (gateway, oddities) = LocalNetworkGateway::convert(read(
            &json!({ "id": network_resource("LOCALNETWORKGATEWAYS", "l"), "properties": properties }),
        ))
        .unwrap();
        (texts(&gateway.address_space), lines(oddities).join("; "))
    };
    let space = |list: Value| json!({ "localNetworkAddressSpace": { "addressPrefixes": list } });
    for (properties, ranges, said) in [
        (space(json!(["10.1.0.0/16", "fd00::/48"])), "10.1.0.0/16 fd00::/48", ""),
        (space(json!(["10.1.0.0/16", "all", null, 7])), "10.1.0.0/16 all 7", ""),
        (space(json!([])), "", ""),
        (space(json!(null)), "", ""),
        (json!({ "localNetworkAddressSpace": null, "fqdn": "office.example" }), "", ""),
        (json!({ "bgpSettings": { "asn": 65_010 } }), "", ""),
        (json!(null), "", "l local network gateway: it has no properties"),
        (space(json!({})), "", "l address space: expected a list, found an object"),
        (json!({ "localNetworkAddressSpace": [] }), "", "l address space: expected an object, found a list"),
    ] {
        assert_eq!(shown(properties.clone()), (ranges.to_owned(), said.to_owned()), "{properties}");
    }
    let nameless = LocalNetworkGateway::convert(read(&json!({ "name": "l" }))).unwrap_err();
    assert_eq!(line(nameless), "- local network gateway: it has no id");
}

#[test]
fn a_connection_says_what_it_joins() {
    let reference = |kind: &str, name: &str| json!({ "id": network_resource(kind, name), "properties": {} });
    let shown = |properties: Value| {
        let (it, oddities) = Connection::convert(read(
            &json!({ "id": network_resource("connections", "c"), "properties": properties }),
        ))
        .unwrap();
        let gateways: Vec<&str> = it.gateways.iter().map(ResourceId::name).collect();
        let local = it.local_network_gateway.as_ref().map_or("-", ResourceId::name);
        let kind = it.kind.as_deref().unwrap_or("-");
        let said = lines(oddities).join("; ");
        (format!("{kind} [{}] {local}", gateways.join(" ")), said)
    };
    let gateway = |name| reference("virtualNetworkGateways", name);
    for (properties, joined, said) in [
        (
            json!({ "connectionType": "IPsec", "virtualNetworkGateway1": gateway("a"),
                "localNetworkGateway2": reference("LocalNetworkGateways", "l") }),
            "IPsec [a] l",
            "",
        ),
        (
            json!({ "connectionType": "Vnet2Vnet", "virtualNetworkGateway1": gateway("b"),
                "virtualNetworkGateway2": gateway("a"), "localNetworkGateway2": null }),
            "Vnet2Vnet [a b] -",
            "",
        ),
        (
            json!({ "connectionType": "ExpressRoute", "virtualNetworkGateway1": gateway("a"), "peer": { "id": "x" } }),
            "ExpressRoute [a] -",
            "",
        ),
        (
            json!({ "virtualNetworkGateway1": gateway("a"), "virtualNetworkGateway2": gateway("A") }),
            "- [A] -",
            "",
        ),
        (json!({ "connectionType": null, "virtualNetworkGateway1": { "id": null } }), "- [] -", ""),
        (json!(null), "- [] -", "c connection: it has no properties"),
        (
            json!({ "connectionType": "IPsec", "virtualNetworkGateway1": "a",
                "localNetworkGateway2": { "id": "l" } }),
            "IPsec [] -",
            "c virtual network gateway: invalid type: string \"…\", expected an object; \
             c local network gateway: expected the id of a resource",
        ),
    ] {
        assert_eq!(shown(properties.clone()), (joined.to_owned(), said.to_owned()), "{properties}");
    }
}

#[test]
fn a_vpn_site_is_the_ranges_there_and_its_virtual_wan() {
    let shown = |properties: Value| {
        let (site, oddities) = VpnSite::convert(read(
            &json!({ "id": network_resource("VPNSITES", "s"), "properties": properties }),
        ))
        .unwrap();
        let wan = site.virtual_wan.as_ref().map_or("-", ResourceId::name);
        (format!("{} {wan}", texts(&site.address_space)), lines(oddities).join("; "))
    };
    let wan = json!({ "id": network_resource("virtualWANs", "w") });
    let space = |list: Value| json!({ "addressPrefixes": list });
    for (properties, site, said) in [
        (
            json!({ "addressSpace": space(json!(["10.1.0.0/16", "all"])), "virtualWan": wan,
                "bgpProperties": { "asn": 65_010 } }),
            "10.1.0.0/16 all w",
            "",
        ),
        (json!({ "addressSpace": space(json!(null)), "virtualWan": null }), " -", ""),
        (json!({ "addressSpace": null, "virtualWan": {} }), " -", ""),
        (json!({ "ipAddress": "203.0.113.7" }), " -", ""),
        (json!(null), " -", "s VPN site: it has no properties"),
        // As one public example has it.
        (
            json!({ "addressSpace": space(json!(["10.1.0.0/16"])), "virtualWan": wan["id"] }),
            "10.1.0.0/16 -",
            "s virtual WAN: invalid type: string \"…\", expected an object",
        ),
    ] {
        assert_eq!(shown(properties.clone()), (site.to_owned(), said.to_owned()), "{properties}");
    }
}
