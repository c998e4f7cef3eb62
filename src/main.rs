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
    // clap exits with 2 on bad arguments, which is this program's own status for them.
    let cli = Cli::parse();
    let env = match Env::from_process() {
        Ok(env) => env,
        Err(error) => return commands::refuse(&error.into(), cli.common.color).into(),
    };
    commands::run(cli, &env).into()
}
