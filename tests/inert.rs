//! Every command printed for the demo estate, whose names are hostile, in a POSIX shell: nothing runs but what is meant.
#![cfg(unix)]

use std::{
    collections::BTreeSet,
    fs,
    path::Path,
    process::{Command as Process, Output},
};

use assert_cmd::Command;

/// Functions in place of the programs that the reports name; each call becomes a line of its words, each in brackets.
const STUBS: &str = r#"
record() { line="$1"; shift; for word in "$@"; do line="$line <$word>"; done; printf '%s\n' "$line" >> "$LOG"; }
az() { record az "$@"; }
kubectl() { record kubectl "$@"; }
kubelogin() { record kubelogin "$@"; }
xargs() { while read -r _; do :; done; record xargs "$@"; }
terraform() { record terraform "$@"; }
grep() { :; }
"#;

/// A cluster of the demo estate, as its owner spelt it.
const HOSTILE: &str = "aks-redteam-$(id)`id`'|\"&<b>";

/// Runs commands in an empty folder, where no program can be found.
fn shell(script: &str, folder: &Path) -> Output {
    Process::new("/bin/sh")
        .arg("-c")
        .arg(format!("{STUBS}\n{script}\n"))
        .current_dir(folder)
        .env_clear()
        .env("PATH", "")
        .env("LOG", folder.join("log"))
        .output()
        .unwrap()
}

/// The calls that commands make, after making sure that they make nothing else.
fn calls(script: &str) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let output = shell(script, folder.path());
    assert!(output.status.success(), "{}\n{script}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{script}");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "", "{script}");
    let is_ours = |name: &str| {
        name == "log"
            || name == "cluster-in-overlay.json"
            || name.ends_with("-before.json")
            || name.ends_with("-before.yaml")
    };
    for file in fs::read_dir(folder.path()).unwrap() {
        let name = file.unwrap().file_name().into_string().unwrap();
        assert!(is_ours(&name), "{name} was made by\n{script}");
    }
    let log = fs::read_to_string(folder.path().join("log")).unwrap_or_default();
    log.lines().map(str::to_owned).collect()
}

/// What stands in the blocks of a page that are marked `sh`.
fn blocks(page: &str) -> String {
    let mut found = String::new();
    let mut open: Option<(usize, bool)> = None;
    for line in page.lines() {
        let ticks = line.len() - line.trim_start_matches('`').len();
        match open {
            Some((fence, _)) if ticks >= fence && line[ticks..].trim().is_empty() => open = None,
            Some((_, true)) => found.extend([line, "\n"]),
            None if ticks >= 3 => open = Some((ticks, &line[ticks..] == "sh")),
            Some(_) | None => {}
        }
    }
    found
}

#[test]
fn every_printed_command_runs_as_it_reads_and_nothing_else_does() {
    let directory = tempfile::tempdir().unwrap();
    let arguments = ["demo", "--as-of", "2026-11-21", "--no-progress", "--output"];
    Command::cargo_bin("aks-census").unwrap().args(arguments).arg(directory.path()).assert().success();
    let run = directory.path().join("latest");
    let read = |path: &Path| fs::read_to_string(path).unwrap();

    let mut about_hostile = BTreeSet::new();
    let mut all = 0;
    let folders = ["runbooks", "runbooks/details"].into_iter();
    let files = folders.flat_map(|folder| fs::read_dir(run.join(folder)).unwrap());
    let mut pages: Vec<_> = files.map(|file| file.unwrap().path()).filter(|path| path.is_file()).collect();
    pages.push(run.join("report.md"));
    for page in &pages {
        let script = blocks(&read(page));
        let calls = calls(&script);
        let printed = script.lines().filter(|line| line.starts_with("az ") || line.starts_with("kubectl "));
        assert!(calls.len() >= printed.count(), "{}: some command swallowed another", page.display());
        all += calls.len();
        about_hostile.extend(calls.into_iter().filter(|call| call.contains("aks-redteam-")));
    }
    assert!(all > 2_000, "{all}");

    let mut findings = csv::Reader::from_path(run.join("findings.csv")).unwrap();
    let commands = findings.headers().unwrap().iter().position(|name| name == "command").unwrap();
    for row in findings.records() {
        let command = row.unwrap()[commands].to_owned();
        let calls = calls(&command);
        assert_eq!(calls.len(), usize::from(!command.is_empty()), "{command}");
        about_hostile.extend(calls.into_iter().filter(|call| call.contains("aks-redteam-")));
    }

    // Its name arrives whole, as one word or within one, wherever it stands.
    assert!(about_hostile.len() > 5, "{about_hostile:?}");
    for call in &about_hostile {
        assert_eq!(call.matches("aks-redteam-").count(), call.matches(HOSTILE).count(), "{call}");
    }
    assert!(about_hostile.iter().any(|call| call.contains(&format!("<{HOSTILE}>"))), "{about_hostile:?}");
}

#[test]
fn a_command_that_is_not_quoted_is_found_out() {
    let folder = tempfile::tempdir().unwrap();
    let name = "a; printf pwned > file; $(id)";
    let output = shell(&format!("az aks show --name {name}"), folder.path());
    assert!(folder.path().join("file").exists());
    assert!(!output.stderr.is_empty());
    assert_eq!(
        calls(&format!("az aks show --name '{name}'")),
        [format!("az <aks> <show> <--name> <{name}>")]
    );
}
