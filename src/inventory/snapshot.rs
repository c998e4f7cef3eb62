//! An inventory as a file: gzip JSON with a version, holding neither token nor secret.

use std::{
    collections::HashSet,
    fmt,
    io::{self, BufRead, BufReader, BufWriter, Read, Write},
};

use flate2::{Compression, GzBuilder, bufread::GzDecoder};
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{Error, IgnoredAny, MapAccess, Visitor},
};

use super::{Inventory, ResourceId};

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
    #[error("the snapshot holds `{0}` more than once")]
    Twice(ResourceId),
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

/// A cluster or network that is there more than once, in whatever spelling.
fn twice(inventory: &Inventory) -> Option<&ResourceId> {
    let clusters = inventory.clusters.iter().map(|cluster| &cluster.id);
    let networks = inventory.virtual_networks.iter().map(|network| &network.id);
    let mut seen = HashSet::new();
    clusters.chain(networks).find(|id| !seen.insert(*id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assess::testing::{Network, cluster, inventory, vnet};

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
            assert!(matches!(&error, SnapshotError::Twice(id) if id.name() == name), "{error}");
        }
    }
}
