use std::time::Duration;

use aks_census_simulator::{ACCESS_TOKEN_PREFIX, Options, Simulator};
use reqwest::Client;
use serde_json::Value;

use crate::support::{Session, client, json, post_form, sign_in, token_url};

const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

#[tokio::test]
async fn a_secret_gives_a_token() {
    let session = Session::start(|options| options.token_lifetime(Duration::from_secs(90))).await;
    let answer = sign_in(&session.simulator, &session.client, session.simulator.client_secret()).await;
    let token = json(answer).await;
    assert!(token["access_token"].as_str().unwrap().starts_with(ACCESS_TOKEN_PREFIX));
    assert_eq!((&token["token_type"], &token["expires_in"]), (&Value::from("Bearer"), &Value::from(90)));
    assert!(token["ext_expires_in"].is_number());
}

#[tokio::test]
async fn refusals_carry_entras_number() {
    let session = Session::start(|options| options).await;
    let simulator = &session.simulator;
    let scope = format!("{}/.default", simulator.url());
    let good = [
        ("grant_type", "client_credentials"),
        ("client_id", simulator.client_id()),
        ("client_secret", simulator.client_secret()),
        ("scope", scope.as_str()),
    ];
    let with = |name: &str, value: &'static str| {
        good.map(|pair| if pair.0 == name { (pair.0, value) } else { pair })
    };
    let table = [
        (token_url(simulator), with("client_secret", "wrong"), 401, 7_000_215, "invalid_client"),
        (token_url(simulator), with("client_secret", ""), 401, 7_000_218, "invalid_client"),
        (token_url(simulator), with("client_id", "nobody"), 400, 700_016, "unauthorized_client"),
        (
            token_url(simulator),
            with("scope", "https://graph.example/.default"),
            400,
            500_011,
            "invalid_resource",
        ),
        (token_url(simulator), with("grant_type", "password"), 400, 70_003, "unsupported_grant_type"),
        (simulator.url() + "/contoso/oauth2/v2.0/token", good, 400, 90_002, "invalid_request"),
    ];
    for (url, form, status, number, error) in table {
        let response = post_form(&session.client, &url, &form).await;
        assert_eq!(response.status().as_u16(), status, "{number}");
        let body = json(response).await;
        assert_eq!((&body["error_codes"][0], &body["error"]), (&Value::from(number), &Value::from(error)));
        let description = body["error_description"].as_str().unwrap();
        assert!(description.starts_with(&format!("AADSTS{number}: ")), "{description}");
    }
    assert_eq!(post_form(&session.client, &token_url(simulator), &good).await.status(), 200);
}

async fn exchange(simulator: &Simulator, client: &Client, assertion: &str) -> (u16, Value) {
    let scope = format!("{}/.default", simulator.url());
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", simulator.client_id()),
        ("client_assertion_type", ASSERTION_TYPE),
        ("client_assertion", assertion),
        ("scope", &scope),
    ];
    let response = post_form(client, &token_url(simulator), &form).await;
    (response.status().as_u16(), json(response).await)
}

#[tokio::test]
async fn federated_workloads_exchange_what_they_were_given() {
    let session = Session::start(|options| options).await;
    let (simulator, client) = (&session.simulator, &session.client);
    let github = |token: &'static str, audience: &str| {
        client.get(format!("{}&audience={audience}", simulator.github_oidc_url())).bearer_auth(token).send()
    };
    let audience = "api://AzureADTokenExchange";
    let given = json(github(simulator.github_oidc_token(), audience).await.unwrap()).await;
    assert_eq!(github("wrong", audience).await.unwrap().status(), 401);
    assert_eq!(github(simulator.github_oidc_token(), "api://else").await.unwrap().status(), 400);
    let pipelines = |connection: &str| {
        let url =
            format!("{}?api-version=7.1&serviceConnectionId={connection}", simulator.pipelines_oidc_url());
        client.post(url).bearer_auth(simulator.pipelines_oidc_token()).header("content-length", "0").send()
    };
    let oidc = json(pipelines(simulator.pipelines_service_connection()).await.unwrap()).await;
    assert_eq!(pipelines("unknown").await.unwrap().status(), 404);
    let assertions =
        [given["value"].as_str().unwrap(), oidc["oidcToken"].as_str().unwrap(), simulator.federated_token()];
    for assertion in assertions {
        assert_eq!(exchange(simulator, client, assertion).await.0, 200, "{assertion}");
    }
    assert_eq!(exchange(simulator, client, "made-up").await.1["error_codes"][0], 50_027);
}

#[tokio::test]
async fn a_managed_identity_is_asked_over_plain_http() {
    let session = Session::start(Options::identity_endpoint).await;
    let simulator = &session.simulator;
    let ask = |header: &'static str, resource: &str| {
        let url =
            format!("{}?api-version=2019-08-01&resource={resource}", simulator.identity_endpoint().unwrap());
        session.client.get(url).header("x-identity-header", header).send()
    };
    let token = json(ask(simulator.identity_header(), &simulator.url()).await.unwrap()).await;
    assert!(token["expires_on"].as_str().unwrap().parse::<i64>().is_ok());
    let url = simulator.url() + "/subscriptions?api-version=2022-12-01";
    let bearer = token["access_token"].as_str().unwrap();
    assert_eq!(session.client.get(url).bearer_auth(bearer).send().await.unwrap().status(), 200);
    assert_eq!(ask("wrong", &simulator.url()).await.unwrap().status(), 401);
    assert_eq!(ask(simulator.identity_header(), "https://else.example").await.unwrap().status(), 400);
}

#[tokio::test]
async fn the_name_localhost_is_good_too() {
    let session = Session::start(|options| options).await;
    let url = session.simulator.url().replace("127.0.0.1", "localhost")
        + "/metadata/endpoints?api-version=2022-09-01";
    let clouds = json(client(&session.simulator, false).get(url).send().await.unwrap()).await;
    assert!(clouds[0]["resourceManager"].as_str().unwrap().starts_with("https://localhost:"));
}
