//! Defects of this program, said as errors are: nothing raw reaches a terminal or the log of a pipeline by a panic either.

use std::{
    backtrace::{Backtrace, BacktraceStatus},
    panic::{self, PanicHookInfo},
};

use super::output;
use crate::{cli::Color, env::Env, panics};

const HINT: &str = concat!(
    "please report it at ",
    env!("CARGO_PKG_REPOSITORY"),
    "/issues, with these lines and what was run; `RUST_BACKTRACE=1` adds where it came from"
);

/// A panic.
#[derive(Debug, thiserror::Error)]
#[error("this is a defect of aks-census: {what} ({place})")]
struct Defect {
    what: String,
    place: String,
}

impl Defect {
    fn of(panic: &PanicHookInfo<'_>) -> Self {
        let what = panics::words(panic.payload()).unwrap_or("it panicked").to_owned();
        let place = panic.location().map_or_else(|| "nobody knows where".to_owned(), ToString::to_string);
        Self { what, place }
    }
}

/// From here on a panic is said as errors are, unless whoever catches it says it. To be called once, at the start.
pub fn say_defects() {
    panic::set_hook(Box::new(|panic| {
        if panics::is_caught() {
            return;
        }
        output::print_error(&Defect::of(panic), &[HINT.to_owned()], Color::Never, &Env::default());
        let backtrace = Backtrace::capture();
        if backtrace.status() == BacktraceStatus::Captured {
            output::note(&backtrace.to_string());
        }
    }));
}
