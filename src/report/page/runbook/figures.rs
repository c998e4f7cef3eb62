//! Figures behind a runbook: addresses before, during and after, and how long a re-image may take.

use super::head::hours;
use crate::{
    assess::runbook::Runbook,
    ipam::pod_cidr_nodes,
    report::{
        page::block::Page,
        phrase::{Phrase, name, phrase},
    },
};

/// Most rows of a table; the tables of the report have all.
const MOST: usize = 12;

/// Addresses before, during and after.
pub(super) fn addresses(page: &mut Page, runbook: &Runbook<'_>) {
    if runbook.subnets.is_empty() {
        return;
    }
    page.heading(2, "Addresses");
    let moves = !runbook.operations.is_empty();
    let rows = runbook.subnets.iter().take(MOST).map(|subnet| {
        let mut row = vec![name(subnet.subnet_id.name()), count(subnet.usable), signed(subnet.free_before)];
        if moves {
            row.extend([
                count(subnet.surge),
                signed(subnet.free_during),
                count(subnet.freed),
                signed(subnet.free_after),
            ]);
        }
        row
    });
    let columns = if moves {
        "Subnet | > Usable | > Free before | > Nodes to come take | > Free during | > Freed | > Free after"
    } else {
        "Subnet | > Usable | > Free now"
    };
    page.table(columns, rows.collect());
    more(page, runbook.subnets.len());
    let grows = runbook.current_pod_cidr.zip(runbook.new_pod_cidr).filter(|_| !moves);
    if let Some((current, new)) = grows.filter(|(current, new)| new.contains(*current)) {
        page.paragraph(format!(
            "The pod CIDR grows from `{current}` to `{new}`: room for {} nodes instead of {}, a /24 each, and no pod has to move.",
            pod_cidr_nodes(new).unwrap_or(0),
            pod_cidr_nodes(current).unwrap_or(0)
        ));
    }
}

fn more(page: &mut Page, rows: usize) {
    if rows > MOST {
        page.paragraph(phrase!("And {} more, in the tables of the report.", rows - MOST));
    }
}

fn signed(number: Option<i64>) -> Phrase {
    Phrase::ours(number.map_or_else(|| "unknown".to_owned(), |n| n.to_string()))
}

fn count(number: Option<u64>) -> Phrase {
    signed(number.map(|n| i64::try_from(n).unwrap_or(i64::MAX)))
}

/// How long a re-image may take, pool by pool.
pub(super) fn how_long(page: &mut Page, runbook: &Runbook<'_>) {
    let Some(duration) = runbook.duration.filter(|_| !runbook.operations.is_empty()) else { return };
    page.heading(2, "How long it may take");
    let number = |n: u64| Phrase::ours(n.to_string());
    let row = |pool: &crate::assess::migration::PoolWork| {
        vec![
            name(&pool.pool),
            number(pool.nodes),
            number(pool.at_once),
            number(pool.rounds()),
            number(pool.drain_timeout_minutes),
            number(pool.soak_minutes),
        ]
    };
    let rows = duration.pools.iter().take(MOST).map(row).collect();
    page.table("Pool | > Nodes | > At once | > Rounds | > Drain limit, min | > Soak, min", rows);
    more(page, duration.pools.len());
    page.paragraph(format!(
        "{} to {}: all pools go at the same time, so the slowest decides. A round takes {} to {} minutes beside its drain, by this \
         project's assumption: Azure states no time.",
        hours(duration.low_minutes),
        hours(duration.high_minutes),
        duration.assumptions.node_minutes_low,
        duration.assumptions.node_minutes_high,
    ));
}
