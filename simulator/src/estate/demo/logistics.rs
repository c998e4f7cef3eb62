//! Logistics: Azure CNI Overlay in every form, and the limits one meets there.

use crate::estate::{
    Resources,
    build::{Cluster, Consumer, Draft, Pool, Side, Subnet, Vnet},
};
use serde_json::json;

use super::plan;

const OWNER: &str = "team-logistics";
const COST_CENTER: &str = "CC-6100";

/// The subscription's resources.
pub(super) fn resources() -> Resources {
    let mut draft = Draft::new(plan::LOGISTICS);
    networks(&mut draft);
    ordinary(&mut draft);
    pod_ranges(&mut draft);
    subnets(&mut draft);
    pool_kinds(&mut draft);
    automatic(&mut draft);
    free_tier(&mut draft);
    draft.finish()
}

fn cluster(name: &str) -> Cluster {
    let group = format!("rg-{}", name.trim_start_matches("aks-"));
    Cluster::overlay(&group, name).tags(OWNER, "prod", COST_CENTER)
}

fn at(name: &str) -> String {
    plan::logistics_weu().subnet(name)
}

fn networks(draft: &mut Draft) {
    let weu = plan::logistics_weu();
    draft.vnet(
        Vnet::of(&weu)
            .tags("team-network", "prod")
            .peer(&plan::hub_weu(), Side::Spoke)
            .subnet(Subnet::new("snet-aks-routing", "10.40.0.0/24"))
            // A cache lives among the nodes, whose addresses Azure lists nowhere.
            .subnet(Subnet::new("snet-aks-tracking", "10.40.1.0/24").set(
                "resourceNavigationLinks",
                json!([{ "name": "cache", "properties": { "linkedResourceType": "Microsoft.Cache/redis" } }]),
            ))
            .subnet(Subnet::new("snet-aks-warehouse", "10.40.2.0/25"))
            .subnet(Subnet::new("snet-aks-yard", "10.40.3.0/26"))
            .subnet(Subnet::new("snet-aks-customs", "10.40.4.0/23"))
            .subnet(Subnet::new("snet-aks-drivers", "10.40.6.0/27"))
            .subnet(Subnet::new("snet-aks-auto-system", "10.40.6.64/26"))
            .subnet(Subnet::new("snet-aks-auto", "10.40.8.0/23").hold(Consumer::auto_provisioned(
                plan::LOGISTICS,
                "MC_rg-optimizer-prod-weu_aks-optimizer-prod-weu_westeurope",
                11,
                1,
            )))
            .subnet(Subnet::prefixes("snet-aks-gates", &["10.40.7.0/26", "10.41.0.0/26"]))
            .subnet(Subnet::prefixes("snet-aks-sorting", &["10.40.10.0/25", "fd00:db8:40:10::/64"]))
            .subnet(Subnet::new("snet-aks-dock", "10.40.11.0/25"))
            .subnet(Subnet::new("snet-aks-crossdock", "10.40.16.0/20"))
            .subnet(Subnet::new("snet-scanners", "10.40.12.0/24").hold(Consumer::machines(
                &weu,
                "vm-scanner",
                57,
            ))),
    );
    let eus2 = plan::logistics_eus2();
    draft.vnet(
        Vnet::of(&eus2)
            .tags("team-network", "prod")
            .peer(&plan::hub_eus2(), Side::Spoke)
            .subnet(Subnet::new("snet-aks-fleet", "10.42.0.0/21")),
    );
}

/// Two clusters with one pod range, which Overlay allows.
fn ordinary(draft: &mut Draft) {
    draft.cluster(
        cluster("aks-routing-prod-weu")
            .cilium()
            .version("1.36.2")
            .internal_services(3)
            .pool(Pool::system("system", 3).subnet(&at("snet-aks-routing")))
            .pool(Pool::user("routing", 16).subnet(&at("snet-aks-routing")).autoscale(8, 40)),
    );
    draft.cluster(
        cluster("aks-tracking-prod-weu")
            .version("1.34.6")
            .internal_services(2)
            .pool(Pool::system("system", 3).subnet(&at("snet-aks-tracking")))
            .pool(
                Pool::user("tracking", 22)
                    .subnet(&at("snet-aks-tracking"))
                    .image("Ubuntu2204", "AKSUbuntu-2204gen2containerd-202610.28.0"),
            ),
    );
}

/// Pod ranges with a /24 a node that run out; Windows nodes forbid their expansion.
fn pod_ranges(draft: &mut Draft) {
    let warehouse = at("snet-aks-warehouse");
    draft.cluster(
        cluster("aks-warehouse-prod-weu")
            .cilium()
            .pod_cidr("100.64.0.0/20")
            .pool(Pool::system("system", 3).subnet(&warehouse))
            .pool(Pool::user("picking", 10).subnet(&warehouse).autoscale(5, 21)),
    );
    let yard = at("snet-aks-yard");
    draft.cluster(
        cluster("aks-yard-prod-weu")
            .version("1.34.6")
            .pod_cidr("100.66.0.0/21")
            .pool(Pool::system("system", 2).subnet(&yard))
            .pool(
                Pool::user("win22", 4)
                    .subnet(&yard)
                    .windows("Windows2022", "AKSWindows-2022-containerd-20348.4294.261014")
                    .autoscale(2, 8),
            ),
    );
    // Azure Network Policy Manager is tested up to 250 nodes.
    let customs = at("snet-aks-customs");
    draft.cluster(
        cluster("aks-customs-prod-weu")
            .policy("azure")
            .pod_cidr("100.68.0.0/15")
            .pool(Pool::system("system", 5).subnet(&customs).surge("1"))
            .pool(Pool::user("customs", 256).subnet(&customs).autoscale(200, 300)),
    );
}

/// A subnet that only the surge outgrows, and one fifty times too large.
fn subnets(draft: &mut Draft) {
    let drivers = at("snet-aks-drivers");
    draft.cluster(
        cluster("aks-drivers-prod-weu")
            .pool(Pool::system("system", 3).subnet(&drivers).surge("1"))
            .pool(Pool::user("drivers", 21).subnet(&drivers).surge("33%")),
    );
    let crossdock = at("snet-aks-crossdock");
    draft.cluster(
        cluster("aks-crossdock-prod-weu")
            .cilium()
            .pool(Pool::system("system", 2).subnet(&crossdock))
            .pool(Pool::user("apps", 2).subnet(&crossdock).autoscale(2, 10)),
    );
    let gates = at("snet-aks-gates");
    draft.cluster(cluster("aks-gates-prod-weu").pool(Pool::system("system", 3).subnet(&gates)).pool(
        Pool::user("gates", 30).subnet(&gates).set("upgradeStrategy", "BlueGreen").set(
            "upgradeSettingsBlueGreen",
            json!({
                "drainBatchSize": "25%", "drainTimeoutInMinutes": 30,
                "batchSoakDurationInMinutes": 10, "finalSoakDurationInMinutes": 60
            }),
        ),
    ));
    let sorting = at("snet-aks-sorting");
    draft.cluster(
        cluster("aks-sorting-prod-weu")
            .cilium()
            .dual_stack("10.244.0.0/16")
            .pool(Pool::system("system", 3).subnet(&sorting))
            .pool(Pool::user("sorting", 7).subnet(&sorting)),
    );
}

/// Virtual machines of several sizes, by hand and autoscaled, and a static egress gateway.
fn pool_kinds(draft: &mut Draft) {
    let dock = at("snet-aks-dock");
    draft.cluster(
        cluster("aks-dock-prod-weu")
            .set("properties.networkProfile.staticEgressGatewayProfile.enabled", true)
            .pool(Pool::system("system", 3).subnet(&dock))
            .pool(
                Pool::user("mixed", 0)
                    .subnet(&dock)
                    .virtual_machines(&[("Standard_D4ds_v5", 4), ("Standard_E8ds_v5", 2)]),
            )
            .pool(Pool::user("elastic", 0).subnet(&dock).virtual_machines(&[("Standard_D8ds_v5", 5)]).set(
                "virtualMachinesProfile.scale",
                json!({
                    "autoscale": [{"size": "Standard_D8ds_v5", "minCount": 2, "maxCount": 14}]
                }),
            ))
            .pool(
                Pool::user("egress", 2)
                    .subnet(&dock)
                    .set("mode", "Gateway")
                    .set("gatewayProfile.publicIPPrefixSize", 30),
            ),
    );
}

/// AKS Automatic: hosted system pools, nodes from node auto-provisioning.
fn automatic(draft: &mut Draft) {
    draft.cluster(
        cluster("aks-optimizer-prod-weu")
            .cilium()
            .version("1.36.2")
            .set("sku", json!({"name": "Automatic", "tier": "Standard"}))
            .set("properties.nodeProvisioningProfile.mode", "Auto")
            .set(
                "properties.hostedSystemProfile",
                json!({
                    "enabled": true,
                    "systemNodeSubnetID": at("snet-aks-auto-system"),
                    "nodeSubnetID": at("snet-aks-auto")
                }),
            ),
    );
}

/// The Free tier ends at 1,000 nodes.
fn free_tier(draft: &mut Draft) {
    let fleet = plan::logistics_eus2().subnet("snet-aks-fleet");
    draft.cluster(
        cluster("aks-fleet-prod-eus2")
            .at("eastus2")
            .tier("Free")
            .pod_cidr("100.72.0.0/13")
            .pool(Pool::system("system", 3).subnet(&fleet))
            .pool(Pool::user("vans", 458).subnet(&fleet).autoscale(300, 620))
            .pool(Pool::user("trucks", 431).subnet(&fleet).autoscale(300, 560)),
    );
}
