//! What killed runs left behind, and how a run shows that it lives.
//!
//! A run writes into a hidden folder (or file) that is renamed when it is complete. It holds a lock on it meanwhile, which
//! the system releases however the run ends.

use std::{
    fs, io,
    path::Path,
    time::{Duration, SystemTime},
};

use tempfile::TempDir;

use super::latest;

/// What the name of something unfinished begins with; some random characters follow.
pub const UNFINISHED: &str = ".unfinished-";
/// What is younger than this may belong to a run that is just starting.
const AGE: Duration = Duration::from_secs(24 * 60 * 60);
/// The file inside a hidden folder on which its run holds a lock.
const LOCK: &str = ".lock";

/// A hidden folder beside its final place; it removes itself unless it is kept.
pub(super) struct Unfinished {
    folder: TempDir,
    /// None where the file system knows no locks: then nobody removes the folder.
    lock: Option<fs::File>,
}

impl Unfinished {
    pub(super) fn new(directory: &Path) -> io::Result<Self> {
        let mut builder = tempfile::Builder::new();
        builder.prefix(UNFINISHED);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            builder.permissions(fs::Permissions::from_mode(0o700));
        }
        let folder = builder.tempdir_in(directory).map_err(super::without_temporary_name)?;
        let lock = lock(&folder.path().join(LOCK));
        Ok(Self { folder, lock })
    }

    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Takes the lock out of the folder, which is complete.
    pub(super) fn unlock(&mut self) -> io::Result<()> {
        drop(self.lock.take());
        match fs::remove_file(self.path().join(LOCK)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Nothing is left under the hidden name that could be removed.
    pub(super) fn renamed(self) {
        let _ = self.folder.keep();
    }

    /// What stays when its process is killed: the folder, and no lock.
    #[cfg(test)]
    pub(super) fn killed(mut self) -> std::path::PathBuf {
        drop(self.lock.take());
        self.folder.keep()
    }

    pub(super) fn close(self) -> io::Result<()> {
        drop(self.lock);
        self.folder.close()
    }
}

/// Removes what killed runs left in a directory: only under our own names, only what this user owns, only what is older
/// than a day and in use by nobody. No link is followed. What can't be removed stays, because nobody asked for it to go.
///
/// `now` is the directory's own clock: when something in it was just made.
pub fn remove_from(directory: &Path, now: SystemTime) {
    let Ok(entries) = fs::read_dir(directory) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let Some(name) = name.to_str() else { continue };
        let (path, Ok(found)) = (entry.path(), entry.metadata()) else { continue };
        let is_old = found.modified().is_ok_and(|then| now.duration_since(then).is_ok_and(|age| age > AGE));
        if !is_old || !is_own(&found) {
            continue;
        }
        let removed = if is_hidden(name, UNFINISHED) && found.is_dir() {
            remove_folder(&path)
        } else if is_hidden(name, UNFINISHED) && found.is_file() {
            remove_file(&path)
        } else if is_hidden(name, latest::POINTER) && latest::is_ours(&path) {
            fs::remove_file(&path)
        } else {
            continue;
        };
        tracing::debug!(path = %path.display(), removed = removed.is_ok(), "a killed run left this");
    }
}

fn remove_folder(path: &Path) -> io::Result<()> {
    let held = lock(&path.join(LOCK)).ok_or(io::ErrorKind::WouldBlock)?;
    // Some systems remove no file that is open; whoever comes between finds the folder old, and does the same.
    drop(held);
    fs::remove_dir_all(path)
}

fn remove_file(path: &Path) -> io::Result<()> {
    let held = lock(path).ok_or(io::ErrorKind::WouldBlock)?;
    drop(held);
    fs::remove_file(path)
}

/// Whether a name is one that we give: the prefix, and what makes it unique.
fn is_hidden(name: &str, prefix: &str) -> bool {
    name.strip_prefix(prefix)
        .is_some_and(|rest| rest.len() == 6 && rest.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

/// A lock on a file, which is made where there is none; none where another process holds it, or where there are no locks.
#[cfg(unix)]
fn lock(path: &Path) -> Option<fs::File> {
    use std::os::unix::fs::OpenOptionsExt;
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(false).mode(0o600);
    // Neither a link nor a pipe can stand in its place.
    let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
    let file = options.custom_flags(i32::try_from(flags.bits()).ok()?).open(path).ok()?;
    hold(&file).then_some(file)
}

/// Holds a lock on an open file for as long as it is open; whether that worked.
#[cfg(unix)]
#[must_use]
pub fn hold(file: &fs::File) -> bool {
    rustix::fs::flock(file, rustix::fs::FlockOperation::NonBlockingLockExclusive).is_ok()
}

/// Where files have no such locks, one that is open can't be opened by others.
#[cfg(windows)]
fn lock(path: &Path) -> Option<fs::File> {
    use std::os::windows::fs::OpenOptionsExt;
    fs::OpenOptions::new().write(true).create(true).truncate(false).share_mode(0).open(path).ok()
}

/// Holds a lock on an open file; here, none: what is open can't be removed.
#[cfg(not(unix))]
#[must_use]
pub fn hold(_file: &fs::File) -> bool {
    true
}

#[cfg(not(any(unix, windows)))]
fn lock(_path: &Path) -> Option<fs::File> {
    None
}

#[cfg(unix)]
fn is_own(found: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    found.uid() == rustix::process::geteuid().as_raw()
}

#[cfg(not(unix))]
fn is_own(_found: &fs::Metadata) -> bool {
    true
}
