//! An inventory as a file: gzip JSON with a version, holding neither token nor secret.

use std::{
    collections::HashSet,
    fmt,
    hash::Hash,
    io::{self, BufRead, BufReader, BufWriter, Read, Write},
};

use flate2::{Compression, GzBuilder, bufread::GzDecoder};
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{Error, IgnoredAny, MapAccess, Visitor},
};

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
    /// More text came out of the file than is read.
    #[error("the snapshot unpacks to more than {0} bytes, the most that is read of one")]
    TooLarge(u64),
    /// Something follows the snapshot; it may be another one, whose clusters would be missed.
    #[error("more follows after the end of the snapshot")]
    Trailing,
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

/// What a snapshot says of itself, and what it holds.
struct Content {
    format: String,
    version: u32,
    /// Nothing where there is none, or where it is not to be read as one.
    inventory: Option<Inventory>,
}

impl<'de> Deserialize<'de> for Content {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ContentVisitor)
    }
}

struct ContentVisitor;

impl<'de> Visitor<'de> for ContentVisitor {
    type Value = Content;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a snapshot")
    }

    /// What another program or version wrote is not read as an inventory, so that the error says whose it is.
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Content, A::Error> {
        let (mut format, mut version, mut inventory) = (None::<String>, None::<u32>, None);
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "format" if format.is_some() => return Err(A::Error::duplicate_field("format")),
                "version" if version.is_some() => return Err(A::Error::duplicate_field("version")),
                "inventory" if inventory.is_some() => return Err(A::Error::duplicate_field("inventory")),
                "format" => format = Some(map.next_value()?),
                "version" => version = Some(map.next_value()?),
                "inventory"
                    if format.as_ref().is_none_or(|format| format == FORMAT)
                        && version.is_none_or(|version| version == VERSION) =>
                {
                    inventory = Some(map.next_value()?);
                }
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        let format = format.ok_or_else(|| A::Error::missing_field("format"))?;
        let version = version.ok_or_else(|| A::Error::missing_field("version"))?;
        if inventory.is_none() && format == FORMAT && version == VERSION {
            return Err(A::Error::missing_field("inventory"));
        }
        Ok(Content { format, version, inventory })
    }
}

/// What comes out of a gzip stream, up to a limit.
struct Unpacked<R> {
    gzip: GzDecoder<R>,
    left: u64,
}

impl<R: BufRead> Read for Unpacked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            let more = self.gzip.read(&mut [0])?;
            return if more == 0 { Ok(0) } else { Err(io::ErrorKind::FileTooLarge.into()) };
        }
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(buffer.len());
        let read = self.gzip.read(&mut buffer[..most])?;
        self.left -= read as u64;
        Ok(read)
    }
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

/// The most bytes of JSON that are read: some ten times what the largest estates known make.
pub const LONGEST: u64 = 2 << 30;

/// Reads what [`to_bytes`] wrote, from a stream: neither the file nor its text is in memory as a whole.
///
/// # Errors
/// When the bytes are not one complete gzip file, not one snapshot, a snapshot of another version, one that is longer than
/// [`LONGEST`], or one that holds a cluster or a network more than once.
pub fn read(source: impl BufRead) -> Result<Inventory, SnapshotError> {
    read_up_to(source, LONGEST)
}

fn read_up_to(source: impl BufRead, longest: u64) -> Result<Inventory, SnapshotError> {
    let mut unpacked = Unpacked { gzip: GzDecoder::new(source), left: longest };
    let mut json = serde_json::Deserializer::from_reader(BufReader::with_capacity(64 << 10, &mut unpacked));
    let content = Content::deserialize(&mut json).and_then(|content| json.end().map(|()| content));
    drop(json);
    let content = content.map_err(|error| fault(error, &mut unpacked, longest))?;
    if !unpacked.gzip.into_inner().fill_buf().map_err(SnapshotError::Compression)?.is_empty() {
        return Err(SnapshotError::Trailing);
    }
    if content.format != FORMAT {
        return Err(SnapshotError::Format(content.format));
    }
    if content.version != VERSION {
        return Err(SnapshotError::Version { found: content.version });
    }
    let missing = || SnapshotError::Content(Error::missing_field("inventory"));
    let inventory = content.inventory.ok_or_else(missing)?;
    match twice(&inventory) {
        Some(id) => Err(SnapshotError::Twice(id.clone())),
        None => Ok(inventory),
    }
}

/// Whether the stream, the text or its length is to blame. A garbled stream makes garbled text, so its end is looked at
/// before the text is.
fn fault(error: serde_json::Error, unpacked: &mut impl Read, longest: u64) -> SnapshotError {
    let stream = if error.is_io() {
        io::Error::from(error)
    } else {
        match io::copy(unpacked, &mut io::sink()) {
            Ok(_) => return SnapshotError::Content(error),
            Err(stream) => stream,
        }
    };
    if stream.kind() == io::ErrorKind::FileTooLarge {
        SnapshotError::TooLarge(longest)
    } else {
        SnapshotError::Compression(stream)
    }
}

/// Reads what [`to_bytes`] wrote.
///
/// # Errors
/// As [`read`].
pub fn from_bytes(bytes: &[u8]) -> Result<Inventory, SnapshotError> {
    read(bytes)
}

/// What is there more than once, in whatever spelling: a resource, or a part of one.
fn twice(inventory: &Inventory) -> Option<String> {
    let networks = || inventory.virtual_networks.iter();
    let subnets = || networks().flat_map(|network| &network.subnets);
    // Kind by kind: a list may hold what its ids say belongs into another, and nothing counts twice for that.
    let kinds = [
        repeated(inventory.clusters.iter().map(|cluster| &cluster.id)),
        repeated(networks().map(|network| &network.id)),
        repeated(subnets().map(|subnet| &subnet.id)),
        repeated(networks().flat_map(|network| &network.peerings).map(|peering| &peering.id)),
        repeated(inventory.route_tables.iter().map(|table| &table.id)),
        repeated(inventory.network_security_groups.iter().map(|group| &group.id)),
        repeated(inventory.application_gateways.iter().map(|gateway| &gateway.id)),
    ];
    let subscription = || repeated(inventory.subscriptions.iter().map(|subscription| &subscription.id));
    (kinds.into_iter().flatten().next().map(|id| format!("`{id}`")))
        .or_else(|| subscription().map(|id| format!("the subscription `{id}`")))
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
        inventory::{NetworkSecurityGroup, Route, RouteTable, SecurityRule, Subscription, SubscriptionId},
    };

    fn packed(text: &[u8]) -> Vec<u8> {
        let mut gzip = GzBuilder::new().write(Vec::new(), Compression::fast());
        gzip.write_all(text).unwrap();
        gzip.finish().unwrap()
    }

    fn text() -> Vec<u8> {
        let mut text = Vec::new();
        GzDecoder::new(to_bytes(&inventory()).unwrap().as_slice()).read_to_end(&mut text).unwrap();
        text
    }

    #[test]
    fn nothing_may_follow_a_snapshot() {
        let good = to_bytes(&inventory()).unwrap();
        for rest in [good.clone(), packed(b""), b"\0".to_vec(), b"more".to_vec()] {
            let error = from_bytes(&[good.clone(), rest].concat()).unwrap_err();
            assert!(matches!(error, SnapshotError::Trailing), "{error}");
        }
        let twice = from_bytes(&packed(&[text(), text()].concat())).unwrap_err();
        assert!(matches!(twice, SnapshotError::Content(_)), "{twice}");
        assert_eq!(from_bytes(&packed(&[text(), b" \n".to_vec()].concat())).unwrap(), inventory());
    }

    #[test]
    fn a_snapshot_is_read_up_to_its_limit_whatever_it_holds() {
        let bytes = to_bytes(&inventory()).unwrap();
        let length = text().len() as u64;
        assert_eq!(read_up_to(bytes.as_slice(), length).unwrap(), inventory());
        let spaces = packed(&[text(), vec![b' '; 100]].concat());
        let string = packed(format!("{{\"format\":\"{}", "x".repeat(100_000)).as_bytes());
        for (bytes, limit) in [(&bytes, length - 1), (&spaces, length + 99), (&string, 100_000)] {
            let error = read_up_to(bytes.as_slice(), limit).unwrap_err();
            assert!(matches!(error, SnapshotError::TooLarge(most) if most == limit), "{error}");
        }
    }

    #[test]
    fn what_is_wrong_is_blamed_whatever_the_order_of_keys() {
        let error = |text: &str| from_bytes(&packed(text.as_bytes())).unwrap_err();
        for text in [
            r#"{"format":"aks-census-snapshot","version":2,"inventory":7}"#,
            r#"{"version":2,"inventory":{"new":[]},"format":"aks-census-snapshot"}"#,
            r#"{"format":"aks-census-snapshot","version":2}"#,
        ] {
            assert!(matches!(error(text), SnapshotError::Version { found: 2 }), "{text}");
        }
        let foreign = error(r#"{"format":"other","inventory":7,"version":1}"#);
        assert!(matches!(&foreign, SnapshotError::Format(format) if format == "other"), "{foreign}");
        for (text, word) in [
            (r#"{"format":"aks-census-snapshot","version":1}"#, "missing field `inventory`"),
            (r#"{"format":"a","format":"b"}"#, "duplicate field `format`"),
            (r#"{"version":1,"inventory":null}"#, "invalid type: null"),
            ("[]", "expected a snapshot"),
            ("{}", "missing field `format`"),
        ] {
            let SnapshotError::Content(cause) = error(text) else { panic!("{text}") };
            assert!(cause.to_string().contains(word), "{cause}");
        }
        let mut garbled = to_bytes(&inventory()).unwrap();
        let middle = garbled.len() / 2;
        garbled[middle] ^= 0x55;
        assert!(matches!(from_bytes(&garbled).unwrap_err(), SnapshotError::Compression(_)));
    }

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

    #[test]
    fn a_subscription_counts_once_and_an_id_in_two_lists_is_no_twin() {
        let mut once = inventory();
        let mut stray = cluster("one", Network::Overlay);
        let network = vnet("one", &[], vec![]);
        stray.id = network.id.clone();
        (once.clusters, once.virtual_networks) = (vec![stray], vec![network]);
        assert_eq!(from_bytes(&to_bytes(&once).unwrap()).unwrap(), once, "what was collected can be read");
        let named = |id: &str| Subscription {
            id: SubscriptionId::from(id.to_owned()),
            name: None,
            state: None,
            tenant_id: None,
        };
        once.subscriptions = vec![named("team-a"), named("TEAM-A")];
        let error = from_bytes(&to_bytes(&once).unwrap()).unwrap_err();
        assert!(error.to_string().contains("the subscription `"), "{error}");
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
