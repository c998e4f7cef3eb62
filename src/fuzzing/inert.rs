//! Reports that are well formed, and in which no name does more than be read.

use std::path::Path;

use pulldown_cmark::{Event, Options, Parser, Tag};
use serde_json::Value;

use crate::{
    assess::audit::Audit,
    report::{Format, render, terminal},
};

/// Octets of a content line (RFC 5545, section 3.1).
const LINE_OCTETS: usize = 75;

/// Writes every report of an audit, and the lines for the terminal, and looks at each as its reader would.
pub(super) fn check(audit: &Audit) {
    let files = render(audit, &Format::ALL);
    let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
    for file in &files {
        let mut bytes = Vec::new();
        file.write_to(&mut bytes).expect("memory can be written");
        let text = String::from_utf8(bytes).expect("a report is UTF-8");
        let kind = file.name.rsplit('.').next().unwrap_or_default();
        name(&file.name);
        match kind {
            "csv" => table(&file.name, &text),
            "md" => page(&file.name, &text, &names),
            "ics" => calendar(&text),
            "xml" => assert!(text.ends_with("</testsuites>\n"), "{}", file.name),
            "json" => drop(serde_json::from_str::<Value>(&text).expect("a report is JSON")),
            other => panic!("{other} is a kind of report that nothing looks at"),
        }
        if kind != "json" {
            plain(&file.name, if kind == "ics" { text.replace("\r\n", "\n") } else { text }.as_str());
        }
    }
    for style in [terminal::Style::Plain, terminal::Style::Colored] {
        let summary = terminal::summary(audit, Path::new("reports/latest"), style);
        plain("the summary", &anstream::adapter::strip_str(&summary).to_string());
    }
}

/// A file's name leads nowhere.
pub(super) fn name(name: &str) {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let is_part = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_') && part.chars().all(is_plain)
    };
    assert!(name.split('/').all(is_part) && name.split('/').count() <= 3, "{name}");
}

/// Nothing but text and ends of lines: no character controls whatever shows it, hides, or turns the order of reading.
pub(super) fn plain(name: &str, text: &str) {
    let turns = |c: char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
    let acts = text.chars().find(|c| (c.is_control() && *c != '\n') || turns(*c));
    assert_eq!(acts, None, "{name}");
}

/// Rows as wide as the header, and no cell that a spreadsheet runs.
pub(super) fn table(name: &str, text: &str) {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().expect("a table has a header").clone();
    for row in reader.records() {
        let row = row.expect("rows are as wide as the header");
        for (column, cell) in header.iter().zip(&row) {
            let runs = cell.trim_start_matches(' ').starts_with(['=', '+', '-', '@', '\t', '\r']);
            assert!(!runs || cell.parse::<i64>().is_ok(), "{name}: {column} is {cell:?}");
        }
    }
}

/// Markdown without HTML, without pictures, and with links to the files of the run and to public documents only.
pub(super) fn page(name: &str, text: &str, files: &[&str]) {
    for event in Parser::new_ext(text, Options::all()) {
        match event {
            Event::Html(html) | Event::InlineHtml(html) => panic!("{name}: {html}"),
            Event::Start(Tag::Image { dest_url, .. }) => panic!("{name}: a picture of {dest_url}"),
            Event::Start(Tag::Link { dest_url, .. }) => {
                let file = dest_url.split('#').next().unwrap_or_default();
                let is_ours = file.is_empty() || files.contains(&resolved(name, file).as_str());
                assert!(
                    is_ours || PUBLIC.iter().any(|place| dest_url.starts_with(place)),
                    "{name}: {dest_url}"
                );
            }
            _ => {}
        }
    }
}

/// Where a link of a file leads inside the run's folder.
fn resolved(name: &str, link: &str) -> String {
    let mut folders: Vec<&str> = name.split('/').collect();
    folders.pop();
    for part in link.split('/') {
        if part != ".." {
            folders.push(part);
        } else if folders.pop().is_none() {
            return link.to_owned();
        }
    }
    folders.join("/")
}

/// Where the rules have their sources.
const PUBLIC: [&str; 3] =
    ["https://learn.microsoft.com/", "https://github.com/", "https://azure.microsoft.com/"];

/// A calendar of whole events: each line one that this program writes, none too long.
pub(super) fn calendar(text: &str) {
    assert!(text.lines().all(|line| line.len() <= LINE_OCTETS), "{text}");
    let unfolded = text.replace("\r\n ", "");
    let mut open = 0_i32;
    for line in unfolded.split_terminator("\r\n") {
        let property = line.split([':', ';']).next().unwrap_or_default();
        open += match line {
            "BEGIN:VEVENT" => 1,
            "END:VEVENT" => -1,
            _ => 0,
        };
        assert!((0..=1).contains(&open) && PROPERTIES.contains(&property), "{line}");
    }
}

/// What a line of the calendar may say.
const PROPERTIES: [&str; 14] = [
    "BEGIN",
    "END",
    "VERSION",
    "PRODID",
    "CALSCALE",
    "UID",
    "DTSTAMP",
    "DTSTART",
    "DTEND",
    "SUMMARY",
    "DESCRIPTION",
    "TRANSP",
    "CATEGORIES",
    "STATUS",
];
