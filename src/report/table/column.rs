//! A column, declared once: what it is called, what it says, in which unit and of which type. Every format reads these
//! declarations and none has a list of its own.

use std::{borrow::Cow, collections::BTreeMap, marker::PhantomData, ops::Deref};

use jiff::civil::Date;

/// A table: what a row is, and its columns.
pub(crate) trait Table: Sized + 'static {
    /// What one row is called, as the schema names it.
    const ROW: &'static str;
    /// What a row is, in a sentence.
    const DOC: &'static str;
    /// The columns, in the order scripts rely on. New ones go to the right.
    const COLUMNS: &'static [Column<Self>];
    /// What a row is made from.
    type Of<'r>: Copy;
}

/// A row of a table, read as what it is made from.
pub(crate) struct Row<'r, T: Table> {
    of: T::Of<'r>,
}

impl<T: Table> Clone for Row<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Table> Copy for Row<'_, T> {}

impl<'r, T: Table> Deref for Row<'r, T> {
    type Target = T::Of<'r>;

    fn deref(&self) -> &Self::Target {
        &self.of
    }
}

/// What stands in a row under a heading.
pub(crate) enum Value<'r> {
    /// It can't be told, or there is none.
    Unknown,
    /// Yes or no.
    Flag(bool),
    /// A number of things.
    Count(u64),
    /// A difference, or days; negative is a deficit, or past.
    Signed(i64),
    /// Tenths of a percent.
    Tenths(u64),
    /// The lowest and the highest of several counts.
    Bounds((u64, u64)),
    /// The length of a prefix.
    Length(u8),
    /// A day.
    Date(Date),
    /// A text, an id, a range, a word.
    Text(Cow<'r, str>),
    /// Texts.
    List(Vec<Cow<'r, str>>),
    /// Texts by name.
    Map(&'r BTreeMap<String, String>),
    /// One row of another table.
    Row(Nested<'r>),
    /// Rows of another table.
    Rows(Nested<'r>),
}

/// The words of a column that has a closed set of them.
pub(crate) type Words = fn() -> Vec<&'static str>;

/// The type of a column.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    /// [`Value::Flag`]
    Flag,
    /// [`Value::Count`]
    Count,
    /// [`Value::Signed`]
    Signed,
    /// [`Value::Tenths`]
    Percent,
    /// [`Value::Bounds`]
    Bounds,
    /// [`Value::Length`]
    Length,
    /// [`Value::Date`]
    Date,
    /// A moment, as a text.
    Time,
    /// A text.
    Text,
    /// A range, as a text.
    Cidr,
    /// One of these words.
    Word(Words),
    /// [`Value::List`], of words where there is a closed set of them; the character that joins them in one cell.
    List(Option<Words>, char),
    /// [`Value::Map`]
    Map,
    /// [`Value::Row`], of this table.
    Row(fn() -> Described),
    /// [`Value::Rows`], of this table.
    Rows(fn() -> Described),
}

/// Where a column is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// In the table's file and in the document.
    Everywhere,
    /// In the document only, because a cell has no room for it.
    Document,
    /// In the table's file only, because the document says it by where the row stands.
    File,
}

/// What is known of a column without a row.
pub(crate) struct Heading {
    /// Its name, the same everywhere.
    pub(crate) name: &'static str,
    /// What it says, in a sentence.
    pub(crate) doc: &'static str,
    /// What a number counts; empty for everything else.
    pub(crate) unit: &'static str,
    /// Its type.
    pub(crate) kind: Kind,
    /// Whether it can be unknown.
    pub(crate) is_nullable: bool,
    /// Where it is.
    pub(crate) place: Place,
}

/// A column of a table.
pub(crate) struct Column<T: Table> {
    heading: Heading,
    of: Of<T>,
}

/// A column that has a name and a meaning, but no type yet.
pub(crate) struct Named {
    name: &'static str,
    doc: &'static str,
    place: Place,
}

/// A column of the file and of the document.
pub(crate) const fn column(name: &'static str, doc: &'static str) -> Named {
    Named { name, doc, place: Place::Everywhere }
}

/// A column of the document only.
pub(crate) const fn document_only(name: &'static str, doc: &'static str) -> Named {
    Named { name, doc, place: Place::Document }
}

/// A column of the file only.
pub(crate) const fn file_only(name: &'static str, doc: &'static str) -> Named {
    Named { name, doc, place: Place::File }
}

/// The types a column can have: its name, what a row tells it with, whether that is always known, and what it becomes.
macro_rules! types {
    (@value known $told:expr, $value:expr) => { $value($told) };
    (@value maybe $told:expr, $value:expr) => { $told.map_or(Value::Unknown, $value) };
    (@nullable known) => { false };
    (@nullable maybe) => { true };
    ($(
        $(#[$doc:meta])*
        $of:ident $name:ident($($argument:ident: $type:ty),*) -> $told:ty: $known:ident $value:expr, $kind:expr, $unit:expr;
    )+) => {
        /// How a row tells a value.
        enum Of<T: Table> {
            $($of(for<'r> fn(Row<'r, T>) -> $told),)+
        }

        impl<T: Table> Column<T> {
            /// What a row says in it.
            fn value<'r>(&self, row: Row<'r, T>) -> Value<'r> {
                match self.of {
                    $(Of::$of(of) => types!(@value $known of(row), $value),)+
                }
            }
        }

        impl Named {
            $(
                $(#[$doc])*
                pub(crate) const fn $name<T: Table>(
                    self,
                    $($argument: $type,)*
                    of: for<'r> fn(Row<'r, T>) -> $told,
                ) -> Column<T> {
                    let Self { name, doc, place } = self;
                    let is_nullable = types!(@nullable $known);
                    let heading = Heading { name, doc, unit: $unit, kind: $kind, is_nullable, place };
                    Column { heading, of: Of::$of(of) }
                }
            )+
        }
    };
}

types! {
    /// Yes or no.
    Flag flag() -> bool: known Value::Flag, Kind::Flag, "";
    /// Yes or no, where it is known.
    MaybeFlag maybe_flag() -> Option<bool>: maybe Value::Flag, Kind::Flag, "";
    /// A number of things.
    Count count(unit: &'static str) -> u64: known Value::Count, Kind::Count, unit;
    /// A number of things, where it is known.
    MaybeCount maybe_count(unit: &'static str) -> Option<u64>: maybe Value::Count, Kind::Count, unit;
    /// A difference.
    Signed signed(unit: &'static str) -> i64: known Value::Signed, Kind::Signed, unit;
    /// A difference, where it is known.
    MaybeSigned maybe_signed(unit: &'static str) -> Option<i64>: maybe Value::Signed, Kind::Signed, unit;
    /// A share in tenths of a percent, where it is known.
    MaybePercent maybe_percent() -> Option<u64>: maybe Value::Tenths, Kind::Percent, "percent";
    /// The lowest and the highest of several counts, where they are known.
    MaybeBounds maybe_bounds(unit: &'static str) -> Option<(u64, u64)>: maybe Value::Bounds, Kind::Bounds, unit;
    /// The length of a prefix, where there is one.
    MaybeLength maybe_length() -> Option<u8>: maybe Value::Length, Kind::Length, "prefix length";
    /// A day.
    Date date() -> Date: known Value::Date, Kind::Date, "";
    /// A day, where it is known.
    MaybeDate maybe_date() -> Option<Date>: maybe Value::Date, Kind::Date, "";
    /// A moment in UTC.
    Time time() -> String: known text, Kind::Time, "";
    /// A text.
    Text text() -> &'r str: known text, Kind::Text, "";
    /// A text, where there is one.
    MaybeText maybe_text() -> Option<&'r str>: maybe text, Kind::Text, "";
    /// A text that is made for the asking.
    Made made() -> String: known text, Kind::Text, "";
    /// A text that is made for the asking, where there is one.
    MaybeMade maybe_made() -> Option<String>: maybe text, Kind::Text, "";
    /// A range.
    Cidr cidr() -> String: known text, Kind::Cidr, "";
    /// A range, where there is one.
    MaybeCidr maybe_cidr() -> Option<String>: maybe text, Kind::Cidr, "";
    /// One of these words.
    Word word(words: Words) -> &'r str: known text, Kind::Word(words), "";
    /// One of these words, where it is known.
    MaybeWord maybe_word(words: Words) -> Option<&'r str>: maybe text, Kind::Word(words), "";
    /// Texts.
    List list() -> Vec<Cow<'r, str>>: known Value::List, Kind::List(None, ';'), "";
    /// Some of these words; a cell joins them with this character.
    Words words(words: Words, by: char) -> Vec<Cow<'r, str>>: known Value::List, Kind::List(Some(words), by), "";
    /// Texts by name.
    Map map() -> &'r BTreeMap<String, String>: known Value::Map, Kind::Map, "";
    /// One row of another table.
    Row row(of_table: fn() -> Described) -> Nested<'r>: known Value::Row, Kind::Row(of_table), "";
    /// One row of another table, where there is one.
    MaybeRow maybe_row(of_table: fn() -> Described) -> Option<Nested<'r>>: maybe Value::Row, Kind::Row(of_table), "";
    /// Rows of another table.
    Rows rows(of_table: fn() -> Described) -> Nested<'r>: known Value::Rows, Kind::Rows(of_table), "";
}

fn text<'r>(text: impl Into<Cow<'r, str>>) -> Value<'r> {
    Value::Text(text.into())
}

/// A table without its rows.
pub(crate) struct Described {
    /// What one row is called.
    pub(crate) row: &'static str,
    /// What a row is.
    pub(crate) doc: &'static str,
    /// Its headings.
    pub(crate) headings: Vec<&'static Heading>,
}

/// Describes a table.
pub(crate) fn described<T: Table>() -> Described {
    Described {
        row: T::ROW,
        doc: T::DOC,
        headings: T::COLUMNS.iter().map(|column| &column.heading).collect(),
    }
}

/// Rows with their headings, whatever table they are of.
pub(crate) trait Grid {
    /// How many rows there are.
    fn height(&self) -> usize;

    /// The heading of a column; none beyond the last.
    fn heading(&self, column: usize) -> Option<&'static Heading>;

    /// What stands in a row under a heading.
    fn value(&self, row: usize, column: usize) -> Value<'_>;
}

/// Rows of some table.
pub(crate) type Nested<'r> = Box<dyn Grid + 'r>;

fn value<T: Table>(of: Option<T::Of<'_>>, column: usize) -> Value<'_> {
    let cell = of.zip(T::COLUMNS.get(column));
    cell.map_or(Value::Unknown, |(of, column)| column.value(Row { of }))
}

/// Rows that are records of the audit as they are, or of its making.
struct Records<'r, T, X: Clone>(Cow<'r, [X]>, PhantomData<T>);

impl<T: for<'x> Table<Of<'x> = &'x X>, X: Clone + 'static> Grid for Records<'_, T, X> {
    fn height(&self) -> usize {
        self.0.len()
    }

    fn heading(&self, column: usize) -> Option<&'static Heading> {
        T::COLUMNS.get(column).map(|column| &column.heading)
    }

    fn value(&self, row: usize, column: usize) -> Value<'_> {
        value::<T>(self.0.get(row), column)
    }
}

/// Rows that are records, borrowed or made.
pub(crate) fn records<'r, T, X>(rows: impl Into<Cow<'r, [X]>>) -> Nested<'r>
where
    T: for<'x> Table<Of<'x> = &'x X>,
    X: Clone + 'static,
{
    Box::new(Records::<T, X>(rows.into(), PhantomData))
}

/// Rows that several records make together.
struct Joined<'r, T: Table>(Vec<T::Of<'r>>);

impl<T: Table> Grid for Joined<'_, T> {
    fn height(&self) -> usize {
        self.0.len()
    }

    fn heading(&self, column: usize) -> Option<&'static Heading> {
        T::COLUMNS.get(column).map(|column| &column.heading)
    }

    fn value(&self, row: usize, column: usize) -> Value<'_> {
        value::<T>(self.0.get(row).copied(), column)
    }
}

/// Rows that several records make together, or records in an order of their own.
pub(crate) fn joined<'r, T: Table>(rows: impl IntoIterator<Item = T::Of<'r>>) -> Nested<'r> {
    Box::new(Joined::<T>(rows.into_iter().collect()))
}
