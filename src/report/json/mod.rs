//! `audit.json` and its JSON Schema. The shapes here are a promise to scripts and separate from the rows they print.

mod cluster;
mod document;
mod finding;
mod input;
mod layout;
mod lazy;
mod leaving;
mod network;
mod outlook;

use schemars::generate::SchemaSettings;

use self::document::Document;
use super::ReportFile;
use crate::assess::audit::Audit;

/// The version of `audit.json`: it rises when a field changes its meaning or goes away, not when one is added.
pub const SCHEMA_VERSION: u32 = 1;

/// The document and its schema.
pub(super) fn files(audit: &Audit) -> Vec<ReportFile<'_>> {
    vec![
        ReportFile::new("audit.json", move |out| layout::write(out, &Document::from(audit))),
        ReportFile::new("audit.schema.json", |out| {
            let settings = SchemaSettings::draft2020_12().for_serialize();
            let schema = settings.into_generator().into_root_schema_for::<Document<'_>>();
            serde_json::to_writer_pretty(&mut *out, &schema)?;
            out.write_all(b"\n")
        }),
    ]
}

#[cfg(test)]
mod tests;
