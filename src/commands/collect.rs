//! `collect`: the inventory as one file.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use jiff::Timestamp;

use super::{
    ExitStatus, Failure, announce, audit, ending, live, output, progress::Terminal, session::Session,
};
use crate::{
    cli::{CollectArgs, Common},
    env::Env,
    inventory::{Inventory, snapshot},
    report::{sink, visible},
    words,
};

pub(super) async fn run(
    common: &Common,
    args: &CollectArgs,
    env: &Env,
    terminal: &Terminal,
) -> Result<ExitStatus, Failure> {
    let session = Session::new(common, env)?.with_scope(&args.scope);
    if args.dry_run {
        return live::dry_run(&session, common, env, audit::now()).await;
    }
    announce::live(&session, env)?;
    let started = audit::now();
    let path = args.output.clone().unwrap_or_else(|| default_path(started));
    check(&path).map_err(|source| Failure::file(&path, "written", source))?;
    let inventory = live::collect(&session, env, terminal, started).await?;
    let gaps = ending::log_gaps(&inventory, &session.settings.scope.accept_unread);
    save(&inventory, &path).map_err(|source| Failure::file(&path, "written", source))?;
    let (clusters, networks) = (inventory.clusters.len(), inventory.virtual_networks.len());
    let clusters = words::counted(clusters as u64, "cluster", "clusters");
    let networks = words::counted(networks as u64, "virtual network", "virtual networks");
    let wrote = format!("wrote {}: {clusters}, {networks}", path.display());
    output::print(&format!("{}\n", visible(&wrote)))?;
    Ok(ending::say(gaps.status(), &gaps.reason(), common))
}

fn default_path(started: Timestamp) -> PathBuf {
    PathBuf::from(format!("aks-census-{}.json.gz", sink::run_name(started)))
}

/// Finds out, before anything is collected, whether the file could be written.
fn check(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    if is_pipe_or_device(path) {
        return Ok(());
    }
    temporary(path)?.close()
}

/// Whether this takes bytes without being a file: a new one must not take the place of `/dev/stdout`.
fn is_pipe_or_device(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|found| !found.is_file() && !found.is_dir())
}

/// A file beside the one to write, readable by its owner only.
fn temporary(path: &Path) -> io::Result<tempfile::NamedTempFile> {
    let directory = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    tempfile::NamedTempFile::new_in(directory).map_err(sink::without_temporary_name)
}

/// Writes the whole file or none, readable by its owner only: it describes a network.
fn save(inventory: &Inventory, path: &Path) -> io::Result<()> {
    let bytes = snapshot::to_bytes(inventory)?;
    if is_pipe_or_device(path) {
        return fs::write(path, bytes);
    }
    let mut file = temporary(path)?;
    // To the file itself, because an error would name the temporary one.
    file.as_file_mut().write_all(&bytes)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}
