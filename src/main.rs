//! Arguments in, exit status out.

use std::process::ExitCode;

use aks_census::{cli::Cli, commands, env::Env};
use clap::Parser;

/// An audit makes millions of small texts on every core; the system's allocator makes them wait for each other
/// (docs/decisions/0007).
#[cfg(not(target_env = "msvc"))]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    commands::say_defects();
    let env = match Env::from_process() {
        Ok(env) => env,
        Err(error) => return commands::fail(&error.into(), &Env::default()).into(),
    };
    match Cli::try_parse() {
        Ok(cli) => commands::run(cli, &env).into(),
        Err(error) => commands::usage(&error, &env).into(),
    }
}
