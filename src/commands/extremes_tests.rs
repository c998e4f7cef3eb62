//! Every key of the configuration against the numbers and texts nobody thinks of: each is refused by name, or the run with
//! it ends. The keys are those of the example, which another test holds against the settings.

use std::path::Path;

use aks_census_simulator::{
    Options as Simulated, Simulator,
    estate::{ScaleOptions, scale},
};
use toml::{Table, Value};

use super::{live, session::Session};
use crate::{
    assess::{
        self,
        options::Options,
        testing::{Network, cluster, estate, pool_in, subnet, vnet},
    },
    azure::{ArmClient, CaBundle, Cloud, ConnectOptions},
    collect::{self, progress},
    config::{self, Loaded, Settings, tests::everything},
    env::Env,
    inventory::Inventory,
    report,
};

/// Values as TOML spells them.
fn extremes() -> Vec<String> {
    let literals = "0 1 -1 2 99 101 255 256 65535 65536 4294967295 4294967296 2147483648 9223372036854775807 \
                    -9223372036854775808 18446744073709551615 100000000000000000000000000000000 0.5 -0.0 1e308 1e400 inf \
                    nan true [] {} 0000-01-01 9999-12-31 1979-05-27T07:32:00Z 07:32:00 [[]] [{}] [0] [\"\"] {a=1}";
    let texts = [
        "",
        " ",
        "0",
        "1",
        "-1",
        "1.5",
        "9223372036854775807",
        "18446744073709551616",
        "1e400",
        "NaN",
        "inf",
        "0s",
        "1ms",
        "168h",
        "169h",
        "9223372036854775807s",
        "-1s",
        "0KiB",
        "1KiB",
        "64KiB",
        "64GiB",
        "9999999999999999GiB",
        "0%",
        "100%",
        "101%",
        "4294967296%",
        "0000-01-01",
        "9999-12-31",
        "2026-02-30",
        "0.0.0.0/0",
        "255.255.255.255/32",
        "10.0.0.0/33",
        "::/0",
        "::/129",
        "/",
        "..",
        "\\u0000",
        "\\u202e",
        "off",
        "monday",
        "https://",
        "https://[",
        "/subscriptions//",
    ];
    let huge = "x".repeat(20_000);
    let many = format!("[{}]", "\"x\",".repeat(2_000));
    let texts = texts.into_iter().chain([huge.as_str()]).map(|text| format!("\"{text}\""));
    literals.split_whitespace().map(str::to_owned).chain(texts).chain([many]).collect()
}

/// What stands for the value under test.
const HERE: &str = "@here@";

/// A document for each key, with a mark in place of its value, and the key's name.
fn documents() -> Vec<(String, String)> {
    let mut all: Table = toml::from_str(&everything()).unwrap();
    let azure = all["azure"].as_table_mut().unwrap();
    azure.insert("cloud".to_owned(), "custom".into());
    azure.remove("ca_bundle");
    // A file of this name is not there, and the settings beside it are not to fail for that.
    all["migration"].as_table_mut().unwrap().insert("attestations".to_owned(), "/dev/null".into());
    let mut found = Vec::new();
    for (section, value) in &all {
        let mut marked = Vec::new();
        marks(value, section, &mut marked);
        for (name, value) in marked {
            let document = Table::from_iter([(section.clone(), value)]);
            found.push((toml::to_string(&document).unwrap(), name));
        }
    }
    found
}

/// Copies of a value, each with a mark in another place.
fn marks(value: &Value, name: &str, found: &mut Vec<(String, Value)>) {
    found.push((name.to_owned(), HERE.into()));
    match value {
        Value::Table(table) => {
            for (key, inner) in table {
                let mut inside = Vec::new();
                marks(inner, key, &mut inside);
                found.extend(inside.into_iter().map(|(name, inner)| {
                    let mut copy = table.clone();
                    copy.insert(key.clone(), inner);
                    (name, Value::Table(copy))
                }));
            }
        }
        Value::Array(items) => {
            for (index, inner) in items.iter().enumerate().take(1) {
                let mut inside = Vec::new();
                marks(inner, name, &mut inside);
                found.extend(inside.into_iter().map(|(name, inner)| {
                    let mut copy = items.clone();
                    copy[index] = inner;
                    (name, Value::Array(copy))
                }));
            }
        }
        _ => {}
    }
}

fn load(text: String) -> Result<Loaded, config::ConfigError> {
    let loaded = config::parse(Path::new("aks-census.toml"), text)?;
    loaded.validate().map(|()| loaded)
}

/// Assesses a small estate with these settings, and prints what comes of it. Nothing else comes of settings that are no
/// business of an assessment.
fn audit(session: &Session) {
    let mut one = cluster("one", Network::Kubenet);
    one.pools = vec![pool_in("apps", 3, "nodes")];
    let networks = vec![vnet("v", &["10.0.0.0/8"], vec![subnet("nodes", "10.0.0.0/24", vec![])])];
    let collected_at = "2026-11-21T10:00:00Z".parse().unwrap();
    let inventory = Inventory { collected_at, ..estate(vec![one], networks) };
    // What can't be used of a file or a cloud is an error of the run.
    let _ = live::connect_options(session);
    let plain = Session::over(Loaded::of(Settings::default()), &Env::default()).unwrap();
    let is_news = |options: &Options| *options != plain.assess_options(&inventory).unwrap();
    if let Some(options) = session.assess_options(&inventory).ok().filter(is_news) {
        let audit = assess::assess(&inventory, &options);
        for file in report::render(&audit, session.settings.report.wanted()) {
            file.write_to(&mut std::io::sink()).unwrap();
        }
    }
}

#[test]
fn every_key_takes_extremes_or_says_no() {
    let documents = documents();
    assert!(documents.len() > 60, "the keys were not found: {}", documents.len());
    let extremes = extremes();
    let (mut accepted, mut refused) = (0, 0);
    for (document, key) in &documents {
        for value in &extremes {
            match load(document.replace(&format!("\"{HERE}\""), value)) {
                Ok(loaded) => {
                    accepted += 1;
                    audit(&Session::over(loaded, &Env::default()).unwrap());
                }
                Err(error) => {
                    refused += 1;
                    let message = error.to_string();
                    let end = message.char_indices().nth(300).map_or(message.len(), |(end, _)| end);
                    assert!(message.contains(key.as_str()), "{key} = {value:.40}: {}", &message[..end]);
                }
            }
        }
    }
    assert!(accepted > 500 && refused > 2_000, "{accepted} accepted, {refused} refused");
}

#[tokio::test]
async fn azure_is_read_with_every_accepted_setting_of_requests() {
    let size = ScaleOptions { subscriptions: 1, clusters: 1, subnets: 1, addresses: 1, seed: 1 };
    let azure = Simulator::start(Simulated::new(scale(size))).await.unwrap();
    let env = [
        ("AZURE_TENANT_ID", azure.tenant_id().to_owned()),
        ("AZURE_CLIENT_ID", azure.client_id().to_owned()),
        ("AZURE_CLIENT_SECRET", azure.client_secret().to_owned()),
    ];
    let env = Env::from_pairs(env);
    let url = azure.url();
    let mut runs = 0;
    for (document, key) in documents().iter().filter(|(document, _)| document.starts_with("[requests]")) {
        for value in extremes() {
            let Ok(loaded) = load(document.replace(&format!("\"{HERE}\""), &value)) else { continue };
            let mut session = Session::over(loaded, &Env::default()).unwrap();
            session.max_duration = Some("168h".parse().unwrap());
            let options = ConnectOptions {
                cloud: Cloud::custom(&url, &azure.authority(), &url).unwrap(),
                ca_bundle: Some(CaBundle::Pem(azure.ca_pem().as_bytes().to_vec())),
                ..live::connect_options(&session).unwrap()
            };
            let collected_at = jiff::Timestamp::UNIX_EPOCH;
            let run = async {
                let client = ArmClient::connect(options, &env).await.map_err(|error| error.to_string())?;
                let options = live::collect_options(&session, collected_at);
                let inventory = collect::collect(&client, &options, &progress::Silent).await;
                inventory.map_err(|error| error.to_string())
            };
            // A millisecond is not enough to sign in, and the SDK tries again for a while.
            let ended = tokio::time::timeout(std::time::Duration::from_secs(1), run).await;
            let is_short = value == "\"1ms\"" && key == "timeout";
            let is_read = matches!(&ended, Ok(Ok(inventory)) if inventory.clusters.len() == 1);
            assert!(is_short || is_read, "{key} = {value}: {ended:?}");
            runs += 1;
        }
    }
    assert!(runs > 30, "{runs}");
}
