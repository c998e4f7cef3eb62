//! What the user sees of each fault: a list that is complete after all, or one that says why it is not.

use aks_census_simulator::faults::{Effect, ErrorBody, Fault, RequestKind, RetryAfter};
use aks_census_simulator::{Bucket, Throttle};

use super::*;
use crate::azure::Provider;

fn on_networks(effect: Effect) -> Fault {
    Fault::on(RequestKind::VirtualNetworks, effect)
}

fn status(status: u16, retry_after: Option<RetryAfter>, body: ErrorBody) -> Effect {
    Effect::Status { status, code: None, message: None, retry_after, body }
}

/// Reads the networks of subscription `one` under a fault.
async fn read(fault: Fault) -> (String, Read<wire::VirtualNetwork>) {
    let azure = Azure::with([fault]).await;
    let listing = azure.client().await.list::<wire::VirtualNetwork>(ONE).await;
    (outcome(&listing), listing)
}

#[tokio::test]
async fn what_passes_is_waited_for() {
    let effects = [
        status(408, None, ErrorBody::Empty),
        status(429, Some(RetryAfter::Seconds(0)), ErrorBody::Json),
        status(429, Some(RetryAfter::Seconds(3600)), ErrorBody::Json),
        status(429, Some(RetryAfter::Date(3600)), ErrorBody::Json),
        status(429, Some(RetryAfter::Text("soon".to_owned())), ErrorBody::Json),
        status(429, None, ErrorBody::Html),
        status(500, None, ErrorBody::Json),
        status(502, None, ErrorBody::Html),
        status(503, Some(RetryAfter::Seconds(1)), ErrorBody::Empty),
        Effect::Reset { after_bytes: None },
        Effect::Reset { after_bytes: Some(20) },
        Effect::TruncatedJson,
        Effect::TruncatedTransfer,
        Effect::InvalidJson,
    ];
    for effect in effects {
        let (line, listing) = read(on_networks(effect.clone()).page(2).times(2)).await;
        assert_eq!(line, "10 items, 0 odd, 6 requests: complete", "{effect:?}");
        assert_eq!(ids(&listing.items).len(), 10);
    }
    let (line, _) = read(on_networks(Effect::Slow { pieces: 20, pause_ms: 1 })).await;
    assert_eq!(line, "10 items, 0 odd, 4 requests: complete");
}

#[tokio::test]
async fn what_does_not_pass_ends_the_list_and_keeps_what_was_read() {
    let effects = [
        status(429, None, ErrorBody::Json),
        status(500, None, ErrorBody::Json),
        status(503, None, ErrorBody::Html),
        status(418, None, ErrorBody::Json),
        Effect::Reset { after_bytes: None },
        Effect::Reset { after_bytes: Some(20) },
        Effect::TruncatedJson,
        Effect::TruncatedTransfer,
        Effect::InvalidJson,
        Effect::MissingValue,
        Effect::Denied,
        Effect::NotFound,
        Effect::WrongTenant,
        Effect::Unauthorized { code: None },
        Effect::Redirect { location: None },
    ];
    let mut lines = Vec::new();
    for effect in effects {
        let (line, listing) = read(on_networks(effect).page(3)).await;
        assert_eq!(ids(&listing.items).len(), 6, "two pages were read before");
        let failure = listing.failure.unwrap();
        assert_eq!(failure.http_status.is_some(), failure.request_id.is_some(), "{failure:?}");
        lines.push(line);
    }
    insta::assert_snapshot!(lines.join("\n"), @r"
    6 items, 0 odd, 6 requests: Failed 429 TooManyRequests
    6 items, 0 odd, 6 requests: Failed 500 InternalServerError
    6 items, 0 odd, 6 requests: Failed 503 -
    6 items, 0 odd, 3 requests: Failed 418 BadRequest
    6 items, 0 odd, 6 requests: Failed - ConnectionFailed
    6 items, 0 odd, 6 requests: Failed - ConnectionFailed
    6 items, 0 odd, 6 requests: Failed 200 BodyNotJson
    6 items, 0 odd, 6 requests: Failed - ConnectionFailed
    6 items, 0 odd, 6 requests: Failed 200 BodyNotJson
    6 items, 0 odd, 3 requests: Failed 200 NoValueArray
    6 items, 0 odd, 3 requests: Denied 403 AuthorizationFailed
    6 items, 0 odd, 3 requests: NotFound 404 SubscriptionNotFound
    6 items, 0 odd, 3 requests: OtherTenant 401 InvalidAuthenticationTokenTenant
    6 items, 0 odd, 4 requests: TokenRefused 401 ExpiredAuthenticationToken
    6 items, 0 odd, 3 requests: Failed 302 Redirected
    ");
}

#[tokio::test]
async fn one_failing_subscription_leaves_the_others_alone() {
    let azure = Azure::with([Fault::new(Effect::Denied).subscription("two")]).await;
    let client = azure.client().await;
    let (one, two) =
        tokio::join!(client.list::<wire::VirtualNetwork>(ONE), client.list::<wire::VirtualNetwork>(TWO));
    assert_eq!(outcome(&one), "10 items, 0 odd, 4 requests: complete");
    assert_eq!(outcome(&two), "0 items, 0 odd, 1 requests: Denied 403 AuthorizationFailed");
    let failure = two.failure.unwrap();
    assert!(failure.message.contains("Microsoft.Network/virtualNetworks/read"), "{}", failure.message);
    assert!(failure.hint().unwrap().contains("Reader"));
}

#[tokio::test]
async fn a_resource_that_is_denied_is_told_from_one_that_is_gone() {
    let azure = Azure::with([Fault::on(RequestKind::Resource, Effect::Denied).path("vnet-001")]).await;
    let client = azure.client().await;
    let denied = client.get::<wire::VirtualNetwork>(network(ONE, 1)["id"].as_str().unwrap()).await;
    let gone = client.get::<wire::VirtualNetwork>(network(ONE, 999)["id"].as_str().unwrap()).await;
    assert!(denied.items.is_empty() && gone.items.is_empty());
    assert_eq!(describe(&denied.failure.unwrap()), "Denied 403 AuthorizationFailed");
    assert_eq!(describe(&gone.failure.unwrap()), "NotFound 404 ResourceNotFound");
}

#[tokio::test]
async fn a_refused_token_is_fetched_anew_and_the_read_goes_on() {
    let azure = Azure::start(options()).await;
    let client = azure.client().await;
    client.subscriptions().await;
    azure.0.revoke_tokens();
    let (one, two) =
        tokio::join!(client.list::<wire::VirtualNetwork>(ONE), client.list::<wire::VirtualNetwork>(TWO));
    assert!(one.failure.is_none() && two.failure.is_none(), "{:?} {:?}", one.failure, two.failure);
    let tokens = azure.0.requests().iter().filter(|record| record.method == "POST").count();
    assert_eq!(tokens, 2, "one renewal serves both");
    assert!(client.statistics().token_renewals >= 1);
}

#[tokio::test]
async fn a_provider_that_is_not_registered_has_none_of_its_resources() {
    let effect = Effect::Status {
        status: 409,
        code: Some("MissingSubscriptionRegistration".to_owned()),
        message: None,
        retry_after: None,
        body: ErrorBody::Json,
    };
    let azure = Azure::with([Fault::on(RequestKind::Clusters, effect)]).await;
    let listing = azure.client().await.list::<wire::ManagedCluster>(ONE).await;
    assert_eq!(outcome(&listing), "0 items, 0 odd, 1 requests: complete");
    insta::assert_snapshot!(
        listing.notes.join("\n"),
        @"`Microsoft.ContainerService` is not registered in this subscription, so it has none"
    );
}

#[tokio::test]
async fn a_cloud_that_lags_behind_is_asked_with_the_pin_before() {
    let lagging = |versions: &[&str]| {
        versions
            .iter()
            .fold(options(), |options, version| options.refuse_api_version("Microsoft.Network", version))
    };
    let azure = Azure::start(lagging(&["2025-05-01"])).await;
    let client = azure.client().await;
    let listing = client.list::<wire::VirtualNetwork>(ONE).await;
    assert_eq!(outcome(&listing), "10 items, 0 odd, 5 requests: complete");
    assert_eq!(client.api_versions()["Microsoft.Network"], "2024-05-01");
    assert_eq!(client.refused_api_versions()["Microsoft.Network"], "2025-05-01");
    // What the cloud does not offer is not asked for again.
    let again = client.list::<wire::VirtualNetwork>(ONE).await;
    assert_eq!(outcome(&again), "10 items, 0 odd, 4 requests: complete");

    let azure = Azure::start(lagging(&["2025-05-01", "2024-05-01"])).await;
    let client = azure.client().await;
    let listing = client.list::<wire::VirtualNetwork>(ONE).await;
    assert_eq!(outcome(&listing), "0 items, 0 odd, 2 requests: Failed 400 NoRegisteredProviderFound");
    assert!(client.refused_api_versions().is_empty(), "nothing answered in its place");
}

#[tokio::test]
async fn each_pin_of_clusters_is_fallen_back_to_and_remembered() {
    let pins = Provider::ContainerService.pins();
    for (refused, answers) in pins.iter().enumerate() {
        let lagging = pins[..refused].iter().fold(options(), |options, version| {
            options.refuse_api_version("Microsoft.ContainerService", version)
        });
        let azure = Azure::start(lagging).await;
        let client = azure.client().await;
        let listing = client.list::<wire::ManagedCluster>(ONE).await;
        assert!(listing.failure.is_none() && listing.notes.is_empty(), "{answers}");
        assert_eq!(client.api_versions()["Microsoft.ContainerService"], *answers);
        let first = (refused > 0).then_some(pins[0].to_owned());
        assert_eq!(client.refused_api_versions().get("Microsoft.ContainerService"), first.as_ref());
    }
}

#[tokio::test]
async fn a_body_that_is_too_long_is_a_failure_that_says_so() {
    let azure = Azure::start(options()).await;
    let limits = Limits { max_body_bytes: 300, ..Limits::default() };
    let options = ConnectOptions { limits, ..azure.connect_options() };
    let client = ArmClient::connect(options, &azure.env()).await.unwrap();
    let listing = client.list::<wire::VirtualNetwork>(ONE).await;
    assert_eq!(outcome(&listing), "0 items, 0 odd, 1 requests: Failed 200 BodyTooLarge");
}

#[tokio::test]
async fn throttling_is_paced_and_nothing_is_lost() {
    let throttle =
        Throttle { subscription_reads: Bucket { burst: 4, per_second: 200.0 }, ..Throttle::default() };
    let azure = Azure::start(options().throttle(throttle)).await;
    let pacing = Pacing {
        low_water: 3.0,
        shortest_interval: Duration::from_millis(2),
        longest_interval: Duration::from_millis(10),
        refill_per_second: 100.0,
    };
    let limits = Limits { pacing, ..Limits::default() };
    let options = ConnectOptions { limits, ..azure.connect_options() };
    let client = ArmClient::connect(options, &azure.env()).await.unwrap();
    let lists = (0..8).map(|_| client.list::<wire::VirtualNetwork>(ONE));
    for listing in futures_util::future::join_all(lists).await {
        assert_eq!((listing.items.len(), listing.failure), (10, None));
    }
    let seen = client.statistics();
    assert!(seen.waits > 0 && seen.waiting == 0, "{seen:?}");
}
