//! What has to hold in the world after every single command, whatever the program says of it.

use std::collections::BTreeSet;

use crate::{
    azure::gateway_of,
    world::{Pool, Prefix, Shelf, World, is_pod_route, list, lower, room_in, text},
};

/// What a cluster had before its runbook was begun.
pub(crate) struct Watch {
    cluster: String,
    /// Subnets (lower case) whose table had the routes to pods: of its nodes, and of its gateway; none as long as it has no nodes.
    routed: Option<BTreeSet<String>>,
    /// Subnets that hold more than they have from the start.
    full: BTreeSet<String>,
}

impl Watch {
    pub(crate) fn new(world: &World, cluster: &str) -> Self {
        let mut watch = Self { cluster: cluster.to_owned(), routed: None, full: overfull(world) };
        watch.learn(world);
        watch
    }

    /// Notes where routes lead to pods as soon as there are nodes.
    fn learn(&mut self, world: &World) {
        let pools = world.get(Shelf::Cluster, &self.cluster).map(Pool::all).unwrap_or_default();
        if self.routed.is_none() && pools.iter().any(|pool| !world.machines(&self.cluster, pool).is_empty()) {
            let is_routed = |subnet: &String| self.missing(world, subnet).is_none();
            self.routed = Some(self.places(world).into_iter().filter(is_routed).collect());
        }
    }

    /// The subnets of a kubenet cluster's nodes and of its gateway.
    fn places(&self, world: &World) -> BTreeSet<String> {
        let Some(document) = world.get(Shelf::Cluster, &self.cluster).filter(|one| is_kubenet(one)) else {
            return BTreeSet::new();
        };
        let nodes = Pool::all(document).into_iter().filter_map(|pool| world.subnet_of(&self.cluster, &pool));
        let gateway = gateway_of(world, document)
            .and_then(|one| text(one, "/properties/gatewayIPConfigurations/0/properties/subnet/id"))
            .map(str::to_owned);
        nodes.chain(gateway).map(|id| lower(&id)).collect()
    }

    /// What a subnet's route table lacks to reach every node's pods.
    fn missing(&self, world: &World, subnet: &str) -> Option<String> {
        let document = world.get(Shelf::Cluster, &self.cluster)?;
        let pods = text(document, "/properties/networkProfile/podCidr").and_then(Prefix::parse)?;
        let table = world.subnet(subnet).and_then(|one| text(one, "/properties/routeTable/id"));
        let Some(table) = table.and_then(|id| world.get(Shelf::RouteTable, id)) else {
            return Some(format!("{} has no route table", crate::world::name_of(subnet)));
        };
        let pools = Pool::all(document);
        let nodes: usize = pools.iter().map(|pool| world.machines(&self.cluster, pool).len()).sum();
        let prefixes: BTreeSet<&str> = list(table, "/properties/routes")
            .filter(|one| is_pod_route(one, pods, &pools) || leads_into(one, pods))
            .filter_map(|one| text(one, "/properties/addressPrefix"))
            .filter(|one| !one.contains(':'))
            .collect();
        let routes = prefixes.len();
        (routes < nodes).then(|| {
            format!("{} has {routes} routes to the pods of {nodes} nodes", crate::world::name_of(subnet))
        })
    }

    /// What has come to harm by now.
    pub(crate) fn harm(&mut self, world: &World) -> Vec<String> {
        self.learn(world);
        let mut harm: Vec<String> = Vec::new();
        let places = self.places(world);
        let routed = self.routed.clone().unwrap_or_default();
        if world.get(Shelf::Cluster, &self.cluster).is_some_and(is_kubenet) {
            harm.extend(
                places
                    .intersection(&routed)
                    .filter_map(|subnet| self.missing(world, subnet))
                    .map(|what| format!("pods lose their routes: {what}")),
            );
        }
        harm.extend(
            overfull(world).difference(&self.full).map(|subnet| format!("{subnet} holds more than it has")),
        );
        harm
    }
}

fn leads_into(route: &serde_json::Value, pods: Prefix) -> bool {
    text(route, "/properties/addressPrefix")
        .and_then(Prefix::parse)
        .is_some_and(|one| one.length == 24 && pods.holds(one))
}

fn is_kubenet(document: &serde_json::Value) -> bool {
    text(document, "/properties/networkProfile/networkPlugin") == Some("kubenet")
}

fn overfull(world: &World) -> BTreeSet<String> {
    let full = world.subnets().filter(|one| room_in(one).is_some_and(|(usable, held)| held > usable));
    full.filter_map(|one| text(one, "/id")).map(lower).collect()
}
