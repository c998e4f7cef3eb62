//! Where credentials go, and who decides it: the person who runs the program, never the folder it runs in.

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use serde_json::Value;

use crate::support::{Azure, Census, ONE, Run, assert_story, calm};

/// Puts an `az` on the path that hands out a token and notes what it was asked for.
fn with_az(census: Census, directory: &Path) -> Census {
    let (tools, log) = (directory.join("tools"), directory.join("az.log"));
    fs::create_dir_all(&tools).unwrap();
    let script = format!(
        "#!/bin/sh\necho \"$@\" >> {}\ncat <<'END'\n{{\"accessToken\": \"token-of-the-public-cloud\", \"expiresOn\": \
         \"2099-01-01 00:00:00.000000\", \"expires_on\": 4070908800, \"tokenType\": \"Bearer\"}}\nEND\n",
        log.display()
    );
    fs::write(tools.join("az"), script).unwrap();
    fs::set_permissions(tools.join("az"), fs::Permissions::from_mode(0o755)).unwrap();
    census.env("PATH", format!("{}:/usr/bin:/bin", tools.display()))
}

/// What the `az` on the path was asked for.
fn asked(directory: &Path) -> String {
    fs::read_to_string(directory.join("az.log")).unwrap_or_default()
}

/// Somebody else's Resource Manager and sign-in, and a folder with a configuration file that leads there.
struct Trap {
    arm: Azure,
    login: Azure,
    folder: tempfile::TempDir,
}

const VERBS: [&[&str]; 4] =
    [&["audit"], &["audit", "--dry-run"], &["collect"], &["plan", "free", "--vnet", "vnet-000"]];

impl Trap {
    /// With this `audience` line, and a sign-in at the known authority or at the stranger's.
    fn new(audience: &str, authority: Option<&str>) -> Self {
        let (arm, login) = (Azure::start(calm()), Azure::start(calm()));
        let folder = tempfile::tempdir().unwrap();
        let both = [&arm, &login].map(|azure| fs::read_to_string(azure.path().join("ca.pem")).unwrap());
        fs::write(folder.path().join("ca.pem"), both.concat()).unwrap();
        let text = format!(
            "[azure]\ncloud = \"custom\"\nresource_manager = \"{}\"\nauthority = \"{}\"\n{audience}ca_bundle = \"ca.pem\"\n",
            arm.simulator().url(),
            authority.map_or_else(|| login.simulator().authority(), str::to_owned),
        );
        fs::write(folder.path().join("aks-census.toml"), text).unwrap();
        Self { arm, login, folder }
    }

    fn census(&self, arguments: &[&str]) -> Census {
        with_az(Census::new(self.folder.path(), arguments), self.folder.path())
    }

    fn assert_nobody_was_asked(&self) {
        assert!(self.arm.simulator().requests().is_empty(), "a stranger's Resource Manager was asked");
        assert!(self.login.simulator().requests().is_empty(), "a stranger was asked to sign in");
        assert_eq!(asked(self.folder.path()), "", "a token was fetched");
    }
}

const PUBLIC: &str = "audience = \"https://management.azure.com\"\n";

#[test]
fn a_found_file_sends_no_token_of_the_azure_cli_anywhere() {
    let trap = Trap::new(PUBLIC, Some("https://login.microsoftonline.com"));
    for verb in VERBS {
        let run = trap.census(verb).run();
        assert_eq!(run.status, 2, "{verb:?}: {}", run.transcript());
        trap.assert_nobody_was_asked();
    }
}

#[test]
fn a_found_file_sends_no_secret_anywhere() {
    let trap = Trap::new("", None);
    let mut told = String::new();
    for verb in VERBS {
        let run = trap
            .census(verb)
            .env("AZURE_TENANT_ID", trap.login.simulator().tenant_id())
            .env("AZURE_CLIENT_ID", trap.login.simulator().client_id())
            .env("AZURE_CLIENT_SECRET", trap.login.simulator().client_secret())
            .run();
        assert_eq!(run.status, 2, "{verb:?}: {}", run.transcript());
        trap.assert_nobody_was_asked();
        told = run.transcript();
    }
    assert_story!(told);
}

#[test]
fn a_named_file_sends_a_token_of_a_known_cloud_to_that_cloud_only() {
    let trap = Trap::new(PUBLIC, Some("https://login.microsoftonline.com"));
    let named = trap.census(&["audit", "--config", "aks-census.toml"]).run();
    let variable = trap.census(&["audit"]).env("AKS_CENSUS_CONFIG", "aks-census.toml").run();
    for run in [&named, &variable] {
        assert_eq!(run.status, 2, "{}", run.transcript());
        assert!(
            run.stderr.contains("`azure.audience`") && run.stderr.contains("public cloud"),
            "{}",
            run.stderr
        );
    }
    trap.assert_nobody_was_asked();
}

#[test]
fn a_named_file_decides_and_the_azure_cli_is_asked_for_that_clouds_own_token() {
    let trap = Trap::new("", Some("https://login.microsoftonline.com"));
    let run = trap.census(&["audit", "--config", "aks-census.toml"]).run();
    let audience = trap.arm.simulator().url();
    assert!(
        asked(trap.folder.path()).contains(&format!("--scope {audience}/.default")),
        "{}",
        run.transcript()
    );
    assert!(!trap.arm.simulator().requests().is_empty(), "{}", run.transcript());
}

#[test]
fn a_known_cloud_does_not_sign_in_at_a_host_of_the_environment() {
    let trap = Trap::new("", None);
    fs::remove_file(trap.folder.path().join("aks-census.toml")).unwrap();
    let run = trap
        .census(&["audit"])
        .env("AZURE_TENANT_ID", "contoso")
        .env("AZURE_CLIENT_ID", "app")
        .env("AZURE_CLIENT_SECRET", "secret of this test")
        .env("SSL_CERT_FILE", "ca.pem")
        .env("AZURE_AUTHORITY_HOST", trap.login.simulator().authority())
        .run();
    assert_eq!(run.status, 2, "{}", run.transcript());
    assert!(run.stderr.contains("AZURE_AUTHORITY_HOST"), "{}", run.stderr);
    trap.assert_nobody_was_asked();
}

fn first_line(run: &Run) -> &str {
    run.stderr.lines().next().unwrap_or_default()
}

#[test]
fn the_file_and_the_hosts_are_said_whatever_the_verbosity() {
    let azure = Azure::start(calm());
    let file = azure.path().join("aks-census.toml").display().to_string();
    let hosts = [azure.simulator().url(), azure.simulator().authority()];
    for more in [&["-q"][..], &[], &["-v"], &["-vv", "--log-format", "json"], &["-q", "--log-format", "json"]]
    {
        for verb in [&["audit"][..], &["collect", "--output", "estate.json.gz"], &["audit", "--dry-run"]] {
            let run = azure.census(&[verb, more].concat()).run();
            assert_eq!(run.status, 0, "{}", run.transcript());
            let line = first_line(&run);
            assert!(line.contains(&file) && hosts.iter().all(|host| line.contains(host)), "{}", run.stderr);
            if more.contains(&"json") {
                let object =
                    |line: &str| serde_json::from_str::<Value>(line).is_ok_and(|value| value.is_object());
                assert!(run.stderr.lines().all(object), "{}", run.stderr);
            }
        }
    }
    // The hosts are those that the environment leads to.
    let elsewhere = azure.census(&["audit"]).env("AZURE_AUTHORITY_HOST", "https://127.0.0.1:9").run();
    assert!(first_line(&elsewhere).contains("https://127.0.0.1:9/"), "{}", elsewhere.stderr);
    let saved = azure.census(&["audit", "-q", "--snapshot", "estate.json.gz"]).run();
    assert!(first_line(&saved).contains(&file) && !saved.stderr.contains(&hosts[0]), "{}", saved.stderr);
}

#[test]
fn what_a_found_file_decides_is_said() {
    let azure = Azure::start(calm());
    assert_eq!(azure.census(&["collect", "--output", "estate.json.gz"]).run().status, 0);
    let folder = tempfile::tempdir().unwrap();
    fs::copy(azure.path().join("estate.json.gz"), folder.path().join("estate.json.gz")).unwrap();
    fs::write(folder.path().join("answers.toml"), "").unwrap();
    let text = format!(
        "[azure]\ncredential = \"managed-identity\"\n[scope]\naccept_unread = [\"{ONE}\"]\n[report]\ndirectory = \"elsewhere\"\n\
         [migration]\nattestations = \"answers.toml\"\n[findings]\nsubnet-full = \"off\"\n"
    );
    fs::write(folder.path().join("aks-census.toml"), text).unwrap();
    let run = |more: &[&str]| {
        let arguments = [&["audit", "-q", "--snapshot", "estate.json.gz"], more].concat();
        Census::new(folder.path(), &arguments).run()
    };
    let told = [run(&[]), run(&["--output", "here"]), run(&["--config", "aks-census.toml"])];
    assert!(told.iter().all(|run| run.status == 0), "{}", told[0].transcript());
    assert_story!(
        told.map(|run| format!("{}\n", run.stderr.replace(&folder.path().display().to_string(), "DIR")))
            .concat()
    );
}

#[test]
fn a_look_at_a_found_file_says_that_a_run_would_refuse_it() {
    let trap = Trap::new(PUBLIC, Some("https://management.azure.com"));
    let text = fs::read_to_string(trap.folder.path().join("aks-census.toml")).unwrap();
    fs::write(trap.folder.path().join("aks-census.toml"), text.replace(PUBLIC, "")).unwrap();
    let run = |arguments: &[&str]| trap.census(arguments).run();
    for look in [&["config", "check"][..], &["config", "show"]] {
        let found = run(look);
        assert_eq!(found.status, 0, "{}", found.transcript());
        assert!(found.stderr.contains("a run would refuse this file"), "{}", found.transcript());
        let named = run(&[look, &["--config", "aks-census.toml"]].concat());
        assert_eq!((named.status, named.stderr.as_str()), (0, ""), "{}", named.transcript());
    }
    trap.assert_nobody_was_asked();
}
