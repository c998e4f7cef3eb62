//! Data and analytics: pod subnets, very large clusters, file volumes.

use crate::estate::{
    Resources,
    build::{Cluster, Draft, Pool, Side, Subnet, Vnet},
};
use serde_json::json;

use super::plan;

const OWNER: &str = "team-data-platform";
const COST_CENTER: &str = "CC-7300";
const AKS: &str = "Microsoft.ContainerService/managedClusters";

/// The subscription's resources.
pub(super) fn resources() -> Resources {
    let mut draft = Draft::new(plan::DATA);
    networks(&mut draft);
    lake(&mut draft);
    streams(&mut draft);
    blocks(&mut draft);
    accelerators(&mut draft);
    reporting(&mut draft);
    rendering(&mut draft);
    draft.finish()
}

fn tagged(cluster: Cluster) -> Cluster {
    cluster.tags(OWNER, "prod", COST_CENTER)
}

fn at(name: &str) -> String {
    plan::data_weu().subnet(name)
}

fn networks(draft: &mut Draft) {
    draft.vnet(
        Vnet::of(&plan::data_weu())
            .tags("team-network", "prod")
            .peer(&plan::hub_weu(), Side::Spoke)
            .subnet(Subnet::new("snet-aks-lake", "10.48.0.0/22"))
            .subnet(Subnet::new("snet-pods-lake-a", "10.48.128.0/17").delegated(AKS))
            .subnet(Subnet::new("snet-pods-lake-b", "10.49.0.0/17").delegated(AKS))
            .subnet(Subnet::new("snet-pods-lake-c", "10.49.128.0/17").delegated(AKS))
            .subnet(Subnet::new("snet-pods-stream", "10.48.4.0/24").delegated(AKS))
            .subnet(Subnet::new("snet-aks-stream", "10.48.5.0/25"))
            .subnet(Subnet::new("snet-aks-batch", "10.48.6.0/26"))
            .subnet(Subnet::new("snet-pods-batch", "10.48.8.0/22").delegated(AKS))
            .subnet(Subnet::new("snet-aks-ml", "10.48.12.0/24")),
    );
    draft.vnet(
        Vnet::of(&plan::data_neu())
            .tags("team-network", "prod")
            .peer(&plan::hub_neu(), Side::Spoke)
            .peer(&plan::files_neu(), Side::Plain)
            .subnet(Subnet::new("snet-aks-reporting", "10.50.0.0/21")),
    );
    draft.vnet(
        Vnet::of(&plan::files_neu())
            .peer(&plan::data_neu(), Side::Plain)
            .subnet(Subnet::new("snet-volumes", "10.50.128.0/26").delegated("Microsoft.Netapp/volumes")),
    );
    draft.vnet(
        Vnet::of(&plan::data_eus2())
            .tags("team-network", "prod")
            .peer(&plan::hub_eus2(), Side::Spoke)
            .subnet(Subnet::new("snet-aks-render", "10.51.0.0/19")),
    );
}

/// Each pod subnet fits its pool; together they outgrow the 65,536 addresses of a virtual network.
fn lake(draft: &mut Draft) {
    let nodes = at("snet-aks-lake");
    let mut lake = tagged(Cluster::azure("rg-lake-prod-weu", "aks-lake-prod-weu"))
        .pool(Pool::system("system", 5).subnet(&nodes).pod_subnet(&at("snet-pods-lake-a")).max_pods(110));
    for (pool, pods) in
        [("spark", "snet-pods-lake-a"), ("trino", "snet-pods-lake-b"), ("flink", "snet-pods-lake-c")]
    {
        lake = lake.pool(
            Pool::user(pool, 70)
                .subnet(&nodes)
                .pod_subnet(&at(pods))
                .max_pods(250)
                .autoscale(40, 112)
                .size("Standard_E16ds_v5"),
        );
    }
    draft.cluster(lake);
}

/// Two clusters on one pod subnet, fifteen batches of sixteen addresses taken at the least: ARM lists none of them.
fn streams(draft: &mut Draft) {
    let (nodes, pods) = (at("snet-aks-stream"), at("snet-pods-stream"));
    draft.cluster(
        tagged(Cluster::azure("rg-stream-prod-weu", "aks-stream-prod-weu"))
            .cilium()
            .pool(Pool::system("system", 3).subnet(&nodes).pod_subnet(&pods).max_pods(30))
            .pool(Pool::user("stream", 6).subnet(&nodes).pod_subnet(&pods).max_pods(30)),
    );
    draft.cluster(
        tagged(Cluster::azure("rg-events-prod-weu", "aks-events-prod-weu"))
            .policy("calico")
            .version("1.34.6")
            .pool(Pool::system("system", 2).subnet(&nodes).pod_subnet(&pods).max_pods(30))
            .pool(Pool::user("events", 4).subnet(&nodes).pod_subnet(&pods).max_pods(30)),
    );
}

/// 32 pods take three /28 blocks where 31 take two.
fn blocks(draft: &mut Draft) {
    let (nodes, pods) = (at("snet-aks-batch"), at("snet-pods-batch"));
    draft.cluster(
        tagged(Cluster::azure("rg-batch-prod-weu", "aks-batch-prod-weu"))
            .pool(Pool::system("system", 3).subnet(&nodes).pod_blocks(&pods).max_pods(31))
            .pool(Pool::user("batch", 14).subnet(&nodes).pod_blocks(&pods).max_pods(32).autoscale(6, 22)),
    );
}

fn accelerators(draft: &mut Draft) {
    let nodes = at("snet-aks-ml");
    draft.cluster(
        tagged(Cluster::overlay("rg-ml-prod-weu", "aks-ml-prod-weu"))
            .cilium()
            .version("1.34.6")
            .set("tags.wants-cilium", "true")
            .set("properties.nodeProvisioningProfile.mode", "Auto")
            .pool(Pool::system("system", 3).subnet(&nodes))
            .pool(
                Pool::user("gpu", 4)
                    .subnet(&nodes)
                    .size("Standard_NC24ads_A100_v4")
                    .set("tags", json!({"SkipGPUDriverInstall": "true"})),
            ),
    );
    // Cilium is wanted here too; node auto-provisioning has to pause for it.
    draft.cluster(
        tagged(Cluster::overlay("rg-features-prod-weu", "aks-features-prod-weu"))
            .set("tags.wants-cilium", "true")
            .set("properties.nodeProvisioningProfile.mode", "Auto")
            .pool(Pool::system("system", 3).subnet(&nodes)),
    );
}

/// Over 1,000 addresses in a network peered with one that holds file volumes.
fn reporting(draft: &mut Draft) {
    let nodes = plan::data_neu().subnet("snet-aks-reporting");
    draft.cluster(
        tagged(Cluster::azure("rg-reporting-prod-neu", "aks-reporting-prod-neu"))
            .cilium()
            .at("northeurope")
            .pool(Pool::system("system", 3).subnet(&nodes))
            .pool(Pool::user("reports", 33).subnet(&nodes).autoscale(20, 48)),
    );
}

/// Close to 5,000 nodes a cluster and 1,000 instances a scale set, surge included.
fn rendering(draft: &mut Draft) {
    let nodes = plan::data_eus2().subnet("snet-aks-render");
    let mut render = tagged(Cluster::overlay("rg-render-prod-eus2", "aks-render-prod-eus2"))
        .at("eastus2")
        .cilium()
        .pod_cidr("100.64.0.0/10")
        .pool(Pool::system("system", 7).subnet(&nodes))
        .pool(Pool::user("final", 980).subnet(&nodes).surge("33%"));
    for pool in ["frames1", "frames2", "frames3", "frames4", "frames5"] {
        render = render.pool(Pool::user(pool, 610).subnet(&nodes).autoscale(200, 900).surge("50"));
    }
    draft.cluster(render);
}
