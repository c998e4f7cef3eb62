//! An inventory as a file: gzip JSON with a version, holding neither token nor secret.

use std::{
    collections::HashSet,
    hash::Hash,
    io::{self, BufWriter, Read, Write},
};

use flate2::{Compression, GzBuilder, read::GzDecoder};
use serde::{Deserialize, Serialize};

use super::{Inventory, Subnet};

/// The version of the format this program writes.
pub const VERSION: u32 = 1;
const FORMAT: &str = "aks-census-snapshot";

/// Why a snapshot could not be read.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// The file is not gzip, or ends too early.
    #[error("the snapshot is not a complete gzip file")]
    Compression(#[source] io::Error),
    /// The JSON is not a snapshot's.
    #[error("the snapshot's content is not an inventory")]
    Content(#[source] serde_json::Error),
    /// The file is JSON of another program.
    #[error("the file is not an aks-census snapshot (its format is `{0}`)")]
    Format(String),
    /// The file was written by another version.
    #[error("the snapshot has version {found}, and this program reads version {VERSION}")]
    Version {
        /// The version found.
        found: u32,
    },
    /// The file was changed, or put together of several: the figures of a resource that is there twice would count
    /// twice.
    #[error("the snapshot holds {0} more than once")]
    Twice(String),
}

#[derive(Serialize)]
struct Written<'a> {
    format: &'a str,
    version: u32,
    program: &'a str,
    inventory: &'a Inventory,
}

#[derive(Deserialize)]
struct Envelope {
    format: String,
    version: u32,
}

#[derive(Deserialize)]
struct Content {
    inventory: Inventory,
}

/// Serialises an inventory. The same inventory gives the same bytes.
///
/// # Errors
/// Only when writing to memory fails.
pub fn to_bytes(inventory: &Inventory) -> io::Result<Vec<u8>> {
    let gzip = GzBuilder::new().mtime(0).write(Vec::new(), Compression::default());
    // JSON comes in pieces of a few bytes, and each call of the compressor costs as much as a block.
    let mut json = BufWriter::with_capacity(64 << 10, gzip);
    let written = Written {
        format: FORMAT,
        version: VERSION,
        program: concat!("aks-census ", env!("CARGO_PKG_VERSION")),
        inventory,
    };
    serde_json::to_writer(&mut json, &written)?;
    json.write_all(b"\n")?;
    json.into_inner()?.finish()
}

/// Reads what [`to_bytes`] wrote.
///
/// # Errors
/// When the bytes are not a complete gzip file, not a snapshot, a snapshot of another version, or one that holds a
/// resource, or a part of one, more than once.
pub fn from_bytes(bytes: &[u8]) -> Result<Inventory, SnapshotError> {
    let mut json = Vec::new();
    GzDecoder::new(bytes).read_to_end(&mut json).map_err(SnapshotError::Compression)?;
    let envelope: Envelope = serde_json::from_slice(&json).map_err(SnapshotError::Content)?;
    if envelope.format != FORMAT {
        return Err(SnapshotError::Format(envelope.format));
    }
    if envelope.version != VERSION {
        return Err(SnapshotError::Version { found: envelope.version });
    }
    let content: Content = serde_json::from_slice(&json).map_err(SnapshotError::Content)?;
    match twice(&content.inventory) {
        Some(what) => Err(SnapshotError::Twice(what)),
        None => Ok(content.inventory),
    }
}

/// What is there more than once, in whatever spelling: a resource, or a part of one.
fn twice(inventory: &Inventory) -> Option<String> {
    let networks = || inventory.virtual_networks.iter();
    let subnets = || networks().flat_map(|network| &network.subnets);
    let resources = (inventory.clusters.iter().map(|cluster| &cluster.id))
        .chain(networks().map(|network| &network.id))
        .chain(subnets().map(|subnet| &subnet.id))
        .chain(networks().flat_map(|network| &network.peerings).map(|peering| &peering.id))
        .chain(inventory.route_tables.iter().map(|table| &table.id))
        .chain(inventory.network_security_groups.iter().map(|group| &group.id))
        .chain(inventory.application_gateways.iter().map(|gateway| &gateway.id));
    repeated(resources)
        .map(|id| format!("`{id}`"))
        .or_else(|| {
            let pools = inventory.clusters.iter().map(|c| ("node pool", &c.id, names(&c.pools, |p| &p.name)));
            let routes =
                inventory.route_tables.iter().map(|t| ("route", &t.id, names(&t.routes, |r| &r.name)));
            let rules = inventory.network_security_groups.iter();
            let rules = rules.map(|g| ("security rule", &g.id, names(&g.rules, |rule| &rule.name)));
            let mut parts = pools.chain(routes).chain(rules);
            parts.find_map(|(kind, id, names)| Some(format!("the {kind} `{}` of `{id}`", repeated(names)?)))
        })
        .or_else(|| {
            let is_repeated = |subnet: &&Subnet| {
                repeated(&subnet.prefixes.known).is_some()
                    || repeated(subnet.usage.owners.iter().map(|count| &count.owner)).is_some()
            };
            let subnet = subnets().find(is_repeated)?;
            Some(format!("a prefix or an owner of `{}`", subnet.id))
        })
}

/// The names of parts, in lower case; what has none can't be told from its like.
fn names<'a, T>(parts: &'a [T], name: impl Fn(&'a T) -> &'a String) -> Vec<String> {
    let names = parts.iter().map(name).filter(|name| !name.is_empty());
    names.map(|name| name.to_lowercase()).collect()
}

/// The first that was there before.
fn repeated<T: Eq + Hash + Clone>(items: impl IntoIterator<Item = T>) -> Option<T> {
    let mut seen = HashSet::new();
    items.into_iter().find(|item| !seen.insert(item.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        assess::testing::{Network, cluster, cluster_id, id, inventory, pool, subnet, vnet},
        inventory::{NetworkSecurityGroup, Route, RouteTable, SecurityRule},
    };

    #[test]
    fn what_is_there_twice_in_two_spellings_is_refused() {
        let once = Inventory {
            clusters: vec![cluster("one", Network::Overlay), cluster("two", Network::Overlay)],
            virtual_networks: vec![vnet("one", &[], vec![]), vnet("two", &[], vec![])],
            ..inventory()
        };
        assert_eq!(from_bytes(&to_bytes(&once).unwrap()).unwrap(), once);
        let mut clusters = once.clone();
        clusters.clusters.push(cluster("ONE", Network::Overlay));
        let mut networks = once;
        networks.virtual_networks.push(vnet("TWO", &[], vec![]));
        for (twice, name) in [(clusters, "ONE"), (networks, "TWO")] {
            let error = from_bytes(&to_bytes(&twice).unwrap()).unwrap_err();
            assert!(
                matches!(&error, SnapshotError::Twice(what) if what.ends_with(&format!("/{name}`"))),
                "{error}"
            );
        }
    }

    type Change = fn(&mut Inventory);

    #[test]
    fn a_part_that_is_there_twice_in_two_spellings_is_refused() {
        let rule = |name: &str| SecurityRule {
            name: name.to_owned(),
            priority: None,
            direction: None,
            access: None,
            protocol: None,
            sources: Vec::new(),
            destinations: Vec::new(),
            source_ports: Vec::new(),
            destination_ports: Vec::new(),
        };
        let route = |name: &str| Route {
            name: name.to_owned(),
            prefix: None,
            next_hop_type: None,
            next_hop_address: None,
        };
        let id = |kind: &str| id(&cluster_id("c").as_str().replace("managedClusters", kind));
        let mut once = Inventory {
            clusters: vec![cluster("one", Network::Overlay)],
            virtual_networks: vec![vnet("one", &[], vec![subnet("s", "10.0.0.0/24", vec![])])],
            route_tables: vec![RouteTable {
                id: id("routeTables"),
                location: String::new(),
                routes: vec![route("r"), route(""), route("")],
                subnets: Vec::new(),
            }],
            network_security_groups: vec![NetworkSecurityGroup {
                id: id("networkSecurityGroups"),
                rules: vec![rule("n")],
                subnets: Vec::new(),
            }],
            ..inventory()
        };
        once.clusters[0].pools = vec![pool("np", 1)];
        assert_eq!(from_bytes(&to_bytes(&once).unwrap()).unwrap(), once);
        let changes: [(Change, &str); 6] = [
            (|i| i.clusters[0].pools.push(pool("NP", 2)), "the node pool `np` of"),
            (|i| i.virtual_networks[0].subnets.push(subnet("S", "10.0.1.0/24", vec![])), "/subnets/S`"),
            (
                |i| {
                    let twin = Route { name: "R".to_owned(), ..i.route_tables[0].routes[0].clone() };
                    i.route_tables[0].routes.push(twin);
                },
                "the route `r` of",
            ),
            (
                |i| {
                    let rule = i.network_security_groups[0].rules[0].clone();
                    i.network_security_groups[0].rules.push(rule);
                },
                "the security rule `n` of",
            ),
            (|i| i.route_tables.push(i.route_tables[0].clone()), "/routeTables/"),
            (
                |i| {
                    let prefixes = &mut i.virtual_networks[0].subnets[0].prefixes.known;
                    prefixes.push(prefixes[0]);
                },
                "a prefix or an owner of",
            ),
        ];
        for (change, expected) in changes {
            let mut twice = once.clone();
            change(&mut twice);
            let error = from_bytes(&to_bytes(&twice).unwrap()).unwrap_err();
            assert!(matches!(&error, SnapshotError::Twice(what) if what.contains(expected)), "{error}");
        }
    }
}
