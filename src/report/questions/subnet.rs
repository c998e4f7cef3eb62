//! The smallest subnet for a cluster or a pool.

use serde_json::{Value, json};

use super::{
    Answer, Screen, arithmetic, notes, notes_json, optional,
    size::{needs_json, needs_table},
    steps, verdict,
};
use crate::{assess::questions::SubnetAnswer, report::say};

/// The answer of `plan subnet`.
#[must_use]
pub fn subnet(answer: &SubnetAnswer) -> Answer {
    let all: Vec<_> = answer.needs.iter().flat_map(|need| &need.steps).map(say::step).collect();
    let pool = answer.node_pool.as_deref().map_or_else(String::new, |pool| format!("/{pool}"));
    let subject = format!("{}{pool}", answer.cluster_id.name());
    let mut screen = Screen::default();
    screen.line(&format!("{subject} at its most, while it surges"));
    needs_table(&mut screen, &answer.needs);
    let network = answer.vnet_id.as_ref().map_or("its network", |id| id.name());
    let rows = answer.places.iter().map(|place| {
        let none = || "none".to_owned();
        vec![
            place.space.as_str().to_owned(),
            format!("/{}", place.length),
            place.block.map_or_else(none, |block| block.to_string()),
            optional(place.growth),
        ]
    });
    let title = format!("Where it fits in {network}");
    screen.section(&title, &["for", "size", "first clear block", "or grow the network by"], rows);
    let rows = answer.existing.iter().map(|existing| {
        let whose = if existing.own { "its own" } else { "empty" };
        let id = existing.subnet_id.name().to_owned();
        vec![existing.space.as_str().to_owned(), id, whose.to_owned(), existing.left.to_string()]
    });
    let header = ["for", "subnet", "", "left then"];
    screen.section("Subnets that have room already", &header, rows);
    arithmetic(&mut screen, &all);
    notes(&mut screen, &answer.notes);
    let obstacle = answer.obstacle.as_ref().map(|obstacle| say::obstacle(obstacle).text());
    if let Some(obstacle) = &obstacle {
        screen.paragraph(&format!("not possible: {obstacle}"));
    }
    verdict(&mut screen, answer.fits());
    let place = |place: &crate::assess::questions::Place| {
        json!({
            "for": place.space.as_str(),
            "prefix_length": place.length,
            "block": place.block.map(|block| block.to_string()),
            "growth": place.growth.map(|block| block.to_string()),
        })
    };
    let json = json!({
        "question": "subnet",
        "fits": answer.fits(),
        "cluster_id": answer.cluster_id.as_str(),
        "node_pool": answer.node_pool,
        "vnet_id": answer.vnet_id.as_ref().map(crate::inventory::ResourceId::as_str),
        "needs": needs_json(&answer.needs),
        "places": answer.places.iter().map(place).collect::<Value>(),
        "existing": answer.existing.iter().map(existing_json).collect::<Value>(),
        "obstacle": obstacle,
        "arithmetic": steps(&all),
        "notes": notes_json(&answer.notes),
    });
    Answer { text: screen.into_string(), json }
}

fn existing_json(existing: &crate::assess::questions::Existing) -> Value {
    json!({
        "for": existing.space.as_str(),
        "subnet_id": existing.subnet_id.as_str(),
        "own": existing.own,
        "left": existing.left,
    })
}
