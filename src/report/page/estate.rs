//! The estate: modes, kubenet clusters, the fullest subnets.

use std::{cmp::Reverse, collections::BTreeMap};

use super::{
    Report,
    block::{Bars, Chart, Page},
    figure, long_date, signed,
};
use crate::{
    assess::{
        audit::{ClusterRecord, ClusterRow, SubnetRow},
        migration::Exposure,
    },
    inventory::is_in_motion,
    report::{
        headline::Headline,
        phrase::{Phrase, maybe, name, names},
        say,
        text::{count, grouped},
    },
};

const CLUSTERS_SHOWN: usize = 50;
const SUBNETS_SHOWN: usize = 20;
const BARS: usize = 10;
/// All of a subnet, in tenths of a percent: none holds more, whatever is modelled.
const ALL: u64 = 1000;

pub(super) fn write(page: &mut Page, report: &Report<'_>) {
    modes(page, report);
    kubenet(page, report);
    fullest(page, report);
}

/// Clusters by IPAM mode: how much of the estate the retirement concerns.
fn modes(page: &mut Page, report: &Report<'_>) {
    let mut by_mode: BTreeMap<String, usize> = BTreeMap::new();
    for cluster in report.audit.clusters.iter().map(|one| &one.row) {
        let modes: Vec<_> = cluster.ipam_modes.iter().map(|mode| mode.as_str()).collect();
        let mode = if modes.is_empty() { "unknown".to_owned() } else { modes.join("+") };
        *by_mode.entry(mode).or_default() += 1;
    }
    if by_mode.is_empty() {
        return;
    }
    let mut by_mode: Vec<_> = by_mode.into_iter().collect();
    by_mode.sort_by_key(|(_, clusters)| Reverse(*clusters));
    page.heading(2, "The estate");
    let audit = report.audit;
    page.paragraph(format!(
        "{}, {}, {} and {}.",
        count(audit.clusters.len(), "cluster", "clusters"),
        count(audit.node_pools().count(), "node pool", "node pools"),
        count(audit.subnets.len(), "subnet", "subnets"),
        count(audit.networks.len(), "virtual network", "virtual networks"),
    ));
    page.chart(Chart::Pie("Clusters by IPAM mode", by_mode));
}

fn kubenet(page: &mut Page, report: &Report<'_>) {
    let mut rows: Vec<_> = report.audit.exposures().collect();
    let Some((_, first)) = rows.first() else { return };
    page.heading(2, "Exposure to the kubenet retirement");
    page.paragraph(format!(
        "kubenet is supported until {} ([source](https://learn.microsoft.com/azure/aks/configure-kubenet)). \
         Severity by time left: {}. The way out is Azure CNI Overlay, in place, with every node re-imaged.",
        long_date(first.retirement_date),
        first.severity
    ));
    rows.sort_by_key(|(one, _)| Reverse(one.row.nodes_scale_max.max(one.row.nodes)));
    let row = |(one, exposure): &(&ClusterRecord, &Exposure)| {
        let row = &one.row;
        vec![
            with_state(row),
            name(&report.headline.subscription(&row.id)),
            name(&row.location),
            figure(row.nodes),
            figure(row.nodes_scale_max),
            used_of(exposure.routes),
            used_of(exposure.pod_cidr),
            maybe(row.identity_type.as_deref()),
            maybe(row.network_policy.as_deref()),
            version(row, exposure),
            maybe(row.owner.as_deref()),
            maybe(row.environment.as_deref()),
        ]
    };
    let shown: Vec<_> = rows.iter().take(CLUSTERS_SHOWN).map(row).collect();
    let columns = "Cluster | Subscription | Region | > Nodes now | > Nodes at autoscaler maximum | > Routes | > Nodes of those the pod CIDR allows | Identity | Policy engine | Kubernetes, supported until | Owner | Environment";
    report.table(page, columns, shown, (rows.len(), "kubenet_exposure.csv"));
}

/// A cluster's name, with its state where something goes on in it, so that its figures may still change.
fn with_state(row: &ClusterRow) -> Phrase {
    match row.provisioning_state.as_deref().filter(|state| is_in_motion(state)) {
        Some(state) => name(&format!("{} ({state})", row.id.name())),
        None => name(row.id.name()),
    }
}

/// `385 of 400`.
fn used_of(figures: Option<(u64, u64)>) -> Phrase {
    let words = figures.map(|(used, of)| format!("{} of {}", grouped(used), grouped(of)));
    Phrase::ours(words.unwrap_or_else(|| "–".to_owned()))
}

fn version(row: &ClusterRow, exposure: &Exposure) -> Phrase {
    let Some(version) = row.kubernetes_version.as_deref() else { return maybe(None) };
    let until = exposure.version_support_ends.map_or_else(|| "ended".to_owned(), |day| day.to_string());
    name(&format!("{version}, {until}"))
}

fn fullest(page: &mut Page, report: &Report<'_>) {
    let rows = report.headline.fullest_subnets();
    if rows.is_empty() {
        return;
    }
    page.heading(2, "The fullest subnets that clusters use");
    chart(page, &rows);
    let shown: Vec<_> = rows.iter().take(SUBNETS_SHOWN).map(|row| subnet_row(report, row)).collect();
    let columns = "Subnet | Subscription | Prefixes | > In use | > Free | Known as | Status | Held by";
    report.table(page, columns, shown, (rows.len(), "subnets.csv"));
}

fn chart(page: &mut Page, rows: &[&SubnetRow]) {
    let bar = |row: &&SubnetRow| Some((Headline::resource(&row.id), row.utilization_tenths()?.min(ALL)));
    let bars: Vec<_> = rows.iter().take(BARS).filter_map(bar).collect();
    page.chart(Chart::Bars(Bars {
        title: "Addresses in use, % of usable",
        lengths: bars,
        top: ALL.div_ceil(10),
        has_limit: false,
    }));
}

fn subnet_row(report: &Report<'_>, row: &SubnetRow) -> Vec<Phrase> {
    vec![
        name(&Headline::resource(&row.id)),
        name(&report.headline.subscription(&row.id)),
        names(&row.prefixes),
        say::in_use(row),
        signed(row.free),
        Phrase::ours(row.basis.as_str()),
        Phrase::ours(row.status.as_str()),
        holders(row),
    ]
}

/// The kinds of consumers, the largest first.
fn holders(row: &SubnetRow) -> Phrase {
    let mut by_kind: BTreeMap<&str, u64> = BTreeMap::new();
    for consumer in &row.consumers {
        *by_kind.entry(consumer.kind.as_str()).or_default() += consumer.ips.unwrap_or(consumer.ips_low);
    }
    let mut by_kind: Vec<_> = by_kind.into_iter().filter(|(_, ips)| *ips > 0).collect();
    by_kind.sort_by_key(|(_, ips)| Reverse(*ips));
    let kinds: Vec<_> = by_kind.into_iter().map(|(kind, ips)| format!("{kind} {}", grouped(ips))).collect();
    names(&kinds)
}
