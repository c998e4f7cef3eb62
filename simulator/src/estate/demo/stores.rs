//! Store systems, production: kubenet clusters, some ready to leave it and some held back by their network.

use crate::estate::{
    Resources,
    build::{ApplicationGateway, Cluster, Consumer, Draft, Pool, Rule, Side, Subnet, Vnet},
};
use serde_json::json;

use super::plan;

const OWNER: &str = "team-store-systems";
const COST_CENTER: &str = "CC-4410";

/// The subscription's resources.
pub(super) fn resources() -> Resources {
    let mut draft = Draft::new(plan::STORES);
    west_europe(&mut draft);
    north_europe(&mut draft);
    ready(&mut draft);
    shared_tables(&mut draft);
    many_routes(&mut draft);
    tight_ranges(&mut draft);
    conflicts(&mut draft);
    draft.finish()
}

fn cluster(group: &str, name: &str) -> Cluster {
    Cluster::kubenet(group, name).tags(OWNER, "prod", COST_CENTER)
}

fn west_europe(draft: &mut Draft) {
    let net = plan::stores_weu();
    let table = |draft: &mut Draft, name: &str| {
        let table = draft.new_table(&net.group, name, &net.location);
        draft.table(table.via_gateway("to-on-premises", "192.168.0.0/16"))
    };
    let pos = table(draft, "rt-aks-pos");
    let loyalty = table(draft, "rt-aks-loyalty");
    let fuel = table(draft, "rt-aks-fuel");
    let kiosk = table(draft, "rt-aks-kiosk");
    let vouchers = table(draft, "rt-aks-vouchers");
    let receipts = table(draft, "rt-aks-receipts");
    let offers = draft.new_table(&net.group, "rt-aks-offers", &net.location);
    let offers = draft.table(offers.via("default", "0.0.0.0/0", plan::firewall(&plan::hub_weu())));
    let mut stock = draft.new_table(&net.group, "rt-aks-stock", &net.location);
    for store in 0..322 {
        // Every store has its own line into the two data centres.
        let prefix = format!("172.{}.{}.0/24", 16 + store / 256, store % 256);
        stock = stock.via(&format!("store-{:04}", 1001 + store), &prefix, plan::firewall(&plan::hub_weu()));
    }
    let stock = draft.table(stock);
    let closed = draft.new_security_group(&net.group, "nsg-receipts", &net.location);
    let closed = draft.security_group(
        closed
            .rule(&Rule {
                name: "allow-store-servers",
                priority: 200,
                direction: "Inbound",
                access: "Allow",
                from: &["10.20.8.0/24", "10.20.9.0/25"],
                to: &["10.20.6.0/25"],
                ports: "443",
            })
            .rule(&Rule {
                name: "deny-unknown-sources",
                priority: 210,
                direction: "Inbound",
                access: "Deny",
                from: &["*"],
                to: &["*"],
                ports: "*",
            })
            .rule(&Rule {
                name: "allow-pods-to-servers",
                priority: 220,
                direction: "Outbound",
                access: "Allow",
                from: &["192.168.0.0/17"],
                to: &["10.20.8.0/24"],
                ports: "5432",
            })
            .rule(&Rule {
                name: "deny-monitor",
                priority: 300,
                direction: "Outbound",
                access: "Deny",
                from: &["*"],
                to: &["AzureMonitor", "Internet"],
                ports: "443",
            }),
    );
    let plain = draft.security_group(draft.new_security_group(&net.group, "nsg-aks-stores", &net.location));
    draft.vnet(
        Vnet::of(&net)
            .tags("team-network", "prod")
            .peer(&plan::hub_weu(), Side::Spoke)
            .subnet(Subnet::new("snet-aks-pos", "10.20.0.0/24").route_table(&pos).security_group(&plain))
            .subnet(
                Subnet::new("snet-aks-loyalty", "10.20.1.0/24").route_table(&loyalty).security_group(&plain),
            )
            .subnet(Subnet::new("snet-appgw-loyalty", "10.20.2.0/24").route_table(&loyalty))
            .subnet(Subnet::new("snet-aks-offers", "10.20.3.0/25").route_table(&offers))
            .subnet(Subnet::new("snet-aks-pricing", "10.20.3.128/25").route_table(&offers))
            .subnet(
                Subnet::new("snet-aks-fuel", "10.20.4.0/24")
                    .route_table(&fuel)
                    .set("addressPrefixes", json!(["10.20.4.0/24", "fd00:db8:20:4::/64"])),
            )
            .subnet(Subnet::new("snet-aks-kiosk", "10.20.5.0/26").route_table(&kiosk))
            .subnet(Subnet::new("snet-aks-vouchers", "10.20.5.64/26").route_table(&vouchers))
            .subnet(
                Subnet::new("snet-aks-receipts", "10.20.6.0/25")
                    .route_table(&receipts)
                    .security_group(&closed),
            )
            .subnet(Subnet::new("snet-aks-stock", "10.20.7.0/24").route_table(&stock).security_group(&plain))
            .subnet(
                Subnet::new("snet-store-servers", "10.20.8.0/24")
                    .hold(Consumer::machines(&net, "vm-store", 34)),
            )
            .subnet(Subnet::new("snet-endpoints", "10.20.9.0/25").hold(Consumer::private_endpoints(
                &net,
                "pe-sql-stores",
                21,
            )))
            .subnet(Subnet::new("snet-returns-db", "10.20.64.0/24").hold(Consumer::machines(
                &net,
                "vm-returns-db",
                3,
            ))),
    );
}

fn north_europe(draft: &mut Draft) {
    let net = plan::stores_neu();
    let table = |draft: &mut Draft, name: &str| draft.table(draft.new_table(&net.group, name, &net.location));
    let pos = table(draft, "rt-aks-pos-neu");
    let collect = table(draft, "rt-aks-collect");
    let returns = table(draft, "rt-aks-returns");
    let cards = table(draft, "rt-aks-giftcards");
    draft.vnet(
        Vnet::of(&net)
            .tags("team-network", "prod")
            .peer(&plan::hub_neu(), Side::Spoke)
            .subnet(Subnet::new("snet-aks-pos", "10.21.0.0/25").route_table(&pos))
            .subnet(Subnet::new("snet-aks-collect", "10.21.0.128/27").route_table(&collect))
            .subnet(Subnet::new("snet-aks-returns", "10.21.0.192/26").route_table(&returns))
            .subnet(Subnet::new("snet-aks-giftcards", "10.21.1.0/26").route_table(&cards)),
    );
}

/// Nothing but the manual checks stands between these and Overlay.
fn ready(draft: &mut Draft) {
    let (weu, neu) = (plan::stores_weu().subnet("snet-aks-pos"), plan::stores_neu().subnet("snet-aks-pos"));
    draft.cluster(
        cluster("rg-pos-prod-weu", "aks-pos-prod-weu")
            .internal_services(3)
            .pool(Pool::system("system", 3).subnet(&weu))
            .pool(Pool::user("pos", 12).subnet(&weu).autoscale(6, 24)),
    );
    draft.cluster(
        cluster("rg-pos-prod-neu", "aks-pos-prod-neu")
            .at("northeurope")
            .internal_services(2)
            .pool(Pool::system("system", 3).subnet(&neu))
            .pool(Pool::user("pos", 6).subnet(&neu).autoscale(3, 12)),
    );
    // Made this autumn, though the retirement has been public since 2025.
    draft.cluster(
        cluster("rg-signage-prod-weu", "aks-signage-prod-weu")
            .version("1.36.2")
            .created("2026-10-14")
            .pool(Pool::system("nodepool1", 3))
            .pool(Pool::user("apps", 4)),
    );
    draft.cluster(
        cluster("rg-scanner-prod-weu", "aks-scanner-prod-weu")
            .version("1.36.2")
            .created("2026-11-03")
            .pool(Pool::system("nodepool1", 3)),
    );
}

/// Route tables that serve more than one kubenet cluster's own subnets.
fn shared_tables(draft: &mut Draft) {
    let net = plan::stores_weu();
    let subnet = net.subnet("snet-aks-loyalty");
    let gateway = draft.gateway(
        ApplicationGateway::autoscaled(&net.subnet("snet-appgw-loyalty"), &net.group, "agw-loyalty", 2, 10)
            .private_frontend(),
    );
    draft.cluster(
        cluster("rg-loyalty-prod-weu", "aks-loyalty-prod-weu")
            .addon(
                "ingressApplicationGateway",
                json!({
                    "applicationGatewayId": gateway, "effectiveApplicationGatewayId": gateway
                }),
            )
            .pool(Pool::system("system", 3).subnet(&subnet))
            .pool(Pool::user("loyalty", 8).subnet(&subnet)),
    );
    // Preview versions of the API show when operations that reimage nodes are allowed.
    let offers = [
        ("promotions", "snet-aks-offers", "10.244.0.0/16", "AllowDuringMaintenanceWindow"),
        ("pricing", "snet-aks-pricing", "10.245.0.0/16", "Block"),
    ];
    for (name, at, pods, disruption) in offers {
        draft.cluster(
            cluster(&format!("rg-{name}-prod-weu"), &format!("aks-{name}-prod-weu"))
                .network("outboundType", "userDefinedRouting")
                .pod_cidr(pods)
                .set("properties.nodeDisruptionProfile.nodeDisruptionPolicy", disruption)
                .pool(Pool::system("system", 3).subnet(&net.subnet(at)))
                .pool(Pool::user("apps", 5).subnet(&net.subnet(at))),
        );
    }
}

/// 322 routes of the user's and one a node: the table holds 400.
fn many_routes(draft: &mut Draft) {
    let subnet = plan::stores_weu().subnet("snet-aks-stock");
    draft.cluster(
        cluster("rg-stock-prod-weu", "aks-stock-prod-weu")
            // The hub routes to its pods.
            .set("tags.directPodAccess", "required")
            .pod_cidr("10.96.0.0/14")
            .pool(Pool::system("system", 3).subnet(&subnet))
            .pool(Pool::user("stock", 60).subnet(&subnet).autoscale(40, 90).surge("10%")),
    );
}

/// Ranges that the autoscaler's maximum or a dual-stack node outgrows.
fn tight_ranges(draft: &mut Draft) {
    let net = plan::stores_neu();
    let collect = net.subnet("snet-aks-collect");
    draft.cluster(
        cluster("rg-collect-prod-neu", "aks-clickcollect-prod-neu")
            .at("northeurope")
            .pool(Pool::system("system", 3).subnet(&collect))
            .pool(Pool::user("collect", 7).subnet(&collect).autoscale(3, 37).surge("33%")),
    );
    let returns = net.subnet("snet-aks-returns");
    draft.cluster(
        cluster("rg-returns-prod-neu", "aks-returns-prod-neu")
            .at("northeurope")
            .pod_cidr("10.247.128.0/22")
            .pool(Pool::system("system", 3).subnet(&returns).autoscale(3, 5)),
    );
    let fuel = plan::stores_weu().subnet("snet-aks-fuel");
    draft.cluster(
        cluster("rg-fuel-prod-weu", "aks-fuel-prod-weu")
            .dual_stack("10.244.0.0/16")
            .pool(Pool::system("system", 3).subnet(&fuel))
            .pool(Pool::user("fuel", 41).subnet(&fuel).autoscale(20, 210)),
    );
}

/// Pod ranges that a migration would refuse or that swallow other hosts.
fn conflicts(draft: &mut Draft) {
    let (weu, neu) = (plan::stores_weu(), plan::stores_neu());
    let reserved = weu.subnet("snet-aks-kiosk");
    draft.cluster(
        cluster("rg-kiosk-prod-weu", "aks-kiosk-prod-weu")
            .pod_cidr("172.30.0.0/16")
            .pool(Pool::system("system", 3).subnet(&reserved)),
    );
    let own_network = weu.subnet("snet-aks-vouchers");
    draft.cluster(
        cluster("rg-vouchers-prod-weu", "aks-vouchers-prod-weu")
            .pod_cidr("10.20.64.0/18")
            .pool(Pool::system("system", 3).subnet(&own_network))
            .pool(Pool::user("vouchers", 2).subnet(&own_network)),
    );
    let on_premises = weu.subnet("snet-aks-receipts");
    draft.cluster(
        cluster("rg-receipts-prod-weu", "aks-receipts-prod-weu")
            .pod_cidr("192.168.0.0/17")
            .set("properties.httpProxyConfig", json!({
                "httpProxy": "http://proxy.nordhavn.example:3128",
                "httpsProxy": "http://proxy.nordhavn.example:3128",
                "noProxy": ["localhost", "127.0.0.1", "192.168.0.0/17", "10.0.0.0/16", ".nordhavn.example"]
            }))
            .pool(Pool::system("system", 3).subnet(&on_premises))
            .pool(Pool::user("receipts", 4).subnet(&on_premises)),
    );
    // The network of the data platforms is not a peer, but the hub joins the two.
    let through_hub = neu.subnet("snet-aks-giftcards");
    draft.cluster(
        cluster("rg-giftcards-prod-neu", "aks-giftcards-prod-neu")
            .at("northeurope")
            .pod_cidr("10.50.0.0/16")
            .pool(Pool::system("system", 3).subnet(&through_hub)),
    );
}
