//! The few forms of `JMESPath` in which a command's output goes on into another command: a path, a list with a filter, and of each
//! item one field or several. <https://jmespath.org/specification.html>

use serde_json::Value;

/// What a query makes of a value, as tab-separated lines; none where the query is of another form or finds nothing.
pub(super) fn lines(value: &Value, query: &str) -> Option<Vec<String>> {
    let Some((path, rest)) = query.split_once('[') else {
        return Some(vec![cell(at(value, query)?)]);
    };
    let (filter, select) = rest.split_once(']')?;
    let items = at(value, path.trim_end_matches('.'))?.as_array()?;
    let fields: Vec<&str> = match select.strip_prefix(".[").and_then(|one| one.strip_suffix(']')) {
        Some(many) => many.split(',').map(str::trim).collect(),
        None => vec![select.strip_prefix('.').unwrap_or(select)],
    };
    let mut lines = Vec::new();
    for item in items {
        if holds(item, filter)? {
            let cells: Vec<String> =
                fields.iter().map(|field| cell(at(item, field).unwrap_or(&Value::Null))).collect();
            lines.push(cells.join("\t"));
        }
    }
    Some(lines)
}

/// `?field`, `?!field`, `?contains(field, 'text')`, `?field=='text'`, or no filter.
fn holds(item: &Value, filter: &str) -> Option<bool> {
    let Some(condition) = filter.strip_prefix('?') else { return filter.is_empty().then_some(true) };
    let truth = |field: &str| {
        at(item, field).is_some_and(|one| !matches!(one, Value::Null | Value::Bool(false)) && *one != "")
    };
    if let Some(inner) = condition.strip_prefix("contains(").and_then(|one| one.strip_suffix(')')) {
        let (field, text) = inner.split_once(',')?;
        let text = text.trim().strip_prefix('\'')?.strip_suffix('\'')?;
        return Some(at(item, field.trim()).and_then(Value::as_str).is_some_and(|one| one.contains(text)));
    }
    if let Some((field, text)) = condition.split_once("==") {
        let text = text.trim().trim_matches(['\'', '`', '"']);
        return Some(at(item, field.trim()).and_then(Value::as_str) == Some(text));
    }
    let is_field =
        |text: &str| !text.is_empty() && text.chars().all(|char| char.is_ascii_alphanumeric() || char == '.');
    match condition.strip_prefix('!') {
        Some(field) if is_field(field) => Some(!truth(field)),
        None if is_field(condition) => Some(truth(condition)),
        _ => None,
    }
}

fn at<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').filter(|part| !part.is_empty()).try_fold(value, |value, part| value.get(part))
}

fn cell(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => "None".to_owned(),
        other => other.to_string(),
    }
}

#[test]
fn queries_choose_and_select() {
    let value = serde_json::json!({ "id": "x", "inner": { "list": [{ "n": "a____1", "h": "1.1.1.1" }, { "n": "b", "h": null }] } });
    for (query, expected) in [
        ("id", Some(vec!["x"])),
        ("inner.list[].n", Some(vec!["a____1", "b"])),
        ("inner.list[?h].[n, h]", Some(vec!["a____1\t1.1.1.1"])),
        ("inner.list[?!h].[n]", Some(vec!["b"])),
        ("inner.list[?contains(n, '____')].[n]", Some(vec!["a____1"])),
        ("inner.list[?n=='b'].n", Some(vec!["b"])),
        ("inner.list[?length(n) > `2`].n", None),
        ("other", None),
    ] {
        assert_eq!(
            lines(&value, query),
            expected.map(|all| all.into_iter().map(str::to_owned).collect::<Vec<_>>()),
            "{query}"
        );
    }
}
