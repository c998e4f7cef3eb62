//! A small estate, and a client that signs in to it.

use std::sync::Arc;

use aks_census_simulator::estate::{Access, Estate, ManagementGroup, Resources, Subscription};
use aks_census_simulator::{Options, RequestRecord, Simulator};
use reqwest::{Client, ClientBuilder, Response};
use serde_json::{Value, json};

pub(crate) const TENANT: &str = "11111111-0000-0000-0000-000000000001";
pub(crate) const RETAIL: &str = "aaaaaaaa-0000-0000-0000-000000000001";
pub(crate) const FOREIGN: &str = "aaaaaaaa-0000-0000-0000-000000000002";
pub(crate) const HIDDEN: &str = "aaaaaaaa-0000-0000-0000-000000000003";
pub(crate) const CLUSTERS: &str = "managedClusters?api-version=2026-08-01";
pub(crate) const NETWORKS: &str = "virtualNetworks?api-version=2025-05-01";

/// A simulator and a client with a token for it.
pub(crate) struct Session {
    pub(crate) simulator: Simulator,
    pub(crate) client: Client,
    pub(crate) token: String,
}

impl Session {
    pub(crate) async fn start(change: impl FnOnce(Options) -> Options) -> Self {
        let simulator = Simulator::start(change(Options::new(estate()).page_size(2))).await.unwrap();
        let client = client(&simulator, false);
        let answer = sign_in(&simulator, &client, simulator.client_secret()).await;
        let token: Value = json(answer).await;
        let token = token["access_token"].as_str().unwrap().to_owned();
        Self { simulator, client, token }
    }

    pub(crate) async fn get(&self, path: &str) -> Response {
        self.try_get(path).await.unwrap()
    }

    pub(crate) async fn try_get(&self, path: &str) -> reqwest::Result<Response> {
        let url = if path.starts_with("https:") { path.to_owned() } else { self.simulator.url() + path };
        self.client.get(url).bearer_auth(&self.token).send().await
    }

    pub(crate) async fn body(&self, path: &str) -> Value {
        json(self.get(path).await).await
    }

    /// Status and error code.
    pub(crate) async fn refusal(&self, path: &str) -> (u16, String) {
        refusal(self.get(path).await).await
    }

    /// The requests to Resource Manager.
    pub(crate) fn requests(&self) -> Vec<RequestRecord> {
        let mut requests = self.simulator.requests();
        requests.retain(|request| !request.path_and_query.contains("/oauth2/"));
        requests
    }
}

pub(crate) async fn json(response: Response) -> Value {
    serde_json::from_slice(&response.bytes().await.unwrap()).unwrap()
}

pub(crate) async fn refusal(response: Response) -> (u16, String) {
    let status = response.status().as_u16();
    let body = json(response).await;
    (status, body["error"]["code"].as_str().unwrap_or_default().to_owned())
}

pub(crate) fn client(simulator: &Simulator, http1: bool) -> Client {
    let builder = client_builder(simulator);
    if http1 { builder.http1_only() } else { builder }.build().unwrap()
}

pub(crate) fn client_builder(simulator: &Simulator) -> ClientBuilder {
    let ca = reqwest::Certificate::from_pem(simulator.ca_pem().as_bytes()).unwrap();
    Client::builder()
        .tls_certs_only([ca])
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
}

pub(crate) async fn sign_in(simulator: &Simulator, client: &Client, secret: &str) -> Response {
    let scope = format!("{}/.default", simulator.url());
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", simulator.client_id()),
        ("client_secret", secret),
        ("scope", &scope),
    ];
    post_form(client, &token_url(simulator), &form).await
}

pub(crate) fn token_url(simulator: &Simulator) -> String {
    format!("{}/{}/oauth2/v2.0/token", simulator.authority(), simulator.tenant_id())
}

pub(crate) async fn post_form(client: &Client, url: &str, form: &[(&str, &str)]) -> Response {
    let body: String = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let request = client.post(url).header("content-type", "application/x-www-form-urlencoded").body(body);
    request.send().await.unwrap()
}

pub(crate) fn path(subscription: &str, rest: &str) -> String {
    let provider =
        if rest.starts_with("managed") { "Microsoft.ContainerService" } else { "Microsoft.Network" };
    format!("/subscriptions/{subscription}/providers/{provider}/{rest}")
}

pub(crate) fn cluster_id(name: &str) -> String {
    format!(
        "/subscriptions/{RETAIL}/resourceGroups/rg-a/providers/Microsoft.ContainerService/managedClusters/{name}"
    )
}

pub(crate) fn network_id(name: &str) -> String {
    format!("/subscriptions/{RETAIL}/resourceGroups/rg-a/providers/Microsoft.Network/virtualNetworks/{name}")
}

fn estate() -> Estate {
    let subscription =
        |id: &str, name: &str, tenant: &str, listed, resources: fn() -> Resources| Subscription {
            id: id.to_owned(),
            name: name.to_owned(),
            state: "Enabled".to_owned(),
            tenant_id: tenant.to_owned(),
            listed,
            access: if name == "Hidden" { Access::NetworkDenied } else { Access::Full },
            resources: Arc::new(resources),
        };
    let group = |id: &str, parent: Option<&str>, subscriptions: &[&str]| ManagementGroup {
        id: id.to_owned(),
        display_name: id.to_uppercase(),
        parent: parent.map(str::to_owned),
        subscriptions: subscriptions.iter().map(|id| (*id).to_owned()).collect(),
    };
    Estate {
        tenant_id: TENANT.to_owned(),
        subscriptions: vec![
            subscription(RETAIL, "Retail", TENANT, true, retail),
            subscription(
                FOREIGN,
                "Partner",
                "22222222-0000-0000-0000-000000000002",
                true,
                Resources::default,
            ),
            subscription(HIDDEN, "Hidden", TENANT, false, Resources::default),
        ],
        management_groups: vec![
            group("root", None, &[HIDDEN]),
            group("shops", Some("root"), &[RETAIL]),
            group("empty", Some("shops"), &[]),
        ],
    }
}

fn retail() -> Resources {
    let clusters = ["c1", "c2", "c3", "c4", "c5"]
        .map(|name| json!({ "id": cluster_id(name), "name": name, "properties": { "networkProfile": {} } }));
    let subnet = json!({
        "id": network_id("hub") + "/subnets/nodes",
        "name": "nodes",
        "properties": { "addressPrefix": "10.0.0.0/24", "ipConfigurations": [{ "id": "x" }, { "id": "y" }] }
    });
    let network = json!({ "id": network_id("hub"), "name": "hub", "properties": { "subnets": [subnet] } });
    let local = ["rg-a/l1", "RG-A/l2", "rg-b/l3", "rg-a/l4"].map(|at| {
        let (group, name) = at.split_once('/').unwrap();
        let id = path(RETAIL, "localNetworkGateways")
            .replace("/providers/", &format!("/resourceGroups/{group}/providers/"));
        json!({ "id": format!("{id}/{name}"), "name": name, "properties": {} })
    });
    Resources {
        clusters: clusters.to_vec(),
        virtual_networks: vec![network],
        local_network_gateways: local.to_vec(),
        ..Resources::default()
    }
}
