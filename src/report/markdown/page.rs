//! The blocks of a Markdown page.

use std::fmt::Write;

use super::escape::Inline;

/// A page under construction.
#[derive(Default)]
pub(in crate::report) struct Page(String);

/// How a column is aligned.
#[derive(Clone, Copy)]
pub(in crate::report) enum Align {
    /// Texts.
    Left,
    /// Numbers.
    Right,
}

impl Page {
    /// A heading of ours.
    pub(in crate::report) fn heading(&mut self, level: usize, text: &str) {
        self.block(&format!("{} {text}", "#".repeat(level)));
    }

    /// A paragraph.
    pub(in crate::report) fn paragraph(&mut self, text: &str) {
        self.block(text);
    }

    /// A list.
    pub(in crate::report) fn list(&mut self, items: &[String]) {
        let items: Vec<_> = items.iter().map(|item| format!("- {item}")).collect();
        self.block(&items.join("\n"));
    }

    /// A quotation that GitHub renders as a coloured box.
    pub(in crate::report) fn alert(&mut self, kind: &str, text: &str) {
        self.block(&format!("> [!{kind}]\n> {text}"));
    }

    /// A table; nothing at all when it has no rows.
    pub(in crate::report) fn table(&mut self, columns: &[(&str, Align)], rows: &[Vec<Inline>]) {
        if rows.is_empty() {
            return;
        }
        let rule = columns.iter().map(|(_, align)| match align {
            Align::Left => " --- ",
            Align::Right => " ---: ",
        });
        let mut text = String::from("|");
        for (name, _) in columns {
            // Writing to a string cannot fail.
            let _ = write!(text, " {name} |");
        }
        let _ = write!(text, "\n|{}|", rule.collect::<Vec<_>>().join("|"));
        for row in rows {
            text.push_str("\n|");
            for cell in row {
                let _ = write!(text, " {cell} |");
            }
        }
        self.block(&text);
    }

    /// A Mermaid chart.
    pub(in crate::report) fn chart(&mut self, lines: &[String]) {
        self.block(&format!("```mermaid\n{}\n```", lines.join("\n")));
    }

    /// The page, ending in one newline.
    pub(in crate::report) fn into_string(self) -> String {
        self.0.trim_end().to_owned() + "\n"
    }

    /// A block with an empty line after it.
    pub(in crate::report) fn block(&mut self, text: &str) {
        self.0.push_str(text.trim_end());
        self.0.push_str("\n\n");
    }
}
