//! `completions`: scripts for shells.

use clap::CommandFactory;
use clap_complete::Shell;

use super::{ExitStatus, Failure, output};
use crate::cli::Cli;

pub(super) fn run(shell: Shell) -> Result<ExitStatus, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "aks-census", &mut script);
    output::print_as_is(&String::from_utf8_lossy(&script))?;
    Ok(ExitStatus::Done)
}
