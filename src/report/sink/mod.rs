//! Files of a run, whole or not at all. The only place in this room that touches a file system.

mod latest;
mod leftovers;
mod writers;

use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
};

use jiff::Timestamp;

use self::leftovers::Unfinished;
pub use self::leftovers::{UNFINISHED, hold, remove_from as remove_leftovers};
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
    /// The run was told to stop.
    #[error("the reports were not written, because the run was stopped")]
    Stopped,
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
            Self::Stopped => return "run again".to_owned(),
            Self::Create { path, source } | Self::Write { path, source } | Self::Publish { path, source } => {
                (path, source)
            }
        };
        if writers::lacks_descriptors(source) {
            return "more files must be allowed to be open: raise the limit, as with `ulimit -n 1024`"
                .to_owned();
        }
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                "free some space there, or choose another directory with `--output`".to_owned()
            }
            io::ErrorKind::FileTooLarge => {
                "larger files must be allowed: raise the limit, as with `ulimit -f unlimited`, or choose another directory with \
                 `--output`"
                    .to_owned()
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
/// that was there from the start. What killed runs left there goes.
///
/// # Errors
/// When nothing can be made in the directory, or in the nearest one above it that exists.
pub fn check(directory: &Path) -> Result<(), SinkError> {
    let exists = |path: &&Path| fs::symlink_metadata(path).is_ok();
    let nearest = directory.ancestors().filter(|path| !path.as_os_str().is_empty()).find(exists);
    let create = |source| SinkError::Create { path: directory.to_owned(), source };
    let probe = Unfinished::new(nearest.unwrap_or(Path::new("."))).map_err(create)?;
    if let (true, Ok(now)) =
        (nearest == Some(directory), fs::metadata(probe.path()).and_then(|m| m.modified()))
    {
        remove_leftovers(directory, now);
    }
    probe.close().map_err(create)
}

/// The files of a run, complete under a hidden name. They go unless they are published.
#[must_use]
pub struct Finished {
    directory: PathBuf,
    run_name: String,
    unfinished: Unfinished,
}

/// A run that is there.
#[derive(Debug)]
pub struct Published {
    /// Its folder.
    pub folder: PathBuf,
    /// What went wrong after it was there.
    pub trouble: Option<SinkError>,
}

/// Writes the files of a run under a hidden name beside `<directory>/<run_name>/`. New folders and files can be read by
/// their owner only. It looks, again and again, whether it `is_stopped`.
///
/// # Errors
/// When anything cannot be written, or the run was stopped. Then nothing of it is left.
pub fn write(
    directory: &Path,
    run_name: &str,
    files: &[ReportFile<'_>],
    is_stopped: &(dyn Fn() -> bool + Sync),
) -> Result<Finished, SinkError> {
    let error = |error: SinkError| if is_stopped() { SinkError::Stopped } else { error };
    write_with(directory, run_name, files, &|file, out| {
        file.write_to(&mut writers::Stoppable { out, is_stopped })
    })
    .map_err(error)
}

fn write_with(
    directory: &Path,
    run_name: &str,
    files: &[ReportFile<'_>],
    write_file: writers::WriteFile<'_>,
) -> Result<Finished, SinkError> {
    let create = |source| SinkError::Create { path: directory.to_owned(), source };
    make_folder(directory).map_err(create)?;
    let mut unfinished = Unfinished::new(directory).map_err(create)?;
    make_folders(unfinished.path(), files).map_err(create)?;
    writers::write_all(unfinished.path(), files, write_file).map_err(|(file, source)| SinkError::Write {
        path: directory.join(run_name).join(&file.name),
        source,
    })?;
    let publish = |source| SinkError::Publish { path: directory.join(run_name), source };
    unfinished.unlock().and_then(|()| sync_all(unfinished.path(), files)).map_err(publish)?;
    Ok(Finished { directory: directory.to_owned(), run_name: run_name.to_owned(), unfinished })
}

impl Finished {
    /// Gives the run its name and points `<directory>/latest` to it. A second run of the same second gets a suffix.
    ///
    /// # Errors
    /// When the run cannot be given its name. Then nothing of it is left.
    pub fn publish(self) -> Result<Published, SinkError> {
        let Self { directory, run_name, unfinished } = self;
        let folder = publish_as(&unfinished, &directory, &run_name)
            .map_err(|source| SinkError::Publish { path: directory.join(&run_name), source })?;
        unfinished.renamed();
        let run = directory.join(&folder);
        let pointed = latest::point(&directory, &folder).and_then(|()| sync(&directory));
        let trouble = pointed.err().map(|source| SinkError::Latest {
            path: directory.join(latest::NAME),
            run: run.clone(),
            source,
        });
        Ok(Published { folder: run, trouble })
    }
}

/// The error without the name of a temporary file, which means nothing to anybody and differs from run to run.
#[must_use]
pub fn without_temporary_name(error: io::Error) -> io::Error {
    if error.raw_os_error().is_none() { error.kind().into() } else { error }
}

/// The folders inside a run's folder.
fn folders<'f>(files: &'f [ReportFile<'_>]) -> BTreeSet<&'f str> {
    files.iter().filter_map(ReportFile::folder).collect()
}

fn make_folders(folder: &Path, files: &[ReportFile<'_>]) -> io::Result<()> {
    folders(files).into_iter().try_for_each(|name| make_folder(&folder.join(name)))
}

/// Makes a folder and those above it that are not there, each for its owner only: reports describe a network.
fn make_folder(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Makes the entries of a run's folder, and of the folders in it, durable.
fn sync_all(folder: &Path, files: &[ReportFile<'_>]) -> io::Result<()> {
    folders(files).into_iter().try_for_each(|name| sync(&folder.join(name)))?;
    sync(folder)
}

/// Gives the folder its name, or the first suffixed one that is free.
fn publish_as(unfinished: &Unfinished, directory: &Path, run_name: &str) -> io::Result<String> {
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

#[cfg(test)]
mod tests;
