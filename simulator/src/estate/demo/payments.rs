//! Payments: Windows, private API servers, own CNI, and clusters whose network cannot be read.

use crate::estate::{
    Resources,
    build::{Cluster, Consumer, Draft, Network, Pool, Side, Subnet, Vnet},
};
use serde_json::json;

use super::plan;

const OWNER: &str = "team-payments";
const COST_CENTER: &str = "CC-8100";

/// The subscription's resources.
pub(super) fn resources() -> Resources {
    let mut draft = Draft::new(plan::PAYMENTS);
    network(&mut draft);
    windows(&mut draft);
    private(&mut draft);
    own_cni(&mut draft);
    unreadable(&mut draft);
    draft.finish()
}

fn at(name: &str) -> String {
    plan::payments_weu().subnet(name)
}

fn tagged(cluster: Cluster) -> Cluster {
    cluster.tags(OWNER, "prod", COST_CENTER)
}

fn network(draft: &mut Draft) {
    let net = plan::payments_weu();
    let fraud = draft.table(draft.new_table(&net.group, "rt-aks-fraud", &net.location));
    draft.vnet(
        Vnet::of(&net)
            .tags("team-network", "prod")
            .dns(&["10.60.8.4", "10.60.8.5"])
            .peer(&plan::hub_weu(), Side::Spoke)
            .peer(&plan::people_weu(), Side::Plain)
            .subnet(Subnet::new("snet-aks-cards", "10.60.0.0/22"))
            .subnet(Subnet::new("snet-aks-ledger", "10.60.4.0/25"))
            .subnet(
                Subnet::new("snet-apiserver", "10.60.4.128/27")
                    .delegated("Microsoft.ContainerService/managedClusters"),
            )
            .subnet(Subnet::new("snet-aks-tokens", "10.60.4.192/26"))
            .subnet(Subnet::new("snet-aks-fraud", "10.60.5.0/26").route_table(&fraud))
            .subnet(Subnet::new("snet-aks-terminals", "10.60.6.0/24"))
            .subnet(
                Subnet::new("snet-dns", "10.60.8.0/28")
                    .hold(Consumer::machines(&net, "vm-dns-payments", 2))
                    .hold(Consumer::private_link_service(&net, "pls-terminals")),
            ),
    );
}

/// Every Windows edition that is going away, and the policy engine that goes with them.
fn windows(draft: &mut Draft) {
    let cards = at("snet-aks-cards");
    draft.cluster(
        tagged(Cluster::azure("rg-cards-prod-weu", "aks-cards-prod-weu"))
            .version("1.32.11")
            .long_term_support()
            .policy("azure")
            .set("tags.wants-cilium", "true")
            .internal_services(2)
            .pool(Pool::system("system", 3).subnet(&cards))
            .pool(
                Pool::user("win19", 3)
                    .subnet(&cards)
                    .windows("Windows2019", "AKSWindows-2019-containerd-17763.7919.251014"),
            )
            // Never upgraded since Docker was the runtime.
            .pool(
                Pool::user("docker", 1)
                    .subnet(&cards)
                    .windows("Windows2019", "AKSWindows-2019-17763.1879.210414"),
            )
            .pool(
                Pool::user("win22", 5)
                    .subnet(&cards)
                    .windows("Windows2022", "AKSWindows-2022-containerd-20348.1607.230310")
                    .autoscale(3, 8),
            )
            .pool(
                Pool::user("annual", 2)
                    .subnet(&cards)
                    .windows("WindowsAnnual", "AKSWindows-23H2-gen2-25398.1913.251014"),
            ),
    );
}

/// Private clusters: by private endpoint, and by a subnet that two API servers share.
fn private(draft: &mut Draft) {
    let api = at("snet-apiserver");
    draft.cluster(
        tagged(Cluster::overlay("rg-ledger-prod-weu", "aks-ledger-prod-weu"))
            .cilium()
            .version("1.36.2")
            .api_server_subnet(&api)
            .pool(Pool::system("system", 3).subnet(&at("snet-aks-ledger")))
            .pool(Pool::user("ledger", 9).subnet(&at("snet-aks-ledger"))),
    );
    draft.cluster(
        tagged(Cluster::overlay("rg-tokens-prod-weu", "aks-tokens-prod-weu"))
            .cilium()
            .version("1.36.2")
            .api_server_subnet(&api)
            .pool(Pool::system("system", 3).subnet(&at("snet-aks-tokens"))),
    );
    // Private, with the company's own resolvers; its pods hide a part of the hub.
    draft.cluster(
        tagged(Cluster::kubenet("rg-fraud-prod-weu", "aks-fraud-prod-weu"))
            .private()
            .internal_services(1)
            .pod_cidr("10.10.128.0/17")
            .pool(Pool::system("system", 3).subnet(&at("snet-aks-fraud")))
            .pool(Pool::user("scoring", 8).subnet(&at("snet-aks-fraud")).autoscale(4, 16)),
    );
}

fn own_cni(draft: &mut Draft) {
    let nodes = at("snet-aks-terminals");
    draft.cluster(
        tagged(Cluster::own_cni("rg-terminals-prod-weu", "aks-terminals-prod-weu"))
            .node_group("rg-terminals-nodes")
            .set("tags.wants-cilium", "true")
            .network("podCidr", "10.0.0.0/8")
            .pool(Pool::system("system", 3).subnet(&nodes))
            .pool(Pool::user("terminals", 12).subnet(&nodes)),
    );
}

/// Pools that name a network nobody here may read, and one that is gone.
fn unreadable(draft: &mut Draft) {
    let payroll = plan::people_weu().subnet("snet-aks-settlement");
    draft.cluster(
        tagged(Cluster::kubenet("rg-settlement-prod-weu", "aks-settlement-prod-weu"))
            .pool(Pool::system("system", 3).subnet(&payroll))
            .pool(Pool::user("settlement", 4).subnet(&payroll)),
    );
    let gone =
        Network::new(plan::PAYMENTS, "rg-payments-network-old", "vnet-payments-old", "westeurope", &[]);
    draft.cluster(
        Cluster::azure("rg-refunds-test-weu", "aks-refunds-test-weu")
            .tags(OWNER, "test", COST_CENTER)
            .version("1.34.6")
            .stopped()
            .set("properties.provisioningState", "Failed")
            .set(
                "properties.status.provisioningError",
                json!({
                    "code": "SubnetNotFound", "message": "The subnet of agent pool system was not found"
                }),
            )
            .pool(Pool::system("system", 2).subnet(&gone.subnet("snet-aks"))),
    );
}
