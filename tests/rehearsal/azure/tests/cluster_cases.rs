//! Clusters as a whole: <https://learn.microsoft.com/azure/aks/update-azure-cni> and what it refers to.

use super::*;

const MOVE: &str = "@update --network-plugin azure --network-plugin-mode overlay";
const MOVE_TO: &str = "@update --network-plugin azure --network-plugin-mode overlay --pod-cidr 100.64.0.0/16";
const CILIUM: &str = "@update --network-dataplane cilium --network-policy cilium";

#[test]
fn kubenet_goes_to_overlay_and_loses_its_routes() {
    let mut world = world("kubenet", &json!({}), &json!({}));
    assert_eq!(routes(&world, "rt"), 7, "six nodes and a route of the user's");
    assert_eq!(runs(&mut world, MOVE), ["apps", "system"], "every pool is made anew at once");
    assert_eq!(
        (profile(&world, "networkPlugin"), profile(&world, "networkPluginMode")),
        (json!("azure"), json!("overlay"))
    );
    assert_eq!((profile(&world, "podCidr"), routes(&world, "rt")), (json!("10.244.0.0/16"), 1));
    assert_eq!(world.room(&nodes()), Some((251, 6)));
}

#[test]
fn node_subnets_are_freed_but_for_an_address_a_node() {
    let mut world = world("azure", &json!({}), &json!({}));
    assert_eq!(world.room(&nodes()), Some((251, 186)));
    assert_eq!(runs(&mut world, MOVE_TO).len(), 2);
    assert_eq!(world.room(&nodes()), Some((251, 6)));
    assert_eq!(runs(&mut world, CILIUM).len(), 2);
    assert_eq!(
        (profile(&world, "networkDataplane"), profile(&world, "networkPolicy")),
        (json!("cilium"), json!("cilium"))
    );
}

#[test]
fn a_table_that_aks_made_goes_with_the_move() {
    let mut draft = Draft::default();
    draft.cluster(
        "aks",
        "kubenet",
        &[pool("system", "System", "", &json!({ "vnetSubnetID": null }))],
        &json!({}),
    );
    let mut world = draft.world();
    let network = id("MC_aks", Shelf::Network.collection(), "aks-vnet");
    let table = id("MC_aks", Shelf::RouteTable.collection(), "aks-table");
    world.insert(Shelf::RouteTable, json!({ "id": table, "properties": { "routes": [], "subnets": [] } }));
    world.insert(Shelf::Network, json!({ "id": network, "properties": { "addressSpace": { "addressPrefixes": ["10.224.0.0/12"] }, "subnets": [
        { "id": format!("{network}/subnets/aks-subnet"), "properties": { "addressPrefix": "10.224.0.0/16", "routeTable": { "id": table } } }] } }));
    runs(&mut world, MOVE);
    assert!(world.get(Shelf::RouteTable, &table).is_none());
    assert!(
        world.subnet(&format!("{network}/subnets/aks-subnet")).unwrap()["properties"]["routeTable"].is_null()
    );
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn azure_refuses_the_move() {
    let of_network = |more: Value| json!({ "properties": { "networkProfile": more } });
    let version = |version: &str| json!({ "properties": { "currentKubernetesVersion": version } });
    let user = json!({ "upgradeSettings": { "maxSurge": "100%" } });
    let agic = json!({ "properties": { "addonProfiles": { "ingressApplicationGateway": { "enabled": true, "config": {
        "effectiveApplicationGatewayId": id("rg-net", Shelf::Gateway.collection(), "agw") } } } } });
    let none = json!({});
    let cases: Vec<(&str, Value, Value, String, &str)> = vec![
        ("kubenet", version("1.26.6"), none.clone(), MOVE.into(), "InvalidParameter"),
        (
            "kubenet",
            of_network(json!({ "networkPolicy": "calico" })),
            none.clone(),
            MOVE.into(),
            "InvalidParameter",
        ),
        (
            "azure",
            of_network(json!({ "networkPolicy": "calico" })),
            none.clone(),
            MOVE_TO.into(),
            "InvalidParameter",
        ),
        (
            "azure",
            of_network(json!({ "networkPolicy": "azure" })),
            none.clone(),
            MOVE_TO.into(),
            "InvalidParameter",
        ),
        (
            "kubenet",
            of_network(json!({ "loadBalancerSku": "basic" })),
            none.clone(),
            MOVE.into(),
            "InvalidParameter",
        ),
        ("kubenet", none.clone(), json!({ "type": "AvailabilitySet" }), MOVE.into(), "InvalidParameter"),
        ("kubenet", none.clone(), json!({ "vmSize": "Standard_DC4s_v2" }), MOVE.into(), "InvalidParameter"),
        (
            "azure",
            none.clone(),
            json!({ "osType": "Windows", "osSKU": "Windows2019" }),
            MOVE_TO.into(),
            "InvalidParameter",
        ),
        (
            "kubenet",
            json!({ "identity": { "userAssignedIdentities": null, "type": "SystemAssigned", "principalId": "p" } }),
            none.clone(),
            MOVE.into(),
            "InvalidParameter",
        ),
        ("kubenet", json!({ "gateway": true }), none.clone(), MOVE.into(), "RouteTableInUse"),
        (
            "kubenet",
            json!({ "properties": { "provisioningState": "Failed" } }),
            none.clone(),
            MOVE.into(),
            "OperationNotAllowed",
        ),
        (
            "kubenet",
            none.clone(),
            json!({ "provisioningState": "Failed" }),
            MOVE.into(),
            "OperationNotAllowed",
        ),
        (
            "kubenet",
            json!({ "properties": { "powerState": { "code": "Stopped" } } }),
            none.clone(),
            MOVE.into(),
            "OperationNotAllowed",
        ),
        ("azure", none.clone(), none.clone(), MOVE.into(), "InvalidParameter"),
        (
            "azure",
            none.clone(),
            none.clone(),
            format!("{MOVE} --pod-cidr 10.40.0.0/16"),
            "NetworkProfileCIDROverlapVNET",
        ),
        (
            "azure",
            none.clone(),
            none.clone(),
            format!("{MOVE} --pod-cidr 10.0.128.0/17"),
            "ServiceCidrOverlapPodCidr",
        ),
        ("azure", none.clone(), none.clone(), format!("{MOVE} --pod-cidr 172.16.0.0/12"), "ReservedCIDR"),
        ("azure", none.clone(), none.clone(), format!("{MOVE} --pod-cidr 100.64.0.1/16"), "InvalidCIDR"),
        (
            "azure",
            none.clone(),
            none.clone(),
            format!("{MOVE} --pod-cidr 100.64.0.0/22"),
            "InsufficientSubnetSize",
        ),
        (
            "azure",
            of_network(json!({ "dnsServiceIP": "10.7.0.10" })),
            none.clone(),
            MOVE_TO.into(),
            "InvalidDNSServiceIP",
        ),
        ("azure", none.clone(), user.clone(), MOVE_TO.into(), "SubnetIsFull"),
        (
            "kubenet",
            none.clone(),
            json!({ "enableAutoScaling": true, "minCount": 1, "maxCount": 300 }),
            format!("{MOVE} --pod-cidr 100.64.0.0/15"),
            "InsufficientSubnetSize",
        ),
        (
            "kubenet",
            none.clone(),
            json!({ "enableAutoScaling": true, "minCount": 1, "maxCount": 300 }),
            MOVE.into(),
            "InsufficientSubnetSize",
        ),
        (
            "kubenet",
            none.clone(),
            json!({ "nodeImageVersion": "AKSAzureLinux-V2gen2-202511.20.0" }),
            MOVE.into(),
            "ImageNotFound",
        ),
        (
            "kubenet",
            none.clone(),
            none.clone(),
            format!("{MOVE} --network-dataplane cilium"),
            "InvalidParameter",
        ),
        ("kubenet", none.clone(), none.clone(), format!("{MOVE} --tier standard"), "InvalidParameter"),
        (
            "kubenet",
            none.clone(),
            none.clone(),
            "@update --network-plugin-mode overlay".into(),
            "UnsupportedNetworkPluginModeWithNetworkPlugin",
        ),
        ("kubenet", agic.clone(), none.clone(), MOVE.into(), "InvalidParameter"),
        (
            "azure",
            none.clone(),
            json!({ "podSubnetID": subnet_id("vnet", "empty") }),
            MOVE_TO.into(),
            "InvalidParameter",
        ),
        (
            "azure",
            json!({ "properties": { "addonProfiles": { "aciConnectorLinux": { "enabled": true } } } }),
            none.clone(),
            MOVE_TO.into(),
            "InvalidParameter",
        ),
        ("kubenet", none.clone(), none.clone(), format!("{MOVE}\n{MOVE}"), "InvalidParameter"),
        // The change of the data plane.
        ("kubenet", none.clone(), none.clone(), CILIUM.into(), "InvalidParameter"),
        (
            "azure",
            none.clone(),
            json!({ "osType": "Windows", "osSKU": "Windows2022" }),
            CILIUM.into(),
            "InvalidParameter",
        ),
        (
            "azure",
            json!({ "properties": { "nodeProvisioningProfile": { "mode": "Auto" } } }),
            none.clone(),
            CILIUM.into(),
            "InvalidParameter",
        ),
        ("azure", none.clone(), user, CILIUM.into(), "SubnetIsFull"),
        // Policy engines.
        ("kubenet", none.clone(), none.clone(), "@update --network-policy none".into(), "InvalidParameter"),
        (
            "kubenet",
            json!({ "properties": { "currentKubernetesVersion": "1.29.4", "networkProfile": { "networkPolicy": "calico" } } }),
            none.clone(),
            "@update --network-policy none".into(),
            "InvalidParameter",
        ),
    ];
    for (plugin, cluster, apps, script, code) in cases {
        let mut world = world(plugin, &cluster, &apps);
        assert_eq!(refused(&mut world, &script), code, "{script} with {cluster} and {apps}");
    }
}

#[test]
fn identity_comes_first_and_has_rights() {
    let principal =
        json!({ "identity": null, "properties": { "servicePrincipalProfile": { "clientId": "app" } } });
    let identity = id("rg-aks", "Microsoft.ManagedIdentity/userAssignedIdentities", "new");
    let create =
        format!("az identity create --subscription {SUBSCRIPTION} --resource-group rg-aks --name new");
    let assign = format!("@update --enable-managed-identity --assign-identity {identity}");
    let grant = |scope: &str| {
        format!(
            "az role assignment create --subscription {SUBSCRIPTION} --role 'Network Contributor' --assignee-object-id \"$PRINCIPAL\" --assignee-principal-type ServicePrincipal --scope {scope}"
        )
    };
    let show = format!(
        "PRINCIPAL=$(az identity show --subscription {SUBSCRIPTION} --resource-group rg-aks --name new --query principalId --output tsv)"
    );
    let table = id("rg-net", Shelf::RouteTable.collection(), "rt");
    let mut all = world("kubenet", &principal, &json!({}));
    let script = [create.as_str(), &show, &grant(&nodes()), &grant(&table), &assign, MOVE].join("\n");
    assert_eq!(
        runs(&mut all, &script),
        ["apps", "system", "apps", "system"],
        "the kubelet's identity changes too"
    );
    // Each of the steps before is needed.
    for (left_out, code) in [
        (create.clone(), "ResourceNotFound"),
        (grant(&nodes()), "LinkedAuthorizationFailed"),
        (grant(&table), "LinkedAuthorizationFailed"),
        (assign.clone(), "InvalidParameter"),
    ] {
        let script: Vec<String> =
            script.lines().filter(|line| *line != left_out).map(str::to_owned).collect();
        let mut world = world("kubenet", &principal, &json!({}));
        assert_eq!(run(&mut world, &script.join("\n")).unwrap_err().code, code, "{left_out}");
    }
    let mut system = world("kubenet", &principal, &json!({}));
    assert_eq!(
        refused(&mut system, "@update --enable-managed-identity"),
        "CustomRouteTableWithUnsupportedMSIType"
    );
}

#[test]
fn availability_sets_and_the_basic_balancer() {
    let basic = json!({ "properties": { "networkProfile": { "loadBalancerSku": "basic" } } });
    let set = json!({ "type": "AvailabilitySet", "availabilityZones": null });
    let mut both = world("kubenet", &basic, &set);
    assert_eq!(refused(&mut both, "@update --load-balancer-sku standard"), "InvalidParameter");
    assert_eq!(
        refused(&mut both, "@update --load-balancer-sku standard --migrate-vmas-to-vms"),
        "InvalidParameter"
    );
    assert_eq!(runs(&mut both, "@update --migrate-vmas-to-vms"), ["apps", "system"]);
    assert_eq!(
        (profile(&both, "loadBalancerSku"), the_pool(&both, "apps").kind),
        (json!("standard"), crate::world::Kind::Machines)
    );
    assert_eq!((the_pool(&both, "apps").count, both.room(&nodes())), (3, Some((251, 6))));
    assert_eq!(refused(&mut both, "@update --migrate-vmas-to-vms"), "InvalidParameter");
    runs(&mut both, MOVE);
    // Machines in a network of the user's need a user-assigned identity: <https://learn.microsoft.com/azure/aks/virtual-machines-node-pools>.
    let system = json!({ "identity": { "type": "SystemAssigned", "principalId": "p", "userAssignedIdentities": null } });
    assert_eq!(
        refused(&mut world("azure", &system, &set), "@update --migrate-vmas-to-vms"),
        "InvalidParameter"
    );
    let mut single = world("kubenet", &basic, &json!({}));
    assert_eq!(runs(&mut single, "@update --load-balancer-sku standard"), [""; 0]);
    let vault = json!({ "properties": { "securityProfile": { "azureKeyVaultKms": { "enabled": true, "keyVaultNetworkAccess": "Private" } }, "networkProfile": { "loadBalancerSku": "basic" } } });
    let mut vault = world("kubenet", &vault, &json!({}));
    assert_eq!(refused(&mut vault, "@update --load-balancer-sku standard"), "InvalidParameter");
    runs(&mut vault, "@update --disable-azure-keyvault-kms\n@update --load-balancer-sku standard");
}

#[test]
fn versions_go_up_one_minor_at_a_time_to_one_that_is_supported() {
    for (from, to, expected) in [
        ("1.35.4", "1.36.2", Ok(())),
        ("1.35.4", "1.35.6", Ok(())),
        ("1.35.4", "1.36", Ok(())),
        ("1.35.4", "1.37.0", Err("OperationNotAllowed")),
        ("1.35.4", "1.35.1", Err("OperationNotAllowed")),
        ("1.35.4", "1.35.4", Err("OperationNotAllowed")),
        ("1.36.1", "1.38.0", Err("K8sVersionNotSupported")),
        ("1.29.4", "1.30.0", Err("K8sVersionNotSupported")),
        ("1.29.4", "1.34.2", Ok(())),
        ("1.29.4", "1.35.2", Err("OperationNotAllowed")),
        ("1.35.4", "newest", Err("Form")),
    ] {
        let image = "AKSUbuntu-2204gen2containerd-202610.28.0";
        let mut world = world(
            "kubenet",
            &json!({ "properties": { "currentKubernetesVersion": from } }),
            &json!({ "nodeImageVersion": image }),
        );
        let ran = run(&mut world, &format!("@upgrade --kubernetes-version {to}"))
            .map(|_| ())
            .map_err(|one| one.code);
        assert_eq!(ran, expected, "{from} to {to}");
    }
    // An edition that ends before the version: <https://learn.microsoft.com/azure/aks/upgrade-os-version>.
    let pinned = |sku: &str, from: &str| {
        world(
            "kubenet",
            &json!({ "properties": { "currentKubernetesVersion": from } }),
            &json!({ "osSKU": sku }),
        )
    };
    for (sku, from, to, expected) in [
        ("AzureLinux3", "1.36.1", "1.37.0", Err("InvalidParameter")),
        ("Ubuntu2204", "1.36.1", "1.37.0", Err("InvalidParameter")),
        ("AzureLinux", "1.36.1", "1.37.0", Ok(())),
        ("Flatcar", "1.35.1", "1.36.0", Err("InvalidParameter")),
    ] {
        let ran = run(&mut pinned(sku, from), &format!("@upgrade --kubernetes-version {to}"))
            .map(|_| ())
            .map_err(|one| one.code);
        assert_eq!(ran, expected, "{sku} from {from} to {to}");
    }
    let mut plane = world("kubenet", &json!({}), &json!({}));
    assert_eq!(runs(&mut plane, "@upgrade --kubernetes-version 1.36.2 --control-plane-only"), [""; 0]);
    assert_eq!(runs(&mut plane, "@@upgrade --name apps --kubernetes-version 1.36.2"), ["apps"]);
    assert_eq!(
        refused(&mut plane, "@@upgrade --name system --kubernetes-version 1.37.0"),
        "OperationNotAllowed"
    );
    assert_eq!(runs(&mut plane, "@upgrade --node-image-only"), ["apps", "system"]);
}

#[test]
fn settings_of_a_cluster() {
    let unmanaged =
        json!({ "properties": { "autoUpgradeProfile": { "nodeOSUpgradeChannel": "Unmanaged" } } });
    // <https://learn.microsoft.com/azure/aks/node-disruption-policy>
    for (cluster, script, reimaged) in [
        (json!({}), "@update --auto-upgrade-channel none --node-os-upgrade-channel None", 0),
        (json!({}), "@update --node-os-upgrade-channel Unmanaged", 2),
        (unmanaged.clone(), "@update --node-os-upgrade-channel None", 2),
        (unmanaged, "@update --auto-upgrade-channel none", 0),
        (json!({}), "@update --http-proxy-config proxy.json", 2),
        (json!({}), "@update --tier standard", 0),
        (json!({}), "@update --node-provisioning-mode Manual", 0),
        (json!({ "properties": { "provisioningState": "Failed" } }), "@update", 0),
        (json!({ "properties": { "powerState": { "code": "Stopped" } } }), "@start", 0),
        (
            json!({ "properties": { "addonProfiles": { "aciConnectorLinux": { "enabled": true } } } }),
            "@disable-addons --addons virtual-node",
            0,
        ),
        (
            json!({ "properties": { "networkProfile": { "networkPolicy": "calico" } } }),
            "@update --network-policy none",
            2,
        ),
    ] {
        let mut world = world("kubenet", &cluster, &json!({}));
        assert_eq!(runs(&mut world, script).len(), reimaged, "{script} with {cluster}");
    }
    let mut running = world("kubenet", &json!({}), &json!({}));
    assert_eq!(refused(&mut running, "@start"), "OperationNotAllowed");
    runs(&mut running, "@stop");
    assert_eq!(running.room(&nodes()), Some((251, 0)));
    assert_eq!(refused(&mut running, "@update"), "OperationNotAllowed");
    runs(&mut running, "@start");
    assert_eq!((running.room(&nodes()), routes(&running, "rt")), (Some((251, 6)), 7));
}

#[test]
fn clusters_are_made_and_deleted() {
    let mut world = world("kubenet", &json!({}), &json!({}));
    let make = |more: &str| {
        format!(
            "az aks create --subscription {SUBSCRIPTION} --resource-group rg-aks --name next --network-plugin azure --network-plugin-mode overlay {more}"
        )
    };
    let here = format!("--vnet-subnet-id {}", subnet_id("vnet", "empty"));
    assert_eq!(
        refused(&mut world, &make(&format!("--vnet-subnet-id {}", subnet_id("vnet", "other")))),
        "ResourceNotFound"
    );
    assert_eq!(
        refused(&mut world, &make(&format!("{here} --pod-cidr 10.40.0.0/16"))),
        "NetworkProfileCIDROverlapVNET"
    );
    assert_eq!(
        refused(&mut world, &make(&format!("{here} --node-count 300 --pod-cidr 100.64.0.0/14"))),
        "InsufficientSubnetSize"
    );
    assert_eq!(
        refused(&mut world, &make(&format!("{here} --kubernetes-version 1.29.1"))),
        "K8sVersionNotSupported"
    );
    runs(&mut world, &make(&format!("{here} --pod-cidr 100.64.0.0/16 --node-count 4")));
    assert_eq!(world.room(&subnet_id("vnet", "empty")), Some((251, 4)));
    assert_eq!(refused(&mut world, &make(&here)), "Conflict");
    runs(&mut world, "@delete --yes");
    assert_eq!((world.room(&nodes()), world.all(Shelf::Cluster).count()), (Some((251, 0)), 1));
}

#[test]
fn a_pod_cidr_grows_around_itself_only() {
    let overlay = |apps: Value| {
        world(
            "azure",
            &json!({ "properties": { "networkProfile": { "networkPluginMode": "overlay", "podCidr": "10.244.0.0/18", "podCidrs": ["10.244.0.0/18"] } } }),
            &apps,
        )
    };
    runs(&mut overlay(json!({})), "@update --pod-cidr 10.244.0.0/16");
    for (cidr, apps) in [
        ("10.245.0.0/16", json!({})),
        ("10.244.0.0/18", json!({})),
        ("10.244.0.0/19", json!({})),
        ("10.244.0.0/16", json!({ "osType": "Windows", "osSKU": "Windows2022" })),
    ] {
        assert_eq!(
            refused(&mut overlay(apps), &format!("@update --pod-cidr {cidr}")),
            "InvalidParameter",
            "{cidr}"
        );
    }
}
