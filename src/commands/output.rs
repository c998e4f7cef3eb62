//! Standard output and standard error: the only place that writes to them.

use std::io::{self, IsTerminal, Write};

use anstyle::{AnsiColor, Style};

use crate::{cli::Color, env::Env};

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

/// Writes a line to standard error; there is nowhere to report that this failed.
pub(crate) fn note(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Whether text on standard output is coloured.
pub(crate) fn coloured(choice: Color, env: &Env) -> bool {
    decide(choice, env, io::stdout().is_terminal())
}

fn decide(choice: Color, env: &Env, terminal: bool) -> bool {
    match choice {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => terminal && !env.no_color(),
    }
}

/// Prints an error the way every error is printed: what happened, the causes, what to do next.
pub(crate) fn print_error(error: &dyn std::error::Error, hint: Option<&str>, choice: Color, env: &Env) {
    let colour = decide(choice, env, io::stderr().is_terminal());
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
