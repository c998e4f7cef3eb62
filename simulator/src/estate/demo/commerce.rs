//! E-commerce: Azure CNI with pods on the node subnet, and the address pressure that follows.

use crate::estate::{
    Resources,
    build::{ApplicationGateway, Cluster, Consumer, Draft, Pool, Rule, Side, Subnet, Vnet},
};
use serde_json::json;

use super::plan;

const OWNER: &str = "team-webshop";
const COST_CENTER: &str = "CC-5200";
const ACI: &str = "Microsoft.ContainerInstance/containerGroups";
const AGC: &str = "Microsoft.ServiceNetworking/trafficControllers";

/// The subscription's resources.
pub(super) fn resources() -> Resources {
    let mut draft = Draft::new(plan::COMMERCE);
    networks(&mut draft);
    gateways(&mut draft);
    pressure(&mut draft);
    shared(&mut draft);
    virtual_nodes(&mut draft);
    policies(&mut draft);
    united_states(&mut draft);
    live_shopping(&mut draft);
    load_tests(&mut draft);
    draft.finish()
}

fn cluster(name: &str) -> Cluster {
    let group = format!("rg-{}", name.trim_start_matches("aks-"));
    Cluster::azure(&group, name).tags(OWNER, "prod", COST_CENTER)
}

fn networks(draft: &mut Draft) {
    let weu = plan::commerce_weu();
    let plain = draft.security_group(draft.new_security_group(&weu.group, "nsg-aks-commerce", &weu.location));
    let closed = draft.new_security_group(&weu.group, "nsg-aks-personal", &weu.location);
    let closed = draft.security_group(closed.rule(&Rule {
        name: "deny-telemetry",
        priority: 400,
        direction: "Outbound",
        access: "Deny",
        from: &["VirtualNetwork"],
        to: &["AzureMonitor"],
        ports: "443",
    }));
    draft.vnet(
        Vnet::of(&weu)
            .tags("team-network", "prod")
            .peer(&plan::hub_weu(), Side::Spoke)
            .subnet(Subnet::new("snet-aks-webshop", "10.30.0.0/22").security_group(&plain))
            .subnet(Subnet::new("snet-aks-checkout", "10.30.4.0/24").security_group(&plain))
            .subnet(Subnet::new("snet-aks-checkout-system", "10.30.5.0/25").security_group(&plain))
            .subnet(Subnet::new("snet-aks-search", "10.30.6.0/23").security_group(&plain))
            .subnet(Subnet::new("snet-aks-media", "10.30.8.0/23").security_group(&plain))
            .subnet(
                Subnet::new("snet-virtual-nodes", "10.30.10.0/24")
                    .delegated(ACI)
                    .set("ipConfigurationProfiles", container_profiles())
                    .set("serviceAssociationLinks", json!([{
                        "name": "acisal",
                        "id": format!("{}/serviceAssociationLinks/acisal", weu.subnet("snet-virtual-nodes")),
                        "type": "Microsoft.Network/virtualNetworks/subnets/serviceAssociationLinks",
                        "properties": {
                            "provisioningState": "Succeeded", "linkedResourceType": ACI,
                            "allowDelete": false, "locations": []
                        }
                    }])),
            )
            .subnet(Subnet::new("snet-agc-media", "10.30.12.0/23").delegated(AGC))
            .subnet(Subnet::new("snet-agc-webshop", "10.30.14.0/24").delegated(AGC))
            .subnet(
                Subnet::new("snet-appgw-webshop", "10.30.15.0/24").delegated("Microsoft.Network/applicationGateways"),
            )
            .subnet(Subnet::new("snet-appgw-search", "10.30.16.0/23"))
            .subnet(Subnet::new("snet-aks-personal", "10.30.18.0/24").security_group(&closed))
            .subnet(
                Subnet::new("snet-pods-personal", "10.30.20.0/23")
                    .delegated("Microsoft.ContainerService/managedClusters"),
            )
            .subnet(Subnet::new("snet-endpoints", "10.30.22.0/26")
                .hold(Consumer::private_endpoints(&weu, "pe-cosmos", 18))),
    );
    let neu = plan::commerce_neu();
    draft.vnet(
        Vnet::of(&neu)
            .peer(&plan::hub_neu(), Side::Spoke)
            .subnet(Subnet::new("snet-aks-cart", "10.31.0.0/26"))
            .subnet(
                Subnet::new("snet-redis", "10.31.0.64/26")
                    .hold(Consumer::private_endpoints(&neu, "pe-redis", 6)),
            )
            .subnet(Subnet::new("snet-apps", "10.31.0.128/25").hold(Consumer::machines(&neu, "vm-cart", 9))),
    );
    let eus2 = plan::commerce_eus2();
    draft.vnet(
        Vnet::of(&eus2)
            .peer(&plan::hub_eus2(), Side::Spoke)
            .subnet(Subnet::new("snet-aks-recommend", "10.32.0.0/22").hold(Consumer::auto_provisioned(
                plan::COMMERCE,
                "MC_rg-recommend-prod-eus2_aks-recommend-prod-eus2_eastus2",
                7,
                29,
            )))
            .subnet(Subnet::new("snet-aks-partners", "10.32.4.0/22"))
            .subnet(Subnet::new("snet-aks-loadtest", "10.32.32.0/19")),
    );
    let live = plan::livestream_neu();
    draft.vnet(
        Vnet::of(&live)
            .tags("team-livestream", "prod")
            .peer(&plan::hub_neu(), Side::Spoke)
            .subnet(Subnet::new("snet-aks-livestream", "10.33.0.0/23"))
            .subnet(Subnet::new("snet-agc-livestream", "10.33.4.0/23").delegated(AGC)),
    );
}

/// What Azure lists for container groups: profiles, not addresses.
fn container_profiles() -> serde_json::Value {
    let profile = |i: usize| {
        let group = "/resourceGroups/MC_rg-media-prod-weu_aks-media-prod-weu_westeurope";
        json!({"id": format!(
            "/subscriptions/{}{group}/providers/Microsoft.Network/networkProfiles/vk-media/\
             containerNetworkInterfaceConfigurations/eth{i}/ipConfigurations/ipconfigprofile1",
            plan::COMMERCE
        )})
    };
    (0..6).map(profile).collect()
}

fn gateways(draft: &mut Draft) {
    let net = plan::commerce_weu();
    draft.gateway(
        ApplicationGateway::autoscaled(&net.subnet("snet-appgw-webshop"), &net.group, "agw-webshop", 3, 40)
            .private_frontend(),
    );
    let search = ApplicationGateway::fixed(&net.subnet("snet-appgw-search"), &net.group, "agw-search", 4);
    draft.gateway(search.version_one());
}

/// Subnets that hold today's nodes and not the next upgrade's.
fn pressure(draft: &mut Draft) {
    let net = plan::commerce_weu();
    // 27 nodes: an upgrade pool by pool fits, one that reimages all pools at once does not.
    let webshop = net.subnet("snet-aks-webshop");
    let gateway = format!(
        "/subscriptions/{}/resourceGroups/{}/providers/Microsoft.Network/applicationGateways/agw-webshop",
        plan::COMMERCE,
        net.group
    );
    draft.cluster(
        cluster("aks-webshop-prod-weu")
            .policy("azure")
            .internal_services(5)
            .addon(
                "ingressApplicationGateway",
                json!({
                    "applicationGatewayId": gateway, "effectiveApplicationGatewayId": gateway
                }),
            )
            .pool(Pool::system("system", 3).subnet(&webshop).surge("33%"))
            .pool(Pool::user("web", 14).subnet(&webshop).surge("33%").autoscale(10, 20))
            .pool(Pool::user("api", 10).subnet(&webshop).surge("33%").autoscale(6, 16)),
    );
    // Eight nodes of 31 addresses fit a /24, the ninth of an upgrade does not. Only user pools can do without it.
    let checkout = net.subnet("snet-aks-checkout");
    draft.cluster(
        cluster("aks-checkout-prod-weu")
            .version("1.34.6")
            .internal_services(2)
            .tags("team-checkout", "prod", "CC-5210")
            .pool(Pool::system("system", 2).subnet(&net.subnet("snet-aks-checkout-system")).surge("1"))
            .pool(Pool::user("checkout", 8).subnet(&checkout).surge("1")),
    );
    let cart = plan::commerce_neu().subnet("snet-aks-cart");
    draft.cluster(
        cluster("aks-cart-prod-neu")
            .at("northeurope")
            .version("1.34.6")
            .internal_services(1)
            .pool(Pool::system("system", 2).subnet(&cart)),
    );
}

/// Two clusters in one subnet, each of which looks fine alone.
fn shared(draft: &mut Draft) {
    let net = plan::commerce_weu();
    let subnet = net.subnet("snet-aks-search");
    let gateway = format!(
        "/subscriptions/{}/resourceGroups/{}/providers/Microsoft.Network/applicationGateways/agw-search",
        plan::COMMERCE,
        net.group
    );
    draft.cluster(
        cluster("aks-search-prod-weu")
            .addon("ingressApplicationGateway", json!({"effectiveApplicationGatewayId": gateway}))
            .pool(Pool::system("system", 3).subnet(&subnet))
            .pool(Pool::user("search", 4).subnet(&subnet).autoscale(4, 8).surge("33%")),
    );
    draft.cluster(
        cluster("aks-catalog-prod-weu")
            .tags("team-catalog", "prod", "CC-5230")
            .pool(Pool::system("system", 2).subnet(&subnet))
            .pool(Pool::user("catalog", 5).subnet(&subnet).surge("33%")),
    );
}

fn virtual_nodes(draft: &mut Draft) {
    let media = plan::commerce_weu().subnet("snet-aks-media");
    draft.cluster(
        cluster("aks-media-prod-weu")
            .tags("team-media", "prod", "CC-5240")
            .addon("aciConnectorLinux", json!({"SubnetName": "snet-virtual-nodes"}))
            .pool(Pool::system("system", 3).subnet(&media))
            .pool(Pool::user("render", 12).subnet(&media).autoscale(6, 18).surge("25%")),
    );
}

/// A policy engine to remove first, and a pool whose pods have their own subnet.
fn policies(draft: &mut Draft) {
    let net = plan::commerce_weu();
    let subnet = net.subnet("snet-aks-personal");
    draft.cluster(
        cluster("aks-personalization-prod-weu")
            .version("1.29.15")
            .policy("calico")
            .pool(Pool::system("system", 2).subnet(&subnet))
            .pool(
                Pool::user("models", 4)
                    .subnet(&subnet)
                    .pod_subnet(&net.subnet("snet-pods-personal"))
                    .max_pods(60),
            ),
    );
}

fn united_states(draft: &mut Draft) {
    let net = plan::commerce_eus2();
    // Seven of its nodes come from node auto-provisioning; no pool counts them (see the subnet).
    let recommend = net.subnet("snet-aks-recommend");
    draft.cluster(
        cluster("aks-recommend-prod-eus2")
            .at("eastus2")
            .tags("team-recommend", "prod", "CC-5260")
            .set("properties.nodeProvisioningProfile.mode", "Auto")
            .pool(Pool::system("system", 3).subnet(&recommend)),
    );
    // Partners call its pods directly; its nodes date from before 2022 and hold 111 addresses each.
    let partners = net.subnet("snet-aks-partners");
    draft.cluster(
        cluster("aks-partnerapi-prod-eus2")
            .at("eastus2")
            .set(
                "tags",
                json!({
                    "owner": "team-partners", "environment": "production", "costCenter": "CC-5290",
                    "directPodAccess": "required"
                }),
            )
            .network("networkPlugin", "Azure")
            .created("2021-02-09")
            .pool(Pool::system("system", 2).subnet(&partners).max_pods(110).holding(111))
            .pool(Pool::user("partners", 6).subnet(&partners).max_pods(110).holding(111).surge("2")),
    );
    // AKS made this network: no other subnet can be chosen for a new pool.
    draft.cluster(
        cluster("aks-campaign-prod-eus2")
            .at("eastus2")
            .tags("team-campaign", "prod", "CC-5270")
            .pool(Pool::system("nodepool1", 3).max_pods(250))
            .pool(Pool::user("campaign", 6).max_pods(250).autoscale(3, 270)),
    );
}

/// A gateway subnet of a /23: fine as long as pods live on the node subnet, an outage on Overlay.
fn live_shopping(draft: &mut Draft) {
    let nodes = plan::livestream_neu().subnet("snet-aks-livestream");
    draft.cluster(
        cluster("aks-livestream-prod-neu")
            .at("northeurope")
            .tags("team-livestream", "prod", "CC-5250")
            .pool(Pool::system("system", 3).subnet(&nodes))
            .pool(Pool::user("chat", 11).subnet(&nodes).autoscale(8, 14)),
    );
}

/// Its autoscalers may go beyond what the Free tier and the subnet allow; so far they never did.
fn load_tests(draft: &mut Draft) {
    let nodes = plan::commerce_eus2().subnet("snet-aks-loadtest");
    draft.cluster(
        cluster("aks-loadtest-test-eus2")
            .at("eastus2")
            .tags("team-webshop", "test", COST_CENTER)
            .tier("Free")
            .pool(Pool::system("system", 3).subnet(&nodes))
            .pool(Pool::user("locust", 4).subnet(&nodes).autoscale(2, 600))
            .pool(Pool::user("gatling", 2).subnet(&nodes).autoscale(1, 600)),
    );
}
