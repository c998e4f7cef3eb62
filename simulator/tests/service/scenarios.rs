//! Every scenario in `estates/` keeps what it promises, to a reader that knows nothing of the program under test.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use aks_census_simulator::Simulator;
use aks_census_simulator::faults::RequestKind;
use aks_census_simulator::scenario::{EstateSource, Scenario, Why};
use reqwest::Client;
use serde_json::Value;

use crate::support::{client, json, path, sign_in};

const ATTEMPTS: usize = 12;

/// A list that was read as far as it went.
struct Reading {
    items: Vec<Value>,
    odd: u64,
    unread: Option<Why>,
}

enum Page {
    Read(Value),
    Unread(Why),
}

/// A patient reader.
struct Reader<'a> {
    simulator: &'a Simulator,
    client: Client,
    token: String,
}

impl<'a> Reader<'a> {
    async fn new(simulator: &'a Simulator) -> Self {
        let mut reader = Self { simulator, client: client(simulator, false), token: String::new() };
        reader.renew().await;
        reader
    }

    async fn renew(&mut self) {
        let answer = json(sign_in(self.simulator, &self.client, self.simulator.client_secret()).await).await;
        answer["access_token"].as_str().unwrap().clone_into(&mut self.token);
    }

    async fn list(&mut self, path: &str) -> Reading {
        let own = self.simulator.url();
        let mut reading = Reading { items: Vec::new(), odd: 0, unread: None };
        let (mut seen, mut ids) = (HashSet::new(), HashSet::new());
        let mut next = Some(own.clone() + path);
        while let Some(url) = next {
            if !url.starts_with(&(own.clone() + "/")) || !seen.insert(url.clone()) {
                reading.unread = Some(Why::Failed);
                break;
            }
            let page = match self.page(&url).await {
                Page::Read(page) => page,
                Page::Unread(why) => {
                    reading.unread = Some(why);
                    break;
                }
            };
            for item in page["value"].as_array().unwrap() {
                let whole = !item["properties"].is_string();
                match item["id"].as_str().filter(|_| whole) {
                    Some(id) if ids.insert(id.to_ascii_lowercase()) => reading.items.push(item.clone()),
                    Some(_) => {}
                    None => reading.odd += 1,
                }
            }
            next = page["nextLink"].as_str().filter(|link| !link.is_empty()).map(str::to_owned);
        }
        reading
    }

    async fn page(&mut self, url: &str) -> Page {
        for _ in 0..ATTEMPTS {
            if let Some(page) = self.attempt(url).await {
                return page;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        Page::Unread(Why::Failed)
    }

    /// None where it may work the next time.
    async fn attempt(&mut self, url: &str) -> Option<Page> {
        let response = self.client.get(url).bearer_auth(&self.token).send().await.ok()?;
        let status = response.status().as_u16();
        let body: Value = serde_json::from_slice(&response.bytes().await.ok()?).ok()?;
        let code = body.pointer("/error/code").and_then(Value::as_str).unwrap_or_default();
        match status {
            200 => body["value"].is_array().then_some(Page::Read(body)),
            401 if code != "InvalidAuthenticationTokenTenant" => {
                self.renew().await;
                None
            }
            401 | 403 => Some(Page::Unread(Why::Denied)),
            404 => Some(Page::Unread(Why::NotFound)),
            _ => None,
        }
    }

    /// A list in the first version that is offered.
    async fn resources(&mut self, subscription: &str, name: &str, versions: [&str; 2]) -> Reading {
        let refused =
            |reading: &Reading| reading.items.is_empty() && matches!(reading.unread, Some(Why::Failed));
        let first = self.list(&path(subscription, &format!("{name}?api-version={}", versions[0]))).await;
        if refused(&first) {
            return self.list(&path(subscription, &format!("{name}?api-version={}", versions[1]))).await;
        }
        first
    }
}

fn files() -> Vec<PathBuf> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("estates");
    let mut files: Vec<_> =
        std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Findings {
    subscriptions: u64,
    clusters: u64,
    virtual_networks: u64,
    subnets: u64,
    addresses: u64,
    odd_items: u64,
    unread: BTreeSet<String>,
}

async fn read(simulator: &Simulator) -> Findings {
    let mut reader = Reader::new(simulator).await;
    let subscriptions = reader.list("/subscriptions?api-version=2022-12-01").await;
    let mut findings = Findings { subscriptions: subscriptions.items.len() as u64, ..Findings::default() };
    for subscription in &subscriptions.items {
        let (id, name) = (&subscription["subscriptionId"], &subscription["displayName"]);
        let (id, name) = (id.as_str().unwrap(), name.as_str().unwrap());
        let clusters = reader.resources(id, "managedClusters", ["2026-08-01", "2026-05-01"]).await;
        let networks = reader.resources(id, "virtualNetworks", ["2025-05-01", "2024-05-01"]).await;
        for (kind, reading) in [(RequestKind::Clusters, &clusters), (RequestKind::VirtualNetworks, &networks)]
        {
            if let Some(why) = reading.unread {
                findings.unread.insert(format!("{name} {kind:?} {why:?}"));
            }
            findings.odd_items += reading.odd;
        }
        findings.clusters += clusters.items.len() as u64;
        findings.virtual_networks += networks.items.len() as u64;
        let subnets =
            networks.items.iter().flat_map(|network| network["properties"]["subnets"].as_array().unwrap());
        for subnet in subnets {
            findings.subnets += 1;
            let entries = subnet["properties"]["ipConfigurations"].as_array().map_or(0, Vec::len);
            findings.addresses += entries as u64;
        }
    }
    findings
}

fn expected(scenario: &Scenario, found: &Findings) -> Findings {
    let expected = &scenario.expected;
    Findings {
        subscriptions: expected.subscriptions.unwrap_or(found.subscriptions),
        clusters: expected.clusters.unwrap_or(found.clusters),
        virtual_networks: expected.virtual_networks.unwrap_or(found.virtual_networks),
        subnets: expected.subnets.unwrap_or(found.subnets),
        addresses: expected.addresses.unwrap_or(found.addresses),
        odd_items: expected.odd_items,
        unread: expected
            .unread
            .iter()
            .map(|unread| format!("{} {:?} {:?}", unread.subscription, unread.kind, unread.why))
            .collect(),
    }
}

#[tokio::test]
async fn every_scenario_keeps_its_promise() {
    let mut titles = BTreeMap::new();
    for file in files() {
        let scenario = Scenario::load(&file).unwrap();
        assert_eq!(titles.insert(scenario.title.clone(), file.clone()), None);
        let demo = matches!(scenario.estate, EstateSource::Demo { .. });
        let large = matches!(scenario.estate, EstateSource::Scale { subscriptions: 50.., .. });
        if demo || large {
            // The demo has subscriptions that may not be read, and its own tests; the large one takes a while.
            continue;
        }
        let simulator = Simulator::start(scenario.options().unwrap()).await.unwrap();
        let found = read(&simulator).await;
        assert_eq!(found, expected(&scenario, &found), "{}", file.display());
        assert!(found.subscriptions > 0 && found.clusters > 0, "{}", file.display());
    }
    assert!(titles.len() > 10);
}

#[tokio::test]
async fn the_demo_estate_is_served() {
    let scenario = Scenario::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("estates/demo.toml")).unwrap();
    let simulator = Simulator::start(scenario.options().unwrap()).await.unwrap();
    let found = read(&simulator).await;
    assert!(found.clusters > 2 && found.addresses > 3, "{found:?}");
}
