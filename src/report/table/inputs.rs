//! What numbers were made of, so that a reader can redo them.

use super::column::{Column, Described, Nested, Table, document_only, records};
use crate::report::say::Input;

/// The column that tables with figures have.
pub(super) const NAME: &str = "inputs";

/// What that column says.
pub(super) const DOC: &str = "What the numbers were made of, each with the rule it follows.";

/// The inputs of a row's numbers.
struct Inputs;

impl Table for Inputs {
    const ROW: &'static str = "Input";
    const DOC: &'static str = "A number with what it was made of.";
    type Of<'r> = &'r Input;

    const COLUMNS: &'static [Column<Self>] = &[
        document_only("what", "What the number is.").made(|row| row.what.text()),
        document_only("value", "The number, or the sum that makes it.").made(|row| row.value.text()),
        document_only("rule", "The rule it follows; `aks-census explain` tells it.")
            .maybe_text(|row| row.rule),
    ];
}

pub(super) fn described() -> Described {
    super::column::described::<Inputs>()
}

/// Those of a row.
pub(super) fn of<'r>(inputs: Vec<Input>) -> Nested<'r> {
    records::<Inputs, _>(inputs)
}
