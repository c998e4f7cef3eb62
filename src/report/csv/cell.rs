//! What stands in a cell: a number, a text that no spreadsheet runs, or nothing.

use std::{borrow::Cow, fmt::Display};

use crate::report::text::visible;

/// A cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Cell<'r> {
    /// Unknown, or not there.
    Empty,
    /// A number, which stays one, whatever its sign.
    Number(String),
    /// A text.
    Text(Cow<'r, str>),
}

impl Cell<'_> {
    /// The cell as it is written, before quoting.
    pub(super) fn written(&self) -> Cow<'_, str> {
        match self {
            Self::Empty => Cow::Borrowed(""),
            Self::Number(digits) => Cow::Borrowed(digits),
            Self::Text(text) => defused(text),
        }
    }
}

/// A text.
pub(super) fn text<'r>(text: impl Into<Cow<'r, str>>) -> Cell<'r> {
    Cell::Text(text.into())
}

/// A text that may be unknown.
pub(super) fn maybe_text<'r>(text: Option<impl Into<Cow<'r, str>>>) -> Cell<'r> {
    text.map_or(Cell::Empty, |text| Cell::Text(text.into()))
}

/// A number.
pub(super) fn number(number: impl Display) -> Cell<'static> {
    Cell::Number(number.to_string())
}

/// A number that may be unknown.
pub(super) fn maybe(number: Option<impl Display>) -> Cell<'static> {
    number.map_or(Cell::Empty, |number| Cell::Number(number.to_string()))
}

/// A list, joined with `;`. A `;` inside an element becomes a comma, so that the list can be taken apart.
pub(super) fn list<T: AsRef<str>>(elements: impl IntoIterator<Item = T>) -> Cell<'static> {
    let mut joined = String::new();
    for (at, element) in elements.into_iter().enumerate() {
        joined.push_str(if at == 0 { "" } else { ";" });
        joined.extend(
            element
                .as_ref()
                .split(';')
                .enumerate()
                .flat_map(|(at, part)| [if at == 0 { "" } else { "," }, part]),
        );
    }
    Cell::Text(joined.into())
}

/// A text that neither runs as a formula nor breaks its row, and hides nothing.
///
/// A spreadsheet runs a cell that begins with one of `= + - @`, their full-width forms, a tab or a carriage return,
/// blanks before it notwithstanding; a leading quote makes it a text.
fn defused(text: &str) -> Cow<'_, str> {
    let first = text.trim_start_matches(' ').chars().next();
    let runs = first.is_some_and(|c| "=+-@\t\r＝＋－＠".contains(c));
    let shown = visible(text);
    if runs { format!("'{shown}").into() } else { shown }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_become_texts_and_numbers_stay_numbers() {
        let cases = [
            (text("=cmd|' /C calc'!A0"), "'=cmd|' /C calc'!A0"),
            (text("+1"), "'+1"),
            (text("-5"), "'-5"),
            (text("@SUM(A1)"), "'@SUM(A1)"),
            (text("\t=1"), "'\\t=1"),
            (text("\r=1"), "'\\r=1"),
            (text("  =1"), "'  =1"),
            (text("＝1"), "'＝1"),
            (text("a=1"), "a=1"),
            (text("two\nlines"), "two\\nlines"),
            (text("x\u{202e}y"), "x\\u{202e}y"),
            (number(-5), "-5"),
            (maybe(None::<u64>), ""),
            (maybe(Some(0)), "0"),
            (maybe_text(None::<&str>), ""),
            (list(["a", "b;c"]), "a;b,c"),
            (list(["=1", "b"]), "'=1;b"),
            (list(Vec::<String>::new()), ""),
            (list(["", ";", ""]), ";,;"),
        ];
        for (cell, written) in cases {
            assert_eq!(cell.written(), written, "{cell:?}");
        }
    }
}
