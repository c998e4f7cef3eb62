//! The simulated estate as ARM documents that commands can change, with what stands in no document: identities, roles,
//! which pools were drained. It shares nothing with what is tested but the simulator's own shapes.

mod addresses;
mod pool;
mod prefix;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use aks_census_simulator::estate::{Access, Estate, ManagementGroup, Resources, Subscription};
use serde_json::{Value, json};

pub(crate) use self::{
    addresses::{is_pod_route, prefixes_of, room_in},
    pool::{Kind, Pool},
    prefix::Prefix,
};

/// An id in lower case: Azure ignores the case of ids.
pub(crate) fn lower(id: &str) -> String {
    id.to_ascii_lowercase()
}

/// What a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Shelf {
    Cluster,
    Network,
    RouteTable,
    SecurityGroup,
    Gateway,
}

impl Shelf {
    fn of(self, resources: &Resources) -> &Vec<Value> {
        match self {
            Self::Cluster => &resources.clusters,
            Self::Network => &resources.virtual_networks,
            Self::RouteTable => &resources.route_tables,
            Self::SecurityGroup => &resources.network_security_groups,
            Self::Gateway => &resources.application_gateways,
        }
    }

    fn of_mut(self, resources: &mut Resources) -> &mut Vec<Value> {
        match self {
            Self::Cluster => &mut resources.clusters,
            Self::Network => &mut resources.virtual_networks,
            Self::RouteTable => &mut resources.route_tables,
            Self::SecurityGroup => &mut resources.network_security_groups,
            Self::Gateway => &mut resources.application_gateways,
        }
    }

    /// Provider and collection, as an id spells them.
    pub(crate) fn collection(self) -> &'static str {
        match self {
            Self::Cluster => "Microsoft.ContainerService/managedClusters",
            Self::Network => "Microsoft.Network/virtualNetworks",
            Self::RouteTable => "Microsoft.Network/routeTables",
            Self::SecurityGroup => "Microsoft.Network/networkSecurityGroups",
            Self::Gateway => "Microsoft.Network/applicationGateways",
        }
    }
}

#[derive(Clone)]
struct Held {
    id: String,
    name: String,
    state: String,
    tenant_id: String,
    listed: bool,
    access: Access,
    resources: Arc<Resources>,
}

/// A user-assigned identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Identity {
    pub(crate) id: String,
    pub(crate) principal: String,
}

/// The estate that commands change. A copy is cheap until it is changed.
#[derive(Clone)]
pub(crate) struct World {
    tenant_id: String,
    subscriptions: Vec<Held>,
    groups: Vec<(String, String, Option<String>, Vec<String>)>,
    pub(crate) identities: BTreeMap<String, Identity>,
    /// Principal, role and scope, in lower case.
    pub(crate) roles: BTreeSet<(String, String, String)>,
    /// Cluster (lower case) and pool.
    pub(crate) drained: BTreeSet<(String, String)>,
}

impl World {
    /// Everything an estate has.
    pub(crate) fn of(estate: &Estate) -> Self {
        let kept = |one: &Subscription| Held {
            id: one.id.clone(),
            name: one.name.clone(),
            state: one.state.clone(),
            tenant_id: one.tenant_id.clone(),
            listed: one.listed,
            access: one.access,
            resources: Arc::new((one.resources)()),
        };
        let group = |one: &ManagementGroup| {
            (one.id.clone(), one.display_name.clone(), one.parent.clone(), one.subscriptions.clone())
        };
        let mut world = Self {
            tenant_id: estate.tenant_id.clone(),
            subscriptions: estate.subscriptions.iter().map(kept).collect(),
            groups: estate.management_groups.iter().map(group).collect(),
            identities: BTreeMap::new(),
            roles: BTreeSet::new(),
            drained: BTreeSet::new(),
        };
        world.find_identities();
        world
    }

    /// Identities that clusters have exist, and may do what their clusters need of them: the clusters run.
    fn find_identities(&mut self) {
        let (mut identities, mut roles) = (Vec::new(), Vec::new());
        for cluster in self.all(Shelf::Cluster) {
            let principals: Vec<String> = match cluster["identity"]["userAssignedIdentities"].as_object() {
                Some(all) => all
                    .iter()
                    .map(|(id, value)| {
                        let principal = value["principalId"].as_str().unwrap_or_default().to_owned();
                        identities.push(Identity { id: id.clone(), principal: principal.clone() });
                        principal
                    })
                    .collect(),
                None => cluster["identity"]["principalId"].as_str().map(str::to_owned).into_iter().collect(),
            };
            for subnet in Pool::all(cluster).iter().filter_map(|pool| pool.subnet.clone()) {
                let network = lower(subnet.rsplit_once("/subnets/").map_or(&*subnet, |(network, _)| network));
                let table =
                    self.subnet(&subnet).and_then(|one| one["properties"]["routeTable"]["id"].as_str());
                for principal in &principals {
                    for scope in [Some(network.clone()), table.map(lower)].into_iter().flatten() {
                        roles.push((lower(principal), "network contributor".to_owned(), scope));
                    }
                }
            }
        }
        self.identities.extend(identities.into_iter().map(|one| (lower(&one.id), one)));
        self.roles.extend(roles);
    }

    /// The estate as the simulator serves it.
    pub(crate) fn estate(&self) -> Estate {
        let subscription = |one: &Held| {
            let resources = Arc::clone(&one.resources);
            Subscription {
                id: one.id.clone(),
                name: one.name.clone(),
                state: one.state.clone(),
                tenant_id: one.tenant_id.clone(),
                listed: one.listed,
                access: one.access,
                resources: Arc::new(move || Resources::clone(&resources)),
            }
        };
        let group = |one: &(String, String, Option<String>, Vec<String>)| ManagementGroup {
            id: one.0.clone(),
            display_name: one.1.clone(),
            parent: one.2.clone(),
            subscriptions: one.3.clone(),
        };
        Estate {
            tenant_id: self.tenant_id.clone(),
            subscriptions: self.subscriptions.iter().map(subscription).collect(),
            management_groups: self.groups.iter().map(group).collect(),
        }
    }

    /// All documents of a kind.
    pub(crate) fn all(&self, kind: Shelf) -> impl Iterator<Item = &Value> {
        self.subscriptions.iter().flat_map(move |one| kind.of(&one.resources))
    }

    /// A document, by its id.
    pub(crate) fn get(&self, kind: Shelf, id: &str) -> Option<&Value> {
        let place = self.subscriptions.iter().find(|one| is_in(id, &one.id))?;
        kind.of(&place.resources).iter().find(|one| has_id(one, id))
    }

    /// A document that is going to change.
    pub(crate) fn get_mut(&mut self, kind: Shelf, id: &str) -> Option<&mut Value> {
        let place = self.subscriptions.iter_mut().find(|one| is_in(id, &one.id))?;
        kind.of_mut(Arc::make_mut(&mut place.resources)).iter_mut().find(|one| has_id(one, id))
    }

    /// Adds a document; false where its subscription does not exist.
    pub(crate) fn insert(&mut self, kind: Shelf, document: Value) -> bool {
        let id = document["id"].as_str().unwrap_or_default().to_owned();
        let Some(place) = self.subscriptions.iter_mut().find(|one| is_in(&id, &one.id)) else { return false };
        kind.of_mut(Arc::make_mut(&mut place.resources)).push(document);
        true
    }

    /// Removes a document.
    pub(crate) fn remove(&mut self, kind: Shelf, id: &str) {
        if let Some(place) = self.subscriptions.iter_mut().find(|one| is_in(id, &one.id)) {
            kind.of_mut(Arc::make_mut(&mut place.resources)).retain(|one| !has_id(one, id));
        }
    }

    /// Whether there is such a subscription.
    pub(crate) fn has_subscription(&self, id: &str) -> bool {
        self.subscriptions.iter().any(|one| one.id.eq_ignore_ascii_case(id) || one.name == id)
    }

    /// A subnet, by its id.
    pub(crate) fn subnet(&self, id: &str) -> Option<&Value> {
        let (network, _) = split_subnet(id)?;
        let all = self.get(Shelf::Network, network)?.pointer("/properties/subnets")?.as_array()?;
        all.iter().find(|one| has_id(one, id))
    }

    /// A subnet that is going to change.
    pub(crate) fn subnet_mut(&mut self, id: &str) -> Option<&mut Value> {
        let (network, _) = split_subnet(id)?;
        let all =
            self.get_mut(Shelf::Network, network)?.pointer_mut("/properties/subnets")?.as_array_mut()?;
        all.iter_mut().find(|one| has_id(one, id))
    }

    /// All subnets.
    pub(crate) fn subnets(&self) -> impl Iterator<Item = &Value> {
        self.all(Shelf::Network).flat_map(|one| list(one, "/properties/subnets"))
    }

    /// Writes into route tables and security groups which subnets name them, as Azure does by itself.
    pub(crate) fn relink(&mut self) {
        let mut users: BTreeMap<String, Vec<Value>> = BTreeMap::new();
        for subnet in self.subnets() {
            for link in ["/properties/routeTable/id", "/properties/networkSecurityGroup/id"] {
                if let Some(id) = text(subnet, link) {
                    users.entry(lower(id)).or_default().push(json!({ "id": subnet["id"] }));
                }
            }
        }
        for kind in [Shelf::RouteTable, Shelf::SecurityGroup] {
            let ids: Vec<String> =
                self.all(kind).filter_map(|one| text(one, "/id")).map(str::to_owned).collect();
            for id in ids {
                let now = Value::Array(users.get(&lower(&id)).cloned().unwrap_or_default());
                let is_new = self.get(kind, &id).is_some_and(|one| one["properties"]["subnets"] != now);
                if let Some(document) = self.get_mut(kind, &id).filter(|_| is_new) {
                    document["properties"]["subnets"] = now;
                }
            }
        }
    }

    /// Whether two worlds are the same to whoever lives in them: order in lists means nothing, and of the numbers that rules of a
    /// security group have only their order.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        // Azure itself gives rights on what it makes in a node resource group.
        let groups: BTreeSet<String> = self
            .all(Shelf::Cluster)
            .filter_map(|one| text(one, "/properties/nodeResourceGroup"))
            .map(lower)
            .collect();
        let beside = |one: &Self| {
            let mut roles = one.roles.clone();
            roles.retain(|(.., scope)| !groups.contains(group_of(scope)));
            (one.identities.clone(), roles, one.drained.clone())
        };
        let mut all = self.subscriptions.iter().zip(&other.subscriptions);
        beside(self) == beside(other)
            && all.all(|(one, other)| {
                Arc::ptr_eq(&one.resources, &other.resources)
                    || SHELVES
                        .iter()
                        .all(|kind| settled(kind.of(&one.resources)) == settled(kind.of(&other.resources)))
            })
    }
}

const SHELVES: [Shelf; 5] =
    [Shelf::Cluster, Shelf::Network, Shelf::RouteTable, Shelf::SecurityGroup, Shelf::Gateway];

/// Documents in an order of their own.
fn settled(documents: &[Value]) -> Value {
    let mut all = Value::Array(documents.to_vec());
    settle(&mut all);
    all
}

fn settle(value: &mut Value) {
    match value {
        Value::Object(all) => {
            if let Some(rules) = all.get_mut("securityRules").and_then(Value::as_array_mut) {
                rules.sort_by_key(|rule| rule["properties"]["priority"].as_u64());
                for (rank, rule) in rules.iter_mut().enumerate() {
                    rule["properties"]["priority"] = json!(rank);
                }
            }
            // No nodes that are taken away are none said.
            if all.get("maxUnavailable").is_some_and(|one| *one == "0") {
                all.remove("maxUnavailable");
            }
            // The family of an image tells one from another, its date does not.
            if let Some(Value::String(image)) = all.get_mut("nodeImageVersion") {
                *image = image.rsplit_once('-').map_or_else(String::new, |(family, _)| family.to_owned());
            }
            all.values_mut().for_each(settle);
        }
        Value::Array(all) => {
            all.iter_mut().for_each(settle);
            all.sort_by_cached_key(|one| match one {
                Value::Object(_) if one["id"].is_string() => {
                    one["id"].as_str().map(lower).unwrap_or_default()
                }
                Value::Object(_) if one["name"].is_string() => {
                    one["name"].as_str().unwrap_or_default().to_owned()
                }
                other => other.to_string(),
            });
        }
        _ => {}
    }
}

/// A GUID that follows from a text.
pub(crate) fn guid(text: &str) -> String {
    let folded = lower(text)
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325, |h: u64, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
    format!("0e5ea25a-0000-4000-8000-{:012x}", folded & 0xffff_ffff_ffff)
}

/// The network's id and the name of the subnet.
pub(crate) fn split_subnet(id: &str) -> Option<(&str, &str)> {
    let at = lower(id).find("/subnets/")?;
    Some((&id[..at], &id[at + "/subnets/".len()..]))
}

fn is_in(id: &str, subscription: &str) -> bool {
    id.split('/').nth(2).is_some_and(|found| found.eq_ignore_ascii_case(subscription))
}

/// Whether a document has this id.
pub(crate) fn has_id(document: &Value, id: &str) -> bool {
    document["id"].as_str().is_some_and(|found| found.eq_ignore_ascii_case(id))
}

/// The text at a place of a document.
pub(crate) fn text<'a>(document: &'a Value, pointer: &str) -> Option<&'a str> {
    document.pointer(pointer)?.as_str()
}

/// The items of a list at a place of a document; none where there is no list.
pub(crate) fn list<'a>(document: &'a Value, pointer: &str) -> impl Iterator<Item = &'a Value> {
    document.pointer(pointer).and_then(Value::as_array).into_iter().flatten()
}

/// The resource group an id names.
pub(crate) fn group_of(id: &str) -> &str {
    id.split('/').nth(4).unwrap_or_default()
}

/// The last name in an id.
pub(crate) fn name_of(id: &str) -> &str {
    id.rsplit('/').next().unwrap_or_default()
}
