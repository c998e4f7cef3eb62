//! Standard output and standard error: the only place that writes to them.

use std::io::{self, IsTerminal, Write};

use anstyle::{AnsiColor, Style};
use serde::Serialize;

use crate::{
    cli::Color,
    env::{CLICOLOR, CLICOLOR_FORCE, Env, NO_COLOR},
    report::terminal,
    secrets,
};

/// Writes text to standard output. A reader that has gone away is no error.
///
/// # Errors
/// When standard output can't be written for another reason, such as a full disk.
pub(crate) fn print(text: &str) -> io::Result<()> {
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
    Ok(format!("{}\n", serde_json::to_string_pretty(value)?))
}

/// Writes a line to standard error; there is nowhere to report that this failed.
pub(crate) fn note(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{}", secrets::hide(text));
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
pub(crate) fn print_error(error: &dyn std::error::Error, hint: Option<&str>, choice: Color, env: &Env) {
    let colour = stderr_coloured(choice, env);
    let paint = |word: &str, color: AnsiColor| {
        let style = if colour { Style::new().bold().fg_color(Some(color.into())) } else { Style::new() };
        format!("{style}{word}{style:#}")
    };
    note(&format!("{} {error}", paint("error:", AnsiColor::Red)));
    let mut shown = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let text = error.to_string();
        if !shown.contains(&text) {
            note(&format!("{} {text}", paint("caused by:", AnsiColor::Red)));
        }
        shown = text;
        cause = error.source();
    }
    if let Some(hint) = hint {
        note(&format!("{} {hint}", paint("hint:", AnsiColor::Cyan)));
    }
}
