//! Signals, wherever a run is blocked: it ends at once, and what it says of itself is true.

use std::{
    fs::{self, File, OpenOptions},
    io::Read,
    os::{
        fd::AsFd,
        unix::fs::{OpenOptionsExt, PermissionsExt},
    },
    path::Path,
    process::{Child, Command},
    thread,
    time::{Duration, Instant},
};

use aks_census_simulator::faults::{Effect, Fault, RequestKind};

use crate::support::{Azure, Census, Run, calm};

/// A second, and what a busy machine adds.
const AT_ONCE: Duration = Duration::from_secs(10);

fn signal(child: &Child, name: &str) {
    let command = format!("kill -{name} {}", child.id());
    assert!(Command::new("sh").args(["-c", &command]).status().unwrap().success());
}

fn pipe(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

/// Signals by their bits in a mask of `/proc`.
const HUP: u64 = 1;
const INT: u64 = 1 << 1;
const TERM: u64 = 1 << 14;

/// Waits until a process has handlers for all that ends it.
fn until_it_listens(child: &Child) {
    until_it_listens_to(child, HUP | INT | TERM);
}

fn until_it_listens_to(child: &Child, signals: u64) {
    let listens = || {
        let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
        let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:")).unwrap_or("0");
        u64::from_str_radix(caught.trim(), 16).is_ok_and(|mask| mask & signals == signals)
    };
    for _ in 0..5_000 {
        if listens() {
            return;
        }
        thread::sleep(Duration::from_millis(1));
    }
    panic!("no handler was installed");
}

/// Sends a signal, and waits for the end.
fn stopped(child: Child, directory: &Path, name: &str) -> Run {
    let sent = Instant::now();
    signal(&child, name);
    let output = child.wait_with_output().unwrap();
    assert!(sent.elapsed() < AT_ONCE, "{name}: {:?}", sent.elapsed());
    Run::new(directory.to_owned(), &output)
}

/// A pipe that takes nothing more, with the end that nobody reads.
fn full_pipe() -> (File, impl Sized) {
    let (reader, writer) = std::io::pipe().unwrap();
    let file = File::from(writer.as_fd().try_clone_to_owned().unwrap());
    let mut filling = Command::new("sh");
    // Non-blocking writes stop where the pipe is full.
    let script = "dd if=/dev/zero bs=4096 count=100000 oflag=nonblock 2>/dev/null; true";
    assert!(filling.args(["-c", script]).stdout(file.try_clone().unwrap()).status().unwrap().success());
    // The flag belongs to the pipe, and the program is to block.
    let flags = rustix::fs::fcntl_getfl(&file).unwrap();
    rustix::fs::fcntl_setfl(&file, flags - rustix::fs::OFlags::NONBLOCK).unwrap();
    (file, (reader, writer))
}

const STATUSES: [(&str, i32); 3] = [("INT", 130), ("TERM", 143), ("HUP", 129)];

#[test]
fn a_run_that_is_blocked_by_a_file_ends_at_once() {
    for (name, status) in STATUSES {
        for (what, arguments) in [
            ("snapshot", &["audit", "--snapshot", "pipe"][..]),
            ("configuration", &["audit", "--config", "pipe"]),
            ("configuration of a question", &["config", "check", "pipe"]),
            ("attestations", &["audit", "--snapshot", "none", "--config", "attested.toml"]),
        ] {
            let directory = tempfile::tempdir().unwrap();
            pipe(&directory.path().join("pipe"));
            fs::write(directory.path().join("attested.toml"), "[migration]\nattestations = \"pipe\"\n")
                .unwrap();
            let child = Census::new(directory.path(), arguments).start();
            until_it_listens(&child);
            let run = {
                let sent = Instant::now();
                signal(&child, name);
                let output = child.wait_with_output().unwrap();
                assert!(sent.elapsed() < AT_ONCE, "{what} {name}");
                // Nobody may look into the pipe, which would wait for ever.
                fs::remove_file(directory.path().join("pipe")).unwrap();
                Run::new(directory.path().to_owned(), &output)
            };
            assert_eq!((run.status, run.stdout.as_str()), (status, ""), "{what}: {}", run.stderr);
            assert!(run.stderr.contains("stopped by a signal"), "{what}: {}", run.stderr);
        }
    }
}

/// The other end of a pipe that somebody is reading from: from now on they wait for what never comes.
fn once_it_is_read(pipe: &Path) -> File {
    let nonblocking = i32::try_from(rustix::fs::OFlags::NONBLOCK.bits()).unwrap();
    for _ in 0..10_000 {
        // It can be opened like this from the moment on at which a reader is there.
        if let Ok(end) = OpenOptions::new().write(true).custom_flags(nonblocking).open(pipe) {
            return end;
        }
        thread::sleep(Duration::from_millis(1));
    }
    panic!("nobody reads it");
}

#[test]
fn a_sign_in_that_is_blocked_by_its_file_ends_at_once() {
    for (name, status) in STATUSES {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("pipe");
        pipe(&file);
        let child = Census::new(directory.path(), &["audit"])
            .env("AZURE_TENANT_ID", "22222222-2222-2222-2222-222222222222")
            .env("AZURE_CLIENT_ID", "33333333-3333-3333-3333-333333333333")
            .env("AZURE_FEDERATED_TOKEN_FILE", "pipe")
            .start();
        let _end = once_it_is_read(&file);
        // Nobody may look into the pipe, which would wait for ever.
        fs::remove_file(&file).unwrap();
        let run = stopped(child, directory.path(), name);
        assert_eq!(run.status, status, "{}", run.stderr);
        assert!(run.stderr.contains("workload identity"), "{}", run.stderr);
        assert!(run.stderr.ends_with("stopped by a signal; nothing was written\n"), "{}", run.stderr);
    }
}

#[test]
fn a_run_that_is_blocked_by_full_standard_output_ends_at_once() {
    let azure = Azure::start(calm());
    assert_eq!(azure.census(&["collect", "--output", "estate.json.gz"]).run().status, 0);
    for (name, status) in STATUSES {
        let (full, _kept) = full_pipe();
        let child = azure.census(&["rules", "--format", "json"]).into_pipe(full).spawned();
        until_it_listens(&child);
        let run = stopped(child, azure.path(), name);
        assert_eq!((run.status, run.stderr.as_str()), (status, "stopped by a signal\n"));

        // The reports are there: that is said, and it is so.
        let (full, _kept) = full_pipe();
        let output = format!("reports-{name}");
        let arguments = ["audit", "--snapshot", "estate.json.gz", "--output", &output];
        let child = azure.census(&arguments).into_pipe(full).spawned();
        let latest = azure.path().join(&output).join("latest");
        while fs::read_link(&latest).is_err() {
            thread::sleep(Duration::from_millis(1));
        }
        let run = stopped(child, azure.path(), name);
        assert_eq!(run.status, status, "{}", run.stderr);
        let folder = Path::new(&output).join(fs::read_link(&latest).unwrap());
        let said = format!("stopped by a signal; the reports in `{}` are complete\n", folder.display());
        assert!(run.stderr.ends_with(&said), "{}", run.stderr);
    }
}

#[test]
fn a_run_that_waits_for_another_program_ends_at_once() {
    let directory = tempfile::tempdir().unwrap();
    let az = directory.path().join("az");
    // It is not run in this directory.
    let asked = directory.path().join("asked");
    fs::write(&az, format!("#!/bin/sh\ntouch '{}'\nexec sleep 100\n", asked.display())).unwrap();
    fs::set_permissions(&az, fs::Permissions::from_mode(0o755)).unwrap();
    fs::write(directory.path().join("cli.toml"), "[azure]\ncredential = \"azure-cli\"\n").unwrap();
    let path = format!("{}:/usr/bin:/bin", directory.path().display());
    for (name, status) in STATUSES {
        let child =
            Census::new(directory.path(), &["audit", "--config", "cli.toml"]).env("PATH", &path).start();
        while !asked.exists() {
            thread::sleep(Duration::from_millis(1));
        }
        fs::remove_file(&asked).unwrap();
        // The pipes close when everything that was started has ended.
        let run = stopped(child, directory.path(), name);
        assert_eq!(run.status, status, "{}", run.stderr);
        assert!(run.stderr.ends_with("stopped by a signal; nothing was written\n"), "{}", run.stderr);
    }
}

#[test]
fn half_a_snapshot_in_a_pipe_is_not_called_whole() {
    let azure = Azure::start(calm());
    pipe(&azure.path().join("pipe"));
    let child = azure.census(&["collect", "--output", "pipe", "-v"]).start();
    // All was read; then it waits for somebody who opens the pipe.
    azure.wait_for("virtualNetworks");
    thread::sleep(Duration::from_millis(1_500));
    let sent = Instant::now();
    signal(&child, "INT");
    let output = child.wait_with_output().unwrap();
    assert!(sent.elapsed() < AT_ONCE);
    fs::remove_file(azure.path().join("pipe")).unwrap();
    let run = Run::new(azure.path().to_owned(), &output);
    assert_eq!(run.status, 130, "{}", run.stderr);
    assert!(
        run.stderr.ends_with("stopped by a signal; what went into `pipe` is not whole\n"),
        "{}",
        run.stderr
    );
}

/// Neither can a second signal be lost, nor full standard error hold it up.
#[test]
fn a_run_that_can_say_nothing_ends_all_the_same() {
    let directory = tempfile::tempdir().unwrap();
    pipe(&directory.path().join("pipe"));
    let (full, _kept) = full_pipe();
    let child =
        Census::new(directory.path(), &["audit", "--snapshot", "pipe"]).into_error_pipe(full).spawned();
    until_it_listens(&child);
    signal(&child, "INT");
    let sent = Instant::now();
    signal(&child, "INT");
    let status = child.wait_with_output().unwrap().status;
    assert!(sent.elapsed() < AT_ONCE);
    assert_eq!(status.code(), Some(130));
}

#[test]
fn what_is_lost_is_said() {
    let hang = Fault::on(RequestKind::Clusters, Effect::Hang).subscription("team-0001");
    for verb in ["audit", "collect"] {
        let azure = Azure::with([hang.clone()]);
        let child = azure.census(&[verb, "-v"]).start();
        azure.wait_for(&format!("{}/providers/Microsoft.ContainerService", azure.subscriptions["team-0001"]));
        // Until the other one has been read.
        let mut child = child;
        let mut stderr = child.stderr.take().unwrap();
        let mut said = Vec::new();
        let mut byte = [0];
        while !String::from_utf8_lossy(&said).contains("clusters=3") {
            assert_eq!(stderr.read(&mut byte).unwrap(), 1, "{}", String::from_utf8_lossy(&said));
            said.extend(byte);
        }
        thread::sleep(Duration::from_millis(50));
        signal(&child, "TERM");
        stderr.read_to_end(&mut said).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(143));
        let said = String::from_utf8(said).unwrap();
        let farewell = "stopped by a signal; nothing was written, and what had been read is lost: 1 of 2 subscriptions\n";
        assert!(said.ends_with(farewell), "{said}");
    }
}

/// At whatever moment it comes: reports are there and said to be, or they are not and said not to be.
#[test]
fn what_is_said_of_a_stopped_run_is_true_at_any_moment() {
    let azure = Azure::start(calm());
    assert_eq!(azure.census(&["collect", "--output", "estate.json.gz"]).run().status, 0);
    let begun = Instant::now();
    assert_eq!(azure.census(&["audit", "--snapshot", "estate.json.gz", "--output", "whole"]).run().status, 0);
    let whole = begun.elapsed();
    let files = |folder: &Path| fs::read_dir(folder).map_or(0, Iterator::count);
    let expected = files(&azure.path().join("whole/latest"));
    for moment in 0..24_u32 {
        let output = format!("reports-{moment}");
        let child = azure.census(&["audit", "--snapshot", "estate.json.gz", "--output", &output]).start();
        thread::sleep(whole * moment / 20);
        signal(&child, "TERM");
        let ended = child.wait_with_output().unwrap();
        let run = Run::new(azure.path().to_owned(), &ended);
        let directory = azure.path().join(&output);
        let names: Vec<String> = fs::read_dir(&directory)
            .map(|entries| entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect())
            .unwrap_or_default();
        let hidden = names.iter().any(|name| name.starts_with(".unfinished-"));
        let is_there = names.iter().any(|name| !name.starts_with('.') && name != "latest");
        match run.status {
            0 => assert!(is_there && !hidden, "{names:?}"),
            143 if run.stderr.contains("are complete") => assert!(is_there, "{}", run.stderr),
            // Before the handlers were there, the system ended it.
            143 => {
                let said = run.stderr.is_empty() || run.stderr.contains("nothing was written");
                assert!(said && !is_there, "{} {names:?}", run.stderr);
                assert!(!hidden || run.stderr.contains("a later run removes it"), "{} {names:?}", run.stderr);
            }
            other => panic!("{other}: {}", run.stderr),
        }
        if is_there {
            let folder = names.iter().find(|name| !name.starts_with('.') && *name != "latest").unwrap();
            assert_eq!(files(&directory.join(folder)), expected, "a torn run");
        }
    }
}

#[test]
fn a_run_goes_on_without_its_terminal_where_nohup_wants_it() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("pipe");
    pipe(&path);
    let binary = env!("CARGO_BIN_EXE_aks-census");
    let command = format!("trap '' HUP; exec '{binary}' audit --snapshot pipe");
    let child = Command::new("sh")
        .args(["-c", &command])
        .current_dir(directory.path())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    until_it_listens_to(&child, INT | TERM);
    signal(&child, "HUP");
    // It still waits for the pipe, and reads what comes.
    OpenOptions::new().write(true).open(&path).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(String::from_utf8_lossy(&output.stderr).contains("is not a complete gzip file"));
}
