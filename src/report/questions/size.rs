//! Sizes for a cluster that does not exist yet.

use serde_json::{Value, json};

use super::{Answer, Screen, arithmetic, optional, prefix, steps, verdict, yes};
use crate::{
    assess::questions::{LimitCheck, MostNodes, Need, SizeAnswer, SizePool},
    report::say,
};

/// The answer of `plan size`.
#[must_use]
pub fn size(answer: &SizeAnswer) -> Answer {
    let all = answer.needs.iter().flat_map(|need| &need.steps).chain(&answer.steps);
    let all: Vec<_> = all.map(say::step).collect();
    let mut screen = Screen::default();
    let pools = answer.pools.iter().map(pool_row);
    screen.section(&format!("Pools ({})", answer.mode), &["pool", "nodes", "surge", "pods a node"], pools);
    needs_table(&mut screen, &answer.needs);
    let most = answer.most.iter().map(most_row);
    let header = ["for", "block", "nodes", "nodes that can also surge", "pods"];
    screen.section("What the given blocks hold", &header, most);
    screen.section(
        "Limits",
        &["limit", "pool", "allows", "wanted with surge", "fits"],
        answer.limits.iter().map(limit_row),
    );
    arithmetic(&mut screen, &all);
    verdict(&mut screen, answer.fits());
    let json = json!({
        "question": "size",
        "fits": answer.fits(),
        "ipam_mode": answer.mode.as_str(),
        "node_pools": answer.pools.iter().map(pool_json).collect::<Value>(),
        "needs": needs_json(&answer.needs),
        "most_nodes": answer.most.iter().map(most_json).collect::<Value>(),
        "limits": answer.limits.iter().map(limit_json).collect::<Value>(),
        "arithmetic": steps(&all),
    });
    Answer { text: screen.into_string(), json }
}

/// What is needed, as a table.
pub(super) fn needs_table(screen: &mut Screen, needs: &[Need]) {
    let rows = needs.iter().map(|need| {
        let given = need.given.as_ref();
        vec![
            need.space.as_str().to_owned(),
            say::so_much(need.space, need.need).text(),
            prefix(need.smallest),
            optional(need.smallest.map(|length| need.space.offers(length))),
            optional(given.map(|given| given.block)),
            optional(given.map(|given| given.offers)),
            yes(need.fits()).to_owned(),
        ]
    });
    let header = ["for", "need", "smallest", "offers", "given", "offers", "fits"];
    screen.section("What it needs", &header, rows);
}

/// What is needed, for machines.
pub(super) fn needs_json(needs: &[Need]) -> Value {
    needs
        .iter()
        .map(|need| {
            json!({
                "for": need.space.as_str(),
                "need": need.need,
                "unit": need.space.unit(),
                "smallest_prefix_length": need.smallest,
                "smallest_offers": need.smallest.map(|length| need.space.offers(length)),
                "given": need.given.as_ref().map(|given| given.block.to_string()),
                "given_offers": need.given.as_ref().map(|given| given.offers),
                "fits": need.fits(),
            })
        })
        .collect()
}

fn assumed(value: Option<impl ToString>, is_assumed: bool) -> String {
    let text = optional(value);
    if is_assumed && !text.is_empty() { format!("{text} (assumed)") } else { text }
}

fn pool_row(pool: &SizePool) -> Vec<String> {
    vec![
        pool.name.clone(),
        pool.nodes.map_or_else(|| "as many as fit".to_owned(), |nodes| nodes.to_string()),
        assumed(pool.surge_nodes, pool.max_surge_assumed),
        assumed(pool.max_pods, pool.max_pods_assumed),
    ]
}

fn pool_json(pool: &SizePool) -> Value {
    json!({
        "name": pool.name,
        "nodes": pool.nodes,
        "surge_nodes": pool.surge_nodes,
        "max_surge_assumed": pool.max_surge_assumed,
        "max_pods": pool.max_pods,
        "max_pods_assumed": pool.max_pods_assumed,
    })
}

fn most_row(most: &MostNodes) -> Vec<String> {
    vec![
        most.space.as_str().to_owned(),
        most.block.to_string(),
        most.nodes.to_string(),
        most.nodes_with_surge.to_string(),
        optional(most.pods),
    ]
}

fn most_json(most: &MostNodes) -> Value {
    json!({
        "for": most.space.as_str(),
        "block": most.block.to_string(),
        "nodes": most.nodes,
        "nodes_with_surge": most.nodes_with_surge,
        "pods": most.pods,
    })
}

fn limit_row(limit: &LimitCheck) -> Vec<String> {
    vec![
        limit.limit.as_str().to_owned(),
        limit.pool.clone().unwrap_or_default(),
        format!("{} {}", limit.capacity, limit.unit()),
        limit.nodes.to_string(),
        yes(limit.nodes <= limit.capacity).to_owned(),
    ]
}

fn limit_json(limit: &LimitCheck) -> Value {
    json!({
        "limit": limit.limit.as_str(),
        "node_pool": limit.pool,
        "capacity": limit.capacity,
        "nodes_with_surge": if limit.unit() == "nodes" { Some(limit.nodes) } else { None },
        "wanted": limit.nodes,
        "unit": limit.unit(),
        "fits": limit.nodes <= limit.capacity,
    })
}
