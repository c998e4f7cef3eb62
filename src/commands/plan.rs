//! `plan`: questions about address space, answered from a live collection, a snapshot, the simulated estate, or flags.

use std::path::Path;

use super::{ExitStatus, Failure, audit, ending, output, progress::Terminal, session::Session};
use crate::{
    assess::questions::{self, Changes, Note, PlanError, SubnetRequest},
    cli::{Common, FreeArgs, PlanCommand, SizeArgs, SourceArgs, SubnetArgs, TableFormat},
    env::Env,
    files,
    inventory::Inventory,
    report::questions::{self as print, Answer},
};

pub(super) async fn run(
    common: &Common,
    command: &PlanCommand,
    env: &Env,
    terminal: &Terminal,
) -> Result<ExitStatus, Failure> {
    let (mut is_incomplete, mut is_simulated) = (false, false);
    let Answered { answer, fits, misses, format } = match command {
        PlanCommand::Free(args) => {
            let source = read(common, &args.source, env, terminal).await?;
            (is_incomplete, is_simulated) = (source.is_incomplete, source.is_simulated);
            free(args, &source.session, &source.inventory)?
        }
        PlanCommand::Subnet(args) => {
            let source = read(common, &args.source, env, terminal).await?;
            (is_incomplete, is_simulated) = (source.is_incomplete, source.is_simulated);
            subnet(args, &source.session, &source.inventory)?
        }
        PlanCommand::WhatIf(args) => {
            // A file that can't be used is said before anything is collected.
            let changes = changes(&args.file)?;
            let source = read(common, &args.source, env, terminal).await?;
            (is_incomplete, is_simulated) = (source.is_incomplete, source.is_simulated);
            let options = source.session.assess_options(&source.inventory)?;
            let answer = questions::what_if(&source.inventory, &changes, &options);
            let answer = answer.map_err(|source| in_file(&args.file, source))?;
            let misses = answer.notes.iter().any(Note::is_gap);
            Answered {
                fits: answer.fits(),
                misses,
                answer: print::what_if(&answer),
                format: args.source.format,
            }
        }
        PlanCommand::Size(args) => size(args)?,
    };
    output::print(&match format {
        TableFormat::Table => answer.text,
        TableFormat::Json => output::json(&answer.json_text()?),
    })?;
    Ok(match (is_incomplete || misses && !is_simulated, fits) {
        (true, _) => ending::say(ExitStatus::Incomplete, MAY_MISS, common),
        (false, true) => ExitStatus::Done,
        (false, false) => ending::say(ExitStatus::Findings, "the answer is that it does not fit", common),
    })
}

const MAY_MISS: &str =
    "answered, but not everything could be read, so the answer may miss networks and clusters";

/// An answer, and what it comes to.
struct Answered {
    answer: Answer,
    fits: bool,
    /// Whether something could not be seen on which it depends, whatever was in scope.
    misses: bool,
    format: TableFormat,
}

fn free(args: &FreeArgs, session: &Session, inventory: &Inventory) -> Result<Answered, Failure> {
    let vnet = questions::vnet(inventory, &args.vnet)?;
    let size = args.size.map(|block| block.length);
    let answer = questions::free(inventory, vnet, size, &session.assess_options(inventory)?)?;
    let misses = answer.notes.iter().any(Note::is_gap);
    Ok(Answered { fits: answer.fits(), misses, answer: print::free(&answer), format: args.source.format })
}

fn subnet(args: &SubnetArgs, session: &Session, inventory: &Inventory) -> Result<Answered, Failure> {
    let request = SubnetRequest {
        subject: args.subject.clone(),
        nodes: args.nodes,
        max_pods: args.max_pods,
        mode: args.mode,
        max_surge: args.max_surge,
    };
    let answer = questions::subnet(inventory, &request, &session.assess_options(inventory)?)?;
    let misses = answer.notes.iter().any(Note::is_gap);
    Ok(Answered { fits: answer.fits(), misses, answer: print::subnet(&answer), format: args.source.format })
}

fn changes(path: &Path) -> Result<Changes, Failure> {
    let text =
        files::read_text(path, files::CHANGES).map_err(|source| Failure::file(path, "read", source))?;
    text.parse().map_err(|source| in_file(path, source))
}

fn in_file(path: &Path, source: PlanError) -> Failure {
    Failure::WhatIf { path: path.to_owned(), source }
}

fn size(args: &SizeArgs) -> Result<Answered, Failure> {
    let answer = questions::size(&args.request())?;
    Ok(Answered { fits: answer.fits(), misses: false, answer: print::size(&answer), format: args.format })
}

/// What a question is about.
struct Source {
    session: Session,
    inventory: Inventory,
    /// Whether something in scope could not be read, on which the answer may depend. The simulated estate has such
    /// scopes by design, which decide no exit status.
    is_incomplete: bool,
    /// Whether it is the simulated estate, which hides what it hides on purpose.
    is_simulated: bool,
}

/// The inventory the question is about. What could not be read is said, because an answer may depend on it.
async fn read(
    common: &Common,
    source: &SourceArgs,
    env: &Env,
    terminal: &Terminal,
) -> Result<Source, Failure> {
    #[cfg(feature = "demo")]
    if source.demo {
        let (session, inventory) =
            super::demo::inventory(common, &crate::cli::EstateArgs::default(), terminal).await?;
        return Ok(Source { session, inventory, is_incomplete: false, is_simulated: true });
    }
    let session = Session::new(common, env)?.with_scope(&source.scope);
    let inventory = audit::inventory(&session, source.snapshot.as_deref(), env, terminal).await?;
    let gaps = ending::log_gaps(&inventory, &session.settings.scope.accept_unread);
    Ok(Source { session, inventory, is_incomplete: gaps.is_incomplete(), is_simulated: false })
}
