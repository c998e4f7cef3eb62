//! What a network reaches, case by case: what carries, what lies outside Azure.

use super::testing::{
    forwarding, id, inventory, options, peering, resource, subnet_id, usage, vnet, vnet_id,
};
use crate::{
    assess::{
        estate::Estate,
        options::Options,
        topology::{How, Owner, Topology},
    },
    inventory::{
        Connection, Inventory, LocalNetworkGateway, OwnerKind, Peering, ResourceId, Subnet, VirtualNetwork,
        VpnSite,
    },
    ipam::Cidr,
};

const OTHER: &str = "/subscriptions/00000000-0000-0000-0000-0000000000ff";

fn network(name: &str, space: &[&str], peerings: Vec<Peering>) -> VirtualNetwork {
    VirtualNetwork { peerings, ..vnet(name, space, vec![]) }
}

fn estate(networks: Vec<VirtualNetwork>) -> Inventory {
    Inventory { virtual_networks: networks, ..inventory() }
}

/// What network `v` reaches, as `range owner how`.
fn reached(inventory: &Inventory, options: &Options) -> Vec<String> {
    let estate = Estate::of(inventory, options);
    let topology = Topology::of(&estate, inventory, options);
    let everything = ["0.0.0.0/0", "::/0"].map(|all| all.parse::<Cidr>().unwrap());
    let met = everything.iter().flat_map(|all| topology.reach(&vnet_id("v")).meets(*all));
    let said = met.map(|met| {
        let how = match met.how {
            How::Direct => "direct".to_owned(),
            How::Hub { by, assumed } => format!("{} {}", by.name(), if assumed { "assumed" } else { "sure" }),
            How::OnPremises => "on-premises".to_owned(),
        };
        format!("{} {} {how}", met.cidr, met.owner.name())
    });
    said.collect()
}

fn site(of: &str, name: &str, range: &str) -> VpnSite {
    let id = id(&format!("{of}/resourceGroups/wan/providers/Microsoft.Network/vpnSites/{name}"));
    VpnSite { id, address_space: [range].into_iter().collect(), virtual_wan: None }
}

fn gateway_id(name: &str) -> ResourceId {
    let group = format!("{}/resourceGroups/net", super::testing::SUBSCRIPTION);
    id(&format!("{group}/providers/Microsoft.Network/virtualNetworkGateways/{name}"))
}

fn local(name: &str, range: &str) -> LocalNetworkGateway {
    let group = format!("{}/resourceGroups/net", super::testing::SUBSCRIPTION);
    let id = id(&format!("{group}/providers/Microsoft.Network/localNetworkGateways/{name}"));
    LocalNetworkGateway { id, address_space: [range].into_iter().collect() }
}

fn connection(name: &str, gateway: &ResourceId, local: &LocalNetworkGateway) -> Connection {
    let group = format!("{}/resourceGroups/net", super::testing::SUBSCRIPTION);
    Connection {
        id: id(&format!("{group}/providers/Microsoft.Network/connections/{name}")),
        kind: Some("IPsec".to_owned()),
        gateways: vec![gateway.clone()],
        local_network_gateway: Some(local.id.clone()),
    }
}

/// A network with a virtual network gateway in it.
fn with_gateway(name: &str, space: &str, gateway: &str, peerings: Vec<Peering>) -> VirtualNetwork {
    let path = format!("/providers/Microsoft.Network/virtualNetworkGateways/{gateway}");
    let subnet = Subnet {
        usage: usage(vec![resource(OwnerKind::VirtualNetworkGateway, "net", &path, 1)]),
        ..Subnet::bare(subnet_id(name, "GatewaySubnet"))
    };
    VirtualNetwork { peerings, ..vnet(name, &[space], vec![subnet]) }
}

#[test]
fn a_peering_of_subnets_shares_what_it_names_and_one_for_ipv6_no_ipv4() {
    let far = |peerings| {
        let subnet = |name: &str, prefix: &str| Subnet {
            prefixes: [prefix].into_iter().collect(),
            ..Subnet::bare(subnet_id("far", name))
        };
        let subnets = vec![subnet("a", "10.1.0.0/24"), subnet("b", "10.1.1.0/24")];
        VirtualNetwork { peerings, ..vnet("far", &["10.1.0.0/16", "fd00:1::/48"], subnets) }
    };
    let own = |own: Peering| network("v", &["10.0.0.0/16"], vec![own]);
    let whole = estate(vec![own(peering("v", "far", &["10.1.0.0/16"])), far(vec![])]);
    assert_eq!(reached(&whole, &options()), ["10.1.0.0/16 far direct", "fd00:1::/48 far direct"]);
    let mut part = peering("v", "far", &["10.1.0.0/24"]);
    (part.peer_complete_vnets, part.remote_subnet_names) = (Some(false), vec!["A".to_owned()]);
    let part = estate(vec![own(part), far(vec![])]);
    assert_eq!(reached(&part, &options()), ["10.1.0.0/24 far direct"]);
    // Where only the other side says so.
    let mut given = peering("far", "v", &["10.0.0.0/16"]);
    (given.peer_complete_vnets, given.local_subnet_names) = (Some(false), vec!["b".to_owned()]);
    let given = estate(vec![own(peering("v", "far", &[])), far(vec![given])]);
    assert_eq!(reached(&given, &options()), ["10.1.1.0/24 far direct"]);
    let mut six = peering("v", "far", &["fd00:1::/48"]);
    six.only_ipv6 = Some(true);
    let six = estate(vec![own(six), far(vec![])]);
    assert_eq!(reached(&six, &options()), ["fd00:1::/48 far direct"]);
}

#[test]
fn a_peering_counts_while_both_sides_that_were_read_are_connected() {
    let with = |own: &str, others: Option<&str>| {
        let side = |from: &str, to: &str, state: &str| Peering {
            state: Some(state.to_owned()),
            ..peering(from, to, &["10.1.0.0/16"])
        };
        let far = others.map(|state| side("far", "v", state)).into_iter().collect();
        let networks = vec![
            network("v", &["10.0.0.0/16"], vec![side("v", "far", own)]),
            network("far", &["10.1.0.0/16"], far),
        ];
        let inventory = estate(networks);
        let topology_options = options();
        let of = Estate::of(&inventory, &topology_options);
        let topology = Topology::of(&of, &inventory, &topology_options);
        let broken = topology.reach(&vnet_id("v")).broken().len();
        (reached(&inventory, &options()).len(), broken)
    };
    assert_eq!(with("Connected", Some("CONNECTED")), (1, 0));
    assert_eq!(with("Connected", None), (1, 0), "the other side was not read");
    assert_eq!(with("Initiated", Some("Connected")), (0, 1));
    assert_eq!(with("Connected", Some("Disconnected")), (0, 1));
}

#[test]
fn a_network_whose_own_peering_was_not_read_is_reached_as_the_hub_says() {
    let hub = |forwards: bool, lends: bool| {
        let to_far = Peering {
            allow_forwarded_traffic: Some(forwards),
            allow_gateway_transit: Some(lends),
            ..peering("hub", "far", &["10.2.0.0/16"])
        };
        let own = forwarding("v", "hub", &["10.1.0.0/16"]);
        estate(vec![
            network("v", &["10.0.0.0/16"], vec![own]),
            network("hub", &["10.1.0.0/16"], vec![to_far]),
        ])
    };
    let direct = "10.1.0.0/16 hub direct".to_owned();
    let assumed = "10.2.0.0/16 far hub assumed".to_owned();
    assert_eq!(reached(&hub(true, false), &options()), [direct.clone(), assumed.clone()]);
    assert_eq!(reached(&hub(false, true), &options()), [direct.clone(), assumed]);
    assert_eq!(reached(&hub(false, false), &options()), [direct]);
}

#[test]
fn what_a_gateway_leads_to_is_what_its_connections_name() {
    let (one, two) = (local("one", "192.168.1.0/24"), local("two", "192.168.2.0/24"));
    let through = |connections: Vec<Connection>| Inventory {
        local_network_gateways: vec![one.clone(), two.clone()],
        connections,
        ..estate(vec![with_gateway("v", "10.0.0.0/16", "vpn", vec![])])
    };
    // Nothing tells which: every one of the subscription.
    let all = ["192.168.1.0/24 one on-premises", "192.168.2.0/24 two on-premises"];
    assert_eq!(reached(&through(vec![]), &options()), all);
    let told = through(vec![connection("c", &gateway_id("VPN"), &two)]);
    assert_eq!(reached(&told, &options()), [all[1]]);
    // One of another gateway tells nothing of this one.
    assert_eq!(reached(&through(vec![connection("c", &gateway_id("er"), &two)]), &options()), all);
    // Who uses no gateway reaches none of them.
    let apart = Inventory { virtual_networks: vec![network("v", &["10.0.0.0/16"], vec![])], ..told };
    assert_eq!(reached(&apart, &options()), [""; 0]);
}

#[test]
fn a_spoke_reaches_what_the_gateway_it_uses_leads_to() {
    let uses = |uses: bool| {
        let own = Peering { use_remote_gateways: Some(uses), ..peering("v", "hub", &["10.1.0.0/16"]) };
        let hub = with_gateway("hub", "10.1.0.0/16", "vpn", vec![]);
        Inventory {
            local_network_gateways: vec![local("one", "192.168.1.0/24")],
            ..estate(vec![network("v", &["10.0.0.0/16"], vec![own]), hub])
        }
    };
    let direct = "10.1.0.0/16 hub direct";
    assert_eq!(reached(&uses(true), &options()), [direct, "192.168.1.0/24 one on-premises"]);
    assert_eq!(reached(&uses(false), &options()), [direct]);
    // A hub that nobody could read: any gateway of its subscription.
    let mut unread = uses(true);
    unread.virtual_networks.truncate(1);
    assert_eq!(reached(&unread, &options()), [direct, "192.168.1.0/24 one on-premises"]);
}

#[test]
fn a_network_on_a_virtual_wan_reaches_its_sites_and_everybody_what_the_user_names() {
    let wan = |name: &str| Peering {
        id: id(&format!("{}/virtualNetworkPeerings/{name}_1", vnet_id("v"))),
        use_remote_gateways: Some(true),
        ..peering("v", "hv", &["10.9.0.0/23"])
    };
    let own = super::testing::SUBSCRIPTION;
    let of = |name: &str, sites: Vec<VpnSite>| Inventory {
        vpn_sites: sites,
        ..estate(vec![network("v", &["10.0.0.0/16"], vec![wan(name)])])
    };
    let hub = "10.9.0.0/23 hv direct";
    let (near, far) = (site(own, "near", "192.168.1.0/24"), site(OTHER, "far", "192.168.2.0/24"));
    let both = of("remotevnettohubpeering", vec![near.clone(), far.clone()]);
    assert_eq!(reached(&both, &options()), [hub, "192.168.1.0/24 near on-premises"]);
    let elsewhere = of("RemoteVnetToHubPeering", vec![far.clone()]);
    assert_eq!(reached(&elsewhere, &options()), [hub, "192.168.2.0/24 far on-premises"]);
    assert_eq!(reached(&of("to-hub", vec![near.clone(), far.clone()]), &options()), [hub]);
    // Nothing is reached through a peering that does not work.
    let mut broken = of("RemoteVnetToHubPeering", vec![near, far]);
    broken.virtual_networks[0].peerings[0].state = Some("Disconnected".to_owned());
    assert_eq!(reached(&broken, &options()), [""; 0]);
    let named = Options { on_premises: vec!["172.20.0.0/16".parse().unwrap()], ..options() };
    let inventory = of("to-hub", vec![]);
    assert_eq!(reached(&inventory, &named), [hub, "172.20.0.0/16 on-premises on-premises"]);
    let estate = Estate::of(&inventory, &named);
    let topology = Topology::of(&estate, &inventory, &named);
    let nowhere = topology.reach(&vnet_id("nobody-knows")).meets("172.20.1.0/24".parse().unwrap());
    assert_eq!(nowhere.first().map(|met| &met.owner), Some(&Owner::OnPremises));
}
