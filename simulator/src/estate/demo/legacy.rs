//! Workplace and legacy hosting: everything that retires, and ARM's stranger answers.

use crate::estate::{
    Resources,
    build::{Cluster, Consumer, Draft, Pool, Side, Subnet, Vnet},
};
use serde_json::{Value, json};

use super::plan;

const OWNER: &str = "team-workplace";
const COST_CENTER: &str = "CC-9900";

/// The subscription's resources.
pub(super) fn resources() -> Resources {
    let mut draft = Draft::new(plan::LEGACY);
    network(&mut draft);
    retirements(&mut draft);
    archive(&mut draft);
    acquired(&mut draft);
    odd_fields(&mut draft);
    hostile(&mut draft);
    unfinished(&mut draft);
    draft.finish()
}

fn at(name: &str) -> String {
    plan::legacy_weu().subnet(name)
}

fn network(draft: &mut Draft) {
    let net = plan::legacy_weu();
    let redteam = draft.table(draft.new_table(&net.group, "rt-aks-redteam", &net.location));
    draft.vnet(
        Vnet::of(&net)
            .tags(OWNER, "prod")
            .peer(&plan::hub_weu(), Side::Spoke)
            .subnet(Subnet::new("snet-aks-intranet", "10.70.0.0/22").set("defaultOutboundAccess", true))
            .subnet(
                Subnet::new("snet-aks-archive", "10.70.4.0/23")
                    .hold(Consumer::machines(&net, "vm-archive", 5))
                    .hold(Consumer::private_endpoints(&net, "pe-archive", 3))
                    .hold(Consumer::load_balancer(&net, "lbi-archive", 2)),
            )
            .subnet(Subnet::new("snet-aks-wiki", "10.70.6.0/26"))
            .subnet(Subnet::new("snet-aks-redteam", "10.70.6.64/26").route_table(&redteam))
            .subnet(Subnet::new("snet-aks-next", "10.70.6.128/26")),
    );
}

/// Add-ons, tags, images and runtimes that have an end date.
fn retirements(draft: &mut Draft) {
    let subnet = at("snet-aks-intranet");
    let workspace = format!(
        "/subscriptions/{}/resourceGroups/rg-monitoring/providers/Microsoft.OperationalInsights/workspaces/log-legacy",
        plan::LEGACY
    );
    draft.cluster(
        Cluster::azure("rg-intranet-prod-weu", "aks-intranet-prod-weu")
            .tags(OWNER, "prod", COST_CENTER)
            .version("1.30.14")
            .policy("calico")
            .system_assigned()
            .addon("openServiceMesh", Value::Null)
            .addon(
                "httpApplicationRouting",
                json!({"HTTPApplicationRoutingZoneName": "intranet.westeurope.aksapp.io"}),
            )
            .addon("omsagent", json!({"logAnalyticsWorkspaceResourceID": workspace, "useAADAuth": "false"}))
            .set(
                "properties.ingressProfile",
                json!({"webAppRouting": {
                    "enabled": true,
                    "dnsZoneResourceIds": [],
                    "nginx": {"defaultIngressControllerType": "AnnotationControlled"},
                    "gatewayAPIImplementations": {"appRoutingIstio": {"mode": "Disabled"}},
                }}),
            )
            .set("properties.podIdentityProfile", json!({"enabled": true}))
            .set(
                "properties.securityProfile.defender",
                json!({
                    "logAnalyticsWorkspaceResourceId": workspace, "securityMonitoring": {"enabled": true}
                }),
            )
            .pool(
                Pool::system("system", 3)
                    .subnet(&subnet)
                    .set("tags", json!({"aks-disable-kubelet-serving-certificate-rotation": "true"})),
            )
            .pool(
                Pool::user("fips", 3)
                    .subnet(&subnet)
                    .image("Ubuntu", "AKSUbuntu-2004fipsgen2containerd-202610.28.0")
                    .set("enableFIPS", true),
            )
            .pool(
                Pool::user("bionic", 1)
                    .subnet(&subnet)
                    .image("Ubuntu", "AKSUbuntu-1804gen2containerd-202306.07.0")
                    .set("currentOrchestratorVersion", "1.27.16"),
            )
            .pool(
                Pool::user("mariner", 2)
                    .subnet(&subnet)
                    .image("CBLMariner", "AKSCBLMariner-V2gen2-202511.20.0"),
            )
            .pool(Pool::user("wasm", 1).subnet(&subnet).set("workloadRuntime", "WasmWasi")),
    );
}

/// Nodes from before 2022 that hold 31 addresses each, beside machines, endpoints and a load balancer; a service
/// range inside the network's own space.
fn archive(draft: &mut Draft) {
    let subnet = at("snet-aks-archive");
    draft.cluster(
        Cluster::azure("rg-archive-prod-weu", "aks-archive-prod-weu")
            .tags("team-records", "prod", "CC-9910")
            .version("1.31.13")
            .long_term_support()
            .created("2020-09-15")
            .service_cidr("10.70.64.0/20", "10.70.64.10")
            .internal_services(1)
            .pool(Pool::system("nodepool1", 3).subnet(&subnet).holding(31))
            .pool(Pool::user("archive", 9).subnet(&subnet).holding(31).unavailable("1")),
    );
}

/// Between them the network's address spaces leave no private range for pods.
fn acquired(draft: &mut Draft) {
    let net = plan::acquired_weu();
    draft.vnet(
        Vnet::of(&net)
            .tags("team-harbourfoods", "prod")
            .subnet(Subnet::new("snet-aks-erp", "10.200.8.0/25"))
            .subnet(
                Subnet::new("snet-mainframe", "172.20.4.0/26").hold(Consumer::machines(&net, "vm-as400", 4)),
            ),
    );
    let nodes = net.subnet("snet-aks-erp");
    draft.cluster(
        Cluster::azure("rg-harbourerp-prod-weu", "aks-harbourerp-prod-weu")
            .tags("team-harbourfoods", "prod", "CC-9920")
            .created("2021-06-02")
            .service_cidr("198.18.0.0/16", "198.18.0.10")
            .pool(Pool::system("system", 3).subnet(&nodes).autoscale(3, 5)),
    );
}

/// Ids, locations and values as some API versions spell them.
fn odd_fields(draft: &mut Draft) {
    let odd =
        |id: &str| id.replace("resourceGroups", "resourcegroups").replace("snet-aks-wiki", "SNET-AKS-WIKI");
    let subnet = odd(&at("snet-aks-wiki"));
    draft.cluster(
        Cluster::kubenet("rg-wiki-prod-weu", "aks-wiki-prod-weu")
            .set("id", format!(
                "/subscriptions/{}/resourcegroups/rg-wiki-prod-weu/providers/Microsoft.ContainerService/ManagedClusters/aks-wiki-prod-weu",
                plan::LEGACY.to_uppercase()
            ))
            .set("location", "West Europe")
            .set("tags", json!({"Owner": OWNER, "Environment": "Production", "costCenter": COST_CENTER, "note": ""}))
            .set("sku", Value::Null)
            .set("extendedLocation", Value::Null)
            .set("properties.addonProfiles", Value::Null)
            .set("properties.identityProfile", Value::Null)
            .set("properties.provisioningState", "Reconciling")
            .set("properties.futureProfile", json!({"enabled": "sometimes"}))
            .network("networkPlugin", "Kubenet")
            .network("networkPolicy", Value::Null)
            .network("networkDataplane", Value::Null)
            .network("loadBalancerSku", "Standard")
            .network("podCidrs", Value::Null)
            .network("ipFamilies", Value::Null)
            .network("outboundType", "managedNATGatewayV3")
            .pool(
                Pool::system("nodepool1", 3)
                    .subnet(&subnet)
                    .set("count", "3")
                    .set("maxPods", "110")
                    .set("osSKU", "UbuntuContainer")
                    .set("scaleSetPriority", Value::Null)
                    .set("upgradeSettings", Value::Null)
                    .set("availabilityZones", Value::Null)
                    .set("powerState", Value::Null)
                    .set("kubeletDiskType", "Quantum"),
            )
            .pool(
                Pool::user("apps", 2)
                    .subnet(&subnet)
                    .without("mode")
                    .without("osType")
                    .without("type")
                    .set("enableAutoScaling", Value::Null)
                    .set("minCount", Value::Null)
                    .set("maxCount", Value::Null),
            ),
    );
}

/// The red team's cluster: a name and tags that attack spreadsheets, Markdown, HTML and shells.
fn hostile(draft: &mut Draft) {
    let subnet = at("snet-aks-redteam");
    draft.cluster(
        Cluster::kubenet("rg-redteam", "aks-redteam-$(id)`id`'|\"&<b>")
            .node_group("rg-redteam-nodes")
            .set(
                "tags",
                json!({
                    "owner": "=cmd()|' /C calc'!A0",
                    "environment": "prod\u{202e}tset",
                    "costCenter": "+1-1",
                    "script": "<script>alert(1)</script>",
                    "pipes": "a | b || c\r\nd",
                    "quotes": "\"; reboot #"
                }),
            )
            .pool(Pool::system("nodepool1", 2).subnet(&subnet)),
    );
}

/// Being created, so that nothing tells its mode yet; and a plugin of the future.
fn unfinished(draft: &mut Draft) {
    draft.cluster(
        Cluster::azure("rg-portal-test-weu", "aks-portal-test-weu")
            .tags(OWNER, "test", COST_CENTER)
            .created("2026-11-20")
            .set("properties.provisioningState", "Creating")
            .set("properties.agentPoolProfiles", Value::Null)
            .network("networkDataplane", Value::Null),
    );
    draft.cluster(
        Cluster::azure("rg-next-dev-weu", "aks-next-dev-weu")
            .tags(OWNER, "dev", COST_CENTER)
            .network("networkPlugin", "azure-next")
            .pool(Pool::system("system", 2).subnet(&at("snet-aks-next")).max_pods(60).holding(1)),
    );
}
