//! Cases of route tables.

use super::{
    super::{
        Case,
        End::{Fail, Pass, Unknown},
        Start::Kubenet,
        World, gap, peering, route, table_id,
    },
    as_is, neighbour, text,
};
use crate::{
    assess::testing::{Network, cluster, subnet_id},
    inventory::{RouteTable, What},
    rules::CheckId as C,
};

pub(super) fn all() -> Vec<Case> {
    vec![
        (C::OwnRouteTable, Kubenet, Pass, as_is),
        (C::OwnRouteTable, Kubenet, Fail, own_table),
        (C::OwnRouteTable, Kubenet, Unknown, |w| w.inventory.virtual_networks.clear()),
        (C::RouteTableForeignSubnets, Kubenet, Pass, as_is),
        (C::RouteTableForeignSubnets, Kubenet, Pass, neighbour),
        (C::RouteTableForeignSubnets, Kubenet, Fail, |w| {
            w.inventory.route_tables[0].subnets.push(subnet_id("v", "gateway"));
        }),
        (C::RouteTableForeignSubnets, Kubenet, Unknown, |w| w.inventory.route_tables.clear()),
        (C::RouteTableShared, Kubenet, Pass, as_is),
        (C::RouteTableShared, Kubenet, Fail, neighbour),
        (C::RouteTableShared, Kubenet, Unknown, |w| w.inventory.route_tables.clear()),
        (C::RouteTableMissing, Kubenet, Pass, as_is),
        (C::RouteTableMissing, Kubenet, Fail, |w| w.pool().node_subnet_id = Some(subnet_id("v", "other"))),
        (C::RouteTableMissing, Kubenet, Unknown, |w| w.inventory.virtual_networks.clear()),
        (C::RouteTableMissing, Kubenet, Unknown, |w| w.inventory.route_tables.clear()),
        // The pod routes are in the table that AKS made, and a firewall's is on the subnet.
        (C::RouteTableMissing, Kubenet, Fail, |w| firewall_on_the_subnet(w, &[])),
        // A copy of some of them is not the table that AKS writes to; one of all of them cannot be told from it.
        (C::RouteTableMissing, Kubenet, Fail, |w| firewall_on_the_subnet(w, &["10.1.0.4"])),
        (C::RouteTableMissing, Kubenet, Pass, |w| firewall_on_the_subnet(w, &["10.1.0.4", "10.1.0.5"])),
        // An own table has the pod routes and is on no subnet any more, or on another one.
        (C::RouteTableMissing, Kubenet, Fail, |w| {
            let own = RouteTable { subnets: vec![], ..table("own", "10.244.1.0/24", "10.1.0.4") };
            w.inventory.route_tables.push(own);
        }),
        (C::RouteTableMissing, Kubenet, Fail, |w| {
            w.inventory.route_tables.push(table("own", "10.244.1.0/24", "10.1.0.4"));
        }),
        // With the pod routes in the subnet's own, another may lead to pods as well.
        (C::RouteTableMissing, Kubenet, Pass, |w| {
            w.inventory.route_tables[0].routes = vec![route("10.244.0.0/24", "10.1.0.4")];
            let agents = |hop: &str| vec![route("10.244.1.0/24", hop), route("10.244.2.0/24", hop)];
            let agents =
                RouteTable { routes: agents("10.1.0.5"), ..table("agents", "0.0.0.0/0", "10.9.0.4") };
            w.inventory.route_tables.push(agents);
        }),
        // Routes to other pods, by other hops, and those of another cluster with the same ranges say nothing.
        (C::RouteTableMissing, Kubenet, Pass, |w| {
            let elsewhere = |name: &str, prefix: &str, hop: &str| RouteTable {
                id: table_id(name, "managed"),
                subnets: vec![],
                ..table("x", prefix, hop)
            };
            w.inventory.route_tables.push(elsewhere("one", "10.245.0.0/24", "10.1.0.4"));
            w.inventory.route_tables.push(elsewhere("two", "10.244.0.0/24", "10.9.0.4"));
            w.inventory.route_tables.push(elsewhere("nodes-twin", "10.244.0.0/24", "10.1.0.4"));
            w.inventory.clusters.push(cluster("twin", Network::Kubenet));
        }),
        (C::UserDefinedRouting, Kubenet, Pass, as_is),
        (C::UserDefinedRouting, Kubenet, Fail, |w| {
            w.cluster().network.outbound_type = text("userDefinedRouting");
        }),
        (C::UserDefinedRouting, Kubenet, Unknown, |w| w.cluster().network.outbound_type = None),
        (C::RoutesElsewhere, Kubenet, Pass, |w| {
            w.inventory.route_tables.push(table("hub", "10.244.1.0/24", "10.9.0.4"));
        }),
        (C::RoutesElsewhere, Kubenet, Fail, |w| {
            w.inventory.route_tables.push(table("hub", "10.244.1.0/24", "10.1.0.4"));
        }),
        // A table of machines that cannot reach the pods anyway.
        (C::RoutesElsewhere, Kubenet, Pass, |w| {
            let far = vec![subnet_id("far", "nodes")];
            let table = RouteTable { subnets: far, ..table("hub", "10.244.1.0/24", "10.1.0.4") };
            w.inventory.route_tables.push(table);
        }),
        (C::RoutesElsewhere, Kubenet, Fail, |w| {
            w.vnet().peerings = vec![peering("far", &["10.8.0.0/16"])];
            let far = vec![subnet_id("far", "nodes")];
            let table = RouteTable { subnets: far, ..table("hub", "10.244.1.0/24", "10.1.0.4") };
            w.inventory.route_tables.push(table);
        }),
        (C::RoutesElsewhere, Kubenet, Unknown, |w| w.inventory.coverage.push(gap(What::RouteTables))),
    ]
}

/// Sets a firewall's table on the node subnet, with pod routes by these nodes, while the one that AKS made has two.
fn firewall_on_the_subnet(w: &mut World, nodes: &[&str]) {
    let routes = |nodes: &[&str]| {
        let to_pods = nodes.iter().zip(0..).map(|(node, at)| route(&format!("10.244.{at}.0/24"), node));
        to_pods.chain([route("0.0.0.0/0", "10.9.0.4")]).collect()
    };
    let firewall = RouteTable {
        id: table_id("net", "firewall"),
        routes: routes(nodes),
        ..w.inventory.route_tables[0].clone()
    };
    w.inventory.route_tables[0].routes = routes(&["10.1.0.4", "10.1.0.5"]);
    w.inventory.route_tables[0].subnets.clear();
    w.subnet().route_table = Some(firewall.id.clone());
    w.inventory.route_tables.push(firewall);
}

fn table(name: &str, prefix: &str, hop: &str) -> RouteTable {
    RouteTable {
        id: table_id("net", name),
        location: "westeurope".to_owned(),
        routes: vec![route(prefix, hop)],
        subnets: vec![subnet_id("v", "gateway")],
    }
}

fn own_table(w: &mut World) {
    let own = table_id("net", "own");
    w.subnet().route_table = Some(own.clone());
    w.inventory.route_tables[0].id = own;
}
