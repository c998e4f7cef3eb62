//! What text becomes on its way to a terminal or into a pipeline's log, where some characters act instead of being read.
//!
//! Names, messages and paths come from people and servers. In a terminal, control characters move and repaint; in a pipeline,
//! a line is a command where it holds `##vso[` or `##[` (Azure Pipelines), `##teamcity[`, or begins with `::word` (GitHub
//! Actions). Everything this program prints comes through here, and nothing of the kind comes out.
//!
//! Sources: <https://learn.microsoft.com/azure/devops/pipelines/scripts/logging-commands>,
//! <https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands>,
//! <https://www.jetbrains.com/help/teamcity/service-messages.html>.

use std::{borrow::Cow, fmt::Write};

use crate::report::{is_hidden, visible};

/// Whether the colours this program prints itself may pass. They are all that begins with an escape character and does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Colours {
    Pass,
    Stay,
}

/// Makes a text inert, line by line.
#[must_use]
pub(super) fn inert(text: &str, colours: Colours) -> Cow<'_, str> {
    let acts = |c: char| c == '#' || c == ':' || is_hidden(c) && c != '\n';
    if !text.contains(acts) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for line in text.split_inclusive('\n') {
        let from = out.len();
        make_inert(line, colours, &mut out);
        let start = out[from..].find(|c: char| !c.is_whitespace()).map_or(out.len(), |at| from + at);
        if out[start..]
            .strip_prefix("::")
            .is_some_and(|word| word.starts_with(|c: char| c.is_ascii_alphabetic()))
        {
            out.insert(start, '\\');
        }
    }
    Cow::Owned(out)
}

fn make_inert(line: &str, colours: Colours, out: &mut String) {
    let mut rest = line;
    while let Some(c) = rest.chars().next() {
        if let Some(colour) = colour(rest).filter(|_| colours == Colours::Pass) {
            out.push_str(colour);
            rest = &rest[colour.len()..];
            continue;
        }
        let (this, after) = rest.split_at(c.len_utf8());
        match c {
            '\n' => out.push('\n'),
            '#' if is_command(rest) => out.push_str("#\\"),
            _ => out.push_str(&visible(this)),
        }
        rest = after;
    }
}

/// The same for a text that is JSON: what acts is written as an escape, so that every value stays what it is.
#[must_use]
pub(super) fn inert_json(text: &str) -> Cow<'_, str> {
    let acts = |c: char| c == '#' || is_hidden(c) && c != '\n';
    if !text.contains(acts) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for (at, c) in text.char_indices() {
        // Outside of its strings JSON has none of these characters.
        if is_hidden(c) && c != '\n' || c == '#' && is_command(&text[at..]) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing to a string cannot fail.
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// Whether a pipeline takes what begins here for a command: `##[`, `##vso[`, `##teamcity[`, or another of that form.
fn is_command(text: &str) -> bool {
    let Some(word) = text.strip_prefix("##") else { return false };
    word.trim_start_matches(|c: char| c.is_ascii_alphanumeric()).starts_with('[')
}

/// The sequence of colour and weight that begins here.
fn colour(text: &str) -> Option<&str> {
    let codes = text.strip_prefix("\u{1b}[")?;
    let rest = codes.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';').strip_prefix('m')?;
    text.strip_suffix(rest)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_acts_is_shown_and_the_rest_stays() {
        let cases = [
            ("plain: a::b # c ## d [x]\n", "plain: a::b # c ## d [x]\n"),
            ("Zürich 東京\n", "Zürich 東京\n"),
            ("\u{1b}[31mred\u{7}\r\n", "\\u{1b}[31mred\\u{7}\\r\n"),
            ("\u{1b}]0;title\u{7}", "\\u{1b}]0;title\\u{7}"),
            ("\u{9b}31m\u{202e}\u{2028}\u{85}", "\\u{9b}31m\\u{202e}\\u{2028}\\u{85}"),
            ("a ##vso[task.setvariable variable=x]y", "a #\\#vso[task.setvariable variable=x]y"),
            ("##VSO[x] ##[error] ###[group]", "#\\#VSO[x] #\\#[error] ##\\#[group]"),
            ("##teamcity[buildStatus]", "#\\#teamcity[buildStatus]"),
            ("x\n  ::set-env name=A::b\n", "x\n  \\::set-env name=A::b\n"),
            ("::1/128 is no command\n", "::1/128 is no command\n"),
        ];
        for (text, shown) in cases {
            assert_eq!(inert(text, Colours::Stay), shown);
        }
    }

    #[test]
    fn our_own_colours_pass_where_they_are_wanted_and_nothing_else_does() {
        let text = "\u{1b}[1mReports\u{1b}[0m \u{1b}[38;5;9mx\u{1b}[2J\u{1b}]8;;http://evil\u{1b}[3";
        assert_eq!(
            inert(text, Colours::Pass),
            "\u{1b}[1mReports\u{1b}[0m \u{1b}[38;5;9mx\\u{1b}[2J\\u{1b}]8;;http://evil\\u{1b}[3"
        );
    }

    /// What is dangerous is likelier than chance would have it.
    fn hostile() -> impl Strategy<Value = String> {
        let bits = prop_oneof![
            any::<String>(),
            proptest::sample::select(vec![
                "##",
                "#",
                "[",
                "vso[",
                "##vso[task.complete]",
                "##[",
                "teamcity[",
                "::",
                "::set-env name=a::b",
                "\n",
                " ",
                "\t",
                "\r",
                "\u{1b}",
                "\u{1b}[31m",
                "\u{9b}",
                "\u{202e}",
                "\u{2028}",
                "\\",
                "\"",
                "\u{7f}",
                "\u{e0001}",
            ])
            .prop_map(str::to_owned),
        ];
        proptest::collection::vec(bits, 0..8).prop_map(|bits| bits.concat())
    }

    fn assert_inert(text: &str) -> Result<(), TestCaseError> {
        for line in text.split('\n') {
            prop_assert!(!line.contains(is_hidden), "{line:?}");
            prop_assert!(
                !(0..line.len()).any(|at| line.is_char_boundary(at) && is_command(&line[at..])),
                "{line:?}"
            );
            let word = line.trim_start().strip_prefix("::").and_then(|word| word.chars().next());
            prop_assert!(!word.is_some_and(|c| c.is_ascii_alphabetic()), "{line:?}");
        }
        Ok(())
    }

    proptest! {
        #[test]
        fn nothing_that_acts_comes_out(text in hostile()) {
            let shown = inert(&text, Colours::Stay).into_owned();
            assert_inert(&shown)?;
            prop_assert_eq!(inert(&shown, Colours::Stay), shown.as_str());
            let coloured = inert(&text, Colours::Pass).into_owned();
            prop_assert!(coloured.match_indices('\u{1b}').all(|(at, _)| colour(&coloured[at..]).is_some()), "{coloured:?}");
        }

        #[test]
        fn json_is_inert_and_says_the_same(text in hostile()) {
            let value = serde_json::json!({ "key": [&text, { text.clone(): 1 }] });
            for written in [serde_json::to_string(&value).unwrap(), serde_json::to_string_pretty(&value).unwrap()] {
                let shown = inert_json(&written);
                assert_inert(&shown)?;
                prop_assert_eq!(serde_json::from_str::<serde_json::Value>(&shown).unwrap(), value.clone());
            }
        }
    }
}
