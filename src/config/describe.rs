//! The effective settings with where each came from, for `config show`.

use std::{collections::BTreeMap, fmt::Write};

use super::{load::Loaded, settings::Settings};

/// The longest setting that others are aligned with, in bytes.
const LONGEST_ALIGNED: usize = 72;

/// Lists every setting as `key = value`, with the file, variable or flag it came from; the rest are defaults.
///
/// `overrides` names, for settings that environment or flags changed, what changed them.
#[must_use]
pub fn show(loaded: &Loaded, effective: &Settings, overrides: &BTreeMap<&'static str, String>) -> String {
    let mut rows = Vec::new();
    if let Ok(toml::Value::Table(table)) = toml::Value::try_from(effective) {
        flatten("", &table, &mut rows);
    }
    // A few long lists do not push every origin out of sight.
    let lengths = rows.iter().map(|(key, value)| key.len() + " = ".len() + value.len());
    let width = lengths.filter(|length| *length <= LONGEST_ALIGNED).max().unwrap_or(0);
    let mut text = String::new();
    for (key, value) in rows {
        let origin = match (overrides.get(key.as_str()), loaded.sets(&key)) {
            (Some(origin), _) => origin.clone(),
            (None, true) => {
                loaded.file.as_ref().map_or_else(|| "file".to_owned(), |f| f.display().to_string())
            }
            (None, false) => "default".to_owned(),
        };
        let setting = format!("{key} = {value}");
        let _ = writeln!(text, "{setting:<width$}  # {origin}");
    }
    text
}

fn flatten(prefix: &str, table: &toml::Table, rows: &mut Vec<(String, String)>) {
    for (name, value) in table {
        let key = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
        match value {
            toml::Value::Table(inner) if !inner.is_empty() => flatten(&key, inner, rows),
            other => rows.push((key, other.to_string())),
        }
    }
}
