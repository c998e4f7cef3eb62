use std::{fs, io, path::Path};

use super::{SinkError, run_name, write, write_with};
use crate::report::ReportFile;

const RUN: &str = "2026-11-21T02-59-16Z";

fn files() -> Vec<ReportFile<'static>> {
    vec![
        ReportFile::new("a.csv", |out| out.write_all(b"a\n")),
        ReportFile::new("report.md", |out| out.write_all(&vec![b'x'; 100_000])),
    ]
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
    let run = write(&directory, RUN, &files()).unwrap();
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
    let run = write(root.path(), RUN, &files).unwrap();
    assert_eq!(names(&run), ["report.md", "runbooks"]);
    assert_eq!(names(&run.join("runbooks")), ["a.md", "b.md"]);
}

#[test]
fn runs_of_the_same_second_stand_side_by_side() {
    let root = tempfile::tempdir().unwrap();
    for expected in [RUN.to_owned(), format!("{RUN}-2"), format!("{RUN}-3")] {
        assert_eq!(write(root.path(), RUN, &files()).unwrap(), root.path().join(&expected));
        assert_eq!(latest(root.path()), expected);
    }
    assert_eq!(names(&root.path().join(RUN)), ["a.csv", "report.md"]);
}

#[test]
fn parallel_runs_do_not_mix() {
    let root = tempfile::tempdir().unwrap();
    let runs: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(|| write(root.path(), RUN, &files()))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap().unwrap()).collect()
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
fn files_and_folders_can_be_read_as_the_umask_allows() {
    use std::os::unix::fs::PermissionsExt;
    let root = tempfile::tempdir().unwrap();
    let probe = root.path().join("probe");
    fs::create_dir(&probe).unwrap();
    fs::write(root.path().join("probe/file"), "").unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let run = write(root.path(), RUN, &files()).unwrap();
    assert_eq!(mode(&run), mode(&probe));
    assert_eq!(mode(&run.join("a.csv")), mode(&probe.join("file")));
}

#[test]
fn a_full_disk_leaves_nothing_behind() {
    let root = tempfile::tempdir().unwrap();
    write(root.path(), RUN, &files()).unwrap();
    let error = write_with(root.path(), "later", &files(), |file, out| {
        file.write_to(out)?;
        match file.name.as_str() {
            "report.md" => Err(io::Error::from(io::ErrorKind::StorageFull)),
            _ => Ok(()),
        }
    })
    .unwrap_err();
    assert!(matches!(&error, SinkError::Write { path, .. } if path.ends_with("later/report.md")), "{error}");
    assert!(error.hint().contains("free some space"));
    assert_eq!(names(root.path()), [RUN, "latest"]);
    assert_eq!(latest(root.path()), RUN);
}

#[test]
fn a_directory_that_vanishes_midway_is_an_error() {
    let root = tempfile::tempdir().unwrap();
    let directory = root.path().join("reports");
    let error = write_with(&directory, RUN, &files(), |file, out| {
        fs::remove_dir_all(&directory)?;
        file.write_to(out)
    })
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
        assert_eq!(names(&result.unwrap()), ["a.csv", "report.md"]);
    } else {
        let error = result.unwrap_err();
        assert!(matches!(error, SinkError::Create { .. }));
        assert!(error.hint().contains("--output"));
    }
}

#[test]
fn a_folder_called_latest_is_left_alone() {
    let root = tempfile::tempdir().unwrap();
    let precious = root.path().join("latest/precious");
    fs::create_dir_all(&precious).unwrap();
    let error = write(root.path(), RUN, &files()).unwrap_err();
    assert!(matches!(&error, SinkError::Latest { run, .. } if names(run).len() == 2), "{error}");
    assert!(error.hint().starts_with("move `"));
    assert!(precious.exists());
    assert_eq!(names(root.path()), [RUN, "latest"]);
}
