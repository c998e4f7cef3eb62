//! The JSON Schema of the document, from the declarations of its tables.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::report::table::{Described, Document, Heading, Kind, Place, SCHEMA_VERSION, described};

/// The schema, with a definition a table.
pub(super) fn schema() -> Value {
    let document = described::<Document>();
    let mut definitions = Map::new();
    define(&document, &mut definitions, &mut BTreeSet::new());
    let mut root = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": format!("{}/schema/audit/{SCHEMA_VERSION}", env!("CARGO_PKG_REPOSITORY")),
        "title": "aks-census audit",
    });
    let of_document = definitions.remove(document.row);
    if let (Value::Object(root), Some(Value::Object(of_document))) = (&mut root, of_document) {
        root.extend(of_document);
        root.insert("$defs".to_owned(), definitions.into());
    }
    root
}

/// Adds a table and those inside it.
fn define(table: &Described, definitions: &mut Map<String, Value>, seen: &mut BTreeSet<&'static str>) {
    if !seen.insert(table.row) {
        return;
    }
    let headings = || table.headings.iter().filter(|heading| heading.place != Place::File);
    for heading in headings() {
        if let Kind::Row(of) | Kind::Rows(of) = heading.kind {
            define(&of(), definitions, seen);
        }
    }
    let properties: Map<_, _> = headings().map(|one| (one.name.to_owned(), property(one))).collect();
    let required: Vec<_> = headings().map(|heading| heading.name).collect();
    let of_table = json!({
        "description": table.doc,
        "type": "object",
        "properties": properties,
        "required": required,
    });
    definitions.insert(table.row.to_owned(), of_table);
}

/// A field: its type, and what it says with the unit it counts in.
fn property(heading: &Heading) -> Value {
    let reference = |of: fn() -> Described| json!({ "$ref": format!("#/$defs/{}", of().row) });
    let one_of = |words: Vec<&str>| json!({ "type": "string", "enum": words });
    let count = || json!({ "type": "integer", "minimum": 0 });
    let mut schema = match heading.kind {
        Kind::Flag => json!({ "type": "boolean" }),
        Kind::Count => count(),
        Kind::Signed => json!({ "type": "integer" }),
        Kind::Percent => json!({ "type": "number", "minimum": 0 }),
        Kind::Bounds => json!({
            "type": "object",
            "properties": { "low": count(), "high": count() },
            "required": ["low", "high"],
        }),
        Kind::Length => json!({ "type": "integer", "minimum": 0, "maximum": 128 }),
        Kind::Date => json!({ "type": "string", "format": "date" }),
        Kind::Time => json!({ "type": "string", "format": "date-time" }),
        Kind::Text | Kind::Cidr => json!({ "type": "string" }),
        Kind::Word(words) => one_of(words()),
        Kind::List(None, _) => json!({ "type": "array", "items": { "type": "string" } }),
        Kind::List(Some(words), _) => json!({ "type": "array", "items": one_of(words()) }),
        Kind::Map => json!({ "type": "object", "additionalProperties": { "type": "string" } }),
        Kind::Row(of) => reference(of),
        Kind::Rows(of) => json!({ "type": "array", "items": reference(of) }),
    };
    if heading.is_nullable {
        schema = nullable(schema);
    }
    schema["description"] = match heading.unit {
        "" => heading.doc.into(),
        unit => format!("{} Unit: {unit}.", heading.doc).into(),
    };
    schema
}

/// The same type, or null.
fn nullable(mut schema: Value) -> Value {
    let Some(of_type) = schema.get("type").cloned() else {
        return json!({ "anyOf": [schema, { "type": "null" }] });
    };
    schema["type"] = json!([of_type, "null"]);
    if let Some(words) = schema.get_mut("enum").and_then(Value::as_array_mut) {
        words.push(Value::Null);
    }
    schema
}
