//! Arguments in, exit status out.

use std::process::ExitCode;

use aks_census::{
    cli::Cli,
    commands::{self, Failure},
    env::Env,
};
use clap::Parser;

/// An audit makes millions of small texts on every core; the system's allocator makes them wait for each other
/// (docs/decisions/0007).
#[cfg(not(target_env = "msvc"))]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    let env = Env::from_process();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return commands::usage(&error, &env).into(),
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return commands::fail(&Failure::Threads(error), &env).into(),
    };
    let status = runtime.block_on(commands::run(cli, env));
    // What still runs (a blocked name lookup, say) must not delay the end.
    runtime.shutdown_background();
    status.into()
}
