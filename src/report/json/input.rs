//! What numbers were made of, as JSON.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::Serialize;

use crate::assess::audit::Input;

/// A number with what it was made of.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Input")]
pub(super) struct InputShape<'a> {
    what: Cow<'a, str>,
    value: Cow<'a, str>,
    /// The rule it follows.
    rule: Option<&'static str>,
}

impl<'a> From<&'a Input> for InputShape<'a> {
    fn from(row: &'a Input) -> Self {
        Self { what: (&*row.what).into(), value: (&*row.value).into(), rule: row.rule }
    }
}

impl From<Input> for InputShape<'_> {
    fn from(row: Input) -> Self {
        Self { what: row.what.into(), value: row.value.into(), rule: row.rule }
    }
}

/// Those that stand in a row.
pub(super) fn inputs(rows: &[Input]) -> Vec<InputShape<'_>> {
    rows.iter().map(InputShape::from).collect()
}

/// Those that were told for the asking.
pub(super) fn told(rows: Vec<Input>) -> Vec<InputShape<'static>> {
    rows.into_iter().map(InputShape::from).collect()
}
