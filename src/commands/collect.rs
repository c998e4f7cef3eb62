//! `collect`: the inventory as one file.

use std::path::PathBuf;

use jiff::Timestamp;

use super::{
    ExitStatus, Failure, audit, keep, live, output,
    progress::Terminal,
    session::Session,
    stopping::{Left, Stop},
};
use crate::{
    cli::{CollectArgs, Common},
    env::Env,
    report::sink,
    words,
};

pub(super) async fn run(
    common: &Common,
    args: &CollectArgs,
    env: &Env,
    terminal: &Terminal,
    stop: &Stop,
) -> Result<ExitStatus, Failure> {
    let session = Session::new(common, env)?.with_scope(&args.scope);
    if args.dry_run {
        return live::dry_run(&session, env, audit::now()).await;
    }
    let started = audit::now();
    let path = args.output.clone().unwrap_or_else(|| default_path(started));
    keep::check(&path)?;
    let inventory = live::collect(&session, env, terminal, started).await?;
    keep::save(&inventory, &path, stop, Left::Snapshot)?;
    let (clusters, networks) = (inventory.clusters.len(), inventory.virtual_networks.len());
    let clusters = words::counted(clusters as u64, "cluster", "clusters");
    let networks = words::counted(networks as u64, "virtual network", "virtual networks");
    let written = format!("wrote {}: {clusters}, {networks}\n", path.display());
    if let Err(error) = output::print(&written) {
        output::note(&format!(
            "warning: `{}` is complete, but standard output can't be written: {error}",
            path.display()
        ));
    }
    let accepted = &session.settings.scope.accept_unread;
    let incomplete = crate::assess::is_incomplete(&inventory, accepted);
    Ok(if incomplete { ExitStatus::Incomplete } else { ExitStatus::Done })
}

fn default_path(started: Timestamp) -> PathBuf {
    PathBuf::from(format!("aks-census-{}.json.gz", sink::run_name(started)))
}
