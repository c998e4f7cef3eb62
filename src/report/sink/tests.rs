use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::{Published, SinkError, remove_leftovers, run_name, write_with};
use crate::report::ReportFile;

const RUN: &str = "2026-11-21T02-59-16Z";

fn files() -> Vec<ReportFile<'static>> {
    vec![
        ReportFile::new("a.csv", |out| out.write_all(b"a\n")),
        ReportFile::new("report.md", |out| out.write_all(&vec![b'x'; 100_000])),
    ]
}

fn write(directory: &Path, run: &str, files: &[ReportFile<'_>]) -> Result<Published, SinkError> {
    super::write(directory, run, files, &|| false)?.publish()
}

/// Writes a run after which nothing went wrong.
fn written(directory: &Path, run: &str, files: &[ReportFile<'_>]) -> PathBuf {
    let published = write(directory, run, files).unwrap();
    assert!(published.trouble.is_none(), "{published:?}");
    published.folder
}

fn names(directory: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(directory).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn latest(directory: &Path) -> String {
    let pointer = directory.join("latest");
    if cfg!(unix) {
        fs::read_link(pointer).unwrap().to_str().unwrap().to_owned()
    } else {
        fs::read_to_string(pointer).unwrap().trim().to_owned()
    }
}

#[test]
fn a_run_is_named_after_the_second_of_its_collection() {
    assert_eq!(run_name("2026-11-21T02:59:16.789Z".parse().unwrap()), RUN);
}

#[test]
fn a_run_is_written_and_pointed_to() {
    let root = tempfile::tempdir().unwrap();
    let directory = root.path().join("new/reports");
    let run = written(&directory, RUN, &files());
    assert_eq!(run, directory.join(RUN));
    assert_eq!(names(&run), ["a.csv", "report.md"]);
    assert_eq!(fs::read(run.join("report.md")).unwrap().len(), 100_000);
    assert_eq!(names(&directory), [RUN, "latest"]);
    assert_eq!(latest(&directory), RUN);
}

#[test]
fn a_file_may_stand_in_a_folder_of_its_own() {
    let root = tempfile::tempdir().unwrap();
    let files = ["runbooks/a.md", "runbooks/b.md", "report.md"]
        .map(|name| ReportFile::new(name, |out| out.write_all(b"x\n")));
    let run = written(root.path(), RUN, &files);
    assert_eq!(names(&run), ["report.md", "runbooks"]);
    assert_eq!(names(&run.join("runbooks")), ["a.md", "b.md"]);
}

#[test]
fn runs_of_the_same_second_stand_side_by_side() {
    let root = tempfile::tempdir().unwrap();
    for expected in [RUN.to_owned(), format!("{RUN}-2"), format!("{RUN}-3")] {
        assert_eq!(written(root.path(), RUN, &files()), root.path().join(&expected));
        assert_eq!(latest(root.path()), expected);
    }
    assert_eq!(names(&root.path().join(RUN)), ["a.csv", "report.md"]);
}

#[test]
fn parallel_runs_do_not_mix() {
    let root = tempfile::tempdir().unwrap();
    let runs: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(|| written(root.path(), RUN, &files()))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let mut distinct = runs.clone();
    distinct.sort();
    distinct.dedup();
    assert_eq!(distinct.len(), 8);
    assert!(runs.iter().all(|run| names(run) == ["a.csv", "report.md"]));
    assert_eq!(names(root.path()).len(), 9);
}

#[cfg(unix)]
#[test]
fn what_is_new_can_be_read_by_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let root = tempfile::tempdir().unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let there = root.path().join("there");
    fs::create_dir(&there).unwrap();
    fs::set_permissions(&there, fs::Permissions::from_mode(0o755)).unwrap();
    let directory = there.join("new/reports");
    let files = ["runbooks/a.md", "a.csv"].map(|name| ReportFile::new(name, |out| out.write_all(b"x")));
    let run = written(&directory, RUN, &files);
    assert_eq!(mode(&there), 0o755, "an existing directory keeps its mode");
    for folder in [there.join("new"), directory, run.clone(), run.join("runbooks")] {
        assert_eq!(mode(&folder), 0o700, "{}", folder.display());
    }
    for file in ["a.csv", "runbooks/a.md"] {
        assert_eq!(mode(&run.join(file)), 0o600, "{file}");
    }
}

#[test]
fn a_full_disk_leaves_nothing_behind() {
    let root = tempfile::tempdir().unwrap();
    written(root.path(), RUN, &files());
    let error = write_with(root.path(), "later", &files(), &|file, out| {
        file.write_to(out)?;
        match file.name.as_str() {
            "report.md" => Err(io::Error::from(io::ErrorKind::StorageFull)),
            _ => Ok(()),
        }
    })
    .err()
    .unwrap();
    assert!(matches!(&error, SinkError::Write { path, .. } if path.ends_with("later/report.md")), "{error}");
    assert!(error.hint().contains("free some space"));
    assert_eq!(names(root.path()), [RUN, "latest"]);
    assert_eq!(latest(root.path()), RUN);
}

#[test]
fn a_directory_that_vanishes_midway_is_an_error() {
    let root = tempfile::tempdir().unwrap();
    let directory = root.path().join("reports");
    let error = write_with(&directory, RUN, &files(), &|file, out| {
        fs::remove_dir_all(&directory)?;
        file.write_to(out)
    })
    .and_then(super::Finished::publish)
    .unwrap_err();
    assert!(matches!(error, SinkError::Write { .. } | SinkError::Publish { .. }), "{error}");
    assert!(!directory.exists());
}

#[test]
fn a_path_under_a_file_is_an_error_that_says_so() {
    let root = tempfile::tempdir().unwrap();
    let file = root.path().join("file");
    fs::write(&file, "").unwrap();
    let error = write(&file.join("reports"), RUN, &files()).unwrap_err();
    assert_eq!(error.to_string(), format!("cannot create `{}`", file.join("reports").display()));
    assert!(error.hint().contains("is a file"), "{}", error.hint());
}

#[cfg(unix)]
#[test]
fn a_directory_that_cannot_be_written_is_an_error_that_says_so() {
    use std::os::unix::fs::PermissionsExt;
    let root = tempfile::tempdir().unwrap();
    fs::set_permissions(root.path(), fs::Permissions::from_mode(0o555)).unwrap();
    let as_root = fs::write(root.path().join("probe"), "").is_ok();
    let result = write(root.path(), RUN, &files());
    fs::set_permissions(root.path(), fs::Permissions::from_mode(0o755)).unwrap();
    if as_root {
        // Nothing is forbidden to root; then the run must be whole.
        assert_eq!(names(&result.unwrap().folder), ["a.csv", "report.md"]);
    } else {
        let error = result.unwrap_err();
        assert!(matches!(error, SinkError::Create { .. }));
        assert!(error.hint().contains("--output"));
    }
}

/// What the user has under the name `latest`, and whether it may be replaced.
#[cfg(unix)]
#[test]
fn only_a_pointer_of_ours_is_replaced() {
    use std::os::unix::fs::symlink;
    type Make = fn(&Path) -> io::Result<()>;
    let others: [(&str, Make); 7] = [
        ("a file", |latest| fs::write(latest, "precious")),
        ("a file with our content", |latest| fs::write(latest, format!("{RUN}\n"))),
        ("a folder", |latest| fs::create_dir_all(latest.join("precious"))),
        ("an empty folder", |latest| fs::create_dir(latest)),
        ("a foreign link", |latest| symlink("elsewhere", latest)),
        ("a link out of the directory", |latest| symlink(format!("../{RUN}"), latest)),
        ("an absolute link", |latest| symlink(format!("/{RUN}"), latest)),
    ];
    let look = |latest: &Path| {
        let found = fs::symlink_metadata(latest).unwrap();
        (found.file_type(), fs::read_link(latest).ok(), fs::read(latest).ok())
    };
    for (what, make) in others {
        let root = tempfile::tempdir().unwrap();
        let latest = root.path().join("latest");
        make(&latest).unwrap();
        let before = look(&latest);
        let published = write(root.path(), RUN, &files()).unwrap();
        assert_eq!(names(&published.folder), ["a.csv", "report.md"], "{what}");
        let trouble = published.trouble.unwrap();
        assert!(matches!(&trouble, SinkError::Latest { run, .. } if *run == published.folder), "{trouble}");
        assert!(trouble.hint().starts_with("move `"));
        assert_eq!(look(&latest), before, "{what}");
        assert_eq!(names(root.path()), [RUN, "latest"], "{what}");
    }
    let ours: [(&str, Make); 2] = [
        ("the last run", |latest| symlink("2020-01-01T00-00-00Z", latest)),
        ("a run that has gone", |latest| symlink("2020-01-01T00-00-00Z-7", latest)),
    ];
    for (what, make) in ours {
        let root = tempfile::tempdir().unwrap();
        make(&root.path().join("latest")).unwrap();
        written(root.path(), RUN, &files());
        assert_eq!(self::latest(root.path()), RUN, "{what}");
    }
}

#[test]
fn a_run_that_is_stopped_leaves_nothing() {
    use std::sync::atomic::{AtomicUsize, Ordering};
    // At every look: while the first file is written, and the last.
    for most in 0..4 {
        let root = tempfile::tempdir().unwrap();
        let looks = AtomicUsize::new(0);
        let stopped = || looks.fetch_add(1, Ordering::SeqCst) >= most;
        let outcome = super::write(root.path(), RUN, &files(), &stopped);
        match outcome {
            Err(error) => assert!(matches!(error, SinkError::Stopped), "{error}"),
            Ok(finished) => drop(finished),
        }
        assert_eq!(names(root.path()), [""; 0], "after {most} looks");
    }
}

/// Every file whose turn comes while too few may be open is written all the same.
#[cfg(unix)]
#[test]
fn files_are_written_one_by_one_where_few_may_be_open() {
    use std::sync::atomic::{AtomicUsize, Ordering};
    let names: Vec<String> = (0..100).map(|number| format!("runbooks/{number}.md")).collect();
    let files: Vec<_> = names.iter().map(|name| ReportFile::new(name, |out| out.write_all(b"x"))).collect();
    let root = tempfile::tempdir().unwrap();
    let (open, most) = (AtomicUsize::new(0), 2);
    let finished = write_with(root.path(), RUN, &files, &|file, out| {
        let now = open.fetch_add(1, Ordering::SeqCst) + 1;
        std::thread::yield_now();
        let outcome = if now > most {
            // Nothing of it may stay, as where it could not be opened.
            Err(io::Error::from_raw_os_error(rustix::io::Errno::MFILE.raw_os_error()))
        } else {
            file.write_to(out)
        };
        open.fetch_sub(1, Ordering::SeqCst);
        outcome
    });
    let run = finished.and_then(super::Finished::publish).unwrap().folder;
    assert_eq!(fs::read_dir(run.join("runbooks")).unwrap().count(), files.len());
    for file in &files {
        assert_eq!(fs::read(run.join(&file.name)).unwrap(), b"x", "{}", file.name);
    }
}

#[cfg(unix)]
mod leftovers {
    use std::{
        os::unix::fs::symlink,
        time::{Duration, SystemTime},
    };

    use super::*;

    const DAY: Duration = Duration::from_secs(24 * 60 * 60);

    /// Makes one of each kind of thing, and gives the names of those that are to go.
    fn make(directory: &Path) -> Vec<&'static str> {
        let folder = |name: &str| {
            fs::create_dir_all(directory.join(name).join("runbooks")).unwrap();
            fs::write(directory.join(name).join("runbooks/a.md"), "x").unwrap();
        };
        for name in [
            ".unfinished-aB3xyZ",
            ".unfinished-000000",
            ".unfinished-tooLong",
            ".unfinished-ab.cde",
            "unfinished-abcdef",
            RUN,
        ] {
            folder(name);
        }
        fs::write(directory.join(".unfinished-aB3xyZ/.lock"), "").unwrap();
        fs::write(directory.join(".unfinished-file00"), "x").unwrap();
        fs::write(directory.join(".latest-file00"), "x").unwrap();
        symlink(RUN, directory.join(".latest-abcdef")).unwrap();
        symlink("elsewhere", directory.join(".latest-others")).unwrap();
        symlink(RUN, directory.join(".unfinished-linked")).unwrap();
        vec![".latest-abcdef", ".unfinished-000000", ".unfinished-aB3xyZ", ".unfinished-file00"]
    }

    #[test]
    fn what_killed_runs_left_goes_after_a_day_and_nothing_else_does() {
        let root = tempfile::tempdir().unwrap();
        let gone = make(root.path());
        let before = names(root.path());
        let now = SystemTime::now();
        remove_leftovers(root.path(), now + DAY - Duration::from_secs(60));
        assert_eq!(names(root.path()), before, "they may belong to a run that is going on");
        remove_leftovers(root.path(), now + DAY + Duration::from_secs(60));
        let stays: Vec<_> = before.into_iter().filter(|name| !gone.contains(&name.as_str())).collect();
        assert_eq!(names(root.path()), stays);
        assert!(root.path().join(RUN).join("runbooks/a.md").exists(), "no link was followed");
    }

    #[test]
    fn a_run_that_lives_keeps_its_folder_however_old_it_is() {
        let root = tempfile::tempdir().unwrap();
        let later = SystemTime::now() + 3 * DAY;
        let living = super::super::Unfinished::new(root.path()).unwrap();
        remove_leftovers(root.path(), later);
        assert!(living.path().exists());
        let path = living.path().to_owned();
        // As a killed run leaves it: the system gives the lock back.
        assert!(living.killed().exists());
        remove_leftovers(root.path(), later);
        assert!(!path.exists());
    }

    #[test]
    fn a_run_begins_by_tidying_up() {
        let root = tempfile::tempdir().unwrap();
        let old = root.path().join(".unfinished-abc123");
        fs::create_dir(&old).unwrap();
        let folder = fs::File::open(&old).unwrap();
        folder.set_modified(SystemTime::now() - 2 * DAY).unwrap();
        crate::report::sink::check(root.path()).unwrap();
        assert_eq!(names(root.path()), [""; 0]);
    }
}
