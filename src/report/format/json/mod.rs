//! `audit.json` and its JSON Schema. A line a row: people can read and compare that, tools for lines can search it, and
//! it is two thirds of what an indented document would be.

use std::io::{self, BufWriter, Write};

use serde::{
    Serialize, Serializer,
    ser::{SerializeMap, SerializeSeq},
};
use serde_json::ser::Formatter;

use super::schema;
use crate::{
    assess::audit::Audit,
    report::{
        Wanted,
        file::ReportFile,
        table::{self, Grid, Place, Value},
    },
};

/// Bytes gathered at a time: JSON comes in pieces of a few.
const BUFFER: usize = 64 << 10;

/// The document and its schema.
pub(crate) fn files<'a>(audit: &'a Audit, _: Wanted<'_>) -> Vec<ReportFile<'a>> {
    vec![
        ReportFile::new("audit.json", move |out| {
            let document = table::document(audit);
            write(out, &Row { table: &*document, row: 0 })
        }),
        ReportFile::new("audit.schema.json", |out| {
            serde_json::to_writer_pretty(&mut *out, &schema::schema())?;
            out.write_all(b"\n")
        }),
    ]
}

/// Writes a document, each of its fields and each row of a list that is a field on a line of its own.
fn write(out: &mut dyn Write, document: &impl Serialize) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(BUFFER, out);
    document.serialize(&mut serde_json::Serializer::with_formatter(&mut out, RowByRow::default()))?;
    out.write_all(b"\n")?;
    out.flush()
}

/// One row as an object.
struct Row<'g> {
    table: &'g dyn Grid,
    row: usize,
}

impl Serialize for Row<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(None)?;
        for (at, heading) in (0..).map_while(|at| Some((at, self.table.heading(at)?))) {
            if heading.place != Place::File {
                object.serialize_entry(heading.name, &self.table.value(self.row, at))?;
            }
        }
        object.end()
    }
}

impl Serialize for Value<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Value::Unknown => serializer.serialize_none(),
            Value::Flag(holds) => serializer.serialize_bool(*holds),
            Value::Count(number) => serializer.serialize_u64(*number),
            Value::Signed(number) => serializer.serialize_i64(*number),
            Value::Tenths(tenths) => {
                // A quotient by ten prints as exactly that, as long as it has sixteen figures. Nothing is refused: one
                // number out of all proportion must not cost the reports.
                #[expect(
                    clippy::cast_precision_loss,
                    reason = "a share of ten million million times is no figure"
                )]
                serializer.serialize_f64(*tenths as f64 / 10.0)
            }
            Value::Bounds((low, high)) => {
                let mut object = serializer.serialize_map(Some(2))?;
                object.serialize_entry("low", low)?;
                object.serialize_entry("high", high)?;
                object.end()
            }
            Value::Length(length) => serializer.serialize_u8(*length),
            Value::Date(date) => serializer.collect_str(date),
            Value::Text(text) => serializer.serialize_str(text),
            Value::List(texts) => serializer.collect_seq(texts),
            Value::Map(texts) => serializer.collect_map(*texts),
            Value::Row(table) => Row { table: &**table, row: 0 }.serialize(serializer),
            Value::Rows(table) => {
                let mut rows = serializer.serialize_seq(Some(table.height()))?;
                for row in 0..table.height() {
                    rows.serialize_element(&Row { table: &**table, row })?;
                }
                rows.end()
            }
        }
    }
}
/// What opens and closes, and whether anything stands in between.
#[derive(Default)]
struct RowByRow {
    depth: usize,
    is_empty: bool,
}

impl RowByRow {
    /// The document is at depth 1, and the lists that are its fields at depth 2.
    const DEEPEST: usize = 2;

    fn open<W: ?Sized + Write>(&mut self, out: &mut W, bracket: u8) -> io::Result<()> {
        self.depth += 1;
        self.is_empty = true;
        out.write_all(&[bracket])
    }

    fn close<W: ?Sized + Write>(&mut self, out: &mut W, bracket: u8) -> io::Result<()> {
        if self.depth <= Self::DEEPEST && !self.is_empty {
            out.write_all(b"\n")?;
        }
        self.depth -= 1;
        self.is_empty = false;
        out.write_all(&[bracket])
    }

    fn next<W: ?Sized + Write>(&mut self, out: &mut W, is_first: bool) -> io::Result<()> {
        self.is_empty = false;
        match (self.depth <= Self::DEEPEST, is_first) {
            (true, true) => out.write_all(b"\n"),
            (true, false) => out.write_all(b",\n"),
            (false, true) => Ok(()),
            (false, false) => out.write_all(b","),
        }
    }
}

impl Formatter for RowByRow {
    fn begin_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.open(out, b'[')
    }

    fn end_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.close(out, b']')
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.next(out, first)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.open(out, b'{')
    }

    fn end_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.close(out, b'}')
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.next(out, first)
    }
}

#[cfg(test)]
mod tests;
