//! Files of a run, whole or not at all. The only place in this room that touches a file system.

use std::{
    collections::BTreeSet,
    fs, io,
    io::{BufWriter, Write},
    iter, panic,
    path::{Path, PathBuf},
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use jiff::Timestamp;
use tempfile::TempDir;

use super::ReportFile;

/// Why a run could not be written.
#[derive(Debug, thiserror::Error)]
pub enum SinkError {
    /// The directory for reports is not there and cannot be made, or nothing can be made in it.
    #[error("cannot create `{}`", path.display())]
    Create {
        /// What could not be made.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A file could not be written to its end.
    #[error("cannot write `{}`", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The complete run could not be given its name.
    #[error("cannot move the finished reports to `{}`", path.display())]
    Publish {
        /// The run's folder.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The run is there, but `latest` could not be pointed to it.
    #[error("the reports are complete in `{}`, but `{}` cannot be pointed to them", run.display(), path.display())]
    Latest {
        /// The pointer.
        path: PathBuf,
        /// The run's folder.
        run: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
}

impl SinkError {
    /// What to do next.
    #[must_use]
    pub fn hint(&self) -> String {
        let (path, source) = match self {
            Self::Latest { path, .. } => {
                return format!(
                    "move `{}` out of the way, or choose another directory with `--output`",
                    path.display()
                );
            }
            Self::Create { path, source } | Self::Write { path, source } | Self::Publish { path, source } => {
                (path, source)
            }
        };
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                "free some space there, or choose another directory with `--output`".to_owned()
            }
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                "choose a directory you may write to with `--output`, or `[report] directory`".to_owned()
            }
            io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists => format!(
                "part of `{}` is a file; choose another directory with `--output`, or `[report] directory`",
                path.display()
            ),
            _ => "check that the directory exists and stays there, or choose another with `--output`"
                .to_owned(),
        }
    }
}

/// The name of a run's folder: the second its inventory was collected, without characters that file systems refuse.
#[must_use]
pub fn run_name(collected_at: Timestamp) -> String {
    collected_at.strftime("%Y-%m-%dT%H-%M-%SZ").to_string()
}

/// Finds out, without leaving a trace, whether a run could be written there: a long collection must not end in an error
/// that was there from the start.
///
/// # Errors
/// When nothing can be made in the directory, or in the nearest one above it that exists.
pub fn check(directory: &Path) -> Result<(), SinkError> {
    let exists = |path: &&Path| fs::symlink_metadata(path).is_ok();
    let nearest = directory.ancestors().filter(|path| !path.as_os_str().is_empty()).find(exists);
    unfinished(nearest.unwrap_or(Path::new(".")))
        .and_then(TempDir::close)
        .map_err(|source| SinkError::Create { path: directory.to_owned(), source })
}

/// Writes the files of a run into `<directory>/<run_name>/` and points `<directory>/latest` to it. A second run of the
/// same second gets a suffix. Gives back the run's folder.
///
/// # Errors
/// When anything cannot be written. Then nothing of the run is left, unless only `latest` failed.
pub fn write(directory: &Path, run_name: &str, files: &[ReportFile<'_>]) -> Result<PathBuf, SinkError> {
    write_with(directory, run_name, files, |file, out| file.write_to(out))
}

type WriteFile<'w> = &'w (dyn Fn(&ReportFile<'_>, &mut dyn Write) -> io::Result<()> + Sync);

fn write_with(
    directory: &Path,
    run_name: &str,
    files: &[ReportFile<'_>],
    write_file: impl Fn(&ReportFile<'_>, &mut dyn Write) -> io::Result<()> + Sync,
) -> Result<PathBuf, SinkError> {
    let create = |source| SinkError::Create { path: directory.to_owned(), source };
    fs::create_dir_all(directory).map_err(create)?;
    let unfinished = unfinished(directory).map_err(create)?;
    make_folders(unfinished.path(), files).map_err(create)?;
    write_all(unfinished.path(), files, &write_file).map_err(|(file, source)| SinkError::Write {
        path: directory.join(run_name).join(&file.name),
        source,
    })?;
    let publish = |source| SinkError::Publish { path: directory.join(run_name), source };
    sync_all(unfinished.path(), files).map_err(publish)?;
    let folder = publish_as(&unfinished, directory, run_name).map_err(publish)?;
    // Nothing is left under the old name that could be removed.
    let _ = unfinished.keep();
    let run = directory.join(&folder);
    let latest = directory.join("latest");
    point(directory, &latest, &folder)
        .and_then(|()| sync(directory))
        .map_err(|source| SinkError::Latest { path: latest, run: run.clone(), source })?;
    Ok(run)
}

/// The error without the name of a temporary file, which means nothing to anybody and differs from run to run.
#[must_use]
pub fn without_temporary_name(error: io::Error) -> io::Error {
    if error.raw_os_error().is_none() { error.kind().into() } else { error }
}

/// A hidden folder beside its final place, so that a rename can finish it; it removes itself unless it is kept.
fn unfinished(directory: &Path) -> io::Result<TempDir> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".unfinished-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // As for any folder a program makes: what the umask leaves of it.
        builder.permissions(fs::Permissions::from_mode(0o777));
    }
    builder.tempdir_in(directory).map_err(without_temporary_name)
}

/// Bytes that go to a file at a time.
const BUFFER: usize = 64 << 10;

/// Files written at a time, for each core: while some wait for the disk, others are made.
const WRITERS_PER_CORE: usize = 8;
/// More would only wait for the same disk.
const MOST_WRITERS: usize = 32;

/// Writes the files side by side: first those of the run's own folder, which are few and long, so that what is left for
/// the end is short; of several that fail, the first by name is told.
fn write_all<'f, 'a>(
    folder: &Path,
    files: &'f [ReportFile<'a>],
    write_file: WriteFile<'_>,
) -> Result<(), (&'f ReportFile<'a>, io::Error)> {
    let (long, short): (Vec<_>, Vec<_>) = files.iter().partition(|file| file.folder().is_none());
    let files = [long, short].concat();
    let next = AtomicUsize::new(0);
    let work = || {
        while let Some(file) = files.get(next.fetch_add(1, Ordering::Relaxed)).copied() {
            write_one(folder, file, write_file).map_err(|error| (file, error))?;
        }
        Ok(())
    };
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let workers = (cores * WRITERS_PER_CORE).min(MOST_WRITERS).min(files.len());
    let outcomes: Vec<_> = thread::scope(|scope| {
        // Where no more threads are to be had, fewer do it, this one at least.
        let start = |_| thread::Builder::new().spawn_scoped(scope, work).ok();
        let others: Vec<_> = (1..workers).filter_map(start).collect();
        let own = work();
        let joined = |thread: thread::ScopedJoinHandle<'_, _>| {
            thread.join().unwrap_or_else(|cause| panic::resume_unwind(cause))
        };
        iter::once(own).chain(others.into_iter().map(joined)).collect()
    });
    let failures = outcomes.into_iter().filter_map(Result::err);
    failures.min_by(|(one, _), (other, _)| one.name.cmp(&other.name)).map_or(Ok(()), Err)
}

fn write_one(folder: &Path, file: &ReportFile<'_>, write_file: WriteFile<'_>) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(BUFFER, fs::File::create_new(folder.join(&file.name))?);
    write_file(file, &mut out)?;
    out.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()
}

/// The folders inside a run's folder.
fn folders<'f>(files: &'f [ReportFile<'_>]) -> BTreeSet<&'f str> {
    files.iter().filter_map(ReportFile::folder).collect()
}

fn make_folders(folder: &Path, files: &[ReportFile<'_>]) -> io::Result<()> {
    folders(files).into_iter().try_for_each(|name| fs::create_dir_all(folder.join(name)))
}

/// Makes the entries of a run's folder, and of the folders in it, durable.
fn sync_all(folder: &Path, files: &[ReportFile<'_>]) -> io::Result<()> {
    folders(files).into_iter().try_for_each(|name| sync(&folder.join(name)))?;
    sync(folder)
}

/// Gives the folder its name, or the first suffixed one that is free.
fn publish_as(unfinished: &TempDir, directory: &Path, run_name: &str) -> io::Result<String> {
    const MOST: u32 = 1000;
    for attempt in 1..=MOST {
        let name = if attempt == 1 { run_name.to_owned() } else { format!("{run_name}-{attempt}") };
        let target = directory.join(&name);
        // A rename may replace an empty folder; ours must be new.
        if fs::symlink_metadata(&target).is_ok() {
            continue;
        }
        match fs::rename(unfinished.path(), &target) {
            Ok(()) => return Ok(name),
            Err(error) if is_taken(&error) => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::Error::new(io::ErrorKind::AlreadyExists, format!("{MOST} runs of the same second exist")))
}

fn is_taken(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::AlreadyExists | io::ErrorKind::DirectoryNotEmpty | io::ErrorKind::NotADirectory
    )
}

/// Makes the entries of a folder durable, where the system can.
fn sync(folder: &Path) -> io::Result<()> {
    if !cfg!(unix) {
        return Ok(());
    }
    match fs::File::open(folder)?.sync_all() {
        Err(error) if matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => {
            Ok(())
        }
        result => result,
    }
}

/// Points `latest` to a run in one step: there is never a moment without it.
#[cfg(unix)]
fn point(directory: &Path, latest: &Path, folder: &str) -> io::Result<()> {
    let pointer = tempfile::Builder::new()
        .prefix(".latest-")
        .make_in(directory, |path| std::os::unix::fs::symlink(folder, path))?;
    pointer.persist(latest).map(drop).map_err(|error| error.error)
}

/// Where links need rights of their own, `latest` is a file that holds the folder's name.
#[cfg(not(unix))]
fn point(directory: &Path, latest: &Path, folder: &str) -> io::Result<()> {
    let mut pointer = tempfile::Builder::new().prefix(".latest-").tempfile_in(directory)?;
    writeln!(pointer, "{folder}")?;
    pointer.persist(latest).map(drop).map_err(|error| error.error)
}

#[cfg(test)]
mod tests;
