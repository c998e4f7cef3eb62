//! The binary among other processes: signals, pipes, exit statuses, and the verbs that need no Azure.

use std::{
    fs,
    io::{BufRead, BufReader},
    net::TcpListener,
    process::{Child, Command},
};

use aks_census_simulator::faults::{Effect, Fault, RequestKind};
use serde_json::Value;

use crate::support::{Azure, Census, Run, assert_story, calm};

fn signal(child: &Child, name: &str) {
    let command = format!("kill -{name} {}", child.id());
    assert!(Command::new("sh").args(["-c", &command]).status().unwrap().success());
}

fn end(azure: &Azure, child: Child) -> Run {
    Run::new(azure.path().to_owned(), &child.wait_with_output().unwrap())
}

#[test]
fn a_signal_ends_a_run_at_once_and_leaves_nothing() {
    for (name, status) in [("INT", 130), ("TERM", 143)] {
        for verb in ["audit", "collect"] {
            let azure = Azure::with([Fault::on(RequestKind::Clusters, Effect::Hang)]);
            let before = fs::read_dir(azure.path()).unwrap().count();
            let child = azure.census(&[verb]).start();
            azure.wait_for("managedClusters");
            signal(&child, name);
            let run = end(&azure, child);
            assert_eq!((run.status, run.stdout.as_str()), (status, ""), "{}", run.stderr);
            assert!(run.stderr.ends_with("\nstopped by a signal; nothing was written\n"), "{}", run.stderr);
            assert_eq!(fs::read_dir(azure.path()).unwrap().count(), before, "{verb} left something behind");
        }
    }
}

#[test]
fn a_signal_during_the_sign_in_ends_it_too() {
    let azure = Azure::with([Fault::on(RequestKind::Token, Effect::Hang)]);
    let child = azure.census(&["audit"]).start();
    azure.wait_for("oauth2");
    signal(&child, "INT");
    assert_eq!(end(&azure, child).status, 130);
}

#[test]
fn a_reader_that_has_gone_away_is_no_failure() {
    let azure = Azure::start(calm());
    for arguments in [&["audit", "-vv"][..], &["rules"], &["completions", "bash"], &["--help"]] {
        let mut child = azure.census(arguments).start();
        drop(child.stdout.take());
        drop(child.stderr.take());
        assert_eq!(child.wait().unwrap().code(), Some(0), "{arguments:?}");
    }
}

#[test]
fn the_time_that_an_audit_may_take_is_kept() {
    let azure = Azure::with([Fault::on(RequestKind::Clusters, Effect::Hang)]);
    let run = azure.census(&["audit", "--max-duration", "2s"]).run();
    assert_eq!(run.status, 3, "{}", run.stderr);
    let unread: Vec<_> = run.rows("coverage.csv").into_iter().filter(|row| row["status"] != "ok").collect();
    assert_eq!(unread.len(), 2, "{unread:#?}");
    assert!(unread.iter().all(|row| row["error_code"] == "MaxDurationReached"), "{unread:#?}");

    let hang = |kind| Fault::on(kind, Effect::Hang);
    let azure = Azure::with([hang(RequestKind::Clusters), hang(RequestKind::VirtualNetworks)]);
    let run = azure.census(&["audit", "--max-duration", "1s"]).run();
    assert_eq!(run.status, 2, "{}", run.stderr);
    assert!(run.stderr.contains("hint: give the run more time with `--max-duration`"), "{}", run.stderr);

    let azure = Azure::with([Fault::on(RequestKind::Token, Effect::Hang)]);
    let run = azure.census(&["audit", "--max-duration", "100ms"]).run();
    assert_eq!(run.status, 2);
    assert_story!(run.transcript());
}

#[test]
fn a_dry_run_says_what_it_would_read_and_reads_only_the_scope() {
    let azure = Azure::start(calm());
    azure.configure("[scope]\nexclude_subscriptions = [\"team-0001\"]");
    let audit = azure.census(&["audit", "--dry-run"]).run();
    let collect = azure.census(&["collect", "--dry-run"]).run();
    assert_eq!((audit.status, &audit.stdout), (0, &collect.stdout), "{}", audit.stderr);
    assert!(!audit.reports().exists());
    assert!(
        azure.reads().iter().all(|r| r.path_and_query.starts_with("/subscriptions?")),
        "{:?}",
        azure.reads()
    );
    let none = azure.census(&["audit", "--dry-run", "--subscription", "nobody"]).run();
    let some = azure
        .census(&["collect", "--dry-run", "--subscription", "nobody", "--subscription", "team-0000"])
        .run();
    assert_eq!((none.status, some.status), (2, 3));
    assert_story!([audit, none, some].map(|run| run.transcript()).join("\n"));
}

/// Only the proxy is reached, which refuses: the names it is asked for show that it was asked.
#[test]
fn requests_go_through_the_proxy_that_the_environment_names() {
    let directory = tempfile::tempdir().unwrap();
    for variable in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"] {
        let proxy = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut child = Census::new(directory.path(), &["audit"])
            .env("AZURE_TENANT_ID", "contoso.example")
            .env("AZURE_CLIENT_ID", "application")
            .env("AZURE_CLIENT_SECRET", "secret")
            .env(variable, format!("http://{}", proxy.local_addr().unwrap()))
            .start();
        let (asked, _) = proxy.accept().unwrap();
        let mut line = String::new();
        BufReader::new(asked).read_line(&mut line).unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(line.trim_end(), "CONNECT login.microsoftonline.com:443 HTTP/1.1", "{variable}");
    }
}

#[test]
fn findings_decide_the_status_only_where_asked_and_gaps_win() {
    let whole = Azure::start(calm());
    // Kubernetes versions end on days that come nearer.
    let calm = "[findings]\nretirement-ahead = \"low\"";
    whole.configure(&format!("[thresholds]\nwarning_pct = 1\ncritical_pct = 100\n{calm}"));
    let status =
        |azure: &Azure, arguments: &[&str]| azure.census(&[&["audit"], arguments].concat()).run().status;
    assert_eq!(status(&whole, &[]), 0);
    assert_eq!(status(&whole, &["--fail-on", "critical"]), 0);
    assert_eq!(status(&whole, &["--fail-on", "info"]), 1);
    let gap = Azure::with([Fault::on(RequestKind::Clusters, Effect::Denied).subscription("team-0000")]);
    assert_eq!(status(&gap, &["--fail-on", "info"]), 3);
    gap.configure("[scope]\naccept_unread = [\"team-0000\"]");
    assert_eq!(status(&gap, &[]), 0);
}

/// An answer from an estate that was not read whole is printed all the same, and its status says that it may miss something.
#[test]
fn an_answer_of_plan_that_may_miss_something_says_so() {
    let gap = Azure::with([Fault::on(RequestKind::Clusters, Effect::Denied).subscription("team-0000")]);
    assert_eq!(gap.census(&["collect", "--output", "estate.json.gz"]).run().status, 3);
    let path = "resourceGroups/rg-network/providers/Microsoft.Network/virtualNetworks/vnet-000";
    let vnet = &format!("/subscriptions/{}/{path}", gap.subscriptions["team-0001"]);
    for size in ["/29", "/9"] {
        let question = ["plan", "free", "--snapshot", "estate.json.gz", "--vnet", vnet, "--size", size];
        let run = gap.census(&question).run();
        assert_eq!(run.status, 3, "{}", run.stderr);
        assert!(run.stdout.contains("Free blocks of") && run.stderr.contains("not everything could be read"));
    }
    gap.configure("[scope]\naccept_unread = [\"team-0000\"]");
    let status = |size: &str| {
        gap.census(&["plan", "free", "--snapshot", "estate.json.gz", "--vnet", vnet, "--size", size])
            .run()
            .status
    };
    assert_eq!((status("/29"), status("/9")), (0, 1));
}

#[test]
fn only_the_formats_asked_for_are_written() {
    let azure = Azure::start(calm());
    let run = azure.census(&["audit", "--format", "markdown", "--output", "elsewhere"]).run();
    assert_eq!(run.status, 0, "{}", run.stderr);
    let files: Vec<_> = fs::read_dir(azure.path().join("elsewhere/latest")).unwrap().collect();
    assert_eq!(files.len(), 1);
    assert_eq!(files[0].as_ref().unwrap().file_name(), "report.md");
}

#[test]
fn a_quiet_run_says_on_standard_error_what_it_reads_and_no_more() {
    let azure = Azure::start(calm());
    let run = azure.census(&["audit", "-q"]).run();
    assert_eq!((run.status, run.stderr.lines().count()), (0, 1), "{}", run.stderr);
    assert!(run.stderr.starts_with("configuration "), "{}", run.stderr);
    assert!(run.stdout.contains("6 clusters"), "{}", run.stdout);
    assert!(!run.stdout.contains('\u{1b}'), "colour without a terminal");
    let coloured = azure.census(&["audit", "-q", "--color", "always"]).run();
    assert!(coloured.stdout.contains('\u{1b}'));
}

#[test]
fn the_demo_needs_nothing_and_says_what_a_real_audit_would_have_ended_with() {
    let directory = tempfile::tempdir().unwrap();
    let run = Census::new(directory.path(), &["demo", "--as-of", "2026-11-21"]).run();
    assert_eq!(run.status, 0, "{}", run.stderr);
    assert_story!(run.transcript());
    let scenario = format!("{}/simulator/estates/calm.toml", env!("CARGO_MANIFEST_DIR"));
    let run = Census::new(directory.path(), &["demo", "--scenario", &scenario]).run();
    assert!(run.stdout.contains("12 clusters") && run.stdout.ends_with("exit status 0.\n"), "{}", run.stdout);
}

#[test]
fn the_demo_reads_the_configuration_that_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(directory.path().join(name), text).unwrap();
    write("aks-census.toml", "[scope]\nsubscriptions = [\"of-a-real-estate\"]\n");
    let named = "[azure]\ntenant_id = \"contoso\"\n[scope]\nsubscriptions = [\"nhv-stores-prod\"]\n";
    write("named.toml", &format!("{named}[report]\nformats = [\"json\"]\n"));
    let run = |more: &[&str]| Census::new(directory.path(), &[&["demo", "--quiet"], more].concat()).run();
    let plain = run(&["--format", "json"]);
    assert!(plain.status == 0 && plain.stdout.contains("83 clusters"), "{}", plain.transcript());
    assert_eq!(plain.stderr, "");
    let narrowed = run(&["--config", "named.toml"]);
    assert!(narrowed.stdout.contains("1 of 1 subscription"), "{}", narrowed.transcript());
    assert!(narrowed.stderr.contains("named.toml (named by --config)"), "{}", narrowed.stderr);
    assert!(!directory.path().join("reports/latest/report.md").exists());
    let missing = run(&["--config", "missing.toml"]);
    assert!(missing.status == 2 && missing.stderr.contains("missing.toml"), "{}", missing.transcript());
}

#[test]
fn what_simulate_prints_is_all_another_client_needs() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name);
    let scenario = format!("{}/simulator/estates/calm.toml", env!("CARGO_MANIFEST_DIR"));
    let mut server =
        Census::new(directory.path(), &["simulate", "--scenario", &scenario, "--ca-file", "served.pem"])
            .start();
    let mut lines = BufReader::new(server.stdout.take().unwrap()).lines().map(Result::unwrap);
    let configuration: Vec<String> =
        lines.by_ref().take_while(|line| !line.starts_with("# environment")).collect();
    fs::write(path("simulated.toml"), configuration.join("\n")).unwrap();
    let mut client = Census::new(directory.path(), &["audit", "--config", "simulated.toml"]);
    for line in lines.take(3) {
        let (name, value) = line.strip_prefix("export ").unwrap().split_once('=').unwrap();
        client = client.env(name, value);
    }
    let run = client.run();
    assert_eq!(run.status, 0, "{}", run.stderr);
    assert_eq!(run.rows("clusters.csv").len(), 12);
    signal(&server, "TERM");
    assert_eq!(server.wait().unwrap().code(), Some(143));
}

#[test]
fn a_port_that_is_taken_is_named() {
    let azure = Azure::start(calm());
    let port = azure.simulator().url().rsplit_once(':').unwrap().1.to_owned();
    let run = azure.census(&["simulate", "--port", &port]).run();
    assert_eq!(run.status, 2);
    assert_story!(run.transcript().replace(&port, "PORT"));
}

#[test]
fn the_configuration_is_written_checked_and_shown() {
    let directory = tempfile::tempdir().unwrap();
    let run =
        |arguments: &[&str]| Census::new(directory.path(), arguments).env("AZURE_TENANT_ID", "contoso").run();
    let none = run(&["config", "check"]).transcript();
    let init = run(&["config", "init"]).transcript();
    let example = include_str!("../config.example.toml");
    assert_eq!(fs::read_to_string(directory.path().join("aks-census.toml")).unwrap(), example);
    let check = run(&["config", "check"]).transcript();
    fs::write(directory.path().join("mine.toml"), "[thresholds]\nwarning_pct = 70\n").unwrap();
    assert_eq!(run(&["config", "check", "mine.toml"]).stdout, "mine.toml is valid\n");
    fs::write(directory.path().join("broken.toml"), "[thresholds]\nwarning = 70\n").unwrap();
    let broken = run(&["config", "check", "broken.toml"]);
    assert!(broken.status == 2 && broken.stderr.contains("`broken.toml` is not valid"), "{}", broken.stderr);
    let show = run(&["config", "show", "--config", "mine.toml"]).transcript();
    let json = run(&["config", "show", "--config", "mine.toml", "--format", "json"]);
    let settings: Vec<Value> = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(settings.len(), show.lines().filter(|line| line.contains(" = ")).count());
    let tenant =
        serde_json::json!({ "key": "azure.tenant_id", "value": "contoso", "origin": "AZURE_TENANT_ID" });
    let warning = serde_json::json!({ "key": "thresholds.warning_pct", "value": 70, "origin": "mine.toml" });
    assert!(settings.contains(&tenant) && settings.contains(&warning), "{}", json.stdout);
    assert_story!([none, init, check, show].join("\n"));
}

#[test]
fn each_rule_is_listed_and_can_be_explained() {
    let directory = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| Census::new(directory.path(), arguments).run();
    let rules: Vec<Value> = serde_json::from_str(&run(&["rules", "--format", "json"]).stdout).unwrap();
    assert!(rules.len() > 10);
    let table = run(&["rules"]).stdout;
    for rule in &rules {
        let id = rule["id"].as_str().unwrap();
        assert!(table.contains(id), "{id}");
        assert!(rule["source"].as_str().is_some_and(|source| source.starts_with("https://")), "{id}");
    }
    for kind in ["finding", "retirement", "limit"] {
        let rule = rules.iter().find(|rule| rule["kind"] == kind).unwrap();
        let id = rule["id"].as_str().unwrap();
        let explained = run(&["explain", id]);
        assert_eq!(explained.status, 0);
        assert!(explained.stdout.starts_with(id), "{}", explained.stdout);
        let json: Value = serde_json::from_str(&run(&["explain", id, "--format", "json"]).stdout).unwrap();
        assert_eq!(&json, rule);
        let long = run(&["rules", "explain", id, "--format", "json"]);
        assert_eq!(serde_json::from_str::<Value>(&long.stdout).unwrap(), json, "{}", long.stderr);
    }
    assert_story!(run(&["explain", "kubenet-retirement"]).transcript());
}

#[test]
fn completions_are_scripts() {
    let directory = tempfile::tempdir().unwrap();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let run = Census::new(directory.path(), &["completions", shell]).run();
        assert_eq!((run.status, run.stderr.as_str()), (0, ""));
        assert!(run.stdout.contains("aks-census") && run.stdout.contains("audit"), "{shell}");
    }
    let script = Census::new(directory.path(), &["completions", "bash"]).run().stdout;
    let file = directory.path().join("aks-census.bash");
    fs::write(&file, script).unwrap();
    assert!(Command::new("bash").arg("-n").arg(&file).status().unwrap().success());
}

#[test]
fn a_snapshot_can_go_into_a_pipe_and_leaves_it_one() {
    let azure = Azure::start(calm());
    let pipe = azure.path().join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let child = azure.census(&["collect", "--output", "pipe"]).start();
    let bytes = fs::read(&pipe).unwrap();
    assert_eq!(child.wait_with_output().unwrap().status.code(), Some(0));
    fs::remove_file(&pipe).unwrap();
    fs::write(azure.path().join("estate.json.gz"), bytes).unwrap();
    assert_eq!(azure.census(&["audit", "--snapshot", "estate.json.gz"]).run().status, 0);
}

#[test]
fn an_output_that_takes_nothing_is_an_error() {
    let directory = tempfile::tempdir().unwrap();
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let run = Census::new(directory.path(), &["rules"]).into_file(full).run();
    assert_eq!(run.status, 2);
    assert_story!(run.transcript());
}

#[test]
fn two_runs_of_one_second_do_not_disturb_each_other() {
    let azure = Azure::start(calm());
    let children: Vec<_> = (0..3).map(|_| azure.census(&["audit"]).start()).collect();
    for child in children {
        assert_eq!(end(&azure, child).status, 0);
    }
    let folders = fs::read_dir(azure.path().join("reports")).unwrap().count();
    assert_eq!(folders, 4, "three runs and `latest`");
}

#[cfg(target_os = "linux")]
#[test]
fn a_signal_ends_a_hanging_azure_cli_and_all_that_it_has_started() {
    use std::os::unix::fs::PermissionsExt;

    for (name, status) in [("INT", 130), ("TERM", 143)] {
        let azure = Azure::start(calm());
        let (bin, file) = (azure.path().join("bin"), azure.path().join("grandchild"));
        fs::create_dir(&bin).unwrap();
        let script =
            format!("#!/bin/sh\nsleep 1000 >/dev/null 2>&1 &\necho $! > '{}'\nsleep 1000\n", file.display());
        fs::write(bin.join("az"), script).unwrap();
        fs::set_permissions(bin.join("az"), fs::Permissions::from_mode(0o755)).unwrap();
        let config = fs::read_to_string(azure.path().join("aks-census.toml")).unwrap();
        let config = config.replace("\"client-secret\"", "\"azure-cli\"");
        fs::write(azure.path().join("aks-census.toml"), config).unwrap();
        let path = format!("{}:/usr/bin:/bin", bin.display());
        let child = azure.census(&["audit"]).env("PATH", &path).start();
        let wait = |done: &dyn Fn() -> bool| {
            (0..1_000).any(|_| {
                done() || {
                    std::thread::sleep(std::time::Duration::from_millis(10));
                    false
                }
            })
        };
        assert!(wait(&|| fs::read_to_string(&file).is_ok_and(|id| id.ends_with('\n'))), "`az` did not start");
        signal(&child, name);
        assert_eq!(end(&azure, child).status, status);
        let stat = format!("/proc/{}/stat", fs::read_to_string(&file).unwrap().trim());
        let gone = || fs::read_to_string(&stat).map_or(true, |stat| stat.contains(") Z "));
        assert!(wait(&gone), "what `az` started lives on");
    }
}
