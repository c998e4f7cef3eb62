//! `audit`: collect (or read a snapshot), assess, write the reports.

use std::{fs, panic::resume_unwind, path::Path};

use jiff::Timestamp;

use super::{
    ExitStatus, Failure, announce,
    ending::{self, Gaps},
    live, output,
    progress::Terminal,
    session::Session,
};
use crate::{
    assess::{self, audit::Audit},
    cli::{AuditArgs, Common, ReportArgs},
    env::Env,
    inventory::{Inventory, snapshot},
    report::{self, sink, terminal::Style},
    words,
};

pub(super) async fn run(
    common: &Common,
    args: &AuditArgs,
    env: &Env,
    terminal: &Terminal,
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
    session.check_attestations()?;
    let inventory = match &args.snapshot {
        Some(file) => read_snapshot(file)?,
        None => live::collect(&session, env, terminal, now()).await?,
    };
    let gaps = ending::log_gaps(&inventory, &session.settings.scope.accept_unread);
    let audit = write(&session, inventory, output::style(common.color, env)).await?;
    let status = status(&audit, &args.report);
    ending::say(status, &reason(status, &audit, &gaps, &args.report), common);
    // The program ends here, and the system takes a large audit back faster than it could be taken apart.
    std::mem::forget(audit);
    Ok(status)
}

/// Why an audit ends with this status.
fn reason(status: ExitStatus, audit: &Audit, gaps: &Gaps, flags: &ReportArgs) -> String {
    match (status, flags.fail_on) {
        (ExitStatus::Findings, Some(limit)) => {
            let reached = audit.findings.iter().filter(|finding| finding.severity >= limit).count();
            let findings = words::counted(reached as u64, "finding", "findings");
            format!("done, and {findings} reached `--fail-on {}`", limit.as_str())
        }
        _ => gaps.reason(),
    }
}

/// Assesses an inventory, writes the reports and shows the summary.
pub(super) async fn write(session: &Session, inventory: Inventory, style: Style) -> Result<Audit, Failure> {
    let options = session.assess_options(&inventory)?;
    let run = sink::run_name(inventory.collected_at);
    // Where the inventory was made, because that is where memory is free; and it goes as soon as the audit is there,
    // because in a large estate each of the two is large.
    let assessed = tokio::spawn(async move { assess::assess(&inventory, &options) }).await;
    // Nobody aborts the task, so it can have failed by a panic only.
    let audit = assessed.unwrap_or_else(|error| resume_unwind(error.into_panic()));
    tracing::info!(findings = audit.findings.len(), "assessed");
    let files = report::render(&audit, &session.settings.report.formats);
    let folder = sink::write(session.directory(), &run, &files)?;
    drop(files);
    tracing::info!("written");
    output::print_styled(&report::terminal::summary(&audit, &folder, style), style)?;
    Ok(audit)
}

/// The exit status of an audit: what is missing wins over what was found.
pub(super) fn status(audit: &Audit, flags: &ReportArgs) -> ExitStatus {
    let reached = flags.fail_on.is_some_and(|limit| audit.findings.iter().any(|f| f.severity >= limit));
    match (audit.incomplete, reached) {
        (true, _) => ExitStatus::Incomplete,
        (false, true) => ExitStatus::Findings,
        (false, false) => ExitStatus::Done,
    }
}

/// Reads a saved inventory.
pub(super) fn read_snapshot(path: &Path) -> Result<Inventory, Failure> {
    let bytes = fs::read(path).map_err(|source| Failure::file(path, "read", source))?;
    snapshot::from_bytes(&bytes).map_err(|source| Failure::Snapshot { path: path.to_owned(), source })
}

/// The one look at the clock, to the second: no reader wants more.
#[expect(clippy::disallowed_methods, reason = "this is the place where the clock is read")]
pub(super) fn now() -> Timestamp {
    let now = Timestamp::now();
    Timestamp::from_second(now.as_second()).unwrap_or(now)
}
