//! `collect`: the inventory as one file.

use std::{
    io::Write,
    path::{Path, PathBuf},
};

use super::{ExitStatus, Failure, audit, live, output, progress::Terminal, session::Session};
use crate::{
    cli::{CollectArgs, Common},
    env::Env,
    inventory::{Inventory, snapshot},
};

pub(super) async fn run(
    common: &Common,
    args: &CollectArgs,
    env: &Env,
    terminal: &Terminal,
) -> Result<ExitStatus, Failure> {
    let session = Session::new(common, env)?.with_scope(&args.scope);
    if args.dry_run {
        output::print(&live::dry_run(&session, env).await?)?;
        return Ok(ExitStatus::Done);
    }
    let inventory = live::collect(&session, env, terminal, audit::now()).await?;
    let path = args.output.clone().unwrap_or_else(|| default_path(&inventory));
    save(&inventory, &path).map_err(|source| Failure::file(&path, "written", source))?;
    let (clusters, networks) = (inventory.clusters.len(), inventory.virtual_networks.len());
    output::print(&format!("wrote {}: {clusters} clusters, {networks} virtual networks\n", path.display()))?;
    let accepted = &session.settings.scope.accept_unread;
    let incomplete = crate::assess::is_incomplete(&inventory, accepted);
    Ok(if incomplete { ExitStatus::Incomplete } else { ExitStatus::Done })
}

fn default_path(inventory: &Inventory) -> PathBuf {
    PathBuf::from(format!("aks-census-{}.json.gz", inventory.collected_at.strftime("%Y-%m-%dT%H-%M-%SZ")))
}

/// Writes the whole file or none, readable by its owner only: it describes a network.
fn save(inventory: &Inventory, path: &Path) -> std::io::Result<()> {
    let bytes = snapshot::to_bytes(inventory)?;
    let directory = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(directory)?;
    file.write_all(&bytes)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}
