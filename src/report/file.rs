//! A file of a run, before it is written.

use std::{
    fmt,
    io::{self, Write},
};

type Writer<'a> = Box<dyn Fn(&mut dyn Write) -> io::Result<()> + Sync + 'a>;

/// One file of a run. It is written row by row, because that of a large estate is larger than the audit it comes from.
pub struct ReportFile<'a> {
    /// Its name inside the run's folder; `/` stands before the name in a folder of its own.
    pub name: String,
    writer: Writer<'a>,
}

impl<'a> ReportFile<'a> {
    pub(super) fn new(name: &str, writer: impl Fn(&mut dyn Write) -> io::Result<()> + Sync + 'a) -> Self {
        Self { name: name.to_owned(), writer: Box::new(writer) }
    }

    /// The folder inside the run's that it stands in, where it does.
    pub(super) fn folder(&self) -> Option<&str> {
        self.name.rsplit_once('/').map(|(folder, _)| folder)
    }

    /// Writes its content.
    ///
    /// # Errors
    /// Only when `out` fails.
    pub fn write_to(&self, out: &mut dyn Write) -> io::Result<()> {
        (self.writer)(out)
    }
}

impl fmt::Debug for ReportFile<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReportFile").field("name", &self.name).finish_non_exhaustive()
    }
}
