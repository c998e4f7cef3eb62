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
use crate::meter;

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
    /// What came out of the file takes more memory than is given to one.
    #[error("what the snapshot holds takes more than {0} bytes, the most that is kept of one")]
    TooMuch(u64),
    /// No name and no message is so long.
    #[error("the snapshot holds a text of more than {0} bytes, the most that is read of one")]
    LongText(u64),
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

/// A text is longer than is read of one.
#[derive(Debug, thiserror::Error)]
#[error("a text is too long")]
struct LongText;

/// How much is read.
#[derive(Clone, Copy)]
struct Limits {
    unpacked: u64,
    memory: u64,
    text: u64,
}

/// What comes out of a gzip stream, up to a limit, and without long texts: a reader of JSON takes room for a text before
/// anyone can ask how long it is.
struct Unpacked<R> {
    gzip: GzDecoder<R>,
    left: u64,
    /// How much came since a text began or ended.
    run: u64,
    /// The byte before.
    last: u8,
    longest_text: u64,
}

impl<R: BufRead> Unpacked<R> {
    fn new(source: R, limits: Limits) -> Self {
        let Limits { text: longest_text, unpacked: left, .. } = limits;
        Self { gzip: GzDecoder::new(source), left, run: 0, last: 0, longest_text }
    }

    /// A quotation mark without a backslash before it is where a text begins or ends.
    fn follow(&mut self, piece: &[u8]) -> io::Result<()> {
        let before = |at: usize| at.checked_sub(1).map_or(self.last, |before| piece[before]);
        let end = memchr::memrchr_iter(b'"', piece).find(|at| before(*at) != b'\\');
        self.run = end.map_or(self.run + piece.len() as u64, |at| (piece.len() - at) as u64);
        self.last = piece.last().copied().unwrap_or(self.last);
        if self.run > self.longest_text { Err(io::Error::other(LongText)) } else { Ok(()) }
    }
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
        self.follow(&buffer[..read])?;
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

/// The most memory that an inventory takes which is read: what one of the longest snapshots holds.
pub const LARGEST: u64 = 1 << 30;

/// The longest text in a snapshot.
const LONGEST_TEXT: u64 = 16 << 20;

/// Reads what [`to_bytes`] wrote, from a stream: neither the file nor its text is in memory as a whole.
///
/// # Errors
/// When the bytes are not one complete gzip file, not one snapshot, a snapshot of another version, one that is longer than
/// [`LONGEST`] or takes more than [`LARGEST`], or one that holds a cluster or a network more than once.
pub fn read(source: impl BufRead) -> Result<Inventory, SnapshotError> {
    read_up_to(source, Limits { unpacked: LONGEST, memory: LARGEST, text: LONGEST_TEXT })
}

fn read_up_to(source: impl BufRead, limits: Limits) -> Result<Inventory, SnapshotError> {
    let mut unpacked = Unpacked::new(source, limits);
    let mut json = serde_json::Deserializer::from_reader(BufReader::with_capacity(64 << 10, &mut unpacked));
    let read = meter::within(limits.memory, || Content::deserialize(meter::counted(&mut json)));
    if read.is_exceeded {
        return Err(SnapshotError::TooMuch(limits.memory));
    }
    let content = read.result.and_then(|content| json.end().map(|()| content));
    drop(json);
    let content = content.map_err(|error| fault(error, &mut unpacked, limits))?;
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
fn fault(error: serde_json::Error, unpacked: &mut impl Read, limits: Limits) -> SnapshotError {
    let stream = if error.is_io() {
        io::Error::from(error)
    } else {
        match io::copy(unpacked, &mut io::sink()) {
            Ok(_) => return SnapshotError::Content(error),
            Err(stream) => stream,
        }
    };
    match stream.kind() {
        io::ErrorKind::FileTooLarge => SnapshotError::TooLarge(limits.unpacked),
        _ if stream.get_ref().and_then(|error| error.downcast_ref::<LongText>()).is_some() => {
            SnapshotError::LongText(limits.text)
        }
        _ => SnapshotError::Compression(stream),
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
    ];
    let attached = inventory.attached_ids().filter_map(repeated);
    let subscription = || repeated(inventory.subscriptions.iter().map(|subscription| &subscription.id));
    (kinds.into_iter().flatten().chain(attached).next().map(|id| format!("`{id}`")))
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
mod tests;
