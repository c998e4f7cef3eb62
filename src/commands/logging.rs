//! Log lines on standard error, kept out of the progress bar's way.

use std::io::{self, Write};

use tracing_subscriber::{EnvFilter, fmt::MakeWriter};

use super::progress::Terminal;
use crate::{
    cli::{Common, LogFormat},
    env::Env,
};

/// Sets up logging and the terminal for this run. Only this program's own lines are logged: what libraries log may
/// hold URLs and headers.
pub(super) fn init(common: &Common, env: &Env) -> Terminal {
    let level = match (common.quiet, common.verbose) {
        (true, _) => "error",
        (false, 0) => "warn,aks_census::chosen=info",
        (false, 1) => "info",
        (false, _) => "debug",
    };
    let calm = common.verbose == 0 && !common.quiet && common.log_format == LogFormat::Text;
    let terminal = Terminal::new(!common.no_progress && !common.quiet, calm);
    let filter = EnvFilter::new(format!("aks_census={level}"));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_target(false)
        .with_ansi(super::output::stderr_coloured(common.color, env))
        .with_writer(Suspending(terminal.clone()));
    // A second initialisation (tests run several verbs in one process) keeps the first.
    let _ = match common.log_format {
        LogFormat::Text => builder.without_time().try_init(),
        LogFormat::Json => builder.json().try_init(),
    };
    terminal
}

/// Makes writers that lift the progress bar while they write.
struct Suspending(Terminal);

impl<'a> MakeWriter<'a> for Suspending {
    type Writer = Line<'a>;

    fn make_writer(&'a self) -> Self::Writer {
        Line(&self.0)
    }
}

struct Line<'a>(&'a Terminal);

impl Write for Line<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // A log that nobody reads any more (a closed pipe) must not end the run.
        let _ = self.0.suspend(|| io::stderr().lock().write_all(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
