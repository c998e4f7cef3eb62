//! One CSV file a table: a header row, then its rows. UTF-8, without a byte-order mark unless one is wanted, LF, quoted as RFC 4180 says where
//! quoting is needed.

use std::{
    borrow::Cow,
    io::{self, Write},
};

use crate::{
    assess::audit::Audit,
    report::{
        Wanted,
        file::ReportFile,
        table::{Grid, Heading, Kind, Place, SHEETS, Value},
        text::percent,
        visible::visible,
    },
};

/// Every table of an audit.
pub(crate) fn files<'a>(audit: &'a Audit, wanted: Wanted<'_>) -> Vec<ReportFile<'a>> {
    let file = |sheet: &'static crate::report::table::Sheet| {
        ReportFile::new(&format!("{}.csv", sheet.name), move |out| {
            if wanted.csv_bom {
                out.write_all("\u{feff}".as_bytes())?;
            }
            write(out, &*(sheet.rows)(audit))
        })
    };
    SHEETS.iter().map(file).collect()
}

fn write(out: &mut dyn Write, table: &dyn Grid) -> io::Result<()> {
    let mut csv = csv::WriterBuilder::new().terminator(csv::Terminator::Any(b'\n')).from_writer(out);
    let all = (0..).map_while(|at| Some((at, table.heading(at)?)));
    let columns: Vec<(usize, &Heading)> =
        all.filter(|(_, heading)| heading.place != Place::Document).collect();
    csv.write_record(columns.iter().map(|(_, heading)| heading.name))?;
    for row in 0..table.height() {
        for (at, heading) in &columns {
            csv.write_field(&*cell(heading, table.value(row, *at)))?;
        }
        csv.write_record(None::<&[u8]>)?;
    }
    csv.flush()
}

/// A cell as it is written, before quoting: a number, a text that no spreadsheet runs, or nothing.
fn cell<'r>(heading: &Heading, value: Value<'r>) -> Cow<'r, str> {
    match value {
        // Nothing that has parts of its own has a column in a file.
        Value::Unknown | Value::Map(_) | Value::Row(_) | Value::Rows(_) => "".into(),
        Value::Flag(holds) => if holds { "true" } else { "false" }.into(),
        Value::Count(number) => number.to_string().into(),
        Value::Signed(number) => number.to_string().into(),
        Value::Tenths(tenths) => percent(tenths).into(),
        Value::Bounds((low, high)) if low == high => low.to_string().into(),
        // Both dots keep a spreadsheet from reading a date.
        Value::Bounds((low, high)) => format!("{low}..{high}").into(),
        Value::Length(length) => format!("/{length}").into(),
        Value::Date(date) => date.to_string().into(),
        Value::Text(text) => defused(text),
        Value::List(elements) => {
            let by = if let Kind::List(_, by) = heading.kind { by } else { ';' };
            defused(list(&elements, by).into())
        }
    }
}

/// A list in one cell. What joins its elements becomes a comma inside one, so that the list can be taken apart.
fn list(elements: &[Cow<'_, str>], by: char) -> String {
    let mut joined = String::new();
    for (at, element) in elements.iter().enumerate() {
        if at > 0 {
            joined.push(by);
        }
        joined.extend(element.chars().map(|c| if c == by { ',' } else { c }));
    }
    joined
}

/// A text that neither runs as a formula nor breaks its row, and hides nothing.
///
/// A spreadsheet runs a cell that begins with one of `= + - @`, their full-width forms, a tab or a carriage return,
/// blanks before it notwithstanding; a leading quote makes it a text.
fn defused(text: Cow<'_, str>) -> Cow<'_, str> {
    let first = text.trim_start_matches(' ').chars().next();
    let runs = first.is_some_and(|c| "=+-@\t\r＝＋－＠".contains(c));
    if runs { format!("'{}", visible(&text)).into() } else { shown(text) }
}

/// The text with what hides made visible, without a copy where nothing does.
fn shown(text: Cow<'_, str>) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => visible(text),
        Cow::Owned(text) => match visible(&text) {
            Cow::Borrowed(_) => text.into(),
            Cow::Owned(shown) => shown.into(),
        },
    }
}

#[cfg(test)]
mod tests;
