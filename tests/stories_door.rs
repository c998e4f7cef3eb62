//! Nothing raw reaches a terminal or a pipeline: names, paths and messages from outside are shown, and do nothing.

use std::{ffi::OsStr, fs, io::Write, os::unix::ffi::OsStrExt};

use aks_census_simulator::faults::{Effect, ErrorBody, Fault, RequestKind};
use flate2::{Compression, write::GzEncoder};

use crate::support::{Azure, Census, Run, calm};

/// Colour, title, link and line of a terminal; direction and separators of Unicode; commands of three kinds of pipeline.
const HOSTILE: &str = "x\u{1b}[31m\u{1b}]0;y\u{7}\u{9b}2J\u{202e}\u{2028}\r\n::set-env name=A::b\n##vso[task.setvariable \
                       variable=a]b ##[error]c\n##teamcity[x]";

/// A file name of the kind, without what separates lines.
const NAME: &str = "x\u{1b}[31m\u{202e}##vso[task.complete result=Failed]\n::error::y";

fn assert_inert(run: &Run) {
    for text in [&run.stdout, &run.stderr] {
        let raw =
            |c: &char| c.is_control() && *c != '\n' || matches!(c, '\u{2028}' | '\u{202a}'..='\u{202e}');
        assert_eq!(text.chars().find(raw), None, "{text:?}");
        let lower = text.to_ascii_lowercase();
        assert!(!["##vso[", "##[", "##teamcity["].iter().any(|command| lower.contains(command)), "{text}");
        let is_command = |line: &str| {
            line.trim_start().strip_prefix("::").is_some_and(|word| word.starts_with(char::is_alphabetic))
        };
        assert_eq!(text.lines().find(|line| is_command(line)), None, "{text}");
    }
}

/// A text without what changes colour and weight.
fn without_colours(text: &str) -> String {
    let mut pieces = text.split("\u{1b}[");
    let mut plain = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        match piece.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';').strip_prefix('m') {
            Some(rest) => plain.push_str(rest),
            None => plain.extend(["\u{1b}[", piece]),
        }
    }
    plain
}

#[test]
fn arguments_are_shown_and_do_nothing() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in [
        &["explain", HOSTILE][..],
        &["rules", "explain", HOSTILE],
        &[HOSTILE],
        &["audit", "--as-of", HOSTILE],
        &["audit", "--max-duration", HOSTILE],
        &["audit", "--format", HOSTILE],
        &[&format!("--{HOSTILE}")],
        &["audit", "--snapshot", HOSTILE],
        &["audit", "--config", HOSTILE],
        &["config", "check", HOSTILE],
        &["plan", "size", "--pool", HOSTILE],
        &["plan", "what-if", "--demo", HOSTILE],
        &["collect", "--output", &format!("nowhere/{HOSTILE}")],
        &["demo", "--scenario", HOSTILE],
        &["completions", HOSTILE],
    ] {
        let run = Census::new(folder.path(), arguments).run();
        assert_eq!(run.status, 2, "{arguments:?}: {}", run.transcript());
        assert!(!run.stderr.is_empty(), "{arguments:?}");
        assert_inert(&run);
    }
}

#[test]
fn files_and_their_names_are_shown_and_do_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).unwrap();
    let run = |arguments: &[&str]| {
        let run = Census::new(folder.path(), arguments).run();
        assert_inert(&run);
        run
    };
    // As it stands in a file, and as an escape that becomes the same.
    let escaped = serde_json::to_string(HOSTILE).unwrap().replace("\\u007f", "");
    for text in [
        format!(
            "# {}\n[azure]\n{} = 1\n",
            HOSTILE.replace(['\n', '\r'], ""),
            HOSTILE.replace(['\n', '\r'], "")
        ),
        format!("{escaped} = 1\n"),
        format!("[azure]\ncloud = {escaped}\n"),
        format!("[findings]\n{escaped} = \"off\"\n"),
        format!("[migration.waves.waiting_days]\n{escaped} = 1\n"),
        format!("[azure]\ncloud = \"custom\"\nresource_manager = {escaped}\nauthority = \"https://a\"\n"),
        format!(
            "[azure]\ncloud = \"custom\"\nresource_manager = \"https://a\"\nauthority = \"https://a\"\naudience = {escaped}\n"
        ),
        format!("[azure.api_versions]\n{escaped} = \"2024-05-01\"\n"),
        format!("[[exceptions]]\nrule = {escaped}\nresource = \"/\"\nreason = \"x\"\n"),
        format!("[report]\ndirectory = {escaped}\n[migration]\nattestations = {escaped}\n"),
    ] {
        write("aks-census.toml", text.as_bytes());
        for verb in [
            &["audit"][..],
            &["config", "check"],
            &["config", "show"],
            &["config", "show", "--format", "json"],
        ] {
            run(verb);
        }
        assert_ne!(run(&["audit", "-q", "--log-format", "json"]).status, 0, "{text}");
        write(NAME, text.as_bytes());
        run(&["audit", "--config", NAME]);
        run(&["config", "check", NAME]);
    }
    fs::remove_file(folder.path().join("aks-census.toml")).unwrap();
    let packed = |text: &str| {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
        gzip.write_all(text.as_bytes()).unwrap();
        gzip.finish().unwrap()
    };
    write(NAME, &packed(&format!(r#"{{"format":{escaped},"version":1}}"#)));
    assert_eq!(run(&["audit", "--snapshot", NAME]).status, 2);
    write(NAME, format!("[[attestation]]\ncluster = {escaped}\n{escaped} = 1\n").as_bytes());
    run(&["plan", "what-if", "--demo", NAME]);
    run(&["demo", "--scenario", NAME]);
    fs::remove_file(folder.path().join(NAME)).unwrap();
    assert_eq!(run(&["config", "init", NAME]).status, 0);
}

#[test]
fn names_and_messages_of_azure_are_shown_and_do_nothing() {
    let mut options = calm();
    for subscription in &mut options.estate.subscriptions {
        subscription.name = HOSTILE.to_owned();
    }
    let refusal = Effect::Status {
        status: 403,
        code: Some(HOSTILE.to_owned()),
        message: Some(HOSTILE.to_owned()),
        retry_after: None,
        body: ErrorBody::default(),
    };
    let azure = Azure::start(options.fault(Fault::on(RequestKind::Clusters, refusal).times(1)));
    for (arguments, statuses) in [
        (&["audit", "-vv"][..], &[3][..]),
        (&["audit", "-vv", "--log-format", "json"], &[0]),
        (&["audit", "--dry-run"], &[0]),
        (&["audit", "--dry-run", "--subscription", HOSTILE], &[2]),
        (&["audit", "--management-group", HOSTILE], &[2, 3]),
        (&["collect", "--output", NAME], &[0]),
        (&["plan", "free", "--vnet", HOSTILE], &[2]),
        (&["audit", "--snapshot", NAME, "--output", NAME], &[2]),
    ] {
        let run = azure.census(arguments).run();
        assert!(statuses.contains(&run.status), "{arguments:?}: {}", run.transcript());
        assert_inert(&run);
    }
    // In colour too, where nothing but colours is raw.
    let mut run = azure.census(&["audit", "-vv", "--color", "always"]).run();
    assert!(run.stdout.contains("\u{1b}[1m") && run.stderr.contains("\u{1b}["), "{}", run.transcript());
    (run.stdout, run.stderr) = (without_colours(&run.stdout), without_colours(&run.stderr));
    assert_inert(&run);
}

#[test]
fn odd_values_of_switches_in_the_environment_are_no_trouble() {
    let folder = tempfile::tempdir().unwrap();
    let odd = [&b""[..], b"0", b"-1", b"yes", b"99999999999999999999", b"\xff\xfe", HOSTILE.as_bytes()];
    let switches = [
        "NO_COLOR",
        "CLICOLOR",
        "CLICOLOR_FORCE",
        "COLUMNS",
        "LINES",
        "CI",
        "TERM",
        "TZ",
        "LC_ALL",
        "RUST_LOG",
        "RUST_BACKTRACE",
    ];
    for value in odd {
        for arguments in [
            &["rules"][..],
            &["--help"],
            &["plan", "size", "--nodes", "5"],
            &["explain", "kubenet-retirement"],
        ] {
            // What this program reads itself must be text; the rest is its libraries' business.
            let own = ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"];
            let is_text = str::from_utf8(value).is_ok();
            let taken = switches.iter().filter(|name| is_text || !own.contains(name));
            let all = taken.fold(Census::new(folder.path(), arguments), |census, name| {
                census.env(name, OsStr::from_bytes(value))
            });
            let run = all.run();
            assert_eq!(run.status, 0, "{value:?}: {}", run.transcript());
            assert!(run.stdout.len() > 100 && run.stderr.is_empty(), "{}", run.transcript());
        }
    }
}
