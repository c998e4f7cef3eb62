//! `config`: check a file, show the effective settings, write the example.

use super::{ExitStatus, Failure, keep, output, session::Session};
use crate::{
    cli::{Common, ConfigCommand, TableFormat},
    config,
    env::Env,
};

pub(super) fn run(common: &Common, command: &ConfigCommand, env: &Env) -> Result<ExitStatus, Failure> {
    match command {
        ConfigCommand::Check { file } => {
            let named = Common { config: file.clone().or_else(|| common.config.clone()), ..common.clone() };
            let session = Session::new(&named, env)?;
            let file = session.loaded.file.as_ref();
            let what = file.map_or_else(
                || "no configuration file was found; the defaults are valid".to_owned(),
                |file| format!("{} is valid", file.display()),
            );
            output::print(&format!("{what}\n"))?;
        }
        ConfigCommand::Show { format } => {
            let session = Session::new(common, env)?;
            let settings = config::effective(&session.loaded, &session.settings, &session.overrides);
            output::print(&match format {
                TableFormat::Table => config::show(&settings),
                TableFormat::Json => output::pretty(&settings)?,
            })?;
        }
        ConfigCommand::Init { file } => {
            let written = keep::create(file, config::EXAMPLE.as_bytes());
            written.map_err(|source| Failure::file(file, "created", source))?;
            output::print(&format!("wrote {}\n", file.display()))?;
        }
    }
    Ok(ExitStatus::Done)
}
