//! An inventory as a file: gzip JSON with a version, holding neither token nor secret.

use std::io::{self, BufWriter, Read, Write};

use flate2::{Compression, GzBuilder, read::GzDecoder};
use serde::{Deserialize, Serialize};

use super::Inventory;

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
/// When the bytes are not a complete gzip file, not a snapshot, or a snapshot of another version.
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
    Ok(content.inventory)
}
