//! How `audit.json` is laid out: a line a row. People can read and compare that, tools for lines can search it, and it
//! is two thirds of what an indented document would be.

use std::io::{self, BufWriter, Write};

use serde::Serialize;
use serde_json::{Serializer, ser::Formatter};

/// Bytes gathered at a time: JSON comes in pieces of a few.
const BUFFER: usize = 64 << 10;

/// Writes a document, each of its fields and each row of a list that is a field on a line of its own.
pub(super) fn write(out: &mut dyn Write, document: &impl Serialize) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(BUFFER, out);
    document.serialize(&mut Serializer::with_formatter(&mut out, RowByRow::default()))?;
    out.write_all(b"\n")?;
    out.flush()
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
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_row_is_a_line() {
        let document = json!({
            "a": 1,
            "header": { "of": ["x", "y"], "none": {} },
            "rows": [{ "id": "one", "more": [1, 2] }, { "id": "two", "more": [] }],
            "without": [],
        });
        let mut text = Vec::new();
        write(&mut text, &document).unwrap();
        let text = String::from_utf8(text).unwrap();
        insta::assert_snapshot!(text, @r#"
        {
        "a":1,
        "header":{
        "none":{},
        "of":["x","y"]
        },
        "rows":[
        {"id":"one","more":[1,2]},
        {"id":"two","more":[]}
        ],
        "without":[]
        }
        "#);
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), document);
    }
}
