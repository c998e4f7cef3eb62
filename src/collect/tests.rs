//! Collecting from a simulated Azure: what ends up in the inventory, in the ledger, and what was asked for it.

use std::{sync::Arc, time::Duration};

use aks_census_simulator::{
    Options, Simulator,
    estate::{Access, Estate, ManagementGroup, Resources, Subscription as Simulated},
    faults::{Effect, Fault, Oddity, RequestKind},
};
use serde_json::{Value, json};

mod versions;

use super::{progress::Silent, *};
use crate::{
    azure::{CaBundle, Cloud, ConnectOptions, RetryPolicy},
    env::Env,
    inventory::{Coverage, CoverageEntry, ReadStatus, ResourceId, What},
};

const TENANT: &str = "7e0a0000-0000-4000-8000-000000000001";
/// Where the clusters are.
const APPS: &str = "5b000000-0000-4000-8000-000000000001";
/// Where the networks are.
const NET: &str = "5b000000-0000-4000-8000-000000000002";
/// What nobody listed.
const FAR: &str = "5b000000-0000-4000-8000-000000000003";

fn id(subscription: &str, rest: &str) -> String {
    format!("/subscriptions/{subscription}/resourceGroups/rg/providers/{rest}")
}

fn network_id(subscription: &str, name: &str) -> String {
    id(subscription, &format!("Microsoft.Network/virtualNetworks/{name}"))
}

fn subnet_id(subscription: &str, network: &str) -> String {
    format!("{}/subnets/aks", network_id(subscription, network))
}

fn cluster(name: &str, plugin: &str, subnet: &str) -> Value {
    json!({
        "id": id(APPS, &format!("Microsoft.ContainerService/managedClusters/{name}")),
        "location": "westeurope",
        "properties": {
            "nodeResourceGroup": format!("MC_{name}"),
            "networkProfile": { "networkPlugin": plugin },
            "agentPoolProfiles": [{ "name": "np", "count": 1, "vnetSubnetID": subnet }],
        },
    })
}

#[expect(clippy::needless_pass_by_value, reason = "what `json!` makes reads best where it is used")]
fn network(subscription: &str, name: &str, subnet: Value) -> Value {
    json!({
        "id": network_id(subscription, name),
        "location": "westeurope",
        "properties": { "subnets": [{ "id": subnet_id(subscription, name), "properties": subnet }] },
    })
}

fn resource(subscription: &str, rest: &str) -> Value {
    json!({ "id": id(subscription, rest), "location": "westeurope", "properties": {} })
}

fn simulated(id: &str, name: &str, resources: Resources) -> Simulated {
    Simulated {
        id: id.to_owned(),
        name: name.to_owned(),
        state: "Enabled".to_owned(),
        tenant_id: TENANT.to_owned(),
        listed: true,
        access: Access::Full,
        resources: Arc::new(move || resources.clone()),
    }
}

fn estate(subscriptions: Vec<Simulated>) -> Estate {
    let group = ManagementGroup {
        id: "platform".to_owned(),
        display_name: "Platform".to_owned(),
        parent: None,
        subscriptions: subscriptions.iter().map(|subscription| subscription.id.clone()).collect(),
    };
    Estate { tenant_id: TENANT.to_owned(), subscriptions, management_groups: vec![group] }
}

struct Azure {
    simulator: Simulator,
    client: ArmClient,
}

impl Azure {
    async fn start(options: Options) -> Self {
        let simulator = Simulator::start(options).await.unwrap();
        let url = simulator.url();
        let connect = ConnectOptions {
            cloud: Cloud::custom(&url, &simulator.authority(), &url).unwrap(),
            ca_bundle: Some(CaBundle::Pem(simulator.ca_pem().as_bytes().to_vec())),
            retry: RetryPolicy {
                max_attempts: 2,
                base_delay: Duration::from_millis(1),
                max_delay: Duration::from_millis(2),
                ..RetryPolicy::default()
            },
            ..ConnectOptions::default()
        };
        let env = Env::from_pairs([
            ("AZURE_TENANT_ID", simulator.tenant_id()),
            ("AZURE_CLIENT_ID", simulator.client_id()),
            ("AZURE_CLIENT_SECRET", simulator.client_secret()),
        ]);
        let client = ArmClient::connect(connect, &env).await.unwrap();
        Self { simulator, client }
    }

    async fn collect(&self, requested: RequestedScope) -> Result<Inventory, CollectError> {
        let options =
            CollectOptions { requested, parallel_subscriptions: 4, collected_at: Timestamp::UNIX_EPOCH };
        collect(&self.client, &options, &Silent).await
    }

    /// What Resource Manager was asked, without the query.
    fn asked(&self, part: &str) -> Vec<String> {
        let path = |asked: &str| asked.split('?').next().unwrap_or_default().to_owned();
        self.simulator
            .requests()
            .iter()
            .map(|request| path(&request.path_and_query))
            .filter(|path| path.contains(part))
            .collect()
    }
}

fn subscriptions(names: &[&str]) -> RequestedScope {
    RequestedScope {
        subscriptions: names.iter().map(|name| (*name).to_owned()).collect(),
        ..RequestedScope::default()
    }
}

fn groups(names: &[&str]) -> RequestedScope {
    RequestedScope {
        management_groups: names.iter().map(|name| (*name).to_owned()).collect(),
        ..RequestedScope::default()
    }
}

/// The ledger without what went well.
fn gaps(coverage: &Coverage) -> String {
    let rows = coverage.entries().iter().filter(|entry| entry.status != crate::inventory::ReadStatus::Ok);
    rows.map(row).collect::<Vec<_>>().join("\n")
}

/// The ledger without figures that Azure's messages don't decide.
fn row(entry: &CoverageEntry) -> String {
    let own = entry.status == crate::inventory::ReadStatus::Skipped
        || entry.what == crate::inventory::What::Object
        || entry.error_code.is_none();
    let detail = if own { entry.message.as_deref() } else { entry.error_code.as_deref() };
    let scope = entry.scope_id.replace("/subscriptions/5b000000-0000-4000-8000-00000000000", "S");
    format!("{scope} {} {} {} {}", entry.what, entry.status, entry.items, detail.unwrap_or_default())
}

fn names(ids: impl Iterator<Item = ResourceId>) -> Vec<String> {
    ids.map(|id| id.name().to_owned()).collect()
}

#[tokio::test]
async fn what_is_named_elsewhere_is_asked_for_by_id() {
    let attached = json!({
        "addressPrefix": "10.0.0.0/24",
        "routeTable": { "id": id(FAR, "Microsoft.Network/routeTables/rt") },
        "networkSecurityGroup": { "id": id(FAR, "Microsoft.Network/networkSecurityGroups/gone") },
        "applicationGatewayIPConfigurations":
            [{ "id": id(FAR, "Microsoft.Network/applicationGateways/agw/gatewayIPConfigurations/c") }],
    });
    let apps = Resources {
        clusters: vec![
            cluster(
                "here",
                "kubenet",
                &subnet_id(NET, "hub").to_uppercase().replace("/SUBSCRIPTIONS", "/subscriptions"),
            ),
            cluster("also-here", "azure", &subnet_id(NET, "hub")),
            cluster("nowhere", "azure", &subnet_id(NET, "deleted")),
            cluster("refused", "azure", &subnet_id(FAR, "secret")),
        ],
        ..Resources::default()
    };
    let net = Resources { virtual_networks: vec![network(NET, "hub", attached)], ..Resources::default() };
    let far = Resources {
        virtual_networks: vec![network(FAR, "secret", json!({}))],
        route_tables: vec![resource(FAR, "Microsoft.Network/routeTables/rt")],
        application_gateways: vec![resource(FAR, "Microsoft.Network/applicationGateways/agw")],
        ..Resources::default()
    };
    let estate =
        estate(vec![simulated(APPS, "apps", apps), simulated(NET, "net", net), simulated(FAR, "far", far)]);
    let denied = Fault::on(RequestKind::Resource, Effect::Denied).path("/secret");
    let azure = Azure::start(Options::new(estate).fault(denied)).await;
    let inventory = azure.collect(subscriptions(&["apps"])).await.unwrap();

    assert_eq!(names(inventory.virtual_networks.into_iter().map(|v| v.id)), ["hub"]);
    assert_eq!(names(inventory.route_tables.into_iter().map(|t| t.id)), ["rt"]);
    assert_eq!(names(inventory.application_gateways.into_iter().map(|g| g.id)), ["agw"]);
    insta::assert_snapshot!(gaps(&inventory.coverage), @r#"
    S2/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/deleted virtual-network not_found 0 ResourceNotFound
    S3/resourceGroups/rg/providers/Microsoft.Network/networkSecurityGroups/gone network-security-group not_found 0 ResourceNotFound
    S3/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/secret virtual-network denied 0 AuthorizationFailed
    "#);
    let hub = azure.asked("virtualNetworks/").into_iter().chain(azure.asked("VIRTUALNETWORKS/"));
    assert_eq!(hub.count(), 3, "once for each network, however often and however spelt it is named");
}

#[tokio::test]
async fn lists_that_say_nothing_of_clusters_are_not_read() {
    let resources = |plugin: &str, subnet: Value| Resources {
        clusters: vec![cluster("c", plugin, &subnet_id(APPS, "v"))],
        virtual_networks: vec![network(APPS, "v", subnet)],
        network_security_groups: vec![resource(APPS, "Microsoft.Network/networkSecurityGroups/n")],
        application_gateways: vec![resource(APPS, "Microsoft.Network/applicationGateways/g")],
        ..Resources::default()
    };
    let lists = async |plugin: &str, subnet: Value| {
        let azure =
            Azure::start(Options::new(estate(vec![simulated(APPS, "a", resources(plugin, subnet))]))).await;
        azure.collect(RequestedScope::default()).await.unwrap();
        let mut lists: Vec<String> = azure
            .asked("/providers/")
            .iter()
            .map(|path| path.rsplit('/').next().unwrap().to_owned())
            .filter(|list| list != "managedClusters" && list != "virtualNetworks")
            .collect();
        lists.sort();
        lists
    };
    assert_eq!(lists("azure", json!({})).await, [""; 0]);
    assert_eq!(lists("Kubenet", json!({})).await, ["routeTables"]);
    let group =
        json!({ "networkSecurityGroup": { "id": id(APPS, "Microsoft.Network/networkSecurityGroups/n") } });
    assert_eq!(lists("azure", group).await, ["networkSecurityGroups"]);
    let gateway = json!({ "applicationGatewayIPConfigurations":
        [{ "id": id(APPS, "Microsoft.Network/applicationGateways/g/gatewayIPConfigurations/c") }] });
    assert_eq!(lists("azure", gateway).await, ["applicationGateways"]);
}

#[tokio::test]
async fn every_subscription_in_scope_is_accounted_for() {
    let mut hidden = simulated(NET, "net", Resources::default());
    hidden.listed = false;
    let mut disabled = simulated(FAR, "far", Resources::default());
    disabled.state = "Disabled".to_owned();
    let estate = estate(vec![simulated(APPS, "apps", Resources::default()), hidden, disabled]);
    let azure = Azure::start(Options::new(estate)).await;
    let requested = RequestedScope {
        subscriptions: vec!["Nobody".to_owned(), "5b000000-0000-4000-8000-00000000000f".to_owned()],
        excluded: vec!["Apps".to_owned(), "not there either".to_owned()],
        ..groups(&["platform", "unknown"])
    };
    let inventory = azure.collect(requested).await.unwrap();
    insta::assert_snapshot!(inventory.coverage.entries().iter().map(row).collect::<Vec<_>>().join("\n"), @r#"
    / subscriptions ok 2 
    /providers/Microsoft.Management/managementGroups/platform management-group ok 3 
    /providers/Microsoft.Management/managementGroups/unknown management-group not_found 0 NotFound
    S1 subscription skipped 0 left out by `scope.exclude_subscriptions`
    S2 subscription ok 1 it is a descendant of management group `platform`, but the identity's list lacks it
    S2 clusters ok 0 
    S2 virtual-networks ok 0 
    S3 subscription ok 0 the subscription is in state `Disabled`: it is read all the same, and Azure may refuse to change anything in it
    S3 clusters ok 0 
    S3 virtual-networks ok 0 
    Sf subscription not_found 0 SubscriptionNotFound
    Nobody subscription not_found 0 no subscription of this name is visible to the identity; names are compared ignoring case
    not there either subscription skipped 0 named in `scope.exclude_subscriptions`, but no subscription of this name is visible, so none was left out
    "#);
    let listed: Vec<_> = inventory.subscriptions.iter().map(|s| (s.id.as_str(), s.name.as_deref())).collect();
    insta::assert_debug_snapshot!(listed, @r#"
    [
        (
            "5b000000-0000-4000-8000-000000000002",
            Some(
                "net",
            ),
        ),
        (
            "5b000000-0000-4000-8000-000000000003",
            Some(
                "far",
            ),
        ),
        (
            "5b000000-0000-4000-8000-00000000000f",
            None,
        ),
    ]
    "#);
}

#[tokio::test]
async fn only_a_deleted_subscription_is_not_read_and_every_unusual_state_is_marked() {
    for (state, is_read, is_marked) in [
        ("Enabled", true, false),
        ("enabled", true, false),
        ("", true, false),
        ("Warned", true, true),
        ("PastDue", true, true),
        ("Disabled", true, true),
        ("disabled", true, true),
        ("Expired", true, true),
        ("Deleted", false, true),
        ("DELETED", false, true),
    ] {
        let one = Simulated { state: state.to_owned(), ..simulated(APPS, "apps", Resources::default()) };
        let other = simulated(NET, "net", Resources::default());
        let azure = Azure::start(Options::new(estate(vec![one, other]))).await;
        let inventory = azure.collect(RequestedScope::default()).await.unwrap();
        let own = |row: &&CoverageEntry| row.scope_id.ends_with(APPS);
        let of =
            |what: What| inventory.coverage.entries().iter().filter(own).filter(move |row| row.what == what);
        let lists: Vec<_> =
            of(What::Clusters).chain(of(What::VirtualNetworks)).map(|row| row.status).collect();
        assert_eq!(lists, vec![ReadStatus::Ok; if is_read { 2 } else { 0 }], "{state}");
        let marks: Vec<_> = of(What::Subscription).map(|row| (row.status, row.message.as_deref())).collect();
        let status = if is_read { ReadStatus::Ok } else { ReadStatus::Skipped };
        assert_eq!(marks.len(), usize::from(is_marked), "{state}");
        let says = |text: &str| text.contains(&format!("in state `{state}`"));
        assert!(
            marks.iter().all(|(own, text)| *own == status && text.is_some_and(says)),
            "{state}: {marks:?}"
        );
        assert!(inventory.coverage.gaps().next().is_none(), "{state}");
    }
}

#[tokio::test]
async fn a_row_that_names_no_subscription_is_in_the_ledger() {
    let odd = |kind, index| Fault::on(kind, Effect::OddItem { index, oddity: Oddity::NoId });
    let two = || {
        estate(vec![
            simulated(APPS, "apps", Resources::default()),
            simulated(NET, "net", Resources::default()),
        ])
    };
    // A row of the subscription list has its id twice; a descendant has it once.
    let azure = Azure::start(Options::new(two()).fault(odd(RequestKind::Subscriptions, 0))).await;
    assert_eq!(gaps(&azure.collect(RequestedScope::default()).await.unwrap().coverage), "");
    let azure = Azure::start(Options::new(two()).fault(odd(RequestKind::Descendants, 0))).await;
    let inventory = azure.collect(groups(&["platform"])).await.unwrap();
    insta::assert_snapshot!(gaps(&inventory.coverage), @"/providers/Microsoft.Management/managementGroups/platform object failed 0 descendant of the management group: it has no id of its kind");
    assert_eq!(inventory.subscriptions.len(), 1);
}

#[tokio::test]
async fn an_estate_of_which_nothing_can_be_read_is_an_error_with_its_reasons() {
    let mut subscription = simulated(APPS, "apps", Resources::default());
    subscription.access = Access::Denied;
    let azure = Azure::start(Options::new(estate(vec![subscription]))).await;
    let error = azure.collect(RequestedScope::default()).await.unwrap_err();
    assert!(
        matches!(&error, CollectError::NothingReadable { reasons, .. } if reasons.contains("denied")),
        "{error}"
    );
    let azure = Azure::start(Options::new(estate(Vec::new()))).await;
    let error = azure.collect(RequestedScope::default()).await.unwrap_err();
    insta::assert_snapshot!(error, @"no subscription in scope can be read: the identity sees no subscription");
    let denied = Fault::on(RequestKind::Subscriptions, Effect::Denied);
    let azure = Azure::start(Options::new(estate(Vec::new())).fault(denied)).await;
    let error = azure.collect(RequestedScope::default()).await.unwrap_err();
    assert!(matches!(&error, CollectError::SubscriptionsUnreadable(_)), "{error}");
}

#[tokio::test]
async fn a_plan_asks_for_the_scope_only() {
    let azure = Azure::start(Options::new(estate(vec![simulated(APPS, "apps", Resources::default())]))).await;
    let options = |requested| CollectOptions {
        requested,
        parallel_subscriptions: 4,
        collected_at: Timestamp::UNIX_EPOCH,
    };
    let plan = plan(&azure.client, &options(RequestedScope::default())).await.unwrap();
    assert_eq!((plan.inventory.subscriptions.len(), plan.readable.len()), (1, 1));
    assert_eq!(azure.asked("/providers/"), [""; 0]);
}

#[tokio::test]
async fn what_is_odd_keeps_its_list_and_its_name() {
    let resources = Resources {
        clusters: vec![
            cluster("good", "azure", &subnet_id(APPS, "v")),
            json!({ "id": id(APPS, "Microsoft.ContainerService/managedClusters/bad"), "properties": "x" }),
            json!({ "id": id(APPS, "Microsoft.ContainerService/managedClusters/half"), "tags": { "a": "\u{fffd}", "b": {} },
                "properties": { "agentPoolProfiles": [{ "name": "np", "maxPods": [] }] } }),
        ],
        virtual_networks: vec![network(APPS, "v", Value::Null)],
        ..Resources::default()
    };
    let azure = Azure::start(Options::new(estate(vec![simulated(APPS, "apps", resources)]))).await;
    let inventory = azure.collect(RequestedScope::default()).await.unwrap();
    assert_eq!(names(inventory.clusters.into_iter().map(|c| c.id)), ["good", "half"]);
    insta::assert_snapshot!(gaps(&inventory.coverage), @r#"
    S1/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/bad object failed 0 `properties`: invalid type: string "…", expected an object
    S1/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/half object failed 0 node pool `np`: `maxPods`: invalid type: sequence, expected a whole number from 0 to 4294967295
    S1/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/half object failed 0 tag `b`: invalid type: map, expected a text
    S1/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/v/subnets/aks object failed 0 subnet: it has no properties
    "#);
}

#[tokio::test]
async fn what_a_list_was_shortened_by_is_asked_for_where_it_is_named() {
    let attached = json!({
        "routeTable": { "id": id(APPS, "Microsoft.Network/routeTables/hidden") },
        "networkSecurityGroup": { "id": id(APPS, "Microsoft.Network/networkSecurityGroups/shown") },
    });
    let mut managed = cluster("managed", "azure", "");
    managed["properties"]["agentPoolProfiles"][0]["vnetSubnetID"] = Value::Null;
    let resources = Resources {
        clusters: vec![cluster("named", "kubenet", &subnet_id(APPS, "v")), managed],
        virtual_networks: vec![network(APPS, "v", attached)],
        network_security_groups: vec![resource(APPS, "Microsoft.Network/networkSecurityGroups/shown")],
        ..Resources::default()
    };
    let azure = Azure::start(Options::new(estate(vec![simulated(APPS, "apps", resources)]))).await;
    let inventory = azure.collect(RequestedScope::default()).await.unwrap();
    insta::assert_snapshot!(gaps(&inventory.coverage), @r"
    S1/resourceGroups/MC_managed virtual-networks not_found 0 a cluster has nodes in the network that AKS made in this group, but no list shows one: the identity may not read the group, or the network is gone
    S1/resourceGroups/rg/providers/Microsoft.Network/routeTables/hidden route-table not_found 0 ResourceNotFound
    ");
    assert_eq!(azure.asked("networkSecurityGroups/"), [""; 0], "the list showed it");
}

#[tokio::test]
async fn what_two_subscriptions_show_is_kept_once() {
    let shown = || Resources {
        clusters: vec![cluster("c", "azure", &subnet_id(APPS, "v"))],
        virtual_networks: vec![network(APPS, "v", json!({}))],
        ..Resources::default()
    };
    let estate = estate(vec![simulated(APPS, "apps", shown()), simulated(NET, "net", shown())]);
    let inventory =
        Azure::start(Options::new(estate)).await.collect(RequestedScope::default()).await.unwrap();
    assert_eq!((inventory.clusters.len(), inventory.virtual_networks.len()), (1, 1));
    let skipped = inventory.coverage.entries().iter().filter(|entry| entry.status == ReadStatus::Skipped);
    insta::assert_snapshot!(skipped.map(row).collect::<Vec<_>>().join("\n"), @r"
    S1/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/c object skipped 0 it came in more than one list, and counted once
    S1/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/v object skipped 0 it came in more than one list, and counted once
    ");
}
