//! Several files side by side.

use std::{
    fs, io,
    io::{BufWriter, Write},
    iter, panic,
    path::Path,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use crate::report::ReportFile;

/// Bytes that go to a file at a time.
const BUFFER: usize = 64 << 10;

/// Files written at a time, for each core: while some wait for the disk, others are made.
const WRITERS_PER_CORE: usize = 8;
/// More would only wait for the same disk.
const MOST_WRITERS: usize = 32;

/// Puts a file's content into a writer.
pub(super) type WriteFile<'w> = &'w (dyn Fn(&ReportFile<'_>, &mut dyn Write) -> io::Result<()> + Sync);

/// What could not be written, and why.
type Failed<'f, 'a> = (&'f ReportFile<'a>, io::Error);

/// Writes the files side by side: first those of the run's own folder, which are few and long, so that what is left for
/// the end is short; of several that fail, the first by name is told. Where too few files may be open at once, they are
/// written one after the other.
pub(super) fn write_all<'f, 'a>(
    folder: &Path,
    files: &'f [ReportFile<'a>],
    write_file: WriteFile<'_>,
) -> Result<(), Failed<'f, 'a>> {
    let (long, short): (Vec<_>, Vec<_>) = files.iter().partition(|file| file.folder().is_none());
    let files = [long, short].concat();
    let next = AtomicUsize::new(0);
    let take = || files.get(next.fetch_add(1, Ordering::Relaxed)).copied();
    let postponed = Mutex::new(Vec::new());
    let work = || {
        while let Some(file) = take() {
            match write_one(folder, file, write_file) {
                Ok(()) => {}
                Err(error) if lacks_descriptors(&error) => {
                    // One writer less, which leaves a descriptor to the others; this file begins anew.
                    let _ = fs::remove_file(folder.join(&file.name));
                    postponed.lock().unwrap_or_else(PoisonError::into_inner).push(file);
                    return Ok(());
                }
                Err(error) => return Err((file, error)),
            }
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
    failures.min_by(|(one, _), (other, _)| one.name.cmp(&other.name)).map_or(Ok(()), Err)?;
    let postponed = postponed.into_inner().unwrap_or_else(PoisonError::into_inner);
    let mut rest = postponed.into_iter().chain(iter::from_fn(take));
    rest.try_for_each(|file| write_one(folder, file, write_file).map_err(|error| (file, error)))
}

fn write_one(folder: &Path, file: &ReportFile<'_>, write_file: WriteFile<'_>) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut out = BufWriter::with_capacity(BUFFER, options.open(folder.join(&file.name))?);
    write_file(file, &mut out)?;
    out.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()
}

/// Whether an error says that no more files can be open.
#[cfg(unix)]
pub(super) fn lacks_descriptors(error: &io::Error) -> bool {
    use rustix::io::Errno;
    Errno::from_io_error(error).is_some_and(|errno| matches!(errno, Errno::MFILE | Errno::NFILE))
}

#[cfg(not(unix))]
pub(super) fn lacks_descriptors(_error: &io::Error) -> bool {
    false
}

/// A writer that fails as soon as its run is stopped.
pub(super) struct Stoppable<'w> {
    pub(super) out: &'w mut dyn Write,
    pub(super) is_stopped: &'w (dyn Fn() -> bool + Sync),
}

impl Write for Stoppable<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if (self.is_stopped)() {
            return Err(io::Error::other("the run was stopped"));
        }
        self.out.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
