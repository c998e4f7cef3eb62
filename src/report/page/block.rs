//! The blocks of a page. What a page says stands in them; how it looks is the format's business.

use jiff::civil::Date;

use crate::{
    ipam::Cidr,
    report::phrase::{Inline, Phrase},
};

/// A block.
pub(crate) enum Block {
    /// A heading of a level.
    Heading(usize, Phrase),
    /// A paragraph.
    Paragraph(Phrase),
    /// A list.
    List(Vec<Phrase>),
    /// A list to tick off.
    Checklist(Vec<Phrase>),
    /// What a reader must not miss.
    Alert(Alert, Phrase),
    /// Columns with their alignment, and rows.
    Table(Vec<(Phrase, Align)>, Vec<Vec<Phrase>>),
    /// A chart.
    Chart(Chart),
    /// Commands for a POSIX shell, one a line.
    Commands(Vec<String>),
    /// A cluster as code.
    Code(Language, ClusterCode),
}

/// How a column is aligned.
#[derive(Clone, Copy)]
pub(crate) enum Align {
    /// Texts.
    Left,
    /// Numbers.
    Right,
}

/// How much an alert matters.
#[derive(Clone, Copy)]
pub(crate) enum Alert {
    /// To know.
    Note,
    /// Not to forget.
    Important,
    /// To think about.
    Warning,
    /// There is no way back.
    Caution,
}

/// A language of infrastructure code.
#[derive(Clone, Copy)]
pub(crate) enum Language {
    /// Bicep.
    Bicep,
    /// Terraform.
    Terraform,
}

/// A cluster that code owns, with what of its network profile changes.
#[derive(Clone)]
pub(crate) struct ClusterCode {
    /// Its name.
    pub(crate) name: String,
    /// Its resource group.
    pub(crate) resource_group: String,
    /// Its region.
    pub(crate) location: String,
    /// Whether it is in Overlay then.
    pub(crate) overlay: bool,
    /// Whether it has the Cilium data plane then.
    pub(crate) cilium: bool,
    /// Its pod CIDR then.
    pub(crate) pod_cidr: Option<Cidr>,
}

/// A chart.
pub(crate) enum Chart {
    /// Shares of a whole.
    Pie(&'static str, Vec<(String, usize)>),
    /// Bars side by side.
    Bars(Bars),
    /// What happens when.
    Gantt(Gantt),
}

/// Bars in percent.
pub(crate) struct Bars {
    /// What they show.
    pub(crate) title: &'static str,
    /// The name of each, from outside, and its length in tenths of a percent.
    pub(crate) lengths: Vec<(String, u64)>,
    /// Where the axis ends, in percent.
    pub(crate) top: u64,
    /// Whether a line stands at 100 %.
    pub(crate) has_limit: bool,
}

/// Bars over time.
pub(crate) struct Gantt {
    /// What they show.
    pub(crate) title: &'static str,
    /// The sections, each with its bars.
    pub(crate) sections: Vec<(String, Vec<Span>)>,
    /// Days that count, in a section of their own.
    pub(crate) dates: Vec<(&'static str, Date)>,
}

/// A bar over time.
pub(crate) struct Span {
    /// What happens: words of ours, or a name.
    pub(crate) label: Inline,
    /// How it stands out.
    pub(crate) mark: Mark,
    /// Its first day.
    pub(crate) start: Date,
    /// The day it is over.
    pub(crate) end: Date,
}

/// How a bar stands out.
#[derive(Clone, Copy)]
pub(crate) enum Mark {
    /// Not at all.
    Plain,
    /// It goes first.
    Rehearsal,
    /// It is late.
    Late,
}

/// A page under construction.
#[derive(Default)]
pub(crate) struct Page {
    blocks: Vec<Block>,
    /// Whether headings and commands stand close to the paragraphs around them.
    tight: bool,
}

impl Page {
    /// Its blocks.
    pub(crate) fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// Another page after this one.
    pub(crate) fn append(&mut self, other: Self) {
        self.blocks.extend(other.blocks);
    }

    /// How many lines it takes where each block stands apart from the next.
    pub(crate) fn lines(&self) -> usize {
        let own = |block: &Block| match block {
            Block::Heading(..) | Block::Paragraph(_) => 1,
            Block::List(items) | Block::Checklist(items) => items.len(),
            Block::Alert(..) => 2,
            Block::Table(_, rows) => rows.len() + 2,
            Block::Commands(commands) => commands.len() + 2,
            Block::Chart(_) | Block::Code(..) => 20,
        };
        let own: usize = self.blocks.iter().map(own).sum();
        let apart = self.blocks.windows(2).filter(|two| matches!(two, [a, b] if self.is_apart(a, b))).count();
        own + apart
    }

    /// Whether a line stands between two blocks.
    pub(crate) fn is_apart(&self, before: &Block, after: &Block) -> bool {
        let is_close = matches!(
            (before, after),
            (Block::Heading(..) | Block::Commands(_), Block::Paragraph(_) | Block::Commands(_))
                | (Block::Paragraph(_), Block::Commands(_))
        );
        !(self.tight && is_close)
    }

    /// Brings headings and commands close to the paragraphs around them, because the page is long.
    pub(crate) fn tighten(&mut self) {
        self.tight = true;
    }

    /// A heading.
    pub(crate) fn heading(&mut self, level: usize, words: impl Into<Phrase>) {
        self.blocks.push(Block::Heading(level, words.into()));
    }

    /// A paragraph.
    pub(crate) fn paragraph(&mut self, words: impl Into<Phrase>) {
        self.blocks.push(Block::Paragraph(words.into()));
    }

    /// A list; nothing at all when it has no items.
    pub(crate) fn list(&mut self, items: impl IntoIterator<Item: Into<Phrase>>) {
        let items: Vec<_> = items.into_iter().map(Into::into).collect();
        if !items.is_empty() {
            self.blocks.push(Block::List(items));
        }
    }

    /// A list to tick off; nothing at all when it has no items.
    pub(crate) fn checklist(&mut self, items: impl IntoIterator<Item: Into<Phrase>>) {
        let items: Vec<_> = items.into_iter().map(Into::into).collect();
        if !items.is_empty() {
            self.blocks.push(Block::Checklist(items));
        }
    }

    /// What a reader must not miss.
    pub(crate) fn alert(&mut self, kind: Alert, words: impl Into<Phrase>) {
        self.blocks.push(Block::Alert(kind, words.into()));
    }

    /// A table; nothing at all when it has no rows. Says how many it has. The names of its columns stand between bars, with
    /// a `>` before those of numbers, which stand at the right.
    pub(crate) fn table(&mut self, columns: &str, rows: Vec<Vec<Phrase>>) -> usize {
        let count = rows.len();
        if count > 0 {
            let column = |name: &str| match name.trim().strip_prefix('>') {
                Some(name) => (Phrase::ours(name.trim()), Align::Right),
                None => (Phrase::ours(name.trim()), Align::Left),
            };
            self.blocks.push(Block::Table(columns.split('|').map(column).collect(), rows));
        }
        count
    }

    /// A chart.
    pub(crate) fn chart(&mut self, chart: Chart) {
        self.blocks.push(Block::Chart(chart));
    }

    /// Commands for a shell; nothing at all when there are none.
    pub(crate) fn commands(&mut self, commands: impl IntoIterator<Item: Into<String>>) {
        let commands: Vec<_> = commands.into_iter().map(Into::into).collect();
        if !commands.is_empty() {
            self.blocks.push(Block::Commands(commands));
        }
    }

    /// A cluster as code, in each language.
    pub(crate) fn code(&mut self, cluster: ClusterCode) {
        self.blocks.push(Block::Code(Language::Bicep, cluster.clone()));
        self.blocks.push(Block::Code(Language::Terraform, cluster));
    }
}
