//! What changes would do, before and after.

use serde_json::{Value, json};

use super::{Answer, Screen, arithmetic, notes, notes_json, optional, steps, verdict};
use crate::{
    assess::{
        audit::SubnetRow,
        outlook::{ByScenario, Limit, LimitRow},
        questions::{LimitChange, SubnetChange, WhatIf},
    },
    report::{
        phrase::{Phrase, phrase},
        say,
        say::Input,
    },
};

/// The answer of `plan what-if`.
#[must_use]
pub fn what_if(answer: &WhatIf) -> Answer {
    let mut screen = Screen::default();
    let changes: Vec<String> = answer.changes.iter().map(|one| say::applied(one).text()).collect();
    screen.section("Changes", &[], changes.iter().map(|words| vec![words.clone()]));
    if answer.changes.is_empty() {
        screen.line("The file changes nothing.");
    }
    let header = [
        "subnet",
        "usable",
        "used",
        "upgrade",
        "upgrade all",
        "scale max",
        "scale max upgrade",
        "status",
        "fits",
    ];
    let subnets = answer.subnets.iter().map(subnet_row);
    screen.section("Subnets touched: addresses before → after", &header, subnets);
    let header = ["limit", "of", "allows", "nodes", "scale max upgrade", "fits"];
    screen.section(
        "Limits touched: nodes before → after",
        &header,
        answer.limits.iter().filter(|limit| is_shown(limit)).map(limit_row),
    );
    let conflicts = answer.conflicts.iter().map(|conflict| {
        let ends = [
            conflict.cidr_a.to_string(),
            conflict.owner_a.name().to_owned(),
            conflict.cidr_b.to_string(),
            conflict.owner_b.name().to_owned(),
        ];
        [conflict.severity.as_str().to_owned()]
            .into_iter()
            .chain(ends)
            .chain([say::conflict(conflict).text()])
            .collect()
    });
    screen.section("Ranges that would collide", &["severity", "range", "of", "with", "of", "why"], conflicts);
    let refusals = answer
        .refusals
        .iter()
        .filter_map(|row| Some(vec![row.cluster_id.name().to_owned(), say::refusal(&row.refusal()?).text()]));
    screen.section("What AKS would refuse, by our reading of its rule", &[], refusals);
    let all = arithmetic_of(answer);
    arithmetic(&mut screen, &all);
    notes(&mut screen, &answer.notes);
    verdict(&mut screen, answer.fits());
    Answer { text: screen.into_string(), json: document(answer, &changes, &all) }
}

/// What each figure after the change was made of.
fn arithmetic_of(answer: &WhatIf) -> Vec<Input> {
    let mut all = Vec::new();
    for after in answer.subnets.iter().filter_map(|change| change.after.as_ref()) {
        let of = Phrase::outside(short(&after.id));
        let named = |input: Input| Input { what: phrase!("{}: {}", of.clone(), input.what), ..input };
        all.extend(say::subnet_inputs(after).into_iter().map(named));
    }
    for after in answer.limits.iter().filter(|limit| is_shown(limit)).filter_map(|limit| limit.after.as_ref())
    {
        let pool = after.node_pool.as_deref().map_or_else(String::new, |pool| format!("/{pool}"));
        let of = Phrase::outside(format!("{}{pool}", after.cluster_id.name()));
        let named = |input: Input| Input { what: phrase!("{}: {}", of.clone(), input.what), ..input };
        all.extend(say::limit_inputs(after).into_iter().map(named));
    }
    all
}

fn document(answer: &WhatIf, changes: &[String], all: &[Input]) -> Value {
    json!({
        "question": "what-if",
        "fits": answer.fits(),
        "changes": changes,
        "subnets": answer.subnets.iter().map(subnet_json).collect::<Value>(),
        "limits": answer.limits.iter().map(limit_json).collect::<Value>(),
        "conflicts": answer.conflicts.iter().map(|conflict| json!({
            "kind": conflict.kind(),
            "severity": conflict.severity.as_str(),
            "cidr_a": conflict.cidr_a.to_string(),
            "owner_a": conflict.owner_a.as_str(),
            "cidr_b": conflict.cidr_b.to_string(),
            "owner_b": conflict.owner_b.as_str(),
            "detail": say::conflict(conflict).text(),
        })).collect::<Value>(),
        "refusals": answer.refusals.iter().map(|row| json!({
            "cluster_id": row.cluster_id.as_str(),
            "preallocated": row.preallocated,
            "available": row.available,
            "message": row.refusal().map(|refusal| say::refusal(&refusal).text()),
        })).collect::<Value>(),
        "arithmetic": steps(all),
        "notes": notes_json(&answer.notes),
    })
}

/// Limits that people are shown: pod CIDRs, route tables, and whatever does not fit. The JSON has all.
fn is_shown(change: &LimitChange) -> bool {
    let limit = change.limit();
    limit == Limit::PodCidr.as_str() || limit == Limit::RouteTable.as_str() || change.fits() == Some(false)
}

/// `network/subnet`.
fn short(id: &crate::inventory::ResourceId) -> String {
    let network = id.parent();
    network.map_or_else(|| id.name().to_owned(), |network| format!("{}/{}", network.name(), id.name()))
}

fn fits(is: Option<bool>) -> String {
    is.map_or("unknown", super::yes).to_owned()
}

/// One figure before and after; once where it is the same.
fn both<T: ToString>(before: Option<T>, after: Option<T>) -> String {
    let (before, after) = (before.map(|v| v.to_string()), after.map(|v| v.to_string()));
    let shown = |value: Option<String>| value.unwrap_or_else(|| "-".to_owned());
    if before == after { shown(after) } else { format!("{} → {}", shown(before), shown(after)) }
}

fn subnet_row(change: &SubnetChange) -> Vec<String> {
    let (before, after) = (change.before.as_ref(), change.after.as_ref());
    let figure = |get: &dyn Fn(&SubnetRow) -> Option<u64>| both(before.and_then(get), after.and_then(get));
    let status = |row: &SubnetRow| row.status.as_str();
    vec![
        short(&change.id),
        figure(&|row| row.usable),
        figure(&|row| row.used),
        figure(&|row| row.ahead.projected.upgrade),
        figure(&|row| row.ahead.projected.upgrade_all),
        figure(&|row| row.ahead.projected.scale_max),
        figure(&|row| row.ahead.projected.scale_max_upgrade),
        both(before.map(status), after.map(status)),
        fits(change.fits()),
    ]
}

fn subnet_json(change: &SubnetChange) -> Value {
    json!({
        "subnet_id": change.id.as_str(),
        "fits": change.fits(),
        "before": change.before.as_ref().map(figures_json),
        "after": change.after.as_ref().map(figures_json),
    })
}

fn figures_json(row: &SubnetRow) -> Value {
    json!({
        "usable": row.usable,
        "used": row.used,
        "used_low": row.used_low,
        "projected": scenarios(&row.ahead.projected),
        "headroom": scenarios(&ByScenario::from_fn(|scenario| row.headroom(scenario))),
        "other_growth": row.ahead.other_growth,
        "status": row.status.as_str(),
        "reasons": row.reasons.iter().map(|why| say::reason(why).text()).collect::<Value>(),
    })
}

fn scenarios<T: Copy + Into<Value>>(figures: &ByScenario<T>) -> Value {
    json!({
        "upgrade": figures.upgrade.map(Into::into),
        "upgrade_all": figures.upgrade_all.map(Into::into),
        "scale_max": figures.scale_max.map(Into::into),
        "scale_max_upgrade": figures.scale_max_upgrade.map(Into::into),
    })
}

fn limit_row(change: &LimitChange) -> Vec<String> {
    let (before, after) = (change.before.as_ref(), change.after.as_ref());
    let figure = |get: &dyn Fn(&LimitRow) -> Option<u64>| both(before.and_then(get), after.and_then(get));
    let cluster = optional(change.cluster_id().map(crate::inventory::ResourceId::name));
    let pool = change.node_pool().map_or_else(String::new, |pool| format!("/{pool}"));
    vec![
        change.limit().to_owned(),
        format!("{cluster}{pool}"),
        figure(&|row| row.capacity),
        figure(&|row| row.nodes),
        figure(&|row| row.scale_max_upgrade),
        fits(change.fits()),
    ]
}

fn limit_json(change: &LimitChange) -> Value {
    let row = |row: &LimitRow| {
        json!({
            "capacity": row.capacity,
            "nodes": row.nodes,
            "scale_max_upgrade": row.scale_max_upgrade,
            "headroom": row.headroom,
        })
    };
    json!({
        "limit": change.limit(),
        "cluster_id": change.cluster_id().map(crate::inventory::ResourceId::as_str),
        "node_pool": change.node_pool(),
        "fits": change.fits(),
        "before": change.before.as_ref().map(row),
        "after": change.after.as_ref().map(row),
    })
}
