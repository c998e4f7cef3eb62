//! `collect`: the inventory as one file.

use std::path::PathBuf;

use jiff::Timestamp;

use super::{
    ExitStatus, Failure, announce, audit, ending, keep, live, output,
    progress::Terminal,
    session::Session,
    stopping::{Left, Stop},
};
use crate::{
    cli::{CollectArgs, Common},
    env::Env,
    report::{sink, visible},
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
        return live::dry_run(&session, common, env, audit::now()).await;
    }
    announce::live(&session, env)?;
    let started = audit::now();
    let path = args.output.clone().unwrap_or_else(|| default_path(started));
    keep::check(&path, None)?;
    let inventory = live::collect(&session, env, terminal, started).await?;
    let gaps = ending::log_gaps(&inventory, &session.settings.scope.accept_unread);
    keep::save(&inventory, &path, stop, Left::Snapshot)?;
    let (clusters, networks) = (inventory.clusters.len(), inventory.virtual_networks.len());
    let clusters = words::counted(clusters as u64, "cluster", "clusters");
    let networks = words::counted(networks as u64, "virtual network", "virtual networks");
    let wrote = format!("wrote {}: {clusters}, {networks}", path.display());
    if let Err(error) = output::print(&format!("{}\n", visible(&wrote))) {
        output::warn(&format!(
            "warning: `{}` is complete, but standard output can't be written: {error}",
            path.display()
        ));
    }
    Ok(ending::say(gaps.status(), &gaps.reason(), common))
}

fn default_path(started: Timestamp) -> PathBuf {
    PathBuf::from(format!("aks-census-{}.json.gz", sink::run_name(started)))
}
