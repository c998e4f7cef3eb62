//! Log lines on standard error, kept out of the progress bar's way.

use std::io::{self, Write};

use tracing::Level;
use tracing_subscriber::{
    Layer,
    field::MakeExt,
    filter::Targets,
    fmt,
    fmt::{FormatFields, MakeWriter, format},
    layer::SubscriberExt,
    registry,
    util::SubscriberInitExt,
};

use super::{
    door::{self, Colours},
    output,
    progress::Terminal,
};
use crate::{
    cli::{Common, LogFormat},
    env::Env,
    report::visible,
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
    let filter = Targets::new()
        .with_target("aks_census", level)
        .with_target("aks_census::chosen", chosen)
        .with_target(output::SAID, Level::INFO);
    let lines = fmt::layer()
        .with_target(false)
        .with_ansi(output::stderr_coloured(common.color, env))
        .with_writer(Suspending { terminal: terminal.clone(), format: common.log_format });
    // A second initialisation (tests run several verbs in one process) keeps the first.
    let is_set = match common.log_format {
        LogFormat::Text => {
            registry().with(lines.without_time().fmt_fields(fields()).with_filter(filter)).try_init()
        }
        LogFormat::Json => registry().with(lines.json().with_filter(filter)).try_init(),
    };
    if is_set.is_ok() && common.log_format == LogFormat::Json {
        output::speak_json();
    }
    terminal
}

/// Fields of a line of text, in which no value can begin another line.
fn fields() -> impl for<'w> FormatFields<'w> {
    let write =
        |writer: &mut format::Writer<'_>, field: &tracing::field::Field, value: &dyn std::fmt::Debug| {
            let value = format!("{value:?}");
            match field.name() {
                "message" => write!(writer, "{}", visible(&value)),
                name => write!(writer, "{name}={}", visible(&value)),
            }
        };
    fmt::format::debug_fn(write).delimited(" ")
}

/// Makes writers that lift the progress bar while they write.
struct Suspending {
    terminal: Terminal,
    format: LogFormat,
}

impl<'a> MakeWriter<'a> for Suspending {
    type Writer = Line<'a>;

    fn make_writer(&'a self) -> Self::Writer {
        Line(self)
    }
}

struct Line<'a>(&'a Suspending);

impl Write for Line<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // Each event is written at once, so no secret is cut in two.
        let text = String::from_utf8_lossy(bytes);
        let text = secrets::hide(&text);
        let text = match self.0.format {
            LogFormat::Text => door::inert(&text, Colours::Pass),
            LogFormat::Json => door::inert_json(&text),
        };
        // A log that nobody reads any more (a closed pipe) must not end the run.
        let _ = self.0.terminal.suspend(|| io::stderr().lock().write_all(text.as_bytes()));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
