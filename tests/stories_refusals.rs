//! Runs that produce nothing: one clear message, the next step, status 2, and no reports.

use std::{fs, io::Write};

use aks_census_simulator::faults::{Effect, Fault, RequestKind};
use flate2::{Compression, write::GzEncoder};

use crate::support::{Azure, Census, Run, assert_story, calm};

/// What is seen, after making sure that nothing was left behind.
fn refused(title: &str, run: &Run) -> String {
    assert_eq!(run.status, 2, "{title}: {}", run.transcript());
    assert!(!run.reports().exists(), "{title}: reports were written");
    let hints = run.stderr.lines().filter(|line| line.starts_with("hint: ")).count();
    let is_usage = run.stderr.contains("--help");
    assert!(hints == 1 || is_usage, "{title}: {}", run.transcript());
    format!("# {title}\n{}", run.transcript())
}

#[test]
fn arguments_that_make_no_sense() {
    let directory = tempfile::tempdir().unwrap();
    let run =
        |arguments: &[&str]| refused(&arguments.join(" "), &Census::new(directory.path(), arguments).run());
    assert_story!(
        [
            run(&["audit", "--fail-on", "fatal"]),
            run(&["audit", "--format", "csv,xml"]),
            run(&["audit", "--as-of", "yesterday"]),
            run(&["audit", "--max-duration", "soon"]),
            run(&["audit", "--snapshot", "estate.json.gz", "--subscription", "retail"]),
            run(&["audit", "--client-secret", "hunter2"]),
            run(&["explain", "no-such-rule"]),
            run(&["explain", "kubenet-retirment"]),
            run(&["explain", ""]),
            run(&["explain", " "]),
        ]
        .join("\n")
    );
}

#[test]
fn configuration_that_cannot_be_used() {
    let directory = tempfile::tempdir().unwrap();
    let run = |text: &str| {
        fs::write(directory.path().join("aks-census.toml"), text).unwrap();
        refused(text, &Census::new(directory.path(), &["audit", "--config", "aks-census.toml"]).run())
    };
    let missing = |census: Census| refused("a file that is not there", &census.run());
    assert_story!(
        [
            run("[azure]\nclient_secret = \"no place for it\""),
            run("[azure]\ncloud = \"mars\""),
            run("[azure]\ncloud = \"custom\""),
            run("[azure]\nca_bundle = \"nowhere.pem\"\ncredential = \"azure-cli\""),
            run("[findings]\nno-such-rule = \"high\""),
            run("[findings]\nsubnet-ful = \"high\""),
            run("[[exceptions]]\nrule = \"kubenet-retirment\"\nresource = \"/\"\nreason = \"x\""),
            run("[migration.waves.waiting_days]\n\"NOPE\" = 1"),
            run("[migration.waves.waiting_days]\n\"mig-014\" = 1"),
            run("[thresholds]\nwarning_pct = 96"),
            run("[scope\n"),
            missing(Census::new(directory.path(), &["audit", "--config", "nowhere.toml"])),
            missing(Census::new(directory.path(), &["audit"]).env("AKS_CENSUS_CONFIG", "nowhere.toml")),
        ]
        .join("\n")
    );
}

#[test]
fn nobody_to_sign_in_as() {
    let directory = tempfile::tempdir().unwrap();
    let nobody = Census::new(directory.path(), &["audit"]).env("PATH", "/nowhere");
    let half = Census::new(directory.path(), &["audit"]).env("AZURE_CLIENT_SECRET", "half of it");
    // What a task of Azure Pipelines that signs the Azure CLI in sets for every command in it.
    let task = Census::new(directory.path(), &["audit"])
        .env("PATH", "/nowhere")
        .env("SYSTEM_OIDCREQUESTURI", "https://127.0.0.1:1/oidc")
        .env("AZURESUBSCRIPTION_SERVICE_CONNECTION_ID", "connection")
        .env("AZURESUBSCRIPTION_CLIENT_ID", "application")
        .env("AZURESUBSCRIPTION_TENANT_ID", "tenant");
    assert_story!(
        [
            refused("nothing is set, no Azure CLI", &nobody.run()),
            refused("half a family", &half.run()),
            refused("a task for the Azure CLI", &task.run())
        ]
        .join("\n")
    );
}

#[test]
fn sign_ins_that_are_refused() {
    let azure = Azure::start(calm());
    let audit = || azure.census(&["audit"]);
    let other = "00000000-1111-2222-3333-444444444444";
    let mut stories = vec![
        refused("a wrong secret", &audit().env("AZURE_CLIENT_SECRET", "a wrong one").run()),
        refused("an unknown application", &audit().env("AZURE_CLIENT_ID", other).run()),
        refused("an unknown tenant", &audit().env("AZURE_TENANT_ID", other).run()),
        refused("no secret", &audit().without("AZURE_CLIENT_SECRET").run()),
    ];
    let file = azure.path().join("aks-census.toml");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replace("ca_bundle = \"ca.pem\"\n", "")).unwrap();
    stories.push(refused("an unknown authority of certificates", &audit().run()));
    fs::write(&file, text.replace(&azure.simulator().url(), "https://127.0.0.1:1")).unwrap();
    stories.push(refused("nobody listens", &audit().run()));
    assert!(azure.reads().is_empty(), "Azure was asked before the sign-in had worked");
    assert_story!(stories.join("\n"));
}

#[test]
fn nothing_that_can_be_read() {
    let run = |title: &str, faults: Vec<Fault>, arguments: &[&str]| {
        let azure = Azure::with(faults);
        azure.configure("attempts = 2");
        refused(title, &azure.census(&[&["audit"], arguments].concat()).run())
    };
    let denied = |kind| Fault::on(kind, Effect::Denied);
    let hidden = Effect::Hide { containing: "/subscriptions/".to_owned() };
    let broken = Effect::Reset { after_bytes: None };
    let unauthorized =
        |kind, code: Option<&str>| Fault::on(kind, Effect::Unauthorized { code: code.map(str::to_owned) });
    let foreign = |kind| unauthorized(kind, Some("InvalidAuthenticationTokenTenant"));
    let untold = |kind| Fault::on(kind, Effect::InvalidJson);
    assert_story!(
        [
            run(
                "every list is denied",
                vec![denied(RequestKind::Clusters), denied(RequestKind::VirtualNetworks),],
                &[]
            ),
            run(
                "every list is of another tenant",
                vec![foreign(RequestKind::Clusters), foreign(RequestKind::VirtualNetworks)],
                &[]
            ),
            run("the token is not taken", vec![unauthorized(RequestKind::Subscriptions, None)], &[]),
            run("the list of subscriptions is denied", vec![denied(RequestKind::Subscriptions)], &[]),
            run(
                "the list of subscriptions breaks off",
                vec![Fault::on(RequestKind::Subscriptions, broken)],
                &[]
            ),
            run(
                "every list breaks off",
                vec![untold(RequestKind::Clusters), untold(RequestKind::VirtualNetworks),],
                &[]
            ),
            run("no subscription is visible", vec![Fault::on(RequestKind::Subscriptions, hidden)], &[]),
            run("an unknown name", vec![], &["--subscription", "retail"]),
            run("an unknown id", vec![], &["--subscription", "00000000-1111-2222-3333-444444444444"]),
            run("an unknown management group", vec![], &["--management-group", "nowhere"]),
            everything_excluded(),
        ]
        .join("\n")
    );
}

fn everything_excluded() -> String {
    let azure = Azure::start(calm());
    azure.configure("[scope]\nexclude_subscriptions = [\"team-0000\", \"team-0001\"]");
    refused("everything is left out", &azure.census(&["audit"]).run())
}

#[test]
fn a_name_that_means_two_subscriptions() {
    let mut options = calm();
    for subscription in &mut options.estate.subscriptions {
        subscription.name = "retail".to_owned();
    }
    let azure = Azure::start(options);
    assert_story!(refused("ambiguous", &azure.census(&["audit", "--subscription", "Retail"]).run()));
}

#[test]
fn places_that_cannot_be_written() {
    let azure = Azure::start(calm());
    let run = |title: &str, arguments: &[&str]| refused(title, &azure.census(arguments).run());
    let stories = [
        run("a file where a directory is needed", &["audit", "--output", "ca.pem/reports"]),
        run("a system that makes no directories", &["audit", "--output", "/proc/reports"]),
        run(
            "a snapshot in a directory that is not there",
            &["collect", "--output", "nowhere/estate.json.gz"],
        ),
        run("a snapshot where a directory is", &["collect", "--output", "."]),
        run("a configuration that is there already", &["config", "init", "aks-census.toml"]),
    ];
    assert!(
        azure.simulator().requests().is_empty(),
        "an audit ran before it was known that it can be written"
    );
    assert_story!(stories.join("\n"));
}

#[test]
fn snapshots_that_are_none() {
    let azure = Azure::start(calm());
    assert_eq!(azure.census(&["collect", "--output", "good.gz"]).run().status, 0);
    let good = fs::read(azure.path().join("good.gz")).unwrap();
    let run = |title: &str, bytes: &[u8]| {
        fs::write(azure.path().join("estate.gz"), bytes).unwrap();
        refused(title, &azure.census(&["audit", "--snapshot", "estate.gz"]).run())
    };
    let packed = |text: &str| {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
        gzip.write_all(text.as_bytes()).unwrap();
        gzip.finish().unwrap()
    };
    let missing = azure.census(&["audit", "--snapshot", "nowhere.gz"]).run();
    assert_story!(
        [
            run("cut off", &good[..good.len() / 2]),
            run("empty", b""),
            run("no gzip", b"{}"),
            run("no JSON", &packed("hello")),
            run("of another program", &packed(r#"{"format":"terraform","version":4}"#)),
            run(
                "of another version",
                &packed(r#"{"format":"aks-census-snapshot","version":99,"inventory":{}}"#)
            ),
            run("without an inventory", &packed(r#"{"format":"aks-census-snapshot","version":1}"#)),
            refused("not there", &missing),
        ]
        .join("\n")
    );
}
