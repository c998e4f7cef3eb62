//! The public examples of the Azure REST API served as an estate, and audited by the binary over https with a private
//! authority and a client secret.
//!
//! The examples use the same ids again and again. Those of one service that can stand side by side make one estate.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says why by panicking")]

use std::{collections::BTreeMap, fs, path::Path};

use aks_census_simulator::{
    Options,
    estate::{Documents, Estate},
};
use serde_json::Value;

use crate::support::{Azure, Run};

const GUID: &str = "00000000-0000-0000-0000-000000000000";
const DATE: [&str; 2] = ["--as-of", "2026-11-21"];

fn payload(name: &str) -> Value {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/payloads").join(name).with_extension("json");
    serde_json::from_slice(&fs::read(file).unwrap()).unwrap()
}

fn documents(names: &[&str]) -> Documents {
    let mut documents = Documents::default();
    for name in names {
        documents.add(&payload(name));
    }
    documents
}

fn audit(documents: Documents) -> (Azure, Run) {
    let azure = Azure::start(Options::new(Estate::from_documents(documents)));
    let run = azure.census(&["audit", DATE[0], DATE[1]]).run();
    (azure, run)
}

/// One column of a report, in the order of its rows.
fn column(run: &Run, file: &str, name: &str) -> Vec<String> {
    run.rows(file).iter().map(|row| row[name].clone()).collect()
}

/// These columns of a report's rows, joined.
fn columns(run: &Run, file: &str, names: &[&str]) -> String {
    let line = |row: &BTreeMap<String, String>| {
        names.iter().map(|name| row[*name].as_str()).collect::<Vec<_>>().join(" | ")
    };
    run.rows(file).iter().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_kubenet_cluster_and_the_networks_of_its_subscription() {
    let (azure, run) = audit(documents(&[
        "AKS_ManagedClustersList_2026-01-01",
        "Network_VirtualNetworkListAll_2025-07-01",
        "Network_VirtualNetworkGetWithServiceAssociationLink_2025-07-01",
        "Network_VirtualNetworkCreateServiceEndpoints_2025-07-01",
    ]));
    assert_eq!(run.status, 3, "its pool names no subnet, and no list shows a network: {}", run.transcript());
    assert_eq!(azure.subscriptions.keys().collect::<Vec<_>>(), [GUID]);
    insta::assert_snapshot!(columns(&run, "clusters.csv", &[
        "cluster", "resource_group", "location", "kubernetes_version", "network_plugin", "ipam_mode", "pod_cidrs", "nodes",
    ]), @"clustername1 | rg1 | location1 | 1.9.6 | kubenet | kubenet | 10.244.0.0/16 | 3");
    insta::assert_snapshot!(columns(&run, "kubenet_exposure.csv", &[
        "cluster", "location", "nodes", "retirement_date", "days_left", "severity",
    ]), @"clustername1 | location1 | 3 | 2028-03-31 | 496 | medium");
    insta::assert_snapshot!(columns(&run, "subnets.csv", &[
        "vnet", "subnet", "address_prefixes", "usable", "used", "used_low", "used_basis", "status",
    ]), @r#"
    test-vnet | subnet1 | 10.0.214.0/24 | 251 |  | 0 | unknown | unknown
    vnet1 | test-1 | 10.0.0.0/24 | 251 | 0 | 0 | measured | ok
    vnet1 | test-1 | 10.0.0.0/16 | 65531 | 0 | 0 | measured | ok
    "#);
    insta::assert_snapshot!(columns(&run, "vnets.csv", &["vnet", "resource_group", "address_space", "subnets"]), @r#"
    test-vnet | rg1 | 10.0.0.0/16 | 1
    vnet1 | rg1 | 10.0.0.0/8 | 1
    vnet2 | rg2 | 10.0.0.0/16 | 0
    vnet1 | vnetTest | 10.0.0.0/16 | 1
    "#);
    insta::assert_snapshot!(columns(&run, "coverage.csv", &["scope_id", "what", "status", "items"]), @r#"
    / | subscriptions | ok | 1
    /subscriptions/00000000-0000-0000-0000-000000000000 | clusters | ok | 1
    /subscriptions/00000000-0000-0000-0000-000000000000 | virtual-networks | ok | 4
    /subscriptions/00000000-0000-0000-0000-000000000000 | route-tables | ok | 0
    /subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/MC_rg1_clustername1_location1 | virtual-networks | not_found | 0
    "#);
}

#[test]
fn a_cluster_of_every_kind_that_the_examples_show() {
    let mut documents = documents(&[
        "AKS_ManagedClustersGet_2026-01-01",
        "AKS_ManagedClustersCreate_DualStackNetworking_2026-01-01",
        "AKS_AdvancedNetworkingTransitEncryption_2026-01-01",
    ]);
    // All three are named alike; and the pool of single machines and the one of a list have no cluster around them.
    for (number, cluster) in documents.resources.clusters.iter_mut().enumerate() {
        let id = cluster["id"].as_str().unwrap().replace("clustername1", &format!("cluster{number}"));
        cluster["id"] = id.into();
    }
    let pools = [
        payload("AKS_AgentPoolsCreate_TypeVirtualMachines_2026-01-01")
            .pointer("/responses/200/body")
            .unwrap()
            .clone(),
        payload("AKS_AgentPoolsList_2025-10-01").pointer("/responses/200/body/value/0").unwrap().clone(),
    ];
    let profiles = documents.resources.clusters[2]
        .pointer_mut("/properties/agentPoolProfiles")
        .unwrap()
        .as_array_mut()
        .unwrap();
    for (name, pool) in ["machines", "listed"].into_iter().zip(pools) {
        let mut profile = pool["properties"].clone();
        profile["name"] = name.into();
        profiles.push(profile);
    }
    let (_azure, run) = audit(documents);
    assert_eq!(run.status, 3, "no example has the networks that these clusters are in: {}", run.transcript());
    insta::assert_snapshot!(columns(&run, "clusters.csv", &[
        "cluster", "ipam_mode", "network_dataplane", "ip_families", "pod_cidrs", "identity_type", "node_pools", "nodes",
    ]), @r#"
    cluster0 | kubenet |  | IPv4 | 10.244.0.0/16 | ServicePrincipal | 1 | 3
    cluster1 | kubenet |  | IPv4;IPv6 | 10.244.0.0/16;fd11:1234::/64 | UserAssigned | 1 | 3
    cluster2 | overlay | cilium | IPv4 | 10.244.0.0/16 |  | 3 | 11
    "#);
    assert_eq!(column(&run, "kubenet_exposure.csv", "cluster"), ["cluster0", "cluster1"]);
    insta::assert_snapshot!(columns(&run, "node_pools.csv", &[
        "node_pool", "type", "vm_size", "ipam_mode", "nodes", "max_surge", "surge_nodes", "max_pods", "ips_per_node",
    ]), @r#"
    nodepool1 |  | Standard_DS1_v2 | kubenet | 3 | 33% | 1 | 110 | 1
    nodepool1 | VirtualMachineScaleSets | Standard_DS1_v2 | kubenet | 3 |  | 1 | 110 | 1
    listed |  | Standard_DS1_v2 | overlay | 3 |  | 1 | 110 | 1
    machines | VirtualMachines | Standard_D2_v2;Standard_D2_v3 | overlay | 5 |  | 1 | 110 | 1
    nodepool1 | VirtualMachineScaleSets | Standard_DS2_v2 | overlay | 3 |  | 1 | 110 | 1
    "#);
}

#[test]
fn an_estate_whose_subscription_is_no_guid() {
    let mut documents = documents(&[
        "Network_VirtualNetworkGet_2025-07-01",
        "Network_RouteTableListAll_2025-05-01",
        "AKS_ManagedClustersListByResourceGroup_2026-01-01",
    ]);
    // The examples of the network service keep to a subscription `subid`; the cluster moves there, into that network,
    // which gets the subnets and peerings that other examples show by themselves.
    let cluster = &mut documents.resources.clusters[0];
    *cluster = serde_json::from_str(&cluster.to_string().replace(GUID, "subid")).unwrap();
    let network = &mut documents.resources.virtual_networks[0];
    let own_subnet = network["properties"]["subnets"][0]["id"].clone();
    cluster["properties"]["agentPoolProfiles"][0]["vnetSubnetID"] =
        own_subnet.as_str().unwrap().to_uppercase().into();
    let network_id = network["id"].as_str().unwrap().to_owned();
    let adopted = |name: &str| {
        let body = payload(name).pointer("/responses/200/body").unwrap().clone();
        let rows = body["value"].as_array().cloned().unwrap_or_else(|| vec![body]);
        rows.into_iter()
            .map(|mut row| {
                let id = row["id"].as_str().unwrap();
                let tail: Vec<&str> = id.rsplit('/').take(2).collect();
                row["id"] = format!("{network_id}/{}/{}-of-example", tail[1], tail[0]).into();
                row
            })
            .collect::<Vec<_>>()
    };
    let subnets = network["properties"]["subnets"].as_array_mut().unwrap();
    subnets.extend(adopted("Network_SubnetGetWithDelegation_2025-07-01"));
    network["properties"]["virtualNetworkPeerings"] =
        adopted("Network_VirtualNetworkPeeringList_2025-07-01").into();
    let (azure, run) = audit(documents);
    assert_eq!(run.status, 0, "{}", run.transcript());
    assert_eq!(azure.subscriptions.keys().collect::<Vec<_>>(), ["subid"]);
    insta::assert_snapshot!(columns(&run, "subnets.csv", &[
        "subnet", "usable", "used", "used_low", "used_basis", "used_aks", "used_other", "clusters", "node_pools", "ipam_modes",
    ]), @r#"
    subnet1 | 251 | 1 | 1 | measured | 0 | 1 | clustername1 | clustername1/nodepool1 | kubenet
    subnet1-of-example | 65531 |  | 0 | unknown |  |  |  |  |
    "#);
    insta::assert_snapshot!(columns(&run, "consumers.csv", &["subnet_id", "kind", "owner_id", "ips"]), @"/subscriptions/subid/resourceGroups/rg1/providers/Microsoft.Network/virtualNetworks/test-vnet/subnets/subnet1 | internal-load-balancer | /subscriptions/subid/resourceGroups/rg1/providers/Microsoft.Network/loadBalancers/lb | 1");
    assert_eq!(column(&run, "vnets.csv", "peerings"), ["2"]);
    let coverage = columns(&run, "coverage.csv", &["what", "status", "items"]);
    assert!(
        coverage.contains("route-tables | ok | 2"),
        "kubenet clusters make route tables worth reading: {coverage}"
    );
}

#[test]
fn subscriptions_of_the_example_are_of_two_tenants() {
    let (_azure, run) = audit(documents(&["Resources_GetSubscriptions_2022-12-01"]));
    assert_eq!(run.status, 3, "{}", run.transcript());
    insta::assert_snapshot!(columns(&run, "coverage.csv", &["scope_id", "what", "status", "items"]), @r#"
    / | subscriptions | ok | 2
    /subscriptions/291bba3f-e0a5-47bc-a099-3bdcb2a50a05 | clusters | ok | 0
    /subscriptions/291bba3f-e0a5-47bc-a099-3bdcb2a50a05 | virtual-networks | ok | 0
    /subscriptions/72ac930a-f34e-42d8-b06d-dc2a9e12ed71 | clusters | denied | 0
    /subscriptions/72ac930a-f34e-42d8-b06d-dc2a9e12ed71 | virtual-networks | denied | 0
    "#);
    assert_eq!(run.rows("clusters.csv").len(), 0);
}
