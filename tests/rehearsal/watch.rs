//! What has to hold in the world after every single command, whatever the program says of it.

use std::collections::BTreeSet;

use crate::{
    azure::gateway_of,
    world::{Pool, Prefix, Shelf, World, is_pod_route, list, lower, room_in, text},
};

/// What a cluster had before its runbook was begun.
pub(crate) struct Watch {
    cluster: String,
    /// Subnets (lower case) whose table had the routes to pods: of its nodes, and of its gateway.
    routed: BTreeSet<String>,
    /// Subnets that hold more than they have from the start.
    full: BTreeSet<String>,
}

impl Watch {
    pub(crate) fn new(world: &World, cluster: &str) -> Self {
        let mut watch = Self { cluster: cluster.to_owned(), routed: BTreeSet::new(), full: BTreeSet::new() };
        watch.routed =
            watch.places(world).into_iter().filter(|subnet| watch.missing(world, subnet).is_none()).collect();
        watch.full = overfull(world);
        watch
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
    pub(crate) fn harm(&self, world: &World) -> Vec<String> {
        let mut harm: Vec<String> = Vec::new();
        let places = self.places(world);
        if world.get(Shelf::Cluster, &self.cluster).is_some_and(is_kubenet) {
            harm.extend(
                places
                    .intersection(&self.routed)
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

/// What was there when a runbook was begun, to compare with its end.
pub(crate) struct Before {
    pools: Vec<Pool>,
    channels: [Option<String>; 2],
}

impl Before {
    pub(crate) fn new(world: &World, cluster: &str) -> Self {
        let document = world.get(Shelf::Cluster, cluster);
        Self { pools: document.map(Pool::all).unwrap_or_default(), channels: channels(world, cluster) }
    }

    /// What was made on the way and serves nothing, and what was put aside and not given back. `made` is what the steps made;
    /// `has_lower_bounds` says that one of them lowered an autoscaler's maximum on purpose.
    pub(crate) fn left_behind(
        &self,
        world: &World,
        cluster: &str,
        made: &BTreeSet<String>,
        has_lower_bounds: bool,
    ) -> Vec<String> {
        let mut left: Vec<String> = made.iter().filter_map(|id| idle(world, id)).collect();
        let Some(document) = world.get(Shelf::Cluster, cluster) else { return left };
        for pool in Pool::all(document) {
            if world.drained.contains(&(lower(cluster), pool.name.clone())) {
                left.push(format!("pool {} is drained and still there", pool.name));
            }
            let Some(old) = self.pools.iter().find(|one| one.name == pool.name) else { continue };
            if old.autoscaler.is_some() && pool.autoscaler.is_none() {
                left.push(format!("the autoscaler of pool {} is still off", pool.name));
            } else if old.autoscaler != pool.autoscaler
                && !(has_lower_bounds && is_within(old.autoscaler, pool.autoscaler))
            {
                left.push(format!(
                    "the autoscaler of pool {} has other bounds: {:?}, was {:?}",
                    pool.name, pool.autoscaler, old.autoscaler
                ));
            }
        }
        if channels(world, cluster) != self.channels {
            left.push(format!(
                "upgrade channels are {:?}, were {:?}",
                channels(world, cluster),
                self.channels
            ));
        }
        left.extend(self.lost(document));
        left
    }

    /// What pools had and no pool has any more: each that is gone has a successor of its kind.
    fn lost(&self, document: &serde_json::Value) -> Vec<String> {
        let now = Pool::all(document);
        let gone = self.pools.iter().filter(|old| !now.iter().any(|pool| pool.name == old.name));
        let mut fresh: Vec<&Pool> =
            now.iter().filter(|pool| !self.pools.iter().any(|old| old.name == pool.name)).collect();
        let mut lost = Vec::new();
        for old in gone {
            // A name that begins alike tells which one it is, where several are replaced.
            let start = old.name.get(..old.name.len().min(4)).unwrap_or_default();
            let distance = |pool: &Pool| (!pool.name.starts_with(start), differs(old, pool).len());
            let Some(at) = fresh.iter().enumerate().min_by_key(|(_, pool)| distance(pool)).map(|(at, _)| at)
            else {
                lost.push(format!("pool {} has no successor", old.name));
                continue;
            };
            let next = fresh.remove(at);
            lost.extend(
                differs(old, next)
                    .into_iter()
                    .map(|what| format!("pool {} follows {} without its {what}", next.name, old.name)),
            );
        }
        lost
    }
}

/// Whether the new bounds differ from the old by a lower maximum only.
fn is_within(old: Option<(u64, u64)>, new: Option<(u64, u64)>) -> bool {
    matches!((old, new), (Some((min, max)), Some((new_min, new_max))) if new_min == min && new_max < max)
}

/// Everything that runbooks may make, by id in lower case.
pub(crate) fn things(world: &World) -> BTreeSet<String> {
    let tables =
        world.all(Shelf::RouteTable).chain(world.subnets()).filter_map(|one| text(one, "/id")).map(lower);
    tables.chain(world.identities.keys().cloned()).collect()
}

/// Why something that was made serves nothing; none where it does, or is gone.
fn idle(world: &World, id: &str) -> Option<String> {
    let name = crate::world::name_of(id);
    if let Some(table) = world.get(Shelf::RouteTable, id) {
        return list(table, "/properties/subnets")
            .next()
            .is_none()
            .then(|| format!("route table {name} is on no subnet"));
    }
    if let Some(subnet) = world.subnet(id) {
        let is_named =
            |pool: &Pool| [&pool.subnet, &pool.pod_subnet].into_iter().flatten().any(|one| lower(one) == id);
        let is_used = world.all(Shelf::Cluster).any(|one| Pool::all(one).iter().any(is_named));
        let is_empty = list(subnet, "/properties/ipConfigurations").next().is_none();
        return (is_empty && !is_used).then(|| format!("subnet {name} is empty"));
    }
    world.identities.get(id)?;
    let is_used = world.all(Shelf::Cluster).any(|one| {
        one["identity"]["userAssignedIdentities"]
            .as_object()
            .is_some_and(|all| all.keys().any(|one| lower(one) == id))
    });
    (!is_used).then(|| format!("identity {name} is nobody's"))
}

/// The machine size of a pool for which none was named.
const UNNAMED: &str = "Standard_D2s_v3";

/// What a pool lacks of the one it takes the place of. Size, edition and subnet may be why it is replaced.
fn differs(old: &Pool, new: &Pool) -> Vec<&'static str> {
    let same = |key: &str| {
        let of = |pool: &Pool| pool.document.get(key).filter(|one| !one.is_null()).cloned();
        let is_empty = |value: &serde_json::Value| {
            value.as_array().is_some_and(Vec::is_empty)
                || value.as_object().is_some_and(serde_json::Map::is_empty)
        };
        of(old).filter(|one| !is_empty(one)) == of(new).filter(|one| !is_empty(one))
    };
    let mut all = Vec::new();
    for (key, what) in [
        ("availabilityZones", "zones"),
        ("nodeLabels", "labels"),
        ("nodeTaints", "taints"),
        ("osType", "operating system"),
        ("scaleSetPriority", "priority"),
    ] {
        if !same(key) {
            all.push(what);
        }
    }
    for (is_lost, what) in [
        (old.is_system != new.is_system, "mode"),
        ((old.document["enableFIPS"] == true) != (new.document["enableFIPS"] == true), "FIPS"),
        (new.autoscaler.is_some() != old.autoscaler.is_some(), "autoscaler"),
        (new.count < old.count, "count"),
        (new.max_pods < old.max_pods, "pods a node"),
        // What the command line takes where no size is named.
        (new.size == UNNAMED && old.size != UNNAMED, "size"),
        (new.most() < old.most(), "maximum"),
    ] {
        if is_lost {
            all.push(what);
        }
    }
    all
}

fn channels(world: &World, cluster: &str) -> [Option<String>; 2] {
    let document = world.get(Shelf::Cluster, cluster);
    ["upgradeChannel", "nodeOSUpgradeChannel"].map(|key| {
        document
            .and_then(|one| text(one, &format!("/properties/autoUpgradeProfile/{key}")))
            .map(str::to_owned)
    })
}
