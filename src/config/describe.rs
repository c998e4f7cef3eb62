//! The effective settings with where each came from, for `config show`.

use std::{collections::BTreeMap, fmt::Write};

use serde::Serialize;

use super::{load::Loaded, settings::Settings};
use crate::report::visible;

/// The longest setting that others are aligned with, in bytes.
const LONGEST_ALIGNED: usize = 72;

/// A setting in effect.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Shown {
    /// Its dotted key.
    pub key: String,
    /// Its value.
    pub value: toml::Value,
    /// The file, variable or flag it came from, or `default`.
    pub origin: String,
}

/// Every setting in effect with where it came from, in the order of keys; those that have no value are left out.
///
/// `overrides` names, for settings that environment or flags changed, what changed them.
#[must_use]
pub fn effective(
    loaded: &Loaded,
    effective: &Settings,
    overrides: &BTreeMap<&'static str, String>,
) -> Vec<Shown> {
    let mut rows = Vec::new();
    if let Ok(toml::Value::Table(table)) = toml::Value::try_from(effective) {
        flatten("", table, &mut rows);
    }
    let origin = |key: &str| match (overrides.get(key), loaded.sets(key)) {
        (Some(origin), _) => origin.clone(),
        (None, true) => loaded.file.as_ref().map_or_else(|| "file".to_owned(), |f| f.display().to_string()),
        (None, false) => "default".to_owned(),
    };
    rows.into_iter().map(|(key, value)| Shown { origin: origin(&key), key, value }).collect()
}

/// Lists settings as `key = value`, with where each came from.
#[must_use]
pub fn show(settings: &[Shown]) -> String {
    let rows: Vec<_> = settings
        .iter()
        .map(|row| (visible(&format!("{} = {}", row.key, row.value)).into_owned(), &row.origin))
        .collect();
    // A few long lists do not push every origin out of sight.
    let lengths = rows.iter().map(|(setting, _)| setting.len());
    let width = lengths.filter(|length| *length <= LONGEST_ALIGNED).max().unwrap_or(0);
    let mut text = String::new();
    for (setting, origin) in rows {
        let _ = writeln!(text, "{setting:<width$}  # {origin}");
    }
    text
}

fn flatten(prefix: &str, table: toml::Table, rows: &mut Vec<(String, toml::Value)>) {
    for (name, value) in table {
        let key = if prefix.is_empty() { name } else { format!("{prefix}.{name}") };
        match value {
            toml::Value::Table(inner) if !inner.is_empty() => flatten(&key, inner, rows),
            other => rows.push((key, other)),
        }
    }
}
