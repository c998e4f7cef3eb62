//! Each showcase is there: the property that makes it one, and the figures it was given on purpose.

use serde_json::{Value, json};

use super::*;

/// Cluster, where to look, what is there; `/pool/` stands for the named pool.
fn expected() -> Vec<(&'static str, &'static str, Value)> {
    let mut all = kubenet();
    all.extend(azure());
    all.extend(pools());
    all.extend(retirements());
    all
}

fn kubenet() -> Vec<(&'static str, &'static str, Value)> {
    vec![
        ("aks-pos-prod-weu", "/properties/networkProfile/networkPlugin", json!("kubenet")),
        ("aks-pos-prod-weu", "/identity/type", json!("UserAssigned")),
        ("aks-scanner-prod-weu", "/systemData/createdAt", json!("2026-11-03T09:14:52.3187211Z")),
        ("aks-pos-dev-weu", "/identity/type", json!("SystemAssigned")),
        ("aks-pos-dev-weu", "/properties/networkProfile/networkPolicy", json!("calico")),
        ("aks-pos-dev-weu", "/properties/currentKubernetesVersion", json!("1.28.15")),
        ("aks-loyalty-test-weu", "/properties/currentKubernetesVersion", json!("1.26.12")),
        ("aks-loyalty-test-weu", "/identity", Value::Null),
        ("aks-stock-test-weu", "/properties/provisioningState", json!("Failed")),
        ("aks-kiosk-test-weu", "/properties/powerState/code", json!("Stopped")),
        ("aks-kiosk-prod-weu", "/properties/networkProfile/podCidr", json!("172.30.0.0/16")),
        ("aks-signage-dev-weu", "/properties/networkProfile/loadBalancerSku", json!("Basic")),
        ("aks-fuel-prod-weu", "/properties/networkProfile/ipFamilies", json!(["IPv4", "IPv6"])),
        ("aks-scanner-test-neu", "/properties/podIdentityProfile/allowNetworkPluginKubenet", json!(true)),
        ("aks-pricing-prod-weu", "/properties/networkProfile/outboundType", json!("userDefinedRouting")),
        ("aks-labs-dev-weu", "/sku/tier", json!("Free")),
        ("aks-wiki-prod-weu", "/location", json!("West Europe")),
        ("aks-wiki-prod-weu", "/properties/agentPoolProfiles/0/count", json!("3")),
        ("aks-wiki-prod-weu", "/properties/networkProfile/podCidrs", Value::Null),
    ]
}

fn azure() -> Vec<(&'static str, &'static str, Value)> {
    vec![
        ("aks-partnerapi-prod-eus2", "/properties/networkProfile/networkPlugin", json!("Azure")),
        ("aks-webshop-prod-weu", "/properties/networkProfile/networkPolicy", json!("azure")),
        (
            "aks-media-prod-weu",
            "/properties/addonProfiles/aciConnectorLinux/config/SubnetName",
            json!("snet-virtual-nodes"),
        ),
        ("aks-recommend-prod-eus2", "/properties/nodeProvisioningProfile/mode", json!("Auto")),
        ("aks-routing-prod-weu", "/properties/networkProfile/networkDataplane", json!("cilium")),
        ("aks-routing-prod-weu", "/properties/networkProfile/podCidr", json!("10.244.0.0/16")),
        ("aks-tracking-prod-weu", "/properties/networkProfile/podCidr", json!("10.244.0.0/16")),
        ("aks-optimizer-prod-weu", "/sku/name", json!("Automatic")),
        ("aks-terminals-prod-weu", "/properties/networkProfile/networkPlugin", json!("none")),
        ("aks-ledger-prod-weu", "/properties/apiServerAccessProfile/enableVnetIntegration", json!(true)),
        ("aks-fraud-prod-weu", "/properties/apiServerAccessProfile/enablePrivateCluster", json!(true)),
        ("aks-cards-prod-weu", "/properties/supportPlan", json!("AKSLongTermSupport")),
        ("aks-portal-test-weu", "/properties/agentPoolProfiles", Value::Null),
        ("aks-next-dev-weu", "/properties/networkProfile/networkPlugin", json!("azure-next")),
        ("aks-archive-prod-weu", "/properties/networkProfile/serviceCidr", json!("10.70.64.0/20")),
    ]
}

fn pools() -> Vec<(&'static str, &'static str, Value)> {
    vec![
        ("aks-signage-dev-weu", "/pool/nodepool1/type", json!("AvailabilitySet")),
        ("aks-scanner-test-neu", "/pool/enclave/vmSize", json!("Standard_DC4s_v2")),
        ("aks-labs-dev-weu", "/pool/nosurge/upgradeSettings/maxUnavailable", json!("25%")),
        ("aks-labs-dev-weu", "/pool/parked/scaleDownMode", json!("Deallocate")),
        ("aks-labs-dev-weu", "/pool/spot/scaleSetPriority", json!("Spot")),
        ("aks-labs-dev-weu", "/pool/paused/powerState/code", json!("Stopped")),
        ("aks-labs-dev-weu", "/pool/scratch/upgradeSettings/maxSurge", Value::Null),
        ("aks-training-dev-weu", "/pool/lessons/currentOrchestratorVersion", json!("1.32.11")),
        ("aks-dock-prod-weu", "/pool/mixed/count", Value::Null),
        ("aks-dock-prod-weu", "/pool/mixed/virtualMachineNodesStatus/1/count", json!(2)),
        ("aks-dock-prod-weu", "/pool/elastic/virtualMachinesProfile/scale/autoscale/0/maxCount", json!(14)),
        ("aks-dock-prod-weu", "/pool/egress/mode", json!("Gateway")),
        ("aks-gates-prod-weu", "/pool/gates/upgradeStrategy", json!("BlueGreen")),
        ("aks-stream-prod-weu", "/pool/stream/podIPAllocationMode", json!("DynamicIndividual")),
        ("aks-batch-prod-weu", "/pool/batch/podIPAllocationMode", json!("StaticBlock")),
        ("aks-batch-prod-weu", "/pool/batch/maxPods", json!(32)),
        ("aks-render-prod-eus2", "/pool/final/count", json!(980)),
        ("aks-render-prod-eus2", "/pool/final/upgradeSettings/maxSurge", json!("33%")),
        ("aks-campaign-prod-eus2", "/pool/campaign/vnetSubnetID", Value::Null),
    ]
}

fn retirements() -> Vec<(&'static str, &'static str, Value)> {
    let image = |text: &str| json!(text);
    vec![
        (
            "aks-loyalty-test-weu",
            "/pool/nodepool1/nodeImageVersion",
            image("AKSUbuntu-1804gen2containerd-202402.07.0"),
        ),
        ("aks-edge-test-neu", "/pool/system/nodeImageVersion", image("AKSAzureLinux-V2gen2-202511.20.0")),
        ("aks-edge-test-neu", "/pool/flatcar/osSKU", json!("flatcar")),
        (
            "aks-intranet-prod-weu",
            "/pool/fips/nodeImageVersion",
            image("AKSUbuntu-2004fipsgen2containerd-202610.28.0"),
        ),
        ("aks-intranet-prod-weu", "/pool/wasm/workloadRuntime", json!("WasmWasi")),
        ("aks-intranet-prod-weu", "/properties/addonProfiles/openServiceMesh/enabled", json!(true)),
        ("aks-intranet-prod-weu", "/properties/addonProfiles/omsagent/config/useAADAuth", json!("false")),
        ("aks-intranet-prod-weu", "/properties/addonProfiles/httpApplicationRouting/enabled", json!(true)),
        ("aks-intranet-prod-weu", "/properties/ingressProfile/webAppRouting/enabled", json!(true)),
        ("aks-ml-prod-weu", "/pool/gpu/tags/SkipGPUDriverInstall", json!("true")),
        ("aks-tracking-prod-weu", "/pool/tracking/osSKU", json!("Ubuntu2204")),
        ("aks-cards-prod-weu", "/pool/win19/osSKU", json!("Windows2019")),
        ("aks-cards-prod-weu", "/pool/annual/osSKU", json!("WindowsAnnual")),
        ("aks-cards-prod-weu", "/pool/docker/nodeImageVersion", image("AKSWindows-2019-17763.1879.210414")),
    ]
}

#[test]
fn each_showcase_is_there() {
    let made = made(42, Size::Small);
    for (name, pointer, value) in expected() {
        let cluster = made.cluster(name);
        let found = match pointer.strip_prefix("/pool/").and_then(|rest| rest.split_once('/')) {
            Some((pool, rest)) => array(cluster, "/properties/agentPoolProfiles")
                .iter()
                .find(|p| p["name"] == pool)
                .unwrap_or_else(|| panic!("{name} has no pool {pool}"))
                .pointer(&format!("/{rest}")),
            None => cluster.pointer(pointer),
        };
        assert_eq!(found.unwrap_or(&Value::Null), &value, "{name} {pointer}");
    }
}

#[test]
fn subnets_hold_what_they_were_meant_to_hold() {
    let made = made(42, Size::Small);
    for (vnet, subnet, count) in [
        ("vnet-stores-weu", "snet-aks-pos", 15 + 3),
        ("vnet-stores-neu", "snet-aks-collect", 10),
        ("vnet-stores-weu", "snet-aks-fuel", 44 * 2),
        ("vnet-stores-weu", "snet-appgw-loyalty", 1),
        ("vnet-stores-test-weu", "snet-aks-stock-test", 2 + 5),
        ("vnet-stores-test-weu", "snet-aks-kiosk-test", 0),
        ("vnet-stores-test-weu", "snet-aks-returns-test", 5),
        ("vnet-stores-test-weu", "snet-aks-labs", 1 + 4 + 12 + 3 + 3 + 3),
        ("vnet-commerce-weu", "snet-aks-webshop", 27 * 29 + 5),
        ("vnet-commerce-weu", "snet-aks-checkout", 8 * 29),
        ("vnet-commerce-weu", "snet-aks-search", 14 * 29),
        ("vnet-commerce-weu", "snet-aks-media", 15 * 29),
        ("vnet-commerce-weu", "snet-aks-personal", 2 * 29 + 4),
        ("vnet-commerce-weu", "snet-pods-personal", 0),
        ("vnet-commerce-neu", "snet-aks-cart", 59),
        ("vnet-commerce-eus2", "snet-aks-recommend", 10 * 29),
        ("vnet-commerce-eus2", "snet-aks-partners", 8 * 111),
        ("vnet-logistics-weu", "snet-aks-customs", 261),
        ("vnet-logistics-weu", "snet-aks-drivers", 24),
        ("vnet-logistics-weu", "snet-aks-gates", 33),
        ("vnet-logistics-weu", "snet-aks-sorting", 10 * 2),
        ("vnet-logistics-weu", "snet-aks-dock", 3 + 6 + 5 + 2),
        ("vnet-logistics-eus2", "snet-aks-fleet", 892),
        ("vnet-data-weu", "snet-aks-lake", 215),
        ("vnet-data-neu", "snet-aks-reporting", 36 * 29),
        ("vnet-render-eus2", "snet-aks-render", 7 + 980 + 5 * 610),
        ("vnet-payments-weu", "snet-aks-cards", 3 * 29 + 11 * 31 + 2),
        ("vnet-payments-weu", "snet-aks-fraud", 11 + 1 + 1),
        ("vnet-payments-weu", "snet-dns", 4),
        ("vnet-legacy-weu", "snet-aks-archive", 12 * 31 + 5 + 3 + 2 + 1),
        ("vnet-hub-weu", "GatewaySubnet", 2),
        ("vnet-hub-weu", "AzureBastionSubnet", 1),
        ("vnet-hub-weu", "AzureFirewallSubnet", 1),
    ] {
        assert_eq!(listed(made.subnet(vnet, subnet)), count, "{vnet}/{subnet}");
    }
}

#[test]
fn delegations_tables_and_names_are_the_planned_ones() {
    let made = made(42, Size::Small);
    for (vnet, subnet, service) in [
        ("vnet-stores-test-weu", "snet-aks-labs", "Microsoft.ContainerService/managedClusters"),
        ("vnet-commerce-weu", "snet-virtual-nodes", "Microsoft.ContainerInstance/containerGroups"),
        ("vnet-commerce-weu", "snet-agc-webshop", "Microsoft.ServiceNetworking/trafficControllers"),
        ("vnet-commerce-weu", "snet-appgw-webshop", "Microsoft.Network/applicationGateways"),
        ("vnet-files-neu", "snet-volumes", "Microsoft.Netapp/volumes"),
        ("vnet-payments-weu", "snet-apiserver", "Microsoft.ContainerService/managedClusters"),
    ] {
        let found = made.subnet(vnet, subnet).pointer("/properties/delegations/0/properties/serviceName");
        assert_eq!(found, Some(&json!(service)), "{subnet}");
    }
    let long = made.vnets().find(|v| text(&v["name"]).len() > 63).expect("a long name");
    assert!(text(&long["id"]).contains('('));
    let untabled = made.subnet(text(&long["name"]), "snet-aks-promotions-batch");
    assert_eq!(untabled["properties"]["routeTable"], Value::Null);
    assert_eq!(
        array(made.subnet("vnet-logistics-weu", "snet-aks-gates"), "/properties/addressPrefixes").len(),
        2
    );
    let gateways = made.resources.iter().flat_map(|r| &r.application_gateways);
    let largest =
        gateways.filter_map(|g| g.pointer("/properties/autoscaleConfiguration/maxCapacity")?.as_u64()).max();
    assert_eq!(largest, Some(40));
}

#[test]
fn access_state_and_tenant_are_mixed() {
    let estate = demo(42, Size::Small);
    let count = |what: fn(&Subscription) -> bool| estate.subscriptions.iter().filter(|s| what(s)).count();
    assert_eq!(count(|s| s.access == Access::Denied), 1);
    assert_eq!(count(|s| s.access == Access::NetworkDenied), 1);
    assert_eq!(count(|s| s.state == "Disabled"), 1);
    assert_eq!(count(|s| s.tenant_id != TENANT), 1);
}

#[test]
fn hostile_names_and_tags_are_served_as_they_are() {
    let made = made(42, Size::Small);
    let red = made.clusters().find(|c| text(&c["name"]).starts_with("aks-redteam-")).expect("the red team");
    assert!(text(&red["name"]).contains("$(id)`"));
    let tags = red["tags"].to_string();
    for part in ["=cmd()", "<script>", "a | b || c\\r\\nd", "\u{202e}"] {
        assert!(tags.contains(part), "{part}");
    }
}
