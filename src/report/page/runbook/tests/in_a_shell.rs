//! What the commands of a page do in a shell, with stand-ins for the programs they name.

use std::process::Command as Process;

use proptest::prelude::*;

use super::*;

/// Functions in place of the programs a runbook names; each call becomes a line of its words, each in brackets.
const STUBS: &str = r#"
record() { line="$1"; shift; for word in "$@"; do line="$line <$word>"; done; printf '%s\n' "$line" >> "$LOG"; }
az() { record az "$@"; }
kubectl() { record kubectl "$@"; }
xargs() { while read -r _; do :; done; record xargs "$@"; }
"#;

/// Runs the commands of a page with stubs, in an empty folder with an empty path; gives the calls.
fn calls(page: &str) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    let script = format!("{STUBS}\n{}\n", blocks(page, "sh").join("\n"));
    let run = |check: &[&str]| {
        let output = Process::new("/bin/sh")
            .args(check)
            .arg("-c")
            .arg(&script)
            .current_dir(folder.path())
            .env_clear()
            .env("PATH", "")
            .env("LOG", &log)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}\n{script}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(String::from_utf8_lossy(&output.stderr), "");
        assert_eq!(String::from_utf8_lossy(&output.stdout), "");
    };
    run(&["-n"]);
    run(&[]);
    let mut files: Vec<_> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|f| f.unwrap().file_name().into_string().unwrap())
        .collect();
    files.sort();
    let ours = [
        "budgets-before.yaml",
        "cluster-before.json",
        "cluster-in-overlay.json",
        "log",
        "network-policies-before.yaml",
        "route-table-1-before.json",
    ];
    assert!(files.iter().all(|file| ours.contains(&file.as_str())), "{files:?}");
    std::fs::read_to_string(log).unwrap_or_default().lines().map(str::to_owned).collect()
}

#[test]
fn the_commands_arrive_word_by_word() {
    let calls = calls(&Case::default().page()).join("\n");
    assert_snapshot!(calls);
}

#[test]
fn a_hostile_name_runs_nothing_whatever_the_target() {
    let name = "$(touch pwned)`touch pwned`'; touch pwned; \"\n```\n> pwned";
    for target in
        [Target::NewPools, Target::LargerSubnet, Target::ExpandPodCidr, Target::PodSubnet, Target::NewCluster]
    {
        let plain = Case { target, mode: IpamMode::NodeSubnet, ..Case::default() };
        let hostile = Case {
            name: name.to_owned(),
            group: name.to_owned(),
            target,
            mode: IpamMode::NodeSubnet,
            ..Case::default()
        };
        let (calls, plain) = (calls(&hostile.page()), calls(&plain.page()));
        assert!(target == Target::NewPools || !plain.is_empty(), "{target}");
        assert_eq!(calls.len(), plain.len(), "{target}");
    }
}

#[test]
fn a_hostile_name_stays_one_word() {
    let names = [
        "$(touch pwned)",
        "`touch pwned`",
        "a; touch pwned",
        "a' ; touch pwned ; '",
        "a\n```\ntouch pwned\n```sh",
        "-x",
        "--subscription=other",
        "*",
        "~",
        "a > pwned",
        "\u{202e}dlo",
        "| touch pwned",
        "```",
        "<!-- -->",
        "&& touch pwned",
    ];
    for name in names {
        let case = Case { name: name.to_owned(), group: name.to_owned(), ..Case::default() };
        let calls = calls(&case.page());
        let plain = super::in_a_shell::calls(&Case::default().page());
        assert_eq!(calls.len(), plain.len(), "{name}");
        let shown = crate::report::visible::visible(name);
        let move_it = calls.iter().find(|call| call.contains("<--network-plugin>")).unwrap();
        // A value that begins with a dash is joined to its option.
        let word =
            if shown.starts_with('-') { format!("<--name={shown}>") } else { format!("<--name> <{shown}>") };
        assert!(move_it.contains(&word), "{move_it} lacks {word}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn no_name_becomes_a_command(name in "[^/\\x00]{1,24}|['\"`$\\\\;&|<>(){}*?!~# \\n-]{1,24}") {
        let case = Case { name: name.clone(), group: name, ..Case::default() };
        let (page, plain) = (case.page(), Case::default().page());
        prop_assert_eq!(calls(&page).len(), calls(&plain).len());
        prop_assert_eq!(outline(&page), outline(&plain));
    }
}
