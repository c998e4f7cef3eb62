//! Canaries: what a run proves itself with, repeated by whoever it talks to, in every place of an answer and in every
//! encoding. None may come back in anything that is written.

use std::{collections::BTreeMap, fs, os::unix::fs::PermissionsExt};

use aks_census_simulator::{
    Options,
    estate::{Estate, ScaleOptions, scale},
    faults::{Echo, EchoForm, Effect, Fault, RequestKind},
};
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::support::{Azure, Run};

fn error(code: &str, message: &str) -> String {
    format!(r#"{{"error":{{"code":"{code}","message":"{message}"}}}}"#)
}

/// A virtual network with the credential wherever a name can be.
fn network(subscription: &str) -> String {
    let id = format!(
        "/subscriptions/{subscription}/resourceGroups/{{credential}}/providers/Microsoft.Network/virtualNetworks/v"
    );
    format!(
        r#"{{"value":[{{"id":"{id}","name":"{{credential}}","location":"{{credential}}",
        "tags":{{"{{credential}}":"{{credential}}","cost \/ %41":"\"{{credential}}\""}},
        "properties":{{"addressSpace":{{"addressPrefixes":["10.0.0.0/16"]}},"subnets":[{{"id":"{id}/subnets/s",
        "name":"{{credential}}","properties":{{"addressPrefix":"10.0.0.0/24"}}}}]}}}}]}}"#
    )
}

/// Answers of Resource Manager: status, body, headers, and the form of the credential in them.
fn answers(subscription: &str) -> Vec<Echo> {
    use EchoForm::{
        Base64, Base64Url, BasicPassword, Escaped, LastPart, MiddlePart, Percent, PercentLower, Plain,
    };
    let echo =
        |status, body: &str, form| Echo { status, body: body.to_owned(), headers: BTreeMap::new(), form };
    let with = |status, name: &str, value: &str| Echo {
        headers: BTreeMap::from([(name.to_owned(), value.to_owned())]),
        ..echo(status, "", Plain)
    };
    let said = |form| echo(403, &error("AuthorizationFailed", "it was {credential}, and that is odd"), form);
    let mut answers: Vec<Echo> =
        [Plain, LastPart, MiddlePart, Base64, BasicPassword, Base64Url, Percent, PercentLower, Escaped]
            .map(said)
            .into();
    answers.extend([
        echo(403, &error("AuthorizationFailed", r#"\"{credential}\""#), Plain),
        echo(403, &error("AuthorizationFailed", "Bearer:{credential}"), Plain),
        echo(403, &error("AuthorizationFailed", "Authorization: Bearer {credential}, Accept: */*"), Plain),
        echo(403, &error("{credential}", "the code"), Plain),
        echo(403, &error("{credential}", "the code"), Escaped),
        echo(403, &error("Long", &format!("{}{{credential}}", "x".repeat(590))), Plain),
        echo(403, r#"{"code":"{credential}","message":"{credential}{credential}"}"#, Plain),
        echo(403, r#"{"error":"{credential}"}"#, Plain),
        echo(403, r#"{"error":{"code":"A","details":[{"message":"{credential}"}]}}"#, Plain),
        echo(403, "<html>{credential}</html>", Plain),
        echo(403, "{credential}", Plain),
        with(403, "x-ms-request-id", "{credential}"),
        with(403, "x-ms-correlation-request-id", "{credential}"),
        with(403, "www-authenticate", "Bearer error=\"{credential}\""),
        with(302, "location", "https://elsewhere.example/{credential}"),
        echo(200, r#"{"value":[{"id":"{credential}","properties":7}]}"#, Plain),
        echo(200, r#"{"value":[{"id":"/x/{credential}","properties":7}]}"#, Escaped),
        echo(200, r#"{"value":[{"id":"/x/y","properties":"{credential}"}]}"#, Plain),
        echo(200, r#"{"value":[{"id":"/x/z","tags":{"{credential}":7}}]}"#, Plain),
        echo(200, r#"{"value":["{credential}", {"{credential}": 1}]}"#, Escaped),
        echo(200, r#"{"{credential}":[]}"#, Plain),
        echo(200, "{credential}", Plain),
        echo(200, r#"{"value":[],"nextLink":"https://elsewhere.example/{credential}"}"#, Plain),
        echo(200, r#"{"value":[],"nextLink":"{credential}"}"#, Plain),
        echo(200, &network(subscription), Plain),
        echo(200, &network(subscription), Escaped),
        echo(200, &network(subscription), Percent),
        echo(200, &network(subscription), BasicPassword),
    ]);
    answers
}

/// What must not be found of a secret: itself and its parts, as they are and encoded.
fn forms(secret: &str) -> Vec<String> {
    let parts = secret.split('.').filter(|part| part.len() >= 8 && secret.contains('.'));
    let mut forms: Vec<String> = std::iter::once(secret).chain(parts).map(str::to_owned).collect();
    let bytes = |format: fn(u8) -> String| secret.bytes().map(format).collect::<String>();
    forms.extend([
        bytes(|byte| format!("%{byte:02X}")),
        bytes(|byte| format!("%{byte:02x}")),
        bytes(|byte| format!("\\u{byte:04x}")),
    ]);
    for before in ["", "u", "us"] {
        let text = format!("{before}{secret}");
        for encoded in [STANDARD_NO_PAD.encode(&text), URL_SAFE_NO_PAD.encode(&text)] {
            // The first and the last character depend on what stands around it.
            forms.push(encoded[4..encoded.len() - 4].to_owned());
        }
    }
    forms
}

fn assert_no_canary(run: &Run, secrets: &[String], story: &str) {
    let written = run.written();
    for form in secrets.iter().flat_map(|secret| forms(secret)) {
        for (name, text) in &written {
            let Some((before, behind)) = text.split_once(&form) else { continue };
            let before: String =
                before.chars().rev().take(200).collect::<Vec<_>>().into_iter().rev().collect();
            let behind: String = behind.chars().take(80).collect();
            panic!("{story}: a secret is in {name}: …{before}[{form}]{behind}…");
        }
    }
}

fn estate(subscriptions: u64) -> Estate {
    let size = ScaleOptions {
        subscriptions,
        clusters: subscriptions,
        subnets: 2 * subscriptions,
        addresses: 100,
        seed: 1,
    };
    scale(size)
}

#[test]
fn nothing_that_resource_manager_repeats_of_a_token_is_written() {
    for signed in [true, false] {
        let echoes = answers("00000000-0000-4000-8000-000000000000");
        let estate = estate(echoes.len() as u64);
        let ids: Vec<String> = estate.subscriptions.iter().map(|s| s.id.clone()).collect();
        let options = Options { signed_tokens: signed, ..Options::new(estate) };
        let options = ids.iter().enumerate().fold(options, |options, (number, id)| {
            let echo = answers(id).swap_remove(number);
            let fault = |kind| Fault::on(kind, Effect::Echo(echo.clone())).subscription(id);
            let options = options.fault(fault(RequestKind::VirtualNetworks));
            // A network is no cluster, and would be one of the same id.
            let is_network = echo.body.contains("addressSpace");
            if is_network { options } else { options.fault(fault(RequestKind::Clusters)) }
        });
        let azure = Azure::start(options);
        azure.configure("attempts = 2");
        let check = |arguments: &[&str]| {
            let run = azure.census(arguments).run();
            assert_eq!(run.status, 3, "{arguments:?}: {}", run.stderr);
            let mut secrets = azure.simulator().issued_tokens();
            secrets.push(azure.simulator().client_secret().to_owned());
            assert_no_canary(&run, &secrets, &format!("{arguments:?}, signed tokens: {signed}"));
            run
        };
        let run = check(&["audit", "-vv"]);
        assert!(run.stderr.contains("repeats a secret"), "it is said: {}", run.stderr);
        let unread = run.rows("coverage.csv").into_iter().filter(|row| row["status"] != "ok").count();
        assert!(unread >= 2 * 20, "the echoes did not arrive: {unread}");
        assert!(run.file("vnets.csv").contains('…'), "what was read is kept, without the secret");
        check(&["audit", "-v", "--log-format", "json"]);
        check(&["collect", "--output", "estate.json.gz"]);
        check(&["audit", "--snapshot", "estate.json.gz"]);
    }
}

#[test]
fn nothing_that_a_sign_in_repeats_of_its_secret_is_written() {
    let plain = |status, body: &str| Echo {
        status,
        body: body.to_owned(),
        headers: BTreeMap::new(),
        form: EchoForm::Plain,
    };
    let description =
        r#"{"error":"invalid_client","error_description":"AADSTS7000215: {credential} is wrong"}"#;
    let mut echoes = vec![
        plain(401, description),
        plain(400, r#"{"error":"{credential}"}"#),
        plain(400, r#"{"error":"x","error_description":"AADSTS{credential}"}"#),
        plain(401, "<html>{credential}</html>"),
        plain(200, r#"{"token_type":"{credential}"}"#),
        plain(200, r#"{"access_token":7,"expires_in":"{credential}"}"#),
        plain(200, r#"{"token_type":"Bearer","access_token":"a.b.c","expires_in":"{credential}"}"#),
        plain(403, "{credential}"),
        Echo {
            headers: BTreeMap::from([("location".to_owned(), "https://x.example/{credential}".to_owned())]),
            ..plain(302, "")
        },
    ];
    let encoded = [
        EchoForm::Base64,
        EchoForm::Base64Url,
        EchoForm::BasicPassword,
        EchoForm::Percent,
        EchoForm::Escaped,
    ];
    echoes.extend(encoded.map(|form| Echo { form, ..plain(401, description) }));
    for echo in echoes {
        let azure = Azure::with([Fault::on(RequestKind::Token, Effect::Echo(echo.clone()))]);
        for arguments in [&["audit", "-vv"][..], &["audit", "--log-format", "json", "-vv"]] {
            let run = azure.census(arguments).run();
            assert_eq!(run.status, 2, "{echo:?}: {}", run.stderr);
            assert_no_canary(&run, &[azure.simulator().client_secret().to_owned()], &format!("{echo:?}"));
        }
    }
}

/// A program where the Azure CLI would be.
fn with_az(azure: &Azure, script: &str) {
    let path = azure.path().join("bin/az");
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
}

fn path_with_az(azure: &Azure) -> String {
    format!("{}:/usr/bin:/bin", azure.path().join("bin").display())
}

fn sign_in_with(azure: &Azure, credential: &str) {
    let file = azure.path().join("aks-census.toml");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(file, text.replace("\"client-secret\"", &format!("\"{credential}\""))).unwrap();
}

#[test]
fn nothing_that_the_azure_cli_complains_of_shows_a_secret() {
    let secret = "opaque~secret~of~the~environment";
    let token = "opaque-token-of-the-azure-cli-0123456789";
    for script in [
        "echo \"ERROR: $AZURE_CLIENT_SECRET is wrong\" >&2; exit 1".to_owned(),
        format!("echo 'ERROR: {{\"accessToken\": \"{token}\", \"expires_on\": 1}}' >&2; exit 1"),
        format!("echo 'ERROR: refresh_token={token}' >&2; exit 1"),
        format!("echo '{{\"accessToken\":\"{token}\",\"expires_on\":\"{token}\",\"tokenType\":7}}'"),
        format!("echo '{{\"accessToken\":\"{token}\",\"tokenType\":\"Bearer\",\"expires_on\":4102444800}}'"),
    ] {
        let azure = Azure::start(crate::support::calm());
        sign_in_with(&azure, "azure-cli");
        with_az(&azure, &script);
        let run = azure
            .census(&["audit", "-vv"])
            .env("PATH", path_with_az(&azure))
            .env("AZURE_CLIENT_SECRET", secret)
            .run();
        assert_eq!(run.status, 2, "{}", run.stderr);
        fs::remove_dir_all(azure.path().join("bin")).unwrap();
        assert_no_canary(&run, &[secret.to_owned(), token.to_owned()], &script);
    }
}

#[test]
fn nothing_that_a_build_service_or_an_identity_endpoint_repeats_is_written() {
    let echo = |status, body: &str| {
        Effect::Echo(Echo { status, body: body.to_owned(), headers: BTreeMap::new(), form: EchoForm::Plain })
    };
    for body in
        [r#"{"message":"{credential}"}"#, "{credential}", r#"{"error_description":"\"{credential}\""}"#]
    {
        for status in [400, 403] {
            let faults = [RequestKind::Oidc, RequestKind::ManagedIdentity, RequestKind::Token];
            let faults = faults.map(|kind| Fault::on(kind, echo(status, body)));
            let options = faults.into_iter().fold(crate::support::calm().identity_endpoint(), Options::fault);
            let azure = Azure::start(options);
            let simulator = azure.simulator();
            let federated = azure.path().join("federated");
            fs::write(&federated, format!("{}\n", simulator.federated_token())).unwrap();
            let (github, identity) = (simulator.github_oidc_url(), simulator.identity_endpoint().unwrap());
            let ways = [
                ("github-oidc", "ACTIONS_ID_TOKEN_REQUEST_URL", github.as_str()),
                ("managed-identity", "IDENTITY_ENDPOINT", identity.as_str()),
                ("workload-identity", "AZURE_FEDERATED_TOKEN_FILE", federated.to_str().unwrap()),
            ];
            for (credential, variable, value) in ways {
                azure.configure("");
                sign_in_with(&azure, credential);
                let run = azure
                    .census(&["audit", "-vv"])
                    .without("AZURE_CLIENT_SECRET")
                    .env(variable, value)
                    .env("ACTIONS_ID_TOKEN_REQUEST_TOKEN", simulator.github_oidc_token())
                    .env("IDENTITY_HEADER", simulator.identity_header())
                    .run();
                assert_eq!(run.status, 2, "{credential}: {}", run.stderr);
                let secrets =
                    [simulator.github_oidc_token(), simulator.identity_header(), simulator.federated_token()];
                let said = format!("{}{}", run.stdout, run.stderr);
                for secret in secrets {
                    assert!(!said.contains(secret), "{credential}, {body}: {said}");
                }
            }
        }
    }
}

#[test]
fn a_secret_that_is_no_unicode_is_an_error_and_never_another_identity() {
    use std::{ffi::OsStr, os::unix::ffi::OsStrExt};

    let azure = Azure::start(crate::support::calm());
    sign_in_with(&azure, "auto");
    let marker = azure.path().join("az-was-run");
    with_az(&azure, &format!("touch '{}'; exit 1", marker.display()));
    let run = azure
        .census(&["audit"])
        .env("PATH", path_with_az(&azure))
        .env("AZURE_CLIENT_SECRET", OsStr::from_bytes(b"secret\xff\xe4"))
        .run();
    assert_eq!(run.status, 2);
    assert_eq!(
        run.stderr,
        "error: the environment variable `AZURE_CLIENT_SECRET` is no valid UTF-8\n\
         hint: set it anew, or unset it; a value copied from a file may be in another encoding\n"
    );
    assert!(!marker.exists() && azure.reads().is_empty());
}

/// Seen as an expired token by the clock, it is used; and the clock is spoken of once.
#[test]
fn a_token_of_the_azure_cli_that_has_expired_is_used_until_azure_refuses_it() {
    let azure = Azure::start(crate::support::calm());
    let token = azure.census(&["audit", "-q"]).run();
    assert_eq!(token.status, 0, "{}", token.stderr);
    let issued = azure.simulator().issued_tokens().remove(0);
    sign_in_with(&azure, "azure-cli");
    let runs = azure.path().join("runs");
    // Outside of what is searched for tokens: a script that holds one.
    let outside = tempfile::tempdir().unwrap();
    let answer = format!(r#"{{"accessToken":"{issued}","expires_on":1700000000,"tokenType":"Bearer"}}"#);
    fs::write(outside.path().join("answer.json"), answer).unwrap();
    with_az(
        &azure,
        &format!("echo run >> '{}'; cat '{}'", runs.display(), outside.path().join("answer.json").display()),
    );
    let run = azure.census(&["audit"]).env("PATH", path_with_az(&azure)).run();
    assert_eq!(run.status, 0, "{}", run.stderr);
    let asked = fs::read_to_string(&runs).unwrap().lines().count();
    assert!(asked <= 3, "`az` was run {asked} times");
    let warnings = run.stderr.matches("clock looks wrong").count();
    assert_eq!(warnings, 1, "{}", run.stderr);
    assert!(run.stderr.contains("2023-11-14T22:13:20Z"), "with both times: {}", run.stderr);
}
