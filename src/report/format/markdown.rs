//! Pages as Markdown for GitHub, with Mermaid charts. Nothing else escapes Markdown.

use std::fmt::Write;

use super::{calendar, code::code};
use crate::{
    assess::audit::Audit,
    report::{
        Format, Wanted,
        file::ReportFile,
        page,
        page::{Alert, Align, Bars, Block, Chart, Gantt, Mark, Page, Span},
        phrase::{Inline, Phrase},
        text::{grouped, percent, shortened},
        visible::visible,
    },
};

/// The page of an audit and its runbooks. Each is built when its file is written, and gone when it is. `with_tables` says
/// that the CSV files are written too, so that pages may point to them.
pub(crate) fn files<'a>(audit: &'a Audit, wanted: Wanted<'_>) -> Vec<ReportFile<'a>> {
    let with_tables = wanted.formats.contains(&Format::Csv);
    let report = ReportFile::new("report.md", move |out| {
        out.write_all(markdown(&page::report(audit, with_tables)).as_bytes())
    });
    let runbooks = page::runbooks(audit).into_iter().map(|(name, runbook)| {
        ReportFile::new(&name, move |out| out.write_all(markdown(&runbook()).as_bytes()))
    });
    std::iter::once(report).chain(runbooks).chain(calendar::file(audit)).collect()
}

/// A page, ending in one newline.
pub(crate) fn markdown(page: &Page) -> String {
    let mut text = String::new();
    let mut before: Option<&Block> = None;
    for own in page.blocks() {
        if let Some(before) = before {
            text.push_str(if page.is_apart(before, own) { "\n\n" } else { "\n" });
        }
        text.push_str(&block(own));
        before = Some(own);
    }
    text + "\n"
}

fn block(block: &Block) -> String {
    match block {
        Block::Heading(level, words) => format!("{} {}", "#".repeat(*level), line(words)),
        Block::Paragraph(words) => line(words),
        Block::List(items) => lines(items, "- "),
        Block::Checklist(items) => lines(items, "- [ ] "),
        Block::Alert(kind, words) => format!("> [!{}]\n> {}", alert(*kind), line(words)),
        Block::Table(columns, rows) => table(columns, rows),
        Block::Chart(chart) => format!("```mermaid\n{}\n```", chart_lines(chart).join("\n")),
        Block::Commands(commands) => {
            let shown: Vec<_> = commands.iter().map(|command| visible(command)).collect();
            fenced("sh", &shown.join("\n"))
        }
        Block::Code(language, cluster) => {
            let (language, code) = code(*language, cluster);
            fenced(language, &code)
        }
    }
}

fn lines(items: &[Phrase], mark: &str) -> String {
    items.iter().map(|item| format!("{mark}{}", line(item))).collect::<Vec<_>>().join("\n")
}

/// The word of a quotation that GitHub renders as a coloured box.
fn alert(kind: Alert) -> &'static str {
    match kind {
        Alert::Note => "NOTE",
        Alert::Important => "IMPORTANT",
        Alert::Warning => "WARNING",
        Alert::Caution => "CAUTION",
    }
}

fn table(columns: &[(Phrase, Align)], rows: &[Vec<Phrase>]) -> String {
    let row = |cells: &mut dyn Iterator<Item = &Phrase>| {
        cells.fold(String::from("|"), |text, cell| text + " " + &line(cell) + " |")
    };
    let rule = columns.iter().map(|(_, align)| match align {
        Align::Left => " --- |",
        Align::Right => " ---: |",
    });
    let mut lines =
        vec![row(&mut columns.iter().map(|(name, _)| name)), rule.fold("|".to_owned(), |a, b| a + b)];
    lines.extend(rows.iter().map(|cells| row(&mut cells.iter())));
    lines.join("\n")
}

/// What stands inside a line. It holds no newline and no `|`.
fn line(words: &Phrase) -> String {
    let mut out = String::new();
    written(words.inlines(), &mut out);
    out
}

fn written(inlines: &[Inline], out: &mut String) {
    for inline in inlines {
        // Writing to a string cannot fail.
        let _ = match inline {
            Inline::Text(text) => write!(out, "{text}"),
            Inline::Number(number) => write!(out, "{}", grouped(*number)),
            Inline::Name(text) => write!(out, "{}", escaped(text)),
            Inline::Code(text) => write!(out, "`{text}`"),
            Inline::Id(id) => write!(out, "`{}`", inert_id(id)),
            Inline::Strong(inner) => {
                out.push_str("**");
                written(inner, out);
                write!(out, "**")
            }
            Inline::Link(inner, place) if inner.is_empty() => write!(out, "<{place}>"),
            Inline::Link(inner, place) => {
                out.push('[');
                written(inner, out);
                write!(out, "]({place})")
            }
        };
    }
}

/// A block behind a fence longer than any run of backticks in it.
fn fenced(language: &str, code: &str) -> String {
    let longest = code.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}{language}\n{}\n{fence}", code.trim_end())
}

/// The lines of a chart, without its fence.
pub(crate) fn chart_lines(chart: &Chart) -> Vec<String> {
    match chart {
        Chart::Pie(title, slices) => {
            let slice = |(name, count): &(String, usize)| format!("    \"{name}\" : {count}");
            let head = ["pie showData".to_owned(), format!("    title {title}")];
            head.into_iter().chain(slices.iter().map(slice)).collect()
        }
        Chart::Bars(bars) => bar_lines(bars),
        Chart::Gantt(gantt) => gantt_lines(gantt),
    }
}

fn bar_lines(chart: &Bars) -> Vec<String> {
    // Two networks may have subnets of one name, and a label must be unique on the axis.
    let label = |(at, (name, _)): (u32, &(String, u64))| format!("\"{at}. {}\"", chart_label(name));
    let labels: Vec<_> = (1..).zip(&chart.lengths).map(label).collect();
    let bars: Vec<_> = chart.lengths.iter().map(|(_, tenths)| percent(*tenths)).collect();
    let mut lines = vec![
        "xychart-beta horizontal".to_owned(),
        format!("    title \"{}\"", chart.title),
        format!("    x-axis [{}]", labels.join(", ")),
        format!("    y-axis \"%\" 0 --> {}", chart.top),
        format!("    bar [{}]", bars.join(", ")),
    ];
    if chart.has_limit {
        lines.push(format!("    line [{}]", vec!["100"; bars.len()].join(", ")));
    }
    lines
}

fn gantt_lines(chart: &Gantt) -> Vec<String> {
    let mut lines = vec![
        "gantt".to_owned(),
        format!("    title {}", chart.title),
        "    dateFormat YYYY-MM-DD".to_owned(),
        "    axisFormat %Y-%m-%d".to_owned(),
        "    todayMarker off".to_owned(),
    ];
    for (title, spans) in &chart.sections {
        lines.push(format!("    section {title}"));
        lines.extend(spans.iter().map(span_line));
    }
    lines.push("    section Dates".to_owned());
    lines.extend(chart.dates.iter().map(|(label, day)| format!("    {label} {day} :milestone, {day}, 0d")));
    lines
}

/// A bar of at least a day: Mermaid draws none that ends where it begins.
fn span_line(span: &Span) -> String {
    let label = match &span.label {
        Inline::Name(name) => chart_label(name),
        Inline::Text(words) => words.clone(),
        _ => String::new(),
    };
    let label = if label.is_empty() { "_" } else { &label };
    let mark = match span.mark {
        Mark::Plain => "",
        Mark::Rehearsal => "active, ",
        Mark::Late => "crit, ",
    };
    let end = span.end.max(span.start.tomorrow().unwrap_or(span.start));
    format!("    {label} :{mark}{}, {end}", span.start)
}

/// Character references stand for what Markdown, GitHub's links or HTML would act upon: a reference is never markup.
/// After `@` and `#` stands a reference to a character of no width, because GitHub looks for mentions in what was
/// rendered.
fn escaped(text: &str) -> String {
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
    out
}

fn is_always_inert(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || !byte.is_ascii() || b"-,;/(){}%=+?'\" ".contains(&byte)
}

/// An id inside backticks: anything but the plainest characters becomes `_`.
fn inert_id(id: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || "-._/()".contains(c) { c } else { '_' };
    id.chars().map(plain).collect()
}

/// A label inside quotes in a Mermaid chart, where no escape exists: other characters than the plainest become `_`.
fn chart_label(text: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || "-./ ".contains(c) { c } else { '_' };
    let label: String = text.chars().map(plain).collect();
    shortened(label.trim(), 32).replace('…', "..")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::report::phrase::{name, names, phrase};

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
            assert_eq!(line(&name(text)), markdown);
        }
    }

    #[test]
    fn a_few_names_are_enough() {
        assert_eq!(line(&names::<&str>(&[])), "–");
        assert_eq!(line(&names(&["a", "b"])), "a, b");
        assert_eq!(line(&names(&["a", "b", "c", "d", "e", "f"])), "a, b, c, d and 2 more");
    }

    #[test]
    fn a_fence_is_longer_than_what_it_holds() {
        let commands =
            |commands: &[&str]| block(&Block::Commands(commands.iter().map(|c| (*c).to_owned()).collect()));
        assert_eq!(commands(&["az x", "az y"]), "```sh\naz x\naz y\n```");
        assert_eq!(commands(&["az '````\n````'"]), "`````sh\naz '````\\n````'\n`````");
        assert_eq!(fenced("hcl", "a ``` b\n````"), "`````hcl\na ``` b\n````\n`````");
    }

    #[test]
    fn words_of_ours_are_written_as_they_are_read() {
        let cases = [
            "plain words, 16 × 2 * 3 ** 4 [[x]] <b> and `half",
            "**strong `code` and [a link](#here)** and <https://x.example>, [`f`](f)",
        ];
        for words in cases {
            assert_eq!(line(&Phrase::ours(words)), words);
        }
        let mixed = phrase!("**{}** of `{}` at [{}]({})", name("a*b"), "x", name("<y>"), "#z");
        assert_eq!(line(&mixed), "**a&#42;b** of `x` at [&#60;y&#62;](#z)");
    }

    proptest! {
        #[test]
        fn no_text_reaches_the_page_as_markup(text in any::<String>()) {
            let markdown = line(&name(&text));
            prop_assert!(!markdown.contains(['<', '>', '|', '`', '*', '[', ']', '\\', '@', '$', '\n', '\r']));
        }

        #[test]
        fn any_words_of_ours_are_written_as_they_are_read(words in "([a-z`*<>\\[\\]() ]|http|\\{\\}){0,30}") {
            prop_assert_eq!(line(&Phrase::ours(&words)), words);
        }

        #[test]
        fn no_text_leaves_its_label(text in any::<String>()) {
            let label = chart_label(&text);
            prop_assert!(label.len() <= 34);
            prop_assert!(label.chars().all(|c| c.is_ascii_alphanumeric() || "-./_ ".contains(c)));
        }
    }
}
