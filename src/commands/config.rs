//! `config`: check a file, show the effective settings, write the example.

use super::{ExitStatus, Failure, keep, output, session::Session};
use crate::{
    cli::{Common, ConfigCommand, TableFormat},
    config,
    env::Env,
    report::visible,
};

pub(super) fn run(common: &Common, command: &ConfigCommand, env: &Env) -> Result<ExitStatus, Failure> {
    match command {
        ConfigCommand::Check { file } => {
            let named = Common { config: file.clone().or_else(|| common.config.clone()), ..common.clone() };
            let session = Session::inspect(&named, env)?;
            let file = session.loaded.file.as_ref();
            let what = file.map_or_else(
                || "no configuration file was found; the defaults are valid".to_owned(),
                |file| format!("{} is valid", file.display()),
            );
            output::print(&format!("{}\n", visible(&what)))?;
            warn_of_refusal(&session);
        }
        ConfigCommand::Show { format } => {
            let session = Session::inspect(common, env)?;
            let settings = config::effective(&session.loaded, &session.settings, &session.overrides);
            output::print(&match format {
                TableFormat::Table => config::show(&settings),
                TableFormat::Json => output::pretty(&settings)?,
            })?;
            warn_of_refusal(&session);
        }
        ConfigCommand::Init { file } => {
            let written = keep::create(file, config::EXAMPLE.as_bytes());
            written.map_err(|source| Failure::file(file, "created", source))?;
            output::print(&format!("wrote {}\n", visible(&file.display().to_string())))?;
        }
    }
    Ok(ExitStatus::Done)
}

/// Says that a run would not take the file that was looked at.
fn warn_of_refusal(session: &Session) {
    if let Err(error) = session.loaded.refuse_unnamed() {
        output::warn(&format!("warning: a run would refuse this file: {error}; {}", error.hint()));
    }
}
