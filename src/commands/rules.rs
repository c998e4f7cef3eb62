//! `rules` and `explain`: the catalogue with its sources.

use std::fmt::Write;

use jiff::{civil::Date, tz::TimeZone};
use serde_json::{Value, json};

use super::{ExitStatus, Failure, audit, output};
use crate::{
    cli::{RulesArgs, RulesCommand, TableFormat},
    report::{say, terminal},
    rules::{Catalogue, Checks, Minor, Predicate, Reasons, Support, Versions},
    words,
};

pub(super) fn run(args: &RulesArgs) -> Result<ExitStatus, Failure> {
    if let Some(RulesCommand::Explain { id }) = &args.command {
        return explain(id, args.format);
    }
    let entries = entries()?;
    let text = match args.format {
        TableFormat::Json => output::pretty(&Value::from(entries))?,
        TableFormat::Table => table(&entries) + &old_sources(today()),
    };
    output::print(&text)?;
    Ok(ExitStatus::Done)
}

pub(super) fn explain(id: &str, format: TableFormat) -> Result<ExitStatus, Failure> {
    let entries = entries()?;
    // An entry without the field has it empty, and nothing is what nobody asks for.
    let named =
        |key: &str| entries.iter().find(|entry| !id.is_empty() && field(entry, key).eq_ignore_ascii_case(id));
    let unknown = || {
        let ids = entries.iter().map(|entry| field(entry, "id"));
        Failure::UnknownRule { id: id.to_owned(), near: words::nearest(id, ids).map(str::to_owned) }
    };
    let entry = named("id").or_else(|| named("rule")).ok_or_else(unknown)?;
    let text = match format {
        TableFormat::Json => output::pretty(entry)?,
        TableFormat::Table => explanation(entry),
    };
    output::print(&text)?;
    Ok(ExitStatus::Done)
}

/// Every entry of the catalogue as an object with `id` and `kind` first.
fn entries() -> Result<Vec<Value>, Failure> {
    let catalogue = Catalogue::built_in();
    let mut entries = Vec::new();
    for (id, rule) in catalogue.findings() {
        entries.push(entry(id.as_str(), "finding", serde_json::to_value(rule))?);
    }
    for (id, retirement) in catalogue.retirements() {
        let mut entry = entry(id.as_str(), "retirement", serde_json::to_value(retirement))?;
        if let Some(dates) = retirement.predicate.and_then(dates_of_versions) {
            entry["dates"] = dates;
        }
        entries.push(entry);
    }
    for limit in Catalogue::limits() {
        entries.push(entry(limit.id, "limit", serde_json::to_value(limit))?);
    }
    for (id, check) in Checks::built_in().iter() {
        entries.push(entry(id.as_str(), "check", serde_json::to_value(check))?);
    }
    let reasons = Reasons::built_in();
    for (id, reason) in &reasons.arithmetic {
        entries.push(entry(id, "arithmetic", serde_json::to_value(reason))?);
    }
    for (id, reason) in &reasons.recommendations {
        entries.push(entry(id, "recommendation", serde_json::to_value(reason))?);
    }
    Ok(entries)
}

/// The dates of what ends version by version, which stand apart from the other entries.
fn dates_of_versions(predicate: Predicate) -> Option<Value> {
    let versions = Versions::built_in();
    let on = |version: Minor, lts: bool| match predicate {
        Predicate::KubernetesVersion => match versions.support(version, lts) {
            Support::Until(date) => Some((date, "end of support")),
            Support::Ended | Support::Unlisted => None,
        },
        Predicate::ForcedUpgrade => {
            versions.forced_upgrade(version, lts).map(|date| (date, "AKS upgrades by itself from then on"))
        }
        _ => None,
    };
    let kinds = [(false, ""), (true, " with long-term support")];
    let each = versions.known().flat_map(|version| kinds.map(|(lts, with)| (version, lts, with)));
    let dates = each.filter_map(|(version, lts, with)| {
        let (date, what) = on(version, lts)?;
        Some(json!({ "event": format!("{version}{with}: {what}"), "date": date }))
    });
    Some(dates.collect::<Vec<_>>()).filter(|dates| !dates.is_empty()).map(Value::from)
}

fn entry(id: &str, kind: &str, value: serde_json::Result<Value>) -> Result<Value, Failure> {
    let mut object = json!({ "id": id, "kind": kind });
    if let (Some(object), Value::Object(fields)) =
        (object.as_object_mut(), value.map_err(std::io::Error::from)?)
    {
        object.extend(fields);
    }
    Ok(object)
}

/// A field as text; empty where it is absent.
fn field<'a>(entry: &'a Value, key: &str) -> &'a str {
    entry.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn table(entries: &[Value]) -> String {
    let columns = ["id", "kind", "severity", "confidence", "source_date", "checked", "title"];
    let rows = entries.iter().map(|entry| columns.map(|column| field(entry, column)).to_vec());
    terminal::table(&columns, rows)
}

/// What is said once of sources that are old by now, below the table.
fn old_sources(today: Date) -> String {
    let old = Catalogue::built_in().old_sources(today);
    old.map(|old| format!("\n{}\n", say::old_sources(&old).text())).unwrap_or_default()
}

fn today() -> Date {
    audit::now().to_zoned(TimeZone::UTC).date()
}

fn explanation(entry: &Value) -> String {
    let mut text = format!("{}: {}\n\n", field(entry, "id"), field(entry, "title"));
    if let (Some(value), unit) = (entry.get("value"), field(entry, "unit")) {
        let _ = writeln!(text, "value        {value} {unit}");
    }
    for range in entry.get("ranges").and_then(Value::as_array).into_iter().flatten() {
        let _ = writeln!(text, "range        {}", range.as_str().unwrap_or_default());
    }
    for date in entry.get("dates").and_then(Value::as_array).into_iter().flatten() {
        let _ = writeln!(text, "{:<13}{} {}", "date", field(date, "date"), field(date, "event"));
    }
    for condition in entry.get("when").and_then(Value::as_array).into_iter().flatten() {
        let _ = writeln!(text, "{:<13}{}", "hits", condition_text(condition));
    }
    let keys = [
        "kind",
        "severity",
        "applies_to",
        "visibility",
        "scope",
        "why",
        "remediation",
        "good_answer",
        "source",
        "source_date",
        "checked",
        "confidence",
        "rule",
    ];
    for key in keys {
        let value = field(entry, key);
        if !value.is_empty() {
            let _ = writeln!(text, "{key:<13}{value}");
        }
    }
    for key in ["show", "fix"] {
        for command in entry.get(key).and_then(Value::as_array).into_iter().flatten() {
            let _ = writeln!(text, "{key:<13}{}", command.as_str().unwrap_or_default());
        }
    }
    text
}

/// A condition in the words of its entry: `network_policy azure, os linux`.
fn condition_text(condition: &Value) -> String {
    let fields = condition.as_object().into_iter().flatten();
    let texts = fields.map(|(key, value)| match value {
        Value::String(text) => format!("{key} {text}"),
        _ => key.clone(),
    });
    texts.collect::<Vec<_>>().join(", ")
}
