//! Answers that people give to checks of the migration: what they change, what they cannot, and mistakes in the file.

use std::{fmt::Write as _, fs};

use aks_census::{
    assess::options::AttestationFile,
    rules::{CheckScope, Checks},
};
use aks_census_simulator::{
    Options,
    estate::demo::{Size, demo},
};
use serde_json::Value;

use crate::support::{Azure, calm};

/// One answer in a file of attestations.
struct Answer<'a> {
    cluster: &'a str,
    check: &'a str,
    says: &'a str,
    expires: &'a str,
}

fn file(answers: &[Answer<'_>]) -> String {
    let mut text = String::new();
    for Answer { cluster, check, says, expires } in answers {
        write!(
            text,
            "[[attestation]]\ncluster = \"{cluster}\"\ncheck = \"{check}\"\nanswer = \"{says}\"\n\
             who = \"Ada\"\nwhen = \"2026-11-01\"\nexpires = \"{expires}\"\n\n"
        )
        .unwrap();
    }
    text
}

/// The audit of one saved estate with these answers.
fn audit(azure: &Azure, answers: &[Answer<'_>]) -> Value {
    fs::write(azure.path().join("answers.toml"), file(answers)).unwrap();
    azure.configure("\n[migration]\nattestations = \"answers.toml\"");
    let arguments = ["audit", "--snapshot", "estate.json.gz", "--as-of", "2026-11-21"];
    let run = azure.census(&arguments).run();
    assert!([0, 3].contains(&run.status), "{}", run.transcript());
    let found: Value = serde_json::from_str(&run.file("audit.json")).unwrap();
    fs::remove_dir_all(run.reports()).unwrap();
    found
}

fn cluster<'a>(audit: &'a Value, id: &str) -> &'a Value {
    let all = audit["migrations"].as_array().unwrap();
    all.iter().find(|one| one["cluster_id"] == id).unwrap()
}

fn check<'a>(audit: &'a Value, id: &str, check: &str) -> &'a Value {
    let checks = cluster(audit, id)["readiness"]["checks"].as_array().unwrap();
    checks.iter().find(|one| one["check"] == check).unwrap()
}

fn statuses<'a>(audit: &'a Value, id: &str) -> Vec<(&'a str, &'a str)> {
    let checks = cluster(audit, id)["readiness"]["checks"].as_array().unwrap().iter();
    checks.map(|one| (one["check"].as_str().unwrap(), one["status"].as_str().unwrap())).collect()
}

/// What is said about answers that decide nothing, by resource.
fn without_effect(audit: &Value) -> Vec<(&str, &str)> {
    let all = audit["findings"].as_array().unwrap().iter();
    let ours = all.filter(|finding| finding["rule_id"] == "attestation-without-effect");
    ours.map(|f| (f["resource_id"].as_str().unwrap(), f["detail"].as_str().unwrap())).collect()
}

#[test]
fn answers_turn_manual_checks_while_they_hold_and_never_hide_what_azure_shows() {
    let azure = Azure::start(Options::new(demo(1, Size::Small)));
    let collected = azure.census(&["collect", "--output", "estate.json.gz"]).run();
    assert!([0, 3].contains(&collected.status), "{}", collected.transcript());
    let before = audit(&azure, &[]);
    assert_eq!(without_effect(&before), []);

    let ready =
        |one: &&Value| one["readiness"]["verdict"] == "ready-after-checks" && one["target"] == "overlay";
    let all = before["migrations"].as_array().unwrap();
    let id = all.iter().find(ready).unwrap()["cluster_id"].as_str().unwrap();
    let open: Vec<&str> = cluster(&before, id)["readiness"]["checks"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["status"] == "open")
        .map(|one| one["check"].as_str().unwrap())
        .collect();
    let good = |expires| -> Vec<Answer<'_>> {
        open.iter().map(|check| Answer { cluster: id, check, says: "good", expires }).collect()
    };

    // Every manual check answered well, up to the day itself.
    let answered = audit(&azure, &good("2026-11-21"));
    assert_eq!(cluster(&answered, id)["readiness"]["verdict"], "ready");
    assert!(open.iter().all(|one| check(&answered, id, one)["status"] == "pass"));
    assert_eq!(check(&answered, id, open[0])["detail"], "Ada on 2026-11-01");
    assert_eq!(without_effect(&answered), []);

    // A day earlier they had expired: nothing is known any more, and that is said.
    let expired = audit(&azure, &good("2026-11-20"));
    assert_eq!(cluster(&expired, id)["readiness"]["verdict"], "ready-after-checks");
    assert!(open.iter().all(|one| check(&expired, id, one)["status"] == "open"));
    let said = "the answer `good` of Ada of 2026-11-01 expired on 2026-11-20: the check is unknown again";
    assert_eq!(check(&expired, id, open[0])["detail"], said);
    let [(resource, detail)] = without_effect(&expired)[..] else { panic!("one finding a cluster") };
    assert_eq!(resource, id);
    assert!(detail.contains(&format!("{}: {said}", open[0])), "{detail}");

    // A bad answer to one blocker among good ones.
    let blocking = open.iter().find(|one| check(&before, id, one)["severity"] == "blocker").copied().unwrap();
    let mut one_bad = good("2027-01-31");
    one_bad.iter_mut().find(|one| one.check == blocking).unwrap().says = "bad";
    let bad = audit(&azure, &one_bad);
    assert_eq!(cluster(&bad, id)["readiness"]["verdict"], "needs-preparation");
    let mut expected = statuses(&answered, id);
    expected.iter_mut().find(|(check, _)| *check == blocking).unwrap().1 = "fail";
    assert_eq!(statuses(&bad, id), expected);
}

#[test]
fn an_answer_to_what_azure_shows_changes_nothing_and_that_is_said() {
    let azure = Azure::start(Options::new(demo(1, Size::Small)));
    azure.census(&["collect", "--output", "estate.json.gz"]).run();
    let before = audit(&azure, &[]);
    let fails = |one: &Value| {
        let is = |check: &Value| check["visibility"] == "arm" && check["status"] == "fail";
        let checks = one["readiness"]["checks"].as_array().unwrap();
        let found = checks.iter().find(|check| is(check) && check["severity"] == "blocker")?;
        Some((one["cluster_id"].as_str()?.to_owned(), found["check"].as_str()?.to_owned()))
    };
    let all = before["migrations"].as_array().unwrap();
    let (id, blocker) = all.iter().find_map(fails).unwrap();
    let gone = id.replace("managedClusters/", "managedClusters/gone-");
    let answer = |cluster| Answer { cluster, check: &blocker, says: "good", expires: "2027-01-31" };
    let after = audit(&azure, &[answer(&id), answer(&gone)]);

    assert_eq!(cluster(&before, &id)["readiness"]["verdict"], cluster(&after, &id)["readiness"]["verdict"]);
    assert_eq!(statuses(&before, &id), statuses(&after, &id));
    let said = "the answer `good` of Ada of 2026-11-01 changes nothing: Azure shows that the check fails";
    let detail = check(&after, &id, &blocker)["detail"].as_str().unwrap();
    assert!(detail.ends_with(&format!("; {said}")), "{detail}");
    let mut expected =
        vec![(&*id, format!("{blocker}: {said}")), (&*gone, format!("{blocker}: no such cluster was found"))];
    expected.sort();
    let mut found: Vec<_> = without_effect(&after).into_iter().map(|(id, d)| (id, d.to_owned())).collect();
    found.sort();
    assert_eq!(found, expected);
}

/// The file to fill in attests nothing as it is written, and everything once it is filled in.
#[test]
fn the_file_to_fill_in_asks_once_what_is_one_fact() {
    let azure = Azure::start(Options::new(demo(1, Size::Small)));
    azure.census(&["collect", "--output", "estate.json.gz"]).run();
    let before = audit(&azure, &[]);
    azure.configure("");
    let arguments =
        ["attest", "--snapshot", "estate.json.gz", "--as-of", "2026-11-21", "--output", "answers.toml"];
    fs::remove_file(azure.path().join("answers.toml")).unwrap();
    let run = azure.census(&arguments).run();
    assert_eq!(run.status, 3, "something of the estate can't be read: {}", run.transcript());
    let text = fs::read_to_string(azure.path().join("answers.toml")).unwrap();
    let blocks = text.matches("\n# [[attestation]]\n").count();
    assert_eq!(run.stdout, format!("wrote answers.toml: {blocks} answers to give\n"));
    assert_eq!(text.matches("\n# cluster = \"*\"\n# check = \"MIG-066\"\n").count(), 1);
    assert!(text.matches("\n# check = \"MIG-036\"\n").count() > 1, "once for each subscription");
    for needle in ["## Look: az version\n", "## Good: The CLI is of the last two months", "## Why: "] {
        assert!(text.contains(needle), "{needle}");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(azure.path().join("answers.toml")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "it names what there is");
    }
    let asked = azure.reads().len();
    // A second call leaves it alone, and so does one that would have to collect first.
    for arguments in [&arguments[..], &["attest", "--output", "answers.toml"]] {
        let again = azure.census(arguments).run();
        assert_eq!(again.status, 2, "{}", again.transcript());
        assert!(again.stderr.contains("`answers.toml` can't be created"), "{}", again.stderr);
        assert!(again.stderr.contains("hint: name another file"), "{}", again.stderr);
    }
    assert_eq!(fs::read_to_string(azure.path().join("answers.toml")).unwrap(), text);
    assert_eq!(azure.reads().len(), asked);

    // As it is written it answers nothing; with the signs taken away it is refused until somebody answers.
    let with = |text: &str| {
        fs::write(azure.path().join("answers.toml"), text).unwrap();
        azure.configure("\n[migration]\nattestations = \"answers.toml\"");
        azure.census(&["audit", "--snapshot", "estate.json.gz", "--as-of", "2026-11-21"]).run()
    };
    let unanswered = with(&text);
    assert_eq!(unanswered.status, 3, "{}", unanswered.transcript());
    let found: Value = serde_json::from_str(&unanswered.file("audit.json")).unwrap();
    assert_eq!(found["migrations"], before["migrations"]);
    fs::remove_dir_all(unanswered.reports()).unwrap();
    let bare = text.replace("\n# ", "\n");
    let refused = with(&bare);
    assert_eq!(refused.status, 2, "{}", refused.transcript());
    assert!(refused.stderr.contains("good or bad"), "{}", refused.stderr);
    let nobody = with(&bare.replace("good or bad", "good"));
    assert_eq!(nobody.status, 2, "{}", nobody.transcript());
    assert!(nobody.stderr.contains("`who` is empty"), "{}", nobody.stderr);
    let filled = with(&bare.replace("good or bad", "good").replace("who = \"\"", "who = \"Ada\""));
    assert_eq!(filled.status, 3, "{}", filled.transcript());
    let after: Value = serde_json::from_str(&filled.file("audit.json")).unwrap();
    let open = |audit: &Value| -> usize {
        let all = audit["migrations"].as_array().unwrap().iter();
        // Nobody has to look at a cluster that stays.
        let goes = all.filter(|one| !["stay", "undecided"].contains(&one["target"].as_str().unwrap()));
        let checks = goes.flat_map(|one| one["readiness"]["checks"].as_array().unwrap());
        checks.filter(|check| check["status"] == "open").count()
    };
    assert!(open(&before) > 500 && blocks < open(&before), "{} {blocks}", open(&before));
    assert_eq!(open(&after), 0);
    let ready = |one: &&Value| one["readiness"]["verdict"] == "ready";
    assert!(after["migrations"].as_array().unwrap().iter().filter(ready).count() > 5);
    assert_eq!(without_effect(&after), []);
    fs::remove_dir_all(filled.reports()).unwrap();
    // What is answered is not asked again.
    let rest = azure
        .census(&["attest", "--snapshot", "estate.json.gz", "--as-of", "2026-11-21", "--output", "rest.toml"])
        .run();
    assert!(rest.stdout.starts_with("wrote rest.toml: "), "{}", rest.transcript());
    let rest = fs::read_to_string(azure.path().join("rest.toml")).unwrap();
    assert!(!rest.contains("MIG-066"), "{rest}");
}

/// One answer for all, one for a subscription: each counts where it speaks, and an exception beside it.
#[test]
fn what_is_one_fact_is_answered_once() {
    let azure = Azure::start(Options::new(demo(1, Size::Small)));
    azure.census(&["collect", "--output", "estate.json.gz"]).run();
    let before = audit(&azure, &[]);
    let with = |check: &str, status: &str, audit: &Value| -> Vec<String> {
        let all = audit["migrations"].as_array().unwrap().iter();
        let is = |one: &&Value| {
            let checks = one["readiness"]["checks"].as_array().unwrap();
            checks.iter().any(|found| found["check"] == check && found["status"] == status)
        };
        all.filter(is).map(|one| one["cluster_id"].as_str().unwrap().to_owned()).collect()
    };
    let (all, quota) = (with("MIG-066", "open", &before), with("MIG-036", "open", &before));
    assert!(all.len() > 20 && quota.len() > 20);
    let subscription = |id: &str| id.split('/').nth(2).unwrap().to_lowercase();
    let one = subscription(&quota[0]);
    let nothing_there = "/subscriptions/00000000-0000-0000-0000-000000000000";
    let answer = |cluster, check, says, expires| Answer { cluster, check, says, expires };
    let after = audit(
        &azure,
        &[
            answer("*", "MIG-066", "good", "2027-01-31"),
            answer(&all[1], "MIG-066", "bad", "2027-01-31"),
            answer(&one, "MIG-036", "good", "2027-01-31"),
            answer("*", "CIL-007", "good", "2026-11-20"),
            answer(nothing_there, "MIG-036", "good", "2027-01-31"),
        ],
    );
    let mut others = all.clone();
    assert_eq!(with("MIG-066", "fail", &after), [others.remove(1)]);
    assert_eq!(with("MIG-066", "pass", &after), others);
    let of_one: Vec<_> = quota.iter().filter(|id| subscription(id) == one).cloned().collect();
    assert_eq!(with("MIG-036", "pass", &after), of_one);
    assert!(of_one.len() < quota.len());
    // An answer for all that decides nothing is said once. Of what is out of reach nothing is said.
    let said = without_effect(&after);
    let [("*", detail)] = said[..] else { panic!("{said:?}") };
    assert!(
        detail.contains("CIL-007: the answer `good` of Ada of 2026-11-01 expired on 2026-11-20"),
        "{detail}"
    );
    // What is a fact of each cluster is not.
    azure.configure("\n[migration]\nattestations = \"answers.toml\"");
    for (of, check, allowed) in [
        ("*", "MIG-009", "the cluster"),
        (&*one, "MIG-022", "the cluster"),
        ("*", "MIG-036", "a subscription, a resource group or a cluster"),
    ] {
        fs::write(azure.path().join("answers.toml"), file(&[answer(of, check, "good", "2027-01-31")]))
            .unwrap();
        let run = azure.census(&["audit", "--snapshot", "estate.json.gz"]).run();
        assert_eq!(run.status, 2, "{}", run.transcript());
        for needle in [check, allowed, "line 1", "answers.toml"] {
            assert!(run.stderr.contains(needle), "{needle}: {}", run.stderr);
        }
    }
}

#[test]
fn a_file_of_answers_with_a_mistake_is_refused_before_anything_is_asked() {
    let azure = Azure::start(calm());
    azure.configure("\n[migration]\nattestations = \"answers.toml\"");
    let id = "/subscriptions/a/resourceGroups/b/providers/Microsoft.ContainerService/managedClusters/c";
    let answer = Answer { cluster: id, check: "MIG-022", says: "good", expires: "2027-01-31" };
    let right = file(&[answer]);
    let mistakes = [
        ("MIG-022", "MIG-999", "MIG-999"),
        ("\"good\"", "\"fine\"", "fine"),
        ("who = \"Ada\"", "", "who"),
        ("2027-01-31", "soon", "expires"),
        ("[[attestation]]", "[[attestations]]", "attestations"),
        ("[[attestation]]", "[[attestation", "line 1"),
    ];
    let refused = |title: &str, needle: &str| {
        let run = azure.census(&["audit"]).run();
        assert_eq!(run.status, 2, "{title}: {}", run.transcript());
        assert!(run.stderr.contains("answers.toml"), "{title}: {}", run.stderr);
        assert!(run.stderr.contains(needle), "{title}: {}", run.stderr);
        assert!(run.stderr.contains("hint: "), "{title}: {}", run.stderr);
        assert!(!run.reports().exists(), "{title}");
    };
    refused("no such file", "check the path");
    for (from, to, needle) in mistakes {
        fs::write(azure.path().join("answers.toml"), right.replacen(from, to, 1)).unwrap();
        refused(to, needle);
    }
    assert_eq!(azure.reads().len(), 0);
    fs::write(azure.path().join("answers.toml"), &right).unwrap();
    assert_eq!(azure.census(&["audit"]).run().status, 0);
}

/// The page says for how much one answer counts, and the example is one.
#[test]
fn the_documents_about_answers_are_true() {
    let docs = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    let example = fs::read_to_string(docs.join("attestations.example.toml")).unwrap();
    let example = AttestationFile::read(&example).unwrap().attestations;
    let widths: Vec<_> = example.iter().map(|one| one.cluster.width()).collect();
    assert_eq!(widths, [CheckScope::Estate, CheckScope::Subscription, CheckScope::Cluster]);
    let page = fs::read_to_string(docs.join("attestations.md")).unwrap();
    for (scope, words) in
        [(CheckScope::Estate, "the estate: `\"*\"`"), (CheckScope::Subscription, "a subscription")]
    {
        let of_scope = Checks::built_in().iter().filter(|(_, rule)| rule.scope == scope);
        let mut ids: Vec<&str> = of_scope.map(|(id, _)| id.as_str()).collect();
        ids.sort_unstable();
        let line = format!("| {} | {words} |", ids.join(", "));
        assert!(page.contains(&line), "{line}");
    }
}
