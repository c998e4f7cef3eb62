//! What the program must never do: send a token elsewhere, send anything but GET, show a secret.
//!
//! That no token and no secret is in anything a run wrote, and that nothing but GET was sent, is checked in
//! [`support`](crate::support) for every story; here are the runs that tempt it most.

use std::{collections::BTreeSet, net::TcpListener};

use aks_census::collect::optional_actions;
use aks_census_simulator::{
    Authorization, Options,
    estate::demo::{Size, demo},
    faults::{Effect, Fault, Link, RequestKind},
};

use crate::support::{Azure, ONE, TWO};

/// A host that is not Azure, and that nobody should call.
struct Stranger(TcpListener);

impl Stranger {
    fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        Self(listener)
    }

    fn host(&self) -> String {
        self.0.local_addr().unwrap().to_string()
    }

    fn assert_was_left_alone(&self) {
        assert!(self.0.accept().is_err(), "a connection was opened to a foreign host");
    }
}

#[test]
fn no_request_follows_a_link_or_a_redirect_to_another_host() {
    let stranger = Stranger::new();
    let clusters = |effect| Fault::on(RequestKind::Clusters, effect);
    let link = |link| Effect::NextLink { link, host: Some(stranger.host()), text: None };
    let text =
        Effect::NextLink { link: Link::Text, host: None, text: Some(format!("//{}/next", stranger.host())) };
    let elsewhere = Effect::Redirect { location: Some(format!("https://{}/", stranger.host())) };
    for effect in [link(Link::Foreign), link(Link::Userinfo), text, elsewhere] {
        let azure = Azure::with([clusters(effect.clone()).subscription(ONE).page(1)]);
        let run = azure.census(&["audit", "-vv"]).run();
        assert_eq!(run.status, 3, "{effect:?}: {}", run.stderr);
        stranger.assert_was_left_alone();
    }
}

#[test]
fn no_request_goes_to_an_address_that_the_sign_in_answers_with() {
    let stranger = Stranger::new();
    let elsewhere = Effect::Redirect { location: Some(format!("https://{}/", stranger.host())) };
    let azure = Azure::with([Fault::on(RequestKind::Token, elsewhere)]);
    let run = azure.census(&["audit", "-vv"]).run();
    assert_eq!(run.status, 2, "{}", run.stderr);
    stranger.assert_was_left_alone();
}

#[test]
fn a_whole_audit_sends_get_with_its_token_and_nothing_else() {
    let azure = Azure::start(Options::new(demo(1, Size::Small)));
    let run = azure.census(&["audit", "-vv", "--log-format", "json"]).run();
    assert_eq!(run.status, 3, "{}", run.stderr);
    let reads = azure.reads();
    assert!(reads.len() > 30, "{}", reads.len());
    assert!(reads.iter().all(|request| request.authorization == Authorization::Valid));
    assert!(
        run.stderr.lines().all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()),
        "{}",
        run.stderr
    );
}

#[test]
fn the_busiest_log_shows_no_token() {
    let azure = Azure::with([
        Fault::on(RequestKind::Clusters, Effect::Unauthorized { code: None }).subscription(ONE).times(1),
        Fault::on(RequestKind::VirtualNetworks, Effect::Unauthorized { code: None }).subscription(TWO),
        Fault::on(RequestKind::Clusters, Effect::InvalidJson).subscription(TWO),
    ]);
    let run = azure.census(&["audit", "-vv"]).env("RUST_LOG", "trace").run();
    assert_eq!(run.status, 3);
    assert!(run.stderr.contains("token refused"), "the log says too little to be a test: {}", run.stderr);
}

/// The action that Azure asks for when this is read.
fn action(path_and_query: &str) -> String {
    let path = path_and_query.split('?').next().unwrap().to_lowercase();
    let Some((_, resource)) = path.rsplit_once("/providers/") else {
        return "microsoft.resources/subscriptions/read".to_owned();
    };
    let segments: Vec<&str> = resource.split('/').collect();
    let types = segments.iter().skip(1).step_by(2);
    let parts: Vec<&str> = segments.iter().take(1).chain(types).copied().collect();
    format!("{}/read", parts.join("/"))
}

#[test]
fn the_custom_role_allows_every_request_and_what_lies_inside() {
    let azure = Azure::start(Options::new(demo(1, Size::Small)));
    let id = &azure.subscriptions["nhv-data-prod"];
    let run = azure.census(&["audit", "--management-group", "nordhavn", "--subscription", id]).run();
    assert_eq!(run.status, 3, "{}", run.stderr);
    let mut needed: BTreeSet<_> = azure.reads().iter().map(|read| action(&read.path_and_query)).collect();
    assert!(needed.len() >= 7, "{needed:#?}");
    // No request of their own: they come with the group or the network that holds them.
    let inside = [
        "microsoft.management/managementgroups/read",
        "microsoft.network/virtualnetworks/subnets/read",
        "microsoft.network/virtualnetworks/virtualnetworkpeerings/read",
    ];
    needed.extend(inside.map(str::to_owned));
    // Asked for only where gateways lead there; a role may lack them.
    needed.extend(optional_actions().iter().map(|action| action.to_lowercase()));
    let role: serde_json::Value = serde_json::from_str(include_str!("../docs/custom-role.json")).unwrap();
    let allowed = role["Actions"].as_array().unwrap().iter().map(|a| a.as_str().unwrap().to_lowercase());
    assert_eq!(allowed.collect::<BTreeSet<_>>(), needed);
    assert!(
        ["NotActions", "DataActions", "NotDataActions"].iter().all(|key| role[key] == serde_json::json!([]))
    );
}
