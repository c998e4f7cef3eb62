//! The same estate and the same date give the same bytes, whatever happened on the way.

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

use aks_census_simulator::{
    Bucket, Options, RetryAfterForm, Throttle,
    estate::demo::{Size, demo},
    faults::{Effect, ErrorBody, Fault, Link, RequestKind, RetryAfter},
};

use crate::support::{Azure, ONE, TWO, calm, first_difference, settled};

const AUDIT: [&str; 3] = ["audit", "--as-of", "2026-11-21"];

type Reports = BTreeMap<PathBuf, String>;

fn audit(azure: &Azure, expected_status: i32) -> Reports {
    let run = azure.census(&AUDIT).run();
    assert_eq!(run.status, expected_status, "{}", run.stderr);
    settled(&run.reports())
}

fn assert_same(title: &str, a: &Reports, b: &Reports) {
    if let Some(difference) = first_difference(a, b) {
        panic!("{title}: {difference}");
    }
}

fn estate() -> Options {
    Options::new(demo(1, Size::Small))
}

fn clusters(effect: Effect) -> Fault {
    Fault::on(RequestKind::Clusters, effect).subscription(ONE)
}

fn networks(effect: Effect) -> Fault {
    Fault::on(RequestKind::VirtualNetworks, effect).subscription(TWO)
}

fn status(status: u16, retry_after: Option<RetryAfter>, body: ErrorBody) -> Effect {
    Effect::Status { status, code: None, message: None, retry_after, body }
}

fn link(link: Link) -> Effect {
    Effect::NextLink { link, host: None, text: None }
}

#[test]
fn page_sizes_latency_and_concurrency_leave_no_trace() {
    let alone = Azure::start(estate().page_size(3));
    alone.configure("concurrency = 1\nper_subscription = 1\nparallel_subscriptions = 1");
    let all_at_once = Azure::start(estate().latency(Duration::from_millis(3)));
    all_at_once
        .configure("concurrency = 64\nper_subscription = 32\nparallel_subscriptions = 64\nmemory = \"1MiB\"");
    let first = audit(&alone, 3);
    assert_same("again", &first, &audit(&alone, 3));
    assert_same("all at once", &first, &audit(&all_at_once, 3));
}

#[test]
fn what_goes_away_by_itself_leaves_no_trace() {
    let expected = audit(&Azure::start(calm()), 0);
    let json = ErrorBody::Json;
    let once = |effect: fn() -> Effect| vec![clusters(effect()).times(1), networks(effect()).times(1)];
    let stories: Vec<(&str, Vec<Fault>)> = vec![
        ("429 in seconds", vec![clusters(status(429, Some(RetryAfter::Seconds(0)), json)).times(2)]),
        ("429 with a date", vec![clusters(status(429, Some(RetryAfter::Date(0)), json)).times(1)]),
        (
            "429 without a hint",
            vec![networks(status(429, Some(RetryAfter::Text("soon".into())), json)).times(1)],
        ),
        ("408", vec![Fault::on(RequestKind::Subscriptions, status(408, None, json)).times(1)]),
        ("500", vec![clusters(status(500, None, json)).times(1)]),
        ("502 of a gateway", vec![clusters(status(502, None, ErrorBody::Html)).times(1)]),
        ("503 without a body", vec![clusters(status(503, None, ErrorBody::Empty)).times(1)]),
        ("reset", once(|| Effect::Reset { after_bytes: None })),
        ("reset in the middle", once(|| Effect::Reset { after_bytes: Some(300) })),
        ("shorter than announced", once(|| Effect::TruncatedTransfer)),
        ("truncated JSON", once(|| Effect::TruncatedJson)),
        ("no JSON", once(|| Effect::InvalidJson)),
        ("slow bodies", vec![Fault::new(Effect::Slow { pieces: 4, pause_ms: 1 })]),
        ("expired tokens", vec![clusters(Effect::Unauthorized { code: None }).page(2).times(1)]),
        ("empty pages", vec![clusters(Effect::EmptyPage), networks(Effect::EmptyPage)]),
        ("a last link that is empty", vec![clusters(link(Link::Empty))]),
        ("a last link that is null", vec![clusters(link(Link::Null))]),
    ];
    for (title, faults) in stories {
        assert_same(title, &expected, &audit(&Azure::with(faults), 0));
    }
}

#[test]
fn items_that_come_twice_count_once_and_are_noted() {
    let expected = audit(&Azure::start(calm()), 0);
    let azure = Azure::with([clusters(Effect::Duplicates { items: 1 }).page(2)]);
    let found = audit(&azure, 0);
    let differing: Vec<_> =
        expected.iter().filter(|(name, text)| found[*name] != **text).map(|(name, _)| name).collect();
    assert_eq!(differing, ["audit.json", "coverage.csv"].map(PathBuf::from).iter().collect::<Vec<_>>());
    assert!(
        found[&PathBuf::from("coverage.csv")].contains("1 object came more than once"),
        "the ledger does not say so"
    );
}

#[test]
fn throttling_makes_it_slower_and_nothing_else() {
    let throttle = Throttle {
        subscription_reads: Bucket { burst: 3, per_second: 200.0 },
        retry_after: RetryAfterForm::Date,
        ..Throttle::default()
    };
    let azure = Azure::start(calm().throttle(throttle));
    azure.configure("attempts = 20");
    assert_same("throttled", &audit(&Azure::start(calm()), 0), &audit(&azure, 0));
}

fn sign_ins(azure: &Azure) -> usize {
    azure.simulator().requests().iter().filter(|request| request.method == "POST").count()
}

#[test]
fn tokens_that_end_during_the_run_are_replaced() {
    // Three answers one after the other outlast it.
    let (life, latency) = (Duration::from_millis(1500), Duration::from_millis(500));
    let short_lived = Azure::start(calm().token_lifetime(life).latency(latency));
    assert_same("short-lived", &audit(&Azure::start(calm()), 0), &audit(&short_lived, 0));
    assert!(sign_ins(&short_lived) > 1);

    let revoked = Azure::start(calm().latency(Duration::from_millis(10)));
    let child = revoked.census(&AUDIT).start();
    revoked.wait_for("managedClusters");
    revoked.simulator().revoke_tokens();
    assert_eq!(child.wait_with_output().unwrap().status.code(), Some(0));
    assert_eq!(sign_ins(&revoked), 2, "a refused token is replaced once");
}

#[test]
fn a_snapshot_gives_the_bytes_of_the_live_audit() {
    let azure = Azure::start(estate());
    let live = audit(&azure, 3);
    let collected = azure.census(&["collect", "--output", "estate.json.gz"]).run();
    assert_eq!(collected.status, 3, "{}", collected.stderr);
    let before = azure.reads().len();
    let saved = azure.census(&["audit", "--as-of", "2026-11-21", "--snapshot", "estate.json.gz"]).run();
    assert_eq!(saved.status, 3, "{}", saved.stderr);
    assert_eq!(azure.reads().len(), before, "a saved inventory needs no Azure");
    assert_same("snapshot", &live, &settled(&saved.reports()));
}

#[test]
fn without_a_date_days_count_from_the_collection() {
    let azure = Azure::start(calm());
    azure.census(&["collect", "--output", "estate.json.gz"]).run();
    let run = azure.census(&["audit", "--snapshot", "estate.json.gz"]).run();
    let audit: serde_json::Value = serde_json::from_str(&run.file("audit.json")).unwrap();
    let collected_at = audit["header"]["collected_at"].as_str().unwrap();
    assert_eq!(audit["header"]["as_of"].as_str(), collected_at.split('T').next());
}
