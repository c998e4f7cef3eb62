//! A simulated Azure that chaos befalls, another host that nobody may ask, and what is made of their answers.

use std::{collections::BTreeMap, time::Duration};

use aks_census::{
    assess,
    azure::{ArmClient, CaBundle, Cloud, ConnectOptions, RetryPolicy},
    collect::{self, CollectError, CollectOptions, progress::Silent},
    config::Settings,
    env::Env,
    inventory::{Coverage, CoverageEntry, Inventory, RequestedScope},
    report,
};
use aks_census_simulator::{
    Options as Service, Simulator,
    estate::{Documents, Estate, ManagementGroup},
    faults::{Effect, Fault},
};
use jiff::Timestamp;
use serde_json::Value;

/// The group of all subscriptions.
const GROUP: &str = "platform";

/// A small estate in which everything hangs on something: four clusters in three subscriptions.
pub(super) fn estate() -> Estate {
    let lists: Value = serde_json::from_str(include_str!("../../src/fuzzing/estate.json")).unwrap();
    let mut documents = Documents::default();
    lists.as_object().unwrap().values().for_each(|list| documents.add(list));
    let mut estate = Estate::from_documents(documents);
    estate.management_groups.push(ManagementGroup {
        id: GROUP.to_owned(),
        display_name: "Platform".to_owned(),
        parent: None,
        subscriptions: estate.subscriptions.iter().map(|subscription| subscription.id.clone()).collect(),
    });
    estate
}

/// What is asked for: everything that is visible, or what lies below a management group.
pub(super) fn requested(by_group: bool) -> RequestedScope {
    let management_groups = if by_group { vec![GROUP.to_owned()] } else { Vec::new() };
    RequestedScope { management_groups, ..RequestedScope::default() }
}

/// Both hosts, running; the client trusts the certificates of either.
pub(super) struct Azure {
    simulator: Simulator,
    elsewhere: Simulator,
    /// Whether some question gets no answer, so that waiting for one has to end soon.
    hangs: bool,
}

impl Azure {
    /// Starts both; the one that is to be asked behaves as it is prepared to, given the other's address.
    pub(super) async fn start(prepare: impl FnOnce(Service, &str) -> Service) -> Self {
        let elsewhere = Simulator::start(Service::new(estate())).await.unwrap();
        let host = elsewhere.url().trim_start_matches("https://").to_owned();
        let service = prepare(Service::new(estate()), &host);
        let hangs = service.faults.iter().any(|fault| fault.effect == Effect::Hang);
        Self { simulator: Simulator::start(service).await.unwrap(), elsewhere, hangs }
    }

    /// Collects, as the program does.
    pub(super) async fn collect(&self, requested: RequestedScope) -> Result<Inventory, CollectError> {
        let url = self.simulator.url();
        let roots = format!("{}{}", self.simulator.ca_pem(), self.elsewhere.ca_pem());
        let connect = ConnectOptions {
            cloud: Cloud::custom(&url, &self.simulator.authority(), &url).unwrap(),
            ca_bundle: Some(CaBundle::Pem(roots.into_bytes())),
            retry: RetryPolicy {
                max_attempts: if self.hangs { 3 } else { 8 },
                base_delay: Duration::from_millis(1),
                max_delay: Duration::from_millis(4),
                max_retry_after: Duration::from_millis(8),
                budget: Duration::from_secs(60),
            },
            read_timeout: Duration::from_millis(if self.hangs { 1_500 } else { 60_000 }),
            ..ConnectOptions::default()
        };
        let env = Env::from_pairs([
            ("AZURE_TENANT_ID", self.simulator.tenant_id()),
            ("AZURE_CLIENT_ID", self.simulator.client_id()),
            ("AZURE_CLIENT_SECRET", self.simulator.client_secret()),
        ]);
        let client = ArmClient::connect(connect, &env).await.unwrap();
        let options =
            CollectOptions { requested, parallel_subscriptions: 4, collected_at: Timestamp::UNIX_EPOCH };
        let collected = collect::collect(&client, &options, &Silent).await;
        self.is_unharmed();
        collected.map(settled)
    }

    /// Nothing was asked but to be read, and nobody else was asked.
    fn is_unharmed(&self) {
        let host = self.simulator.url().trim_start_matches("https://").to_owned();
        for request in self.simulator.requests() {
            let signs_in = request.path_and_query.ends_with("/oauth2/v2.0/token");
            assert_eq!(request.method, if signs_in { "POST" } else { "GET" }, "{request:?}");
            assert_eq!(request.host, host, "{request:?}");
        }
        assert_eq!(self.elsewhere.requests(), [], "another host was asked");
    }
}

/// An inventory without what differs from run to run.
fn settled(mut inventory: Inventory) -> Inventory {
    let row = |row: &CoverageEntry| CoverageEntry { attempts: 0, request_id: None, ..row.clone() };
    let mut coverage = Coverage::default();
    coverage.extend(inventory.coverage.entries().iter().map(row));
    inventory.coverage = coverage;
    inventory
}

/// Adds faults to a service.
pub(super) fn with(service: Service, faults: &[Fault]) -> Service {
    faults.iter().cloned().fold(service, Service::fault)
}

/// The reports of an inventory, by name.
pub(super) async fn reports(inventory: &Inventory) -> BTreeMap<String, String> {
    let inventory = inventory.clone();
    // Whoever answers shares these threads.
    tokio::task::spawn_blocking(move || rendered(&inventory)).await.unwrap()
}

fn rendered(inventory: &Inventory) -> BTreeMap<String, String> {
    let options = Settings::default().options(jiff::civil::date(2026, 11, 21), Vec::new());
    let audit = assess::assess(inventory, &options);
    let written = |file: &report::ReportFile<'_>| {
        let mut bytes = Vec::new();
        file.write_to(&mut bytes).unwrap();
        (file.name.clone(), String::from_utf8(bytes).unwrap())
    };
    report::render(&audit, &report::Format::ALL).iter().map(written).collect()
}
