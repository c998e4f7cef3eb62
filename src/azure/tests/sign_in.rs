//! Every way to sign in that needs no program beside this one, and what is said when it cannot work.

use std::collections::BTreeMap;
use std::io::Write;
use std::time::Instant;

use aks_census_simulator::faults::{Echo, EchoForm, Effect, ErrorBody, Fault, RequestKind};
use rcgen::{CertificateParams, KeyPair, PKCS_RSA_SHA256, RsaKeySize};

use super::*;

/// An RSA key and a certificate over it, in PEM.
fn certificate() -> (String, String) {
    let key = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).unwrap();
    let certificate = CertificateParams::new(Vec::new()).unwrap().self_signed(&key).unwrap();
    (key.serialize_pem(), certificate.pem())
}

fn file(text: &str) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    file
}

fn env(azure: &Azure, more: &[(&str, &str)]) -> Env {
    let own = [("AZURE_TENANT_ID", azure.0.tenant_id()), ("AZURE_CLIENT_ID", azure.0.client_id())];
    Env::from_pairs(own.into_iter().chain(more.iter().copied()))
}

async fn signs_in(azure: &Azure, env: &Env, expected: CredentialKind) {
    let client = ArmClient::connect(azure.connect_options(), env).await.unwrap();
    assert_eq!(client.identity().kind, expected, "{}", client.identity());
    assert_eq!(client.subscriptions().await.items.len(), 2);
    // A new credential can be made from the same recipe.
    azure.0.revoke_tokens();
    let again = client.subscriptions().await;
    assert_eq!((again.items.len(), again.attempts), (2, 2), "{:?}", again.failure);
}

#[tokio::test]
async fn with_a_secret() {
    let azure = Azure::start(options()).await;
    signs_in(&azure, &azure.env(), CredentialKind::ClientSecret).await;
    let client = azure.client().await;
    let sentence = client.identity().to_string();
    assert_eq!(
        sentence,
        format!(
            "signing in with the client secret of application `{}` in tenant `{TENANT}`, because \
             `AZURE_CLIENT_SECRET` is set",
            azure.0.client_id()
        )
    );
    assert_eq!(client.identity().tenant_id.as_deref(), Some(TENANT));
    assert!(!format!("{client:?}").contains(azure.0.client_secret()));
}

#[tokio::test]
async fn with_a_certificate() {
    let (key, certificate) = certificate();
    let azure = Azure::start(options().certificate(&certificate)).await;
    for (text, chain) in [(format!("{key}{certificate}"), "0"), (format!("{certificate}\n{key}"), "true")] {
        let file = file(&text);
        let env = env(
            &azure,
            &[
                ("AZURE_CLIENT_CERTIFICATE_PATH", file.path().to_str().unwrap()),
                ("AZURE_CLIENT_SEND_CERTIFICATE_CHAIN", chain),
            ],
        );
        signs_in(&azure, &env, CredentialKind::ClientCertificate).await;
    }
}

#[tokio::test]
async fn a_certificate_that_cannot_be_used_says_what_is_wrong() {
    let (key, pem) = certificate();
    let (other_key, _) = certificate();
    let elliptic = KeyPair::generate().unwrap();
    let azure = Azure::start(options()).await;
    let encrypted = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n";
    let texts = [
        "0\u{82}\u{c}pkcs12".to_owned(),
        String::new(),
        pem.clone(),
        key.clone(),
        format!("{pem}{encrypted}"),
        format!("{pem}{other_key}"),
        format!("{pem}{}", elliptic.serialize_pem()),
    ];
    let mut lines = Vec::new();
    for text in texts {
        let file = file(&text);
        let path = file.path().to_str().unwrap();
        let pairs = [("AZURE_CLIENT_CERTIFICATE_PATH", path), ("AZURE_CLIENT_CERTIFICATE_PASSWORD", "x")];
        let error = azure.refused(&env(&azure, &pairs)).await;
        lines.push(format!("{} -> {}", error.to_string().replace(path, "PATH"), error.hint()));
    }
    insta::assert_snapshot!(lines.join("\n"), @r"
    cannot sign in with the certificate `PATH`: it is no PEM file -> convert it: `openssl pkcs12 -in cert.pfx -out cert.pem -nodes`
    cannot sign in with the certificate `PATH`: it is no PEM file -> convert it: `openssl pkcs12 -in cert.pfx -out cert.pem -nodes`
    cannot sign in with the certificate `PATH`: it holds no private key -> the file must hold the certificate and its own key, each in PEM
    cannot sign in with the certificate `PATH`: it holds no certificate -> the file must hold the certificate and its own key, each in PEM
    cannot sign in with the certificate `PATH`: its private key is encrypted, which is not supported (`AZURE_CLIENT_CERTIFICATE_PASSWORD` is set) -> decrypt the key: `openssl rsa -in cert.pem -out key.pem`
    cannot sign in with the certificate `PATH`: none of its certificates belongs to its private key -> the file must hold the certificate and its own key, each in PEM
    cannot sign in with the certificate `PATH`: its private key is no RSA key of 2048 bits or more -> Entra signs applications in with RSA certificates; make one
    ");
    assert!(azure.0.requests().is_empty());
    let unregistered = file(&format!("{pem}{key}"));
    let path = unregistered.path().to_str().unwrap();
    let error = azure.refused(&env(&azure, &[("AZURE_CLIENT_CERTIFICATE_PATH", path)])).await;
    assert_eq!(error.code(), Some("700027"), "{error}");
}

#[tokio::test]
async fn with_a_federated_token_file() {
    let azure = Azure::start(options()).await;
    let file = file(azure.0.federated_token());
    let env = env(&azure, &[("AZURE_FEDERATED_TOKEN_FILE", file.path().to_str().unwrap())]);
    signs_in(&azure, &env, CredentialKind::WorkloadIdentity).await;
    let missing = self::env(&azure, &[("AZURE_FEDERATED_TOKEN_FILE", "/nowhere/token")]);
    let error = azure.refused(&missing).await;
    assert!(error.to_string().contains("/nowhere/token"), "{error}");
}

#[cfg(unix)]
#[tokio::test]
async fn a_federated_token_file_without_an_end_is_no_token() {
    let azure = Azure::start(options()).await;
    let huge = file(&"x".repeat((1 << 20) + 1));
    for path in ["/dev/zero", huge.path().to_str().unwrap()] {
        let error = azure.refused(&env(&azure, &[("AZURE_FEDERATED_TOKEN_FILE", path)])).await;
        assert!(error.to_string().contains("is read up to 1048576 bytes"), "{error}");
        assert!(error.hint().contains("AZURE_FEDERATED_TOKEN_FILE"), "{}", error.hint());
    }
    assert!(azure.0.requests().is_empty());
}

#[tokio::test]
async fn with_a_token_of_github() {
    let azure = Azure::start(options()).await;
    let url = azure.0.github_oidc_url();
    let pairs = [
        ("ACTIONS_ID_TOKEN_REQUEST_URL", url.as_str()),
        ("ACTIONS_ID_TOKEN_REQUEST_TOKEN", azure.0.github_oidc_token()),
    ];
    signs_in(&azure, &env(&azure, &pairs), CredentialKind::GitHubOidc).await;
    let wrong = [pairs[0], ("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "wrong")];
    let error = azure.refused(&env(&azure, &wrong)).await;
    assert!(matches!(error, SignInError::Assertion { service: "GitHub Actions", .. }), "{error:?}");
    assert!(error.to_string().contains("401") && error.hint().contains("id-token"), "{error}");
    let plain = [("ACTIONS_ID_TOKEN_REQUEST_URL", "http://127.0.0.1:1/x"), pairs[1]];
    assert!(azure.refused(&env(&azure, &plain)).await.to_string().contains("not https"));
}

#[tokio::test]
async fn with_a_service_connection_of_azure_pipelines() {
    let azure = Azure::start(options()).await;
    let url = azure.0.pipelines_oidc_url();
    let pairs = [
        ("SYSTEM_OIDCREQUESTURI", url.as_str()),
        ("SYSTEM_ACCESSTOKEN", azure.0.pipelines_oidc_token()),
        ("AZURESUBSCRIPTION_SERVICE_CONNECTION_ID", azure.0.pipelines_service_connection()),
    ];
    signs_in(&azure, &env(&azure, &pairs), CredentialKind::AzurePipelines).await;
    let unknown = [pairs[0], pairs[1], ("AZURESUBSCRIPTION_SERVICE_CONNECTION_ID", "unknown")];
    let error = azure.refused(&env(&azure, &unknown)).await;
    assert!(error.to_string().contains("404") && error.hint().contains("service_connection_id"), "{error}");
}

#[tokio::test]
async fn with_the_managed_identity_of_an_app() {
    let azure = Azure::start(options().identity_endpoint()).await;
    let endpoint = azure.0.identity_endpoint().unwrap();
    let pairs = [("IDENTITY_ENDPOINT", endpoint.as_str()), ("IDENTITY_HEADER", azure.0.identity_header())];
    signs_in(&azure, &Env::from_pairs(pairs), CredentialKind::ManagedIdentity).await;
    let asked = azure.0.requests().into_iter().find(|record| record.path_and_query.starts_with("/msi"));
    let asked = asked.unwrap().path_and_query;
    assert!(asked.contains("api-version=2019-08-01") && !asked.contains("client_id"), "{asked}");
    signs_in(&azure, &env(&azure, &pairs), CredentialKind::ManagedIdentity).await;
    let last = azure.0.requests().into_iter().rfind(|record| record.path_and_query.starts_with("/msi"));
    assert!(last.unwrap().path_and_query.contains("client_id="));
}

#[tokio::test]
async fn a_managed_identity_that_is_not_there_is_said_at_once() {
    let azure = Azure::start(options()).await;
    let pairs = [("IDENTITY_ENDPOINT", "http://127.0.0.1:9/msi"), ("IDENTITY_HEADER", "h")];
    let before = Instant::now();
    let error = azure.refused(&Env::from_pairs(pairs)).await;
    assert!(before.elapsed() < Duration::from_secs(3), "{:?}", before.elapsed());
    assert!(error.to_string().contains("`IDENTITY_ENDPOINT` does not answer"), "{error}");
}

#[tokio::test]
async fn entras_refusals_come_with_their_code_and_a_next_step_within_seconds() {
    let azure = Azure::start(options()).await;
    let with = |name: &str, value: &str| {
        let own = [
            ("AZURE_TENANT_ID", azure.0.tenant_id()),
            ("AZURE_CLIENT_ID", azure.0.client_id()),
            ("AZURE_CLIENT_SECRET", azure.0.client_secret()),
        ];
        Env::from_pairs(own.map(|(key, old)| (key, if key == name { value } else { old })))
    };
    let file = file("an assertion nobody gave");
    let federated = env(&azure, &[("AZURE_FEDERATED_TOKEN_FILE", file.path().to_str().unwrap())]);
    let cases = [
        (with("AZURE_CLIENT_SECRET", "hunter2"), Some("7000215")),
        (with("AZURE_CLIENT_ID", "11111111-0000-4000-8000-000000000000"), Some("700016")),
        (with("AZURE_TENANT_ID", "22222222-0000-4000-8000-000000000000"), Some("90002")),
        (federated, None),
    ];
    for (env, code) in cases {
        let before = Instant::now();
        let error = azure.refused(&env).await;
        assert!(before.elapsed() < Duration::from_secs(3), "{:?}", before.elapsed());
        let SignInError::Refused { code: found, message, .. } = &error else { panic!("{error:?}") };
        assert!(code.is_none_or(|code| found.as_deref() == Some(code)), "{error:?}");
        assert!(message.contains("AADSTS"), "{message}");
        assert!(!format!("{error:?} {error}").contains("hunter2"));
        assert!(!error.hint().is_empty());
    }
    assert!(azure.reads().is_empty(), "nothing is read before signing in has worked");
}

#[tokio::test]
async fn a_passing_fault_of_entra_is_waited_for() {
    let effect = |status| Effect::Status {
        status,
        code: None,
        message: None,
        retry_after: None,
        body: ErrorBody::Html,
    };
    let azure = Azure::with([Fault::on(RequestKind::Token, effect(503)).times(1)]).await;
    azure.client().await;
    let azure = Azure::with([Fault::on(RequestKind::Token, effect(400))]).await;
    let error = azure.refused(&azure.env()).await;
    assert!(error.to_string().contains("400 and no error message"), "{error}");
}

#[tokio::test]
async fn an_authority_that_cannot_be_reached_or_trusted_is_named() {
    let azure = Azure::start(options()).await;
    let untrusted = ConnectOptions { ca_bundle: None, ..azure.connect_options() };
    let before = Instant::now();
    let error = ArmClient::connect(untrusted, &azure.env()).await.unwrap_err();
    assert!(before.elapsed() < Duration::from_secs(3), "{:?}", before.elapsed());
    assert!(error.hint().contains("ca_bundle"), "{error:?}");
    let nobody = ConnectOptions {
        cloud: Cloud::custom("https://127.0.0.1:9", "https://127.0.0.1:9", "https://x").unwrap(),
        ..azure.connect_options()
    };
    let error = ArmClient::connect(nobody, &azure.env()).await.unwrap_err();
    assert!(before.elapsed() < Duration::from_secs(6), "{:?}", before.elapsed());
    assert!(error.to_string().starts_with("cannot reach https://127.0.0.1:9 to sign in: "), "{error}");
}

#[tokio::test]
async fn the_authority_of_the_environment_wins() {
    let azure = Azure::start(options()).await;
    let mut options = azure.connect_options();
    options.cloud = Cloud::custom(&azure.0.url(), "https://127.0.0.1:9", &azure.0.url()).unwrap();
    let url = format!("{}/", azure.0.authority());
    let env = env(
        &azure,
        &[("AZURE_CLIENT_SECRET", azure.0.client_secret()), ("AZURE_AUTHORITY_HOST", url.as_str())],
    );
    assert!(ArmClient::connect(options, &env).await.is_ok());
}

/// Every way to sign in against the simulator, as an environment.
fn ways(azure: &Azure, federated: &tempfile::NamedTempFile, github: &str, endpoint: &str) -> Vec<Env> {
    vec![
        azure.env(),
        env(azure, &[("AZURE_FEDERATED_TOKEN_FILE", federated.path().to_str().unwrap())]),
        env(
            azure,
            &[
                ("ACTIONS_ID_TOKEN_REQUEST_URL", github),
                ("ACTIONS_ID_TOKEN_REQUEST_TOKEN", azure.0.github_oidc_token()),
            ],
        ),
        Env::from_pairs([("IDENTITY_ENDPOINT", endpoint), ("IDENTITY_HEADER", azure.0.identity_header())]),
    ]
}

async fn for_each_way(options: Options, mut check: impl AsyncFnMut(&Azure, &Env)) {
    let azure = Azure::start(options.identity_endpoint()).await;
    let federated = file(azure.0.federated_token());
    let (github, endpoint) = (azure.0.github_oidc_url(), azure.0.identity_endpoint().unwrap());
    for env in ways(&azure, &federated, &github, &endpoint) {
        check(&azure, &env).await;
    }
}

#[tokio::test]
async fn a_token_that_the_clock_calls_expired_is_used_until_azure_refuses_it() {
    for life in [0, -1, -100_000] {
        for_each_way(options().announced_life(life), async |azure, env| {
            let before = azure.0.issued_tokens().len();
            let client = ArmClient::connect(azure.connect_options(), env).await.unwrap();
            for _ in 0..30 {
                assert_eq!(client.list::<wire::VirtualNetwork>(ONE).await.items.len(), 10);
            }
            let tokens = azure.0.issued_tokens().len() - before;
            assert!(tokens <= 4, "{tokens} tokens for 120 requests where a life of {life} s is announced");
            azure.0.revoke_tokens();
            let again = client.subscriptions().await;
            assert_eq!((again.items.len(), again.attempts), (2, 2), "{:?}", again.failure);
        })
        .await;
    }
}

/// A life that is no number says nothing about the tenant either.
#[tokio::test]
async fn a_life_that_is_no_number_is_said() {
    for life in [r#""soon""#, "true", "[]", "1.5", "{}", r#""""#] {
        let body = format!(r#"{{"token_type":"Bearer","access_token":"a.b.c","expires_in":{life}}}"#);
        let echo = Echo { status: 200, body, headers: BTreeMap::new(), form: EchoForm::Plain };
        let azure = Azure::with([Fault::on(RequestKind::Token, Effect::Echo(echo))]).await;
        let error = azure.refused(&azure.env()).await;
        assert!(
            matches!(&error, SignInError::Invalid(words) if words.contains("no number of seconds")),
            "{life}: {error:?}"
        );
    }
}

#[tokio::test]
async fn a_life_that_makes_no_sense_is_a_sign_in_that_fails() {
    for life in [i64::MAX, i64::MIN, 1 << 40, i64::MAX / 1000] {
        for_each_way(options().announced_life(life), async |azure, env| {
            let error = azure.refused(env).await;
            let is_entra = matches!(&error, SignInError::Invalid(words) if words.contains("makes no sense"));
            assert!(is_entra || matches!(error, SignInError::ManagedIdentity(_)), "{error:?}");
            assert!(!matches!(error, SignInError::Broken { .. }), "{error:?}");
        })
        .await;
    }
}
