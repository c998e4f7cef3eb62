//! Log lines on standard error, kept out of the progress bar's way.

use std::io::{self, Write};

use tracing::Level;
use tracing_subscriber::{
    Layer, filter::Targets, fmt, fmt::MakeWriter, layer::SubscriberExt, registry, util::SubscriberInitExt,
};

use super::progress::Terminal;
use crate::{
    cli::{Common, LogFormat},
    env::Env,
    secrets,
};

/// Sets up logging and the terminal for this run. Only this program's own lines are logged: what libraries log may
/// hold URLs and headers.
pub(super) fn init(common: &Common, env: &Env) -> Terminal {
    // Which identity was chosen is said without being asked for.
    let (level, chosen) = match (common.quiet, common.verbose) {
        (true, _) => (Level::ERROR, Level::ERROR),
        (false, 0) => (Level::WARN, Level::INFO),
        (false, 1) => (Level::INFO, Level::INFO),
        (false, _) => (Level::DEBUG, Level::DEBUG),
    };
    let calm = common.verbose == 0 && !common.quiet && common.log_format == LogFormat::Text;
    let terminal = Terminal::new(!common.no_progress && !common.quiet, calm);
    let filter = Targets::new().with_target("aks_census", level).with_target("aks_census::chosen", chosen);
    let lines = fmt::layer()
        .with_target(false)
        .with_ansi(super::output::stderr_coloured(common.color, env))
        .with_writer(Suspending(terminal.clone()));
    // A second initialisation (tests run several verbs in one process) keeps the first.
    let _ = match common.log_format {
        LogFormat::Text => registry().with(lines.without_time().with_filter(filter)).try_init(),
        LogFormat::Json => registry().with(lines.json().with_filter(filter)).try_init(),
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
        // Each event is written at once, so no secret is cut in two.
        let line = String::from_utf8_lossy(bytes);
        let line = secrets::hide(&line);
        // A log that nobody reads any more (a closed pipe) must not end the run.
        let _ = self.0.suspend(|| io::stderr().lock().write_all(line.as_bytes()));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
