//! No silent status: every gap is a line of the log, and the last line says how a run ended and why.

use aks_census_simulator::faults::{Effect, Fault, RequestKind};
use serde_json::Value;

use crate::support::{Azure, ONE, Run, TWO, assert_story, calm};

fn with_gaps() -> Azure {
    Azure::with([
        Fault::on(RequestKind::Clusters, Effect::Denied).subscription(ONE),
        Fault::on(RequestKind::VirtualNetworks, Effect::Denied).subscription(TWO),
    ])
}

fn last(run: &Run) -> &str {
    run.stderr.lines().last().unwrap_or_default()
}

#[test]
fn every_gap_is_a_warning_and_the_last_line_says_the_status() {
    let azure = with_gaps();
    let audit = azure.census(&["audit"]).run();
    let collect = azure.census(&["collect", "--output", "estate.json.gz"]).run();
    let saved = azure.census(&["audit", "--snapshot", "estate.json.gz"]).run();
    let gaps = |run: &Run| -> Vec<String> {
        run.stderr.lines().filter(|line| line.contains(" WARN not read ")).map(str::to_owned).collect()
    };
    assert_eq!(
        gaps(&audit).len(),
        audit.rows("coverage.csv").iter().filter(|r| r["status"] == "denied").count()
    );
    assert!(gaps(&audit).len() >= 2 && gaps(&audit) == gaps(&collect) && gaps(&audit) == gaps(&saved));
    let told = [&audit, &collect, &saved].map(|run| format!("{}\n{}\n", run.status, run.stderr));
    assert_story!(told.concat().replace(&azure.path().display().to_string(), "DIR"));
}

#[test]
fn a_quiet_run_says_how_it_ended_unless_all_is_well() {
    let azure = with_gaps();
    for verb in [&["audit", "-q"][..], &["collect", "-q", "--output", "estate.json.gz"]] {
        let run = azure.census(verb).run();
        assert_eq!((run.status, run.stderr.lines().count()), (3, 2), "{}", run.stderr);
        assert!(last(&run).starts_with("exit status 3: "), "{}", run.stderr);
    }
    let calm = Azure::start(calm());
    for verb in ["audit", "collect"] {
        assert!(last(&calm.census(&[verb]).run()).starts_with("exit status 0: "));
        assert_eq!(calm.census(&[verb, "-q"]).run().stderr.lines().count(), 1);
    }
    let findings = calm.census(&["audit", "-q", "--fail-on", "info"]).run();
    assert_eq!(findings.status, 1);
    let reached = last(&findings);
    assert!(reached.starts_with("exit status 1: ") && reached.contains("--fail-on info"), "{reached}");
}

#[test]
fn accepted_gaps_are_counted_and_no_warning() {
    let azure = with_gaps();
    azure.configure(&format!("[scope]\naccept_unread = [\"{ONE}\", \"{TWO}\"]"));
    let run = azure.census(&["audit"]).run();
    assert_eq!(run.status, 0);
    assert!(!run.stderr.contains("WARN"), "{}", run.stderr);
    assert!(last(&run).contains("scope.accept_unread"), "{}", run.stderr);
    assert!(azure.census(&["audit", "-v"]).run().stderr.contains("INFO not read, as"));
}

#[test]
fn the_last_line_of_a_json_log_is_an_object_too() {
    let azure = with_gaps();
    let failing = azure.census(&["audit", "--subscription", "nobody", "--log-format", "json"]).run();
    let gaps = azure.census(&["audit", "--log-format", "json"]).run();
    for (run, status, level) in [(&gaps, 3, "WARN"), (&failing, 2, "WARN")] {
        assert_eq!(run.status, status, "{}", run.stderr);
        let lines: Vec<Value> = run.stderr.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let last = lines.last().unwrap();
        assert_eq!(last["level"], level, "{last}");
        let message = last["fields"]["message"].as_str().unwrap();
        assert!(message.starts_with(&format!("exit status {status}: ")), "{message}");
    }
    let gap = gaps.stderr.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let gap = gap.into_iter().find(|line| line["fields"]["message"] == "not read").unwrap();
    for field in ["scope", "what", "status", "code", "next"] {
        assert!(gap["fields"][field].as_str().is_some_and(|text| !text.is_empty()), "{gap}");
    }
    assert!(failing.stderr.contains("\"hint\":\""), "{}", failing.stderr);
}

#[test]
fn an_answer_of_plan_ends_with_its_status_too() {
    let azure = Azure::start(calm());
    let question = ["plan", "free", "--vnet", "vnet-000", "--size", "/9"];
    let id = format!(
        "/subscriptions/{}/resourceGroups/rg-network/providers/Microsoft.Network/virtualNetworks/vnet-000",
        azure.subscriptions[TWO]
    );
    let question = question.map(|word| if word == "vnet-000" { id.as_str() } else { word });
    let no = azure.census(&question).run();
    assert_eq!(no.status, 1, "{}", no.transcript());
    assert!(last(&no).starts_with("exit status 1: "), "{}", no.stderr);
    let gap = Azure::with([Fault::on(RequestKind::Clusters, Effect::Denied).subscription(ONE)]);
    let id = id.replace(&azure.subscriptions[TWO], &gap.subscriptions[TWO]);
    let question = question.map(|word| if word.starts_with("/sub") { id.as_str() } else { word });
    let may_miss = gap.census(&question).run();
    assert_eq!(may_miss.status, 3, "{}", may_miss.transcript());
    assert!(last(&may_miss).starts_with("exit status 3: "), "{}", may_miss.stderr);
    assert!(may_miss.stderr.contains(" WARN not read "), "{}", may_miss.stderr);
}
