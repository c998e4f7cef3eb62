//! Runbooks as they should be, one of each kind in which readers have found mistakes, written by hand from the documentation.

use serde_json::{Value, json};

use super::Case;
use crate::{
    audited::Auditor,
    estates::{SUBSCRIPTION, aks, filled, id, nodes, plain, subnet_id},
    steps::{Book, End, Reimages, Step},
    world::Shelf,
};

pub(super) const MOVE: &str = "@update --network-plugin azure --network-plugin-mode overlay";

/// A book of steps.
pub(super) fn book(end: End, steps: Vec<Step>) -> Book {
    let steps = (1..).zip(steps).map(|(number, step)| Step { number, ..step }).collect();
    Book { cluster: aks(), end, pod_cidr: None, steps, looks: Vec::new() }
}

/// A step with its commands, the checks it clears and those it breaks, and the pools it re-images: `*` for all.
pub(super) fn step(script: &str, clears: &[&str], breaks: &[&str], reimages: &[&str]) -> Step {
    let owned = |all: &[&str]| all.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>();
    Step {
        number: 0,
        title: script.lines().next().unwrap_or_default().trim().to_owned(),
        script: script.lines().map(|line| filled(line.trim()) + "\n").collect(),
        clears: owned(clears),
        breaks: owned(breaks),
        reimages: match reimages {
            [] => Reimages::None,
            ["*"] => Reimages::All,
            pools => Reimages::Pools(pools.iter().map(|one| (*one).to_owned()).collect()),
        },
        version: None,
        is_agreement: false,
        is_for_people: false,
        kind: None,
    }
}

/// All of them.
pub(super) fn all(auditor: &Auditor) -> Vec<Case> {
    let case = |name, (world, book)| Case::new(auditor, name, world, book);
    vec![
        case("a gateway's route table", gateway()),
        case("availability sets with a Basic load balancer", sets()),
        case("a service range that cannot be mended", rebuilt()),
        case("surge that does not fit", surge()),
        case("an identity and its rights", identity()),
        case("security rules that cut pods off", rules()),
        case("an image that is gone with its version", version()),
        case("pools that get successors", successors()),
        case("autoscalers and channels that are paused", paused()),
        case("two operations", cilium()),
    ]
}

fn world(plugin: &str, cluster: &Value, apps: &Value) -> crate::world::World {
    plain(plugin, cluster, apps)
}

type Right = (crate::world::World, Book);

fn gateway() -> Right {
    let agic = json!({ "gateway": true, "properties": { "addonProfiles": { "ingressApplicationGateway": { "enabled": true, "config": {
        "effectiveApplicationGatewayId": id("rg-net", Shelf::Gateway.collection(), "agw") } } } } });
    let mut world = world("kubenet", &agic, &json!({}));
    world.subnet_mut(&subnet_id("vnet", "gateway")).unwrap()["properties"]["delegations"] =
        json!([{ "name": "agw", "properties": { "serviceName": "Microsoft.Network/applicationGateways" } }]);
    let copy = "az network route-table create NET --name copy --location westeurope
        az network route-table route list NET --route-table-name rt --query '[?nextHopIpAddress].[name, addressPrefix, nextHopType, nextHopIpAddress]' --output tsv | xargs -r -L 1 sh -c 'az network route-table route create NET --route-table-name copy --name \"$0\" --address-prefix \"$1\" --next-hop-type \"$2\" --next-hop-ip-address \"$3\"'
        az network vnet subnet update --ids AT:gateway --route-table copy
        az network application-gateway show-backend-health NET --name agw";
    let clean = "az network vnet subnet update --ids AT:gateway --remove routeTable
        az network route-table delete NET --name copy";
    let steps = vec![
        step(copy, &["MIG-040"], &["MIG-044"], &[]),
        step(MOVE, &[], &[], &["*"]),
        step(clean, &["MIG-044"], &[], &[]),
    ];
    (world, book(End::Overlay, steps))
}

fn sets() -> Right {
    let basic = json!({ "properties": { "networkProfile": { "loadBalancerSku": "basic" } } });
    let set = json!({ "type": "AvailabilitySet", "availabilityZones": null });
    let steps = vec![
        step("@update --migrate-vmas-to-vms", &["MIG-052", "MIG-050"], &[], &["*"]),
        step(MOVE, &[], &[], &["*"]),
    ];
    (world("kubenet", &basic, &set), book(End::Overlay, steps))
}

fn rebuilt() -> Right {
    let odd = json!({ "properties": { "networkProfile": { "dnsServiceIP": "10.7.0.10" } } });
    let next = subnet_id("vnet", "next");
    let pool = format!(
        "--vnet-subnet-id {next} --node-vm-size Standard_D4ds_v5 --node-count 3 --zones 1 2 3 --max-pods 110"
    );
    let here = format!("--subscription {SUBSCRIPTION} --resource-group rg-aks");
    let make = format!(
        "az aks create {here} --name next --location westeurope --network-plugin azure --network-plugin-mode overlay --pod-cidr 100.64.0.0/16 \
         --service-cidr 10.0.0.0/16 --dns-service-ip 10.0.0.10 --tier standard --outbound-type loadBalancer --kubernetes-version 1.36 \
         --nodepool-name system {pool}
         az aks nodepool add {here} --cluster-name next --name apps {pool}",
    );
    let subnet =
        "az network vnet subnet create NET --vnet-name vnet --name next --address-prefixes 10.40.3.0/24";
    let steps = [subnet, &make, "@delete --yes"].map(|script| step(script, &[], &[], &[])).to_vec();
    let book = book(End::NewCluster, steps);
    (world("kubenet", &odd, &json!({})), Book { pod_cidr: Some("100.64.0.0/16".to_owned()), ..book })
}

fn surge() -> Right {
    let apps = json!({ "count": 4, "upgradeSettings": { "maxSurge": "100%" } });
    let steps = vec![
        step("@@update --name apps --max-surge 0 --max-unavailable 1", &["MIG-035"], &["MIG-058"], &[]),
        step(&format!("{MOVE} --pod-cidr 100.64.0.0/20"), &[], &[], &["*"]),
        step("@@update --name apps --max-surge 100% --max-unavailable 0", &["MIG-058"], &[], &[]),
    ];
    let book = book(End::Overlay, steps);
    (world("azure", &json!({}), &apps), Book { pod_cidr: Some("100.64.0.0/20".to_owned()), ..book })
}

/// The id of the identity that is made.
pub(super) fn new_identity() -> String {
    id("rg-aks", "Microsoft.ManagedIdentity/userAssignedIdentities", "new")
}

fn identity() -> Right {
    let system = json!({ "identity": { "type": "SystemAssigned", "principalId": "p", "userAssignedIdentities": null } });
    let table = id("rg-net", Shelf::RouteTable.collection(), "rt");
    let grant = |scope: &str| {
        format!(
            "az role assignment create --role 'Network Contributor' --assignee-object-id IDENTITY_PRINCIPAL_ID --assignee-principal-type ServicePrincipal --scope {scope}"
        )
    };
    let script = [
        format!("az identity create --subscription {SUBSCRIPTION} --resource-group rg-aks --name new"),
        grant(&nodes()),
        grant(&table),
        format!("@update --enable-managed-identity --assign-identity {}", new_identity()),
    ];
    let steps = vec![step(&script.join("\n"), &["MIG-012"], &[], &[]), step(MOVE, &[], &[], &["*"])];
    (world("kubenet", &system, &json!({})), book(End::Overlay, steps))
}

fn rules() -> Right {
    let mut world = world("kubenet", &json!({}), &json!({}));
    let group = id("rg-net", Shelf::SecurityGroup.collection(), "nsg");
    world.subnet_mut(&nodes()).unwrap()["properties"]["networkSecurityGroup"] = json!({ "id": group });
    world.relink();
    let allow = |name: &str, priority: u32, from: &str, to: &str| {
        format!(
            "az network nsg rule create NET --nsg-name nsg --name {name} --priority {priority} --direction Inbound --access Allow --protocol '*' --source-address-prefixes {from} --source-port-ranges '*' --destination-address-prefixes {to} --destination-port-ranges '*'"
        )
    };
    let script = [
        allow("allow-nodes", 298, "10.40.0.0/24", "10.40.0.0/24 10.244.0.0/16"),
        allow("allow-pods", 299, "10.244.0.0/16", "10.244.0.0/16"),
    ];
    let steps = vec![step(&script.join("\n"), &["MIG-046"], &[], &[]), step(MOVE, &[], &[], &["*"])];
    (world, book(End::Overlay, steps))
}

fn version() -> Right {
    let old =
        json!({ "properties": { "kubernetesVersion": "1.26.6", "currentKubernetesVersion": "1.26.6" } });
    let gone = json!({ "nodeImageVersion": "AKSUbuntu-1804gen2containerd-202306.07.0" });
    let steps = vec![
        step("@upgrade --kubernetes-version 1.34", &["MIG-002", "MIG-057"], &[], &["*"]),
        step(MOVE, &[], &[], &["*"]),
    ];
    (world("kubenet", &old, &gone), book(End::Overlay, steps))
}

/// A confidential pool, and what has to be said of the one that takes its place.
pub(super) const SUCCESSOR: &str = "--node-vm-size Standard_DC4as_v5 --node-count 3 --mode User --os-sku Ubuntu --max-pods 110 --zones 1 2 3 \
    --labels team=a tier=apps --node-taints apps=only:NoSchedule --enable-cluster-autoscaler --min-count 2 --max-count 6 --max-surge 10%";

fn successors() -> Right {
    let old = json!({ "vmSize": "Standard_DC4s_v2", "nodeLabels": { "team": "a", "tier": "apps" }, "nodeTaints": ["apps=only:NoSchedule"],
        "enableAutoScaling": true, "minCount": 2, "maxCount": 6 });
    let script = format!(
        "@get-credentials
         @@add --name apps2 --vnet-subnet-id {} {SUCCESSOR}
         kubectl cordon --selector kubernetes.azure.com/agentpool=apps
         kubectl drain --selector kubernetes.azure.com/agentpool=apps --ignore-daemonsets --delete-emptydir-data
         @@delete --name apps",
        nodes()
    );
    let steps = vec![step(&script, &["MIG-053"], &[], &[]), step(MOVE, &[], &[], &["*"])];
    (world("kubenet", &json!({}), &old), book(End::Overlay, steps))
}

fn paused() -> Right {
    let cluster = json!({ "properties": { "autoUpgradeProfile": { "upgradeChannel": "patch", "nodeOSUpgradeChannel": "NodeImage" } } });
    let apps = json!({ "enableAutoScaling": true, "minCount": 2, "maxCount": 6 });
    let pause = "@@update --name apps --disable-cluster-autoscaler
        @update --auto-upgrade-channel none --node-os-upgrade-channel None";
    let resume = "@@update --name apps --enable-cluster-autoscaler --min-count 2 --max-count 6
        @update --auto-upgrade-channel patch --node-os-upgrade-channel NodeImage";
    let steps = vec![step(pause, &[], &[], &[]), step(MOVE, &[], &[], &["*"]), step(resume, &[], &[], &[])];
    (world("kubenet", &cluster, &apps), book(End::Overlay, steps))
}

fn cilium() -> Right {
    let calico = json!({ "properties": { "networkProfile": { "networkPolicy": "calico" } } });
    let steps = vec![
        step("@update --network-policy none", &["MIG-017"], &[], &["*"]),
        step(&format!("{MOVE} --pod-cidr 100.64.0.0/20"), &[], &[], &["*"]),
        step("@update --network-dataplane cilium --network-policy cilium", &[], &[], &["*"]),
    ];
    let book = book(End::OverlayWithCilium, steps);
    (world("kubenet", &calico, &json!({})), Book { pod_cidr: Some("100.64.0.0/20".to_owned()), ..book })
}
