//! The real client against the simulated Azure, over real TLS.

mod becoming;
mod faults;
mod paging;
mod raw;
mod sign_in;
mod stopping;

use std::fmt::Display;
use std::sync::Arc;
use std::time::Duration;

use aks_census_simulator::estate::{Access, Estate, ManagementGroup, Resources, Subscription};
use aks_census_simulator::faults::Fault;
use aks_census_simulator::{Options, RequestRecord, Simulator};
use serde_json::{Value, json};

use super::wire::Identified;
use super::*;
use crate::env::Env;

const TENANT: &str = "7e0a0000-0000-4000-8000-000000000001";
const ONE: &str = "5b000000-0000-4000-8000-000000000001";
const TWO: &str = "5b000000-0000-4000-8000-000000000002";

fn network(subscription: &str, number: usize) -> Value {
    let id = format!(
        "/subscriptions/{subscription}/resourceGroups/net/providers/Microsoft.Network/virtualNetworks/vnet-{number:03}"
    );
    json!({
        "id": id,
        "name": format!("vnet-{number:03}"),
        "type": "Microsoft.Network/virtualNetworks",
        "location": "westeurope",
        "properties": { "addressSpace": { "addressPrefixes": ["10.0.0.0/16"] }, "subnets": [] }
    })
}

fn subscription(id: &'static str, name: &str, networks: usize) -> Subscription {
    Subscription {
        id: id.to_owned(),
        name: name.to_owned(),
        state: "Enabled".to_owned(),
        tenant_id: TENANT.to_owned(),
        listed: true,
        access: Access::Full,
        resources: Arc::new(move || Resources {
            virtual_networks: (0..networks).map(|number| network(id, number)).collect(),
            ..Resources::default()
        }),
    }
}

/// Two subscriptions, one with ten networks (four pages of three) and one with two, in one management group.
fn options() -> Options {
    let estate = Estate {
        tenant_id: TENANT.to_owned(),
        subscriptions: vec![subscription(ONE, "one", 10), subscription(TWO, "two", 2)],
        management_groups: vec![ManagementGroup {
            id: "platform".to_owned(),
            display_name: "Platform".to_owned(),
            parent: None,
            subscriptions: vec![ONE.to_owned(), TWO.to_owned()],
        }],
    };
    Options::new(estate).page_size(3)
}

/// A running simulated Azure.
struct Azure(Simulator);

impl Azure {
    async fn start(options: Options) -> Self {
        Self(Simulator::start(options).await.unwrap())
    }

    async fn with(faults: impl IntoIterator<Item = Fault>) -> Self {
        Self::start(faults.into_iter().fold(options(), Options::fault)).await
    }

    fn env(&self) -> Env {
        Env::from_pairs([
            ("AZURE_TENANT_ID", self.0.tenant_id()),
            ("AZURE_CLIENT_ID", self.0.client_id()),
            ("AZURE_CLIENT_SECRET", self.0.client_secret()),
        ])
    }

    /// Options with waits of milliseconds.
    fn connect_options(&self) -> ConnectOptions {
        let url = self.0.url();
        ConnectOptions {
            cloud: Cloud::custom(&url, &self.0.authority(), &url).unwrap(),
            ca_bundle: Some(CaBundle::Pem(self.0.ca_pem().as_bytes().to_vec())),
            retry: RetryPolicy {
                max_attempts: 4,
                base_delay: Duration::from_millis(1),
                max_delay: Duration::from_millis(2),
                max_retry_after: Duration::from_millis(5),
                budget: Duration::from_secs(20),
            },
            ..ConnectOptions::default()
        }
    }

    async fn client(&self) -> ArmClient {
        ArmClient::connect(self.connect_options(), &self.env()).await.unwrap()
    }

    async fn refused(&self, env: &Env) -> SignInError {
        ArmClient::connect(self.connect_options(), env).await.unwrap_err()
    }

    /// What Resource Manager was asked.
    fn reads(&self) -> Vec<RequestRecord> {
        let is_read = |record: &RequestRecord| {
            record.path_and_query.starts_with("/subscriptions")
                || record.path_and_query.starts_with("/providers")
        };
        self.0.requests().into_iter().filter(is_read).collect()
    }
}

/// How a list ended, in one line.
fn outcome<T>(listing: &Read<T>) -> String {
    let failure = listing.failure.as_ref().map_or_else(|| "complete".to_owned(), describe);
    format!(
        "{} items, {} odd, {} requests: {failure}",
        listing.items.len(),
        listing.odd.len(),
        listing.attempts
    )
}

fn describe(failure: &ReadFailure) -> String {
    let or_none = |part: Option<&dyn Display>| part.map_or_else(|| "-".to_owned(), ToString::to_string);
    format!(
        "{:?} {} {}",
        failure.kind,
        or_none(failure.http_status.as_ref().map(|status| status as &dyn Display)),
        or_none(failure.code.as_ref().map(|code| code as &dyn Display)),
    )
}

fn ids<T: Identified>(items: &[T]) -> Vec<String> {
    items.iter().map(|item| item.id().unwrap().to_ascii_lowercase()).collect()
}

#[tokio::test]
async fn everything_is_read_with_get_and_a_token() {
    let azure = Azure::start(options()).await;
    let client = azure.client().await;
    assert_eq!(client.cloud(), CloudName::Custom);
    assert_eq!(outcome(&client.subscriptions().await), "2 items, 0 odd, 1 requests: complete");
    assert_eq!(outcome(&client.descendants("platform").await), "2 items, 0 odd, 1 requests: complete");
    assert_eq!(
        outcome(&client.list::<wire::ManagedCluster>(ONE).await),
        "0 items, 0 odd, 1 requests: complete"
    );
    let networks = client.list::<wire::VirtualNetwork>(ONE).await;
    assert_eq!(outcome(&networks), "10 items, 0 odd, 4 requests: complete");
    assert_eq!(outcome(&client.list::<wire::RouteTable>(ONE).await), "0 items, 0 odd, 1 requests: complete");
    assert_eq!(
        outcome(&client.list::<wire::NetworkSecurityGroup>(ONE).await),
        "0 items, 0 odd, 1 requests: complete"
    );
    assert_eq!(
        outcome(&client.list::<wire::ApplicationGateway>(ONE).await),
        "0 items, 0 odd, 1 requests: complete"
    );
    let own = client.subscription(ONE).await;
    assert!(own.items.len() == 1 && own.failure.is_none() && own.attempts == 1);
    let id = networks.items[3].id().unwrap().to_owned();
    let fetched = client
        .get::<wire::VirtualNetwork>(&id.to_uppercase().replace("/SUBSCRIPTIONS", "/subscriptions"))
        .await;
    assert_eq!(fetched.items[0].id(), Some(id.as_str()));

    let requests = azure.0.requests();
    let (posts, gets): (Vec<_>, Vec<_>) = requests.iter().partition(|record| record.method == "POST");
    assert_eq!(posts.len(), 1, "one token for everything");
    assert!(posts[0].path_and_query.ends_with("/oauth2/v2.0/token"));
    assert!(gets.iter().all(|record| record.method == "GET"));
    assert!(gets.iter().all(|record| record.authorization == aks_census_simulator::Authorization::Valid));
    let seen = client.statistics();
    assert_eq!((seen.requests, seen.retries, seen.in_flight), (gets.len() as u64, 0, 0));
    assert!(seen.bytes > 2_000, "{seen:?}");
    let versions: Vec<_> =
        client.api_versions().into_iter().map(|(name, version)| name + " " + &version).collect();
    insta::assert_snapshot!(versions.join("\n"), @r"
    Microsoft.ContainerService 2026-08-01
    Microsoft.Management 2023-04-01
    Microsoft.Network 2025-05-01
    Microsoft.Resources 2022-12-01
    ");
}

#[tokio::test]
async fn nothing_is_asked_for_an_id_that_leads_elsewhere() {
    let azure = Azure::start(options()).await;
    let client = azure.client().await;
    let listing = client.list::<wire::VirtualNetwork>("../providers").await;
    assert_eq!(listing.failure.unwrap().code.as_deref(), Some(codes::INVALID_ID));
    for group in
        ["/subscriptions/x/resourceGroups/..", "/subscriptions/x/resourceGroups/g?y", "resourceGroups/g"]
    {
        let listing = client.list_in_group::<wire::Connection>(group).await;
        assert_eq!(listing.failure.unwrap().code.as_deref(), Some(codes::INVALID_ID), "{group}");
    }
    let fetched = client.get::<wire::VirtualNetwork>("/subscriptions/x/../../providers/y").await;
    assert_eq!(fetched.failure.unwrap().code.as_deref(), Some(codes::INVALID_ID));
    assert!(azure.reads().is_empty());
}
