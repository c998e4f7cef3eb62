//! Standard output and standard error: the only place that writes to them. Whatever it writes is made
//! [inert](super::door) first.

use std::{
    io::{self, IsTerminal, Write},
    sync::atomic::{AtomicBool, Ordering},
};

use anstyle::{AnsiColor, Style};
use serde::Serialize;

use super::door::{self, Colours};
use crate::{
    cli::Color,
    env::{CLICOLOR, CLICOLOR_FORCE, Env, NO_COLOR},
    report::{terminal, visible},
    secrets,
};

/// The target of log lines that are printed whatever the verbosity.
pub(super) const SAID: &str = "aks_census::said";

/// Whether each line of standard error is a JSON object.
static SPEAKS_JSON: AtomicBool = AtomicBool::new(false);

/// Makes every line of standard error a JSON object from here on. The log must have been set up.
pub(super) fn speak_json() {
    SPEAKS_JSON.store(true, Ordering::Relaxed);
}

/// Writes text to standard output. A reader that has gone away is no error.
///
/// # Errors
/// When standard output can't be written for another reason, such as a full disk.
pub(crate) fn print(text: &str) -> io::Result<()> {
    print_as_is(&door::inert(text, Colours::Stay))
}

/// Writes text that may be coloured to standard output.
///
/// # Errors
/// As for [`print`].
pub(crate) fn print_styled(text: &str, style: terminal::Style) -> io::Result<()> {
    let colours = if style == terminal::Style::Colored { Colours::Pass } else { Colours::Stay };
    print_as_is(&door::inert(text, colours))
}

/// Writes what is this program's own to the last character, such as a script, to standard output.
///
/// # Errors
/// As for [`print`].
pub(crate) fn print_as_is(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        outcome => outcome,
    }
}

/// JSON for standard output.
///
/// # Errors
/// When the value has no form in JSON.
pub(crate) fn pretty(value: &impl Serialize) -> io::Result<String> {
    Ok(json(&format!("{}\n", serde_json::to_string_pretty(value)?)))
}

/// JSON that is text already, for standard output.
pub(crate) fn json(text: &str) -> String {
    door::inert_json(text).into_owned()
}

/// Writes a line to standard error; there is nowhere to report that this failed.
pub(crate) fn note(text: &str) {
    if SPEAKS_JSON.load(Ordering::Relaxed) {
        tracing::info!(target: SAID, "{text}");
    } else {
        line(text);
    }
}

/// Writes a line that somebody should act on to standard error.
pub(crate) fn warn(text: &str) {
    if SPEAKS_JSON.load(Ordering::Relaxed) {
        tracing::warn!(target: SAID, "{text}");
    } else {
        line(text);
    }
}

/// Writes a text to standard error, its lines after the first indented as those of errors are.
fn line(text: &str) {
    let text = secrets::hide(text);
    let lines: Vec<_> = text.lines().map(visible).collect();
    let _ = writeln!(io::stderr().lock(), "{}", door::inert(&lines.join("\n  "), Colours::Stay));
}

/// How text on standard output looks.
pub(crate) fn style(choice: Color, env: &Env) -> terminal::Style {
    if decide(choice, env, io::stdout().is_terminal()) {
        terminal::Style::Colored
    } else {
        terminal::Style::Plain
    }
}

/// Whether text on standard error is coloured.
pub(crate) fn stderr_coloured(choice: Color, env: &Env) -> bool {
    decide(choice, env, io::stderr().is_terminal())
}

fn decide(choice: Color, env: &Env, terminal: bool) -> bool {
    match choice {
        Color::Always => true,
        Color::Never => false,
        Color::Auto if env.has(NO_COLOR) => false,
        Color::Auto if env.get(CLICOLOR_FORCE).is_some_and(|value| value != "0") => true,
        Color::Auto => terminal && env.get(CLICOLOR) != Some("0"),
    }
}

/// Prints an error the way every error is printed: what happened, the causes, what to do next.
pub(crate) fn print_error(error: &dyn std::error::Error, hints: &[String], choice: Color, env: &Env) {
    let mut causes = Vec::new();
    let mut shown = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let text = error.to_string();
        if !shown.contains(&text) {
            causes.push(text.clone());
        }
        shown = text;
        cause = error.source();
    }
    if SPEAKS_JSON.load(Ordering::Relaxed) {
        let (causes, hint) = (causes.join("; "), hints.join("; "));
        tracing::error!(target: SAID, causes, hint, "{error}");
        return;
    }
    let is_coloured = stderr_coloured(choice, env);
    labelled("error:", AnsiColor::Red, &error.to_string(), is_coloured);
    for cause in causes {
        labelled("caused by:", AnsiColor::Red, &cause, is_coloured);
    }
    for hint in hints {
        labelled("hint:", AnsiColor::Cyan, hint, is_coloured);
    }
}

/// Prints what the parser of arguments says: a text that was asked for, or why the arguments can't be used.
///
/// # Errors
/// When standard output can't be written.
pub(crate) fn print_usage(error: &clap::Error, env: &Env) -> io::Result<()> {
    if !error.use_stderr() {
        let style = style(Color::Auto, env);
        let text = error.render();
        return match style {
            terminal::Style::Colored => print_styled(&text.ansi().to_string(), style),
            terminal::Style::Plain => print(&text.to_string()),
        };
    }
    let mut text = error.render().to_string();
    // An argument is quoted in the message, and its line breaks must not make lines of their own.
    for (_, given) in error.context() {
        let clap::error::ContextValue::String(given) = given else { continue };
        text = text.replace(given.as_str(), &visible(given));
    }
    let message = text.strip_prefix("error:").unwrap_or(&text);
    let style = Style::new().bold().fg_color(Some(AnsiColor::Red.into()));
    let style = if stderr_coloured(Color::Auto, env) { style } else { Style::new() };
    let message = secrets::hide(message.trim());
    let message = door::inert(&message, Colours::Stay);
    let _ = writeln!(io::stderr().lock(), "{style}error:{style:#} {message}");
    Ok(())
}

/// A text behind a coloured word. Lines after the first are indented: nothing from outside can pass for a line of ours.
fn labelled(word: &str, color: AnsiColor, text: &str, is_coloured: bool) {
    let style = if is_coloured { Style::new().bold().fg_color(Some(color.into())) } else { Style::new() };
    let text = secrets::hide(text);
    let text = door::inert(&text, Colours::Stay).replace('\n', "\n  ");
    let _ = writeln!(io::stderr().lock(), "{style}{word}{style:#} {text}");
}
