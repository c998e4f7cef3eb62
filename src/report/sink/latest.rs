//! `latest`, which leads to the newest run. Only what a run put there is replaced.

use std::{fs, io, path::Path};

/// How the name of a pointer begins that is not in place yet.
pub(super) const POINTER: &str = ".latest-";

/// Its name.
pub(super) const NAME: &str = "latest";

/// Points `latest` to a run in one step: there is never a moment without it.
pub(super) fn point(directory: &Path, folder: &str) -> io::Result<()> {
    let latest = directory.join(NAME);
    // A second look, where another run made it between.
    for _ in 0..2 {
        match fs::symlink_metadata(&latest) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => match make(folder, &latest) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                outcome => return outcome,
            },
            Err(error) => return Err(error),
            Ok(_) if is_ours(&latest) => return replace(directory, &latest, folder),
            Ok(_) => break,
        }
    }
    Err(io::Error::new(io::ErrorKind::AlreadyExists, "it is not one that this program made"))
}

/// Whether it leads to a run: a link, or a file where there are no links, that holds nothing but the name of a run's folder
/// beside it, which may be gone.
#[cfg(unix)]
pub(super) fn is_ours(pointer: &Path) -> bool {
    fs::read_link(pointer).is_ok_and(|target| target.to_str().is_some_and(is_run_name))
}

#[cfg(not(unix))]
pub(super) fn is_ours(pointer: &Path) -> bool {
    const LONGEST: u64 = 64;
    let is_small = fs::symlink_metadata(pointer).is_ok_and(|found| found.is_file() && found.len() <= LONGEST);
    is_small && fs::read_to_string(pointer).is_ok_and(|text| text.strip_suffix('\n').is_some_and(is_run_name))
}

/// Whether a text has the form of [`super::run_name`], with or without a suffix.
fn is_run_name(text: &str) -> bool {
    const FORM: &[u8] = b"0000-00-00T00-00-00Z";
    let Some((time, suffix)) = text.split_at_checked(FORM.len()) else { return false };
    let fits = |(byte, form): (u8, &u8)| match form {
        b'0' => byte.is_ascii_digit(),
        form => byte == *form,
    };
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    time.bytes().zip(FORM).all(fits) && (suffix.is_empty() || suffix.strip_prefix('-').is_some_and(is_number))
}

#[cfg(unix)]
fn make(folder: &str, latest: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(folder, latest)
}

#[cfg(unix)]
fn replace(directory: &Path, latest: &Path, folder: &str) -> io::Result<()> {
    let pointer = tempfile::Builder::new()
        .prefix(POINTER)
        .make_in(directory, |path| std::os::unix::fs::symlink(folder, path))?;
    pointer.persist(latest).map(drop).map_err(|error| error.error)
}

/// Where links need rights of their own, `latest` is a file that holds the folder's name.
#[cfg(not(unix))]
fn pointer(directory: &Path, folder: &str) -> io::Result<tempfile::NamedTempFile> {
    use std::io::Write;
    let mut pointer = tempfile::Builder::new().prefix(POINTER).tempfile_in(directory)?;
    writeln!(pointer, "{folder}")?;
    Ok(pointer)
}

#[cfg(not(unix))]
fn make(folder: &str, latest: &Path) -> io::Result<()> {
    let directory = latest.parent().unwrap_or(Path::new("."));
    pointer(directory, folder)?.persist_noclobber(latest).map(drop).map_err(|error| error.error)
}

#[cfg(not(unix))]
fn replace(directory: &Path, latest: &Path, folder: &str) -> io::Result<()> {
    pointer(directory, folder)?.persist(latest).map(drop).map_err(|error| error.error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_runs_are_told_from_others() {
        for ours in ["2026-11-21T02-59-16Z", "2026-11-21T02-59-16Z-2", "0000-00-00T00-00-00Z-1000"] {
            assert!(is_run_name(ours), "{ours}");
        }
        for other in [
            "",
            "latest",
            "2026-11-21",
            "2026-11-21T02:59:16Z",
            "2026-11-21T02-59-16Z-",
            "2026-11-21T02-59-16Z-x",
            "2026-11-21T02-59-16Z/",
            "./2026-11-21T02-59-16Z",
            "/2026-11-21T02-59-16Z",
            "../2026-11-21T02-59-16Z",
            "2026-11-21T02-59-16Z2",
            "2026-11-21T02-59-16é",
        ] {
            assert!(!is_run_name(other), "{other}");
        }
    }
}
