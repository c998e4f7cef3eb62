//! What a user sees of each fault: the run ends, nothing is lost silently, the ledger names it, the status says so.

use aks_census_simulator::faults::{Effect, ErrorBody, Fault, Link, Oddity, RequestKind, RetryAfter};

use crate::support::{Azure, ONE, Run, TWO, assert_story, calm};

/// How a run ended: the status, what was found, and the rows of the ledger that say what is missing or noted.
pub(crate) fn ledger(azure: &Azure, run: &Run) -> String {
    let mut lines = vec![format!(
        "exit status {}, {} clusters, {} subnets",
        run.status,
        run.rows("clusters.csv").len(),
        run.rows("subnets.csv").len()
    )];
    for row in run.rows("coverage.csv") {
        if row["status"] == "ok" && row["message"].is_empty() {
            continue;
        }
        let mut scope = row["scope_id"].clone();
        for (name, id) in &azure.subscriptions {
            scope = scope.replace(&format!("/subscriptions/{id}"), name);
        }
        let or_dash = |key: &str| if row[key].is_empty() { "-".to_owned() } else { row[key].clone() };
        lines.push(format!(
            "  {scope} | {} | {} | {} items | {} | {} | {} requests | {}",
            row["what"],
            row["status"],
            row["items"],
            or_dash("http_status"),
            or_dash("error_code"),
            row["attempts"],
            row["message"]
        ));
    }
    lines.join("\n")
}

/// Audits [`calm`](crate::support::calm) with each fault in turn.
fn stories(faults: Vec<(&str, Fault)>) -> String {
    let story = |(title, fault): (&str, Fault)| {
        let azure = Azure::with([fault]);
        azure.configure("attempts = 3");
        let run = azure.census(&["audit", "--as-of", "2026-11-21"]).run();
        let reasons = if run.stderr.is_empty() { String::new() } else { format!("\n{}", run.stderr) };
        format!("{title}: {}{reasons}", ledger(&azure, &run))
    };
    faults.into_iter().map(story).collect::<Vec<_>>().join("\n\n")
}

fn clusters(effect: Effect) -> Fault {
    Fault::on(RequestKind::Clusters, effect).subscription(ONE)
}

fn status(status: u16) -> Effect {
    Effect::Status { status, code: None, message: None, retry_after: None, body: ErrorBody::default() }
}

fn link(link: Link) -> Fault {
    let text = (link == Link::Text).then(|| "...".to_owned());
    clusters(Effect::NextLink { link, host: None, text }).page(1)
}

#[test]
fn servers_that_never_recover() {
    let throttled = Effect::Status {
        status: 429,
        code: None,
        message: None,
        retry_after: Some(RetryAfter::Seconds(3_600)),
        body: ErrorBody::default(),
    };
    assert_story!(stories(vec![
        ("429 with an hour to wait", clusters(throttled)),
        ("500", clusters(status(500))),
        ("503 on the second page", clusters(status(503)).page(2)),
        ("400", clusters(status(400))),
    ]));
}

#[test]
fn wires_that_never_hold() {
    assert_story!(stories(vec![
        ("reset before an answer", clusters(Effect::Reset { after_bytes: None })),
        ("reset after 100 bytes", clusters(Effect::Reset { after_bytes: Some(100) })),
        ("a body shorter than announced", clusters(Effect::TruncatedTransfer).page(2)),
    ]));
}

#[test]
fn servers_that_never_answer() {
    let azure = Azure::with([clusters(Effect::Hang)]);
    azure.configure("attempts = 2\ntimeout = \"400ms\"");
    let run = azure.census(&["audit", "--as-of", "2026-11-21"]).run();
    assert_story!(ledger(&azure, &run));
}

#[test]
fn bodies_that_say_nothing() {
    assert_story!(stories(vec![
        ("truncated JSON", clusters(Effect::TruncatedJson)),
        ("no JSON", clusters(Effect::InvalidJson)),
        ("no `value`", clusters(Effect::MissingValue)),
        ("no `value` on the second page", clusters(Effect::MissingValue).page(2)),
    ]));
}

#[test]
fn refusals() {
    let networks = |effect| Fault::on(RequestKind::VirtualNetworks, effect).subscription(TWO);
    assert_story!(stories(vec![
        ("401 for ever", clusters(Effect::Unauthorized { code: None })),
        ("another tenant's subscription", clusters(Effect::WrongTenant)),
        ("403 on clusters", clusters(Effect::Denied)),
        ("403 on networks", networks(Effect::Denied)),
        ("404 on networks", networks(Effect::NotFound)),
        ("redirect", clusters(Effect::Redirect { location: None })),
    ]));
}

#[test]
fn links_that_lead_astray() {
    assert_story!(stories(vec![
        ("another host", link(Link::Foreign)),
        ("the right host as userinfo", link(Link::Userinfo)),
        ("plain http", link(Link::Insecure)),
        ("the same page again", link(Link::Same)),
        ("no address", link(Link::Text)),
    ]));
}

#[test]
fn objects_that_are_not_what_they_should_be() {
    let odd = |oddity| clusters(Effect::OddItem { index: 1, oddity });
    assert_story!(stories(vec![
        ("properties are text", odd(Oddity::PropertiesText)),
        ("properties are null", odd(Oddity::PropertiesNull)),
        ("no id", odd(Oddity::NoId)),
        ("the id is a number", odd(Oddity::IdNumber)),
        ("a text", odd(Oddity::Text)),
        ("null", odd(Oddity::Null)),
    ]));
}

#[test]
fn a_sign_in_that_stops_working_under_way() {
    let expired = Fault::on(RequestKind::Clusters, Effect::Unauthorized { code: None }).subscription(TWO);
    let refused = Fault::on(RequestKind::Token, status(401)).from(2);
    let azure = Azure::with([expired, refused]);
    let run = azure.census(&["audit", "--as-of", "2026-11-21"]).run();
    assert_story!(ledger(&azure, &run));
}

/// A cloud that lags: the report says once which version answered and what that hides, standard error says it once, and no
/// list of the ledger repeats it.
#[test]
fn an_older_version_of_the_api_is_said_once_with_what_it_hides() {
    const PROVIDER: &str = "Microsoft.ContainerService";
    for (refused, answers, hides) in
        [(vec!["2026-08-01"], "2026-05-01", false), (vec!["2026-08-01", "2026-05-01"], "2026-02-01", true)]
    {
        let options =
            refused.iter().fold(calm(), |options, version| options.refuse_api_version(PROVIDER, version));
        let azure = Azure::start(options);
        let run = azure.census(&["audit", "--as-of", "2026-11-21"]).run();
        let sentence =
            format!("{PROVIDER} read with {answers}, because this cloud does not offer 2026-08-01");
        let page = run.file("report.md");
        assert_eq!(page.matches(&sentence).count(), 1, "{page}");
        assert_eq!(page.contains("maxima are unknown"), hides, "{answers}");
        assert_eq!(run.stderr.matches("does not offer 2026-08-01").count(), 1, "{}", run.stderr);
        assert!(run.rows("coverage.csv").iter().all(|row| row["message"].is_empty()));
        let audit: serde_json::Value = serde_json::from_str(&run.file("audit.json")).unwrap();
        let header = &audit["header"];
        assert_eq!(header["api_versions"][PROVIDER], *answers, "{header}");
        assert_eq!(header["refused_api_versions"][PROVIDER], "2026-08-01");
    }
}
