//! Links and pages: followed to their end, and never to where a token may not go.

use aks_census_simulator::faults::{Effect, Fault, Link, Oddity, RequestKind};

use super::*;

fn link(link: Link, host: Option<String>, text: Option<&str>) -> Fault {
    let text = text.map(str::to_owned);
    Fault::on(RequestKind::VirtualNetworks, Effect::NextLink { link, host, text }).page(2)
}

#[tokio::test]
async fn a_link_elsewhere_ends_the_list_and_the_token_stays_here() {
    let elsewhere = Azure::start(options()).await;
    let host = elsewhere.0.url().trim_start_matches("https://").to_owned();
    let faults = [
        link(Link::Foreign, Some(host.clone()), None),
        link(Link::Userinfo, Some(host.clone()), None),
        link(Link::Insecure, None, None),
        link(Link::Foreign, Some("management.azure.com".to_owned()), None),
        link(Link::Text, None, Some("...")),
        link(Link::Text, None, Some("/subscriptions?api-version=2022-12-01")),
        link(Link::Text, None, Some(&format!("https://{host}/subscriptions"))),
    ];
    for fault in faults {
        let azure = Azure::with([fault.clone()]).await;
        let listing = azure.client().await.list::<wire::VirtualNetwork>(ONE).await;
        assert_eq!(outcome(&listing), "6 items, 0 odd, 2 requests: Failed - ForeignLink", "{fault:?}");
        assert!(!listing.failure.unwrap().message.contains("skiptoken"));
    }
    assert!(elsewhere.0.requests().is_empty(), "{:?}", elsewhere.0.requests());
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = Azure::start(options()).await;
    let location = Some(format!("{}/subscriptions?api-version=2022-12-01", elsewhere.0.url()));
    let azure = Azure::with([Fault::on(RequestKind::Subscriptions, Effect::Redirect { location })]).await;
    let listing = azure.client().await.subscriptions().await;
    assert_eq!(outcome(&listing), "0 items, 0 odd, 1 requests: Failed 302 Redirected");
    assert!(elsewhere.0.requests().is_empty());
}

#[tokio::test]
async fn a_link_to_a_page_that_was_read_ends_the_list() {
    let azure = Azure::with([link(Link::Same, None, None)]).await;
    let listing = azure.client().await.list::<wire::VirtualNetwork>(ONE).await;
    assert_eq!(outcome(&listing), "6 items, 0 odd, 2 requests: Failed - RepeatedLink");
}

#[tokio::test]
async fn a_list_ends_where_it_says_so() {
    for kind in [Link::Empty, Link::Null] {
        let azure = Azure::with([link(kind, None, None).page(4)]).await;
        let listing = azure.client().await.list::<wire::VirtualNetwork>(ONE).await;
        assert_eq!(outcome(&listing), "10 items, 0 odd, 4 requests: complete", "{kind:?}");
    }
}

#[tokio::test]
async fn an_empty_page_is_not_the_end() {
    let fault = Fault::on(RequestKind::VirtualNetworks, Effect::EmptyPage).page(1).times(1);
    let azure = Azure::with([fault]).await;
    let listing = azure.client().await.list::<wire::VirtualNetwork>(ONE).await;
    assert!(listing.failure.is_none(), "{:?}", listing.failure);
    assert_eq!((listing.items.len(), listing.attempts), (10, 5));
}

#[tokio::test]
async fn what_comes_twice_is_counted_once() {
    let fault = Fault::on(RequestKind::VirtualNetworks, Effect::Duplicates { items: 2 }).page(2);
    let azure = Azure::with([fault]).await;
    let listing = azure.client().await.list::<wire::VirtualNetwork>(ONE).await;
    assert_eq!(outcome(&listing), "10 items, 0 odd, 4 requests: complete");
    insta::assert_snapshot!(
        listing.notes.join("\n"),
        @"2 objects came more than once, and counted once"
    );
}

#[tokio::test]
async fn one_odd_object_spoils_itself_only() {
    for (oddity, odd) in [(Oddity::Text, 1), (Oddity::Null, 1), (Oddity::NoId, 0)] {
        let effect = Effect::OddItem { index: 1, oddity };
        let azure = Azure::with([Fault::on(RequestKind::VirtualNetworks, effect).page(2)]).await;
        let listing = azure.client().await.list::<wire::VirtualNetwork>(ONE).await;
        assert!(listing.failure.is_none());
        assert_eq!((listing.odd.len(), listing.items.len()), (odd, 10 - odd), "{oddity:?}");
    }
}
