//! The verbs, one thin file each: they put rooms together and decide nothing that a report shows.

mod announce;
mod attest;
mod audit;
mod collect;
mod completions;
mod config;
mod defect;
#[cfg(feature = "demo")]
mod demo;
mod descriptors;
mod door;
mod ending;
#[cfg(test)]
mod extremes_tests;
mod failure;
mod keep;
mod live;
mod logging;
mod output;
mod plan;
mod progress;
mod rules;
mod session;
mod signals;
#[cfg(feature = "demo")]
mod simulate;
mod stopping;

use std::process::ExitCode;

use tokio::runtime;

pub use defect::say_defects;
pub use failure::Failure;

use self::stopping::{Leaves, Stop};
use crate::{
    cli::{Cli, Color, Command},
    env::Env,
};

/// How a run ended, as scripts see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExitStatus {
    /// Done.
    Done,
    /// Done, and a finding reached `--fail-on`.
    Findings,
    /// Nothing usable was produced.
    Nothing,
    /// Done, but something needed could not be read.
    Incomplete,
    /// Stopped by SIGINT.
    Interrupted,
    /// Stopped by SIGTERM.
    Terminated,
    /// Stopped by SIGHUP: the terminal has gone.
    HungUp,
}

impl ExitStatus {
    /// The number.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Findings => 1,
            Self::Nothing => 2,
            Self::Incomplete => 3,
            Self::HungUp => 129,
            Self::Interrupted => 130,
            Self::Terminated => 143,
        }
    }
}

impl From<ExitStatus> for ExitCode {
    fn from(status: ExitStatus) -> Self {
        ExitCode::from(status.code())
    }
}

/// Runs the verb. A signal ends it within a second: reports are written whole or not at all, and what is said of a
/// stopped run is true.
#[must_use]
pub fn run(cli: Cli, env: &Env) -> ExitStatus {
    descriptors::raise();
    let terminal = logging::init(&cli.common, env);
    let color = cli.common.color;
    let (common, is_run) = (cli.common.clone(), is_run(&cli.command));
    // Before anything that may block.
    let stop = Stop::listen(leaves(&cli.command), terminal.clone());
    let outcome = match runtime::Builder::new_multi_thread().enable_all().build() {
        Err(source) => Err(Failure::Runtime(source)),
        Ok(runtime) => {
            let outcome = runtime.block_on(async {
                tokio::select! {
                    biased;
                    () = stop.asked() => None,
                    outcome = dispatch(cli, env, &terminal, &stop) => Some(outcome),
                }
            });
            match outcome {
                Some(outcome) if !stop.is_stopped() => {
                    // What still runs (a blocked name lookup, say) must not delay the end.
                    runtime.shutdown_background();
                    outcome
                }
                _ => {
                    runtime.shutdown_timeout(stopping::TASKS);
                    stop.end()
                }
            }
        }
    };
    outcome.unwrap_or_else(|failure| {
        terminal.clear();
        output::print_error(&failure, &failure.hints(), color, env);
        if is_run {
            ending::say(ExitStatus::Nothing, "nothing usable was produced", &common)
        } else {
            ExitStatus::Nothing
        }
    })
}

/// Ends a program whose arguments can't be used, or that was asked for a text about itself only.
#[must_use]
pub fn usage(error: &clap::Error, env: &Env) -> ExitStatus {
    match output::print_usage(error, env) {
        Ok(()) if error.use_stderr() => ExitStatus::Nothing,
        Ok(()) => ExitStatus::Done,
        Err(error) => fail(&error.into(), env),
    }
}

/// Ends a program that could not begin.
#[must_use]
pub fn fail(failure: &Failure, env: &Env) -> ExitStatus {
    output::print_error(failure, &failure.hints(), Color::Auto, env);
    ExitStatus::Nothing
}

/// Whether a verb reads an estate, so that its log ends with its status.
fn is_run(command: &Command) -> bool {
    match command {
        Command::Attest(_) | Command::Audit(_) | Command::Collect(_) | Command::Plan { .. } => true,
        #[cfg(feature = "demo")]
        Command::Demo(_) => true,
        _ => false,
    }
}

/// What a verb leaves behind.
fn leaves(command: &Command) -> Leaves {
    match command {
        Command::Attest(_) | Command::Audit(_) | Command::Collect(_) => Leaves::Files,
        #[cfg(feature = "demo")]
        Command::Demo(_) => Leaves::Files,
        #[cfg(feature = "demo")]
        Command::Simulate(_) => Leaves::Service,
        Command::Plan { .. }
        | Command::Rules(_)
        | Command::Explain { .. }
        | Command::Config { .. }
        | Command::Completions { .. } => Leaves::Text,
    }
}

async fn dispatch(
    cli: Cli,
    env: &Env,
    terminal: &progress::Terminal,
    stop: &Stop,
) -> Result<ExitStatus, Failure> {
    let Cli { common, command } = cli;
    match command {
        Command::Attest(args) => attest::run(&common, &args, env, terminal).await,
        Command::Audit(args) => audit::run(&common, &args, env, terminal, stop).await,
        #[cfg(feature = "demo")]
        Command::Demo(args) => demo::run(&common, &args, env, terminal, stop).await,
        Command::Collect(args) => collect::run(&common, &args, env, terminal, stop).await,
        #[cfg(feature = "demo")]
        Command::Simulate(args) => simulate::run(&args).await,
        Command::Plan { command } => plan::run(&common, &command, env, terminal).await,
        Command::Rules(args) => rules::run(&args),
        Command::Explain { id, format } => rules::explain(&id, format),
        Command::Config { command } => config::run(&common, &command, env),
        Command::Completions { shell } => completions::run(shell),
    }
}
