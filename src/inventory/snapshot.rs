//! An inventory as a file: gzip JSON with a version, holding neither token nor secret.

use std::{
    collections::HashSet,
    io::{self, BufWriter, Read, Write},
};

use flate2::{Compression, GzBuilder, read::GzDecoder};
use serde::{Deserialize, Serialize};

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
/// cluster or a network more than once.
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
        Some(id) => Err(SnapshotError::Twice(id.clone())),
        None => Ok(content.inventory),
    }
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
