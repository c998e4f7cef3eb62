//! `audit`: collect (or read a snapshot), assess, write the reports.

use std::{
    error::Error,
    fs::File,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    sync::Arc,
};

use jiff::Timestamp;

use super::{
    ExitStatus, Failure, announce,
    ending::{self, Gaps},
    keep, live, output,
    progress::Terminal,
    session::Session,
    stopping::{Left, Stop},
};
use crate::{
    assess::{self, audit::Audit},
    cli::{AuditArgs, Common, ReportArgs},
    env::Env,
    inventory::{Inventory, snapshot},
    report::{
        self,
        sink::{self, Published, SinkError},
        terminal::Style,
    },
    words,
};

pub(super) async fn run(
    common: &Common,
    args: &AuditArgs,
    env: &Env,
    terminal: &Terminal,
    stop: &Stop,
) -> Result<ExitStatus, Failure> {
    let session = Session::new(common, env)?.with_scope(&args.scope).with_report(&args.report);
    if args.dry_run {
        return live::dry_run(&session, common, env, now()).await;
    }
    match args.snapshot {
        Some(_) => announce::offline(&session),
        None => announce::live(&session, env)?,
    }
    sink::check(session.directory())?;
    if let Some(file) = &args.keep_inventory {
        keep::check(file, Some(session.directory()))?;
    }
    session.check_attestations()?;
    let style = output::style(common.color, env);
    let accepted = &session.settings.scope.accept_unread;
    let (audit, gaps) = if let Some(file) = &args.snapshot {
        let inventory = Arc::new(read_snapshot(file)?);
        let gaps = ending::log_gaps(&inventory, accepted);
        (write(&session, inventory, style, stop).await?, gaps)
    } else {
        let inventory = Arc::new(live::collect(&session, env, terminal, now()).await?);
        let gaps = ending::log_gaps(&inventory, accepted);
        let kept = save(&inventory, args.keep_inventory.as_deref(), stop)?;
        (write_or_keep(&session, inventory, kept, style, stop).await?, gaps)
    };
    let status = status(&audit, &args.report);
    ending::say(status, &reason(status, &audit, &gaps, &args.report), common);
    Ok(status)
}

/// Writes the inventory into the file that was asked for, and gives the file. Where that fails now, the audit goes on,
/// because nothing is lost.
fn save(inventory: &Inventory, file: Option<&Path>, stop: &Stop) -> Result<Option<PathBuf>, Failure> {
    let Some(file) = file else { return Ok(None) };
    match keep::save(inventory, file, stop, Left::Inventory) {
        Err(Failure::File { path, source, .. }) => {
            output::warn(&format!("warning: the inventory can't be kept in `{}`: {source}", path.display()));
            Ok(None)
        }
        Err(failure) => Err(failure),
        // Nobody can read a second time what went into a pipe.
        Ok(()) => Ok((!keep::is_pipe_or_device(file)).then(|| file.to_owned())),
    }
}

/// [`write`], with a second chance for what took long to read where the reports can't be written. Unless it is in a file
/// already, the inventory stays in memory until they are there; the assessment has needed both to its end.
async fn write_or_keep(
    session: &Session,
    inventory: Arc<Inventory>,
    kept: Option<PathBuf>,
    style: Style,
    stop: &Stop,
) -> Result<Audit, Failure> {
    let spare = kept.is_none().then(|| Arc::clone(&inventory));
    let written = write(session, inventory, style, stop).await;
    written.map_err(|failure| {
        if stop.is_stopped() {
            return failure;
        }
        let kept = kept.or_else(|| keep::rescue(spare.as_deref()?, session.directory()).ok());
        Failure::without_reports(failure, kept)
    })
}

/// Why an audit ends with this status.
fn reason(status: ExitStatus, audit: &Audit, gaps: &Gaps, flags: &ReportArgs) -> String {
    match (status, flags.fail_on) {
        (ExitStatus::Findings, Some(limit)) => {
            let reached = audit.open().filter(|finding| finding.severity >= limit).count();
            let findings = words::counted(reached as u64, "finding", "findings");
            format!("done, and {findings} reached `--fail-on {}`", limit.as_str())
        }
        _ => gaps.reason(),
    }
}

/// Assesses an inventory, writes the reports and shows the summary.
pub(super) async fn write(
    session: &Session,
    inventory: Arc<Inventory>,
    style: Style,
    stop: &Stop,
) -> Result<Audit, Failure> {
    let options = session.assess_options(&inventory)?;
    let run = sink::run_name(inventory.collected_at);
    // Where the inventory was made, because that is where memory is free; and unless it is still needed it goes as soon
    // as the audit is there, because in a large estate each of the two is large.
    let assessed = tokio::spawn(async move { assess::assess(&inventory, &options) }).await;
    // Nobody aborts the task, so it can have failed by a panic only, whose message has been printed.
    let audit = assessed.map_err(|_| Failure::Fault)?;
    tracing::info!(findings = audit.open().count(), "assessed");
    let files = report::render(&audit, session.settings.report.wanted());
    let directory = session.directory();
    stop.writing_in(Some(directory.to_owned()));
    let finished = sink::write(directory, &run, &files, &|| stop.is_stopped())?;
    drop(files);
    let left = |published: &Published| Left::Reports(published.folder.clone());
    let published = stop.leave(|| finished.publish(), left).unwrap_or(Err(SinkError::Stopped))?;
    stop.writing_in(None);
    tracing::info!("written");
    show(&audit, &published, style);
    Ok(audit)
}

/// Shows the summary, and what went wrong after the reports were there, which hides neither them nor what they say.
fn show(audit: &Audit, published: &Published, style: Style) {
    if let Some(trouble) = &published.trouble {
        let cause = trouble.source().map(|cause| format!(": {cause}")).unwrap_or_default();
        output::warn(&format!("warning: {trouble}{cause}\nhint: {}", trouble.hint()));
    }
    if let Err(error) =
        output::print_styled(&report::terminal::summary(audit, &published.folder, style), style)
    {
        output::warn(&format!(
            "warning: the reports are complete in `{}`, but standard output can't be written: {error}",
            published.folder.display()
        ));
    }
}

/// The exit status of an audit: what is missing wins over what was found.
pub(super) fn status(audit: &Audit, flags: &ReportArgs) -> ExitStatus {
    let reached = flags.fail_on.is_some_and(|limit| audit.open().any(|f| f.severity >= limit));
    match (audit.coverage.incomplete, reached) {
        (true, _) => ExitStatus::Incomplete,
        (false, true) => ExitStatus::Findings,
        (false, false) => ExitStatus::Done,
    }
}

/// The inventory of a verb that keeps none: a saved one, else what Azure says now.
pub(super) async fn inventory(
    session: &Session,
    snapshot: Option<&Path>,
    env: &Env,
    terminal: &Terminal,
) -> Result<Inventory, Failure> {
    if let Some(file) = snapshot {
        announce::offline(session);
        return read_snapshot(file);
    }
    announce::live(session, env)?;
    live::collect(session, env, terminal, now()).await
}

/// Reads a saved inventory.
pub(super) fn read_snapshot(path: &Path) -> Result<Inventory, Failure> {
    let unreadable = |source| Failure::file(path, "read", source);
    let mut file = BufReader::with_capacity(64 << 10, File::open(path).map_err(unreadable)?);
    // A directory opens like a file; it is no bad snapshot.
    file.fill_buf().map_err(unreadable)?;
    snapshot::read(file).map_err(|source| Failure::Snapshot { path: path.to_owned(), source })
}

/// The one look at the clock, to the second: no reader wants more.
#[expect(clippy::disallowed_methods, reason = "this is the place where the clock is read")]
pub(super) fn now() -> Timestamp {
    let now = Timestamp::now();
    Timestamp::from_second(now.as_second()).unwrap_or(now)
}
