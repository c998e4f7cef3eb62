//! A JSON document with other values in a few of its places.

use arbitrary::{Result, Unstructured};
use serde_json::Value;

/// Most places that are changed in one document.
const MOST_CHANGES: usize = 6;
/// Bytes of a text of the fuzzer's own.
const LONGEST_TEXT: usize = 120;

/// Texts that mean something to whatever a report is opened with: a spreadsheet, a browser, a shell, a terminal, a
/// pipeline, a calendar, a file system.
pub(super) const HOSTILE: [&str; 40] = [
    "",
    " ",
    "/",
    ".",
    "..",
    "../../../etc/passwd",
    "=cmd|' /C calc'!A0",
    "\u{a0}=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\"; \",",
    "a,b\r\nc",
    "<img src=x onerror=alert(1)>",
    "</details><script>alert(1)</script>",
    "<!--",
    "]]>",
    "[a](javascript:alert(1))",
    "![x](https://evil.example/x.png)",
    "https://evil.example",
    "www.evil.example",
    "@admin #12",
    "| a | b |",
    "```",
    "~~~",
    "\n# title\n",
    "a`b``c",
    "$(id)`id`'\"&;|\\",
    "'; rm -rf / #",
    "--help",
    "\u{1b}[31m\u{1b}]0;title\u{7}",
    "\u{202e}fdp.exe\u{2066}",
    "a\u{0}b\u{85}c\u{2028}d",
    "\r\nEND:VEVENT\r\nBEGIN:VEVENT",
    "##vso[task.setvariable variable=x]y",
    "::error file=x::y",
    "%%{init: {}}%%\nend",
    "\u{feff}\u{200b}",
    "\u{1f600}\u{301}ﷺ",
];

/// Changes up to [`MOST_CHANGES`] places.
pub(super) fn change(document: &mut Value, from: &mut Unstructured<'_>) -> Result<()> {
    for _ in 0..from.int_in_range(1..=MOST_CHANGES)? {
        let mut leaves = Vec::new();
        gather(document, &mut leaves);
        if leaves.is_empty() {
            return Ok(());
        }
        let at = from.choose_index(leaves.len())?;
        if from.int_in_range(0..=3)? == 0 {
            let name =
                leaves[at].as_str().and_then(|text| text.rsplit('/').next()).unwrap_or_default().to_owned();
            let other = text(from)?;
            if !name.is_empty() {
                rename(document, &name, &other);
            }
        } else {
            *leaves[at] = leaf(leaves[at], from)?;
        }
    }
    Ok(())
}

/// Another name wherever this one stands, so that what names a thing still finds it.
fn rename(document: &mut Value, name: &str, other: &str) {
    let mut leaves = Vec::new();
    gather(document, &mut leaves);
    for leaf in leaves {
        if let Value::String(text) = leaf {
            *text = text.replace(name, other);
        }
    }
}

/// Something in place of a value.
fn leaf(old: &Value, from: &mut Unstructured<'_>) -> Result<Value> {
    Ok(match from.int_in_range(0..=10)? {
        0 => Value::Null,
        1 => from.arbitrary::<bool>()?.into(),
        2 => from.arbitrary::<i64>()?.into(),
        3 => from.arbitrary::<f64>()?.into(),
        4 => (*from.choose(&[0_u64, 1, 255, 65_536, 4_294_967_295, u64::MAX])?).into(),
        5 => Value::Array(vec![old.clone(), old.clone()]),
        6 => format!("{}{}", old.as_str().unwrap_or_default(), text(from)?).into(),
        7 => [(text(from)?, text(from)?.into())].into_iter().collect::<serde_json::Map<_, _>>().into(),
        _ => text(from)?.into(),
    })
}

/// A text that means something somewhere, or one of the fuzzer's own.
fn text(from: &mut Unstructured<'_>) -> Result<String> {
    let own = from.int_in_range(0..=HOSTILE.len())?;
    if let Some(known) = HOSTILE.get(own) {
        return Ok((*known).to_owned());
    }
    let length = from.int_in_range(0..=LONGEST_TEXT)?.min(from.len());
    Ok(String::from_utf8_lossy(from.bytes(length)?).into_owned())
}

/// Every value that holds no other.
fn gather<'v>(value: &'v mut Value, found: &mut Vec<&'v mut Value>) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| gather(item, found)),
        Value::Object(fields) => fields.values_mut().for_each(|field| gather(field, found)),
        leaf => found.push(leaf),
    }
}
