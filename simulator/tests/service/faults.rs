use std::time::{Duration, Instant};

use aks_census_simulator::estate::demo::{Size, demo};
use aks_census_simulator::faults::{Effect, ErrorBody, Fault, Link, Oddity, RequestKind, RetryAfter};
use aks_census_simulator::{Options, Simulator};
use serde_json::Value;

use crate::support::{CLUSTERS, RETAIL, Session, client, cluster_id, json, path, refusal, sign_in};

async fn struck(effect: Effect) -> Session {
    with(Fault::on(RequestKind::Clusters, effect).times(1)).await
}

async fn with(fault: Fault) -> Session {
    Session::start(|options| options.fault(fault)).await
}

fn clusters() -> String {
    path(RETAIL, CLUSTERS)
}

fn status(status: u16, retry_after: Option<RetryAfter>, body: ErrorBody) -> Effect {
    Effect::Status { status, code: None, message: None, retry_after, body }
}

fn link(link: Link) -> Effect {
    Effect::NextLink { link, host: None, text: None }
}

/// The names of a list's items, following links to the end.
async fn names(session: &Session) -> Vec<String> {
    let mut names = Vec::new();
    let mut next = Some(clusters());
    while let Some(url) = next {
        let page = session.body(&url).await;
        for item in page["value"].as_array().unwrap() {
            names.push(item["name"].as_str().unwrap_or("?").to_owned());
        }
        next = page["nextLink"].as_str().filter(|link| !link.is_empty()).map(str::to_owned);
    }
    names
}

#[tokio::test]
async fn statuses_come_with_their_codes_and_then_pass() {
    let table = [
        (status(429, None, ErrorBody::Json), 429, "TooManyRequests"),
        (status(408, None, ErrorBody::Json), 408, "RequestTimeout"),
        (status(500, None, ErrorBody::Json), 500, "InternalServerError"),
        (status(503, None, ErrorBody::Json), 503, "ServerTimeout"),
        (status(409, None, ErrorBody::Json), 409, "MissingSubscriptionRegistration"),
        (Effect::Unauthorized { code: None }, 401, "ExpiredAuthenticationToken"),
        (
            Effect::Unauthorized { code: Some("InvalidAuthenticationToken".into()) },
            401,
            "InvalidAuthenticationToken",
        ),
        (Effect::WrongTenant, 401, "InvalidAuthenticationTokenTenant"),
        (Effect::Denied, 403, "AuthorizationFailed"),
        (Effect::NotFound, 404, "SubscriptionNotFound"),
    ];
    for (effect, status, code) in table {
        let session = struck(effect).await;
        let response = session.get(&clusters()).await;
        assert_eq!(response.headers().contains_key("www-authenticate"), status == 401, "{code}");
        assert_eq!(refusal(response).await, (status, code.to_owned()));
        assert_eq!(session.get(&clusters()).await.status(), 200);
        assert_eq!(session.requests()[0].status, Some(status));
    }
}

#[tokio::test]
async fn a_status_that_no_answer_can_have_is_refused_at_the_start() {
    for wrong in [99, 600] {
        let fault = Fault::new(status(wrong, None, ErrorBody::Json));
        let estate = demo(1, Size::Small);
        let error = Simulator::start(Options::new(estate).fault(fault)).await.err().unwrap();
        assert_eq!(error.to_string(), format!("a fault asks for status {wrong}; give one from 200 to 599"));
    }
}

#[tokio::test]
async fn a_denial_names_the_action_and_the_scope() {
    let session = struck(Effect::Denied).await;
    let body = session.body(&clusters()).await;
    let message = body["error"]["message"].as_str().unwrap();
    assert!(message.contains("'Microsoft.ContainerService/managedClusters/read'"), "{message}");
    assert!(message.contains(&format!("over scope '/subscriptions/{RETAIL}'")), "{message}");
}

#[tokio::test]
async fn retry_after_has_every_form() {
    for (retry_after, fits) in [
        (RetryAfter::Seconds(7), (|text: &str| text == "7") as fn(&str) -> bool),
        (RetryAfter::Date(30), |text| text.ends_with(" GMT") && text.len() == 29),
        (RetryAfter::Text("soon".into()), |text| text == "soon"),
    ] {
        let session = struck(status(429, Some(retry_after), ErrorBody::Json)).await;
        let response = session.get(&clusters()).await;
        assert!(fits(response.headers()["retry-after"].to_str().unwrap()), "{response:?}");
    }
}

#[tokio::test]
async fn gateways_answer_with_html_or_nothing() {
    for (body, beginning) in [(ErrorBody::Html, "<html>"), (ErrorBody::Empty, "")] {
        let session = struck(status(502, None, body)).await;
        let response = session.get(&clusters()).await;
        assert_eq!(response.status(), 502);
        let text = String::from_utf8(response.bytes().await.unwrap().to_vec()).unwrap();
        assert!(text.starts_with(beginning) && (text.is_empty() == beginning.is_empty()), "{text}");
    }
}

#[tokio::test]
async fn connections_break_in_both_protocols() {
    for effect in [
        Effect::Reset { after_bytes: None },
        Effect::Reset { after_bytes: Some(40) },
        Effect::TruncatedTransfer,
    ] {
        for http1 in [false, true] {
            let mut session = struck(effect.clone()).await;
            session.client = client(&session.simulator, http1);
            let outcome = match session.try_get(&clusters()).await {
                Ok(response) => {
                    assert_ne!(effect, Effect::Reset { after_bytes: None });
                    response.bytes().await.map(|bytes| bytes.len())
                }
                Err(error) => Err(error),
            };
            assert!(outcome.is_err(), "{effect:?} {http1} {outcome:?}");
            assert_eq!(session.get(&clusters()).await.status(), 200, "a new connection works");
        }
    }
}

#[tokio::test]
async fn bodies_that_are_not_json() {
    for effect in [Effect::TruncatedJson, Effect::InvalidJson] {
        let session = struck(effect).await;
        let response = session.get(&clusters()).await;
        assert_eq!(response.status(), 200);
        let text = response.bytes().await.unwrap();
        assert!(text.starts_with(b"{\"value\":["));
        assert!(serde_json::from_slice::<Value>(&text).is_err());
    }
}

#[tokio::test]
async fn a_slow_body_is_whole_in_the_end() {
    let session = struck(Effect::Slow { pieces: 4, pause_ms: 5 }).await;
    let start = Instant::now();
    let page = session.body(&clusters()).await;
    assert!(start.elapsed() >= Duration::from_millis(20));
    assert_eq!(page["value"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_hanging_request_gets_nothing() {
    let session = struck(Effect::Hang).await;
    let clusters = clusters();
    let waiting = session.get(&clusters);
    assert!(tokio::time::timeout(Duration::from_millis(50), waiting).await.is_err());
    assert_eq!(session.requests()[0].status, None);
    assert_eq!(session.get(&clusters).await.status(), 200);
}

#[tokio::test]
async fn a_redirect_points_elsewhere() {
    let session = struck(Effect::Redirect { location: None }).await;
    let response = session.get(&clusters()).await;
    assert_eq!(response.status(), 302);
    let location = response.headers()["location"].to_str().unwrap();
    assert_eq!(location, format!("https://management.elsewhere.example{}", clusters()));
}

#[tokio::test]
async fn a_list_can_lack_its_value() {
    let page = struck(Effect::MissingValue).await.body(&clusters()).await;
    assert!(page.get("value").is_none() && page.get("nextLink").is_some());
}

#[tokio::test]
async fn links_lead_where_they_should_not() {
    type Expected = fn(&str, &str) -> bool;
    let own = |session: &Session| session.simulator.url();
    let table: [(Effect, Expected); 6] = [
        (link(Link::Foreign), |link, _| {
            link.starts_with("https://management.elsewhere.example/subscriptions/")
        }),
        (link(Link::Userinfo), |link, own| link.starts_with(&format!("{own}@management.elsewhere.example/"))),
        (link(Link::Insecure), |link, own| link.starts_with(&own.replace("https", "http"))),
        (link(Link::Same), |link, own| link == own.to_owned() + &clusters()),
        (link(Link::Text), |link, _| link == "..."),
        (
            Effect::NextLink { link: Link::Foreign, host: Some("localhost:1".into()), text: None },
            |link, _| link.starts_with("https://localhost:1/subscriptions/"),
        ),
    ];
    for (effect, expected) in table {
        let session = struck(effect.clone()).await;
        let page = session.body(&clusters()).await;
        assert!(expected(page["nextLink"].as_str().unwrap(), &own(&session)), "{effect:?} {page}");
    }
}

#[tokio::test]
async fn the_legal_ends_of_a_list_lose_nothing() {
    for (end, expected) in [(Link::Empty, Value::from("")), (Link::Null, Value::Null)] {
        let session = with(Fault::on(RequestKind::Clusters, link(end))).await;
        assert_eq!(names(&session).await, ["c1", "c2", "c3", "c4", "c5"]);
        let last = session.body(&(clusters() + "&%24skiptoken=AQ%2B000003%3d%3d")).await;
        assert_eq!(last.get("nextLink"), Some(&expected));
    }
}

#[tokio::test]
async fn empty_pages_in_between_lead_on() {
    let session = with(Fault::on(RequestKind::Clusters, Effect::EmptyPage)).await;
    assert_eq!(names(&session).await, ["c1", "c2", "c3", "c4", "c5"]);
    assert_eq!(session.requests().len(), 6);
}

#[tokio::test]
async fn items_come_twice_across_pages() {
    let fault = Fault::on(RequestKind::Clusters, Effect::Duplicates { items: 1 }).page(2);
    assert_eq!(names(&with(fault).await).await, ["c1", "c2", "c2", "c3", "c4", "c5"]);
}

#[tokio::test]
async fn one_item_can_be_odd() {
    type Expected = fn(&Value) -> bool;
    let table: [(Oddity, Expected); 6] = [
        (Oddity::PropertiesText, |item| item["properties"].is_string()),
        (Oddity::PropertiesNull, |item| item["properties"].is_null() && item["id"].is_string()),
        (Oddity::NoId, |item| item.get("id").is_none()),
        (Oddity::IdNumber, |item| item["id"].is_number()),
        (Oddity::Text, Value::is_string),
        (Oddity::Null, Value::is_null),
    ];
    for (oddity, expected) in table {
        let page = struck(Effect::OddItem { index: 1, oddity }).await.body(&clusters()).await;
        assert_eq!(page["value"][0]["id"], cluster_id("c1"));
        assert!(expected(&page["value"][1]), "{oddity:?} {page}");
    }
}

#[tokio::test]
async fn items_can_be_hidden_without_a_word() {
    let fault = Fault::on(RequestKind::Clusters, Effect::Hide { containing: "CLUSTERS/c2".into() });
    assert_eq!(names(&with(fault).await).await, ["c1", "c3", "c4", "c5"]);
}

#[tokio::test]
async fn sign_in_fails_in_its_own_words() {
    let simulator =
        |effect| Session::start(move |options| options.fault(Fault::on(RequestKind::Token, effect).from(2)));
    let expired = Effect::Status {
        status: 401,
        code: Some("AADSTS7000222".into()),
        message: Some("The provided client secret keys are expired.".into()),
        retry_after: None,
        body: ErrorBody::Json,
    };
    let session = simulator(expired).await;
    let response = sign_in_again(&session.simulator).await;
    assert_eq!(response.0, 401);
    assert_eq!(response.1["error_codes"][0], 7_000_222);
    let text = response.1["error_description"].as_str().unwrap();
    assert!(text.starts_with("AADSTS7000222: The provided client secret keys are expired."), "{text}");
    let session = simulator(status(503, None, ErrorBody::Json)).await;
    assert_eq!(sign_in_again(&session.simulator).await.1["error"], "ServerTimeout");
}

async fn sign_in_again(simulator: &Simulator) -> (u16, Value) {
    let response = sign_in(simulator, &client(simulator, false), simulator.client_secret()).await;
    (response.status().as_u16(), json(response).await)
}
