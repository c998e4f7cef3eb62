//! Inventories in files: those that were asked for, and the one of an audit whose reports can't be written.

use std::{
    ffi::OsStr,
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use super::{
    Failure,
    stopping::{Left, Stop},
};
use crate::{
    inventory::{Inventory, snapshot},
    report::sink,
};

/// Finds out, before anything is collected, whether the file could be written: not where the reports go. What killed runs
/// left beside it goes.
pub(super) fn check(path: &Path, reports: Option<&Path>) -> Result<(), Failure> {
    let check = || {
        let is_reports = reports.is_some_and(|reports| is_within(reports, path));
        if is_reports || path.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        if is_pipe_or_device(path) {
            return Ok(());
        }
        let probe = temporary(directory(path))?;
        if let Ok(now) = probe.as_file().metadata().and_then(|found| found.modified()) {
            sink::remove_leftovers(directory(path), now);
        }
        probe.close()
    };
    check().map_err(|source| Failure::file(path, "written", source))
}

/// Whether a folder is this file, or would have to be inside it.
fn is_within(folder: &Path, file: &Path) -> bool {
    let absolute = |path| std::path::absolute(path).ok();
    absolute(folder).zip(absolute(file)).is_some_and(|(folder, file)| folder.starts_with(file))
}

/// Writes the whole file or none, readable by its owner only: it describes a network.
pub(super) fn save(
    inventory: &Inventory,
    path: &Path,
    stop: &Stop,
    left: fn(PathBuf) -> Left,
) -> Result<(), Failure> {
    let failed = |source| Failure::file(path, "written", source);
    let stopped = || Failure::Sink(sink::SinkError::Stopped);
    let bytes = snapshot::to_bytes(inventory).map_err(failed)?;
    if is_pipe_or_device(path) {
        let part = |(): &()| Left::Part(path.to_owned());
        stop.leave(|| Ok::<_, Failure>(()), part).ok_or_else(stopped)??;
        fs::write(path, bytes).map_err(failed)?;
        let whole = |(): &()| left(path.to_owned());
        return stop.leave(|| Ok(()), whole).ok_or_else(stopped)?;
    }
    stop.writing_in(Some(directory(path).to_owned()));
    let file = filled(directory(path), &bytes).map_err(failed)?;
    let place = || file.persist(path).map(drop).map_err(|error| failed(error.error));
    stop.leave(place, |()| left(path.to_owned())).ok_or_else(stopped)??;
    stop.writing_in(None);
    Ok(())
}

/// Writes the inventory of an audit whose reports can't be written: where they would have been, else where temporary files
/// go. Nothing is replaced. Gives the file.
pub(super) fn rescue(inventory: &Inventory, reports: &Path) -> io::Result<PathBuf> {
    let bytes = snapshot::to_bytes(inventory)?;
    let name = format!("inventory-{}", sink::run_name(inventory.collected_at));
    let beside = place(reports, &name, &bytes);
    beside.or_else(|_| place(&tempfile::env::temp_dir(), &format!("aks-census-{name}"), &bytes))
}

/// Puts a file where none is, with a suffix if need be.
fn place(directory: &Path, name: &str, bytes: &[u8]) -> io::Result<PathBuf> {
    const MOST: u32 = 100;
    let mut file = filled(directory, bytes)?;
    for attempt in 1..=MOST {
        let suffix = if attempt == 1 { String::new() } else { format!("-{attempt}") };
        let path = directory.join(format!("{name}{suffix}.json.gz"));
        match file.persist_noclobber(&path) {
            Ok(_) => return Ok(path),
            Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => file = error.file,
            Err(error) => return Err(error.error),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

/// Makes a file with this content, as readable as any that a user makes; one that is there already is an error.
pub(super) fn create(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(sink::UNFINISHED);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let mut file = builder.tempfile_in(directory(path)).map_err(sink::without_temporary_name)?;
    file.as_file_mut().write_all(bytes)?;
    file.persist_noclobber(path).map(drop).map_err(|error| error.error)
}

/// The same, readable by its owner only: it names what there is.
pub(super) fn create_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    filled(directory(path), bytes)?.persist_noclobber(path).map(drop).map_err(|error| error.error)
}

/// The directory of a file.
fn directory(path: &Path) -> &Path {
    path.parent().filter(|parent| parent.as_os_str() != OsStr::new("")).unwrap_or(Path::new("."))
}

/// Whether this takes bytes without being a file: a new one must not take the place of `/dev/stdout`.
pub(super) fn is_pipe_or_device(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|found| !found.is_file() && !found.is_dir())
}

/// A hidden file in a directory, readable by its owner only.
fn temporary(directory: &Path) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    let file =
        builder.prefix(sink::UNFINISHED).tempfile_in(directory).map_err(sink::without_temporary_name)?;
    // Where there are no locks, nobody removes it either.
    let _ = sink::hold(file.as_file());
    Ok(file)
}

/// A hidden file with this content, which is on the disk.
fn filled(directory: &Path, bytes: &[u8]) -> io::Result<tempfile::NamedTempFile> {
    let mut file = temporary(directory)?;
    // To the file itself, because an error would name the temporary one.
    file.as_file_mut().write_all(bytes)?;
    file.as_file().sync_all()?;
    Ok(file)
}
