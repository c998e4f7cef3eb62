//! What numbers were made of, as JSON.

use schemars::JsonSchema;
use serde::Serialize;

use crate::assess::audit::Input;

/// A number with what it was made of.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Input")]
pub(super) struct InputShape {
    what: String,
    value: String,
    /// The rule it follows.
    rule: Option<&'static str>,
}

impl From<&Input> for InputShape {
    fn from(row: &Input) -> Self {
        Self { what: row.what.clone(), value: row.value.clone(), rule: row.rule }
    }
}

pub(super) fn inputs(rows: &[Input]) -> Vec<InputShape> {
    rows.iter().map(InputShape::from).collect()
}
