//! Limits beyond the subnet, with what is left under each.

use super::{Report, block::Page, figure, room::fixes_cell, signed};
use crate::{
    assess::{
        audit::NodePoolRow,
        outlook::{Limit, LimitRow, NetworkLimit, NetworkLimitKind, Shortfall},
    },
    report::{
        headline::Headline,
        phrase::{Phrase, maybe, name, phrase, prose},
        say,
    },
};

/// The worst of each limit.
const OF_EACH: usize = 3;
const POOLS_SHOWN: usize = 10;

pub(super) fn write(page: &mut Page, report: &Report<'_>) {
    let worst = worst(report);
    let rows: Vec<_> = (worst.iter().map(|row| of_nodes(report, row))).chain(networks(report)).collect();
    if rows.is_empty() {
        return;
    }
    page.heading(2, "Limits beyond the subnet");
    page.paragraph(
        "The worst of each limit. Left is what remains at autoscaler maximum while every pool surges, in nodes for \
         clusters and pools, in addresses for networks. `pods-per-node` and `node-configurations` count one node of a \
         pool: AKS refuses a pool beyond them, so that where nothing is left only more nodes bring more pods.",
    );
    let columns =
        "Limit | Where | > Room for | > Now | > At maximum, surging | > Left | Fix, checked by the engine";
    let all = report.audit.limits().count() + report.audit.network_limits().count();
    report.table(page, columns, rows, (all, "limits.csv"));
    let mut known: Vec<String> = Vec::new();
    for reason in worst.into_iter().flat_map(say::limit_reasons).map(|reason| reason.text()) {
        if !known.contains(&reason) {
            known.push(reason);
        }
    }
    page.list(known.iter().map(|reason| prose(reason)));
    pools(page, report);
}

/// The worst of each limit of clusters and pools.
fn worst<'a>(report: &Report<'a>) -> Vec<&'a LimitRow> {
    let mut rows = Vec::new();
    for limit in Limit::IN_ROWS {
        let known = report.audit.limits().filter(|row| row.limit == limit && row.headroom.is_some());
        let mut of: Vec<_> = known.collect();
        of.sort_by_key(|row| row.headroom);
        rows.extend(of.into_iter().take(OF_EACH));
    }
    rows
}

/// The same of networks.
fn networks(report: &Report<'_>) -> Vec<Vec<Phrase>> {
    let mut rows = Vec::new();
    for &kind in NetworkLimitKind::ALL {
        let mut of: Vec<_> = report.audit.network_limits().filter(|row| row.kind == kind).collect();
        of.sort_by_key(|row| row.headroom);
        rows.extend(of.into_iter().take(OF_EACH).map(|row| of_addresses(report, row)));
    }
    rows
}

fn of_nodes(report: &Report<'_>, row: &LimitRow) -> Vec<Phrase> {
    let shortfall = Shortfall::Limit(row.cluster_id.clone(), row.limit, row.node_pool.clone());
    let pool = row.node_pool.as_deref().map(|pool| format!("/{pool}")).unwrap_or_default();
    let is_short = row.headroom.is_some_and(|headroom| headroom < 0);
    vec![
        Phrase::ours(row.limit.as_str()),
        name(&format!("{}{pool} ({})", row.cluster_id.name(), report.headline.subscription(&row.cluster_id))),
        figure(row.capacity),
        at_least(row.at_least, row.nodes),
        at_least(row.at_least, row.scale_max_upgrade),
        signed(row.headroom),
        if is_short { fixes_cell(report.audit.fixes_of(&shortfall)) } else { Phrase::ours("–") },
    ]
}

fn of_addresses(report: &Report<'_>, row: &NetworkLimit) -> Vec<Phrase> {
    let is_short = row.headroom.is_some_and(|headroom| headroom < 0);
    let fix = match row.kind {
        _ if !is_short => "–",
        NetworkLimitKind::PrivateAddresses => "the next clusters in another network, or in Overlay",
        NetworkLimitKind::NetAppVolumes => "Standard network features for the volumes, where they are Basic",
    };
    vec![
        Phrase::ours(row.kind.as_str()),
        name(&report.headline.place(row.vnet_id.as_str())),
        figure(Some(row.capacity)),
        at_least(row.at_least, Some(row.used)),
        at_least(row.at_least, Some(row.scale_max_upgrade)),
        signed(row.headroom),
        Phrase::ours(fix),
    ]
}

fn at_least(is_bound: bool, count: Option<u64>) -> Phrase {
    let bound = if is_bound && count.is_some() { "≥ " } else { "" };
    phrase!("{}{}", bound, figure(count))
}

/// The pools that can grow least by themselves, and what binds them.
fn pools(page: &mut Page, report: &Report<'_>) {
    let mut bound: Vec<(&NodePoolRow, u64, Limit)> = (report.audit.node_pools())
        .filter_map(|row| Some((row, row.ahead.largest_scale_up?, row.ahead.limited_by?)))
        .collect();
    bound.sort_by_key(|(_, most, _)| *most);
    let breaches = report.audit.node_pools().filter_map(|row| Some((row, row.ahead.breach?)));
    let breaches = breaches
        .take(POOLS_SHOWN)
        .map(|(row, breach)| phrase!("{}: {}", name(&of_cluster(row)), prose(&say::breach(breach).text())));
    page.list(breaches);
    if bound.is_empty() {
        return;
    }
    page.heading(3, "Pools that can grow least");
    let rows: Vec<_> = (bound.iter().take(POOLS_SHOWN))
        .map(|(row, most, limit)| {
            vec![
                name(&of_cluster(row)),
                name(&report.headline.subscription(&row.cluster_id)),
                figure(row.nodes),
                figure(row.max_count),
                figure(Some(*most)),
                Phrase::ours(limit.as_str()),
                maybe(row.node_subnet_id.as_ref().map(Headline::resource).as_deref()),
            ]
        })
        .collect();
    let columns = "Pool | Subscription | > Nodes now | > Autoscaler maximum | > Can add at most | Bound by | Node subnet";
    report.table(page, columns, rows, (bound.len(), "node_pools.csv"));
}

fn of_cluster(row: &NodePoolRow) -> String {
    format!("{}/{}", row.cluster_id.name(), row.name)
}
