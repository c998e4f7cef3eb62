//! What an audit was made of.

use crate::{
    assess::{audit::Header, coverage::Reading, options::Options},
    inventory::Inventory,
    rules::Catalogue,
};

/// The header of an audit, with how many clusters have passed the filters.
pub(crate) fn header(
    inventory: &Inventory,
    options: &Options,
    catalogue: &Catalogue,
    reading: &Reading<'_>,
    shown: usize,
) -> Header {
    Header {
        program_version: env!("CARGO_PKG_VERSION").to_owned(),
        collected_at: inventory.collected_at,
        as_of: options.as_of,
        tenant_id: inventory.tenant_id.clone(),
        cloud: inventory.cloud.clone(),
        requested: inventory.requested.clone(),
        filtered: shown < inventory.clusters.len(),
        subscriptions_read: reading.complete().len(),
        subscriptions: inventory.subscriptions.clone(),
        clusters_read: inventory.clusters.len(),
        rules_checked: catalogue.checked(),
        old_sources: catalogue.old_sources(options.as_of),
        api_versions: inventory.api_versions.clone(),
        refused_api_versions: inventory.refused_api_versions.clone(),
    }
}
