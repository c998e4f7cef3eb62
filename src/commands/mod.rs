//! The verbs, one thin file each: they put rooms together and decide nothing that a report shows.

mod announce;
mod audit;
mod collect;
mod completions;
mod config;
#[cfg(feature = "demo")]
mod demo;
mod door;
mod ending;
mod failure;
mod live;
mod logging;
mod output;
mod plan;
mod progress;
mod rules;
mod session;
#[cfg(feature = "demo")]
mod simulate;

use std::process::ExitCode;

use tokio::signal;

pub use failure::Failure;

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

/// Runs the verb, and stops it at once on SIGINT or SIGTERM: reports are written whole or not at all, so nothing
/// is left behind.
pub async fn run(cli: Cli, env: Env) -> ExitStatus {
    let terminal = logging::init(&cli.common, &env);
    let color = cli.common.color;
    let farewell = farewell(&cli.command);
    let (common, is_run) = (cli.common.clone(), is_run(&cli.command));
    tokio::select! {
        outcome = dispatch(cli, &env, &terminal) => match outcome {
            Ok(status) => status,
            Err(failure) => {
                terminal.clear();
                output::print_error(&failure, failure.hint().as_deref(), color, &env);
                if is_run {
                    ending::say(ExitStatus::Nothing, "nothing usable was produced", &common)
                } else {
                    ExitStatus::Nothing
                }
            }
        },
        status = stopped() => {
            terminal.clear();
            output::note(farewell);
            status
        }
    }
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
    output::print_error(failure, failure.hint().as_deref(), Color::Auto, env);
    ExitStatus::Nothing
}

/// Whether a verb reads an estate, so that its log ends with its status.
fn is_run(command: &Command) -> bool {
    match command {
        Command::Audit(_) | Command::Collect(_) | Command::Plan { .. } => true,
        #[cfg(feature = "demo")]
        Command::Demo(_) => true,
        _ => false,
    }
}

/// What is said when a signal ends a verb.
fn farewell(command: &Command) -> &'static str {
    match command {
        #[cfg(feature = "demo")]
        Command::Simulate(_) => "stopped",
        _ => "stopped by a signal; nothing was written",
    }
}

async fn dispatch(cli: Cli, env: &Env, terminal: &progress::Terminal) -> Result<ExitStatus, Failure> {
    let Cli { common, command } = cli;
    match command {
        Command::Audit(args) => audit::run(&common, &args, env, terminal).await,
        #[cfg(feature = "demo")]
        Command::Demo(args) => demo::run(&common, &args, env, terminal).await,
        Command::Collect(args) => collect::run(&common, &args, env, terminal).await,
        #[cfg(feature = "demo")]
        Command::Simulate(args) => simulate::run(&args).await,
        Command::Plan { command } => plan::run(&common, &command, env, terminal).await,
        Command::Rules(args) => rules::run(&args),
        Command::Explain { id, format } => rules::explain(&id, format),
        Command::Config { command } => config::run(&common, &command, env),
        Command::Completions { shell } => completions::run(shell),
    }
}

#[cfg(unix)]
async fn stopped() -> ExitStatus {
    use signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else { return interrupted().await };
    tokio::select! {
        status = interrupted() => status,
        _ = terminate.recv() => ExitStatus::Terminated,
    }
}

#[cfg(not(unix))]
async fn stopped() -> ExitStatus {
    interrupted().await
}

async fn interrupted() -> ExitStatus {
    if signal::ctrl_c().await.is_err() {
        // Without a handler the signal ends the process by itself; there is nothing to wait for.
        std::future::pending::<()>().await;
    }
    ExitStatus::Interrupted
}
