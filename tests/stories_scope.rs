//! What is audited when only part of an estate is asked for, or can be read, and how the reports say so.

use aks_census_simulator::{
    estate::ManagementGroup,
    faults::{Effect, Fault, RequestKind},
};

use crate::{
    stories_faults::ledger,
    support::{Azure, ONE, Run, TWO, assert_story, calm},
};

/// What stands before the first section.
fn head(run: &Run) -> String {
    let report = run.file("report.md");
    report.split("\n## ").next().unwrap().to_owned()
}

#[test]
fn an_audit_of_part_of_an_estate_says_so_and_what_would_prove_completeness() {
    let azure = Azure::start(calm());
    let run = azure.census(&["audit", "--subscription", ONE, "--as-of", "2026-11-21"]).run();
    assert_eq!(run.status, 0, "{}", run.stderr);
    assert!(run.stdout.contains("narrow permissions shorten lists without an error"), "{}", run.stdout);
    let report = run.file("report.md");
    let proof =
        report.split("### What would prove completeness").nth(1).unwrap().split("\n## ").next().unwrap();
    assert_story!(format!("{}\n…\n\n### What would prove completeness{proof}", head(&run)));
}

#[test]
fn an_audit_of_everything_says_what_it_cannot_know() {
    let azure = Azure::start(calm());
    let run = azure.census(&["audit", "--as-of", "2026-11-21"]).run();
    assert_story!(head(&run));
}

#[test]
fn lists_that_were_shortened_without_a_word_are_warned_of() {
    let hidden = Effect::Hide { containing: "/resourceGroups/rg-aks-001/".to_owned() };
    let azure = Azure::with([Fault::on(RequestKind::Clusters, hidden).subscription(ONE)]);
    let run = azure.census(&["audit"]).run();
    assert_eq!(
        (run.status, run.rows("clusters.csv").len()),
        (0, 5),
        "nothing shows that a cluster is missing"
    );
    assert!(head(&run).contains("Narrow permissions shorten lists without an error"), "{}", head(&run));
}

/// What stands in the ledger and the scope line for a configuration and arguments.
fn scoped(azure: &Azure, configuration: &str, arguments: &[&str]) -> String {
    azure.configure(configuration);
    let run = azure.census(&[&["audit", "--as-of", "2026-11-21"], arguments].concat()).run();
    let head = head(&run);
    let lines: Vec<_> =
        head.lines().filter(|line| line.starts_with("| Scope") || line.starts_with("| Read")).collect();
    format!("# {configuration} {}\n{}\n{}", arguments.join(" "), lines.join("\n"), ledger(azure, &run))
}

#[test]
fn scopes_are_united_narrowed_and_accounted_for() {
    let mut options = calm();
    let first = options.estate.subscriptions[0].id.clone();
    options.estate.management_groups.push(ManagementGroup {
        id: "retail".to_owned(),
        display_name: "Retail".to_owned(),
        parent: Some("everything".to_owned()),
        subscriptions: vec![first],
    });
    let azure = Azure::start(options);
    let stories = [
        scoped(&azure, "", &["--management-group", "retail"]),
        scoped(&azure, "", &["--management-group", "retail", "--subscription", TWO]),
        scoped(&azure, "", &["--management-group", "everything", "--management-group", "nowhere"]),
        scoped(&azure, "", &["--subscription", &ONE.to_uppercase(), "--subscription", "nobody"]),
        scoped(&azure, "[scope]\nsubscriptions = [\"team-0000\"]", &[]),
        scoped(&azure, "[scope]\nsubscriptions = [\"team-0000\"]", &["--subscription", TWO]),
        scoped(&azure, "[scope]\nexclude_subscriptions = [\"team-0000\"]", &[]),
        scoped(&azure, "[scope]\nresource_groups = [\"RG-AKS-000\"]", &[]),
        scoped(
            &azure,
            "[scope]\naccept_unread = [\"nowhere\"]",
            &["--management-group", "nowhere", "--subscription", ONE],
        ),
    ];
    assert_story!(stories.join("\n\n"));
}

#[test]
fn subscriptions_that_cannot_be_read_by_nature_are_left_out_with_a_reason() {
    let mut options = calm();
    options.estate.subscriptions[0].state = "Deleted".to_owned();
    options.estate.subscriptions[1].listed = false;
    let unlisted = options.estate.subscriptions[1].id.clone();
    let azure = Azure::start(options);
    assert_story!(
        scoped(&azure, "", &["--subscription", ONE, "--subscription", &unlisted]).replace(&unlisted, TWO)
    );
}
