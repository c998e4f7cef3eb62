//! Texts from outside as Markdown that shows them and does nothing else.

use std::fmt::Write;

use crate::report::text::{shortened, visible};

/// Markdown for inside a line: a table cell, a list item, a paragraph. It holds no newline and no `|`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::report) struct Inline(String);

impl Inline {
    /// Markdown of our own, with texts from outside already escaped.
    pub(in crate::report) fn ours(markdown: impl Into<String>) -> Self {
        Self(markdown.into())
    }
}

impl std::fmt::Display for Inline {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Characters a name may have before it is cut. The CSV files hold it whole.
const LONGEST_NAME: usize = 80;
/// The same for sentences, such as Azure's own messages.
const LONGEST_PROSE: usize = 400;

/// A name.
pub(in crate::report) fn name(text: &str) -> Inline {
    escaped(&shortened(text, LONGEST_NAME))
}

/// A name that may be unknown.
pub(in crate::report) fn maybe(text: Option<&str>) -> Inline {
    text.filter(|text| !text.is_empty()).map_or_else(|| Inline::ours("–"), name)
}

/// Names in a row, a few of them.
pub(in crate::report) fn names<T: AsRef<str>>(texts: &[T]) -> Inline {
    const SHOWN: usize = 4;
    let shown: Vec<_> = texts.iter().take(SHOWN).map(|text| name(text.as_ref()).0).collect();
    match texts.len().checked_sub(SHOWN) {
        _ if texts.is_empty() => Inline::ours("–"),
        None | Some(0) => Inline(shown.join(", ")),
        Some(more) => Inline(format!("{} and {more} more", shown.join(", "))),
    }
}

/// A sentence with texts from outside in it. Backticks in it become quotes.
pub(in crate::report) fn prose(text: &str) -> Inline {
    escaped(&shortened(text, LONGEST_PROSE).replace('`', "'"))
}

/// Character references stand for what Markdown, GitHub's links or HTML would act upon: a reference is never markup.
/// After `@` and `#` stands a reference to a character of no width, because GitHub looks for mentions in what was
/// rendered.
fn escaped(text: &str) -> Inline {
    let shown = visible(text);
    let mut out = String::with_capacity(shown.len());
    let mut from = 0;
    for (at, c) in shown.bytes().enumerate().filter(|(_, byte)| !is_always_inert(*byte)) {
        // Bytes beyond ASCII are inert, so this one is a character of its own.
        let (before, after) = (&shown[..at], &shown[at + 1..]);
        let (before, after) =
            (before.chars().next_back().unwrap_or(' '), after.chars().next().unwrap_or(' '));
        let inert = match c {
            b'_' => before.is_alphanumeric() && after.is_alphanumeric(),
            b':' => after == ' ',
            b'.' => !before.eq_ignore_ascii_case(&'w') || after == ' ',
            _ => false,
        };
        if inert {
            continue;
        }
        out.push_str(&shown[from..at]);
        // Writing to a string cannot fail.
        let _ = write!(out, "&#{c};");
        if matches!(c, b'@' | b'#') {
            out.push_str("&zwnj;");
        }
        from = at + 1;
    }
    out.push_str(&shown[from..]);
    Inline(out)
}

fn is_always_inert(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || !byte.is_ascii() || b"-,;/(){}%=+?'\" ".contains(&byte)
}

/// A label inside quotes in a Mermaid chart, where no escape exists: other characters than the plainest become `_`.
pub(in crate::report) fn chart_label(text: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || "-./ ".contains(c) { c } else { '_' };
    let label: String = text.chars().map(plain).collect();
    shortened(label.trim(), 32).replace('…', "..")
}

/// A block of shell commands behind a fence longer than any run of backticks in it.
pub(in crate::report) fn shell_block(commands: &[&str]) -> String {
    let lines: Vec<_> = commands.iter().map(|command| visible(command)).collect();
    let longest = lines.iter().map(|line| longest_run(line)).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}sh\n{}\n{fence}\n", lines.join("\n"))
}

fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_would_act_is_shown_instead() {
        let cases = [
            ("aks-prod_01.weu", "aks-prod_01.weu"),
            ("Zürich 東京", "Zürich 東京"),
            ("a|b", "a&#124;b"),
            ("a\\|b", "a&#92;&#124;b"),
            ("`x`", "&#96;x&#96;"),
            ("<img src=x>", "&#60;img src=x&#62;"),
            ("two\nlines", "two&#92;nlines"),
            ("_x_ *y*", "&#95;x&#95; &#42;y&#42;"),
            ("[a](b)", "&#91;a&#93;(b)"),
            ("@admin #12", "&#64;&zwnj;admin &#35;&zwnj;12"),
            ("http://x.y", "http&#58;//x.y"),
            ("www.x.y", "www&#46;x.y"),
            ("what we show. More", "what we show. More"),
            (":tada:", "&#58;tada:"),
            ("$x$ &amp;", "&#36;x&#36; &#38;amp;"),
            ("a\u{202e}b", "a&#92;u{202e}b"),
        ];
        for (text, markdown) in cases {
            assert_eq!(name(text).0, markdown);
        }
    }

    #[test]
    fn a_few_names_are_enough() {
        assert_eq!(names::<&str>(&[]).0, "–");
        assert_eq!(names(&["a", "b"]).0, "a, b");
        assert_eq!(names(&["a", "b", "c", "d", "e", "f"]).0, "a, b, c, d and 2 more");
    }

    #[test]
    fn a_fence_is_longer_than_what_it_holds() {
        assert_eq!(shell_block(&["az x", "az y"]), "```sh\naz x\naz y\n```\n");
        assert_eq!(shell_block(&["az '````\n````'"]), "`````sh\naz '````\\n````'\n`````\n");
    }

    proptest! {
        #[test]
        fn no_text_reaches_the_page_as_markup(text in any::<String>()) {
            let markdown = name(&text).0;
            prop_assert!(!markdown.contains(['<', '>', '|', '`', '*', '[', ']', '\\', '@', '$', '\n', '\r']));
        }

        #[test]
        fn no_text_leaves_its_label(text in any::<String>()) {
            let label = chart_label(&text);
            prop_assert!(label.len() <= 34);
            prop_assert!(label.chars().all(|c| c.is_ascii_alphanumeric() || "-./_ ".contains(c)));
        }
    }
}
