//! The reference of columns: what every column of every table means, from their declarations.

use std::{collections::BTreeMap, fmt::Write};

use crate::report::table::{Described, Document, Heading, Kind, Place, SHEETS, described};

const INTRODUCTION: &str = "\
# Columns

What every column means, in the CSV files and in `audit.json`. This page is made from the declarations in
`src/report/table/`; `AKS_CENSUS_UPDATE=1 cargo test reference` brings it up to date.

A cell is empty, and a field of `audit.json` is `null`, where a value is unknown or there is none; it is never 0 then. A list
is joined by `;` in a cell and is a list in `audit.json`. Both share the names of columns; what says \"only\" stands in
one of them.
";

/// The page `docs/reference/columns.md`.
#[must_use]
pub fn columns() -> String {
    let mut page = INTRODUCTION.to_owned();
    let document = described::<Document>();
    let mut places = BTreeMap::new();
    let mut parts = vec![described::<Document>()];
    find(&document, "", &mut places, &mut parts);
    let place = |table: &Described| places.get(table.row).cloned().unwrap_or_default();
    for sheet in SHEETS {
        let table = (sheet.described)();
        section(&mut page, &format!("`{}.csv`", sheet.name), &place(&table), &table);
        parts.retain(|part| part.row != table.row);
    }
    page.push_str("\n# Parts of `audit.json` that have no file\n");
    for part in &parts {
        section(&mut page, part.row, &place(part), part);
    }
    page
}

/// Where each table stands in the document, and the tables by where they come first.
fn find(
    table: &Described,
    above: &str,
    places: &mut BTreeMap<&'static str, Vec<String>>,
    parts: &mut Vec<Described>,
) {
    for heading in &table.headings {
        let (of, mark) = match heading.kind {
            Kind::Row(of) => (of, ""),
            Kind::Rows(of) => (of, "[]"),
            _ => continue,
        };
        let (inner, place) = (of(), format!("{above}{}{mark}", heading.name));
        let known = places.entry(inner.row).or_default();
        if known.is_empty() {
            parts.push(of());
        }
        known.push(place.clone());
        find(&inner, &format!("{place}."), places, parts);
    }
}

/// A table: where it stands, and its columns.
fn section(page: &mut String, title: &str, places: &[String], table: &Described) {
    let places: Vec<_> = places.iter().map(|place| format!("`{place}`")).collect();
    let place = match places.as_slice() {
        [] => String::new(),
        // What numbers are made of stands beside nearly all of them.
        [first, .., _] if places.len() > 3 => format!(" In `audit.json`: {first} and the like."),
        _ => format!(" In `audit.json`: {}.", places.join(", ")),
    };
    // Writing to a string cannot fail.
    let _ = writeln!(page, "\n## {title}\n\n{}{place}\n", table.doc);
    page.push_str("| column | unit | meaning |\n| --- | --- | --- |\n");
    let has_file = table.headings.iter().any(|heading| heading.place != Place::Document);
    for heading in &table.headings {
        let only = match heading.place {
            Place::Document if has_file => " Only in `audit.json`.",
            Place::File => " Only in the CSV file.",
            _ => "",
        };
        let Heading { name, doc, unit, .. } = heading;
        let _ = writeln!(page, "| `{name}` | {unit} | {doc}{}{only} |", words(heading));
    }
}

/// The words of a column, where its sentence does not name them.
fn words(heading: &Heading) -> String {
    let (Kind::Word(words) | Kind::List(Some(words), _)) = heading.kind else { return String::new() };
    let words: Vec<_> = words().into_iter().map(|word| format!("`{word}`")).collect();
    if words.iter().all(|word| heading.doc.contains(word.as_str())) {
        return String::new();
    }
    format!(" One of {}.", words.join(", "))
}
