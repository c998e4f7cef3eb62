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
    Bounds(u64, u64),
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

/// How a row tells a value.
enum Of<T: Table> {
    Flag(for<'r> fn(Row<'r, T>) -> bool),
    MaybeFlag(for<'r> fn(Row<'r, T>) -> Option<bool>),
    Count(for<'r> fn(Row<'r, T>) -> u64),
    MaybeCount(for<'r> fn(Row<'r, T>) -> Option<u64>),
    Signed(for<'r> fn(Row<'r, T>) -> i64),
    MaybeSigned(for<'r> fn(Row<'r, T>) -> Option<i64>),
    MaybeTenths(for<'r> fn(Row<'r, T>) -> Option<u64>),
    MaybeBounds(for<'r> fn(Row<'r, T>) -> Option<(u64, u64)>),
    MaybeLength(for<'r> fn(Row<'r, T>) -> Option<u8>),
    Date(for<'r> fn(Row<'r, T>) -> Date),
    MaybeDate(for<'r> fn(Row<'r, T>) -> Option<Date>),
    Text(for<'r> fn(Row<'r, T>) -> &'r str),
    MaybeText(for<'r> fn(Row<'r, T>) -> Option<&'r str>),
    Made(for<'r> fn(Row<'r, T>) -> String),
    MaybeMade(for<'r> fn(Row<'r, T>) -> Option<String>),
    List(for<'r> fn(Row<'r, T>) -> Vec<Cow<'r, str>>),
    Map(for<'r> fn(Row<'r, T>) -> &'r BTreeMap<String, String>),
    Row(for<'r> fn(Row<'r, T>) -> Nested<'r>),
    MaybeRow(for<'r> fn(Row<'r, T>) -> Option<Nested<'r>>),
    Rows(for<'r> fn(Row<'r, T>) -> Nested<'r>),
}

impl<T: Table> Of<T> {
    const fn is_nullable(&self) -> bool {
        matches!(
            self,
            Self::MaybeFlag(_)
                | Self::MaybeCount(_)
                | Self::MaybeSigned(_)
                | Self::MaybeTenths(_)
                | Self::MaybeBounds(_)
                | Self::MaybeLength(_)
                | Self::MaybeDate(_)
                | Self::MaybeText(_)
                | Self::MaybeMade(_)
                | Self::MaybeRow(_)
        )
    }
}

impl<T: Table> Column<T> {
    /// What a row says in it.
    fn value<'r>(&self, row: Row<'r, T>) -> Value<'r> {
        let some = |value: Option<Value<'r>>| value.unwrap_or(Value::Unknown);
        match self.of {
            Of::Flag(of) => Value::Flag(of(row)),
            Of::MaybeFlag(of) => some(of(row).map(Value::Flag)),
            Of::Count(of) => Value::Count(of(row)),
            Of::MaybeCount(of) => some(of(row).map(Value::Count)),
            Of::Signed(of) => Value::Signed(of(row)),
            Of::MaybeSigned(of) => some(of(row).map(Value::Signed)),
            Of::MaybeTenths(of) => some(of(row).map(Value::Tenths)),
            Of::MaybeBounds(of) => some(of(row).map(|(low, high)| Value::Bounds(low, high))),
            Of::MaybeLength(of) => some(of(row).map(Value::Length)),
            Of::Date(of) => Value::Date(of(row)),
            Of::MaybeDate(of) => some(of(row).map(Value::Date)),
            Of::Text(of) => Value::Text(of(row).into()),
            Of::MaybeText(of) => some(of(row).map(|text| Value::Text(text.into()))),
            Of::Made(of) => Value::Text(of(row).into()),
            Of::MaybeMade(of) => some(of(row).map(|text| Value::Text(text.into()))),
            Of::List(of) => Value::List(of(row)),
            Of::Map(of) => Value::Map(of(row)),
            Of::Row(of) => Value::Row(of(row)),
            Of::MaybeRow(of) => some(of(row).map(Value::Row)),
            Of::Rows(of) => Value::Rows(of(row)),
        }
    }
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

/// The types a column can have: the name of each, and what a row tells it with.
macro_rules! types {
    ($($(#[$doc:meta])* $name:ident($($argument:ident: $type:ty),*) -> $told:ty = $of:ident, $kind:expr, $unit:expr;)+) => {
        impl Named {
            $(
                $(#[$doc])*
                pub(crate) const fn $name<T: Table>(
                    self,
                    $($argument: $type,)*
                    of: for<'r> fn(Row<'r, T>) -> $told,
                ) -> Column<T> {
                    let Self { name, doc, place } = self;
                    let of = Of::$of(of);
                    let is_nullable = of.is_nullable();
                    Column { heading: Heading { name, doc, unit: $unit, kind: $kind, is_nullable, place }, of }
                }
            )+
        }
    };
}

types! {
    /// Yes or no.
    flag() -> bool = Flag, Kind::Flag, "";
    /// Yes or no, where it is known.
    maybe_flag() -> Option<bool> = MaybeFlag, Kind::Flag, "";
    /// A number of things.
    count(unit: &'static str) -> u64 = Count, Kind::Count, unit;
    /// A number of things, where it is known.
    maybe_count(unit: &'static str) -> Option<u64> = MaybeCount, Kind::Count, unit;
    /// A difference.
    signed(unit: &'static str) -> i64 = Signed, Kind::Signed, unit;
    /// A difference, where it is known.
    maybe_signed(unit: &'static str) -> Option<i64> = MaybeSigned, Kind::Signed, unit;
    /// A share in tenths of a percent, where it is known.
    maybe_percent() -> Option<u64> = MaybeTenths, Kind::Percent, "percent";
    /// The lowest and the highest of several counts, where they are known.
    maybe_bounds(unit: &'static str) -> Option<(u64, u64)> = MaybeBounds, Kind::Bounds, unit;
    /// The length of a prefix, where there is one.
    maybe_length() -> Option<u8> = MaybeLength, Kind::Length, "prefix length";
    /// A day.
    date() -> Date = Date, Kind::Date, "";
    /// A day, where it is known.
    maybe_date() -> Option<Date> = MaybeDate, Kind::Date, "";
    /// A moment in UTC.
    time() -> String = Made, Kind::Time, "";
    /// A text.
    text() -> &'r str = Text, Kind::Text, "";
    /// A text, where there is one.
    maybe_text() -> Option<&'r str> = MaybeText, Kind::Text, "";
    /// A text that is made for the asking.
    made() -> String = Made, Kind::Text, "";
    /// A text that is made for the asking, where there is one.
    maybe_made() -> Option<String> = MaybeMade, Kind::Text, "";
    /// A range.
    cidr() -> String = Made, Kind::Cidr, "";
    /// A range, where there is one.
    maybe_cidr() -> Option<String> = MaybeMade, Kind::Cidr, "";
    /// One of these words.
    word(words: Words) -> &'r str = Text, Kind::Word(words), "";
    /// One of these words, where it is known.
    maybe_word(words: Words) -> Option<&'r str> = MaybeText, Kind::Word(words), "";
    /// Texts.
    list() -> Vec<Cow<'r, str>> = List, Kind::List(None, ';'), "";
    /// Some of these words; a cell joins them with this character.
    words(words: Words, joined: char) -> Vec<Cow<'r, str>> = List, Kind::List(Some(words), joined), "";
    /// Texts by name.
    map() -> &'r BTreeMap<String, String> = Map, Kind::Map, "";
    /// One row of another table.
    row(of_table: fn() -> Described) -> Nested<'r> = Row, Kind::Row(of_table), "";
    /// One row of another table, where there is one.
    maybe_row(of_table: fn() -> Described) -> Option<Nested<'r>> = MaybeRow, Kind::Row(of_table), "";
    /// Rows of another table.
    rows(of_table: fn() -> Described) -> Nested<'r> = Rows, Kind::Rows(of_table), "";
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
