//! What stands inside a line, typed: words of ours, names from outside, numbers, code, what is strong, links. How each is
//! written, and that a name does nothing but show itself, is the format's business.

use super::text::{grouped, shortened};
use crate::{inventory::ResourceId, words::noun};

/// A piece of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Inline {
    /// Words of ours.
    Text(String),
    /// A text from outside: a name, or a sentence with names in it.
    Name(String),
    /// A number.
    Number(u64),
    /// A word of a file, a command or a configuration.
    Code(String),
    /// A resource id, from outside.
    Id(String),
    /// What stands out.
    Strong(Vec<Inline>),
    /// A place in this page, another file, or a page of the web; without words it shows its own address.
    Link(Vec<Inline>, String),
}

/// What stands in one line: a paragraph, an element of a list, a cell.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Phrase(Vec<Inline>);

/// Characters a name may have before it is cut. The CSV files hold it whole.
const LONGEST_NAME: usize = 80;
/// The same for sentences, such as Azure's own messages.
const LONGEST_PROSE: usize = 400;

impl Phrase {
    /// Words of ours. Backticks are around code and two stars around what is strong; `[words](place)` and `<https://…>` are
    /// links.
    pub(crate) fn ours(words: impl AsRef<str>) -> Self {
        Self(Parser { pieces: None }.inlines(words.as_ref()))
    }

    /// Words of ours in which each `{}` is a piece.
    pub(crate) fn with(words: &str, pieces: impl IntoIterator<Item = Self>) -> Self {
        Self(Parser { pieces: Some(&mut pieces.into_iter()) }.inlines(words))
    }

    /// A number.
    pub(crate) fn number(number: u64) -> Self {
        Self(vec![Inline::Number(number)])
    }

    /// A text from outside, whole: what a table holds must not be cut.
    pub(crate) fn outside(text: impl Into<String>) -> Self {
        Self(vec![Inline::Name(text.into())])
    }

    /// Words that are code as a whole.
    pub(crate) fn code(text: impl Into<String>) -> Self {
        Self(vec![Inline::Code(text.into())])
    }

    /// A resource id.
    pub(crate) fn id(id: &ResourceId) -> Self {
        Self(vec![Inline::Id(id.as_str().to_owned())])
    }

    /// The phrase in a cell of a table: numbers are digits, and code is between backticks.
    pub(crate) fn text(&self) -> String {
        written(&self.0, "`", &|number| number.to_string())
    }

    /// The same with thousands apart.
    pub(crate) fn text_for_people(&self) -> String {
        written(&self.0, "`", &grouped)
    }

    /// The pieces.
    pub(crate) fn inlines(&self) -> &[Inline] {
        &self.0
    }

    /// Phrases in a row.
    pub(crate) fn joined(phrases: impl IntoIterator<Item = Self>, between: &str) -> Self {
        let mut all = Vec::new();
        for phrase in phrases {
            if !all.is_empty() {
                all.push(Inline::Text(between.to_owned()));
            }
            all.extend(phrase.0);
        }
        Self(all)
    }

    /// The phrase as a link.
    pub(crate) fn linked_to(self, place: &str) -> Self {
        Self(vec![Inline::Link(self.0, place.to_owned())])
    }

    /// The phrase with a full stop.
    pub(crate) fn ended(mut self) -> Self {
        if !plain(&self.0).ends_with('.') {
            self.0.push(Inline::Text(".".to_owned()));
        }
        self
    }
}

/// What the pieces say, without a sign of what they are.
fn plain(inlines: &[Inline]) -> String {
    written(inlines, "", &grouped)
}

/// What the pieces say, code between two marks.
fn written(inlines: &[Inline], mark: &str, number: &dyn Fn(u64) -> String) -> String {
    let of = |inline: &Inline| match inline {
        Inline::Text(text) | Inline::Name(text) | Inline::Id(text) => text.clone(),
        Inline::Number(value) => number(*value),
        Inline::Code(text) => format!("{mark}{text}{mark}"),
        Inline::Link(inner, place) if inner.is_empty() => place.clone(),
        Inline::Strong(inner) | Inline::Link(inner, _) => written(inner, mark, number),
    };
    inlines.iter().map(of).collect()
}

impl From<&str> for Phrase {
    fn from(words: &str) -> Self {
        Self::ours(words)
    }
}

impl From<String> for Phrase {
    fn from(words: String) -> Self {
        Self::ours(words)
    }
}

impl From<u64> for Phrase {
    fn from(number: u64) -> Self {
        Self::number(number)
    }
}

impl From<u32> for Phrase {
    fn from(number: u32) -> Self {
        Self::number(number.into())
    }
}

impl From<usize> for Phrase {
    fn from(number: usize) -> Self {
        Self::number(number as u64)
    }
}

impl From<i64> for Phrase {
    fn from(number: i64) -> Self {
        let size = Inline::Number(number.unsigned_abs());
        Self(if number < 0 { vec![Inline::Text("-".to_owned()), size] } else { vec![size] })
    }
}

/// Words of ours in which each `{}` is a piece: a phrase, a number, or more words of ours. What comes from outside is a
/// phrase, as [`Phrase::outside`] makes it.
macro_rules! phrase {
    ($words:literal $(, $piece:expr)+ $(,)?) => {
        $crate::report::phrase::Phrase::with($words, [$($crate::report::phrase::Phrase::from($piece)),+])
    };
}
pub(crate) use phrase;

/// Reads words of ours.
struct Parser<'p> {
    /// What stands for each `{}`; none where braces are words.
    pieces: Option<&'p mut dyn Iterator<Item = Phrase>>,
}

impl Parser<'_> {
    fn inlines(&mut self, words: &str) -> Vec<Inline> {
        let mut all = Vec::new();
        let (mut from, mut at) = (0, 0);
        while let Some(found) = words.get(at..).and_then(|rest| rest.find(['`', '*', '[', '<'])) {
            let start = at + found;
            let rest = words.get(start..).unwrap_or_default();
            let Some(length) = marked(rest) else {
                at = start + 1;
                continue;
            };
            self.words(words.get(from..start).unwrap_or_default(), &mut all);
            all.push(self.mark(rest.get(..length).unwrap_or_default()));
            from = start + length;
            at = from;
        }
        self.words(words.get(from..).unwrap_or_default(), &mut all);
        all
    }

    /// Words without a mark in them.
    fn words(&mut self, words: &str, all: &mut Vec<Inline>) {
        let mut rest = words;
        if let Some(pieces) = &mut self.pieces {
            while let Some((before, after)) = rest.split_once("{}") {
                text(before, all);
                all.extend(pieces.next().unwrap_or_default().0);
                rest = after;
            }
        }
        text(rest, all);
    }

    /// A mark with what it holds.
    fn mark(&mut self, marked: &str) -> Inline {
        let inside = |open: usize, close: usize| marked.get(open..marked.len() - close).unwrap_or_default();
        if marked.starts_with('`') {
            Inline::Code(self.plain(inside(1, 1)))
        } else if marked.starts_with('*') {
            Inline::Strong(self.inlines(inside(2, 2)))
        } else if marked.starts_with('<') {
            Inline::Link(Vec::new(), self.plain(inside(1, 1)))
        } else {
            let (words, place) = inside(1, 1).split_once("](").unwrap_or_default();
            Inline::Link(self.inlines(words), self.plain(place))
        }
    }

    fn plain(&mut self, words: &str) -> String {
        let mut all = Vec::new();
        self.words(words, &mut all);
        plain(&all)
    }
}

fn text(words: &str, all: &mut Vec<Inline>) {
    if !words.is_empty() {
        all.push(Inline::Text(words.to_owned()));
    }
}

/// How long the mark is that a text begins with; none where it is no mark.
fn marked(text: &str) -> Option<usize> {
    let until = |open: usize, close: &str| Some(open + text.get(open..)?.find(close)? + close.len());
    match text.as_bytes() {
        [b'`', ..] => until(1, "`"),
        [b'*', b'*', ..] => until(2, "**"),
        [b'<', b'h', b't', b't', b'p', ..] | [b'<', b'{', b'}', ..] => until(1, ">"),
        [b'[', ..] => {
            // Without words it would be an address.
            let words = until(2, "](")?;
            Some(words + text.get(words..)?.find(')')? + 1)
        }
        _ => None,
    }
}

/// A number with its noun.
pub(crate) fn counted<N: Copy + TryInto<i128> + Into<Phrase>>(number: N, one: &str, many: &str) -> Phrase {
    let figure: Phrase = number.into();
    phrase!("{} {}", figure, noun(number, one, many))
}

/// A name.
pub(crate) fn name(text: &str) -> Phrase {
    Phrase(vec![Inline::Name(shortened(text, LONGEST_NAME).into_owned())])
}

/// A name that may be unknown.
pub(crate) fn maybe(text: Option<&str>) -> Phrase {
    text.filter(|text| !text.is_empty()).map_or_else(|| Phrase::ours("–"), name)
}

/// Names in a row, a few of them.
pub(crate) fn names<T: AsRef<str>>(texts: &[T]) -> Phrase {
    const SHOWN: usize = 4;
    let shown = texts.iter().take(SHOWN).map(|text| name(text.as_ref()));
    let shown = Phrase::joined(shown, ", ");
    match texts.len().checked_sub(SHOWN) {
        _ if texts.is_empty() => Phrase::ours("–"),
        None | Some(0) => shown,
        Some(more) => phrase!("{} and {} more", shown, more.to_string()),
    }
}

/// A sentence with texts from outside in it. Backticks in it become quotes.
pub(crate) fn prose(text: &str) -> Phrase {
    Phrase(vec![Inline::Name(shortened(text, LONGEST_PROSE).replace('`', "'"))])
}
