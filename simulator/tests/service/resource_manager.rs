use std::time::Duration;

use aks_census_simulator::{Authorization, Bucket, RetryAfterForm, Throttle};
use serde_json::Value;

use crate::support::{
    CLUSTERS, FOREIGN, HIDDEN, NETWORKS, RETAIL, Session, client_builder, cluster_id, network_id, path,
};

fn names(body: &Value) -> Vec<&str> {
    body["value"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_list_is_paged_by_absolute_links_to_its_end() {
    let session = Session::start(|options| options).await;
    let first = session.body(&path(RETAIL, CLUSTERS)).await;
    assert_eq!(names(&first), ["c1", "c2"]);
    let link = first["nextLink"].as_str().unwrap();
    assert_eq!(
        link.strip_prefix(&session.simulator.url()).unwrap(),
        path(RETAIL, CLUSTERS) + "&%24skiptoken=AQ%2B000002%3d%3d"
    );
    let second = session.body(link).await;
    assert_eq!(names(&second), ["c3", "c4"]);
    let third = session.body(second["nextLink"].as_str().unwrap()).await;
    assert_eq!(names(&third), ["c5"]);
    assert!(third.get("nextLink").is_none());
    // Decoded once too often, `+` arrives as a blank.
    let mangled = link.replace("%2B", "+");
    assert_eq!(session.refusal(&mangled).await, (400, "InvalidSkipToken".to_owned()));
    let log: Vec<_> = session.requests().iter().map(|request| request.path_and_query.clone()).collect();
    assert_eq!(log[1], link.strip_prefix(&session.simulator.url()).unwrap());
}

#[tokio::test]
async fn both_encodings_give_the_same() {
    let session = Session::start(|options| options).await;
    let url = session.simulator.url() + &path(RETAIL, NETWORKS);
    let mut bodies = Vec::new();
    for encoding in ["gzip", "identity"] {
        // The client of the tests decompresses nothing, so what was sent is what is seen.
        let client = client_builder(&session.simulator).build().unwrap();
        let request = client.get(&url).bearer_auth(&session.token).header("accept-encoding", encoding);
        let response = request.send().await.unwrap();
        let compressed = response.headers().get("content-encoding").is_some();
        assert_eq!(compressed, encoding == "gzip");
        let bytes = response.bytes().await.unwrap();
        bodies.push(if compressed { gunzip(&bytes) } else { bytes.to_vec() });
    }
    assert_eq!(bodies[0], bodies[1]);
}

fn gunzip(bytes: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(bytes), &mut text).unwrap();
    text
}

#[tokio::test]
async fn subscriptions_and_groups_show_what_they_should() {
    let session = Session::start(|options| options).await;
    let list = session.body("/subscriptions?api-version=2022-12-01").await;
    let ids: Vec<_> = list["value"].as_array().unwrap().iter().map(|item| &item["subscriptionId"]).collect();
    assert_eq!(ids, [RETAIL, FOREIGN]);
    let hidden = session.body(&format!("/subscriptions/{HIDDEN}?api-version=2022-12-01")).await;
    assert_eq!(hidden["displayName"], "Hidden");
    let below = |group: &str| {
        format!("/providers/Microsoft.Management/managementGroups/{group}/descendants?api-version=2023-04-01")
    };
    let first = session.body(&below("ROOT")).await;
    assert_eq!(names(&first), [HIDDEN, "shops"]);
    let second = session.body(first["nextLink"].as_str().unwrap()).await;
    assert_eq!(names(&second), [RETAIL, "empty"]);
    assert_eq!(second["nextLink"], Value::Null);
    assert!(second.as_object().unwrap().contains_key("nextLink"));
    assert_eq!(session.refusal(&below("nowhere")).await, (404, "NotFound".to_owned()));
}

#[tokio::test]
async fn one_resource_is_found_in_any_case() {
    let session = Session::start(|options| options).await;
    let path = |id: String| id + "?api-version=2026-08-01";
    let cluster = session.body(&path(cluster_id("c4").to_uppercase())).await;
    assert_eq!(cluster["id"], cluster_id("c4"));
    assert_eq!(session.refusal(&path(cluster_id("c9"))).await, (404, "ResourceNotFound".to_owned()));
    let usages = session.body(&path(network_id("HUB") + "/usages")).await;
    assert_eq!(usages["value"][0]["currentValue"], 2.0);
    assert_eq!(usages["value"][0]["limit"], 251.0);
}

#[tokio::test]
async fn what_azure_lists_by_group_only_is_listed_so() {
    let session = Session::start(|options| options).await;
    let list = |scope: &str| {
        format!(
            "/subscriptions/{RETAIL}{scope}/providers/Microsoft.Network/localNetworkGateways?api-version=2025-05-01"
        )
    };
    let first = session.body(&list("/resourceGroups/Rg-a")).await;
    assert_eq!(names(&first), ["l1", "l2"]);
    let second = session.body(first["nextLink"].as_str().unwrap()).await;
    assert_eq!((names(&second), second.get("nextLink")), (vec!["l4"], None));
    assert_eq!(names(&session.body(&list("/resourceGroups/rg-b")).await), ["l3"]);
    assert_eq!(names(&session.body(&list("/resourceGroups/rg-c")).await), Vec::<&str>::new());
    assert_eq!(session.refusal(&list("")).await, (404, "InvalidResourceType".to_owned()));
    let one = list("/resourceGroups/RG-B").replace('?', "/L3?");
    assert_eq!(session.body(&one).await["name"], "l3");
    let hidden = list("/resourceGroups/rg-b").replace(RETAIL, HIDDEN);
    assert_eq!(session.refusal(&hidden).await, (403, "AuthorizationFailed".to_owned()));
}

#[tokio::test]
async fn refusals_are_worded_as_arm_words_them() {
    let session =
        Session::start(|options| options.refuse_api_version("Microsoft.ContainerService", "2026-08-01"))
            .await;
    let clusters = path(RETAIL, "managedClusters");
    let table = [
        (clusters.clone(), 400, "MissingApiVersionParameter"),
        (clusters.clone() + "?api-version=newest", 400, "InvalidApiVersionParameter"),
        (clusters.clone() + "?api-version=2026-08-01", 400, "NoRegisteredProviderFound"),
        (path("bbbbbbbb-0000-0000-0000-000000000009", NETWORKS), 404, "SubscriptionNotFound"),
        (path(HIDDEN, NETWORKS), 403, "AuthorizationFailed"),
        (path(FOREIGN, NETWORKS), 401, "InvalidAuthenticationTokenTenant"),
        ("/subscriptions/x/y/z?api-version=2022-12-01".to_owned(), 404, "InvalidResourceType"),
    ];
    for (path, status, code) in table {
        assert_eq!(session.refusal(&path).await, (status, code.to_owned()), "{path}");
    }
    assert_eq!(session.get(&(clusters + "?api-version=2026-05-01")).await.status(), 200);
    let url = session.simulator.url() + "/subscriptions?api-version=2022-12-01";
    let posted = session.client.post(url).bearer_auth(&session.token).send().await.unwrap();
    assert_eq!((posted.status().as_u16(), posted.headers()["allow"].to_str().unwrap()), (405, "GET"));
    let last = session.requests().pop().unwrap();
    assert_eq!((last.method.as_str(), last.status), ("POST", Some(405)));
}

#[tokio::test]
async fn a_token_is_needed_and_ends() {
    let session = Session::start(|options| options).await;
    let url = session.simulator.url() + "/subscriptions?api-version=2022-12-01";
    let bare = session.client.get(&url).send().await.unwrap();
    assert!(bare.headers()["www-authenticate"].to_str().unwrap().starts_with("Bearer authorization_uri="));
    assert_eq!(crate::support::refusal(bare).await, (401, "AuthenticationFailed".to_owned()));
    let wrong = session.client.get(&url).bearer_auth("something").send().await.unwrap();
    assert_eq!(crate::support::refusal(wrong).await, (401, "InvalidAuthenticationToken".to_owned()));
    assert_eq!(session.get(&url).await.status(), 200);
    session.simulator.revoke_tokens();
    assert_eq!(session.refusal(&url).await, (401, "ExpiredAuthenticationToken".to_owned()));
    let worth: Vec<_> = session.requests().iter().map(|request| request.authorization).collect();
    assert_eq!(
        worth,
        [Authorization::Absent, Authorization::Invalid, Authorization::Valid, Authorization::Invalid]
    );
    assert!(!format!("{:?}", session.simulator.requests()).contains(&session.token));
}

#[tokio::test]
async fn limits_refuse_and_headers_warn() {
    for (form, is_date) in [(RetryAfterForm::Seconds, false), (RetryAfterForm::Date, true)] {
        let throttle = Throttle {
            subscription_reads: Bucket { burst: 2, per_second: 0.01 },
            retry_after: form,
            ..Throttle::default()
        };
        let session = Session::start(|options| options.throttle(throttle)).await;
        let first = session.get(&path(RETAIL, CLUSTERS)).await;
        assert_eq!(first.headers()["x-ms-ratelimit-remaining-subscription-reads"], "1");
        assert!(first.headers().contains_key("x-ms-correlation-request-id"));
        session.get(&path(RETAIL, CLUSTERS)).await;
        let refused = session.get(&path(RETAIL, CLUSTERS)).await;
        let after = refused.headers()["retry-after"].to_str().unwrap().to_owned();
        assert_eq!(after.ends_with(" GMT"), is_date, "{after}");
        assert_eq!(crate::support::refusal(refused).await, (429, "TooManyRequests".to_owned()));
        let tenant = session.get("/subscriptions?api-version=2022-12-01").await;
        assert_eq!(tenant.headers()["x-ms-ratelimit-remaining-tenant-reads"], "249");
    }
}

#[tokio::test]
async fn answers_take_their_time_and_an_ended_simulator_gives_none() {
    let session = Session::start(|options| options.latency(Duration::from_millis(20))).await;
    let start = std::time::Instant::now();
    session.get("/subscriptions?api-version=2022-12-01").await;
    assert!(start.elapsed() >= Duration::from_millis(20));
    session.simulator.prewarm().await.unwrap();
    let url = session.simulator.url();
    session.simulator.shutdown().await;
    assert!(session.client.get(url).send().await.is_err());
}
