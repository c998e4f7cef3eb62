//! Which credential is picked from which environment, as one table a rule.

use super::*;

const APP: &str = "AZURE_CLIENT_ID=app AZURE_TENANT_ID=ten";
const GITHUB: &str = "ACTIONS_ID_TOKEN_REQUEST_URL=https://gh ACTIONS_ID_TOKEN_REQUEST_TOKEN=t";
const PIPELINES: &str = "SYSTEM_OIDCREQUESTURI=https://ado SYSTEM_ACCESSTOKEN=t";
const TASK: &str = "AZURESUBSCRIPTION_SERVICE_CONNECTION_ID=conn AZURESUBSCRIPTION_CLIENT_ID=task-app \
                    AZURESUBSCRIPTION_TENANT_ID=task-ten";
const APP_SERVICE: &str = "IDENTITY_ENDPOINT=http://127.0.0.1:1/msi IDENTITY_HEADER=h";

fn env(parts: &[&str]) -> Env {
    Env::from_pairs(parts.iter().flat_map(|part| part.split_whitespace()).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap();
        assert!(Env::VARIABLES.iter().any(|variable| variable.name == name), "{name} is declared");
        (name, value)
    }))
}

/// What is picked and why, or why not, as one line.
fn pick(kind: CredentialKind, settings: &IdentitySettings, parts: &[&str]) -> String {
    match select(kind, settings, &env(parts)) {
        Ok(chosen) => format!("{}, because {}", chosen.method.description(), chosen.reason),
        Err(error) => format!("error: {error}"),
    }
}

fn auto(parts: &[&str]) -> String {
    pick(CredentialKind::Auto, &IdentitySettings::default(), parts)
}

#[test]
fn auto_picks_one_by_the_documented_order() {
    let secret = "AZURE_CLIENT_SECRET=s";
    let certificate = "AZURE_CLIENT_CERTIFICATE_PATH=/c.pem";
    let file = "AZURE_FEDERATED_TOKEN_FILE=/t";
    let lines = [
        auto(&[APP, secret, certificate, GITHUB, PIPELINES, TASK, file, APP_SERVICE]),
        auto(&[APP, certificate, GITHUB, PIPELINES, TASK, file, APP_SERVICE]),
        auto(&[APP, GITHUB, PIPELINES, TASK, file, APP_SERVICE]),
        auto(&[APP, PIPELINES, TASK, file, APP_SERVICE]),
        auto(&[APP, file, APP_SERVICE]),
        auto(&[APP_SERVICE]),
        auto(&["AZURE_CLIENT_ID=mine", APP_SERVICE]),
        auto(&["AZURE_TENANT_ID=ten"]),
        auto(&[]),
    ];
    insta::assert_snapshot!(lines.join("\n"), @r"
    the client secret of application `app` in tenant `ten`, because `AZURE_CLIENT_SECRET` is set (and goes before `AZURE_CLIENT_CERTIFICATE_PATH`, which is set as well)
    the client certificate of application `app` in tenant `ten`, because `AZURE_CLIENT_CERTIFICATE_PATH` is set
    a GitHub token of application `app` in tenant `ten`, because `ACTIONS_ID_TOKEN_REQUEST_URL` is set and `AZURE_CLIENT_ID` is set
    the service connection `conn` of application `app` in tenant `ten`, because `SYSTEM_ACCESSTOKEN` is set
    the workload identity of application `app` in tenant `ten`, because `AZURE_FEDERATED_TOKEN_FILE` is set
    the managed identity of this app, because `IDENTITY_ENDPOINT` is set
    the managed identity `mine` of this app, because `IDENTITY_ENDPOINT` is set
    the account of the Azure CLI, in tenant `ten`, because nothing in the environment names another identity
    the account of the Azure CLI, because nothing in the environment names another identity
    ");
}

#[test]
fn what_a_platform_offers_to_everybody_asks_for_nothing() {
    for parts in [
        &[GITHUB][..],
        &["SYSTEM_OIDCREQUESTURI=https://ado", TASK],
        &["IDENTITY_ENDPOINT=http://localhost:40342 IMDS_ENDPOINT=http://localhost:40342"],
        &["MSI_ENDPOINT=http://localhost:50342"],
    ] {
        assert!(
            auto(parts).starts_with("the account of the Azure CLI, because"),
            "{parts:?}: {}",
            auto(parts)
        );
    }
    let file = "AZURE_FEDERATED_TOKEN_FILE=/t";
    let agent_in_aks = auto(&[APP, file, "SYSTEM_OIDCREQUESTURI=https://ado"]);
    assert!(agent_in_aks.starts_with("the workload identity"), "{agent_in_aks}");
}

#[test]
fn a_half_set_family_is_an_error_that_names_what_is_missing() {
    let tenant = "AZURE_TENANT_ID=ten";
    let client = "AZURE_CLIENT_ID=app";
    let lines = [
        auto(&["AZURE_CLIENT_SECRET=s"]),
        auto(&["AZURE_CLIENT_SECRET=s", tenant]),
        auto(&["AZURE_CLIENT_CERTIFICATE_PATH=/c.pem", client]),
        auto(&["AZURE_CLIENT_CERTIFICATE_PASSWORD=p", APP]),
        auto(&["AZURE_FEDERATED_TOKEN_FILE=/t", client]),
        auto(&["ACTIONS_ID_TOKEN_REQUEST_URL=https://gh", APP]),
        auto(&["ACTIONS_ID_TOKEN_REQUEST_TOKEN=t", APP]),
        auto(&[GITHUB, client]),
        auto(&[GITHUB, tenant]),
        auto(&["SYSTEM_ACCESSTOKEN=t", APP, TASK]),
        auto(&["SYSTEM_OIDCREQUESTURI=https://ado", APP]),
        auto(&[PIPELINES, APP]),
        auto(&[PIPELINES, "AZURESUBSCRIPTION_SERVICE_CONNECTION_ID=conn"]),
        auto(&["IDENTITY_ENDPOINT=http://127.0.0.1:1"]),
        auto(&["IDENTITY_HEADER=h"]),
        auto(&[APP]),
        auto(&[APP_SERVICE, "IDENTITY_SERVER_THUMBPRINT=x"]),
    ];
    insta::assert_snapshot!(lines.join("\n"), @r"
    error: `AZURE_CLIENT_SECRET` is set, but `AZURE_TENANT_ID` (or `azure.tenant_id`) is not set
    error: `AZURE_CLIENT_SECRET` is set, but `AZURE_CLIENT_ID` (or `azure.client_id`) is not set
    error: `AZURE_CLIENT_CERTIFICATE_PATH` is set, but `AZURE_TENANT_ID` (or `azure.tenant_id`) is not set
    error: `AZURE_CLIENT_CERTIFICATE_PASSWORD` is set, but `AZURE_CLIENT_CERTIFICATE_PATH` is not set
    error: `AZURE_FEDERATED_TOKEN_FILE` is set, but `AZURE_TENANT_ID` (or `azure.tenant_id`) is not set
    error: `ACTIONS_ID_TOKEN_REQUEST_URL` is set and `AZURE_CLIENT_ID` is set, but `ACTIONS_ID_TOKEN_REQUEST_TOKEN` is not set
    error: `ACTIONS_ID_TOKEN_REQUEST_TOKEN` is set and `AZURE_CLIENT_ID` is set, but `ACTIONS_ID_TOKEN_REQUEST_URL` is not set
    error: `ACTIONS_ID_TOKEN_REQUEST_URL` is set and `AZURE_CLIENT_ID` is set, but `AZURE_TENANT_ID` (or `azure.tenant_id`) is not set
    error: `ACTIONS_ID_TOKEN_REQUEST_URL` is set and `AZURE_TENANT_ID` is set, but `AZURE_CLIENT_ID` (or `azure.client_id`) is not set
    error: `SYSTEM_ACCESSTOKEN` is set, but `SYSTEM_OIDCREQUESTURI` is not set
    error: `SYSTEM_OIDCREQUESTURI` is set and `AZURE_CLIENT_ID` is set, but `SYSTEM_ACCESSTOKEN` is not set
    error: `SYSTEM_ACCESSTOKEN` is set, but `azure.service_connection_id` is not set
    error: `SYSTEM_ACCESSTOKEN` is set, but `AZURE_CLIENT_ID` (or `azure.client_id`) is not set
    error: `IDENTITY_ENDPOINT` is set, but `IDENTITY_HEADER` is not set
    error: `IDENTITY_HEADER` is set, but `IDENTITY_ENDPOINT` is not set
    error: `AZURE_CLIENT_ID` is set, but nothing to sign in with: none of `AZURE_CLIENT_SECRET`, `AZURE_CLIENT_CERTIFICATE_PATH` and `AZURE_FEDERATED_TOKEN_FILE` is
    error: `IDENTITY_ENDPOINT` is set: the managed identity of Service Fabric is not supported
    ");
}

/// The two lines of YAML that are most often forgotten; nobody sets by hand what they bring.
#[test]
fn a_pipeline_is_told_which_line_it_lacks() {
    let hint = |kind, parts: &[&str]| {
        select(kind, &IdentitySettings::default(), &env(parts)).map(|_| ()).unwrap_err().hint()
    };
    let (github, pipelines) = (CredentialKind::GitHubOidc, CredentialKind::AzurePipelines);
    let permission = "`permissions: id-token: write`";
    let mapping = "`env: SYSTEM_ACCESSTOKEN: $(System.AccessToken)`";
    for (what, kind, parts, line) in [
        ("no permission", CredentialKind::Auto, &["GITHUB_ACTIONS=true", APP][..], permission),
        ("no permission, asked for by name", github, &["GITHUB_ACTIONS=true", APP], permission),
        (
            "half of GitHub's variables",
            CredentialKind::Auto,
            &["ACTIONS_ID_TOKEN_REQUEST_URL=https://gh", APP],
            permission,
        ),
        ("no token, no address", CredentialKind::Auto, &["TF_BUILD=True", APP], mapping),
        (
            "no token",
            CredentialKind::Auto,
            &["TF_BUILD=True SYSTEM_OIDCREQUESTURI=https://ado", APP],
            mapping,
        ),
        ("no token, asked for by name", pipelines, &["SYSTEM_OIDCREQUESTURI=https://ado", APP], mapping),
    ] {
        let hint = hint(kind, parts);
        assert!(hint.contains(line), "{what}: {hint}");
    }
    let elsewhere = hint(CredentialKind::Auto, &["GITHUB_ACTIONS=false", APP]);
    assert!(elsewhere.starts_with("set the one that is meant"), "{elsewhere}");
}

#[test]
fn what_can_be_no_id_is_refused_where_it_is_sent_and_not_repeated() {
    const CLIENT: &str = "AZURE_CLIENT_ID";
    const TENANT: &str = "AZURE_TENANT_ID";
    let ways = [
        (CredentialKind::ClientSecret, "AZURE_CLIENT_SECRET=s", &[CLIENT, TENANT][..]),
        (CredentialKind::Environment, "AZURE_CLIENT_SECRET=s", &[CLIENT, TENANT]),
        (CredentialKind::ClientCertificate, "AZURE_CLIENT_CERTIFICATE_PATH=/c.pem", &[CLIENT, TENANT]),
        (CredentialKind::WorkloadIdentity, "AZURE_FEDERATED_TOKEN_FILE=/t", &[CLIENT, TENANT]),
        (CredentialKind::GitHubOidc, GITHUB, &[CLIENT, TENANT]),
        (CredentialKind::AzurePipelines, PIPELINES, &[CLIENT, TENANT]),
        (CredentialKind::ManagedIdentity, APP_SERVICE, &[CLIENT]),
        (CredentialKind::AzureCli, "", &[TENANT]),
        (CredentialKind::Auto, "AZURE_CLIENT_SECRET=s", &[CLIENT, TENANT]),
    ];
    assert_eq!(ways.len(), CredentialKind::ALL.len());
    let pairs = |parts: &'static str| parts.split_whitespace().filter_map(|pair| pair.split_once('='));
    for odd in [" ", "a b", "mine\n", "7b1f~Q.S3cr3t_", "a/b", "ü", "{id}"] {
        for (kind, parts, sent) in ways {
            for name in [CLIENT, TENANT] {
                let others = pairs(APP).filter(|(other, _)| *other != name);
                let own = pairs(parts).chain(pairs(TASK)).chain(others);
                let of_environment = select(
                    kind,
                    &IdentitySettings::default(),
                    &Env::from_pairs(own.clone().chain([(name, odd)])),
                );
                let settings = IdentitySettings {
                    client_id: (name == CLIENT).then(|| odd.to_owned()),
                    tenant_id: (name == TENANT).then(|| odd.to_owned()),
                    ..IdentitySettings::default()
                };
                for picked in [of_environment, select(kind, &settings, &Env::from_pairs(own))] {
                    assert_eq!(picked.is_err(), sent.contains(&name), "{kind}: {name}");
                    let Err(error) = picked else { continue };
                    assert!(matches!(error, SelectionError::Odd(_)), "{kind}: {error}");
                    assert!(odd == " " || !error.to_string().contains(odd), "{kind}: {error}");
                }
            }
        }
        for name in ["AZURESUBSCRIPTION_CLIENT_ID", "AZURESUBSCRIPTION_TENANT_ID"] {
            let task = pairs(TASK).filter(|(other, _)| *other != name);
            let env = Env::from_pairs(pairs(PIPELINES).chain(task).chain([(name, odd)]));
            let picked = select(CredentialKind::AzurePipelines, &IdentitySettings::default(), &env);
            let error = picked.unwrap_err().to_string();
            assert!(error.starts_with(&format!("`{name}` is no id")), "{error}");
        }
    }
}

#[test]
fn a_named_kind_looks_at_its_own_variables_only() {
    let nothing = IdentitySettings::default();
    for &kind in CredentialKind::ALL.iter().filter(|kind| **kind != CredentialKind::Auto) {
        let line = pick(kind, &nothing, &[]);
        let needs_nothing = matches!(kind, CredentialKind::AzureCli | CredentialKind::ManagedIdentity);
        assert_eq!(line.starts_with("error: "), !needs_nothing, "{kind}: {line}");
        assert!(line.contains(&format!("`azure.credential` is `{kind}`")), "{line}");
    }
    let all = [APP, "AZURE_CLIENT_SECRET=s", GITHUB, PIPELINES, TASK, APP_SERVICE];
    assert!(pick(CredentialKind::AzureCli, &nothing, &all).starts_with("the account of the Azure CLI"));
    assert!(pick(CredentialKind::GitHubOidc, &nothing, &all).starts_with("a GitHub token"));
    assert!(pick(CredentialKind::Environment, &nothing, &[APP]).contains("`AZURE_CLIENT_SECRET` or"));
    let cloud_shell = pick(CredentialKind::ManagedIdentity, &nothing, &["MSI_ENDPOINT=http://x"]);
    assert!(cloud_shell.contains("use `azure-cli` there"), "{cloud_shell}");
    let machine = pick(CredentialKind::ManagedIdentity, &nothing, &["AZURE_CLIENT_ID=mine"]);
    assert!(machine.starts_with("the managed identity `mine` of this machine"), "{machine}");
}

#[test]
fn the_environment_wins_over_the_configuration() {
    let settings = IdentitySettings {
        tenant_id: Some("file-ten".into()),
        client_id: Some("file-app".into()),
        service_connection_id: Some("file-conn".into()),
    };
    let pick = |kind, parts: &[&str]| pick(kind, &settings, parts);
    let secret = "AZURE_CLIENT_SECRET=s";
    assert!(pick(CredentialKind::Auto, &[secret]).contains("`file-app` in tenant `file-ten`"));
    assert!(pick(CredentialKind::Auto, &[secret, APP]).contains("`app` in tenant `ten`"));
    assert!(
        pick(CredentialKind::Auto, &[])
            .starts_with("error: `azure.client_id` is set, but nothing to sign in")
    );
    // The task's variables speak of the task's own connection, not of the one the configuration names.
    let line = pick(CredentialKind::AzurePipelines, &[PIPELINES, TASK]);
    assert!(line.starts_with("the service connection `file-conn` of application `file-app`"), "{line}");
}

#[test]
fn secrets_do_not_show() {
    let chosen = select(
        CredentialKind::Auto,
        &IdentitySettings::default(),
        &env(&[APP, "AZURE_CLIENT_SECRET=hunter2"]),
    );
    assert!(!format!("{chosen:?}").contains("hunter2"));
}
