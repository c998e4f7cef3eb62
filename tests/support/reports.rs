//! Reports without what may differ between two runs of the same estate.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// The time that stands for every time of collection.
const COLLECTED: &str = "2026-11-21T03:00:00Z";
/// What the contract takes out of its promise, as audit.json and coverage.csv name it, and what stands for it.
const BLANKED: [(&str, &str); 2] = [("attempts", "0"), ("request_id", "")];

/// The files of a run by name, with collection time, attempts and request ids blanked.
pub(crate) fn settled(folder: &Path) -> BTreeMap<PathBuf, String> {
    let mut files = BTreeMap::new();
    read_all(folder, Path::new(""), &mut files);
    let audit = files.get(Path::new("audit.json")).expect("audit.json says when the estate was read");
    let audit: serde_json::Value = serde_json::from_str(audit).unwrap();
    let collected = audit["header"]["collected_at"].as_str().unwrap().to_owned();
    for (name, text) in &mut files {
        *text = text.replace(&collected, COLLECTED);
        match name.to_str().unwrap() {
            "audit.json" => *text = without_fields(text),
            "coverage.csv" => *text = without_columns(text),
            "migration.ics" => *text = without_stamps(text),
            _ => {}
        }
    }
    files
}

fn read_all(folder: &Path, below: &Path, files: &mut BTreeMap<PathBuf, String>) {
    for entry in fs::read_dir(folder.join(below)).unwrap() {
        let path = entry.unwrap().path();
        let name = below.join(path.file_name().unwrap());
        if path.is_dir() {
            read_all(folder, &name, files);
        } else {
            files.insert(name, fs::read_to_string(&path).unwrap());
        }
    }
}

/// A calendar says of each event when its facts were collected.
fn without_stamps(calendar: &str) -> String {
    let line = |line: &str| match line.strip_prefix("DTSTAMP:") {
        Some(_) => "DTSTAMP:20261121T030000Z\r\n".to_owned(),
        None => format!("{line}\r\n"),
    };
    calendar.lines().map(line).collect()
}

/// In a row, which is a line; inside a text quotes are escaped, so no text can look like a field.
fn without_fields(json: &str) -> String {
    let line = |line: &str| {
        let mut line = line.to_owned();
        for (name, blank) in BLANKED {
            let field = format!(",\"{name}\":");
            let Some((before, rest)) = line.split_once(&field) else { continue };
            let after = &rest[rest.find([',', '}']).unwrap()..];
            let blank = if blank.is_empty() { "null" } else { blank };
            line = format!("{before}{field}{blank}{after}");
        }
        line + "\n"
    };
    json.lines().map(line).collect()
}

fn without_columns(text: &str) -> String {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().unwrap().clone();
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(&header).unwrap();
    for record in reader.records() {
        let record = record.unwrap();
        let blank = |name| BLANKED.iter().find(|(blanked, _)| *blanked == name).map(|(_, blank)| *blank);
        writer
            .write_record(header.iter().zip(&record).map(|(name, cell)| blank(name).unwrap_or(cell)))
            .unwrap();
    }
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

/// The first difference between two runs, for a message that can be read.
pub(crate) fn first_difference(
    a: &BTreeMap<PathBuf, String>,
    b: &BTreeMap<PathBuf, String>,
) -> Option<String> {
    if !a.keys().eq(b.keys()) {
        return Some(format!("different files: {:?} and {:?}", a.keys(), b.keys()));
    }
    a.iter().zip(b.values()).find_map(|((name, left), right)| {
        let at = left.lines().zip(right.lines()).position(|(left, right)| left != right);
        let at = at.or_else(|| (left != right).then(|| left.lines().count().min(right.lines().count())))?;
        let line = |text: &str| text.lines().nth(at).unwrap_or("(end)").to_owned();
        Some(format!("{} line {}:\n{}\n{}", name.display(), at + 1, line(left), line(right)))
    })
}
