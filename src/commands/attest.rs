//! `attest`: the file in which people answer what Azure does not show.

use std::io;

use super::{ExitStatus, Failure, audit, ending, keep, output, progress::Terminal, session::Session};
use crate::{
    assess,
    cli::{AttestArgs, Common},
    env::Env,
    files,
    report::{self, visible},
    words,
};

pub(super) async fn run(
    common: &Common,
    args: &AttestArgs,
    env: &Env,
    terminal: &Terminal,
) -> Result<ExitStatus, Failure> {
    let session = Session::new(common, env)?.with_scope(&args.scope).with_date(args.as_of);
    let path = args.output.as_path();
    // Said before anything is collected; the file is made without replacing one all the same.
    if path.symlink_metadata().is_ok() {
        return Err(Failure::file(path, "created", io::ErrorKind::AlreadyExists.into()));
    }
    keep::check(path, None)?;
    session.check_attestations()?;
    let inventory = audit::inventory(&session, args.snapshot.as_deref(), env, terminal).await?;
    let gaps = ending::log_gaps(&inventory, &session.settings.scope.accept_unread);
    let options = session.assess_options(&inventory)?;
    let assessed = tokio::spawn(async move { assess::assess(&inventory, &options) }).await;
    let form = report::attest::form(&assessed.map_err(|_| Failure::Fault)?);
    keep::create_private(path, form.text.as_bytes())
        .map_err(|source| Failure::file(path, "created", source))?;
    if form.text.len() as u64 > files::ATTESTATIONS.bytes {
        output::warn(&format!(
            "warning: `{}` is larger than is read of such a file: take out what stays unanswered, or write parts of it with \
             `--subscription`",
            path.display()
        ));
    }
    let answers = words::counted(form.answers as u64, "answer", "answers");
    output::print(&format!("{}\n", visible(&format!("wrote {}: {answers} to give", path.display()))))?;
    Ok(ending::say(gaps.status(), &gaps.reason(), common))
}
