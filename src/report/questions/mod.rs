//! Answers about address space, as tables for people and as JSON for machines. It computes nothing: every figure is the
//! answer's own, with its arithmetic.

mod free;
mod size;
mod subnet;
mod what_if;

use std::io;

use serde_json::{Value, json};

pub use self::{free::free, size::size, subnet::subnet, what_if::what_if};
use super::format::terminal::Screen;
use crate::{
    assess::questions::Note,
    report::{say, say::Input},
};

/// An answer in both forms.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// For people.
    pub text: String,
    /// For machines.
    pub json: Value,
}

impl Answer {
    /// The JSON, for standard output.
    ///
    /// # Errors
    /// Only when writing to memory fails.
    pub fn json_text(&self) -> io::Result<String> {
        Ok(format!("{}\n", serde_json::to_string_pretty(&self.json)?))
    }
}

/// The arithmetic of an answer.
fn arithmetic(screen: &mut Screen, steps: &[Input]) {
    let rows = steps.iter().map(|step| {
        let rule = step.rule.map_or_else(String::new, |rule| format!("({rule})"));
        vec![step.what.text(), step.value.text(), rule]
    });
    screen.section("Arithmetic", &[], rows);
}

fn steps(steps: &[Input]) -> Value {
    let one =
        |step: &Input| json!({ "what": step.what.text(), "value": step.value.text(), "rule": step.rule });
    steps.iter().map(one).collect()
}

fn notes(screen: &mut Screen, notes: &[Note]) {
    for note in notes {
        screen.paragraph(&format!("note: {}", say::note(note).text()));
    }
}

fn notes_json(notes: &[Note]) -> Value {
    notes.iter().map(|note| say::note(note).text()).collect()
}

fn verdict(screen: &mut Screen, fits: bool) {
    screen.paragraph(if fits { "It fits." } else { "It does not fit." });
}

fn prefix(length: Option<u8>) -> String {
    length.map_or_else(|| "none".to_owned(), |length| format!("/{length}"))
}

fn yes(is: bool) -> &'static str {
    if is { "yes" } else { "no" }
}

fn optional<T: ToString>(value: Option<T>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}
