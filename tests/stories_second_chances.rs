//! What was read is not lost where its reports can't be written, and trouble after the reports does not hide them.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use aks_census_simulator::{
    Options,
    estate::{ScaleOptions, scale},
};

use crate::support::{Azure, Census, Run, calm};

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// Runs the command line in a shell that limits it first.
fn limited(azure: &Azure, limit: &str, arguments: &str) -> Run {
    let command = format!("{limit}; exec '{}' {arguments}", env!("CARGO_BIN_EXE_aks-census"));
    let simulator = azure.simulator();
    let output = Command::new("sh")
        .args(["-c", &command])
        .env_clear()
        .env("AZURE_TENANT_ID", simulator.tenant_id())
        .env("AZURE_CLIENT_ID", simulator.client_id())
        .env("AZURE_CLIENT_SECRET", simulator.client_secret())
        .env("AKS_CENSUS_CONFIG", azure.path().join("aks-census.toml"))
        .env("TMPDIR", azure.path())
        .env("PATH", "/usr/bin:/bin")
        .current_dir(azure.path())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    Run::new(azure.path().to_owned(), &output)
}

#[test]
fn trouble_after_the_reports_hides_neither_them_nor_their_status() {
    let azure = Azure::start(calm());
    let full = || fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    for (more, status) in [(&[][..], 0), (&["--fail-on", "info"], 1)] {
        let run = azure.census(&[&["audit"], more].concat()).into_file(full()).run();
        assert_eq!(run.status, status, "{}", run.stderr);
        assert!(run.stderr.contains("warning: the reports are complete in `reports/"), "{}", run.stderr);
        assert!(run.reports().join("report.md").exists());
    }
    fs::create_dir_all(azure.path().join("taken/latest/precious")).unwrap();
    let run = azure.census(&["audit", "--output", "taken"]).run();
    assert_eq!(run.status, 0, "{}", run.stderr);
    assert!(run.stderr.contains("but `taken/latest` cannot be pointed to them"), "{}", run.stderr);
    assert!(run.stderr.contains("hint: move `taken/latest` out of the way"), "{}", run.stderr);
    assert!(run.stdout.contains("6 clusters"), "{}", run.stdout);
    fs::create_dir(azure.path().join("mine")).unwrap();
    fs::write(azure.path().join("mine/latest"), "precious").unwrap();
    let run = azure.census(&["audit", "--output", "mine"]).run();
    assert_eq!(run.status, 0, "{}", run.stderr);
    assert_eq!(fs::read_to_string(azure.path().join("mine/latest")).unwrap(), "precious");
    let run = azure.census(&["collect", "--output", "whole.json.gz"]).into_file(full()).run();
    assert_eq!(run.status, 0, "{}", run.stderr);
    assert!(run.stderr.contains("warning: `whole.json.gz` is complete"), "{}", run.stderr);
    assert_eq!(azure.census(&["audit", "--snapshot", "whole.json.gz"]).run().status, 0);
}

#[test]
fn a_demo_whose_output_goes_nowhere_has_its_reports_all_the_same() {
    let directory = tempfile::tempdir().unwrap();
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let run = Census::new(directory.path(), &["demo"]).into_file(full).run();
    assert_eq!(run.status, 0, "{}", run.stderr);
    assert!(run.stderr.contains("warning: the reports are complete in `reports/"), "{}", run.stderr);
    assert!(run.reports().join("report.md").exists());
}

/// The file that a run names as the place to go on from.
fn kept(run: &Run) -> PathBuf {
    let line = run.stderr.lines().find(|line| line.contains("go on with `aks-census audit --snapshot "));
    let (_, rest) = line.unwrap_or_else(|| panic!("{}", run.stderr)).split_once("--snapshot ").unwrap();
    PathBuf::from(rest.trim_end_matches('`').trim_matches('\''))
}

#[test]
fn what_was_read_is_kept_where_reports_cannot_be_written() {
    let azure = Azure::start(calm());
    let whole = azure.census(&["audit", "--output", "whole"]).run();
    assert_eq!(whole.status, 0);
    let size = fs::metadata(azure.path().join("whole/latest/audit.json")).unwrap().len();
    // Between the inventory, which is packed, and the largest report.
    let limit = format!("trap '' XFSZ; ulimit -f {}", size / 512 / 2);
    let run = limited(&azure, &limit, "audit");
    assert_eq!(run.status, 2, "{}", run.stderr);
    assert!(run.stderr.contains("hint: larger files must be allowed"), "{}", run.stderr);
    let path = azure.path().join(kept(&run));
    assert!(path.starts_with(azure.path().join("reports")), "{}", path.display());
    assert_eq!(mode(&path), 0o600);
    let files: Vec<_> = fs::read_dir(azure.path().join("reports")).unwrap().collect();
    assert_eq!(files.len(), 1, "nothing but the inventory: {files:?}");
    let again = azure.census(&["audit", "--snapshot", path.to_str().unwrap()]).run();
    assert_eq!(again.status, 0, "{}", again.stderr);
    let file = |run: &str| fs::read_to_string(azure.path().join(run).join("latest/subnets.csv")).unwrap();
    assert_eq!(file("reports").lines().count(), file("whole").lines().count());

    let run = limited(&azure, "trap '' XFSZ; ulimit -f 1", "audit --output nothing");
    assert_eq!(run.status, 2, "{}", run.stderr);
    assert!(run.stderr.contains("what was read is lost"), "{}", run.stderr);
    let run = limited(&azure, "trap '' XFSZ; ulimit -f 0", "collect --output none.json.gz");
    assert_eq!(run.status, 2, "{}", run.stderr);
    assert!(run.stderr.contains("hint: larger files must be allowed"), "{}", run.stderr);
}

/// Audits, with a file in the place of the reports' folder from the moment on at which all has been read.
fn without_a_folder(azure: &Azure, temporary: &Path) -> Run {
    let (pipe, reports) = (azure.path().join("pipe"), azure.path().join("reports"));
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let census = azure.census(&["audit", "--keep-inventory", "pipe"]).env("TMPDIR", temporary);
    let child = census.start();
    // The run waits for somebody who reads.
    let reader = fs::File::open(&pipe).unwrap();
    fs::write(&reports, "precious").unwrap();
    std::io::copy(&mut &reader, &mut std::io::sink()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(fs::read_to_string(&reports).unwrap(), "precious");
    fs::remove_file(reports).unwrap();
    fs::remove_file(pipe).unwrap();
    Run::new(azure.path().to_owned(), &output)
}

#[test]
fn the_folder_of_temporary_files_is_the_last_resort() {
    let azure = Azure::start(calm());
    let temporary = azure.path().join("temporary files");
    fs::create_dir(&temporary).unwrap();
    let runs = [(), ()].map(|()| without_a_folder(&azure, &temporary));
    let mut found: Vec<_> = fs::read_dir(&temporary).unwrap().map(|entry| entry.unwrap().path()).collect();
    found.sort();
    let mut named: Vec<_> = runs.iter().map(kept).collect();
    named.sort();
    assert_eq!(found, named, "one for each run, and nothing else");
    for (run, path) in runs.iter().zip(&found) {
        assert_eq!(run.status, 2, "{}", run.stderr);
        assert!(path.file_name().unwrap().to_str().unwrap().starts_with("aks-census-inventory-20"));
        assert_eq!(mode(path), 0o600);
        let arguments = ["audit", "--snapshot", path.to_str().unwrap(), "--output", "again"];
        assert_eq!(azure.census(&arguments).run().status, 0);
    }
    let run = without_a_folder(&azure, &azure.path().join("nowhere"));
    assert_eq!(run.status, 2, "{}", run.stderr);
    assert!(run.stderr.contains("what was read is lost"), "{}", run.stderr);
}

#[test]
fn an_inventory_is_kept_where_it_was_wanted() {
    let azure = Azure::start(calm());
    let run = azure.census(&["audit", "--keep-inventory", "estate.json.gz"]).run();
    assert_eq!(run.status, 0, "{}", run.stderr);
    assert_eq!(mode(&azure.path().join("estate.json.gz")), 0o600);
    assert_eq!(azure.census(&["audit", "--snapshot", "estate.json.gz", "--output", "again"]).run().status, 0);
    let table = |run: &str| fs::read_to_string(azure.path().join(run).join("latest/subnets.csv")).unwrap();
    assert_eq!(table("reports"), table("again"));

    let size = fs::metadata(azure.path().join("reports/latest/audit.json")).unwrap().len();
    let limit = format!("trap '' XFSZ; ulimit -f {}", size / 512 / 2);
    let run = limited(&azure, &limit, "audit --keep-inventory kept.json.gz --output other");
    assert_eq!((run.status, kept(&run)), (2, PathBuf::from("kept.json.gz")), "{}", run.stderr);

    let asked = azure.simulator().requests().len();
    for file in ["nowhere/estate.json.gz", "new", "./new/", "new/.."] {
        let run = azure.census(&["audit", "--keep-inventory", file, "--output", "new"]).run();
        assert_eq!(run.status, 2, "{file}: {}", run.stderr);
    }
    let run = azure.census(&["audit", "--keep-inventory", "new", "--output", "new/deeper"]).run();
    assert_eq!(run.status, 2, "{}", run.stderr);
    assert_eq!(azure.simulator().requests().len(), asked, "found out before anything was collected");
}

#[test]
fn few_open_files_are_enough() {
    let size = ScaleOptions { subscriptions: 40, clusters: 80, subnets: 160, addresses: 2_000, seed: 1 };
    let azure = Azure::start(Options::new(scale(size)));
    let run = limited(&azure, "ulimit -n 64", "audit --keep-inventory estate.json.gz");
    assert_eq!(run.status, 0, "{}", run.stderr);
    for limit in [32, 24, 20] {
        let run = limited(&azure, &format!("ulimit -n {limit}"), "audit --snapshot estate.json.gz");
        assert_eq!(run.status, 0, "{limit}: {}", run.stderr);
    }
}

#[test]
fn reports_and_snapshots_are_for_their_owner_only() {
    let azure = Azure::start(calm());
    for arguments in ["audit --output new/reports", "collect --output estate.json.gz"] {
        assert_eq!(limited(&azure, "umask 0", arguments).status, 0);
    }
    let path = |name: &str| azure.path().join(name);
    assert_eq!(mode(&path("estate.json.gz")), 0o600);
    for folder in ["new", "new/reports", "new/reports/latest/"] {
        assert_eq!(mode(&path(folder)), 0o700, "{folder}");
    }
    for entry in fs::read_dir(path("new/reports/latest/")).unwrap() {
        let entry = entry.unwrap().path();
        assert_eq!(mode(&entry), if entry.is_dir() { 0o700 } else { 0o600 }, "{}", entry.display());
    }
}

#[test]
fn the_next_run_removes_what_killed_ones_left() {
    let azure = Azure::start(calm());
    let old = [".unfinished-abcdef", "reports/.unfinished-abcdef"].map(|name| azure.path().join(name));
    fs::create_dir_all(&old[1]).unwrap();
    fs::write(old[1].join("a.csv"), "x").unwrap();
    fs::write(&old[0], "half a snapshot").unwrap();
    let young = azure.path().join("reports/.unfinished-fedcba");
    fs::create_dir(&young).unwrap();
    for path in &old {
        let status = Command::new("touch").args(["-d", "2 days ago"]).arg(path).status().unwrap();
        assert!(status.success());
    }
    assert_eq!(azure.census(&["audit"]).run().status, 0);
    assert_eq!(azure.census(&["collect"]).run().status, 0);
    assert!(!old[0].exists() && !old[1].exists());
    assert!(young.exists(), "it may belong to a run that is going on");
}

#[test]
fn what_simulate_and_configurations_make_is_theirs_alone() {
    let directory = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| Census::new(directory.path(), arguments).run();
    assert_eq!(run(&["config", "init", "mine.toml"]).status, 0);
    fs::write(directory.path().join("mine.toml"), "precious").unwrap();
    assert_eq!(run(&["config", "init", "mine.toml"]).status, 2);
    assert_eq!(fs::read_to_string(directory.path().join("mine.toml")).unwrap(), "precious");
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
}
