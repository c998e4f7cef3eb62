//! Inventory → Audit: pure functions; no clock, no I/O, no environment.

pub mod audit;
mod coverage;
mod exceptions;
mod exposure;
mod filters;
mod findings;
mod header;
pub mod migration;
pub mod options;
pub mod outlook;
pub mod rows;

use std::collections::BTreeSet;

use self::{audit::Audit, coverage::Reading, findings::Context, options::Options, rows::Rows};
use crate::{
    inventory::Inventory,
    rules::{Catalogue, RetirementId},
};

/// Assesses an inventory. The same inventory and options give the same audit, whatever the order of the inventory's
/// lists.
#[must_use]
pub fn assess(inventory: &Inventory, options: &Options) -> Audit {
    compose(inventory, options, rows::rows(inventory, options), Catalogue::built_in())
}

fn compose(inventory: &Inventory, options: &Options, rows: Rows, catalogue: &Catalogue) -> Audit {
    let reading = Reading::new(inventory, &options.accept_unread);
    let rows = sorted(filters::apply(rows, inventory, &options.filters));
    let retirement = catalogue.retirement(RetirementId::Kubenet);
    let kubenet = exposure::kubenet(&rows.clusters, retirement, options.as_of);
    let header = header::header(inventory, options, catalogue, &reading, &rows);

    let selected: BTreeSet<_> = rows.clusters.iter().map(|row| &row.id).collect();
    let context = Context {
        catalogue,
        inventory,
        options,
        reading: &reading,
        rows: &rows,
        kubenet: &kubenet,
        selected: &selected,
    };
    let (mut findings, mut accepted) = exceptions::apply(findings::all(&context), options);
    findings.extend(exceptions::findings(&context, &findings, &accepted, header.filtered));
    findings.sort_by(findings::order);
    accepted.sort_by(|(a, _), (b, _)| findings::order(a, b));

    let mut coverage = inventory.coverage.entries().to_vec();
    coverage.sort_by_cached_key(coverage::sort_key);
    Audit {
        header,
        incomplete: reading.is_incomplete(),
        clusters: rows.clusters,
        node_pools: rows.node_pools,
        subnets: rows.subnets,
        vnets: rows.vnets,
        kubenet,
        findings,
        accepted,
        coverage,
    }
}

fn sorted(mut rows: Rows) -> Rows {
    rows.clusters.sort_by(|a, b| a.id.cmp(&b.id));
    rows.node_pools.sort_by(|a, b| (&a.cluster_id, &a.name).cmp(&(&b.cluster_id, &b.name)));
    rows.subnets.sort_by(|a, b| a.id.cmp(&b.id));
    for subnet in &mut rows.subnets {
        subnet.consumers.sort();
    }
    rows.vnets.sort_by(|a, b| a.id.cmp(&b.id));
    rows
}

#[cfg(test)]
pub(crate) mod fixture;
#[cfg(test)]
pub(crate) mod generated;
#[cfg(test)]
mod oracle;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
