//! What stands in a cell: a number, a text that no spreadsheet runs, or nothing.

use std::fmt::Display;

use crate::report::text::visible;

/// A cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Cell {
    /// Unknown, or not there.
    Empty,
    /// A number, which stays one, whatever its sign.
    Number(String),
    /// A text.
    Text(String),
}

impl Cell {
    /// The cell as it is written, before quoting.
    pub(super) fn into_string(self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Number(digits) => digits,
            Self::Text(text) => defused(&text),
        }
    }
}

/// A text.
pub(super) fn text(text: impl AsRef<str>) -> Cell {
    Cell::Text(text.as_ref().to_owned())
}

/// A text that may be unknown.
pub(super) fn maybe_text(text: Option<&(impl AsRef<str> + ?Sized)>) -> Cell {
    text.map_or(Cell::Empty, |text| Cell::Text(text.as_ref().to_owned()))
}

/// A number.
pub(super) fn number(number: impl Display) -> Cell {
    Cell::Number(number.to_string())
}

/// A number that may be unknown.
pub(super) fn maybe(number: Option<impl Display>) -> Cell {
    number.map_or(Cell::Empty, |number| Cell::Number(number.to_string()))
}

/// A list, joined with `;`. A `;` inside an element becomes a comma, so that the list can be taken apart.
pub(super) fn list<T: AsRef<str>>(elements: impl IntoIterator<Item = T>) -> Cell {
    let elements: Vec<_> = elements.into_iter().map(|e| e.as_ref().replace(';', ",")).collect();
    Cell::Text(elements.join(";"))
}

/// A text that neither runs as a formula nor breaks its row, and hides nothing.
///
/// A spreadsheet runs a cell that begins with one of `= + - @`, their full-width forms, a tab or a carriage return,
/// blanks before it notwithstanding; a leading quote makes it a text.
fn defused(text: &str) -> String {
    let first = text.trim_start_matches(' ').chars().next();
    let runs = first.is_some_and(|c| "=+-@\t\r＝＋－＠".contains(c));
    let quote = if runs { "'" } else { "" };
    format!("{quote}{}", visible(text))
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
        ];
        for (cell, written) in cases {
            assert_eq!(cell.clone().into_string(), written, "{cell:?}");
        }
    }
}
