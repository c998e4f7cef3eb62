//! What lies beyond gateways: read where networks with clusters lead to it, and left out where a role does not allow it.

use std::fs;

use aks_census::inventory::{Inventory, snapshot};
use aks_census_simulator::{
    Options,
    estate::{Documents, Estate},
    faults::{Effect, ErrorBody, Fault, Oddity, RequestKind},
};
use serde_json::{Value, json};

use crate::support::{Azure, Run};

const APPS: &str = "5b000000-0000-4000-8000-000000000001";
const HUBS: &str = "5b000000-0000-4000-8000-000000000002";

fn id(subscription: &str, group: &str, rest: &str) -> String {
    format!("/subscriptions/{subscription}/resourceGroups/{group}/providers/{rest}")
}

fn network_id(subscription: &str, name: &str) -> String {
    id(subscription, "rg-net", &format!("Microsoft.Network/virtualNetworks/{name}"))
}

/// A cluster in a network that may use the gateway of a hub, which lies in another subscription.
fn spoke(name: &str, second: u8, uses_gateway: Option<bool>) -> [Value; 2] {
    let network = network_id(APPS, name);
    let subnet = format!("{network}/subnets/aks");
    let prefixes = |text: String| json!({ "addressPrefixes": [text] });
    [
        json!({
            "id": id(APPS, "rg-aks", &format!("Microsoft.ContainerService/managedClusters/{name}")),
            "location": "westeurope",
            "properties": {
                "kubernetesVersion": "1.35.4",
                "nodeResourceGroup": format!("MC_{name}"),
                "networkProfile": { "networkPlugin": "azure", "networkPluginMode": "overlay",
                    "podCidr": "10.244.0.0/16", "serviceCidr": "172.16.0.0/16" },
                "agentPoolProfiles": [{ "name": "np", "count": 1, "mode": "System", "vnetSubnetID": subnet,
                    "type": "VirtualMachineScaleSets", "maxPods": 110 }],
            },
        }),
        json!({
            "id": network,
            "location": "westeurope",
            "properties": {
                "addressSpace": prefixes(format!("10.{second}.0.0/16")),
                "subnets": [{ "id": subnet, "properties": { "addressPrefix": format!("10.{second}.0.0/24") } }],
                "virtualNetworkPeerings": [{
                    "id": format!("{network}/virtualNetworkPeerings/to-hub"),
                    "properties": { "peeringState": "Connected", "useRemoteGateways": uses_gateway,
                        "remoteVirtualNetwork": { "id": network_id(HUBS, "HUB") },
                        "remoteAddressSpace": prefixes("10.0.0.0/16".to_owned()) },
                }],
            },
        }),
    ]
}

fn gateway(name: &str) -> String {
    id(HUBS, "rg-gateways", &format!("Microsoft.Network/virtualNetworkGateways/{name}"))
}

/// A gateway subnet of a network, in which two gateways hold addresses; ids there come in capitals too.
fn gateway_subnet(network: &str, prefix: &str) -> Value {
    let held =
        |name: &str| json!({ "id": format!("{}/ipConfigurations/default", gateway(name)).to_uppercase() });
    json!({ "id": format!("{network}/subnets/GatewaySubnet"), "properties": {
        "addressPrefix": prefix, "ipConfigurations": [held("vpn"), held("express-route")] } })
}

fn hub() -> Value {
    let network = network_id(HUBS, "hub");
    json!({
        "id": network,
        "location": "westeurope",
        "properties": {
            "addressSpace": { "addressPrefixes": ["10.0.0.0/16"] },
            "subnets": [gateway_subnet(&network, "10.0.0.0/26")],
        },
    })
}

fn local(group: &str, name: &str) -> String {
    id(HUBS, group, &format!("Microsoft.Network/localNetworkGateways/{name}"))
}

fn local_gateway(group: &str, name: &str, range: &str) -> Value {
    json!({ "id": local(group, name), "properties": { "localNetworkAddressSpace": { "addressPrefixes": [range] } } })
}

/// Connections beside the gateways, one of which leads to a local network gateway in another group.
fn behind_the_hub() -> Vec<Value> {
    let connection = |name: &str, properties: Value| json!({ "id": id(HUBS, "rg-gateways", &format!("Microsoft.Network/connections/{name}")), "properties": properties });
    vec![
        connection(
            "to-office",
            json!({ "connectionType": "IPsec", "virtualNetworkGateway1": { "id": gateway("vpn") },
            "localNetworkGateway2": { "id": local("RG-BRANCHES", "office") } }),
        ),
        connection(
            "to-circuit",
            json!({ "connectionType": "ExpressRoute",
            "virtualNetworkGateway1": { "id": gateway("express-route") } }),
        ),
        local_gateway("rg-gateways", "depot", "172.20.0.0/16"),
        local_gateway("rg-branches", "office", "172.21.0.0/16"),
        local_gateway("rg-elsewhere", "unrelated", "172.22.0.0/16"),
    ]
}

fn estate(resources: impl IntoIterator<Item = Value>) -> Options {
    let mut documents = Documents::default();
    documents.add(&json!({ "value": resources.into_iter().collect::<Vec<_>>() }));
    Options::new(Estate::from_documents(documents))
}

/// Two spokes of a hub with gateways.
fn spokes() -> Options {
    let spokes = [spoke("a", 1, Some(true)), spoke("b", 2, Some(true))];
    estate(spokes.into_iter().flatten().chain([hub()]).chain(behind_the_hub()))
}

/// A run with what it read, and its rows of coverage beyond clusters and networks.
struct Read {
    azure: Azure,
    run: Run,
    inventory: Inventory,
    rows: Vec<String>,
}

fn read(options: Options) -> Read {
    let azure = Azure::start(options);
    let run = azure.census(&["audit", "--keep-inventory", "kept.json.gz", "--as-of", "2026-11-21"]).run();
    let kept = fs::read(azure.path().join("kept.json.gz")).unwrap_or_else(|_| panic!("{}", run.transcript()));
    let inventory = snapshot::from_bytes(&kept).unwrap();
    let short = |scope: &str| scope.rsplit('/').next().unwrap().to_lowercase();
    let rows = run.rows("coverage.csv");
    let beyond = rows.iter().filter(|row| {
        row["what"] == "object"
            || row["status"] != "ok"
            || row["scope_id"].to_lowercase().contains("/resourcegroups/")
    });
    let rows = beyond
        .map(|row| format!("{} {} {} {}", short(&row["scope_id"]), row["what"], row["status"], row["items"]));
    Read { rows: rows.collect(), azure, run, inventory }
}

impl Read {
    /// How often a list was asked for, by its path.
    fn asked(&self, part: &str) -> usize {
        let part = part.to_lowercase();
        self.azure.reads().iter().filter(|read| read.path_and_query.to_lowercase().contains(&part)).count()
    }

    fn local_ranges(&self) -> Vec<String> {
        let gateways = self.inventory.local_network_gateways.iter();
        gateways.flat_map(|it| &it.address_space.known).map(ToString::to_string).collect()
    }
}

#[test]
fn local_network_gateways_are_read_where_gateways_and_connections_lead() {
    let read = read(spokes());
    assert_eq!(read.run.status, 0, "{}", read.run.transcript());
    assert_eq!(
        read.rows,
        [
            "rg-branches local-network-gateways ok 1",
            "rg-gateways connections ok 2",
            "rg-gateways local-network-gateways ok 1"
        ]
    );
    assert_eq!(read.local_ranges(), ["172.21.0.0/16", "172.20.0.0/16"]);
    let joined: Vec<_> = read
        .inventory
        .connections
        .iter()
        .map(|it| (it.kind.as_deref().unwrap(), it.gateways[0].name()))
        .collect();
    assert_eq!(joined, [("ExpressRoute", "express-route"), ("IPsec", "vpn")]);
    assert_eq!(
        read.asked("/rg-gateways/providers/Microsoft.Network/connections?"),
        1,
        "once for both spokes and gateways"
    );
    assert_eq!(read.asked("/localNetworkGateways?"), 2, "and nowhere else");
}

#[test]
fn a_network_with_clusters_may_have_the_gateway_itself() {
    let [cluster, mut network] = spoke("a", 1, None);
    let subnets = network["properties"]["subnets"].as_array_mut().unwrap();
    subnets.push(gateway_subnet(&network_id(APPS, "a"), "10.1.255.0/26"));
    let read = read(estate([cluster, network].into_iter().chain(behind_the_hub())));
    assert_eq!(read.local_ranges(), ["172.21.0.0/16", "172.20.0.0/16"], "{}", read.run.transcript());
}

#[test]
fn nothing_is_asked_where_no_network_with_clusters_uses_a_gateway() {
    for uses in [Some(false), None] {
        let read = read(estate(spoke("a", 1, uses).into_iter().chain([hub()]).chain(behind_the_hub())));
        assert_eq!((read.run.status, read.rows.len()), (0, 0), "{}", read.run.transcript());
        assert_eq!(read.asked("/resourceGroups/"), 0);
    }
    let read = read(estate([hub()].into_iter().chain(behind_the_hub())));
    assert_eq!(read.asked("/resourceGroups/"), 0, "a hub without clusters: {}", read.run.transcript());
}

#[test]
fn what_a_role_of_before_does_not_allow_is_left_out_and_no_gap() {
    let refused = |kind, effect: &Effect| read(spokes().fault(Fault::on(kind, effect.clone())));
    let gone = Effect::Status {
        status: 404,
        code: Some("ResourceGroupNotFound".to_owned()),
        message: None,
        retry_after: None,
        body: ErrorBody::Json,
    };
    for effect in [Effect::Denied, Effect::NotFound, gone] {
        let connections = refused(RequestKind::Connections, &effect);
        assert_eq!(connections.run.status, 0, "{effect:?}: {}", connections.run.transcript());
        assert_eq!(
            connections.rows,
            ["rg-gateways connections skipped 0", "rg-gateways local-network-gateways ok 1"],
            "{effect:?}"
        );
        let said =
            &connections.run.rows("coverage.csv").into_iter().find(|row| row["status"] == "skipped").unwrap()
                ["message"];
        assert!(
            said.starts_with("not read, and not needed: `Microsoft.Network/connections/read` is optional; "),
            "{said}"
        );
        let local = refused(RequestKind::LocalNetworkGateways, &effect);
        assert_eq!(local.run.status, 0, "{effect:?}: {}", local.run.transcript());
        assert!(
            local.rows.iter().filter(|row| row.contains(" local-network-gateways skipped 0")).count() == 2,
            "{:?}",
            local.rows
        );
        assert_eq!(local.local_ranges(), Vec::<String>::new());
    }
}

#[test]
fn what_fails_on_the_way_is_a_gap() {
    let failing =
        Effect::Status { status: 500, code: None, message: None, retry_after: None, body: ErrorBody::Json };
    let read = read(spokes().fault(Fault::on(RequestKind::Connections, failing)));
    assert_eq!(read.run.status, 3, "{}", read.run.transcript());
    assert!(read.rows.contains(&"rg-gateways connections failed 0".to_owned()), "{:?}", read.rows);
}

#[test]
fn an_object_that_is_not_what_it_should_be_spoils_itself() {
    for oddity in [Oddity::PropertiesNull, Oddity::PropertiesText, Oddity::NoId, Oddity::Text, Oddity::Null] {
        let fault = Fault::on(RequestKind::LocalNetworkGateways, Effect::OddItem { index: 0, oddity })
            .path("rg-branches");
        let read = read(spokes().fault(fault));
        assert_eq!(read.run.status, 3, "{oddity:?}: {}", read.run.transcript());
        assert_eq!(read.local_ranges(), ["172.20.0.0/16"], "{oddity:?}");
        assert!(read.rows.iter().any(|row| row.contains(" object failed ")), "{oddity:?}: {:?}", read.rows);
    }
}

/// A cluster in a network that a virtual WAN connects, whose hub is nobody's to read, and sites of that WAN in another subscription.
fn virtual_wan(peering: &str) -> Options {
    let [cluster, mut network] = spoke("a", 1, Some(true));
    let to_hub = &mut network["properties"]["virtualNetworkPeerings"][0];
    to_hub["id"] = format!("{}/virtualNetworkPeerings/{peering}", network_id(APPS, "a")).into();
    let wan_hub =
        id("99999999-0000-4000-8000-000000000099", "RG_hub", "Microsoft.Network/virtualNetworks/HV_hub");
    to_hub["properties"]["remoteVirtualNetwork"]["id"] = wan_hub.into();
    let site = |subscription: &str, group: &str, name: &str, range: &str| {
        json!({ "id": id(subscription, group, &format!("Microsoft.Network/vpnSites/{name}")), "properties": {
            "addressSpace": { "addressPrefixes": [range] },
            "virtualWan": { "id": id(subscription, group, "Microsoft.Network/virtualWans/wan") } } })
    };
    estate([
        cluster,
        network,
        hub(),
        site(HUBS, "rg-wan", "office", "172.30.0.0/16"),
        site(HUBS, "rg-wan", "depot", "172.31.0.0/16"),
    ])
}

fn site_ranges(read: &Read) -> Vec<String> {
    read.inventory.vpn_sites.iter().flat_map(|it| &it.address_space.known).map(ToString::to_string).collect()
}

#[test]
fn vpn_sites_are_read_once_in_each_subscription_where_a_virtual_wan_connects_clusters() {
    for name in ["RemoteVnetToHubPeering_1b2c", "remotevnettohubpeering_1B2C"] {
        let read = read(virtual_wan(name).page_size(1));
        assert_eq!(read.run.status, 0, "{}", read.run.transcript());
        assert_eq!(site_ranges(&read), ["172.31.0.0/16", "172.30.0.0/16"]);
        let wan = read.inventory.vpn_sites[0].virtual_wan.as_ref().unwrap();
        assert_eq!(wan.name(), "wan");
        let asked =
            |subscription: &str| read.asked(&format!("{subscription}/providers/Microsoft.Network/vpnSites?"));
        assert_eq!((asked(APPS), asked(HUBS)), (1, 2), "one page there, two here");
    }
}

#[test]
fn vpn_sites_are_not_asked_for_where_no_virtual_wan_connects_clusters() {
    for name in ["to-hub", "RemoteVnetToHub", "ToHub-RemoteVnetToHubPeering_1b2c", "ü"] {
        let read = read(virtual_wan(name));
        assert_eq!((read.run.status, read.asked("vpnSites")), (0, 0), "{name}: {}", read.run.transcript());
    }
}

#[test]
fn vpn_sites_that_a_role_of_before_does_not_show_are_left_out_and_no_gap() {
    let refused = |effect: Effect| {
        let fault = Fault::on(RequestKind::VpnSites, effect);
        read(virtual_wan("RemoteVnetToHubPeering_1b2c").fault(fault))
    };
    for effect in [Effect::Denied, Effect::NotFound] {
        let read = refused(effect.clone());
        assert_eq!(read.run.status, 0, "{effect:?}: {}", read.run.transcript());
        assert_eq!(read.rows, [format!("{APPS} vpn-sites skipped 0"), format!("{HUBS} vpn-sites skipped 0")]);
        assert_eq!(site_ranges(&read), Vec::<String>::new());
        let said = &read.run.rows("coverage.csv").into_iter().find(|row| row["status"] == "skipped").unwrap()
            ["message"];
        assert!(said.contains("`Microsoft.Network/vpnSites/read` is optional"), "{said}");
    }
    for oddity in [Oddity::PropertiesText, Oddity::NoId, Oddity::Null] {
        let read = refused(Effect::OddItem { index: 0, oddity });
        assert_eq!(read.run.status, 3, "{oddity:?}: {}", read.run.transcript());
        assert_eq!(site_ranges(&read).len(), 1, "{oddity:?}");
    }
}
