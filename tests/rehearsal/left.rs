//! What a runbook leaves behind: what it made and nobody needs, what it put aside and did not give back, what it lost.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{
    azure::fits_at_maximum,
    world::{Pool, Prefix, Shelf, World, list, lower, name_of, prefixes_of, text},
};

/// What there was when a runbook was begun.
pub(crate) struct Before {
    cluster: String,
    document: Value,
    pools: Vec<Pool>,
}

/// What the steps of a runbook mean to change for good.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Meant {
    /// An autoscaler's maximum is lowered.
    pub(crate) lower_maximum: bool,
    /// Another cluster takes the place of this one.
    pub(crate) new_cluster: bool,
    /// A pool gets another operating system.
    pub(crate) new_edition: bool,
    /// The cluster gets room, so that a surge that was lowered for lack of it is given back.
    pub(crate) more_room: bool,
}

impl Before {
    pub(crate) fn new(world: &World, cluster: &str) -> Self {
        let document = world.get(Shelf::Cluster, cluster).cloned().unwrap_or_default();
        Self { cluster: cluster.to_owned(), pools: Pool::all(&document), document }
    }

    /// What is left behind, where the steps made these things; `pod_cidr` is what was said of it.
    pub(crate) fn left_behind(
        &self,
        world: &World,
        made: &BTreeSet<String>,
        meant: Meant,
        pod_cidr: Option<&str>,
    ) -> Vec<String> {
        let mut left: Vec<String> = made.iter().filter_map(|id| idle(world, id)).collect();
        left.extend(made.iter().filter_map(|id| self.opens(world, id)));
        if meant.new_cluster {
            let next = made.iter().find_map(|id| world.get(Shelf::Cluster, id));
            left.extend(next.map_or_else(
                || vec!["no cluster takes its place".to_owned()],
                |next| self.changed(next, pod_cidr),
            ));
            return left;
        }
        let Some(document) = world.get(Shelf::Cluster, &self.cluster) else { return left };
        for pool in Pool::all(document) {
            if world.drained.contains(&(lower(&self.cluster), pool.name.clone())) {
                left.push(format!("pool {} is drained and still there", pool.name));
            }
            if let Some(old) = self.pools.iter().find(|one| one.name == pool.name) {
                left.extend(self.aside(world, old, &pool, meant));
            }
        }
        let [before, now] = [&self.document, document].map(channels);
        if before != now {
            left.push(format!("upgrade channels are {now:?}, were {before:?}"));
        }
        left.extend(self.lost(world, document, meant));
        if meant.lower_maximum && !fits_at_maximum(world, &self.cluster) {
            left.push("autoscalers may ask for more nodes than there is room for".to_owned());
        }
        left
    }

    /// What of a pool was put aside and not given back.
    fn aside(&self, world: &World, old: &Pool, pool: &Pool, meant: Meant) -> Option<String> {
        let name = &pool.name;
        if old.autoscaler.is_some() && pool.autoscaler.is_none() {
            return Some(format!("the autoscaler of pool {name} is still off"));
        }
        if old.autoscaler != pool.autoscaler && !(meant.lower_maximum && is_within(old, pool)) {
            return Some(format!(
                "the autoscaler of pool {name} is at {:?}, was {:?}",
                pool.autoscaler, old.autoscaler
            ));
        }
        let has_room = || {
            let subnet = world.subnet_of(&self.cluster, pool)?;
            let (usable, held) = world.room(&subnet)?;
            Some(usable.saturating_sub(held) >= old.surge(pool.count) * world.cost(&self.cluster, pool))
        };
        let is_other = (old.surge(100), old.takes_away()) != (pool.surge(100), pool.takes_away());
        (is_other && meant.more_room && has_room() == Some(true))
            .then(|| format!("the surge of pool {name} is not what it was, and there is room for it"))
    }

    /// What the new cluster has not of this one.
    fn changed(&self, next: &Value, pod_cidr: Option<&str>) -> Vec<String> {
        let mut changed: Vec<String> = ["/location", "/sku/tier", "/properties/networkProfile/outboundType"]
            .iter()
            .filter(|key| text(&self.document, key).map(lower) != text(next, key).map(lower))
            .map(|key| {
                format!(
                    "the new cluster's {key} is {:?}, was {:?}",
                    text(next, key),
                    text(&self.document, key)
                )
            })
            .collect();
        let is_private =
            |one: &Value| one["properties"]["apiServerAccessProfile"]["enablePrivateCluster"] == true;
        if is_private(&self.document) != is_private(next) {
            changed.push("the new cluster's API server is reached otherwise".to_owned());
        }
        if text(next, "/properties/networkProfile/networkPluginMode") != Some("overlay")
            && self.pools.iter().all(|pool| pool.pod_subnet.is_none())
        {
            changed.push("the new cluster is none of Overlay".to_owned());
        }
        let service = |one: &Value| {
            text(one, "/properties/networkProfile/serviceCidr").and_then(Prefix::parse).map(|one| one.length)
        };
        if service(next) > service(&self.document) {
            changed.push("the new cluster has room for fewer services".to_owned());
        }
        let pods = text(next, "/properties/networkProfile/podCidr");
        if let Some(cidr) = pod_cidr.filter(|cidr| pods != Some(cidr)) {
            changed.push(format!("the new cluster's pod CIDR is {pods:?}, {cidr} was said"));
        }
        let network = |one: &Value| text(one, "/properties/agentPoolProfiles/0/vnetSubnetID").is_some();
        if network(&self.document) && !network(next) {
            changed.push("the new cluster is in a network that AKS makes".to_owned());
        }
        let now = Pool::all(next);
        for old in &self.pools {
            match now.iter().find(|pool| pool.name == old.name) {
                None => changed.push(format!("the new cluster has no pool {}", old.name)),
                Some(pool) => changed.extend(
                    differs(old, pool)
                        .into_iter()
                        .map(|what| format!("the new cluster's pool {} has not its {what}", old.name)),
                ),
            }
        }
        changed
    }

    /// What pools had and no pool has any more: each that is gone has a successor of its kind.
    fn lost(&self, world: &World, document: &Value, meant: Meant) -> Vec<String> {
        let now = Pool::all(document);
        let gone = self.pools.iter().filter(|old| !now.iter().any(|pool| pool.name == old.name));
        let is_fresh = |pool: &&Pool| !self.pools.iter().any(|old| old.name == pool.name);
        let mut fresh: Vec<&Pool> = now.iter().filter(is_fresh).collect();
        let mut lost = Vec::new();
        for old in gone {
            // A name that begins alike tells which one it is, where several are replaced.
            let start = old.name.get(..old.name.len().min(4)).unwrap_or_default();
            let distance = |pool: &Pool| (!pool.name.starts_with(start), differs(old, pool).len());
            let nearest = fresh.iter().enumerate().min_by_key(|(_, pool)| distance(pool)).map(|(at, _)| at);
            let Some(at) = nearest else {
                lost.push(format!("pool {} has no successor", old.name));
                continue;
            };
            let next = fresh.remove(at);
            lost.extend(self.unguarded(world, old, next));
            let is_other = next.max_surge != old.max_surge && old.max_surge.is_some();
            if !meant.new_edition && !next.os_sku.eq_ignore_ascii_case(&old.os_sku) {
                lost.push(format!(
                    "pool {} follows {} with {}, not {}",
                    next.name, old.name, next.os_sku, old.os_sku
                ));
            }
            let lacks = differs(old, next).into_iter().chain(is_other.then_some("surge"));
            lost.extend(
                lacks.map(|what| format!("pool {} follows {} without its {what}", next.name, old.name)),
            );
        }
        lost
    }

    /// What the subnet of a successor lacks of the subnet before: its security group and its route table.
    fn unguarded(&self, world: &World, old: &Pool, next: &Pool) -> Option<String> {
        let [before, now] = [old, next].map(|pool| world.subnet(&world.subnet_of(&self.cluster, pool)?));
        let lacks = |link: &&str| {
            let of = |subnet: Option<&Value>| {
                subnet.and_then(|one| text(one, &format!("/properties/{link}/id"))).map(lower)
            };
            of(before).is_some() && of(before) != of(now)
        };
        let link = ["networkSecurityGroup", "routeTable"].into_iter().find(|link| lacks(link))?;
        Some(format!("pool {} follows {} into a subnet without its {link}", next.name, old.name))
    }

    /// What a security rule lets through beside nodes and pods of the cluster.
    fn opens(&self, world: &World, id: &str) -> Option<String> {
        let (group, name) = id.split_once("/securityrules/")?;
        let rules = world.get(Shelf::SecurityGroup, group)?;
        let rule = list(rules, "/properties/securityRules")
            .find(|rule| text(rule, "/name").is_some_and(|one| lower(one) == name))?;
        let document = world.get(Shelf::Cluster, &self.cluster)?;
        let pods = text(document, "/properties/networkProfile/podCidr").and_then(Prefix::parse);
        let nodes = Pool::all(document).into_iter().filter_map(|pool| world.subnet_of(&self.cluster, &pool));
        let nodes = nodes.filter_map(|id| Some(prefixes_of(world.subnet(&id)?))).flatten();
        let known: Vec<Prefix> = nodes.chain(pods).collect();
        let is_within = |side: &str| {
            let keys = ["Prefix", "Prefixes"].map(|key| format!("/properties/{side}Address{key}"));
            let one = text(rule, &keys[0]);
            let mut all = one.into_iter().chain(list(rule, &keys[1]).filter_map(Value::as_str));
            all.all(|prefix| {
                Prefix::parse(prefix).is_some_and(|prefix| known.iter().any(|one| one.holds(prefix)))
            })
        };
        let is_narrow = is_within("source") && is_within("destination");
        (rule["properties"]["access"] == "Allow" && !is_narrow)
            .then(|| format!("security rule {name} lets more through than nodes and pods"))
    }
}

/// Whether the new bounds differ from the old by a lower maximum only.
fn is_within(old: &Pool, new: &Pool) -> bool {
    matches!((old.autoscaler, new.autoscaler), (Some((min, max)), Some((new_min, new_max))) if new_min == min && new_max < max)
}

/// Everything that runbooks may make, by id in lower case.
pub(crate) fn things(world: &World) -> BTreeSet<String> {
    let shelves = world.all(Shelf::RouteTable).chain(world.subnets()).chain(world.all(Shelf::Cluster));
    let rules = world.all(Shelf::SecurityGroup).flat_map(|one| list(one, "/properties/securityRules"));
    let ids = shelves.chain(rules).filter_map(|one| text(one, "/id")).map(lower);
    ids.chain(world.identities.keys().cloned()).collect()
}

/// Why something that was made serves nothing; none where it does, or is gone.
fn idle(world: &World, id: &str) -> Option<String> {
    let name = name_of(id);
    if let Some(table) = world.get(Shelf::RouteTable, id) {
        let is_used = list(table, "/properties/subnets").next().is_some();
        return (!is_used).then(|| format!("route table {name} is on no subnet"));
    }
    if let Some(subnet) = world.subnet(id) {
        let is_named =
            |pool: &Pool| [&pool.subnet, &pool.pod_subnet].into_iter().flatten().any(|one| lower(one) == id);
        let is_used = world.all(Shelf::Cluster).any(|one| Pool::all(one).iter().any(is_named));
        let is_empty = list(subnet, "/properties/ipConfigurations").next().is_none();
        return (is_empty && !is_used).then(|| format!("subnet {name} is empty"));
    }
    world.identities.get(id)?;
    let has_it = |one: &Value| {
        let all = one["identity"]["userAssignedIdentities"].as_object();
        all.is_some_and(|all| all.keys().any(|one| lower(one) == id))
    };
    (!world.all(Shelf::Cluster).any(has_it)).then(|| format!("identity {name} is nobody's"))
}

/// The machine size of a pool for which none was named.
const UNNAMED: &str = "Standard_D2s_v3";

/// What a pool lacks of the one it takes the place of. Size, edition and subnet may be why it is replaced.
fn differs(old: &Pool, new: &Pool) -> Vec<&'static str> {
    let part = |pool: &Pool, key: &str| {
        let is_empty = |value: &Value| {
            matches!(value, Value::Null)
                || *value == Value::Array(Vec::new())
                || *value == Value::Object(serde_json::Map::new())
        };
        pool.document.get(key).filter(|one| !is_empty(one)).cloned()
    };
    let same = |key: &str| part(old, key) == part(new, key);
    let is_fips = |pool: &Pool| pool.document["enableFIPS"] == true;
    [
        (!same("availabilityZones"), "zones"),
        (!same("nodeLabels"), "labels"),
        (!same("nodeTaints"), "taints"),
        (!same("osType"), "operating system"),
        (!same("osDiskType"), "kind of disk"),
        (!same("osDiskSizeGB"), "size of disk"),
        (!same("scaleSetPriority"), "priority"),
        (old.is_system != new.is_system, "mode"),
        (is_fips(old) != is_fips(new), "FIPS"),
        (new.autoscaler != old.autoscaler && !is_within(old, new), "autoscaler"),
        (new.count != old.count, "count"),
        (new.max_pods != old.max_pods, "pods a node"),
        // What the command line takes where no size is named.
        (new.size == UNNAMED && old.size != UNNAMED, "size"),
    ]
    .into_iter()
    .filter_map(|(is_lost, what)| is_lost.then_some(what))
    .collect()
}

/// The channels of automatic upgrades.
fn channels(document: &Value) -> [Option<&str>; 2] {
    ["upgradeChannel", "nodeOSUpgradeChannel"]
        .map(|key| text(document, &format!("/properties/autoUpgradeProfile/{key}")))
}
