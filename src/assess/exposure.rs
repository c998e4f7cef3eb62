//! Who still runs on kubenet, and for how long that works.

use jiff::civil::Date;

use super::{
    audit::{ClusterRow, KubenetRow},
    days::days_between,
};
use crate::rules::Retirement;

/// The kubenet clusters, counted against the retirement (RET-01,
/// <https://learn.microsoft.com/azure/aks/configure-kubenet>).
pub(super) fn kubenet(clusters: &[ClusterRow], retirement: &Retirement, as_of: Date) -> Vec<KubenetRow> {
    let retirement_date = retirement.deadline();
    let days_left = days_between(as_of, retirement_date);
    let severity = retirement.severity_at(days_left);
    let is_kubenet = |row: &&ClusterRow| {
        row.network_plugin.as_deref().is_some_and(|plugin| plugin.eq_ignore_ascii_case("kubenet"))
    };
    let row = |cluster: &ClusterRow| KubenetRow {
        cluster_id: cluster.id.clone(),
        location: cluster.location.clone(),
        nodes: cluster.nodes,
        nodes_scale_max: cluster.nodes_scale_max,
        retirement_date,
        days_left,
        severity,
        owner: cluster.owner.clone(),
        environment: cluster.environment.clone(),
    };
    clusters.iter().filter(is_kubenet).map(row).collect()
}
