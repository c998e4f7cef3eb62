//! What is free in a network.

use serde_json::{Value, json};

use super::{Answer, Screen, arithmetic, notes, notes_json, optional, steps, verdict};
use crate::{
    assess::questions::{Free, FreeBlock, Taken},
    report::say,
};

/// Rows of growth that a person is shown; the JSON has all.
const SHOWN: usize = 8;

/// The answer of `plan free`.
#[must_use]
pub fn free(answer: &Free) -> Answer {
    let mut screen = Screen::default();
    let space: Vec<String> = answer.address_space.iter().map(ToString::to_string).collect();
    let title = format!("Free blocks of {} ({})", answer.vnet_id.name(), space.join(", "));
    let size = answer.size.map(|size| format!("/{size} blocks"));
    let header: Vec<&str> =
        ["block", "usable"].into_iter().chain(size.as_deref()).chain(["not clear of"]).collect();
    screen.section(&title, &header, answer.blocks.iter().map(block_row));
    if answer.blocks.is_empty() {
        screen.line(&title);
        screen.line("none: subnets take all of it");
    }
    let room = |block: &&crate::ipam::Cidr| answer.size.is_none_or(|size| block.length() <= size);
    let growth: Vec<_> = answer.growth.iter().filter(room).collect();
    let left = growth.len().saturating_sub(SHOWN);
    let more = if left > 0 { format!(" (the first {SHOWN} of {})", growth.len()) } else { String::new() };
    let rows = growth.iter().take(SHOWN).map(|block| vec![block.to_string(), block.size().to_string()]);
    let title = format!("Private space for growth that overlaps nothing around{more}");
    screen.section(&title, &["block", "addresses"], rows);
    screen.section("Around it", &["range", "what", "whose"], around_rows(&answer.around));
    let all: Vec<_> = answer.steps.iter().map(say::step).collect();
    arithmetic(&mut screen, &all);
    notes(&mut screen, &answer.notes);
    if let Some(size) = answer.size {
        let line = match (answer.first, answer.first_growth) {
            (Some(block), _) => format!("The first clear /{size} is {block}."),
            (None, Some(block)) => format!(
                "No clear /{size} is left; the network could grow by {block}. A cluster in it must be updated before a \
                 subnet there is used (K-22)."
            ),
            (None, None) => format!("No clear /{size} is left, in the network or beside it."),
        };
        screen.paragraph(&line);
    }
    verdict(&mut screen, answer.fits());
    Answer { text: screen.into_string(), json: document(answer, &all) }
}

fn document(answer: &Free, all: &[say::Input]) -> Value {
    let texts = |blocks: &[crate::ipam::Cidr]| blocks.iter().map(ToString::to_string).collect::<Value>();
    json!({
        "question": "free",
        "fits": answer.fits(),
        "vnet_id": answer.vnet_id.as_str(),
        "address_space": texts(&answer.address_space),
        "prefix_length": answer.size,
        "first": answer.first.map(|block| block.to_string()),
        "free_blocks": answer.blocks.iter().map(block_json).collect::<Value>(),
        "growth_first": answer.first_growth.map(|block| block.to_string()),
        "growth": texts(&answer.growth),
        "around": answer.around.iter().map(taken_json).collect::<Value>(),
        "arithmetic": steps(all),
        "notes": notes_json(&answer.notes),
    })
}

fn block_row(block: &FreeBlock) -> Vec<String> {
    let overlaps: Vec<String> =
        block.overlaps.iter().map(|taken| format!("{} ({})", taken.cidr, taken.why.as_str())).collect();
    let cells = [Some(block.block.to_string()), Some(block.usable.to_string())];
    let cells = cells.into_iter().chain([block.holds.map(|holds| optional(Some(holds)))]);
    cells.flatten().chain([overlaps.join("; ")]).collect()
}

fn block_json(block: &FreeBlock) -> Value {
    json!({
        "block": block.block.to_string(),
        "usable": block.usable,
        "blocks_of_that_length": block.holds,
        "not_clear_of": block.overlaps.iter().map(taken_json).collect::<Value>(),
    })
}

fn taken_json(taken: &Taken) -> Value {
    json!({ "range": taken.cidr.to_string(), "what": taken.why.as_str(), "whose": taken.owner.as_str() })
}

/// What is around, one row a range and reason.
fn around_rows(around: &[Taken]) -> Vec<Vec<String>> {
    let same = |a: &Taken, b: &Taken| (a.cidr, a.why) == (b.cidr, b.why);
    let rows = around.chunk_by(same).filter_map(|taken| {
        let first = taken.first()?;
        let whose = match taken {
            [one] => one.owner.name().to_owned(),
            several => format!("{} of them", several.len()),
        };
        Some(vec![first.cidr.to_string(), first.why.as_str().to_owned(), whose])
    });
    rows.collect()
}
