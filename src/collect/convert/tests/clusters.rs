//! Clusters and pools as ARM may send them.

use super::*;
use crate::inventory::{IdentityKind, NetworkPlugin, OsType, PowerState, Priority, VirtualMachineProfile};

fn profile(size: &str, count: u32, min_count: Option<u32>) -> VirtualMachineProfile {
    VirtualMachineProfile { size: Some(size.to_owned()), count: Some(count), min_count }
}

#[test]
fn null_says_as_little_as_absence() {
    let (absent, oddities) = cluster_of(&json!({ "id": cluster_id() }));
    assert_eq!(oddities, ["c1 managed cluster: it has no properties"]);
    let nulls = json!({
        "id": cluster_id(), "location": null, "tags": null, "sku": null, "identity": null, "systemData": null,
        "properties": null, "surprise": { "deep": [null] },
    });
    assert_eq!(cluster_of(&nulls), (absent.clone(), oddities));
    let inner = json!({
        "kubernetesVersion": null, "currentKubernetesVersion": null, "powerState": null, "nodeResourceGroup": null,
        "servicePrincipalProfile": null, "networkProfile": null, "agentPoolProfiles": null,
        "apiServerAccessProfile": null, "nodeProvisioningProfile": null, "hostedSystemProfile": null,
        "addonProfiles": null, "httpProxyConfig": null, "podIdentityProfile": null, "ingressProfile": null,
        "securityProfile": null, "windowsProfile": null, "autoUpgradeProfile": null,
    });
    assert_eq!(cluster_of(&json!({ "id": cluster_id(), "properties": inner })), (absent, Vec::new()));
}

#[test]
fn nulls_inside_profiles_leave_them_readable() {
    let (cluster, oddities) = cluster_of(&json!({
        "id": cluster_id(),
        "tags": { "owner": null, "env": "prod" },
        "identity": { "type": "SystemAssigned", "userAssignedIdentities": null },
        "properties": {
            "powerState": { "code": null },
            "networkProfile": {
                "networkPlugin": "Kubenet", "podCidrs": null, "podCidr": "10.244.0.0/16",
                "serviceCidrs": [null, "10.0.0.0/16"], "ipFamilies": [null], "staticEgressGatewayProfile": null,
            },
            "addonProfiles": { "a": null, "b": { "enabled": null, "config": null } },
            "agentPoolProfiles": [null, { "name": "np", "upgradeSettings": { "maxSurge": null }, "tags": null,
                "virtualMachinesProfile": { "scale": null }, "availabilityZones": null }],
        },
    }));
    assert_eq!(oddities, [""; 0]);
    assert_eq!(cluster.tags, [("env", "prod"), ("owner", "")].map(|(k, v)| (k.into(), v.into())).into());
    assert_eq!(cluster.identity.unwrap().kind, IdentityKind::SystemAssigned);
    assert_eq!(cluster.network.plugin, Some(NetworkPlugin::Kubenet));
    assert_eq!(cluster.network.service_cidrs.known.len(), 1);
    assert_eq!(cluster.addons.keys().collect::<Vec<_>>(), ["b"]);
    assert_eq!(cluster.pools.len(), 1);
}

#[test]
fn numbers_and_truths_come_in_any_spelling() {
    let (pool, oddities) = pool_with(json!({
        "name": 7, "count": "3", "minCount": 1.0, "maxCount": "5.0", "maxPods": "110", "enableAutoScaling": "True",
        "upgradeSettings": { "maxSurge": 2, "drainTimeoutInMinutes": "30", "nodeSoakDurationInMinutes": 0.0 },
        "availabilityZones": [1, "2"], "currentOrchestratorVersion": 1.3,
    }));
    assert_eq!(oddities, [""; 0]);
    assert_eq!(
        (pool.name.as_str(), pool.count, pool.min_count, pool.max_count),
        ("7", Some(3), Some(1), Some(5))
    );
    assert_eq!(
        (pool.max_pods, pool.autoscaling, pool.max_surge.as_deref()),
        (Some(110), Some(true), Some("2"))
    );
    assert_eq!((pool.drain_timeout_minutes, pool.node_soak_minutes), (Some(30), Some(0)));
    assert_eq!(pool.zones, ["1", "2"]);
    assert_eq!(pool.kubernetes_version.as_deref(), Some("1.3"));
}

#[test]
fn words_of_tomorrow_are_kept_as_they_came() {
    let (cluster, oddities) = cluster_with(json!({
        "provisioningState": "Levitating", "powerState": { "code": "Dozing" },
        "networkProfile": { "networkPlugin": "Aether", "networkPluginMode": "Woven", "networkDataplane": "XDP",
            "networkPolicy": "Antrea", "outboundType": "managedNATGatewayV2", "ipFamilies": ["IPv8"] },
        "agentPoolProfiles": [{ "name": "np", "type": "Swarm", "mode": "Batch", "osType": "Plan9",
            "scaleSetPriority": "Low", "scaleDownMode": "Hibernate", "podIPAllocationMode": "Quantum" }],
    }));
    assert_eq!(oddities, [""; 0]);
    assert_eq!(cluster.power_state, Some(PowerState::Other("Dozing".to_owned())));
    assert_eq!(cluster.network.plugin, Some(NetworkPlugin::Other("Aether".to_owned())));
    assert_eq!(cluster.network.outbound_type.as_deref(), Some("managedNATGatewayV2"));
    let pool = &cluster.pools[0];
    assert_eq!(pool.os_type, Some(OsType::Other("Plan9".to_owned())));
    assert_eq!(pool.priority, Some(Priority::Other("Low".to_owned())));
    let words = [
        pool.pool_type.as_ref().map(ToString::to_string),
        pool.mode.as_ref().map(ToString::to_string),
        pool.scale_down_mode.as_ref().map(ToString::to_string),
        pool.allocation_mode.as_ref().map(ToString::to_string),
    ];
    assert_eq!(words.map(Option::unwrap), ["Swarm", "Batch", "Hibernate", "Quantum"]);
}

#[test]
fn a_size_without_a_number_is_noted_and_not_counted_as_none() {
    let (pool, oddities) = pool_with(json!({
        "name": "vms", "type": "VirtualMachines",
        "virtualMachineNodesStatus": [{ "size": "a", "count": 2 }, { "size": "b" }],
    }));
    let unread = VirtualMachineProfile { count: None, ..profile("b", 0, None) };
    assert_eq!(pool.vm_status, Some(vec![profile("a", 2, None), unread]));
    assert_eq!(oddities, ["c1 node pool `vms`: scale profile: it has no count"]);
}

#[test]
fn a_gateway_pool_has_a_public_prefix() {
    let of = |gateway: Value| {
        let (pool, oddities) =
            pool_with(json!({ "name": "gw", "mode": "Gateway", "gatewayProfile": gateway }));
        (pool.public_ip_prefix, oddities.len())
    };
    assert_eq!(of(json!({ "publicIPPrefixSize": 31 })), (Some(31), 0));
    assert_eq!(of(json!({})), (None, 0));
    assert_eq!(of(Value::Null), (None, 0));
    assert_eq!(of(json!(["odd"])), (None, 1));
}

#[test]
fn pools_of_single_machines_scale_by_profiles() {
    let scale = |autoscale: Value| {
        let (pool, oddities) = pool_with(json!({
            "name": "vms", "type": "VirtualMachines",
            "virtualMachineNodesStatus": [{ "size": "a", "count": "2" }],
            "virtualMachinesProfile": { "scale": { "manual": [{ "size": "a", "count": 2.0 }], "autoscale": autoscale } },
        }));
        assert_eq!(pool.vm_status, Some(vec![profile("a", 2, None)]));
        assert_eq!(pool.vm_manual, [profile("a", 2, None)]);
        (pool.vm_autoscale, oddities)
    };
    let one = json!({ "size": "a", "minCount": 1, "maxCount": "5" });
    let read = vec![profile("a", 5, Some(1))];
    assert_eq!(scale(one.clone()), (read.clone(), vec![]));
    assert_eq!(scale(json!([one, null])), (read, vec![]));
    assert_eq!(scale(Value::Null), (vec![], vec![]));
    assert_eq!(scale(json!([])), (vec![], vec![]));
    // What can't be read is a profile all the same, so that no sum passes for the whole.
    let unread = || VirtualMachineProfile { size: None, count: None, min_count: None };
    let (odd, oddities) = scale(json!([{ "size": "a", "maxCount": -1 }, "x"]));
    assert_eq!(odd, [unread(), unread()]);
    insta::assert_snapshot!(oddities.join("\n"), @r#"
    c1 node pool `vms`: autoscale profile: `maxCount`: invalid value: integer `-1`, expected a whole number from 0 to 4294967295
    c1 node pool `vms`: autoscale profile: invalid type: string "…", expected an object
    "#);
    let (odd, oddities) = scale(json!("often"));
    assert_eq!(odd, [unread()]);
    insta::assert_snapshot!(oddities.join("\n"), @"c1 node pool `vms`: autoscale profile: expected a list, found a text");
}

#[test]
fn absent_status_is_not_an_empty_one() {
    assert_eq!(pool_with(json!({ "name": "p" })).0.vm_status, None);
    assert_eq!(pool_with(json!({ "name": "p", "virtualMachineNodesStatus": [] })).0.vm_status, Some(vec![]));
}

#[test]
fn pools_that_were_not_listed_are_not_none() {
    let known = |pools: Value| cluster_with(json!({ "agentPoolProfiles": pools })).0.pools_known;
    assert!(known(json!([])) && known(json!([{ "name": "one" }])));
    assert!(!known(Value::Null) && !known(json!("none")) && !known(json!([{ "name": "one" }, 2])));
    assert!(!cluster_of(&json!({ "id": cluster_id() })).0.pools_known);
}

#[test]
fn an_odd_pool_spoils_itself_and_is_named() {
    let (cluster, oddities) = cluster_with(json!({ "agentPoolProfiles": [
        { "name": "good1", "count": 1 },
        { "name": "bad", "count": { "nodes": 3 } },
        "not a pool",
        { "count": 2 },
        { "name": "good2", "count": 2, "vnetSubnetID": "aks-subnet", "upgradeSettings": ["33%"] },
    ] }));
    assert_eq!(cluster.pools.iter().map(|pool| pool.name.as_str()).collect::<Vec<_>>(), ["good1", "good2"]);
    assert!(!cluster.pools_known, "what the others are cannot be told");
    insta::assert_snapshot!(oddities.join("\n"), @r#"
    c1 node pool `bad`: `count`: invalid type: map, expected a whole number from 0 to 4294967295
    c1 node pool: invalid type: string "…", expected an object
    c1 node pool: it has no name
    c1 node pool `good2`: upgrade settings: expected an object, found a list
    c1 node pool `good2`: node subnet: expected the id of a resource
    "#);
}

#[test]
fn odd_profiles_and_tags_spoil_themselves() {
    let (cluster, oddities) = cluster_of(&json!({
        "id": cluster_id(), "sku": 3, "identity": { "type": [] },
        "tags": { "env": "prod", "cost center": { "a": 1 }, "owner": ["x"], "n": 5 },
        "systemData": { "createdAt": "yesterday" },
        "properties": {
            "kubernetesVersion": "1.33", "networkProfile": { "networkPlugin": {} },
            "addonProfiles": { "omsagent": "on", "azurepolicy": { "enabled": "true", "config": { "subnetName": [] } } },
            "agentPoolProfiles": { "name": "np" },
        },
    }));
    assert_eq!(cluster.tags, [("env", "prod"), ("n", "5")].map(|(k, v)| (k.into(), v.into())).into());
    assert_eq!(cluster.kubernetes_version.as_deref(), Some("1.33"));
    assert!(cluster.addon_enabled("azurePolicy"));
    assert_eq!(cluster.created_at, None);
    insta::assert_snapshot!(oddities.join("\n"), @r#"
    c1 sku: invalid type: integer `3`, expected an object
    c1 node pool: expected a list, found an object
    c1 network profile: `networkPlugin`: invalid type: map, expected a text
    c1 tag `cost center`: invalid type: map, expected a text
    c1 tag `owner`: invalid type: sequence, expected a text
    c1 identity: `type`: invalid type: sequence, expected a text
    c1 add-on `azurepolicy`: `subnetName`: invalid type: sequence, expected a text
    c1 add-on `omsagent`: invalid type: string "…", expected an object
    "#);
}

#[test]
fn secrets_of_add_ons_are_dropped_and_no_message_quotes_them() {
    let (cluster, oddities) = cluster_with(json!({
        "addonProfiles": {
            "aciConnectorLinux": { "enabled": true, "config": { "SubnetName": "aci", "password": "hunter2" } },
            "odd": { "enabled": "hunter2" },
        },
        "servicePrincipalProfile": { "clientId": "MSI", "secret": "hunter2" },
        "windowsProfile": { "adminPassword": "hunter2" },
        "networkProfile": "hunter2", "podIdentityProfile": ["hunter2"],
    }));
    assert_eq!(cluster.addons["aciConnectorLinux"].settings["subnetname"], "aci");
    assert_eq!(cluster.identity, None, "`msi` is no service principal");
    let everything = format!("{cluster:?} {oddities:?} {}", serde_json::to_string(&cluster).unwrap());
    assert!(!everything.contains("hunter2"), "{everything}");
    assert_eq!(oddities.len(), 3);
}

#[test]
fn an_object_without_a_usable_id_is_odd_as_a_whole() {
    let odd = |id: Value| line(Cluster::convert(read(&json!({ "id": id, "properties": {} }))).unwrap_err());
    for id in [
        json!(null),
        json!(""),
        json!("c1"),
        json!("/subscriptions/s"),
        json!("/subscriptions/s/resourceGroups/rg"),
        json!("/subscriptions/s/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters"),
        json!("/subscriptions/s/resourceGroups//providers/Microsoft.ContainerService/managedClusters/c1"),
        json!("/providers/Microsoft.ContainerService/managedClusters/c1"),
    ] {
        let line = odd(id.clone());
        assert!(line.contains("managed cluster: it") && line.contains(" id"), "{id}: {line}");
    }
    let long = odd(json!(format!("/{}", "x".repeat(100_000))));
    assert!(long.len() < 1_000, "{}", long.len());
}

#[test]
fn properties_that_are_no_object_spoil_their_object() {
    for properties in [json!("hunter2"), json!(3), json!(true)] {
        let json = json!({ "id": cluster_id(), "properties": properties });
        assert!(serde_json::from_str::<wire::ManagedCluster>(&json.to_string()).is_err(), "{json}");
    }
}

#[test]
fn hostile_names_pass_through() {
    let name = "=cmd()|<b>\u{202e}\u{0}\r\nGrüße";
    let (cluster, oddities) = cluster_of(&json!({
        "id": id(&format!("Microsoft.ContainerService/managedClusters/{name}")),
        "location": "\u{a0}Germany West\tCentral",
        "tags": { name: name },
        "properties": { "nodeResourceGroup": name, "agentPoolProfiles": [{ "name": name }, { "name": name, "count": [] }] },
    }));
    assert_eq!(cluster.name(), name);
    assert_eq!(cluster.location, "germanywestcentral");
    assert_eq!(cluster.tags[name], name);
    assert_eq!(cluster.pools[0].name, name);
    assert_eq!(oddities.len(), 1);
}

#[test]
fn both_spellings_of_hosted_subnets_are_read() {
    for (system, node) in [("systemNodeSubnetID", "nodeSubnetID"), ("systemNodeSubnetId", "nodeSubnetId")] {
        let (cluster, _) = cluster_with(json!({
            "hostedSystemProfile": { "enabled": true, system: subnet_id("a"), node: subnet_id("b") },
        }));
        let hosted = cluster.hosted_system.unwrap();
        assert_eq!(hosted.system_node_subnet_id.unwrap().name(), "a");
        assert_eq!(hosted.node_subnet_id.unwrap().name(), "b");
    }
}

#[test]
fn what_rules_ask_of_kms_nginx_and_fips_is_read() {
    let (cluster, oddities) = cluster_with(json!({
        "securityProfile": { "azureKeyVaultKms": {
            "enabled": true, "keyId": "https://v.vault.azure.net/keys/k/1", "keyVaultNetworkAccess": "Private",
        } },
        "ingressProfile": { "webAppRouting": {
            "enabled": "true", "nginx": { "defaultIngressControllerType": "AnnotationControlled" },
            "gatewayAPIImplementations": { "appRoutingIstio": { "mode": "Disabled" } },
        } },
        "agentPoolProfiles": [{ "name": "np", "enableFIPS": true }, { "name": "other" }],
    }));
    assert_eq!(oddities, [""; 0]);
    let kms = cluster.key_vault_kms.unwrap();
    assert_eq!((kms.enabled, kms.network_access.as_deref()), (Some(true), Some("Private")));
    assert_eq!(cluster.web_app_routing, Some(true));
    assert_eq!(cluster.nginx_controller.as_deref(), Some("AnnotationControlled"));
    assert_eq!(cluster.routing_istio.as_deref(), Some("Disabled"));
    assert_eq!(cluster.pools.iter().map(|pool| pool.fips).collect::<Vec<_>>(), [Some(true), None]);
}

/// Shapes of preview versions, which an override of the API version may bring.
#[test]
fn pools_and_load_balancers_of_previews_are_kept_by_their_names() {
    let (cluster, oddities) = cluster_with(json!({
        "networkProfile": { "loadBalancerSku": "service", "outboundType": "loadBalancer" },
        "agentPoolProfiles": [
            { "name": "flex", "type": "FlexNodes", "mode": "Machines", "secondaryNetworkInterfaces": [{}] },
            { "name": "managed", "mode": "ManagedSystem", "upgradeSettings": { "maxBlockedNodes": "5%" } },
        ],
    }));
    assert_eq!(oddities, [""; 0]);
    assert_eq!(cluster.network.load_balancer_sku.as_deref(), Some("service"));
    let words: Vec<_> = cluster
        .pools
        .iter()
        .map(|pool| {
            (pool.pool_type.as_ref().map(ToString::to_string), pool.mode.as_ref().unwrap().to_string())
        })
        .collect();
    assert_eq!(words, [(Some("FlexNodes".into()), "Machines".into()), (None, "ManagedSystem".into())]);
}
