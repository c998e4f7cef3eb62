//! The public examples, as they stand.

use std::{fs, path::Path};

use serde::Serialize;

use super::*;
use crate::{
    azure::wire,
    collect::{
        convert::{parts::Notes, pool},
        kinds::virtual_network::{peering, subnet},
    },
    inventory::{NetworkDataplane, NetworkPlugin, NetworkPluginMode, PoolType, Prefixes},
};

fn directory() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/payloads")
}

/// What a client receives.
fn body(name: &str) -> Value {
    let file = directory().join(name).with_extension("json");
    let example: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    example.pointer("/responses/200/body").unwrap().clone()
}

fn rows(name: &str) -> Vec<Value> {
    body(name)["value"].as_array().unwrap().clone()
}

/// A model without what ARM did not send.
fn shown(model: &impl Serialize) -> Value {
    fn prune(value: Value) -> Option<Value> {
        match value {
            Value::Null => None,
            Value::Array(items) if items.is_empty() => None,
            Value::Array(items) => Some(items.into_iter().filter_map(prune).collect()),
            Value::Object(fields) => {
                let fields: serde_json::Map<_, _> =
                    fields.into_iter().filter_map(|(key, value)| Some((key, prune(value)?))).collect();
                (!fields.is_empty()).then_some(Value::Object(fields))
            }
            other => Some(other),
        }
    }
    prune(serde_json::to_value(model).unwrap()).unwrap_or_default()
}

fn only_row(name: &str) -> Value {
    let mut rows = rows(name);
    assert_eq!(rows.len(), 1, "{name}");
    rows.remove(0)
}

fn clean_cluster(json: &Value) -> Cluster {
    let (cluster, oddities) = cluster_of(json);
    assert_eq!(oddities, [""; 0]);
    cluster
}

fn clean_networks(rows: &[Value]) -> Vec<VirtualNetwork> {
    rows.iter()
        .map(|row| {
            let (network, oddities) = network_of(row);
            assert_eq!(oddities, [""; 0]);
            network
        })
        .collect()
}

fn clean_subnet(json: &Value) -> Subnet {
    let (subnet, oddities) = subnet(read(json)).unwrap();
    assert_eq!(lines(oddities), [""; 0]);
    subnet
}

/// An agent pool on its own has its name outside of its properties.
fn clean_pool(json: &Value) -> NodePool {
    let mut profile = json["properties"].clone();
    profile["name"] = json["name"].clone();
    let mut notes = Notes::new(&ResourceId::parse(json["id"].as_str().unwrap()).unwrap());
    let (pool, oddities) = pool::node_pool(read(&profile), &mut notes).unwrap();
    assert_eq!(lines(oddities.into_iter().chain(notes.into_oddities())), [""; 0]);
    pool
}

fn texts(prefixes: &Prefixes) -> Vec<String> {
    assert_eq!(prefixes.unreadable, [""; 0]);
    prefixes.known.iter().map(ToString::to_string).collect()
}

#[test]
fn every_payload_is_listed_with_its_source_and_read_here() {
    let readme = fs::read_to_string(directory().join("README.md")).unwrap();
    let tests = include_str!("payloads.rs");
    let mut count = 0;
    for entry in fs::read_dir(directory()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let Some(stem) = name.strip_suffix(".json") else { continue };
        count += 1;
        assert!(readme.contains(&format!("| `{name}` | `specification/")), "{name} has no row");
        assert!(tests.contains(&format!("\"{stem}\"")), "{name} is read by no test");
    }
    assert_eq!(count, readme.matches("| `specification/").count());
}

#[test]
fn clusters_of_a_list() {
    let cluster = clean_cluster(&only_row("AKS_ManagedClustersList_2026-01-01"));
    assert_eq!(cluster.network.plugin, Some(NetworkPlugin::Kubenet));
    insta::assert_json_snapshot!("cluster_of_a_list", shown(&cluster));
    let by_group = clean_cluster(&only_row("AKS_ManagedClustersListByResourceGroup_2026-01-01"));
    assert_eq!(cluster, by_group, "the two lists differ in the case of a type only");
}

#[test]
fn a_cluster_by_id() {
    let cluster = clean_cluster(&body("AKS_ManagedClustersGet_2026-01-01"));
    assert_eq!(texts(&cluster.network.pod_cidrs), ["10.244.0.0/16"], "`podCidr` repeats `podCidrs`");
    assert_eq!(cluster.pools[0].max_surge.as_deref(), Some("33%"));
    assert_eq!(cluster.pools[0].zones, ["1", "2", "3"]);
    insta::assert_json_snapshot!("cluster_by_id", shown(&cluster));
}

#[test]
fn a_dual_stack_cluster() {
    let cluster = clean_cluster(&body("AKS_ManagedClustersCreate_DualStackNetworking_2026-01-01"));
    assert_eq!(cluster.network.ip_families, ["IPv4", "IPv6"]);
    assert_eq!(texts(&cluster.network.pod_cidrs), ["10.244.0.0/16", "fd11:1234::/64"]);
    assert_eq!(texts(&cluster.network.service_cidrs), ["10.0.0.0/16", "fd00:1234::/108"]);
    assert!(cluster.windows_profile);
    insta::assert_json_snapshot!("dual_stack_cluster", shown(&cluster));
}

#[test]
fn an_overlay_cluster() {
    let cluster = clean_cluster(&body("AKS_AdvancedNetworkingTransitEncryption_2026-01-01"));
    let network = &cluster.network;
    assert_eq!(network.plugin, Some(NetworkPlugin::Azure));
    assert_eq!(network.plugin_mode, Some(NetworkPluginMode::Overlay));
    assert_eq!(network.dataplane, Some(NetworkDataplane::Cilium));
    assert_eq!(cluster.id.resource_group(), Some("rg1"), "`resourcegroups` is in lower case here");
    assert_eq!(cluster.identity, None);
}

#[test]
fn node_pools_on_their_own() {
    let pool = clean_pool(&only_row("AKS_AgentPoolsList_2025-10-01"));
    assert_eq!((pool.name.as_str(), pool.count, pool.max_pods), ("agentpool1", Some(3), Some(110)));
    let pool = clean_pool(&body("AKS_AgentPoolsCreate_TypeVirtualMachines_2026-01-01"));
    assert_eq!(pool.pool_type, Some(PoolType::VirtualMachines));
    assert_eq!((pool.count, pool.vm_size.as_deref()), (None, None));
    let counts: Vec<u32> = pool.vm_status.iter().flatten().filter_map(|profile| profile.count).collect();
    assert_eq!(counts, [3, 2]);
    insta::assert_json_snapshot!("virtual_machines_pool", shown(&pool));
}

#[test]
fn networks_of_lists() {
    let networks = clean_networks(&rows("Network_VirtualNetworkListAll_2025-07-01"));
    let of_group = clean_networks(&rows("Network_VirtualNetworkList_2025-07-01"));
    assert_eq!(networks[0], of_group[0]);
    assert_ne!(networks[1].id, of_group[1].id, "`vnet2` lies in another group there");
    assert_eq!(networks[1].subnets, []);
    insta::assert_json_snapshot!("networks_of_a_list", shown(&networks));
}

#[test]
fn networks_by_id() {
    let names = [
        "Network_VirtualNetworkGet_2025-07-01",
        "Network_VirtualNetworkGetWithSubnetDelegation_2025-07-01",
        "Network_VirtualNetworkGetWithServiceAssociationLink_2025-07-01",
        "Network_VirtualNetworkCreateServiceEndpoints_2025-07-01",
    ];
    let networks = clean_networks(&names.map(body));
    let subnets: Vec<&Subnet> = networks.iter().flat_map(|network| &network.subnets).collect();
    assert_eq!(subnets.iter().map(|s| s.usage.listed).collect::<Vec<_>>(), [1, 1, 0, 0]);
    assert_eq!(subnets[1].delegations, ["Microsoft.Provider/resourceType"]);
    assert_eq!(subnets[2].service_links, ["Microsoft.Provider/resourceType"]);
    assert_eq!(subnets[2].container_profiles, 1);
    insta::assert_json_snapshot!("networks_by_id", shown(&networks));
}

#[test]
fn subnets_on_their_own() {
    let subnets: Vec<Subnet> = rows("Network_SubnetList_2025-07-01").iter().map(clean_subnet).collect();
    assert_eq!(subnets.iter().map(|s| s.id.name()).collect::<Vec<_>>(), ["subnet1", "subnet2"]);
    assert_eq!(texts(&subnets[1].prefixes), ["10.0.0.0/16"]);
    let plain = clean_subnet(&body("Network_SubnetGet_2025-07-01"));
    assert_eq!(plain.vnet_id().unwrap().name(), "vnetname");
    assert_eq!(plain.id.subscription().as_str(), "subid");
    let delegated = clean_subnet(&body("Network_SubnetGetWithDelegation_2025-07-01"));
    assert_eq!(delegated.delegations, ["Microsoft.Provider/resourceType"]);
}

#[test]
fn peerings_on_their_own() {
    let peerings: Vec<_> = rows("Network_VirtualNetworkPeeringList_2025-07-01")
        .iter()
        .map(|row| {
            let (peering, oddities) = peering(read(row)).unwrap();
            assert_eq!(lines(oddities), [""; 0]);
            peering
        })
        .collect();
    assert_eq!(peerings[0].id.name(), "peer");
    assert_eq!(peerings[1].id.name(), "peer2", "both are named `peer`; the id tells them apart");
    assert_eq!(texts(&peerings[1].remote_prefixes), ["13.0.0.0/8"]);
    insta::assert_json_snapshot!("peerings", shown(&peerings));
}

#[test]
fn route_tables_of_a_list() {
    let tables: Vec<_> = rows("Network_RouteTableListAll_2025-05-01")
        .iter()
        .map(|row| {
            let (table, oddities) = RouteTable::convert(read(row)).unwrap();
            assert_eq!(lines(oddities), [""; 0]);
            table
        })
        .collect();
    insta::assert_json_snapshot!("route_tables", shown(&tables));
}

#[test]
fn subscriptions_and_descendants() {
    let subscriptions: Vec<Subscription> = rows("Resources_GetSubscriptions_2022-12-01")
        .iter()
        .map(|row| subscription(read(row)).unwrap())
        .collect();
    insta::assert_json_snapshot!("subscriptions", shown(&subscriptions));
    let found = |name: &str| -> Vec<_> {
        rows(name).iter().map(|row| descendant(read(row)).unwrap().map(String::from)).collect()
    };
    assert_eq!(
        found("ManagementGroups_GetDescendants_2023-04-01"),
        [None, Some("20000000-0004-0000-0000-000000000000".to_owned())]
    );
    assert_eq!(
        found("ManagementGroups_GetAllSubscriptionsFromManagementGroup_2023-04-01"),
        [Some("728bcbe4-8d56-4510-86c2-4921b8beefbc".to_owned())]
    );
}

/// What stands in a subnet's `ipConfigurations` is the id of a configuration; these show their shapes.
#[test]
fn configurations_as_subnets_list_them() {
    let configurations = |name: &str, field: &str| -> Vec<Value> {
        let of_row = |row: &Value| row["properties"][field].as_array().unwrap().clone();
        rows(name).iter().flat_map(of_row).collect()
    };
    let mut entries = configurations("Network_BastionHostListByResourceGroup_2025-07-01", "ipConfigurations");
    entries.extend(configurations("Network_LoadBalancerListAll_2025-05-01", "frontendIPConfigurations"));
    entries.extend(configurations("Network_NetworkInterfaceListAll_2025-07-01", "ipConfigurations"));
    let counted: wire::IpConfigurations = read(&Value::from(entries));
    assert_eq!(counted.unrecognised, 0);
    let owners: Vec<String> = counted
        .owners
        .iter()
        .map(|owner| format!("{} {} {}", owner.owner.kind, owner.owner.id.name(), owner.addresses))
        .collect();
    insta::assert_snapshot!(owners.join("\n"), @r#"
    network-interface rg1 1
    network-interface rgnew 1
    load-balancer lb 1
    bastion bastionhost2 1
    bastion bastionhost3 1
    bastion bastionhosttenant 1
    "#);
}
