//! `audit.json` and its JSON Schema. The shapes here are a promise to scripts and separate from the rows they print.

mod cluster;
mod document;
mod finding;
mod input;
mod lazy;
mod leaving;
mod network;
mod outlook;

use std::io::{self, BufWriter, Write};

use schemars::generate::SchemaSettings;
use serde::Serialize;

use self::document::Document;
use super::ReportFile;
use crate::assess::audit::Audit;

/// The version of `audit.json`: it rises when a field changes its meaning or goes away, not when one is added.
pub const SCHEMA_VERSION: u32 = 1;

/// The document and its schema.
pub(super) fn files(audit: &Audit) -> Vec<ReportFile<'_>> {
    vec![
        ReportFile::new("audit.json", move |out| pretty(out, &Document::from(audit))),
        ReportFile::new("audit.schema.json", |out| {
            let settings = SchemaSettings::draft2020_12().for_serialize();
            pretty(out, &settings.into_generator().into_root_schema_for::<Document<'_>>())
        }),
    ]
}

fn pretty(out: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    // JSON comes in pieces of a few bytes, which are gathered before they pass through `dyn`.
    let mut out = BufWriter::with_capacity(BUFFER, out);
    serde_json::to_writer_pretty(&mut out, value)?;
    out.write_all(b"\n")?;
    out.flush()
}

/// Bytes gathered at a time.
const BUFFER: usize = 32 << 10;

#[cfg(test)]
mod tests;
