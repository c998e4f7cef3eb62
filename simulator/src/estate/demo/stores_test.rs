//! Store systems, test and development: kubenet clusters held back by what they are rather than where they are.

use crate::estate::{
    Resources,
    build::{Cluster, Consumer, Draft, Pool, Side, Subnet, Vnet},
};
use serde_json::json;

use super::plan;

const OWNER: &str = "team-store-systems";
const COST_CENTER: &str = "CC-4411";

/// The subscription's resources.
pub(super) fn resources() -> Resources {
    let mut draft = Draft::new(plan::STORES_TEST);
    networks(&mut draft);
    long_names(&mut draft);
    rehearsal(&mut draft);
    policies_and_identities(&mut draft);
    states(&mut draft);
    machines(&mut draft);
    pools(&mut draft);
    addresses(&mut draft);
    draft.finish()
}

fn cluster(name: &str, environment: &str) -> Cluster {
    let group = format!("rg-{}", name.trim_start_matches("aks-"));
    Cluster::kubenet(&group, name).tags(OWNER, environment, COST_CENTER)
}

fn networks(draft: &mut Draft) {
    let net = plan::stores_test_weu();
    let mut vnet = Vnet::of(&net).tags("team-network", "test").peer(&plan::hub_weu(), Side::Spoke);
    let names =
        ["pos-test", "pos-dev", "loyalty-test", "pricing-test", "stock-test", "kiosk-test", "returns-test"];
    for (name, block) in names.iter().zip(0..) {
        let table = draft.table(draft.new_table(&net.group, &format!("rt-aks-{name}"), &net.location));
        let prefix = format!("10.22.{}.{}/26", block / 4, 64 * (block % 4));
        vnet = vnet.subnet(Subnet::new(&format!("snet-aks-{name}"), &prefix).route_table(&table));
    }
    // The build agents reach the pods of one cluster by a route of their own.
    let agents = draft.new_table(&net.group, "rt-build-agents", &net.location);
    let agents = draft.table(agents.via("kiosk-test-pods", "10.244.0.0/24", "10.22.1.68"));
    let labs = draft.table(draft.new_table(&net.group, "rt-aks-labs", &net.location));
    vnet = vnet
        .subnet(
            Subnet::new("snet-aks-labs", "10.22.4.0/25")
                .route_table(&labs)
                .delegated("Microsoft.ContainerService/managedClusters"),
        )
        .subnet(
            Subnet::new("snet-build-agents", "10.22.5.0/26")
                .route_table(&agents)
                .hold(Consumer::machines(&net, "vm-agent", 12)),
        );
    draft.vnet(vnet);

    let net = plan::stores_test_neu();
    // The other side never took up the second peering.
    let mut vnet = Vnet::of(&net).tags("team-network", "test").peer(&plan::hub_neu(), Side::Spoke).peering(
        &plan::petfjord_neu(),
        Side::Plain,
        "Initiated",
    );
    for (name, block) in ["scanner-test", "edge-test"].iter().zip(0..) {
        let table = draft.table(draft.new_table(&net.group, &format!("rt-aks-{name}"), &net.location));
        let prefix = format!("10.22.128.{}/26", 64 * block);
        vnet = vnet.subnet(Subnet::new(&format!("snet-aks-{name}"), &prefix).route_table(&table));
    }
    draft.vnet(vnet);
}

/// A network whose group has parentheses and whose name is longer than a node label may be; a subnet of the cluster
/// that never got the route table.
fn long_names(draft: &mut Draft) {
    let net = plan::stores_long_name();
    let table = draft.table(draft.new_table(&net.group, "rt-aks-promotions-dev", &net.location));
    draft.vnet(
        Vnet::of(&net)
            .peer(&plan::hub_weu(), Side::Spoke)
            .subnet(Subnet::new("snet-aks-promotions", "10.23.0.0/25").route_table(&table))
            .subnet(Subnet::new("snet-aks-promotions-batch", "10.23.0.128/26")),
    );
    draft.cluster(
        cluster("aks-promotions-dev-weu", "dev")
            .service_cidr("172.31.240.0/20", "172.31.240.10")
            .pool(Pool::system("system", 2).subnet(&net.subnet("snet-aks-promotions")))
            .pool(Pool::user("batch", 2).subnet(&net.subnet("snet-aks-promotions-batch"))),
    );
}

/// The one to rehearse with: small, clean, a test environment.
fn rehearsal(draft: &mut Draft) {
    let subnet = plan::stores_test_weu().subnet("snet-aks-pos-test");
    draft.cluster(
        cluster("aks-pos-test-weu", "test")
            .pool(Pool::system("system", 2).subnet(&subnet))
            .pool(Pool::user("pos", 2).subnet(&subnet)),
    );
}

fn policies_and_identities(draft: &mut Draft) {
    let net = plan::stores_test_weu();
    let dev = net.subnet("snet-aks-pos-dev");
    draft.cluster(
        cluster("aks-pos-dev-weu", "dev")
            .version("1.28.15")
            .policy("calico")
            .system_assigned()
            .pool(Pool::system("system", 2).subnet(&dev))
            .pool(Pool::user("pos", 3).subnet(&dev)),
    );
    let loyalty = net.subnet("snet-aks-loyalty-test");
    draft.cluster(
        cluster("aks-loyalty-test-weu", "test")
            .version("1.26.12")
            .service_principal()
            .created("2020-03-02")
            .pool(
                Pool::system("nodepool1", 3)
                    .subnet(&loyalty)
                    .image("Ubuntu", "AKSUbuntu-1804gen2containerd-202402.07.0"),
            ),
    );
    let pricing = net.subnet("snet-aks-pricing-test");
    draft.cluster(
        cluster("aks-pricing-test-weu", "test")
            .version("1.33.9")
            .policy("calico")
            .pool(Pool::system("system", 2).subnet(&pricing))
            .pool(Pool::user("apps", 3).subnet(&pricing)),
    );
}

/// Failed, stopped, and stopped with addresses that ARM still lists.
fn states(draft: &mut Draft) {
    let net = plan::stores_test_weu();
    let failed = net.subnet("snet-aks-stock-test");
    draft.cluster(
        cluster("aks-stock-test-weu", "test")
            .version("1.34.6")
            .set("properties.provisioningState", "Failed")
            .set("properties.status", json!({"provisioningError": {
                "code": "UpgradeFailed",
                "message": "Drain node aks-apps-27350518-vmss000002 failed when evicting pod stock-db-0: \
                            too many requests: cannot evict pod as it would violate the pod's disruption budget"
            }}))
            .pool(Pool::system("system", 2).subnet(&failed))
            .pool(Pool::user("apps", 4).subnet(&failed).listing(5).set("provisioningState", "Failed")),
    );
    let stopped = net.subnet("snet-aks-kiosk-test");
    draft.cluster(
        cluster("aks-kiosk-test-weu", "test")
            .stopped()
            .private()
            .pool(Pool::system("system", 2).subnet(&stopped))
            .pool(Pool::user("apps", 6).subnet(&stopped).autoscale(2, 12)),
    );
    let lingering = net.subnet("snet-aks-returns-test");
    draft.cluster(
        cluster("aks-returns-test-weu", "test")
            .stopped()
            .pool(Pool::system("system", 2).subnet(&lingering).listing(2))
            .pool(Pool::user("apps", 5).subnet(&lingering).listing(3)),
    );
}

/// Machines and images that no longer exist.
fn machines(draft: &mut Draft) {
    // Availability sets never had a network of the user's choosing here, nor a Standard load balancer.
    draft.cluster(
        cluster("aks-signage-dev-weu", "dev")
            .version("1.29.15")
            .network("loadBalancerSku", "Basic")
            .set(
                "properties.securityProfile.azureKeyVaultKms",
                json!({"enabled": true, "keyVaultNetworkAccess": "Private"}),
            )
            .created("2019-11-18")
            .old_managed_network()
            .pool(
                Pool::system("nodepool1", 3)
                    .availability_set()
                    .size("Standard_DS2_v2")
                    .image("Ubuntu", "AKSUbuntu-2204containerd-202503.02.0"),
            ),
    );
    let neu = plan::stores_test_neu();
    let scanner = neu.subnet("snet-aks-scanner-test");
    draft.cluster(
        cluster("aks-scanner-test-neu", "test")
            .at("northeurope")
            .version("1.33.9")
            .set("properties.podIdentityProfile", json!({"enabled": true, "allowNetworkPluginKubenet": true}))
            .pool(Pool::system("system", 2).subnet(&scanner))
            .pool(Pool::user("enclave", 2).subnet(&scanner).size("Standard_DC4s_v2")),
    );
    let edge = neu.subnet("snet-aks-edge-test");
    draft.cluster(
        cluster("aks-edge-test-neu", "test")
            .at("northeurope")
            .version("1.31.13")
            .pool(
                Pool::system("system", 2)
                    .subnet(&edge)
                    .image("AzureLinux", "AKSAzureLinux-V2gen2-202511.20.0"),
            )
            .pool(
                Pool::user("flatcar", 2).subnet(&edge).image("flatcar", "AKSFlatcar-flatcargen2-202605.10.0"),
            ),
    );
}

/// Pools of every sort on a delegated subnet with a public pod range.
fn pools(draft: &mut Draft) {
    let labs = plan::stores_test_weu().subnet("snet-aks-labs");
    draft.cluster(
        cluster("aks-labs-dev-weu", "dev")
            .tier("Free")
            .pod_cidr("11.8.0.0/16")
            .set(
                "properties.autoUpgradeProfile",
                json!({"upgradeChannel": "none", "nodeOSUpgradeChannel": "None"}),
            )
            .pool(Pool::system("system", 1).subnet(&labs))
            .pool(Pool::user("nosurge", 4).subnet(&labs).unavailable("25%"))
            // Ten of its nodes are deallocated: they keep their addresses, and ARM lists them.
            .pool(
                Pool::user("parked", 2)
                    .subnet(&labs)
                    .set("scaleDownMode", "Deallocate")
                    .autoscale(0, 12)
                    .listing(12),
            )
            .pool(Pool::user("spot", 3).subnet(&labs).spot().autoscale(0, 10).size("Standard_B4ms"))
            .pool(
                Pool::user("paused", 4)
                    .subnet(&labs)
                    .stopped()
                    .image("AzureLinuxOSGuard", "AKSAzureLinuxOSGuard-202606.18.0"),
            )
            .pool(Pool::user("lingering", 3).subnet(&labs).stopped().listing(3))
            .pool(Pool::user("idle", 0).subnet(&labs).autoscale(0, 5).size("Standard_NV12s_v3"))
            .pool(
                Pool::user("scratch", 3)
                    .subnet(&labs)
                    .set("osDiskType", "Ephemeral")
                    .set("upgradeSettings.drainTimeoutInMinutes", 60)
                    .set("upgradeSettings.nodeSoakDurationInMinutes", 15)
                    .set("upgradeSettings.undrainableNodeBehavior", "Cordon")
                    .without("upgradeSettings.maxSurge"),
            ),
    );
}

/// The network AKS made years ago, 10.0.0.0/8, holds pod and service ranges alike.
fn addresses(draft: &mut Draft) {
    draft.cluster(
        cluster("aks-training-dev-weu", "dev")
            .version("1.34.6")
            .created("2021-05-27")
            .old_managed_network()
            .service_cidr("10.244.240.0/20", "10.245.0.10")
            .pool(Pool::system("nodepool1", 2))
            .pool(
                Pool::user("lessons", 3)
                    .set("orchestratorVersion", "1.32.11")
                    .set("currentOrchestratorVersion", "1.32.11"),
            ),
    );
}
